"""Makes the archive for every other Linux from the folder that needs no Python: `python -m release.tarball`.

`b24learn-gui-<version>-linux-<machine>.tar.xz` holds one folder: the program, which runs from wherever it is unpacked,
and `install.sh`, which installs it for one person. The same folder gives the same bytes.
"""

import argparse
import gzip
import io
import lzma
import platform
import sys
import tarfile
import tempfile
import textwrap
from pathlib import Path
from typing import BinaryIO, cast

from b24learn_gui import __version__
from release.bundle import ROOT, epoch, settle
from release.contents import DEBIAN_PACKAGES
from release.debian import needed_libc
from release.linux import RESOURCES, copy_program, share, write
from release.manual import PROGRAM


def make(bundle: Path, to: Path, *, version: str = __version__, quick: bool = False) -> Path:
    """Write the archive into `to`; a `quick` one is packed in seconds as `.tar.gz`, for trying it out."""
    to.mkdir(parents=True, exist_ok=True)
    made = to / f"{PROGRAM}-{version}-linux-{platform.machine()}.tar.{'gz' if quick else 'xz'}"
    with tempfile.TemporaryDirectory(prefix="tar-", dir=to) as work:
        folder = Path(work) / f"{PROGRAM}-{version}"
        _fill(folder, bundle, version)
        settle(folder)
        with _packed(made, quick=quick) as file, tarfile.open(fileobj=file, mode="w|") as archive:
            for path in (folder, *sorted(folder.rglob("*"))):
                _add(archive, path, path.relative_to(folder.parent))
    return made


def _packed(made: Path, *, quick: bool) -> BinaryIO:
    """To be written into; as xz with neither time nor name in it."""
    opened = gzip.open(made, "wb", 1) if quick else lzma.open(made, "wb", preset=6)  # noqa: SIM115 - whoever asks closes it
    return cast("BinaryIO", opened)


def readme(version: str, libc: str) -> str:
    """What stands beside the program."""
    text = (RESOURCES / "README.txt").read_text("utf-8")
    line = f"apt-get install {' '.join(DEBIAN_PACKAGES)}"
    packages = " \\\n".join(
        textwrap.wrap(line, 100, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
    )
    return text.replace("@VERSION@", version).replace("@LIBC@", libc).replace("@PACKAGES@", packages)


def _fill(folder: Path, bundle: Path, version: str) -> None:
    copy_program(bundle, folder)
    share(folder / "share", version, epoch())
    write(folder / "README.txt", readme(version, needed_libc(bundle)).encode())
    write(folder / "install.sh", (RESOURCES / "install.sh").read_bytes())
    (folder / "install.sh").chmod(0o755)


def _add(archive: tarfile.TarFile, path: Path, name: Path) -> None:
    """Without whose it is on this machine, and when it was read."""
    entry = archive.gettarinfo(path, str(name))
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    if entry.islnk():
        entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", path.stat().st_size
    archive.addfile(entry, io.BytesIO(path.read_bytes()) if entry.isreg() else None)


def main(words: list[str]) -> int:
    """Make it and say how large it became."""
    parser = argparse.ArgumentParser(prog="tarball")
    parser.add_argument("--from", dest="bundle", type=Path, default=ROOT / "dist" / PROGRAM)
    parser.add_argument("--to", type=Path, default=ROOT / "dist")
    parser.add_argument("--quick", action="store_true", help="pack less, for trying it out")
    asked = parser.parse_args(words)
    made = make(asked.bundle.resolve(), asked.to.resolve(), quick=asked.quick)
    sys.stdout.write(f"{made}: {made.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
