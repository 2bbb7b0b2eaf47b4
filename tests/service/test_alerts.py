"""Alerts: each cause told once until it changes, what was written always, that nothing succeeds any more once (T25)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.service import alerts
from b24learn_gui.storage.settings import load_settings
from tests.cli.home import served
from tests.service.alert_receiver import Receiver, receiving
from tests.service.standing_home import NOW, SETTINGS, StandingHome, change, failure, problem, summary_of

DNS = failure("dns", "bitrix24", "main")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@dataclass
class Nights:
    """One run a night."""

    home: StandingHome
    receiver: Receiver

    def night(self, exit_code: int = 0, *, partial: bool = False, **more: Any) -> int:
        """How many alerts it brought."""
        before = len(self.receiver.bodies)
        self.home.now += timedelta(days=1)
        summary = self.home.run(self.home.now, exit_code, partial=partial, **more)
        settings = load_settings(self.home.places.settings_file)
        with self.home.journal() as journal:
            alerts.send(self.home.context, settings, journal, summary, partial=partial)
        return len(self.receiver.bodies) - before


@pytest.fixture
def nights(tmp_path: Path, receiver: Receiver) -> Nights:
    home = StandingHome(tmp_path)
    home.save(webhook_url=receiver.url, overdue_hours=10_000)
    return Nights(home, receiver)


def test_a_quiet_night_is_not_told_and_one_that_changed_something_always(nights: Nights) -> None:
    assert nights.night() == 0
    assert [nights.night(counts={"user.update": 1}) for _ in range(3)] == [1, 1, 1]


def test_the_same_failure_night_after_night_is_told_once(nights: Nights) -> None:
    assert [nights.night(60, error=DNS) for _ in range(4)] == [1, 0, 0, 0]


def test_a_failure_is_told_again_when_it_changes_and_when_it_comes_back(nights: Nights) -> None:
    assert nights.night(60, error=DNS) == 1
    assert nights.night(40, error=failure("sign_in_refused")) == 1
    assert nights.night(60, error=DNS) == 1
    assert nights.night() == 0
    assert nights.night(60, error=DNS) == 1


def test_people_left_out_are_told_once_until_they_are_others(nights: Nights) -> None:
    ivan, olga = problem(5, "login_missing"), problem(6, "login_missing")
    assert [nights.night(10, problems=[ivan, olga]) for _ in range(2)] == [1, 0]
    assert nights.night(10, problems=[ivan, problem(7, "login_missing")]) == 1


def test_one_of_two_causes_gone_is_no_news_but_its_return_is(nights: Nights) -> None:
    left_out = [problem(5, "login_missing")]
    sources = [{"portal": "main", "doubts": [], "error": DNS}]
    assert nights.night(60, sources=sources, problems=left_out) == 1
    assert nights.night(10, problems=left_out) == 0
    assert nights.night(60, sources=sources, problems=left_out) == 1


def test_T23_a_plan_that_waits_is_told_once_until_its_list_changes(nights: Nights) -> None:
    limits = [{"kind": "user.deactivate", "planned": 9, "allowed": 5}]
    plan: dict[str, Any] = {"limits": limits, "changes": [change(5, "gone from Bitrix24")]}
    assert [nights.night(20, **plan, plan_hash=each) for each in ("one", "one", "two", "two")] == [1, 0, 1, 0]


def test_a_run_that_wrote_something_and_failed_counts_as_told(nights: Nights) -> None:
    assert nights.night(60, error=DNS, counts={"user.update": 2}) == 1
    assert nights.night(60, error=DNS) == 0


def test_a_sync_of_a_few_tells_its_own_and_makes_nothing_well(nights: Nights) -> None:
    assert nights.night(10, problems=[problem(5, "login_missing")]) == 1
    assert nights.night(partial=True) == 0
    assert nights.night(10, problems=[problem(5, "login_missing")]) == 0
    assert nights.night(60, error=DNS, partial=True) == 1
    assert nights.night(10, problems=[problem(5, "login_missing")]) == 0


def test_a_run_that_somebody_stopped_is_told_only_if_it_wrote_something(nights: Nights) -> None:
    assert nights.night(60, error=DNS) == 1
    assert nights.night(51, error=failure("stopped", "here")) == 0
    assert nights.night(60, error=DNS) == 0
    assert nights.night(51, error=failure("stopped", "here"), counts={"user.update": 2}) == 1


def test_what_nobody_took_is_told_the_next_night(nights: Nights) -> None:
    nights.receiver.status = 503
    assert nights.night(60, error=DNS) == 0
    nights.receiver.status = 204
    assert [nights.night(60, error=DNS) for _ in range(2)] == [1, 0]


def test_without_an_address_nothing_is_told_and_nothing_remembered(tmp_path: Path, receiver: Receiver) -> None:
    home = StandingHome(tmp_path)
    home.save()
    nights = Nights(home, receiver)
    assert nights.night(60, error=DNS) == 0
    home.save(webhook_url=receiver.url, overdue_hours=10_000)
    assert nights.night(60, error=DNS) == 1


def test_at_most_ten_problems_are_listed_and_how_many_more_there_are(nights: Nights) -> None:
    notes = [problem(number, "phone_invalid", note=True) for number in range(5)]
    left_out = [problem(number, "login_missing") for number in range(5, 33)]
    nights.night(10, problems=[*notes, *left_out])
    told = nights.receiver.got[0]
    assert (len(told["problems"]), told["more"]) == (10, 23)
    assert {each["code"] for each in told["problems"]} == {"login_missing"}
    nights.night(10, problems=[*notes, *left_out[:4]])
    told = nights.receiver.got[1]
    assert (len(told["problems"]), told["more"]) == (9, 0)
    assert set(told) == {*summary_of(NOW), "more"}


# Overdue


def test_T25_overdue_is_told_once_by_whoever_notices(tmp_path: Path, receiver: Receiver) -> None:
    home = StandingHome(tmp_path)
    home.save(webhook_url=receiver.url, saved=NOW - timedelta(days=9))
    home.run(NOW - timedelta(hours=25))
    assert not alerts.send_overdue(home.context)
    home.now += timedelta(hours=2)
    assert [alerts.send_overdue(home.context) for _ in range(3)] == [True, False, False]
    told = receiver.got[0]
    assert (told["command"], told["exit_code"], told["overdue"]) == ("health", 90, True)
    home.run(home.now)
    assert not alerts.send_overdue(home.context)
    home.now += timedelta(days=3)
    assert alerts.send_overdue(home.context)
    assert len(receiver.got) == 2


def test_T25_a_failing_run_notices_too_where_nothing_else_does(tmp_path: Path, receiver: Receiver) -> None:
    home = StandingHome(tmp_path)
    home.save(webhook_url=receiver.url, saved=NOW)
    nights = Nights(home, receiver)
    assert [nights.night(60, error=DNS) for _ in range(4)] == [1, 1, 0, 0]
    assert [each["command"] for each in receiver.got] == ["sync", "health"]
    assert not alerts.send_overdue(home.context)


def test_T25_an_overdue_alert_that_nobody_took_is_repeated_after_an_hour(tmp_path: Path, receiver: Receiver) -> None:
    home = StandingHome(tmp_path)
    home.save(webhook_url=receiver.url, saved=NOW - timedelta(days=9))
    receiver.status = 503
    assert not alerts.send_overdue(home.context)
    receiver.status = 204
    home.now += timedelta(minutes=59)
    assert not alerts.send_overdue(home.context)
    home.now += timedelta(minutes=1)
    assert alerts.send_overdue(home.context)


def test_nothing_is_overdue_without_a_schedule_and_nothing_told_without_an_address(
    tmp_path: Path, receiver: Receiver
) -> None:
    home = StandingHome(tmp_path)
    long_ago = NOW - timedelta(days=9)
    home.save(saved=long_ago)
    assert not alerts.send_overdue(home.context)
    home.save(SETTINGS.replace("enabled = true", "enabled = false"), saved=long_ago, webhook_url=receiver.url)
    assert not alerts.send_overdue(home.context)
    assert receiver.bodies == []


# Secrets


def test_T24_no_secret_stands_in_an_alert_whatever_happened(tmp_path: Path, receiver: Receiver) -> None:
    with served(tmp_path) as home:
        assert home.worlds is not None
        settings = home.directory / "home" / "settings.toml"
        text = settings.read_text("utf-8")
        settings.write_text(text.replace('webhook_url = ""', f'webhook_url = "{receiver.url}"'), "utf-8")
        secrets = dict(home.worlds.secrets())
        assert home.run("sync", "--json").code == 0
        webhook = home.directory / "secrets" / "portal.main.webhook"
        wrong = f"{secrets['portal.main.webhook'].rstrip('/')}canarycanary/"
        webhook.write_text(wrong, "utf-8")
        assert home.run("sync", "--json").code == 40
        webhook.write_text("https://portal.invalid/rest/1/canaryunreachable/", "utf-8")
        assert home.run("sync", "--json").code == 60
    assert len(receiver.bodies) == 3
    told = b"\n".join(receiver.bodies).decode()
    for secret in (*secrets.values(), wrong, "canary"):
        assert secret not in told
