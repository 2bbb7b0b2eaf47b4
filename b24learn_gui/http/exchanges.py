"""One request and its whole answer; every failure under its name."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import msgspec

from b24learn_gui.errors import Side, StoppedOnRequest, SyncError, Unreachable
from b24learn_gui.http.failures import Routed, TooLargeError, code_of, detail_of, host_of

if TYPE_CHECKING:
    import requests

SIZE_CAP = 64 * 1024 * 1024
"""Bytes of one answer after decompression; 2,500 people with every field are about 5 MB."""

_CHUNK = 64 * 1024
_STOP_POLL_SECONDS = 0.05


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
            code = code_of(error)
            seconds = time.monotonic() - started
            detail = detail_of(code, url, cast("Routed", session), seconds=seconds, connect_timeout=limits.connect)
            raise Unreachable(code, side=side, portal=portal, **detail) from None

    answer = work() if stop is None else _abandonable(work, stop)
    if answer.status == 407:
        raise Unreachable("proxy_sign_in", side=side, portal=portal, host=host_of(url))
    return answer


def _chunks(response: "requests.Response", deadline: float, size_cap: int) -> Iterator[bytes]:
    total = 0
    for piece in response.raw.stream(_CHUNK, decode_content=True):
        total += len(piece)
        if total > size_cap:
            raise TooLargeError
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
