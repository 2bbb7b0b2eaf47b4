"""Faults on demand: the k-th call that matches goes wrong in a chosen way (contract section 15)."""

import re
import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Literal

FaultKind = Literal[
    "status",
    "html",
    "truncated",
    "wrong_types",
    "empty",
    "slow",
    "drop_before",
    "drop_after",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and when.

    `kind`: `status` answers with an error body, `html` with a proxy's page (both without doing the work unless
    `commit`); `truncated`, `wrong_types` and `empty` do the work and spoil the answer; `slow` waits `seconds` first;
    `drop_before` closes the connection without doing the work, `drop_after` after having done it.
    `method` and `path` (a regular expression for the whole path without prefix) choose the calls; "" is any.
    `at`: the first of the matching calls to fail, counted from 1; `times`: how many in a row, None for all further.
    """

    kind: FaultKind
    status: int = 500
    method: str = ""
    path: str = ""
    at: int = 1
    times: int | None = 1
    commit: bool = False
    seconds: float = 0.0
    retry_after: str = ""
    message: str = "Internal error"
    writes_only: bool = False

    @property
    def works(self) -> bool:
        """True if the call does its work although the answer goes wrong."""
        return self.commit or self.kind in ("truncated", "wrong_types", "empty", "slow", "drop_after")


@dataclass(frozen=True, slots=True)
class _Refused:
    what: str
    status: int
    message: str


class Faults:
    """All planned faults of one server; may be added to while it runs."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._planned: list[tuple[Fault, int]] = []
        self._people: list[_Refused] = []
        self._departments: list[_Refused] = []

    def add(self, fault: Fault) -> None:
        """Plans one; several may match the same call, the first added wins, all of them count it."""
        with self._guard:
            self._planned.append((fault, 0))

    def plan(self, kind: FaultKind, **options: Any) -> None:
        """`add(Fault(kind, …))`."""
        self.add(replace(Fault(kind), **options))

    def refuse_person(self, what: str, *, status: int = 400, message: str = "Invalid value") -> None:
        """Every write about the person with this login, e-mail or id is refused."""
        with self._guard:
            self._people.append(_Refused(what.casefold(), status, message))

    def refuse_department(self, what: str, *, status: int = 400, message: str = "Invalid value") -> None:
        """Every write about the department with this name, code or id is refused."""
        with self._guard:
            self._departments.append(_Refused(what.casefold(), status, message))

    def clear(self) -> None:
        with self._guard:
            self._planned.clear()
            self._people.clear()
            self._departments.clear()

    def next(self, method: str, path: str, *, write: bool) -> Fault | None:
        """The fault of this call, if any; counts the call for every fault that it matches."""
        chosen: Fault | None = None
        with self._guard:
            for place, (fault, seen) in enumerate(self._planned):
                if not _matches(fault, method, path, write=write):
                    continue
                self._planned[place] = (fault, seen + 1)
                due = seen + 1 >= fault.at and (fault.times is None or seen + 1 < fault.at + fault.times)
                chosen = chosen or (fault if due else None)
        return chosen

    def refusal(self, path: str, names: Collection[str]) -> tuple[int, str] | None:
        """Status and message if one of the names is refused on this path."""
        folded = {name.casefold() for name in names}
        with self._guard:
            refused = self._departments if path.startswith("/department") else []
            for rule in (*refused, *self._people):
                if rule.what in folded:
                    return rule.status, rule.message
        return None


def _matches(fault: Fault, method: str, path: str, *, write: bool) -> bool:
    return (
        (not fault.method or fault.method == method)
        and (not fault.path or re.fullmatch(fault.path, path) is not None)
        and (write or not fault.writes_only)
    )
