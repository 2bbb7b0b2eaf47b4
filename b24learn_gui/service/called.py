"""What the ids and codes in changes are called: heads, and the departments above. The JSON keeps the ids and codes."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from b24learn_gui.company.model import Company, department_code, person_label
from b24learn_gui.company.text import clean, display_name
from b24learn_gui.errors import SyncError
from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal
from b24learn_gui.sync.changes import Plan, Value
from b24learn_gui.sync.learn_side import Account, LearnSnapshot

Called = Mapping[str, str]
"""A person's `main:27`, a department's code, or an id of either in Learn → its name."""

NAMED = frozenset({"supervisor", "parent"})
"""Values of changes that are ids or codes and have no name beside them."""


def called_in(plan: Plan, learn: LearnSnapshot, companies: Iterable[Company] = ()) -> Called:
    """The names of those a plan mentions, by what was read."""
    wanted = set(_mentioned((change.before, change.after) for change in plan.changes))
    if not wanted:
        return {}
    found: dict[str, str] = {}
    for here in learn.departments.values():
        found.update((key, clean(here.name)) for key in (here.id, here.code) if key in wanted)
    found.update((id_, _name(learn.accounts[id_])) for id_ in wanted & learn.accounts.keys())
    for company in companies:
        for department in company.departments:
            code = department_code((company.portal, department.id))
            if code in wanted and code not in found:
                found[code] = clean(department.name)
        for employee in company.employees:
            label = person_label((company.portal, employee.id))
            if label in wanted:
                found[label] = display_name(employee)
    return {key: name for key, name in found.items() if name}


def of_learn_alone(called: Called) -> Called:
    """Those known by their Learn id alone: the journal knows the others by their own numbers."""
    return {key: name for key, name in called.items() if ":" not in key and not key.startswith("b24-")}


def called_of(context: Context, summary: Mapping[str, Any]) -> Called:
    """The names of those a summary mentions: what itself tells of them, for the others what the journal knows."""
    found = told_in(summary)
    if not missing(summary, found):
        return found
    try:
        with Journal.open_read_only(context.places.journal_file) as journal:
            return {**journal.called(), **found}
    except SyncError:
        return found  # the ids say the same, if to nobody


def told_in(summary: Mapping[str, Any]) -> dict[str, str]:
    """The names of whom and what a summary's own changes are about."""
    found: dict[str, str] = {}
    for change in _changes(summary):
        key = (change["portal"], change["bitrix24_id"])
        if change["name"]:
            found[person_label(key) if change["object"] == "person" else department_code(key)] = change["name"]
            found[change["learn_id"] or ""] = change["name"]
    found.pop("", None)
    return found


def missing(summary: Mapping[str, Any], called: Called) -> bool:
    """Whether a summary mentions somebody or something without a name here."""
    images = ((change["before"], change["after"]) for change in _changes(summary))
    return any(value not in called for value in _mentioned(images))


def _changes(summary: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Those of a refused approval as well."""
    differences = summary.get("differences") or {}
    return chain(summary["changes"], differences.get("only_approved") or (), differences.get("only_now") or ())


def _mentioned(images: Iterable[tuple[Mapping[str, Value], Mapping[str, Value]]]) -> Iterator[str]:
    for before, after in images:
        for values in (before, after):
            for name in NAMED & values.keys():
                value = values[name]
                if isinstance(value, str) and value:
                    yield value


def _name(account: Account) -> str:
    name = clean(f"{account.fields.get('last_name', '')} {account.fields.get('first_name', '')}")
    return name or account.login
