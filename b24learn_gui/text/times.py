"""Days, moments and lengths of time as people say them. Moments come localised; times are `HH:MM` in both languages."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from b24learn_gui.text.language import Language
from b24learn_gui.text.typography import NBSP
from b24learn_gui.text.words import Words

_MINUTES_OF_DAY = 24 * 60
_LONG_AGO = timedelta(days=300)
"""Moments farther away than this are told with their year."""

_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "ru": (
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_SHORT_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "ru": ("янв.", "февр.", "марта", "апр.", "мая", "июня", "июля", "авг.", "сент.", "окт.", "нояб.", "дек."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
"""Names of the calendar are data of the language, as the grouping of its numbers is; no sentence is made of them."""


def day_month(day: date, words: Words) -> str:
    """`20 November`."""
    return f"{day.day}{NBSP}{_MONTHS[words.language][day.month - 1]}"


def short_day(day: date, words: Words) -> str:
    """`20 Nov`, for axes."""
    return f"{day.day}{NBSP}{_SHORT_MONTHS[words.language][day.month - 1]}"


def weekday(day: date, words: Words) -> str:
    """`Friday`."""
    return _WEEKDAYS[words.language][day.weekday()]


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
