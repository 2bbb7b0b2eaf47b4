"""The occurrence a scheduled run answers: claimed once, with exactly one outcome (rule Z1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from b24learn_gui.errors import SyncError
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DONE, DOUBT, LEFT_OUT
from b24learn_gui.service.pausing import pauses
from b24learn_gui.storage.journal import SETTINGS_SAVED_AT, Journal
from b24learn_gui.storage.lock import is_held
from b24learn_gui.storage.settings import Settings, read_settings
from b24learn_gui.timetable.plan import AFTER_INTERRUPTION, CATCH_UP, Outlook, Schedule, interrupted, look

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


def claim(context: Context, settings: Settings, journal: Journal, run_id: str) -> Outlook | None:
    """The due occurrence, claimed for this run; None if there is none. Only for the holder of the run lock."""
    now = context.now()
    journal.interrupt_claims(now)
    outlook = _asked_for(schedule_of(context, settings, journal), journal, now)
    skipped = [row for row in outlook.rows() if row.outcome == "skipped"]
    if outlook.due is None:
        if skipped:
            journal.skip_occurrences(skipped, now)
        return None
    if outlook.reason == AFTER_INTERRUPTION:
        claimed = journal.claim_again(outlook.due, now, skipped)
    else:
        claimed = journal.claim_occurrence(outlook.due, run_id, now, skipped)
    return outlook if claimed else None


def due_now(context: Context) -> Outlook:
    """What the timetable asks for now: read only, and nothing while a run holds the lock or the home is unusable.

    What a process that died had claimed is due again already here: whoever runs it writes that down.
    """
    try:
        settings = read_settings(context.places.settings_file)
        with Journal.open_read_only(context.places.journal_file) as journal:
            ledger = [interrupted(row) if row.outcome == "claimed" else row for row in journal.ledger()]
            outlook = look(schedule_of(context, settings, journal), ledger, context.now(), pauses(journal))
        if outlook.due is not None and is_held(context.places.lock_file):
            return replace(outlook, due=None, reason="", missed=())
    except SyncError:
        return Outlook(None, "", (), None)
    return outlook


def _asked_for(schedule: Schedule, journal: Journal, now: datetime) -> Outlook:
    """What is due; where nothing is, the latest occurrence that nobody answered, however young the settings are."""
    ledger, paused = journal.ledger(), pauses(journal)
    outlook = look(schedule, ledger, now, paused)
    if outlook.due is not None:
        return outlook
    asked = look(_in_force(schedule, now), ledger, now, paused)
    # It was asked for, not missed.
    return replace(asked, reason="") if asked.reason == CATCH_UP else asked if asked.due else outlook


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
