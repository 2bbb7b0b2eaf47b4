"""Log files: what is written and what never is (incident T24)."""

import json
import logging
import stat
import time
from pathlib import Path

import pytest
import time_machine

from b24learn_gui.errors import Refused
from b24learn_gui.storage.logs import log_to
from b24learn_gui.storage.scrub import Scrubber
from tests.storage.disk import no_file_larger_than
from tests.systems import WINDOWS

LOGGER = logging.getLogger("b24learn_gui.service.sync")
WEBHOOK = "https://portal.example.com/rest/1/canary0code/"
PASSWORD = 'ca"nary пароль+&'  # a canary


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def log_exception(error: Exception) -> None:
    try:
        raise error
    except type(error):
        LOGGER.exception("stumbled")


def test_a_record_is_one_json_line_in_utc_with_allowed_keys_alone(tmp_path: Path) -> None:
    with time_machine.travel("2026-11-22T03:00:41.5Z", tick=False), log_to(tmp_path / "logs", "sync", list) as path:
        LOGGER.info("read %d\nof %s", 3, "main", extra={"portal": "main", "count": 3, "payload": {"NAME": "Ким"}})
        LOGGER.debug("too much")
    assert path == tmp_path / "logs" / "sync.log"
    assert lines(path) == [
        {
            "time": "2026-11-22T03:00:41.500Z",
            "level": "INFO",
            "logger": "b24learn_gui.service.sync",
            "message": "read 3\nof main",
            "portal": "main",
            "count": 3,
        }
    ]
    assert WINDOWS or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_t24_no_secret_reaches_the_file_at_the_most_talkative_level(tmp_path: Path) -> None:
    secrets: list[str] = []
    with log_to(tmp_path, "cli", lambda: secrets, verbose=True) as path:
        secrets += [WEBHOOK, PASSWORD]  # they come up while working
        LOGGER.debug("asked %s", WEBHOOK + "user.get.json")
        LOGGER.debug("the code alone: canary0code")
        LOGGER.debug("another portal: https://b.example.com/rest/7/canary1code/profile")
        LOGGER.debug("%r and %s", PASSWORD, {"word": PASSWORD}, extra={"reason": PASSWORD, "code": [PASSWORD]})
        LOGGER.debug("ca%22nary%20%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%2B%26")
        LOGGER.debug("Authorization: Bearer canary.token-1 https://u:canary@proxy.example.com X-Auth-Password: canary2")
        LOGGER.debug('{"client_secret": "canary3", "access_token":"canary4"}')
        log_exception(OSError(f"failed at {WEBHOOK}"))
        logging.getLogger("urllib3.connectionpool").debug("GET /rest/1/canary0code/")
    assert path is not None
    text = path.read_text("utf-8")
    assert len(text.splitlines()) == 8
    assert "canary" not in text
    assert "nary пароль" not in text


def test_an_error_is_told_by_kind_code_and_place(tmp_path: Path) -> None:
    with log_to(tmp_path, "cli", list) as path:
        log_exception(Refused("sign_in_refused", side="learn", message="canary"))
    assert path is not None
    (line,) = lines(path)
    error = line["error"]
    assert isinstance(error, dict)
    assert (error["kind"], error["code"]) == ("Refused", "sign_in_refused")
    assert error["through"][0].endswith("log_exception")
    assert "canary" not in path.read_text()


def test_files_are_capped_and_the_oldest_go(tmp_path: Path) -> None:
    with log_to(tmp_path, "sync", list, max_bytes=2_000, backups=2):
        for number in range(200):
            LOGGER.info("%d %s", number, "x" * 100)
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["sync.log", "sync.log.1", "sync.log.2"]
    assert all(file.stat().st_size <= 2_000 for file in tmp_path.iterdir())
    assert WINDOWS or all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in tmp_path.iterdir())
    assert str(lines(tmp_path / "sync.log")[-1]["message"]).startswith("199 ")


def test_a_long_text_is_cut_and_a_second_process_appends(tmp_path: Path) -> None:
    for _ in range(2):
        with log_to(tmp_path, "sync", list):
            LOGGER.info("я" * 100_000)
    assert [len(str(line["message"])) for line in lines(tmp_path / "sync.log")] == [2_001, 2_001]


def test_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    with log_to(tmp_path / "file", "sync", list) as path:
        LOGGER.info("unheard")
    assert path is None
    with log_to(tmp_path / "logs", "sync", list):
        LOGGER.info("heard")
    with log_to(tmp_path / "logs", "sync", list), no_file_larger_than(10):
        LOGGER.info("told when there was room again")
    with no_file_larger_than(10), log_to(tmp_path / "logs", "sync", list):
        LOGGER.info("unheard")
    assert [line["message"] for line in lines(tmp_path / "logs" / "sync.log")] == [
        "heard",
        "told when there was room again",
    ]
    assert capfd.readouterr().err == ""


def test_scrubbing_short_and_overlapping_secrets() -> None:
    scrub = Scrubber(lambda: ["abc", "secret", "secret-and-more", "user:proxyword"])
    assert scrub("abc secret-and-more secret user proxyword") == "abc *** *** user ***"


def test_scrubbing_is_fast_enough_for_every_line() -> None:
    scrub = Scrubber(lambda: [WEBHOOK, PASSWORD, "x" * 40])
    started = time.process_time()
    for _ in range(2_000):
        scrub("read 50 of 1284 people from portal main: " + "word " * 50)
    assert time.process_time() - started < 1


def test_what_is_logged_while_a_run_goes_on_belongs_to_it(tmp_path: Path) -> None:
    with log_to(tmp_path, "sync", list) as path:
        LOGGER.info("before")
        LOGGER.info("run began", extra={"run": "r1"})
        LOGGER.info("asked a server")
        LOGGER.info("run ended", extra={"run": "r1"})
        LOGGER.info("finished")
    assert path is not None
    assert [line.get("run") for line in lines(path)] == [None, "r1", "r1", "r1", None]
