"""Goes on as the new version after the program was updated while it ran, as soon as nobody is disturbed by that.

The old one cannot stay: what it has not loaded yet is no longer there, and the next run, which is a process of its own,
is of the new version and may bring journal and settings to a newer form.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.tray.news import Note
from b24learn_gui.machine.own_file import OwnFile, State
from b24learn_gui.machine.programs import run_program
from b24learn_gui.text.words import Words

HIDDEN = "--background"
_log = logging.getLogger(__name__)


class Renewal(QObject):
    """`ready`: once, when it is time to leave; `to_become` says as what to come back. `told`: what to say meanwhile."""

    ready = Signal()
    told = Signal(object)

    def __init__(
        self,
        file: OwnFile | None,
        tasks: Tasks,
        *,
        free: Callable[[], bool],
        keeps: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """`free`: whether nobody would be disturbed. `keeps`: whether something would be lost with this process."""
        super().__init__(parent)
        self._file, self._tasks, self._free, self._keeps = file, tasks, free, keeps
        self._state: State = "same"
        self._asking = self._said = self.decided = False
        self.words = Words("en")

    @property
    def settling(self) -> bool:
        """Whether the program on disk is being exchanged right now: nothing should be started from there."""
        return self._state == "unsettled"

    def look(self) -> None:
        """Each beat of the program that stays."""
        if self._file is None or self._asking or self.decided:
            return
        self._asking = True
        file = self._file
        self._tasks.run(lambda _stop: file.look(), self._judge, self._failed)

    def to_become(self, arguments: Sequence[str], *, hidden: bool) -> tuple[Path, list[str]] | None:
        """Program and arguments to go on with; None where this was the end."""
        if not self.decided or self._state != "replaced" or self._file is None:
            return None
        kept = [each for each in arguments if each != HIDDEN]
        return self._file.path, [*kept, *((HIDDEN,) if hidden else ())]

    def _judge(self, state: State) -> None:
        self._asking = False
        if state != self._state:
            _log.info("program on disk", extra={"state": state})
        self._state = state
        if state in {"same", "unsettled"}:
            self._said = False
            return
        lost = state == "replaced" and self._keeps()
        if self._free() and not lost:
            self.decided = True
            self.ready.emit()
        elif not self._said:
            self._said = True
            self.told.emit(self._note(lost=lost))

    def _note(self, *, lost: bool) -> Note:
        words = self.words
        if self._state == "gone":
            text = words("It ends when no run is at work and nobody works in its windows. Your settings stay.")
            return Note("", words("The program was removed from this computer"), text, waits=True)
        if lost:
            text = words("Passwords are kept only until quit. Quit and start it again when it suits you.")
        else:
            text = words("It goes on in the new version when no run is at work and nobody works in its windows.")
        return Note("", words("The program was updated"), text, waits=False)

    def _failed(self, error: SyncError) -> None:
        self._asking = False
        _log.warning("Own file not looked at: %s", error.code)


def works(path: Path) -> bool:
    """Whether a program that was put there answers: half an update does not. For a worker thread."""
    return run_program([str(path), "--version"]).code == 0
