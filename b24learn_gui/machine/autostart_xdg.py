"""Linux and BSD desktops: a desktop file in `autostart` (XDG Desktop Application Autostart Specification)."""

import re
from collections.abc import Mapping
from pathlib import Path

from b24learn_gui.machine.autostart import NAME, Entry
from b24learn_gui.machine.files import read_text, write_readable

_MARK = "X-B24Learn-Home"
"""The key that makes an entry ours; its value is the home, empty for the platform's own places."""

_PLAIN = re.compile(r"[A-Za-z0-9_./:=@+,-]+")
_MUST_BE_ESCAPED = re.compile(r'(["`$\\])')


class XdgAutostart:
    """`~/.config/autostart/b24learn-gui.desktop`, or where `XDG_CONFIG_HOME` says."""

    def __init__(self, environment: Mapping[str, str], user_home: Path) -> None:
        chosen = environment.get("XDG_CONFIG_HOME", "")
        configuration = Path(chosen) if Path(chosen).is_absolute() else user_home / ".config"
        self._file = configuration / "autostart" / f"{NAME}.desktop"

    @property
    def where(self) -> str:
        return str(self._file)

    def line_of(self, command: tuple[str, ...]) -> str:
        return _escaped(" ".join(_quoted(word) for word in command))

    def read(self) -> Entry | None:
        text = read_text(self._file)
        if text is None:
            return None
        keys = _keys(text)
        switched_off = keys.get("Hidden") == "true" or keys.get("X-GNOME-Autostart-enabled") == "false"
        home = _unescaped(keys.get(_MARK, ""))
        program = _unescaped(keys.get("TryExec", ""))
        return Entry(keys.get("Exec", ""), home, ours=_MARK in keys, on=not switched_off, program=program)

    def write(self, command: tuple[str, ...], home: str) -> None:
        lines = [
            "[Desktop Entry]",
            "Type=Application",
            "Version=1.4",
            "Name=Bitrix24 → iSpring Learn",
            "Name[ru]=Битрикс24 → iSpring Learn",
            f"TryExec={_escaped(command[0])}",  # without the program the entry is passed over, not tried and missed
            f"Exec={self.line_of(command)}",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
            f"{_MARK}={_escaped(home)}",
        ]
        write_readable(self._file, ("\n".join(lines) + "\n").encode())

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)


def _keys(text: str) -> dict[str, str]:
    """The keys of the first group, values as they stand there."""
    found: dict[str, str] = {}
    groups = 0
    for line in text.splitlines():
        groups += line.startswith("[")
        key, equals, value = line.partition("=")
        if groups == 1 and equals and not line.startswith("#"):
            found[key.strip()] = value.strip()
    return found


def _quoted(word: str) -> str:
    """One argument of an Exec line: `%` stands for a field code, some letters need quotes, four of them more."""
    word = word.replace("%", "%%")
    return word if _PLAIN.fullmatch(word) else '"' + _MUST_BE_ESCAPED.sub(r"\\\1", word) + '"'


def _escaped(value: str) -> str:
    """Every value is a string first, and there a backslash begins an escape."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _unescaped(value: str) -> str:
    letters = {"n": "\n", "t": "\t", "r": "\r", "s": " "}
    return re.sub(r"\\(.)", lambda found: letters.get(found[1], found[1]), value)
