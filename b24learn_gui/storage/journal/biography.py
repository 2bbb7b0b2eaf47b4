"""What the journal tells of one person: what was done to him, and since which undo he is held."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

import msgspec

from b24learn_gui.company.model import PersonKey
from b24learn_gui.storage.journal.instants import from_text


@dataclass(frozen=True, slots=True)
class Deed:
    """One change that the server confirmed. `fields`: of the profile, where it was one."""

    run: str
    at: datetime
    kind: str
    cause: str
    learn_id: str | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Biography:
    """`last`: everything that the last run which touched the person did; `began`: how he got his present account.

    `held_by`: the run whose undo holds him (rule U2).
    """

    last: tuple[Deed, ...] = ()
    began: Deed | None = None
    held_by: str = ""


def biography(db: sqlite3.Connection, key: PersonKey) -> Biography:
    """Runs that were forgotten by now tell nothing."""
    rows = db.execute(
        """SELECT runs.id, runs.started_at, kind, cause, coalesce(result_id, learn_id), after
        FROM changes JOIN runs ON runs.number = run_number
        WHERE portal = ? AND bitrix24_id = ? AND kind LIKE 'user.%' AND state = 'done' ORDER BY run_number DESC""",
        key,
    ).fetchall()
    deeds = [
        Deed(run, from_text(at), kind, cause, learn_id, _fields(after) if kind == "user.update" else ())
        for run, at, kind, cause, learn_id, after in rows
    ]
    account = db.execute("SELECT learn_id FROM people WHERE portal = ? AND bitrix24_id = ?", key).fetchone()
    began = next(
        (each for each in deeds if each.kind in {"user.create", "user.adopt"} and account == (each.learn_id,)), None
    )
    held = db.execute(
        """SELECT coalesce(undoes, run_id) FROM held LEFT JOIN runs ON id = run_id
        WHERE portal = ? AND bitrix24_id = ?""",
        key,
    ).fetchone()
    last = tuple(each for each in deeds if each.run == deeds[0].run)
    return Biography(last, began, str(held[0]) if held else "")


def _fields(after: str) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(after, type=dict[str, object]))
