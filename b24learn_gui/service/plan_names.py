"""What a plan itself does not hold: names of people's departments, and where its changes come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, PersonKey, department_code, person_label
from b24learn_gui.company.scope import Scope, main_department
from b24learn_gui.company.text import clean
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.origins import origins_of
from b24learn_gui.sync.reasons import Origin, OriginKey, likely

_PLACELESS = frozenset({"user.adopt", "user.deactivate", "user.reactivate"})
"""Kinds of changes to accounts that do not say which department the person is in."""


@dataclass(frozen=True, slots=True)
class PlanNames:
    """`departments`: names by Learn code. `places`: of people's departments. `origins`: where changes come from."""

    departments: Mapping[str, str] = field(default_factory=dict, repr=False)
    places: Mapping[PersonKey, str] = field(default_factory=dict, repr=False)
    origins: Mapping[OriginKey, Origin] = field(default_factory=dict, repr=False)


def names_of(
    companies: Sequence[Company], settings: Settings, plan: Plan, learn: LearnSnapshot, memory: Memory
) -> PlanNames:
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
    origins = origins_of(plan, companies, scopes.values(), to_policy(settings), learn, memory)
    return PlanNames(departments, places, origins)


def kept_with(plan: Plan, names: PlanNames, *, deactivate: bool) -> Object:
    """What is kept beside a plan's changes, so that it can be looked at and approved later: plain JSON values."""
    keys = {each.key for each in plan.changes if each.kind in _PLACELESS}
    together: dict[tuple[str, Origin], list[str]] = {}
    for (kind, portal, number), origin in names.origins.items():
        together.setdefault((kind, origin), []).append(person_label((portal, number)))
    return {
        "deactivate": deactivate,
        "places": {person_label(key): names.places[key] for key in sorted(keys) if names.places.get(key)},
        "origins": [[kind, list(origin), who] for (kind, origin), who in together.items()],
        "likely": {
            kind: [[count, reason.cause, list(reason.origin) if reason.origin else None] for reason, count in reasons]
            for kind, reasons in likely(plan.limits, plan.changes, names.origins)
        },
    }


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands beside a plan's changes in the journal; beside one of an older version nothing does."""

    deactivate: bool = True
    places: dict[str, str] = field(default_factory=dict, repr=False)
    origins: list[tuple[str, Origin, list[str]]] = field(default_factory=list, repr=False)

    def names(self) -> PlanNames:
        keys = {label: _key(label) for label in self.places}
        origins: dict[OriginKey, Origin] = {}
        for kind, origin, who in self.origins:
            for label in who:
                portal, number = keys.get(label) or _key(label)
                origins[kind, portal, number] = origin
        return PlanNames(places={keys[label]: name for label, name in self.places.items()}, origins=origins)


def _key(label: str) -> PersonKey:
    """`main:27`; portal keys hold no colon."""
    portal, _, number = label.partition(":")
    return portal, int(number)
