"""The names of what can fail on the way, learnt from the libraries' exceptions without their texts."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

NEVER_SENT = frozenset({"dns", "connect", "proxy", "proxy_sign_in", "tls", "tls_untrusted", "tls_expired"}) | frozenset(
    {"tls_hostname", "timeout_connect"},
)
"""Codes of errors after which the server has certainly not seen the request."""

NOT_WORTH_REPEATING = frozenset({"tls_untrusted", "tls_expired", "tls_hostname", "proxy_sign_in", "patience_exhausted"})
"""Codes of `Unreachable` that a second attempt cannot cure."""

# OpenSSL's X509_V_ERR_*, then what Windows (CERT_E_*) and macOS (errSec*) report through truststore.
_EXPIRED = frozenset({9, 10, 0x800B0101, -2146762495, -67818, -67819})
_WRONG_HOST = frozenset({62, 63, 64, 0x800B010F, -2146762481, -67602})


_GLANCE = 5
"""Seconds a look at a certificate may take: it only makes an error more telling."""


class TooLargeError(Exception):
    """An answer grew beyond its cap; never leaves this room."""


def host_of(url: str) -> str:
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


class Routed(Protocol):
    """A session of ours: it knows the way to an address (`session.open_session`)."""

    def route(self, url: str) -> tuple[str, Mapping[str, str]]: ...


def detail_of(code: str, url: str, session: Routed, *, seconds: float, connect_timeout: float) -> dict[str, object]:
    """The parameters of an error: `host`, `seconds`, and for `tls_untrusted` the `issuer` nobody knows."""
    detail: dict[str, object] = {"host": host_of(url), "seconds": round(seconds)}
    if code == "timeout_connect":
        detail["seconds"] = round(connect_timeout)
    if code == "tls_untrusted":
        detail["issuer"] = _missing_issuer(url, session)
    return detail


def code_of(error: Exception) -> str:
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
        ("too_large", (TooLargeError,)),
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


@contextmanager
def _connected(host: str, port: int, proxy: str, headers: Mapping[str, str]) -> Iterator[socket.socket]:
    """An open connection to a server, through the proxy where there is one. ValueError for a proxy behind TLS."""
    way = urlsplit(proxy)
    if way.scheme not in ("", "http"):
        raise ValueError(way.scheme)
    if not proxy:
        with socket.create_connection((host, port), timeout=_GLANCE) as direct:
            yield direct
        return
    tunnel = http.client.HTTPConnection(way.hostname or "", way.port or 80, timeout=_GLANCE)
    tunnel.set_tunnel(host, port, headers=dict(headers))
    try:
        tunnel.connect()
        yield tunnel.sock
    finally:
        tunnel.close()


def _missing_issuer(url: str, session: Routed) -> str | None:
    """Who signed the last certificate that is shown on this way, learnt by a handshake over which nothing is sent.

    A proxy that breaks protected connections open shows one of its own: its authority is the one to be named. None
    for a proxy that is itself reached over TLS, and for a Python without the call.
    """
    parts = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            _connected(parts.hostname or "", parts.port or 443, *session.route(url)) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as shown,
        ):
            chain: Any = shown._sslobj.get_unverified_chain()  # type: ignore[attr-defined] # noqa: SLF001 - public only in 3.13
            names = {key: value for group in chain[-1].get_info()["issuer"] for key, value in group}
    except (OSError, http.client.HTTPException, AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None
    found = names.get("commonName") or names.get("organizationName")
    return str(found) if found else None
