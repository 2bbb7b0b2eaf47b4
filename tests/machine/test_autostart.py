"""The entry for starting with the session: ours is switched and repaired, anybody else's is left alone."""

import os
import plistlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from b24learn_gui.errors import Refused, WrongUsage
from b24learn_gui.machine.autostart import Autostart, Place
from b24learn_gui.machine.autostart_macos import MacAutostart
from b24learn_gui.machine.autostart_windows import APPROVED, RUN, WindowsAutostart
from b24learn_gui.machine.autostart_xdg import XdgAutostart
from b24learn_gui.service.autostart import autostart
from b24learn_gui.service.context import Context
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text import Words

PROGRAM = ("/opt/b24 learn/python3", "-m", "b24learn_gui")
GENERATOR = Path("/usr/lib/systemd/user-generators/systemd-xdg-autostart-generator")


class Values:
    """The registry as a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str | bytes] = {}

    def get(self, key: str, name: str) -> str | bytes | None:
        return self.kept.get((key, name))

    def set(self, key: str, name: str, value: str) -> None:
        self.kept[key, name] = value

    def delete(self, key: str, name: str) -> None:
        self.kept.pop((key, name), None)


REGISTRY: dict[Path, Values] = {}


def xdg(directory: Path) -> Place:
    return XdgAutostart({}, directory)


def macos(directory: Path) -> Place:
    return MacAutostart(directory)


def windows(directory: Path) -> Place:
    return WindowsAutostart(REGISTRY.setdefault(directory, Values()))


def make_foreign(directory: Path, place: Place) -> None:
    """An entry of our name that we did not write."""
    if isinstance(place, WindowsAutostart):
        REGISTRY[directory].set(RUN, "b24learn-gui", r"C:\other\b24learn_gui.exe --background")
        return
    path = Path(place.where)
    path.parent.mkdir(parents=True)
    text = (
        plistlib.dumps({"Label": "x", "ProgramArguments": ["/other"]}).decode()
        if isinstance(place, MacAutostart)
        else "[Desktop Entry]\nType=Application\nName=Other\nExec=/other\n"
    )
    path.write_text(text)


def switch_off(directory: Path, place: Place) -> None:
    """As the desktop's own settings do it."""
    if isinstance(place, WindowsAutostart):
        REGISTRY[directory].kept[APPROVED, "b24learn-gui"] = bytes([3] + [0] * 11)
        return
    path = Path(place.where)
    text = path.read_text()
    path.write_text(
        text.replace("<key>RunAtLoad</key>", "<key>Disabled</key><true/><key>RunAtLoad</key>")
        if isinstance(place, MacAutostart)
        else text.replace("Terminal=false", "Terminal=false\nHidden=true")
    )


Make = Callable[[Path], Place]
everywhere = pytest.mark.parametrize("make", [xdg, macos, windows])


@everywhere
def test_it_is_switched_on_and_off_and_twice_is_once(make: Make, tmp_path: Path) -> None:
    entry = Autostart(make(tmp_path), PROGRAM)
    assert entry.state() == "off"
    entry.disable()
    entry.enable()
    entry.enable()
    assert entry.state() == "ours"
    assert not entry.repair()
    entry.disable()
    assert entry.state() == "off"


@everywhere
def test_an_entry_of_a_program_that_was_moved_is_repaired(make: Make, tmp_path: Path) -> None:
    Autostart(make(tmp_path), ("/old/place/b24learn-gui",), "/srv/home").enable()
    moved = Autostart(make(tmp_path), PROGRAM, "/srv/home")
    assert moved.state() == "ours_elsewhere"
    assert moved.repair()
    assert moved.state() == "ours"


@everywhere
def test_an_entry_is_forgotten_unless_it_starts_another_copy_that_is_there(make: Make, tmp_path: Path) -> None:
    copy = tmp_path / "another copy, 100%" / "B24Learn"
    copy.parent.mkdir()
    copy.touch()
    Autostart(make(tmp_path), (str(copy),), "/srv/home").enable()
    mine = Autostart(make(tmp_path), PROGRAM, "/srv/home")
    assert mine.other_copy() == str(copy)
    assert not mine.forget()
    assert mine.state() == "ours_elsewhere"
    copy.unlink()
    assert mine.other_copy() is None
    assert mine.forget()
    assert mine.state() == "off"


@everywhere
def test_an_entry_for_another_home_is_not_taken_over_by_repairing(make: Make, tmp_path: Path) -> None:
    other = Autostart(make(tmp_path), PROGRAM, "/srv/other")
    other.enable()
    mine = Autostart(make(tmp_path), PROGRAM)
    assert mine.state() == "ours_elsewhere"
    assert not mine.repair()
    assert other.state() == "ours"
    mine.enable()
    assert mine.state() == "ours"


@everywhere
def test_a_foreign_entry_is_neither_overwritten_nor_repaired_nor_removed(make: Make, tmp_path: Path) -> None:
    place = make(tmp_path)
    make_foreign(tmp_path, place)
    before = place.read()
    entry = Autostart(place, PROGRAM)
    assert entry.state() == "foreign"
    with pytest.raises(WrongUsage) as refused:
        entry.enable()
    assert (refused.value.code, refused.value.detail["where"]) == ("autostart_foreign", place.where)
    assert not entry.repair()
    entry.disable()
    assert place.read() == before
    assert before is not None


@everywhere
def test_what_somebody_switched_off_elsewhere_stays_off_until_it_is_switched_on_here(
    make: Make, tmp_path: Path
) -> None:
    Autostart(make(tmp_path), ("/old/place",)).enable()
    switch_off(tmp_path, make(tmp_path))
    entry = Autostart(make(tmp_path), PROGRAM)
    assert entry.state() == "off"
    assert not entry.repair()
    assert entry.state() == "off"
    entry.enable()
    assert entry.state() == "ours"


def test_a_property_list_that_cannot_be_read_is_not_ours(tmp_path: Path) -> None:
    place = MacAutostart(tmp_path)
    Path(place.where).parent.mkdir(parents=True)
    Path(place.where).write_bytes(b"nonsense")
    assert Autostart(place, PROGRAM).state() == "foreign"


def test_the_property_list_starts_the_program_hidden_at_login_and_says_so_to_nobody_now(tmp_path: Path) -> None:
    place = MacAutostart(tmp_path)
    Autostart(place, PROGRAM, "/srv/home").enable()
    found = plistlib.loads(Path(place.where).read_bytes())
    assert found["ProgramArguments"] == [*PROGRAM, "--home", "/srv/home", "--background"]
    assert found["RunAtLoad"] is True
    assert (tmp_path / "Library" / "LaunchAgents" / f"{found['Label']}.plist").is_file()


def test_the_registry_value_is_quoted_as_windows_reads_it(tmp_path: Path) -> None:
    place = windows(tmp_path)
    Autostart(place, (r"C:\Program Files\B24Learn\B24Learn.exe",), r"D:\our home").enable()
    value = REGISTRY[tmp_path].get(RUN, "b24learn-gui")
    assert value == r'"C:\Program Files\B24Learn\B24Learn.exe" --home "D:\our home" --background'


def test_xdg_config_home_is_honoured_only_where_it_is_absolute(tmp_path: Path) -> None:
    chosen = XdgAutostart({"XDG_CONFIG_HOME": str(tmp_path / "c")}, tmp_path)
    assert chosen.where == str(tmp_path / "c/autostart/b24learn-gui.desktop")
    assert XdgAutostart({"XDG_CONFIG_HOME": "c"}, tmp_path).where == str(
        tmp_path / ".config/autostart/b24learn-gui.desktop"
    )


def test_a_directory_that_cannot_be_written_is_a_refusal_with_its_place(tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file")
    with pytest.raises(Refused) as refused:
        Autostart(xdg(tmp_path), PROGRAM).enable()
    assert refused.value.code == "autostart_refused"
    assert str(refused.value.detail["where"]).startswith(str(tmp_path))


def test_the_services_entry_is_this_program_with_the_chosen_home(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path)}
    places = find_places(tmp_path / "home", environment)
    secrets = Secrets(account=places.home_id, environment=environment)
    entry = autostart(Context(places=places, words=Words("en"), secrets=secrets, environment=environment))
    entry.enable()
    text = (tmp_path / ".config/autostart/b24learn-gui.desktop").read_text()
    assert f"-m b24learn_gui --home {tmp_path}/home --background\n" in text


@pytest.mark.skipif(not GENERATOR.exists(), reason="systemd's reader of desktop files is not installed")
@pytest.mark.parametrize("home", ["/srv/home", "/srv/b24 & 100% $HOME", '/srv/a "quoted" `one`'])
def test_a_real_desktop_starts_exactly_our_command_whatever_the_path(tmp_path: Path, home: str) -> None:
    program = tmp_path / "bin dir" / "program"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    Autostart(XdgAutostart({}, tmp_path), (str(program),), home).enable()
    for name in ("normal", "early", "late"):
        (tmp_path / name).mkdir()
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "none")}
    environment.pop("XDG_CONFIG_HOME", None)
    subprocess.run([GENERATOR, *(tmp_path / name for name in ("normal", "early", "late"))], env=environment, check=True)
    (unit,) = (tmp_path / "late").glob("app-*.service")
    command = next(line for line in unit.read_text().splitlines() if line.startswith("ExecStart="))
    assert _words_of_systemd(command.removeprefix("ExecStart=")) == [str(program), "--home", home, "--background"]


@pytest.mark.skipif(not GENERATOR.exists(), reason="systemd's reader of desktop files is not installed")
def test_a_real_desktop_passes_over_the_entry_of_a_program_that_was_removed(tmp_path: Path) -> None:
    program = tmp_path / "папка с программой" / "program"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    Autostart(XdgAutostart({}, tmp_path), (str(program),)).enable()
    assert generated(tmp_path / "there")
    program.unlink()
    assert not generated(tmp_path / "gone")


def generated(into: Path) -> list[Path]:
    """The units that the system's reader makes of the entries beside `into`."""
    into.mkdir()
    environment = {**os.environ, "HOME": str(into.parent), "XDG_CONFIG_DIRS": str(into / "none")}
    environment.pop("XDG_CONFIG_HOME", None)
    subprocess.run([GENERATOR, into, into, into], env=environment, check=True, capture_output=True)
    return list(into.glob("app-*.service"))


def _words_of_systemd(command: str) -> list[str]:
    """The words of an ExecStart line whose every word is quoted, with systemd's escapes undone."""
    words, word, inside = [], "", False
    letters = iter(command.removeprefix(":"))
    for letter in letters:
        if letter == "\\":
            word += next(letters)
        elif letter == '"':
            inside = not inside
        elif letter == " " and not inside:
            words.append(word)
            word = ""
        else:
            word += letter
    return [each.replace("%%", "%").replace("$$", "$") for each in [*words, word]]
