"""What Learn's answers mean, whatever envelope they come in (contract 2.3, 3.1, 4.1, 4.2, 5, 6).

Names are compared without regard to case. A row that cannot be understood makes its whole list unusable
(`Unreachable("answer_unusable")` with `what`): a list with a hole in it would look like people who are gone.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from b24learn_gui.errors import Unreachable
from b24learn_gui.sync.learn_side import Account, LearnDepartment, ProfileField, Status

Row = Mapping[str, object]
T = TypeVar("T")

STATUS_NUMBERS: Mapping[Status, int] = {"active": 1, "inactive": 3, "terminated": 5}
_STATUSES: Mapping[int, Status] = {number: status for status, number in STATUS_NUMBERS.items()}

_MAX_WRAPPINGS = 4


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and the token of the next; empty: this was the last."""

    rows: tuple[T, ...]
    next_token: str = ""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account and the kinds of its roles as `role_kind` spells them; empty where the answer does not tell."""

    account: Account
    kinds: frozenset[str]


def unusable(what: str, **detail: object) -> Unreachable:
    """The error of an answer that says nothing we can rely on."""
    return Unreachable("answer_unusable", side="learn", portal=None, what=what, **detail)


# --- departments


def departments_page(answer: object) -> Page[LearnDepartment]:
    """Departments out of a page, a bare list, or a single object."""
    rows = _rows(answer, ("departments", "department"), ("departmentid",), "departments")
    return Page(tuple(_department(row) for row in rows), _next_token(answer))


def co_subordination(answer: object) -> Mapping[str, str] | None:
    """The functional manager's part of one department, ready to be sent back unchanged; None where it is not told."""
    rows = list(_rows(answer, ("departments", "department"), ("departmentid",), "departments"))
    part = rows[0].get("cosubordination") if rows else None
    if not isinstance(part, Mapping):
        return None
    kind, supervisor = _subordination(part, "departments")
    if not kind:
        return None
    return {"subordinationType": kind, "supervisorId": supervisor} if supervisor else {"subordinationType": kind}


def _department(row: Row) -> LearnDepartment:
    what = "departments"
    kind, supervisor = _subordination(row.get("subordination"), what)
    return LearnDepartment(
        id=_id(row, "departmentid", what),
        name=_text(row.get("name"), what),
        parent_id=_text(row.get("parentdepartmentid"), what) or None,
        code=_text(row.get("code"), what),
        supervisor_id=(supervisor or None) if kind == "manual" else None,
        subordination=kind or "inherit",
    )


def _subordination(value: object, what: str) -> tuple[str, str]:
    if value is None or value == "":
        return "", ""
    if not isinstance(value, Mapping):
        raise unusable(what)
    part = _lowered(value)
    return _text(part.get("subordinationtype"), what).lower(), _text(part.get("supervisorid"), what)


# --- accounts


def accounts_page(answer: object, kinds_by_role: Mapping[str, str]) -> Page[AccountRow]:
    """Accounts out of a page, a bare list, or a single object; `kinds_by_role` is what `roles` found."""
    names = ("userprofiles", "userprofile", "users", "user")
    rows = _rows(answer, names, ("userid",), "accounts")
    return Page(tuple(_account(row, kinds_by_role) for row in rows), _next_token(answer))


def _account(row: Row, kinds_by_role: Mapping[str, str]) -> AccountRow:
    what = "accounts"
    kinds, manages = _account_roles(row, kinds_by_role)
    account = Account(
        id=_id(row, "userid", what),
        department_id=sys.intern(_text(row.get("departmentid"), what)),
        status=_status(row.get("status")),
        fields=_fields(row.get("fields")),
        guarded=any(is_guarded(kind) for kind in kinds),
        manages=manages,
    )
    return AccountRow(account, kinds)


def _status(value: object) -> Status:
    number = value if isinstance(value, int) else _text(value, "accounts").strip()
    try:
        return _STATUSES.get(int(number), "inactive")
    except ValueError:
        raise unusable("accounts") from None


def _fields(value: object) -> Mapping[str, str]:
    """Lower-case name → text, out of a list of pairs, a single pair, or a plain map; empty values are left out."""
    found: dict[str, str] = {}
    for name, content in _field_pairs(value):
        text = _text(content, "accounts")
        if text:
            found[sys.intern(name.strip().lower())] = text
    return found


def _field_pairs(value: object) -> Iterator[tuple[str, object]]:
    if value is None or value == "":
        return
    if isinstance(value, list):
        for pair in value:
            if not isinstance(pair, Mapping):
                raise unusable("accounts")
            yield from _field_pairs(pair)
        return
    if not isinstance(value, Mapping):
        raise unusable("accounts")
    low = _lowered(value)
    if "name" in low and low.keys() <= {"name", "value"}:
        yield _text(low["name"], "accounts"), low.get("value")
    elif low.keys() == {"field"} and isinstance(low["field"], (list, Mapping)):
        yield from _field_pairs(low["field"])
    else:
        for name, content in value.items():
            yield str(name), content


def _account_roles(row: Row, kinds_by_role: Mapping[str, str]) -> tuple[frozenset[str], tuple[str, ...]]:
    kinds: set[str] = set()
    manages = list(_ids(row.get("manageabledepartmentids")))
    parts: list[Row] = [{"roleid": row.get("roleid"), "roletype": row.get("role")}]
    for name in ("userroles", "roles"):
        for part in _role_parts(row.get(name)):
            parts.append(part)
            manages += _ids(part.get("manageabledepartmentids"))
    for part in parts:
        named = part.get("roletype") or part.get("type") or part.get("role")
        if isinstance(named, Mapping):
            low = _lowered(named)
            named, part = low.get("type") or low.get("roletype"), low  # noqa: PLW2901 - a role as an object of its own
        kinds.add(role_kind(_text(named, "accounts")))
        kinds.add(kinds_by_role.get(_text(part.get("roleid"), "accounts"), ""))
    return frozenset(kinds - {""}), tuple(dict.fromkeys(manages))


def _role_parts(value: object) -> Iterator[Row]:
    if value is None or value == "":
        return
    if isinstance(value, Mapping):
        low = _lowered(value)
        inner = low.get("userrole", low.get("role"))
        if isinstance(inner, (list, Mapping)):
            yield from _role_parts(inner)
        else:
            yield low
        return
    if not isinstance(value, list):
        raise unusable("accounts")
    for part in value:
        yield from _role_parts({"roletype": part} if isinstance(part, str) else part)


# --- roles, profile fields, ids


def roles(answer: object) -> Mapping[str, str]:
    """Role id → kind as `role_kind` spells it."""
    found = {}
    for row in _rows(answer, ("roles", "role"), ("roleid",), "roles"):
        named = _text(row.get("type"), "roles") or _text(row.get("title"), "roles")
        found[_id(row, "roleid", "roles")] = role_kind(named)
    return found


def role_kind(name: str) -> str:
    """Both spellings of contract 6 as one: `account_administrators` and `administrator` are `administrator`."""
    kind = name.strip().lower().replace(" ", "_").replace("-", "_").removesuffix("s")
    return {
        "account_administrator": "administrator",
        "admin": "administrator",
        "account_owner": "owner",
        "course_author": "author",
        "publisher": "author",
    }.get(kind, kind)


def is_guarded(kind: str) -> bool:
    """The owner and account administrators, not department administrators or authors (rule N2)."""
    return kind in ("owner", "administrator")


def is_lesser(kinds: frozenset[str]) -> bool:
    """Known to be neither owner nor account administrator; a kind nobody has heard of proves nothing (rule I5)."""
    return bool(kinds) and kinds <= {"learner", "department_administrator", "author", "supervisor", "custom"}


def profile_fields(answer: object) -> tuple[ProfileField, ...]:
    """The account's profile fields (contract 5); an answer without any is unusable."""
    what = "profile_fields"
    found = tuple(
        ProfileField(
            name=_id(row, "name", what),
            label=_text(row.get("label"), what),
            type=_text(row.get("type"), what).lower() or "string",
            required=_flag(row.get("isrequired"), what),
            unique=_flag(row.get("isunique"), what),
        )
        for row in _rows(answer, ("userfieldinfos", "userfieldinfo", "fields"), ("userfieldinfoid", "name"), what)
    )
    if not found:
        raise unusable(what)
    return found


def existing_ids(answer: object) -> frozenset[str]:
    """Ids out of a list of texts, of `{id}` or `{userId}`, or of any envelope around them."""
    return frozenset(_ids(answer))


def created_id(answer: object, name: str) -> str | None:
    """The id of what was created: a text, `{"userId": …}`, `{"response": …}`; None where the answer holds none."""
    for _ in range(_MAX_WRAPPINGS):
        if isinstance(answer, str):
            return answer.strip() or None
        if not isinstance(answer, Mapping):
            return None
        low = _lowered(answer)
        answer = next((low[key] for key in (name.lower(), "id", "response") if key in low), None)
    return None


# --- the common ground


def _rows(answer: object, names: Sequence[str], id_names: Sequence[str], what: str) -> Iterator[Row]:
    value = answer
    for _ in range(_MAX_WRAPPINGS):
        if isinstance(value, list):
            break
        if value == "":  # an empty element of XML
            value = []
            break
        if not isinstance(value, Mapping):
            raise unusable(what)
        low = _lowered(value)
        inside = next((low[name] for name in (*names, "response") if name in low), None)
        value = [value] if any(name in low for name in id_names) else inside
    if not isinstance(value, list):
        raise unusable(what)
    for row in value:
        if not isinstance(row, Mapping):
            raise unusable(what)
        yield _lowered(row)


def _next_token(answer: object) -> str:
    if not isinstance(answer, Mapping):
        return ""
    low = _lowered(answer)
    if "nextpagetoken" in low:
        return _text(low["nextpagetoken"], "page")
    return _next_token(low.get("response"))


def _ids(value: object) -> Iterator[str]:
    if value is None or value == "":
        return
    if isinstance(value, list):
        for part in value:
            yield from _ids(part)
    elif isinstance(value, Mapping):
        low = _lowered(value)
        known = [low[key] for key in ("id", "userid", "userids", "response") if key in low]
        if not known and low:
            raise unusable("ids")
        for part in known:
            yield from _ids(part)
    else:
        yield _text(value, "ids")


def _lowered(row: Mapping[str, object]) -> dict[str, object]:
    return {sys.intern(str(name).lower()): value for name, value in row.items()}


def _id(row: Row, name: str, what: str) -> str:
    found = _text(row.get(name), what).strip()
    if not found:
        raise unusable(what)
    return found


def _text(value: object, what: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise unusable(what)


def _flag(value: object, what: str) -> bool:
    return _text(value, what).strip().lower() in ("1", "true", "yes")
