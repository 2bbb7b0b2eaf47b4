"""A question answered on a worker thread, of which only the answer to the latest asking counts."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

Compute = Callable[[], object]


class _Bridge(QObject):
    """Carries an answer into the thread that asked. Nobody's child: it lives as long as the work does."""

    done = Signal(object, object)


class _Work(QRunnable):
    def __init__(self, compute: Compute, bridge: _Bridge) -> None:
        super().__init__()
        self._compute, self._bridge = compute, bridge

    def run(self) -> None:
        answer: object = None
        failure: Exception | None = None
        try:
            answer = self._compute()
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread that asked has to hear of it
            failure = error
        self._bridge.done.emit(answer, failure)


class LateAnswers(QObject):
    """Runs one computation at a time; of those asked for meanwhile only the last is run next, and late answers drop."""

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, pool: QThreadPool | None = None) -> None:
        super().__init__(parent)
        self._pool = pool or QThreadPool.globalInstance()
        self._bridge = _Bridge()
        self._bridge.done.connect(self._finished)
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
            work, self._waiting, self._running = _Work(self._waiting, self._bridge), None, True
            self._pool.start(work)

    def _finished(self, answer: object, failure: object) -> None:
        self._running = False
        if self._waiting is not None:
            self._start()
        elif self._wanted:
            self._wanted = False
            if failure is None:
                self.answered.emit(answer)
            else:
                self.failed.emit(failure)
