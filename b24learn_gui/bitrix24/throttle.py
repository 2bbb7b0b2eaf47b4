"""Our own leaky bucket, so that an ordinary run never meets the portal's (contract bitrix24-rest.md 6)."""

import threading
import time
from collections.abc import Callable

CAPACITY = 40.0
LEAK_PER_SECOND = 2.0
_SLOWEST = 0.25


class Bucket:
    """Shared by everything that calls one portal. `clock` gives monotonic seconds."""

    def __init__(
        self,
        capacity: float = CAPACITY,
        leak: float = LEAK_PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._capacity = capacity
        self._leak = leak
        self._clock = clock
        self._level = 0.0
        self._at = clock()
        self._lock = threading.Lock()

    def pour(self) -> float:
        """Take one request in and say how many seconds to wait before sending it."""
        with self._lock:
            now = self._clock()
            self._level = max(0.0, self._level - (now - self._at) * self._leak) + 1
            self._at = now
            return max(0.0, (self._level - self._capacity) / self._leak)

    def slow_down(self) -> None:
        """The portal was faster at refusing: others share its bucket. Halve our rate, with no burst left."""
        with self._lock:
            self._leak = max(_SLOWEST, self._leak / 2)
            self._level = max(self._level, self._capacity)
