"""Whom and what undos hold: they stay as they are until released (rule U2)."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.company.model import DepartmentKey, PersonKey, person_label
from b24learn_gui.sync.changes import Change

_DEPARTMENT = "held-department:"
"""How the names of facts begin that hold a department; behind it `main:3`, and the undo's run as the value."""


@dataclass(frozen=True, slots=True)
class Held:
    """The people and departments that one undo, or all of them, hold."""

    people: frozenset[PersonKey] = frozenset()
    departments: frozenset[DepartmentKey] = frozenset()


@dataclass(slots=True)
class UndoHolds:
    """What the undo `run_id` holds while it is written: taken before each write, let go where nothing came of it.

    What an undo before it holds already is left to that one. `_sent`: the kinds of change sent to each.
    """

    run_id: str
    _sent: dict[tuple[Literal["person", "department"], PersonKey], set[str]] = field(default_factory=dict)

    def take(self, db: sqlite3.Connection, changes: Sequence[Change]) -> None:
        for change in changes:
            self._sent.setdefault((change.what, change.key), set()).add(change.kind)
        hold(db, (change.key for change in changes if change.what == "person"), self.run_id)
        hold_departments(db, (change.key for change in changes if change.what == "department"), self.run_id)

    def let_go(self, db: sqlite3.Connection, change: Change) -> None:
        """Nothing came of this change; whoever was changed otherwise by this undo stays held."""
        kinds = self._sent.get((change.what, change.key))
        if kinds is None or change.kind not in kinds:
            return
        kinds.discard(change.kind)
        if kinds:
            return
        if change.what == "person":
            db.execute(
                "DELETE FROM held WHERE portal = ? AND bitrix24_id = ? AND run_id = ?", (*change.key, self.run_id)
            )
        else:
            db.execute("DELETE FROM facts WHERE name = ? AND value = ?", (_name(change.key), self.run_id))


def hold(db: sqlite3.Connection, keys: Iterable[PersonKey], run_id: str) -> None:
    db.executemany("INSERT OR IGNORE INTO held VALUES (?, ?, ?)", ((*key, run_id) for key in keys))


def hold_departments(db: sqlite3.Connection, keys: Iterable[DepartmentKey], run_id: str) -> None:
    db.executemany("INSERT OR IGNORE INTO facts VALUES (?, ?)", ((_name(key), run_id) for key in keys))


def release(db: sqlite3.Connection, keys: Iterable[PersonKey]) -> None:
    db.executemany("DELETE FROM held WHERE portal = ? AND bitrix24_id = ?", keys)


def release_departments(db: sqlite3.Connection, keys: Iterable[DepartmentKey]) -> None:
    db.executemany("DELETE FROM facts WHERE name = ?", ((_name(key),) for key in keys))


UNDOS = f"SELECT run_id FROM held UNION SELECT value FROM facts WHERE name GLOB '{_DEPARTMENT}*'"  # noqa: S608  # constant
"""The runs of undos that hold somebody or something."""


def held(db: sqlite3.Connection) -> Held:
    """By all undos."""
    people = db.execute("SELECT portal, bitrix24_id FROM held")
    departments = db.execute("SELECT name FROM facts WHERE name GLOB ?", (f"{_DEPARTMENT}*",))
    return Held(frozenset(people), frozenset(_key(name) for (name,) in departments))


def held_for(db: sqlite3.Connection, run_id: str) -> Held:
    """By undos of that run, and by that run where it is an undo itself."""
    undos = {run_id, *(undo for (undo,) in db.execute("SELECT id FROM runs WHERE undoes = ?", (run_id,)))}
    people = db.execute("SELECT run_id, portal, bitrix24_id FROM held")
    departments = db.execute("SELECT value, name FROM facts WHERE name GLOB ?", (f"{_DEPARTMENT}*",))
    return Held(
        frozenset((portal, number) for undo, portal, number in people if undo in undos),
        frozenset(_key(name) for undo, name in departments if undo in undos),
    )


def _name(key: DepartmentKey) -> str:
    return f"{_DEPARTMENT}{person_label(key)}"


def _key(name: str) -> DepartmentKey:
    portal, _, number = name.removeprefix(_DEPARTMENT).partition(":")
    return portal, int(number)
