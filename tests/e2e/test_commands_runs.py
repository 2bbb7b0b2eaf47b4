"""Every command about runs, as a process: what its one JSON object holds, and what it did to the world."""

import csv
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from b24learn_gui.sync.changes import KINDS
from tests.e2e.arena import PEOPLE, Arena, arena, small_company
from tests.e2e.complaints import asked_here

SUMMARY_KEYS = {
    *("run", "command", "trigger", "exit_code", "plan_hash", "started_at", "finished_at", "sources", "counts"),
    *("people", "letters", "limits", "changes", "problems", "requests"),
}
CHANGE_KEYS = {"kind", "object", "portal", "bitrix24_id", "learn_id", "name", "before", "after", "cause"}
PROBLEM_KEYS = {"object", "portal", "bitrix24_id", "name", "code", "detail"}
COLUMNS = ["read", "out_of_scope", "unchanged", "changed", "protected", "skipped", "conflict", "failed"]
RUNGS = ["address", "network", "certificate", "sign_in", "permissions", "data"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Arena]:
    with arena(tmp_path) as found:
        yield found


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Arena]:
    with arena(tmp_path, {"main": small_company(), "west": small_company(portal="west")}) as found:
        yield found


def assert_summary(summary: dict[str, Any]) -> None:
    """INTERFACE, "The JSON summary": every key, no other, and a ledger that closes."""
    assert set(summary) == SUMMARY_KEYS
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]+", summary["run"])
    assert TIME.fullmatch(summary["started_at"])
    assert TIME.fullmatch(summary["finished_at"])
    assert list(summary["counts"]) == list(KINDS)
    assert len(KINDS) == 12
    assert list(summary["people"]) == COLUMNS
    people = dict(summary["people"])
    assert people.pop("read") == sum(people.values())
    assert set(summary["requests"]) == {"bitrix24", "learn_read", "learn_write"}
    for source in summary["sources"]:
        assert set(source) == {"portal", "departments", "employees", "complete", "doubts"}
    for change in summary["changes"]:
        assert set(change) == CHANGE_KEYS
        assert change["object"] == ("person" if change["kind"].startswith("user.") else "department")
    for problem in summary["problems"]:
        assert set(problem) - {"note"} == PROBLEM_KEYS
    for hit in summary["limits"]:
        assert set(hit) == {"kind", "planned", "allowed"}


def test_the_summary_of_preview_and_sync_has_exactly_the_keys_promised(made: Arena) -> None:
    """A change, a person without e-mail, a guest and somebody dismissed: a create has no id before it is done."""
    made.main.world.people[3].fields["EMAIL"] = ""
    made.main.world.dismiss(4)
    planned = made.preview()
    assert planned.code == 10
    assert_summary(planned.json)
    assert all(change["learn_id"] is None for change in planned.json["changes"])
    done = made.sync()
    assert done.code == 10
    assert_summary(done.json)
    assert done.json["people"] | {"changed": 0} == planned.json["people"] | {"changed": 0}
    assert done.people() == {"read": PEOPLE, "out_of_scope": 1, "changed": PEOPLE - 2, "skipped": 1}
    for change in done.json["changes"]:
        if change["object"] == "person":
            assert made.learn.world.accounts[change["learn_id"]].login == change["after"]["login"]
    assert done.json["requests"]["learn_write"] == len(made.learn.log.writes)
    assert done.json["requests"]["bitrix24"] == made.main.requests - planned.json["requests"]["bitrix24"]
    assert done.json["sources"][0] | {"doubts": None} == {
        "portal": "main",
        "departments": 3,
        "employees": PEOPLE - 1,
        "complete": True,
        "doubts": None,
    }


def test_an_update_says_before_after_and_why(made: Arena) -> None:
    made.settle()
    made.main.world.change(5, WORK_POSITION="Старший менеджер")
    done = made.sync()
    (change,) = done.json["changes"]
    assert change == {
        "kind": "user.update",
        "object": "person",
        "portal": "main",
        "bitrix24_id": 5,
        "learn_id": made.account(5).id,
        "name": change["name"],
        "before": {"job_title": "Менеджер"},
        "after": {"job_title": "Старший менеджер"},
        "cause": "changed in Bitrix24",
    }
    assert {"Фамилия5", "Имя5"} == set(change["name"].split())


# Whom a run is about


ONLY = {
    "id": ("5", {5}),
    "key-and-id": ("main:5", {5}),
    "e-mail": ("P5@Main.Example", {5}),
    "name": ("Фамилия5 Имя5", {5}),
    "name-turned": ("имя5 фамилия5", {5}),
    "department": ("department:2", {2, 4, 6, 8, 10, 12}),
    "department-of-a-portal": ("department:main:2", {2, 4, 6, 8, 10, 12}),
    "everything-below": ("department:1", set(range(1, PEOPLE + 1))),
}


@pytest.mark.parametrize("name", ONLY)
def test_T1_only_these_are_touched_however_they_are_named(made: Arena, name: str) -> None:
    who, ids = ONLY[name]
    planned = asked_here(made, "preview", "--only", who, lang="en")
    assert planned["exit_code"] == 0
    assert {change["bitrix24_id"] for change in planned["changes"] if change["object"] == "person"} == ids
    assert planned["people"]["read"] == len(ids)


def test_T1_a_pilot_creates_its_person_and_only_the_departments_on_the_way(made: Arena) -> None:
    done = made.sync("--only", "5", "--only", "7")
    assert (done.code, done.kinds()) == (0, {"department.create": 2, "user.create": 2})
    assert made.active() == 2
    assert made.learn.world.by_code("b24-main-2") is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--only", "99"), "who_unknown"),
        (("--only", "5"), "who_ambiguous"),
        (("--only", "Фамилия5"), "who_ambiguous"),
        (("--only", "nobody@main.example"), "who_unknown"),
        (("--only", "department:99"), "department_unknown"),
        (("--only", "west:99"), "who_unknown"),
        (("--portal", "east"), "portal_unknown"),
    ],
)
def test_whoever_is_nobody_or_several_is_wrong_usage(two: Arena, words: tuple[str, ...], code: str) -> None:
    for command in ("preview", "sync"):
        answer = asked_here(two, command, *words, lang="en")
        assert (answer["exit_code"], answer["error"]["code"]) == (2, code), answer["error"]
    assert not two.learn.log.writes


def test_portal_alone_is_read_and_written(two: Arena) -> None:
    done = two.sync("--portal", "west")
    assert (done.code, done.kinds()) == (0, {"department.create": 3, "user.create": PEOPLE})
    assert {change["portal"] for change in done.json["changes"]} == {"west"}
    assert [source["portal"] for source in done.json["sources"]] == ["west"]
    assert two.main.requests == 0


def test_no_deactivate_spares_leavers_for_this_run_alone(made: Arena) -> None:
    made.settle()
    made.main.world.dismiss(5)
    spared = made.sync("--no-deactivate")
    assert (spared.code, spared.kinds(), spared.people()["out_of_scope"]) == (0, {}, 1)
    assert made.account(5).status == 1
    assert made.sync().kinds() == {"user.deactivate": 1}


# Limits and approval


def test_M4_M5_above_a_limit_nothing_is_written_until_exactly_this_plan_is_approved(made: Arena) -> None:
    made.settle()
    for id_ in range(3, 11):
        made.main.world.dismiss(id_)
    planned, refused = made.preview(), made.sync()
    assert (planned.code, refused.code) == (20, 20)
    assert planned.json["plan_hash"] == refused.json["plan_hash"]
    assert refused.json["limits"] == [{"kind": "user.deactivate", "planned": 8, "allowed": 6}]
    assert refused.json["requests"]["learn_write"] == 0
    made.main.world.rehire(10)
    late = made.sync("--approve", planned.json["plan_hash"])
    assert late.code == 20
    assert [change["bitrix24_id"] for change in late.json["differences"]["only_approved"]] == [10]
    assert late.json["differences"]["only_now"] == []
    assert made.active() == PEOPLE
    assert made.sync("--approve", "0000").code == 20
    done = made.sync("--approve", late.json["plan_hash"])
    assert (done.code, done.kinds()) == (0, {"user.deactivate": 7})


# Exit codes


def test_of_several_exit_codes_the_first_in_order_wins(two: Arena) -> None:
    """70, 41, 40, 60, 20, 30, 10: each time something worse is added to what is there already."""
    two.settle()
    west, found = two.portals["west"], list[int]()

    def now() -> int:
        found.append(asked_here(two, "preview", lang="en")["exit_code"])
        return found[-1]

    two.main.world.change(12, EMAIL="")
    two.main.world.add_person([2], NAME="Без", LAST_NAME="Адреса")
    assert now() == 10
    west.world.set_admin(1, admin=False)
    assert now() == 30
    for id_ in range(3, 11):
        two.main.world.dismiss(id_)
    assert now() == 20
    two.keep_secret("portal.west.webhook", "https://portal.invalid/rest/1/canary0815/")
    assert now() == 60
    two.main.conditions.revoked = True
    assert now() == 40
    (two.secrets / "portal.west.webhook").unlink()
    assert now() == 41
    two.save(network={"parallel_writes": 99})
    assert now() == 70


# Looking


def test_check_climbs_every_rung_of_every_side(two: Arena) -> None:
    found = two.run("check")
    assert (found.code, set(found.json)) == (0, {"command", "exit_code", "sides", "problems"})
    assert [(side["side"], side["portal"]) for side in found.json["sides"]] == [
        ("bitrix24", "main"),
        ("bitrix24", "west"),
        ("learn", None),
    ]
    for side in found.json["sides"]:
        assert [rung["rung"] for rung in side["rungs"]] == RUNGS
        for rung in side["rungs"]:
            assert set(rung) == {"rung", "ok", "message"}
            assert (rung["ok"], bool(rung["message"])) == (True, True)
    assert not two.learn.log.writes


@pytest.mark.parametrize(
    ("wrong", "rung", "code"),
    [
        ("https://portal.invalid/rest/1/canary0815/", "network", 60),
        ("https://portal.example.com/", "address", 70),
        ("revoked", "sign_in", 40),
        ("scope", "permissions", 40),
    ],
)
def test_check_says_on_which_rung_it_ends(two: Arena, wrong: str, rung: str, code: int) -> None:
    if wrong == "revoked":
        two.portals["west"].conditions.revoked = True
    elif wrong == "scope":
        two.portals["west"].scopes = ("department",)
    else:
        two.keep_secret("portal.west.webhook", wrong)
    answer = asked_here(two, "check", lang="en")
    assert answer["exit_code"] == code
    main, west, learn = answer["sides"]
    place = RUNGS.index(rung)
    assert [each["ok"] for each in west["rungs"]] == [True] * place + [False] + [None] * (len(RUNGS) - place - 1)
    assert all(each["ok"] for each in (*main["rungs"], *learn["rungs"]))


def test_Q2_lost_rights_are_accepted_by_a_passed_check(made: Arena) -> None:
    made.settle()
    made.main.world.set_admin(1, admin=False)
    assert made.sync().code == 30
    assert made.run("check").code == 30
    assert made.run("check", "--accept-rights", "east").code == 2
    assert made.sync().code == 30
    made.run("check", "--accept-rights", "main")
    assert made.sync().code == 0


def test_explain_says_of_everybody_found_why_and_what_next(two: Arena) -> None:
    two.settings["portals"][0]["exclude"] = [3]
    two.save()
    found = two.run("explain", "5")
    assert found.code == 0
    outside, inside = found.json["found"]
    for each in (outside, inside):
        assert set(each) == {
            *("portal", "bitrix24_id", "name", "in_scope", "mark", "learn_id", "verdict", "problems", "next"),
        }
    assert (outside["portal"], outside["in_scope"], inside["portal"], inside["in_scope"]) == (
        "main",
        False,
        "west",
        True,
    )
    assert outside["mark"] == {"kind": "exclude", "department": 3}
    assert "Склад" in outside["verdict"]
    assert inside["next"] != outside["next"]
    assert not two.learn.log.writes


def test_explain_of_nobody_is_an_empty_list_and_10(made: Arena) -> None:
    answer = made.run("explain", "nobody@main.example")
    assert (answer.code, answer.json) == (10, {"command": "explain", "exit_code": 10, "found": []})


def test_history_and_show_give_back_what_was_said(made: Arena) -> None:
    first, second = made.sync(), made.preview()
    runs = made.run("history").json["runs"]
    assert [each["run"] for each in runs] == [second.json["run"], first.json["run"]]
    for each in runs:
        assert set(each) == {"run", "command", "trigger", "started_at", "finished_at", "exit_code", "counts"}
    assert runs[1]["counts"] == first.json["counts"]
    assert len(made.run("history", "-n", "1").json["runs"]) == 1
    shown = made.run("show", first.json["run"])
    assert shown.json == {"command": "show", "exit_code": 0, "summary": first.json}


@pytest.mark.parametrize("command", ["show", "undo", "report"])
def test_an_unknown_run_is_wrong_usage(made: Arena, tmp_path: Path, command: str) -> None:
    more = ("-o", str(tmp_path / "report.html")) if command == "report" else ()
    answer = asked_here(made, command, "20200101T000000Z-0000", *more, lang="en")
    assert (answer["exit_code"], answer["error"]["code"]) == (2, "run_unknown")
    assert not (tmp_path / "report.html").exists()


NASTY = "=HYPERLINK(0)<script>x</script>"


def test_reports_show_names_as_text_whatever_they_begin_with(made: Arena, tmp_path: Path) -> None:
    made.main.world.change(5, LAST_NAME=NASTY, NAME="")
    run = made.sync().json["run"]
    for suffix in ("xlsx", "csv", "html"):
        assert made.run("report", run, "-o", str(tmp_path / f"report.{suffix}")).code == 0
    cells = [
        cell for sheet in openpyxl.load_workbook(tmp_path / "report.xlsx") for row in sheet.iter_rows() for cell in row
    ]
    assert any(str(cell.value).endswith("</script>") for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)
    text = (tmp_path / "report.csv").read_text("utf-8-sig")
    values = [value for row in csv.reader(text.splitlines(), csv.Sniffer().sniff(text, ",;\t")) for value in row]
    assert any("HYPERLINK" in value for value in values)
    assert not any(value.startswith(("=", "+", "-", "@")) and len(value) > 1 for value in values)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "HYPERLINK" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("name", "code"), [("report.pdf", "report_format_unknown"), ("no/such/dir.html", "report_not_written")]
)
def test_a_report_that_cannot_be_written_is_told(made: Arena, tmp_path: Path, name: str, code: str) -> None:
    run = made.sync().json["run"]
    answer = asked_here(made, "report", run, "-o", str(tmp_path / name), lang="en")
    assert (answer["exit_code"], answer["error"]["code"]) == (2, code)


# The way back


def test_U1_undo_plans_then_takes_back_and_holds(made: Arena) -> None:
    made.settle()
    before = made.truth()
    made.main.world.change(5, WORK_POSITION="Директор")
    made.main.world.dismiss(6)
    made.main.world.add_person([2], NAME="Новая", LAST_NAME="Сотрудница", EMAIL="p13@main.example", WORK_POSITION="А")
    run = made.sync().json["run"]
    written = made.truth()
    planned = made.run("undo", run)
    assert (planned.code, planned.json["undoes"], made.truth()) == (0, run, written)
    assert set(planned.json) >= SUMMARY_KEYS
    assert made.run("undo", run, "--apply", "--approve", "0000").code == 20
    assert made.truth() == written
    done = made.run("undo", run, "--apply", "--approve", planned.json["plan_hash"])
    assert (done.code, done.json["undoes"]) == (0, run)
    assert done.kinds() == {"user.update": 1, "user.reactivate": 1, "user.deactivate": 1}
    after = made.truth()
    created = after["accounts"].pop("p13@main.example")
    assert created["status"] == 3
    assert after == before
    held = made.sync()
    assert (held.code, held.kinds(), held.people()["protected"]) == (0, {}, 3)
    assert held.codes() == ["held_by_undo"] * 3


# Monitoring


def test_health_of_a_home_before_and_after_its_first_run(made: Arena) -> None:
    fresh = made.run("health")
    assert fresh.json == {
        "command": "health",
        "exit_code": 0,
        "overdue": False,
        "last_success": None,
        "last_run": None,
        "waiting": [],
    }
    made.main.world.people[3].fields["EMAIL"] = ""
    run = made.sync()
    told = made.run("health")
    assert told.code == 10
    assert told.json["last_run"]["run"] == run.json["run"]
    assert told.json["last_success"] == run.json["finished_at"]
    assert told.json["waiting"] == [{"code": run.codes()[0], "count": 1}]
    made.main.world.change(3, EMAIL="p3@main.example")
    assert made.sync().code == 0
    assert made.run("health").code == 0


@pytest.mark.parametrize("ran", [(), ("sync", "--only", "5"), ("sync", "--portal", "main"), ("preview",)])
def test_health_is_overdue_without_a_whole_success_since_the_saving(made: Arena, ran: tuple[str, ...]) -> None:
    if ran:
        assert made.run(*ran).code == 0
    long_ago = time.time() - 27 * 3600
    os.utime(made.home / "settings.toml", (long_ago, long_ago))
    answer = asked_here(made, "health", lang="en")
    assert (answer["exit_code"], answer["overdue"], answer["last_success"]) == (90, True, None)


def test_health_is_never_overdue_while_the_schedule_is_off(made: Arena) -> None:
    made.save(schedule={"enabled": False})
    long_ago = time.time() - 27 * 3600
    os.utime(made.home / "settings.toml", (long_ago, long_ago))
    assert made.run("health").code == 0


@pytest.mark.parametrize("end", [20, 30, 40, 41, 60])
def test_health_is_10_after_a_run_that_waits_for_a_person(made: Arena, end: int) -> None:
    made.settle()
    match end:
        case 20:
            for id_ in range(3, 11):
                made.main.world.dismiss(id_)
        case 30:
            made.main.world.set_admin(1, admin=False)
        case 40:
            made.main.conditions.revoked = True
        case 41:
            (made.secrets / "learn.password").unlink()
        case _:
            made.keep_secret("portal.main.webhook", "https://portal.invalid/rest/1/canary0815/")
    assert asked_here(made, "sync", lang="en")["exit_code"] == end
    answer = asked_here(made, "health", lang="en")
    assert (answer["exit_code"], bool(answer["waiting"])) == (10, True)


# The timetable


def test_Z1_a_due_occurrence_is_answered_once(made: Arena) -> None:
    now = datetime.now(UTC)
    if now.hour == 0 and now.minute < 5:
        pytest.skip("the day is too young for a time just past")
    moment = now - timedelta(minutes=1)
    made.save(schedule={"first_run_utc": f"{moment:%H:%M}"})
    saved = time.time() - 1800
    os.utime(made.home / "settings.toml", (saved, saved))
    first = made.sync("--trigger", "schedule")
    assert (first.code, first.json["trigger"], made.active()) == (0, "schedule", PEOPLE)
    second = made.sync("--trigger", "schedule")
    assert (second.code, second.json["run"], second.json["command"]) == (0, None, "sync")
    assert [each["trigger"] for each in made.run("history").json["runs"]] == ["schedule"]


def test_Z1_whoever_asks_gets_the_latest_occurrence_also_with_younger_settings_and_once(made: Arena) -> None:
    first = made.sync("--trigger", "schedule")
    assert (first.code, first.json["trigger"], made.active()) == (0, "schedule", PEOPLE)
    second = made.sync("--trigger", "schedule")
    assert (second.code, second.json["run"]) == (0, None)


def test_Z1_while_the_schedule_is_off_nothing_is_due(made: Arena) -> None:
    made.save(schedule={"enabled": False})
    answer = made.sync("--trigger", "schedule")
    assert (answer.code, answer.json["run"], made.active()) == (0, None, 0)
