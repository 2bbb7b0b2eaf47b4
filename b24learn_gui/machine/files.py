"""Writing into directories of the system, where files are read by others than their owner."""

import contextlib
import os
from pathlib import Path

READABLE = 0o644


def write_readable(path: Path, data: bytes) -> None:
    """Replace `path` whole or not at all; its directory is made where it is missing. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE), "wb") as stream:
            stream.write(data)
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def read_text(path: Path) -> str | None:
    """None where there is no such file. Raises `OSError`."""
    try:
        return path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return None
