"""Makes the folder that needs no Python: `python -m release.bundle [--to DIR] [--work DIR]` (`python3 run.py bundle`).

The result is `<to>/b24learn-gui/` with the two programs, `_internal` (their files) and `licences`; on macOS
`<to>/B24Learn.app` as well. `<work>` gets what is only needed on the way, among it `icons/`. Two runs on the same
commit with the same Python and packages give the same bytes, wherever they run: no time, no path and no order of hashes
of the building machine gets in. It is an error if the folder grows beyond its budget.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from b24learn_gui import __version__
from release import icons
from release.contents import CONSOLE, WINDOWED
from release.version_info import version_info

ROOT = Path(__file__).parents[1]
UNPACKED_MB, PACKED_MB = 180, 60
"""The budget, in 10⁶ bytes: the folder, and the folder as `.tar.xz`."""
_FIRST_POSSIBLE = 315_532_800
"""1980, the first time an archive can tell: for a source that no commit has."""
_EXECUTABLE, _PLAIN = 0o755, 0o644


class BundleError(Exception):
    """The folder could not be made, or is not what it has to be; the words say why."""


@dataclass(frozen=True, slots=True)
class Made:
    """`folder`: the result; `size`: its files' bytes; `seconds`: how long it took."""

    folder: Path
    size: int
    seconds: float


def make(to: Path = ROOT / "dist", work: Path = ROOT / "build" / "bundle") -> Made:
    """Make the folder anew; what stood in its place is removed. Raises `BundleError`."""
    begun = time.monotonic()
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(to / CONSOLE, ignore_errors=True)
    icons.render(work / "icons")
    for program in (WINDOWED, CONSOLE):
        (work / f"{program}.version.txt").write_text(version_info(program), "utf-8")
    _run_pyinstaller(to, work)
    folder = to / CONSOLE
    inside = folder / "_internal" / "licences"
    inside.rename(folder / "licences")
    settle(folder)
    size = size_of(folder)
    if size > UNPACKED_MB * 10**6:
        raise BundleError(f"{folder} has {size / 1e6:.0f} MB, more than {UNPACKED_MB} MB")
    return Made(folder, size, time.monotonic() - begun)


def epoch() -> int:
    """Seconds since 1970 that stand for the time of the source: `SOURCE_DATE_EPOCH`, or the commit's."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    line = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        asked = subprocess.run(line, capture_output=True, text=True, check=False)
    except OSError:
        return _FIRST_POSSIBLE
    return int(asked.stdout) if asked.returncode == 0 and asked.stdout.strip() else _FIRST_POSSIBLE


def settle(folder: Path) -> None:
    """The same time and the same rights for everything: what a machine's owner or clock would make different."""
    when = epoch()
    for path in sorted(folder.rglob("*"), reverse=True):
        if not path.is_symlink():
            path.chmod(_EXECUTABLE if path.is_dir() or os.access(path, os.X_OK) else _PLAIN)
        if os.utime in os.supports_follow_symlinks or not path.is_symlink():
            os.utime(path, (when, when), follow_symlinks=not path.is_symlink())
    folder.chmod(_EXECUTABLE)
    os.utime(folder, (when, when))


def size_of(folder: Path) -> int:
    """Bytes of all files; links count for nothing."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _run_pyinstaller(to: Path, work: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(epoch()),
        "PYINSTALLER_CONFIG_DIR": str(work / "pyinstaller"),
        "B24LEARN_BUILD": str(work),
        "B24LEARN_VERSION": __version__,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    places = ["--distpath", str(to), "--workpath", str(work / "pyinstaller")]
    line = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR", *places]
    done = subprocess.run([*line, str(ROOT / "build_installer.spec")], cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise BundleError(f"PyInstaller ended with {done.returncode}; what it says stands above")


def main(words: list[str]) -> int:
    """Make it and say how large it became."""
    parser = argparse.ArgumentParser(prog="bundle")
    parser.add_argument("--to", type=Path, default=ROOT / "dist")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bundle")
    asked = parser.parse_args(words)
    try:
        made = make(asked.to.resolve(), asked.work.resolve())
    except BundleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{made.folder}: {made.size / 1e6:.1f} MB in {made.seconds:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
