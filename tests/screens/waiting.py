"""Waits until what windows have worked out elsewhere is on them."""

import threading
import time

from PySide6.QtCore import QCoreApplication

_PATIENCE = 30.0
"""Seconds after which something is wrong."""
_QUIET_ROUNDS = 3
"""An answer that is taken may start the next question, which may end before anybody looks."""


def let_background_end(name: str = "late answer") -> None:
    """Until no thread of that name is at work any more, and what they brought was taken, which may start others."""
    until, quiet = time.monotonic() + _PATIENCE, 0
    while quiet < _QUIET_ROUNDS:
        working = [each for each in threading.enumerate() if each.name == name]
        quiet = 0 if working else quiet + 1
        assert time.monotonic() < until, "it does not end"
        for each in working:
            each.join(_PATIENCE)
        QCoreApplication.processEvents()
