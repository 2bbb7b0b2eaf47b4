"""How long runs are kept: by age, and by the size of the journal; and the room they took is given back."""

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from b24learn_gui.storage.journal.holds import UNDOS
from b24learn_gui.storage.journal.instants import to_text

_SUCCESSES = "command = 'sync' AND NOT partial AND exit_code IN (0, 10)"
_NEEDED = f"""number IN (SELECT number FROM runs ORDER BY number DESC LIMIT ?)
    OR number IS (SELECT max(number) FROM runs WHERE {_SUCCESSES})
    OR number IS (SELECT max(number) FROM runs WHERE command = 'sync' AND NOT partial AND finished_at IS NOT NULL)
    OR id IN ({UNDOS})
    OR id IN (SELECT undoes FROM runs AS undo WHERE undo.id IN ({UNDOS}))
    OR finished_at IS NULL AND number IS (SELECT max(number) FROM runs)"""  # noqa: S608  # constants
"""The newest so many; the last success; the last whole sync, whose plan may wait for approval; and the undos that
hold somebody, with the runs they undo.
"""
_FULLER = 0.9
"""The share of the wanted size that is aimed at, so that the next run need not forget again."""
_LEAST_FREE, _LEAST_SHARE = 4_000_000, 0.2
"""Free bytes, and their share of the file, from which it is worth to write the file anew."""


def prune(db: sqlite3.Connection, before: datetime, keep: int) -> int:
    """Forget runs begun before that moment, except those needed and the newest `keep`; returns how many.

    Links, flags and what is unanswered do not hang on runs and stay.
    """
    old = db.execute(
        f"SELECT number FROM runs WHERE started_at < ? AND NOT ({_NEEDED})",  # noqa: S608  # constants
        (to_text(before), keep),
    ).fetchall()
    for (number,) in old:
        _forget(db, number)
    _forget_plans(db, before)
    return len(old)


def prune_to_size(db: sqlite3.Connection, most_bytes: int, before: datetime, keep: int) -> int:
    """Forget the oldest runs begun before that moment, previews first, until the journal holds no more than so many
    bytes; returns how many. Those needed stay, whatever the size.
    """
    if _used(db) <= most_bytes:
        return 0
    old = db.execute(
        f"""SELECT number FROM runs WHERE started_at < ? AND NOT ({_NEEDED})
        ORDER BY command <> 'preview', number""",  # noqa: S608  # constants
        (to_text(before), keep),
    ).fetchall()
    for forgotten, (number,) in enumerate(old, 1):
        _forget(db, number)
        _forget_plans(db, before)
        if _used(db) <= most_bytes * _FULLER:
            return forgotten
    return len(old)


def give_back(db: sqlite3.Connection, path: Path) -> bool:
    """Write the file anew without the room that was freed, where that is much; then the write-ahead log is emptied.

    Outside of any transaction. Power may fail meanwhile: the file is the old one or the new one. False where it was
    not worth it, or where the disk has no room for both.
    """
    page, free, pages = (_pragma(db, name) for name in ("page_size", "freelist_count", "page_count"))
    worth = free * page >= _LEAST_FREE and free >= pages * _LEAST_SHARE
    room = shutil.disk_usage(path.parent).free
    rewritten = worth and room > 2 * page * (pages - free)
    if rewritten:
        db.execute("VACUUM")
    if worth:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return rewritten


def _forget(db: sqlite3.Connection, number: int) -> None:
    db.execute("DELETE FROM changes WHERE run_number = ?", (number,))
    db.execute("DELETE FROM runs WHERE number = ?", (number,))


def _forget_plans(db: sqlite3.Connection, before: datetime) -> None:
    db.execute(
        """DELETE FROM plans WHERE stored_at < ?
        AND hash NOT IN (SELECT plan_hash FROM runs WHERE plan_hash IS NOT NULL)""",
        (to_text(before),),
    )


def _used(db: sqlite3.Connection) -> int:
    """Bytes of the pages that hold something."""
    return (_pragma(db, "page_count") - _pragma(db, "freelist_count")) * _pragma(db, "page_size")


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
