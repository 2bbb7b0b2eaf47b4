"""Roles as requests name them (contract 6): `roles` by id, or `role` by name in either spelling."""

from collections.abc import Sequence

from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.model import HeldRole, RoleKind
from b24learn_gui.demo.learn.refusal import bad, denied
from b24learn_gui.demo.learn.shapes import PLURAL, spelled
from b24learn_gui.demo.learn.wire import rows, text, texts

_LIMITED: tuple[RoleKind, ...] = ("department_administrator",)


def requested_roles(call: Call) -> tuple[HeldRole, ...] | None:
    """The roles a request asks for, the main one first; None where it names none."""
    listed = rows(call.body.get("roles"), "roles")
    if listed:
        return _by_id(call, listed)
    name = call.text("role")
    if not name:
        return None
    kind = _kind(call, name)
    role_id = call.text("roleId") if kind == "custom" else call.world.role_id(kind)
    return (_held(call, role_id, texts(call.body.get("manageableDepartmentIds"), "manageableDepartmentIds")),)


def _by_id(call: Call, listed: Sequence[dict[str, object]]) -> tuple[HeldRole, ...]:
    """One or two; of two, one must be Learner and the other an administrative one (contract 4.4)."""
    held = [
        _held(
            call,
            text(row.get("roleId"), "roleId"),
            texts(row.get("manageableDepartmentIds"), "manageableDepartmentIds"),
        )
        for row in listed
    ]
    learners = [role for role in held if call.world.roles[role.role_id].kind == "learner"]
    if len(held) > 2 or (len(held) == 2 and len(learners) != 1):
        raise bad("Wrong parameters: roles")
    return tuple(sorted(held, key=lambda role: role in learners))


def _held(call: Call, role_id: str, manageable: Sequence[str]) -> HeldRole:
    role = call.world.roles.get(role_id)
    if role is None:
        raise bad("Unknown role")
    if role.kind in ("owner", "supervisor"):
        raise bad("The role cannot be assigned")
    if any(key not in call.world.departments for key in manageable):
        raise bad("Unknown Department")
    if role.kind in _LIMITED and not manageable:
        raise bad("Wrong parameters: manageableDepartmentIds")
    if call.caller.scope is not None and role.kind != "learner":
        raise denied()
    return HeldRole(role_id, tuple(manageable))


def _kind(call: Call, name: str) -> RoleKind:
    for kind, plural in PLURAL.items():
        names = (spelled(kind, call.switches),) if call.switches.strict_role_spelling else (kind, plural)
        if name in names:
            return kind
    raise bad("Unknown role")
