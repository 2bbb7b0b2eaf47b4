"""Calling a portal: what is repeated, what is refused, how long is waited, and where the secret may go."""

import itertools
import json
import threading
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from b24learn_gui import http
from b24learn_gui.bitrix24.address import Webhook
from b24learn_gui.bitrix24.batch import Call
from b24learn_gui.bitrix24.throttle import Bucket
from b24learn_gui.bitrix24.transport import READING_METHODS, Transport, _may_follow
from b24learn_gui.demo.bitrix24 import (
    BOX_OLD,
    CLOUD,
    Bitrix24,
    Conditions,
    Drop,
    Page,
    Redirect,
    Refuse,
    Slow,
    Truncate,
)
from b24learn_gui.demo.serving import Request, Response, Server
from b24learn_gui.errors import Refused, StoppedOnRequest, SyncError, Unreachable
from tests.bitrix24.support import CODE, START, FakeTime, company, serving, transport_to


def webhook(url: str) -> str:
    return f"{url}/rest/1/{CODE}/"


def failure(transport: Transport, method: str = "server.time") -> SyncError:
    with pytest.raises(SyncError) as caught:
        transport.call(method)
    assert CODE not in f"{caught.value!r} {caught.value} {caught.value.detail}"
    assert caught.value.portal == "main"
    assert caught.value.side == "bitrix24"
    return caught.value


def test_a_call_is_a_json_post_without_cookies_that_names_itself() -> None:
    with serving(Bitrix24(company(3))) as (bitrix, transport):
        for _ in range(2):
            transport.call("user.get", {"FILTER": {">ID": 1}, "sort": "ID", "order": "ASC", "start": -1})
        call = bitrix.log[-1]
        assert (call.http_method, call.sent_cookie) == ("POST", False)
        assert call.headers["user-agent"] == http.USER_AGENT
        assert call.headers["content-type"] == "application/json"
        assert transport.requests == bitrix.requests == 2


def test_only_reading_methods_can_be_called_at_all() -> None:
    assert not any(method.rpartition(".")[2] in {"add", "update", "delete", "set"} for method in READING_METHODS)
    with serving(Bitrix24(company(3))) as (bitrix, transport):
        with pytest.raises(ValueError, match=r"user\.update"):
            transport.call("user.update", {"ID": 1})
        with pytest.raises(ValueError, match=r"user\.add"):
            transport.batch({"u": Call("user.add", {})})
        assert bitrix.requests == 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Page(500), "html"),
        (Page(502), "html"),
        (Page(200), "html"),
        (Page(403), "html"),
        (Page(200, ""), "empty"),
        (Page(200, "[1]"), "wrong_shape"),
        (Page(200, '"text"'), "wrong_shape"),
        (Page(200, "Fatal error"), "not_json"),
        (Page(200, "{}"), "server_error"),
        (Truncate(), "truncated"),
        (Truncate(honest=True), "truncated"),
        (Drop(), "dropped"),
        (Drop(after_work=True), "dropped"),
        (Refuse("INTERNAL_SERVER_ERROR", 500), "server_error"),
        (Refuse("ERROR_UNEXPECTED_ANSWER", 500), "server_error"),
        (Refuse("ERROR_CORE", 500, "SQL query error!"), "server_error"),
    ],
)
def test_what_passes_is_tried_four_times_more_and_then_named(fault: object, code: str) -> None:
    clock = FakeTime()
    told: list[tuple[float, str]] = []
    with serving(Bitrix24(company(3)), time=clock, told=told) as (bitrix, transport):
        bitrix.faults.arrange(fault, times=4)  # type: ignore[arg-type]
        assert transport.call("server.time").result
        assert (transport.requests, bitrix.requests) == (5, 5)
        assert told == [(1, code), (2, code), (4, code), (8, code)]
        assert clock.slept == [1, 2, 4, 8]
        bitrix.faults.arrange(fault, times=5)  # type: ignore[arg-type]
        error = failure(transport)
        assert (type(error), error.code, error.detail["attempts"]) == (Unreachable, code, 5)
        assert error.detail["host"] == "127.0.0.1"


def test_a_server_that_is_not_there_costs_retries_but_counts_as_no_request() -> None:
    with Server(lambda request: Response()) as server:
        address = webhook(server.url)
    clock = FakeTime()
    with transport_to(address, time=clock) as transport:
        error = failure(transport)
        assert (error.code, error.detail["attempts"], transport.requests) == ("connect", 5, 0)
    assert clock.slept == [1, 2, 4, 8]


def test_a_server_that_is_too_slow() -> None:
    quick = http.Timeouts(connect=1, read=0.2, whole=2)
    with serving(Bitrix24(company(3)), timeouts=quick) as (bitrix, transport):
        bitrix.faults.arrange(Slow(20), times=1)
        assert transport.call("server.time").result
        assert transport.requests == 2


def test_retry_after_is_honoured() -> None:
    clock = FakeTime()
    answers = iter([Response(503, b'{"error":"INTERNAL_SERVER_ERROR"}', headers=(("Retry-After", "7"),))])

    def application(request: Request) -> Response:
        return next(answers, Response.of_json({"result": "now"}))

    with Server(application) as server, transport_to(webhook(server.url), time=clock) as transport:
        assert transport.call("server.time").result == "now"
    assert clock.slept == [7]


REFUSALS = [
    (Refuse("NO_AUTH_FOUND"), "no_auth_found"),
    (Refuse("INVALID_CREDENTIALS"), "invalid_credentials"),
    (Refuse("invalid_credentials"), "invalid_credentials"),
    (Refuse("insufficient_scope"), "insufficient_scope"),
    (Refuse("INSUFFICIENT_SCOPE", 200), "insufficient_scope"),
    (Refuse("INVALID_REQUEST", 401, "Https required."), "https_required"),
    (Refuse("INVALID_REQUEST", 400, "Something else"), "invalid_request"),
    (Refuse("ACCESS_DENIED", 401, "REST is available only by subscription."), "no_subscription"),
    (Refuse("ACCESS_DENIED", 401, "REST is available only on commercial plans."), "no_subscription"),
    (Refuse("ACCESS_DENIED", 403, "Access denied!"), "access_denied"),
    (Refuse("authorization_error"), "owner_inactive"),
    (Refuse("user_access_error"), "user_access_error"),
    (Refuse("OVERLOAD_LIMIT", 401), "overload_limit"),
    (Refuse("OVERLOAD_LIMIT", 503), "overload_limit"),
    (Refuse("PORTAL_DELETED", 500), "portal_deleted"),
    (Refuse("PORTAL_DELETED", 403), "portal_deleted"),
    (Refuse("ERROR_METHOD_NOT_FOUND"), "method_not_found"),
    (Refuse("WRONG_AUTH_TYPE"), "wrong_auth_type"),
    (Refuse("WRONG_LICENSE"), "wrong_license"),
    (Refuse("METHOD_CONFIRM_WAITING"), "method_confirm_waiting"),
    (Refuse("METHOD_CONFIRM_DENIED"), "method_confirm_denied"),
    (Refuse("CONNECTION_ERROR", 401), "connection_error"),
    (Refuse("ERROR_OAUTH"), "error_oauth"),
    (Refuse("SOMETHING_NEW", 403), "refused"),
    (Page(401, "Sign in", headers=(("WWW-Authenticate", "Basic"),)), "http_sign_in"),
]


@pytest.mark.parametrize(("fault", "code"), REFUSALS)
def test_a_refusal_is_named_and_never_repeated(fault: object, code: str) -> None:
    clock = FakeTime()
    with serving(Bitrix24(company(3)), time=clock) as (bitrix, transport):
        bitrix.faults.arrange(fault, times=None)  # type: ignore[arg-type]
        error = failure(transport)
        assert (type(error), error.code, error.exit_code) == (Refused, code, 40)
        assert bitrix.requests == 1
    assert clock.slept == []


@pytest.mark.parametrize("code", ["WRONG_ENCODING", "ERROR_ARGUMENT", "ERROR_CORE"])
def test_an_error_that_will_not_pass_is_not_repeated_either(code: str) -> None:
    with serving(Bitrix24(company(3))) as (bitrix, transport):
        bitrix.faults.arrange(Refuse(code, 200 if code == "WRONG_ENCODING" else 400), times=None)
        error = failure(transport)
        assert (error.code, error.detail["error"], bitrix.requests) == ("server_error", code.lower(), 1)


def test_the_servers_own_words_reach_us_short_and_without_the_secret() -> None:
    with serving(Bitrix24(company(3), code=CODE)) as (bitrix, transport):
        bitrix.faults.arrange(Refuse("ERROR_CORE", 400, f"bad {CODE} " + "x" * 500))
        text = str(failure(transport).detail["description"])
        assert text.startswith("bad *** xxx")
        assert len(text) == 200


@pytest.mark.parametrize("switches", [CLOUD, BOX_OLD])
def test_a_revoked_webhook_and_a_deleted_portal_in_either_status_column(switches: object) -> None:
    bitrix = Bitrix24(company(3), switches=switches, conditions=Conditions(revoked=True))  # type: ignore[arg-type]
    with serving(bitrix) as (_, transport):
        assert failure(transport, "profile").code == "invalid_credentials"
        bitrix.conditions.deleted = True
        assert failure(transport, "profile").code == "portal_deleted"


def test_t6_overload_is_waited_for_with_growing_pauses_and_our_own_rate_falls() -> None:
    clock = FakeTime()
    bucket = Bucket(clock=clock)
    with serving(Bitrix24(company(3), clock=clock), time=clock, bucket=bucket) as (bitrix, transport):
        bitrix.faults.arrange(Refuse("QUERY_LIMIT_EXCEEDED"), times=3)
        assert transport.call("server.time").result
        assert [pause for pause in clock.slept if pause in {1, 2, 4}] == [1, 2, 4]
        assert bitrix.requests == transport.requests == 4
        assert bucket.pour() > 0


def test_t6_an_operating_block_is_waited_for_until_the_time_the_server_named() -> None:
    clock = FakeTime()
    told: list[tuple[float, str]] = []
    times = {"start": 100.0, "finish": 100.5, "operating_reset_at": 400.5}
    answers = iter(
        [
            Response.of_json({"result": 1, "time": times}),
            Response.of_json({"error": "OPERATION_TIME_LIMIT"}, 429),
            Response.of_json({"result": 2}),
        ]
    )
    with (
        Server(lambda request: next(answers)) as server,
        transport_to(webhook(server.url), time=clock, told=told) as transport,
    ):
        transport.call("server.time")
        clock.now += 100
        assert transport.call("server.time").result == 2
    assert told == [(200, "operation_time_limit")]


def test_t6_an_operating_block_inside_a_batch_repeats_the_batch() -> None:
    told: list[tuple[float, str]] = []
    with serving(Bitrix24(company(3)), told=told) as (bitrix, transport):
        bitrix.faults.arrange(Refuse("OPERATION_TIME_LIMIT"), method="user.get", where="part")
        parts, _ = transport.batch({"u": Call("user.get", {"start": 0})})
        assert len(parts["u"].result) == 3
        assert [reason for _, reason in told] == ["operation_time_limit"]


def test_t6_patience_ends_and_the_cause_is_named() -> None:
    clock = FakeTime()
    with serving(Bitrix24(company(3)), time=clock, patience=100) as (bitrix, transport):
        bitrix.faults.arrange(Refuse("QUERY_LIMIT_EXCEEDED"), times=None)
        error = failure(transport)
        assert (error.code, error.exit_code, error.detail["cause"]) == (
            "patience_exhausted",
            60,
            "query_limit_exceeded",
        )
    assert sum(clock.slept) < 300


def test_time_lost_in_attempts_that_failed_is_patience_too() -> None:
    clock = FakeTime()

    def application(request: Request) -> Response:
        clock.now += 70
        return Response(drop=True)

    with Server(application) as server, transport_to(webhook(server.url), time=clock, patience=150) as transport:
        error = failure(transport)
    assert (error.code, error.detail["cause"]) == ("patience_exhausted", "dropped")
    assert transport.requests == 3


def test_the_real_bucket_of_the_cloud_is_never_overflowed_by_ours() -> None:
    clock = FakeTime()
    with serving(Bitrix24(company(3), clock=clock), time=clock, bucket=Bucket(clock=clock)) as (bitrix, transport):
        for _ in range(120):
            transport.call("server.time")
        assert bitrix.requests == 120
        assert [call.outcome for call in bitrix.log if call.outcome] == []
        assert clock.now - START == pytest.approx(40, abs=1)


def test_stop_ends_a_call_while_the_server_is_silent() -> None:
    stop = threading.Event()
    with serving(Bitrix24(company(3)), stop=stop) as (bitrix, transport):
        bitrix.faults.arrange(Slow(20))
        threading.Timer(0.2, stop.set).start()
        started = time.monotonic()
        with pytest.raises(StoppedOnRequest):
            transport.call("server.time")
        assert time.monotonic() - started < 3


class TestMoved:
    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_the_same_post_goes_to_the_new_address_once_and_for_all(self, status: int) -> None:
        moved: list[str] = []
        with Bitrix24(company(3)) as new, serving(Bitrix24(company(3)), moved=moved) as (old, transport):
            old.faults.arrange(Redirect(new.url, status), times=None)
            for _ in range(2):
                page = transport.call("user.get", {"FILTER": {">ID": 1}, "sort": "ID", "order": "ASC", "start": -1})
                assert [row["ID"] for row in page.result] == ["3", "5"]
            assert (old.requests, new.requests, transport.requests) == (1, 2, 3)
        assert moved == ["127.0.0.1"]
        assert transport.moved_to == "127.0.0.1"

    def test_a_password_for_the_old_web_server_is_not_shown_to_the_new_one(self) -> None:
        seen: list[str] = []

        def new(request: Request) -> Response:
            seen.append(request.header("authorization"))
            return Response.of_json({"result": 1})

        with Server(new) as there:
            elsewhere = there.url.replace("127.0.0.1", "localhost")

            def old(request: Request) -> Response:
                seen.append(request.header("authorization"))
                return Response(302, headers=(("Location", elsewhere + request.target),))

            with Server(old) as here, transport_to(webhook(here.url).replace("//", "//user:word@", 1)) as transport:
                assert transport.call("server.time").result == 1
        assert seen == [http.basic_sign_in("", "user:word").decode(), ""]

    @pytest.mark.parametrize(
        "location",
        [
            "https://evil.example/rest/1/{code}/server.time",
            "http://portal.example.com/rest/1/{code}/server.time",
            "/auth/",
            "",
            "http://[broken",
        ],
    )
    def test_the_secret_is_carried_nowhere_else(self, location: str) -> None:
        seen: list[Request] = []

        def application(request: Request) -> Response:
            seen.append(request)
            return Response(302, headers=(("Location", location.format(code=CODE)),))

        with Server(application) as server, transport_to(webhook(server.url)) as transport:
            assert failure(transport).code == "redirect_refused"
        assert len(seen) == 1

    def test_two_portals_that_point_at_each_other(self) -> None:
        def application(request: Request) -> Response:
            return Response(302, headers=(("Location", request.target),))

        with Server(application) as server, transport_to(webhook(server.url)) as transport:
            assert failure(transport).code == "redirect_refused"
            assert transport.requests == 2

    @pytest.mark.parametrize(
        ("old", "new", "allowed"),
        [
            ("old.bitrix24.ru", "new.bitrix24.ru", True),
            ("old.bitrix24.ru", "old.bitrix24.ru", True),
            ("old.bitrix24.ru", "bitrix24.ru", False),
            ("old.bitrix24.ru", "new.bitrix24.com", False),
            ("old.bitrix24.ru", "new.notbitrix24.ru", False),
            ("firm.co.uk", "evil.co.uk", False),
            ("firm.example", "evil.example", False),
            ("localhost", "evil.example", False),
            ("10.0.0.1", "evil.0.0.1", False),
        ],
    )
    def test_only_an_owned_parent_domain_is_followed(self, old: str, new: str, *, allowed: bool) -> None:
        assert _may_follow(old, new) is allowed


def test_http_basic_in_front_of_the_portal_is_answered() -> None:
    seen: list[str] = []

    def application(request: Request) -> Response:
        seen.append(request.header("authorization"))
        return Response.of_json({"result": 1})

    with Server(application) as server:
        address = webhook(server.url).replace("http://", "http://us%40er:p%C3%A4ss@")
        with transport_to(address) as transport:
            transport.call("server.time")
    assert seen == [http.basic_sign_in("", "us@er:päss").decode()]


def test_forms_say_the_same_as_json() -> None:
    bodies: list[Request] = []

    def application(request: Request) -> Response:
        bodies.append(request)
        return Response.of_json({"result": {"result": {"u": []}}})

    with Server(application) as server, transport_to(webhook(server.url)) as transport:
        calls = {"u": Call("user.get", {"FILTER": {">ID": 7}, "select": ["ID"]})}
        transport.batch(calls)
        transport.use_form()
        transport.batch(calls)
    told = json.loads(bodies[0].body)
    form = parse_qs(bodies[1].body.decode())
    assert form == {"halt": ["0"], "cmd[u]": [told["cmd"]["u"]]}
    assert bodies[1].header("content-type") == "application/x-www-form-urlencoded"


def test_the_bucket_lets_forty_through_and_then_two_a_second() -> None:
    clock = FakeTime()
    bucket = Bucket(clock=clock)
    waits = [bucket.pour() for _ in range(42)]
    assert waits[:40] == [0.0] * 40
    assert waits[40:] == [0.5, 1.0]
    clock.now += 1000
    assert bucket.pour() == 0.0


def test_a_webhook_is_masked_wherever_it_is_shown() -> None:
    shown: Callable[[object], str] = repr
    hook = Webhook("https", "portal.example.com", None, "", "1", CODE, "user:password")
    assert CODE not in shown(hook) + hook.masked
    assert "password" not in shown(hook)
    assert list(itertools.islice(hook.masked.split("/"), 2, 3)) == ["portal.example.com"]
