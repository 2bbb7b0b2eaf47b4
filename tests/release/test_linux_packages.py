"""The Debian package and the archive, of a small folder that stands for the program's: their form, and their sameness."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from release import debian, tarball
from release.contents import DEBIAN_PACKAGES
from tests.release.built import missing

EPOCH = "1764547200"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two programs of the system's, under the names of ours."""
    if shutil.which("dpkg-deb") is None:
        missing("not installed: dpkg-deb")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    made = tmp_path / "b24learn-gui"
    (made / "_internal").mkdir(parents=True)
    (made / "licences").mkdir()
    (made / "licences" / "README.txt").write_text("licences")
    for name in ("B24Learn", "b24learn-gui", "_internal/libdemo.so.1"):
        shutil.copy("/bin/true", made / name)
    (made / "_internal" / "libdemo.so").symlink_to("libdemo.so.1")
    return made


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def said(*line: str) -> str:
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout


def disturbed(folder: Path) -> None:
    """The same folder as another machine would have it: other times, other rights of the group."""
    for path in folder.rglob("*"):
        os.utime(path, (time.time(), 1), follow_symlinks=False)
    (folder / "licences" / "README.txt").chmod(0o600)


@pytest.mark.parametrize("make", [debian.make, tarball.make])
def test_the_same_folder_gives_the_same_bytes(make: Callable[[Path, Path], Path], folder: Path, tmp_path: Path) -> None:
    first = make(folder, tmp_path / "one")
    disturbed(folder)
    before = os.umask(0o077)
    try:
        second = make(folder, tmp_path / "two")
    finally:
        os.umask(before)
    assert digest(first) == digest(second)
    assert list((tmp_path / "one").iterdir()) == [first]


def test_the_package_says_what_it_needs_and_who_looks_after_it(folder: Path, tmp_path: Path) -> None:
    made = debian.make(folder, tmp_path / "out", version="1.2.0rc1", maintainer="Somebody <somebody@example.org>")
    assert made.name.startswith("b24learn-gui_1.2.0~rc1-1_")
    fields = dict(line.split(": ", 1) for line in said("dpkg-deb", "-f", str(made)).splitlines() if ": " in line)
    assert fields["Maintainer"] == "Somebody <somebody@example.org>"
    needed = [each.split()[0] for each in fields["Depends"].split(", ")]
    assert needed == list(DEBIAN_PACKAGES)
    assert "libc6 (>= 2." in fields["Depends"]
    assert "Recommends" not in fields  # a server shall not get a desktop


def test_the_package_has_one_script_and_no_entry_for_everybody(folder: Path, tmp_path: Path) -> None:
    """Nothing is started, registered or asked in the name of people who did not wish it."""
    made = debian.make(folder, tmp_path / "out", quick=True)
    said("dpkg-deb", "-R", str(made), str(tmp_path / "raw"))
    assert sorted(path.name for path in (tmp_path / "raw" / "DEBIAN").iterdir()) == ["control", "md5sums", "postrm"]
    places = {str(path.relative_to(tmp_path / "raw")) for path in (tmp_path / "raw").rglob("*")}
    assert not [each for each in places if each.startswith("etc") or "autostart" in each or "systemd" in each]
    assert (tmp_path / "raw/usr/bin/b24learn-gui").readlink() == Path("../lib/b24learn-gui/b24learn-gui")


def test_nothing_in_the_package_can_be_written_by_others_or_belongs_to_the_builder(
    folder: Path, tmp_path: Path
) -> None:
    made = debian.make(folder, tmp_path / "out", quick=True)
    for line in said("dpkg-deb", "-c", str(made)).splitlines():
        rights, owner = line.split()[:2]
        assert owner == "root/root", line
        assert rights[5] == "-" or rights.startswith("l"), line
        assert rights[8] == "-" or rights.startswith("l"), line
        if ".so" in line and not rights.startswith("l"):
            assert rights == "-rw-r--r--", line


def test_the_archive_holds_one_folder_that_runs(folder: Path, tmp_path: Path) -> None:
    made = tarball.make(folder, tmp_path / "out", version="1.2.3", quick=True)
    assert made.name.startswith("b24learn-gui-1.2.3-linux-")
    with tarfile.open(made) as archive:
        entries = archive.getmembers()
    assert {each.name.split("/")[0] for each in entries} == {"b24learn-gui-1.2.3"}
    assert {(each.uid, each.gid, each.uname, each.gname) for each in entries} == {(0, 0, "root", "root")}
    assert {each.mtime for each in entries} == {int(EPOCH)}
    run = {each.name.partition("/")[2] for each in entries if each.isfile() and each.mode & 0o111}
    assert run == {"B24Learn", "b24learn-gui", "install.sh"}


@pytest.mark.parametrize("step", [debian.main, tarball.main])
def test_the_command_says_what_it_made(
    step: Callable[[list[str]], int], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert step(["--quick", "--from", str(folder), "--to", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    (made,) = (tmp_path / "out").iterdir()
    assert told == f"{made}: {made.stat().st_size / 1e6:.1f} MB\n"


def test_the_needed_c_library_is_the_newest_that_is_asked_for(tmp_path: Path) -> None:
    for name, symbols in (("old", b"GLIBC_2.2.5\0GLIBC_2.4\0"), ("new", b"GLIBC_2.9\0GLIBC_2.34\0")):
        (tmp_path / name).write_bytes(b"\x7fELF" + symbols)
    (tmp_path / "text").write_bytes(b"GLIBC_2.99\0")
    assert debian.needed_libc(tmp_path) == "2.34"
