"""The ledger of the timetable: each occurrence is claimed once and has exactly one outcome (rule Z1)."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from b24learn_gui.storage.journal.instants import from_optional_text, from_text, to_text
from b24learn_gui.timetable.plan import AFTER_INTERRUPTION, MISSED, PAUSED, Entry

INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One row: `occurrence` as `2026-11-22T03:00Z`; without `outcome` it is claimed by `run_id` and under way."""

    occurrence: str
    run_id: str | None
    claimed_at: datetime
    outcome: str | None
    reason: str
    answered_at: datetime | None


def claim(db: sqlite3.Connection, occurrence: str, run_id: str, at: datetime) -> bool:
    """True for exactly one caller, ever.

    A row that was only skipped is replaced: the timetable asks for it again where a clock that was ahead had skipped
    what was still to come.
    """
    return bool(
        db.execute(
            """INSERT INTO occurrences (occurrence, run_id, claimed_at) VALUES (?, ?, ?)
            ON CONFLICT (occurrence) DO UPDATE SET run_id = excluded.run_id, claimed_at = excluded.claimed_at,
            outcome = NULL, reason = '', answered_at = NULL WHERE outcome = 'skipped' AND reason IN (?, ?)""",
            (occurrence, run_id, to_text(at), MISSED, PAUSED),
        ).rowcount
    )


def claim_again(db: sqlite3.Connection, occurrence: str) -> bool:
    """The one more run of an interrupted claim; its row keeps its outcome. True for exactly one caller."""
    return bool(
        db.execute(
            "UPDATE occurrences SET reason = ? WHERE occurrence = ? AND outcome = ? AND reason != ?",
            (AFTER_INTERRUPTION, occurrence, INTERRUPTED, AFTER_INTERRUPTION),
        ).rowcount
    )


def skip(db: sqlite3.Connection, rows: Iterable[Entry], at: datetime) -> None:
    """Write down which occurrences nobody runs; what has a row keeps it."""
    db.executemany(
        """INSERT OR IGNORE INTO occurrences (occurrence, claimed_at, outcome, reason, answered_at)
        VALUES (?, ?, ?, ?, ?)""",
        ((row.occurrence, to_text(at), row.outcome, row.reason, to_text(at)) for row in rows),
    )


def answer(db: sqlite3.Connection, occurrence: str, outcome: str, reason: str, at: datetime) -> bool:
    """Give a claimed or an unclaimed (missed) occurrence its outcome; False if it has one already."""
    return bool(
        db.execute(
            """INSERT INTO occurrences (occurrence, claimed_at, outcome, reason, answered_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (occurrence) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason,
            answered_at = excluded.answered_at WHERE outcome IS NULL""",
            (occurrence, to_text(at), outcome, reason, to_text(at)),
        ).rowcount
    )


def interrupt(db: sqlite3.Connection, at: datetime) -> tuple[str, ...]:
    """Every claim without outcome becomes `interrupted`. Only for the holder of the run lock: nobody else runs."""
    rows = db.execute(
        "UPDATE occurrences SET outcome = ?, answered_at = ? WHERE outcome IS NULL RETURNING occurrence",
        (INTERRUPTED, to_text(at)),
    ).fetchall()
    return tuple(sorted(occurrence for (occurrence,) in rows))


def ledger(db: sqlite3.Connection) -> list[Entry]:
    """All rows as the timetable reads them: without their times, which is fast."""
    rows = db.execute("SELECT occurrence, coalesce(outcome, 'claimed'), reason FROM occurrences")
    return [Entry(*row) for row in rows]


def latest(db: sqlite3.Connection, limit: int, *, unanswered_only: bool = False) -> tuple[Occurrence, ...]:
    """The newest first."""
    rows = db.execute(
        """SELECT occurrence, run_id, claimed_at, outcome, reason, answered_at FROM occurrences
        WHERE outcome IS NULL OR NOT ? ORDER BY occurrence DESC LIMIT ?""",
        (unanswered_only, limit),
    )
    return tuple(
        Occurrence(occurrence, run_id, from_text(claimed_at), outcome, reason, from_optional_text(answered_at))
        for occurrence, run_id, claimed_at, outcome, reason, answered_at in rows
    )


def prune(db: sqlite3.Connection, before: datetime, keep: int) -> None:
    """Forget answered ones of before that moment, except the newest `keep`: what is forgotten could be claimed anew."""
    db.execute(
        """DELETE FROM occurrences WHERE outcome IS NOT NULL AND answered_at < ?
        AND occurrence NOT IN (SELECT occurrence FROM occurrences ORDER BY occurrence DESC LIMIT ?)""",
        (to_text(before), keep),
    )
