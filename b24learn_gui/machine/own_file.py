"""What became of the file this program was started from: an update puts another one in its place, a removal none.

Only where that can happen to a program at work, which is on Linux: Windows keeps the files of what runs, and its
installer asks the program to quit; on macOS a person drags a whole bundle.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NoReturn

State = Literal["same", "unsettled", "replaced", "gone"]
"""`unsettled`: something happens to it just now; it is asked again soon."""

_Mark = tuple[int, int, int]
GONE_LOOKS = 12
"""So many looks in a row that find nothing mean that it was removed, rather than that it is being replaced."""
FRESH = "PYINSTALLER_RESET_ENVIRONMENT"
"""Tells the frozen program's start that what it finds in its environment was another one's."""


class OwnFile:
    """Asked now and then, always with some seconds in between."""

    def __init__(self, path: Path, *, whole: Callable[[Path], bool] = lambda _path: True) -> None:
        """`whole`: whether a replaced program works already, asked each time until it does."""
        self.path = path
        self._whole = whole
        self._began = self._before = _mark(path)
        self._missed = 0

    def look(self) -> State:
        """What it is now. Another file counts once it was found twice the same, and works."""
        now, before = _mark(self.path), self._before
        self._before = now
        if now is None:
            self._missed += 1
            return "gone" if self._missed >= GONE_LOOKS else "unsettled"
        self._missed = 0
        if now == self._began:
            return "same"
        return "replaced" if now == before and self._whole(self.path) else "unsettled"


def own_file(whole: Callable[[Path], bool]) -> OwnFile | None:
    """The file of this process; None where nothing can happen to it."""
    frozen = getattr(sys, "frozen", False) and sys.platform == "linux"
    return OwnFile(Path(sys.executable), whole=whole) if frozen else None


def become(path: Path, arguments: Sequence[str]) -> NoReturn:
    """Go on as what lies there now, in the same process. Raises `OSError` and goes on as it was where that fails."""
    os.execve(path, [str(path), *arguments], {**os.environ, FRESH: "1"})  # noqa: S606 - our own program, no shell


def _mark(path: Path) -> _Mark | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
