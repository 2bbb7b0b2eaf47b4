"""What is on its way: both sides being read, or the sync that writes the plan; with its stages and a way to stop."""

import time
from collections.abc import Callable, Mapping
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import StateMark
from b24learn_gui.gui.kit.buttons import SecondaryButton
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.run_progress import ProgressTracker, RunProgress
from b24learn_gui.gui.run_view import RunView
from b24learn_gui.text.words import Words, mark

Work = Literal["opening", "reading", "sparing", "writing", "looking_back", "undoing"]

_DRAW_MS = 100
"""Between two drawings of what is told: ten a second at most."""
_SAID: Mapping[Work, tuple[str, str]] = {
    "opening": (mark("The plan is being fetched from the journal…"), ""),
    "reading": (mark("Both sides are being read; nothing is written…"), ""),
    "sparing": (
        mark("The plan without deactivations is being worked out…"),
        mark("If it is what is expected, exactly that plan is applied at once."),
    ),
    "writing": (
        mark("Exactly the plan you have seen is being written…"),
        mark("You may close this window, the sync goes on. What is written stays, also if you stop it."),
    ),
    "looking_back": (mark("Learn is being read for the way back; nothing is written…"), ""),
    "undoing": (
        mark("Exactly the way back you have seen is being written…"),
        mark("You may close this window, the undo goes on. If you stop it, a later undo takes back the rest."),
    ),
}


_WRITING = frozenset({"writing", "undoing"})
_OF_LEARN_ALONE = frozenset({"looking_back", "undoing"})
"""An undo reads no portal."""


class WorkBox(Card):
    """Hidden while nothing is on its way. `stop_wanted`: somebody does not want to wait."""

    stop_wanted = Signal()

    def __init__(self, steady: Callable[[], float] = time.monotonic, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._steady = steady
        self._words = Words("en")
        self._work: Work | None = None
        self._tracker = ProgressTracker()
        self._progress = RunProgress()
        self._mark, self._title = StateMark("busy"), Text(step="section")
        self._detail = Text(shade="text_2")
        self.run, self.stop = RunView(), SecondaryButton(icon="stop")
        self._drawing = QTimer(self, singleShot=True, interval=_DRAW_MS)
        self._drawing.timeout.connect(self._draw)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._title, 1)
        head.addWidget(self.stop)
        self.rows.addLayout(head)
        self.rows.addWidget(self._detail)
        self.rows.addWidget(self.run)
        self.stop.clicked.connect(self._ask_to_stop)
        self.hide()

    @property
    def work(self) -> Work | None:
        """What is on its way now."""
        return self._work

    @property
    def writes(self) -> bool:
        """Whether a run that was started from here is on its way."""
        return self._work in _WRITING

    def begin(self, work: Work) -> None:
        """This has begun. A look into the journal is over before anybody wonders, and shows only if it is not."""
        self._work, self._tracker = work, ProgressTracker(undo=work in _OF_LEARN_ALONE)
        self._progress = self._tracker.snapshot()
        self.stop.setEnabled(True)
        if work == "opening":
            self._drawing.start()
        else:
            self._draw()

    def end(self) -> None:
        """Nothing is on its way any more."""
        self._work = None
        self._drawing.stop()
        self.hide()

    def take(self, event: Mapping[str, object]) -> None:
        """An event of a preview (INTERFACE: `--events`)."""
        self._tracker.take(event, self._steady())
        self.show_progress(self._tracker.snapshot())

    def show_progress(self, progress: RunProgress) -> None:
        """How far it is; may be told as often as one likes."""
        self._progress = progress
        if self._work is not None and not self._drawing.isActive():
            self._drawing.start()

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self._draw()

    def _ask_to_stop(self) -> None:
        self.stop.setEnabled(False)
        self.stop_wanted.emit()

    def _draw(self) -> None:
        words, work = self._words, self._work
        if work is None:
            return
        title, detail = _SAID[work]
        self._title.setText(words(title))
        self._detail.say(words(detail))
        self.setAccessibleName(words(title))
        stops = {"writing": words("Stop the sync"), "undoing": words("Stop the undo")}
        self.stop.setText(stops.get(work, words("Stop")))
        self.stop.setVisible(work != "opening")
        self.run.setVisible(work != "opening")
        self.run.stages["write"].setVisible(work in _WRITING)
        self.run.show_progress(self._progress, words)
        self.show()
