"""`B24LEARN_SECRETS_DIR`: files named like the secrets, as containers and systemd hand them out."""

import os
import stat
from pathlib import Path

from b24learn_gui.errors import SecretUnavailable

_GROUP, _OTHERS = 0o070, 0o007


def read_secret_file(directory: Path, name: str) -> str | None:
    """The secret without one trailing newline; None where there is no such file.

    Raises `SecretUnavailable` (41): `secrets_dir_missing`, `secrets_dir_not_private`, `secret_unreadable`
    (`reason`), each with `file`.
    """
    path = directory / name
    try:
        directory_mode = directory.stat()
    except OSError:
        raise SecretUnavailable("secrets_dir_missing", file=str(directory)) from None
    try:
        with path.open("rb") as stream:
            if not (_is_private(os.fstat(stream.fileno())) or _is_private(directory_mode)):
                raise SecretUnavailable("secrets_dir_not_private", file=str(path))
            text = stream.read().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SecretUnavailable("secret_unreadable", file=str(path), reason=reason) from None
    except UnicodeDecodeError:
        raise SecretUnavailable("secret_unreadable", file=str(path), reason="not UTF-8") from None
    return text.removesuffix("\n").removesuffix("\r")


def _is_private(status: os.stat_result) -> bool:
    """Readable by its owner only: either the file, or the directory that nobody else can enter.

    An access list that lets one user in (systemd's way) shows as a group's bits on something that belongs to root
    and root's group, and so do root's own files, which nobody else can read.
    """
    if os.name == "nt":
        return True  # no modes here: what a directory inherits is its administrator's choice
    mode = stat.S_IMODE(status.st_mode)
    groups_are_root = status.st_uid == 0 and status.st_gid == 0
    return not mode & _OTHERS and (not mode & _GROUP or groups_are_root)
