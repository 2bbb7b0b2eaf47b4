"""Questions to the service on worker threads; their answers come back on the windows' own thread."""

import contextlib
import logging
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from b24learn_gui.errors import SyncError, Unreachable

T = TypeVar("T")

USUAL_DEADLINE = 300.0
"""Seconds a question may take before it counts as failed; whoever looks on has long pressed "Stop" by then."""
_GOODBYE = 2.0
"""Seconds that questions get to end when the program quits; after that their threads end with the process."""

_log = logging.getLogger(__name__)


class Handle:
    """A question on its way. `cancel` asks the worker to stop; its answer, early or late, is dropped from then on."""

    def __init__(self, drop: Callable[["Handle"], None]) -> None:
        self.stop = threading.Event()
        self._drop = drop
        self._open = True

    @property
    def active(self) -> bool:
        """Whether somebody still waits for the answer."""
        return self._open

    def cancel(self) -> None:
        """Nobody waits any more. Without effect once the answer is there."""
        self.stop.set()
        self.settle()

    def settle(self) -> bool:
        """Nobody waits any more, the answer has arrived; False if nobody waited before."""
        was, self._open = self._open, False
        if was:
            self._drop(self)
        return was


@dataclass(frozen=True, slots=True)
class _Open:
    """A question on its way: the timer of its deadline, and who waits for the answer."""

    timer: QTimer
    on_answer: Callable[[Any], None]
    on_error: Callable[[SyncError], None]


class Tasks(QObject):
    """Runs questions; used from the thread it was made in, which is where every answer arrives."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None, *, deadline_seconds: float = USUAL_DEADLINE) -> None:
        super().__init__(parent)
        self._deadline = deadline_seconds
        self._open: dict[Handle, _Open] = {}
        """Open questions. Whom an answer is for is known here alone: a worker that held a window could be the last one
        to let go of it, and no window may end on a worker's thread."""
        self._threads: set[threading.Thread] = set()
        self._gate = threading.Lock()
        self._closed = False
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._open)

    def run(
        self,
        question: Callable[[threading.Event], T],
        on_answer: Callable[[T], None],
        on_error: Callable[[SyncError], None],
        *,
        deadline_seconds: float | None = None,
    ) -> Handle:
        """Ask on a worker thread. One of `on_answer`, `on_error` is called once, unless the handle is cancelled.

        `question` gets the event that asks it to stop, and heeds it. After the deadline `on_error` gets
        `Unreachable("timeout_read")`; what is no `SyncError` arrives as `SyncError("defect", kind=…)`.
        """
        handle = Handle(self._forget)
        if self._closed:
            handle.cancel()
            return handle
        seconds = self._deadline if deadline_seconds is None else deadline_seconds
        timer = QTimer(self, singleShot=True, interval=round(seconds * 1000))
        timer.timeout.connect(partial(self._time_is_up, handle, seconds))
        self._open[handle] = _Open(timer, on_answer, on_error)
        timer.start()

        def work() -> None:
            try:
                found = question(handle.stop)
            except SyncError as error:
                self._hand_over(partial(self._answer_error, handle, error))
            except Exception as error:  # noqa: BLE001  # a defect has to be told, or the window would wait for ever
                remember_defect(error)
                self._hand_over(partial(self._answer_error, handle, SyncError("defect", kind=type(error).__name__)))
            else:
                self._hand_over(partial(self._answer, handle, found))
            finally:
                with self._gate:
                    self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=work, name="question", daemon=True)
        with self._gate:
            self._threads.add(thread)
        thread.start()
        return handle

    def queued(self, tell: Callable[..., None]) -> Callable[..., None]:
        """A function any thread may call: `tell` is called with the same values in the windows' own thread.

        For news on the way to an answer; whether they are still wanted is for `tell` to know.
        """
        return lambda *values: self._hand_over(lambda: tell(*values))

    def drop(self) -> None:
        """Cancels everything without waiting: nobody is left to be told, and nothing is asked from now on."""
        with self._gate:
            self._closed = True
        for handle in list(self._open):
            handle.cancel()

    def close(self) -> bool:
        """Cancels everything and waits a moment; False if a worker did not stop in that time (it harms nobody)."""
        self.drop()
        with self._gate:
            threads = list(self._threads)
        until = time.monotonic() + _GOODBYE
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    @Slot(object)
    def _take(self, call: Callable[[], None]) -> None:
        """A method of an object of the windows' thread: that decides where it runs."""
        call()

    def _hand_over(self, call: Callable[[], None]) -> None:
        with self._gate:
            if not self._closed:
                with contextlib.suppress(RuntimeError):  # the windows are gone already
                    self._arrived.emit(call)

    def _answer(self, handle: Handle, found: object) -> None:
        asked = self._open.get(handle)
        if asked is not None and handle.settle():
            asked.on_answer(found)

    def _answer_error(self, handle: Handle, error: SyncError) -> None:
        asked = self._open.get(handle)
        if asked is not None and handle.settle():
            asked.on_error(error)

    def _forget(self, handle: Handle) -> None:
        asked = self._open.pop(handle, None)
        if asked is not None:
            asked.timer.stop()
            asked.timer.deleteLater()

    def _time_is_up(self, handle: Handle, seconds: float) -> None:
        handle.stop.set()
        self._answer_error(handle, Unreachable("timeout_read", seconds=round(seconds)))


def remember_defect(error: Exception) -> None:
    """Log where it happened, without its words: those may hold an address that is a secret."""
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    _log.error("A step ended with %s at %s", type(error).__name__, " < ".join(reversed(places)))
