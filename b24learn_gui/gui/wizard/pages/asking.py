"""A line of a page about the question it is asking: that it is on its way and can be stopped, or why it failed."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.kit.busy import StateMark
from b24learn_gui.gui.kit.buttons import Action, SecondaryButton
from b24learn_gui.gui.kit.notice import Notice, NoticeView
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.text.errors import error_sentence, what_happened
from b24learn_gui.text.words import Words

Say = Callable[[Words], str]
"""A sentence, in the words handed over: the language may change while it stands there."""


class Asking(QWidget):
    """Takes no room while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Words("en")
        self._said: Say | None = None
        self._error: SyncError | None = None
        self._again: Callable[[], None] = _nothing
        self._ways_out: tuple[tuple[Say, Callable[[], None]], ...] = ()
        self._stopping: Callable[[], None] | None = None
        self._line = QWidget()
        self._mark, self._text = StateMark("busy"), Text(shade="text_2")
        self.stop = SecondaryButton(icon="stop")
        self.stop.clicked.connect(self._stop)
        self.notice = Notice()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._text, 1)
        line.addWidget(self.stop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._line)
        rows.addWidget(self.notice)
        self.show_nothing()

    @property
    def error(self) -> SyncError | None:
        """The failure that stands here now."""
        return self._error

    def show_nothing(self) -> None:
        """The question is answered."""
        self._said, self._error = None, None
        self._draw()

    def show_busy(self, said: Say, stop: Callable[[], None] | None) -> None:
        """The question is on its way; `stop` is called if somebody does not want to wait, None if it has to end."""
        self._said, self._error, self._stopping = said, None, stop
        self._draw()

    def show_error(
        self, error: SyncError, again: Callable[[], None], *ways_out: tuple[Say, Callable[[], None]]
    ) -> None:
        """The question failed; `again` repeats it, `ways_out` are what else can be done."""
        self._said, self._error, self._again, self._ways_out = None, error, again, ways_out
        self._draw()

    def retranslate(self, words: Words) -> None:
        self._words = words
        self._draw()

    def _stop(self) -> None:
        if self._stopping is not None:
            self._stopping()

    def _draw(self) -> None:
        words, error = self._words, self._error
        self.stop.setText(words("Stop"))
        self.stop.setVisible(self._stopping is not None)
        self._line.setVisible(self._said is not None)
        self._text.setText(self._said(words) if self._said else "")
        self.notice.show_view(None if error is None else self._view(error))
        self.setVisible(self._said is not None or error is not None)

    def _view(self, error: SyncError) -> NoticeView:
        words = self._words
        again = Action(words("Try again"), lambda: self._again(), "retry")  # noqa: PLW0108 - what is repeated may change
        others = tuple(Action(say(words), do) for say, do in self._ways_out)
        if isinstance(error, StoppedOnRequest):
            return NoticeView(words("Stopped. Nothing was written."), state="info", buttons=(again, *others))
        what = what_happened(error, words)
        rest = error_sentence(error, words).removeprefix(what).strip()
        return NoticeView(what, rest, "failed", (again, *others))


def _nothing() -> None:
    return
