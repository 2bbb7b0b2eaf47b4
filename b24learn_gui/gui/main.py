"""The windows from the first to the last: one program a person and home, which stays where there are settings."""

import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPixmapCache
from PySide6.QtWidgets import QApplication

from b24learn_gui.errors import StoppedOnRequest, WrongUsage
from b24learn_gui.gui import lean
from b24learn_gui.gui.application import make_application
from b24learn_gui.gui.display import need_display
from b24learn_gui.gui.instance import Instance, instance_of
from b24learn_gui.gui.leave_note import LeaveNote
from b24learn_gui.gui.resident import Resident
from b24learn_gui.machine.commands import program_folder
from b24learn_gui.machine.own_file import become
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening

_CALM_MS = 2_000
"""How long after the start, or after the last window was closed, memory is given back."""
_SETTLED_SECONDS = 10.0
"""How long after the start being brought forward is nobody's wish."""
_log = logging.getLogger(__name__)


def open_windows(context: Context, opening: Opening) -> int:
    """Open what fits the home and stay until the program is left; the exit code.

    A second start in the same home shows the first one's window and ends. Raises `WrongUsage("no_window")` where there
    is no display, or where the first one does not answer.
    """
    need_display(os.environ, context.words)  # the process's own environment is what the toolkit reads
    app = cast("QApplication | None", QApplication.instance()) or make_application(context.words.language)
    if opening.demonstrates:  # its home is new every time
        return _stay(app, context, opening, None)[0]
    instance = instance_of(context.places, os.environ)
    if not instance.claim():
        if not opening.hidden and not instance.show_first():
            raise WrongUsage("no_window", reason=context.words("the program is open already but does not answer"))
        return 0
    try:
        code, renewed = _stay(app, context, opening, instance)
    finally:
        instance.release()
    if renewed is not None:
        with suppress(OSError):  # it was taken away in this moment: then this was the end
            become(*renewed)
    return code


def _stay(
    app: QApplication, context: Context, opening: Opening, instance: Instance | None
) -> tuple[int, tuple[Path, list[str]] | None]:
    """The exit code; and as what to go on, where the program was updated meanwhile."""
    resident = Resident(app, context, opening)
    if instance is not None:
        instance.raised.connect(resident.show_yourself)
    LeaveNote(program_folder(), resident).wanted.connect(resident.leaving.leave)
    if sys.platform == "darwin":
        show_when_activated(app, resident)
    _give_back_when_alone(app, resident)
    resident.begin()
    code = app.exec()
    renewed = resident.renewal.to_become(sys.argv[1:], hidden=not resident.windows.status_seen)
    resident.end()
    if context.stop.is_set():
        return StoppedOnRequest.exit_code, None
    if renewed is not None:
        _log.info("goes on as what was put in its place")
    return code, renewed


def show_when_activated(
    app: QGuiApplication, resident: Resident, *, steady: Callable[[], float] = time.monotonic
) -> None:
    """Where no second program is started, on macOS, the first one is brought forward: it shows itself then.

    Being brought forward by the start itself does not count, or a start hidden in the tray would not stay hidden.
    """
    since = steady()

    def activated(state: Qt.ApplicationState) -> None:
        wanted = state == Qt.ApplicationState.ApplicationActive and steady() - since >= _SETTLED_SECONDS
        if wanted and not resident.windows.any_open:
            resident.show_yourself()

    app.applicationStateChanged.connect(activated)


def _give_back_when_alone(app: QApplication, resident: Resident) -> None:
    """Windows that were let go leave much behind; it is returned once nobody waits for anything."""
    calm = QTimer(resident, singleShot=True, interval=_CALM_MS)

    def give_back() -> None:
        if not resident.windows.any_open:
            QPixmapCache.clear()  # every window draws its icons into it anew
            lean.give_back()

    calm.timeout.connect(give_back)
    app.lastWindowClosed.connect(calm.start)
    calm.start()
