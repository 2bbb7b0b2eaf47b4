"""The program was updated or removed while it runs: it goes on as the new one, or ends, and disturbs nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.renewal import Renewal, works
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.machine.own_file import GONE_LOOKS, OwnFile
from b24learn_gui.text import Words
from tests.machine.test_own_file import exchanged


class Watched:
    """A program that is looked at, and what it is told about it."""

    def __init__(self, directory: Path, tasks: Tasks, qtbot: QtBot) -> None:
        self.path = directory / "b24learn-gui"
        self.path.write_text("old")
        self.free, self.keeps = True, False
        self.renewal = Renewal(
            OwnFile(self.path), tasks, free=lambda: self.free, keeps=lambda: self.keeps, parent=tasks
        )
        self.renewal.words = Words("en")
        self.left: list[str] = []
        self.told: list[str] = []
        self.renewal.ready.connect(lambda: self.left.append("left"))
        self.renewal.told.connect(lambda note: self.told.append(f"{note.title}. {note.text}"))
        self._tasks, self._qtbot = tasks, qtbot

    def beat(self, times: int = 1) -> None:
        for _ in range(times):
            self.renewal.look()
            self._qtbot.waitUntil(lambda: not self._tasks.busy, timeout=5_000)


@pytest.fixture
def watched(qapp: object, qtbot: QtBot, tmp_path: Path) -> Iterator[Watched]:
    del qapp
    tasks = Tasks()
    yield Watched(tmp_path, tasks, qtbot)
    assert tasks.close()


def test_an_update_makes_an_idle_program_leave_and_come_back_as_it_was(watched: Watched) -> None:
    watched.beat(3)
    assert watched.left == []
    exchanged(watched.path)
    watched.beat()
    assert (watched.left, watched.renewal.settling) == ([], True)
    watched.beat()
    assert (watched.left, watched.renewal.settling, watched.told) == (["left"], False, [])
    given = ["--home", "/srv/home", "--background", "--lang", "ru"]
    again = ["--home", "/srv/home", "--lang", "ru"]
    assert watched.renewal.to_become(given, hidden=False) == (watched.path, again)
    assert watched.renewal.to_become(given, hidden=True) == (watched.path, [*again, "--background"])
    watched.beat(3)
    assert watched.left == ["left"]


def test_nobody_is_disturbed_but_told_once(watched: Watched) -> None:
    watched.free = False
    exchanged(watched.path)
    watched.beat(5)
    assert watched.left == []
    assert watched.told == [
        "The program was updated. It goes on in the new version when no run is at work and nobody works in its windows."
    ]
    assert watched.renewal.to_become([], hidden=True) is None
    watched.free = True
    watched.beat()
    assert watched.left == ["left"]


def test_what_is_kept_only_until_quit_is_not_thrown_away(watched: Watched) -> None:
    watched.keeps = True
    exchanged(watched.path)
    watched.beat(5)
    assert watched.left == []
    assert [each.startswith("The program was updated. Passwords are kept") for each in watched.told] == [True]


def test_a_second_update_is_told_again(watched: Watched) -> None:
    watched.free = False
    exchanged(watched.path)
    watched.beat(2)
    exchanged(watched.path, "newer")
    watched.beat(3)
    assert len(watched.told) == 2


def test_a_removed_program_ends_when_its_windows_are_closed_and_does_not_come_back(watched: Watched) -> None:
    watched.free, watched.keeps = False, True
    watched.path.unlink()
    watched.beat(GONE_LOOKS + 2)
    assert watched.left == []
    assert [each.startswith("The program was removed from this computer.") for each in watched.told] == [True]
    watched.free = True
    watched.beat()
    assert watched.left == ["left"]
    assert watched.renewal.to_become([], hidden=True) is None


def test_a_program_that_nothing_can_happen_to_is_not_looked_at(qapp: object) -> None:
    del qapp
    tasks = Tasks()
    renewal = Renewal(None, tasks, free=lambda: True, keeps=lambda: False)
    renewal.look()
    assert not tasks.busy
    assert tasks.close()


def test_a_program_works_when_it_tells_its_version(tmp_path: Path) -> None:
    program = tmp_path / "b24learn-gui"
    assert not works(program)
    program.write_text('#!/bin/sh\n[ "$*" = --version ]\n')
    program.chmod(0o755)
    assert works(program)
    program.write_text("#!/bin/sh\nexit 1\n")
    assert not works(program)
