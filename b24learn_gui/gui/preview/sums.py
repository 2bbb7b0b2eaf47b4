"""What of a plan is told in figures: the ledger that closes, the tiles, and the facts below the table."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from b24learn_gui.gui.kit.ledger import Part
from b24learn_gui.gui.kit.tile import TileView
from b24learn_gui.gui.models.plan_rows import DEPARTMENTS, HEADS, TILES, PlanData
from b24learn_gui.text.words import Words, mark

_ALWAYS = frozenset({"out_of_scope", "changed", "unchanged"})
_ATTENTION = frozenset({"conflict", "skipped", "failed"})
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


def ledger(data: PlanData, words: Words) -> tuple[str, list[Part]]:
    """Everybody read, and the columns they stand in; of those that need a reason only where somebody does."""
    people = data.summary["people"]
    parts = [
        Part(people[column], words.number(people[column]), words(noun), meaning)
        for column, (meaning, noun) in _COLUMNS.items()
        if people[column] or column in _ALWAYS
    ]
    return words.number(people["read"]), parts


def tiles(data: PlanData, words: Words) -> list[TileView]:
    """One for each kind of change and column of the ledger, zeros included."""
    return [
        TileView(
            key,
            icon,
            words(name),
            words.number(data.count(key)),
            zero=not data.count(key),
            attention=key in _ATTENTION and bool(data.count(key)),
        )
        for key, (icon, name) in TILES.items()
        if key != "failed" or data.count(key)
    ]


def heading(data: PlanData, tile: str, words: Words) -> str:
    """`Change: 118 people`."""
    number = data.count(tile)
    if tile in {DEPARTMENTS, HEADS}:
        name = words("Departments in Learn") if tile == DEPARTMENTS else words("Department heads")
        return words("{name}: {people}", name=name, people=words.plural("{n} change", "{n} changes", number))
    people = words.plural("{n} person", "{n} people", number)
    return words("{name}: {people}", name=words(TILES[tile][1]), people=people)


class Fact(NamedTuple):
    """What is worth knowing besides the table; `attention`: somebody waits for it."""

    icon: str
    sentence: str
    attention: bool = False


def facts(data: PlanData, free_seats: int | None, words: Words) -> Iterator[Fact]:
    """Seats where Learn tells them, and letters."""
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
