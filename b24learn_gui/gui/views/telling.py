"""What a question on a worker thread tells while it reads, as the events a run of its own would print."""

import threading
import time
from collections.abc import Callable, Mapping

from b24learn_gui.service.reporting import Silent

_PAUSE = 0.1
"""Seconds between two tellings of the same phase."""


class Telling(Silent):
    """Hands events (INTERFACE: `--events`) to `tell`, from whichever thread; single changes nobody waits for."""

    def __init__(
        self, tell: Callable[[Mapping[str, object]], None], steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell, self._steady = tell, steady
        self._guard = threading.Lock()
        self._last = float("-inf")

    def phase(self, name: str, portal: str | None = None) -> None:
        with self._guard:
            self._last = float("-inf")
        self._tell({"event": "phase", "phase": name, "portal": portal})

    def progress(self, done: int, total: int) -> None:
        with self._guard:
            now = self._steady()
            if done < total and now - self._last < _PAUSE:
                return
            self._last = now
        self._tell({"event": "progress", "done": done, "total": total})

    def waiting(self, seconds: float, reason: str) -> None:
        self._tell({"event": "phase", "phase": "wait", "portal": None, "seconds": round(seconds, 1), "reason": reason})
