"""Where secrets will be kept, coming runs, a half-done setup, and what can be said of a value at once."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from b24learn_gui.service.setup import (
    faults_of,
    forget_unfinished,
    keep_unfinished,
    load_unfinished,
    next_runs,
    saved_settings,
    stored_secrets,
    webhook_fault,
    where_kept,
)
from b24learn_gui.storage.settings import PortalSettings, ScheduleSettings, Settings
from tests.service.setup_world import MEMORY, context_of
from tests.storage.keyrings import MemoryKeyring


class SilentKeyring(MemoryKeyring):
    """A store that waits for a person who is not there."""

    def get_password(self, service: str, username: str) -> str | None:
        if "probe" not in service:
            time.sleep(1)
        return super().get_password(service, username)


@pytest.mark.parametrize(
    ("backend", "state", "remedy"),
    [
        (MEMORY, "ready", ""),
        ("tests.storage.keyrings.PlaintextKeyring", "ready", ""),
        ("keyring.backends.null.Keyring", "missing", "start_store"),
        ("tests.storage.keyrings.ForgetfulKeyring", "missing", "start_store"),
        ("tests.service.test_setup_small.SilentKeyring", "locked", "unlock_store"),
    ],
)
def test_the_place_of_secrets_is_told_before_anything_is_typed(
    tmp_path: Path, backend: str, state: str, remedy: str
) -> None:
    context = context_of(tmp_path / "home", backend=backend)
    place = where_kept(context, deadline_seconds=0.3)
    assert (place.state, place.remedy) == (state, remedy)
    assert place.plaintext == ("Plaintext" in backend)
    assert place.usable == (state == "ready")
    assert (place.error is None) == (state == "ready")
    assert not (tmp_path / "home").exists()


def test_a_directory_of_secrets_is_told_as_such(tmp_path: Path) -> None:
    context = context_of(tmp_path / "home", B24LEARN_SECRETS_DIR=str(tmp_path))
    assert where_kept(context).state == "directory"
    assert where_kept(context).store == str(tmp_path)


def test_what_is_too_large_for_the_store_is_known_before_saving() -> None:
    from b24learn_gui.service.setup_found import SecretPlace

    place = SecretPlace("ready", "windows", max_units=4)
    assert not place.too_large("четы")
    assert place.too_large("four😀")
    assert not SecretPlace("ready").too_large("x" * 10_000)


def test_kept_secrets_are_known_by_name_and_a_silent_store_holds_none(tmp_path: Path) -> None:
    MemoryKeyring.values.clear()
    settings = Settings(portals=(PortalSettings(key="main"),))
    context = context_of(tmp_path / "home")
    context.secrets.set("portal.main.webhook", "x")
    assert stored_secrets(context, settings) == {"portal.main.webhook"}
    assert stored_secrets(context_of(tmp_path / "home", backend="keyring.backends.null.Keyring"), settings) == set()


def test_coming_runs_follow_both_times_into_the_next_days() -> None:
    settings = Settings(schedule=ScheduleSettings(first_run_utc="03:00", second_run_utc="15:30"))
    now = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    runs = next_runs(settings, now)
    assert [(run.moment.strftime("%d %H:%M"), run.which) for run in runs] == [
        ("22 15:30", 2),
        ("23 03:00", 1),
        ("23 15:30", 2),
    ]


@pytest.mark.parametrize("schedule", [ScheduleSettings(enabled=False), ScheduleSettings(first_run_utc="3 am")])
def test_without_times_nothing_is_coming(schedule: ScheduleSettings) -> None:
    assert next_runs(Settings(schedule=schedule), datetime(2026, 11, 22, tzinfo=UTC)) == ()


def test_a_half_done_setup_is_kept_and_forgotten(tmp_path: Path) -> None:
    context = context_of(tmp_path / "home")
    assert load_unfinished(context) is None
    assert keep_unfinished(context, {"step": "learn", "name": "Ёлка"})
    assert load_unfinished(context) == {"step": "learn", "name": "Ёлка"}
    forget_unfinished(context)
    forget_unfinished(context)
    assert load_unfinished(context) is None


def test_a_damaged_half_done_setup_is_none(tmp_path: Path) -> None:
    context = context_of(tmp_path / "home")
    keep_unfinished(context, {})
    for damaged in ("{", "[1]", "\0"):
        (tmp_path / "home" / "setup-unfinished.json").write_text(damaged)
        assert load_unfinished(context) is None


def test_where_the_disk_refuses_the_wizard_goes_on_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in its place")
    assert not keep_unfinished(context_of(tmp_path / "home"), {})


def test_a_home_without_settings_has_none(tmp_path: Path) -> None:
    assert saved_settings(context_of(tmp_path / "home")) is None


def test_a_pasted_webhook_is_judged_without_any_network() -> None:
    assert webhook_fault(" «https://p.example.com/rest/1/abcdef/profile.json» ") is None
    assert webhook_fault("http://p.example.com/rest/1/abcdef/", allow_http=True) is None
    fault = webhook_fault("https://p.example.com/rest/1/canary…/")
    assert fault is not None
    assert "canary" not in repr(fault) + repr(dict(fault.detail))
    empty = webhook_fault("  ")
    assert empty is not None
    assert empty.code == "empty"


def test_every_fault_of_a_draft_is_named_at_once() -> None:
    faults = {fault.path for fault in faults_of(replace(Settings(), schedule=ScheduleSettings(first_run_utc="x")))}
    assert faults == {"learn.url", "learn.login", "portals", "schedule.first_run_utc"}
