"""How this program is started again by somebody else: the interpreter with the package, or the frozen program."""

import sys
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath

PACKAGE = "b24learn_gui"
_WITH_WINDOWS, _WITHOUT = "B24Learn", "b24learn-gui"


def program_command(*, windows: bool) -> tuple[str, ...]:
    """Words that start the program; `windows`: the one that opens them, otherwise the one for the command line.

    A frozen program comes as two that share their files. Where it was installed, the link among the commands is named
    instead: it stays whatever becomes of the folder. An interpreter on Windows has a twin without a console.
    """
    executable = Path(sys.executable)
    if getattr(sys, "frozen", False):
        twin = executable.with_name(f"{_WITH_WINDOWS if windows else _WITHOUT}{executable.suffix}")
        link = link_to(executable.with_name(_WITHOUT), places_of_links()) if sys.platform == "linux" else None
        return (str(link or (twin if twin.is_file() else executable)),)
    quiet = executable.with_name("pythonw.exe")
    if windows and isinstance(executable, PureWindowsPath) and quiet.is_file():
        executable = quiet
    return (str(executable), "-m", PACKAGE)


def places_of_links() -> tuple[Path, ...]:
    """Where the package, and the installer of the archive, make the command known."""
    return (Path("/usr/bin"), Path("/usr/local/bin"), Path.home() / ".local" / "bin")


def link_to(program: Path, places: Iterable[Path]) -> Path | None:
    """The first link of the program's name in `places` that leads to it. Linux knows no programs without a console."""
    for place in places:
        link = place / _WITHOUT
        try:
            if link.is_symlink() and program.exists() and link.samefile(program):
                return link
        except OSError:
            continue  # a place nobody may look into has no link for us
    return None


def is_another_copy(program: str) -> bool:
    """Whether this path, the first word of a command that was written somewhere, leads to a program that is there and
    lies elsewhere than this one. A folder is one copy, whichever of the two programs in it is named, by a link or not;
    an interpreter is known by the path it is called by, since those of all virtual environments are links to one.
    """
    path, own = Path(program), Path(sys.executable)
    try:
        if not program or not path.exists():
            return False
        if getattr(sys, "frozen", False):
            return path.resolve().parent != own.resolve().parent
    except OSError:
        return True  # where this account may not look, somebody else's lies
    return path.absolute().parent != own.absolute().parent


def program_folder() -> Path | None:
    """Where the frozen program lies with its files; None where an interpreter runs the package."""
    return Path(sys.executable).parent if getattr(sys, "frozen", False) else None
