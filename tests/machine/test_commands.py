"""How the program is started again: by the name that stays, not by the folder that an update may replace."""

import sys
from pathlib import Path

import pytest

from b24learn_gui.machine import commands
from b24learn_gui.machine.commands import is_another_copy, link_to, program_command


def frozen(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in two as the bundle has it, of which `name` runs; gives the folder."""
    folder.mkdir(parents=True)
    for each in ("B24Learn", "b24learn-gui"):
        (folder / each).write_text("#!/bin/sh\n")
        (folder / each).chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / name))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return folder


@pytest.mark.parametrize("running", ["B24Learn", "b24learn-gui"])
@pytest.mark.parametrize("windows", [True, False])
def test_an_installed_program_is_named_by_its_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, running: str, windows: bool
) -> None:
    folder = frozen(tmp_path / "lib", running, monkeypatch)
    places = (tmp_path / "usr/bin", tmp_path / "bin")
    places[1].mkdir()
    (places[1] / "b24learn-gui").symlink_to(folder / "b24learn-gui")
    monkeypatch.setattr(commands, "places_of_links", lambda: places)
    assert program_command(windows=windows) == (str(places[1] / "b24learn-gui"),)


def test_a_program_without_a_link_of_its_own_is_named_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = frozen(tmp_path / "other", "b24learn-gui", monkeypatch)
    folder = frozen(tmp_path / "unpacked here", "B24Learn", monkeypatch)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/b24learn-gui").symlink_to(other / "b24learn-gui")
    monkeypatch.setattr(commands, "places_of_links", lambda: (tmp_path / "bin",))
    assert program_command(windows=True) == (str(folder / "B24Learn"),)
    assert program_command(windows=False) == (str(folder / "b24learn-gui"),)


def test_a_copy_is_a_folder_and_not_the_name_it_is_started_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = frozen(tmp_path / "other", "b24learn-gui", monkeypatch)
    folder = frozen(tmp_path / "lib", "B24Learn", monkeypatch)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/b24learn-gui").symlink_to(folder / "b24learn-gui")
    assert not is_another_copy(str(folder / "b24learn-gui"))
    assert not is_another_copy(str(tmp_path / "bin/b24learn-gui"))
    assert is_another_copy(str(other / "B24Learn"))
    assert not is_another_copy(str(tmp_path / "gone/B24Learn"))
    assert not is_another_copy("")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_interpreters_of_two_virtual_environments_are_two_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "one/python"))
    assert not is_another_copy(str(tmp_path / "one/python"))
    assert is_another_copy(str(tmp_path / "two/python"))


def test_a_link_into_nothing_and_a_plain_file_are_no_links(tmp_path: Path) -> None:
    program = tmp_path / "lib" / "b24learn-gui"
    link = tmp_path / "b24learn-gui"
    link.symlink_to(program)
    assert link_to(program, [tmp_path]) is None
    program.parent.mkdir()
    program.write_text("")
    assert link_to(program, [tmp_path]) == link
    link.unlink()
    link.hardlink_to(program)
    assert link_to(program, [tmp_path]) is None
