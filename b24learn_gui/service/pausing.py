"""Pausing the timetable: a fact in the journal, honoured by every scheduled run of this home, whoever starts it."""

import json
from datetime import UTC, datetime

from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal
from b24learn_gui.timetable.plan import Pause

PAUSE = "pause"
"""Name of a fact: `{"since", "until"}`; empty when resumed."""


def pause(context: Context, until: datetime | None) -> None:
    """No scheduled run from now on, until that moment or (None) until `resume`. A run at work goes on."""
    since = context.now()
    plain = {"since": _text(since), "until": None if until is None else _text(until)}
    with Journal.open(context.places.journal_file) as journal:
        journal.set_fact(PAUSE, json.dumps(plain))


def resume(context: Context) -> None:
    """Scheduled runs start again with the next occurrence; those that lay in the pause are not caught up."""
    with Journal.open(context.places.journal_file) as journal:
        journal.set_fact(PAUSE, "")


def paused(journal: Journal) -> Pause | None:
    """The latest pause that nobody ended, over or not (`Pause.holds` tells)."""
    fact = journal.fact(PAUSE)
    if not fact:
        return None
    plain = json.loads(fact)
    until = plain["until"]
    return Pause(datetime.fromisoformat(plain["since"]), None if until is None else datetime.fromisoformat(until))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
