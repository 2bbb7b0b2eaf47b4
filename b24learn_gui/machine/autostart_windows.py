"""Windows: a value under the user's Run key, and beside it in a key of ours what we wrote there."""

import subprocess
import sys
from typing import Protocol

from b24learn_gui.machine.autostart import NAME, Entry

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Where Task Manager notes that somebody switched an entry off: the first byte of the value is odd then."""

OWN = rf"Software\{NAME}"
_LINE, _HOME = "Autostart", "AutostartHome"


class Registry(Protocol):
    """Values below HKEY_CURRENT_USER. Methods raise `OSError`."""

    def get(self, key: str, name: str) -> str | bytes | None: ...

    def set(self, key: str, name: str, value: str) -> None: ...

    def delete(self, key: str, name: str) -> None:
        """That there was none is no failure."""


class WindowsAutostart:
    """Our value under the Run key. It is ours if it says what we noted when we wrote it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @property
    def where(self) -> str:
        return rf"HKEY_CURRENT_USER\{RUN}\{NAME}"

    def line_of(self, command: tuple[str, ...]) -> str:
        return subprocess.list2cmdline(command)

    def read(self) -> Entry | None:
        get = self._registry.get
        line = get(RUN, NAME)
        if line is None:
            return None
        approved = get(APPROVED, NAME)
        switched_off = isinstance(approved, bytes) and bool(approved) and approved[0] % 2 == 1
        ours = line == get(OWN, _LINE)
        return Entry(
            str(line), str(get(OWN, _HOME) or ""), ours=ours, on=not switched_off, program=_first_word(str(line))
        )

    def write(self, command: tuple[str, ...], home: str) -> None:
        line = self.line_of(command)
        self._registry.set(OWN, _HOME, home)
        self._registry.set(OWN, _LINE, line)
        self._registry.set(RUN, NAME, line)
        self._registry.delete(APPROVED, NAME)

    def remove(self) -> None:
        self._registry.delete(RUN, NAME)
        for name in (_LINE, _HOME):
            self._registry.delete(OWN, name)


def _first_word(line: str) -> str:
    """The program of a line as `list2cmdline` writes it: in quotation marks only where there is a blank."""
    return line[1:].partition('"')[0] if line.startswith('"') else line.partition(" ")[0]


if sys.platform == "win32":
    import winreg

    class UserRegistry:
        """The real one."""

        def get(self, key: str, name: str) -> str | bytes | None:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    value, _ = winreg.QueryValueEx(opened, name)
            except FileNotFoundError:
                return None
            return value if isinstance(value, bytes) else str(value)

        def set(self, key: str, name: str, value: str) -> None:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

        def delete(self, key: str, name: str) -> None:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return
