"""The occurrence a scheduled run answers: claimed once, with exactly one outcome (rule Z1)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DONE, DOUBT, LEFT_OUT
from b24learn_gui.storage.journal import INTERRUPTED, SETTINGS_SAVED_AT, Journal, Occurrence
from b24learn_gui.storage.settings import Settings
from b24learn_gui.timetable.plan import AFTER_INTERRUPTION, CATCH_UP, Entry, Outcome, Outlook, Schedule, look

CAUGHT_UP = "caught_up"
"""Name of a fact: the latest interrupted occurrence that got its one catch-up run."""

_GOOD = frozenset({DONE, LEFT_OUT, DOUBT})


def schedule_of(context: Context, settings: Settings, journal: Journal) -> Schedule:
    """The timetable as it stands; switched off it has no times."""
    times = settings.schedule
    if not times.enabled:
        return Schedule((), saved_at(context, journal))
    return Schedule.of(times.first_run_utc, times.second_run_utc, saved_at(context, journal))


def saved_at(context: Context, journal: Journal) -> datetime:
    """When the settings were saved last: by this program, or by hand where the file is younger."""
    moments = [datetime.fromtimestamp(0, UTC)]
    fact = journal.fact(SETTINGS_SAVED_AT)
    if fact:
        moments.append(datetime.fromisoformat(fact))
    try:
        moments.append(datetime.fromtimestamp(context.places.settings_file.stat().st_mtime, UTC))
    except OSError:
        return max(moments)
    return max(moments)


def entries(occurrences: Iterable[Occurrence], caught_up: str) -> list[Entry]:
    """The journal's ledger as the timetable reads it."""
    found = []
    for each in occurrences:
        if each.outcome is None:
            found.append(Entry(each.occurrence, "claimed"))
        elif each.outcome == INTERRUPTED and each.occurrence <= caught_up:
            found.append(Entry(each.occurrence, "interrupted", AFTER_INTERRUPTION))
        else:
            found.append(Entry(each.occurrence, cast("Outcome", each.outcome), each.reason))
    return found


def claim(context: Context, settings: Settings, journal: Journal, run_id: str) -> Outlook | None:
    """The due occurrence, claimed for this run; None if there is none. Only for the holder of the run lock."""
    now = context.now()
    journal.interrupt_claims(now)
    caught_up = journal.fact(CAUGHT_UP) or ""
    ledger = entries(journal.occurrences(), caught_up)
    schedule = schedule_of(context, settings, journal)
    outlook = look(schedule, ledger, now)
    if outlook.due is None:
        outlook = look(_in_force(schedule, now), ledger, now)
        if outlook.reason == CATCH_UP:  # it was asked for, not missed
            outlook = replace(outlook, reason="")
    if outlook.due is None:
        return None
    if outlook.reason == AFTER_INTERRUPTION:
        journal.set_fact(CAUGHT_UP, outlook.due)  # its row has its outcome and keeps it
    elif not journal.claim_occurrence(outlook.due, run_id, now):
        return None
    for row in outlook.rows():
        if row.outcome == "skipped":
            journal.answer_occurrence(row.occurrence, row.outcome, now, row.reason)
    return outlook


def _in_force(schedule: Schedule, now: datetime) -> Schedule:
    """The same times as if they had been in force at the latest of them, where nothing is due otherwise.

    Whoever asks for the scheduled run gets it (Z1), also when the settings are younger than its time. Nothing older
    counts as missed by that.
    """
    days = (now.date(), now.date() - timedelta(days=1))
    moments = [datetime.combine(day, each, UTC) for each in schedule.times for day in days]
    latest = max((moment for moment in moments if moment <= now), default=None)
    return schedule if latest is None else replace(schedule, since=latest - timedelta(minutes=1))


def answer(context: Context, journal: Journal, outlook: Outlook, exit_code: int) -> None:
    """Close the claim with what came of its run."""
    if outlook.due is not None and outlook.reason != AFTER_INTERRUPTION:
        outcome = "done" if exit_code in _GOOD else "failed"
        reason = outlook.reason if exit_code in _GOOD else f"exit_{exit_code}"
        journal.answer_occurrence(outlook.due, outcome, context.now(), reason)
