"""Everything a run needs to know of Learn, read and proven complete (rule I5).

A run on an unchanged account costs its pages and at most three requests more: the profile fields, the roles, and a
token where the sign-in is by key.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from b24learn_gui.errors import Refused, Rejected, Unreachable
from b24learn_gui.learn import shapes
from b24learn_gui.learn.existence import existing_accounts
from b24learn_gui.learn.paging import UNKNOWN_CALL, read_pages
from b24learn_gui.learn.transport import FIRST_CALLS, Transport
from b24learn_gui.sync.learn_side import Account, LearnDepartment, LearnSnapshot, ProfileField

DEPARTMENT_LISTS = ("/departments", "/department")
"""Where departments are listed, newest call first; `/department` knows no pages (contract 3.2)."""

ACCOUNT_LISTS = ("/users/v2", "/users", "/user/v2", "/user")
"""Likewise for accounts; only the `/v2` ones tell `terminated` from `inactive` (contract 4.2)."""

STANDARD_FIELDS = (
    ProfileField("login", "Login", "login", required=True, unique=True),
    ProfileField("email", "Email", "email", unique=True),
    ProfileField("first_name", "First name", "first_name"),
    ProfileField("last_name", "Last name", "last_name"),
    ProfileField("job_title", "Job title", "job_title"),
    ProfileField("phone", "Phone", "phone"),
    ProfileField("country", "Country", "country"),
)
"""The fields every account has (contract 5)."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AccountList:
    """All accounts by id, and the kinds of role of each (`shapes.role_kind`)."""

    accounts: Mapping[str, Account]
    kinds: Mapping[str, frozenset[str]]


def read_learn(
    transport: Transport,
    *,
    linked_ids: Collection[str] = (),
    login: str = "",
    on_progress: OnProgress | None = None,
) -> LearnSnapshot:
    """Departments, accounts and profile fields.

    `linked_ids`: accounts the journal is linked to; each must be listed or proven gone. `login`: who is signed in, if
    that is known. `on_progress(done, total)` counts accounts; the total is a guess until the last page.

    Raises `Refused` (`sign_in_refused`, `forbidden`, `learn_not_administrator` with `login`), and `Unreachable`:
    `answer_unusable` (`what`), `learn_list_empty`, `learn_root_missing` (`roots`), `learn_list_incomplete` (`what`,
    `missing`), `page_repeated` (`what`), `api_not_found`, and those of `http`.
    """
    try:
        fields = read_fields(transport)
        kinds_by_role = read_roles(transport)
        found = read_accounts(transport, kinds_by_role, _progress(on_progress, len(linked_ids)))
        signed_in = _signed_in(found, login)
        # Before the departments: whoever may see a part of them only is told so, not that the list has holes.
        _require_administrator(found, signed_in, login)
        departments = _departments(transport)
        root_id = _root(departments)
        missing = _missing_but_existing(transport, found, linked_ids)
        if missing:
            found = read_accounts(transport, kinds_by_role, _progress(on_progress, len(found.accounts)))
            missing = _missing_but_existing(transport, found, linked_ids)
            if missing:
                raise Unreachable("learn_list_incomplete", side="learn", what="accounts", missing=len(missing))
    except Rejected as error:
        raise shapes.unusable("answer", status=error.detail["status"], message=error.detail["message"]) from None
    return LearnSnapshot(
        root_id=root_id,
        departments=departments,
        accounts=found.accounts,
        fields=fields,
        signed_in_id=signed_in,
    )


def read_fields(transport: Transport) -> tuple[ProfileField, ...]:
    """The profile fields; the standard ones where the server does not know the call. Usually the first request."""
    try:
        return _asked_fields(transport)
    except Unreachable as error:
        if error.code != "api_not_found" or transport.base is not None:
            raise
    transport.read("GET", FIRST_CALLS[1])  # the oldest call: whoever does not know it is no Learn
    return _asked_fields(transport)


def _asked_fields(transport: Transport) -> tuple[ProfileField, ...]:
    try:
        return shapes.profile_fields(transport.read("GET", FIRST_CALLS[0]))
    except Rejected as error:
        if error.detail["status"] not in UNKNOWN_CALL:
            raise
        return STANDARD_FIELDS


def read_roles(transport: Transport) -> Mapping[str, str]:
    """Role id → kind; empty where the server does not know the call (it is missing from older documents)."""
    try:
        return shapes.roles(transport.read("GET", "/role"))
    except Rejected:
        return {}


def read_accounts(
    transport: Transport, kinds_by_role: Mapping[str, str], on_page: Callable[[int], None] | None = None
) -> AccountList:
    """All accounts, whichever list call the server knows. Raises `Unreachable("learn_list_empty")` for none at all."""
    rows = read_pages(
        transport,
        ACCOUNT_LISTS,
        parse=lambda answer: shapes.accounts_page(answer, kinds_by_role),
        key=lambda row: row.account.id,
        what="accounts",
        on_page=on_page,
    )
    if not rows:
        raise Unreachable("learn_list_empty", side="learn", what="accounts")
    return AccountList({key: row.account for key, row in rows.items()}, {key: row.kinds for key, row in rows.items()})


def _departments(transport: Transport) -> Mapping[str, LearnDepartment]:
    """All departments, each below another one of the list: a hole in the tree is read once more, then refused."""
    orphans: Sequence[str] = ()
    for _ in range(2):
        found = read_pages(
            transport,
            DEPARTMENT_LISTS,
            parse=shapes.departments_page,
            key=lambda department: department.id,
            what="departments",
        )
        if not found:
            raise Unreachable("learn_list_empty", side="learn", what="departments")
        orphans = [one.id for one in found.values() if one.parent_id is not None and one.parent_id not in found]
        if not orphans:
            return found
    raise Unreachable("learn_list_incomplete", side="learn", what="departments", missing=len(orphans))


def _root(departments: Mapping[str, LearnDepartment]) -> str:
    roots = [department.id for department in departments.values() if department.parent_id is None]
    if len(roots) != 1:
        raise Unreachable("learn_root_missing", side="learn", roots=len(roots))
    return roots[0]


def _signed_in(found: AccountList, login: str) -> str | None:
    """The account of that login, else of that e-mail: the header is called e-mail and holds a login (contract 1.3)."""
    wanted = login.strip().casefold()
    if not wanted:
        return None
    for name in ("login", "email"):
        matching = [key for key, one in found.accounts.items() if one.fields.get(name, "").casefold() == wanted]
        if len(matching) == 1:
            return matching[0]
    return None


def _require_administrator(found: AccountList, signed_in: str | None, login: str) -> None:
    kinds = found.kinds[signed_in] if signed_in is not None else frozenset()
    if shapes.is_lesser(kinds):
        raise Refused("learn_not_administrator", side="learn", login=login.strip())


def _missing_but_existing(transport: Transport, found: AccountList, linked_ids: Collection[str]) -> Collection[str]:
    missing = sorted(set(linked_ids) - found.accounts.keys())
    if not missing:
        return ()
    return existing_accounts(transport, missing, present_id=next(iter(found.accounts)))


def _progress(on_progress: OnProgress | None, guess: int) -> Callable[[int], None] | None:
    if on_progress is None:
        return None
    return lambda done: on_progress(done, max(done, guess))
