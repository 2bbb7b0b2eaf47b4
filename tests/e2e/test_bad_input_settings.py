"""Settings as people write them wrong: every fault is named with its path, in words, and nothing is touched (70)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli_w
import trustme

from tests.e2e.arena import Arena, arena
from tests.e2e.complaints import asked, asked_here, complains

Settings = dict[str, Any]


@pytest.fixture
def made(tmp_path: Path) -> Any:
    with arena(tmp_path) as found:
        yield found


def settings_file(made: Arena) -> Path:
    return made.home / "settings.toml"


FILES = {
    "not-toml": (b'schema = 1\n[learn\nurl = "https://learn.example.com"\n', ("settings.toml", "2")),
    "utf-16": ('schema = 1\n[learn]\nurl = "x"\n'.encode("utf-16"), ("settings.toml", "UTF-8")),
    "cp1251": ('schema = 1\n# Настройки\n[learn]\nurl = "x"\n'.encode("cp1251"), ("settings.toml", "UTF-8")),
    "empty": (b"", ("learn.url", "learn.login", "portals")),
    "only-blanks": (b"\n \n", ("learn.url", "portals")),
    "random-bytes": (bytes(range(256)), ("settings.toml",)),
    "key-twice": (b"schema = 1\nschema = 1\n", ("settings.toml", "2")),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_settings_file_is_refused_with_its_place(made: Arena, name: str) -> None:
    data, mentions = FILES[name]
    settings_file(made).write_bytes(data)
    complains(made, 70, "settings_invalid", mentions=mentions)


def test_a_missing_file_is_named(made: Arena) -> None:
    settings_file(made).unlink()
    complains(made, 70, "settings_missing", mentions=(str(settings_file(made)),))


def test_a_directory_in_its_place_is_a_fault_and_no_defect(made: Arena) -> None:
    settings_file(made).unlink()
    settings_file(made).mkdir()
    complains(made, 70, "settings_invalid", mentions=("settings.toml",))


def test_settings_of_a_later_program_are_left_alone(made: Arena) -> None:
    made.settings["schema"] = 99
    made.save()
    text = settings_file(made).read_bytes()
    complains(made, 70, "settings_newer", mentions=("99",))
    assert settings_file(made).read_bytes() == text


def test_a_byte_order_mark_is_no_fault(made: Arena) -> None:
    text = settings_file(made).read_bytes()
    settings_file(made).write_bytes(b"\xef\xbb\xbf" + text)
    assert made.preview().code == 0


def put(section: str, name: str, value: object) -> Callable[[Settings], None]:
    def change(settings: Settings) -> None:
        settings.setdefault(section, {})[name] = value

    return change


def portal(name: str, value: object) -> Callable[[Settings], None]:
    def change(settings: Settings) -> None:
        settings["portals"][0][name] = value

    return change


def twice(settings: Settings) -> None:
    settings["portals"].append(dict(settings["portals"][0]))


FAULTS: dict[str, tuple[Callable[[Settings], None], tuple[str, ...]]] = {
    "unknown-section": (lambda settings: settings.update(snyc={}), ("snyc",)),
    "unknown-key": (put("sync", "leaver", "keep"), ("sync.leaver",)),
    "unknown-key-of-a-portal": (portal("adress", "x"), ("portals[0].adress",)),
    "text-for-a-number": (put("network", "parallel_writes", "4"), ("network.parallel_writes",)),
    "number-for-a-text": (put("learn", "login", 7), ("learn.login",)),
    "text-for-a-truth": (put("sync", "sync_heads", "yes"), ("sync.sync_heads",)),
    "number-for-a-list": (portal("include", 1), ("portals[0].include",)),
    "text-in-a-list-of-numbers": (portal("include", [1, "2"]), ("portals[0].include[1]",)),
    "table-for-a-list": (lambda settings: settings.update(portals={"key": "main"}), ("portals",)),
    "value-for-a-table": (lambda settings: settings.update(learn="https://learn.example.com"), ("learn",)),
    "too-many-writes": (put("network", "parallel_writes", 9), ("network.parallel_writes", "1", "8")),
    "percent-above-100": (put("limits", "update_percent", 101), ("limits.update_percent", "100")),
    "negative-count": (put("limits", "letters", -1), ("limits.letters",)),
    "bad-choice": (put("sync", "leavers", "delete"), ("sync.leavers", "terminate")),
    "bad-language": (lambda settings: settings.update(language="de"), ("language",)),
    "bad-time": (put("schedule", "first_run_utc", "25:00"), ("schedule.first_run_utc",)),
    "equal-times": (
        lambda settings: settings.update(schedule={"first_run_utc": "04:00", "second_run_utc": "04:00"}),
        ("schedule.second_run_utc",),
    ),
    "no-portal": (lambda settings: settings.update(portals=[]), ("portals",)),
    "bad-key": (portal("key", "Главный"), ("portals[0].key",)),
    "key-twice": (twice, ("portals[1].key", "main")),
    "nothing-ticked": (portal("include", []), ("portals[0].include",)),
    "ticked-and-unticked": (portal("exclude", [1]), ("portals[0].exclude", "1")),
    "hold-of-no-portal": (put("sync", "hold", ["west:7"]), ("sync.hold", "west")),
    "hold-without-key": (put("sync", "hold", ["7"]), ("sync.hold[0]", "main:27")),
    "bad-region": (put("sync", "phone_region", "Россия"), ("sync.phone_region",)),
    "mapped-login": (put("sync", "fields", {"login": "EMAIL"}), ("sync.fields.login",)),
    "bad-email": (put("learn", "login", "admin"), ("learn.login",)),
    "no-client-id": (
        lambda settings: settings["learn"].update(sign_in="api_key", client_id=""),
        ("learn.client_id",),
    ),
    "bad-learn-address": (put("learn", "url", "https://"), ("learn.url",)),
    "learn-address-with-password": (put("learn", "url", "https://user:pw4711@learn.example.com"), ("learn.url",)),
    "learn-over-http": (put("learn", "url", "http://learn.example.com"), ("learn.url",)),
    "api-over-http": (put("learn", "api_url", "http://learn.example.com/api/v2"), ("learn.api_url",)),
    "ftp": (put("learn", "url", "ftp://learn.example.com"), ("learn.url",)),
    "portal-over-http": (portal("address", "http://portal.example.com"), ("portals[0].address",)),
    "portal-address-is-words": (portal("address", "наш портал"), ("portals[0].address",)),
    "proxy-with-password": (put("learn", "proxy", "http://user:pw4711@proxy.example.com:3128"), ("learn.proxy",)),
    "portals-proxy-with-password": (portal("proxy", "user:pw4711@proxy.example.com:3128"), ("portals[0].proxy",)),
    "ca-file-missing": (put("learn", "ca_file", "/nowhere/ca.pem"), ("learn.ca_file", "/nowhere/ca.pem")),
    "ca-file-relative": (portal("ca_file", "ca.pem"), ("portals[0].ca_file", "ca.pem")),
    "alerts-over-http": (put("alerts", "webhook_url", "http://hook.example.com/x"), ("alerts.webhook_url",)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_path(made: Arena, name: str) -> None:
    change, mentions = FAULTS[name]
    change(made.settings)
    made.save()
    complains(made, 70, "settings_invalid", mentions=mentions, process=False)
    assert "pw4711" not in str(asked_here(made, "settings", "show", lang="en"))


def test_the_kind_of_value_that_belongs_somewhere_is_told_in_the_readers_language(made: Arena) -> None:
    made.save(network={"parallel_writes": "4"})
    for lang, kind in (("en", "a whole number"), ("ru", "целое число")):
        assert kind in asked_here(made, "preview", lang=lang)["error"]["message"]


def test_several_faults_at_once_are_all_named(made: Arena) -> None:
    for name in ("unknown-section", "text-for-a-number", "bad-choice", "bad-time", "nothing-ticked", "bad-region"):
        FAULTS[name][0](made.settings)
    made.save()
    paths = ("snyc", "network.parallel_writes", "sync.leavers", "schedule.first_run_utc")
    complains(made, 70, "settings_invalid", mentions=(*paths, "portals[0].include", "sync.phone_region"))


def test_a_webhook_in_the_settings_is_refused_and_not_repeated(made: Arena) -> None:
    """Secrets never stand in the settings; the fault's sentence does not spread what stands there."""
    made.settings["portals"][0]["address"] = made.main.webhook
    before = made.truth()
    settings_file(made).write_text(tomli_w.dumps(made.settings), encoding="utf-8")
    for lang in ("en", "ru"):
        process = made.start("sync", "--json", "--lang", lang)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 70
        assert "portals[0].address" in output
        assert made.main.code not in output + errors
    assert made.truth() == before


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_ca_file_without_a_certificate_is_a_fault_of_the_settings(
    made: Arena, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(content)
    made.settings["portals"][0]["ca_file"] = str(file)
    made.save()
    complains(made, 70, "settings_invalid", mentions=("portals[0].ca_file", str(file)))


def test_a_good_ca_file_is_none(made: Arena, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    made.settings["portals"][0]["ca_file"] = str(file)
    made.save()
    assert made.preview().code == 0


@pytest.mark.parametrize("command", ["check", "preview", "sync", "health", "settings show", "explain 5"])
def test_every_command_that_needs_settings_says_so(made: Arena, command: str) -> None:
    settings_file(made).unlink()
    complains(made, 70, "settings_missing", words=tuple(command.split()))


def test_a_home_that_is_a_file_is_told_in_words(made: Arena, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    answer = asked(made, "sync", "--home", str(file))
    assert answer["exit_code"] in (2, 70)
    assert str(file) in answer["error"]["message"]


@pytest.mark.parametrize("scale", ["fast", "-1", "2", "nan"])
def test_a_bad_scale_of_waits_is_wrong_usage(made: Arena, scale: str) -> None:
    complains(made, 2, "wait_scale_invalid", portal="main", environment={"B24LEARN_WAIT_SCALE": scale})
