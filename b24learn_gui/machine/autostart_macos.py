"""macOS: a property list in the user's LaunchAgents, read by launchd at the next login."""

import plistlib
from pathlib import Path

from b24learn_gui.machine.autostart import NAME, Entry
from b24learn_gui.machine.files import write_readable

LABEL = f"local.{NAME}.window"
_MARK = "B24LEARN_AUTOSTART_HOME"
"""The variable that makes an entry ours; its value is the home, empty for the platform's own places."""


class MacAutostart:
    """`~/Library/LaunchAgents/local.b24learn-gui.window.plist`.

    launchd is told nothing now: loading the entry would start a second program, unloading it would end this one.
    """

    def __init__(self, user_home: Path) -> None:
        self._file = user_home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    @property
    def where(self) -> str:
        return str(self._file)

    def line_of(self, command: tuple[str, ...]) -> str:
        return "\0".join(command)

    def read(self) -> Entry | None:
        try:
            found = plistlib.loads(self._file.read_bytes())
            words = tuple(str(word) for word in found.get("ProgramArguments", ()))
            variables = found.get("EnvironmentVariables", {})
            on = not found.get("Disabled", False)
            home, program = str(variables.get(_MARK, "")), words[0] if words else ""
            return Entry(self.line_of(words), home, ours=_MARK in variables, on=on, program=program)
        except FileNotFoundError:
            return None
        except (plistlib.InvalidFileException, ValueError, AttributeError, TypeError):
            return Entry("", "", ours=False, on=True)  # whatever it is, we did not write it

    def write(self, command: tuple[str, ...], home: str) -> None:
        content = {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "EnvironmentVariables": {_MARK: home},
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
        }
        write_readable(self._file, plistlib.dumps(content))

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)
