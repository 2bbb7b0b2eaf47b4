"""Small worlds to plan in: a portal, a Learn and a past, built by name, and asked for a plan."""

from collections import Counter
from dataclasses import dataclass, field, replace

from b24learn_gui.company.model import (
    Company,
    Department,
    DepartmentKey,
    Doubt,
    Employee,
    PersonKey,
    Rights,
    department_code,
)
from b24learn_gui.sync.changes import Change, Plan, Problem
from b24learn_gui.sync.learn_side import Account, LearnDepartment, LearnSnapshot, ProfileField, Status
from b24learn_gui.sync.memory import DepartmentLink, Link, Memory
from b24learn_gui.sync.plan import PlanOptions, make_plan
from b24learn_gui.sync.policy import Policy, PortalScope

ROOT = "root"
FIELDS = (
    ProfileField("login", type="login"),
    ProfileField("email", type="email"),
    ProfileField("first_name", type="first_name"),
    ProfileField("last_name", type="last_name"),
    ProfileField("job_title", type="job_title"),
    ProfileField("phone", type="phone"),
)
RIGHTS = Rights(frozenset({"user_basic", "department"}), 1, admin=True)


@dataclass
class World:
    """One or several portals, Learn, and what the journal remembers. Ids are small numbers and speaking texts."""

    departments: dict[DepartmentKey, Department] = field(default_factory=dict)
    employees: dict[PersonKey, Employee] = field(default_factory=dict)
    scopes: dict[str, PortalScope] = field(default_factory=dict)
    rights: dict[str, Rights] = field(default_factory=dict)
    doubts: dict[str, tuple[Doubt, ...]] = field(default_factory=dict)
    learn_departments: dict[str, LearnDepartment] = field(
        default_factory=lambda: {ROOT: LearnDepartment(ROOT, "Learn")}
    )
    accounts: dict[str, Account] = field(default_factory=dict)
    fields: tuple[ProfileField, ...] = FIELDS
    links: dict[PersonKey, Link] = field(default_factory=dict)
    department_links: dict[DepartmentKey, DepartmentLink] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    policy: Policy = field(default_factory=Policy)
    options: PlanOptions = field(default_factory=PlanOptions)
    free_seats: int | None = None

    def portal(self, key: str = "main", *, include: tuple[int, ...] = (1,), exclude: tuple[int, ...] = ()) -> None:
        self.scopes[key] = PortalScope(key, frozenset(include), frozenset(exclude))
        self.rights.setdefault(key, RIGHTS)

    def department(
        self, id_: int, parent: int | None = None, *, portal: str = "main", name: str = "", head: int | None = None
    ) -> None:
        if portal not in self.scopes:
            self.portal(portal)
        self.departments[portal, id_] = Department(id_, name or f"Отдел {id_}", parent, head)

    def person(self, id_: int, *departments: int, portal: str = "main", active: bool = True, **values: str) -> None:
        defaults = {"NAME": f"Имя{id_}", "LAST_NAME": f"Фамилия{id_}", "EMAIL": f"p{id_}.{portal}@firm.example"}
        texts = {name: value for name, value in {**defaults, **values}.items() if value}
        self.employees[portal, id_] = Employee(id_, active, departments or (1,), texts)

    def learner(
        self, id_: int, *, portal: str = "main", department: str = "", status: Status = "active", **fields: str
    ) -> str:
        """The linked account that a person would have after a first sync."""
        employee = self.employees[portal, id_]
        values = {
            "login": employee.values.get("EMAIL", ""),
            "email": employee.values.get("EMAIL", ""),
            "first_name": employee.values.get("NAME", ""),
            "last_name": employee.values.get("LAST_NAME", ""),
        }
        account_id = f"a-{portal}-{id_}"
        place = department or f"d-{portal}-{employee.departments[0]}"
        filled = {name: value for name, value in {**values, **fields}.items() if value}
        self.accounts[account_id] = Account(account_id, place, status, filled)
        name = f"{employee.values.get('LAST_NAME', '')} {employee.values.get('NAME', '')}"
        self.links[portal, id_] = Link(account_id, name=name, email=employee.values.get("EMAIL", ""))
        return account_id

    def settled(self) -> None:
        """Everything as after a first sync that was applied to its end."""
        for place, department in self.departments.items():
            id_ = f"d-{place[0]}-{place[1]}"
            parent = f"d-{place[0]}-{department.parent}" if department.parent else ROOT
            self.learn_departments[id_] = LearnDepartment(id_, department.name, parent, department_code(place))
            self.department_links[place] = DepartmentLink(id_)
        for key, employee in self.employees.items():
            if employee.active and key not in self.links:
                self.learner(key[1], portal=key[0])
        self.memory = replace(
            self.memory, whole=frozenset(self.scopes), known=frozenset(self.scopes), rights=dict(self.rights)
        )

    def stranger(self, id_: str, *, department: str = ROOT, status: Status = "active", **fields: str) -> None:
        """An account that nobody of ours is linked to."""
        self.accounts[id_] = Account(id_, department, status, fields)

    def edit(self, account_id: str, **fields: str) -> None:
        account = self.accounts[account_id]
        self.accounts[account_id] = replace(account, fields={**account.fields, **fields})

    def says(self, id_: int, *, portal: str = "main", **values: str) -> None:
        """A person's card now says this; an empty text takes the value away."""
        employee = self.employees[portal, id_]
        texts = {name: value for name, value in {**employee.values, **values}.items() if value}
        self.employees[portal, id_] = replace(employee, values=texts)

    def dismiss(self, id_: int, *, portal: str = "main") -> None:
        self.employees[portal, id_] = replace(self.employees[portal, id_], active=False)

    def sources(self) -> list[Company]:
        return [
            Company(
                key,
                tuple(each for (portal, _), each in self.departments.items() if portal == key),
                tuple(each for (portal, _), each in self.employees.items() if portal == key),
                self.rights[key],
                self.doubts.get(key, ()),
            )
            for key in self.scopes
        ]

    def learn(self) -> LearnSnapshot:
        return LearnSnapshot(
            ROOT, dict(self.learn_departments), dict(self.accounts), self.fields, free_seats=self.free_seats
        )

    def past(self) -> Memory:
        return replace(self.memory, people=dict(self.links), departments=dict(self.department_links))

    def plan(self) -> Plan:
        return make_plan(
            self.sources(), self.learn(), self.past(), self.policy, list(self.scopes.values()), self.options
        )


def kinds(plan: Plan) -> dict[str, int]:
    return dict(Counter(each.kind for each in plan.changes))


def changes_of(plan: Plan, kind: str) -> list[Change]:
    return [each for each in plan.changes if each.kind == kind]


def codes(plan: Plan, id_: int | None = None, portal: str = "main") -> list[str]:
    """Problem codes, of one person or of everything."""
    return sorted(each.code for each in _problems(plan, id_, portal))


def _problems(plan: Plan, id_: int | None, portal: str) -> list[Problem]:
    return [each for each in plan.problems if id_ is None or (each.portal, each.bitrix24_id) == (portal, id_)]


def column(plan: Plan, id_: int, portal: str = "main") -> str:
    return plan.verdicts[portal, id_].column


def three_below_each_other() -> World:
    """Departments 1, 2 and 3, in step with Learn; one person, in the first."""
    world = World()
    world.department(1)
    world.department(2, 1)
    world.department(3, 2)
    world.person(1, 1)
    world.settled()
    return world


def company(people: int = 10, *, portal: str = "main") -> World:
    """A settled company: root 1, departments 2 and 3 below it, people 1…n alternating between 2 and 3."""
    world = World()
    world.department(1, portal=portal)
    world.department(2, 1, portal=portal)
    world.department(3, 1, portal=portal)
    for id_ in range(1, people + 1):
        world.person(id_, 2 + id_ % 2, portal=portal)
    world.settled()
    return world
