"""Calls about groups, as far as a client of users and departments meets them (contract section 7)."""

from b24learn_gui.demo.learn import lists, shapes
from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.model import Group
from b24learn_gui.demo.learn.refusal import bad
from b24learn_gui.demo.learn.users import created
from b24learn_gui.demo.learn.wire import Answer, texts


def unpaged(call: Call) -> Answer:
    """GET /group."""
    return Answer(value=[shapes.group(group) for group in call.world.groups.values()], item="group")


def paged(call: Call) -> Answer:
    """GET /groups."""
    token = call.one("pageToken")
    found, following = lists.page(
        lambda after: (group for group in call.world.groups.values() if group.serial > after),
        lists.place_of(call.world, token),
        lists.page_size(call.one("pageSize"), call.switches),
        token,
        lists.Lies(),
    )
    value: shapes.Row = {"groups": [shapes.group(group) for group in found]}
    return Answer(value=lists.with_token(value, following, call.switches), item="group")


def one(call: Call) -> Answer:
    """GET /group/{id}."""
    return Answer(value=shapes.detailed_group(call.group()), single="group")


def create(call: Call) -> Answer:
    """POST /group → 201 and the id."""
    name, members = _name(call), _members(call)
    key = call.world.add_group(name)
    _set_members(call, call.world.groups[key], members)
    return created(call, "groupId", key)


def rename(call: Call) -> Answer:
    """POST /group/{id} → 200."""
    group = call.group()
    group.name = _name(call)
    return Answer(200)


def set_members(call: Call) -> Answer:
    """POST /group/{id}/members → 200; the list replaces the members before."""
    group = call.group()
    if group.smart:
        raise bad("The group is smart")
    _set_members(call, group, _members(call))
    return Answer(200)


def delete(call: Call) -> Answer:
    """DELETE /group/{id} → 204."""
    group = call.group()
    _set_members(call, group, [])
    del call.world.groups[group.id]
    return Answer(204)


def _name(call: Call) -> str:
    name = call.text("name")
    if not name.strip():
        raise bad("Wrong parameters: name")
    return name


def _members(call: Call) -> list[str]:
    members = list(dict.fromkeys(texts(call.body.get("userIds"), "userIds")))
    if any(key not in call.world.accounts for key in members):
        raise bad("Unknown user")
    return members


def _set_members(call: Call, group: Group, members: list[str]) -> None:
    for key in set(group.members) - set(members):
        account = call.world.accounts[key]
        account.groups = tuple(held for held in account.groups if held != group.id)
    for key in members:
        account = call.world.accounts[key]
        account.groups = tuple(dict.fromkeys((*account.groups, group.id)))
    group.members = members
