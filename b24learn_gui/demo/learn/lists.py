"""Lists of users and departments: filters, pages, and the lies that safety tests need (contract 4.3, 8)."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from b24learn_gui.demo.learn.access import Caller
from b24learn_gui.demo.learn.model import Account, Department, Group
from b24learn_gui.demo.learn.refusal import bad
from b24learn_gui.demo.learn.switches import Switches
from b24learn_gui.demo.learn.world import LearnWorld

Item = TypeVar("Item", Account, Department, Group)


@dataclass(slots=True)
class Lies:
    """What a faulty server may get wrong in its lists; nothing by default. Counters are None for "always"."""

    repeat_page_token: bool = False
    """From the second page on `nextPageToken` is the one that was just used."""
    cycle_page_tokens: bool = False
    """The last page points back to the second one (or, with one page, to itself)."""
    empty_users: int | None = 0
    empty_departments: int | None = 0
    """So many whole lists come back empty, with status 200."""
    hidden: dict[str, int | None] = field(default_factory=dict)
    """Account ids that lists leave out for so many readings, though the account exists."""
    _hidden_now: frozenset[str] = frozenset()

    def hide(self, *account_ids: str, readings: int | None = None) -> None:
        """Leaves accounts out of whole lists; looking them up by id, login or e-mail still finds them."""
        self.hidden.update(dict.fromkeys(account_ids, readings))

    def begin_reading(self) -> None:
        """A whole list is read from its first page on: counters of hidden accounts go down."""
        self._hidden_now = frozenset(self.hidden)
        self.hidden = {
            key: None if left is None else left - 1 for key, left in self.hidden.items() if left is None or left > 1
        }

    def hides(self, account_id: str) -> bool:
        return account_id in self._hidden_now or self.hidden.get(account_id, 0) is None

    def users_are_empty(self) -> bool:
        self.empty_users, lies = _less(self.empty_users)
        return lies

    def departments_are_empty(self) -> bool:
        self.empty_departments, lies = _less(self.empty_departments)
        return lies


def _less(left: int | None) -> tuple[int | None, bool]:
    if left is None:
        return None, True
    return max(left - 1, 0), left > 0


@dataclass(frozen=True, slots=True)
class Filter:
    """Filters of a list of users: values of one kind are alternatives, kinds narrow each other."""

    departments: Sequence[str] = ()
    groups: Sequence[str] = ()
    logins: Sequence[str] = ()
    emails: Sequence[str] = ()
    user_ids: Sequence[str] = ()
    profile: Sequence[tuple[str, frozenset[str]]] = ()

    @property
    def names_people(self) -> bool:
        return bool(self.logins or self.emails or self.user_ids)

    @property
    def empty(self) -> bool:
        return not (self.names_people or self.departments or self.groups or self.profile)


def accounts(world: LearnWorld, caller: Caller, wanted: Filter, lies: Lies, after: int = 0) -> Iterable[Account]:
    """The accounts of a list that come after a place, in the order in which they were added."""
    if wanted.names_people:
        source: Iterable[Account] = _named(world, wanted)
    elif wanted.departments:
        members = (
            account
            for key in dict.fromkeys(wanted.departments)
            if key in world.departments
            for account in world.members(key)
        )
        source = sorted(members, key=lambda account: account.serial)
    else:
        source = world.accounts_after(after)
    fits = _fits(caller, wanted)
    for account in source:
        if account.serial <= after or not fits(account):
            continue
        if not wanted.names_people and lies.hides(account.id):
            continue
        yield account


def _named(world: LearnWorld, wanted: Filter) -> list[Account]:
    """Accounts named by id, login or e-mail; of several kinds every one must fit."""
    found: set[str] | None = None
    kinds: tuple[tuple[Sequence[str], str], ...] = ((wanted.logins, "login"), (wanted.emails, "email"))
    for values, name in kinds:
        if values:
            keys = {account.id for value in values if (account := world.holder(name, value)) is not None}
            found = keys if found is None else found & keys
    if wanted.user_ids:
        keys = {key for key in wanted.user_ids if key in world.accounts}
        found = keys if found is None else found & keys
    return sorted((world.accounts[key] for key in found or ()), key=lambda account: account.serial)


def _fits(caller: Caller, wanted: Filter) -> Callable[[Account], bool]:
    scope = caller.scope
    departments, groups = frozenset(wanted.departments), frozenset(wanted.groups)

    def fits(account: Account) -> bool:
        return (
            (scope is None or account.department_id in scope)
            and (not departments or account.department_id in departments)
            and (not groups or not groups.isdisjoint(account.groups))
            and all(account.fields.get(name, "") in values for name, values in wanted.profile)
        )

    return fits if scope is not None or not wanted.empty else lambda _: True


def departments(world: LearnWorld, caller: Caller, after: int = 0) -> Iterable[Department]:
    for item in world.departments.values():
        if item.serial > after and caller.sees(item.id):
            yield item


def page_size(given: str, switches: Switches) -> int:
    """Asked for, capped; refuses what is not a positive number."""
    if not given:
        return min(switches.default_page_size, switches.page_cap)
    if not given.isdecimal() or int(given) < 1:
        raise bad("Wrong parameters: pageSize")
    return min(int(given), switches.page_cap)


def place_of(world: LearnWorld, token: str) -> int:
    """The place a token stands for: everything up to it was given already."""
    if not token:
        return 0
    try:
        key = base64.b64decode(token, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise bad("Wrong parameters: pageToken") from None
    if key == _START:
        return 0
    place = world.serial_of(key)
    if place is None:
        raise bad("Wrong parameters: pageToken")
    return place


_START = "00000000-0000-1000-8000-000000000000"


def _token(key: str) -> str:
    return base64.b64encode(key.encode()).decode()


def page(
    list_after: Callable[[int], Iterable[Item]], after: int, size: int, token: str, lies: Lies
) -> tuple[list[Item], str]:
    """One page and the token of the next one, "" on the last page unless the server lies."""
    rows = list(islice(list_after(after), size + 1))
    following = _token(rows[size - 1].id) if len(rows) > size else ""
    rows = rows[:size]
    if lies.repeat_page_token:
        following = token or following or _token(rows[-1].id if rows else _START)
    elif lies.cycle_page_tokens and not following:
        following = _second_page(list_after, size) if token else _token(_START)
    return rows, following


def _second_page(list_after: Callable[[int], Iterable[Item]], size: int) -> str:
    first = list(islice(list_after(0), size))
    return _token(first[-1].id) if len(first) == size else _token(_START)


def with_token(value: dict[str, object], token: str, switches: Switches) -> dict[str, object]:
    """Adds `nextPageToken` as the installation spells the end of a list."""
    if token or switches.empty_next_token:
        value["nextPageToken"] = token
    return value
