"""How many requests may be under way at a time, and when nobody may send at all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from b24learn_gui.http import Patience

RECOVERY = 20
"""Answers without complaint after which one more request at a time is tried."""


class Gate:
    """At most `most` requests at a time: half as many after each 429, one more again after `RECOVERY` good answers."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._allowed = most
        self._under_way = 0
        self._good = 0
        self._changed = threading.Condition()

    @property
    def allowed(self) -> int:
        """How many requests may be under way at a time just now."""
        return self._allowed

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the places for the length of one exchange."""
        with self._changed:
            self._changed.wait_for(lambda: self._under_way < self._allowed)
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify()

    def narrow(self) -> None:
        """The server asked for fewer."""
        with self._changed:
            self._allowed = max(1, self._allowed // 2)
            self._good = 0

    def good(self) -> None:
        """An answer came without complaint."""
        if self._allowed == self._most:
            return
        with self._changed:
            self._good += 1
            if self._good >= RECOVERY and self._allowed < self._most:
                self._allowed += 1
                self._good = 0
                self._changed.notify()


class Rest:
    """Waiting on behalf of all threads: while one waits for the server, nobody sends, and it is charged once."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._waiting = threading.Lock()
        self._waits = 0

    def over(self) -> int:
        """Block until nobody waits; the number of waits so far, to be handed to `wait`."""
        with self._waiting:
            return self._waits

    def wait(self, seconds: float | None, attempt: int, reason: str, *, seen: int) -> None:
        """Wait so many seconds, or back off by `attempt`, unless another thread has waited since `seen`."""
        with self._waiting:
            if self._waits != seen:
                self._patience.check()
                return
            self._waits += 1
            if seconds is None:
                self._patience.back_off(attempt, reason)
            else:
                self._patience.wait(seconds, reason)
