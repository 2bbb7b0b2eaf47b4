"""What whoever reads the log knows of it by heart: for windows and archives, not for the runs that write it."""

from b24learn_gui.service.logged import CHANGE, EVENTS, PROBLEM
from b24learn_gui.storage.log_records import Sort, Vocabulary

DEPARTMENT_CODES = frozenset({"department_rejected", "department_vanished", "head_not_synced"})
"""Problems that are a department's; all others that name a number are a person's, but for these:"""
_OF_EITHER = frozenset({"changed_since", "protected_since"})


def whose(sort: Sort) -> str:
    """Whether the number in such a record is a `person`'s or a `department`'s; nothing where the log does not say."""
    if sort.event == CHANGE:
        return "person" if sort.what.startswith("user.") else "department"
    if sort.event != PROBLEM or sort.what in _OF_EITHER:
        return ""
    return "department" if sort.what in DEPARTMENT_CODES else "person"


VOCABULARY = Vocabulary(EVENTS, frozenset({CHANGE, PROBLEM}), whose)
"""Of changes and problems the log says their kind or code and whose they are (`service.logged`), and that is all."""
