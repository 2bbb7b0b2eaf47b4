"""Calling a portal's methods through its webhook: throttle, retries, redirects (contract bitrix24-rest.md 1.4, 2, 6).

Read-only by construction: a method that is not on the list of reading methods is never sent.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from b24learn_gui.bitrix24.address import Webhook
from b24learn_gui.bitrix24.answers import BLOCKED, OVERLOADED, Complaint, Envelope, complaint_of, envelope_of, reset_in
from b24learn_gui.bitrix24.batch import Call, Part, body, parts, query
from b24learn_gui.bitrix24.throttle import Bucket
from b24learn_gui.errors import Refused, SyncError, Unreachable
from b24learn_gui.http import (
    NEVER_SENT,
    NOT_WORTH_REPEATING,
    Answer,
    Patience,
    Timeouts,
    basic_sign_in,
    exchange,
    read_object,
    retry_after,
)
from b24learn_gui.loopback import is_loopback

if TYPE_CHECKING:
    import requests

READING_METHODS = frozenset(
    {
        "app.info",
        "batch",
        "department.fields",
        "department.get",
        "method.get",
        "profile",
        "scope",
        "server.time",
        "user.fields",
        "user.get",
    }
)
RETRIES = 4
_LONGEST_OVERLOAD_STEP = 5  # 2 ** 5 = 32 s between two tries against a full bucket
_UNTOLD_BLOCK_SECONDS = 60.0
_LONGEST_BLOCK_SECONDS = 600.0
_REDIRECTS = frozenset({301, 302, 307, 308})
_FINAL = NOT_WORTH_REPEATING | {"redirect_refused", "too_large"}
_SECOND_LEVEL = re.compile(r"[a-z]{2,3}\.[a-z]{2}")  # co.uk, com.tr, msk.ru: anybody can register below them


class Transport:
    """One portal's REST interface. Not thread-safe, except for the bucket, which a portal's transports share.

    `on_moved(host)` is told when the portal answers under another host of the same parent domain (a renamed cloud
    portal): the address in the settings should follow. `requests` counts what the server saw, repeats included.
    """

    def __init__(
        self,
        session: "requests.Session",
        webhook: Webhook,
        *,
        portal: str,
        patience: Patience,
        bucket: Bucket | None = None,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
        on_moved: Callable[[str], None] | None = None,
    ) -> None:
        self.portal = portal
        self.webhook = webhook
        self.patience = patience
        self.requests = 0
        self.moved_to: str | None = None
        self._session = session
        self._bucket = bucket or Bucket(clock=clock)
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._on_moved = on_moved
        self._origin = webhook.origin
        self._form = False
        self._reset_at: float | None = None

    @property
    def host(self) -> str:
        """The host that is asked, also after a move."""
        return urlsplit(self._origin).hostname or ""

    @property
    def encodes_as_form(self) -> bool:
        return self._form

    def use_form(self) -> None:
        """Send forms from now on: old portals do not read JSON bodies (contract 2, Unknown)."""
        self._form = True

    def call(self, method: str, params: Mapping[str, object] | None = None, *, retries: int = RETRIES) -> Envelope:
        """One method's good answer, after all the waiting and repeating the contract asks for.

        Raises `Refused` (its own code for each refusal, see `answers`), `Unreachable` (codes of `http.exchange` and
        `http.read_object`, `server_error`, `redirect_refused`, `patience_exhausted`; with `attempts`) or
        `StoppedOnRequest`. `retries` bounds repeats after failures; refusals for speed are bounded by patience alone.
        """
        if method not in READING_METHODS:
            raise ValueError(f"not a reading method: {method}")
        failures = refusals = 0
        while True:
            began = self._clock()
            try:
                found, answer = self._exchange(method, params or {})
                complaint = complaint_of(found, answer.status)
                if complaint is None:
                    self._remember_reset(found)
                    return envelope_of(found)
                error = self._as_error(complaint, method)
                asked = retry_after(answer)
                if complaint.code in {OVERLOADED, BLOCKED}:
                    self._wait_for_leave(complaint.code, refusals, asked)
                    refusals += 1
                    continue
                if not complaint.passing:
                    raise error
            except Unreachable as unreachable:
                error, asked = unreachable, None
                if unreachable.code in _FINAL | {"server_error"}:
                    raise
            if failures == retries:
                raise Unreachable(
                    error.code, side="bitrix24", portal=self.portal, **{**error.detail, "attempts": failures + 1}
                )
            self.patience.charge(self._clock() - began)
            self.patience.back_off(failures, error.code, at_least=asked or 0.0)
            failures += 1

    def batch(self, calls: Mapping[str, Call], *, retries: int = RETRIES) -> tuple[dict[str, Part], float]:
        """Many calls in one request: each one's part by its key, and the seconds the server worked.

        Failed parts are the caller's business, except refusals for speed: those are waited for and all is asked again.
        """
        for call in calls.values():
            if call.method not in READING_METHODS:
                raise ValueError(f"not a reading method: {call.method}")
        refusals = 0
        while True:
            envelope = self.call("batch", body(calls), retries=retries)
            found = parts(envelope.result, list(calls))
            codes = {part.error for part in found.values()}
            if not codes & {OVERLOADED, BLOCKED}:
                return found, envelope.duration
            self._wait_for_leave(BLOCKED if BLOCKED in codes else OVERLOADED, refusals, None)
            refusals += 1

    def error_of(self, part: Part, method: str) -> SyncError:
        """What a failed part would have raised had it been called alone."""
        return self._as_error(Complaint(part.error or "unknown", part.description), method)

    def _as_error(self, complaint: Complaint, method: str) -> SyncError:
        secrets = tuple(text for text in (self.webhook.code, self.webhook.basic_login) if text)
        return complaint.as_error(host=self.host, method=method, portal=self.portal, secrets=secrets)

    def _remember_reset(self, found: Mapping[str, Any]) -> None:
        seconds = reset_in(found)
        if seconds is not None:
            self._reset_at = self._clock() + seconds

    def _wait_for_leave(self, code: str, refusals: int, asked: float | None) -> None:
        if code == OVERLOADED:
            self._bucket.slow_down()
            self.patience.wait(max(2.0 ** min(refusals, _LONGEST_OVERLOAD_STEP), asked or 0.0), code)
            return
        told = asked
        if told is None and self._reset_at is not None and self._reset_at > self._clock():
            told = self._reset_at - self._clock()
        self.patience.wait(min(max(told or _UNTOLD_BLOCK_SECONDS, 1.0), _LONGEST_BLOCK_SECONDS), code)

    def _exchange(self, method: str, params: Mapping[str, object]) -> tuple[Mapping[str, Any], Answer]:
        """Send once, following one redirect by hand (contract 1.4), and decode."""
        answer = self._send(method, params)
        if answer.status in _REDIRECTS:
            self._move(answer.headers.get("location", ""), method)
            answer = self._send(method, params)
            if answer.status in _REDIRECTS:
                raise self._redirect_refused(answer.headers.get("location", ""))
        if answer.status == 401 and "www-authenticate" in answer.headers and answer.body.lstrip()[:1] != b"{":
            raise Refused("http_sign_in", side="bitrix24", portal=self.portal, host=self.host, status=401)
        return read_object(answer, host=self.host, side="bitrix24", portal=self.portal), answer

    def _send(self, method: str, params: Mapping[str, object]) -> Answer:
        self.patience.pace(self._bucket.pour())
        headers: dict[str, str | bytes] = {"Accept": "application/json"}
        if self._form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            content = query(params).encode()
        else:
            headers["Content-Type"] = "application/json"
            content = json.dumps(params, ensure_ascii=False).encode()
        if self.webhook.basic_login and self.host == self.webhook.host:
            headers["Authorization"] = basic_sign_in(f"portal.{self.portal}.webhook", self.webhook.basic_login)
        try:
            answer = exchange(
                self._session,
                "POST",
                self._origin + self.webhook.path(method),
                side="bitrix24",
                portal=self.portal,
                headers=headers,
                body=content,
                timeouts=self._timeouts,
                stop=self.patience.stop,
            )
        except SyncError as error:
            self.requests += error.code not in NEVER_SENT
            raise
        self.requests += 1
        return answer

    def _move(self, location: str, method: str) -> None:
        """Take the portal's new address, if it may learn the webhook's code, which is in the path."""
        try:
            target = urlsplit(urljoin(self._origin + self.webhook.path(method), location))
            host, port = (target.hostname or "").lower(), target.port
        except ValueError:
            raise self._redirect_refused("") from None
        both_here = is_loopback(host) and is_loopback(self.host)
        same_path = target.path.rstrip("/") == self.webhook.path(method)
        if not (location and same_path and ((target.scheme == "https" and _may_follow(self.host, host)) or both_here)):
            raise self._redirect_refused(location)
        shown = f"[{host}]" if ":" in host else host
        self._origin = f"{target.scheme}://{shown}" + (f":{port}" if port else "")
        self.moved_to = host
        if self._on_moved is not None:
            self._on_moved(host)

    def _redirect_refused(self, location: str) -> Unreachable:
        try:
            to = urlsplit(location).hostname or ""
        except ValueError:
            to = ""
        to = to.replace(self.webhook.code.lower(), "***")  # hosts are in lower case, and may be made of anything
        return Unreachable("redirect_refused", side="bitrix24", portal=self.portal, host=self.host, to=to)


def _may_follow(old: str, new: str) -> bool:
    """True for the same host, and for another below the old one's parent domain, which must be an owned one."""
    if new == old:
        return True
    parent = old.partition(".")[2]
    owned = "." in parent and not _SECOND_LEVEL.fullmatch(parent) and not parent.rpartition(".")[2].isdecimal()
    return owned and new.endswith(f".{parent}")
