"""Requests to Learn: where the API is, how many at a time, what is repeated, and what an answer's status means.

What may be repeated depends on the request. Reads and writes that set a state are; a create is not, because its
answer may be lost after it was done (incident T7): it ends in `AnswerLostError`, and the writer looks before repeating.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from b24learn_gui.errors import Refused, Rejected, SyncError, Unreachable
from b24learn_gui.http import NEVER_SENT, NOT_WORTH_REPEATING, Answer, Patience, Timeouts, exchange, retry_after
from b24learn_gui.learn import wire
from b24learn_gui.learn.address import token_url
from b24learn_gui.learn.gate import Gate, Rest
from b24learn_gui.learn.rejections import rejected
from b24learn_gui.learn.sign_in import SignIn

if TYPE_CHECKING:
    import requests

TRIES = 5
"""Attempts of one request that may be repeated."""

TIMEOUTS = Timeouts(connect=10.0, read=60.0)
"""Seconds (contract 8)."""

FIRST_CALLS = ("/user/profile/fields", "/department")
"""Calls to find the API with: one that every run needs, and the oldest there is."""

_ELSEWHERE = frozenset({"dns", "connect", "tls", "tls_hostname", "timeout_connect", "api_not_found", "sign_in_refused"})
"""Errors after which another host is tried while the API is not found yet."""

_NO_API_BODY = frozenset({"html", "empty", "not_json"})

T = TypeVar("T")
Method = Literal["GET", "POST", "DELETE"]
Query = Sequence[tuple[str, str]]


class AnswerLostError(Exception):
    """A create was sent and its answer never came, or said nothing: it may have been done. Never leaves this room."""

    def __init__(self, cause: SyncError) -> None:
        super().__init__(cause.code)
        self.cause = cause


class _TryAgainError(Exception):
    """This attempt failed and another may not. `undone`: the server has certainly not carried the request out."""

    def __init__(self, cause: SyncError, *, wait: float | None = None, undone: bool = False) -> None:
        super().__init__(cause.code)
        self.cause = cause
        self.wait = wait
        self.undone = undone


@dataclass(frozen=True, slots=True)
class _Call:
    """One request: how it is counted (`writes`), and whether it may be sent again after a lost answer (`repeats`)."""

    method: Method
    path: str
    query: Query = ()
    body: Mapping[str, object] | None = field(default=None, repr=False)
    writes: bool = False
    repeats: bool = True
    heeds_stop: bool = False


class Transport:
    """One account's API. Safe to call from several threads.

    `bases`: where the API may be, most likely first; `base` is the one found, to be remembered by the caller.
    `reads` and `writes` count what the server sees, repeats included, tokens as reads.
    """

    def __init__(
        self,
        session: "requests.Session",
        sign_in: SignIn,
        *,
        bases: Sequence[str],
        patience: Patience,
        parallel: int = 4,
        timeouts: Timeouts = TIMEOUTS,
    ) -> None:
        self.sign_in = sign_in
        self.patience = patience
        self.gate = Gate(parallel)
        self.base: str | None = None
        self.reads = 0
        self.writes = 0
        self._session = session
        self._bases = tuple(bases)
        self._timeouts = timeouts
        self._rest = Rest(patience)
        self._finding = threading.RLock()
        self._lock = threading.Lock()
        self._wrote_since_forbidden = False

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(
        self,
        method: Method,
        path: str,
        *,
        query: Query = (),
        body: Mapping[str, object] | None = None,
        heeds_stop: bool = True,
    ) -> object:
        """The decoded answer of a call that changes nothing.

        Raises `Rejected` (400, 404 and their like), `Refused("sign_in_refused" | "forbidden")`, `Unreachable`.
        """
        return self._perform(_Call(method, path, query, body, heeds_stop=heeds_stop))

    def write(self, path: str, body: Mapping[str, object] | None = None, *, method: Method = "POST") -> None:
        """A write that sets a state, so that doing it twice is doing it once. Errors as `read`."""
        self._perform(_Call(method, path, body=body, writes=True))

    def create(self, path: str, body: Mapping[str, object]) -> object:
        """A write that must not be done twice: its decoded answer. Raises `AnswerLostError` besides `read`'s errors."""
        return self._perform(_Call("POST", path, body=body, writes=True, repeats=False))

    # --- where the API is

    def _perform(self, call: _Call) -> object:
        base = self.base
        if base is None:
            with self._finding:
                base = self.base
                if base is None and not call.writes and call.path in FIRST_CALLS:
                    return self._find(call)
                if base is None:
                    base = self._found_by_reading()
        return self._at(base, call, elsewhere=False)

    def _found_by_reading(self) -> str:
        """No other call is what the addresses are tried with.

        One that this server does not know would look like a wrong address, and a write done at one address and
        answered badly would be repeated at another.
        """
        causes: list[SyncError] = []
        for path in FIRST_CALLS:
            try:
                self._find(_Call("GET", path))
            except (Rejected, Unreachable) as error:
                if error.code != "api_not_found" and isinstance(error, Unreachable):
                    raise
                causes.append(error)
            if self.base is not None:
                return self.base
        raise causes[-1]

    def _find(self, call: _Call) -> object:
        """Try the addresses in turn; whichever answers like the API is the one."""
        causes: list[SyncError] = []
        for number, base in enumerate(self._bases):
            rest = self._bases[number + 1 :]
            elsewhere = any(urlsplit(other).netloc != urlsplit(base).netloc for other in rest)
            try:
                found = self._at(base, call, elsewhere=elsewhere)
            except (Unreachable, Refused) as error:
                if not (elsewhere and error.code in _ELSEWHERE) and error.code != "api_not_found":
                    raise
                causes.append(error)
            else:
                self.base = base
                return found
        for code in ("sign_in_refused", "api_not_found"):
            for cause in causes:
                if cause.code == code:
                    raise cause
        raise causes[-1]

    # --- repeating

    def _at(self, base: str, call: _Call, *, elsewhere: bool) -> object:
        def attempt() -> object:
            return self._meaning(base, call, self._signed_in(base, call, elsewhere=elsewhere))

        return self._persist(attempt, repeats=call.repeats, elsewhere=elsewhere)

    def _persist(self, attempt: Callable[[], T], *, repeats: bool = True, elsewhere: bool = False) -> T:
        """Attempt until it works, patience permitting. `elsewhere`: rather another host than this one again."""
        for number in range(TRIES):
            seen = self._rest.over()
            try:
                return attempt()
            except _TryAgainError as again:
                if not repeats and not again.undone:
                    raise AnswerLostError(again.cause) from None
                if elsewhere and again.cause.code in _ELSEWHERE:
                    raise again.cause from None
                last, wait = again.cause, again.wait
            if number + 1 < TRIES:
                self._rest.wait(wait, number, last.code, seen=seen)
            else:
                detail = {**last.detail, "attempts": TRIES}
                raise Unreachable(last.code, side="learn", portal=None, **detail)
        raise AssertionError("the last attempt returns or raises")

    # --- one attempt

    def _signed_in(self, base: str, call: _Call, *, elsewhere: bool) -> Answer:
        """The answer to the request with valid credentials; a 401 renews them once (contract 14.3)."""

        def ask_token(form: bytes) -> Answer:
            return self._persist(lambda: self._token(base, form), elsewhere=elsewhere)

        while True:
            with self.sign_in.turn():
                credentials = self.sign_in.credentials(ask_token)
                answer = self._send(base + call.path, call, credentials.headers)
                if answer.status != 401:
                    if answer.status < 500 and answer.status != 429:
                        self.sign_in.accepted()
                    return answer
                message = wire.error_message(answer)
                self.sign_in.refused(credentials, message)
            if elsewhere and self.sign_in.kind == "password":  # the API host may know keys only (contract 1.3)
                raise self.sign_in.refusal(401, message)

    def _token(self, base: str, form: bytes) -> Answer:
        answer = self._exchange(
            "POST",
            token_url(base),
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            form,
            heeds_stop=True,
        )
        self._count(writes=False)
        self._again_later(base, answer)
        if answer.status in (404, 405) or 300 <= answer.status < 400:
            raise self._no_api(base, answer)
        if answer.status == 200:
            self._decoded(base, answer, finding=True)
        return answer

    def _send(self, url: str, call: _Call, credentials: Mapping[str, bytes]) -> Answer:
        headers: dict[str, str | bytes] = {"Accept": "application/json", **credentials}
        body = None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            body = msgspec.json.encode(call.body)
        if not call.repeats:
            headers["X-Return-Object"] = "true"
        if call.query:
            url = f"{url}?{urlencode(call.query)}"
        with self.gate.place():
            answer = self._exchange(call.method, url, headers, body, heeds_stop=call.heeds_stop, writes=call.writes)
        self._count(writes=call.writes)
        return answer

    def _exchange(
        self,
        method: Method,
        url: str,
        headers: Mapping[str, str | bytes],
        body: bytes | None,
        *,
        heeds_stop: bool,
        writes: bool = False,
    ) -> Answer:
        try:
            return exchange(
                self._session,
                method,
                url,
                side="learn",
                headers=headers,
                body=body,
                timeouts=self._timeouts,
                stop=self.patience.stop if heeds_stop else None,
            )
        except Unreachable as error:
            unsent = error.code in NEVER_SENT
            if not unsent:
                self._count(writes=writes)
            if error.code in NOT_WORTH_REPEATING:
                raise
            raise _TryAgainError(error, undone=unsent) from None

    def _count(self, *, writes: bool) -> None:
        with self._lock:
            if writes:
                self.writes += 1
            else:
                self.reads += 1

    # --- what an answer means

    def _meaning(self, base: str, call: _Call, answer: Answer) -> object:
        """The decoded body of a good answer (None for a write's), or the error the status stands for."""
        self._again_later(base, answer)
        finding = self.base is None
        if 200 <= answer.status < 300:
            self.gate.good()
            if call.writes:
                self._wrote_since_forbidden = True
            if call.writes and call.repeats:
                self._acknowledged(base, answer)
                return None
            return self._decoded(base, answer, finding=finding)
        if 300 <= answer.status < 400 or (finding and answer.status in (404, 405)):
            raise self._no_api(base, answer)
        message = self.sign_in.scrubbed(wire.error_message(answer))
        if answer.status in (402, 403):
            self._forbidden(call, answer.status, message)
        raise rejected(answer.status, message)

    def _again_later(self, base: str, answer: Answer) -> None:
        if answer.status == 429:
            self.gate.narrow()
        elif (answer.status < 500 or answer.status == 501) and answer.status not in (408, 425):
            return
        message = self.sign_in.scrubbed(wire.error_message(answer))
        cause = Unreachable("server_error", side="learn", host=_host(base), status=answer.status, message=message)
        raise _TryAgainError(cause, wait=retry_after(answer), undone=answer.status == 429)

    def _acknowledged(self, base: str, answer: Answer) -> None:
        """A write's answer may be empty or say anything (contract 14.11), but a page for people is a proxy's."""
        if answer.body.strip():
            try:
                wire.decode(answer, host=_host(base))
            except Unreachable as error:
                if error.code == "html":
                    raise _TryAgainError(error) from None

    def _decoded(self, base: str, answer: Answer, *, finding: bool) -> object:
        try:
            return wire.decode(answer, host=_host(base))
        except Unreachable as error:
            if finding and error.code in _NO_API_BODY:
                raise self._no_api(base, answer) from None
            raise _TryAgainError(error) from None

    def _no_api(self, base: str, answer: Answer) -> Unreachable:
        return Unreachable("api_not_found", side="learn", host=_host(base), status=answer.status)

    def _forbidden(self, call: _Call, status: int, message: str) -> None:
        """403 to a read, to the first write, or twice without a write done in between is about us, not one object."""
        if call.writes and self._wrote_since_forbidden:
            self._wrote_since_forbidden = False
            return
        raise Refused("forbidden", side="learn", status=status, message=message)


def _host(base: str) -> str:
    return urlsplit(base).hostname or ""
