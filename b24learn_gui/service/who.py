"""Whom somebody means: an id, `key:id`, an e-mail, a name, or a whole department (INTERFACE: WHO)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, DepartmentKey, Employee, PersonKey, person_label
from b24learn_gui.company.text import display_name, fold
from b24learn_gui.errors import WrongUsage

_SHOWN = 6
_DEPARTMENT = re.compile(r"(?:department|отдел):(?:([a-z0-9]{1,12}):)?(\d{1,18})")
_KEYED = re.compile(r"([a-z0-9]{1,12}):(\d{1,18})")
_NAME = ("LAST_NAME", "NAME")
_WHOLE_NAME = (*_NAME, "SECOND_NAME")
_ID = re.compile(r"\d{1,18}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The people meant, and the departments that were chosen as a whole."""

    people: frozenset[PersonKey]
    departments: frozenset[DepartmentKey] = frozenset()


def choose(wishes: Sequence[str], companies: Sequence[Company]) -> Chosen:
    """Everybody meant by any of `wishes`.

    Raises `WrongUsage`: `who_unknown` for nobody, `who_ambiguous` for several people where one is meant.
    """
    people: set[PersonKey] = set()
    departments: set[DepartmentKey] = set()
    for wish in wishes:
        whole = _departments(wish, companies)
        if whole is not None:
            departments |= whole
            people |= _members(whole, companies)
            continue
        people.add(choose_one(wish, companies)[0])
    return Chosen(frozenset(people), frozenset(departments))


def choose_one(who: str, companies: Sequence[Company]) -> tuple[PersonKey, Employee]:
    """The one person meant. Raises `WrongUsage`: `who_unknown`, `who_ambiguous`."""
    found = find_people(who, companies)
    if not found:
        raise WrongUsage("who_unknown", who=who)
    if len(found) > 1:
        raise WrongUsage(
            "who_ambiguous",
            who=who,
            matches=len(found),
            names=[f"{display_name(employee)} ({person_label(key)})" for key, employee in found[:_SHOWN]],
            example=person_label(found[0][0]),
        )
    return found[0]


def find_people(who: str, companies: Sequence[Company]) -> list[tuple[PersonKey, Employee]]:
    """Everybody a word may mean, in the order of the portals. Exact names go before parts of names."""
    wish = who.strip()
    keyed, plain = _KEYED.fullmatch(wish), _ID.fullmatch(wish)
    if keyed or plain:
        key, number = (keyed[1], int(keyed[2])) if keyed else ("", int(wish))
        return [
            ((company.portal, employee.id), employee)
            for company in companies
            if not key or company.portal == key
            for employee in company.employees
            if employee.id == number
        ]
    everybody = [((company.portal, employee.id), employee) for company in companies for employee in company.employees]
    folded = fold(wish)
    if "@" in wish:
        return [each for each in everybody if fold(each[1].values.get("EMAIL", "")) == folded]
    words = frozenset(folded.split())
    if not words:
        return []
    exact = [each for each in everybody if words in (_name_words(each[1], _NAME), _name_words(each[1], _WHOLE_NAME))]
    return exact or [each for each in everybody if words <= _name_words(each[1], _WHOLE_NAME)]


def _name_words(employee: Employee, fields: Sequence[str]) -> frozenset[str]:
    return frozenset(fold(" ".join(employee.values.get(field, "") for field in fields)).split())


def department_meant(wish: str) -> tuple[str, int] | None:
    """The portal's key, empty where it is not said, and the id of `department:3` or `department:main:3`."""
    found = _DEPARTMENT.fullmatch(wish.strip())
    return None if found is None else (found[1] or "", int(found[2]))


def _departments(wish: str, companies: Sequence[Company]) -> set[DepartmentKey] | None:
    found = department_meant(wish)
    if found is None:
        return None
    key, number = found
    matching = {
        (company.portal, number)
        for company in companies
        if (not key or company.portal == key) and any(each.id == number for each in company.departments)
    }
    if not matching:
        raise WrongUsage("department_unknown", who=wish)
    if len(matching) > 1:
        example = f"department:{person_label(min(matching))}"
        raise WrongUsage("department_ambiguous", who=wish, matches=len(matching), example=example)
    return matching


def _members(departments: set[DepartmentKey], companies: Sequence[Company]) -> set[PersonKey]:
    """Everybody with a department in one of the branches."""
    members: set[PersonKey] = set()
    for company in companies:
        chosen = [number for key, number in departments if key == company.portal]
        if not chosen:
            continue
        forest = Forest.of(company.departments)
        branch = {id_ for number in chosen for id_ in (number, *forest.descendants(number))}
        members |= {
            (company.portal, employee.id) for employee in company.employees if branch.intersection(employee.departments)
        }
    return members
