"""The stable names of a plan and of a rejected write (rules M5 and P6)."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from b24learn_gui.sync.changes import Change


def plan_hash(changes: Iterable[Change]) -> str:
    """The hash of exactly these changes with their before and after, in whatever order and at whatever time."""
    rows = sorted(
        json.dumps(
            [each.kind, each.portal, each.bitrix24_id, dict(each.before), dict(each.after)],
            ensure_ascii=False,
            sort_keys=True,
        )
        for each in changes
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def write_fingerprint(sent: Mapping[str, object], present: Mapping[str, str], definitions: str) -> str:
    """Changes when the value, the Learn side or the settings change: until then a refused write is not repeated."""
    text = json.dumps([sorted(sent.items()), sorted(present.items()), definitions], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
