"""Links, flags and supervisors: what follows from a change that Learn has confirmed or refused."""

import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

from b24learn_gui.company.model import DepartmentKey, PersonKey, Rights
from b24learn_gui.sync.changes import Change, Kind
from b24learn_gui.sync.memory import Decision, Identity, Origin

REJECTED = "rejected_by_learn"
_REBUILDING = "rebuilding:"
"""Names of facts, a portal's key behind it."""

_ANSWERS: Mapping[Kind, tuple[Kind, ...]] = {
    "user.create": ("user.create",),
    "user.adopt": ("user.create",),
    "user.deactivate": ("user.deactivate",),
    "user.reactivate": ("user.deactivate",),
    "head.set": ("head.set",),
    "head.clear": ("head.set",),
    "department.delete": ("head.set",),
}
"""A confirmed change of this kind settles what earlier runs sent of those kinds and never heard of again."""

LEFT_OPEN: frozenset[Kind] = frozenset({"user.create", "user.deactivate", "head.set"})
"""Kinds whose lost answer the next run has to know of (incidents T7, T15)."""


SWITCHED_OFF = """(deactivated_by_us OR EXISTS (SELECT 1 FROM unanswered WHERE kind = 'user.deactivate'
    AND unanswered.portal = people.portal AND unanswered.bitrix24_id = people.bitrix24_id))"""
"""Of a row of `people`: we switched the account off, or sent that and never heard of it."""


def resulting_id(change: Change, learn_id: str | None) -> str | None:
    """The Learn id that a confirmed change left behind: of the account or department, of a head's supervisor.

    Raises `ValueError` where one must be known and is not: a defect of the caller.
    """
    match change.kind:
        case "user.create" | "user.adopt" | "department.create":
            found = learn_id or change.learn_id
        case "head.set":
            named = str(change.after.get("supervisor") or "")
            found = learn_id or (None if ":" in named else named)  # `main:27` names a person, not an account
        case _:
            return None
    if not found:
        raise ValueError(f"{change.kind} confirmed without the id that Learn gave")
    return found


def confirm(db: sqlite3.Connection, change: Change, result: str | None, *, no_seat: bool) -> None:
    """Store what follows from a change that the server has done; `result` as `resulting_id` gives it."""
    for kind in _ANSWERS.get(change.kind, ()):
        db.execute("DELETE FROM unanswered WHERE kind = ? AND portal = ? AND bitrix24_id = ?", (kind, *change.key))
    match change.kind:
        case "user.create" | "user.adopt":
            origin: Origin = "created" if change.kind == "user.create" else _origin_of_adoption(db, change)
            link_person(db, change.key, str(result), origin, no_seat=no_seat)
            _clear(db, "rejections", change.key)
        case "user.update":
            _clear(db, "rejections", change.key)
            _clear(db, "interims", change.key)
        case "user.deactivate":
            db.execute("UPDATE people SET deactivated_by_us = 1 WHERE portal = ? AND bitrix24_id = ?", change.key)
        case "user.reactivate":
            db.execute(
                "UPDATE people SET deactivated_by_us = 0, no_seat = ? WHERE portal = ? AND bitrix24_id = ?",
                (no_seat, *change.key),
            )
        case "department.create":
            link_department(db, change.key, str(result))
        case "department.delete":
            db.execute("DELETE FROM departments WHERE portal = ? AND bitrix24_id = ?", change.key)
        case "head.set" | "head.clear":
            if change.after.get("by_hand"):  # an undo put back whom somebody had set in Learn (rule H2)
                result = None
            db.execute(
                "UPDATE departments SET supervisor_id = ? WHERE portal = ? AND bitrix24_id = ?", (result, *change.key)
            )
        case "user.move" | "department.update" | "department.move":
            pass


def reject(db: sqlite3.Connection, change: Change, code: str, message: str) -> None:
    """Remember a write that Learn refused, so that it is not sent again unchanged (rule P6)."""
    if code == REJECTED and change.fingerprint and change.what == "person":
        db.execute("INSERT OR REPLACE INTO rejections VALUES (?, ?, ?, ?)", (*change.key, change.fingerprint, message))


def store_interim(db: sqlite3.Connection, change: Change, value: str) -> None:
    """Remember the login and e-mail of before a swap; those of the first attempt stay (rule P7)."""
    # What does not change stands in the complete map that is sent.
    before = {name: str(change.before.get(name) or change.send.get(name, "")) for name in ("login", "email")}
    db.execute(
        """INSERT INTO interims VALUES (?, ?, ?, ?)
        ON CONFLICT (portal, bitrix24_id) DO UPDATE SET value = excluded.value""",
        (*change.key, msgspec.json.encode(before).decode(), value),
    )


def link_person(
    db: sqlite3.Connection, key: PersonKey, learn_id: str, origin: Origin, *, no_seat: bool = False
) -> None:
    """Link a person; an account has one person, so whoever held it before counts as without account (rule I6).

    What the journal knows of the account moves with it: one that we switched off, or that waits for a seat, is
    switched on again for its next person, too (rules L2, L3; incident T10). A decision also settles who the person is:
    he is no stranger on his own account any more (rule I7).
    """
    ours, waits = state_of_account(db, learn_id) or (0, 0)
    no_seat = no_seat or bool(waits and origin == "decided")
    db.execute(
        """DELETE FROM unanswered WHERE kind = 'user.deactivate' AND ((portal = ? AND bitrix24_id = ?)
        OR (portal, bitrix24_id) IN (SELECT portal, bitrix24_id FROM people WHERE learn_id = ?))""",
        (*key, learn_id),
    )  # it is about an account, and what it says of that one stands in `ours` now
    db.execute("DELETE FROM people WHERE learn_id = ? AND NOT (portal = ? AND bitrix24_id = ?)", (learn_id, *key))
    db.execute(
        """INSERT INTO people (portal, bitrix24_id, learn_id, origin, no_seat, deactivated_by_us)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (portal, bitrix24_id) DO UPDATE SET learn_id = excluded.learn_id, origin = excluded.origin,
        no_seat = excluded.no_seat, deactivated_by_us = excluded.deactivated_by_us,
        name = CASE excluded.origin WHEN 'decided' THEN '' ELSE name END,
        email = CASE excluded.origin WHEN 'decided' THEN '' ELSE email END""",
        (*key, learn_id, origin, no_seat, ours),
    )


def state_of_account(db: sqlite3.Connection, learn_id: str) -> tuple[bool, bool] | None:
    """Whether we switched an account off, or may have (never answered), and whether it waits for a seat; None if
    nobody is linked to it.
    """
    row = db.execute(
        f"SELECT {SWITCHED_OFF}, no_seat FROM people WHERE learn_id = ?",  # noqa: S608 - constant
        (learn_id,),
    ).fetchone()
    return None if row is None else (bool(row[0]), bool(row[1]))


def unlink_person(db: sqlite3.Connection, key: PersonKey) -> None:
    """Forget a link with everything that hangs on it (undo of an adoption, rule U1)."""
    for table in ("people", "rejections", "interims"):
        _clear(db, table, key)
    db.execute("DELETE FROM unanswered WHERE kind LIKE 'user.%' AND portal = ? AND bitrix24_id = ?", key)


def link_department(db: sqlite3.Connection, key: DepartmentKey, learn_id: str) -> None:
    """Link a department; one made anew has no supervisor of ours."""
    db.execute("DELETE FROM departments WHERE learn_id = ? AND NOT (portal = ? AND bitrix24_id = ?)", (learn_id, *key))
    db.execute(
        """INSERT INTO departments (portal, bitrix24_id, learn_id) VALUES (?, ?, ?)
        ON CONFLICT (portal, bitrix24_id) DO UPDATE SET learn_id = excluded.learn_id,
        supervisor_id = CASE WHEN learn_id = excluded.learn_id THEN supervisor_id END""",
        (*key, learn_id),
    )


def decide(db: sqlite3.Connection, key: PersonKey, decision: Decision) -> None:
    db.execute("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?)", (*key, decision.kind, decision.learn_id))


def forget_decision(db: sqlite3.Connection, key: PersonKey) -> bool:
    return db.execute("DELETE FROM decisions WHERE portal = ? AND bitrix24_id = ?", key).rowcount > 0


def remember_identities(db: sqlite3.Connection, portal: str, identities: Mapping[int, Identity]) -> None:
    """Who the linked people of a portal are at the end of a good run; the others are left out by the statement."""
    db.executemany(
        "UPDATE people SET name = ?, email = ?, was_active = ? WHERE portal = ? AND bitrix24_id = ?",
        ((who.name, who.email, who.active, portal, number) for number, who in identities.items()),
    )
    in_use = [(portal, number) for number, who in identities.items() if who.in_use]
    db.executemany(
        """UPDATE people SET deactivated_by_us = 0, no_seat = 0
        WHERE portal = ? AND bitrix24_id = ? AND (deactivated_by_us OR no_seat)""",
        in_use,
    )
    db.executemany("DELETE FROM unanswered WHERE kind = 'user.deactivate' AND portal = ? AND bitrix24_id = ?", in_use)


def remember_rights(db: sqlite3.Connection, portal: str, rights: Rights, *, whole: bool = False) -> None:
    """Store a portal's rights; once whole, a portal stays whole (rule M3)."""
    plain = {"scopes": sorted(rights.scopes), "owner_id": rights.owner_id, "admin": rights.admin}
    db.execute(
        """INSERT INTO portals (key, whole, rights) VALUES (?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET whole = max(whole, excluded.whole), rights = excluded.rights""",
        (portal, whole, msgspec.json.encode(plain).decode()),
    )


def know_portals(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Something was begun for these portals: their links are not those of a lost journal (rule I8)."""
    db.executemany(
        "INSERT INTO portals (key, known) VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET known = 1",
        ((key,) for key in sorted(set(keys))),
    )


def begin_rebuilding(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    """The links of these portals are being found anew (rule I8); until `end_rebuilding` they are not all known."""
    db.executemany("INSERT OR REPLACE INTO facts VALUES (?, '')", ((f"{_REBUILDING}{key}",) for key in sorted(keys)))


def end_rebuilding(db: sqlite3.Connection, key: str) -> None:
    db.execute("DELETE FROM facts WHERE name = ?", (f"{_REBUILDING}{key}",))


def rebuilding(db: sqlite3.Connection) -> frozenset[str]:
    rows = db.execute("SELECT name FROM facts WHERE name LIKE ? || '%'", (_REBUILDING,))
    return frozenset(name.removeprefix(_REBUILDING) for (name,) in rows)


def _origin_of_adoption(db: sqlite3.Connection, change: Change) -> Origin:
    decided = db.execute(
        "SELECT 1 FROM decisions WHERE portal = ? AND bitrix24_id = ? AND kind = 'link' AND learn_id = ?",
        (*change.key, change.learn_id),
    ).fetchone()
    return "decided" if decided else "adopted"


def _clear(db: sqlite3.Connection, table: str, key: PersonKey) -> None:
    db.execute(f"DELETE FROM {table} WHERE portal = ? AND bitrix24_id = ?", key)  # noqa: S608  # our own table names
