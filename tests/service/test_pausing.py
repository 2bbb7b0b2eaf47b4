"""Pausing by a fact in the journal: scheduled runs honour it, what lay in it is skipped and never caught up."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from b24learn_gui.service import occasions
from b24learn_gui.service.history import health
from b24learn_gui.service.pausing import pause, paused, pauses, resume
from b24learn_gui.service.run import SyncRequest, sync
from b24learn_gui.service.standing import due_now
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import load_settings
from b24learn_gui.timetable.plan import LOOK_BACK, Outlook, Pause
from tests.service.standing_home import NOW, SETTINGS, StandingHome

HOUR = timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path) -> StandingHome:
    made = StandingHome(tmp_path)
    made.save(saved=NOW - timedelta(hours=6))
    return made


def claim(home: StandingHome, run: str = "run") -> Outlook | None:
    with home.journal() as journal:
        return occasions.claim(home.context, load_settings(home.places.settings_file), journal, run)


def rows(home: StandingHome) -> dict[str, tuple[str | None, str]]:
    with Journal.open_read_only(home.places.journal_file) as journal:
        return {each.occurrence: (each.outcome, each.reason) for each in journal.occurrences()}


def pause_now(home: StandingHome) -> Pause | None:
    with Journal.open_read_only(home.places.journal_file) as journal:
        return paused(journal, home.now)


def at(hour: int, day: int = 22) -> datetime:
    return NOW.replace(day=day, hour=hour)


def test_a_pause_holds_until_its_end_or_until_somebody_resumes(home: StandingHome) -> None:
    assert pause_now(home) is None
    pause(home.context, NOW + HOUR)
    assert pause_now(home) == Pause(NOW, NOW + HOUR)
    home.now += HOUR
    assert pause_now(home) is None
    pause(home.context, None)
    home.now += timedelta(days=9)
    assert pause_now(home) == Pause(NOW + HOUR, None)
    resume(home.context)
    assert pause_now(home) is None


def test_an_end_without_a_zone_is_refused_before_it_is_kept(home: StandingHome) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        pause(home.context, NOW.replace(tzinfo=None))
    assert pause_now(home) is None


def test_another_pause_takes_the_place_of_the_one_that_holds(home: StandingHome) -> None:
    pause(home.context, None)
    home.now += HOUR
    pause(home.context, home.now + HOUR)
    home.now += 2 * HOUR
    assert pause_now(home) is None


def test_Z1_a_scheduled_run_in_a_pause_starts_nothing_and_writes_down_why(home: StandingHome) -> None:
    pause(home.context, None)
    home.now = at(15)
    assert claim(home) is None
    assert rows(home) == {"2026-11-22T15:00Z": ("skipped", "paused")}
    home.now += HOUR
    resume(home.context)
    assert due_now(home.context).due is None
    assert claim(home) is None
    home.now = at(3, 23)
    outlook = claim(home)
    assert outlook is not None
    assert (outlook.due, outlook.catch_up, outlook.missed) == ("2026-11-23T03:00Z", False, ())


def test_Z1_what_lay_in_several_pauses_is_written_by_the_next_claim_and_never_run(home: StandingHome) -> None:
    for day in (22, 23):
        home.now = at(14, day)
        pause(home.context, None)
        home.now = at(16, day)
        resume(home.context)
    home.now = at(3, 24)
    outlook = claim(home)
    assert outlook is not None
    assert (outlook.due, outlook.missed) == ("2026-11-24T03:00Z", ("2026-11-23T03:00Z",))
    assert rows(home) == {
        "2026-11-22T15:00Z": ("skipped", "paused"),
        "2026-11-23T03:00Z": ("skipped", "missed"),
        "2026-11-23T15:00Z": ("skipped", "paused"),
        "2026-11-24T03:00Z": (None, ""),
    }


def test_Z1_asked_for_in_a_pause_the_latest_one_is_not_run_for_young_settings_either(home: StandingHome) -> None:
    home.now = at(16)
    pause(home.context, None)
    home.save(saved=home.now)
    home.now = at(3, 23) + timedelta(minutes=1)
    home.save(saved=home.now)
    assert claim(home) is None
    home.now = at(4, 23)
    resume(home.context)
    assert claim(home) is None


def test_the_command_ends_well_and_without_a_run_in_a_pause(home: StandingHome) -> None:
    pause(home.context, None)
    home.now = at(15)
    told = sync(home.context, SyncRequest(trigger="schedule"))
    assert (told["exit_code"], told["run"]) == (0, None)
    assert told["message"] == "The timetable is paused: no run begins by itself."


def test_the_tray_is_asked_for_nothing_in_a_pause_and_told_the_run_behind_it(home: StandingHome) -> None:
    pause(home.context, at(18))
    home.now = at(15)
    outlook = due_now(home.context)
    assert (outlook.due, outlook.next) == (None, at(3, 23))
    pause(home.context, None)
    assert due_now(home.context).next is None


def test_pauses_too_old_to_matter_are_forgotten(home: StandingHome) -> None:
    for _ in range(3):
        pause(home.context, home.now + HOUR)
        home.now += LOOK_BACK / 2 + HOUR
    with Journal.open_read_only(home.places.journal_file) as journal:
        assert len(pauses(journal)) == 2


def test_a_pause_begun_under_a_clock_ahead_is_as_if_it_had_never_been(home: StandingHome) -> None:
    home.now += timedelta(days=900)
    pause(home.context, None)
    home.now = at(15)
    assert pause_now(home) is not None  # somebody paused without an end: only he ends it
    resume(home.context)
    with Journal.open_read_only(home.places.journal_file) as journal:
        assert pauses(journal) == ()
    assert claim(home) is not None


# Monitoring


def overdue(home: StandingHome) -> bool:
    told = health(home.context)
    assert (told["exit_code"] == 90) is told["overdue"]
    assert set(told) == {"command", "exit_code", "overdue", "last_success", "last_run", "waiting"}
    return bool(told["overdue"])


def test_T25_a_pause_with_an_end_alarms_when_it_is_over_by_more_than_the_hours(home: StandingHome) -> None:
    home.run(NOW - 2 * HOUR)
    end = NOW + timedelta(days=10)
    pause(home.context, end)
    home.now = end + 26 * HOUR
    assert not overdue(home)
    home.now += timedelta(seconds=1)
    assert overdue(home)


def test_T25_a_pause_without_an_end_alarms_all_the_same_until_it_is_ended(home: StandingHome) -> None:
    home.run(NOW - 2 * HOUR)
    pause(home.context, None)
    home.now = NOW + 25 * HOUR
    assert overdue(home)
    resume(home.context)
    assert not overdue(home)  # the next run has its time
    home.now += 27 * HOUR
    assert overdue(home)


def test_T25_an_interrupted_run_is_no_success_and_a_schedule_that_is_off_never_alarms(home: StandingHome) -> None:
    home.run(NOW - 30 * HOUR)
    home.begin(NOW - HOUR, confirmed=2)
    assert overdue(home)
    assert health(home.context)["last_run"]["exit_code"] is None
    home.save(SETTINGS.replace("enabled = true", "enabled = false"))
    told = health(home.context)
    assert (told["exit_code"], told["overdue"], told["waiting"]) == (0, False, [])
