"""Runs, their changes with before-images, and the plans they followed."""

import os
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import msgspec

from b24learn_gui.storage.journal.instants import from_optional_text, from_text, to_text
from b24learn_gui.sync.changes import Change

_Shape = TypeVar("_Shape")
ChangeState = Literal["intended", "done", "failed", "withdrawn"]

_SUCCESSES = "command = 'sync' AND NOT partial AND exit_code IN (0, 10)"
_WRITERS = """(command = 'sync' OR (command = 'undo' AND (finished_at IS NULL
    OR EXISTS (SELECT 1 FROM changes WHERE run_number = number))))"""
_COLUMNS = "id, command, trigger, partial, undoes, started_at, finished_at, exit_code, plan_hash, counts"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. Without `finished_at` it is still active, or was interrupted (the run lock tells which).

    `partial`: with `--only` or `--portal`; `summary` (the JSON of INTERFACE) only where one run was asked for.
    """

    id: str
    command: str
    trigger: str
    partial: bool
    undoes: str | None
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    plan_hash: str | None
    counts: Mapping[str, int]
    summary: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change and what came of it; `intended` means that nobody knows.

    `change.learn_id` of a create is the new id; `result_id` of a `head.set` is the supervisor really set.
    """

    change: Change
    state: ChangeState
    code: str = ""
    message: str = ""
    result_id: str | None = None


def new_run_id(started_at: datetime) -> str:
    """`20261122T030000Z-3f9c`: sorts by time, and two runs of one second differ."""
    return f"{started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}"


def begin(
    db: sqlite3.Connection,
    *,
    run_id: str,
    command: str,
    trigger: str,
    started_at: datetime,
    partial: bool,
    undoes: str | None,
) -> None:
    db.execute(
        "INSERT INTO runs (id, command, trigger, partial, undoes, started_at) VALUES (?, ?, ?, ?, ?, ?)",
        (run_id, command, trigger, partial, undoes, to_text(started_at)),
    )


def finish(
    db: sqlite3.Connection,
    *,
    run_id: str,
    finished_at: datetime,
    exit_code: int,
    counts: Mapping[str, int],
    summary: Mapping[str, Any],
    plan_hash: str | None,
) -> None:
    db.execute(
        "UPDATE runs SET finished_at = ?, exit_code = ?, counts = ?, summary = ?, plan_hash = ? WHERE id = ?",
        (
            to_text(finished_at),
            exit_code,
            msgspec.json.encode(counts).decode(),
            _pack(summary),
            plan_hash,
            run_id,
        ),
    )


def number_of(db: sqlite3.Connection, run_id: str) -> int | None:
    row = db.execute("SELECT number FROM runs WHERE id = ?", (run_id,)).fetchone()
    return None if row is None else int(row[0])


def latest(db: sqlite3.Connection, limit: int) -> tuple[RunRecord, ...]:
    """The newest first, without summaries."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY number DESC LIMIT ?", (limit,))  # noqa: S608  # constant
    return tuple(_record(row) for row in rows)


def writers_since(db: sqlite3.Connection, since: datetime) -> tuple[RunRecord, ...]:
    """Runs begun since that moment that were to write: syncs, and undos that were applied. The newest first."""
    rows = db.execute(
        f"""SELECT {_COLUMNS} FROM runs WHERE started_at >= ? AND {_WRITERS} ORDER BY number DESC""",  # noqa: S608  # constants
        (to_text(since),),
    )
    return tuple(_record(row) for row in rows)


def last_writer(db: sqlite3.Connection) -> RunRecord | None:
    """The newest sync or applied undo, finished or not."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE {_WRITERS} ORDER BY number DESC LIMIT 1"  # noqa: S608  # constants
    ).fetchone()
    return None if row is None else _record(row)


def last_whole(db: sqlite3.Connection) -> RunRecord | None:
    """The newest finished sync without `--only` and `--portal`."""
    row = db.execute(
        f"""SELECT {_COLUMNS} FROM runs WHERE command = 'sync' AND NOT partial AND finished_at IS NOT NULL
        ORDER BY number DESC LIMIT 1"""  # noqa: S608  # constant
    ).fetchone()
    return None if row is None else _record(row)


def confirmed(db: sqlite3.Connection, run_id: str) -> int:
    """How many changes of a run the server confirmed, as far as the journal knows."""
    row = db.execute(
        """SELECT count(*) FROM changes JOIN runs ON runs.number = run_number WHERE runs.id = ? AND state = 'done'""",
        (run_id,),
    ).fetchone()
    return int(row[0])


def summary_as(db: sqlite3.Connection, run_id: str, shape: type[_Shape]) -> _Shape | None:
    """A run's summary decoded as `shape`: what that leaves out is never made, which matters with large ones."""
    row = db.execute("SELECT summary FROM runs WHERE id = ? AND summary IS NOT NULL", (run_id,)).fetchone()
    return None if row is None else msgspec.json.decode(zlib.decompress(row[0]), type=shape)


def last_success(db: sqlite3.Connection) -> RunRecord | None:
    """The newest sync of everything that ended 0 or 10 (INTERFACE: `health`)."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE {_SUCCESSES} ORDER BY number DESC LIMIT 1"  # noqa: S608  # constants
    ).fetchone()
    return None if row is None else _record(row)


def find(db: sqlite3.Connection, run_id: str) -> RunRecord | None:
    row = db.execute(f"SELECT {_COLUMNS}, summary FROM runs WHERE id = ?", (run_id,)).fetchone()  # noqa: S608  # likewise
    return None if row is None else _record(row[:-1], None if row[-1] is None else _unpack(row[-1]))


def find_record(db: sqlite3.Connection, run_id: str) -> RunRecord | None:
    """Without its summary."""
    row = db.execute(f"SELECT {_COLUMNS} FROM runs WHERE id = ?", (run_id,)).fetchone()  # noqa: S608  # constant
    return None if row is None else _record(row)


def changes(db: sqlite3.Connection, run_id: str) -> tuple[RecordedChange, ...]:
    """A run's changes in the order they were intended in."""
    rows = db.execute(
        """SELECT kind, changes.portal, bitrix24_id, learn_id, name, before, after, cause, state, code, message,
        result_id FROM changes JOIN runs ON runs.number = run_number WHERE runs.id = ? ORDER BY changes.rowid""",
        (run_id,),
    )
    return tuple(_recorded(*row) for row in rows)


def store_plan(db: sqlite3.Connection, plan_hash: str, plan: Mapping[str, Any], stored_at: datetime) -> None:
    db.execute("INSERT OR REPLACE INTO plans VALUES (?, ?, ?)", (plan_hash, to_text(stored_at), _pack(plan)))


def find_plan(db: sqlite3.Connection, plan_hash: str) -> Mapping[str, Any] | None:
    row = db.execute("SELECT plan FROM plans WHERE hash = ?", (plan_hash,)).fetchone()
    return None if row is None else _unpack(row[0])


def plan_as(db: sqlite3.Connection, plan_hash: str, shape: type[_Shape]) -> _Shape | None:
    """A plan as that type, which may leave out most of it."""
    row = db.execute("SELECT plan FROM plans WHERE hash = ?", (plan_hash,)).fetchone()
    return None if row is None else msgspec.json.decode(zlib.decompress(row[0]), type=shape)


def _record(row: tuple[Any, ...], summary: Mapping[str, Any] | None = None) -> RunRecord:
    run_id, command, trigger, partial, undoes, started_at, finished_at, exit_code, plan_hash, counts = row
    return RunRecord(
        id=run_id,
        command=command,
        trigger=trigger,
        partial=bool(partial),
        undoes=undoes,
        started_at=from_text(started_at),
        finished_at=from_optional_text(finished_at),
        exit_code=exit_code,
        plan_hash=plan_hash,
        counts=msgspec.json.decode(counts, type=dict[str, int]),
        summary=summary,
    )


def _recorded(*row: Any) -> RecordedChange:
    kind, portal, bitrix24_id, learn_id, name, before, after, cause, state, code, message, result_id = row
    change = Change(
        kind=kind,
        portal=portal,
        bitrix24_id=bitrix24_id,
        learn_id=learn_id or (result_id if kind.endswith(".create") else None),
        name=name,
        before=msgspec.json.decode(before),
        after=msgspec.json.decode(after),
        cause=cause,
    )
    return RecordedChange(change, state, code, message, result_id)


def _pack(value: Mapping[str, Any]) -> bytes:
    return zlib.compress(msgspec.json.encode(value))


def _unpack(data: bytes) -> Mapping[str, Any]:
    return msgspec.json.decode(zlib.decompress(data), type=dict[str, Any])
