"""A person's conflict, decided once (INTERFACE: decide; rule I6)."""

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal, get_args

from b24learn_gui.company.model import Company, Employee, PersonKey, person_label
from b24learn_gui.company.text import display_name, fold
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DONE
from b24learn_gui.service.planning import Prepared, Reading, Wishes, read_and_plan, read_sources
from b24learn_gui.service.reading import signed_in_login
from b24learn_gui.service.releasing import release_department
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object
from b24learn_gui.service.who import choose_one, department_meant
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.settings import Settings, to_policy
from b24learn_gui.sync.fields import IDENTIFIERS, FieldRules, field_rules, wanted_profile
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.matching import Index, protection
from b24learn_gui.sync.memory import Decision, Memory

_LOG = logging.getLogger(__name__)
Kind = Literal["link", "create", "leave", "forget"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_KEYED = re.compile(r"([a-z0-9]{1,12}):(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decided: link to `learn_id`, create anew, leave alone, or forget what was decided."""

    kind: Kind
    learn_id: str | None = None


def decide(context: Context, who: str, verdict: Verdict) -> Object:
    """Keep what was decided about the one person known by `who`; the next run acts on it. Nothing is written to Learn.

    Of a department one can only forget that an undo holds it. Raises `AnotherRunActive`, and `WrongUsage`:
    `who_unknown`, `who_ambiguous`, `learn_account_unknown`, `learn_account_protected`, `decide_create_taken`,
    `decide_create_twice`, `decide_department_forget`, and as `release_department`.
    """
    if department_meant(who) is not None:
        if verdict.kind != "forget":
            raise WrongUsage("decide_department_forget", who=who)
        return release_department(context, who)
    settings = settings_for_run(context)
    context.places.prepare()
    with RunLock(context.places.lock_file), Journal.open(context.places.journal_file) as journal:
        if verdict.kind == "forget":
            return _forget(context, settings, journal, who)
        key, employee, companies, prepared = _read(context, settings, journal, who)
        judge = Judge.of(prepared.learn, settings)
        decision = judge.check(verdict, key, employee)
        in_scope = frozenset(each for each, known in prepared.plan.verdicts.items() if known.in_scope)
        if decision.kind == "create" and judge.claimed_twice(key, companies, in_scope):
            raise WrongUsage("decide_create_twice")
        keep(journal, key, decision)
    name = display_name(employee)
    return _answer(key, name, decision, _said(context, name, decision, prepared.learn, in_scope=key in in_scope))


def _read(
    context: Context, settings: Settings, journal: Journal, who: str
) -> tuple[PersonKey, Employee, Sequence[Company], Prepared]:
    reading = Reading([], [])
    with ExitStack() as stack:
        base = known_api_base(journal, settings)
        prepared = read_and_plan(context, settings, Wishes(), journal.memory(), context.secrets, reading, stack, base)
    key, employee = choose_one(who, reading.companies)
    return key, employee, reading.companies, prepared


@dataclass(frozen=True, slots=True)
class Judge:
    """What the rules allow to be decided (N2, I6), by one reading of Learn."""

    index: Index
    rules: FieldRules

    @classmethod
    def of(cls, learn: LearnSnapshot, settings: Settings) -> "Judge":
        policy = to_policy(settings)
        protected = protection(learn, policy, signed_in_login(settings))
        return cls(Index(learn, Memory(), protected), field_rules(policy, learn.fields))

    def check(self, verdict: Verdict, key: PersonKey, employee: Employee) -> Decision:
        """The decision to be kept. Raises `WrongUsage` as `decide` does where the rules do not allow it."""
        refusal: SyncError | None = None
        decision = Decision("leave")
        if verdict.kind == "link":
            refusal = self.refuses_link(verdict.learn_id or "")
            decision = Decision("link", verdict.learn_id)
        elif verdict.kind == "create":
            refusal = self.refuses_create(self.wanted(key, employee))
            decision = Decision("create")
        if refusal is not None:
            raise refusal
        return decision

    def wanted(self, key: PersonKey, employee: Employee) -> Mapping[str, str]:
        """What the person's profile should say, by Learn field."""
        return wanted_profile(employee, key[0], self.rules).values

    def claimed_twice(self, key: PersonKey, companies: Sequence[Company], in_scope: Collection[PersonKey]) -> bool:
        """Whether another card of those to study claims the same login or e-mail: no run would create then (I3)."""
        cards = {(each.portal, employee.id): employee for each in companies for employee in each.employees}
        own = self._claims(key, cards[key])
        return any(
            other != key and other in in_scope and not own.isdisjoint(self._claims(other, employee))
            for other, employee in cards.items()
        )

    def _claims(self, key: PersonKey, employee: Employee) -> frozenset[tuple[str, str]]:
        wanted = self.wanted(key, employee)
        return frozenset((name, fold(wanted[name])) for name in IDENTIFIERS if wanted.get(name))

    def refuses_link(self, learn_id: str) -> WrongUsage | None:
        """Why nobody may be linked to this account."""
        account = self.index.accounts.get(learn_id)
        if account is None:
            return WrongUsage("learn_account_unknown", learn_id=learn_id)
        if self.index.protected(account):
            return WrongUsage("learn_account_protected", login=account.login, learn_id=learn_id)
        return None

    def refuses_create(self, wanted: Mapping[str, str]) -> WrongUsage | None:
        """Why no new account can be made for somebody whose profile should say this."""
        for name in IDENTIFIERS:
            holder = next(iter(self.index.holders(name, wanted.get(name, ""))), None)
            if holder is not None:
                return WrongUsage("decide_create_taken", value=wanted[name], login=holder.login, learn_id=holder.id)
        return None


def keep(journal: Journal, key: PersonKey, decision: Decision) -> None:
    """Keep a decision; the next run acts on it."""
    journal.decide(key, decision)
    _LOG.info("decided", extra={"person": person_label(key), "kind": decision.kind})


def take_back(journal: Journal, key: PersonKey) -> bool:
    """Forget what was decided about somebody, and release him from an undo's hold; False if there was neither."""
    held = key in journal.memory().held
    journal.release([key])
    there = journal.forget_decision(key)
    if there or held:
        _LOG.info("decision forgotten", extra={"person": person_label(key)})
    return there or held


def _forget(context: Context, settings: Settings, journal: Journal, who: str) -> Object:
    key, name = _remembered(context, settings, who)
    forgotten = take_back(journal, key)
    words = context.words
    if forgotten:
        message = words("What was decided about {name} is forgotten; the next run judges anew.", name=name)
    else:
        message = words("Nothing had been decided about {name}.", name=name)
    return {**_answer(key, name, None, message), "forgotten": forgotten}


def _remembered(context: Context, settings: Settings, who: str) -> tuple[PersonKey, str]:
    """Whose decision it is. `key:id` needs no portal: the card may be gone by now."""
    keyed = _KEYED.fullmatch(who.strip())
    if keyed:
        return (keyed[1], int(keyed[2])), who.strip()
    reading = Reading([], [])
    read_sources(context, settings, Wishes(), context.secrets, reading)
    key, employee = choose_one(who, reading.companies)
    return key, display_name(employee)


def _said(context: Context, name: str, decision: Decision, learn: LearnSnapshot, *, in_scope: bool) -> str:
    words = context.words
    if decision.kind == "link":
        login = learn.accounts[decision.learn_id or ""].login
        return words("{name} is linked to the account {login}. The next run follows from that.", name=name, login=login)
    if decision.kind == "create" and not in_scope:
        return words("A new account is created for {name} once this person is to study in Learn.", name=name)
    if decision.kind == "create":
        return words("The next run creates a new account for {name}.", name=name)
    return words("{name} is left alone from now on.", name=name)


def _answer(key: PersonKey, name: str, decision: Decision | None, message: str) -> Object:
    return {
        "command": "decide",
        "exit_code": DONE,
        "portal": key[0],
        "bitrix24_id": key[1],
        "name": name,
        "decision": None if decision is None else {"kind": decision.kind, "learn_id": decision.learn_id},
        "message": message,
    }
