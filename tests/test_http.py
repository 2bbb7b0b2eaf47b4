"""The one way to speak HTTP: whom it trusts, what it says when something breaks, and how it waits."""

import logging
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from b24learn_gui import http
from b24learn_gui.demo.serving import Request, Response, Server
from b24learn_gui.errors import Refused, SettingsInvalid, StoppedOnRequest, SyncError, Unreachable
from tests.proxies import tunnelling

QUICK = http.Timeouts(connect=1, read=0.6, whole=5)
SECRET = "c4n4ry-s3cr3t"


@contextmanager
def serving(application: Callable[[Request], Response], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    server = Server(application, tls=tls)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def ask(url: str, *, session_options: dict[str, object] | None = None, **options: object) -> http.Answer:
    session = http.open_session(**(session_options or {}))  # type: ignore[arg-type]
    with session:
        options.setdefault("timeouts", QUICK)
        return http.exchange(session, "POST", f"{url}/rest/1/{SECRET}/x", side="bitrix24", **options)  # type: ignore[arg-type]


def failure(url: str, **options: object) -> SyncError:
    with pytest.raises(SyncError) as caught:
        ask(url, **options)  # type: ignore[arg-type]
    error = caught.value
    assert error.__suppress_context__ or error.__context__ is None
    assert SECRET not in f"{error!r} {error} {error.detail}"
    return error


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(organization_name="Throw-away authority")


def certified(authority: trustme.CA, *names: str, expired: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    until = datetime.now(UTC) - timedelta(days=1) if expired else None
    authority.issue_cert(*names, not_after=until).configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def test_importing_it_does_not_import_requests() -> None:
    code = "import sys, b24learn_gui.http; sys.exit('requests' in sys.modules or 'truststore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_extra_authority_is_trusted_and_without_it_the_missing_issuer_is_named(
    authority: trustme.CA, ca_file: Path
) -> None:
    with serving(
        lambda request: Response.of_json({"secure": request.secure}), certified(authority, "127.0.0.1")
    ) as url:
        assert http.read_json(ask(url, session_options={"ca_file": ca_file}), host="x", side="learn") == {
            "secure": True
        }
        error = failure(url)
    assert error.code == "tls_untrusted"
    assert error.detail["issuer"] == "Throw-away authority"
    assert error.code in http.NOT_WORTH_REPEATING


def test_only_the_systems_list_and_the_extra_file_are_ever_loaded(
    authority: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca_file))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(ca_file))
    loads: list[str] = []
    original = ssl.SSLContext.load_verify_locations

    def counted(self: ssl.SSLContext, cafile: object = None, capath: object = None, cadata: object = None) -> None:
        loads.append(str(cafile))
        original(self, cafile, capath, cadata)  # type: ignore[arg-type]

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    with serving(lambda request: Response(), certified(authority, "127.0.0.1")) as url:
        assert failure(url).code == "tls_untrusted"  # the environment's bundles are ignored
        assert [path for path in loads if path == str(ca_file) or "certifi" in path] == []
        ask(url, session_options={"ca_file": ca_file})
    assert loads.count(str(ca_file)) == 1
    assert not any("certifi" in path for path in loads)


def test_an_expired_certificate_and_one_for_another_host_are_told_apart(authority: trustme.CA, ca_file: Path) -> None:
    trusting: dict[str, object] = {"ca_file": ca_file}
    with serving(lambda request: Response(), certified(authority, "127.0.0.1", expired=True)) as url:
        assert failure(url, session_options=trusting).code == "tls_expired"
    with serving(lambda request: Response(), certified(authority, "elsewhere.example")) as url:
        assert failure(url, session_options=trusting).code == "tls_hostname"


def test_a_ca_file_that_is_none_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for path in (tmp_path / "ca.pem", tmp_path / "absent.pem"):
        with pytest.raises(SettingsInvalid) as caught:
            http.open_session(ca_file=path)
        assert caught.value.faults[0].code == "ca_file_unusable"


def test_https_to_a_server_without_tls() -> None:
    with serving(lambda request: Response()) as url:
        assert failure(url.replace("http:", "https:")).code == "tls"


def test_nobody_listening_and_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        error = failure(f"http://127.0.0.1:{held.getsockname()[1]}")
    assert (error.code, error.detail["host"], error.exit_code) == ("connect", "127.0.0.1", 60)

    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure("http://portal.invalid")
    assert (error.code, error.detail["host"]) == ("dns", "portal.invalid")
    assert error.code in http.NEVER_SENT


def test_a_server_that_does_not_answer() -> None:
    with serving(lambda request: Response(delay=30)) as url:
        error = failure(url)
    assert (error.code, error.detail["seconds"]) == ("timeout_read", 1)


def test_an_answer_that_trickles_ends_too(authority: trustme.CA) -> None:
    del authority
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def trickle() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(65536)
                peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                try:
                    while True:
                        peer.sendall(b"1\r\n \r\n")
                        time.sleep(0.02)
                except OSError:
                    return

        thread = threading.Thread(target=trickle)
        thread.start()
        slow = http.Timeouts(connect=1, read=1, whole=0.3)
        assert failure(f"http://127.0.0.1:{listener.getsockname()[1]}", timeouts=slow).code == "timeout_read"
        thread.join()


def test_a_dropped_connection_and_half_a_body() -> None:
    with serving(lambda request: Response(drop=True)) as url:
        assert failure(url).code == "dropped"
    with serving(lambda request: Response(body=b"0123456789", truncate_at=4)) as url:
        assert failure(url).code == "truncated"


def test_an_answer_above_the_cap_is_not_read_to_its_end() -> None:
    with serving(lambda request: Response(body=b"x" * 200_000)) as url:
        assert failure(url, size_cap=100_000).code == "too_large"


def test_redirects_are_not_followed_and_cookies_not_kept() -> None:
    cookies: list[str] = []

    def application(request: Request) -> Response:
        cookies.append(request.header("cookie"))
        return Response(302, headers=(("Location", "http://[broken"), ("Set-Cookie", "session=1; Path=/")))

    with serving(application) as url, http.open_session() as session:
        for _ in range(2):
            answer = http.exchange(session, "POST", url, side="bitrix24", timeouts=QUICK)
            assert (answer.status, answer.headers["location"]) == (302, "http://[broken")
    assert cookies == ["", ""]


def test_netrc_is_not_read_and_the_user_agent_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password wrong\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen: list[Request] = []

    def application(request: Request) -> Response:
        seen.append(request)
        return Response()

    with serving(application) as url:
        ask(url)
    assert seen[0].header("authorization") == ""
    assert seen[0].header("user-agent") == http.USER_AGENT


def test_sign_in_headers_travel_as_utf_8() -> None:
    seen: list[str] = []

    def application(request: Request) -> Response:
        seen.append(request.header("x-password").encode("latin-1").decode("utf-8"))
        return Response()

    with serving(application) as url:
        ask(url, headers={"X-Password": http.sendable("learn.password", "пароль €")})
    assert seen == ["пароль €"]


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX: y", "a\0", " a", "a ", "\x7f", "\ud800"])
def test_what_no_header_can_carry_is_named_at_entry(value: str) -> None:
    with pytest.raises(Refused) as caught:
        http.sendable("learn.password", value)
    assert (caught.value.code, caught.value.detail["secret"]) == ("secret_not_sendable", "learn.password")


class TestProxies:
    @pytest.fixture
    def proxied(self) -> Iterator[tuple[str, list[Request]]]:
        seen: list[Request] = []

        def application(request: Request) -> Response:
            seen.append(request)
            if request.header("proxy-authorization") == "":
                return Response(407)
            return Response(body=b"by proxy")

        with serving(application) as url:
            yield url, seen

    def test_the_systems_proxy_is_used_but_never_for_loopback_or_no_proxy(
        self, proxied: tuple[str, list[Request]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        proxy, seen = proxied
        monkeypatch.setenv("http_proxy", proxy.replace("http://", "http://user:p%C3%A4ss@"))
        monkeypatch.setenv("no_proxy", "inside.example")
        assert ask("http://outside.example").body == b"by proxy"
        assert seen[0].header("proxy-authorization") == http.basic_sign_in("", "user:päss").decode()
        with serving(lambda request: Response(body=b"direct")) as url:
            assert ask(url).body == b"direct"
        assert failure("http://inside.example").code in {"dns", "connect", "timeout_connect"}
        assert len(seen) == 1

    def test_a_named_proxy_gets_its_login_and_a_refused_login_is_named(
        self, proxied: tuple[str, list[Request]]
    ) -> None:
        proxy, seen = proxied
        options: dict[str, object] = {"proxy": proxy.removeprefix("http://"), "proxy_login": "user:пароль"}
        assert ask("http://outside.example", session_options=options).body == b"by proxy"
        assert seen[0].header("proxy-authorization") == http.basic_sign_in("", "user:пароль").decode()
        del options["proxy_login"]
        assert failure("http://outside.example", session_options=options).code == "proxy_sign_in"
        assert failure("https://outside.example", session_options=options).code == "proxy_sign_in"

    def test_https_through_a_proxy_trusts_the_same_authorities(self, authority: trustme.CA, ca_file: Path) -> None:
        context = certified(authority, "portal.example")
        with serving(lambda request: Response(body=b"tunnelled"), context) as url, tunnelling(url) as proxy:
            options: dict[str, object] = {"proxy": proxy, "ca_file": ca_file}
            assert ask("https://portal.example", session_options=options).body == b"tunnelled"
            del options["ca_file"]
            error = failure("https://portal.example", session_options=options)
            assert error.code == "tls_untrusted"
            assert error.detail["issuer"] == "Throw-away authority"

    def test_a_tunnel_is_opened_with_the_proxys_sign_in(self, authority: trustme.CA, ca_file: Path) -> None:
        context = certified(authority, "portal.example")
        with (
            serving(lambda request: Response(body=b"tunnelled"), context) as url,
            tunnelling(url, "user:пароль") as proxy,
        ):
            options: dict[str, object] = {"proxy": proxy, "ca_file": ca_file, "proxy_login": "user:пароль"}
            assert ask("https://portal.example", session_options=options).body == b"tunnelled"
            untrusting = {name: value for name, value in options.items() if name != "ca_file"}
            error = failure("https://portal.example", session_options=untrusting)
            assert (error.code, error.detail["issuer"]) == ("tls_untrusted", "Throw-away authority")
            options["proxy_login"] = "user:wrong"
            assert failure("https://portal.example", session_options=options).code == "proxy_sign_in"

    def test_a_proxy_that_is_not_there(self) -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            options: dict[str, object] = {"proxy": f"127.0.0.1:{held.getsockname()[1]}"}
            assert failure("http://outside.example", session_options=options).code == "proxy"

    def test_a_kind_of_proxy_that_is_not_supported(self) -> None:
        assert failure("http://outside.example", session_options={"proxy": "socks5://127.0.0.1:1"}).code == "proxy"


def test_stop_ends_an_exchange_that_hangs() -> None:
    stop = threading.Event()
    arrived = threading.Event()

    def application(request: Request) -> Response:
        arrived.set()
        return Response(delay=30)

    with serving(application) as url:
        threading.Thread(target=lambda: stop.set() if arrived.wait(5) else None).start()
        started = time.monotonic()
        with pytest.raises(StoppedOnRequest):
            ask(url, stop=stop, timeouts=http.Timeouts(read=20))
        assert time.monotonic() - started < 3
        with pytest.raises(StoppedOnRequest):
            ask(url, stop=stop)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"  ", "empty"),
        (b"<html>502</html>", "html"),
        (b"\xef\xbb\xbf <!doctype html>", "html"),
        (b'{"result": [1, 2', "truncated"),
        (b"hello", "not_json"),
        (b'{"a": "\xff"}', "not_json"),
        (b'{"a": 1} trailing', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[1]", "wrong_shape"),
        (b"null", "wrong_shape"),
    ],
)
def test_a_body_that_is_no_object_is_named(body: bytes, code: str) -> None:
    with pytest.raises(Unreachable) as caught:
        http.read_object(http.Answer(200, {}, body), host="h.example", side="learn")
    assert (caught.value.code, caught.value.detail["status"]) == (code, 200)


def test_retry_after_is_a_number_or_nothing() -> None:
    def told(value: str) -> float | None:
        return http.retry_after(http.Answer(429, {"retry-after": value}, b""))

    assert [told("7"), told("-1"), told("nan"), told("Wed, 21 Oct 2026 07:28:00 GMT"), told("1e9")] == [
        7.0,
        None,
        None,
        None,
        None,
    ]


class TestPatience:
    def test_waits_are_told_scaled_and_charged_in_full(self) -> None:
        slept: list[float] = []
        told: list[tuple[float, str]] = []
        patience = http.Patience(
            100,
            side="learn",
            scale=0.1,
            on_wait=lambda s, r: told.append((s, r)),
            sleep=slept.append,
            jitter=lambda: 0.0,
        )
        patience.wait(30, "overloaded")
        for attempt in range(4):
            patience.back_off(attempt, "connect")
        patience.pace(5)
        assert slept == [3.0, 0.1, 0.2, 0.4, 0.8, 0.5]
        assert told[0] == (30, "overloaded")
        assert patience.spent == 45

    def test_it_ends_before_a_wait_that_does_not_fit(self) -> None:
        slept: list[float] = []
        patience = http.Patience(60, side="bitrix24", portal="main", sleep=slept.append)
        patience.wait(50, "overloaded")
        with pytest.raises(Unreachable) as caught:
            patience.wait(11, "overloaded")
        assert slept == [50]
        assert (caught.value.code, caught.value.portal) == ("patience_exhausted", "main")
        assert caught.value.detail == {"cause": "overloaded", "patience": 60, "waited": 50, "needed": 11}

    def test_stop_ends_a_wait_at_once(self) -> None:
        stop = threading.Event()
        patience = http.Patience(900, side="learn", stop=stop)
        threading.Timer(0.1, stop.set).start()
        started = time.monotonic()
        with pytest.raises(StoppedOnRequest):
            patience.wait(600, "overloaded")
        assert time.monotonic() - started < 3
        with pytest.raises(StoppedOnRequest):
            patience.check()


def test_the_libraries_own_log_lines_hold_no_address(caplog: pytest.LogCaptureFixture) -> None:
    """T24: urllib3 logs the path, and with it the webhook's secret, at the most talkative level."""
    caplog.set_level(logging.DEBUG)
    with serving(lambda request: Response()) as url:
        ask(url)
    assert SECRET not in caplog.text
