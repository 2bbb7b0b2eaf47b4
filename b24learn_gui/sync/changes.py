"""What a run wants to change: plain values that preview shows, the hash covers, apply writes and undo reverses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.company.model import PersonKey

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
      head.clear: before `{supervisor: Learn id}`, after `{supervisor: ""}`
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
    def object(self) -> Literal["person", "department"]:
        return "person" if self.kind.startswith("user.") else "department"

    @property
    def key(self) -> PersonKey:
        return (self.portal, self.bitrix24_id)


@dataclass(frozen=True, slots=True)
class Problem:
    """Somebody or something that was left out, or a note about it (INTERFACE: problem codes)."""

    object: Literal["person", "department", "portal"]
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
