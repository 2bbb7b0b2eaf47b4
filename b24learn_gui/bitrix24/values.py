"""Every value of a row, in whatever shape it comes, as the model wants it (contract bitrix24-rest.md 3.1, 4.1)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from b24learn_gui.company.model import Department, Employee

T = TypeVar("T")

CALENDAR_DATES = frozenset({"DATE_REGISTER", "PERSONAL_BIRTHDAY", "UF_EMPLOYMENT_DATE"})
"""Fields that hold a day, printed as a moment."""

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d):\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")


class Malformed(ValueError):
    """A value that decides what happens to the row cannot be read; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def to_id(value: object) -> int | None:
    """A positive whole number given as number or digits; None for everything else, zero and true included."""
    if isinstance(value, str):
        digits = value.strip()
        value = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def to_flag(value: object) -> bool | None:
    """Booleans of the API (`true`, `"Y"`, `"1"` …); None where it is no boolean."""
    if isinstance(value, bool):
        return value
    folded = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    return {"y": True, "true": True, "1": True, "n": False, "false": False, "0": False}.get(folded)


def to_text(value: object) -> str:
    """Text as received; numbers in digits, lists joined by a comma; empty for objects and for nothing."""
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, list):
        return ", ".join(text for text in map(to_text, value) if text)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def to_date(value: object) -> str:
    """The calendar day of a moment that means one: `1990-05-06T03:00:00+04:00` is 1990-05-06.

    The server prints local midnight plus its present offset. The printed day counts, one more if the printed hour
    is 15 or later, or 12 to 14 with an offset west of Greenwich (contract 4.1). What is no moment stays as it is.
    """
    text = to_text(value)
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return text
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return text
    hour, west = int(found[2]), (found[3] or "").startswith("-")
    return (day + timedelta(days=1) if hour >= 15 or (hour >= 12 and west) else day).isoformat()


def to_departments(value: object) -> tuple[int, ...]:
    """`UF_DEPARTMENT` in all its shapes, in its order, each once. Raises `Malformed`."""
    if isinstance(value, Mapping):
        items: Iterable[object] = value.values()
    elif isinstance(value, list):
        items = value
    else:
        items = [value]
    found: dict[int, None] = {}
    for item in items:
        if item is None or item is False or item in ("", "0", 0):
            continue
        number = to_id(item)
        if number is None:
            raise Malformed("UF_DEPARTMENT")
        found[number] = None
    return tuple(found)


class Rows:
    """Rows of one reading. Texts and department lists that repeat are kept once: companies grow to 100,000 people."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = tuple(sorted({name.upper() for name in wanted}))
        self._shared: dict[object, object] = {}

    def employee(self, row: Mapping[str, object]) -> tuple[Employee, str | None]:
        """A person, and the name of the field that makes him doubtful: then he is given as inactive.

        An unreadable text is left out: it costs a field, not the person. The caller has seen to `ID`.
        """
        doubtful: str | None = None
        active = to_flag(row.get("ACTIVE"))
        if active is None:
            doubtful = "ACTIVE"
        try:
            departments = to_departments(row.get("UF_DEPARTMENT"))
        except Malformed as error:
            doubtful, departments = error.field, ()
        kind = to_text(row.get("USER_TYPE")).strip().lower() or "employee"
        values: dict[str, str] = {}
        for name in self._wanted:
            text = to_date(row.get(name)) if name in CALENDAR_DATES else to_text(row.get(name))
            if name == "EMAIL":
                text = text.strip()
            if text:
                values[name] = self._once(text)
        person = Employee(
            id=to_id(row.get("ID")) or 0,
            active=bool(active) and doubtful is None,
            departments=self._once(departments),
            values=values,
            kind=self._once(kind),
        )
        return person, doubtful

    def department(self, row: Mapping[str, object]) -> tuple[Department, str | None]:
        """A department, and the name of the field that makes it doubtful. The caller has seen to `ID`."""
        name = row.get("NAME")
        sort = row.get("SORT")
        found = Department(
            id=to_id(row.get("ID")) or 0,
            name=name if isinstance(name, str) else to_text(name),
            parent=to_id(row.get("PARENT")),
            head=to_id(row.get("UF_HEAD")),
            sort=500 if sort is None else to_id(sort) or 0,
        )
        return found, "NAME" if name is not None and not isinstance(name, (str, int)) else None

    def _once(self, value: T) -> T:
        return self._shared.setdefault(value, value)  # type: ignore[return-value]
