"""What the program that stays does on the side: it tells the alert address, and keeps its own start in order."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.upkeep import Upkeep
from b24learn_gui.service.autostart import Autostart, autostart
from b24learn_gui.service.standing import read_standing
from tests.service.alert_receiver import Receiver, receiving
from tests.service.standing_home import NOW, StandingHome

DAY = timedelta(days=1)


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    del qapp
    found = Tasks()
    yield found
    assert found.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def look(qtbot: QtBot, upkeep: Upkeep, home: StandingHome, tasks: Tasks) -> None:
    """How things stand was read once more."""
    upkeep.tell_overdue(read_standing(home.context))
    qtbot.waitUntil(lambda: not tasks.busy, timeout=20_000)


def test_T25_that_nothing_succeeds_is_told_once_and_again_after_a_success_in_between(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks, receiver: Receiver
) -> None:
    home = StandingHome(tmp_path)
    home.save(webhook_url=receiver.url, saved=NOW - 9 * DAY)
    upkeep = Upkeep(home.context, tasks)
    for _ in range(3):
        look(qtbot, upkeep, home, tasks)
    assert [each["command"] for each in receiver.got] == ["health"]
    home.run(home.now)
    look(qtbot, upkeep, home, tasks)
    home.now += 9 * DAY
    look(qtbot, upkeep, home, tasks)
    assert len(receiver.got) == 2


def test_T25_an_alert_that_nobody_took_is_sent_again_after_an_hour(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks, receiver: Receiver
) -> None:
    home = StandingHome(tmp_path)
    home.save(webhook_url=receiver.url, saved=NOW - 9 * DAY)
    upkeep, receiver.status = Upkeep(home.context, tasks), 503
    look(qtbot, upkeep, home, tasks)
    look(qtbot, upkeep, home, tasks)
    assert (receiver.asked, receiver.got) == (1, [])
    receiver.status = 204
    home.now += timedelta(hours=1)
    look(qtbot, upkeep, home, tasks)
    assert len(receiver.got) == 1


def test_without_an_address_or_while_a_run_is_at_work_nobody_is_asked(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks, receiver: Receiver
) -> None:
    home = StandingHome(tmp_path)
    home.save(saved=NOW - 9 * DAY)
    upkeep = Upkeep(home.context, tasks)
    look(qtbot, upkeep, home, tasks)
    home.save(webhook_url=receiver.url, saved=NOW - 9 * DAY)
    upkeep.tell_overdue(replace(read_standing(home.context), running="20261122T030000Z-1"))
    assert not tasks.busy
    assert receiver.asked == 0


def test_a_home_that_broke_meanwhile_does_no_harm_and_the_next_look_tells(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks, receiver: Receiver
) -> None:
    home = StandingHome(tmp_path)
    home.save(webhook_url=receiver.url, saved=NOW - 9 * DAY)
    upkeep, standing = Upkeep(home.context, tasks), read_standing(home.context)
    home.places.settings_file.write_text("schema = 'no", "utf-8")
    upkeep.tell_overdue(standing)
    qtbot.waitUntil(lambda: not tasks.busy, timeout=20_000)
    home.save(webhook_url=receiver.url, saved=NOW - 9 * DAY)
    upkeep.tell_overdue(standing)
    qtbot.waitUntil(lambda: not tasks.busy, timeout=20_000)
    assert len(receiver.got) == 1


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="an entry in a directory of this test's own")
def test_an_entry_of_a_program_that_was_moved_is_repaired_off_the_windows_thread(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = StandingHome(tmp_path)
    context = replace(home.context, environment={"HOME": str(tmp_path)})
    entry = autostart(context)
    monkeypatch.setattr(sys, "executable", "/opt/former place/python3")
    autostart(context).enable()
    monkeypatch.undo()
    assert entry.state() == "ours_elsewhere"
    asked: list[threading.Thread] = []
    repair = Autostart.repair

    def noting(self: Autostart) -> bool:
        asked.append(threading.current_thread())
        return repair(self)

    monkeypatch.setattr(Autostart, "repair", noting)
    Upkeep(context, tasks).repair_autostart()
    qtbot.waitUntil(lambda: not tasks.busy, timeout=20_000)
    assert entry.state() == "ours"
    assert asked[0] is not threading.main_thread()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="an entry in a directory of this test's own")
def test_a_directory_that_cannot_be_read_stops_nothing(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    home = StandingHome(tmp_path)
    (tmp_path / ".config").write_text("a file")
    Upkeep(replace(home.context, environment={"HOME": str(tmp_path)}), tasks).repair_autostart()
    qtbot.waitUntil(lambda: not tasks.busy, timeout=20_000)
