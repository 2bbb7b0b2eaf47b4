"""How things stand: states, causes, days; read only, fast, and never an exception for a bad home (T23, T25)."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from b24learn_gui.service.pausing import pause, resume
from b24learn_gui.service.standing import Cause, Standing, due_now, read_standing
from b24learn_gui.storage.lock import RunLock
from tests.cli.home import served
from tests.service.standing_home import NOW, SETTINGS, StandingHome, change, failure, problem

MOSCOW = ZoneInfo("Europe/Moscow")
NIGHT = NOW.replace(hour=3)
OFF = SETTINGS.replace("enabled = true", "enabled = false")


@pytest.fixture
def home(tmp_path: Path) -> StandingHome:
    return StandingHome(tmp_path)


@pytest.fixture
def saved(home: StandingHome) -> StandingHome:
    home.save(overdue_hours=72)
    return home


def codes(standing: Standing) -> list[str]:
    return [cause.code for cause in standing.causes]


def only_cause(home: StandingHome) -> Cause:
    (cause,) = read_standing(home.context).causes
    return cause


# States


def test_without_settings_it_is_to_be_set_up_and_nothing_is_made_on_disk(home: StandingHome) -> None:
    standing = read_standing(home.context)
    assert (standing.state, standing.fault, standing.next_run, standing.causes) == ("setup", None, None, ())
    assert not home.places.settings_file.parent.exists()


def test_a_good_night_is_ok_with_last_success_and_next_run(saved: StandingHome) -> None:
    run = saved.run(NIGHT, counts={"user.create": 3, "user.deactivate": 1})
    standing = read_standing(saved.context)
    assert (standing.state, standing.overdue, standing.causes, standing.running) == ("ok", False, (), None)
    assert standing.next_run == NOW.replace(hour=15)
    success = standing.last_success
    assert success is not None
    assert (success.run, success.finished_at, success.changed) == (run["run"], NIGHT + timedelta(minutes=1), 4)
    assert standing.last_run is not None
    assert (standing.last_run.id, standing.last_run.summary) == (run["run"], {"people": run["people"]})


def test_a_schedule_that_is_off_is_off_and_never_overdue(home: StandingHome) -> None:
    home.save(OFF)
    home.run(NIGHT - timedelta(days=30))
    standing = read_standing(home.context)
    assert (standing.state, standing.next_run, standing.overdue) == ("off", None, False)
    home.run(NIGHT, 10, problems=[problem(5, "login_missing")])
    assert read_standing(home.context).state == "attention"


@pytest.mark.parametrize("text", ["not toml [", 'language = "klingon"\n', "schema = 99\n"])
def test_settings_that_cannot_be_read_are_a_fault_and_the_days_are_shown_all_the_same(
    home: StandingHome, text: str
) -> None:
    home.run(NIGHT)
    home.save(text)
    standing = read_standing(home.context)
    assert standing.state == "fault"
    assert standing.fault is not None
    assert standing.fault.exit_code == 70
    assert (standing.next_run, sum(day.runs for day in standing.days)) == (None, 1)


def test_a_journal_that_cannot_be_read_is_a_fault(saved: StandingHome) -> None:
    saved.places.journal_file.write_bytes(b"no database at all, but long enough to be one" * 50)
    standing = read_standing(saved.context)
    assert standing.state == "fault"
    assert standing.fault is not None
    assert standing.fault.code == "journal_damaged"
    assert due_now(saved.context).due is None


def test_a_home_that_is_a_file_raises_nothing(home: StandingHome) -> None:
    (home.directory / "home").write_text("")
    assert read_standing(home.context).state in {"setup", "fault"}
    assert due_now(home.context).due is None


def test_while_a_run_holds_the_lock_everything_is_read_and_the_run_is_named(saved: StandingHome) -> None:
    saved.run(NIGHT - timedelta(days=1))
    with RunLock(saved.places.lock_file):
        assert read_standing(saved.context).running == ""
        run_id = saved.begin(NIGHT, confirmed=2)
        standing = read_standing(saved.context)
    assert (standing.running, standing.state, codes(standing)) == (run_id, "ok", [])
    assert standing.last_run is not None
    assert standing.last_run.id != run_id
    assert standing.days[-1].failed == 0


def test_a_pause_goes_before_what_waits_and_tells_until_when(saved: StandingHome) -> None:
    saved.run(NIGHT, 20, limits=[{"kind": "user.update", "planned": 9, "allowed": 5}])
    until = NOW + timedelta(hours=4)
    pause(saved.context, until)
    standing = read_standing(saved.context)
    assert (standing.state, standing.next_run) == ("paused", (NOW + timedelta(days=1)).replace(hour=3))
    assert standing.paused is not None
    assert standing.paused.until == until
    assert codes(standing) == ["plan_waits"]
    resume(saved.context)
    assert read_standing(saved.context).state == "attention"
    pause(saved.context, None)
    assert read_standing(saved.context).next_run is None


# Causes


def test_T23_a_plan_that_waits_names_its_limit_and_most_likely_cause(saved: StandingHome) -> None:
    changes = [change(number, "department not ticked") for number in range(34)]
    changes += [change(number, "dismissed in Bitrix24") for number in range(34, 37)]
    changes += [change(number, "differs from Bitrix24", "user.update", job_title="x") for number in range(50, 60)]
    limits = [
        {"kind": "user.create", "planned": 7, "allowed": 5},
        {"kind": "user.deactivate", "planned": 37, "allowed": 12},
    ]
    run = saved.run(NIGHT, 20, changes=changes, limits=limits)
    cause = only_cause(saved)
    assert (cause.code, cause.count, cause.run, cause.at) == ("plan_waits", 37, run["run"], NIGHT)
    assert cause.detail == {
        "plan_hash": "abc",
        "limits": [limits[1], limits[0]],
        "causes": [
            {"cause": "department not ticked", "origin": None, "count": 34},
            {"cause": "dismissed in Bitrix24", "origin": None, "count": 3},
        ],
        "total": 37,
        "changes": 47,
    }


def test_T23_a_waiting_plan_is_the_same_cause_until_its_list_changes(saved: StandingHome) -> None:
    limits = [{"kind": "user.update", "planned": 9, "allowed": 5}]
    keys = []
    for days, plan_hash in ((2, "one"), (1, "one"), (0, "two")):
        saved.run(NIGHT - timedelta(days=days), 20, limits=limits, plan_hash=plan_hash)
        keys.append(only_cause(saved).key)
    assert keys[0] == keys[1] != keys[2]


def test_a_plan_that_waits_without_a_limit_waits_too(saved: StandingHome) -> None:
    saved.run(NIGHT, 20, changes=[change(5, "same email", "user.adopt")])
    cause = only_cause(saved)
    assert (cause.code, cause.count, cause.detail["limits"]) == ("plan_waits", 1, [])


def test_people_left_out_are_one_cause_that_changes_with_who_they_are(saved: StandingHome) -> None:
    def night(days: int, *problems: dict[str, object]) -> Cause:
        saved.run(NIGHT - timedelta(days=days), 10, problems=problems)
        return only_cause(saved)

    first = night(2, problem(5, "login_missing"), problem(6, "login_missing"), problem(7, "match_taken"))
    assert (first.code, first.count) == ("people_skipped", 3)
    assert first.detail == {"by_code": {"login_missing": 2, "match_taken": 1}}
    turned = night(1, problem(7, "match_taken"), problem(6, "login_missing"), problem(5, "login_missing"))
    other = night(0, problem(8, "match_taken"), problem(6, "login_missing"), problem(5, "login_missing"))
    assert first.key == turned.key != other.key


def test_notes_wait_for_nobody(saved: StandingHome) -> None:
    saved.run(NIGHT, problems=[problem(5, "phone_invalid", note=True)])
    assert read_standing(saved.context).causes == ()


def test_an_error_is_the_same_cause_night_after_night(saved: StandingHome) -> None:
    causes = []
    for days in (1, 0):
        saved.run(NIGHT - timedelta(days=days), 41, error=failure("secret_store_locked", "here"))
        causes.append(next(each for each in read_standing(saved.context).causes if each.code != "overdue"))
    assert {cause.code for cause in causes} == {"secret_store_locked"}
    assert causes[0].key == causes[1].key
    assert causes[0].detail == {"message": "It failed.", "side": "here", "portal": None}


def test_one_failed_portal_of_several_and_a_doubt_are_causes_of_their_own(saved: StandingHome) -> None:
    doubt = {"code": "source_incomplete", "detail": {"reason": "empty"}}
    sources = [
        {"portal": "main", "doubts": [], "error": failure("dns", "bitrix24", "main")},
        {"portal": "west", "doubts": [doubt]},
    ]
    saved.run(NIGHT - timedelta(days=1))
    saved.run(NIGHT, 60, sources=sources, problems=[problem(None, "source_incomplete", what="portal")])
    found = {cause.code: cause for cause in read_standing(saved.context).causes}
    assert set(found) == {"dns", "portal_doubt"}
    assert found["portal_doubt"].detail == {"portals": [{"portal": "west", "doubts": [doubt]}]}
    assert found["dns"].key.startswith("dns:bitrix24:main")


def test_a_run_that_somebody_stopped_waits_for_nobody(saved: StandingHome) -> None:
    saved.run(NIGHT - timedelta(days=1))
    saved.run(NIGHT, 51, error=failure("stopped", "here"))
    standing = read_standing(saved.context)
    assert (standing.state, standing.days[-1].failed) == ("ok", 0)


def test_a_sync_of_a_few_settles_nothing_of_what_waits(saved: StandingHome) -> None:
    saved.run(NIGHT, 10, problems=[problem(5, "login_missing")])
    saved.run(NIGHT + timedelta(hours=1), 0, partial=True)
    assert codes(read_standing(saved.context)) == ["people_skipped"]
    saved.run(NIGHT + timedelta(hours=2))
    assert read_standing(saved.context).state == "ok"


def test_an_interrupted_run_waits_until_the_next_one_with_what_it_had_confirmed(saved: StandingHome) -> None:
    saved.run(NIGHT - timedelta(days=1))
    run_id = saved.begin(NIGHT, confirmed=3)
    cause = only_cause(saved)
    assert (cause.code, cause.run, cause.at, cause.detail) == ("interrupted", run_id, NIGHT, {"changes": 3})
    saved.run(NIGHT + timedelta(minutes=10), command="preview")
    assert codes(read_standing(saved.context)) == ["interrupted"]
    saved.run(NIGHT + timedelta(hours=1))
    standing = read_standing(saved.context)
    assert (standing.state, standing.days[-1].failed, standing.days[-1].runs) == ("ok", 1, 2)


def test_T25_overdue_is_told_before_everything_else_and_is_the_same_until_a_success(saved: StandingHome) -> None:
    saved.run(NIGHT - timedelta(days=4))
    saved.run(NIGHT, 60, error=failure("dns"))
    first = read_standing(saved.context)
    assert (first.state, first.overdue, codes(first)) == ("attention", True, ["overdue", "dns"])
    assert first.causes[0].detail == {"days": 4}
    assert first.causes[0].at == NIGHT - timedelta(days=4) + timedelta(minutes=1)
    saved.now += timedelta(days=1)
    assert read_standing(saved.context).causes[0].key == first.causes[0].key
    saved.run(saved.now - timedelta(hours=1))
    assert not read_standing(saved.context).overdue


def test_a_run_that_begins_while_it_is_read_has_not_broken_off(
    saved: StandingHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = saved.begin(NIGHT)
    held = iter([False, True])
    monkeypatch.setattr("b24learn_gui.service.standing.is_held", lambda _path: next(held))
    assert (read_standing(saved.context).running, next(held, None)) == (run_id, None)


# Days


def test_the_last_thirty_local_days_with_gaps_failures_and_what_waited(saved: StandingHome) -> None:
    saved.run(datetime(2026, 11, 20, 22, 0, tzinfo=UTC), counts={"user.update": 4, "user.deactivate": 2})
    saved.run(datetime(2026, 11, 21, 3, 0, tzinfo=UTC), 60, error=failure("dns"))
    last = saved.run(NIGHT, 20, limits=[{"kind": "user.update", "planned": 9, "allowed": 5}])
    saved.run(datetime(2026, 10, 1, tzinfo=UTC))
    days = read_standing(saved.context, MOSCOW).days
    assert (len(days), days[0].date, days[-1].date) == (30, date(2026, 10, 24), date(2026, 11, 22))
    eve, today = days[-2], days[-1]
    assert (eve.runs, eve.changed, eve.deactivated, eve.failed, eve.waiting) == (2, 4, 2, 1, False)
    assert (today.runs, today.changed, today.failed, today.waiting, today.last) == (1, 0, 0, True, last["run"])
    assert {day.runs for day in days[:-2]} == {0}
    assert [day.runs for day in read_standing(saved.context, UTC).days[-3:]] == [1, 1, 1]


def test_occurrences_that_nobody_ran_show_in_their_day(saved: StandingHome) -> None:
    pause(saved.context, None)
    with saved.journal() as journal:
        journal.answer_occurrence("2026-11-21T22:00Z", "skipped", NOW, "paused")
        journal.answer_occurrence("2026-11-22T03:00Z", "skipped", NOW, "missed")
        journal.answer_occurrence("2026-11-20T03:00Z", "done", NOW)
    assert [day.claimed_skipped for day in read_standing(saved.context, MOSCOW).days[-3:]] == [0, 0, 2]


def test_previews_and_undos_that_only_planned_are_no_runs_of_a_day(saved: StandingHome) -> None:
    saved.run(NIGHT, command="preview", counts={"user.create": 9})
    saved.run(NIGHT + timedelta(minutes=1), command="undo", counts={"user.create": 9})
    standing = read_standing(saved.context)
    assert (standing.days[-1].runs, standing.last_run) == (0, None)
    with saved.journal() as journal:
        run_id = journal.begin_run("undo", "manual", NIGHT + timedelta(minutes=5))
    assert read_standing(saved.context).last_run is not None
    assert codes(read_standing(saved.context)) == ["interrupted"]
    assert only_cause(saved).run == run_id


# After real runs


def test_after_real_runs_the_causes_are_those_of_monitoring(tmp_path: Path) -> None:
    with served(tmp_path, oddities=True) as made:
        assert made.worlds is not None
        reader = StandingHome(tmp_path, now=datetime.now(UTC))

        def agree(*arguments: str) -> list[str]:
            made.run(*arguments, "--json")
            standing = read_standing(reader.context)
            waiting = {each["code"]: each["count"] for each in made.run("health", "--json").json["waiting"]}
            for cause in standing.causes:
                told = dict(cause.detail.get("by_code", {cause.code: cause.count}))
                assert {code: waiting[code] for code in told} == told
            return codes(standing)

        assert agree("sync") == ["people_skipped"]
        wrong = made.directory / "secrets" / "learn.password"
        password = wrong.read_text("utf-8")
        wrong.write_text("wrong", "utf-8")
        assert agree("sync") == ["sign_in_refused"]
        wrong.write_text(password, "utf-8")
        first = reader_last_success(reader)
        made.run("undo", first, "--apply", "--json")
        assert read_standing(reader.context).state == "attention"


def reader_last_success(home: StandingHome) -> str:
    success = read_standing(home.context).last_success
    assert success is not None
    return success.run


# What is due


def test_what_is_due_is_read_and_nothing_is_written(saved: StandingHome) -> None:
    with saved.journal() as journal:
        journal.answer_occurrence("2026-11-21T15:00Z", "done", NOW)
        held = journal.ledger()
    outlook = due_now(saved.context)
    assert (outlook.due, outlook.catch_up, outlook.next) == ("2026-11-22T03:00Z", True, NOW.replace(hour=15))
    with RunLock(saved.places.lock_file):
        assert due_now(saved.context).due is None
    pause(saved.context, NOW + timedelta(hours=1))
    assert due_now(saved.context).due is None
    with saved.journal() as journal:
        assert journal.ledger() == held


def test_what_a_dead_process_had_claimed_is_due_again(saved: StandingHome) -> None:
    with saved.journal() as journal:
        assert journal.claim_occurrence("2026-11-22T03:00Z", "run", NIGHT)
    with RunLock(saved.places.lock_file):
        assert due_now(saved.context).due is None
    assert due_now(saved.context).due == "2026-11-22T03:00Z"


# Light


def shortest(what: Callable[[], object], times: int = 7) -> float:
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        what()
        spent.append(time.perf_counter() - begun)
    return min(spent)


def test_it_is_read_in_thirty_milliseconds_with_four_hundred_runs(saved: StandingHome) -> None:
    for number in range(400):
        saved.run(NOW - timedelta(hours=12 * number + 1), problems=[problem(5, "login_missing")] * 10)
        with saved.journal() as journal:
            journal.answer_occurrence(f"{NOW - timedelta(hours=12 * number + 9):%Y-%m-%dT%H:%MZ}", "done", NOW)
    assert read_standing(saved.context).days[-1].runs >= 1
    assert shortest(lambda: read_standing(saved.context)) < 0.03
    assert shortest(lambda: due_now(saved.context)) < 0.03


def test_reading_it_loads_nothing_heavy() -> None:
    heavy = ("requests", "urllib3", "keyring", "xlsxwriter", "werkzeug", "phonenumbers", "http.client", "asyncio")
    code = (
        "import sys; import b24learn_gui.service.standing, b24learn_gui.service.pausing, b24learn_gui.service.network;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
