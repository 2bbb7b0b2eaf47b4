"""One person explained: found, to study by which mark, whose account by which rule, what stands in the way, what next.

Everything here is worked out from what was read; nothing is asked of a server.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Employee, PersonKey, person_label
from b24learn_gui.company.scope import EMPLOYEE_KINDS, Scope, main_department
from b24learn_gui.company.text import clean, display_name, fold
from b24learn_gui.errors import SyncError
from b24learn_gui.service.person_search import Register, account_name
from b24learn_gui.service.reading import signed_in_login
from b24learn_gui.service.summary import Object, problem_object
from b24learn_gui.storage.journal.biography import Biography, Deed
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Change, Plan, Problem, Verdict
from b24learn_gui.sync.learn_side import Account, LearnSnapshot
from b24learn_gui.sync.memory import Link, Memory
from b24learn_gui.sync.origins import origins_of
from b24learn_gui.text import Words, plan_table
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.plans import cause_phrase, doubt_phrase, problem_phrase, reason_phrase
from b24learn_gui.text.words import mark

State = Literal["ok", "changes", "stopped", "out"]
"""Studies and matches; something will be changed; something stands in the way; is not to study."""

_COLUMNS: Mapping[str, tuple[State, str]] = {
    "out_of_scope": ("out", mark("Not to study in Learn.")),
    "unchanged": ("ok", mark("Studies in Learn, and everything matches.")),
    "changed": ("changes", mark("The next run changes something.")),
    "protected": ("stopped", mark("Protected: this program never touches the account.")),
    "skipped": ("stopped", mark("Left out.")),
    "conflict": ("stopped", mark("Left alone until somebody decides.")),
    "failed": ("stopped", mark("The last attempt failed.")),
}
_HELD = mark("Held since an undo: the account stays as it is until the person is released (decide --forget).")
_OFF = mark("To study in Learn, but the account is not active.")
_RULES: Mapping[str, str] = {
    "email": mark("the e-mail is the same"),
    "login": mark("its login is their e-mail"),
    "name": mark("e-mail and name are the same, and the links are being rebuilt"),
    "interrupted": mark("an interrupted run had created it for them"),
}
_STATUSES: Mapping[str, str] = {
    "active": mark("active"),
    "inactive": mark("inactive"),
    "terminated": mark("terminated"),
}
_NOT_NAMED = frozenset({"department", "letter", "status"})
_MATCHING = frozenset({"match_ambiguous", "match_taken", "match_protected"})


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


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer about one person, in sentences. `scope`: to study or not, by which mark; `account`: whose, by which
    rule; `blocked`: what stands in the way; `notes`: what is worth knowing; `past`: what this program did last.

    `in_scope` is None where the portal could not be read. `place`: the department, to tell people of one name apart.
    """

    key: PersonKey
    name: str
    state: State
    headline: str
    found: str
    scope: str
    account: str
    blocked: tuple[str, ...]
    notes: tuple[str, ...]
    heads: tuple[str, ...]
    past: str
    next: tuple[str, ...]
    place: str = ""
    in_scope: bool | None = None
    mark: tuple[str, int] | None = None
    learn_id: str | None = None
    problems: tuple[Object, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether something was left out that somebody has to see to."""
        return any(not problem["note"] for problem in self.problems)

    def as_object(self) -> Object:
        """INTERFACE: an entry of `found`."""
        told = (self.headline, self.found, self.scope, self.account, *self.heads, *self.blocked, self.past)
        return {
            "portal": self.key[0],
            "bitrix24_id": self.key[1],
            "name": self.name,
            "in_scope": self.in_scope,
            "mark": {"kind": self.mark[0], "department": self.mark[1]} if self.mark else None,
            "learn_id": self.learn_id,
            "verdict": " ".join(each for each in told if each),
            "problems": list(self.problems),
            "next": list(self.next),
        }


def explain_person(world: World, key: PersonKey, life: Biography, words: Words) -> Explained:
    """The answer about somebody in the register."""
    return _Teller(world, key, life, words).told()


class _Teller:
    """Puts one person's case into words."""

    def __init__(self, world: World, key: PersonKey, life: Biography, words: Words) -> None:
        self._world, self._key, self._life, self._words = world, key, life, words
        self._employee = world.employees.get(key)
        self._link: Link | None = world.memory.people.get(key)
        self._verdict: Verdict | None = world.plan.verdicts.get(key)
        self._problems: list[Problem] = [
            each for each in world.plan.problems if each.what == "person" and (each.portal, each.bitrix24_id) == key
        ]
        self._changes: list[Change] = [each for each in world.plan.changes if each.what == "person" and each.key == key]
        self._learn_id = self._verdict.learn_id if self._verdict else self._link.learn_id if self._link else None
        self._account = world.learn.accounts.get(self._learn_id or "")

    def told(self) -> Explained:
        state, headline = self._headline()
        blocked = self._blocked()
        return Explained(
            key=self._key,
            name=self._name(),
            state=state,
            headline=headline,
            found=self._found(),
            scope=self._scope(),
            account=self._whose(),
            blocked=blocked,
            notes=tuple(self._phrase(each) for each in self._problems if each.note and each.code not in _MATCHING),
            heads=tuple(self._heads()),
            past=self._past(),
            next=self._next(),
            place=self._place(),
            in_scope=None if self._unread() else bool(self._verdict and self._verdict.in_scope),
            mark=self._verdict.mark if self._verdict else None,
            learn_id=self._learn_id,
            problems=tuple(map(problem_object, self._problems)),
        )

    def _name(self) -> str:
        if self._employee is not None:
            return display_name(self._employee)
        remembered = self._link.name if self._link else ""
        return remembered or account_name(self._account) or person_label(self._key)

    def _unread(self) -> bool:
        return self._key[0] not in self._world.companies

    def _headline(self) -> tuple[State, str]:
        words = self._words
        if self._verdict is not None:
            state, said = _COLUMNS[self._verdict.column]
            held = self._verdict.column == "protected" and "held_by_undo" in self._verdict.codes
            off = state == "ok" and self._account is not None and self._account.status != "active"
            return state, words(_HELD if held else _OFF if off else said)
        if self._key[0] in self._world.unread:
            return "stopped", words("The portal cannot be read just now.")
        if self._unread():
            return "out", words("The portal is no longer in the settings.")
        if self._changes:
            return "changes", words("No longer in Bitrix24: the next run acts on it.")
        return "out", words("No longer in Bitrix24.")

    # Found?

    def _found(self) -> str:
        words, (portal, number) = self._words, self._key
        failed = self._world.unread.get(portal)
        if failed is not None:
            reason = error_sentence(failed, words)
            return words(
                "Known from the last good run, portal {portal}, ID {id}. Now it could not be read: {reason}",
                portal=portal, id=number, reason=reason,
            )  # fmt: skip
        if self._employee is None:
            email = self._link.email if self._link else ""
            if self._unread():
                return words(
                    "Known from earlier runs, portal {portal}, ID {id}. The portal is not in the settings any more.",
                    portal=portal, id=number,
                )  # fmt: skip
            known = words("Not found in Bitrix24 any more: portal {portal}, ID {id}.", portal=portal, id=number)
            return f"{known} {words('The last good run knew {email}.', email=email)}" if email else known
        parts = [words("portal {portal}, ID {id}", portal=portal, id=number), self._employee.values.get("EMAIL", "")]
        parts.append(words("department “{name}”", name=self._place()) if self._place() else words("in no department"))
        return words("Found in Bitrix24: {details}.", details=", ".join(clean(each) for each in parts if each))

    def _place(self) -> str:
        """The department that counts; the first one, where none does."""
        if self._employee is None:
            return ""
        here = main_department(self._employee, self._world.scopes[self._key[0]])
        forest = self._world.forests[self._key[0]]
        where = self._employee.departments if here is None else (here,)
        return next((self._department(id_) for id_ in where if id_ in forest), "")

    def _department(self, id_: int) -> str:
        forest = self._world.forests[self._key[0]]
        name = clean(forest[id_].name) if id_ in forest else ""
        return name or f"№\u00a0{id_}"

    # To study?

    def _scope(self) -> str:
        words, employee = self._words, self._employee
        if self._key[0] in self._world.unread:
            return words("Whether they are to study is known once the portal can be read again.")
        if self._unread():
            return words("Nobody of a portal outside the settings is judged.")
        if employee is None:
            return words("Not to study: gone from Bitrix24.")
        if not employee.active:
            return words("Not to study: dismissed in Bitrix24.")
        if employee.kind not in EMPLOYEE_KINDS:
            return words("Not to study: a guest in Bitrix24, not an employee.")
        return self._by_mark(employee)

    def _by_mark(self, employee: Employee) -> str:
        words, scope = self._words, self._world.scopes[self._key[0]]
        here = main_department(employee, scope)
        where = employee.departments if here is None else (here,)
        marked = next(((id_, found) for id_ in where if (found := scope.mark(id_)) is not None), None)
        if marked is None:
            place = self._place()
            if not place:
                return words("Not to study: in no department.")
            return words("Not to study: neither “{name}” nor a department above it is ticked.", name=place)
        (id_, (kind, decided)) = marked
        name, above = self._department(id_), self._department(decided)
        if kind == "include":
            if id_ == decided:
                return words("To study in Learn: the department “{name}” is ticked.", name=name)
            return words(
                "To study in Learn: the department “{name}” lies below “{above}”, which is ticked.",
                name=name,
                above=above,
            )
        if id_ == decided:
            return words("Not to study: the department “{name}” is unticked.", name=name)
        return words(
            "Not to study: the department “{name}” lies below “{above}”, which is unticked.", name=name, above=above
        )

    # Whose account, by which rule?

    def _whose(self) -> str:
        words = self._words
        if self._link is not None and self._account is None:
            return words("Was linked to an account that Learn does not have any more.")
        if self._link is not None and self._account is not None:
            return " ".join([self._linked(self._account, self._link), *self._switched_off(self._account, self._link)])
        if self._account is not None and self._verdict is not None and self._verdict.rule in _RULES:
            return words(
                "Not linked yet. The next run takes over the account {account}, because {rule}.",
                account=self._described(self._account),
                rule=words(_RULES[self._verdict.rule]),
            )
        candidates = self._candidates()
        if candidates:
            return words("Not linked. What might be theirs: {accounts}.", accounts="; ".join(candidates))
        decision = self._world.memory.decisions.get(self._key)
        if decision is not None and decision.kind == "create":
            return words("No account yet; a person decided that a new one is created.")
        if self._verdict is not None and self._verdict.column == "protected":
            return words("Not linked to an account, and none is looked for.")
        return words("No account yet.")

    def _linked(self, account: Account, link: Link) -> str:
        words, shown, began = self._words, self._described(account), self._life.began
        moment = words.moment(began.at) if began is not None else ""
        if link.origin == "decided":
            return words("Linked to the account {account}, as a person decided.", account=shown)
        if link.origin == "created":
            if began is None:
                return words("Linked to the account {account}, which this program created.", account=shown)
            return words(
                "Linked to the account {account}, which the run of {moment} created.", account=shown, moment=moment
            )
        if began is None:
            return words("Linked to the account {account}, which was there before and was taken over.", account=shown)
        return words(
            "Linked to the account {account}, which the run of {moment} took over ({cause}).",
            account=shown,
            moment=moment,
            cause=cause_phrase(began.cause, words),
        )

    def _switched_off(self, account: Account, link: Link) -> list[str]:
        if account.status == "active":
            return []
        if link.no_seat:
            return [self._words("It waits for a free seat.")]
        if link.deactivated_by_us:
            return [self._words("This program deactivated it.")]
        return [self._words("It was not this program that deactivated it.")]

    def _described(self, account: Account) -> str:
        name, status = account_name(account) or account.email, self._words(_STATUSES[account.status])
        about = ", ".join(each for each in (name, status) if each)
        return f"{account.login or account.id} ({about})"

    def _candidates(self) -> list[str]:
        """The accounts a conflict is about, and whose they are."""
        found = []
        for problem in self._problems:
            accounts = problem.detail.get("accounts")
            for id_ in accounts if isinstance(accounts, list) else []:
                account = self._world.learn.accounts.get(str(id_))
                if account is not None:
                    found.append(self._described(account) + self._owner(account))
        return list(dict.fromkeys(found))

    def _owner(self, account: Account) -> str:
        owner = next((key for key, link in self._world.memory.people.items() if link.learn_id == account.id), None)
        if owner is None or owner == self._key:
            return ""
        employee = self._world.employees.get(owner)
        name = display_name(employee) if employee else self._world.memory.people[owner].name
        return self._words(", which belongs to {name} ({label})", name=name, label=person_label(owner))

    # What stands in the way?

    def _blocked(self) -> tuple[str, ...]:
        told = [*self._protected(), *self._problem_sentences()]
        doubts = self._world.plan.doubts.get(self._key[0], ())
        if doubts:
            reasons = dict.fromkeys(doubt_phrase(each.code, each.detail, self._words) for each in doubts)
            told.append(self._words("The portal is in doubt: {reasons}.", reasons="; ".join(reasons)))
        return tuple(dict.fromkeys(told))

    def _problem_sentences(self) -> list[str]:
        found = []
        for problem in self._problems:
            if problem.note and problem.code not in _MATCHING:
                continue
            said = self._phrase(problem)
            email = self._employee.values.get("EMAIL", "") if self._employee else ""
            if problem.code == "email_invalid" and email and "value" not in problem.detail:
                said += f": {email}"
            if problem.code == "duplicate_in_source":
                others = self._same_email()
                said += self._words(" (also {others})", others=self._words.listed(others)) if others else ""
            found.append(f"{said}.")
        return found

    def _same_email(self) -> list[str]:
        """Whoever else in Bitrix24 has this e-mail."""
        email = fold(self._employee.values.get("EMAIL", "")) if self._employee else ""
        return [
            f"{display_name(each)} ({person_label(key)})"
            for key, each in self._world.employees.items()
            if email and key != self._key and fold(each.values.get("EMAIL", "")) == email
        ]

    def _protected(self) -> list[str]:
        """Why nothing may happen to the person (rules N2, U2)."""
        words, world, key = self._words, self._world, self._key
        policy = to_policy(world.settings)
        decision = world.memory.decisions.get(key)
        found = []
        if key in world.memory.held:
            command = f"b24learn-gui decide {person_label(key)} --forget"
            found.append(
                words(
                    "Held since the undo of the run {run}, until released: {command}",
                    run=self._life.held_by or "—",
                    command=command,
                )
            )
        if key in policy.hold:
            found.append(words("On hold in the settings (sync.hold): stays as it is."))
        if decision is not None and decision.kind == "leave":
            found.append(words("A person decided to leave them alone."))
        account = self._account
        if account is not None:
            if account.guarded:
                found.append(words("The account is the owner's or an account administrator's: never touched."))
            signs_in = fold(signed_in_login(world.settings))
            if account.id == world.learn.signed_in_id or (signs_in and fold(account.login) == signs_in):
                found.append(words("This program signs in with the account: never touched."))
            if fold(account.login) in policy.protect:
                found.append(words("The login is protected in the settings (sync.protect): never touched."))
        return found

    def _phrase(self, problem: Problem) -> str:
        said = problem_phrase(problem.code, problem.detail, self._words)
        return said[:1].upper() + said[1:]

    # Heads

    def _heads(self) -> list[str]:
        company, words = self._world.companies.get(self._key[0]), self._words
        if company is None or self._employee is None:
            return []
        headed = [each for each in company.departments if each.head == self._key[1]]
        if headed and not self._world.settings.sync.sync_heads:
            names = words.listed(self._department(each.id) for each in headed)
            return [words("Head of: {names}. Heads are not synced, so the settings say.", names=names)]
        return [self._head(each.id) for each in headed]

    def _head(self, id_: int) -> str:
        words, name, portal = self._words, self._department(id_), self._key[0]
        kinds = {each.kind for each in self._world.plan.changes if each.key == (portal, id_)}
        if "head.set" in kinds:
            return words("Head of “{name}”: the next run sets them as supervisor in Learn.", name=name)
        notes = {
            each.code for each in self._world.plan.problems if each.what == "department" and each.bitrix24_id == id_
            and each.portal == portal
        }  # fmt: skip
        if "head_not_synced" in notes:
            return words("Head of “{name}”, but not in Learn: they have no active account there.", name=name)
        here = self._world.learn.departments.get(self._world.plan.department_ids.get(f"b24-{portal}-{id_}", ""))
        if here is not None and self._learn_id and here.supervisor_id == self._learn_id:
            return words("Head of “{name}”, and supervisor in Learn.", name=name)
        return words("Head of “{name}” in Bitrix24.", name=name)

    # What was, and what comes?

    def _past(self) -> str:
        if not self._life.last:
            return ""
        first, words = self._life.last[0], self._words
        done, moment = words.listed(self._deed(each) for each in self._life.last), words.moment(first.at)
        return words("Last changed by the run of {moment} ({run}): {done}.", moment=moment, run=first.run, done=done)

    def _deed(self, deed: Deed) -> str:
        what = self._words(plan_table.VERBS.get(deed.kind, deed.kind))
        fields = self._words.listed(self._field(name) for name in deed.fields)
        return f"{what} ({fields})" if fields else what

    def _field(self, name: str) -> str:
        labels = {each.name.lower(): each.label for each in self._world.learn.fields}
        return self._words(plan_table.FIELDS.get(name.lower(), "")) or labels.get(name.lower()) or name

    def _next(self) -> tuple[str, ...]:
        """What the next run does, one line a change."""
        words, plan, portal = self._words, self._world.plan, self._key[0]
        if portal in self._world.unread:
            return (words("Next run: nothing, while the portal cannot be read."),)
        if self._unread():
            return (words("Next run: nothing, they stay as they are."),)
        if not self._changes:
            return (self._nothing(),)
        lines = [self._change(each) for each in self._changes]
        if plan.needs_approval:
            lines.append(words("But the plan exceeds a limit and waits for approval."))
        if portal in plan.withheld:
            lines.append(words("But the portal is in doubt, and nothing of it is written until the plan is approved."))
        return tuple(lines)

    def _nothing(self) -> str:
        words = self._words
        if self._verdict is not None and self._verdict.column == "unchanged":
            return words("Next run: nothing, Learn and Bitrix24 say the same.")
        if self._account is not None and self._account.status == "active" and not self._blocked():
            leaves = self._verdict is None or not self._verdict.in_scope
            if leaves:
                return words("Next run: nothing; the settings keep the accounts of those who leave.")
        return words("Next run: nothing.")

    def _change(self, change: Change) -> str:
        words = self._words
        origin = self._world.origins.get((change.kind, *change.key))
        values = "; ".join(self._values(change))
        return words(
            "Next run: {what} ({cause}). {values}",
            what=words(plan_table.VERBS[change.kind]),
            cause=reason_phrase(change.cause, origin, words),
            values=values,
        ).rstrip()

    def _values(self, change: Change) -> Sequence[str]:
        shown = []
        for name, value in change.after.items():
            if name in _NOT_NAMED or not isinstance(value, str):
                continue
            label = self._words("Department") if name == "department_name" else self._field(name)
            before = change.before.get(name)
            shown.append(f"{label}: {before or '—'} → {value}" if name in change.before else f"{label}: {value}")
        return shown
