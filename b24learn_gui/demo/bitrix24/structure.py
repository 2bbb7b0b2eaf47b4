"""``humanresources.node.*`` of the v3 interface (section 3.4). Node ids are not department ids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from b24learn_gui.demo.bitrix24.context import Answer, Context, Method
from b24learn_gui.demo.bitrix24.departments import seen
from b24learn_gui.demo.bitrix24.php import Array, Value, intval, items, text
from b24learn_gui.demo.bitrix24.refusals import V3Refusal
from b24learn_gui.demo.bitrix24.world import Department, Person

SCOPE = "humanresources"
_DEFAULT_LIMIT = 50
_MAX_LIMIT = 200
_ID_FACTOR, _ID_OFFSET = 3, 1000
_TYPES = ("DEPARTMENT", "TEAM")


def node_id(department: int) -> int:
    """The v3 id of a department: another number on purpose."""
    return department * _ID_FACTOR + _ID_OFFSET


def node_list(context: Context, given: Array) -> Answer:
    """A page of nodes; there is no total. The embedded company has departments only, no teams."""
    kind = given.get("type")
    if kind not in _TYPES:
        raise V3Refusal(
            "VALIDATION_REQUESTVALIDATIONEXCEPTION", 400, "Validation failed", (("type", "must be one of the types"),)
        )
    offset, limit = _page(given.get("pagination"))
    nodes = sorted(seen(context), key=lambda node: node.id) if kind == "DEPARTMENT" else []
    hidden = context.sight.hidden_departments
    page = [node for node in nodes if node.id not in hidden][offset : offset + limit]
    counts = _member_counts(context)
    names = _selected(given.get("select"))
    return Answer({"items": [_only(_node(context, node, counts.get(node.id, 0)), names) for node in page]})


def node_get(context: Context, given: Array) -> Answer:
    wanted = intval(given.get("id"))
    for node in seen(context):
        if node_id(node.id) == wanted:
            members = _members(context, node)
            row = _node(context, node, len(members))
            names = _selected(given.get("select"))
            if names is not None and "members" in names:
                row["members"] = [_member(node, person) for person in members[: context.switches.v3_members]]
            return Answer({"item": _only(row, names)})
    raise V3Refusal("ENTITYNOTFOUNDEXCEPTION", 400, "Entity not found")


def _page(pagination: Value) -> tuple[int, int]:
    if pagination is None:
        return 0, _DEFAULT_LIMIT
    if not isinstance(pagination, dict):
        raise V3Refusal("INVALIDPAGINATIONEXCEPTION", 400, "Invalid pagination")
    limit = intval(pagination.get("limit", _DEFAULT_LIMIT))
    if not 0 < limit <= _MAX_LIMIT or intval(pagination.get("offset")) < 0:
        raise V3Refusal("INVALIDPAGINATIONEXCEPTION", 400, "Invalid pagination")
    if "offset" in pagination:
        return intval(pagination["offset"]), limit
    return (max(intval(pagination.get("page", 1)), 1) - 1) * limit, limit


def _selected(wanted: Value) -> frozenset[str] | None:
    """Names to print; None for the default set. Unknown ones are left out without an error."""
    if wanted is None:
        return None
    if not isinstance(wanted, dict):
        raise V3Refusal("INVALIDSELECTEXCEPTION", 400, "Invalid select")
    return frozenset(text(item) for item in items(wanted))


def _only(row: dict[str, object], names: frozenset[str] | None) -> dict[str, object]:
    return row if names is None else {name: value for name, value in row.items() if name in names}


def _node(context: Context, node: Department, count: int) -> dict[str, object]:
    changed = datetime.fromtimestamp(node.modified, context.switches.time_zone).isoformat(timespec="seconds")
    return {
        "id": node_id(node.id),
        "name": node.name,
        "type": "DEPARTMENT",
        "structureId": 1,
        "parentId": None if node.parent is None else node_id(node.parent),
        "description": "",
        "accessCode": f"{context.switches.access_code}{node.id}",
        "userCount": count,
        "colorName": None,
        "xmlId": None,
        "createdAt": changed,
        "updatedAt": changed,
    }


def _is_member(person: Person) -> bool:
    return person.active and not person.external_auth


def _member_counts(context: Context) -> dict[int, int]:
    counts: dict[int, int] = {}
    for person in context.world.people.values():
        if _is_member(person):
            for number in person.departments:
                counts[number] = counts.get(number, 0) + 1
    return counts


def _members(context: Context, node: Department) -> list[Person]:
    """Active members, heads first, then deputies."""
    rank: Callable[[Person], tuple[int, int]] = lambda person: (  # noqa: E731 - a sort key
        0 if person.id == node.head or person.id in node.co_heads else 1 if person.id in node.deputies else 2,
        person.id,
    )
    everybody = context.world.people.values()
    return sorted((one for one in everybody if _is_member(one) and node.id in one.departments), key=rank)


def _member(node: Department, person: Person) -> dict[str, object]:
    role = "MEMBER_EMPLOYEE"
    if person.id == node.head or person.id in node.co_heads:
        role = "MEMBER_HEAD"
    elif person.id in node.deputies:
        role = "MEMBER_DEPUTY_HEAD"
    return {
        "userId": person.id,
        "name": f"{person.fields.get('NAME') or ''} {person.fields.get('LAST_NAME') or ''}".strip(),
        "workPosition": person.fields.get("WORK_POSITION") or "",
        "role": role,
        "avatar": "",
        "url": f"/company/personal/user/{person.id}/",
    }


METHODS = (
    Method("humanresources.node.list", node_list, SCOPE),
    Method("humanresources.node.get", node_get, SCOPE),
)
