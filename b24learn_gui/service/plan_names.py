"""Names that a plan itself does not hold: of people's departments, and of the unticked ones that people left for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, PersonKey, department_code, person_label
from b24learn_gui.company.scope import Scope, main_department
from b24learn_gui.company.text import clean
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.settings import Settings, to_scopes
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.people import OUT_OF_SCOPE

_PLACELESS = frozenset({"user.adopt", "user.deactivate", "user.reactivate"})
"""Kinds of changes to accounts that do not say which department the person is in."""


@dataclass(frozen=True, slots=True)
class PlanNames:
    """`departments`: names by Learn code. `places`: of people's departments. `unticked`: for whom one is not ticked."""

    departments: Mapping[str, str] = field(default_factory=dict, repr=False)
    places: Mapping[PersonKey, str] = field(default_factory=dict, repr=False)
    unticked: Mapping[PersonKey, str] = field(default_factory=dict, repr=False)


def names_of(companies: Sequence[Company], settings: Settings, plan: Plan) -> PlanNames:
    """The names, from what was read of the portals. A department without a name is called by its number."""
    departments: dict[str, str] = {}
    places: dict[PersonKey, str] = {}
    scopes = {each.key: each for each in to_scopes(settings)}
    for company in companies:
        if company.portal not in scopes:
            continue
        wanted = scopes[company.portal]
        names = {each.id: clean(each.name) or f"№ {each.id}" for each in company.departments}
        departments.update({department_code((company.portal, id_)): name for id_, name in names.items()})
        scope = Scope.of(Forest.of(company.departments), wanted.include, wanted.exclude)
        for employee in company.employees:
            place = main_department(employee, scope)
            where = employee.departments if place is None else (place,)
            places[company.portal, employee.id] = next((names[id_] for id_ in where if id_ in names), "")
    return PlanNames(departments, places, _unticked(plan, departments))


def kept_with(plan: Plan, names: PlanNames, *, deactivate: bool) -> Object:
    """What is kept beside a plan's changes, so that it can be looked at and approved later: plain JSON values."""
    keys = {each.key for each in plan.changes if each.kind in _PLACELESS}
    return {
        "deactivate": deactivate,
        "places": {person_label(key): names.places[key] for key in sorted(keys) if names.places.get(key)},
        "unticked": {person_label(key): name for key, name in names.unticked.items()},
    }


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands beside a plan's changes in the journal; beside one of an older version nothing does."""

    deactivate: bool = True
    places: dict[str, str] = field(default_factory=dict, repr=False)
    unticked: dict[str, str] = field(default_factory=dict, repr=False)

    def names(self) -> PlanNames:
        return PlanNames(places=_by_person(self.places), unticked=_by_person(self.unticked))


def _unticked(plan: Plan, departments: Mapping[str, str]) -> dict[PersonKey, str]:
    found = {}
    for change in plan.changes:
        verdict = plan.verdicts.get(change.key) if change.cause == OUT_OF_SCOPE and change.what == "person" else None
        if verdict is not None and verdict.mark is not None:
            name = departments.get(department_code((change.portal, verdict.mark[1])))
            if name:
                found[change.key] = name
    return found


def _by_person(kept: Mapping[str, str]) -> dict[PersonKey, str]:
    """Names by `main:27`; portal keys hold no colon."""
    parted = ((label.partition(":"), name) for label, name in kept.items())
    return {(portal, int(number)): name for (portal, _, number), name in parted}
