"""Whom and what an undo holds, given back to the syncs (rule U2): all of a run's, or one. Learn is not asked."""

import logging

from b24learn_gui.company.model import DepartmentKey, PersonKey, department_code, person_label
from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DONE
from b24learn_gui.service.history import find_run
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object
from b24learn_gui.service.way_back import counted
from b24learn_gui.service.who import department_meant
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.text import Words

_LOG = logging.getLogger(__name__)


def release(context: Context, run_id: str) -> Object:
    """Give everybody and everything back to the syncs that undos of this run hold. `run_id` may be the undo's own.

    Raises `WrongUsage("run_unknown")`, `AnotherRunActive`.
    """
    context.places.prepare()
    with RunLock(context.places.lock_file), Journal.open(context.places.journal_file) as journal:
        run = find_run(journal, run_id)
        held = journal.held_for(run.id)
        journal.release(held.people, held.departments)
    _LOG.info("released", extra={"run": run.id, "count": len(held.people) + len(held.departments)})
    released = {"people": len(held.people), "departments": len(held.departments)}
    return {
        "command": "undo",
        "exit_code": DONE,
        "undoes": run.undoes or run.id,
        "released": released,
        "message": release_message(len(held.people), len(held.departments), context.words),
    }


def release_one(
    context: Context, *, person: PersonKey | None = None, department: DepartmentKey | None = None
) -> dict[str, int]:
    """Give one person or department back; how many of each there were to give. Raises `AnotherRunActive`."""
    context.places.prepare()
    with RunLock(context.places.lock_file), Journal.open(context.places.journal_file) as journal:
        memory = journal.memory()
        people = {person} & memory.held
        departments = {department} & memory.held_departments
        journal.release([each for each in people if each], [each for each in departments if each])
    _LOG.info("released", extra={"count": len(people) + len(departments)})
    return {"people": len(people), "departments": len(departments)}


def release_department(context: Context, who: str) -> Object:
    """The answer of `decide department:3 --forget`: that department alone is given back. No portal is read.

    Raises `WrongUsage`: `department_ambiguous`, `department_unknown`; `AnotherRunActive`.
    """
    portals = [portal.key for portal in settings_for_run(context).portals]
    with Journal.open_read_only(context.places.journal_file) as journal:
        held, called = journal.memory().held_departments, journal.called()
    key = _the_one(who, held, portals)
    name = called.get(department_code(key), person_label(key))
    forgotten = bool(release_one(context, department=key)["departments"])
    words = context.words
    if forgotten:
        message = words("The department {name} is released. The next sync follows Bitrix24 there again.", name=name)
    else:
        message = words("No undo holds the department {name}.", name=name)
    return {
        "command": "decide",
        "exit_code": DONE,
        "object": "department",
        "portal": key[0],
        "bitrix24_id": key[1],
        "name": name,
        "decision": None,
        "forgotten": forgotten,
        "message": message,
    }


def _the_one(who: str, held: frozenset[DepartmentKey], portals: list[str]) -> DepartmentKey:
    """Without a portal's key: the one that is held, else the one there can be."""
    meant = department_meant(who)
    if meant is None:
        raise WrongUsage("department_unknown", who=who)
    portal, number = meant
    if portal:
        return portal, number
    found = sorted(key for key in held if key[1] == number) or [(each, number) for each in sorted(portals)]
    if len(found) > 1:
        example = f"department:{person_label(found[0])}"
        raise WrongUsage("department_ambiguous", who=who, matches=len(found), example=example)
    return found[0]


def release_message(people: int, departments: int, words: Words) -> str:
    """What was released, and what follows from it."""
    who = counted(people, departments, words)
    if not who:
        return words("No undo of this run holds anybody.")
    return words("Released: {who}. The next sync follows Bitrix24 there again.", who=who)
