"""Servers that cannot be reached or answer nonsense: 60 with the side that failed, a sentence that helps, no change."""

import datetime as dt
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from b24learn_gui.demo.bitrix24 import Bitrix24, Drop, Effect, Page, Redirect, Refuse, Truncate
from b24learn_gui.demo.bitrix24.faults import answers_with
from b24learn_gui.demo.learn import Fault
from tests.e2e.arena import PEOPLE, Arena, arena
from tests.e2e.complaints import asked_here, assert_no_secret, assert_sentence, complains

WEBHOOK = "portal.main.webhook"
HERE = "127.0.0.1"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Arena]:
    with arena(tmp_path) as found:
        yield found


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind((HERE, 0))
        port: int = listener.getsockname()[1]
    return port


# Nobody there


def test_a_portal_whose_name_nobody_knows_is_named(made: Arena) -> None:
    made.keep_secret(WEBHOOK, f"https://portal.invalid/rest/1/{made.main.code}/")
    complains(made, 60, "dns", side="bitrix24", portal="main", mentions=("portal.invalid",))


def test_a_learn_whose_name_nobody_knows_is_named(made: Arena) -> None:
    made.settings["learn"]["url"] = "https://learn.invalid"
    made.save()
    complains(made, 60, "dns", side="learn", mentions=("learn.invalid",))


def test_a_portal_behind_a_closed_port_is_unreachable(made: Arena) -> None:
    made.keep_secret(WEBHOOK, f"http://{HERE}:{closed_port()}/rest/1/{made.main.code}/")
    complains(made, 60, "connect", side="bitrix24", portal="main", mentions=(HERE,))


def test_a_learn_behind_a_closed_port_is_unreachable(made: Arena) -> None:
    made.settings["learn"]["url"] = f"http://{HERE}:{closed_port()}"
    made.save()
    complains(made, 60, "connect", side="learn", mentions=(HERE,))


def test_a_proxy_that_is_not_there_is_named(made: Arena) -> None:
    made.settings["learn"] |= {"url": "https://learn.example.com", "proxy": f"http://{HERE}:{closed_port()}"}
    made.save()
    complains(made, 60, "proxy", side="learn", mentions=("learn.example.com",))


# Certificates


def server_side(authority: trustme.CA, host: str = HERE, not_after: dt.datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, not_after=not_after).configure_cert(context)
    return context


def long_ago() -> dt.datetime:
    return dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


Certificate = Callable[[trustme.CA], ssl.SSLContext]
CERTIFICATES: dict[str, Certificate] = {
    "tls_untrusted": server_side,
    "tls_expired": lambda authority: server_side(authority, not_after=long_ago()),
    "tls_hostname": lambda authority: server_side(authority, "other.example.com"),
}


def trust(made: Arena, authority: trustme.CA, *, at: str) -> None:
    file = made.home.parent / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    place = made.settings["learn"] if at == "learn" else made.settings["portals"][0]
    place["ca_file"] = str(file)
    made.save()


@pytest.mark.parametrize("code", CERTIFICATES)
@pytest.mark.parametrize("side", ["bitrix24", "learn"])
def test_a_certificate_that_proves_nothing_ends_the_run(tmp_path: Path, side: str, code: str) -> None:
    """Unknown authority, expired, another host's: also with the authority named where that cannot mend it."""
    authority = trustme.CA(organization_name="Example Authority")
    context = CERTIFICATES[code](authority)
    portal_tls, learn_tls = (context, None) if side == "bitrix24" else (None, context)
    with arena(tmp_path, portal_tls=portal_tls, learn_tls=learn_tls) as made:
        if code != "tls_untrusted":
            trust(made, authority, at=side)
        mentions = (HERE, "Example Authority") if code == "tls_untrusted" else (HERE,)
        complains(made, 60, code, side=side, portal="main" if side == "bitrix24" else None, mentions=mentions)


def test_T60_a_ca_file_mends_an_unknown_authority_on_both_sides(tmp_path: Path) -> None:
    authority = trustme.CA()
    with arena(tmp_path, portal_tls=server_side(authority), learn_tls=server_side(authority)) as made:
        assert made.sync().code == 60
        trust(made, authority, at="bitrix24")
        assert made.sync().json["error"]["side"] == "learn"
        trust(made, authority, at="learn")
        done = made.sync()
        assert (done.code, made.active()) == (0, PEOPLE)


def test_https_to_a_server_that_speaks_http_is_told_as_such(made: Arena) -> None:
    made.keep_secret(WEBHOOK, made.main.webhook.replace("http:", "https:"))
    complains(made, 60, "tls", side="bitrix24", portal="main", mentions=(HERE,))


def test_http_to_a_server_that_speaks_https_is_told_in_words(tmp_path: Path) -> None:
    with arena(tmp_path, portal_tls=server_side(trustme.CA())) as made:
        made.keep_secret(WEBHOOK, made.main.webhook.replace("https:", "http:"))
        for lang in ("en", "ru"):
            answer = asked_here(made, "preview", lang=lang)
            assert answer["exit_code"] == 60
            assert_sentence(answer["error"]["message"], lang)


# Answers of a portal


PORTAL_FAULTS: dict[str, tuple[Effect, int, str]] = {
    "a-web-page": (Page(200), 60, "html"),
    "a-page-of-an-error": (Page(502), 60, "html"),
    "a-page-of-a-wrong-address": (Page(404), 60, "html"),
    "nothing": (Page(200, "", "application/json"), 60, "empty"),
    "no-json": (Page(200, "OK", "text/plain"), 60, "not_json"),
    "a-list": (Page(200, "[]", "application/json"), 60, "wrong_shape"),
    "half-an-answer": (Truncate(20), 60, "truncated"),
    "half-an-answer-as-if-whole": (Truncate(20, honest=True), 60, "truncated"),
    "no-answer": (Drop(), 60, "dropped"),
    "a-fault-of-its-own": (Refuse("INTERNAL_SERVER_ERROR"), 60, "server_error"),
    "a-sign-in-of-the-web-server": (
        Page(401, headers=(("WWW-Authenticate", 'Basic realm="intranet"'),)),
        40,
        "http_sign_in",
    ),
}


@pytest.mark.parametrize("name", PORTAL_FAULTS)
def test_a_portal_that_answers_nonsense_is_unreachable(made: Arena, name: str) -> None:
    effect, exit_code, code = PORTAL_FAULTS[name]
    made.main.faults.arrange(effect, times=None, where="request")
    some = name in {"a-web-page", "half-an-answer", "no-answer"}
    complains(made, exit_code, code, side="bitrix24", portal="main", process=some)


def test_an_error_inside_a_good_status_is_an_error(made: Arena) -> None:
    made.main.faults.arrange(answers_with("INVALID_CREDENTIALS"), times=None, where="request")
    complains(made, 40, "invalid_credentials", side="bitrix24", portal="main", process=False)


@pytest.mark.parametrize("result", [None, [], "text", 7, {"result": {}}, {"result": []}])
def test_a_batch_without_its_parts_is_never_an_empty_company(made: Arena, result: object) -> None:
    """Q1: what is not understood is never read as «nobody works here»."""
    made.settle()
    before = made.truth()
    body = json.dumps({"result": result, "time": {"start": 1.0, "finish": 1.1, "duration": 0.1}})
    made.main.faults.arrange(Page(200, body, "application/json"), times=None, where="request")
    answer = asked_here(made, "sync", lang="en")
    assert answer["exit_code"] in (30, 40, 60)
    assert answer["counts"]["user.deactivate"] == 0
    assert made.truth() == before
    assert not made.learn.log.writes


def test_a_redirect_elsewhere_is_not_followed_with_the_webhook(made: Arena) -> None:
    made.main.faults.arrange(Redirect("https://thief.example.org"), times=None, where="request")
    complains(made, 60, "redirect_refused", side="bitrix24", portal="main", mentions=("thief.example.org",))


def test_a_redirect_that_only_changes_the_port_of_this_machine_is_followed(made: Arena) -> None:
    with Bitrix24(made.main.world, code=made.main.code) as moved:
        made.main.faults.arrange(Redirect(moved.url), times=None, where="request")
        assert made.preview().code == 0
        assert moved.requests > 0


def test_an_endless_chain_of_redirects_ends(made: Arena) -> None:
    made.main.faults.arrange(Redirect(made.main.url), times=None, where="request")
    complains(made, 60, "redirect_refused", side="bitrix24", portal="main", process=False)


@pytest.mark.parametrize("code", ["QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT"])
def test_refusals_for_speed_end_with_the_patience(made: Arena, code: str) -> None:
    made.save(network={"patience_seconds": 30})
    made.main.faults.arrange(Refuse(code), times=None, where="request")
    complains(made, 60, "patience_exhausted", side="bitrix24", portal="main", mentions=("30",), process=code[0] == "Q")


def test_a_fault_that_passes_is_outwaited(made: Arena) -> None:
    made.main.faults.arrange(Drop(), times=2, where="request")
    made.main.faults.arrange(Refuse("QUERY_LIMIT_EXCEEDED"), times=2, skip=2, where="request")
    made.learn.faults.plan("status", status=503, times=2)
    done = made.sync()
    assert (done.code, made.active()) == (0, PEOPLE)


# Answers of Learn

LEARN_FAULTS: dict[str, tuple[Fault, int, tuple[str, ...]]] = {
    "a-web-page": (Fault("html", status=200), 60, ("api_not_found", "html")),
    "a-page-of-an-error": (Fault("html", status=502), 60, ("server_error", "html")),
    "nothing": (Fault("empty"), 60, ("api_not_found", "empty")),
    "half-an-answer": (Fault("truncated"), 60, ("truncated",)),
    "wrong-types": (Fault("wrong_types"), 60, ("answer_unusable", "wrong_shape", "api_not_found")),
    "no-answer": (Fault("drop_before"), 60, ("dropped",)),
    "a-fault-of-its-own": (Fault("status", status=500), 60, ("server_error",)),
    "too-many-requests": (Fault("status", status=429), 60, ("server_error", "rate_limited", "patience_exhausted")),
    "nothing-of-the-kind": (Fault("status", status=404), 60, ("api_not_found",)),
    "forbidden": (Fault("status", status=403), 40, ("forbidden", "sign_in_refused")),
    "to-be-paid": (Fault("status", status=402), 40, ("forbidden", "sign_in_refused")),
    "no-sign-in": (Fault("status", status=401), 40, ("sign_in_refused",)),
    "moved": (Fault("status", status=302), 60, ("api_not_found", "redirected")),
}


@pytest.mark.parametrize("sign_in", ["password", "api_key"])
@pytest.mark.parametrize("name", LEARN_FAULTS)
def test_a_learn_that_answers_nonsense_ends_the_run(made: Arena, name: str, sign_in: str) -> None:
    fault, exit_code, codes = LEARN_FAULTS[name]
    made.settings["learn"]["sign_in"] = sign_in
    made.save(network={"patience_seconds": 60})
    made.learn.faults.plan(fault.kind, status=fault.status, times=None)
    before = made.truth()
    for lang, command in (("en", "sync"), ("ru", "preview")):
        answer = asked_here(made, command, lang=lang)
        error = answer["error"]
        assert (answer["exit_code"], error["side"], error["portal"]) == (exit_code, "learn", None), error
        assert error["code"] in codes
        assert_sentence(error["message"], lang)
    assert made.truth() == before


@pytest.mark.parametrize("name", LEARN_FAULTS)
def test_Q4_nonsense_in_the_middle_of_a_known_learn_never_looks_like_people_gone(made: Arena, name: str) -> None:
    """From the third call on, so that the API is found and half a reading is done; a company with accounts."""
    fault, _, _ = LEARN_FAULTS[name]
    made.settle()
    before = made.truth()
    made.save(network={"patience_seconds": 60})
    made.learn.faults.plan(fault.kind, status=fault.status, at=3, times=None)
    answer = asked_here(made, "sync", lang="en")
    assert answer["exit_code"] in (40, 60), answer
    assert answer["error"]["side"] == "learn"
    assert_sentence(answer["error"]["message"], "en")
    assert answer["changes"] == []
    assert made.truth() == before


def test_the_first_write_forbidden_ends_the_run_with_nothing_half_done(made: Arena) -> None:
    """Rights to read and not to write: about us, not about one object."""
    made.learn.faults.plan("status", status=403, times=None, writes_only=True)
    before = made.truth()
    for lang in ("en", "ru"):
        answer = asked_here(made, "sync", lang=lang)
        assert (answer["exit_code"], answer["error"]["code"], answer["error"]["side"]) == (40, "forbidden", "learn")
        assert_sentence(answer["error"]["message"], lang)
        assert made.truth() == before


@pytest.mark.parametrize("side", ["bitrix24", "learn"])
def test_a_server_that_repeats_our_secrets_spreads_none(made: Arena, side: str) -> None:
    if side == "bitrix24":
        made.main.faults.arrange(Refuse("ACCESS_DENIED", text=f"Bad code {made.main.code}"), times=None)
    else:
        made.learn.faults.plan("status", status=403, times=None, message=f"Bad sign-in {made.learn.password}")
    for options in ((), ("-v",)):
        process = made.start("sync", "--events", *options)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 40
        assert_no_secret(made, output, errors)
