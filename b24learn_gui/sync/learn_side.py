"""What Learn holds, as values: the target's half of the comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["active", "inactive", "terminated"]
"""Contract ispring-learn-api.md 4.2: 1, 3 and 5; every unknown number counts as inactive."""


@dataclass(frozen=True, slots=True)
class Account:
    """One Learn account. `fields` has lower-case names (`login`, `email`, `first_name`, custom ones) → text.

    `guarded` is true for the owner and account administrators, not for department administrators or authors
    (rule N2). `manages` holds the departments an administrative role of his is bound to: Learn refuses to delete
    those (contract 3.3).
    """

    id: str
    department_id: str
    status: Status = "active"
    fields: Mapping[str, str] = field(default_factory=dict)
    guarded: bool = False
    manages: tuple[str, ...] = ()

    @property
    def login(self) -> str:
        return self.fields.get("login", "")

    @property
    def email(self) -> str:
        return self.fields.get("email", "")


@dataclass(frozen=True, slots=True)
class LearnDepartment:
    """One Learn department; `supervisor_id` is set only where `subordination` is `manual`."""

    id: str
    name: str
    parent_id: str | None = None
    code: str = ""
    supervisor_id: str | None = None
    subordination: str = "inherit"


@dataclass(frozen=True, slots=True)
class ProfileField:
    """One profile field (contract 5); `name` is spelt as the account gives it, compare it case-insensitively."""

    name: str
    label: str = ""
    type: str = "string"
    required: bool = False
    unique: bool = False


@dataclass(frozen=True, slots=True)
class LearnSnapshot:
    """Everything read from Learn and proven complete (rule I5)."""

    root_id: str
    departments: Mapping[str, LearnDepartment]
    accounts: Mapping[str, Account]
    fields: tuple[ProfileField, ...]
    signed_in_id: str | None = None
    free_seats: int | None = None
