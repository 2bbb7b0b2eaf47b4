"""What happens to each person of a portal: who is whom, who comes, changes, moves, leaves and returns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Doubt, Employee, PersonKey, department_code
from b24learn_gui.company.scope import Scope, in_scope, main_department
from b24learn_gui.company.text import clean, display_name
from b24learn_gui.sync.changes import Change, Column, Kind, Problem, Value
from b24learn_gui.sync.claims import Claimant
from b24learn_gui.sync.departments import DepartmentPlan, shown_name
from b24learn_gui.sync.doubt import ALLOWED_IN_DOUBT
from b24learn_gui.sync.fields import FieldRules, Wanted, differences, missing_required, wanted_profile, whole_update
from b24learn_gui.sync.hashing import write_fingerprint
from b24learn_gui.sync.learn_side import Account, LearnSnapshot
from b24learn_gui.sync.limits import INTERRUPTED, WAITS_FOR_SEAT
from b24learn_gui.sync.matching import Index, Match, match_dismissed, match_interrupted, match_unlinked
from b24learn_gui.sync.memory import Link, Memory
from b24learn_gui.sync.policy import PortalScope
from b24learn_gui.sync.swaps import is_interim

NEW = "new in Bitrix24"
DELETED_IN_LEARN = "deleted in Learn"
CHANGED = "changed in Bitrix24"
SAME_EMAIL = "same email"
SAME_LOGIN = "same login"
SAME_PERSON = "same email and name"
OTHER_DEPARTMENT = "department differs from Bitrix24"
DISMISSED = "dismissed in Bitrix24"
GONE = "gone from Bitrix24"
OUT_OF_SCOPE = "department not ticked"
BACK = "active again in Bitrix24"
SWITCHED_OFF = "deactivated by this program"
"""Of somebody who was active in Bitrix24 all the while: out of scope until now, or put back by an undo."""

_ADOPTION_CAUSES = {"email": SAME_EMAIL, "login": SAME_LOGIN, "name": SAME_PERSON, "interrupted": INTERRUPTED}


@dataclass(frozen=True, slots=True)
class Portal:
    """One portal, ready for planning. `strangers`: rule I7, those who changed name and e-mail together.

    `unreadable`: people whose row could not be read, with what is wrong with it.
    """

    company: Company
    settings: PortalScope
    forest: Forest
    scope: Scope
    doubts: tuple[Doubt, ...]
    departments: DepartmentPlan
    strangers: frozenset[PersonKey]
    unreadable: Mapping[PersonKey, Doubt]
    rebuilt: bool

    @property
    def key(self) -> str:
        return self.company.portal

    def allows(self, kind: Kind) -> bool:
        """Rule Q3: in doubt only what adds is done; while an unticked department is missing nobody new is created."""
        if kind == "user.create" and self.scope.missing_excluded:
            return False
        return not self.doubts or kind in ALLOWED_IN_DOUBT


@dataclass(frozen=True, slots=True)
class Learners:
    """Everything about Learn and the past that people are decided by."""

    learn: LearnSnapshot
    memory: Memory
    index: Index
    rules: FieldRules
    deactivate: bool
    seats: int | None


@dataclass(slots=True)
class Person:
    """One person while he is being planned: `employee` is None for a linked one who is gone from the read."""

    key: PersonKey
    employee: Employee | None
    name: str
    department: int | None
    link: Link | None = None
    account: Account | None = None
    match: Match = field(default_factory=Match)
    wanted: Wanted = field(default_factory=Wanted)
    column: Column | None = None
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def in_scope(self) -> bool:
        return self.department is not None

    def tell(self, code: str, *, note: bool = False, **detail: object) -> None:
        self.problems.append(Problem("person", self.key[0], self.key[1], self.name, code, detail, note=note))

    def change(
        self,
        kind: Kind,
        cause: str,
        *,
        before: Mapping[str, Value] | None = None,
        after: Mapping[str, Value] | None = None,
        send: Mapping[str, str] | None = None,
        fingerprint: str = "",
    ) -> None:
        self.changes.append(
            Change(
                kind,
                self.key[0],
                self.key[1],
                self.account.id if self.account else None,
                self.name,
                before=before or {},
                after=after or {},
                cause=cause,
                send=send or {},
                fingerprint=fingerprint,
            )
        )


def gather(portal: Portal, learners: Learners) -> list[Person]:
    """Everybody who was read, with what his profile should say, and linked people who are gone."""
    memory, accounts = learners.memory, learners.learn.accounts
    people: list[Person] = []
    for employee in portal.company.employees:
        key = (portal.key, employee.id)
        department = main_department(employee, portal.scope) if in_scope(employee, portal.scope) else None
        link = memory.people.get(key)
        account = accounts.get(link.learn_id) if link else None
        person = Person(key, employee, display_name(employee), department, link, account)
        if account is not None:
            person.match = Match(account, "link")
        if person.in_scope:
            person.wanted = wanted_profile(employee, portal.key, learners.rules)
        people.append(person)
    read = {person.key for person in people}
    for key, link in memory.people.items():
        account = accounts.get(link.learn_id)
        if key[0] == portal.key and key not in read and account is not None:
            people.append(Person(key, None, _account_name(account), None, link, account, Match(account, "link")))
    return people


def _account_name(account: Account) -> str:
    name = clean(f"{account.fields.get('last_name', '')} {account.fields.get('first_name', '')}")
    return name or account.login


def _stands_on_interim(person: Person) -> bool:
    """On a value that a swap was interrupted at."""
    account = person.account
    return account is not None and (is_interim(account.login) or is_interim(account.email))


def set_aside(person: Person, portal: Portal, learners: Learners) -> bool:
    """Whether nothing may happen to this person, whatever the portal says (rules N2, I7, U2, I6)."""
    memory, policy = learners.memory, learners.rules.policy
    decision = memory.decisions.get(person.key)
    if person.key in memory.held and not _stands_on_interim(person):  # nobody is left there (rule P7)
        person.tell("held_by_undo", note=True)
        person.column = "protected"
    elif (
        person.key in policy.hold
        or (decision is not None and decision.kind == "leave")
        or (person.account is not None and learners.index.protected(person.account))
    ):
        person.column = "protected"
    elif person.key in portal.unreadable:
        doubt = portal.unreadable[person.key]
        person.tell("source_incomplete", reason=doubt.code, id=person.key[1], field=doubt.detail.get("field"))
        person.column = "skipped"
    elif person.key in portal.strangers:
        person.tell("identity_changed", learn_id=person.account.id if person.account else None)
        person.column = "conflict"
    return person.column is not None


def find_account(person: Person, portal: Portal, learners: Learners, duplicates: frozenset[PersonKey]) -> None:
    """Rules I2, I3, I6 and I8 for a person who has no account yet: adopt one, be created, or be left to a person."""
    pending = learners.memory.pending_creates.get(person.key)
    match = match_interrupted(pending, learners.index) if pending else Match()
    if match.account is not None:
        pass  # ours, whether or not he is still to study in Learn
    elif person.in_scope:
        if person.key in duplicates:
            match = Match(code="duplicate_in_source")
        else:
            match = match_unlinked(person.key, person.wanted, learners.index)
            match = _decided_to_create(person, match, learners)
    elif portal.rebuilt and person.employee is not None and not person.employee.active:
        match = match_dismissed(person.employee, learners.index)
    person.match = match
    if match.code == "match_protected":
        person.tell(match.code, note=True, accounts=list(match.others))
        person.column = "protected"
    elif match.code:
        person.tell(match.code, accounts=list(match.others))
        person.column = "conflict"
    elif match.account is not None:
        person.account = match.account
        after: dict[str, Value] = {"login": match.account.login, "email": match.account.email}
        person.change("user.adopt", _ADOPTION_CAUSES[match.rule], after=after)


def _decided_to_create(person: Person, match: Match, learners: Learners) -> Match:
    decision = learners.memory.decisions.get(person.key)
    if decision is None or decision.kind != "create":
        return match
    values = person.wanted.values
    taken = any(name in values and learners.index.holders(name, values[name]) for name in ("login", "email"))
    return match if taken else Match()


def share_out(people: Iterable[Person]) -> None:
    """One account for one person: where two would adopt the same one, neither does (rule I2)."""
    takers: dict[str, list[Person]] = {}
    for person in people:
        if person.changes and person.match.account is not None and person.match.rule != "link":
            takers.setdefault(person.match.account.id, []).append(person)
    for account_id, several in takers.items():
        if len(several) > 1:
            for person in several:
                person.changes.clear()
                person.account = None
                person.match = Match(code="match_ambiguous", others=(account_id,))
                person.tell("match_ambiguous", accounts=[account_id])
                person.column = "conflict"


def plan_newcomer(person: Person, portal: Portal, learners: Learners) -> None:
    """A new account, unless something it cannot do without is missing."""
    wanted = person.wanted
    _tell_notes(person)
    if wanted.login_fault:
        person.tell(wanted.login_fault)
        person.column = "skipped"
        return
    missing = missing_required(wanted, learners.rules)
    if missing:
        person.tell("required_field_missing", fields=list(missing))
        person.column = "skipped"
        return
    if not portal.allows("user.create"):
        person.column = "out_of_scope"
        return
    after: dict[str, Value] = {**wanted.values, **_place(person, portal)}
    if learners.rules.policy.notify_users and "email" in wanted.values:
        after["letter"] = True
    fingerprint = write_fingerprint(after, {}, learners.rules.definitions)
    if not _refused_before(person, fingerprint, learners.memory):
        person.change("user.create", DELETED_IN_LEARN if person.link else NEW, after=after, fingerprint=fingerprint)


def _place(person: Person, portal: Portal) -> dict[str, Value]:
    """The department a person belongs in, as changes name it."""
    if person.department is None:
        raise ValueError(person.key)
    code = department_code((portal.key, person.department))
    return {"department": code, "department_name": shown_name(portal.forest[person.department])}


def _refused_before(person: Person, fingerprint: str, memory: Memory) -> bool:
    """Rule P6: what Learn refused is not sent again while nothing about it has changed."""
    rejection = memory.rejections.get(person.key)
    if rejection is None or rejection.fingerprint != fingerprint:
        return False
    person.tell("rejected_by_learn", message=rejection.message, repeated=False)
    person.column = "failed"
    return True


def claim_of(person: Person, learners: Learners) -> Claimant:
    """What is to be written of a person's profile, before logins and e-mails are shared out."""
    if person.account is None:
        raise ValueError(person.key)
    wanted = person.wanted.values
    former = learners.memory.interims.get(person.key, {})
    return Claimant(person.key, person.account, wanted, differences(person.account, wanted, learners.rules), former)


def refused_before(claim: Claimant, learners: Learners) -> bool:
    """Rule P6 for an update: Learn refused exactly this, and nothing about it has changed."""
    rejection = learners.memory.rejections.get(claim.key)
    return rejection is not None and rejection.fingerprint == _update_fingerprint(claim, learners)


def _update_fingerprint(claim: Claimant, learners: Learners) -> str:
    return write_fingerprint(claim.different, claim.account.fields, learners.rules.definitions)


def plan_learner(person: Person, claim: Claimant, portal: Portal, learners: Learners) -> None:
    """Somebody in scope with an account: keep profile, place and status in step (rules P2, P6, L2, L3)."""
    account = claim.account
    _tell_notes(person)
    if person.wanted.login_fault:
        person.tell(person.wanted.login_fault, note=True)
    for name, code in claim.blocked.items():
        person.tell(code, note=True, fields=[name])
    if claim.different:
        present = {name: account.fields.get(name, "") for name in claim.different}
        fingerprint = _update_fingerprint(claim, learners)
        if not _refused_before(person, fingerprint, learners.memory):
            person.change(
                "user.update",
                CHANGED,
                before=dict(present),
                after=dict(claim.different),
                send=whole_update(account, claim.different, learners.rules),
                fingerprint=fingerprint,
            )
    _plan_move(person, account, portal, learners)


def _plan_move(person: Person, account: Account, portal: Portal, learners: Learners) -> None:
    place = _place(person, portal)
    here = portal.departments.existing.get((portal.key, person.department or 0))
    if portal.allows("user.move") and (here is None or here.id != account.department_id):
        former = learners.learn.departments.get(account.department_id)
        code = former.code if former and former.code.startswith("b24-") else account.department_id
        before: dict[str, Value] = {"department": code, "department_name": former.name if former else ""}
        person.change("user.move", OTHER_DEPARTMENT, before=before, after=place)


def plan_status(people: Iterable[Person], portal: Portal, free: Callable[[], bool]) -> None:
    """Accounts of people in scope that are switched off: whether we switch them on again (rules L2, L3, I4).

    `free` takes one of the seats Learn told of; it is true where Learn tells nothing.
    """
    for person in people:
        account = person.account
        if account is None or account.status == "active":
            continue
        link = person.link if person.match.rule == "link" else None  # the account just found may be another one
        waits = link.no_seat if link else person.match.rule == "interrupted"
        back = link is not None and (link.deactivated_by_us or not link.was_active)
        if not (waits or back):
            person.tell("deactivated_by_hand", note=True)
        elif not (allowed := portal.allows("user.reactivate")) or not free():
            if waits or allowed:
                person.tell("seats_exhausted")
                person.column = person.column or "failed"
        else:
            person.change(
                "user.reactivate",
                WAITS_FOR_SEAT if waits else SWITCHED_OFF if link is not None and link.was_active else BACK,
                before={"status": account.status},
                after={"status": "active"},
            )


def plan_leaver(person: Person, portal: Portal, learners: Learners) -> None:
    """Rule L1: dismissed, gone or out of scope. Nobody is ever deleted; an account already off stays as it is."""
    policy, account = learners.rules.policy, person.account
    dismissed = person.employee is None or not person.employee.active
    wish = policy.leavers if dismissed else policy.out_of_scope
    if account is None or account.status != "active" or wish == "keep":
        return
    if not learners.deactivate or not portal.allows("user.deactivate"):
        return
    cause = GONE if person.employee is None else DISMISSED if dismissed else OUT_OF_SCOPE
    after = "terminated" if wish == "terminate" else "inactive"
    person.change("user.deactivate", cause, before={"status": account.status}, after={"status": after})


def _tell_notes(person: Person) -> None:
    for code in person.wanted.notes:
        person.tell(code, note=True)


def close_ledger(person: Person) -> Column:
    """The one column a person stands in (INTERFACE: `people`)."""
    if person.column is not None:
        return person.column
    if person.changes:
        return "changed"
    return "unchanged" if person.in_scope else "out_of_scope"
