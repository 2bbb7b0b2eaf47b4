"""The Windows installer really run, under Wine: what it leaves on the disk and in the registry, and what it takes away.

Wine is no Windows: rights (everybody is an administrator there), the shell's taskbar and a real program are not proven
by this.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from b24learn_gui.machine.autostart import Autostart
from b24learn_gui.machine.autostart_windows import RUN, WindowsAutostart
from release.windows import SCRIPT, build_installer
from tests.release.stand_in import FILES, ICON, MAKENSIS, TARGET, compile_program, make_bundle

WINE, WINESERVER = shutil.which("wine"), shutil.which("wineserver")
pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(300),
    pytest.mark.skipif(WINE is None or MAKENSIS is None, reason="needs Wine and NSIS: apt-get install wine nsis"),
]

UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\b24learn-gui"
OWN = r"Software\b24learn-gui"
PROGRAM_FILES = {*FILES, "B24Learn.exe", "b24learn-gui.exe", "uninstall.exe"}


@dataclass(frozen=True)
class Machine:
    """A Windows of Wine; `home` is the person's directory on it."""

    prefix: Path
    installer: Path

    @property
    def drive(self) -> Path:
        return self.prefix / "drive_c"

    @property
    def home(self) -> Path:
        return next(each for each in (self.drive / "users").iterdir() if each.name != "Public")

    @property
    def own_programs(self) -> Path:
        return self.home / "AppData/Local/Programs/B24Learn"

    @property
    def all_programs(self) -> Path:
        return self.drive / "Program Files/B24Learn"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        quiet = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe="}
        return {**kept, **quiet, "WINEPREFIX": str(self.prefix), "WINEARCH": "win64", "LC_ALL": "C.UTF-8"}

    def run(self, *words: str | Path, seconds: float = 60) -> int:
        assert WINE is not None
        line = [WINE, *(str(word) for word in words)]
        nowhere = subprocess.DEVNULL  # what it starts would keep a pipe open
        return subprocess.run(
            line, env=self.environment, stdout=nowhere, stderr=nowhere, timeout=seconds, check=False
        ).returncode

    def start(self, *words: str | Path) -> "subprocess.Popen[bytes]":
        assert WINE is not None
        line = [WINE, *(str(word) for word in words)]
        return subprocess.Popen(line, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def install(self, *switches: str) -> int:
        return self.run(self.installer, "/S", *(word for switch in switches for word in unquoted(switch)))

    def remove(self, folder: Path, *switches: str) -> int:
        """In place, so that its exit code is heard; what it cannot remove of itself is removed for it."""
        code = self.run(folder / "uninstall.exe", "/S", *switches, *unquoted(f"_?={self.windows(folder)}"))
        if code == 0:
            (folder / "uninstall.exe").unlink(missing_ok=True)
            folder.rmdir()
        return code

    def windows(self, path: Path) -> str:
        return "C:\\" + str(path.relative_to(self.drive)).replace("/", "\\")

    def get(self, key: str, name: str, hive: str = "HKCU") -> str | None:
        """Exported, since what `reg query` prints has lost what the console has no letters for."""
        file = self.drive / "exported.reg"
        file.unlink(missing_ok=True)
        self.run("reg", "export", f"{hive}\\{key}", r"C:\exported.reg", "/y")
        text = file.read_text("utf-16") if file.exists() else ""
        found = re.search(rf'^"{re.escape(name)}"="(.*)"$', text, re.MULTILINE)
        return re.sub(r"\\(.)", r"\1", found[1]) if found else None

    def set(self, key: str, name: str, value: str) -> None:
        assert self.run("reg", "add", f"HKCU\\{key}", "/v", name, "/d", value, "/f") == 0

    def delete(self, key: str, name: str) -> None:
        self.run("reg", "delete", f"HKCU\\{key}", "/v", name, "/f")

    def called(self) -> list[str]:
        path = self.home / "Temp/called.txt"
        return path.read_text().splitlines() if path.exists() else []

    def log(self) -> str:
        path = self.home / "Temp/B24Learn-install.log"
        return path.read_text("utf-16") if path.exists() else ""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    directory = tmp_path_factory.mktemp("windows")
    bundle = make_bundle(directory / "bundle", runs=True)
    installer = build_installer(bundle, ICON, directory / "B24Learn-installer.exe", target=TARGET)
    machine = Machine(directory / "prefix", installer)
    assert machine.run("wineboot", "-i", seconds=200) == 0
    assert machine.run("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f") == 0
    assert WINESERVER is not None
    subprocess.run([WINESERVER, "-w"], env=machine.environment, check=True, timeout=60)
    yield machine
    subprocess.run([WINESERVER, "-k"], env=machine.environment, check=False, timeout=60)


def changed_installer(
    built: Machine, directory: Path, changes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The installer with words of its script exchanged: for what Wine does not know, such as rights somebody lacks."""
    script = directory / "script"
    shutil.copytree(SCRIPT.parent, script)
    for words, instead in changes.items():
        holding = [path for path in script.iterdir() if words in path.read_text("utf-8")]
        assert len(holding) == 1, words
        holding[0].write_text(holding[0].read_text("utf-8").replace(words, instead), "utf-8")
    monkeypatch.setattr("release.windows.SCRIPT", script / SCRIPT.name)
    return build_installer(built.installer.with_name("bundle"), ICON, directory / "changed.exe", target=TARGET)


@pytest.fixture
def ordinary(built: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installer run with a person's ordinary rights."""
    return changed_installer(built, tmp_path, {"$R3 != 2 ;": "$R3 == 2 ;"}, monkeypatch)


@pytest.fixture
def nobody(built: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installer run by somebody who is no administrator; in place of itself it has another program raised."""
    changes = {'$R9 == "Admin"': '$R9 == "nobody"', '"runas" "$EXEPATH"': '"open" "$EXEDIR\\raised.exe"'}
    made = changed_installer(built, tmp_path, changes, monkeypatch)
    compile_program(made.with_name("raised.exe"), ["-DWHO=raised"])
    return made


@pytest.fixture
def machine(built: Machine) -> Iterator[Machine]:
    yield built
    for folder in (built.own_programs, built.all_programs):
        if (folder / "uninstall.exe").is_file():
            built.remove(folder)
        shutil.rmtree(folder, ignore_errors=True)
    for hive in ("HKCU", "HKLM"):
        built.run("reg", "delete", f"{hive}\\{UNINSTALL}", "/f")
    for key in (RUN, OWN):
        built.delete(key, "b24learn-gui")
        built.run("reg", "delete", f"HKCU\\{OWN}", "/f")
    for name in ("called.txt", "B24Learn-install.log"):
        (built.home / "Temp" / name).unlink(missing_ok=True)


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def menu(machine: Machine) -> list[Path]:
    return [*machine.drive.rglob("B24Learn.lnk")]


def test_for_one_person_it_installs_and_removes_everything(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER") == 0
    assert files_in(machine.own_programs) == PROGRAM_FILES
    assert machine.get(UNINSTALL, "InstallLocation") == machine.windows(machine.own_programs)
    assert machine.get(UNINSTALL, "QuietUninstallString", "HKLM") is None
    assert machine.get(RUN, "b24learn-gui") is None, "nobody asked for the start with the session"
    assert [path.is_relative_to(machine.home) for path in menu(machine)] == [True]
    settings = machine.home / "AppData/Local/b24learn-gui/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.touch()

    assert machine.remove(machine.own_programs) == 0

    assert not machine.own_programs.exists()
    assert machine.get(UNINSTALL, "InstallLocation") is None
    assert menu(machine) == []
    assert machine.called() == ["console uninstall"], "the program takes back what it put into the account"
    assert settings.exists()
    shutil.rmtree(settings.parent)


def test_for_everyone_it_lies_in_program_files(machine: Machine) -> None:
    assert machine.install("/ALLUSERS") == 0
    assert files_in(machine.all_programs) == PROGRAM_FILES
    assert machine.get(UNINSTALL, "DisplayVersion", "HKLM") is not None
    assert machine.get(UNINSTALL, "DisplayVersion") is None
    assert [path.is_relative_to(machine.home) for path in menu(machine)] == [False]
    assert machine.remove(machine.all_programs) == 0
    assert machine.get(UNINSTALL, "DisplayVersion", "HKLM") is None
    assert menu(machine) == []


def test_without_a_word_about_whom_an_administrator_installs_for_everyone(machine: Machine) -> None:
    assert machine.install() == 0
    assert machine.all_programs.is_dir()


def test_the_entry_it_makes_is_the_programs_own(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER", "/AUTOSTART=1") == 0
    program = machine.windows(machine.own_programs / "B24Learn.exe")
    entry = Autostart(WindowsAutostart(machine), (program,))
    assert entry.state() == "ours"
    assert machine.install("/AUTOSTART=0") == 0
    assert entry.state() == "off"
    assert machine.get(OWN, "Autostart") is None


def test_an_entry_somebody_else_made_stays(machine: Machine) -> None:
    machine.set(RUN, "b24learn-gui", r"C:\other\B24Learn.exe")
    for switch in ("/AUTOSTART=1", "/AUTOSTART=0"):
        assert machine.install("/CURRENTUSER", switch) == 0
        assert machine.get(RUN, "b24learn-gui") == r"C:\other\B24Learn.exe"
    assert machine.remove(machine.own_programs) == 0
    assert machine.get(RUN, "b24learn-gui") == r"C:\other\B24Learn.exe"


def test_a_path_with_blanks_and_letters_of_another_script(machine: Machine) -> None:
    folder = machine.drive / "Программы отдела кадров" / "B24 Learn"
    try:
        assert machine.install("/CURRENTUSER", "/AUTOSTART=1", f"/D={machine.windows(folder)}") == 0
        assert files_in(folder) == PROGRAM_FILES
        entry = Autostart(WindowsAutostart(machine), (machine.windows(folder / "B24Learn.exe"),))
        assert entry.state() == "ours"
        assert str(machine.get(RUN, "b24learn-gui")).startswith('"')
        assert machine.remove(folder) == 0
        assert not folder.exists()
        assert entry.state() == "off"
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def test_an_upgrade_replaces_the_files_and_leaves_no_old_ones(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER") == 0
    (machine.own_programs / "_internal/of_the_former_version.dll").touch()
    (machine.own_programs / "_internal/base_library.zip").write_text("former")
    assert machine.install() == 0
    assert files_in(machine.own_programs) == PROGRAM_FILES
    assert (machine.own_programs / "_internal/base_library.zip").read_text() == FILES[0]
    assert not machine.all_programs.exists(), "it stays what it was: one person's"


def test_a_program_that_runs_is_asked_to_leave_and_comes_back(machine: Machine, ordinary: Path) -> None:
    assert machine.install("/CURRENTUSER") == 0
    window = machine.start(machine.own_programs / "B24Learn.exe")
    wait_for(lambda: machine.called() == ["window "])
    assert machine.run(ordinary, "/S") == 0
    assert window.wait(timeout=20) == 0
    wait_for(lambda: machine.called() == ["window ", "window leaves", "window --background"])
    assert files_in(machine.own_programs) == PROGRAM_FILES, "the note is gone, too"
    (machine.own_programs / "quit-wanted").touch()
    wait_for(lambda: len(machine.called()) == 4)


def test_with_more_rights_than_the_person_has_his_program_is_not_started_again(machine: Machine) -> None:
    """Wine raises every process above a person's own."""
    assert machine.install("/CURRENTUSER") == 0
    window = machine.start(machine.own_programs / "B24Learn.exe")
    wait_for(lambda: machine.called() == ["window "])
    assert machine.install() == 0
    assert window.wait(timeout=20) == 0
    assert "is not started again" in machine.log()
    assert machine.called() == ["window ", "window leaves"]


SWITCHED = ("/WAIT=7", "/AUTOSTART=1", r"/D=C:\Programs for all")


@pytest.mark.parametrize(
    ("switches", "passed"),
    [
        (SWITCHED, r"/ALLUSERS /ELEVATED /WAIT=7 /D=C:\Programs for all"),
        ((), "/ALLUSERS /ELEVATED /WAIT=120"),
    ],
)
def test_who_is_no_administrator_is_asked_for_one_who_is_told_every_switch(
    machine: Machine, nobody: Path, switches: tuple[str, ...], passed: str
) -> None:
    """The start with the session is for the one who asked, not for the administrator: it is switched afterwards."""
    words = (word for switch in switches for word in unquoted(switch))
    assert machine.run(nobody, "/ALLUSERS", *words) == 1, "the one that was started has installed nothing"
    assert machine.called() == [f"raised {passed}"]
    assert machine.get(RUN, "b24learn-gui") is None
    assert machine.run(nobody, "/ALLUSERS", "/ELEVATED") == 5, "it asks once"
    assert machine.run(nobody, "/S", "/ALLUSERS") == 5, "and nobody who is not there"
    assert len(machine.called()) == 1


def test_the_start_with_the_session_is_switched_for_the_one_who_asked(machine: Machine, nobody: Path) -> None:
    assert machine.install("/ALLUSERS") == 0
    assert machine.run(nobody, "/ALLUSERS", "/AUTOSTART=1") == 0
    entry = Autostart(WindowsAutostart(machine), (machine.windows(machine.all_programs / "B24Learn.exe"),))
    assert entry.state() == "ours"


def test_removing_for_everyone_asks_for_an_administrator_who_is_told_every_switch(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {
        "Call un.IsAdministrator\n    Pop $0": 'Call un.IsAdministrator\n    Pop $0\n    StrCpy $0 "0"',
        '"runas" "$INSTDIR\\${REMOVER}"': '"open" "$EXEDIR\\raised.exe"',
    }
    assert machine.run(changed_installer(machine, tmp_path, changes, monkeypatch), "/S", "/ALLUSERS") == 0
    raised = machine.all_programs / "raised.exe"
    compile_program(raised, ["-DWHO=raised"])
    place = unquoted(f"_?={machine.windows(machine.all_programs)}")
    assert machine.run(machine.all_programs / "uninstall.exe", "/WAIT=7", "/DELETEDATA", *place) == 0
    assert machine.run(machine.all_programs / "uninstall.exe", "/KEEP", *place) == 0
    wait_for(lambda: machine.called() == ["raised /WAIT=7 /DELETEDATA", "raised /WAIT=120"])
    assert machine.run(machine.all_programs / "uninstall.exe", "/S", *place) == 5
    raised.unlink()
    assert machine.install() == 0  # whose remover is the real one


def test_a_program_that_does_not_leave_in_time_stays_as_it_was(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER") == 0
    window = machine.start(machine.own_programs / "B24Learn.exe", "deaf")
    wait_for(lambda: machine.called() == ["window deaf"])
    (machine.own_programs / "_internal/mark").touch()
    for refuse in (machine.install, partial(machine.remove, machine.own_programs)):
        assert refuse("/WAIT=1") == 3
        assert files_in(machine.own_programs) == {*PROGRAM_FILES, "_internal/mark"}
    assert "still running" in machine.log()
    end = machine.home / "Temp/end"
    end.touch()
    assert window.wait(timeout=20) == 0
    end.unlink()
    (machine.own_programs / "_internal/mark").unlink()


def test_what_cannot_be_written_leaves_the_former_version(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER") == 0
    (machine.own_programs / "uninstall.exe").unlink()
    (machine.own_programs / "uninstall.exe").mkdir()  # no file can be written there
    (machine.own_programs / "_internal/of_the_former_version.dll").touch()
    assert machine.install() == 9
    assert files_in(machine.own_programs) == {
        *(PROGRAM_FILES - {"uninstall.exe"}),
        "_internal/of_the_former_version.dll",
    }
    (machine.own_programs / "uninstall.exe").rmdir()


@pytest.mark.parametrize("place", ["", r"/D=C:\Programs for us"])
def test_the_one_for_everyone_keeps_off_what_a_person_has_for_himself(machine: Machine, place: str) -> None:
    """An administrator would run, with his rights, a file that any program of this person can replace."""
    folder = machine.drive / "Programs for us" if place else machine.own_programs
    try:
        assert machine.install("/CURRENTUSER", "/AUTOSTART=1", *filter(None, [place])) == 0
        genuine = (folder / "uninstall.exe").read_bytes()
        compile_program(folder / "uninstall.exe", ["-DWHO=planted", "-DCODE=0"])
        planted = (folder / "uninstall.exe").read_bytes()
        assert machine.install("/ALLUSERS", *filter(None, [place])) == 6
        assert "Nothing was changed." in machine.log()
        assert "Settings, Apps" in machine.log()
        assert machine.called() == []
        assert (folder / "uninstall.exe").read_bytes() == planted
        (folder / "uninstall.exe").write_bytes(genuine)
        assert not machine.all_programs.exists()
        assert machine.get(UNINSTALL, "DisplayVersion", "HKLM") is None
        assert machine.remove(folder) == 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_the_one_for_everyone_is_updated_beside_a_persons_own_which_is_left_alone_and_named(machine: Machine) -> None:
    assert machine.install("/ALLUSERS") == 0
    own = machine.drive / "users" / "planted"
    own.mkdir()
    try:
        for name in ("uninstall.exe", "b24learn-gui.exe"):
            compile_program(own / name, ["-DWHO=planted", "-DCODE=0"])
        machine.set(UNINSTALL, "InstallLocation", machine.windows(own))
        machine.set(UNINSTALL, "DisplayVersion", "0.0.1")
        assert machine.install() == 0
        assert machine.called() == []
        assert files_in(own) == {"uninstall.exe", "b24learn-gui.exe"}
        assert machine.windows(own) in machine.log()
        assert machine.get(UNINSTALL, "InstallLocation") == machine.windows(own)
    finally:
        shutil.rmtree(own)


def test_a_registration_without_a_program_hinders_nobody(machine: Machine) -> None:
    machine.set(UNINSTALL, "InstallLocation", r"C:\gone")
    machine.set(UNINSTALL, "DisplayVersion", "0.0.1")
    assert machine.install("/ALLUSERS") == 0
    assert files_in(machine.all_programs) == PROGRAM_FILES


def test_data_goes_only_where_asked_and_the_program_stays_if_that_fails(machine: Machine, tmp_path: Path) -> None:
    assert machine.install("/CURRENTUSER") == 0
    assert machine.remove(machine.own_programs, "/DELETEDATA") == 0
    assert machine.called() == ["console uninstall --delete-data"]

    bundle = make_bundle(tmp_path / "bundle", runs=True, console_code=10)
    failing = build_installer(bundle, ICON, tmp_path / "B24Learn-installer.exe", target=TARGET)
    assert machine.run(failing, "/S", "/CURRENTUSER") == 0
    assert machine.remove(machine.own_programs, "/DELETEDATA") == 11
    assert files_in(machine.own_programs) == PROGRAM_FILES
    assert machine.get(UNINSTALL, "DisplayVersion") is not None
    assert machine.remove(machine.own_programs, "/KEEP") == 12, "the program goes, what it says is passed on"
    assert files_in(machine.own_programs) == {"uninstall.exe"}


@pytest.mark.parametrize("switches", [("/KEEP", "/DELETEDATA"), ("/DELETEDATA", "/WAIT=9", "/KEEP")])
def test_keeping_and_deleting_together_is_refused_and_does_neither(machine: Machine, switches: list[str]) -> None:
    assert machine.install("/CURRENTUSER") == 0
    assert machine.remove(machine.own_programs, *switches) == 4
    assert machine.called() == []
    assert files_in(machine.own_programs) == PROGRAM_FILES
    assert "/KEEP and /DELETEDATA cannot be said together. Nothing was changed." in machine.log()


@pytest.mark.parametrize("kind", ["/CURRENTUSER", "/ALLUSERS"])
def test_removing_a_copy_of_the_folder_leaves_the_installed_one_as_it_was(machine: Machine, kind: str) -> None:
    assert machine.install(kind, "/AUTOSTART=1") == 0
    installed = machine.own_programs if kind == "/CURRENTUSER" else machine.all_programs
    copy = machine.drive / "copied"
    shutil.copytree(installed, copy)
    try:
        assert machine.remove(copy) == 0
        assert not copy.exists()
        assert files_in(installed) == PROGRAM_FILES
        hive = "HKCU" if kind == "/CURRENTUSER" else "HKLM"
        assert machine.get(UNINSTALL, "InstallLocation", hive) == machine.windows(installed)
        assert len(menu(machine)) == 1
        entry = Autostart(WindowsAutostart(machine), (machine.windows(installed / "B24Learn.exe"),))
        assert entry.state() == "ours"
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def test_a_folder_said_with_a_stroke_at_its_end_is_the_installed_one(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER") == 0
    place = unquoted(f"_?={machine.windows(machine.own_programs)}\\")
    assert machine.run(machine.own_programs / "uninstall.exe", "/S", *place) == 0
    assert machine.get(UNINSTALL, "InstallLocation") is None
    assert menu(machine) == []


def test_what_stays_in_the_account_is_an_exit_code_and_a_line_in_the_log(machine: Machine, tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "bundle", runs=True, console_code=10, console_says="Осталось: запуски И расписание")
    leaving = build_installer(bundle, ICON, tmp_path / "B24Learn-installer.exe", target=TARGET)
    assert machine.run(leaving, "/S", "/CURRENTUSER") == 0
    assert machine.remove(machine.own_programs) == 12
    assert files_in(machine.own_programs) == {"uninstall.exe"}
    assert machine.get(UNINSTALL, "DisplayVersion") is None
    assert "scheduled runs may be left" in machine.log()
    assert "Осталось: запуски И расписание" in machine.log()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, for a file that is held")
def test_a_file_that_cannot_be_deleted_is_an_exit_code_and_a_line_in_the_log(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER") == 0
    held = machine.own_programs / "licences/Qt/LGPL-3.0.txt"
    if subprocess.run(["mount", "--bind", str(held), str(held)], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    in_place = machine.own_programs / "uninstall.exe", "/S", f"_?={machine.windows(machine.own_programs)}"
    try:
        assert machine.run(*in_place) == 12
        assert files_in(machine.own_programs) == {"licences/Qt/LGPL-3.0.txt", "uninstall.exe"}
        assert f"What is left lies in {machine.windows(machine.own_programs)}." in machine.log()
        assert machine.get(UNINSTALL, "DisplayVersion") is None
    finally:
        subprocess.run(["umount", str(held)], check=True)


def test_a_home_of_ones_own_is_not_meant(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("B24LEARN_HOME", r"C:\ProgramData\the server's")
    assert machine.install("/CURRENTUSER") == 0
    assert machine.remove(machine.own_programs, "/DELETEDATA") == 0
    assert machine.called() == ["console uninstall --delete-data"]


def test_settings_of_others_are_named_and_left(machine: Machine) -> None:
    other = machine.drive / "users/Анна/AppData/Local/b24learn-gui"
    other.mkdir(parents=True)
    try:
        assert machine.install("/ALLUSERS") == 0
        assert machine.remove(machine.all_programs, "/DELETEDATA") == 0
        assert other.is_dir()
        assert "Анна" in machine.log()
    finally:
        shutil.rmtree(machine.drive / "users/Анна")


@pytest.mark.parametrize(
    ("switches", "code"),
    [
        (["/CURENTUSER"], 4),
        (["/AUTOSTART=2"], 4),
        (["/WAIT=soon"], 4),
        (["/ALLUSERS", "/CURRENTUSER"], 4),
        (["/CURRENTUSER", "/ALLUSERS"], 4),
        (["/CURRENTUSER", "/D=C:\\" + "x" * 240], 8),
        (["/CURRENTUSER", r"/D=C:\another"], 8),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(machine: Machine, switches: list[str], code: int) -> None:
    another = machine.drive / "another/_internal"
    another.mkdir(parents=True, exist_ok=True)
    (another / "its own").touch()
    assert machine.install(*switches) == code
    assert "Nothing was changed." in machine.log()
    assert not machine.own_programs.exists()
    assert not machine.all_programs.exists()
    assert files_in(another.parent) == {"_internal/its own"}


def test_an_older_version_is_not_put_over_a_newer_one(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER") == 0
    machine.set(UNINSTALL, "DisplayVersion", "99.10.1")
    assert machine.install() == 7
    assert files_in(machine.own_programs) == PROGRAM_FILES
    machine.set(UNINSTALL, "DisplayVersion", "0.0.99")
    assert machine.install() == 0


def test_another_folder_than_the_one_it_lies_in_is_refused(machine: Machine) -> None:
    assert machine.install("/CURRENTUSER") == 0
    assert machine.install(r"/D=C:\elsewhere") == 8
    assert not (machine.drive / "elsewhere").exists()


@pytest.mark.parametrize(
    "theirs", ["licences/their own.txt", "licences.old/theirs.txt", "_internal.old/x", "uninstall.exe"]
)
def test_a_folder_with_files_of_somebody_else_is_left_alone(machine: Machine, theirs: str) -> None:
    folder = machine.drive / "their folder"
    path = folder / theirs
    path.parent.mkdir(parents=True)
    path.write_text("theirs")
    try:
        assert machine.install("/CURRENTUSER", f"/D={machine.windows(folder)}") == 8
        assert files_in(folder) == {theirs}
        assert path.read_text() == "theirs"
        assert "Nothing was changed." in machine.log()
    finally:
        shutil.rmtree(folder)


def test_beside_the_one_for_everyone_nobody_gets_his_own(machine: Machine) -> None:
    assert machine.install("/ALLUSERS") == 0
    assert machine.install("/CURRENTUSER") == 6
    assert not machine.own_programs.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, for a disk that is full")
def test_a_full_disk_leaves_nothing_of_a_first_installation(machine: Machine) -> None:
    folder = machine.drive / "full" / "B24Learn"
    folder.parent.mkdir()
    small = ["mount", "-t", "tmpfs", "-o", "size=48k", "small", str(folder.parent)]
    if subprocess.run(small, check=False).returncode:
        folder.parent.rmdir()
        pytest.skip("no disk of a given size can be mounted here")
    try:
        place = f"/D={machine.windows(folder)}"
        assert machine.install("/CURRENTUSER", place) == 9
        assert not folder.exists()
        assert machine.get(UNINSTALL, "InstallLocation") is None
        subprocess.run(["mount", "-o", "remount,size=40m", str(folder.parent)], check=True)
        assert machine.install("/CURRENTUSER", place) == 0
        assert files_in(folder) == PROGRAM_FILES
        (folder / "_internal/of_the_former_version.dll").touch()
        used = sum(path.stat().st_blocks * 512 for path in folder.parent.rglob("*"))
        subprocess.run(["mount", "-o", f"remount,size={used // 1024 + 96}k", str(folder.parent)], check=True)
        assert machine.install() == 9
        assert files_in(folder) == {*PROGRAM_FILES, "_internal/of_the_former_version.dll"}
        (folder / "_internal/of_the_former_version.dll").unlink()
        assert machine.remove(folder) == 0
    finally:
        subprocess.run(["umount", "--lazy", str(folder.parent)], check=True)  # Wine lets go of it a moment later
        folder.parent.rmdir()


def unquoted(word: str) -> list[str]:
    """NSIS takes a folder to the end of the line, without quotation marks; Wine would set some around a blank."""
    return word.split(" ")


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
