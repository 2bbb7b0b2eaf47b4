"""A question answered on a worker thread, of which only the answer to the latest asking counts."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from b24learn_gui.gui.background import Outcome, in_background

Compute = Callable[[], object]


class LateAnswers(QObject):
    """Runs one computation at a time; of those asked for meanwhile only the last is run next, and late answers drop."""

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._wanted = False
        self._waiting: Compute | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._wanted

    def ask(self, compute: Compute) -> None:
        """Work this out; answers to earlier questions no longer count. `compute` runs on another thread."""
        self._wanted = True
        self._waiting = compute
        if not self._running:
            self._start()

    def forget(self) -> None:
        """Nobody wants an answer any more."""
        self._wanted, self._waiting = False, None

    def _start(self) -> None:
        if self._waiting is not None:
            compute, self._waiting, self._running = self._waiting, None, True
            in_background(compute, self._finished, name="late answer")

    def _finished(self, outcome: Outcome[object]) -> None:
        if not isValid(self):  # whoever asked is gone
            return
        self._running = False
        if self._waiting is not None:
            self._start()
        elif self._wanted:
            self._wanted = False
            if outcome.failure is None:
                self.answered.emit(outcome.answer)
            else:
                self.failed.emit(outcome.failure)
