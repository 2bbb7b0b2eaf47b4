"""Log files that may be turned over while they are read: known by their first line, never by their name, and never kept
open, because on Windows an open file could not be turned over.
"""

from io import BufferedReader
from pathlib import Path

_LONGEST_NAME = 4096
"""Bytes of a first line that tell one file from another."""


class opened:  # noqa: N801  # used as `with opened(path, first_line) as file`
    """The file with this first line, or None where another one, or none, stands in its place by now."""

    def __init__(self, path: Path, first_line: bytes) -> None:
        self._path, self._first_line = path, first_line
        self._file: BufferedReader | None = None

    def __enter__(self) -> BufferedReader | None:
        try:
            self._file = self._path.open("rb")
            return self._file if self._file.read(len(self._first_line)) == self._first_line else None
        except OSError:
            return None

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


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
