"""What a company is: people and departments as they were read from one Bitrix24 portal."""

from collections.abc import Mapping
from dataclasses import dataclass, field

PersonKey = tuple[str, int]
"""(portal key, Bitrix24 user id): what a person is called everywhere in this program."""

DepartmentKey = tuple[str, int]
"""(portal key, Bitrix24 department id)."""


def person_label(key: PersonKey) -> str:
    """`main:27`, the written form of a person's key (settings `hold`, plan hashes, WHO)."""
    return f"{key[0]}:{key[1]}"


def department_code(key: DepartmentKey) -> str:
    """`b24-main-17`, the code a department carries in Learn (rule D2)."""
    return f"b24-{key[0]}-{key[1]}"


@dataclass(frozen=True, slots=True)
class Department:
    """One row of `department.get` (contract bitrix24-rest.md 3.1), ids as integers, name as received."""

    id: int
    name: str
    parent: int | None = None
    head: int | None = None
    sort: int = 500


@dataclass(frozen=True, slots=True)
class Employee:
    """One row of `user.get` (contract bitrix24-rest.md 4.1).

    `values` holds the text fields by their upper-case Bitrix24 code (`NAME`, `EMAIL`, `UF_USR_…`), without absent
    and empty ones; `departments` keeps the order of `UF_DEPARTMENT`; `kind` is `USER_TYPE` in lower case.
    """

    id: int
    active: bool
    departments: tuple[int, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    kind: str = "employee"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the webhook may do (rule Q2): granted scopes of interest, its owner and whether he is ADMIN."""

    scopes: frozenset[str]
    owner_id: int | None
    admin: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason why a portal's reading is not proven (rules Q1 to Q3); `code` names it, `detail` has its numbers."""

    code: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Company:
    """Everything read from one portal, with the reasons to doubt that it is everything."""

    portal: str
    departments: tuple[Department, ...]
    employees: tuple[Employee, ...]
    rights: Rights
    doubts: tuple[Doubt, ...] = ()
