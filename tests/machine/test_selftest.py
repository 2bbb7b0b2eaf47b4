"""The self-test says of each thing a run needs whether it is there, for the account it runs as, without its value."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from b24learn_gui.errors import SettingsInvalid, StoppedOnRequest
from b24learn_gui.machine.accounts import current_account
from b24learn_gui.service.context import Context
from b24learn_gui.service.selftest import forget_self_test, last_self_test, self_test
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text import Words
from tests.e2e.arena import Arena, arena
from tests.service.setup_world import NOW


def context_of(made: Arena) -> Context:
    environment = made.environment()
    places = find_places(made.home, environment)
    secrets = Secrets(account=places.home_id, environment=environment)
    return Context(places, Words("en"), secrets, environment, now=lambda: NOW)


def found_by(made: Arena) -> dict[str, Any]:
    return dict(self_test(context_of(made)))


def marks(answer: dict[str, Any]) -> dict[str, bool | None]:
    return {f"{check['check']} {check['name']}".strip(): check["ok"] for check in answer["checks"]}


def message(answer: dict[str, Any], check: str) -> str:
    return next(str(each["message"]) for each in answer["checks"] if each["check"] == check and not each["ok"])


@contextmanager
def held(path: Path) -> Iterator[None]:
    with RunLock(path):
        yield


def test_everything_there_is_0_and_the_answer_is_kept_for_others(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        answer = found_by(made)
        assert answer["exit_code"] == 0
        assert marks(answer) == {
            "settings": True,
            "secret learn.password": True,
            "secret portal.main.webhook": True,
            "server main": True,
            "server learn": True,
            "log": True,
            "journal": True,
            "lock": True,
        }
        assert answer["account"] == current_account()
        assert last_self_test(context_of(made).places) == answer
        kept = (made.home / "logs" / "self-test.json").read_text()
        assert not any(file.read_text() in kept for file in made.secrets.iterdir())
        assert {entry.method for entry in made.learn.log.entries} <= {"HEAD"}


def test_without_settings_what_lies_here_is_tried_all_the_same(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        (made.home / "settings.toml").unlink()
        answer = found_by(made)
        assert answer["exit_code"] == 70
        assert marks(answer) == {"settings": False, "log": True, "journal": True, "lock": True}


def test_a_missing_secret_is_named_and_its_server_is_not_tried(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        (made.secrets / "portal.main.webhook").unlink()
        answer = found_by(made)
        assert answer["exit_code"] == 41
        assert marks(answer)["secret portal.main.webhook"] is False
        assert marks(answer)["server main"] is None
        assert marks(answer)["server learn"] is True
        assert "portal.main.webhook" in message(answer, "secret")


def test_a_certificate_that_this_account_does_not_trust_is_60(tmp_path: Path) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with arena(tmp_path, learn_tls=tls) as made:
        answer = found_by(made)
        assert answer["exit_code"] == 60
        assert marks(answer)["server learn"] is False
        assert "trust" in message(answer, "server")
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        made.save(learn={"ca_file": str(tmp_path / "ca.pem")})
        assert found_by(made)["exit_code"] == 0


def test_a_webhook_that_the_portal_refuses_is_not_the_self_tests_business(tmp_path: Path) -> None:
    """It asks for the way there; `check` asks for the rights."""
    with arena(tmp_path) as made:
        address = (made.secrets / "portal.main.webhook").read_text()
        made.keep_secret("portal.main.webhook", address.replace("canarymainwebhook", "another"))
        assert found_by(made)["exit_code"] == 0


def test_a_log_that_cannot_be_written_is_70_and_no_answer_can_be_kept(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        (made.home / "logs").write_text("a file, where a directory should be")
        answer = found_by(made)
        assert (answer["exit_code"], marks(answer)["log"]) == (70, False)
        assert last_self_test(context_of(made).places) is None


def test_a_damaged_journal_is_70(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        (made.home / "journal.db").write_bytes(b"nonsense " * 200)
        answer = found_by(made)
        assert (answer["exit_code"], marks(answer)["journal"]) == (70, False)


def test_a_run_that_is_active_shows_that_the_lock_works(tmp_path: Path) -> None:
    with arena(tmp_path) as made, held(context_of(made).places.lock_file):
        assert marks(found_by(made))["lock"] is True


def test_it_can_be_stopped(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        stop = threading.Event()
        stop.set()
        with pytest.raises(StoppedOnRequest):
            self_test(replace(context_of(made), stop=stop))


@pytest.mark.parametrize("text", ["", "[]", '{"checks": []}', '{"exit_code": "x", "checks": [1]}', "\x00"])
def test_an_answer_that_is_none_of_ours_counts_as_none(tmp_path: Path, text: str) -> None:
    places = find_places(tmp_path, {})
    places.prepare()
    (places.logs / "self-test.json").write_text(text)
    assert last_self_test(places) is None


def test_what_cannot_be_forgotten_is_said(tmp_path: Path) -> None:
    places = find_places(tmp_path, {})
    (places.logs / "self-test.json").mkdir(parents=True)
    with pytest.raises(SettingsInvalid, match="home_unusable"):
        forget_self_test(places)


def test_the_kept_answer_is_the_json_of_the_command(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        printed = made.run("service", "self-test").json
        assert printed == json.loads((made.home / "logs" / "self-test.json").read_bytes())
        assert printed["command"] == "service self-test"
