"""What every command is handed: where things lie, how it speaks, how it is stopped, and what time it is."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.reporting import Reporter, Silent
from b24learn_gui.storage.places import Places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text import Words

WAIT_SCALE_VARIABLE = "B24LEARN_WAIT_SCALE"
"""A number from 0 to 1 that every wait for a server is multiplied by: for tests and demonstrations."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """Handed down, never global. `secrets` asks no store before it is asked itself."""

    places: Places
    words: Words
    secrets: Secrets
    environment: Mapping[str, str] = field(repr=False)
    reporter: Reporter = field(default_factory=Silent)
    stop: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], datetime] = _now

    @property
    def wait_scale(self) -> float:
        """Raises `WrongUsage("wait_scale_invalid")`."""
        text = self.environment.get(WAIT_SCALE_VARIABLE, "")
        try:
            scale = float(text) if text else 1.0
        except ValueError:
            scale = -1.0
        if not 0 <= scale <= 1:
            raise WrongUsage("wait_scale_invalid")
        return scale
