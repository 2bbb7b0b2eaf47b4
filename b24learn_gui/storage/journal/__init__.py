"""The program's state between runs: `journal.db`, SQLite. What the planner needs of it is `sync.memory.Memory`."""

from b24learn_gui.storage.journal.diary import JournalDiary
from b24learn_gui.storage.journal.journal import API_BASE, SETTINGS_IMPORTED, SETTINGS_SAVED_AT, Journal
from b24learn_gui.storage.journal.occurrences import INTERRUPTED, Occurrence
from b24learn_gui.storage.journal.runs import ChangeState, RecordedChange, RunRecord, new_run_id
from b24learn_gui.storage.journal.store import JournalUnusable

__all__ = [
    "API_BASE",
    "INTERRUPTED",
    "SETTINGS_IMPORTED",
    "SETTINGS_SAVED_AT",
    "ChangeState",
    "Journal",
    "JournalDiary",
    "JournalUnusable",
    "Occurrence",
    "RecordedChange",
    "RunRecord",
    "new_run_id",
]
