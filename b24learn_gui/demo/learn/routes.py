"""Which path is which call, and which installations know it (contract 3.2, 4.3, 5, 6, 7)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from b24learn_gui.demo.learn import departments, groups, shapes, statuses, supervision, user_lists, users
from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.switches import Switches
from b24learn_gui.demo.learn.wire import Answer

Handler = Callable[[Call], Answer]
Known = Callable[[Switches], bool]


@dataclass(frozen=True, slots=True)
class Route:
    """`write` is False for calls that change nothing, whatever their method."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    write: bool
    known: Known
    extra: Mapping[str, str] = field(default_factory=dict)


def _always(_: Switches) -> bool:
    return True


def _v2(switches: Switches) -> bool:
    return switches.v2_revisions


def _paged(switches: Switches) -> bool:
    return switches.paged_lists


def _paged_v2(switches: Switches) -> bool:
    return switches.paged_lists and switches.v2_revisions


def _bulk(switches: Switches) -> bool:
    return switches.bulk_calls


def _find_existing(switches: Switches) -> bool:
    return switches.find_existing


def _user_list(switches: Switches) -> bool:
    return switches.user_list


def _fields(switches: Switches) -> bool:
    return switches.profile_fields_call


def _roles(switches: Switches) -> bool:
    return switches.role_call


def profile_fields(call: Call) -> Answer:
    """GET /user/profile/fields."""
    rows = [shapes.profile_field(item, place, call.switches) for place, item in enumerate(call.world.profile_fields)]
    return Answer(value=rows, item="userFieldInfo")


def roles(call: Call) -> Answer:
    """GET /role."""
    return Answer(value=[shapes.role(role, call.switches) for role in call.world.roles.values()], item="role")


def _read(method: str, path: str, handler: Handler, known: Known = _always, *, revision: int = 0) -> Route:
    extra = {"revision": str(revision)} if revision else {}
    return Route(method, _pattern(path), handler, write=False, known=known, extra=extra)


def _write(verb: str, path: str, handler: Handler, known: Known = _always, **extra: str) -> Route:
    return Route(verb, _pattern(path), handler, write=True, known=known, extra=extra)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(path.replace("{id}", r"(?P<id>[^/]+)") + "/?")


ROUTES: tuple[Route, ...] = (
    _read("GET", "/department", departments.unpaged),
    _read("GET", "/departments", departments.paged, _paged),
    _read("GET", "/department/{id}", departments.one),
    _write("POST", "/department", departments.create),
    _write("POST", "/department/{id}", departments.update),
    _write("DELETE", "/department/{id}", departments.delete),
    _write("POST", "/department/{id}/subordination", supervision.set_department_supervisor),
    _write("POST", "/department/{id}/user/move", departments.take_users, _bulk),
    _write("POST", "/department/{id}/department/move", departments.move_many, _bulk),
    _read("GET", "/user/profile/fields", profile_fields, _fields),
    _read("GET", "/user", user_lists.unpaged, revision=1),
    _read("GET", "/user/v2", user_lists.unpaged, _v2, revision=2),
    _read("GET", "/users", user_lists.paged, _paged, revision=1),
    _read("GET", "/users/v2", user_lists.paged, _paged_v2, revision=2),
    _read("POST", "/users/v2", user_lists.paged_by_body, _paged_v2, revision=2),
    _read("POST", "/user/list", user_lists.numbered, _user_list),
    _read("POST", "/users/find_existing", user_lists.find_existing, _find_existing),
    _read("GET", "/user/{id}", user_lists.one, revision=1),
    _read("GET", "/user/{id}/v2", user_lists.one, _v2, revision=2),
    _write("POST", "/user", users.create),
    _write("POST", "/user/{id}", users.update),
    _write("DELETE", "/user/{id}", users.delete),
    _write("POST", "/user/{id}/password", users.set_password),
    _write("POST", "/user/{id}/status", statuses.set_status),
    _write("POST", "/user/{id}/subordination", supervision.set_user_supervisor),
    _write("POST", "/user/{id}/scheduled_deactivation", users.schedule, method="POST", end="deactivation"),
    _write("DELETE", "/user/{id}/scheduled_deactivation", users.schedule, method="DELETE", end="deactivation"),
    _write("POST", "/user/{id}/scheduled_termination", users.schedule, method="POST", end="termination"),
    _write("DELETE", "/user/{id}/scheduled_termination", users.schedule, method="DELETE", end="termination"),
    _write("POST", "/user/{id}/groups/remove", users.leave_groups),
    _write("POST", "/users/activate", statuses.activate_many, _bulk),
    _write("POST", "/users/deactivate", statuses.deactivate_many, _bulk),
    _write("POST", "/users/terminate", statuses.terminate_many, _bulk),
    _read("GET", "/role", roles, _roles),
    _read("GET", "/group", groups.unpaged),
    _read("GET", "/groups", groups.paged, _paged),
    _read("GET", "/group/{id}", groups.one),
    _write("POST", "/group", groups.create),
    _write("POST", "/group/{id}", groups.rename),
    _write("POST", "/group/{id}/members", groups.set_members),
    _write("DELETE", "/group/{id}", groups.delete),
)

_RESERVED = frozenset({"v2", "list", "profile"})
"""Words that are never ids, so that an old installation answers `/user/v2` as an unknown path."""


def find(method: str, path: str, switches: Switches) -> tuple[Route, Mapping[str, str]] | None:
    """The route of a path without prefix and its parameters; None where the installation knows none."""
    for route in ROUTES:
        match = route.pattern.fullmatch(path) if route.method == method else None
        if match is not None and route.known(switches) and match.groupdict().get("id") not in _RESERVED:
            return route, {**match.groupdict(), **route.extra}
    return None
