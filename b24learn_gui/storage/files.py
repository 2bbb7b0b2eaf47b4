"""Writing to disk so that a crash or a full disk leaves the old file whole, and so that others cannot read it."""

import os
import stat
from pathlib import Path

PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600


def make_private_directory(path: Path) -> None:
    """Create `path` and its parents, readable by their owner alone where the platform knows such a thing.

    Directories that exist already keep their mode: they may be somebody's deliberate choice. Raises `OSError`.
    """
    if path.is_dir():
        return
    make_private_directory(path.parent)
    path.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)


def sync_directory(path: Path) -> None:
    """Make a rename in this directory durable, where directories can be opened at all (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, or leave it as it was and raise `OSError`.

    A link is followed, so that a linked file is replaced and not the link. An existing file keeps its mode, a new
    one is private.
    """
    target = path.resolve()
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else PRIVATE_FILE
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(target.parent)
