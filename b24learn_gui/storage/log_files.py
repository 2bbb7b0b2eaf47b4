"""Log files that may be turned over while they are read: known by their first line, never by their name, and never kept
open, because on Windows an open file could not be turned over. `name.log` becomes `name.log.1`, that `name.log.2`.
"""

from io import BufferedReader
from pathlib import Path

_LONGEST_NAME = 4096
"""Bytes of a first line that tell one file from another."""
_TURNS = 3
"""How often a file may have been turned over since its name was looked up."""


class opened:  # noqa: N801  # used as `with opened(path, first_line) as file`
    """The file with this first line, turned over meanwhile or not; None where it is gone."""

    def __init__(self, path: Path, first_line: bytes) -> None:
        self._path, self._first_line = path, first_line
        self._file: BufferedReader | None = None

    def __enter__(self) -> BufferedReader | None:
        path = self._path
        for _ in range(1 + _TURNS):
            self._file = self._known(path)
            if self._file is not None:
                return self._file
            path = _turned_over(path)
        return None

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def _known(self, path: Path) -> BufferedReader | None:
        try:
            file = path.open("rb")
        except OSError:
            return None
        try:
            if file.read(len(self._first_line)) == self._first_line:
                return file
        except OSError:
            pass
        file.close()
        return None


def _turned_over(path: Path) -> Path:
    """What a file of this name is called once it was turned over."""
    name, _, turns = path.name.rpartition(".")
    return path.with_name(f"{name}.{int(turns) + 1}" if turns.isdecimal() else f"{path.name}.1")


def look(path: Path) -> tuple[bytes, int]:
    """The first line, by which the file is known, and its size; nothing where there is no whole line yet."""
    try:
        with path.open("rb") as file:
            start = file.read(_LONGEST_NAME)
            size = file.seek(0, 2)
    except OSError:
        return b"", 0
    whole = start.find(b"\n") + 1
    return start[:whole] if whole else (start if len(start) == _LONGEST_NAME else b""), size
