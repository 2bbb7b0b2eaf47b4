"""How this program is started again by somebody else: the interpreter with the package, or the frozen program."""

import sys
from pathlib import Path, PureWindowsPath

PACKAGE = "b24learn_gui"
_WITH_WINDOWS, _WITHOUT = "B24Learn", "b24learn-gui"


def program_command(*, windows: bool) -> tuple[str, ...]:
    """Words that start the program; `windows`: the one that opens them, otherwise the one for the command line.

    A frozen program comes as two that share their files. An interpreter on Windows has a twin without a console.
    """
    executable = Path(sys.executable)
    if getattr(sys, "frozen", False):
        twin = executable.with_name(f"{_WITH_WINDOWS if windows else _WITHOUT}{executable.suffix}")
        return (str(twin if twin.is_file() else executable),)
    quiet = executable.with_name("pythonw.exe")
    if windows and isinstance(executable, PureWindowsPath) and quiet.is_file():
        executable = quiet
    return (str(executable), "-m", PACKAGE)
