"""The ledger of the timetable: each occurrence is claimed once and has exactly one outcome (rule Z1)."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from b24learn_gui.storage.journal.instants import from_optional_text, from_text, to_text

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
    """True for exactly one caller, ever."""
    return bool(
        db.execute(
            "INSERT OR IGNORE INTO occurrences (occurrence, run_id, claimed_at) VALUES (?, ?, ?)",
            (occurrence, run_id, to_text(at)),
        ).rowcount
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
