"""The archive unpacked and run where people unpack things, installed for one person, and removed again."""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from release import tarball
from release.contents import CONSOLE, DEBIAN_PACKAGES
from release.linux import RESOURCES
from tests.gui_e2e.desktop import wait_until
from tests.release.built import built_folder, missing
from tests.release.guest import guest

pytestmark = pytest.mark.timeout(600)

PLACE = "папка с программой"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder out of the archive; nobody may change it."""
    if os.name != "posix" or not (built_folder() / CONSOLE).is_file():
        missing("the archive is made on Linux")
    made = tmp_path_factory.mktemp("archive")
    archive = tarball.make(built_folder(), made, version="1.2.3", quick=True)
    with tarfile.open(archive) as opened:
        opened.extractall(made / PLACE, filter="tar")
    return made / PLACE / "b24learn-gui-1.2.3"


def environment(home: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "B24LEARN_WAIT_SCALE": "0"}


def ran(home: Path, *words: str, code: int = 0, more: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        words,
        env={**environment(home), **(more or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def files(directory: Path) -> set[str]:
    return {str(each.relative_to(directory)) for each in directory.rglob("*") if not each.is_dir() or each.is_symlink()}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    found = tmp_path / "дом Анны & 100% $x"
    found.mkdir()
    (found / "mine.txt").write_text("mine")
    return found


def test_it_runs_from_a_folder_that_cannot_be_written_with_blanks_and_russian_letters(
    unpacked: Path, tmp_path: Path
) -> None:
    with guest(tmp_path, unpacked.parents[1]) as there:
        place = f"/media/brought/{PLACE}/{unpacked.name}"
        assert "Read-only" in there.run("touch", f"{place}/x", code=None).stderr
        there.run(f"{place}/{CONSOLE}", "demo", "--headless", environment={"HOME": "/root", "B24LEARN_WAIT_SCALE": "0"})


def test_it_runs_as_it_was_unpacked(unpacked: Path, home: Path) -> None:
    before = files(unpacked)
    ran(home, str(unpacked / CONSOLE), "demo", "--headless")
    assert files(unpacked) == before
    assert files(home) == {"mine.txt"}


def test_what_stands_in_the_readme_is_there(unpacked: Path) -> None:
    text = (unpacked / "README.txt").read_text("utf-8")
    assert "@" not in text
    assert "libxcb-cursor0" in text
    for name in ("b24learn-gui", "install.sh"):
        assert os.access(unpacked / name, os.X_OK)
        assert f"./{name}" in text


def test_installed_it_is_found_in_the_menu_and_removed_it_leaves_what_was_there(unpacked: Path, home: Path) -> None:
    ran(home, "sh", str(unpacked / "install.sh"))
    local = home / ".local"
    assert ran(home, str(local / "bin" / CONSOLE), "--version").strip()
    if shutil.which("desktop-file-validate"):
        ran(home, "desktop-file-validate", str(local / "share/applications/b24learn-gui.desktop"))
    entry = (local / "share/applications/b24learn-gui.desktop").read_text("utf-8")
    assert f"\nTryExec={local}/bin/b24learn-gui\n" in entry
    command = str(local / "bin" / CONSOLE).replace("%", "%%").replace("$", "\\\\$")
    assert f'\nExec="{command}"\n' in entry
    assert (local / "share/man/ru/man1/b24learn-gui.1.gz").is_file()

    ran(home, "sh", str(local / "lib" / CONSOLE / "install.sh"))  # once more, from where it was installed
    shutil.copytree(unpacked, home / "second", symlinks=True)
    ran(home, "sh", str(home / "second" / "install.sh"))
    shutil.rmtree(home / "second")
    assert ran(home, str(local / "bin" / CONSOLE), "--version").strip()

    (home / ".config" / CONSOLE).mkdir(parents=True)
    (home / ".config" / CONSOLE / "settings.toml").write_text("mine too")
    (local / "share/applications/other.desktop").write_text("somebody else's")
    told = ran(home, "sh", str(local / "lib" / CONSOLE / "install.sh"), "--remove")
    assert f"~/.config/{CONSOLE}" in told
    mine = {"mine.txt", f".config/{CONSOLE}/settings.toml", ".local/share/applications/other.desktop"}
    assert files(home) - {".local/share/applications/mimeinfo.cache"} == mine


@pytest.mark.parametrize("prefix", [".local", "."])
def test_where_there_was_nothing_nothing_is_left_but_the_place_itself(
    unpacked: Path, tmp_path: Path, prefix: str
) -> None:
    """Also not what desktops gather of the menu and of the signs."""
    home, tools = tmp_path / "new", tmp_path / "tools"
    for folder in (home / prefix, tools):
        folder.mkdir(parents=True, exist_ok=True)
    for name, gathered in (
        ("update-desktop-database", "mimeinfo.cache"),
        ("gtk-update-icon-cache", "icon-theme.cache"),
    ):
        (tools / name).write_text(f'#!/bin/sh\nfor last; do :; done\ntouch "$last/{gathered}"\n')
        (tools / name).chmod(0o755)
    more = {"PATH": f"{tools}:/usr/bin:/bin", "PREFIX": str(home / prefix)}
    ran(home, "sh", str(unpacked / "install.sh"), more=more)
    assert (home / prefix / "share/applications/mimeinfo.cache").is_file()
    ran(home, "sh", str(unpacked / "install.sh"), "--remove", more=more)
    assert [path.name for path in home.rglob("*")] == [each for each in [prefix] if each != "."]
    assert home.is_dir()


@pytest.mark.skipif(os.name != "posix", reason="a script of a shell")
def test_the_folders_a_system_has_from_the_beginning_stay_also_where_they_are_empty(home: Path, tmp_path: Path) -> None:
    """A stand-in is enough: what is removed is a matter of the script alone."""
    archive, prefix = tmp_path / "b24learn-gui-1.2.3", tmp_path / "usr" / "local"
    shares = ("share/applications/b24learn-gui.desktop", "share/man/man1/b24learn-gui.1.gz")
    for name in (CONSOLE, "B24Learn", "README.txt", "_internal/base", "licences/all", *shares):
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        (archive / name).write_text("Exec=b24learn-gui\n")
    shutil.copy(RESOURCES / "install.sh", archive)
    for name in ("bin", "lib", "share/man"):
        (prefix / name).mkdir(parents=True)
    before = sorted(prefix.rglob("*"))
    ran(home, "sh", str(archive / "install.sh"), more={"PREFIX": str(prefix)})
    assert (prefix / "bin" / CONSOLE).exists()
    ran(home, "sh", str(archive / "install.sh"), "--remove", more={"PREFIX": str(prefix)})
    assert sorted(prefix.rglob("*")) == before
    ran(home, "sh", str(archive / "install.sh"))
    ran(home, "sh", str(archive / "install.sh"), "--remove")
    assert sorted(home.rglob("*")) == [home / ".local", home / "mine.txt"]


def test_it_speaks_the_language_of_the_person(unpacked: Path, home: Path) -> None:
    russian = {"LANG": "ru_RU.UTF-8"}
    assert "Установлено: " in ran(home, "sh", str(unpacked / "install.sh"), more=russian)
    assert "Удалено." in ran(home, "sh", str(unpacked / "install.sh"), "--remove", more=russian)
    assert "должен начинаться" in ran(
        home, "sh", str(unpacked / "install.sh"), code=2, more={"PREFIX": "here", **russian}
    )


def test_the_line_that_brings_the_libraries_can_be_copied(unpacked: Path) -> None:
    text = (unpacked / "README.txt").read_text("utf-8")
    line = text[text.index("apt-get install") :].partition("\n\n")[0]
    assert line.replace("\\\n", " ").split() == ["apt-get", "install", *DEBIAN_PACKAGES]
    assert max(map(len, text.splitlines())) <= 125


def test_what_is_not_this_programs_is_neither_replaced_nor_removed(unpacked: Path, home: Path) -> None:
    command = home / ".local/bin" / CONSOLE
    command.parent.mkdir(parents=True)
    command.write_text("somebody else's")
    told = ran(home, "sh", str(unpacked / "install.sh"), code=1)
    assert f"{command} is something else; nothing was installed." in told
    ran(home, "sh", str(unpacked / "install.sh"), "--remove")
    assert files(home) == {"mine.txt", f".local/bin/{CONSOLE}"}


def test_a_command_that_leads_elsewhere_is_neither_replaced_nor_removed(unpacked: Path, home: Path) -> None:
    """As pipx makes one."""
    theirs, command = home / ".local/pipx" / CONSOLE, home / ".local/bin" / CONSOLE
    for path in (theirs, command):
        path.parent.mkdir(parents=True)
    theirs.write_text("somebody else's")
    command.symlink_to(theirs)
    told = ran(home, "sh", str(unpacked / "install.sh"), code=1)
    assert f"{command} is something else; nothing was installed." in told
    ran(home, "sh", str(unpacked / "install.sh"), "--remove")
    assert command.readlink() == theirs
    assert files(home) == {"mine.txt", f".local/bin/{CONSOLE}", f".local/pipx/{CONSOLE}"}


@contextmanager
def waiting_run(program: Path, home: Path) -> Iterator["subprocess.Popen[str]"]:
    """A run that waits for its secrets, as the windows start it; little of it is loaded yet."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    line = [str(program), "--home", str(home / "kept"), "sync", "--control", "--json"]
    with subprocess.Popen(line, env=environment(home), **pipes) as process:  # type: ignore[call-overload]
        try:
            wait_until(lambda: "pipe" in Path(f"/proc/{process.pid}/wchan").read_text(), "it waits for its secrets")
            yield process
        finally:
            process.kill()


def exchanged(program: Path) -> None:
    """Another version at the same place: nothing in its file is where it was."""
    draft = program.with_name("draft")
    draft.write_bytes(b"\x7fELF" + bytes(9_000_000))
    draft.rename(program)


@pytest.mark.parametrize("change", [exchanged, Path.unlink])
def test_a_run_that_is_at_work_ends_in_order_when_the_program_is_exchanged_or_removed(
    unpacked: Path, home: Path, change: Callable[[Path], object]
) -> None:
    own = home / "own"
    shutil.copytree(unpacked, own, symlinks=True)
    with waiting_run(own / CONSOLE, home) as process:
        change(own / CONSOLE)
        told, said = process.communicate('{"secrets": {}}\n', timeout=60)
    assert process.returncode == 70, said
    assert json.loads(told)["error"]["code"] == "settings_missing"
