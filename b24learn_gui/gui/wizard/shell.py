"""The wizard's window: the rail, the page in front, the foot. It draws the flow and knows no page's content."""

from collections.abc import Callable, Mapping
from typing import Protocol, cast

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from b24learn_gui.gui import icons
from b24learn_gui.gui.kit.buttons import settle_default
from b24learn_gui.gui.kit.language_switch import LanguageSwitch
from b24learn_gui.gui.kit.own_window import stand_beside
from b24learn_gui.gui.kit.rail import StepRail
from b24learn_gui.gui.kit.surface import Ground
from b24learn_gui.gui.kit.tab_order import move_keyboard, reading_order
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import STEPS, Step, StepState
from b24learn_gui.gui.wizard.footer import Footer
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.step_words import rail_step
from b24learn_gui.text.words import Words

_USUAL, _LEAST = QSize(1100, 760), QSize(720, 540)
_MARKS_ONLY_BELOW = 960


class Sayings(Protocol):
    """The sentences about a step, in the words handed over."""

    def caption(self, state: StepState, words: Words) -> str:
        """What the step came to, in a few words; empty for nothing yet."""

    def why_not(self, state: StepState, words: Words) -> str:
        """Why the step cannot be left forwards; empty if it can."""


class WizardShell(QDialog):
    """Draws `flow` and hands its verbs to the keyboard and the mouse.

    `language_chosen` tells which language is wanted: the owner answers with `retranslate`. `may_leave` is asked before
    the window closes unfinished (it may ask the person); True closes.
    """

    language_chosen = Signal(str)

    def __init__(
        self,
        flow: Flow,
        pages: Mapping[Step, Page],
        sayings: Sayings,
        words: Words,
        may_leave: Callable[[], bool] = lambda: True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._flow, self._sayings, self._words, self._may_leave = flow, sayings, words, may_leave
        self._pages, self._steps = pages, tuple(step for step in STEPS if step in pages)
        self._shown: dict[Step, Page] = {}
        self._front: Step | None = None
        self.rail, self.language, self.foot = StepRail(), LanguageSwitch(), Footer()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate(words)
        flow.on_change = self.refresh

    @property
    def page(self) -> Page:
        """The page in front; it is made when somebody comes to it first."""
        step = self._flow.step
        if step not in self._shown:
            made = self._shown[step] = self._pages[step]
            made.retranslate(self._words)
            made.finish.connect(self.accept)
            self._stack.addWidget(made)
        return self._shown[step]

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.language.show_language(words.language)
        self.setWindowTitle(self._title())
        self.rail.setAccessibleName(words("Steps"))
        self.foot.leave.setText(words("Close") if self._flow.saved else words("Cancel"))
        self.foot.back.setText(words("Back"))
        for page in self._shown.values():
            page.retranslate(words)
        self.refresh()

    def refresh(self) -> None:
        """Draws the flow as it stands; brings another page to the front if the step changed."""
        state = self._flow.state(self._flow.step)
        arrived = self._front != state.step
        if arrived:
            self._front = state.step
            self._stack.setCurrentWidget(self.page)
            self.foot.show_extra(self.page.foot_extra())
            self.page.enter(self._flow)
            state = self._flow.state(state.step)
        self.page.refresh(state)
        self.rail.show_steps(
            [
                rail_step(each, self._sayings.caption(each, self._words), self._words, current=each.step == state.step)
                for each in self._flow.states()
                if each.step in self._steps
            ]
        )
        self._refresh_foot(state)
        if arrived:
            self._focus_first()

    def reject(self) -> None:
        if self._may_leave():
            super().reject()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab goes through the page, the foot and the rail as they are read, whatever a page made last."""
        return move_keyboard(self, forwards=forwards) or super().focusNextPrevChild(forwards)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _MARKS_ONLY_BELOW
        self.rail.set_narrow(narrow)
        self.language.setVisible(not narrow)

    def _lay_out(self) -> None:
        self.setWindowIcon(icons.app_icon())
        self.setWindowFlag(Qt.WindowType.WindowMinMaxButtonsHint)
        self.setMinimumSize(_LEAST)
        room = self.screen().availableGeometry().size()
        self.resize(_USUAL.boundedTo(room))
        side = Ground("window")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 8, 0, 16)
        column.setSpacing(8)
        column.addWidget(self.rail, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 0, 10, 0)
        foot.addWidget(self.language)
        foot.addStretch(1)
        column.addLayout(foot)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(self.foot)
        stand_beside(self, side, right)

    def _connect(self) -> None:
        self.rail.chosen.connect(lambda step: self._flow.go(cast("Step", step)))
        self.language.chosen.connect(self.language_chosen)
        self.foot.leave.clicked.connect(self.reject)
        self.foot.back.clicked.connect(self._flow.back)
        self.foot.primary.clicked.connect(lambda: self.page.press_primary(self._flow))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Back), self, self._flow.back)

    def _refresh_foot(self, state: StepState) -> None:
        self.foot.primary.setText(self.page.primary_text() or self._words("Next"))
        self.foot.primary.setEnabled(state.can_continue)
        self.foot.back.setEnabled(state.step != self._steps[0])
        self.foot.say(self._sayings.why_not(state, self._words) or self._what_becomes_of_it())
        settle_default(self)

    def _title(self) -> str:
        words = self._words
        if self._flow.saved:
            return words("Settings — Bitrix24 → iSpring Learn")
        return words("Setup — Bitrix24 → iSpring Learn")

    def _what_becomes_of_it(self) -> str:
        """What became of what was entered so far, where nothing holds the step up."""
        flow, words = self._flow, self._words
        if not flow.entered:
            return ""
        if flow.saved:
            return self.page.not_saved() or words("Not saved yet")
        return "" if self.foot.has_extra else words("What is entered is kept, you can go on later")

    def _focus_first(self) -> None:
        """The keyboard goes to the first thing of the page that takes it, else to the filled button."""
        first = [*reading_order(self.page), self.foot.primary, self.foot.back]
        next(each for each in first if each.isEnabled() or each is first[-1]).setFocus(Qt.FocusReason.OtherFocusReason)
