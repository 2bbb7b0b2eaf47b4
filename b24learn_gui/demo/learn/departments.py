"""Calls about departments: read, create, change, move, delete (contract section 3)."""

from b24learn_gui.demo.learn import lists, shapes
from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.model import Department
from b24learn_gui.demo.learn.refusal import Refusal, bad, denied
from b24learn_gui.demo.learn.statuses import chosen_accounts
from b24learn_gui.demo.learn.users import created, editable
from b24learn_gui.demo.learn.wire import Answer, texts

_MOVE_UNKNOWN = 404
"""The newest bulk moves list 404 among their answers (contract 3.2)."""


def unpaged(call: Call) -> Answer:
    """GET /department, with the optional filter `code`."""
    code = call.one("code") if call.switches.code_filter else ""
    rows = [
        shapes.department(item) for item in lists.departments(call.world, call.caller) if not code or item.code == code
    ]
    if call.lies.departments_are_empty():
        rows = []
    wrapped = call.switches.department_list == "object"
    return Answer(value={"departments": rows} if wrapped else rows, item="department")


def paged(call: Call) -> Answer:
    """GET /departments."""
    size, token = lists.page_size(call.one("pageSize"), call.switches), call.one("pageToken")
    if not token and call.lies.departments_are_empty():
        return Answer(value={"departments": []})
    items, following = lists.page(
        lambda after: lists.departments(call.world, call.caller, after),
        lists.place_of(call.world, token),
        size,
        token,
        call.lies,
    )
    value: shapes.Row = {"departments": [shapes.department(item) for item in items]}
    return Answer(value=lists.with_token(value, following, call.switches))


def one(call: Call) -> Answer:
    """GET /department/{id}."""
    return Answer(value=shapes.department(call.department()), single="department")


def create(call: Call) -> Answer:
    """POST /department → 201 and the id."""
    name = _name(call)
    parent = _parent(call)
    code = call.text("code")
    _refuse_taken_code(call, code, "")
    return created(call, "departmentId", call.world.new_department(name, parent.id, code).id)


def update(call: Call) -> Answer:
    """POST /department/{id} → 204; another parent moves the department with everything below it."""
    department = call.department()
    name = _name(call) if call.body.get("name") is not None else department.name
    parent = _parent(call) if call.body.get("parentDepartmentId") else None
    code = call.text("code") if call.body.get("code") is not None else department.code
    if department.parent_id is None and name != department.name and not call.switches.root_can_be_renamed:
        raise bad("The root department cannot be renamed")
    _refuse_taken_code(call, code, department.id)
    if parent is not None:
        _move(call, department, parent)
    department.name, department.code = name, code
    return Answer(204)


def move_many(call: Call) -> Answer:
    """POST /department/{parentId}/department/move → 204; all or none."""
    parent = call.department(unknown_status=_MOVE_UNKNOWN)
    ids = texts(call.body.get("departmentIds"), "departmentIds")
    if not ids:
        raise bad("Wrong parameters: departmentIds")
    chosen: list[Department] = []
    for key in ids:
        department = call.world.departments.get(key)
        if department is None:
            raise Refusal(_MOVE_UNKNOWN, "Unknown Department")
        _refuse_move(call, department, parent)
        chosen.append(department)
    for department in chosen:
        _move(call, department, parent)
    return Answer(204)


def take_users(call: Call) -> Answer:
    """POST /department/{id}/user/move → 204."""
    department = call.department(unknown_status=_MOVE_UNKNOWN)
    for account in chosen_accounts(call, unknown_status=_MOVE_UNKNOWN):
        call.world.set_department(editable(call, account), department.id)
    return Answer(204)


def delete(call: Call) -> Answer:
    """DELETE /department/{id} → 204; refused with people below, managed ones, and the root (contract 3.3)."""
    department = call.department()
    if department.parent_id is None:
        raise bad("The root department cannot be deleted")
    below = call.world.subtree(department.id)
    if len(below) > 1 and not call.switches.delete_cascades:
        raise bad("The department has departments below it")
    if any(call.world.members(item.id) for item in below):
        raise bad("The department contains users")
    if any(call.world.is_managed(item.id) for item in below):
        raise bad("The department is managed by another user")
    for item in reversed(below):
        call.world.remove_department(item)
    return Answer(204)


def _name(call: Call) -> str:
    name = call.text("name")
    if not name.strip():
        raise bad("Wrong parameters: name")
    limit = call.switches.name_max_length
    if limit is not None and len(name) > limit:
        raise bad("Name is too long")
    return name


def _parent(call: Call) -> Department:
    key = call.text("parentDepartmentId")
    if not key:
        raise bad("Wrong parameters: parentDepartmentId")
    parent = call.world.departments.get(key)
    if parent is None:
        raise bad("Unknown Department")
    if not call.caller.sees(parent.id):
        raise denied()
    return parent


def _refuse_taken_code(call: Call, code: str, own_id: str) -> None:
    if not call.switches.unique_codes or not code:
        return
    if any(item.code == code and item.id != own_id for item in call.world.departments.values()):
        raise Refusal(call.switches.duplicate_mode, f"Duplicate code: {code}")


def _refuse_move(call: Call, department: Department, parent: Department) -> None:
    if department.parent_id is None:
        raise bad("The root department cannot be moved")
    if not call.caller.sees(department.id):
        raise denied()
    above: str | None = parent.id
    while above is not None:
        if above == department.id:
            raise bad("A department cannot be moved below itself")
        above = call.world.departments[above].parent_id


def _move(call: Call, department: Department, parent: Department) -> None:
    if department.parent_id == parent.id:
        return
    _refuse_move(call, department, parent)
    call.world.set_parent(department, parent.id)
