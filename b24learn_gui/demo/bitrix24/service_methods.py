"""Methods that need no scope: whose webhook this is, what it may do, what time it is (sections 1.2 and 8)."""

from __future__ import annotations

from datetime import datetime

from b24learn_gui.demo.bitrix24.context import Answer, Context, Method, Run
from b24learn_gui.demo.bitrix24.php import Array, text, truthy
from b24learn_gui.demo.bitrix24.refusals import refusal

ALL_SCOPES = ("user", "user_basic", "user_brief", "user.userfield", "department", "humanresources", "im", "crm")


def profile(context: Context, _given: Array) -> Answer:
    person = context.caller
    row: dict[str, object] = {"ID": context.identifier(person.id), "ADMIN": person.admin}
    for name in ("NAME", "LAST_NAME", "PERSONAL_GENDER", "PERSONAL_PHOTO", "TIME_ZONE"):
        if person.fields.get(name) is not None:
            row[name] = person.fields[name]
    return Answer(row)


def scope(context: Context, given: Array) -> Answer:
    return Answer(list(ALL_SCOPES) if truthy(given.get("full")) else sorted(context.scopes))


def server_time(context: Context, _given: Array) -> Answer:
    return Answer(datetime.fromtimestamp(context.now, context.switches.time_zone).isoformat(timespec="seconds"))


def app_info(context: Context, _given: Array) -> Answer:
    return Answer({"SCOPE": sorted(context.scopes), "LICENSE": context.switches.license})


def user_admin(context: Context, _given: Array) -> Answer:
    return Answer(context.caller.admin)


def _needs_application(context: Context, _given: Array) -> Answer:
    raise refusal("WRONG_AUTH_TYPE", old_statuses=context.switches.old_statuses)


def method_get(methods: dict[str, Method]) -> Run:
    def run(context: Context, given: Array) -> Answer:
        method = methods.get(text(given.get("name")).lower())
        available = method is not None and context.may_call(method)
        return Answer({"isExisting": method is not None, "isAvailable": available})

    return run


def method_list(methods: dict[str, Method]) -> Run:
    def run(context: Context, given: Array) -> Answer:
        every = truthy(given.get("full"))
        return Answer([method.name for method in methods.values() if every or context.may_call(method)])

    return run


def _refused_write(context: Context, _given: Array) -> Answer:
    """The embedded portal is never changed over REST; the attempt is on record before this answer is made."""
    raise refusal("ACCESS_DENIED", old_statuses=context.switches.old_statuses)


METHODS = (
    Method("profile", profile),
    Method("scope", scope),
    Method("server.time", server_time),
    Method("app.info", app_info),
    Method("user.admin", user_admin),
    Method("event.bind", _needs_application),
    Method("event.get", _needs_application),
)
WRITE_METHODS = (
    *(Method(name, _refused_write, "user", writes=True) for name in ("user.add", "user.update")),
    *(
        Method(name, _refused_write, "department", writes=True)
        for name in ("department.add", "department.update", "department.delete")
    ),
)
V3_WRITE_METHODS = tuple(
    Method(f"humanresources.node.{name}", _refused_write, "humanresources", writes=True)
    for name in ("add", "edit", "move", "member.add", "member.move", "member.remove", "member.set")
)
