"""Until when a pause may last: moments that a person names by themselves."""

from collections.abc import Callable
from datetime import datetime, timedelta

from b24learn_gui.storage.settings import ScheduleSettings
from b24learn_gui.timetable.plan import Schedule, look

_MOST_RUNS = 6
"""More than the runs of two days."""


def in_an_hour(now: datetime) -> datetime:
    """The full minute in an hour."""
    return (now + timedelta(hours=1)).replace(second=0, microsecond=0)


def first_run_tomorrow(
    times: ScheduleSettings, now: datetime, localise: Callable[[datetime], datetime]
) -> datetime | None:
    """The first run on tomorrow's date of the person's clock, in UTC; None while the schedule is off."""
    if not times.enabled:
        return None
    schedule = Schedule.of(times.first_run_utc, times.second_run_utc, now)
    today, moment = localise(now).date(), now
    for _ in range(_MOST_RUNS):
        coming = look(schedule, (), moment).next
        if coming is None:
            return None
        if localise(coming).date() > today:
            return coming
        moment = coming
    return None
