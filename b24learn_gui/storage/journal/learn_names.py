"""What those are called whom Learn alone knows: accounts and departments that are none of ours, by their Learn id."""

import contextlib
import sqlite3
from collections.abc import Mapping
from itertools import islice

import msgspec

_CALLED = "called"
"""Name of the fact that holds them: id → name, JSON, the one learnt last at the end."""
_MOST = 2_000
"""So many names are kept: nobody's hangs on a run, so it would never go with one."""


def remember_called(db: sqlite3.Connection, called: Mapping[str, str]) -> None:
    """Keep these names beside those known already, of which the oldest go where there are too many."""
    known = known_by_learn(db)
    if not called.items() <= known.items():
        names = {**{id_: name for id_, name in known.items() if id_ not in called}, **called}
        value = msgspec.json.encode(dict(islice(names.items(), max(0, len(names) - _MOST), None))).decode()
        db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (_CALLED, value))


def known_by_learn(db: sqlite3.Connection) -> dict[str, str]:
    """Every name that was kept, by its Learn id. What another version of this program wrote otherwise is as good as
    unknown: it only explains, and must keep no run from being ended.
    """
    row = db.execute("SELECT value FROM facts WHERE name = ?", (_CALLED,)).fetchone()
    with contextlib.suppress(msgspec.MsgspecError):
        return {} if row is None else msgspec.json.decode(row[0], type=dict[str, str])
    return {}
