"""Starting with the session: one entry of ours where the platform looks for such entries, and never anybody else's."""

from dataclasses import dataclass
from typing import Literal, Protocol

from b24learn_gui.errors import Refused, WrongUsage
from b24learn_gui.machine.commands import is_another_copy

State = Literal["off", "ours", "ours_elsewhere", "foreign"]
"""`ours_elsewhere`: the entry is ours, but starts another program or another home than this one."""

NAME = "b24learn-gui"
HIDDEN = "--background"


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands there now. `line`: the command as the platform writes it, `program`: its first word, empty where that
    cannot be told; `on`: nobody switched the entry off.
    """

    line: str
    home: str
    ours: bool
    on: bool
    program: str = ""


class Place(Protocol):
    """Where one platform keeps such an entry. Its methods raise `OSError`."""

    @property
    def where(self) -> str:
        """For people: the file or the registry value."""

    def line_of(self, command: tuple[str, ...]) -> str: ...

    def read(self) -> Entry | None: ...

    def write(self, command: tuple[str, ...], home: str) -> None: ...

    def remove(self) -> None: ...


class Autostart:
    """The entry of this program for one home; an empty `home` is the platform's own places.

    Methods raise `Refused("autostart_refused")` (40) with `where` and `reason` when the system refuses.
    """

    def __init__(self, place: Place, program: tuple[str, ...], home: str = "") -> None:
        self._place = place
        self._command = (*program, *(("--home", home) if home else ()), HIDDEN)
        self._home = home

    def state(self) -> State:
        return self._state_of(self._read())

    def enable(self) -> None:
        """Raises `WrongUsage("autostart_foreign")` (2) with `where` instead of overwriting somebody else's entry."""
        entry = self._read()
        if entry is not None and not entry.ours:
            raise WrongUsage("autostart_foreign", where=self._place.where)
        self._write()

    def disable(self) -> None:
        """Removes the entry if it is ours, and leaves another one alone."""
        entry = self._read()
        if entry is not None and entry.ours:
            try:
                self._place.remove()
            except OSError as error:
                raise self._refused(error) from None

    def forget(self) -> bool:
        """Removes our entry for this home, switched off or of a moved program as well, but not one that starts another
        copy of the program; whether there was one to be removed.
        """
        entry = self._read()
        if entry is None or not entry.ours or entry.home != self._home or is_another_copy(entry.program):
            return False
        self.disable()
        return True

    def other_copy(self) -> str | None:
        """The program that our entry for this home starts, where that is there and is not this one."""
        entry = self._read()
        if entry is None or not entry.ours or entry.home != self._home or not is_another_copy(entry.program):
            return None
        return entry.program

    def repair(self) -> bool:
        """Put this program's path into our entry if the program was moved; whether there was something to do.

        An entry that was switched off, or that starts another home, is what somebody wanted and stays.
        """
        entry = self._read()
        if entry is None or self._state_of(entry) != "ours_elsewhere" or entry.home != self._home:
            return False
        self._write()
        return True

    def _state_of(self, entry: Entry | None) -> State:
        if entry is None:
            return "off"
        if not entry.ours:
            return "foreign"
        if not entry.on:
            return "off"
        return "ours" if entry.line == self._place.line_of(self._command) else "ours_elsewhere"

    def _read(self) -> Entry | None:
        try:
            return self._place.read()
        except OSError as error:
            raise self._refused(error) from None

    def _write(self) -> None:
        try:
            self._place.write(self._command, self._home)
        except OSError as error:
            raise self._refused(error) from None

    def _refused(self, error: OSError) -> Refused:
        reason = error.strerror or type(error).__name__
        return Refused("autostart_refused", side="here", where=self._place.where, reason=reason)
