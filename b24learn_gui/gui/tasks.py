"""Questions to the service on worker threads; their answers come back on the windows' own thread."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from shiboken6 import isValid

from b24learn_gui.errors import SyncError, Unreachable
from b24learn_gui.gui.background import Outcome, in_background, post, remember_defect

T = TypeVar("T")

USUAL_DEADLINE = 300.0
"""Seconds a question may take before it counts as failed; whoever looks on has long pressed "Stop" by then."""
_GOODBYE = 2.0
"""Seconds that questions get to end when the program quits; after that their threads end with the process."""


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
    """A question on its way: when it is given up (`time.monotonic`), after how many seconds, and who waits for it."""

    until: float
    seconds: float
    on_answer: Callable[[Any], None]
    on_error: Callable[[SyncError], None]


class Tasks(QObject):
    """Runs questions; used from the windows' thread, which is where every answer arrives."""

    def __init__(self, parent: QObject | None = None, *, deadline_seconds: float = USUAL_DEADLINE) -> None:
        super().__init__(parent)
        self._deadline = deadline_seconds
        self._post = post()
        self._open: dict[Handle, _Open] = {}
        self._threads: set[threading.Thread] = set()
        self._closed = False
        # One timer, as old as this, which never ends before it and knows nobody but its method. A timer for each
        # question, ended with its answer, may be the last to know of this object, whose child it is: ending it would
        # end this, and so itself once more.
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._look_at_the_clock)
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
        self._open[handle] = _Open(time.monotonic() + seconds, seconds, on_answer, on_error)
        self._await_the_next()
        self._threads = {each for each in self._threads if each.is_alive()}
        work = partial(question, handle.stop)
        self._threads.add(in_background(work, partial(self._settle, handle), name="question"))
        return handle

    def queued(self, tell: Callable[..., None]) -> Callable[..., None]:
        """A function for a question to call: `tell` is called with the same values in the windows' own thread.

        For news on the way to an answer; whether they are still wanted is for `tell` to know.
        """
        return lambda *values: self._post.send(partial(self._tell, tell, values))

    def drop(self) -> None:
        """Cancels everything without waiting: nobody is left to be told, and nothing is asked from now on."""
        self._closed = True
        for handle in list(self._open):
            handle.cancel()

    def close(self) -> bool:
        """Cancels everything and waits a moment; False if a worker did not stop in that time (it harms nobody)."""
        self.drop()
        until = time.monotonic() + _GOODBYE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _tell(self, tell: Callable[..., None], values: tuple[object, ...]) -> None:
        if not self._closed and isValid(self):
            tell(*values)

    def _settle(self, handle: Handle, outcome: Outcome[T]) -> None:
        error = outcome.failure
        if error is not None and not isinstance(error, SyncError):
            remember_defect(error)
            error = SyncError("defect", kind=type(error).__name__)
        if not isValid(self):  # the windows are gone already
            return
        if error is not None:
            self._answer_error(handle, error)
            return
        asked = self._open.get(handle)
        if asked is not None and handle.settle():
            asked.on_answer(outcome.answer)

    def _answer_error(self, handle: Handle, error: SyncError) -> None:
        asked = self._open.get(handle)
        if asked is not None and handle.settle():
            asked.on_error(error)

    def _forget(self, handle: Handle) -> None:
        self._open.pop(handle, None)
        if not self._open and isValid(self):
            self._next.stop()

    def _await_the_next(self) -> None:
        """Let the timer ring when the next question is to be given up, which may be none of those by then."""
        if self._open:
            until = min(each.until for each in self._open.values())
            self._next.start(math.ceil(max(0.0, until - time.monotonic()) * 1000))

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        for handle, asked in list(self._open.items()):
            if asked.until <= now:
                handle.stop.set()
                self._answer_error(handle, Unreachable("timeout_read", seconds=round(asked.seconds)))
        self._await_the_next()
