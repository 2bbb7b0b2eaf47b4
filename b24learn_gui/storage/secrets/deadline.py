"""Asking something that may never answer."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class DeadlineExceeded(Exception):
    """No answer in time; whoever was asked may still be at it, on a thread that does not keep the program alive."""


class _Call(Generic[T]):
    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._finished = threading.Event()
        self._result: T
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._result = self._function()
        except BaseException as error:  # noqa: BLE001  # handed over to the thread that asked
            self._error = error
        finally:
            self._finished.set()

    def result(self, seconds: float) -> T:
        if not self._finished.wait(seconds):
            raise DeadlineExceeded
        if self._error is not None:
            raise self._error
        return self._result


def call_with_deadline(function: Callable[[], T], seconds: float) -> T:
    """`function()`, made on a worker thread; raises what it raises, or `DeadlineExceeded` after `seconds`."""
    call = _Call(function)
    threading.Thread(target=call.run, name="secret-store", daemon=True).start()
    return call.result(seconds)
