"""Columns of an account: which a scope opens, and how each is printed (sections 1.2 and 4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from datetime import time as clock_time

from b24learn_gui.demo.bitrix24.context import Context
from b24learn_gui.demo.bitrix24.world import FieldValue, Person

_PERSONAL = (
    "PROFESSION GENDER WWW ICQ PHOTO PHONE FAX MOBILE PAGER STREET CITY STATE ZIP COUNTRY MAILBOX NOTES BIRTHDAY"
)
_WORK = "COMPANY DEPARTMENT POSITION WWW PHONE FAX PAGER STREET CITY STATE ZIP COUNTRY MAILBOX PROFILE NOTES"
_BUILT_IN = (
    "UF_EMPLOYMENT_DATE UF_DEPARTMENT UF_INTERESTS UF_SKILLS UF_WEB_SITES UF_XING UF_LINKEDIN UF_FACEBOOK UF_TWITTER "
    "UF_SKYPE UF_DISTRICT UF_PHONE_INNER"
)
ALL_FIELDS: tuple[str, ...] = (
    *["ID", "XML_ID", "ACTIVE", "NAME", "LAST_NAME", "SECOND_NAME", "TITLE", "EMAIL", "LAST_LOGIN", "DATE_REGISTER"],
    *["TIME_ZONE", "IS_ONLINE", "TIMESTAMP_X", "LAST_ACTIVITY_DATE"],
    *(f"PERSONAL_{name}" for name in _PERSONAL.split()),
    *(f"WORK_{name}" for name in _WORK.split()),
    *_BUILT_IN.split(),
    "USER_TYPE",
)
_NOT_BASIC = frozenset({"LAST_LOGIN", "PERSONAL_WWW", "PERSONAL_ICQ"})
_BRIEF = frozenset(
    [
        "ID",
        "XML_ID",
        "ACTIVE",
        "NAME",
        "LAST_NAME",
        "SECOND_NAME",
        "TITLE",
        "IS_ONLINE",
        "TIME_ZONE",
        "TIMESTAMP_X",
        "LAST_ACTIVITY_DATE",
        "DATE_REGISTER",
        "PERSONAL_PROFESSION",
        "PERSONAL_GENDER",
        "PERSONAL_BIRTHDAY",
        "PERSONAL_PHOTO",
        "PERSONAL_CITY",
        "PERSONAL_STATE",
        "PERSONAL_COUNTRY",
        "WORK_POSITION",
        "WORK_CITY",
        "WORK_STATE",
        "WORK_COUNTRY",
        "UF_EMPLOYMENT_DATE",
        "UF_DEPARTMENT",
        "UF_PHONE_INNER",
        "UF_SKILLS",
        "UF_INTERESTS",
        "USER_TYPE",
    ]
)
CUSTOM_PREFIX = "UF_USR_"
DATE_FIELDS = frozenset({"DATE_REGISTER", "PERSONAL_BIRTHDAY", "UF_EMPLOYMENT_DATE"})
MOMENT_FIELDS = frozenset({"TIMESTAMP_X", "LAST_LOGIN", "LAST_ACTIVITY_DATE"})
USELESS_MOMENTS = frozenset({"TIMESTAMP_X", "LAST_ACTIVITY_DATE"})

TITLES: dict[str, str] = {
    "ID": "ID",
    "XML_ID": "Внешний код",
    "ACTIVE": "Активность",
    "NAME": "Имя",
    "LAST_NAME": "Фамилия",
    "SECOND_NAME": "Отчество",
    "EMAIL": "E-Mail",
    "LAST_LOGIN": "Последняя авторизация",
    "DATE_REGISTER": "Дата регистрации",
    "PERSONAL_GENDER": "Пол",
    "PERSONAL_BIRTHDAY": "Дата рождения",
    "PERSONAL_MOBILE": "Личный мобильный",
    "WORK_PHONE": "Телефон компании",
    "WORK_POSITION": "Должность",
    "UF_EMPLOYMENT_DATE": "Дата приёма на работу",
    "UF_DEPARTMENT": "Подразделения",
    "UF_PHONE_INNER": "Внутренний телефон",
    "USER_TYPE": "Тип пользователя",
}


def allowed_fields(context: Context) -> tuple[str, ...]:
    """Standard fields the scopes open, the widest user scope winning; empty without one."""
    for scope in context.user_scopes():
        if scope in context.scopes:
            if scope == "user":
                return ALL_FIELDS
            return tuple(
                name for name in ALL_FIELDS if (name not in _NOT_BASIC if scope == "user_basic" else name in _BRIEF)
            )
    return ()


def shows_custom(context: Context) -> bool:
    """Whether the portal's own fields ``UF_USR_*`` are printed."""
    return "user" in context.scopes or "user.userfield" in context.scopes


def print_person(
    context: Context, person: Person, names: Iterable[str], *, custom: bool, current: bool = False
) -> dict[str, object]:
    """One row of ``user.get``; a NULL leaves its key out. ``current``: as ``user.current`` prints it."""
    row: dict[str, object] = {}
    for name in names:
        value = _special(context, person, name, current=current) if name in _SPECIAL else person.fields.get(name)
        if value is None:
            continue
        row[name] = print_value(context, value)
    if custom:
        for name, value in person.fields.items():
            if name.startswith(CUSTOM_PREFIX) and value is not None:
                row[name] = print_value(context, value)
    return row


_SPECIAL = frozenset(
    {"ID", "ACTIVE", "IS_ONLINE", "LAST_LOGIN", "UF_DEPARTMENT", "USER_TYPE", "TIMESTAMP_X", "LAST_ACTIVITY_DATE"}
)
_EmptyObject = dict[str, object]


def _special(context: Context, person: Person, name: str, *, current: bool) -> object:
    if name == "ID":
        return context.identifier(person.id)
    if name == "ACTIVE":
        return person.active
    if name == "IS_ONLINE":
        return "Y" if person.online else "N"
    if name == "LAST_LOGIN":
        return person.last_login or ""
    if name == "UF_DEPARTMENT":
        return print_departments(context, person)
    if name == "USER_TYPE":
        return None if current else person.user_type
    if not current:
        return _EmptyObject()
    moment = person.modified if name == "TIMESTAMP_X" else context.now
    return datetime.fromtimestamp(moment, context.switches.time_zone)


def print_departments(context: Context, person: Person) -> object:
    """``UF_DEPARTMENT`` in the shape of the person or of the portal; None leaves the key out (section 4.1)."""
    shape: str = person.shape
    if shape == "numbers" and not person.departments:
        shape = context.switches.empty_department
    if shape == "absent":
        return None
    if shape == "false":
        return False
    if shape == "empty":
        return []
    texts = shape == "strings" or not context.switches.department_numbers
    numbers: list[str | int] = [str(number) if texts else number for number in person.departments]
    if shape == "object":
        # A gap in the keys is what makes PHP print an object.
        return {str(index + 1): number for index, number in enumerate(numbers)}
    return numbers


def print_value(context: Context, value: object) -> object:
    """Moments in the server's zone, dates as shifted midnights, all else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(context.switches.time_zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return print_date(value, context.switches.time_zone, context.now)
    return value


def print_date(day: date, zone: tzinfo, now: float) -> str:
    """A calendar date as the server prints it: local midnight plus the present UTC offset, with that day's offset."""
    present = datetime.fromtimestamp(now, zone).utcoffset() or timedelta()
    wall = datetime.combine(day, clock_time()) + present
    return wall.replace(tzinfo=zone).isoformat(timespec="seconds")


def moment_of(value: FieldValue, zone: tzinfo) -> float | None:
    """A stored date or moment in Unix seconds; None for anything else."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return datetime.combine(value, clock_time(), tzinfo=zone).timestamp()
    return None
