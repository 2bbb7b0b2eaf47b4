"""Departments, accounts and groups with their indexes. Nothing is judged here, only kept consistent.

Every change goes through a method, so that the indexes (login, e-mail, unique fields, members, children, seats,
supervisors) can never disagree with the objects. Callers hold `lock`.
"""

import random
import threading
import uuid
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from b24learn_gui.demo.learn.model import (
    ACTIVE,
    INHERIT,
    Account,
    Department,
    Group,
    HeldRole,
    ProfileField,
    Role,
    Subordination,
)


class NotUniqueError(ValueError):
    """A value is taken in a field where every value must differ (letter case does not count)."""

    def __init__(self, field: str, taken_by: str) -> None:
        super().__init__(f"{field} is taken")
        self.field = field
        self.taken_by = taken_by


def _serial(item: Account) -> int:
    return item.serial


class Store:
    """The objects of one Learn account, in the order in which they were added."""

    def __init__(self, seed: int, fields: Sequence[ProfileField]) -> None:
        self._random = random.Random(seed)
        self.lock = threading.RLock()
        self.profile_fields = tuple(fields)
        self._unique_names = frozenset(field.name for field in fields if field.unique)
        self.roles: dict[str, Role] = {}
        self.departments: dict[str, Department] = {}
        self.accounts: dict[str, Account] = {}
        self.groups: dict[str, Group] = {}
        self.seats: int | None = None
        self.active_count = 0
        self._next_serial = 0
        self._serials: dict[str, int] = {}
        self._roll: list[Account] = []
        self._values: dict[tuple[str, str], str] = {}
        self._members: dict[str, dict[str, None]] = {}
        self._children: dict[str, dict[str, None]] = {}
        self._supervises: Counter[str] = Counter()
        self._managed: Counter[str] = Counter()

    def new_id(self) -> str:
        """A fresh id in the form of a version 1 UUID; the same seed gives the same ids."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=1))

    def next_serial(self, key: str) -> int:
        self._next_serial += 1
        self._serials[key] = self._next_serial
        return self._next_serial

    def serial_of(self, key: str) -> int | None:
        """Place of an object in the order of adding, of deleted ones as well (page tokens outlive them)."""
        return self._serials.get(key)

    # Accounts

    def put_account(self, account: Account) -> None:
        for name, value in account.fields.items():
            self._refuse_taken(name, value, account.id)
        self.accounts[account.id] = account
        self._roll.append(account)
        for name, value in account.fields.items():
            self._index(name, value, account.id)
        self._members[account.department_id][account.id] = None
        self.active_count += account.status == ACTIVE
        self._count_managed(account.roles, 1)
        for subordination in (account.subordination, account.co_subordination):
            self._count_supervisor(subordination, 1)

    def remove_account(self, account: Account) -> None:
        """Deletes; login and e-mail are free at once, who named it as supervisor inherits again."""
        del self.accounts[account.id]
        del self._roll[bisect_left(self._roll, account.serial, key=_serial)]
        for name, value in account.fields.items():
            self._unindex(name, value)
        del self._members[account.department_id][account.id]
        self.active_count -= account.status == ACTIVE
        self._count_managed(account.roles, -1)
        for subordination in (account.subordination, account.co_subordination):
            self._count_supervisor(subordination, -1)
        self.clear_supervisor(account.id)
        for group in self.groups.values():
            if account.id in group.members:
                group.members.remove(account.id)

    def set_fields(self, account: Account, changes: dict[str, str]) -> None:
        """Merges; an empty value removes the field. `NotUniqueError` leaves everything as it was."""
        for name, value in changes.items():
            self._refuse_taken(name, value, account.id)
        for name, value in changes.items():
            if name in account.fields:
                self._unindex(name, account.fields.pop(name))
            if value:
                account.fields[name] = value
                self._index(name, value, account.id)

    def set_department(self, account: Account, department_id: str) -> None:
        del self._members[account.department_id][account.id]
        account.department_id = department_id
        self._members[department_id][account.id] = None

    def set_status(self, account: Account, status: int) -> None:
        self.active_count += (status == ACTIVE) - (account.status == ACTIVE)
        account.status = status

    def set_roles(self, account: Account, roles: tuple[HeldRole, ...]) -> None:
        self._count_managed(account.roles, -1)
        account.roles = roles
        self._count_managed(roles, 1)

    def set_subordination(
        self, item: Account | Department, own: Subordination | None, co: Subordination | None
    ) -> None:
        """Sets what is not None."""
        if own is not None:
            self._count_supervisor(item.subordination, -1)
            item.subordination = own
            self._count_supervisor(own, 1)
        if co is not None:
            self._count_supervisor(item.co_subordination, -1)
            item.co_subordination = co
            self._count_supervisor(co, 1)

    def is_supervisor(self, account_id: str) -> bool:
        return self._supervises[account_id] > 0

    def clear_supervisor(self, account_id: str) -> None:
        """Whoever names this account as supervisor or functional manager inherits from now on."""
        if not self.is_supervisor(account_id):
            return
        items: list[Account | Department] = [*self.departments.values(), *self.accounts.values()]
        for item in items:
            own = INHERIT if item.subordination.supervisor_id == account_id else None
            co = INHERIT if item.co_subordination.supervisor_id == account_id else None
            self.set_subordination(item, own, co)

    def holder(self, name: str, value: str) -> Account | None:
        """The account with this value in a unique field, letter case aside."""
        found = self._values.get((name, value.casefold()))
        return None if found is None else self.accounts[found]

    def accounts_after(self, serial: int) -> Iterator[Account]:
        """All accounts added after the given place, in order."""
        start = bisect_left(self._roll, serial + 1, key=_serial)
        for index in range(start, len(self._roll)):
            yield self._roll[index]

    def members(self, department_id: str) -> list[Account]:
        return [self.accounts[key] for key in self._members.get(department_id, ())]

    # Departments

    def put_department(self, department: Department) -> None:
        self.departments[department.id] = department
        self._children[department.id] = {}
        self._members[department.id] = {}
        if department.parent_id is not None:
            self._children[department.parent_id][department.id] = None
        for subordination in (department.subordination, department.co_subordination):
            self._count_supervisor(subordination, 1)

    def set_parent(self, department: Department, parent_id: str) -> None:
        if department.parent_id is not None:
            del self._children[department.parent_id][department.id]
        department.parent_id = parent_id
        self._children[parent_id][department.id] = None

    def remove_department(self, department: Department) -> None:
        """Deletes an empty department without departments below it."""
        if department.parent_id is not None:
            del self._children[department.parent_id][department.id]
        for subordination in (department.subordination, department.co_subordination):
            self._count_supervisor(subordination, -1)
        del self.departments[department.id], self._children[department.id], self._members[department.id]

    def children(self, department_id: str) -> list[Department]:
        return [self.departments[key] for key in self._children[department_id]]

    def subtree(self, department_id: str) -> list[Department]:
        """The department and everything below it, parents before children."""
        found = [self.departments[department_id]]
        for department in found:
            found.extend(self.children(department.id))
        return found

    def is_managed(self, department_id: str) -> bool:
        """True if some account's role is limited to this department among others."""
        return self._managed[department_id] > 0

    # Indexes

    def _refuse_taken(self, name: str, value: str, account_id: str) -> None:
        if name not in self._unique_names or not value:
            return
        taken_by = self._values.get((name, value.casefold()))
        if taken_by is not None and taken_by != account_id:
            raise NotUniqueError(name, taken_by)

    def _index(self, name: str, value: str, account_id: str) -> None:
        if name in self._unique_names:
            self._values[name, value.casefold()] = account_id

    def _unindex(self, name: str, value: str) -> None:
        if name in self._unique_names:
            del self._values[name, value.casefold()]

    def _count_supervisor(self, subordination: Subordination, step: int) -> None:
        if subordination.supervisor_id is not None:
            self._supervises[subordination.supervisor_id] += step

    def _count_managed(self, roles: Sequence[HeldRole], step: int) -> None:
        for held in roles:
            for department_id in held.manageable:
                self._managed[department_id] += step
