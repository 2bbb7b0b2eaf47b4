"""The journal's answer to the planner: `sync.memory.Memory`, unanswered writes of interrupted runs included."""

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from b24learn_gui.company.model import DepartmentKey, PersonKey, Rights
from b24learn_gui.storage.journal import holds, links
from b24learn_gui.sync.memory import Decision, DepartmentLink, Link, Memory, Past, PendingCreate, Rejection

_PAST = "past:"
"""Beginning of the names of facts that hold a portal's past."""


def recollect(db: sqlite3.Connection) -> Memory:
    """Everything that a plan depends on.

    What was sent and never answered (a run killed in between) is taken as possibly done: a create may have made an
    account, a deactivation was ours, a supervisor was set by us. Later rows win over earlier ones.
    """
    people = _people(db)
    departments = {
        (portal, number): DepartmentLink(learn_id, supervisor_id)
        for portal, number, learn_id, supervisor_id in db.execute(
            "SELECT portal, bitrix24_id, learn_id, supervisor_id FROM departments"
        )
    }
    pending: dict[PersonKey, PendingCreate] = {}
    for kind, portal, number, after in db.execute(
        "SELECT kind, portal, bitrix24_id, after FROM unanswered ORDER BY run_number"
    ):
        values = msgspec.json.decode(after)
        key = (portal, number)
        if kind == "user.create":
            pending[key] = PendingCreate(values.get("login") or "", values.get("email") or "")
        elif kind == "user.deactivate" and key in people:
            people[key] = replace(people[key], deactivated_by_us=True)
        elif kind == "head.set" and key in departments and not values.get("by_hand"):
            _count_as_ours(departments, key, str(values.get("supervisor") or ""), people)
    held = holds.held(db)
    return Memory(
        people=people,
        departments=departments,
        pending_creates=pending,
        decisions={
            (portal, number): Decision(kind, learn_id)
            for portal, number, kind, learn_id in db.execute(
                "SELECT portal, bitrix24_id, kind, learn_id FROM decisions"
            )
        },
        rejections={
            (portal, number): Rejection(fingerprint, message)
            for portal, number, fingerprint, message in db.execute(
                "SELECT portal, bitrix24_id, fingerprint, message FROM rejections"
            )
        },
        interims={
            (portal, number): msgspec.json.decode(before, type=dict[str, str])
            for portal, number, before in db.execute("SELECT portal, bitrix24_id, before FROM interims")
        },
        rights={
            key: _rights(msgspec.json.decode(rights))
            for key, rights in db.execute("SELECT key, rights FROM portals WHERE rights IS NOT NULL")
        },
        held=held.people,
        held_departments=held.departments,
        whole=frozenset(key for (key,) in db.execute("SELECT key FROM portals WHERE whole")),
        known=frozenset(key for (key,) in db.execute("SELECT key FROM portals WHERE known")),
        past=pasts(db),
        rebuilding=links.rebuilding(db),
    )


def pasts(db: sqlite3.Connection) -> dict[str, Past]:
    """What each portal was like. What another version of this program wrote otherwise is as good as unknown:
    it only explains.
    """
    found = {}
    for name, value in db.execute("SELECT name, value FROM facts WHERE name GLOB ?", (f"{_PAST}*",)):
        with contextlib.suppress(msgspec.MsgspecError):
            found[name.removeprefix(_PAST)] = msgspec.json.decode(value, type=Past)
    return found


def remember_past(db: sqlite3.Connection, portal: str, past: Past) -> None:
    """Keep what a portal was like at the end of a good run, in place of what was kept before."""
    db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (f"{_PAST}{portal}", msgspec.json.encode(past).decode()))


def _people(db: sqlite3.Connection) -> dict[PersonKey, Link]:
    rows = db.execute(
        """SELECT portal, bitrix24_id, learn_id, origin, deactivated_by_us, was_active, no_seat, name, email
        FROM people"""
    )
    return {
        (portal, number): Link(learn_id, origin, bool(ours), bool(active), bool(no_seat), name, email)
        for portal, number, learn_id, origin, ours, active, no_seat, name, email in rows
    }


def _count_as_ours(
    departments: dict[DepartmentKey, DepartmentLink],
    key: DepartmentKey,
    supervisor: str,
    people: Mapping[PersonKey, Link],
) -> None:
    """`supervisor` is a Learn id or a person, `main:27`; a person never linked cannot have been set."""
    portal, colon, number = supervisor.partition(":")
    if colon:
        link = people.get((portal, int(number))) if number.isdecimal() else None
        supervisor = link.learn_id if link else ""
    if supervisor:
        departments[key] = replace(departments[key], supervisor_id=supervisor)


def _rights(plain: Mapping[str, Any]) -> Rights:
    return Rights(scopes=frozenset(plain["scopes"]), owner_id=plain["owner_id"], admin=plain["admin"])
