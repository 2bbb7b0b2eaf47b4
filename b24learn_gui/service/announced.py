"""Which causes a person was told of, kept with the home: a restart of the program does not repeat them."""

import json
from collections.abc import Collection

from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal

ANNOUNCED = "announced"
"""Name of a fact: the keys, a JSON list."""


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
