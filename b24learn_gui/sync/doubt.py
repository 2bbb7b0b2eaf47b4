"""Why a portal's reading may not be trusted, and what is left to do then (rules Q1 to Q3, I7)."""

from collections.abc import Iterable, Mapping

from b24learn_gui.company.model import Company, Doubt, PersonKey, Rights
from b24learn_gui.company.scope import Scope
from b24learn_gui.company.text import display_name, fold
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.memory import Link

ALLOWED_IN_DOUBT = frozenset({"department.create", "user.create", "user.adopt", "user.update"})
STRANGERS_PERCENT = 10
STRANGERS_AT_LEAST = 3


def doubts_of(company: Company, scope: Scope, former: Rights | None) -> tuple[Doubt, ...]:
    """Every reason to doubt this reading, by the problem codes of the interface."""
    found = [
        Doubt("source_incomplete", {"reason": each.code, **each.detail})
        for each in company.doubts
        if _unreadable_person(each) is None
    ]
    if not found and not (company.departments and company.employees):
        found.append(Doubt("source_incomplete", {"reason": "empty"}))
    lost = _lost_rights(company.rights, former) if former else {}
    if lost:
        found.append(Doubt("rights_lost", lost))
    found.extend(Doubt("department_vanished", {"department": id_, "mark": "include"}) for id_ in scope.missing_included)
    found.extend(Doubt("department_vanished", {"department": id_, "mark": "exclude"}) for id_ in scope.missing_excluded)
    return tuple(found)


def unreadable_people(company: Company) -> dict[PersonKey, Doubt]:
    """People whose own row cannot be read: each is left as he is, and the others go on (incident T14)."""
    found = ((_unreadable_person(each), each) for each in company.doubts)
    return {(company.portal, number): each for number, each in found if number is not None}


def _unreadable_person(doubt: Doubt) -> int | None:
    """The one person a doubt is about, if it concerns nobody else: the reader says `row_malformed` with his id."""
    number = doubt.detail.get("id")
    one_person = doubt.code == "row_malformed" and doubt.detail.get("what") == "people"
    return number if one_person and isinstance(number, int) else None


def _lost_rights(now: Rights, former: Rights) -> dict[str, object]:
    lost: dict[str, object] = {}
    scopes = former.scopes - now.scopes
    if scopes:
        lost["scopes"] = sorted(scopes)
    if former.admin and not now.admin:
        lost["admin"] = True
    if former.owner_id != now.owner_id:
        lost["owner"] = [former.owner_id, now.owner_id]
    return lost


def strangers(company: Company, links: Mapping[PersonKey, Link]) -> tuple[frozenset[PersonKey], int]:
    """Linked people whose name and e-mail changed together since the last good run, and how many linked were read."""
    changed: set[PersonKey] = set()
    read = 0
    for employee in company.employees:
        key = (company.portal, employee.id)
        link = links.get(key)
        if link is None:
            continue
        read += 1
        if not link.name or not link.email:
            continue
        email, name = fold(employee.values.get("EMAIL", "")), fold(display_name(employee))
        nameless = name == email and fold(link.name) == fold(link.email)  # whoever has no name goes by his e-mail
        if email and email != fold(link.email) and name != fold(link.name) and not nameless:
            changed.add(key)
    return frozenset(changed), read


def is_another_portal(changed: int, read: int) -> bool:
    """So many changed that this is likely another portal, or a restored one with renumbered ids (incident T26)."""
    return changed >= STRANGERS_AT_LEAST and changed * 100 > read * STRANGERS_PERCENT


def only_adding(changes: Iterable[Change]) -> list[Change]:
    """What is still done for a portal in doubt."""
    return [each for each in changes if each.kind in ALLOWED_IN_DOUBT]
