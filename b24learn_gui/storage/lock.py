"""One run at a time in one home: a lock held by the operating system, which ends with the process that holds it.

No number of a process is written or read: after a crash or a reboot nothing stale is left (incident T16).
"""

import errno
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

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
        from filelock import FileLock  # noqa: PLC0415 - 6 MB with the cryptography it brings: for runs alone

        self._path = path
        self._grace_seconds = grace_seconds
        self._lock = FileLock(path, mode=PRIVATE_FILE, thread_local=False)

    def __enter__(self) -> Self:
        from filelock import SoftFileLock, Timeout  # noqa: PLC0415 - as above

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


class PlainLock:
    """The same lock for a process that stays: taken at once or not at all, where POSIX allows it without the library.

    It excludes a `RunLock` of the same file and is excluded by one. The system lets go of it with the process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: RunLock | int | None = None

    def take(self) -> bool:
        """Whether it is ours now. Raises `OSError` where the file cannot be opened or locked, or `SettingsInvalid`."""
        if sys.platform == "win32":
            lock = RunLock(self._path, grace_seconds=0)
            try:
                self._held = lock.__enter__()
            except AnotherRunActive:
                return False
        else:
            self._held = _flocked(self._path)
        return self._held is not None

    def release(self) -> None:
        """Anybody may take it from now on. Without effect where it was not taken."""
        held, self._held = self._held, None
        if isinstance(held, RunLock):
            held.__exit__(None, None, None)
        elif held is not None:
            os.close(held)


if sys.platform != "win32":
    import fcntl

    def _flocked(path: Path) -> int | None:
        """A descriptor that holds the lock; None while somebody else does. Raises `OSError`."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            if error.errno in {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK}:
                return None
            raise
        return handle


def is_held(path: Path) -> bool:
    """Whether a run is active. Makes no file where there is none. Raises as `RunLock` does."""
    if not path.exists():
        return False
    lock = PlainLock(path)
    try:
        return not lock.take()
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from None
    finally:
        lock.release()


def _unusable(path: Path, reason: str) -> SettingsInvalid:
    return SettingsInvalid([Fault(str(path), "home_unusable", {"reason": reason})], code="home_unusable")
