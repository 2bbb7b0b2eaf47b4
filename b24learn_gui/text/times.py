"""Days, moments and lengths of time as people say them. Moments come localised; times are `HH:MM` in both languages."""

from datetime import UTC, date, datetime, timedelta

from b24learn_gui.text.typography import NBSP
from b24learn_gui.text.words import Words, mark

_MINUTES_OF_DAY = 24 * 60
_LONG_AGO = timedelta(days=300)
"""Moments farther away than this are told with their year."""

_MONTHS = (
    mark("{day} January"),
    mark("{day} February"),
    mark("{day} March"),
    mark("{day} April"),
    mark("{day} May"),
    mark("{day} June"),
    mark("{day} July"),
    mark("{day} August"),
    mark("{day} September"),
    mark("{day} October"),
    mark("{day} November"),
    mark("{day} December"),
)
_SHORT_MONTHS = (
    mark("{day} Jan"),
    mark("{day} Feb"),
    mark("{day} Mar"),
    mark("{day} Apr"),
    mark("{day} May"),
    mark("{day} Jun"),
    mark("{day} Jul"),
    mark("{day} Aug"),
    mark("{day} Sep"),
    mark("{day} Oct"),
    mark("{day} Nov"),
    mark("{day} Dec"),
)
_WEEKDAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)


def day_month(day: date, words: Words) -> str:
    """`20 November`."""
    return words(_MONTHS[day.month - 1], day=day.day).replace(" ", NBSP)


def short_day(day: date, words: Words) -> str:
    """`20 Nov`, for axes."""
    return words(_SHORT_MONTHS[day.month - 1], day=day.day).replace(" ", NBSP)


def weekday(day: date, words: Words) -> str:
    """`Friday`."""
    return words(_WEEKDAYS[day.weekday()])


def when(moment: datetime, now: datetime, words: Words) -> str:
    """`today, 18:00`, `yesterday, 06:00`, `20 November, 18:00`: for figures. Both on the same clock."""
    time = f"{moment:%H:%M}"
    match (moment.date() - now.date()).days:
        case 0:
            return words("today, {time}", time=time)
        case -1:
            return words("yesterday, {time}", time=time)
        case 1:
            return words("tomorrow, {time}", time=time)
        case _:
            return f"{_far_day(moment, now, words)}, {time}"


def when_at(moment: datetime, now: datetime, words: Words) -> str:
    """`today at 18:00`, `20 November at 18:00`: inside a sentence."""
    time = f"{moment:%H:%M}"
    match (moment.date() - now.date()).days:
        case 0:
            return words("today at {time}", time=time)
        case -1:
            return words("yesterday at {time}", time=time)
        case 1:
            return words("tomorrow at {time}", time=time)
        case _:
            return words("{day} at {time}", day=_far_day(moment, now, words), time=time)


def in_utc(moment: datetime) -> str:
    """`15:00 UTC`."""
    return f"{moment.astimezone(UTC):%H:%M}{NBSP}UTC"


def remaining_words(span: timedelta, words: Words) -> str:
    """`in 5 h 12 min`; minutes are rounded up, so that what is still to come is never in 0 minutes."""
    minutes = max(1, -(-round(span.total_seconds()) // 60))
    if minutes < 60:
        return words("in {minutes} min", minutes=minutes)
    if minutes < _MINUTES_OF_DAY:
        return words("in {hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    days, rest = divmod(minutes, _MINUTES_OF_DAY)
    return words.plural("in {n} day {hours} h", "in {n} days {hours} h", days, hours=rest // 60)


def _far_day(moment: datetime, now: datetime, words: Words) -> str:
    day = day_month(moment.date(), words)
    return day if abs(moment - now) < _LONG_AGO else f"{day}{NBSP}{moment.year}"
