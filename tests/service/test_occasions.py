"""Every occurrence has exactly one outcome, also when its process died (rule Z1)."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from b24learn_gui.service import occasions
from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import ScheduleSettings, Settings
from b24learn_gui.text import Words

NOW = datetime(2026, 11, 22, 3, 1, tzinfo=UTC)
SETTINGS = Settings(schedule=ScheduleSettings(first_run_utc="03:00"))
DUE = "2026-11-22T03:00Z"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    places = find_places(tmp_path, {})
    places.prepare()
    places.settings_file.write_text("", "utf-8")
    saved = (NOW - timedelta(hours=12)).timestamp()
    os.utime(places.settings_file, (saved, saved))
    secrets = Secrets(account=places.home_id, environment={}, session={})
    return Context(places=places, words=Words("en"), secrets=secrets, environment={}, now=lambda: NOW)


@pytest.fixture
def journal(context: Context) -> Iterator[Journal]:
    with Journal.open(context.places.journal_file) as found:
        yield found


def outcomes(journal: Journal) -> dict[str, str | None]:
    return {each.occurrence: each.outcome for each in journal.occurrences()}


@pytest.mark.parametrize(
    ("exit_code", "outcome"), [(0, "done"), (10, "done"), (30, "done"), (20, "failed"), (60, "failed")]
)
def test_Z1_a_due_occurrence_is_claimed_once_and_answered_once(
    context: Context, journal: Journal, exit_code: int, outcome: str
) -> None:
    outlook = occasions.claim(context, SETTINGS, journal, "run-1")
    assert outlook is not None
    assert (outlook.due, outlook.catch_up) == (DUE, False)
    occasions.answer(context, journal, outlook, exit_code)
    assert outcomes(journal) == {DUE: outcome}
    assert occasions.claim(context, SETTINGS, journal, "run-2") is None
    assert outcomes(journal) == {DUE: outcome}


def test_Z1_a_claim_whose_process_died_becomes_interrupted_and_gets_one_catch_up_run(
    context: Context, journal: Journal
) -> None:
    assert occasions.claim(context, SETTINGS, journal, "run-1") is not None
    again = occasions.claim(context, SETTINGS, journal, "run-2")  # the lock was free: run-1 is dead
    assert again is not None
    assert (again.due, again.catch_up) == (DUE, True)
    assert outcomes(journal) == {DUE: "interrupted"}
    occasions.answer(context, journal, again, 0)
    assert outcomes(journal) == {DUE: "interrupted"}
    assert occasions.claim(context, SETTINGS, journal, "run-3") is None


def test_T17_missed_ones_collapse_into_one_catch_up_run(context: Context, journal: Journal) -> None:
    saved = (NOW - timedelta(days=3, hours=1)).timestamp()
    os.utime(context.places.settings_file, (saved, saved))
    outlook = occasions.claim(context, SETTINGS, journal, "run-1")
    assert outlook is not None
    assert outlook.catch_up
    found = outcomes(journal)
    assert found.pop(DUE) is None
    assert set(found.values()) == {"skipped"}
    assert len(found) == 3


def test_a_schedule_that_is_off_makes_nothing_due(context: Context, journal: Journal) -> None:
    off = Settings(schedule=ScheduleSettings(enabled=False))
    assert occasions.claim(context, off, journal, "run-1") is None
    assert outcomes(journal) == {}


def test_Z1_the_latest_due_one_is_claimed_once_also_when_the_settings_are_younger(
    context: Context, journal: Journal
) -> None:
    os.utime(context.places.settings_file, (NOW.timestamp(), NOW.timestamp()))
    outlook = occasions.claim(context, SETTINGS, journal, "run-1")
    assert outlook is not None
    assert (outlook.due, outlook.catch_up, outlook.missed) == (DUE, False, ())
    occasions.answer(context, journal, outlook, 0)
    assert occasions.claim(context, SETTINGS, journal, "run-2") is None
    assert outcomes(journal) == {DUE: "done"}
