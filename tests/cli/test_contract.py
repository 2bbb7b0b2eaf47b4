"""Options, JSON, events and usage errors over real processes (INTERFACE: One program)."""

import os
import time
from pathlib import Path

import pytest

from tests.cli.home import Home


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    (tmp_path / "secrets").mkdir(mode=0o700)
    return Home(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--json", "--events", "check"], "json_and_events"),
        (["check", "--events", "--json"], "json_and_events"),
        (["--json"], "no_window"),
        (["--json", "demo"], "no_demo_window"),
        (["demo", "--headless", "--serve", "--json"], "headless_and_serve"),
        (["nonsense", "--json"], "usage"),
        (["check", "--json", "--nonsense"], "usage"),
        (["sync", "--json", "--trigger", "whenever"], "usage"),
        (["report", "x", "--json"], "usage"),
        (["settings", "--json"], "usage"),
        (["show", "20200101T000000Z-0000", "--json"], "run_unknown"),
        (["undo", "x", "--approve", "abc", "--json"], "approve_without_apply"),
        (["undo", "x", "--release", "--apply", "--json"], "undo_release_alone"),
        (["secret", "set", "learn.pasword", "--json"], "unknown_secret"),
    ],
)
def test_wrong_usage_is_2_with_one_json_object(empty: Home, arguments: list[str], code: str) -> None:
    result = empty.run(*arguments)
    assert result.code == 2
    answer = result.json
    assert (answer["exit_code"], answer["error"]["code"], answer["error"]["side"]) == (2, code, "here")
    assert answer["error"]["message"] in result.err


def test_wrong_usage_names_the_command_where_it_was_recognised(empty: Home) -> None:
    assert empty.run("report", "x", "--json").json["command"] == "report"


@pytest.mark.parametrize("command", ["check", "preview", "sync", "health", "settings show", "explain x", "undo x"])
def test_without_settings_every_command_is_70_and_says_so(empty: Home, command: str) -> None:
    result = empty.run(*command.split(), "--json")
    assert result.code == 70
    answer = result.json
    assert answer["command"] == command.partition(" x")[0]
    assert answer["error"]["code"] == "settings_missing"


def test_options_stand_before_or_after_the_command(empty: Home, tmp_path: Path) -> None:
    home = str(tmp_path / "elsewhere")
    before = empty.run("--json", "--home", home, "--lang", "ru", "history")
    after = empty.run("history", "--json", "--home", home, "--lang", "ru")
    assert before.code == after.code == 0
    assert before.json == after.json == {"command": "history", "exit_code": 0, "runs": []}


def test_events_end_with_the_summary(empty: Home) -> None:
    (*_, last) = empty.run("history", "--events").events
    assert last == {"event": "summary", "command": "history", "exit_code": 0, "runs": []}


def test_language_by_option_and_by_setting(empty: Home) -> None:
    assert "Настроек ещё нет" in empty.run("check", "--lang", "ru").err
    settings = empty.directory / "home" / "settings.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text('language = "ru"\nnonsense = 1\n', "utf-8")
    assert "такого ключа в настройках нет" in empty.run("check").err.replace("\u00a0", " ")
    assert "no such key" in empty.run("--lang", "en", "check").err


def test_every_fault_of_the_settings_is_named_with_its_path(empty: Home) -> None:
    settings = empty.directory / "home" / "settings.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text('[learn]\nurl = "ftp://x"\nlogin = 5\n[limits]\nletters = -1\n', "utf-8")
    answer = empty.run("sync", "--json").json
    assert answer["exit_code"] == 70
    for path in ("learn.url", "learn.login", "limits.letters", "portals"):
        assert f"• {path}: " in answer["error"]["message"]


def test_help_comes_fast_and_in_both_languages(empty: Home) -> None:
    began = time.perf_counter()
    result = empty.run("--help")
    assert time.perf_counter() - began < 1.0  # 0.1 s on an idle machine
    assert result.code == 0
    assert "preview" in result.out
    assert (
        "Команды:" in empty.run("--help", "--lang", "ru").out or "Команды:" in empty.run("--lang", "ru", "--help").out
    )
    assert empty.run("--json", "--help").json["exit_code"] == 0


def test_settings_go_in_and_out_without_secrets(empty: Home, tmp_path: Path) -> None:
    source = tmp_path / "mine.toml"
    source.write_text(
        '[learn]\nurl = "https://learn.example.com"\nlogin = "admin@example.com"\n'
        '[[portals]]\nkey = "main"\naddress = "https://portal.example.com"\ninclude = [1]\n',
        "utf-8",
    )
    assert empty.run("settings", "import", str(source)).code == 0
    shown = empty.run("settings", "show", "--json").json
    assert shown["settings"]["learn"]["url"] == "https://learn.example.com"
    assert shown["secrets"] == {"learn.password": "missing", "portal.main.webhook": "missing"}
    target = tmp_path / "out.toml"
    assert empty.run("settings", "export", str(target)).code == 0
    assert empty.run("settings", "import", str(target)).code == 0
    assert empty.run("settings", "import", str(tmp_path / "absent.toml"), "--json").json["exit_code"] == 2


def test_a_refused_import_leaves_the_old_settings(empty: Home, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("nonsense = 1\n", "utf-8")
    assert empty.run("settings", "import", str(bad), "--json").json["exit_code"] == 70
    assert not (empty.directory / "home" / "settings.toml").exists()


def test_a_reader_that_went_away_is_no_traceback(empty: Home) -> None:
    process = empty.start("--help")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(20)
    assert "Traceback" not in errors
    assert "Exception" not in errors


def test_T25_health_is_90_when_no_run_succeeded_for_too_long_and_never_without_a_schedule(empty: Home) -> None:
    settings = empty.directory / "home" / "settings.toml"
    settings.parent.mkdir(exist_ok=True)
    text = (
        '[learn]\nurl = "https://learn.example.com"\nlogin = "admin@example.com"\n'
        '[[portals]]\nkey = "main"\naddress = "https://portal.example.com"\ninclude = [1]\n[schedule]\nenabled = true\n'
    )
    settings.write_text(text, "utf-8")
    assert empty.run("health", "--json").json["exit_code"] == 0
    long_ago = time.time() - 27 * 3600
    os.utime(settings, (long_ago, long_ago))
    overdue = empty.run("health", "--json").json
    assert (overdue["exit_code"], overdue["overdue"], overdue["last_success"], overdue["last_run"]) == (
        90,
        True,
        None,
        None,
    )
    settings.write_text(text.replace("true", "false"), "utf-8")
    os.utime(settings, (long_ago, long_ago))
    assert empty.run("health", "--json").json["exit_code"] == 0


def test_a_secret_without_any_store_is_41_and_is_not_repeated(empty: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    result = empty.run("secret", "set", "portal.main.webhook", "--json", given="https://x.example/rest/1/s3cr3tc0de/\n")
    assert (result.code, result.json["error"]["code"]) == (41, "secret_store_missing")
    assert "s3cr3tc0de" not in result.out + result.err
    empty_value = empty.run("secret", "set", "learn.password", "--json", given="\n")
    assert empty_value.json["error"]["code"] == "secret_empty"
