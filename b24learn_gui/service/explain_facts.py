"""What is known of one person: card, link, account, plan and what stands in the way. Facts only, no words.

Everything here is worked out from what was read; nothing is asked of a server.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Employee, PersonKey, person_label
from b24learn_gui.company.scope import Scope, main_department
from b24learn_gui.company.text import clean, display_name, fold
from b24learn_gui.errors import SyncError
from b24learn_gui.service.person_search import Register, account_name
from b24learn_gui.service.reading import signed_in_login
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Change, Plan, Problem, Verdict
from b24learn_gui.sync.learn_side import Account, LearnSnapshot
from b24learn_gui.sync.memory import Decision, Link, Memory
from b24learn_gui.sync.origins import origins_of
from b24learn_gui.sync.reasons import Origin

Guard = Literal["held", "on_hold", "left_alone", "administrator", "signs_in", "protected"]
"""Why nothing may happen to somebody (rules N2, U2), in the order in which it is told."""
Headship = Literal["set_next", "not_synced", "supervisor", "named"]
"""What being head of a department comes to in Learn: the next run sets it, cannot, it is so, or none of these."""


class Marking(NamedTuple):
    """The department of somebody that a mark decided about, the kind of mark, and the department it stands at."""

    department: int
    kind: Literal["include", "exclude"]
    decided: int


class Holder(NamedTuple):
    """An account that a conflict is about, and who else is linked to it."""

    account: Account
    owner: PersonKey | None
    name: str


@dataclass(frozen=True)
class World:
    """Both sides as they were read, the journal, and the plan that comes of them. `unread`: portals, and why."""

    settings: Settings = field(repr=False)
    companies: Mapping[str, Company] = field(repr=False)
    unread: Mapping[str, SyncError]
    learn: LearnSnapshot = field(repr=False)
    memory: Memory = field(repr=False)
    plan: Plan = field(repr=False)

    @cached_property
    def register(self) -> Register:
        return Register.of(list(self.companies.values()), self.learn, self.memory, self.plan)

    @cached_property
    def employees(self) -> Mapping[PersonKey, Employee]:
        return {(key, each.id): each for key, company in self.companies.items() for each in company.employees}

    @cached_property
    def forests(self) -> Mapping[str, Forest]:
        return {key: Forest.of(company.departments) for key, company in self.companies.items()}

    @cached_property
    def scopes(self) -> Mapping[str, Scope]:
        wishes = {each.key: each for each in to_scopes(self.settings)}
        return {key: Scope.of(forest, wishes[key].include, wishes[key].exclude) for key, forest in self.forests.items()}

    @cached_property
    def origins(self) -> Mapping[tuple[str, str, int], Any]:
        return origins_of(
            self.plan,
            self.companies.values(),
            to_scopes(self.settings),
            to_policy(self.settings),
            self.learn,
            self.memory,
        )


class Facts:
    """One person's facts. `learn_id`: the account that is his, or would be; `account`: where Learn has it."""

    def __init__(self, world: World, key: PersonKey) -> None:
        self.world, self.key = world, key
        self.portal = key[0]
        self.employee = world.employees.get(key)
        self.link: Link | None = world.memory.people.get(key)
        self.verdict: Verdict | None = world.plan.verdicts.get(key)
        self.decision: Decision | None = world.memory.decisions.get(key)
        self.problems: list[Problem] = [
            each for each in world.plan.problems if each.what == "person" and (each.portal, each.bitrix24_id) == key
        ]
        self.changes: list[Change] = [each for each in world.plan.changes if each.what == "person" and each.key == key]
        self.learn_id = self.verdict.learn_id if self.verdict else self.link.learn_id if self.link else None
        self.account = world.learn.accounts.get(self.learn_id or "")

    @property
    def name(self) -> str:
        if self.employee is not None:
            return display_name(self.employee)
        remembered = self.link.name if self.link else ""
        return remembered or account_name(self.account) or person_label(self.key)

    @property
    def email(self) -> str:
        """What his card says, valid or not."""
        return self.employee.values.get("EMAIL", "") if self.employee else ""

    @property
    def unread(self) -> bool:
        """Nothing was read of his portal: it failed, or it is not in the settings any more."""
        return self.portal not in self.world.companies

    @property
    def failed(self) -> SyncError | None:
        """Why his portal could not be read, if it could not."""
        return self.world.unread.get(self.portal)

    @property
    def in_scope(self) -> bool | None:
        """None where the portal was not read."""
        return None if self.unread else bool(self.verdict and self.verdict.in_scope)

    # Departments

    @property
    def place(self) -> str:
        """The department that counts; the first one, where none does."""
        forest = self.world.forests.get(self.portal)
        return next((self.department(id_) for id_ in self._where() if forest and id_ in forest), "")

    def department(self, id_: int) -> str:
        """Its name, or its number where it has none."""
        forest = self.world.forests[self.portal]
        name = clean(forest[id_].name) if id_ in forest else ""
        return name or f"№\u00a0{id_}"

    def marking(self) -> Marking | None:
        """By which mark he is to study or not; None where no department of his is under any."""
        scope = self.world.scopes[self.portal]
        for id_ in self._where():
            found = scope.mark(id_)
            if found is not None:
                return Marking(id_, *found)
        return None

    def _where(self) -> tuple[int, ...]:
        """The department that counts, or all of them where none does."""
        if self.employee is None:
            return ()
        here = main_department(self.employee, self.world.scopes[self.portal])
        return tuple(self.employee.departments) if here is None else (here,)

    # Accounts

    def candidates(self) -> Iterator[Holder]:
        """The accounts a conflict is about, and whose they are."""
        for problem in self.problems:
            accounts = problem.detail.get("accounts")
            for id_ in accounts if isinstance(accounts, list) else []:
                account = self.world.learn.accounts.get(str(id_))
                if account is not None:
                    yield self._holder(account)

    def _holder(self, account: Account) -> Holder:
        people = self.world.memory.people
        owner = next((key for key, link in people.items() if link.learn_id == account.id), None)
        if owner is None or owner == self.key:
            return Holder(account, None, "")
        employee = self.world.employees.get(owner)
        return Holder(account, owner, display_name(employee) if employee else people[owner].name)

    def same_email(self) -> Iterator[tuple[PersonKey, str]]:
        """Whoever else in Bitrix24 has this e-mail."""
        email = fold(self.email)
        for key, each in self.world.employees.items():
            if email and key != self.key and fold(each.values.get("EMAIL", "")) == email:
                yield key, display_name(each)

    # What stands in the way

    def guards(self) -> Iterator[Guard]:
        """Why nothing may happen to him."""
        world, policy = self.world, to_policy(self.world.settings)
        if self.key in world.memory.held:
            yield "held"
        if self.key in policy.hold:
            yield "on_hold"
        if self.decision is not None and self.decision.kind == "leave":
            yield "left_alone"
        account = self.account
        if account is None:
            return
        if account.guarded:
            yield "administrator"
        signs_in = fold(signed_in_login(world.settings))
        if account.id == world.learn.signed_in_id or (signs_in and fold(account.login) == signs_in):
            yield "signs_in"
        if fold(account.login) in policy.protect:
            yield "protected"

    # Heads

    def headed(self) -> list[int]:
        """The departments whose head Bitrix24 says he is."""
        company = self.world.companies.get(self.portal)
        if company is None or self.employee is None:
            return []
        return [each.id for each in company.departments if each.head == self.key[1]]

    def headship(self, id_: int) -> Headship:
        """What becomes of that in Learn."""
        plan, portal = self.world.plan, self.portal
        if any(each.kind == "head.set" and each.key == (portal, id_) for each in plan.changes):
            return "set_next"
        if any(
            (each.what, each.portal, each.bitrix24_id, each.code) == ("department", portal, id_, "head_not_synced")
            for each in plan.problems
        ):
            return "not_synced"
        here = self.world.learn.departments.get(plan.department_ids.get(f"b24-{portal}-{id_}", ""))
        ours = here is not None and bool(self.learn_id) and here.supervisor_id == self.learn_id
        return "supervisor" if ours else "named"

    # What comes

    def origin(self, change: Change) -> Origin | None:
        """What made a change so, where it is known."""
        found: Origin | None = self.world.origins.get((change.kind, *change.key))
        return found
