"""The folder that needs no Python, and a bare Debian 12 to try it in.

What is missing is a reason to skip, but not where the folder was made to be tried: there `B24LEARN_MUST_TRY_BUNDLE` is
set, and what is missing is a failure.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from release.contents import CONSOLE, DEBIAN_PACKAGES, WINDOWED

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "dist" / CONSOLE
INSTALLED = f"/opt/{CONSOLE}"
"""Where the bare Debian has the folder; it cannot be written there."""
SUITE = "bookworm"
MUST = "B24LEARN_MUST_TRY_BUNDLE"
_TOOLS = ("mmdebstrap", "unshare", "mount", "chroot")
_SOURCES = Path("/etc/apt")

_ENTER = """
root=$1 own=$2 program=$3; shift 3
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
mkdir -p "$root$own" /tmp/.X11-unix "$root/tmp/.X11-unix"
mount --bind "$own" "$root$own"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
mount --bind "$program" "$root$INSTALLED"
mount -o remount,bind,ro "$root$INSTALLED"
mount --bind /dev "$root/dev"
mount --bind /proc "$root/proc"
exec chroot "$root" "$@"
""".replace("$INSTALLED", INSTALLED)
"""Mounts that end with the process, for they are in a namespace of its own. All but a few folders cannot be written."""


def missing(why: str) -> NoReturn:
    """Skip, or fail where there is no excuse."""
    import pytest  # where the bare Debian is made beforehand it is not there yet

    if os.environ.get(MUST):
        pytest.fail(why)
    pytest.skip(why)


def built_folder() -> Path:
    """The folder, made beforehand."""
    if not (FOLDER / WINDOWED).is_file() and not (FOLDER / f"{WINDOWED}.exe").is_file():
        missing("the folder that needs no Python is not there: python3 run.py bundle")
    return FOLDER


@dataclass(frozen=True)
class BareDebian:
    """A Debian with nothing but its essentials and the packages that the folder asks for."""

    root: Path
    folder: Path

    def line(self, own: Path, *words: str) -> list[str]:
        """A command line that runs `words` in there. `own`: a folder below /tmp, there as here, to be written in."""
        assert own.is_relative_to("/tmp")
        entering = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", _ENTER, "sh"]
        return [*entering, str(self.root), str(own), str(self.folder), *words]

    def run(
        self, own: Path, words: Sequence[str], environment: dict[str, str], seconds: float = 120
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.line(own, *words),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )


class NotHereError(Exception):
    """No bare Debian can be made here; the words say why."""


def bare_debian() -> BareDebian:
    """Made on first use, and again whenever the packages change; kept in `build`."""
    try:
        return BareDebian(bare_root(), built_folder())
    except NotHereError as error:
        missing(str(error))


def bare_root() -> Path:
    """The root folder of a bare Debian, made by this machine's own sources. Raises `NotHereError`."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NotHereError("a bare Debian is made by root on Linux")
    lacking = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if lacking:
        raise NotHereError(f"a bare Debian is made with {', '.join(_TOOLS)}; missing: {', '.join(lacking)}")
    wanted = hashlib.sha256(" ".join([SUITE, *DEBIAN_PACKAGES]).encode()).hexdigest()[:12]
    root = REPOSITORY / "build" / f"debian-{wanted}"
    if not root.is_dir():
        _make(root)
    return root


def _make(root: Path) -> None:
    unfinished = root.with_name(f"{root.name}.{os.getpid()}")
    unfinished.parent.mkdir(exist_ok=True)
    line = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={','.join(DEBIAN_PACKAGES)}"]
    done = subprocess.run(
        [*line, SUITE, str(unfinished), *_sources()], capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise NotHereError(f"mmdebstrap ended with {done.returncode}: {done.stderr[-500:]}")
    (unfinished / INSTALLED.lstrip("/")).mkdir(parents=True)
    try:
        unfinished.rename(root)
    except OSError:  # somebody else was faster
        shutil.rmtree(unfinished)


def _sources() -> list[str]:
    """This machine's own lists of where Debian's packages come from; without any, mmdebstrap knows of one."""
    files = [_SOURCES / "sources.list", *sorted((_SOURCES / "sources.list.d").glob("*"))]
    taken = [each for each in files if each.suffix in {".list", ".sources"} and each.is_file()]
    return [str(each) for each in taken if SUITE in each.read_text("utf-8")]


if __name__ == "__main__":  # for whoever wants it made before the tests
    sys.stdout.write(f"{bare_root().name}\n")
