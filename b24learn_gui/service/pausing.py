"""Pausing the timetable: a fact in the journal, honoured by every scheduled run of this home, whoever starts it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal
from b24learn_gui.timetable.plan import LOOK_BACK, Pause

PAUSES = "pauses"
"""Name of a fact: every pause that can still matter, the oldest first; only the last one can hold."""


def pause(context: Context, until: datetime | None) -> None:
    """No scheduled run from now on, until that moment or (None) until `resume`. A run at work goes on.

    Takes the place of a pause that holds. Raises `JournalUnusable` (70), ValueError for a moment without a time zone.
    """
    if until is not None and until.tzinfo is None:
        raise ValueError("a moment without a time zone")
    now = context.now()
    with Journal.open(context.places.journal_file) as journal:
        _store(journal, [*_ended(journal, now), Pause(now, until)], now)


def resume(context: Context) -> None:
    """Scheduled runs start again with the next occurrence; those that lay in the pause are never caught up.

    Raises `JournalUnusable` (70).
    """
    now = context.now()
    with Journal.open(context.places.journal_file) as journal:
        _store(journal, _ended(journal, now), now)


def paused(journal: Journal, now: datetime) -> Pause | None:
    """The pause that holds now."""
    return next((each for each in reversed(pauses(journal)) if each.holds(now)), None)


def pauses(journal: Journal) -> tuple[Pause, ...]:
    """All pauses the timetable has to know of: occurrences that lay in one are not missed."""
    fact = journal.fact(PAUSES)
    return msgspec.json.decode(fact, type=tuple[Pause, ...]) if fact else ()


def _ended(journal: Journal, now: datetime) -> list[Pause]:
    """Every pause over by now; one that a clock ahead began has never been."""
    known = (replace(each, until=now) if each.holds(now) else each for each in pauses(journal))
    return [each for each in known if each.until is not None and each.since < each.until]


def _store(journal: Journal, known: Sequence[Pause], now: datetime) -> None:
    kept = [each for each in known if each.until is None or now - each.until < LOOK_BACK]
    journal.set_fact(PAUSES, msgspec.json.encode(kept).decode())
