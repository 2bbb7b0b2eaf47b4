"""Starting with the session, for the home of this context; the windows draw the switch."""

import sys
from pathlib import Path

from b24learn_gui.machine.autostart import Autostart, Place, State
from b24learn_gui.machine.autostart_macos import MacAutostart
from b24learn_gui.machine.autostart_xdg import XdgAutostart
from b24learn_gui.machine.commands import program_command
from b24learn_gui.service.context import Context

__all__ = ["State", "autostart"]


def autostart(context: Context) -> Autostart:
    """The entry of this platform. Its methods read and write files or the registry: not for a window's thread."""
    home = context.places.own_home
    return Autostart(_place(context), program_command(windows=True), str(home) if home else "")


def _place(context: Context) -> Place:
    if sys.platform == "win32":
        from b24learn_gui.machine.autostart_windows import (  # noqa: PLC0415 - there is a registry nowhere else
            UserRegistry,
            WindowsAutostart,
        )

        return WindowsAutostart(UserRegistry())
    if sys.platform == "darwin":
        return MacAutostart(Path.home())
    return XdgAutostart(context.environment, Path(context.environment.get("HOME") or Path.home()))
