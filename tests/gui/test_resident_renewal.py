"""The program that stays, updated on disk while it runs: what it waits for, what it does not start, how it leaves."""

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


def beat(qtbot: QtBot, resident: Resident, times: int = 1) -> None:
    for _ in range(times):
        resident.clock.beat.emit()
        qtbot.waitUntil(lambda: not resident._tasks.busy, timeout=20_000)


def kept(qtbot: QtBot, made: Setup, start: Start) -> Resident:
    """In the tray, with its secrets in a store."""
    resident = opened(qtbot, made, start)
    made.context.secrets.forget(made.secrets)
    return resident


def test_in_the_tray_it_leaves_to_come_back_there(
    qtbot: QtBot, made: Setup, start: Start, left: list[str], hosted: list[tuple[str, str]], program: Path
) -> None:
    resident = kept(qtbot, made, start)
    beat(qtbot, resident, 2)
    exchanged(program)
    beat(qtbot, resident)
    assert left == []
    beat(qtbot, resident)
    assert (left, hosted) == (["left"], [])
    assert not resident.windows.status_seen


def test_a_status_window_that_is_not_in_front_comes_back(
    qtbot: QtBot,
    made: Setup,
    start: Start,
    left: list[str],
    hosted: list[tuple[str, str]],
    program: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resident = kept(qtbot, made, start)
    resident.windows.open_status()
    qtbot.waitUntil(lambda: resident.windows.status is not None and resident.windows.status.isVisible(), timeout=20_000)
    monkeypatch.setattr(type(resident.windows.status), "isActiveWindow", lambda _self: True)
    exchanged(program)
    beat(qtbot, resident, 3)
    assert left == []
    monkeypatch.setattr(type(resident.windows.status), "isActiveWindow", lambda _self: False)
    beat(qtbot, resident)
    assert left == ["left"]
    assert resident.windows.status_seen


def test_it_waits_for_a_window_somebody_works_in_and_says_so(
    qtbot: QtBot, made: Setup, start: Start, left: list[str], hosted: list[tuple[str, str]], program: Path
) -> None:
    resident = kept(qtbot, made, start)
    resident._do("log")
    window = shown(qtbot, resident.windows.log)
    exchanged(program)
    beat(qtbot, resident, 3)
    assert left == []
    assert [title for title, _ in hosted] == ["The program was updated"]
    close(qtbot, window)
    beat(qtbot, resident)
    assert left == ["left"]


def test_it_waits_for_a_run_at_work(
    qtbot: QtBot,
    made: Setup,
    start: Start,
    left: list[str],
    hosted: list[tuple[str, str]],
    program: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resident = kept(qtbot, made, start)
    monkeypatch.setattr(Worker, "running", property(lambda _self: True))
    exchanged(program)
    beat(qtbot, resident, 3)
    assert left == []
    monkeypatch.setattr(Worker, "running", property(lambda _self: False))
    beat(qtbot, resident)
    assert left == ["left"]


def test_nothing_is_started_from_a_program_that_is_being_exchanged(
    qtbot: QtBot,
    made: Setup,
    start: Start,
    left: list[str],
    hosted: list[tuple[str, str]],
    program: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(Worker, "start", lambda _self, trigger: begun.append(trigger))
    resident = opened(qtbot, made, start)  # its passwords are kept until quit: it does not leave
    exchanged(program)
    beat(qtbot, resident)
    resident._due("schedule")
    assert begun == []
    beat(qtbot, resident)
    resident._due("schedule")
    assert (begun, left) == (["schedule"], [])


def test_the_demonstration_does_not_look(qtbot: QtBot, made: Setup, start: Start, program: Path) -> None:
    resident = start(made, Opening(proposal=made.settings, secrets=made.secrets))
    program.unlink()
    resident.renewal.look()
    assert not resident.renewal.settling
    qtbot.waitUntil(lambda: resident.windows.wizard is not None, timeout=20_000)
