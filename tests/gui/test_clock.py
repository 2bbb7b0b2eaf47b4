"""What rings the timetable: both tickers only ask, and what is due is started once, awake and with the network there."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from schedule import CancelJob

from b24learn_gui.gui.clock import Clock
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import ScheduleSettings, save_settings
from b24learn_gui.timetable.watch import TICK, Watch
from tests.service.setup_world import Setup, setup_world

SAVED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ALL = 1_000_000.0
RESTED = 61.0


class Times:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.wall, self.steady = SAVED, ALL

    def go(self, seconds: float) -> None:
        """Time passes."""
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds

    def sleep(self, hours: float) -> None:
        """The machine sleeps: only the wall clock goes on."""
        self.wall += timedelta(hours=hours)


class Rung:
    """A clock in a home whose runs are at 03:00 and 15:00 UTC, and what it asked for."""

    def __init__(self, made: Setup, qtbot: QtBot) -> None:
        self.times, self.due = Times(), list[str]()
        self.context: Context = replace(made.context, now=lambda: self.times.wall)
        self.tasks = Tasks()
        self.clock = Clock(self.context, self.tasks, steady=lambda: self.times.steady, watch=Watch(spread=1.0))
        self.clock.due.connect(self.due.append)
        self._qtbot = qtbot

    def look(self) -> None:
        """One look to its end, the question about the network with it."""
        self.clock.look()
        self._qtbot.waitUntil(lambda: not self.clock._asking, timeout=10_000)

    def go(self, seconds: float) -> None:
        """Time passes, with a look every few seconds."""
        while seconds > 0:
            self.times.go(min(TICK, seconds))
            seconds -= TICK
            self.look()


@pytest.fixture
def rung(qtbot: QtBot, tmp_path: Path) -> Iterator[Rung]:
    with setup_world(tmp_path) as made:
        made.context.places.prepare()
        times = ScheduleSettings(first_run_utc="03:00", second_run_utc="15:00")
        save_settings(made.context.places.settings_file, replace(made.settings, schedule=times))
        made.context.places.settings_file.touch()
        with Journal.open(made.context.places.journal_file) as journal:
            journal.set_fact("settings_saved_at", SAVED.isoformat())
        os.utime(made.context.places.settings_file, (SAVED.timestamp(),) * 2)
        found = Rung(made, qtbot)
        yield found
        found.clock.end()
        found.tasks.close()


def test_what_is_due_is_asked_for_once(rung: Rung) -> None:
    rung.look()
    rung.go(RESTED)
    assert rung.due == []
    rung.times.wall = SAVED.replace(hour=14, minute=59, second=58)
    rung.look()
    rung.go(RESTED)  # the clock jumped: it rests first
    assert rung.due == ["schedule"]
    rung.look()
    assert rung.due == ["schedule"]


def test_a_night_asleep_is_one_catch_up_run_after_a_rest(rung: Rung) -> None:
    rung.look()
    rung.times.sleep(40)
    rung.look()
    assert rung.due == []
    rung.go(RESTED)
    assert rung.due == ["catch-up"]


def test_without_network_nothing_is_started_for_ten_minutes(rung: Rung, monkeypatch: pytest.MonkeyPatch) -> None:
    from b24learn_gui.service import network

    there, asked = [False], list[Context]()

    def answer(context: Context) -> bool:
        asked.append(context)
        return there[0]

    monkeypatch.setattr(network, "reachable", answer)
    rung.look()
    rung.times.sleep(24)
    rung.go(RESTED + 120)
    assert (rung.due, len(asked) >= 2) == ([], True)
    there[0] = True
    rung.go(75)
    assert rung.due == ["catch-up"]


def test_the_alarm_of_schedule_says_no_more_than_that_somebody_should_look(rung: Rung) -> None:
    rung.look()
    (job,) = rung.clock._scheduler.jobs
    assert (job.at_time, str(job.at_time_zone)) == (SAVED.replace(hour=15).time(), "UTC")
    assert rung.clock._ring() is CancelJob
    assert rung.clock._asking
    for _ in range(30):  # however often it fires
        rung.clock._ring()
    rung._qtbot.waitUntil(lambda: not rung.clock._asking, timeout=10_000)
    assert rung.due == []


def test_a_home_that_cannot_be_read_is_looked_at_again(rung: Rung) -> None:
    rung.context.places.journal_file.unlink()
    for each in rung.context.places.journal_file.parent.glob("journal.db-*"):
        each.unlink()
    rung.context.places.journal_file.write_bytes(b"no journal" * 1_000)
    rung.look()
    assert rung.due == []
    assert 0 < rung.clock._timer.remainingTime() <= TICK * 1_000 + 500
    rung.clock.end()
    assert not rung.clock._timer.isActive()


def test_a_switched_off_schedule_rings_nothing(rung: Rung) -> None:
    file = rung.context.places.settings_file
    file.write_text(file.read_text().replace("enabled = true", "enabled = false"))
    rung.look()
    assert rung.clock._scheduler.jobs == []
    rung.times.sleep(48)
    rung.go(RESTED)
    assert rung.due == []
