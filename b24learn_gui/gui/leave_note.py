"""An installer's word that the program's own files are about to be replaced or removed.

It lies as a file in the program's folder, where only who may replace the program can write: so it reaches everybody who
runs it from there, whatever account or home, and nobody else can have it said.
"""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

NOTE = "quit-wanted"
"""The name of the file; the installers write it and take it away again."""
_GRAIN_SECONDS = 2.0
"""A file's time may lag behind the clock: by a tick of the system on Linux, by two seconds on FAT."""


class LeaveNote(QObject):
    """`wanted`: the program is to leave in order, without asking."""

    wanted = Signal()

    def __init__(
        self, folder: Path | None, parent: QObject | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        """`folder`: the program's own; None where it runs from sources, which no installer replaces."""
        super().__init__(parent)
        self._since = now()
        self._note = None if folder is None else folder / NOTE
        self._watcher: QFileSystemWatcher | None = None
        if folder is not None:
            self._watcher = QFileSystemWatcher([str(folder)], self)
            self._watcher.directoryChanged.connect(self._look)

    def _look(self) -> None:
        """What an installer that was killed left behind is older than this start, and says nothing."""
        try:
            written = self._note.stat().st_mtime if self._note is not None else 0.0
        except OSError:
            return
        if written >= self._since - _GRAIN_SECONDS:
            self.wanted.emit()
