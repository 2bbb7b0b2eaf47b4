"""What the wizard's shell asks of a page. A page draws the flow and calls its verbs; it keeps no truth of its own."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.kit.page import PageFrame
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, StepState
from b24learn_gui.text.words import Words


class Page(PageFrame):
    """One question of the wizard. The shell calls `retranslate` first, then `enter` and `refresh` as things happen."""

    step: Step
    finish = Signal()
    """The wizard is done with: the shell closes as accepted."""

    def enter(self, flow: Flow) -> None:
        """The page comes to the front: take the values of the draft, ask what must be asked."""

    def refresh(self, state: StepState) -> None:  # noqa: ARG002 - for pages that draw by it
        """Something of the flow changed while this page is in front: draw it, without touching what is being typed."""
        self.draw()

    def draw(self) -> None:
        """That, for a page which the state of its step tells nothing more."""

    def retranslate(self, words: Words) -> None:
        """Say everything in these words, at once and again whenever the language changes."""

    def primary_text(self) -> str:
        """The words of the filled button at the foot; empty for the usual "Next"."""
        return ""

    def press_primary(self, flow: Flow) -> None:
        """What that button does: forward, unless the page has something to finish first."""
        flow.forward()

    def not_saved(self) -> str:
        """What of this page differs from what is saved, in a few words for the foot; empty where it cannot be told."""
        return ""

    def foot_extra(self) -> QWidget | None:
        """Something that stands at the foot beside Back, such as a choice the filled button acts on."""
        return None
