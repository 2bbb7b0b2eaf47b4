"""Which language a person is spoken to in: asked for, set, or the system's (INTERFACE: `--lang`, `language`)."""

import os
import sys
from collections.abc import Mapping
from typing import Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_RUSSIAN_PRIMARY_ID = 0x19  # the low ten bits of a Windows language identifier


def chosen_language(
    asked: str | None = None,
    setting: str = "system",
    *,
    environment: Mapping[str, str] | None = None,
    platform: str = sys.platform,
) -> Language:
    """`asked` (an option) wins over `setting` (`system`, `ru` or `en`), which wins over what the system says."""
    for wish in (asked, setting):
        if wish == "ru":
            return "ru"
        if wish == "en":
            return "en"
    environment = os.environ if environment is None else environment
    for variable in _VARIABLES:
        value = environment.get(variable, "")
        if value and value.partition(".")[0] not in {"C", "POSIX"}:
            return _by_tag(value)
        if value:
            return "en"
    return _by_system(platform)


def _by_tag(tag: str) -> Language:
    primary = tag.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return "ru" if primary in {"ru", "russian"} else "en"


def _by_system(platform: str) -> Language:
    """What a desktop says where no variable does: Windows never sets them, a macOS application bundle neither."""
    if platform == "win32":
        import ctypes  # noqa: PLC0415 - only Windows needs it

        windll = getattr(ctypes, "windll", None)
        if windll is not None:
            identifier = int(windll.kernel32.GetUserDefaultUILanguage())
            return "ru" if identifier & 0x3FF == _RUSSIAN_PRIMARY_ID else "en"
    import locale  # noqa: PLC0415 - rarely asked: mostly a variable or the settings say it

    return _by_tag(locale.getlocale()[0] or "")
