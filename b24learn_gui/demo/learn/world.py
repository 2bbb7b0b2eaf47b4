"""The embedded Learn account as a world that tests and the demonstration can change by hand.

What a person does in Learn's own pages is a method here; what arrives over the API is judged by the rules instead.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from b24learn_gui.demo.learn.model import (
    ACTIVE,
    INACTIVE,
    INHERIT,
    NO_SUPERVISOR,
    STANDARD_FIELDS,
    STANDARD_ROLES,
    TERMINATED,
    Account,
    Department,
    Group,
    HeldRole,
    ProfileField,
    Role,
    RoleKind,
    Subordination,
)
from b24learn_gui.demo.learn.picture import Picture, picture
from b24learn_gui.demo.learn.store import Store

OWNER_LOGIN = "owner@learn.example"


class LearnWorld(Store):
    """Root department, owner, standard roles with random ids, profile fields (contract section 15, seed data).

    `custom_fields` are added to the standard ones, `required_fields` names fields to be required beside login
    (and e-mail unless `email_required` is off). `seats` is the number of active accounts that the tariff allows.
    `clock` gives the time in seconds since 1970.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        name: str = "Academy",
        owner_login: str = OWNER_LOGIN,
        owner_password: str | None = None,
        custom_fields: Sequence[ProfileField] = (),
        required_fields: Sequence[str] = (),
        email_required: bool = True,
        seats: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        fields = tuple(
            replace(
                field,
                required=(field.required and (field.name != "email" or email_required))
                or field.name in required_fields,
            )
            for field in (*STANDARD_FIELDS, *custom_fields)
        )
        unknown = set(required_fields) - {field.name for field in fields}
        if unknown:
            raise ValueError(f"no such profile fields: {sorted(unknown)}")
        super().__init__(seed, fields)
        self.clock = clock
        self.seats = seats
        self.scheduled: set[str] = set()
        """Accounts that have, or had, a day of deactivation or termination."""
        self._role_ids: dict[RoleKind, str] = {}
        for kind, title in STANDARD_ROLES:
            self._role_ids[kind] = self.new_id()
            self.roles[self._role_ids[kind]] = Role(self._role_ids[kind], kind, title, title)
        self.root_id = self._new_department(name, None, "", NO_SUPERVISOR).id
        self.owner_id = self._new_owner(owner_login, owner_password)

    def role_id(self, kind: RoleKind) -> str:
        """The id of a standard role."""
        return self._role_ids[kind]

    # What somebody does by hand

    def add_department(self, name: str, parent_id: str | None = None, *, code: str = "") -> str:
        """Adds below the given department (None: the root) and returns the id."""
        with self.lock:
            return self._new_department(name, parent_id or self.root_id, code, INHERIT).id

    def rename_department(self, department_id: str, name: str) -> None:
        with self.lock:
            self.departments[department_id].name = name

    def move_department(self, department_id: str, parent_id: str) -> None:
        with self.lock:
            if parent_id in {department.id for department in self.subtree(department_id)}:
                raise ValueError("a department cannot stand below itself")
            self.set_parent(self.departments[department_id], parent_id)

    def delete_department(self, department_id: str) -> None:
        """Deletes a department that is empty."""
        with self.lock:
            if self.members(department_id) or self.children(department_id):
                raise ValueError("the department is not empty")
            self.remove_department(self.departments[department_id])

    def add_account(
        self,
        login: str,
        *,
        email: str = "",
        department_id: str | None = None,
        active: bool = True,
        role: RoleKind = "learner",
        manages: Sequence[str] = (),
        password: str | None = None,
        **fields: str,
    ) -> str:
        """Adds an account and returns its id. ValueError where login, e-mail or a unique field is taken."""
        with self.lock:
            account = self.new_account(
                {"login": login, "email": email, **fields},
                department_id or self.root_id,
                (HeldRole(self._role_ids[role], tuple(manages)),),
                ACTIVE if active else INACTIVE,
                password or secrets.token_urlsafe(12),
            )
            return account.id

    def edit(self, account_id: str, **fields: str) -> None:
        """Changes profile fields; an empty value clears."""
        with self.lock:
            self.set_fields(self.accounts[account_id], fields)

    def activate(self, account_id: str) -> None:
        self._status(account_id, ACTIVE)

    def deactivate(self, account_id: str) -> None:
        self._status(account_id, INACTIVE)

    def terminate(self, account_id: str) -> None:
        self._status(account_id, TERMINATED)

    def move(self, account_id: str, department_id: str) -> None:
        with self.lock:
            self.set_department(self.accounts[account_id], department_id)

    def delete_account(self, account_id: str) -> None:
        with self.lock:
            self.remove_account(self.accounts[account_id])

    def set_password(self, account_id: str, password: str) -> None:
        with self.lock:
            self.accounts[account_id].password = password

    def set_role(self, account_id: str, kind: RoleKind, *, manages: Sequence[str] = ()) -> None:
        """Gives one role instead of all held; `manages` limits it to departments and what is below them."""
        with self.lock:
            self.set_roles(self.accounts[account_id], (HeldRole(self._role_ids[kind], tuple(manages)),))

    def make_administrator(self, account_id: str) -> None:
        self.set_role(account_id, "administrator")

    def make_owner(self, account_id: str) -> None:
        """Hands the ownership over; the owner before becomes an administrator."""
        with self.lock:
            self.set_role(self.owner_id, "administrator")
            self.set_role(account_id, "owner")
            self.owner_id = account_id

    def make_department_administrator(self, account_id: str, department_ids: Sequence[str]) -> None:
        self.set_role(account_id, "department_administrator", manages=department_ids)

    def set_supervisor(self, department_id: str, account_id: str | None) -> None:
        """Names a department's supervisor; None: it inherits."""
        own = INHERIT if account_id is None else Subordination("manual", account_id)
        with self.lock:
            self.set_subordination(self.departments[department_id], own, None)

    def set_seats(self, seats: int | None) -> None:
        with self.lock:
            self.seats = seats

    def add_group(self, name: str, *, smart: bool = False) -> str:
        with self.lock:
            key = self.new_id()
            self.groups[key] = Group(key, self.next_serial(key), name, smart)
            return key

    def add_custom_role(self, title: str) -> str:
        with self.lock:
            key = self.new_id()
            self.roles[key] = Role(key, "custom", title, title)
            return key

    # What is there

    def account(self, login: str) -> Account | None:
        """The account with this login, letter case aside."""
        with self.lock:
            return self.holder("login", login)

    def by_email(self, email: str) -> Account | None:
        with self.lock:
            return self.holder("email", email)

    def by_code(self, code: str) -> Department | None:
        """The first department with this code."""
        with self.lock:
            return next((found for found in self.departments.values() if found.code == code), None)

    def kind(self, account: Account) -> RoleKind:
        """The main role held."""
        return self.roles[account.roles[0].role_id].kind

    def state(self, *, ids: bool = False) -> Picture:
        """Everything as plain comparable values; with `ids` accounts and departments say theirs as well."""
        with self.lock:
            return picture(self, ids=ids)

    # For the rules

    def now(self) -> str:
        """The server's time as answers spell it."""
        return datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")

    def today(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).date().isoformat()

    def new_account(
        self, fields: Mapping[str, str], department_id: str, roles: tuple[HeldRole, ...], status: int, password: str
    ) -> Account:
        """Adds an account; NotUniqueError where a unique value is taken. Callers hold the lock."""
        known = {field.name for field in self.profile_fields}
        if not known.issuperset(fields):
            raise ValueError(f"no such profile fields: {sorted(set(fields) - known)}")
        key = self.new_id()
        account = Account(
            id=key,
            serial=self.next_serial(key),
            department_id=department_id,
            fields={name: value for name, value in fields.items() if value},
            status=status,
            roles=roles,
            added_at=self.now(),
            password=password,
        )
        self.put_account(account)
        return account

    def new_department(self, name: str, parent_id: str, code: str) -> Department:
        """Adds a department that inherits its supervisor. Callers hold the lock."""
        return self._new_department(name, parent_id, code, INHERIT)

    def _new_owner(self, login: str, password: str | None) -> str:
        """The account owner, every required field filled."""
        known = {
            "login": login,
            "email": login if "@" in login else OWNER_LOGIN,
            "first_name": "Account",
            "last_name": "Owner",
            "phone": "+70000000000",
            "country": "RU",
        }
        fields = {
            field.name: known.get(field.name, "owner")
            for field in self.profile_fields
            if field.required or field.name in ("login", "email", "first_name", "last_name")
        }
        roles = (HeldRole(self._role_ids["owner"]),)
        owner = self.new_account(fields, self.root_id, roles, ACTIVE, password or secrets.token_urlsafe(12))
        owner.last_login = owner.added_at
        return owner.id

    def _new_department(self, name: str, parent_id: str | None, code: str, subordination: Subordination) -> Department:
        key = self.new_id()
        department = Department(key, self.next_serial(key), name, parent_id, code, subordination, subordination)
        self.put_department(department)
        return department

    def _status(self, account_id: str, status: int) -> None:
        with self.lock:
            self.set_status(self.accounts[account_id], status)
