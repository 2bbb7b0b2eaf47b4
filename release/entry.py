"""Where the frozen program begins: both `B24Learn`, which has windows alone, and `b24learn-gui`, which is a command.

`b24learn-gui --self-check` loads every module of the program and looks for every file it reads, and prints one JSON
object: `ok`, `modules` (how many), `failed` (name → kind of error). It ends 0, or 1 where something is missing.
"""

import ctypes
import importlib
import io
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SELF_CHECK = "--self-check"
LIBRARIES = (
    *("click", "filelock", "keyring", "msgspec", "phonenumbers", "platformdirs", "pytz", "requests", "schedule"),
    *("tomli_w", "truststore", "urllib3", "xlsxwriter", "certifi", "idna", "charset_normalizer"),
    *("PySide6.QtCore", "PySide6.QtGui", "PySide6.QtSvg", "PySide6.QtWidgets", "sqlite3", "ssl", "_strptime"),
)
"""What the program's modules load only when they need it."""
_WARNING = 0x30
"""The message box's sign; it has one button, "OK"."""
_OWN = "/proc/self/exe"
"""The file of this process, whatever has become of its name."""
_SEARCHED = "LD_LIBRARY_PATH"
_BEFORE = f"{_SEARCHED}_ORIG"


def main() -> int:
    """Run the program; what it starts meets the surroundings as they were before."""
    restore_surroundings()
    keep_own_code()
    if sys.argv[1:] == [SELF_CHECK]:
        return self_check()
    from b24learn_gui.__main__ import main as program  # noqa: PLC0415 - the surroundings first

    return program() if sys.stderr is not None else without_console(program, _message_box)


def without_console(program: Callable[[], int], show: Callable[[str], object]) -> int:
    """Run where nobody reads standard error, as Windows runs `B24Learn`: what a failed start says there is shown."""
    sys.stderr = said = io.StringIO()
    code = program()
    words = said.getvalue().strip()
    if code and words:
        show(words)
    return code


def _message_box(words: str) -> None:
    user32 = getattr(getattr(ctypes, "windll", None), "user32", None)
    if user32 is not None:
        user32.MessageBoxW(None, words, "Bitrix24 → iSpring Learn", _WARNING)


def restore_surroundings() -> None:
    """Let the system's programs find the system's libraries again.

    The frozen program's start puts its own folder before them for itself. This process has read that already; a browser
    or a file manager that it opens would be started with our libraries and might not start at all.
    """
    before = os.environ.pop(_BEFORE, None)
    if before is not None:
        os.environ[_SEARCHED] = before
    elif os.environ.get(_SEARCHED) == getattr(sys, "_MEIPASS", None):
        os.environ.pop(_SEARCHED, None)


def keep_own_code() -> None:
    """Load modules from the file this process was started from for as long as it runs.

    PyInstaller opens the program's file anew for each module. An update that puts another one in its place would have a
    run read nonsense in the middle of its work, a removal would end it on the spot. On Linux the file itself stays.
    """
    if sys.platform != "linux":
        return
    with suppress(ImportError, AttributeError, OSError):
        importers = importlib.import_module("pyimod02_importers")
        archive = importers.pyz_archive
        if Path(archive._filename).samefile(_OWN):  # noqa: SLF001 - there is no other way to say it
            archive._filename = _OWN  # noqa: SLF001 - as above


def self_check() -> int:
    """Load everything, as no single run of the program does."""
    failed: dict[str, str] = {}
    names = list(_modules(failed))
    for name, look in (("catalogue", _catalogue), ("icons", _icons), ("keyring", _keyring)):
        try:
            look()
        except Exception as error:  # noqa: BLE001 - told by its name
            failed[name] = f"{type(error).__name__}: {error}"
    sys.stdout.write(json.dumps({"ok": not failed, "modules": len(names), "failed": failed}) + "\n")
    return 1 if failed else 0


def _modules(failed: dict[str, str]) -> list[str]:
    import pkgutil  # noqa: PLC0415 - only here

    import b24learn_gui  # noqa: PLC0415 - only here

    def fails(name: str) -> None:
        failed[name] = "cannot be looked into"

    found = [each.name for each in pkgutil.walk_packages(b24learn_gui.__path__, "b24learn_gui.", fails)]
    for name in (*found, *LIBRARIES):
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - told by its name
            failed[name] = f"{type(error).__name__}: {error}"
    return found


def _catalogue() -> None:
    from b24learn_gui.text.words import Words  # noqa: PLC0415 - only here

    if Words("ru")("Close") == "Close":
        raise LookupError("the Russian catalogue is empty")


def _icons() -> None:
    from importlib.resources import files  # noqa: PLC0415 - only here

    drawings = [each.name for each in files("b24learn_gui.gui.icons").iterdir() if each.name.endswith(".svg")]
    if "app.svg" not in drawings or "tray-idle.svg" not in drawings:
        raise FileNotFoundError("the drawings of the icons")


def _keyring() -> None:

    from b24learn_gui.storage.secrets import backends  # noqa: PLC0415 - only here

    for path in backends.platform_backends():
        importlib.import_module(path.rpartition(".")[0])


if __name__ == "__main__":
    sys.exit(main())
