"""What an account of iSpring Learn consists of (contract sections 3.1, 4.1, 5, 6, 7)."""

from dataclasses import dataclass, field
from typing import Literal

ACTIVE, INACTIVE, TERMINATED = 1, 3, 5
"""`status` of a user (contract 4.2)."""

SubordinationType = Literal["inherit", "manual", "no_supervisor"]

RoleKind = Literal["owner", "administrator", "department_administrator", "publisher", "learner", "supervisor", "custom"]
"""A role whatever its spelling on the wire."""


@dataclass(frozen=True, slots=True)
class Subordination:
    """Who is the supervisor (or functional manager) of a department or user; `inherit` is never resolved."""

    kind: SubordinationType = "inherit"
    supervisor_id: str | None = None


INHERIT = Subordination()
NO_SUPERVISOR = Subordination("no_supervisor")


@dataclass(slots=True)
class Department:
    id: str
    serial: int
    name: str
    parent_id: str | None
    code: str = ""
    subordination: Subordination = INHERIT
    co_subordination: Subordination = INHERIT


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    kind: RoleKind
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class HeldRole:
    role_id: str
    manageable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A profile field; `name` is the key in `fields`, lower case for the standard ones."""

    name: str
    label: str
    type: str
    unique: bool = False
    required: bool = False
    values: tuple[tuple[str, str], ...] = ()
    custom: bool = False


@dataclass(slots=True)
class Account:
    """One user. `fields` has the names of `ProfileField.name`, never an empty value."""

    id: str
    serial: int
    department_id: str
    fields: dict[str, str]
    status: int
    roles: tuple[HeldRole, ...]
    """The main role first; a supervisor's role is not kept here, it follows from the subordinations."""
    added_at: str
    password: str = field(repr=False)
    last_login: str | None = None
    groups: tuple[str, ...] = ()
    subordination: Subordination = INHERIT
    co_subordination: Subordination = INHERIT
    scheduled_deactivation: str | None = None
    scheduled_termination: str | None = None

    @property
    def login(self) -> str:
        return self.fields["login"]

    @property
    def email(self) -> str:
        return self.fields.get("email", "")


@dataclass(slots=True)
class Group:
    id: str
    serial: int
    name: str
    smart: bool = False
    members: list[str] = field(default_factory=list)


STANDARD_ROLES: tuple[tuple[RoleKind, str], ...] = (
    ("owner", "Account Owner"),
    ("administrator", "Account Administrator"),
    ("department_administrator", "Department Administrator"),
    ("publisher", "Course Author"),
    ("learner", "Learner"),
    ("supervisor", "Supervisor"),
)

COUNTRIES: tuple[tuple[str, str], ...] = (("RU", "Russia"), ("KZ", "Kazakhstan"), ("DE", "Germany"))

STANDARD_FIELDS: tuple[ProfileField, ...] = (
    ProfileField("login", "Login", "login", unique=True, required=True),
    ProfileField("email", "Email", "email", unique=True, required=True),
    ProfileField("first_name", "First name", "first_name"),
    ProfileField("last_name", "Last name", "last_name"),
    ProfileField("job_title", "Job title", "job_title"),
    ProfileField("phone", "Phone", "phone"),
    ProfileField("country", "Country", "country", values=COUNTRIES),
)

CUSTOM_REQUIRED = ProfileField("USER_DEFINED_FIELD1", "Personnel file", "string", required=True, custom=True)
CUSTOM_UNIQUE = ProfileField("USER_DEFINED_FIELD2", "Personnel number", "string", unique=True, custom=True)
"""The two custom fields of the contract's seed (section 15), for worlds that ask for them."""
