"""When a run is due: a pure function of the run times, the ledger of occurrences and now (rule Z1).

An occurrence is one planned run, named by its moment: `2026-11-22T03:00Z`. Everything is counted in UTC, so that
summer time cannot matter. The clock is handed in and may jump: what a row of the ledger answers is never due again,
and rows that a wrong clock left in the future keep nothing else from being run.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Literal

Outcome = Literal["claimed", "done", "failed", "skipped", "interrupted"]

MISSED = "missed"
"""Reason of a skipped occurrence: a later one answered it, too."""
CATCH_UP = "catch_up"
"""Reason of a claim that came late, or that answers missed occurrences besides its own."""
PAUSED = "paused"
"""Reason of a skipped occurrence: it lay in a pause that a person asked for, and is never caught up."""
AFTER_INTERRUPTION = "after_interruption"
"""Reason of the second and last claim of an occurrence, whose first process ended without a result."""

PUNCTUAL = timedelta(minutes=5)
"""A run that begins later than this after its moment is a catch-up run."""
LOOK_BACK = timedelta(days=366)
"""Occurrences older than this are forgotten, not missed: a clock a thousand years ahead must not fill the ledger."""

CLOCK_LEEWAY = timedelta(days=1)
"""A clock set back by more than this since a pause with an end began says nothing about when that is over."""

_RUN_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The daily run times in UTC, and since when they have been in force (the last time they were saved).

    Without times nothing is ever due: that is how a schedule is switched off. What lies before `since` never counts
    as missed.
    """

    times: tuple[time, ...]
    since: datetime

    @classmethod
    def of(cls, first: str, second: str, since: datetime) -> "Schedule":
        """From `HH:MM` texts; an empty one is no time, two equal ones are one. ValueError for anything else."""
        return cls(tuple(sorted({run_time(text) for text in (first, second) if text})), _in_utc(since))


@dataclass(frozen=True, slots=True)
class Pause:
    """A person wants no scheduled run from `since` on; until `until`, or without one until he says so."""

    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether nothing may start now. A clock set back a little does not end a pause."""
        return self.until is None or self.since - CLOCK_LEEWAY <= now < self.until

    def covers(self, moment: datetime) -> bool:
        """Whether an occurrence of this moment is skipped for good."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger: the one outcome of an occurrence; `claimed` while its run is at work.

    `reason` is "", one of this module's, or whatever the run says about its end.
    """

    occurrence: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the timetable asks for now.

    `due`: the occurrence to claim. `reason`: what its claim is to carry ("", CATCH_UP or AFTER_INTERRUPTION).
    `missed`: older ones that the same run answers, oldest first. `next`: the moment of the next one after now that
    lies in no pause. `paused`: ones that lay in a pause and have no row yet, oldest first, also where nothing is due.
    """

    due: str | None
    reason: str
    missed: tuple[str, ...]
    next: datetime | None
    paused: tuple[str, ...] = ()

    @property
    def catch_up(self) -> bool:
        """Whether the due run makes up for something (and is to be shown as such)."""
        return self.reason != ""

    def rows(self) -> tuple[Entry, ...]:
        """What the ledger is to hold from now on, written together with the claim or not at all."""
        paused = (Entry(occurrence, "skipped", PAUSED) for occurrence in self.paused)
        if self.due is None:
            return tuple(paused)
        missed = (Entry(occurrence, "skipped", MISSED) for occurrence in self.missed)
        return (*paused, *missed, Entry(self.due, "claimed", self.reason))


def look(schedule: Schedule, ledger: Iterable[Entry], now: datetime, pauses: Sequence[Pause] = ()) -> Outlook:
    """What is due, what was missed and what comes next; `now` is an aware time (ValueError otherwise).

    Rows older than `LOOK_BACK`, and pauses that ended before that, may be left out.
    """
    now = _in_utc(now)
    rows = {entry.occurrence: entry for entry in ledger}
    answered = {id_ for id_, entry in rows.items() if not may_claim(entry, pauses)}
    coming = _next(schedule, answered, now, pauses)
    if not schedule.times:
        return Outlook(None, "", (), coming)
    present = occurrence_id(now)
    # Whatever lies before the latest occurrence that a run answered was answered by it; answers from a clock that was
    # ahead don't count until their time has come, and a pause answers nothing but what lies in it.
    horizon = max((id_ for id_ in answered if id_ <= present and rows[id_].reason != PAUSED), default="")
    interrupted = {id_ for id_, entry in rows.items() if entry.outcome == "interrupted" and id_ not in answered}
    named = ((occurrence_id(moment), moment) for moment in _back_from(schedule, now))
    moments = dict(takewhile(lambda each: each[0] > horizon, named))
    planned = moments.keys() - answered - interrupted
    paused = {id_ for id_ in planned if is_covered(moments[id_], pauses)}
    waiting = sorted((planned - paused) | {id_ for id_ in interrupted if horizon < id_ <= present})
    unwritten = tuple(sorted(paused - rows.keys()))
    if not waiting or any(pause.holds(now) for pause in pauses):
        return Outlook(None, "", (), coming, unwritten)
    *missed, due = waiting
    if due in interrupted:
        reason = AFTER_INTERRUPTION
    elif missed or now - moment_of(due) > PUNCTUAL:
        reason = CATCH_UP
    else:
        reason = ""
    # An interrupted occurrence has its outcome already: it is answered by this run, but not written anew.
    return Outlook(due, reason, tuple(id_ for id_ in missed if id_ not in interrupted), coming, unwritten)


def may_claim(entry: Entry | None, pauses: Sequence[Pause] = ()) -> bool:
    """Whether a run may still claim an occurrence with this row.

    Nobody has answered it; or it was only skipped under a clock that has been set back since, as missed or in a pause
    that ended before it; or its process was interrupted, the first time. (An occurrence never has two rows.)
    """
    if entry is None:
        return True
    if entry.outcome == "skipped":
        if entry.reason == PAUSED:
            return not is_covered(moment_of(entry.occurrence), pauses)
        return entry.reason == MISSED
    return entry.outcome == "interrupted" and entry.reason != AFTER_INTERRUPTION


def is_covered(moment: datetime, pauses: Iterable[Pause]) -> bool:
    """Whether an occurrence of this moment lies in one of these pauses."""
    return any(pause.covers(moment) for pause in pauses)


def interrupted(claim: Entry) -> Entry:
    """The outcome of a claim whose process no longer holds the run lock (rule Z1).

    The claim's reason is kept: by it the second interruption is known from the first.
    """
    return Entry(claim.occurrence, "interrupted", claim.reason)


def run_time(text: str) -> time:
    """`03:00` as a time; ValueError unless it is `HH:MM`."""
    found = _RUN_TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]))


def occurrence_id(moment: datetime) -> str:
    """`2026-11-22T03:00Z`; sorts as text in the order of time."""
    return f"{_in_utc(moment).isoformat()[:16]}Z"


def moment_of(occurrence: str) -> datetime:
    """The moment an occurrence's name stands for; ValueError for anything else."""
    moment = datetime.fromisoformat(occurrence)
    if moment.tzinfo is None or occurrence_id(moment) != occurrence:
        raise ValueError(occurrence)
    return moment


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


def _back_from(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    """Planned moments up to now, the latest first, as far back as they can have been missed."""
    since = schedule.since
    if since > now:
        # The clock was ahead when the times were saved: it is not known since when they are in force, so only what
        # is due right now counts.
        since = _before(now, PUNCTUAL)
    since = max(since, _before(now, LOOK_BACK))
    day = now.date()
    while day >= since.date():
        for each in reversed(schedule.times):
            moment = datetime.combine(day, each, UTC)
            if since < moment <= now:
                yield moment
        if day == date.min:
            return
        day -= timedelta(days=1)


def _before(moment: datetime, span: timedelta) -> datetime:
    beginning = datetime.min.replace(tzinfo=UTC)
    return moment - min(span, moment - beginning)


def _next(schedule: Schedule, answered: set[str], now: datetime, pauses: Sequence[Pause]) -> datetime | None:
    if any(pause.until is None for pause in pauses):
        return None
    day = now.date()
    while schedule.times:
        for each in schedule.times:
            moment = datetime.combine(day, each, UTC)
            if moment > now and occurrence_id(moment) not in answered and not is_covered(moment, pauses):
                return moment
        if day == date.max:
            break
        day += timedelta(days=1)
    return None
