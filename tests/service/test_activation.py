"""The request for activation: what is accepted, how it goes out, what is remembered."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from b24learn_gui.demo.learn import Learn
from b24learn_gui.demo.serving import Request, Response, Server
from b24learn_gui.errors import Unreachable, WrongUsage
from b24learn_gui.service.activation import (
    ActivationRequest,
    finished_letter,
    goes_by,
    last_request,
    remember_letter,
    request_faults,
    send_request,
)
from b24learn_gui.storage.settings import ActivationSettings
from b24learn_gui.text import Words
from tests.service.setup_world import NOW, context_of

GOOD = ActivationRequest(" Ким  Ольга ", "o.kim@firm.example", "8 (945) 123-45-67 доб. 5")


@pytest.mark.parametrize(
    "phone",
    [
        "+79451234567",
        "8 945 123-45-67",
        "8(945)1234567",
        "+7 (945) 123 45 67",
        "945 1234567",
        "+49 30 901820",
        "+7-945-123-45-67",
    ],
)
def test_a_phone_may_be_written_as_people_write_it(phone: str) -> None:
    assert request_faults(ActivationRequest("Ким", "o@firm.example", phone)) == {}


@pytest.mark.parametrize(
    ("request_", "faults"),
    [
        (ActivationRequest(), {"name": "name_missing", "email": "email_missing", "phone": "phone_missing"}),
        (
            ActivationRequest("\u200b", "o.kim@firm", "12345"),
            {"name": "name_missing", "email": "email_invalid", "phone": "phone_invalid"},
        ),
        (ActivationRequest("я" * 201, "o@firm.example", "+79451234567"), {"name": "name_too_long"}),
        (ActivationRequest("я", "o@firm.example", "9" * 500), {"phone": "phone_invalid"}),
    ],
)
def test_what_is_missing_or_wrong_is_named_by_field(request_: ActivationRequest, faults: dict[str, str]) -> None:
    assert request_faults(request_) == faults


def test_a_request_is_sent_clean_and_remembered_with_time_and_name(tmp_path: Path) -> None:
    context = context_of(tmp_path / "home")
    with Learn() as learn:
        settings = ActivationSettings(url=f"{learn.url}/activation")
        assert goes_by(settings) == "https"
        sent = send_request(context, settings, GOOD)
        assert learn.activations == [{"name": "Ким Ольга", "email": "o.kim@firm.example", "phone": "+79451234567"}]
    assert (sent.name, sent.sent_at, sent.way) == ("Ким Ольга", NOW, "https")
    assert last_request(context) == sent


def test_nothing_is_remembered_before_the_first_request(tmp_path: Path) -> None:
    assert last_request(context_of(tmp_path / "home")) is None
    assert not (tmp_path / "home").exists()


def test_an_incomplete_request_reaches_nobody(tmp_path: Path) -> None:
    with Learn() as learn, pytest.raises(WrongUsage) as caught:
        send_request(
            context_of(tmp_path / "home"), ActivationSettings(url=f"{learn.url}/activation"), ActivationRequest("Ким")
        )
    assert caught.value.detail["fields"] == ("email", "phone")
    assert not learn.activations


def test_a_persons_data_go_over_https_alone(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage) as caught:
        send_request(context_of(tmp_path / "home"), ActivationSettings(url="http://vendor.example/activation"), GOOD)
    assert caught.value.code == "activation_address"


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_a_request_nobody_took_is_not_remembered_as_sent(tmp_path: Path, status: int) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response(status, b"{}", headers=(("Location", "/elsewhere"),))

    context = context_of(tmp_path / "home")
    with Server(answer) as server, pytest.raises(Unreachable) as caught:
        send_request(context, ActivationSettings(url=f"{server.url}/activation"), GOOD)
    assert (caught.value.code, caught.value.detail["status"]) == ("activation_not_taken", status)
    assert len(asked) == 1  # sent once, never repeated
    assert last_request(context) is None


def test_a_journal_that_cannot_be_written_does_not_make_a_sent_request_unsent(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in its place")
    with Learn() as learn:
        sent = send_request(context_of(tmp_path / "home"), ActivationSettings(url=f"{learn.url}/activation"), GOOD)
        assert len(learn.activations) == 1
    assert sent.way == "https"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_without_an_address_a_finished_letter_is_offered(tmp_path: Path, language: str) -> None:
    context = context_of(tmp_path / "home")
    settings = ActivationSettings(email="vendor@example.com")
    assert goes_by(settings) == "letter"
    letter = finished_letter(settings, GOOD, Words(language))  # type: ignore[arg-type]
    parts = urlsplit(letter.mailto)
    query = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "vendor@example.com")
    assert query["subject"] == [letter.subject]
    assert query["body"] == [letter.body.replace("\n", "\r\n")]
    assert all(text in letter.body for text in ("Ким Ольга", "o.kim@firm.example", "+79451234567"))
    assert "+" not in parts.query  # a plus would stay one in a mail program
    remember_letter(context, GOOD)
    found = last_request(context)
    assert found is not None
    assert found.way == "letter"
