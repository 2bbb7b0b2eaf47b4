"""Objects as answers spell them, before JSON or XML (contract sections 2.2, 3.1, 4.1, 5, 6, 7)."""

from collections.abc import Mapping
from typing import Any

from b24learn_gui.demo.learn.model import (
    INACTIVE,
    TERMINATED,
    Account,
    Department,
    Group,
    ProfileField,
    Role,
    RoleKind,
    Subordination,
)
from b24learn_gui.demo.learn.switches import Switches
from b24learn_gui.demo.learn.world import LearnWorld

Row = dict[str, Any]

PLURAL: Mapping[RoleKind, str] = {
    "owner": "account_owners",
    "administrator": "account_administrators",
    "department_administrator": "department_administrators",
    "publisher": "course_authors",
    "learner": "learners",
    "supervisor": "supervisor",
    "custom": "custom",
}
"""The newest help pages' spelling; the other one is `RoleKind` itself (contract 6)."""


def spelled(kind: RoleKind, switches: Switches) -> str:
    return PLURAL[kind] if switches.role_spelling == "plural" else kind


class UserShape:
    """Rows about users for one answer; `revision` 2 shows status 5, revision 1 shows it as 3 (contract 4.2)."""

    def __init__(self, world: LearnWorld, switches: Switches, revision: int) -> None:
        self._world = world
        self._switches = switches
        self._show_terminated = revision == 2 or switches.termination_shown
        upper = switches.field_case == "upper"
        self._names = {
            field.name: field.name.upper() if upper and not field.custom else field.name
            for field in world.profile_fields
        }
        self._roles = {role.id: spelled(role.kind, switches) for role in world.roles.values()}
        self._supervisor = {
            "roleId": world.role_id("supervisor"),
            "roleType": spelled("supervisor", switches),
        }

    def row(self, account: Account) -> Row:
        main = account.roles[0]
        status = account.status
        if status == TERMINATED and not self._show_terminated:
            status = INACTIVE
        row: Row = {
            "userId": account.id,
            "role": self._roles[main.role_id],
            "roleId": main.role_id,
            "departmentId": account.department_id,
            "status": str(status) if self._switches.numbers_as_text else status,
            "fields": self._fields(account),
            "addedDate": account.added_at,
        }
        if account.last_login is not None:
            row["lastLoginDate"] = account.last_login
        if main.manageable:
            row["manageableDepartmentIds"] = list(main.manageable)
        row["userRoles"] = self._user_roles(account)
        if account.groups:
            row["groups"] = list(account.groups)
        row["subordination"] = subordination(account.subordination)
        row["coSubordination"] = subordination(account.co_subordination)
        return row

    def _fields(self, account: Account) -> Any:
        names = self._names
        if self._switches.fields_shape == "map":
            return {names[name]: value for name, value in account.fields.items()}
        pairs = [{"name": names[name], "value": value} for name, value in account.fields.items()]
        if self._switches.fields_shape == "single" and len(pairs) == 1:
            return pairs[0]
        return pairs

    def _user_roles(self, account: Account) -> list[Row]:
        rows: list[Row] = []
        for held in account.roles:
            row: Row = {"roleId": held.role_id, "roleType": self._roles[held.role_id]}
            if held.manageable:
                row["manageableDepartmentIds"] = list(held.manageable)
            rows.append(row)
        if self._switches.supervisor_check and self._world.is_supervisor(account.id):
            rows.append(self._supervisor)
        return rows


def subordination(value: Subordination) -> Row:
    if value.supervisor_id is None:
        return {"subordinationType": value.kind}
    return {"subordinationType": value.kind, "supervisorId": value.supervisor_id}


def department(value: Department) -> Row:
    row: Row = {"departmentId": value.id, "name": value.name}
    if value.parent_id is not None:
        row["parentDepartmentId"] = value.parent_id
    if value.code:
        row["code"] = value.code
    row["subordination"] = subordination(value.subordination)
    row["coSubordination"] = subordination(value.co_subordination)
    return row


def role(value: Role, switches: Switches) -> Row:
    return {
        "roleId": value.id,
        "type": spelled(value.kind, switches),
        "title": value.title,
        "description": value.description,
    }


def profile_field(value: ProfileField, place: int, switches: Switches) -> Row:
    name = field_name(value, switches)

    def number(known: bool) -> Any:
        if switches.flags_as_booleans:
            return known
        return str(int(known)) if switches.numbers_as_text else int(known)

    return {
        "userFieldInfoId": name.upper(),
        "name": name,
        "label": value.label,
        "type": value.type,
        "isUnique": number(value.unique),
        "isRequired": number(value.required),
        "orderPriority": str(place) if switches.numbers_as_text else place,
        "values": [{"name": key, "value": label} for key, label in value.values],
    }


def field_name(value: ProfileField, switches: Switches) -> str:
    """The name under which `/user/profile/fields` gives a field."""
    return value.name.upper() if switches.field_info_case == "upper" and not value.custom else value.name


def group(value: Group) -> Row:
    return {"groupId": value.id, "name": value.name, "isSmart": value.smart}


def detailed_group(value: Group) -> Row:
    return {**group(value), "usersCount": len(value.members), "userIds": list(value.members)}
