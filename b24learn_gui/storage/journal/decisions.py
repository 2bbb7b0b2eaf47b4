"""What a person decided about a conflict, with the way back: the links as they were before (rule I6)."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from b24learn_gui.company.model import PersonKey, person_label
from b24learn_gui.storage.journal import holds, links
from b24learn_gui.sync.memory import Decision, Identity

_ROW = (
    "portal",
    "bitrix24_id",
    "learn_id",
    "origin",
    "deactivated_by_us",
    "was_active",
    "no_seat",
    "name",
    "email",
)
_COLUMNS = ", ".join(_ROW)
_AS_KNOWN = _COLUMNS.replace("deactivated_by_us", links.SWITCHED_OFF)
_LEARN_ID, _OURS, _WAS_ACTIVE, _WAITS = map(_ROW.index, ("learn_id", "deactivated_by_us", "was_active", "no_seat"))
_LINK = _ROW.index("origin") + 1
"""So many columns say what a link is; the others, what became of it."""
_FACT = "decided:"
"""Beginning of the names of facts that hold the links of before a decision."""


def decide(db: sqlite3.Connection, key: PersonKey, decision: Decision) -> None:
    """Keep a decision and move the links as it says; one taken before is taken back first.

    A link goes to the person, whoever held the account before counts as without one; for a create the person's own
    link goes; to be left alone changes no link. Linked or created he is no longer held by an undo (rule U2).
    """
    forget(db, key)
    rows = _concerned(db, key, decision)
    for row in rows:
        _keep_up(db, row[_LEARN_ID])
    _keep_way_back(db, key, rows)
    links.decide(db, key, decision)
    if decision.kind == "leave":
        return
    if decision.kind == "link":
        account = decision.learn_id or ""
        left_behind = None if links.state_of_account(db, account) else _state_left_behind(db, account)
        links.link_person(db, key, account, "decided")
        if left_behind is not None:
            db.execute(
                "UPDATE people SET deactivated_by_us = ?, no_seat = ? WHERE portal = ? AND bitrix24_id = ?",
                (*left_behind, *key),
            )
    else:
        links.unlink_person(db, key)
    holds.release(db, [key])


def forget(db: sqlite3.Connection, key: PersonKey) -> bool:
    """Take a decision back; False if there was none.

    Links are put back as they were, unless runs have gone on from them: an account made for this person stays his,
    and no link is taken from anybody who got it since. What became of the account meanwhile stays known: whether we
    switched it off or it waits for a seat goes back with it (rules L2, L3). What another decision stands in the way of
    goes back with that one, so that it does not matter which of several is taken back first.
    """
    found = db.execute("SELECT kind, learn_id FROM decisions WHERE portal = ? AND bitrix24_id = ?", key).fetchone()
    if found is None:
        return False
    kind, learn_id = found
    links.forget_decision(db, key)
    if kind == "link":
        _keep_up(db, learn_id)
    former = _take_way_back(db, key)
    present = _present_link(db, key)
    untouched = present == learn_id if kind == "link" else present is None
    taken_over = kind == "link" and _strike(db, key, learn_id)
    if kind != "leave" and (untouched or taken_over):
        if kind == "link" and untouched:
            links.unlink_person(db, key)
        for row in former:
            if not _put_back(db, row):
                _leave_to_others(db, row)
    return True


def remember_identities(db: sqlite3.Connection, portal: str, identities: Mapping[int, Identity]) -> None:
    """What a good run saw of people whose links a decision took: a link put back must know it, too (rule L2)."""
    for name, rows in _ways_back(db):
        seen = [(row, identities[row[1]]) for row in rows if row[0] == portal and row[1] in identities]
        for row, who in seen:
            row[_WAS_ACTIVE] = int(who.active)
        if seen:
            _write(db, name, rows)


def _keep_up(db: sqlite3.Connection, learn_id: str) -> None:
    """Whether we switched an account off and whether it waits for a seat, as far as its link knows, in every way back
    that would give it to somebody.
    """
    state = links.state_of_account(db, learn_id)
    for name, rows in _ways_back(db) if state is not None else ():
        found = [row for row in rows if row[_LEARN_ID] == learn_id]
        for row in found:
            row[_OURS], row[_WAITS] = map(int, state or ())
        if found:
            _write(db, name, rows)


def _state_left_behind(db: sqlite3.Connection, learn_id: str) -> tuple[int, int] | None:
    """The same of an account that a decision left without anybody."""
    rows = (row for _, rows in _ways_back(db) for row in rows)
    return next(((row[_OURS], row[_WAITS]) for row in rows if row[_LEARN_ID] == learn_id), None)


def _concerned(db: sqlite3.Connection, key: PersonKey, decision: Decision) -> list[list[Any]]:
    """The rows of links that this decision changes: the person's own, and that of the account's present holder."""
    if decision.kind == "leave":
        return []
    rows = db.execute(
        f"SELECT {_AS_KNOWN} FROM people WHERE (portal = ? AND bitrix24_id = ?) OR learn_id = ?",  # noqa: S608 - constant
        (*key, decision.learn_id or ""),
    )
    return [list(row) for row in rows]


def _put_back(db: sqlite3.Connection, row: list[Any]) -> bool:
    """Neither the person nor the account may have found another since: `OR IGNORE` leaves those links alone."""
    marks = ", ".join("?" for _ in _ROW)
    done = db.execute(f"INSERT OR IGNORE INTO people ({_COLUMNS}) VALUES ({marks})", row)  # noqa: S608 - constant
    return done.rowcount > 0


def _leave_to_others(db: sqlite3.Connection, row: list[Any]) -> None:
    """Let this link go back with the decisions that gave its person or its account to another."""
    in_the_way = db.execute(
        """SELECT portal, bitrix24_id FROM people JOIN decisions USING (portal, bitrix24_id, learn_id)
        WHERE decisions.kind = 'link' AND ((portal = ? AND bitrix24_id = ?) OR learn_id = ?)""",
        (*row[:_LEARN_ID], row[_LEARN_ID]),
    ).fetchall()
    for key in in_the_way:
        rows = _way_back(db, key)
        if all(each[:_LINK] != row[:_LINK] for each in rows):
            _keep_way_back(db, key, [*rows, row])


def _strike(db: sqlite3.Connection, key: PersonKey, learn_id: str) -> bool:
    """Take a link that was decided out of the ways back of others, who got its account since; whether there was any."""
    link = [*key, learn_id, "decided"]
    struck = False
    for name, rows in _ways_back(db):
        left = [row for row in rows if row[:_LINK] != link]
        if len(left) < len(rows):
            _write(db, name, left)
            struck = True
    return struck


def _present_link(db: sqlite3.Connection, key: PersonKey) -> str | None:
    row = db.execute("SELECT learn_id FROM people WHERE portal = ? AND bitrix24_id = ?", key).fetchone()
    return None if row is None else str(row[0])


def _ways_back(db: sqlite3.Connection) -> list[tuple[str, list[list[Any]]]]:
    """Of every decision the name of its fact, and the rows of links from before it."""
    found = db.execute("SELECT name, value FROM facts WHERE name GLOB ?", (f"{_FACT}*",)).fetchall()
    return [(name, json.loads(value)) for name, value in found]


def _keep_way_back(db: sqlite3.Connection, key: PersonKey, rows: list[list[Any]]) -> None:
    _write(db, _fact(key), rows)


def _write(db: sqlite3.Connection, fact: str, rows: list[list[Any]]) -> None:
    db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (fact, json.dumps(rows, ensure_ascii=False)))


def _take_way_back(db: sqlite3.Connection, key: PersonKey) -> list[list[Any]]:
    rows = _way_back(db, key)
    db.execute("DELETE FROM facts WHERE name = ?", (_fact(key),))
    return rows


def _way_back(db: sqlite3.Connection, key: PersonKey) -> list[list[Any]]:
    row = db.execute("SELECT value FROM facts WHERE name = ?", (_fact(key),)).fetchone()
    return [] if row is None else list(json.loads(row[0]))


def _fact(key: PersonKey) -> str:
    return f"{_FACT}{person_label(key)}"
