"""The switch for starting with the computer: what the system has now, and what saving is to make of it."""

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.service.autostart import State, proposed
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import Words

_DEADLINE_SECONDS = 10.0


class AutostartRow(QWidget):
    """`read` tells what the system has; it is called on a worker thread whenever the page comes to the front."""

    def __init__(self, tasks: Tasks, read: Callable[[], State], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._read = tasks, read
        self._flow: Flow | None = None
        self._words = Words("en")
        self.box, self.hint = QCheckBox(), Text(step="caption", shade="text_2", selectable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(16)
        row.addWidget(self.box)
        row.addWidget(self.hint, 1)
        self.box.clicked.connect(self._choose)

    def enter(self, flow: Flow) -> None:
        """Asks what there is now; what was known before stands until the answer comes."""
        self._flow = flow
        ticket = flow.begin("autostart")
        self._tasks.run(
            lambda _stop: self._read(),
            lambda state: flow.answer(ticket, state),
            lambda error: flow.fail(ticket, error),
            deadline_seconds=_DEADLINE_SECONDS,
        )

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.box.setText(words("Start with this computer, in the tray"))
        self.box.setAccessibleName(self.box.text())
        self.refresh()

    def refresh(self) -> None:
        """Draws what the flow knows."""
        if self._flow is None:
            return
        draft, state = self._flow.draft, self._flow.found("autostart")
        usable = state is not None and state != "foreign" and self._flow.error("autostart") is None
        self.box.setEnabled(usable)
        self.box.setChecked(state is not None and proposed(draft.autostart, state, first=self._flow.saved is None))
        self.hint.setText(self._hint(state))
        self.box.setAccessibleDescription(self.hint.text())

    def _hint(self, state: State | None) -> str:
        words = self._words
        error = self._flow.error("autostart") if self._flow is not None else None
        if error is not None:
            return error_sentence(error, words)
        match state:
            case "foreign":
                return words(
                    "Something else is set to start with this computer under this program's name. It is left alone; "
                    "remove it there first, then this program can start."
                )
            case "ours_elsewhere":
                return words("Another copy or home of this program starts now; ticked, this one takes its place.")
            case _:
                return words("Hidden, as soon as you sign in to this computer.")

    def _choose(self, on: bool) -> None:
        if self._flow is not None:
            self._flow.edit(autostart=on)
