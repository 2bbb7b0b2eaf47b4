"""Where things of the chart of days stand: its scale, its labels, its gaps. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from b24learn_gui.service.standing import Day
from b24learn_gui.text.times import short_day
from b24learn_gui.text.words import Words

_LEAST_TOP = 4
_STEPS = (1, 2, 4, 6, 8, 10)
_QUIET_START = 3
"""A longer gap at the beginning is the time before the first run, not one run after another that was missed."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a run from `first` to `last`, both included. `quiet`: nothing is missed there."""

    first: int
    last: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A word below the slot of a day; of labels that do not fit beside each other the lower `rank` stays."""

    place: int
    text: str
    rank: int


def scale_top(days: Sequence[Day]) -> int:
    """The round, even number at the top of the scale."""
    most = max((day.changed + day.deactivated for day in days), default=0)
    unit = 1
    while True:
        for step in _STEPS:
            top = step * unit
            if top >= max(most, _LEAST_TOP) and top % 2 == 0:
                return top
        unit *= 10


def gaps(days: Sequence[Day]) -> tuple[Gap, ...]:
    """Every stretch of days without a run."""
    found: list[Gap] = []
    first: int | None = None
    for place, runs in enumerate([*(day.runs for day in days), 1]):
        if not runs and first is None:
            first = place
        elif runs and first is not None:
            found.append(Gap(first, place - 1, quiet=first == 0 and place > _QUIET_START))
            first = None
    return tuple(found)


def labels(days: Sequence[Day], words: Words) -> tuple[Label, ...]:
    """Today, the first day and those of a month with its name, Mondays with their number."""
    found = []
    for place, day in enumerate(days):
        if place == len(days) - 1:
            found.append(Label(place, words("today"), 0))
        elif place == 0 or day.date.day == 1:
            found.append(Label(place, short_day(day.date, words), 1))
        elif day.date.weekday() == 0:
            found.append(Label(place, str(day.date.day), 2))
    return tuple(sorted(found, key=lambda label: (label.rank, label.place)))
