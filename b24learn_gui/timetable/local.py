"""What a daily run time in UTC is on somebody's wall clock, before and after summer time begins and ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

Localise = Callable[[datetime], datetime]
"""Turns a moment into local time: `lambda moment: moment.astimezone(zone)`, or `datetime.astimezone` for the system's
own zone, which knows summer time even where no zone data base is installed."""


@dataclass(frozen=True, slots=True)
class LocalSpan:
    """From this UTC date on the run is at `time` local time, `day_shift` days (-1, 0, 1) after the UTC date."""

    first: date
    time: time
    day_shift: int


def local_spans(run: time, localise: Localise, start: date, days: int = 366) -> tuple[LocalSpan, ...]:
    """The local times of a daily UTC run time from `start` on: one span where the offset never changes."""
    spans: list[LocalSpan] = []
    for number in range(days):
        day = start + timedelta(days=number)
        local = localise(datetime.combine(day, run, UTC))
        wall, shift = local.time().replace(fold=0), (local.date() - day).days
        if not spans or (spans[-1].time, spans[-1].day_shift) != (wall, shift):
            spans.append(LocalSpan(day, wall, shift))
    return tuple(spans)
