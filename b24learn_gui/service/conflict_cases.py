"""Who is in question, from one reading of both sides and what the journal remembers: pure, asks nobody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Employee, PersonKey, department_code, person_label
from b24learn_gui.company.phones import same_phone
from b24learn_gui.company.scope import Scope, main_department
from b24learn_gui.company.text import clean, display_name, fold
from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.decide import Judge, Verdict
from b24learn_gui.service.planning import Wishes, plan_options
from b24learn_gui.service.reading import signed_in_login
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Plan, Problem
from b24learn_gui.sync.departments import shown_name
from b24learn_gui.sync.fields import IDENTIFIERS
from b24learn_gui.sync.learn_side import Account, LearnSnapshot, Status
from b24learn_gui.sync.memory import Decision, Memory
from b24learn_gui.sync.plan import make_plan

Kind = Literal[
    "several", "uncertain", "recreated", "reused", "identity", "duplicate", "held", "protected", "exact",
    "undone", "decided",
]  # fmt: skip
"""Why somebody is in question:

- `several`: more than one account may be his · `uncertain`: one may, but not for certain (rule I2)
- `recreated`: the account is linked to a former card of the same name · `reused`: to somebody else (I2)
- `identity`: his name and e-mail changed together (I7) · `duplicate`: several cards claim one login or e-mail (I3)
- `held`: he has an account, but a login or e-mail he should have belongs to another one (P6)
- `protected`: the account that matches is never touched (N2) · `exact`: the next run links him without asking (I2)
- `undone`: held since an undo (U2) · `decided`: somebody decided before, and nothing is in question any more
"""
KINDS: tuple[Kind, ...] = get_args(Kind)
WAITING: frozenset[Kind] = frozenset({"several", "uncertain", "recreated", "reused", "identity", "duplicate"})
"""Kinds in which a person is left alone until somebody decides."""

Fact = Literal["name", "email", "login", "job_title", "phone", "department"]
FACTS: tuple[Fact, ...] = get_args(Fact)
Guard = Literal["administrator", "signed_in", "settings", ""]
"""Why an account is never touched: the owner or an administrator; the one we sign in with; a login of `protect`."""
Standing = Literal["works", "dismissed", "gone"]

_CONFLICTS = frozenset({"match_ambiguous", "match_taken", "duplicate_in_source", "identity_changed", "match_protected"})
_EXACT = frozenset({"email", "login", "name"})


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else of Bitrix24: a card, or what the journal knows of one that is gone."""

    key: PersonKey
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account of Learn that may be the person's. `facts`: what it says; `department`: its path.

    `alike`: whether a fact says the same on both sides; absent where one of them says nothing. `holder`: who is linked
    to it; `own`: the person himself. `manages`: its administrative role is bound to departments. `refusal`: why nobody
    can be linked to it.
    """

    learn_id: str
    facts: Mapping[Fact, str]
    status: Status
    alike: Mapping[Fact, bool]
    guard: Guard = ""
    manages: bool = False
    holder: Other | None = None
    own: bool = False
    refusal: WrongUsage | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody in question. `facts`: what his profile should say, `standing`: his card in Bitrix24.

    `rivals`: whose cards claim the same login or e-mail. `blocked`: which of the two, where he has an account.
    `create_refusal`: why no new account can be made for him. `decision`: what somebody decided. `held`: by an undo.
    `sought`: what a search looks through, folded.
    """

    key: PersonKey
    kind: Kind
    name: str
    facts: Mapping[Fact, str]
    standing: Standing
    candidates: tuple[Candidate, ...] = ()
    rivals: tuple[Other, ...] = ()
    blocked: tuple[str, ...] = ()
    create_refusal: WrongUsage | None = field(default=None, compare=False)
    decision: Decision | None = None
    held: bool = False
    sought: str = field(default="", repr=False, compare=False)

    @property
    def waits(self) -> bool:
        """Whether he is left alone until somebody decides."""
        return self.kind in WAITING and self.decision is None

    @property
    def settled(self) -> bool:
        """Whether there is something to take back."""
        return self.decision is not None or self.held

    def candidate(self, learn_id: str) -> Candidate | None:
        return next((each for each in self.candidates if each.learn_id == learn_id), None)


@dataclass(frozen=True, slots=True)
class Basis:
    """One reading of both sides, ready to be asked again and again. `mark`: the last run that was to write by then."""

    settings: Settings
    companies: tuple[Company, ...]
    learn: LearnSnapshot
    mark: str
    judge: Judge
    employees: Mapping[PersonKey, Employee]
    forests: Mapping[str, tuple[Forest, Scope]]

    @classmethod
    def of(cls, settings: Settings, companies: tuple[Company, ...], learn: LearnSnapshot, mark: str) -> "Basis":
        wanted = {each.key: each for each in to_scopes(settings)}
        forests = {}
        for company in companies:
            forest, marks = Forest.of(company.departments), wanted[company.portal]
            forests[company.portal] = forest, Scope.of(forest, marks.include, marks.exclude)
        employees = {(company.portal, each.id): each for company in companies for each in company.employees}
        return cls(settings, companies, learn, mark, Judge.of(learn, settings), employees, forests)

    def check(self, case: Case, verdict: Verdict) -> Decision:
        """The decision to be kept. Raises `WrongUsage` where the rules do not allow it."""
        employee = self.employees.get(case.key)
        if employee is None:
            raise WrongUsage("who_unknown", who=person_label(case.key))
        if verdict.kind == "create" and case.create_refusal is not None:
            raise case.create_refusal
        if verdict.kind == "link":
            candidate = case.candidate(verdict.learn_id or "")
            if candidate is not None and candidate.refusal is not None:
                raise candidate.refusal
        return self.judge.check(verdict, case.key, employee)


def cases_of(basis: Basis, memory: Memory, plan: Plan | None = None, former: Iterable[Case] = ()) -> Iterator[Case]:
    """Everybody in question or decided about, in no particular order. `plan`: made of just this, where there is one.

    `former`: the cases before something was decided, of the same basis. One that no decision can have touched is kept.
    """
    if plan is None:
        settings, companies = basis.settings, basis.companies
        options = plan_options(settings, Wishes(), companies)
        plan = make_plan(companies, basis.learn, memory, to_policy(settings), to_scopes(settings), options)
    return _Cases(basis, memory, plan).all({case.key: case for case in former if _is_untouched(case)})


class _Cases:
    """Works the cases out. Departments of ours are known by the plan, links by the memory."""

    def __init__(self, basis: Basis, memory: Memory, plan: Plan) -> None:
        self._basis, self._memory, self._plan = basis, memory, plan
        self._index = basis.judge.index
        self._owners = {link.learn_id: key for key, link in memory.people.items()}
        self._region = basis.settings.sync.phone_region
        self._signed_in = signed_in_login(basis.settings)
        self._problems: defaultdict[PersonKey, list[Problem]] = defaultdict(list)
        self._claims: defaultdict[tuple[str, str], list[PersonKey]] = defaultdict(list)
        for problem in plan.problems:
            if problem.what == "person" and problem.bitrix24_id is not None and problem.code in _CONFLICTS:
                self._problems[problem.portal, problem.bitrix24_id].append(problem)
        for key, problems in self._problems.items():
            if any(problem.code == "duplicate_in_source" for problem in problems):
                for name, value in self._wanted(key).items():
                    if name in IDENTIFIERS:
                        self._claims[name, fold(value)].append(key)

    def all(self, former: Mapping[PersonKey, Case] | None = None) -> Iterator[Case]:
        """`former`: untouched cases of the same basis, which hold as long as nothing is known of their person and
        nobody has got their account: all else that a case is made of comes from the basis.
        """
        memory, plan = self._memory, self._plan
        exact = {
            change.key: change.learn_id
            for change in plan.changes
            if change.kind == "user.adopt" and plan.verdicts[change.key].rule in _EXACT
        }
        for key in {**self._problems, **exact, **memory.decisions, **dict.fromkeys(memory.held)}:
            account = exact.get(key) or ""
            before = (former or {}).get(key) if account else None
            kept = (
                before is not None
                and before.candidates[0].learn_id == account
                and account not in self._owners
                and key not in self._problems
                and key not in memory.people
                and key not in memory.decisions
                and key not in memory.held
            )
            yield before if kept and before is not None else self._case(key, account)

    def _case(self, key: PersonKey, adopted: str) -> Case:
        memory, basis = self._memory, self._basis
        employee, wanted = basis.employees.get(key), self._wanted(key)
        problems = self._problems.get(key, [])
        link = memory.people.get(key)
        decision = memory.decisions.get(key)
        kind, ids, blocked = self._question(key, problems, adopted)
        if kind is None:
            kind = "undone" if key in memory.held else "decided"
            own = link.learn_id if link is not None else ""
            decided = decision.learn_id if decision is not None else ""
            ids = [own or decided or ""]
            if not ids[0]:
                ids = [each.id for each in self._index.candidates(wanted.get("email", ""), wanted.get("login", ""))]
        facts = self._facts(key, employee, wanted)
        accounts = [basis.learn.accounts[each] for each in dict.fromkeys(ids) if each in basis.learn.accounts]
        name = facts["name"] or (link.name if link is not None else "")
        if not name and accounts:
            name = _account_name(accounts[0])
        refusal = basis.judge.refuses_create(wanted)
        if refusal is None and kind == "duplicate":
            refusal = WrongUsage("decide_create_twice")
        candidates = self._candidates(key, kind, facts, accounts)
        return Case(
            key,
            kind,
            name or person_label(key),
            facts,
            _standing(employee),
            candidates,
            self._rivals(key, wanted) if kind in {"duplicate", "held"} else (),
            blocked,
            refusal,
            decision,
            key in memory.held,
            sought_in(key, name, facts, candidates),
        )

    def _question(
        self, key: PersonKey, problems: Sequence[Problem], adopted: str
    ) -> tuple[Kind | None, list[str], tuple[str, ...]]:
        """What is in question, the accounts it is about, and which identifiers are blocked."""
        if not problems:
            return ("exact", [adopted], ()) if adopted else (None, [], ())
        link = self._memory.people.get(key)
        own = [link.learn_id] if link is not None else []
        first = next((each for each in problems if not each.note), problems[0])
        if first.code == "identity_changed":
            return "identity", [*own, *self._matching(key)], ()
        blocked = tuple(name for each in problems if each.note for name in _texts(each.detail.get("fields")))
        if blocked:
            wanted = self._wanted(key)
            holders = [each.id for name in blocked for each in self._index.holders(name, wanted.get(name, ""))]
            return "held", [*(each for each in holders if each not in own), *own], blocked
        ids = _texts(first.detail.get("accounts"))
        match first.code:
            case "match_protected":
                return "protected", ids, ()
            case "duplicate_in_source":
                return "duplicate", self._matching(key), ()
            case "match_taken":
                return self._taken(key, ids), ids, ()
            case _:
                return ("several" if len(ids) > 1 else "uncertain"), ids, ()

    def _taken(self, key: PersonKey, ids: Sequence[str]) -> Kind:
        """Whether the account's holder is a former card of the same person, as far as a name can tell."""
        holder = self._other(self._owners.get(ids[0])) if ids else None
        employee = self._basis.employees.get(key)
        if holder is None or holder.standing == "works" or employee is None:
            return "reused"
        return "recreated" if fold(holder.name) == fold(display_name(employee)) else "reused"

    def _matching(self, key: PersonKey) -> list[str]:
        wanted = self._wanted(key)
        return [each.id for each in self._index.candidates(fold(wanted.get("email", "")), wanted.get("login", ""))]

    def _wanted(self, key: PersonKey) -> Mapping[str, str]:
        employee = self._basis.employees.get(key)
        return {} if employee is None else self._basis.judge.wanted(key, employee)

    def _facts(self, key: PersonKey, employee: Employee | None, wanted: Mapping[str, str]) -> Mapping[Fact, str]:
        if employee is None:
            return dict.fromkeys(FACTS, "")
        values = employee.values
        return {
            "name": display_name(employee),
            "email": wanted.get("email") or clean(values.get("EMAIL", "")),
            "login": wanted.get("login", ""),
            "job_title": wanted.get("job_title") or clean(values.get("WORK_POSITION", "")),
            "phone": wanted.get("phone") or clean(values.get("PERSONAL_MOBILE", "")),
            "department": self._path(key, employee),
        }

    def _path(self, key: PersonKey, employee: Employee) -> str:
        forest, _scope = self._basis.forests[key[0]]
        place = self._place(key, employee)
        return " / ".join(shown_name(forest[each]) for each in forest.path(place)) if place is not None else ""

    def _place(self, key: PersonKey, employee: Employee) -> int | None:
        """The department that counts, ticked or not."""
        forest, scope = self._basis.forests[key[0]]
        main = main_department(employee, scope)
        return main if main is not None else next((each for each in employee.departments if each in forest), None)

    def _candidates(
        self, key: PersonKey, kind: Kind, facts: Mapping[Fact, str], accounts: Sequence[Account]
    ) -> tuple[Candidate, ...]:
        """First the account with the same e-mail, then what has most in common, where the order says nothing else."""
        found = [self._candidate(key, kind, facts, each) for each in accounts]
        if kind in {"several", "duplicate"}:
            found.sort(key=lambda each: (not each.alike.get("email"), -sum(each.alike.values())))
        return tuple(found)

    def _candidate(self, key: PersonKey, kind: Kind, facts: Mapping[Fact, str], account: Account) -> Candidate:
        said: dict[Fact, str] = {
            "name": _account_name(account),
            "email": account.email,
            "login": account.login,
            "job_title": account.fields.get("job_title", ""),
            "phone": account.fields.get("phone", ""),
            "department": self._learn_path(account),
        }
        owner = self._owners.get(account.id)
        own = owner == key
        refusal = self._basis.judge.refuses_link(account.id)
        if refusal is None and own and kind != "identity":
            refusal = WrongUsage("decide_own_account")
        return Candidate(
            account.id,
            said,
            account.status,
            {
                each: self._alike(key, each, facts[each], said[each], account)
                for each in FACTS
                if facts[each] and said[each]
            },
            self._guard(account),
            bool(account.manages),
            None if own else self._other(owner),
            own,
            refusal,
        )

    def _alike(self, key: PersonKey, fact: Fact, here: str, there: str, account: Account) -> bool:
        if fact == "phone":
            return same_phone(here, there, self._region)
        if fact == "job_title":
            return clean(here) == clean(there)
        if fact == "department":
            employee = self._basis.employees.get(key)
            place = self._place(key, employee) if employee is not None else None
            known = self._plan.department_ids.get(department_code((key[0], place))) if place is not None else None
            return known == account.department_id
        return fold(here) == fold(there)

    def _guard(self, account: Account) -> Guard:
        if account.guarded:
            return "administrator"
        if account.id == self._basis.learn.signed_in_id or (
            self._signed_in and fold(account.login) == fold(self._signed_in)
        ):
            return "signed_in"
        return "settings" if self._index.protected(account) else ""

    def _learn_path(self, account: Account) -> str:
        """From Learn's root down, that itself left out: everybody is below it."""
        learn = self._basis.learn
        names: list[str] = []
        here, seen = learn.departments.get(account.department_id), set[str]()
        while here is not None and here.id not in seen:
            seen.add(here.id)
            if here.id != learn.root_id or not names:
                names.append(here.name)
            here = learn.departments.get(here.parent_id or "")
        return " / ".join(reversed(names))

    def _other(self, key: PersonKey | None) -> Other | None:
        if key is None:
            return None
        employee, link = self._basis.employees.get(key), self._memory.people.get(key)
        if employee is not None:
            return Other(key, display_name(employee), _standing(employee))
        return Other(key, (link.name if link is not None else "") or person_label(key), "gone")

    def _rivals(self, key: PersonKey, wanted: Mapping[str, str]) -> tuple[Other, ...]:
        """Whose cards claim the same: other duplicates, and whoever is linked to an account that has it."""
        found: dict[PersonKey, None] = {}
        for name in IDENTIFIERS:
            value = wanted.get(name, "")
            if value:
                found.update(dict.fromkeys(self._claims.get((name, fold(value)), ())))
                owners = (self._owners.get(each.id) for each in self._index.holders(name, value))
                found.update(dict.fromkeys(each for each in owners if each is not None))
        return tuple(other for each in found if each != key and (other := self._other(each)) is not None)


def _is_untouched(case: Case) -> bool:
    """Whether nothing was remembered of a person or of the account that the next run links him to."""
    return (
        case.kind == "exact"
        and case.decision is None
        and not case.held
        and len(case.candidates) == 1
        and case.candidates[0].holder is None
        and not case.candidates[0].own
    )


def sought_in(key: PersonKey, name: str, facts: Mapping[Fact, str], candidates: Sequence[Candidate]) -> str:
    """What a search looks through: names, logins, e-mails and ids of both sides."""
    texts = [name, person_label(key), facts["email"], facts["login"]]
    for each in candidates:
        texts += [each.learn_id, *(each.facts[fact] for fact in ("name", "email", "login"))]
    return fold("\n".join(dict.fromkeys(texts)))


def _standing(employee: Employee | None) -> Standing:
    if employee is None:
        return "gone"
    return "works" if employee.active else "dismissed"


def _account_name(account: Account) -> str:
    name = clean(f"{account.fields.get('last_name', '')} {account.fields.get('first_name', '')}")
    return name or account.login


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
