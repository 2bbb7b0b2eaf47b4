"""Waiting that can be stopped and that ends."""

import random
import threading
from collections.abc import Callable

from b24learn_gui.errors import Side, StoppedOnRequest, Unreachable


class Patience:
    """Waiting for one server in one run: it can be stopped at any moment, and in sum it ends.

    `seconds` is the whole budget (settings `network.patience_seconds`), shared by retries and refusals and by all
    threads; `scale` multiplies what is really slept, not what is charged. `on_wait(seconds, reason)` is told before
    each wait. `sleep` replaces the sleeping itself (simulated time).
    """

    def __init__(
        self,
        seconds: float,
        *,
        side: Side,
        portal: str | None = None,
        stop: threading.Event | None = None,
        scale: float = 1.0,
        on_wait: Callable[[float, str], None] | None = None,
        sleep: Callable[[float], object] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.stop = stop or threading.Event()
        self._budget = seconds
        self._side: Side = side
        self._portal = portal
        self._scale = scale
        self._on_wait = on_wait
        self._sleep = sleep or self.stop.wait
        self._jitter = jitter
        self._lock = threading.Lock()
        self.spent = 0.0

    def check(self) -> None:
        """Raise `StoppedOnRequest("stopped")` if somebody asked us to stop."""
        if self.stop.is_set():
            raise StoppedOnRequest("stopped")

    def wait(self, seconds: float, reason: str) -> None:
        """Wait, or raise `Unreachable("patience_exhausted")` at once when the budget does not hold that long."""
        self.check()
        with self._lock:
            if self.spent + seconds > self._budget:
                raise Unreachable(
                    "patience_exhausted",
                    side=self._side,
                    portal=self._portal,
                    cause=reason,
                    patience=round(self._budget),
                    waited=round(self.spent),
                    needed=round(seconds),
                )
            self.spent += seconds
        if self._on_wait is not None:
            self._on_wait(seconds, reason)
        self._sleep(seconds * self._scale)
        self.check()

    def charge(self, seconds: float) -> None:
        """Count time lost in a failed attempt as waited."""
        with self._lock:
            self.spent += max(0.0, seconds)

    def back_off(self, attempt: int, reason: str, *, at_least: float = 0.0) -> None:
        """Wait 1, 2, 4, 8 … seconds for attempt 0, 1, 2, 3 …, up to a quarter more: clients must not march in step.

        `at_least`: what the server asked for (`retry_after`).
        """
        self.wait(max(2.0**attempt * (1 + self._jitter() / 4), at_least), reason)

    def pace(self, seconds: float) -> None:
        """Wait for our own throttle: not the server's doing, so it is not charged and nobody is told."""
        self.check()
        if seconds > 0:
            self._sleep(seconds * self._scale)
            self.check()
