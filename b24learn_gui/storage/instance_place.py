"""Where the program with windows of one person and home says that it is there: its lock, and the wishes to it."""

import getpass
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from b24learn_gui.storage.places import PROGRAM, Places


def instance_place(places: Places, environment: Mapping[str, str]) -> tuple[Path, str]:
    """The directory and the name of this person's and this home's; the platform's own places count as one home."""
    home = "" if places.own_home is None else os.path.realpath(places.own_home)
    name = f"{PROGRAM}-{crc32(f'{_person()} {home}'.encode()):08x}"
    candidates = [*_runtime_directories(environment), places.journal_file.parent]
    return next((each for each in candidates if _is_ours(each)), candidates[-1]), name


def lock_of(directory: Path, name: str) -> Path:
    """The file whose lock is held while the program with windows is open."""
    return directory / f"{name}.lock"


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


def _is_ours(directory: Path) -> bool:
    """Whether nobody else made it, as anybody can in a directory for temporary files."""
    try:
        return sys.platform == "win32" or directory.stat().st_uid == os.getuid()
    except OSError:
        return True
