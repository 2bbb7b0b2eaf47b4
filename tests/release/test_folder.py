"""What the folder that needs no Python holds, weighs and asks for; and that it is made the same a second time."""

import filecmp
import lzma
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pytest

from b24learn_gui import __version__
from release import bundle
from release.contents import CONSOLE, DEBIAN_PACKAGES, PLUGINS, WINDOWED
from release.entry import LIBRARIES
from tests.gui_e2e.session import REPOSITORY
from tests.release.built import MUST, bare_debian, built_folder

pytestmark = pytest.mark.timeout(600)

PROVIDED_BY_NAME = {"ca-certificates"}
"""Asked for although no file wants to be linked with it."""
FORBIDDEN = ("pip", "pytest", "tkinter", "setuptools", "unittest", "tests", "test", "ensurepip", "idlelib", "lib2to3")


@pytest.fixture(scope="module")
def folder() -> Path:
    return built_folder()


@pytest.fixture(scope="module")
def listed(folder: Path) -> list[str]:
    """Every module of Python's in it: those of the archive in the program, and those beside it."""
    line = [str(REPOSITORY / "build" / "python" / "bin" / "python"), "-c", LIST, str(folder / CONSOLE)]
    asked = subprocess.run(line, capture_output=True, text=True, check=True)
    return [*asked.stdout.split(), *(str(each.relative_to(folder / "_internal")) for each in files(folder))]


LIST = """
import sys, zipfile
from pathlib import Path
from PyInstaller.archive.readers import CArchiveReader
program = CArchiveReader(sys.argv[1])
print(*(name for each in program.toc if each.endswith(".pyz") for name in program.open_embedded_archive(each).toc))
library = Path(sys.argv[1]).parent / "_internal" / "base_library.zip"
print(*(name.removesuffix(".pyc").replace("/", ".") for name in zipfile.ZipFile(library).namelist()))
"""


def files(folder: Path) -> Iterator[Path]:
    for each in (folder / "_internal").rglob("*"):
        if each.is_file() and not each.is_symlink():
            yield each


def test_it_stays_below_its_budget(folder: Path) -> None:
    """180 MB as it lies there, 60 MB as `.tar.xz`: packed with the least effort here, so a release is smaller yet."""
    assert bundle.size_of(folder) <= bundle.UNPACKED_MB * 10**6
    packed = _Counted()
    with (
        lzma.LZMAFile(cast("IO[bytes]", packed), "w", preset=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as archive,
    ):
        archive.add(folder, folder.name)
    assert 30 * 10**6 < packed.size <= bundle.PACKED_MB * 10**6


class _Counted:
    """Somewhere to write to that only counts."""

    size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return len(data)


def test_both_programs_share_everything(folder: Path) -> None:
    assert {each.name for each in folder.iterdir()} == {WINDOWED, CONSOLE, "_internal", "licences"}
    assert (folder / WINDOWED).stat().st_size < bundle.size_of(folder) / 10


def test_it_tells_the_version(folder: Path) -> None:
    told = subprocess.run([folder / CONSOLE, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == __version__


def test_it_holds_no_tests_no_installer_no_other_toolkit(listed: list[str]) -> None:
    assert len(listed) > 1000
    found = {name for name in listed for word in FORBIDDEN if word in re.split(r"[./]", name)}
    assert not found


def test_it_holds_every_module_of_ours(listed: list[str]) -> None:
    ours = {
        ".".join(each.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        for each in (REPOSITORY / "b24learn_gui").rglob("*.py")
    }
    assert ours - set(listed) == set()


def test_of_qt_it_holds_only_what_was_chosen(folder: Path) -> None:
    plugins = {each.relative_to(folder).parent.name for each in folder.rglob("plugins/*/*")}
    assert {"platforms", "iconengines"} <= plugins <= set(PLUGINS)
    assert {each.name for each in folder.rglob("*.qm")} == {"qtbase_ru.qm"}
    libraries = {each.name for each in folder.rglob("libQt6*.so*")}
    assert "libQt6Widgets.so.6" in libraries
    assert not {each for each in libraries if re.search("Network|Qml|Quick|Pdf|OpenGL|EglFS|Virtual", each)}


def test_nothing_tells_where_it_was_made(folder: Path) -> None:
    """No path of the machine: neither the source's, nor the interpreter's, nor the person's."""
    telling = [str(REPOSITORY), str(Path.home()), sys.prefix, sys.base_prefix]
    telling = [each for each in telling if len(each) > 5 or each == "/root"]
    places = re.compile(b"|".join(re.escape(f"{each}/".encode()) for each in telling))
    assert [str(each) for each in folder.rglob("*") if each.is_file() and places.search(each.read_bytes())] == []


def test_every_library_that_is_loaded_late_is_tried_by_the_self_check() -> None:
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        wanted = [re.split("[><=!]", each)[0] for each in tomllib.load(file)["project"]["dependencies"]]
    names = {"phonenumberslite": "phonenumbers", "PySide6-Essentials": "PySide6.QtCore", "tomli-w": "tomli_w"}
    assert {names.get(each, each.lower()) for each in wanted} <= set(LIBRARIES)


def test_everything_in_it_is_licensed(folder: Path) -> None:
    texts = {each.name for each in (folder / "licences").iterdir()}
    assert {"LICENSE", "Qt.txt", "LGPL-3.0.txt", "GPL-3.0.txt", "Python-LICENSE.txt", "README.txt"} <= texts
    listing = (folder / "licences" / "README.txt").read_text("utf-8")
    named = re.findall(r"^(\S+) \S+\n    (.+)\n    (.+)$", listing, re.MULTILINE)
    assert {"PySide6_Essentials", "shiboken6", "Python", "requests", "cryptography", "pyinstaller"} <= {
        name for name, _, _ in named
    }
    assert {text for _, _, each in named for text in each.split(", ")} | {"README.txt"} == texts
    assert all((folder / "licences" / text).stat().st_size > 30 for text in texts)


def test_what_it_asks_of_debian_is_what_is_documented(folder: Path) -> None:
    """Each library a file wants, and the folder lacks, is in a package that is named; and no other one is named."""
    debian = bare_debian()
    elf = [each for each in (*files(folder), folder / CONSOLE) if each.read_bytes()[:4] == b"\x7fELF"]
    told = subprocess.run(["readelf", "-d", *map(str, elf)], capture_output=True, text=True, check=True)
    wanted = set(re.findall(r"\(NEEDED\).*\[(.+)\]", told.stdout)) - {each.name for each in folder.rglob("*")}
    places = [debian.root / each for each in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "lib64")]
    packages = {}
    for name in sorted(wanted):
        found = next((place / name for place in places if (place / name).exists()), None)
        assert found is not None, name
        packages[name] = owner(debian.root, found)
    assert set(packages.values()) | PROVIDED_BY_NAME == set(DEBIAN_PACKAGES)
    documented = (REPOSITORY / "docs" / "building.md").read_text("utf-8")
    assert [each for each in DEBIAN_PACKAGES if each not in documented] == []


def owner(root: Path, library: Path) -> str:
    """The package of the root that a library belongs to."""
    for name in {f"/{library.relative_to(root)}", f"/{library.resolve().relative_to(root)}"}:
        for path in {name, name.removeprefix("/usr"), f"/usr{name}"}:
            line = ["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-S", path]
            asked = subprocess.run(line, capture_output=True, text=True, check=False)
            if asked.returncode == 0:
                return asked.stdout.partition(":")[0]
    raise LookupError(library)


def test_made_again_elsewhere_it_is_the_same(folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Another folder, another seed of hashes, another hour: byte by byte, with the same times and rights."""
    if not os.environ.get(MUST) and not request.config.getoption("--long"):
        pytest.skip("compared with a folder that was just made, or with --long")
    source = tmp_path / "elsewhere" / "source"
    for name in ("b24learn_gui", "release", "resources"):
        shutil.copytree(REPOSITORY / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("LICENSE", "build_installer.spec"):
        shutil.copy(REPOSITORY / name, source / name)
    when = str(int(folder.stat().st_mtime))
    environment = {**os.environ, "SOURCE_DATE_EPOCH": when, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    python = REPOSITORY / "build" / "python" / "bin" / "python"
    done = subprocess.run(
        [str(python), "-m", "release.bundle"], cwd=source, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    again = source / "dist" / CONSOLE
    assert shape(again) == shape(folder)
    differing = [
        str(each.relative_to(folder))
        for each in folder.rglob("*")
        if each.is_file() and not filecmp.cmp(each, again / each.relative_to(folder), shallow=False)
    ]
    assert differing == []


def shape(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Rights, time, and where links lead, of everything in it."""
    return {
        str(each.relative_to(folder)): (
            each.lstat().st_mode,
            0 if each.is_symlink() else int(each.stat().st_mtime),
            str(each.readlink()) if each.is_symlink() else "",
        )
        for each in folder.rglob("*")
    }
