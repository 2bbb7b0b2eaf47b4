"""Whether no run succeeded for too long (INTERFACE: exit code 90; incident T25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from b24learn_gui.service.context import Context
from b24learn_gui.service.occasions import saved_at
from b24learn_gui.service.pausing import pauses
from b24learn_gui.storage.journal import Journal, RunRecord
from b24learn_gui.storage.settings import Settings
from b24learn_gui.timetable.plan import CLOCK_LEEWAY, Pause


@dataclass(frozen=True, slots=True)
class Freshness:
    """`success`: the last one. `since`: the moment the hours count from. `overdue`: there are too many of them."""

    success: RunRecord | None
    since: datetime
    overdue: bool


def freshness(context: Context, settings: Settings, journal: Journal) -> Freshness:
    """Counted from the last success, before the first one from saving the settings; never while the schedule is off.

    Somebody who says when a pause ends does not want to be woken before its end; so the hours count from there. A
    pause without an end is one that may have been forgotten: it changes nothing until it is ended.
    """
    success, now = journal.last_success(), context.now()
    since = success.finished_at if success and success.finished_at else saved_at(context, journal)
    counted = max([since, *_ends(pauses(journal), now)])
    late = now - counted > timedelta(hours=settings.alerts.overdue_hours)
    return Freshness(success, since, overdue=settings.schedule.enabled and late)


def _ends(known: Sequence[Pause], now: datetime) -> list[datetime]:
    """When pauses ended or will end, except those begun under a clock that was far ahead."""
    return [each.until for each in known if each.until is not None and each.since - CLOCK_LEEWAY <= now]
