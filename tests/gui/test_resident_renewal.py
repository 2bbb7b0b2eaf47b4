"""The program that stays, updated on disk while it runs: what it waits for, what it does not start, how it leaves."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui import resident as room
from b24learn_gui.gui.resident import Resident
from b24learn_gui.gui.worker import Worker
from b24learn_gui.machine.own_file import OwnFile
from b24learn_gui.service.opening import Opening
from tests.gui import test_resident as stay
from tests.gui.test_resident import Start
from tests.gui.test_resident_windows import close, opened, shown
from tests.machine.test_own_file import exchanged
from tests.service.setup_world import Setup

made, left, hosted, start = stay.made, stay.left, stay.hosted, stay.start


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's file, as a package would have installed it."""
    path = tmp_path / "b24learn-gui"
    path.write_text("old")
    monkeypatch.setattr(room, "own_file", lambda whole: OwnFile(path))
    return path


@dataclass(frozen=True, slots=True)
class Staying:
    """The program in the tray. `left`: that it left; `hosted`: what the tray told."""

    qtbot: QtBot
    resident: Resident
    program: Path
    left: list[str]
    hosted: list[tuple[str, str]]

    def beat(self, times: int = 1) -> None:
        for _ in range(times):
            self.resident.clock.beat.emit()
            self.qtbot.waitUntil(lambda: not self.resident._tasks.busy, timeout=20_000)


@pytest.fixture
def until_quit(
    qtbot: QtBot, made: Setup, start: Start, program: Path, left: list[str], hosted: list[tuple[str, str]]
) -> Staying:
    """With secrets that are kept until it quits."""
    return Staying(qtbot, opened(qtbot, made, start), program, left, hosted)


@pytest.fixture
def staying(until_quit: Staying, made: Setup) -> Staying:
    """With its secrets in a store."""
    made.context.secrets.forget(made.secrets)
    return until_quit


def test_in_the_tray_it_leaves_to_come_back_there(staying: Staying) -> None:
    staying.beat(2)
    exchanged(staying.program)
    staying.beat()
    assert staying.left == []
    staying.beat()
    assert (staying.left, staying.hosted) == (["left"], [])
    assert not staying.resident.windows.status_seen


def test_a_status_window_that_is_not_in_front_comes_back(staying: Staying, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = staying.resident.windows
    windows.open_status()
    staying.qtbot.waitUntil(lambda: windows.status is not None and windows.status.isVisible(), timeout=20_000)
    monkeypatch.setattr(type(windows.status), "isActiveWindow", lambda _self: True)
    exchanged(staying.program)
    staying.beat(3)
    assert staying.left == []
    monkeypatch.setattr(type(windows.status), "isActiveWindow", lambda _self: False)
    staying.beat()
    assert staying.left == ["left"]
    assert windows.status_seen


def test_it_waits_for_a_window_somebody_works_in_and_says_so(staying: Staying) -> None:
    staying.resident._do("log")
    window = shown(staying.qtbot, staying.resident.windows.log)
    exchanged(staying.program)
    staying.beat(3)
    assert staying.left == []
    assert [title for title, _ in staying.hosted] == ["The program was updated"]
    close(staying.qtbot, window)
    staying.beat()
    assert staying.left == ["left"]


def test_it_waits_for_a_run_at_work(staying: Staying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worker, "running", property(lambda _self: True))
    exchanged(staying.program)
    staying.beat(3)
    assert staying.left == []
    monkeypatch.setattr(Worker, "running", property(lambda _self: False))
    staying.beat()
    assert staying.left == ["left"]


def test_nothing_is_started_from_a_program_that_is_being_exchanged(
    until_quit: Staying, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(Worker, "start", lambda _self, trigger: begun.append(trigger))
    exchanged(until_quit.program)
    until_quit.beat()
    until_quit.resident._due("schedule")
    assert begun == []
    until_quit.beat()
    until_quit.resident._due("schedule")
    assert (begun, until_quit.left) == (["schedule"], []), "it does not leave: its passwords are kept until quit"


def test_the_demonstration_does_not_look(qtbot: QtBot, made: Setup, start: Start, program: Path) -> None:
    resident = start(made, Opening(proposal=made.settings, secrets=made.secrets))
    program.unlink()
    resident.renewal.look()
    assert not resident.renewal.settling
    qtbot.waitUntil(lambda: resident.windows.wizard is not None, timeout=20_000)
