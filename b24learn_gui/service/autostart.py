"""Starting with the session, for the home of this context; the windows draw the switch."""

import sys
from pathlib import Path

from b24learn_gui.machine.autostart import Autostart, Place, State
from b24learn_gui.machine.autostart_xdg import XdgAutostart
from b24learn_gui.machine.commands import program_command
from b24learn_gui.service.context import Context

__all__ = ["Autostart", "State", "autostart", "proposed", "switch"]


def autostart(context: Context) -> Autostart:
    """The entry of this platform. Its methods read and write files or the registry: not for a window's thread."""
    home = context.places.own_home
    return Autostart(_place(context), program_command(windows=True), str(home) if home else "")


def proposed(chosen: bool | None, state: State, *, first: bool) -> bool:
    """Whether this program is to start with the session: as `chosen`, None for nobody having said anything.

    A `first` setup then switches on what is off: a timetable needs somebody who keeps it. A later one leaves it as it
    is, and an entry that starts another home of this program is never replaced unasked.
    """
    if state == "foreign":
        return False
    if chosen is not None:
        return chosen
    return state == "ours" or (first and state == "off")


def switch(entry: Autostart, chosen: bool | None, *, first: bool) -> State:
    """Make it so when a setup is saved; the state afterwards. Raises `Refused("autostart_refused")` (40)."""
    state = entry.state()
    wanted = proposed(chosen, state, first=first)
    if wanted == (state == "ours"):
        return state
    if wanted:
        entry.enable()
    else:
        entry.disable()
    return entry.state()


def _place(context: Context) -> Place:
    if sys.platform == "win32":
        from b24learn_gui.machine.autostart_windows import (  # noqa: PLC0415 - there is a registry nowhere else
            UserRegistry,
            WindowsAutostart,
        )

        return WindowsAutostart(UserRegistry())
    if sys.platform == "darwin":
        from b24learn_gui.machine.autostart_macos import MacAutostart  # noqa: PLC0415 - property lists are read there

        return MacAutostart(Path.home())
    return XdgAutostart(context.environment, Path(context.environment.get("HOME") or Path.home()))
