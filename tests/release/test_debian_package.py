"""The Debian package installed, used, updated under a program at work, removed and purged in a bare Debian 12."""

import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from b24learn_gui import __version__
from b24learn_gui.machine.autostart import Autostart
from b24learn_gui.machine.autostart_xdg import XdgAutostart
from release import debian
from release.contents import CONSOLE, WINDOWED
from release.entry import SELF_CHECK
from release.linux import RESOURCES
from tests.gui_e2e.desktop import wait_until
from tests.release.built import built_folder, missing
from tests.release.guest import ENVIRONMENT, Guest, guest, installed_version

pytestmark = pytest.mark.timeout(600)

OLDER, NEWER = "0.0.9", "0.0.10"
PROGRAM = "/usr/bin/b24learn-gui"
FOLDER = f"/usr/lib/{CONSOLE}"
HOME = "/home/анна"
PERSON = {"HOME": HOME, "XDG_RUNTIME_DIR": "/run", "QT_QPA_PLATFORM": "offscreen", "B24LEARN_WAIT_SCALE": "0"}
OF_THE_SYSTEM = ("/var/lib/dpkg", "/var/log", "/var/cache", "/var/lib/apt", "/etc/ld.so.cache")
"""What package managers write for themselves."""
SETTINGS = """
[learn]
url = "https://learn.invalid"
login = "admin@learn.invalid"

[[portals]]
key = "main"
address = "https://portal.invalid"
include = [1]

[schedule]
enabled = false
"""
SYSTEMCTL = "#!/bin/sh\ncase $* in *ActiveState*) echo ActiveState=inactive; echo Job=;; esac\n"
"""Stands for a systemd that takes everything, which is all a bare Debian has of one."""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An older package, which has a file that the newer one has no more, and a newer one."""
    if shutil.which("dpkg-deb") is None:
        missing("not installed: dpkg-deb")
    made = tmp_path_factory.mktemp("packages")
    before = made / "before" / CONSOLE
    shutil.copytree(built_folder(), before, symlinks=True, copy_function=os.link)
    (before / "_internal" / "of-the-older-version").write_text("gone with it")
    debian.make(before, made, version=OLDER, quick=True)
    debian.make(built_folder(), made, version=NEWER, quick=True)
    (made / "settings.toml").write_text(SETTINGS)
    (made / "systemctl").write_text(SYSTEMCTL)
    (made / "systemctl").chmod(0o755)
    return made


@pytest.fixture
def there(packages: Path, tmp_path: Path) -> Iterator[Guest]:
    with guest(tmp_path, packages) as found:
        found.run("mkdir", "-p", HOME)
        yield found


def file_of(packages: Path, version: str) -> Path:
    (found,) = packages.glob(f"*_{version}-*.deb")
    return found


def install(there: Guest, packages: Path, version: str) -> str:
    return there.apt("install", f"/media/brought/{file_of(packages, version).name}")


def persons_files(there: Guest) -> dict[str, str]:
    """What lies in the person's home, with its contents."""
    found = there.run("sh", "-c", f"cd {HOME} && find . -type f ! -name '*.log*' -exec sha256sum {{}} +").stdout
    return {line.split(maxsplit=1)[1]: line.split()[0] for line in found.splitlines()}


def test_lintian_finds_nothing_that_is_not_explained(packages: Path) -> None:
    if shutil.which("lintian") is None:
        missing("not installed: lintian")
    judge = ["lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0"]
    done = subprocess.run([*judge, str(file_of(packages, NEWER))], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_exception_has_its_reason() -> None:
    lines = (RESOURCES / "lintian-overrides").read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    for before, line in itertools.pairwise(lines):
        same = line.split()[1:2] == before.split()[1:2]
        assert line.startswith("#") or before.startswith("# ") or same, line


def test_what_the_package_asks_for_is_enough(there: Guest, packages: Path) -> None:
    """Installed without a net where there are just these packages, it lacks no library, and works."""
    install(there, packages, NEWER)
    assert installed_version(there) == f"{NEWER}-1 installed"
    look = (
        f"cd {FOLDER} && find . -type f \\( -name '*.so*' -o -perm -100 \\) | while read -r each; do "
        f'LD_LIBRARY_PATH={FOLDER}/_internal ldd "$each" 2>&1 | sed "s|^|$each: |"; done | grep \'not found\''
    )
    assert there.run("bash", "-c", look, code=None).stdout == ""
    assert there.run(PROGRAM, "--version").stdout == f"{__version__}\n"
    assert json.loads(there.run(PROGRAM, SELF_CHECK, environment=PERSON).stdout)["failed"] == {}
    there.run(PROGRAM, "demo", "--headless", environment=PERSON)
    shown = there.run(PROGRAM, "--help", environment={**PERSON, "LANG": "ru_RU.UTF-8"}).stdout
    assert "Параметры" in shown


def test_removed_and_purged_it_leaves_what_is_a_persons_and_nothing_else(there: Guest, packages: Path) -> None:
    there.run("cp", "/media/brought/systemctl", "/usr/bin/systemctl")
    before = there.files(HOME, *OF_THE_SYSTEM)
    install(there, packages, OLDER)
    there.run(PROGRAM, "settings", "import", "/media/brought/settings.toml", environment=PERSON)
    there.run(PROGRAM, "service", "install", environment=PERSON, code=None)
    unit = next((there.root / HOME.lstrip("/")).rglob("b24learn-gui.service")).read_text()
    assert re.search(r'^ExecStart="(.*?)" ', unit, re.MULTILINE)[1] == PROGRAM  # type: ignore[index]
    assert f"ConditionFileIsExecutable={PROGRAM}\n" in unit
    mine = persons_files(there)
    assert {Path(each).name for each in mine} >= {"settings.toml", "journal.db", "b24learn-gui.timer"}

    install(there, packages, NEWER)
    assert installed_version(there) == f"{NEWER}-1 installed"
    assert not (there.root / FOLDER.lstrip("/") / "_internal" / "of-the-older-version").exists()
    shown = there.run(PROGRAM, "settings", "show", "--json", environment=PERSON, code=None).stdout
    assert json.loads(shown)["settings"]["learn"]["url"] == "https://learn.invalid"
    assert persons_files(there).items() >= mine.items()

    said = there.apt("remove", CONSOLE)
    assert there.files(HOME, *OF_THE_SYSTEM) == before
    assert persons_files(there).items() >= mine.items()
    said = there.apt("purge", CONSOLE)
    assert "~/.config/b24learn-gui" in said
    assert there.files(HOME, *OF_THE_SYSTEM) == before
    assert persons_files(there).items() >= mine.items()


def test_a_program_in_the_tray_goes_on_as_the_version_that_was_installed_meanwhile(
    there: Guest, packages: Path
) -> None:
    install(there, packages, OLDER)
    there.run(PROGRAM, "settings", "import", "/media/brought/settings.toml", environment=PERSON)
    entry = XdgAutostart({}, there.root / HOME.lstrip("/"))
    Autostart(entry, ("/an/older/place/b24learn-gui",)).enable()
    with started(there, f"{FOLDER}/{WINDOWED}", "--background") as program:
        wait_until(lambda: f"Exec={PROGRAM} --background\n" in text_of(entry), "the entry repaired: it stays")
        assert f"TryExec={PROGRAM}\n" in text_of(entry)
        (pid,) = running(there)
        older = identity(there, pid)
        install(there, packages, NEWER)
        assert identity(there, pid) == older.replace(WINDOWED, f"{WINDOWED} (deleted)")
        for _ in range(3):  # two looks of five seconds and one of the new version at itself, on a busy machine too
            with suppress(AssertionError):
                wait_until(lambda: "(deleted)" not in identity(there, pid), "the new version")
        assert "(deleted)" not in identity(there, pid)
        assert identity(there, pid) not in {older, ""}
        assert running(there) == [pid]  # the same process: whoever waits for it need not know
        there.run("sh", "-c", f"kill {pid}")
        program.wait(60)
        assert running(there) == []


@contextmanager
def started(there: Guest, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """A program of the person's, at its latest gone when this is left."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(there.line(*words), env={**ENVIRONMENT, **PERSON}, **pipes) as program:  # type: ignore[call-overload]
        try:
            yield program
        finally:
            program.kill()


def text_of(entry: XdgAutostart) -> str:
    return Path(entry.where).read_text("utf-8")


def identity(there: Guest, pid: str) -> str:
    """Which file the process runs: its name and its number."""
    return there.run("sh", "-c", f"readlink /proc/{pid}/exe; stat -Lc %i /proc/{pid}/exe", code=None).stdout


def running(there: Guest) -> list[str]:
    """The numbers of the processes that are the program with windows."""
    look = 'for each in /proc/[0-9]*; do case "$(readlink $each/exe)" in */B24Learn*) echo ${each#/proc/};; esac; done'
    return there.run("sh", "-c", look, code=None).stdout.split()
