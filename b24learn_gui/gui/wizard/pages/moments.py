"""How days, lengths of time and zones are said on the pages; times themselves are written `HH:MM` in both languages."""

from datetime import date, datetime, timedelta

from b24learn_gui.text.times import day_month, weekday
from b24learn_gui.text.typography import NBSP
from b24learn_gui.text.words import Words

MINUTES_OF_DAY = 24 * 60


def day_words(day: date, today: date, words: Words) -> str:
    """`today, Monday 23 November`."""
    written = f"{weekday(day, words)} {day_month(day, words)}"
    match (day - today).days:
        case 0:
            return words("today, {day}", day=written)
        case 1:
            return words("tomorrow, {day}", day=written)
        case _:
            return written


def date_words(day: date, words: Words) -> str:
    """`28 March 2027`."""
    text = f"{day_month(day, words)}{NBSP}{day.year}"
    return f"{text}{NBSP}г." if words.language == "ru" else text


def moment_words(moment: datetime, words: Words) -> str:
    """`28 March 2027, 06:00`, on the clock `moment` was localised to."""
    return f"{date_words(moment.date(), words)}, {moment:%H:%M}"


def zone_words(moment: datetime) -> str:
    """`UTC+3`, `UTC+5:30`, `UTC−4`: the offset of a localised moment."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
