"""Service accounts of this machine: whether one exists, and giving it the files of its home."""

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path


def may_administer() -> bool:
    """Whether registrations for other accounts can be made: by root; Windows decides itself when it is asked."""
    return sys.platform == "win32" or os.geteuid() == 0


def account_exists(account: str) -> bool:
    """On Windows nobody is looked up: the Task Scheduler refuses whom it does not know."""
    if sys.platform == "win32":
        return True
    import pwd  # noqa: PLC0415 - not there on Windows

    try:
        pwd.getpwnam(account)
    except KeyError:
        return False
    return True


def owner_of(path: Path) -> str | None:
    """The name of who owns a file; None where that cannot be said."""
    if sys.platform == "win32":
        return None
    try:
        return path.owner()
    except (OSError, KeyError):
        return None


def current_account() -> str:
    """Who this process runs as, by name where there is one."""
    if sys.platform == "win32":
        domain = os.environ.get("USERDOMAIN", "")
        name = os.environ.get("USERNAME", "")
        return f"{domain}\\{name}" if domain else name
    import pwd  # noqa: PLC0415 - not there on Windows

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())  # containers run under numbers without a name


def hand_over(paths: Iterable[Path], account: str) -> None:
    """Give what the administrator owns among these files to the account; links are left alone. Raises `OSError`."""
    if sys.platform == "win32":
        return  # an access list inherited from the directory decides there
    import pwd  # noqa: PLC0415 - not there on Windows

    found = pwd.getpwnam(account)
    for path in paths:
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        # A second name of a file could be of one that is none of ours.
        alone = stat.S_ISDIR(status.st_mode) or (stat.S_ISREG(status.st_mode) and status.st_nlink == 1)
        if alone and status.st_uid == 0:
            os.chown(path, found.pw_uid, found.pw_gid, follow_symlinks=False)
