"""What of a plan is told in figures: the ledger that closes, the tiles, and the facts below the table."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from b24learn_gui.gui.kit.ledger import Part
from b24learn_gui.gui.kit.tile import TileView
from b24learn_gui.gui.models import plan_lists
from b24learn_gui.gui.models.plan_lists import count
from b24learn_gui.gui.models.plan_rows import DEPARTMENTS, HEADS, PlanData
from b24learn_gui.gui.models.undo_rows import HELD, STAYS
from b24learn_gui.service.way_back import counted
from b24learn_gui.text.words import Words, mark

_ALWAYS = frozenset({"out_of_scope", "changed", "unchanged"})
_ATTENTION = frozenset({"conflict", "skipped", "failed", STAYS})
_COLUMNS: Mapping[str, tuple[str, str]] = {
    "out_of_scope": ("plain", mark("not chosen")),
    "changed": ("changed", mark("with a change")),
    "unchanged": ("unchanged", mark("unchanged")),
    "protected": ("protected", mark("protected")),
    "conflict": ("conflict", mark("in conflict")),
    "skipped": ("skipped", mark("skipped")),
    "failed": ("failed", mark("failed")),
}
"""Columns of the ledger: what their colour means, and how they are called in the sum, whatever the number."""


_COLUMNS_OF_UNDO: Mapping[str, tuple[str, str]] = {
    "back": ("changed", mark("taken back")),
    "as_before": ("unchanged", mark("as before already")),
    "changed_since": ("conflict", mark("changed since")),
    "protected": ("protected", mark("protected")),
}


def ledger(data: PlanData, words: Words) -> tuple[str, list[Part]]:
    """Everybody read, and the columns they stand in; of those that need a reason only where somebody does."""
    if plan_lists.is_way_back(data):
        return _ledger_of_undo(data.summary["way_back"]["people"], words)
    people = data.summary["people"]
    parts = [
        Part(people[column], words.number(people[column]), words(noun), meaning)
        for column, (meaning, noun) in _COLUMNS.items()
        if people[column] or column in _ALWAYS
    ]
    return words.number(people["read"]), parts


def _ledger_of_undo(people: Mapping[str, int], words: Words) -> tuple[str, list[Part]]:
    """Everybody whom the run had changed."""
    parts = [
        Part(people[column], words.number(people[column]), words(noun), meaning)
        for column, (meaning, noun) in _COLUMNS_OF_UNDO.items()
        if people[column] or column == "back"
    ]
    return words.plural("{n} person changed by that run", "{n} people changed by that run", people["changed"]), parts


def tiles(data: PlanData, words: Words) -> list[TileView]:
    """One for each kind of change and column of the ledger, zeros included."""
    return [
        TileView(
            key,
            icon,
            words(name),
            words.number(count(data, key)),
            zero=not count(data, key),
            attention=key in _ATTENTION and bool(count(data, key)),
        )
        for key, (icon, name) in plan_lists.tiles(data).items()
        if key != "failed" or count(data, key)
    ]


def heading(data: PlanData, tile: str, words: Words) -> str:
    """`Change: 118 people`."""
    number = count(data, tile)
    if tile == HELD:
        people = words.plural("{n} person or department", "{n} people and departments", number)
        return words("{name}: {people}", name=words("Held afterwards"), people=people)
    if tile in {DEPARTMENTS, HEADS}:
        name = words("Departments in Learn") if tile == DEPARTMENTS else words("Department heads")
        return words("{name}: {people}", name=name, people=words.plural("{n} change", "{n} changes", number))
    people = words.plural("{n} person", "{n} people", number)
    return words("{name}: {people}", name=words(plan_lists.tiles(data)[tile][1]), people=people)


class Fact(NamedTuple):
    """What is worth knowing besides the table; `attention`: somebody waits for it."""

    icon: str
    sentence: str
    attention: bool = False


def facts(data: PlanData, free_seats: int | None, words: Words) -> Iterator[Fact]:
    """Seats where Learn tells them, and letters."""
    if plan_lists.is_way_back(data):
        yield from _facts_of_undo(data.summary["way_back"]["stays"], words)
        return
    counts = data.summary["counts"]
    seats = counts["user.create"] + counts["user.reactivate"]
    if free_seats is not None and seats > free_seats:
        needed = words("Needs {seats} seats, {free} are free: the others wait", seats=seats, free=free_seats)
        yield Fact("learn", needed, attention=True)
    elif free_seats is not None and seats:
        taken = words.plural(
            "Takes {seats} of {n} free seat, {left} left",
            "Takes {seats} of {n} free seats, {left} left",
            free_seats,
            seats=seats,
            left=free_seats - seats,
        )
        yield Fact("learn", taken)
    letters = data.summary["letters"]
    sent = words.plural("{n} letter goes out", "{n} letters go out", letters) if letters else words("No letters")
    yield Fact("mail", sent)


def _facts_of_undo(stays: Mapping[str, Any], words: Words) -> Iterator[Fact]:
    """What the run created and an undo leaves (rule U2)."""
    accounts, departments = stays["accounts"], [str(each["name"]) for each in stays["departments"]]
    if accounts:
        said = words.plural(
            "{n} account that the run created stays, inactive",
            "{n} accounts that the run created stay, inactive",
            accounts,
        )
        yield Fact("learn", said[:1].upper() + said[1:])
    if departments:
        said = words.plural(
            "{n} department that the run created stays, empty: {names}",
            "{n} departments that the run created stay, empty: {names}",
            len(departments),
            names=words.listed(departments, at_most=3),
        )
        yield Fact("department", said[:1].upper() + said[1:])


def lists(data: PlanData, words: Words) -> Iterator[tuple[str, str, str]]:
    """(list, icon, sentence): what happens besides people, to be looked at in the table, too."""
    counts = data.summary["counts"]
    made, others = counts["department.create"], data.count(DEPARTMENTS) - counts["department.create"]
    told = [
        *((words.plural("Creates {n} department in Learn", "Creates {n} departments in Learn", made),) if made else ()),
        *(
            (words.plural("Changes {n} department in Learn", "Changes {n} departments in Learn", others),)
            if others
            else ()
        ),
    ]
    if told:
        yield DEPARTMENTS, "department", " · ".join(told)
    if data.count(HEADS):
        yield HEADS, "person-head", words.plural("{n} head changes", "{n} heads change", data.count(HEADS))
    if plan_lists.is_way_back(data) and count(data, HELD):
        way = data.summary["way_back"]
        who = counted(len(way["holds"]), len(way["held_departments"]), words)
        yield HELD, "pause", words("Held afterwards: {who}", who=who)
