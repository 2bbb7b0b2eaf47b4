"""The filter of ``user.get`` and ``user.search``: operators in names, loose values, silent drops (section 4.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from b24learn_gui.demo.bitrix24 import fields
from b24learn_gui.demo.bitrix24.php import Array, Value, intval, items, text, truthy
from b24learn_gui.demo.bitrix24.refusals import Refusal
from b24learn_gui.demo.bitrix24.world import Person, World

Test = Callable[[Person], bool]

_NAME = re.compile(r"([^A-Za-z0-9_]{0,2})(.*)", re.DOTALL)
_OPERATORS = frozenset({"", "=", "!=", "!", ">", ">=", "<", "<=", "@", "!@", "%", "=%", "%=", "!%"})
_ORDERING: dict[str, Callable[[float, float], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}
_NEGATIVE = frozenset({"!", "!=", "!@", "!%"})
_PORTAL_FORMATS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y")
_NEVER: Test = lambda _person: False  # noqa: E731 - a constant of the same type as the built tests


@dataclass(frozen=True, slots=True)
class UserFilter:
    """A filter ready to use: ids in ``after`` < id < ``before``, and every test.

    ``key`` tells two filters apart but for the bounds, so that a chain of pages is filtered once.
    """

    after: int
    before: int | None
    tests: tuple[Test, ...]
    key: tuple[tuple[str, str], ...]

    def accepts(self, person: Person) -> bool:
        return all(test(person) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the portal allows: standard names by scope, extra names by method, and how it reads dates."""

    names: frozenset[str]
    custom: bool
    search: bool
    iso_dates: Literal["read", "nothing", "error"]
    zone: tzinfo
    world: World


def build(given: Array, rules: Rules) -> UserFilter:
    """Reads a filter; names nobody knows or the scope does not open are dropped without a word."""
    after, before = 0, None
    tests: list[Test] = []
    key: list[tuple[str, str]] = []
    for raw, value in given.items():
        found = _NAME.fullmatch(str(raw))
        if found is None:
            continue
        operator, name = found[1], found[2].upper()
        if operator not in _OPERATORS:
            continue
        if name == "ID" and operator in _ORDERING:
            bound = _bound(value)
            if bound is None:
                tests.append(_NEVER)
                key.append((operator + name, "nothing"))
            elif operator.startswith(">"):
                after = max(after, bound if operator == ">" else bound - 1)
            else:
                limit = bound if operator == "<" else bound + 1
                before = limit if before is None else min(before, limit)
            continue
        test = _test(operator, name, value, rules)
        if test is not None:
            tests.append(test)
            key.append((operator + name, repr(value)))
    return UserFilter(after, before, tuple(tests), tuple(key))


def _bound(value: Value) -> int | None:
    """The number ``>ID`` and its like compare with: element 0 of a list, 0 for an empty one, None for nothing."""
    if not isinstance(value, dict):
        return intval(value)
    if not value:
        return 0
    return intval(value[0]) if 0 in value else None


def _test(operator: str, name: str, value: Value, rules: Rules) -> Test | None:
    if rules.search and name in _SEARCH:
        found = _SEARCH[name](value, rules.world)
        return (lambda person: not found(person)) if operator in _NEGATIVE else found
    if name in _EXTRA:
        return _EXTRA[name](value)
    if name not in rules.names and not (rules.custom and name.startswith(fields.CUSTOM_PREFIX)):
        return None
    if name == "ID":
        return _id_test(operator, value)
    if name == "ACTIVE":
        wanted = flag(value)
        return lambda person: person.active == wanted
    if name == "IS_ONLINE":
        online = flag(value)
        return lambda person: person.online == online
    if name == "USER_TYPE":
        types = frozenset(text(item) for item in items(value))
        return lambda person: person.user_type in types
    if name == "UF_DEPARTMENT":
        return _department_test(operator, value)
    if name in fields.DATE_FIELDS or name in fields.MOMENT_FIELDS:
        return _date_test(operator, name, value, rules)
    return _text_test(operator, name, value)


def flag(value: Value) -> bool:
    """The rule for ``ACTIVE`` and ``IS_ONLINE``: "N" and PHP's falsehoods mean no; the text "false" means yes."""
    return truthy(value) and value != "N"


def _id_test(operator: str, value: Value) -> Test:
    numbers = frozenset([intval(item) for item in items(value)] or [0])
    if operator in _NEGATIVE:
        return lambda person: person.id not in numbers
    return lambda person: person.id in numbers


def _department_test(operator: str, value: Value) -> Test:
    """Direct members only."""
    if not isinstance(value, dict) and not truthy(value):
        return lambda person: bool(person.departments) == (operator in _NEGATIVE)
    numbers = [intval(item) for item in items(value)]
    if operator in _ORDERING:
        compare = _ORDERING[operator]
        return lambda person: any(compare(own, number) for own in person.departments for number in numbers[:1])
    wanted = frozenset(numbers)
    if operator in _NEGATIVE:
        return lambda person: wanted.isdisjoint(person.departments)
    return lambda person: not wanted.isdisjoint(person.departments)


def _date_test(operator: str, name: str, value: Value, rules: Rules) -> Test:
    wanted = _read_moment(text(value), rules)
    if wanted is None:
        return _NEVER

    def stored(person: Person) -> float | None:
        if name == "TIMESTAMP_X":
            return person.modified
        if name == "LAST_LOGIN":
            return fields.moment_of(person.last_login, rules.zone)
        return fields.moment_of(person.fields.get(name), rules.zone)

    compare = _ORDERING.get(operator)
    if compare is None:
        return lambda person: (stored(person) == wanted) != (operator in _NEGATIVE)

    def ordered(person: Person) -> bool:
        moment = stored(person)
        return moment is not None and compare(moment, wanted)

    return ordered


def _read_moment(given: str, rules: Rules) -> float | None:
    for form in _PORTAL_FORMATS:
        try:
            return datetime.strptime(given, form).replace(tzinfo=rules.zone).timestamp()
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        return None
    if rules.iso_dates == "error":
        raise Refusal("ERROR_CORE", 500, "SQL query error!")
    if rules.iso_dates == "nothing":
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=rules.zone)).timestamp()


def _text_test(operator: str, name: str, value: Value) -> Test:
    """Text compares without case, as the database's collation does; a NULL counts as an empty text."""
    wanted = [text(item) for item in items(value)] or [""]
    if operator in _ORDERING:
        edge = wanted[0].casefold()
        sign = operator[0] == ">"
        equal = operator.endswith("=")
        return lambda person: (
            (column(person, name) == edge and equal)
            or (column(person, name) != edge and (column(person, name) > edge) == sign)
        )
    if operator in ("%", "!%"):
        parts = [item.casefold() for item in wanted]
        return lambda person: any(part in column(person, name) for part in parts) != (operator == "!%")
    if operator in ("", "!", "=%", "%="):
        patterns = [like(item) for item in wanted]
        return lambda person: any(match(column(person, name)) for match in patterns) != (operator == "!")
    exact = frozenset(item.casefold() for item in wanted)
    return lambda person: (column(person, name) in exact) != (operator in _NEGATIVE)


def column(person: Person, name: str) -> str:
    value = person.fields.get(name)
    if isinstance(value, list):
        return " ".join(str(item) for item in value).casefold()
    return "" if value is None else str(value).casefold()


def like(pattern: str) -> Callable[[str], bool]:
    """SQL LIKE over text that is case-folded already: "%" stands for anything, "_" for one character."""
    folded = pattern.casefold()
    if "%" not in folded and "_" not in folded:
        return folded.__eq__
    regex = re.compile("".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in folded), re.DOTALL)
    return lambda given: regex.fullmatch(given) is not None


def _words(value: Value, names: Sequence[str]) -> Test:
    wanted = text(value).casefold().split()
    return lambda person: all(any(word in column(person, name) for name in names) for word in wanted)


_NAMES = ("NAME", "LAST_NAME", "SECOND_NAME")
_EXTRA: dict[str, Callable[[Value], Test]] = {
    "NAME_SEARCH": lambda value: _words(value, _NAMES),
    "HAS_DEPARTAMENT": lambda value: lambda person: bool(person.departments) or value != "Y",
    "EXTERNAL_AUTH_ID": lambda value: lambda person: person.external_auth == text(value),
}


def _in_department_named(value: Value, world: World) -> Test:
    match = like(f"%{text(value)}%")
    numbers = frozenset(node.id for node in world.departments.values() if match(node.name.casefold()))
    return lambda person: not numbers.isdisjoint(person.departments)


_SEARCH: dict[str, Callable[[Value, World], Test]] = {
    "FIND": lambda value, _world: _words(value, (*_NAMES, "WORK_POSITION", "EMAIL")),
    "UF_DEPARTMENT_NAME": _in_department_named,
    "CONFIRM_CODE": lambda value, _world: lambda person: person.confirm_code == ("" if value == "0" else text(value)),
}
