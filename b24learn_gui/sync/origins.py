"""Where a change comes from: what in the settings or in Bitrix24 is another since the last good run.

A plan says why it changes somebody; this says what made that so for many at once: a department that is no longer
ticked, that was moved or is gone, a field that is filled from elsewhere. Nothing here decides anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Department, Employee, department_code
from b24learn_gui.company.scope import EMPLOYEE_KINDS, Scope, main_department
from b24learn_gui.company.text import fold
from b24learn_gui.sync.changes import Change, Plan
from b24learn_gui.sync.departments import shown_name
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Memory, Past
from b24learn_gui.sync.people import BACK, GONE, NEW, OUT_OF_SCOPE, SWITCHED_OFF
from b24learn_gui.sync.policy import Policy, PortalScope
from b24learn_gui.sync.reasons import Origin, OriginKey


def past_of(company: Company, scope: PortalScope, policy: Policy) -> Past:
    """What is kept of a portal at the end of a good run."""
    forest = Forest.of(company.departments)
    return Past(
        departments={each.id: (shown_name(each), forest.parent_of(each.id)) for each in forest.order},
        include=tuple(sorted(scope.include)),
        exclude=tuple(sorted(scope.exclude)),
        name=scope.name,
        fields=dict(policy.fields),
        login_from=policy.login_from,
        phone_region=policy.phone_region,
    )


def origins_of(
    plan: Plan,
    companies: Iterable[Company],
    scopes: Iterable[PortalScope],
    policy: Policy,
    learn: LearnSnapshot,
    memory: Memory,
) -> dict[OriginKey, Origin]:
    """The origins of a plan's changes, as far as they are known; linear in the size of the plan."""
    wishes = {each.key: each for each in scopes}
    portals = {
        company.portal: _Portal(company, wishes[company.portal], policy, memory.past.get(company.portal), learn)
        for company in companies
        if company.portal in wishes
    }
    found: dict[OriginKey, Origin] = {}
    for change in plan.changes:
        portal = portals.get(change.portal)
        origin = portal.origin(change) if portal is not None else None
        if origin is not None:
            found[change.kind, change.portal, change.bitrix24_id] = origin
    return found


@dataclass(slots=True)
class _Before:
    """A portal as it was: the settings of then over the departments of then, and over those of now."""

    past: Past
    forest: Forest
    scope: Scope
    marks_now: Scope

    @classmethod
    def of(cls, past: Past, now: Forest) -> "_Before":
        forest = Forest.of(Department(id_, name, parent) for id_, (name, parent) in past.departments.items())
        return cls(
            past, forest, Scope.of(forest, past.include, past.exclude), Scope.of(now, past.include, past.exclude)
        )


class _Portal:
    """One portal, now and at its last good run."""

    def __init__(
        self, company: Company, wishes: PortalScope, policy: Policy, past: Past | None, learn: LearnSnapshot
    ) -> None:
        self._key, self._wishes, self._policy, self._learn = company.portal, wishes, policy, learn
        self._names_in_learn = {each.code: each.name for each in learn.departments.values()}
        self._forest = Forest.of(company.departments)
        self._scope = Scope.of(self._forest, wishes.include, wishes.exclude)
        self._employees = {each.id: each for each in company.employees}
        self._before = _Before.of(past, self._forest) if past is not None else None

    def origin(self, change: Change) -> Origin | None:
        match change.kind:
            case "user.deactivate":
                return self._of_leaver(change)
            case "user.create" | "user.reactivate":
                return self._of_newcomer(change) if change.cause in {NEW, BACK, SWITCHED_OFF} else None
            case "user.move":
                return self._of_move(change)
            case "user.update":
                return self._of_update(change)
            case "department.update" | "department.move":
                return self._of_department(change)
            case _:
                return None

    def _of_leaver(self, change: Change) -> Origin | None:
        employee = self._employees.get(change.bitrix24_id)
        account = self._learn.accounts.get(change.learn_id or "")
        was = self._place_of(account.department_id if account else "")
        vanished = was is not None and was not in self._forest
        if change.cause == GONE and was is not None and vanished:
            return self._vanished(was)  # many portals show nobody who is in no department
        if change.cause != OUT_OF_SCOPE or employee is None:
            return None
        if employee.kind not in EMPLOYEE_KINDS:
            return Origin("guest")
        if was is not None and vanished:
            return self._vanished(was)
        if was in employee.departments:
            return self._no_longer_ticked(was)
        here = next((id_ for id_ in employee.departments if id_ in self._forest), None)
        if here is None:
            return Origin("placeless")
        if self._before is None or was is None or here in self._before.scope.ticked:
            return self._no_longer_ticked(here)
        return Origin("elsewhere_not_ticked", self._name(here))

    def _no_longer_ticked(self, id_: int) -> Origin:
        """Of a department that is there and not ticked: since when, and why."""
        mark = self._scope.mark(id_)
        before = self._before
        if before is not None and id_ in before.marks_now.ticked:
            decided = mark or before.marks_now.mark(id_)
            return Origin("unticked", self._name(decided[1] if decided else id_))
        moved = self._moved(id_) if before is not None and id_ in before.scope.ticked else None
        return moved or Origin("not_ticked", self._name(mark[1] if mark else id_))

    def _of_newcomer(self, change: Change) -> Origin | None:
        place, before = self._main(self._employees.get(change.bitrix24_id)), self._before
        if place is None or before is None or place not in before.forest or place in before.scope.ticked:
            return None
        mark = self._scope.mark(place)
        if place not in before.marks_now.ticked and mark is not None:
            return Origin("ticked", self._name(mark[1]))
        return self._moved(place)

    def _of_move(self, change: Change) -> Origin | None:
        was = _number(str(change.before.get("department") or ""), self._key)
        employee = self._employees.get(change.bitrix24_id)
        place = self._main(employee)
        if was is None or place is None or employee is None:
            return None
        if was not in self._forest:
            return self._vanished(was, str(change.before.get("department_name") or ""))
        if was in employee.departments:
            return None if was in self._scope.ticked else self._no_longer_ticked(was)
        return Origin("elsewhere", self._name(place))

    def _of_update(self, change: Change) -> Origin | None:
        past, policy = self._before.past if self._before else None, self._policy
        if past is not None:
            if "login" in change.after and past.login_from != policy.login_from:
                return Origin("login_from", policy.login_from)
            then, now = _lower(past.fields), _lower(policy.fields)
            for name in change.after:
                if name in now and then.get(name, "").upper() != now[name].upper():
                    return Origin("mapping", name, now[name])
            if "phone" in change.after and past.phone_region != policy.phone_region:
                return Origin("phone_region", policy.phone_region)
        return _domain(change)

    def _of_department(self, change: Change) -> Origin | None:
        past = self._before.past if self._before else None
        known = past.departments.get(change.bitrix24_id) if past else None
        if past is None or known is None or change.bitrix24_id not in self._forest:
            return None
        name, parent = known
        if change.kind == "department.move":
            return Origin("placed" if self._forest.parent_of(change.bitrix24_id) != parent else "edited_in_learn")
        if self._forest.parent_of(change.bitrix24_id) is None and past.name != self._wishes.name:
            return Origin("portal_name")
        return Origin("renamed" if shown_name(self._forest[change.bitrix24_id]) != name else "edited_in_learn")

    def _moved(self, id_: int) -> Origin | None:
        """The nearest department from here upwards that hangs below another one than at the last good run."""
        before = self._before
        for each in (id_, *self._forest.ancestors(id_)) if before is not None else ():
            parent = self._forest.parent_of(each)
            if before is not None and each in before.forest and before.forest.parent_of(each) != parent:
                return Origin("moved", self._name(each), self._name(parent) if parent is not None else "")
        return None

    def _vanished(self, id_: int, name: str = "") -> Origin:
        if self._before is not None and id_ in self._before.forest:
            name = self._before.forest[id_].name
        here = self._names_in_learn.get(department_code((self._key, id_)), "")
        return Origin("vanished", name or here or f"№\u00a0{id_}")

    def _place_of(self, learn_department: str) -> int | None:
        here = self._learn.departments.get(learn_department)
        return _number(here.code, self._key) if here is not None else None

    def _main(self, employee: Employee | None) -> int | None:
        return main_department(employee, self._scope) if employee is not None else None

    def _name(self, id_: int) -> str:
        return shown_name(self._forest[id_]) if id_ in self._forest else f"№\u00a0{id_}"


def _number(code: str, portal: str) -> int | None:
    """The Bitrix24 id in a code of this portal's departments."""
    digits = code.removeprefix(f"b24-{portal}-")
    return int(digits) if digits != code and digits.isdecimal() else None


def _lower(fields: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): field for name, field in fields.items()}


def _domain(change: Change) -> Origin | None:
    """The same address in another domain: what a company does to everybody at once."""
    for name in ("email", "login"):
        was, now = fold(str(change.before.get(name) or "")), fold(str(change.after.get(name) or ""))
        if "@" not in was or "@" not in now:
            continue
        (who, _, domain), (same, _, other) = was.rpartition("@"), now.rpartition("@")
        if who == same and domain != other:
            return Origin("domain", domain, other)
    return None
