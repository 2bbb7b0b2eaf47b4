"""What those are called whom Learn alone knows: accounts and departments that are none of ours, by their Learn id."""

import sqlite3
from collections.abc import Mapping

import msgspec

_CALLED = "called"
"""Name of the fact that holds them: id → name, JSON."""


def remember_called(db: sqlite3.Connection, called: Mapping[str, str]) -> None:
    """Keep these names beside those known already."""
    known = known_by_learn(db)
    if not called.items() <= known.items():
        value = msgspec.json.encode({**known, **called}).decode()
        db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (_CALLED, value))


def known_by_learn(db: sqlite3.Connection) -> dict[str, str]:
    """Every name that was kept, by its Learn id."""
    row = db.execute("SELECT value FROM facts WHERE name = ?", (_CALLED,)).fetchone()
    return {} if row is None else msgspec.json.decode(row[0], type=dict[str, str])
