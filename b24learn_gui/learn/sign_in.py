"""The two ways to sign in (contract 1.2, 1.3), and when to stop trying.

Every request carries credentials of a generation. The first 401 starts a new generation (another token, or the same
password once more), the second in a row ends everything: nobody's account is locked by a storm of attempts.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import quote, quote_plus, urlencode

from b24learn_gui.errors import Refused, Unreachable
from b24learn_gui.http import Answer, sendable
from b24learn_gui.learn import wire

STRIKES = 2
"""So many refusals in a row end the run."""

TOKEN_MARGIN = 1 / 6
"""The part of a token's life that is not used: of 30 minutes, the last five (contract 14.3)."""

_MASK = "•••"

AskToken = Callable[[bytes], Answer]
"""Posts a form to the token address and gives the answer, whatever its status below 500."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The headers of one request, and the generation they belong to."""

    generation: int
    headers: Mapping[str, bytes] = field(repr=False)


class Secrets(Protocol):
    """Where the headers of a generation come from."""

    @property
    def kind(self) -> Literal["password", "api_key"]: ...
    @property
    def login(self) -> str:
        """Whose password it is; empty for a key, which belongs to nobody by name."""

    @property
    def hidden(self) -> tuple[str, ...]:
        """What must not be repeated in a message."""

    def headers(self, ask: AskToken) -> Mapping[str, bytes]: ...
    def forget(self) -> None: ...


class Password:
    """E-mail and password headers. Raises `Refused("secret_not_sendable")` at once for what no header can carry."""

    kind: Literal["password", "api_key"] = "password"

    def __init__(self, *, account_url: str, login: str, password: str) -> None:
        self._headers = {
            "X-Auth-Account-Url": sendable("learn.url", account_url),
            "X-Auth-Email": sendable("learn.login", login.strip()),
            "X-Auth-Password": sendable("learn.password", password),
        }
        self.login = login.strip()
        self.hidden: tuple[str, ...] = (password,)

    def headers(self, ask: AskToken) -> Mapping[str, bytes]:
        del ask
        return self._headers

    def forget(self) -> None:
        """The same password once more: a 401 can be a passing fault of the server."""


class ApiKey:
    """Client id and secret, exchanged for a token that is renewed before it ends. `clock` counts seconds."""

    kind: Literal["password", "api_key"] = "api_key"
    login = ""

    def __init__(self, *, client_id: str, client_secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client_id = client_id.strip()
        self._client_secret = client_secret.strip()
        self._clock = clock
        self._token = ""
        self._good_until = 0.0

    @property
    def hidden(self) -> tuple[str, ...]:
        return (self._client_secret, self._token)

    def headers(self, ask: AskToken) -> Mapping[str, bytes]:
        if not self._token or self._clock() >= self._good_until:
            self._renew(ask)
        return {"Authorization": b"Bearer " + sendable("learn.client_secret", self._token)}

    def forget(self) -> None:
        self._token = ""

    def _renew(self, ask: AskToken) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        asked = self._clock()
        answer = ask(urlencode(form).encode("ascii"))
        if answer.status in (400, 401, 402, 403):
            raise refusal(self, answer.status, wire.error_message(answer))
        body = wire.decode(answer, host="")
        if isinstance(body, dict) and isinstance(body.get("response"), dict):
            body = body["response"]
        if not isinstance(body, dict):
            raise Unreachable("answer_unusable", side="learn", what="token")
        if "error" in body:
            raise refusal(self, answer.status, wire.error_message(answer))
        token = body.get("access_token")
        try:
            life = float(body.get("expires_in", 0))
        except (TypeError, ValueError):
            life = 0.0
        if answer.status != 200 or not isinstance(token, str) or not token:
            raise Unreachable("answer_unusable", side="learn", what="token")
        self._token = token
        self._good_until = asked + life * (1 - TOKEN_MARGIN) if life > 0 else float("inf")


class SignIn:
    """Hands out credentials to many threads and counts refusals."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._lock = threading.RLock()
        self._proving = threading.Lock()
        self._generation = 0
        self._strikes = 0
        self._ended: str | None = None

    @property
    def kind(self) -> str:
        """`password` or `api_key`."""
        return self._secrets.kind

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While the sign-in is in doubt, one request at a time finds out; otherwise everybody goes at once."""
        if self._strikes == 0:
            yield
            return
        with self._proving:
            yield

    def credentials(self, ask: AskToken) -> Credentials:
        """Headers for one request. Raises `Refused("sign_in_refused")`, also when refused before."""
        with self._lock:
            if self._ended is not None:
                raise refusal(self._secrets, 401, self._ended)
            return Credentials(self._generation, self._secrets.headers(ask))

    def refused(self, used: Credentials, message: str) -> None:
        """A 401 came back. Returns if a repetition makes sense, else raises `Refused("sign_in_refused")`."""
        with self._lock:
            if self._ended is not None:
                raise refusal(self._secrets, 401, self._ended)
            if used.generation != self._generation:
                return  # somebody else has renewed it meanwhile
            self._strikes += 1
            self._generation += 1
            self._secrets.forget()
            if self._strikes >= STRIKES:
                self._ended = message
                raise refusal(self._secrets, 401, message)

    def accepted(self) -> None:
        """An answer other than 401 came back."""
        if self._strikes:
            with self._lock:
                self._strikes = 0

    def refusal(self, status: int, message: str) -> Refused:
        """The error of a refusal that does not count as a strike."""
        return refusal(self._secrets, status, message)

    def scrubbed(self, text: str) -> str:
        """The text without any secret of ours, should a server repeat one."""
        return scrub(self._secrets, text)


def scrub(secrets: Secrets, text: str) -> str:
    """Replace every secret that occurs in the text, as it is or as in an address."""
    for secret in secrets.hidden:
        if len(secret) >= 3:  # a shorter one would blot out ordinary words, and is none worth the name
            for form in (secret, quote(secret, safe=""), quote(secret), quote_plus(secret)):
                text = text.replace(form, _MASK)
    return text


def refusal(secrets: Secrets, status: int, message: str) -> Refused:
    """The error of a refused sign-in."""
    return Refused(
        "sign_in_refused",
        side="learn",
        sign_in=secrets.kind,
        login=secrets.login,
        status=status,
        message=scrub(secrets, message),
    )
