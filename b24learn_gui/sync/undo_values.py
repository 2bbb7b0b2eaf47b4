"""What both halves of an undo share: how a run's writes are recognised, and what is told of those changed since."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from b24learn_gui.company.model import DepartmentKey, PersonKey, department_code
from b24learn_gui.company.text import fold
from b24learn_gui.sync.changes import Change, Problem, Value
from b24learn_gui.sync.fields import FieldRules
from b24learn_gui.sync.learn_side import Account, LearnSnapshot
from b24learn_gui.sync.memory import Memory

_LABEL = re.compile(r"[a-z0-9]{1,12}:[0-9]+")


def undo_of(change: Change) -> str:
    """The cause of a change that takes this one back."""
    return f"undo of {change.kind}"


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """Something the run wrote that is no longer so: left alone. `change` is the run's.

    `expected`: what the run had written; `present`: what stands there now, empty where the object is gone.
    """

    change: Change
    expected: Mapping[str, Value]
    present: Mapping[str, Value]


@dataclass(slots=True)
class UndoDraft:
    """An undo while it grows. `touched`: people to hold afterwards (rule U2). `undone`: whose link an earlier undo of
    the same run has removed already.
    """

    changes: list[Change] = field(default_factory=list)
    changed_since: list[ChangedSince] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unlink: list[PersonKey] = field(default_factory=list)
    touched: dict[PersonKey, None] = field(default_factory=dict)
    protected: dict[PersonKey, None] = field(default_factory=dict)
    undone: dict[PersonKey, None] = field(default_factory=dict)

    def differs(self, change: Change, expected: Mapping[str, Value], present: Mapping[str, Value]) -> None:
        self.changed_since.append(ChangedSince(change, expected, present))

    def note(self, change: Change, code: str, **detail: object) -> None:
        self.problems.append(
            Problem(change.what, change.portal, change.bitrix24_id, change.name, code, detail, note=True)
        )


@dataclass(frozen=True, slots=True)
class Present:
    """Learn and the journal's memory as they are now. `codes`: code → Learn id of the departments that exist.

    `begun`: people held by an earlier undo of the same run, which this one goes on with.
    """

    learn: LearnSnapshot
    memory: Memory
    rules: FieldRules
    codes: Mapping[str, str]
    begun: frozenset[PersonKey] = frozenset()

    @classmethod
    def of(
        cls, learn: LearnSnapshot, memory: Memory, rules: FieldRules, begun: frozenset[PersonKey] = frozenset()
    ) -> "Present":
        codes = {each.code: each.id for each in sorted(learn.departments.values(), key=lambda d: d.id) if each.code}
        linked: Iterable[tuple[DepartmentKey, str]] = ((key, link.learn_id) for key, link in memory.departments.items())
        codes.update((department_code(key), id_) for key, id_ in linked if id_ in learn.departments)
        return cls(learn, memory, rules, codes, begun)

    def department(self, named: Value) -> str | None:
        """Learn id of a department named by code, by Learn id, or not at all (the root); `None` if it is not there."""
        if not isinstance(named, str) or not named:
            return self.learn.root_id
        id_ = self.codes.get(named, named)
        return id_ if id_ in self.learn.departments else None

    def name_of(self, department_id: str) -> str:
        """How changes name that department: by code where it is one of ours, else by its Learn id."""
        here = self.learn.departments.get(department_id)
        return here.code if here is not None and here.code.startswith("b24-") else department_id

    def account(self, label: Value) -> str | None:
        """Learn id of a head named by his label or his Learn id."""
        if not isinstance(label, str):
            return None
        if _LABEL.fullmatch(label):
            portal, number = label.split(":")
            link = self.memory.people.get((portal, int(number)))
            return link.learn_id if link is not None else None
        return label or None

    def protected(self, change: Change, account: Account) -> bool:
        """Rules N2 and I6: administrators, ourselves, protected logins, whoever somebody decided to leave alone, and
        people on hold but for this undo's own.
        """
        policy = self.rules.policy
        decision = self.memory.decisions.get(change.key)
        return (
            account.guarded
            or account.id == self.learn.signed_in_id
            or fold(account.login) in policy.protect
            or change.key in policy.hold
            or (decision is not None and decision.kind == "leave")
            or (change.key in self.memory.held and change.key not in self.begun)
        )
