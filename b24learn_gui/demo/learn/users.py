"""Calls about one user: create, update, delete, password, scheduled ends (contract 4.3 to 4.6)."""

import re
import secrets
from collections.abc import Mapping, Sequence

from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.held_roles import requested_roles
from b24learn_gui.demo.learn.model import ACTIVE, INACTIVE, Account, HeldRole
from b24learn_gui.demo.learn.outbox import Letter
from b24learn_gui.demo.learn.profile import (
    refuse_cleared,
    refuse_duplicates,
    refuse_missing,
    requested_fields,
)
from b24learn_gui.demo.learn.refusal import Refusal, bad, denied
from b24learn_gui.demo.learn.wire import Answer, flag, texts

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def create(call: Call) -> Answer:
    """POST /user → 201 and the id."""
    department_id = _target(call, call.text("departmentId"))
    fields = requested_fields(call)
    roles = requested_roles(call) or (HeldRole(call.world.role_id("learner")),)
    groups = _groups(call)
    letters = _letters(call)
    refuse_missing(call, fields)
    refuse_duplicates(call, fields)
    password = call.text("password")
    if password:
        _check_password(call, password)
    account = call.world.new_account(
        fields, department_id, roles, _first_status(call), password or secrets.token_urlsafe(9)
    )
    _join(call, account, groups)
    if account.status == ACTIVE:  # an inactive user gets no mail
        _send(call, account, letters)
    return created(call, "userId", account.id)


def created(call: Call, name: str, key: str) -> Answer:
    """201 with a bare id, or with an object where the client asked for one (contract 2.3)."""
    if not call.return_object or call.switches.created_id == "string":
        return Answer(201, key)
    if call.switches.created_id == "response":
        return Answer(201, {"response": key})
    return Answer(201, {name: key})


def update(call: Call) -> Answer:
    """POST /user/{id} → 200 with an empty body; what is not named stays (contract 4.5)."""
    account = editable(call, call.account())
    department_id = _target(call, call.text("departmentId")) if call.body.get("departmentId") else ""
    changes = requested_fields(call)
    roles = requested_roles(call)
    groups = _groups(call)
    if call.switches.require_fields_on_update:
        refuse_missing(call, changes)
    refuse_cleared(call, changes)
    refuse_duplicates(call, changes, account.id)
    call.world.set_fields(account, changes)
    if department_id:
        call.world.set_department(account, department_id)
    if roles is not None:
        call.world.set_roles(account, roles)
    _join(call, account, groups)
    return Answer(200)


def delete(call: Call) -> Answer:
    """DELETE /user/{id} → 204."""
    account = editable(call, call.account())
    if account.id == call.caller.account.id:
        raise denied()
    call.world.remove_account(account)
    return Answer(204)


def set_password(call: Call) -> Answer:
    """POST /user/{id}/password → 200; no letter is sent."""
    account = editable(call, call.account())
    password = call.text("password")
    _check_password(call, password)
    account.password = password
    return Answer(200)


def schedule(call: Call) -> Answer:
    """POST and DELETE /user/{id}/scheduled_deactivation|scheduled_termination → 200."""
    account = editable(call, call.account())
    date: str | None = None
    if call.path["method"] == "POST":
        date = call.text("date")
        if not _DATE.fullmatch(date):
            raise bad("Wrong parameters: date")
    if call.path["end"] == "deactivation":
        account.scheduled_deactivation = date
    elif date is not None and not call.switches.allow_termination:
        raise bad("Wrong parameters: termination")
    else:
        account.scheduled_termination = date
    call.world.scheduled.add(account.id)
    return Answer(200)


def leave_groups(call: Call) -> Answer:
    """POST /user/{id}/groups/remove → 200."""
    account = editable(call, call.account())
    left = set(texts(call.body.get("groupIds"), "groupIds"))
    if not left:
        raise bad("Wrong parameters: groupIds")
    account.groups = tuple(key for key in account.groups if key not in left)
    for key in left & set(call.world.groups):
        group = call.world.groups[key]
        group.members = [member for member in group.members if member != account.id]
    return Answer(200)


def editable(call: Call, account: Account) -> Account:
    """Refuses the owner, and administrators to whoever manages only some departments."""
    kind = call.world.kind(account)
    if kind == "owner":
        raise denied("The account owner cannot be edited")
    if call.caller.scope is not None and kind == "administrator":
        raise denied()
    return account


def _target(call: Call, department_id: str) -> str:
    if not department_id:
        raise bad("Wrong parameters: departmentId")
    if department_id not in call.world.departments:
        raise bad("Unknown Department")
    if not call.caller.sees(department_id):
        raise denied()
    return department_id


def _groups(call: Call) -> Sequence[str]:
    wanted = texts(call.body.get("groupIds"), "groupIds")
    for key in wanted:
        group = call.world.groups.get(key)
        if group is None or group.smart:
            raise bad("Unknown group")
    return wanted


def _join(call: Call, account: Account, groups: Sequence[str]) -> None:
    account.groups = tuple(dict.fromkeys((*account.groups, *groups)))
    for key in groups:
        if account.id not in call.world.groups[key].members:
            call.world.groups[key].members.append(account.id)


def _first_status(call: Call) -> int:
    """Active while there are seats; beyond them inactive, or refused (contract 4.6)."""
    seats = call.world.seats
    if seats is None or call.world.active_count < seats:
        return ACTIVE
    if call.switches.seat_mode == "error":
        raise Refusal(400, "The number of user accounts is exceeded")
    return INACTIVE


def _letters(call: Call) -> Mapping[str, str]:
    """Messages to be sent by channel; an explicit wish without a text is refused."""
    found: dict[str, str] = {}
    default = call.switches.send_login_email_default
    for channel, wish, message, unasked in (
        ("email", "sendLoginEmail", "invitationMessage", default),
        ("sms", "sendLoginSMS", "invitationSMSMessage", False),
    ):
        if flag(call.body.get(wish), wish, default=unasked):
            if not call.text(message) and call.body.get(wish) is not None:
                raise bad(f"Wrong parameters: {message}")
            found[channel] = call.text(message)
    return found


def _send(call: Call, account: Account, letters: Mapping[str, str]) -> None:
    if "email" in letters and account.email:
        call.outbox.send(Letter(account.login, account.email, letters["email"], "email", account.password))
    phone = account.fields.get("phone", "")
    if "sms" in letters and phone:
        call.outbox.send(Letter(account.login, phone, letters["sms"], "sms", account.password))


def _check_password(call: Call, password: str) -> None:
    if len(password) < call.switches.password_min_length:
        raise bad("Wrong parameters: password")
