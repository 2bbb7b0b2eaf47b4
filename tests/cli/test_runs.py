"""The whole road as processes over real HTTP: preview, sync, approval, undo, report, stopping, alerts, timetable."""

import csv
import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from b24learn_gui.service.stopping import read_control
from b24learn_gui.sync.changes import COLUMNS
from tests.cli.home import Home, served


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with served(tmp_path) as found:
        yield found


def change_settings(home: Home, **sections: dict[str, Any]) -> None:
    import tomllib

    import tomli_w

    path = home.directory / "home" / "settings.toml"
    settings = tomllib.loads(path.read_text("utf-8"))
    for name, values in sections.items():
        settings.setdefault(name, {}).update(values)
    path.write_text(tomli_w.dumps(settings), "utf-8")


def test_preview_then_sync_by_its_hash_then_nothing_left_to_write(home: Home) -> None:
    planned = home.run("preview", "--json").json
    assert planned["exit_code"] == 0
    assert planned["counts"]["user.create"] > 100
    assert planned["requests"]["learn_write"] == 0
    done = home.run("sync", "--approve", planned["plan_hash"], "--json").json
    assert (done["exit_code"], done["counts"], done["plan_hash"]) == (0, planned["counts"], planned["plan_hash"])
    assert done["people"]["read"] == sum(done["people"][column] for column in COLUMNS)
    again = home.run("sync", "--json").json
    assert (again["exit_code"], again["changes"], again["requests"]["learn_write"]) == (0, [], 0)
    runs = home.run("history", "--json").json["runs"]
    assert [run["command"] for run in runs] == ["sync", "sync", "preview"]
    assert home.run("show", planned["run"], "--json").json["summary"] == planned


def test_T21_a_preview_whose_plan_cannot_be_kept_still_answers_and_changes_nothing(home: Home) -> None:
    (home.directory / "home" / "reports").write_text("a file where a directory belongs", "utf-8")
    result = home.run("preview", "--json")
    assert result.json["exit_code"] == 0
    assert "could not be kept" in result.err
    assert not (home.directory / "home" / "journal.db").exists()
    assert home.worlds is not None
    assert len(home.worlds.learn.world.accounts) == 1  # the owner alone


def test_M5_a_hash_that_is_not_this_plans_writes_nothing_and_lists_the_differences(home: Home) -> None:
    assert home.worlds is not None
    planned = home.run("preview", "--json").json
    company = home.worlds.portals["main"].world
    somebody = next(person for person in company.people.values() if person.active and person.id > 1)
    somebody.fields["WORK_POSITION"] = "Хранитель ключей"
    company.touch()
    refused = home.run("sync", "--approve", planned["plan_hash"], "--json").json
    assert refused["exit_code"] == 20
    assert refused["requests"]["learn_write"] == 0
    differences = refused["differences"]
    assert [each["bitrix24_id"] for each in differences["only_now"]] == [somebody.id]
    assert [each["bitrix24_id"] for each in differences["only_approved"]] == [somebody.id]
    assert differences["only_now"][0]["after"]["job_title"] == "Хранитель ключей"
    unknown = home.run("sync", "--approve", "no-such-hash", "--json").json
    assert unknown["exit_code"] == 20
    assert unknown["differences"]["approved_unknown"] is True


def test_M4_too_many_leavers_are_refused_named_and_done_once_approved(home: Home) -> None:
    assert home.worlds is not None
    assert home.run("sync", "--json").json["exit_code"] == 0
    company = home.worlds.portals["main"].world
    for person in [each for each in company.people.values() if each.active and each.id > 1][:60]:
        person.active = False
    company.touch()
    planned = home.run("preview", "--json").json
    refused = home.run("sync", "--json").json
    assert (planned["exit_code"], refused["exit_code"]) == (20, 20)
    assert planned["plan_hash"] == refused["plan_hash"]
    assert refused["limits"] == [{"kind": "user.deactivate", "planned": 60, "allowed": 36}]
    assert sum(refused["counts"].values()) == refused["requests"]["learn_write"] == 0
    assert home.run("health", "--json").json["exit_code"] == 10
    text = home.run("sync").out
    assert "Nothing was written: the plan deactivates 60 people, the limit is 36." in text
    assert "Likely cause: dismissed in Bitrix24 (60 of 60)." in text
    spared = home.run("preview", "--no-deactivate", "--json").json
    assert (spared["exit_code"], spared["counts"]["user.deactivate"]) == (0, 0)
    done = home.run("sync", "--approve", refused["plan_hash"], "--json").json
    assert (done["exit_code"], done["counts"]["user.deactivate"], done["limits"]) == (0, 60, [])


def test_T1_only_touches_nobody_else(home: Home) -> None:
    assert home.worlds is not None
    person = next(each for each in home.worlds.portals["main"].world.people.values() if each.active and each.id > 5)
    shown = home.run("preview", "--only", f"main:{person.id}", "--no-deactivate", "--lang", "en")
    command = f"b24learn-gui sync --only main:{person.id} --no-deactivate"
    assert f"To write it: {command}\n" in shown.out, "never the command that writes everybody"
    run = home.run("history", "--json").json["runs"][0]["run"]
    assert f"To write it: {command}\n" in home.run("show", run, "--lang", "en").out
    done = home.run("sync", "--only", str(person.id), "--json").json
    assert (done["exit_code"], done["counts"]["user.create"], done["people"]["read"]) == (0, 1, 1)
    assert home.run("preview", "--only", "nobody@nowhere.example", "--json").json["error"]["code"] == "who_unknown"
    several = home.run("preview", "--only", "а", "--json").json
    assert several["exit_code"] == 2
    assert home.run("preview", "--portal", "nope", "--json").json["error"]["code"] == "portal_unknown"


def test_explain_says_why_and_what_comes_next(home: Home) -> None:
    assert home.worlds is not None
    company = home.worlds.portals["main"].world
    person = next(each for each in company.people.values() if each.active and each.id > 5)
    (found,) = home.run("explain", f"main:{person.id}", "--json").json["found"]
    assert (found["in_scope"], found["learn_id"]) == (True, None)
    assert found["mark"] == {"kind": "include", "department": 1}
    assert "create" in found["next"][0]
    gone = home.run("explain", "nobody at all", "--json").json
    assert (gone["exit_code"], gone["found"]) == (10, [])


def test_U1_an_undo_is_planned_approved_and_held(home: Home) -> None:
    change_settings(home, limits={"deactivate_percent": 100, "deactivate_count": 1000})
    done = home.run("sync", "--json").json
    planned = home.run("undo", done["run"], "--json").json
    assert planned["undoes"] == done["run"]
    assert planned["exit_code"] == 20  # half of the linked people at most
    assert not any(problem["code"] == "changed_since" for problem in planned["problems"])
    back = home.run("undo", done["run"], "--apply", "--approve", planned["plan_hash"], "--json").json
    assert back["exit_code"] == 0
    assert back["counts"]["user.deactivate"] == done["counts"]["user.create"]
    assert back["counts"]["head.clear"] == done["counts"]["head.set"]
    after = home.run("sync", "--json").json
    assert (after["requests"]["learn_write"], after["people"]["protected"]) == (0, done["counts"]["user.create"])
    nothing = home.run("undo", planned["run"], "--json").json
    assert nothing["error"]["code"] == "undo_of_unapplied"


def test_reports_hold_everybody_and_run_nothing(home: Home, tmp_path: Path) -> None:
    assert home.worlds is not None
    company = home.worlds.portals["main"].world
    somebody = next(person for person in company.people.values() if person.active and person.id > 1)
    somebody.fields["LAST_NAME"] = '=HYPERLINK("http://evil.example")'
    somebody.fields["NAME"] = "<script>alert(1)</script>"
    company.touch()
    done = home.run("sync", "--json").json
    for name in ("report.csv", "report.html", "report.xlsx"):
        assert home.run("report", done["run"], "-o", str(tmp_path / name)).code == 0
    text = (tmp_path / "report.csv").read_text("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    assert len([row for row in rows if row and row[0] == "Create"]) == done["counts"]["user.create"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.partition("<body>")[0].replace("http-equiv", "")
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    book.close()


def test_two_runs_at_once_are_one_run(home: Home) -> None:
    from b24learn_gui.storage.lock import RunLock

    with RunLock(home.directory / "home" / "run.lock"):
        result = home.run("sync", "--json")
    assert result.json["error"]["code"] == "another_run_active"
    assert result.code == 50


def slowly(home: Home) -> None:
    """Every request to Learn takes a while, so that there is something to stop."""
    from dataclasses import replace

    assert home.worlds is not None
    home.worlds.learn.switches = replace(home.worlds.learn.switches, latency=0.02)


@pytest.mark.skipif(os.name == "nt", reason="signals of another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_a_signal_stops_the_run_in_order_and_the_next_one_finishes_it(home: Home, number: signal.Signals) -> None:
    slowly(home)
    process = home.start("sync", "--events")
    assert process.stdout is not None
    seen: list[dict[str, Any]] = []
    for line in process.stdout:
        seen.append(json.loads(line))
        if seen[-1]["event"] == "change" and sum(each["event"] == "change" for each in seen) == 25:
            process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    summary = seen[-1]
    assert (process.returncode, summary["event"], summary["exit_code"]) == (51, "summary", 51)
    written = sum(summary["counts"].values())
    assert 25 <= written < 200
    rest = home.run("sync", "--json").json
    assert rest["exit_code"] == 0
    assert rest["counts"]["user.create"] + summary["counts"]["user.create"] == rest["sources"][0]["employees"]


def test_control_brings_secrets_and_the_end_of_input_stops(home: Home) -> None:
    import subprocess

    assert home.worlds is not None
    secrets = home.worlds.secrets()
    for name in secrets:
        (home.directory / "secrets" / name).unlink()
    slowly(home)
    process = home.start("sync", "--events", "--control", stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"secrets": secrets}) + "\n")
    process.stdin.flush()
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "change":
            process.stdin.close()
            break
    lines = process.stdout.read().splitlines()
    errors = process.stderr.read() if process.stderr is not None else ""
    process.stdout.close()
    if process.stderr is not None:
        process.stderr.close()
    assert process.wait(30) == 51
    assert json.loads(lines[-1])["exit_code"] == 51
    assert "Traceback" not in errors
    everything = "".join(path.read_text("utf-8") for path in (home.directory / "home" / "logs").iterdir())
    for value in secrets.values():
        assert value not in everything
        assert value not in "".join(lines)


def test_control_without_its_first_line_is_wrong_usage(home: Home) -> None:
    assert home.run("sync", "--json", "--control", given="nonsense\n").json["error"]["code"] == "control_not_json"
    assert home.run("sync", "--json", "--control", given="{}\n").json["error"]["code"] == "control_and_secret"


def test_a_stop_line_sets_the_stop(tmp_path: Path) -> None:
    import io
    import threading

    stop = threading.Event()
    assert read_control(io.StringIO('{"secrets": {"learn.password": "x"}}\n{"stop": true}\n'), stop) == {
        "learn.password": "x"
    }
    assert stop.wait(5)


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_T15_a_killed_run_is_told_and_finished(home: Home) -> None:
    slowly(home)
    process = home.start("sync", "--events")
    assert process.stdout is not None
    changes = 0
    for line in process.stdout:
        changes += json.loads(line)["event"] == "change"
        if changes == 30:
            process.kill()
            break
    process.communicate(timeout=30)
    killed = home.run("history", "--json").json["runs"][0]
    assert killed["exit_code"] is None
    result = home.run("sync", "--json")
    assert killed["run"] in result.err
    assert (result.json["exit_code"], result.json["interrupted"]) == (0, killed["run"])
    assert home.worlds is not None
    accounts = home.worlds.learn.world.accounts.values()
    emails = [account.fields.get("email") for account in accounts]
    assert len(set(emails)) == len(emails)
    assert home.run("sync", "--json").json["requests"]["learn_write"] == 0


class _Alerts(BaseHTTPRequestHandler):
    got: ClassVar[list[dict[str, Any]]]

    def do_POST(self) -> None:
        type(self).got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's parameter
        """Nothing is printed."""


def test_one_alert_for_a_run_that_changed_something_none_for_a_quiet_one(home: Home) -> None:
    class Alerts(_Alerts):
        got: ClassVar[list[dict[str, Any]]] = []

    server = HTTPServer(("127.0.0.1", 0), Alerts)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        change_settings(home, alerts={"webhook_url": f"http://127.0.0.1:{server.server_port}/hook"})
        done = home.run("sync", "--json").json
        home.run("sync", "--json")
        home.run("preview", "--json")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert [each["run"] for each in Alerts.got] == [done["run"]]
    undelivered = home.run("sync", "--json")  # nobody listens any more, and nothing changed: no word of it
    assert undelivered.code == 0


def test_T23_a_plan_that_waits_for_approval_is_announced_once_until_its_list_changes(home: Home) -> None:
    class Alerts(_Alerts):
        got: ClassVar[list[dict[str, Any]]] = []

    server = HTTPServer(("127.0.0.1", 0), Alerts)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/hook"
        home.run("sync", "--json")
        change_settings(home, alerts={"webhook_url": url}, limits={"always_allowed": 0, "deactivate_count": 0})
        assert home.worlds is not None
        portal = home.worlds.portals["main"].world
        people = portal.active_employees()
        portal.dismiss(people[-1].id)
        codes = [home.run("sync", "--json").code for _ in range(2)]
        portal.dismiss(people[-2].id)
        codes.append(home.run("sync", "--json").code)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert codes == [20, 20, 20]
    assert len({each["plan_hash"] for each in Alerts.got}) == len(Alerts.got) == 2


def test_Z1_a_scheduled_run_answers_its_occurrence_once(home: Home) -> None:
    moment = datetime.now(UTC) - timedelta(minutes=2)
    if moment.date() != datetime.now(UTC).date():
        pytest.skip("midnight")
    change_settings(home, schedule={"enabled": True, "first_run_utc": f"{moment:%H:%M}"})
    settings = home.directory / "home" / "settings.toml"
    long_ago = time.time() - 3 * 86_400
    os.utime(settings, (long_ago, long_ago))
    first = home.run("sync", "--trigger", "schedule", "--json").json
    assert (first["exit_code"], first["trigger"]) == (0, "catch-up")  # it makes up for two missed ones, too
    second = home.run("sync", "--trigger", "schedule", "--json").json
    assert (second["exit_code"], second["run"]) == (0, None)
    assert len(home.run("history", "--json").json["runs"]) == 1


def test_a_passed_check_accepts_changed_rights(home: Home) -> None:
    assert home.worlds is not None
    assert home.run("sync", "--json").code == 0
    portal = home.worlds.portals["main"]
    portal.world.people[1].admin = False
    portal.world.touch()
    doubted = home.run("check", "--json").json
    assert doubted["exit_code"] == 30
    assert home.run("sync", "--json").json["exit_code"] == 30
    accepted = home.run("check", "--accept-rights", "main", "--json").json
    assert accepted["exit_code"] in {0, 10}
    assert home.run("sync", "--json").json["exit_code"] in {0, 10}


def test_check_climbs_and_stops_where_it_breaks(home: Home) -> None:
    good = home.run("check", "--json").json
    assert good["exit_code"] == 0
    rungs = ["address", "network", "certificate", "sign_in", "permissions", "data"]
    assert [[rung["rung"] for rung in side["rungs"]] for side in good["sides"]] == [rungs, rungs]
    assert [(side["side"], side["portal"]) for side in good["sides"]] == [("bitrix24", "main"), ("learn", None)]
    (home.directory / "secrets" / "learn.password").write_text("wrong", "utf-8")
    bad = home.run("check", "--json").json
    assert bad["exit_code"] == 40
    assert [rung["ok"] for rung in bad["sides"][1]["rungs"]] == [True, True, True, False, None, None]
    (home.directory / "secrets" / "portal.main.webhook").unlink()
    missing = home.run("check", "--json").json
    assert missing["exit_code"] == 41
    assert [rung["ok"] for rung in missing["sides"][0]["rungs"]] == [False, None, None, None, None, None]


def test_a_side_that_is_gone_is_60(home: Home) -> None:
    assert home.worlds is not None
    home.worlds.learn.stop()
    result = home.run("sync", "--json")
    assert (result.code, result.json["error"]["side"]) == (60, "learn")
    assert home.run("health", "--json").json["exit_code"] == 10
