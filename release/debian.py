"""Makes the Debian package from the folder that needs no Python: `python -m release.debian [--from DIR] [--to DIR]`.

It needs `dpkg-deb` and nothing else of Debian's tools. The same folder gives the same bytes, on every machine.

The program lies in `/usr/lib/b24learn-gui`, whose name holds no version, and is known as `/usr/bin/b24learn-gui`. The
package starts nothing, registers nothing and asks nothing: whether the program starts with a person's session, or runs
without anybody logged in, is that person's wish, and is written by the program in that person's name.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from b24learn_gui import __version__
from release.bundle import ROOT, epoch, settle
from release.contents import DEBIAN_PACKAGES
from release.linux import RESOURCES, copy_program, packed, share, write
from release.manual import PROGRAM

REVISION = "1"
MAINTAINER = "b24learn-gui developers <b24learn-gui@b24learn.invalid>"
"""Where nobody else is named. The address takes no letters, and says so by its ending."""
DOCUMENTS = (
    "README.md",
    "docs/interface.md",
    "docs/rules.md",
    "docs/how-a-sync-works.md",
    "docs/running-unattended.md",
    "docs/installing.md",
    "docs/moving.md",
)
_PACKING = {False: ("-Zxz", "-z9"), True: ("-Zgzip", "-z1")}
"""dpkg has xz cut into blocks of some dictionaries; at 9 everything is one block, which is a sixth smaller than at 6.
A quick one is packed in seconds, for trying it out.
"""

_DESCRIPTION = """\
keeps employees and departments of Bitrix24 in step in iSpring Learn
 For HR and IT administrators: reads employees and departments of Bitrix24
 (cloud or on-premise) and keeps them in step, one way, in the learning
 platform iSpring Learn. Every change is shown before it is written, nobody
 is deleted, and every run can be explained and taken back.
 .
 With windows and an icon in the tray, and the same from the terminal or
 from systemd without a screen. In Russian and English."""
_SYMBOL = re.compile(rb"GLIBC_(2)\.(\d+)\0")


def make(
    bundle: Path,
    to: Path,
    *,
    version: str = __version__,
    maintainer: str = "",
    quick: bool = False,
) -> Path:
    """Write `b24learn-gui_<version>_<architecture>.deb` into `to`; a `quick` one is packed less."""
    number = f"{debian_version(version)}-{REVISION}"
    architecture = _said("dpkg", "--print-architecture")
    maintainer = maintainer or os.environ.get("B24LEARN_MAINTAINER") or MAINTAINER
    to.mkdir(parents=True, exist_ok=True)
    made = to / f"{PROGRAM}_{number}_{architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="deb-", dir=to) as work:
        root = Path(work) / "root"
        _fill(root, bundle, version, number, maintainer)
        _control(root, bundle, number, architecture, maintainer)
        settle(root)
        (root / "DEBIAN" / "postrm").chmod(0o755)
        line = ["dpkg-deb", "--root-owner-group", *_PACKING[quick], "--build", str(root), str(made)]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch())}
        subprocess.run(line, env=environment, stdout=subprocess.DEVNULL, check=True)
    return made


def debian_version(version: str) -> str:
    """Python's number in Debian's order: what comes before a version has to sort before it."""
    return re.sub(r"\.?(a|b|rc|dev)(?=\d)", r"~\1", version)


def needed_libc(folder: Path) -> str:
    """The oldest C library that knows everything the folder's programs and libraries ask of it."""
    found = {(2, 0)}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if data.startswith(b"\x7fELF"):
                found |= {(int(major), int(minor)) for major, minor in _SYMBOL.findall(data)}
    return ".".join(map(str, max(found)))


def depends(folder: Path) -> str:
    """What the system has to have: exactly what is documented, the C library with its age."""
    libc = f"libc6 (>= {needed_libc(folder)})"
    return ", ".join(libc if each == "libc6" else each for each in DEBIAN_PACKAGES)


def _fill(root: Path, bundle: Path, version: str, number: str, maintainer: str) -> None:
    copy_program(bundle, root / "usr" / "lib" / PROGRAM)
    commands = root / "usr" / "bin"
    commands.mkdir(parents=True)
    (commands / PROGRAM).symlink_to(f"../lib/{PROGRAM}/{PROGRAM}")
    share(root / "usr" / "share", version, epoch())
    papers = root / "usr" / "share" / "doc" / PROGRAM
    write(papers / "copyright", (RESOURCES / "copyright").read_bytes())
    write(papers / "changelog.gz", packed((ROOT / "CHANGELOG.md").read_bytes()))
    write(papers / "changelog.Debian.gz", packed(_changes(number, version, maintainer).encode()))
    for name in DOCUMENTS:
        write(papers / f"{Path(name).name}.gz", packed((ROOT / name).read_bytes()))
    shutil.copyfile(ROOT / "docs" / "how-a-sync-works.svg", papers / "how-a-sync-works.svg")
    exceptions = (RESOURCES / "lintian-overrides").read_bytes()
    write(root / "usr" / "share" / "lintian" / "overrides" / PROGRAM, exceptions)


def _control(root: Path, bundle: Path, number: str, architecture: str, maintainer: str) -> None:
    files = sorted(_files(root))
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files)  # noqa: S324 - what dpkg compares
    fields = {
        "Package": PROGRAM,
        "Version": number,
        "Architecture": architecture,
        "Maintainer": maintainer,
        "Installed-Size": str(size),
        "Depends": depends(bundle),
        "Suggests": "gnome-keyring | kwalletmanager | keepassxc",
        "Section": "misc",
        "Priority": "optional",
        "Description": _DESCRIPTION,
    }
    write(root / "DEBIAN" / "control", "".join(f"{name}: {value}\n" for name, value in fields.items()).encode())
    write(root / "DEBIAN" / "md5sums", sums.encode())
    write(root / "DEBIAN" / "postrm", (RESOURCES / "postrm").read_bytes())


def _files(root: Path) -> Iterator[Path]:
    return (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _changes(number: str, version: str, maintainer: str) -> str:
    when = format_datetime(datetime.fromtimestamp(epoch(), UTC))
    return (
        f"{PROGRAM} ({number}) stable; urgency=medium\n\n"
        f"  * Version {version}; what changed stands in changelog.gz.\n\n"
        f" -- {maintainer}  {when}\n"
    )


def _said(*line: str) -> str:
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()


def main(words: list[str]) -> int:
    """Make it and say how large it became."""
    parser = argparse.ArgumentParser(prog="debian")
    parser.add_argument("--from", dest="bundle", type=Path, default=ROOT / "dist" / PROGRAM)
    parser.add_argument("--to", type=Path, default=ROOT / "dist")
    parser.add_argument("--maintainer", default="", help="Name <address>; otherwise B24LEARN_MAINTAINER")
    parser.add_argument("--quick", action="store_true", help="pack less, for trying it out")
    asked = parser.parse_args(words)
    made = make(asked.bundle.resolve(), asked.to.resolve(), maintainer=asked.maintainer, quick=asked.quick)
    sys.stdout.write(f"{made}: {made.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
