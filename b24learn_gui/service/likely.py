"""The likely causes of a plan above its limits, as the journal keeps them: for whoever has only its summary."""

from collections.abc import Mapping
from typing import Any

from b24learn_gui.errors import SyncError
from b24learn_gui.service.causes import KeptReasons, digest_of, likely_reasons, reasons_known
from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal
from b24learn_gui.sync.reasons import Reason

Likely = Mapping[str, list[tuple[Reason, int]]]
"""By the kind of the exceeded limit: what brought it about and how often, the most frequent first."""


def likely_of(context: Context, summary: Mapping[str, Any]) -> Likely:
    """Empty where no limit is exceeded; where the journal does not tell, the causes that stand in the plan itself."""
    if not summary.get("limits"):
        return {}
    found, kept = digest_of(summary), KeptReasons()
    try:
        with Journal.open_read_only(context.places.journal_file) as journal:
            kept = reasons_known(journal, found)
    except SyncError:
        pass  # it only explains: the plan says the same in other words
    return {hit.kind: likely_reasons(hit, found, kept) for hit in found.limits}
