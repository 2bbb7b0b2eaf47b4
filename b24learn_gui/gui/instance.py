"""One program with windows per person and home: a second start raises the window of the first and ends.

Which one is the first is decided by a lock that the operating system holds, so nothing that a killed process left
behind counts for anything; a local socket only carries the wish to be shown.
"""

import getpass
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from b24learn_gui.errors import AnotherRunActive, SyncError
from b24learn_gui.storage.files import make_private_directory
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.places import PROGRAM, Places

_WISH, _HEARD = b"show\n", b"shown\n"
_PATIENCE_MS = 3_000
"""How long the first program has to answer; one that is only starting needs a moment."""


_LONGEST_ADDRESS = 103
"""Bytes of a local socket's path that every system takes (macOS the fewest)."""


class Instance(QObject):
    """Used as `first = instance.claim()`, and `instance.release()` at the end. `raised`: somebody started it again."""

    raised = Signal()

    def __init__(self, directory: Path, name: str, parent: QObject | None = None) -> None:
        """`directory`: where only this person may write; `name`: of the program in this home."""
        super().__init__(parent)
        self._directory = directory
        self._lock = RunLock(directory / f"{name}.lock", grace_seconds=0)
        self._address = name if sys.platform == "win32" else str(directory / f"{name}.socket")
        self._held = False
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def claim(self) -> bool:
        """Whether this is the first. Where no lock can be had there is no telling, and everybody is."""
        try:
            make_private_directory(self._directory)
            self._lock.__enter__()
        except AnotherRunActive:
            return False
        except (SyncError, OSError):
            return True
        self._held = True
        QLocalServer.removeServer(self._address)  # the lock is ours: whoever made that socket is gone
        self._server.listen(self._address)
        return True

    def show_first(self, patience_ms: int = _PATIENCE_MS) -> bool:
        """Ask the first one to show itself; False if it does not answer."""
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if not socket.waitForConnected(patience_ms):
            return False
        socket.write(_WISH)
        socket.flush()
        heard = socket.waitForReadyRead(patience_ms) and socket.readAll().data() == _HEARD
        socket.disconnectFromServer()
        return heard

    def release(self) -> None:
        """Another one may be the first from now on."""
        self._server.close()
        if self._held:
            self._held = False
            self._lock.__exit__(None, None, None)

    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._hear(socket))
            if socket.bytesAvailable():
                self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        if socket.readAll().data() == _WISH:
            socket.write(_HEARD)
            socket.flush()
            self.raised.emit()


def instance_of(places: Places, environment: Mapping[str, str], parent: QObject | None = None) -> Instance:
    """The one of this person and this home; the platform's own places count as one home."""
    home = "" if places.own_home is None else os.path.realpath(places.own_home)
    name = f"{PROGRAM}-{crc32(f'{_person()} {home}'.encode()):08x}"
    candidates = [*_runtime_directories(environment), places.journal_file.parent]
    directory = next((each for each in candidates if _is_ours(each) and _fits(each, name)), candidates[-1])
    return Instance(directory, name, parent)


def _person() -> str:
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""


def _runtime_directories(environment: Mapping[str, str]) -> list[Path]:
    """Directories that are this person's alone and live as long as the session, or at least as the machine runs."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    person = str(os.getuid()) if sys.platform != "win32" else ""
    temporary = Path(tempfile.gettempdir(), f"{PROGRAM}-{person}".rstrip("-"))
    return [Path(runtime), temporary] if runtime and os.access(runtime, os.W_OK) else [temporary]


def _fits(directory: Path, name: str) -> bool:
    """Whether the system takes the path as a socket's: it cuts none off, it refuses longer ones."""
    return sys.platform == "win32" or len(os.fsencode(directory / f"{name}.socket")) <= _LONGEST_ADDRESS


def _is_ours(directory: Path) -> bool:
    """Whether nobody else made it, as anybody can in a directory for temporary files."""
    try:
        return sys.platform == "win32" or directory.stat().st_uid == os.getuid()
    except OSError:
        return True
