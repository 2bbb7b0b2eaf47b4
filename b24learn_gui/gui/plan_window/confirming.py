"""Nothing is written, and nobody released, before a question with its numbers is answered so."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.kit.busy import State
from b24learn_gui.gui.message import Message
from b24learn_gui.gui.plan_window.layout import PlanLayout
from b24learn_gui.gui.preview.view import Export
from b24learn_gui.text.words import Words

_DOES_IT = 1
"""The place of that answer: the first one, which Enter gives, leaves everything as it is."""

Said = tuple[str, str, str, str]
"""Title, text, the answer that leaves everything, the one that does it."""


class ConfirmingLayout(PlanLayout):
    """The controls, and one question at a time above them. `message`: the one that is open."""

    def __init__(self, words: Words, export: Export, parent: QWidget | None = None) -> None:
        super().__init__(words, export, parent)
        self.message: Message | None = None

    def make_message(self, said: Said, deed: Callable[[], None], state: State = "warning") -> Message:
        """A question, not open yet. `deed` is done if it is answered so."""
        title, text, leave, do = said
        message = Message(title, text, [leave, do], state=state, window_title=self.windowTitle(), parent=self)
        message.finished.connect(lambda _code: self._answered(message.chosen, deed))
        return message

    def ask(self, message: Message | None) -> None:
        """Open it, if there is anything to ask."""
        self.message = message
        if message is not None:
            message.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            message.open()

    def _answered(self, answer: int, deed: Callable[[], None]) -> None:
        self.message = None
        if answer == _DOES_IT:
            deed()
