"""Rules for profile fields: names, required ones, phones, e-mails, duplicates (contract 4.4 to 4.6, 5)."""

import re
from collections.abc import Mapping
from typing import Any

from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.model import ProfileField
from b24learn_gui.demo.learn.refusal import Refusal, bad
from b24learn_gui.demo.learn.shapes import field_name
from b24learn_gui.demo.learn.store import NotUniqueError
from b24learn_gui.demo.learn.wire import text

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def requested_fields(call: Call) -> dict[str, str]:
    """`fields` of a request by system name, checked one by one; values may be empty (meaning: clear)."""
    given = call.body.get("fields")
    if given in (None, ""):
        return {}
    if not isinstance(given, dict):
        raise bad("Wrong parameters: fields")
    known = _names(call)
    found: dict[str, str] = {}
    for name, value in given.items():
        field = known.get(name if call.switches.case_sensitive_fields else name.casefold())
        if field is not None:
            found[field.name] = _checked(call, field, text(value, name))
        elif call.switches.unknown_field == "400":
            raise bad(f"Unknown field {name}")
    return found


def _names(call: Call) -> Mapping[str, ProfileField]:
    fields = call.world.profile_fields
    if call.switches.case_sensitive_fields:
        return {field_name(field, call.switches): field for field in fields}
    return {field.name.casefold(): field for field in fields}


def _checked(call: Call, field: ProfileField, value: str) -> str:
    limit = call.switches.field_max_length
    if limit is not None and len(value) > limit:
        raise bad(f"Field {field.name} is too long")
    if not value:
        return value
    if field.type == "email" and not _EMAIL.fullmatch(value):
        raise bad("Invalid email")
    if field.type == "phone":
        return _phone(call, value)
    if field.values and value not in {key for key, _ in field.values}:
        raise bad(f"Invalid value, field {field.name}")
    return value


def _phone(call: Call, value: str) -> str:
    digits = "".join(char for char in value if char.isdecimal())
    if len(digits) < call.switches.phone_min_digits or any(char.isalpha() for char in value):
        raise bad(f"Phone must have at least {call.switches.phone_min_digits} digits")
    return "+" + digits if call.switches.normalise_phone else value


def refuse_missing(call: Call, fields: Mapping[str, str]) -> None:
    """Every required field must be filled."""
    for field in call.world.profile_fields:
        if field.required and not fields.get(field.name):
            raise bad(f"Required field {field.name} is not filled")


def refuse_cleared(call: Call, changes: Mapping[str, str]) -> None:
    """A required field cannot be emptied."""
    for field in call.world.profile_fields:
        if field.required and changes.get(field.name) == "":
            raise bad(f"Required field {field.name} is not filled")


def refuse_duplicates(call: Call, fields: Mapping[str, str], account_id: str = "") -> None:
    """Login, e-mail and unique custom fields must differ from everybody else's, letter case aside."""
    for field in call.world.profile_fields:
        value = fields.get(field.name)
        if not field.unique or not value:
            continue
        holder = call.world.holder(field.name, value)
        if holder is not None and holder.id != account_id:
            raise duplicate(call, NotUniqueError(field.name, holder.id), value)


def duplicate(call: Call, conflict: NotUniqueError, value: Any) -> Refusal:
    """The refusal of a taken value in the wording that the switches name (contract 4.6)."""
    messages = {
        "english": f"Duplicate {conflict.field}: {value}",
        "old": f"Invalid value {value}, field {conflict.field} must be unique",
        "russian": f"Пользователь с таким значением поля {conflict.field} уже существует",
        "id": f"The value of {conflict.field} belongs to the user {conflict.taken_by}",
    }
    return Refusal(call.switches.duplicate_mode, messages[call.switches.duplicate_text])
