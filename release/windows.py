"""The Windows installer: what `resources/windows/installer.nsi` leaves open is told from the bundle itself.

`python -m release.windows BUNDLE OUTPUT` needs `makensis` (NSIS 3.09 or newer, or Debian 12's mended 3.08), which there
is for Windows and Linux, and the icon that the bundle was made with.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from b24learn_gui import __version__
from release.contents import CONSOLE, WINDOWED
from release.icons import DRAWING
from release.version_info import numbers

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "resources" / "windows" / "installer.nsi"
ICON = ROOT / "build" / "bundle" / "icons" / "b24learn-gui.ico"
INNER, LICENCES = "_internal", "licences"
LONGEST_PATH = 259
"""Characters of a path that every Windows program can open, the closing zero not counted."""
ASIDE = len(".old")
"""What the name of the inner folder grows by while an upgrade takes it aside."""
_SIDE, _SIDE_WIDTH, _SIDE_HEIGHT = "side.bmp", 164, 314
SIGN_VARIABLE = "B24LEARN_SIGN_COMMAND"
"""A command that signs the file named by its last word; empty where no certificate is configured."""

_NO_NAME = set('<>:"|?*\\')


class BundleUnfit(Exception):
    """The folder is no bundle that the installer's script can handle; the text says why."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A built program: `files` relative to `folder`, in the order they are installed; `size` in bytes."""

    folder: Path
    files: tuple[PurePosixPath, ...]
    size: int

    @property
    def room(self) -> int:
        """The longest name of a folder, in characters, in which every file has a name that can be opened."""
        return LONGEST_PATH - ASIDE - 1 - max(len(str(each)) for each in self.files)


def read_bundle(folder: Path) -> Bundle:
    """What there is to be installed. Raises `BundleUnfit`."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    found = (PurePosixPath(path.relative_to(folder).as_posix()) for path in paths)
    # The command first: by it a folder is known as ours, also where an installer was ended in the middle.
    files = tuple(sorted(found, key=lambda each: str(each).removesuffix(".exe") != CONSOLE))
    tops = {each.parts[0] for each in files}
    wanted = {WINDOWED, CONSOLE, INNER, LICENCES}
    if {top.removesuffix(".exe") for top in tops} != wanted:
        # An upgrade takes exactly these aside; anything else would stay behind from the former version.
        raise BundleUnfit(f"{folder} must hold {sorted(wanted)} and nothing else, but has {sorted(tops)}")
    for file in files:
        if any(part.endswith((".", " ")) or set(part) & _NO_NAME for part in file.parts):
            raise BundleUnfit(f"{file}: Windows knows no such name")
    return Bundle(folder.resolve(), files, sum(path.stat().st_size for path in paths))


def file_lists(bundle: Bundle) -> str:
    """The macros that install every file of the bundle, remove the same files, their folders last, and find one that is
    there: then it goes on at the label it is told.
    """
    lines = ["; Written by release/windows.py from the bundle's files.", "!macro INSTALL_FILES"]
    folder: PurePosixPath | None = None
    for file in bundle.files:
        if file.parent != folder:
            folder = file.parent
            lines.append(f'  SetOutPath "{_installed(folder)}"')
        lines.append(f'  File "/oname={_escaped(_target_name(file))}" "{_source(bundle.folder / file)}"')
    lines += ["!macroend", "", "!macro REMOVE_FILES"]
    lines += [f'  Delete "{_installed(_target(file))}"' for file in bundle.files]
    lines += [f'  RMDir "{_installed(each)}"' for each in _folders(bundle.files)]
    lines += ["!macroend", "", "!macro FIND_FILES THERE"]
    lines += [f'  IfFileExists "{_installed(_target(file))}" ${{THERE}}' for file in bundle.files]
    return "\r\n".join([*lines, "!macroend", ""])


def _target(file: PurePosixPath) -> PurePosixPath:
    return file.with_name(_target_name(file))


def _target_name(file: PurePosixPath) -> str:
    """Programs that were built elsewhere, to try the script out, lack the ending."""
    return f"{file.name}.exe" if len(file.parts) == 1 and not file.suffix else file.name


def _folders(files: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Every folder, those inside others first."""
    found = {parent for file in files for parent in file.parents if parent.parts}
    return sorted(found, key=lambda each: (-len(each.parts), str(each)))


def _installed(path: PurePosixPath) -> str:
    return "\\".join(["$INSTDIR", *(_escaped(part) for part in path.parts)])


def _source(path: Path) -> str:
    return str(PureWindowsPath(path) if os.name == "nt" else path)


def _escaped(text: str) -> str:
    """In NSIS `$` begins a variable; no name of Windows has a quotation mark."""
    return text.replace("$", "$$")


def command_line(makensis: str, bundle: Bundle, lists: Path, icon: Path, output: Path, sign: str = "") -> list[str]:
    """The words that compile the installer; a warning is an error."""
    defines = {
        "VERSION": __version__,
        "QUAD": ".".join(map(str, numbers(__version__))),
        "FILES": str(lists),
        "ICON": str(icon),
        "SIDE": str(lists.with_name(_SIDE)),
        "OUTPUT": str(output),
        "SIZE_KB": str(bundle.size // 1024),
        "ROOM": str(bundle.room),
        **({"SIGN": sign} if sign else {}),
    }
    return [
        makensis,
        "-V2",
        "-WX",
        "-INPUTCHARSET",
        "UTF8",
        *(f"-D{name}={value}" for name, value in defines.items()),
    ]


def build_installer(folder: Path, icon: Path, output: Path, *, target: str = "", sign: str = "") -> Path:
    """Compile the installer of this bundle. `target`: of NSIS, "amd64-unicode" say; empty for its usual one, which runs
    on every Windows. Raises `BundleUnfit`, or `RuntimeError` with what the compiler says.
    """
    makensis = shutil.which("makensis") or _usual_makensis()
    bundle = read_bundle(folder)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        lists = Path(directory, "files.nsh")
        lists.write_text(file_lists(bundle), "utf-8", newline="")
        draw_side(lists.with_name(_SIDE))
        words = command_line(makensis, bundle, lists, icon.resolve(), output.resolve(), sign)
        words += [*([f"-XTarget {target}"] if target else []), str(SCRIPT)]
        done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise RuntimeError(f"makensis: {done.stdout}{done.stderr}")
    return output


def draw_side(path: Path) -> None:
    """The picture beside the last page: the program's sign on the windows' own ground."""
    image = QImage(2 * _SIDE_WIDTH, 2 * _SIDE_HEIGHT, QImage.Format.Format_RGB32)  # for dense screens
    image.fill(QColor("#F4F5F7"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = image.width() * 0.5
    QSvgRenderer(str(DRAWING)).render(painter, QRectF((image.width() - side) / 2, side / 2, side, side))
    painter.fillRect(image.rect().adjusted(image.width() - 2, 0, 0, 0), Qt.GlobalColor.lightGray)
    painter.end()
    if not image.save(str(path), "BMP"):  # type: ignore[call-overload]
        raise OSError(f"{path} could not be written")


def _usual_makensis() -> str:
    """Where it is on Windows, which puts no programs on the path."""
    usual = Path(os.environ.get("PROGRAMFILES(X86)", ""), "NSIS", "makensis.exe")
    if usual.is_file():
        return str(usual)
    raise RuntimeError("makensis is missing. On Debian: apt-get install nsis; on Windows: choco install nsis")


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--icon", type=Path, default=ICON)
    parser.add_argument("--target", default="")
    given = parser.parse_args(words)
    try:
        made = build_installer(
            given.bundle, given.icon, given.output, target=given.target, sign=os.environ.get(SIGN_VARIABLE, "")
        )
    except (BundleUnfit, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{made}: {made.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
