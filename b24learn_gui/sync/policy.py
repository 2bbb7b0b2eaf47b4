"""What an administrator decided about a sync: the `[sync]` and `[limits]` parts of the settings, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.company.model import PersonKey

LoginFrom = Literal["email", "phone", "bitrix24_id"]
Leavers = Literal["deactivate", "terminate", "keep"]
OutOfScope = Literal["deactivate", "keep"]
EmptyDepartments = Literal["keep", "delete"]

DEFAULT_FIELDS: Mapping[str, str] = {
    "first_name": "NAME",
    "last_name": "LAST_NAME",
    "job_title": "WORK_POSITION",
    "phone": "PERSONAL_MOBILE",
}
"""Learn profile field → Bitrix24 field, where the settings say nothing else."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one run may change before somebody has to approve it (rules M1 to M5)."""

    deactivate_count: int = 50
    deactivate_percent: int = 20
    always_allowed: int = 5
    update_percent: int = 50
    move_percent: int = 30
    create_percent: int = 30
    adoptions: int = 5
    login_changes: int = 10
    letters: int = 25


@dataclass(frozen=True, slots=True)
class Policy:
    """The `[sync]` settings; `protect` holds case-folded Learn logins."""

    notify_users: bool = False
    sync_heads: bool = True
    login_from: LoginFrom = "email"
    phone_region: str = "RU"
    leavers: Leavers = "deactivate"
    out_of_scope: OutOfScope = "deactivate"
    empty_departments: EmptyDepartments = "keep"
    protect: frozenset[str] = frozenset()
    hold: frozenset[PersonKey] = frozenset()
    fields: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_FIELDS))
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class PortalScope:
    """Which departments of a portal are ticked, and what its department in Learn is called (empty: as its root)."""

    key: str
    include: frozenset[int]
    exclude: frozenset[int] = frozenset()
    name: str = ""
