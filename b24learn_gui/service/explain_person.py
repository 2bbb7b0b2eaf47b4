"""One person explained: found, to study by which mark, whose account by which rule, what stands in the way, what next.

What is so is found by `explain_facts`; here it is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from b24learn_gui.company.model import PersonKey, person_label
from b24learn_gui.company.scope import EMPLOYEE_KINDS
from b24learn_gui.company.text import clean
from b24learn_gui.service.explain_facts import Facts, Guard, Headship, World
from b24learn_gui.service.person_search import account_name
from b24learn_gui.service.summary import Object, problem_object
from b24learn_gui.storage.journal.biography import Biography, Deed
from b24learn_gui.sync.changes import Change, Problem
from b24learn_gui.sync.learn_side import Account
from b24learn_gui.sync.memory import Link
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


_GUARDS: Mapping[Guard, str] = {
    "on_hold": mark("On hold in the settings (sync.hold): stays as it is."),
    "left_alone": mark("A person decided to leave them alone."),
    "administrator": mark("The account is the owner's or an account administrator's: never touched."),
    "signs_in": mark("This program signs in with the account: never touched."),
    "protected": mark("The login is protected in the settings (sync.protect): never touched."),
}
_HEADSHIPS: Mapping[Headship, str] = {
    "set_next": mark("Head of “{name}”: the next run sets them as supervisor in Learn."),
    "not_synced": mark("Head of “{name}”, but not in Learn: they have no active account there."),
    "supervisor": mark("Head of “{name}”, and supervisor in Learn."),
    "named": mark("Head of “{name}” in Bitrix24."),
}


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
    return _Teller(Facts(world, key), life, words).told()


class _Teller:
    """Puts one person's case into words."""

    def __init__(self, facts: Facts, life: Biography, words: Words) -> None:
        self._facts, self._life, self._words = facts, life, words

    def told(self) -> Explained:
        facts = self._facts
        state, headline = self._headline()
        return Explained(
            key=facts.key,
            name=facts.name,
            state=state,
            headline=headline,
            found=self._found(),
            scope=self._scope(),
            account=self._whose(),
            blocked=self._blocked(),
            notes=tuple(self._phrase(each) for each in facts.problems if each.note and each.code not in _MATCHING),
            heads=tuple(self._heads()),
            past=self._past(),
            next=self._next(),
            place=facts.place,
            in_scope=facts.in_scope,
            mark=facts.verdict.mark if facts.verdict else None,
            learn_id=facts.learn_id,
            problems=tuple(map(problem_object, facts.problems)),
        )

    def _headline(self) -> tuple[State, str]:
        words, facts = self._words, self._facts
        if facts.verdict is not None:
            state, said = _COLUMNS[facts.verdict.column]
            held = facts.verdict.column == "protected" and "held_by_undo" in facts.verdict.codes
            off = state == "ok" and facts.account is not None and facts.account.status != "active"
            return state, words(_HELD if held else _OFF if off else said)
        if facts.failed is not None:
            return "stopped", words("The portal cannot be read just now.")
        if facts.unread:
            return "out", words("The portal is no longer in the settings.")
        if facts.changes:
            return "changes", words("No longer in Bitrix24: the next run acts on it.")
        return "out", words("No longer in Bitrix24.")

    # Found?

    def _found(self) -> str:
        words, facts = self._words, self._facts
        (portal, number), failed = facts.key, facts.failed
        if failed is not None:
            reason = error_sentence(failed, words)
            return words(
                "Known from the last good run, portal {portal}, ID {id}. Now it could not be read: {reason}",
                portal=portal, id=number, reason=reason,
            )  # fmt: skip
        if facts.employee is None:
            email = facts.link.email if facts.link else ""
            if facts.unread:
                return words(
                    "Known from earlier runs, portal {portal}, ID {id}. The portal is not in the settings any more.",
                    portal=portal, id=number,
                )  # fmt: skip
            known = words("Not found in Bitrix24 any more: portal {portal}, ID {id}.", portal=portal, id=number)
            return f"{known} {words('The last good run knew {email}.', email=email)}" if email else known
        parts = [words("portal {portal}, ID {id}", portal=portal, id=number), facts.employee.values.get("EMAIL", "")]
        parts.append(words("department “{name}”", name=facts.place) if facts.place else words("in no department"))
        return words("Found in Bitrix24: {details}.", details=", ".join(clean(each) for each in parts if each))

    # To study?

    def _scope(self) -> str:
        words, facts, employee = self._words, self._facts, self._facts.employee
        if facts.failed is not None:
            return words("Whether they are to study is known once the portal can be read again.")
        if facts.unread:
            return words("Nobody of a portal outside the settings is judged.")
        if employee is None:
            return words("Not to study: gone from Bitrix24.")
        if not employee.active:
            return words("Not to study: dismissed in Bitrix24.")
        if employee.kind not in EMPLOYEE_KINDS:
            return words("Not to study: a guest in Bitrix24, not an employee.")
        return self._by_mark()

    def _by_mark(self) -> str:
        words, facts, marking = self._words, self._facts, self._facts.marking()
        if marking is None:
            if not facts.place:
                return words("Not to study: in no department.")
            return words("Not to study: neither “{name}” nor a department above it is ticked.", name=facts.place)
        id_, kind, decided = marking
        name, above = self._facts.department(id_), self._facts.department(decided)
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
        words, facts = self._words, self._facts
        if facts.link is not None and facts.account is None:
            return words("Was linked to an account that Learn does not have any more.")
        if facts.link is not None and facts.account is not None:
            return " ".join([self._linked(facts.account, facts.link), *self._switched_off(facts.account, facts.link)])
        if facts.account is not None and facts.verdict is not None and facts.verdict.rule in _RULES:
            return words(
                "Not linked yet. The next run takes over the account {account}, because {rule}.",
                account=self._described(facts.account),
                rule=words(_RULES[facts.verdict.rule]),
            )
        candidates = self._candidates()
        if candidates:
            return words("Not linked. What might be theirs: {accounts}.", accounts="; ".join(candidates))
        decision = facts.decision
        if decision is not None and decision.kind == "create":
            return words("No account yet; a person decided that a new one is created.")
        if facts.verdict is not None and facts.verdict.column == "protected":
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
        found = []
        for account, owner, name in self._facts.candidates():
            said = self._described(account)
            if owner is not None:
                said += self._words(", which belongs to {name} ({label})", name=name, label=person_label(owner))
            found.append(said)
        return list(dict.fromkeys(found))

    # What stands in the way?

    def _blocked(self) -> tuple[str, ...]:
        told = [*self._guarded(), *self._problem_sentences()]
        doubts = self._facts.world.plan.doubts.get(self._facts.portal, ())
        if doubts:
            reasons = dict.fromkeys(doubt_phrase(each.code, each.detail, self._words) for each in doubts)
            told.append(self._words("The portal is in doubt: {reasons}.", reasons="; ".join(reasons)))
        return tuple(dict.fromkeys(told))

    def _problem_sentences(self) -> list[str]:
        found = []
        for problem in self._facts.problems:
            if problem.note and problem.code not in _MATCHING:
                continue
            said = self._phrase(problem)
            email = self._facts.email
            if problem.code == "email_invalid" and email and "value" not in problem.detail:
                said += f": {email}"
            if problem.code == "duplicate_in_source":
                others = [f"{name} ({person_label(key)})" for key, name in self._facts.same_email()]
                said += self._words(" (also {others})", others=self._words.listed(others)) if others else ""
            found.append(f"{said}.")
        return found

    def _guarded(self) -> Iterator[str]:
        """Why nothing may happen to the person."""
        for guard in self._facts.guards():
            if guard != "held":
                yield self._words(_GUARDS[guard])
                continue
            yield self._words(
                "Held since the undo of the run {run}, until released: {command}",
                run=self._life.held_by or "—",
                command=f"b24learn-gui decide {person_label(self._facts.key)} --forget",
            )

    def _phrase(self, problem: Problem) -> str:
        said = problem_phrase(problem.code, problem.detail, self._words)
        return said[:1].upper() + said[1:]

    # Heads

    def _heads(self) -> list[str]:
        words, facts = self._words, self._facts
        headed = facts.headed()
        if headed and not facts.world.settings.sync.sync_heads:
            names = words.listed(facts.department(each) for each in headed)
            return [words("Head of: {names}. Heads are not synced, so the settings say.", names=names)]
        return [words(_HEADSHIPS[facts.headship(each)], name=facts.department(each)) for each in headed]

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
        labels = {each.name.lower(): each.label for each in self._facts.world.learn.fields}
        return self._words(plan_table.FIELDS.get(name.lower(), "")) or labels.get(name.lower()) or name

    def _next(self) -> tuple[str, ...]:
        """What the next run does, one line a change."""
        words, plan, portal = self._words, self._facts.world.plan, self._facts.portal
        if self._facts.failed is not None:
            return (words("Next run: nothing, while the portal cannot be read."),)
        if self._facts.unread:
            return (words("Next run: nothing, they stay as they are."),)
        if not self._facts.changes:
            return (self._nothing(),)
        lines = [self._change(each) for each in self._facts.changes]
        if plan.needs_approval:
            lines.append(words("But the plan exceeds a limit and waits for approval."))
        if portal in plan.withheld:
            lines.append(words("But the portal is in doubt, and nothing of it is written until the plan is approved."))
        return tuple(lines)

    def _nothing(self) -> str:
        words, facts = self._words, self._facts
        if facts.verdict is not None and facts.verdict.column == "unchanged":
            return words("Next run: nothing, Learn and Bitrix24 say the same.")
        if facts.account is not None and facts.account.status == "active" and not self._blocked():
            leaves = facts.verdict is None or not facts.verdict.in_scope
            if leaves:
                return words("Next run: nothing; the settings keep the accounts of those who leave.")
        return words("Next run: nothing.")

    def _change(self, change: Change) -> str:
        words = self._words
        values = "; ".join(self._values(change))
        return words(
            "Next run: {what} ({cause}). {values}",
            what=words(plan_table.VERBS[change.kind]),
            cause=reason_phrase(change.cause, self._facts.origin(change), words),
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
