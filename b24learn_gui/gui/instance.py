"""One program with windows per person and home: a second start raises the window of the first and ends.

Which one is the first is decided by a lock that the operating system holds, so nothing that a killed process left
behind counts for anything; the wish to be shown is a file that the first one, told by the system, takes away.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from b24learn_gui.errors import SyncError
from b24learn_gui.storage.files import PRIVATE_FILE, make_private_directory
from b24learn_gui.storage.instance_place import instance_place, lock_of
from b24learn_gui.storage.lock import PlainLock
from b24learn_gui.storage.places import Places

_PATIENCE = 3.0
"""Seconds the first program has to answer; one that is only starting needs a moment."""
_PAUSE = 0.01


class Instance(QObject):
    """Used as `first = instance.claim()`, and `instance.release()` at the end. `raised`: somebody started it again."""

    raised = Signal()

    def __init__(self, directory: Path, name: str, parent: QObject | None = None) -> None:
        """`directory`: where only this person may write; `name`: of the program in this home."""
        super().__init__(parent)
        self._directory = directory
        self._lock = PlainLock(lock_of(directory, name))
        self._letterbox = directory / f"{name}.wishes"
        self._wish = self._letterbox / "show"
        self._watcher: QFileSystemWatcher | None = None

    def claim(self) -> bool:
        """Whether this is the first. Where no lock can be had there is no telling, and everybody is."""
        try:
            make_private_directory(self._directory)
            if not self._lock.take():
                return False
            make_private_directory(self._letterbox)
            self._wish.unlink(missing_ok=True)  # the lock is ours: whoever should have granted it is gone
        except (SyncError, OSError):
            return True
        self._watcher = QFileSystemWatcher([str(self._letterbox)], self)
        self._watcher.directoryChanged.connect(self._look)
        return True

    def show_first(self, patience_seconds: float = _PATIENCE) -> bool:
        """Ask the first one to show itself; False if it does not answer."""
        try:
            make_private_directory(self._letterbox)
            self._wish.touch(PRIVATE_FILE)
            until = time.monotonic() + patience_seconds
            while self._wish.exists():
                if time.monotonic() >= until:
                    self._wish.unlink()
                    return False
                time.sleep(_PAUSE)
        except FileNotFoundError:
            return True  # granted in the last moment
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Another one may be the first from now on."""
        if self._watcher is not None:
            self._watcher.deleteLater()
            self._watcher = None
        self._lock.release()

    def _look(self) -> None:
        """Granting a wish takes it away: that is the answer."""
        with suppress(OSError):  # none is there: this is told of our own taking away, too
            self._wish.unlink()
            self.raised.emit()


def instance_of(places: Places, environment: Mapping[str, str], parent: QObject | None = None) -> Instance:
    """The one of this person and this home."""
    return Instance(*instance_place(places, environment), parent)
