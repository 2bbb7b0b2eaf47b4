"""What a run wants to change: plain values that preview shows, the hash covers, apply writes and undo reverses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.company.model import DepartmentKey, Doubt, PersonKey, person_label

Kind = Literal[
    "department.create",
    "department.update",
    "department.move",
    "department.delete",
    "head.set",
    "head.clear",
    "user.create",
    "user.adopt",
    "user.update",
    "user.move",
    "user.deactivate",
    "user.reactivate",
]
KINDS: tuple[Kind, ...] = (
    "department.create",
    "department.update",
    "department.move",
    "department.delete",
    "head.set",
    "head.clear",
    "user.create",
    "user.adopt",
    "user.update",
    "user.move",
    "user.deactivate",
    "user.reactivate",
)

Value = str | bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object.

    `before` and `after` by kind (`code` is the Learn code of a department of ours, otherwise its Learn id):

    - department.create: after `{name, parent: code, code}`; department.update: `{name}`;
      department.move: `{parent: code}`; department.delete: before `{name, parent, code}`
    - head.set: before `{supervisor: Learn id or ""}`, after `{supervisor: "main:27" or a Learn id}`;
      head.clear: before `{supervisor: Learn id}`, after `{supervisor: ""}`. Beside it stands `by_hand: True` where
      somebody else than we set that supervisor (rule H2), and `no_supervisor: True` where "" means nobody at all: Learn
      then asks no department above, as it does otherwise
    - user.create: after `{login, email, …fields, department: code, department_name}` and `letter: True` where a
      letter goes out; user.adopt: after `{login, email}` of the account, no write; user.update: only what differs
    - user.move: `{department: code, department_name}`; user.deactivate / user.reactivate: `{status}`

    `bitrix24_id` is the person's or department's id in the portal. `cause` is a stable English phrase.
    `send` (not shown, not hashed) is the complete field map of a user.update: Learn wants login, e-mail and
    required fields in every update (contract ispring-learn-api.md 4.5).
    `fingerprint` (likewise) is kept when Learn rejects the write (rule P6).
    """

    kind: Kind
    portal: str
    bitrix24_id: int
    learn_id: str | None
    name: str
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)
    cause: str = ""
    send: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def what(self) -> Literal["person", "department"]:
        return "person" if self.kind.startswith("user.") else "department"

    @property
    def key(self) -> PersonKey:
        return (self.portal, self.bitrix24_id)


@dataclass(frozen=True, slots=True)
class Problem:
    """Somebody or something that was left out, or a note about it (INTERFACE: problem codes)."""

    what: Literal["person", "department", "portal"]
    portal: str
    bitrix24_id: int | None
    name: str
    code: str
    detail: Mapping[str, object] = field(default_factory=dict)
    note: bool = False


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A limit the plan exceeds (rule M4)."""

    kind: str
    planned: int
    allowed: int


Column = Literal["out_of_scope", "unchanged", "changed", "protected", "skipped", "conflict", "failed"]
COLUMNS: tuple[Column, ...] = (
    "out_of_scope",
    "unchanged",
    "changed",
    "protected",
    "skipped",
    "conflict",
    "failed",
)
"""The ledger of people: everybody read stands in exactly one column (INTERFACE: `people`)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a plan says about one person read (or linked and gone): his column, and the reasons `explain` tells.

    `in_scope`: he is to study in Learn. `mark`: the department whose mark decided it and whether it is ticked.
    `learn_id`: his account, if any. `rule`: how it was found (`link`, `email`, `login`, `decision`, `none`).
    """

    column: Column
    in_scope: bool
    name: str
    mark: tuple[Literal["include", "exclude"], int] | None = None
    learn_id: str | None = None
    rule: str = "none"
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one run would do, and why it may not be allowed to: a value with a stable hash (rule M5).

    `doubts`: reasons by portal (rules Q1 to Q3, I7). `withheld`: portals of which nothing is written until this
    plan is approved (rule I7). `rebuilt`: portals whose links are being rebuilt (rule I8).
    `department_ids`: Learn code → Learn id of the departments of ours that exist. `department_links`: departments
    recognised by their code alone, to be linked. `account_ids`: `"main:27"` → Learn id of everybody who has one.
    """

    changes: tuple[Change, ...]
    hash: str
    problems: tuple[Problem, ...] = ()
    limits: tuple[LimitHit, ...] = ()
    letters: int = 0
    doubts: Mapping[str, tuple[Doubt, ...]] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    rebuilt: frozenset[str] = frozenset()
    verdicts: Mapping[PersonKey, Verdict] = field(default_factory=dict)
    department_ids: Mapping[str, str] = field(default_factory=dict)
    department_links: Mapping[DepartmentKey, str] = field(default_factory=dict)
    account_ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs_approval(self) -> bool:
        """A limit is exceeded or links are rebuilt: nothing at all is written without approval (M4, I8)."""
        return bool(self.limits or self.rebuilt)


def label_of(change: Change) -> str:
    """`main:27`: how hashes, heads and `account_ids` name the person of a change."""
    return person_label(change.key)
