"""One run at a time in one home: a lock held by the operating system, which ends with the process that holds it.

No number of a process is written or read: after a crash or a reboot nothing stale is left (incident T16).
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, SoftFileLock, Timeout

from b24learn_gui.errors import AnotherRunActive, Fault, SettingsInvalid
from b24learn_gui.storage.files import PRIVATE_FILE, make_private_directory

GRACE_SECONDS = 0.5
"""`is_held` takes the lock for a moment; a run that starts just then waits for it instead of giving up."""


class RunLock:
    """The right to run in a home: `with RunLock(places.lock_file): …`. May be released on another thread.

    Entering raises `AnotherRunActive("another_run_active")` (50), or `SettingsInvalid("home_unusable")` (70) where
    the file system cannot lock.
    """

    def __init__(self, path: Path, grace_seconds: float = GRACE_SECONDS) -> None:
        self._path = path
        self._grace_seconds = grace_seconds
        self._lock = FileLock(path, mode=PRIVATE_FILE, thread_local=False)

    def __enter__(self) -> Self:
        try:
            make_private_directory(self._path.parent)
            self._lock.acquire(timeout=self._grace_seconds, poll_interval=0.02)
        except Timeout:
            raise AnotherRunActive("another_run_active") from None
        except (OSError, NotImplementedError) as error:
            raise _unusable(self._path, getattr(error, "strerror", None) or type(error).__name__) from None
        if isinstance(self._lock, SoftFileLock):
            # The library's answer to a file system without locks: a marker that would outlive a crash.
            self._lock.release()
            raise _unusable(self._path, "no locks")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lock.release()


def is_held(path: Path) -> bool:
    """Whether a run is active. Makes no file where there is none. Raises as `RunLock` does."""
    if not path.exists():
        return False
    try:
        with RunLock(path, grace_seconds=0):
            return False
    except AnotherRunActive:
        return True


def _unusable(path: Path, reason: str) -> SettingsInvalid:
    return SettingsInvalid([Fault(str(path), "home_unusable", {"reason": reason})], code="home_unusable")
