"""Whether there is a display to open a window on, asked before the toolkit, which ends the process for want of one.

The toolkit is not imported here.
"""

import contextlib
import ctypes
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from b24learn_gui.errors import WrongUsage
from b24learn_gui.text.words import Words

_X_DISPLAY = re.compile(r"(?P<host>[^:]*):(?P<number>\d+)(?:\.\d+)?")
_X_PORT = 6000
_SECONDS = 2.0
_X_LIBRARY = "libxcb-cursor.so.0"
"""The one library of X that the toolkit needs and that is not there on many desktops."""


def need_display(environment: Mapping[str, str], words: Words, platform: str = sys.platform) -> None:
    """Raises `WrongUsage("no_window")` with the `reason` where no window can be opened.

    Only X11 and Wayland desktops can be without one; a platform named by `QT_QPA_PLATFORM` is the person's own choice.
    """
    if platform in {"win32", "darwin"} or environment.get("QT_QPA_PLATFORM"):
        return
    if _wayland_answers(environment):
        return
    display = environment.get("DISPLAY", "")
    if not display:
        raise WrongUsage("no_window", reason=words("there is no display"))
    if not _x_answers(display):
        raise WrongUsage("no_window", reason=words("the display {name} does not answer", name=display))
    if not _loads(_X_LIBRARY):
        raise WrongUsage(
            "no_window", reason=words("the system's package {name} is not installed", name="libxcb-cursor0")
        )


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY", "")
    directory = environment.get("XDG_RUNTIME_DIR", "")
    return bool(name) and _local_answers(str(Path(directory, name)))


def _x_answers(display: str) -> bool:
    """Whether somebody listens where this display is said to be."""
    found = _X_DISPLAY.fullmatch(display)
    if found is None:
        return Path(display).exists()  # macOS's X names its socket
    number, host = int(found["number"]), found["host"]
    if host in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  # where X servers listen everywhere
        return _local_answers(path) or _local_answers(f"\0{path}")
    with contextlib.suppress(OSError), socket.create_connection((host, _X_PORT + number), _SECONDS):
        return True
    return False


def _local_answers(path: str) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as tried:
        tried.settimeout(_SECONDS)
        tried.connect(path)
        return True
    return False


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
