"""Heads of departments become supervisors in Learn (rules H1 and H2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from b24learn_gui.company.model import Department, DepartmentKey, Employee, PersonKey, person_label
from b24learn_gui.company.text import display_name
from b24learn_gui.sync.changes import Change, Problem, Value
from b24learn_gui.sync.departments import shown_name
from b24learn_gui.sync.learn_side import LearnDepartment
from b24learn_gui.sync.matching import Index
from b24learn_gui.sync.memory import DepartmentLink

NAMED = "head named in Bitrix24"
NO_LONGER = "no head in Bitrix24"


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who is to be supervisor: how the change names him, and his Learn id (None while he is still to be created)."""

    label: str
    learn_id: str | None


@dataclass(frozen=True, slots=True)
class HeadRules:
    """What the heads of one portal are decided by.

    `active_account` gives the Learn id of a person who will have an active account of ours after this run (an empty
    text while it is still to be created), else None.
    """

    employees: Mapping[int, Employee]
    existing: Mapping[DepartmentKey, LearnDepartment]
    links: Mapping[DepartmentKey, DepartmentLink]
    index: Index
    active_account: Callable[[PersonKey], str | None]


def plan_heads(portal: str, departments: Iterable[Department], rules: HeadRules) -> tuple[list[Change], list[Problem]]:
    """For every department that is or will be ours: set its head, or clear the one we had set."""
    changes: list[Change] = []
    notes: list[Problem] = []
    for department in departments:
        here = rules.existing.get((portal, department.id))
        present = (here.supervisor_id if here else None) or ""
        wanted = _supervisor(portal, department.head, rules)
        name = shown_name(department)
        learn_id = here.id if here else None
        if department.head and wanted is None:
            detail = _head_detail(department.head, rules)
            notes.append(Problem("department", portal, department.id, name, "head_not_synced", detail, note=True))
        if wanted is not None and (wanted.learn_id is None or wanted.learn_id != present):
            changes.append(
                Change(
                    "head.set",
                    portal,
                    department.id,
                    learn_id,
                    name,
                    before=head_values(here, rules.links.get((portal, department.id))),
                    after={"supervisor": wanted.label},
                    cause=NAMED,
                )
            )
        elif wanted is None and present and _set_by_us(rules.links.get((portal, department.id)), present):
            changes.append(
                Change(
                    "head.clear",
                    portal,
                    department.id,
                    learn_id,
                    name,
                    before={"supervisor": present},
                    after={"supervisor": ""},
                    cause=NO_LONGER,
                )
            )
    return changes, notes


def head_values(here: LearnDepartment | None, link: DepartmentLink | None) -> dict[str, Value]:
    """A department's supervisor as images of changes say it (see `Change`)."""
    present = (here.supervisor_id if here is not None else None) or ""
    values: dict[str, Value] = {"supervisor": present}
    if present and not _set_by_us(link, present):
        values["by_hand"] = True
    if here is not None and here.subordination == "no_supervisor":
        values["no_supervisor"] = True
    return values


def _set_by_us(link: DepartmentLink | None, present: str) -> bool:
    return link is not None and link.supervisor_id == present


def _supervisor(portal: str, head: int | None, rules: HeadRules) -> Supervisor | None:
    if not head:
        return None
    key = (portal, head)
    learn_id = rules.active_account(key)
    if learn_id is not None:
        return Supervisor(person_label(key), learn_id or None)
    employee = rules.employees.get(head)
    email = employee.values.get("EMAIL", "") if employee and employee.active else ""
    account = rules.index.protected_head(key, email) if email else None
    if account is not None and account.status == "active":
        return Supervisor(account.id, account.id)
    return None


def _head_detail(head: int, rules: HeadRules) -> dict[str, object]:
    employee = rules.employees.get(head)
    return {"head": head, "head_name": display_name(employee)} if employee else {"head": head}
