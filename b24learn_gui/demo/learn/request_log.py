"""What the embedded Learn was asked, without secrets, and how much at a time (contract section 15)."""

import re
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24learn_gui.demo.learn.access import AuthKind

MASK = "***"


@dataclass(slots=True)
class Entry:
    """One request. `path` is without prefix, passwords and keys in `body` and `headers` are masked.

    `started` and `finished` are seconds of a monotonic clock; `status` is 0 where the connection was dropped.
    """

    number: int
    method: str
    path: str
    prefix: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: Any
    auth: AuthKind
    write: bool
    started: float
    finished: float = 0.0
    status: int = 0
    write_number: int = 0
    """The place among writes that reached the rules, from 1; 0 for everything else."""


KEPT = 200_000


class RequestLog:
    """The last `KEPT` requests in the order of arrival: a demonstration may run for weeks."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._number = 0
        self._now = 0
        self._peak = 0

    def begin(self, entry: Entry) -> None:
        with self._guard:
            self._now += 1
            self._peak = max(self._peak, self._now)
            self._number += 1
            entry.number = self._number
            self._entries.append(entry)

    def end(self, entry: Entry) -> None:
        with self._guard:
            entry.finished = time.perf_counter()
            self._now -= 1

    @property
    def entries(self) -> tuple[Entry, ...]:
        with self._guard:
            return tuple(self._entries)

    @property
    def peak(self) -> int:
        """The highest number of requests in flight at one moment."""
        return self._peak

    @property
    def in_flight(self) -> int:
        return self._now

    def find(self, method: str = "", path: str = "") -> tuple[Entry, ...]:
        """Requests of a method to paths that a regular expression matches whole; "" is any."""
        return tuple(
            entry
            for entry in self.entries
            if (not method or entry.method == method) and (not path or re.fullmatch(path, entry.path))
        )

    @property
    def writes(self) -> tuple[Entry, ...]:
        """Requests to calls that change something, answered well or not."""
        return tuple(entry for entry in self.entries if entry.write)

    @property
    def reads(self) -> tuple[Entry, ...]:
        """Everything else, token requests among them."""
        return tuple(entry for entry in self.entries if not entry.write)

    def clear(self) -> None:
        """Forgets the requests and the peak."""
        with self._guard:
            self._entries.clear()
            self._number = 0
            self._peak = self._now


_SECRET_HEADERS = ("authorization", "x-auth-password", "x-password", "cookie", "proxy-authorization")
_SECRET_FIELDS = ("password", "client_secret", "clientsecret")


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that mean something to Learn, secret ones masked."""
    return {
        name: MASK if name in _SECRET_HEADERS else value
        for name, value in headers.items()
        if name in ("accept", "content-type", "user-agent", *_SECRET_HEADERS) or name.startswith("x-")
    }


def masked_body(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if str(name).lower() in _SECRET_FIELDS else masked_body(part) for name, part in value.items()
        }
    return [masked_body(part) for part in value] if isinstance(value, list) else value
