"""How things stand, for whoever shows it: the tray, its notifications and the status window.

Read only and light: this is asked again and again in the process that stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from b24learn_gui.errors import Fault, SettingsInvalid, SyncError
from b24learn_gui.service.causes import (
    INTERRUPTED,
    OVERDUE,
    SETTINGS_IMPORTED,
    Cause,
    Digest,
    causes_of,
    reasons_known,
)
from b24learn_gui.service.context import Context
from b24learn_gui.service.days import DAYS, Day, days_of
from b24learn_gui.service.imported import import_mark
from b24learn_gui.service.occasions import due_now, schedule_of
from b24learn_gui.service.overdue import Freshness, freshness
from b24learn_gui.service.pausing import paused, pauses
from b24learn_gui.storage.journal import Journal, RunRecord
from b24learn_gui.storage.journal.instants import to_text
from b24learn_gui.storage.lock import is_held
from b24learn_gui.storage.settings import Settings, read_settings
from b24learn_gui.timetable.plan import Pause, look

__all__ = ["Cause", "Day", "Standing", "State", "Success", "due_now", "read_standing"]

State = Literal["setup", "fault", "paused", "attention", "ok", "off"]
"""`setup`: no settings yet. `fault`: settings or journal cannot be read. `attention`: something waits for a person, or
no run succeeded for too long. `off`: the schedule is switched off, and nothing waits."""


NOT_SET_UP = "settings_missing"


@dataclass(frozen=True, slots=True)
class Success:
    """The last sync of everything that ended 0 or 10; `finished_at` in UTC, `changed`: how many changes it wrote."""

    run: str
    finished_at: datetime
    changed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`running`: the run that holds the lock ("" where its id is not known yet). `last_success` and `next_run` in UTC.

    `last_run`: the last sync or applied undo that is not at work any more; of its summary only `people`. `next_run`
    is None where the schedule is off or paused without an end. `causes`: the most urgent first. `days`: the last 30,
    oldest first. `language`: as the settings have it.
    """

    state: State
    fault: SyncError | None = None
    running: str | None = None
    last_success: Success | None = None
    last_run: RunRecord | None = None
    next_run: datetime | None = None
    paused: Pause | None = None
    overdue: bool = False
    causes: tuple[Cause, ...] = ()
    days: tuple[Day, ...] = ()
    language: str = "system"


def read_standing(context: Context, zone: tzinfo | None = None) -> Standing:
    """Everything there is to know; `zone` (the system's, if None) decides what a day is.

    Raises nothing for a bad home: that is the state `fault`. Works while a run holds the lock.
    """
    settings: Settings | None = None
    fault: SyncError | None = None
    try:
        settings = read_settings(context.places.settings_file)
    except SyncError as error:
        fault = error
    language = settings.language if settings else "system"
    try:
        found = _look(context, settings, zone)
    except SyncError as error:
        return Standing("fault", fault if fault and fault.code != NOT_SET_UP else error, language=language)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        place = str(context.places.journal_file)
        unusable = SettingsInvalid([Fault(place, "home_unusable", {"reason": reason})], code="home_unusable")
        return Standing("fault", unusable, language=language)
    if fault is None:
        return found
    return replace(found, state="setup") if fault.code == NOT_SET_UP else replace(found, state="fault", fault=fault)


def _look(context: Context, settings: Settings | None, zone: tzinfo | None) -> Standing:
    lock = context.places.lock_file
    running = is_held(lock)
    with Journal.open_read_only(context.places.journal_file) as journal:
        last = journal.last_writer()
        # Asked again: a run that has begun since the first question has not broken off.
        unfinished = last is not None and last.finished_at is None
        running = running or (unfinished and is_held(lock))
        return _Reading(context, settings, journal, last, running=running).standing(zone)


class _Reading:
    """One look at an open journal."""

    def __init__(
        self,
        context: Context,
        settings: Settings | None,
        journal: Journal,
        last: RunRecord | None,
        *,
        running: bool,
    ) -> None:
        self._context, self._settings, self._journal = context, settings, journal
        self._now = context.now()
        self._last = last
        self._digests: dict[str, Digest | None] = {}
        self._running: str | None = None
        if running:
            self._running = last.id if last is not None and last.finished_at is None else ""

    def standing(self, zone: tzinfo | None) -> Standing:
        settings, journal = self._settings, self._journal
        ledger, known = journal.ledger(), pauses(journal)
        since = self._now - timedelta(days=DAYS + 1)
        runs = journal.writers_since(since)
        fresh = freshness(self._context, settings, journal) if settings else None
        success = fresh.success if fresh else journal.last_success()
        pause = paused(journal, self._now)
        coming = None
        if settings is not None:
            coming = look(schedule_of(self._context, settings, journal), ledger, self._now, known).next
        causes = self._causes(fresh)
        return Standing(
            _state(settings, pause, causes),
            running=self._running,
            last_success=_success(success),
            last_run=self._last_run(runs),
            next_run=coming,
            paused=pause,
            overdue=fresh is not None and fresh.overdue,
            causes=causes,
            days=days_of(runs, ledger, lambda moment: moment.astimezone(zone), self._now, self._running or ""),
            language=settings.language if settings else "system",
        )

    def _digest(self, run_id: str) -> Digest | None:
        """Unpacked once: mostly the last run and the last whole one are the same."""
        if run_id not in self._digests:
            self._digests[run_id] = self._journal.summary_as(run_id, Digest)
        return self._digests[run_id]

    def _last_run(self, runs: Sequence[RunRecord]) -> RunRecord | None:
        """With the few numbers of its summary that a sentence about it needs."""
        ended = [run for run in (self._last, *runs) if run is not None and run.id != self._running]
        if not ended:
            return None
        found = self._digest(ended[0].id)
        return ended[0] if found is None else replace(ended[0], summary={"people": found.people})

    def _causes(self, fresh: Freshness | None) -> tuple[Cause, ...]:
        """What the last whole run left, before it that a run broke off, first of all that none succeeded for long.

        Imported settings that nobody looked at stand in between: they hold the next run, whatever the last one left.
        A sync of a few people or of one portal settles nothing of that.
        """
        causes: list[Cause] = []
        if fresh is not None and fresh.overdue:
            causes.append(_overdue(fresh, self._now))
        if self._last is not None and self._last.finished_at is None and self._running is None:
            confirmed = self._journal.confirmed(self._last.id)
            undoes = {"undoes": self._last.undoes} if self._last.undoes else {}
            detail = {"changes": confirmed, **undoes}
            causes.append(Cause(INTERRUPTED, 1, self._last.id, self._last.started_at, detail, mark=self._last.id))
        imported = import_mark(self._journal) if self._settings is not None else None
        if imported is not None:
            at = datetime.fromisoformat(imported)
            causes.append(Cause(SETTINGS_IMPORTED, 1, None, at, mark=imported))
        whole = self._journal.last_whole()
        found = self._digest(whole.id) if whole is not None else None
        if whole is not None and found is not None:
            causes += causes_of(found, whole.started_at, reasons_known(self._journal, found))
        return tuple(causes)


def _overdue(fresh: Freshness, now: datetime) -> Cause:
    """The same one until a run succeeds."""
    days = (now - fresh.since) // timedelta(days=1)
    return Cause(OVERDUE, max(days, 1), None, fresh.since, {"days": days}, mark=to_text(fresh.since))


def _state(settings: Settings | None, pause: Pause | None, causes: Sequence[Cause]) -> State:
    if pause is not None and settings is not None and settings.schedule.enabled:
        return "paused"
    if causes:
        return "attention"
    return "ok" if settings is None or settings.schedule.enabled else "off"


def _success(run: RunRecord | None) -> Success | None:
    if run is None or run.finished_at is None:
        return None
    return Success(run.id, run.finished_at, sum(run.counts.values()))
