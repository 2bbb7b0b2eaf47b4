"""What everybody in the journal is called, whichever run told it last."""

import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from b24learn_gui.company.model import department_code, person_label
from b24learn_gui.storage.journal import recollection
from b24learn_gui.storage.journal.learn_names import known_by_learn

_SUMMARIES = 60
"""So many of the newest runs are asked for people who were only ever left out: each costs its whole summary."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person or department of a portal and its name."""

    person: bool
    portal: str
    bitrix24_id: int
    name: str
    learn_id: str = ""


class _Problem(msgspec.Struct, gc=False):
    name: str
    portal: str
    bitrix24_id: int | None = None
    object: str = "person"


class _Summary(msgspec.Struct):
    problems: list[_Problem] = []


def called(db: sqlite3.Connection) -> dict[str, str]:
    """Names by what changes call people and departments: `main:27`, `b24-main-3`, or an id in Learn."""
    found = known_by_learn(db)
    for portal, past in recollection.pasts(db).items():
        found.update((department_code((portal, id_)), name) for id_, (name, _) in past.departments.items())
    for each in names(db):
        key = (each.portal, each.bitrix24_id)
        found[person_label(key) if each.person else department_code(key)] = each.name
        if each.learn_id:
            found[each.learn_id] = each.name
    return found


def names(db: sqlite3.Connection) -> Iterator[Named]:
    """Everybody, the later of several names last. Tenths of a second for 20,000 people and a year of runs."""
    for (summary,) in db.execute(
        """SELECT summary FROM (SELECT number, summary FROM runs WHERE summary IS NOT NULL
        ORDER BY number DESC LIMIT ?) ORDER BY number""",
        (_SUMMARIES,),
    ):
        for problem in msgspec.json.decode(zlib.decompress(summary), type=_Summary).problems:
            if problem.bitrix24_id is not None and problem.object != "portal" and problem.name:
                yield Named(problem.object == "person", problem.portal, problem.bitrix24_id, problem.name)
    for person, portal, number, name, learn_id, _ in db.execute(
        """SELECT kind LIKE 'user.%' AS person, portal, bitrix24_id, name, coalesce(learn_id, result_id, ''),
        max(run_number) FROM changes WHERE name <> '' GROUP BY person, portal, bitrix24_id"""
    ):
        yield Named(bool(person), portal, number, name, learn_id if person else "")
    for portal, number, name, learn_id in db.execute(
        "SELECT portal, bitrix24_id, name, learn_id FROM people WHERE name <> ''"
    ):
        yield Named(person=True, portal=portal, bitrix24_id=number, name=name, learn_id=learn_id)
