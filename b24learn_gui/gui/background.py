"""Work on a thread of its own, brought back to the windows' thread with everything it held.

Objects of the toolkit may end only on the thread that made them: a timer that ends elsewhere stays known to its own
thread's loop, which then reads memory that is no longer its. So a worker's thread never is the last to let go of
anything but what it made itself: the work and all that hangs on it go back in the same parcel as the answer.
"""

import contextlib
import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of some work: its answer, or how it failed."""

    answer: T | None = None
    failure: Exception | None = None


class Post(QObject):
    """Carries calls from any thread into the windows' thread, in the order they were sent."""

    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def send(self, call: Callable[[], None]) -> None:
        """From any thread: have this called in the windows' thread; dropped where that has ended."""
        with contextlib.suppress(RuntimeError):
            self._arrived.emit(call)

    @Slot(object)
    def _take(self, call: Callable[[], None]) -> None:
        """A method of an object of the windows' thread: that decides where it runs."""
        try:
            call()
        except Exception as error:
            remember_defect(error)  # the toolkit says it on standard error alone, which windows have not
            raise


@cache
def post() -> Post:
    """The program's one post, which outlives every worker. It is the windows' thread's, whoever asks for it first."""
    made, app = Post(), QCoreApplication.instance()
    if app is not None:
        made.moveToThread(app.thread())
    return made


class _Parcel(Generic[T]):
    """Work on its way there and back. Emptied in the windows' thread, so that what it held ends there."""

    def __init__(self, work: Callable[[], T], take: Callable[[Outcome[T]], None]) -> None:
        self._work: Callable[[], T] | None = work
        self._take: Callable[[Outcome[T]], None] | None = take
        self._outcome: Outcome[T] = Outcome()

    def do(self) -> None:
        """On the worker's thread. Keeps no reference to the work in a variable that would outlast the parcel."""
        if self._work is None:
            return
        try:
            self._outcome = Outcome(self._work())
        except Exception as error:  # noqa: BLE001 - whatever it is, who asked has to hear of it
            self._outcome = Outcome(failure=error)

    def unpack(self) -> None:
        """On the windows' thread: hand the outcome over, and let go of everything."""
        take, outcome = self._take, self._outcome
        self._work, self._take, self._outcome = None, None, Outcome()
        if take is not None:
            take(outcome)


def in_background(work: Callable[[], T], take: Callable[[Outcome[T]], None], *, name: str) -> threading.Thread:
    """Do this on a thread of its own and have its outcome taken in the windows' thread, from which this is called."""
    thread = threading.Thread(target=_run, args=(_Parcel(work, take), post()), name=name, daemon=True)
    thread.start()
    return thread


def _run(parcel: _Parcel[T], to: Post) -> None:
    parcel.do()
    to.send(parcel.unpack)


def remember_defect(error: Exception) -> None:
    """Log where it happened, without its words: those may hold an address that is a secret."""
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    _log.error("A step ended with %s at %s", type(error).__name__, " < ".join(reversed(places)))
