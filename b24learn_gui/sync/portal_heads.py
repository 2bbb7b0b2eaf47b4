"""Which heads of a portal a run plans: of departments that are there by then, and that no undo holds (H1, H2, U2)."""

from collections.abc import Sequence
from dataclasses import replace

from b24learn_gui.company.model import Department, DepartmentKey, PersonKey
from b24learn_gui.sync.changes import Change, Problem
from b24learn_gui.sync.departments import Counterparts, gone_departments
from b24learn_gui.sync.heads import NO_LONGER, HeadRules, plan_heads
from b24learn_gui.sync.people import Learners, Person, Portal


def heads_of(
    portal: Portal,
    people: Sequence[Person],
    learners: Learners,
    known: Counterparts,
    only: frozenset[PersonKey] | None,
    only_departments: frozenset[DepartmentKey],
    changes: Sequence[Change],
) -> tuple[list[Change], list[Problem]]:
    """Heads of every department of ours that is there when the department `changes` are done.

    `only`, `only_departments`: whom and what the run was asked for (see `PlanOptions`).
    """
    policy = learners.rules.policy
    if not policy.sync_heads or portal.doubts:
        return [], []
    existing = dict(portal.departments.existing)
    ours = {change.bitrix24_id for change in changes if change.kind == "department.create"}
    ours |= {key[1] for key in existing}
    departments = [each for each in portal.forest.order if each.id in ours]
    if only is not None:
        chosen = {
            id_
            for key, whole in only_departments
            if key == portal.key and whole in portal.forest
            for id_ in (whole, *portal.forest.descendants(whole))
        }
        departments = [each for each in departments if each.id in chosen]
    else:
        deleted = {change.bitrix24_id for change in changes if change.kind == "department.delete"}
        gone = gone_departments(portal.key, portal.forest, known)
        existing.update(gone)
        departments += [Department(key[1], here.name) for key, here in gone.items() if key[1] not in deleted]
    by_key = {person.key: person for person in people}

    def active_account(key: PersonKey) -> str | None:
        person = by_key.get(key)
        if person is None:
            return None
        kinds = {change.kind for change in person.changes} if only is None or key in only else set()
        if "user.create" in kinds:
            return ""
        if person.account is None or (person.link is None and "user.adopt" not in kinds):
            return None
        active = (person.account.status == "active" or "user.reactivate" in kinds) and "user.deactivate" not in kinds
        return person.account.id if active else None

    rules = HeadRules(
        employees={each.id: each for each in portal.company.employees},
        existing=existing,
        links=learners.memory.departments,
        index=learners.index,
        active_account=active_account,
    )
    return plan_heads(portal.key, departments, rules)


def but_held(
    heads: Sequence[Change], people: Sequence[Change], held: frozenset[DepartmentKey]
) -> tuple[list[Change], dict[DepartmentKey, str]]:
    """The heads without those of departments that an undo touched (rule U2), and these departments' names.

    A supervisor who is deactivated in this run is cleared there, too: Learn has no inactive ones (rule H2).
    """
    leaving = {change.learn_id for change in people if change.kind == "user.deactivate"}
    kept: list[Change] = []
    held_back: dict[DepartmentKey, str] = {}
    for change in heads:
        if change.key not in held:
            kept.append(change)
        elif change.before["supervisor"] in leaving:
            kept.append(replace(change, kind="head.clear", after={"supervisor": ""}, cause=NO_LONGER))
        else:
            held_back[change.key] = change.name
    return kept, held_back
