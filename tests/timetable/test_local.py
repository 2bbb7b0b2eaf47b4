"""Run times as people see them, with summer time both ways (incident T17)."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from b24learn_gui.timetable.local import Localise, LocalSpan, local_spans
from b24learn_gui.timetable.plan import Entry, Schedule, look

SUMMER = (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))


def berlin(moment: datetime) -> datetime:
    """Central European Time by its rule, without a zone data base."""
    summer = SUMMER[0] <= moment < SUMMER[1]
    return moment.astimezone(timezone(timedelta(hours=2 if summer else 1)))


def fixed(hours: float) -> Localise:
    return lambda moment: moment + timedelta(hours=hours)


def test_T17_a_utc_time_moves_on_the_wall_clock_with_summer_time_both_ways() -> None:
    assert local_spans(time(3), berlin, date(2026, 1, 1), 365) == (
        LocalSpan(date(2026, 1, 1), time(4), 0),
        LocalSpan(date(2026, 3, 29), time(5), 0),
        LocalSpan(date(2026, 10, 25), time(4), 0),
    )


def test_a_zone_without_summer_time_has_one_local_time() -> None:
    assert local_spans(time(3), fixed(3), date(2026, 11, 22)) == (LocalSpan(date(2026, 11, 22), time(6), 0),)


def test_the_local_day_can_be_another_one() -> None:
    assert local_spans(time(22, 30), fixed(12), date(2026, 11, 22), 1)[0].day_shift == 1
    assert local_spans(time(3), fixed(-8), date(2026, 11, 22), 1) == (LocalSpan(date(2026, 11, 22), time(19), -1),)


def test_half_hour_zones_are_shown_exactly() -> None:
    assert local_spans(time(3), fixed(5.5), date(2026, 11, 22), 1)[0].time == time(8, 30)


def test_T17_on_the_days_of_the_change_each_occurrence_is_due_exactly_once() -> None:
    schedule = Schedule.of("00:30", "01:30", datetime(2026, 10, 24, 12, tzinfo=UTC))
    ledger: list[Entry] = []
    now = datetime(2026, 10, 24, 22, tzinfo=UTC)
    while now < datetime(2026, 10, 25, 4, tzinfo=UTC):
        ledger.extend(look(schedule, ledger, berlin(now)).rows())
        now += timedelta(minutes=1)
    assert [row.occurrence for row in ledger] == ["2026-10-25T00:30Z", "2026-10-25T01:30Z"]
