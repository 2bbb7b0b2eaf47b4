"""Days and moments as people say them."""

from datetime import date, datetime, timedelta, timezone

import pytest

from b24learn_gui.text.times import day_month, in_utc, remaining_words, short_day, weekday, when, when_at
from b24learn_gui.text.words import Words

MOSCOW = timezone(timedelta(hours=3))
NOW = datetime(2026, 11, 23, 12, 48, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("days", "russian", "english"),
    [
        (0, "сегодня, 18:00", "today, 18:00"),
        (-1, "вчера, 18:00", "yesterday, 18:00"),
        (1, "завтра, 18:00", "tomorrow, 18:00"),
        (-3, "20\u00a0ноября, 18:00", "20\u00a0November, 18:00"),
        (-500, "11\u00a0июля\u00a02025, 18:00", "11\u00a0July\u00a02025, 18:00"),
    ],
)
def test_near_days_have_names_and_far_ones_a_year(days: int, russian: str, english: str) -> None:
    moment = datetime(2026, 11, 23, 18, 0, tzinfo=MOSCOW) + timedelta(days=days)
    assert when(moment, NOW, Words("ru")) == russian
    assert when(moment, NOW, Words("en")) == english


def test_inside_a_sentence_the_time_has_its_preposition() -> None:
    moment = datetime(2026, 11, 20, 6, 0, tzinfo=MOSCOW)
    assert when_at(moment, NOW, Words("ru")) == "20\u00a0ноября в\u00a006:00"
    assert when_at(NOW, NOW, Words("ru")) == "сегодня в\u00a012:48"
    assert when_at(NOW - timedelta(days=1), NOW, Words("en")) == "yesterday at 12:48"
    assert when_at(NOW + timedelta(days=1), NOW, Words("en")) == "tomorrow at 12:48"


def test_utc_is_marked() -> None:
    assert in_utc(NOW) == "09:48\u00a0UTC"


def test_every_month_and_weekday_is_said_in_russian() -> None:
    words = Words("ru")
    said = [day_month(date(2026, month, 1), words) for month in range(1, 13)]
    said += [short_day(date(2026, month, 1), words) for month in range(1, 13)]
    said += [weekday(date(2026, 11, 23) + timedelta(days=day), words) for day in range(7)]
    assert len(set(said)) >= 25
    assert not any("A" <= letter <= "z" for text in said for letter in text)


def test_what_is_still_to_come_is_never_in_no_time() -> None:
    words = Words("en")
    spans = (timedelta(), timedelta(hours=5, minutes=12), timedelta(days=2, hours=3))
    assert [remaining_words(span, words) for span in spans] == ["in 1 min", "in 5 h 12 min", "in 2 days 3 h"]
