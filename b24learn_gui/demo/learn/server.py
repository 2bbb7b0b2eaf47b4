"""The embedded iSpring Learn over real HTTP: what happens to one request, in order.

Latency, fault, rate limit, sign-in, route, rules, answer. The world is locked only while the rules work.
"""

import secrets
import ssl
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from math import ceil
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from b24learn_gui.demo.learn.access import Access, Key, auth_kind
from b24learn_gui.demo.learn.call import Call
from b24learn_gui.demo.learn.faults import Fault, Faults
from b24learn_gui.demo.learn.lists import Lies
from b24learn_gui.demo.learn.outbox import Outbox
from b24learn_gui.demo.learn.refusal import Refusal, bad
from b24learn_gui.demo.learn.replies import answers_json, failed, page, refused, reply, spoiled
from b24learn_gui.demo.learn.request_log import Entry, RequestLog, masked_body, masked_headers
from b24learn_gui.demo.learn.routes import Route, find
from b24learn_gui.demo.learn.statuses import run_due
from b24learn_gui.demo.learn.switches import CLOUD, Switches
from b24learn_gui.demo.learn.wire import Answer, decode, texts
from b24learn_gui.demo.learn.world import LearnWorld
from b24learn_gui.demo.serving import Request, Response, Server

TOKEN_PATH = "/api/v3/token"  # noqa: S105 - an address
ACTIVATION_PATH = "/activation"
_FORM = "application/x-www-form-urlencoded"

WriteHook = Callable[[int, Entry], None]
"""Called with a write's number, counted from 1, and its log entry."""


class Learn:
    """A Learn account served on loopback; a context manager.

    Signs in with `login`/`password` (the owner's unless `sign_in_as` says otherwise) or `client_id`/`client_secret`;
    secrets are given or random. `switches`, `lies`, `faults` and the hooks may be changed while it runs.
    `before_write` is called before a write is judged, `after_write` after it was done, before it is answered.
    `activations` holds what was posted to `/activation`: name, email, phone.
    """

    def __init__(
        self,
        world: LearnWorld | None = None,
        *,
        switches: Switches = CLOUD,
        clock: Callable[[], float] | None = None,
        password: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.world = LearnWorld() if world is None else world
        if clock is not None:
            self.world.clock = clock
        self.switches = switches
        self.lies = Lies()
        self.faults = Faults()
        self.log = RequestLog()
        self.outbox = Outbox()
        self.activations: list[dict[str, str]] = []
        self.before_write: WriteHook | None = None
        self.after_write: WriteHook | None = None
        owner = self.world.accounts[self.world.owner_id]
        if password is not None:
            owner.password = password
        self._signed_in_id = owner.id
        self.access = Access(
            self.world,
            Key(client_id or str(uuid.uuid4()), client_secret or secrets.token_urlsafe(32), owner.id),
        )
        self._guard = threading.Lock()
        self._writes = 0
        self._arrivals: deque[float] = deque()
        self._stopping = threading.Event()
        self._server = Server(self.answer, tls=tls)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(accounts={len(self.world.accounts)})"

    # The handle

    @property
    def url(self) -> str:
        """The account's address: scheme, host and port."""
        return self._server.url

    @property
    def login(self) -> str:
        return self.world.accounts[self._signed_in_id].login

    @property
    def password(self) -> str:
        return self.world.accounts[self._signed_in_id].password

    @property
    def client_id(self) -> str:
        return self.access.key.client_id

    @property
    def client_secret(self) -> str:
        return self.access.key.client_secret

    def sign_in_as(self, account_id: str) -> None:
        """From now on `login` and `password` are this account's, and the API key has its rights."""
        self._signed_in_id = account_id
        self.access.key.account_id = account_id

    def start(self) -> None:
        self._stopping.clear()
        self._server.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.stop()

    def __enter__(self) -> Self:
        self._stopping.clear()
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.__exit__(kind, error, trace)

    # One request

    def answer(self, request: Request) -> Response:
        """The application that the server serves."""
        prefix, path = self._split(request.path)
        found = find(request.method, path, self.switches) if path else None
        body, unreadable = _body(request)
        entry = Entry(
            number=0,
            method=request.method,
            path=path or request.path,
            prefix=prefix,
            query=parse_qs(request.query, keep_blank_values=True),
            headers=masked_headers(request.headers),
            body=masked_body(body),
            auth=auth_kind(request.headers),
            write=found is not None and found[0].write,
            started=time.perf_counter(),
        )
        self.log.begin(entry)
        try:
            response = self._respond(request, entry, found, body, unreadable)
            entry.status = 0 if response.drop else response.status
            return response
        finally:
            self.log.end(entry)

    def _split(self, path: str) -> tuple[str, str]:
        """Prefix and path below it; an empty path where no prefix is served."""
        if path in (TOKEN_PATH, ACTIVATION_PATH):
            return "", path
        for prefix in sorted(self.switches.prefixes, key=len, reverse=True):
            if path.startswith(prefix + "/"):
                return prefix, path.removeprefix(prefix)
        return "", ""

    def _respond(
        self,
        request: Request,
        entry: Entry,
        found: tuple[Route, Mapping[str, str]] | None,
        body: dict[str, Any],
        unreadable: Refusal | None,
    ) -> Response:
        switches = self.switches
        if switches.latency:
            self._stopping.wait(switches.latency)
        fault = self.faults.next(entry.method, entry.path, write=entry.write)
        if fault is not None and not fault.works:
            return failed(fault, request.headers, switches)
        try:
            self._limit_rate()
            if found is None and entry.path not in (TOKEN_PATH, ACTIVATION_PATH):
                return self._unknown_path(request)
            answer = self._work(request, entry, found, body, unreadable)
        except Refusal as refusal:
            return refused(refusal, request.headers, switches)
        return self._finish(fault, answer, request)

    def _finish(self, fault: Fault | None, answer: Answer, request: Request) -> Response:
        response = reply(answer, request.headers, self.switches)
        if fault is None:
            return response
        if fault.kind == "slow":
            self._stopping.wait(fault.seconds)
            return response
        if fault.commit or fault.kind == "drop_after":
            return failed(fault, request.headers, self.switches)
        return spoiled(fault, answer, response, request.headers, self.switches)

    def _work(
        self,
        request: Request,
        entry: Entry,
        found: tuple[Route, Mapping[str, str]] | None,
        body: dict[str, Any],
        unreadable: Refusal | None,
    ) -> Answer:
        if entry.path == ACTIVATION_PATH:
            return self._activation(request, body)
        if entry.path == TOKEN_PATH:
            return self._token(request)
        if found is None:
            raise Refusal(self.switches.unknown_path_status, "Not found")
        with self.world.lock:
            run_due(self.world)
            caller = self.access.caller(request.headers, self.url, self.switches)
        if unreadable is not None:
            raise unreadable
        route, parameters = found
        call = Call(
            world=self.world,
            switches=self.switches,
            lies=self.lies,
            outbox=self.outbox,
            caller=caller,
            path=parameters,
            query=entry.query,
            body=body,
            return_object=request.header("x-return-object").lower() in ("true", "1"),
        )
        return self._write(route, call, entry) if route.write else self._run(route, call)

    def _run(self, route: Route, call: Call) -> Answer:
        with self.world.lock:
            return route.handler(call)

    def _write(self, route: Route, call: Call, entry: Entry) -> Answer:
        with self._guard:
            self._writes += 1
            entry.write_number = self._writes
        if self.before_write is not None:
            self.before_write(entry.write_number, entry)
        with self.world.lock:
            refusal = self.faults.refusal(entry.path, _names(call))
            if refusal is not None:
                raise Refusal(*refusal)
            answer = route.handler(call)
        if self.after_write is not None:
            self.after_write(entry.write_number, entry)
        return answer

    def _unknown_path(self, request: Request) -> Response:
        status = self.switches.unknown_path_status
        if self.switches.unknown_path_html:
            return page(status)
        return refused(Refusal(status, "Not found"), request.headers, self.switches)

    def _token(self, request: Request) -> Answer:
        if not self.switches.token_auth or request.method != "POST":
            raise Refusal(self.switches.unknown_path_status, "Not found")
        form: dict[str, str] = {}
        if request.header("content-type").lower().startswith(_FORM):
            form = {name: values[-1] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        try:
            with self.world.lock:
                return self.access.token(form, self.switches)
        except Refusal as refusal:
            if self.switches.oauth_errors and answers_json(request.headers, self.switches):
                return Answer(refusal.status, {"error": "invalid_client"})
            raise

    def _activation(self, request: Request, body: Mapping[str, Any]) -> Answer:
        if request.method != "POST" or not all(isinstance(body.get(name), str) for name in ("name", "email", "phone")):
            raise bad("Wrong parameters")
        with self._guard:
            self.activations.append({name: body[name] for name in ("name", "email", "phone")})
        return Answer(200, {"accepted": True})

    def _limit_rate(self) -> None:
        limit, window = self.switches.rate_limit, self.switches.rate_window
        if limit is None:
            return
        now = self.world.clock()
        with self._guard:
            while self._arrivals and self._arrivals[0] <= now - window:
                self._arrivals.popleft()
            if len(self._arrivals) < limit:
                self._arrivals.append(now)
                return
            free_at = self._arrivals[0] + window
        raise Refusal(429, "Too many requests", self._retry_after(now, free_at))

    def _retry_after(self, now: float, free_at: float) -> tuple[tuple[str, str], ...]:
        if self.switches.retry_after_form == "none":
            return ()
        if self.switches.retry_after_form == "date":
            moment = datetime.fromtimestamp(ceil(free_at), UTC)
            return (("Retry-After", format_datetime(moment, usegmt=True)),)
        return (("Retry-After", str(max(ceil(free_at - now), 1))),)


def _body(request: Request) -> tuple[dict[str, Any], Refusal | None]:
    """The decoded body, or the refusal to give after sign-in; a form's fields as they are."""
    content_type = request.header("content-type")
    if content_type.lower().startswith(_FORM):
        form = parse_qs(request.body.decode("utf-8", "replace"))
        return {name: values[-1] for name, values in form.items()}, None
    try:
        return decode(request.body, content_type), None
    except Refusal as refusal:
        return {}, refusal


def _names(call: Call) -> set[str]:
    """Everything by which the person or department of a write may have been named for refusal."""
    ids = [call.path.get("id", "")]
    for name in ("userIds", "departmentIds"):
        with suppress(Refusal):  # a malformed list is refused by the call itself
            ids += texts(call.body.get(name), name)
    found = set(ids)
    for key in ids:
        account, department = call.world.accounts.get(key), call.world.departments.get(key)
        if account is not None:
            found |= {account.login, account.email}
        if department is not None:
            found |= {department.name, department.code}
    fields = call.body.get("fields")
    parts = [call.body.get("name"), call.body.get("code")]
    if isinstance(fields, dict):
        parts += [value for name, value in fields.items() if name.lower() in ("login", "email")]
    return (found | {part for part in parts if isinstance(part, str)}) - {""}
