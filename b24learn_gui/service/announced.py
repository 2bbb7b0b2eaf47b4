"""Which causes a person was told of, and which were put off, kept with the home: a restart does not repeat them."""

import json
from collections.abc import Collection, Mapping
from datetime import date

from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal

ANNOUNCED = "announced"
"""Name of a fact: the keys, a JSON list."""
PUT_OFF = "put_off"
"""Name of a fact: a JSON object, the keys with the day they were put off."""


def announced(context: Context) -> frozenset[str]:
    """The keys told so far. Raises `JournalUnusable` (70)."""
    with Journal.open_read_only(context.places.journal_file) as journal:
        fact = journal.fact(ANNOUNCED)
    try:
        known = json.loads(fact or "[]")
    except ValueError:
        return frozenset()
    return frozenset(key for key in known if isinstance(key, str)) if isinstance(known, list) else frozenset()


def remember_announced(context: Context, keys: Collection[str]) -> None:
    """Exactly these count as told. Raises `JournalUnusable` (70)."""
    with Journal.open(context.places.journal_file) as journal:
        journal.set_fact(ANNOUNCED, json.dumps(sorted(keys)))


def put_off(context: Context) -> dict[str, date]:
    """The causes nobody wants to hear of before tomorrow, by key, with the day (of this computer's clock) that was
    said. Raises `JournalUnusable` (70).
    """
    with Journal.open_read_only(context.places.journal_file) as journal:
        fact = journal.fact(PUT_OFF)
    try:
        known = json.loads(fact or "{}")
        return {str(key): date.fromisoformat(day) for key, day in known.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def remember_put_off(context: Context, days: Mapping[str, date]) -> None:
    """Exactly these are put off. Raises `JournalUnusable` (70)."""
    with Journal.open(context.places.journal_file) as journal:
        journal.set_fact(PUT_OFF, json.dumps({key: day.isoformat() for key, day in days.items()}))
