"""A half-done setup between two starts: one small file of plain values beside the settings, never a secret."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from b24learn_gui.errors import SettingsInvalid
from b24learn_gui.service.context import Context
from b24learn_gui.storage.files import write_atomically

FILE = "setup-unfinished.json"


def keep_unfinished(context: Context, data: Mapping[str, Any]) -> bool:
    """Keep `Flow.resume_data()`; False where the disk refuses: a wizard that starts anew is no disaster."""
    try:
        context.places.prepare()
        write_atomically(_file(context), json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8"))
    except (OSError, SettingsInvalid, UnicodeEncodeError):
        return False
    return True


def load_unfinished(context: Context) -> dict[str, Any] | None:
    """What was kept; None where there is nothing that can be used."""
    try:
        data = json.loads(_file(context).read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def forget_unfinished(context: Context) -> None:
    """After saving, and where somebody starts anew on purpose."""
    with contextlib.suppress(OSError):
        _file(context).unlink()


def _file(context: Context) -> Path:
    return context.places.settings_file.with_name(FILE)
