"""One way to speak HTTP: sessions, the conversion of every library error, safe JSON, and waiting with patience.

`requests` is imported inside the functions that need it: the commands that never touch the network start faster.
Errors raised here carry codes and plain values only. The exceptions of the HTTP libraries hold the address, which
may be a secret, so each is replaced, never chained.
"""

import base64
import http.client
import http.cookiejar
import logging
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from b24learn_gui.errors import Fault as SettingsFault
from b24learn_gui.errors import Refused, SettingsInvalid, Side, StoppedOnRequest, SyncError, Unreachable

if TYPE_CHECKING:
    import requests

USER_AGENT = "b24learn-gui"
SIZE_CAP = 64 * 1024 * 1024
"""Bytes of one answer after decompression; 2,500 people with every field are about 5 MB."""

NEVER_SENT = frozenset({"dns", "connect", "proxy", "proxy_sign_in", "tls", "tls_untrusted", "tls_expired"}) | frozenset(
    {"tls_hostname", "timeout_connect"},
)
"""Codes of errors after which the server has certainly not seen the request."""

NOT_WORTH_REPEATING = frozenset({"tls_untrusted", "tls_expired", "tls_hostname", "proxy_sign_in", "patience_exhausted"})
"""Codes of `Unreachable` that a second attempt cannot cure."""

_CHUNK = 64 * 1024
_STOP_POLL_SECONDS = 0.05

# OpenSSL's X509_V_ERR_*, then what Windows (CERT_E_*) and macOS (errSec*) report through truststore.
_EXPIRED = frozenset({9, 10, 0x800B0101, -2146762495, -67818, -67819})
_WRONG_HOST = frozenset({62, 63, 64, 0x800B010F, -2146762481, -67602})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two pieces of an answer, and for one whole exchange."""

    connect: float = 10.0
    read: float = 75.0
    whole: float = 300.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def is_loopback(host: str) -> bool:
    """True for `localhost` and for addresses of this machine's loopback."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def sendable(secret_name: str, value: str) -> bytes:
    """The bytes of a sign-in header (UTF-8), or `Refused("secret_not_sendable")` if no header can carry the value.

    `secret_name` is what the person calls it (`learn.password`); the value itself never enters the error.
    """
    if value != value.strip():
        raise Refused("secret_not_sendable", secret=secret_name, reason="blank_at_an_end")
    if any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in value):
        raise Refused("secret_not_sendable", secret=secret_name, reason="control_character")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("secret_not_sendable", secret=secret_name, reason="not_text") from None


def basic_sign_in(secret_name: str, login: str) -> bytes:
    """The value of a Basic `Authorization` header for `user:password`."""
    return b"Basic " + base64.b64encode(sendable(secret_name, login))


def open_session(
    *,
    ca_file: Path | None = None,
    proxy: str = "",
    proxy_login: str | None = None,
    pool_size: int = 4,
) -> "requests.Session":
    """A session that trusts the operating system's certificates and those in `ca_file`, and nobody else.

    `proxy`: empty for the system's (`no_proxy` is respected), otherwise `host:port` or an address; loopback is never
    reached through one. `proxy_login` is its `user:password`. No cookies, no `.netrc`, no redirects; bundles named in
    the environment (`REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`) are ignored. Raises `SettingsInvalid("ca_file_unusable")`.
    """
    import requests  # noqa: PLC0415 - start-up counts, see the module's docstring
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - as above
    from requests.utils import get_auth_from_url, get_environ_proxies  # noqa: PLC0415 - as above

    # Its lines hold paths, and with them the webhook's secret; the children inherit the level.
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
    trust = _trust(ca_file)
    explicit = {} if not proxy else dict.fromkeys(("http", "https"), proxy if "://" in proxy else f"http://{proxy}")
    explicit_login = None if proxy_login is None else basic_sign_in("proxy", proxy_login)

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
            super().init_poolmanager(connections, maxsize, block, ssl_context=trust, **options)

        def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
            return super().proxy_manager_for(proxy, ssl_context=trust, proxy_ssl_context=trust, **options)

        def proxy_headers(self, proxy: str) -> Any:
            if explicit:
                return {} if explicit_login is None else {"Proxy-Authorization": explicit_login}
            user, password = get_auth_from_url(proxy)
            return {"Proxy-Authorization": basic_sign_in("proxy", f"{user}:{password}")} if user else {}

        def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
            """The context decides alone: with `ca_certs` set, certifi's list would join the system's."""
            del url, verify, cert
            conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None

    class Session(requests.Session):
        def get_redirect_target(self, resp: object) -> None:
            """No redirect is ever followed or even parsed: the caller decides."""
            del resp

        def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
            address = url.decode() if isinstance(url, bytes) else url
            if is_loopback(urlsplit(address).hostname or ""):
                options["proxies"] = {}
            else:
                options["proxies"] = explicit or get_environ_proxies(address)
            return super().request(method, url, *args, **options)

    session = Session()
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, Adapter(pool_connections=pool_size, pool_maxsize=pool_size))
    return session


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    import truststore  # noqa: PLC0415 - start-up counts

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            raise SettingsInvalid([SettingsFault("ca_file", "ca_file_unusable", {"file": str(ca_file)})]) from None
    return context


def exchange(
    session: "requests.Session",
    method: str,
    url: str,
    *,
    side: Side,
    portal: str | None = None,
    headers: Mapping[str, str | bytes] | None = None,
    body: bytes | None = None,
    timeouts: Timeouts | None = None,
    stop: threading.Event | None = None,
    size_cap: int = SIZE_CAP,
) -> Answer:
    """One request and its whole answer, whatever the status; nothing is repeated and no redirect followed.

    With `stop`, the exchange ends with `StoppedOnRequest` soon after it is set, wherever it stands, and its answer is
    lost: a write is therefore sent without. Raises `Unreachable` with `host` and `seconds`, code `dns`, `connect`,
    `proxy`, `proxy_sign_in`, `tls`, `tls_untrusted` (`issuer`), `tls_expired`, `tls_hostname`, `timeout_connect`,
    `timeout_read`, `dropped`, `truncated`, `too_large`.
    """
    limits = timeouts or Timeouts()
    started = time.monotonic()

    def work() -> Answer:
        try:
            response = session.request(
                method,
                url,
                headers=dict(headers or {}),
                data=body,
                timeout=(limits.connect, limits.read),
                allow_redirects=False,
                stream=True,
            )
            with response:
                content = b"".join(_chunks(response, started + limits.whole, size_cap))
                found = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, found, content)
        except Exception as error:
            if isinstance(error, SyncError):
                raise
            code = _code(error)
            detail = _detail(code, url, seconds=time.monotonic() - started, limits=limits)
            raise Unreachable(code, side=side, portal=portal, **detail) from None

    answer = work() if stop is None else _abandonable(work, stop)
    if answer.status == 407:
        raise Unreachable("proxy_sign_in", side=side, portal=portal, host=_host(url))
    return answer


class _TooLargeError(Exception):
    pass


def _chunks(response: "requests.Response", deadline: float, size_cap: int) -> Iterator[bytes]:
    total = 0
    for piece in response.raw.stream(_CHUNK, decode_content=True):
        total += len(piece)
        if total > size_cap:
            raise _TooLargeError
        if time.monotonic() > deadline:
            raise TimeoutError
        yield piece


def _abandonable(work: Callable[[], Answer], stop: threading.Event) -> Answer:
    """Do the work on a thread that is left behind when stop is set: a blocked socket or look-up cannot be woken."""
    if stop.is_set():
        raise StoppedOnRequest("stopped")
    done = threading.Event()
    outcome: list[Answer | BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread
            outcome.append(error)
        done.set()

    threading.Thread(target=run, name="http-exchange", daemon=True).start()
    while not done.wait(_STOP_POLL_SECONDS):
        if stop.is_set():
            raise StoppedOnRequest("stopped")
    result = outcome[0]
    if isinstance(result, BaseException):
        raise result
    return result


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _family(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything it wraps: `requests` wraps in arguments, `urllib3` in `reason`, Python in causes."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [getattr(found, "reason", None), *found.args, found.__cause__, found.__context__]


def _detail(code: str, url: str, *, seconds: float, limits: Timeouts) -> dict[str, object]:
    detail: dict[str, object] = {"host": _host(url), "seconds": round(seconds)}
    if code == "timeout_connect":
        detail["seconds"] = round(limits.connect)
    if code == "tls_untrusted":
        detail["issuer"] = _missing_issuer(url)
    return detail


def _code(error: Exception) -> str:
    """The name of what happened; the most telling member of the family decides."""
    import requests.exceptions as outer  # noqa: PLC0415 - start-up counts
    import urllib3.exceptions as inner  # noqa: PLC0415 - as above

    family = list(_family(error))

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(member, kinds) for member in family)

    for member in family:
        if isinstance(member, ssl.SSLCertVerificationError):
            number = getattr(member, "verify_code", 0)
            return "tls_expired" if number in _EXPIRED else "tls_hostname" if number in _WRONG_HOST else "tls_untrusted"
    table: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
        ("too_large", (_TooLargeError,)),
        ("proxy", (outer.ProxyError, inner.ProxyError, outer.InvalidProxyURL, outer.InvalidSchema)),
        ("dns", (inner.NameResolutionError,)),
        ("connect", (inner.NewConnectionError,)),  # in urllib3 a kind of ConnectTimeoutError, so it comes first
        ("timeout_connect", (outer.ConnectTimeout, inner.ConnectTimeoutError)),
        ("truncated", (inner.IncompleteRead, http.client.IncompleteRead, inner.DecodeError)),
        ("dropped", (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected, ssl.SSLEOFError)),
        ("timeout_read", (TimeoutError, inner.ReadTimeoutError, outer.ReadTimeout)),
        ("tls", (ssl.SSLError, inner.SSLError, outer.SSLError)),
        ("dropped", (inner.ProtocolError, http.client.HTTPException, outer.ChunkedEncodingError)),
    )
    for code, kinds in table:
        if has(*kinds):
            if code == "proxy" and any("407" in str(member) for member in family):
                return "proxy_sign_in"
            return code
    if isinstance(error, (OSError, outer.RequestException, inner.HTTPError, ValueError)):
        return "connect"
    raise error  # a defect of ours: no library error, so nothing of the address is in it


def _missing_issuer(url: str) -> str | None:
    """Who signed the last certificate the server shows, learnt by a handshake over which nothing is sent.

    Direct only: a server that is reached through a proxy alone yields None, as does a Python without the call.
    """
    import socket  # noqa: PLC0415 - only for this rare question

    parts = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as shown,
        ):
            chain: Any = shown._sslobj.get_unverified_chain()  # type: ignore[attr-defined] # noqa: SLF001 - public only in 3.13
            names = {key: value for group in chain[-1].get_info()["issuer"] for key, value in group}
    except (OSError, AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None
    found = names.get("commonName") or names.get("organizationName")
    return str(found) if found else None


def read_json(answer: Answer, *, host: str, side: Side, portal: str | None = None) -> object:
    """The decoded body, or `Unreachable` with `host`, `status`: `empty`, `html`, `truncated`, `not_json`."""

    def unusable(code: str) -> Unreachable:
        return Unreachable(code, side=side, portal=portal, host=host, status=answer.status)

    text = answer.body.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise unusable("empty")
    if text.startswith(b"<"):
        raise unusable("html")
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:  # msgspec.DecodeError is a ValueError
        raise unusable("truncated" if "truncated" in str(error) else "not_json") from None


def read_object(answer: Answer, *, host: str, side: Side, portal: str | None = None) -> Mapping[str, Any]:
    """As `read_json`, where only an object will do; anything else is `Unreachable("wrong_shape")`."""
    found = read_json(answer, host=host, side=side, portal=portal)
    if not isinstance(found, dict):
        raise Unreachable("wrong_shape", side=side, portal=portal, host=host, status=answer.status)
    return found


def retry_after(answer: Answer) -> float | None:
    """Seconds the server asks for in `Retry-After`, where it gives a number; None otherwise."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


class Patience:
    """Waiting for one server in one run: it can be stopped at any moment, and in sum it ends.

    `seconds` is the whole budget (settings `network.patience_seconds`), shared by retries and refusals and by all
    threads; `scale` multiplies what is really slept, not what is charged. `on_wait(seconds, reason)` is told before
    each wait. `sleep` replaces the sleeping itself (simulated time).
    """

    def __init__(
        self,
        seconds: float,
        *,
        side: Side,
        portal: str | None = None,
        stop: threading.Event | None = None,
        scale: float = 1.0,
        on_wait: Callable[[float, str], None] | None = None,
        sleep: Callable[[float], object] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.stop = stop or threading.Event()
        self._budget = seconds
        self._side: Side = side
        self._portal = portal
        self._scale = scale
        self._on_wait = on_wait
        self._sleep = sleep or self.stop.wait
        self._jitter = jitter
        self._lock = threading.Lock()
        self.spent = 0.0

    def check(self) -> None:
        """Raise `StoppedOnRequest("stopped")` if somebody asked us to stop."""
        if self.stop.is_set():
            raise StoppedOnRequest("stopped")

    def wait(self, seconds: float, reason: str) -> None:
        """Wait, or raise `Unreachable("patience_exhausted")` at once when the budget does not hold that long."""
        self.check()
        with self._lock:
            if self.spent + seconds > self._budget:
                raise Unreachable(
                    "patience_exhausted",
                    side=self._side,
                    portal=self._portal,
                    cause=reason,
                    patience=round(self._budget),
                    waited=round(self.spent),
                    needed=round(seconds),
                )
            self.spent += seconds
        if self._on_wait is not None:
            self._on_wait(seconds, reason)
        self._sleep(seconds * self._scale)
        self.check()

    def charge(self, seconds: float) -> None:
        """Count time lost in a failed attempt as waited."""
        with self._lock:
            self.spent += max(0.0, seconds)

    def back_off(self, attempt: int, reason: str, *, at_least: float = 0.0) -> None:
        """Wait 1, 2, 4, 8 … seconds for attempt 0, 1, 2, 3 …, up to a quarter more: clients must not march in step.

        `at_least`: what the server asked for (`retry_after`).
        """
        self.wait(max(2.0**attempt * (1 + self._jitter() / 4), at_least), reason)

    def pace(self, seconds: float) -> None:
        """Wait for our own throttle: not the server's doing, so it is not charged and nobody is told."""
        self.check()
        if seconds > 0:
            self._sleep(seconds * self._scale)
            self.check()
