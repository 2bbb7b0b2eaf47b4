"""Keeps the program that stays small.

The toolkit reads the source of every module that is loaded after itself, to see whether it uses one of its optional
features, and Python keeps the lines it read for tracebacks that never come. So what needs no toolkit is loaded before
it, and the lines are let go, as is what closed windows leave behind.
"""

import ctypes
import gc
import linecache
import sys
from contextlib import suppress
from importlib import import_module

_BEFOREHAND = (
    "b24learn_gui.gui.display",
    "b24learn_gui.machine.own_file",
    "b24learn_gui.service.announced",
    "b24learn_gui.service.autostart",
    "b24learn_gui.service.pause_choices",
    "b24learn_gui.service.standing",
    "b24learn_gui.service.summary",
    "b24learn_gui.text.errors",
    "b24learn_gui.text.times",
    "b24learn_gui.timetable.watch",
    "importlib.resources.readers",
    "_strptime",
    "pkgutil",
    "schedule",
    "pytz",
)
"""What the program that waits in the tray needs of what needs no toolkit; some of it is loaded with its first use."""

_AFTERWARDS = (
    "PySide6.QtCore",
    "PySide6.QtGui",
    "PySide6.QtWidgets",
    "PySide6.QtSvg",
    "b24learn_gui.gui.tone",
    "b24learn_gui.gui.style",
    "b24learn_gui.gui.application",
    "b24learn_gui.gui.tasks",
    "b24learn_gui.gui.worker",
    "b24learn_gui.gui.status.words",
    "b24learn_gui.gui.tray.tray",
    "b24learn_gui.gui.announcer",
    "b24learn_gui.gui.windows",
    "b24learn_gui.gui.renewal",
    "b24learn_gui.gui.resident",
    "b24learn_gui.gui.main",
)
"""In an order in which none brings many others along, so that few read lines are kept at a time."""


def load() -> None:
    """Load the program that waits in the tray. Raises `ImportError` where the toolkit cannot be loaded."""
    for name in (*_BEFOREHAND, *_AFTERWARDS):
        import_module(name)
        forget_lines()


def forget_lines() -> None:
    """Let go of the source lines that were read since the last time."""
    linecache.clearcache()


def give_back() -> None:
    """Return memory nobody uses to the system, where it takes any. For moments in which nobody waits: some 50 ms."""
    forget_lines()
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library of another kind
            ctypes.CDLL(None).malloc_trim(0)
