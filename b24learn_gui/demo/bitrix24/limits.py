"""The limits of the cloud: a leaky bucket of requests and a budget of execution time (section 6)."""

from __future__ import annotations

from b24learn_gui.demo.bitrix24.switches import LeakyBucket

_WINDOW_MINUTES = 10
_COUNTED_FROM_SECONDS = 0.1


class RateLimiter:
    """One leaky bucket a source address. Refused requests add nothing to it."""

    def __init__(self, rate: LeakyBucket) -> None:
        self._rate = rate
        self._levels: dict[str, tuple[float, float]] = {}

    def admits(self, client: str, now: float) -> bool:
        level, since = self._levels.get(client, (0.0, now))
        level = max(0.0, level - max(0.0, now - since) * self._rate.per_second)
        if level + 1 > self._rate.size:
            self._levels[client] = (level, now)
            return False
        self._levels[client] = (level + 1, now)
        return True


class OperatingTime:
    """Seconds spent per method and credential in ten one-minute buckets."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, str], dict[int, float]] = {}

    def add(self, method: str, credential: str, seconds: float, now: float) -> None:
        """Short calls cost nothing."""
        if seconds >= _COUNTED_FROM_SECONDS:
            buckets = self._current(method, credential, now)
            minute = int(now // 60)
            buckets[minute] = buckets.get(minute, 0.0) + seconds

    def spent(self, method: str, credential: str, now: float) -> float:
        return sum(self._current(method, credential, now).values())

    def reset_at(self, method: str, credential: str, now: float) -> int:
        """Unix time when the oldest bucket drops out."""
        oldest = min(self._current(method, credential, now), default=int(now // 60))
        return (oldest + _WINDOW_MINUTES) * 60

    def _current(self, method: str, credential: str, now: float) -> dict[int, float]:
        first = int(now // 60) - _WINDOW_MINUTES + 1
        buckets = self._spent.setdefault((method, credential), {})
        for minute in [minute for minute in buckets if minute < first]:
            del buckets[minute]
        return buckets
