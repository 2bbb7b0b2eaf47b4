"""The edge of the process: options anywhere, one JSON object or lines, people's text, secrets, pipes, the demonstration."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import tomli_w

from tests.e2e.arena import PEOPLE, Arena, arena
from tests.e2e.complaints import asked_here, assert_no_secret

ROOT = Path(__file__).parents[2]
ESCAPE = "\x1b"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Arena]:
    with arena(tmp_path) as found:
        yield found


def finished(process: subprocess.Popen[str], given: str | None = None) -> tuple[int, str, str]:
    output, errors = process.communicate(given, timeout=100)
    assert "Traceback" not in errors, errors
    return process.returncode, output, errors


# Options


@pytest.mark.parametrize(
    "line",
    [
        "--json --lang ru preview --only 5",
        "preview --only 5 --json --lang ru",
        "--lang ru preview --json --only=5",
        "--json preview --lang=ru -v --only 5",
    ],
)
def test_options_stand_before_or_after_the_command(made: Arena, line: str) -> None:
    code, output, errors = finished(made.start(*line.split()))
    answer = json.loads(output)
    assert (code, answer["command"], answer["people"]["read"]) == (0, "preview", 1)
    assert output.count("\n") == 1
    assert ESCAPE not in errors


def test_the_home_of_the_option_wins_over_the_environments(made: Arena, tmp_path: Path) -> None:
    shutil.copytree(made.home, tmp_path / "other")
    answer = made.run("sync", "--home", str(tmp_path / "other"))
    assert answer.code == 0
    assert (tmp_path / "other" / "journal.db").exists()
    assert not (made.home / "journal.db").exists()
    assert {each.name for each in (tmp_path / "other").iterdir()} >= {"settings.toml", "journal.db", "logs"}


@pytest.mark.parametrize(
    "line",
    [
        "--json",
        "nonsense --json",
        "--json sync --only",
        "--json sync --approve",
        "sync --json --trigger whenever",
        "preview --json --approve abc",
        "--json history -n 0",
        "--json history -n many",
        "--json show",
        "--json explain",
        "--json report RUN",
        "--json secret set",
        "--json secret set learn.pasword",
        "--json secret clear portal.Main.webhook",
        "--json settings",
        "--json settings nonsense",
        "--json settings import /nowhere/settings.toml",
        "--json --lang de check",
        "--json --home",
        "--json show 20200101T000000Z-0000",
        "--json --events check",
        "check --events --json",
        "--json demo",
        "--json demo --headless --serve",
    ],
)
def test_wrong_usage_is_2_with_exactly_one_object(made: Arena, line: str) -> None:
    words = line.split()
    code, output, errors = finished(made.start(*words))
    answer = json.loads(output)
    assert code == answer["exit_code"] == 2, answer
    assert output.count("\n") == 1
    assert set(answer["error"]) == {"code", "message", "side", "portal"}
    assert (answer["error"]["side"], answer["error"]["portal"]) == ("here", None)
    assert len(answer["error"]["message"]) > 10
    assert answer["error"]["message"] in errors


def test_events_are_json_lines_that_end_with_the_summary(made: Arena) -> None:
    made.main.world.people[3].fields["EMAIL"] = ""
    code, output, _ = finished(made.start("sync", "--events"))
    lines = [json.loads(line) for line in output.splitlines()]
    kinds = [line["event"] for line in lines]
    assert set(kinds) == {"phase", "progress", "change", "problem", "summary"}
    assert kinds.index("summary") == len(kinds) - 1
    summary = lines[-1]
    assert (code, summary["exit_code"], summary["command"]) == (10, 10, "sync")
    told = [line for line in lines if line["event"] == "change"]
    assert len(told) == len(summary["changes"]) == sum(summary["counts"].values())
    assert [line["code"] for line in lines if line["event"] == "problem"] == [
        problem["code"] for problem in summary["problems"]
    ]
    for line in lines:
        if line["event"] == "progress":
            assert 0 <= line["done"] <= line["total"]


@pytest.mark.parametrize("command", ["check", "preview", "history", "health", "settings show", "explain 5"])
def test_every_command_ends_its_events_with_its_object(made: Arena, command: str) -> None:
    code, output, _ = finished(made.start(*command.split(), "--events"))
    *_, last = [json.loads(line) for line in output.splitlines()]
    assert (last.pop("event"), last["exit_code"], code) == ("summary", 0, 0)
    assert last["command"] == command.removesuffix(" 5")


# For people


HUMAN = {
    "check": ("check", "портал", "Learn"),
    "preview": ("preview", "Фамилия5"),
    "sync": ("sync", "Фамилия5"),
    "explain": ("explain 5", "Фамилия5"),
    "history": ("history",),
    "health": ("health",),
    "settings": ("settings show", "learn"),
}


@pytest.mark.parametrize("name", HUMAN)
def test_text_for_people_without_a_terminal_is_calm_and_in_their_language(made: Arena, name: str) -> None:
    line, *expected = HUMAN[name]
    code, output, errors = finished(made.start(*line.split(), "--lang", "ru"))
    assert code == 0
    assert ESCAPE not in output + errors
    assert "\r" not in output + errors
    assert re.search("[а-яё]{3}", output)
    assert "{" not in output
    for word in expected:
        assert word.casefold() in output.casefold()
    assert_no_secret(made, output, errors)


def test_the_language_of_the_settings_counts_where_no_option_is_given(made: Arena) -> None:
    made.settings["language"] = "ru"
    made.save()
    _, russian, _ = finished(made.start("health"))
    _, english, _ = finished(made.start("health", "--lang", "en"))
    assert re.search("[а-яё]{3}", russian)
    assert not re.search("[а-яё]", english)


# Settings and secrets


def test_settings_travel_without_secrets(made: Arena, tmp_path: Path) -> None:
    shown = made.run("settings", "show").json
    assert set(shown) == {"command", "exit_code", "settings", "secrets"}
    assert shown["secrets"] == {"learn.password": "set", "portal.main.webhook": "set"}
    file = tmp_path / "exported.toml"
    assert made.run("settings", "export", str(file)).code == 0
    assert tomllib.loads(file.read_text("utf-8")) == shown["settings"]
    assert_no_secret(made, file.read_text("utf-8"), json.dumps(shown))
    home = tmp_path / "fresh"
    assert made.run("settings", "import", str(file), "--home", str(home)).code == 0
    assert made.run("settings", "show", "--home", str(home)).json["settings"] == shown["settings"]


def test_a_faulty_import_is_refused_and_the_old_settings_stay(made: Arena, tmp_path: Path) -> None:
    before = (made.home / "settings.toml").read_bytes()
    file = tmp_path / "faulty.toml"
    file.write_text(tomli_w.dumps({**made.settings, "nonsense": 1}), encoding="utf-8")
    answer = asked_here(made, "settings", "import", str(file), lang="en")
    assert (answer["exit_code"], answer["error"]["code"]) == (70, "settings_invalid")
    assert "nonsense" in answer["error"]["message"]
    assert (made.home / "settings.toml").read_bytes() == before


STORE = """
import json, os, pathlib
from keyring.backend import KeyringBackend

FILE = pathlib.Path(os.environ["TEST_STORE_FILE"])

class Store(KeyringBackend):
    priority = 1

    def _all(self):
        return json.loads(FILE.read_text()) if FILE.exists() else {}

    def get_password(self, service, username):
        return self._all().get(f"{service}|{username}")

    def set_password(self, service, username, password):
        FILE.write_text(json.dumps({**self._all(), f"{service}|{username}": password}))

    def delete_password(self, service, username):
        kept = self._all()
        del kept[f"{service}|{username}"]
        FILE.write_text(json.dumps(kept))
"""


def test_secrets_go_into_the_store_named_and_come_out_again(made: Arena, tmp_path: Path) -> None:
    """One trailing newline is stripped and no more; blanks inside stay; any portal key of the right form is taken."""
    (tmp_path / "teststore.py").write_text(STORE)
    file = tmp_path / "store.json"
    environment = {
        "B24LEARN_SECRETS_DIR": "",
        "PYTHON_KEYRING_BACKEND": "teststore.Store",
        "PYTHONPATH": str(tmp_path),
        "TEST_STORE_FILE": str(file),
    }

    def say(*words: str, given: str | None = None) -> tuple[int, str]:
        code, output, errors = finished(
            made.start(*words, environment=environment, stdin=subprocess.PIPE), given if given is not None else ""
        )
        assert_no_secret(made, output, errors)
        return code, output

    assert say("preview", "--json")[0] == 41
    assert say("secret", "set", "learn.password", given=f"{made.learn.password}\n")[0] == 0
    assert say("secret", "set", "portal.main.webhook", given=f"{made.main.webhook}\r\n")[0] == 0
    assert say("secret", "set", "portal.later.webhook", given="two lines\n\n")[0] == 0
    assert say("secret", "set", "learn.proxy", given="")[0] == 2
    kept = json.loads(file.read_text())
    home_id = (made.home / "home-id").read_text().strip()
    assert kept[f"b24learn-gui/learn.password|{home_id}"] == made.learn.password
    assert kept[f"b24learn-gui/portal.main.webhook|{home_id}"] == made.main.webhook
    assert kept[f"b24learn-gui/portal.later.webhook|{home_id}"] == "two lines\n"
    _, output = say("settings", "show", "--json")
    assert json.loads(output)["secrets"] == {"learn.password": "set", "portal.main.webhook": "set"}
    assert say("preview", "--json")[0] == 0
    assert say("secret", "clear", "learn.password")[0] == 0
    assert say("secret", "clear", "learn.password")[0] == 0  # that there was none is no failure
    assert say("preview", "--json")[0] == 41


@pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring-daemon and dbus-run-session",
)
def test_secrets_go_into_a_real_keyring(made: Arena, tmp_path: Path) -> None:
    for name in ("data", "runtime", "config"):
        (tmp_path / name).mkdir(mode=0o700)
    (tmp_path / "password").write_text(f"{made.learn.password}\n")
    (tmp_path / "webhook").write_text(f"{made.main.webhook}\n")
    program = f"{sys.executable} -m b24learn_gui"
    script = f"""
        set -e
        printf unlock | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
        {program} secret set learn.password <{tmp_path}/password >&2
        {program} secret set portal.main.webhook <{tmp_path}/webhook >&2
        {program} preview --json
        {program} secret clear learn.password >&2
        {program} preview --json || true
    """
    variables = {**made.environment(), "HOME": str(tmp_path)}
    variables |= {f"XDG_{name.upper()}_HOME": str(tmp_path / name) for name in ("data", "config")}
    variables["XDG_RUNTIME_DIR"] = str(tmp_path / "runtime")
    del variables["B24LEARN_SECRETS_DIR"]
    variables.pop("DBUS_SESSION_BUS_ADDRESS", None)
    process = subprocess.Popen(
        ["dbus-run-session", "--", "bash", "-c", script],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    _, output, errors = finished(process)
    with_secret, without = [json.loads(line) for line in output.splitlines()]
    assert (with_secret["exit_code"], without["exit_code"]) == (0, 41), errors
    assert without["error"]["code"] == "secret_missing"
    assert_no_secret(made, output, errors)


# Pipes, signals, machines without a screen


def test_a_reader_that_goes_away_ends_the_output_and_not_the_run(made: Arena) -> None:
    process = made.start("sync", "--events")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert errors == ""
    assert made.active() == PEOPLE


@pytest.mark.skipif(os.name != "posix", reason="closed by a shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-", ">/dev/full", "2>/dev/full"])
@pytest.mark.parametrize("form", ["", "--json"])
def test_streams_that_are_closed_from_the_start_hold_up_no_run(made: Arena, closed: str, form: str) -> None:
    """As a service may be started. The run is done; where there is nowhere to say so it is not said."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m b24learn_gui sync {form} {closed}', sys.executable],
        env=made.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == 0
    assert made.active() == PEOPLE


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_demonstrations_servers_are_announced_and_stop_on_request(made: Arena, number: signal.Signals) -> None:
    process = made.start("demo", "--serve", "--oddities")
    assert process.stdout is not None
    announced = json.loads(process.stdout.readline())
    assert set(announced) == {"portals", "learn"}
    assert set(announced["learn"]) == {"url", "login", "password", "client_id", "client_secret"}
    assert [set(portal) for portal in announced["portals"]] == [{"key", "webhook"}]
    made.settings["learn"] |= {"url": announced["learn"]["url"], "login": announced["learn"]["login"]}
    made.settings["portals"][0]["address"] = announced["portals"][0]["webhook"].partition("/rest")[0]
    made.save(limits={"adoptions": 100})
    made.keep_secret("learn.password", announced["learn"]["password"])
    made.keep_secret("portal.main.webhook", announced["portals"][0]["webhook"])
    assert made.preview().code in (0, 10)
    process.send_signal(number)
    code, output, errors = finished(process)
    assert (code, output, errors) == (0, "", "")
    address = urlsplit(announced["learn"]["url"])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname or "", address.port or 0), timeout=5).close()


@pytest.mark.parametrize("oddities", [(), ("--oddities",)])
def test_the_demonstration_ends_with_0_and_its_second_sync_writes_nothing(
    made: Arena, tmp_path: Path, oddities: tuple[str, ...]
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = made.start("demo", "--headless", *oddities, "--json", environment={"TMPDIR": str(scratch)})
    code, output, _ = finished(process)
    answer = json.loads(output)
    assert (code, answer["command"], answer["exit_code"]) == (0, "demo", 0)
    assert [step["step"] for step in answer["steps"]] == ["check", "preview", "sync", "second sync"]
    assert all(step["exit_code"] == step["demanded"] for step in answer["steps"])
    first, second = (step["result"] for step in answer["steps"][-2:])
    assert first["requests"]["learn_write"] > 0
    assert (second["requests"]["learn_write"], second["changes"]) == (0, [])
    assert not list(scratch.iterdir())
    assert not list(made.home.glob("journal*"))


NO_QT = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(f"no Qt libraries here: {name}")

sys.meta_path.insert(0, Refuse())
import b24learn_gui.cli.main
sys.exit(b24learn_gui.cli.main.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("line", ["--help", "--version", "sync --json", "check --json", "settings show --json"])
def test_no_command_needs_qt(made: Arena, line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_QT, *line.split()],
        env=made.environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert done.stdout


def test_help_comes_within_half_a_second_of_work(made: Arena) -> None:
    """The quickest of a few: what other processes take of this machine is not the program's."""
    took = []
    for _ in range(4):
        began = time.perf_counter()
        code, output, errors = finished(made.start("--help"))
        took.append(time.perf_counter() - began)
        assert (code, errors) == (0, "")
        assert all(name in output for name in ("check", "preview", "sync", "explain", "undo", "health", "secret"))
    assert min(took) < 0.5
