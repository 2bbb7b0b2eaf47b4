"""The embedded Bitrix24: checks in the server's order, dispatch, faults, record (section 11)."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from b24learn_gui.demo.bitrix24 import (
    batch,
    departments,
    envelope,
    php,
    refusals,
    routing,
    service_methods,
    structure,
    users,
)
from b24learn_gui.demo.bitrix24.context import Answer, Context, Method, Sight
from b24learn_gui.demo.bitrix24.faults import (
    Distort,
    Drop,
    Effect,
    Faults,
    Misread,
    Page,
    Redirect,
    Refuse,
    Slow,
    Truncate,
    Vanish,
)
from b24learn_gui.demo.bitrix24.gate import SESSION_COOKIE, Conditions, Gate
from b24learn_gui.demo.bitrix24.record import Call
from b24learn_gui.demo.bitrix24.refusals import Refusal, V3Refusal
from b24learn_gui.demo.bitrix24.switches import CLOUD, Switches
from b24learn_gui.demo.bitrix24.world import Person, World
from b24learn_gui.demo.serving import Request, Response, Server

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(slots=True)
class _Hook:
    method: str | None
    calls_left: int
    action: Callable[[World], object]


class WriteAttempted(AssertionError):
    """Somebody called a method that would have changed the portal."""


@dataclass(slots=True)
class Bitrix24:
    """A portal on the loopback interface, as a context manager.

    ``world`` may be changed at any time through its modifiers. ``code``: secret of the webhook; ``owner_id`` and
    ``scopes`` may be replaced while it runs, as an administrator does. ``clock`` gives Unix seconds. ``tls``: serve
    HTTPS with this context.

    Leaving the block raises :class:`WriteAttempted` if a write method was called and
    :meth:`forget_calls` did not come after it.
    """

    world: World
    switches: Switches = CLOUD
    clock: Callable[[], float] = time.time
    code: str = field(default="embedded00000000", repr=False)
    owner_id: int = 1
    scopes: Collection[str] = ("user_basic", "department")
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    faults: Faults = field(default_factory=Faults)
    sight: Sight = field(default_factory=Sight)
    conditions: Conditions = field(default_factory=Conditions)
    log: list[Call] = field(default_factory=list, repr=False)
    requests: int = 0
    _hooks: list[_Hook] = field(default_factory=list, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _gate: Gate = field(init=False, repr=False)
    _server: Server = field(init=False, repr=False)
    _methods: dict[str, Method] = field(init=False, repr=False)
    _v3_methods: dict[str, Method] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._gate = Gate(self.switches, self.clock, self.conditions)
        self._server = Server(self.answer, tls=self.tls)
        self._methods = _classic_methods()
        self._v3_methods = {method.name: method for method in (*structure.METHODS, *service_methods.V3_WRITE_METHODS)}

    # life

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return self._server.url

    @property
    def webhook(self) -> str:
        """The address an administrator would paste; it holds the secret."""
        return f"{self.url}{self.switches.prefix}/rest/{self.owner_id}/{self.code}/"

    @property
    def writes(self) -> list[Call]:
        return [call for call in self.log if call.writes]

    def calls(self, method: str) -> list[Call]:
        """Calls of one method, inside batches, too."""
        return [call for call in self.log if call.method == method]

    def forget_calls(self) -> None:
        """Empties the record, as before the next act of a test."""
        with self._guard:
            self.log.clear()
            self.requests = 0

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)
        if error is None and self.writes:
            raise WriteAttempted(", ".join(call.method for call in self.writes))

    # what tests arrange

    def before(self, call: int, action: Callable[[World], object], *, method: str | None = None) -> None:
        """Runs ``action`` just before the ``call``-th (from 1) matching call from now on, batch commands included.

        Without a method every call counts but "batch" itself, whose commands do.
        """
        self._hooks.append(_Hook(method, call, action))

    def issue_token(self, token: str) -> None:
        """An access token of an application, good for an hour."""
        self._gate.issue_token(token)

    # answering

    def answer(self, request: Request) -> Response:
        """The application behind the server: one request at a time, as if the portal had one worker."""
        with self._guard:
            self.requests += 1
            return self._answer(request)

    def _answer(self, request: Request) -> Response:
        route = routing.find_route(request.path, self.switches.prefix)
        if route is None:
            return Response(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html; charset=utf-8")
        given = routing.read_parameters(request, reads_json=self.switches.reads_json)
        call = Call(
            route.method,
            {key: value for key, value in given.items() if key not in ("auth", "access_token")},
            route.kind,
            request.method,
            self.requests,
            sent_cookie=bool(request.header("cookie")),
            headers={name: value for name, value in request.headers.items() if name not in _SECRET_HEADERS},
        )
        self.log.append(call)
        effects = self.faults.take(route.method, "request")
        early = self._without_work(effects, request, call)
        if early is not None:
            return early
        return self._broken_on_the_way(effects, self._work(route, request, given, call, effects), call)

    def _without_work(self, effects: list[Effect], request: Request, call: Call) -> Response | None:
        for effect in effects:
            call.outcome = type(effect).__name__.lower()
            if isinstance(effect, Page):
                return Response(effect.status, effect.body.encode(), effect.content_type, effect.headers)
            if isinstance(effect, Redirect):
                return Response(
                    effect.status, b"", "text/html", (("Location", effect.to.rstrip("/") + request.target),)
                )
            if isinstance(effect, Drop) and not effect.after_work:
                return Response(drop=True)
        call.outcome = ""
        return None

    def _broken_on_the_way(self, effects: list[Effect], whole: Response, call: Call) -> Response:
        for effect in effects:
            if isinstance(effect, Drop):
                call.outcome = "drop"
                return Response(drop=True)
            if isinstance(effect, Truncate):
                call.outcome = "truncate"
                if effect.honest:
                    return Response(whole.status, whole.body[: effect.at], whole.content_type, whole.headers)
                return Response(whole.status, whole.body, whole.content_type, whole.headers, truncate_at=effect.at)
            if isinstance(effect, Slow):
                return Response(whole.status, whole.body, whole.content_type, whole.headers, delay=effect.seconds)
        return whole

    def _work(
        self,
        route: routing.Route,
        request: Request,
        given: php.Array,
        call: Call,
        effects: list[Effect],
    ) -> Response:
        status = 200
        try:
            if route.kind == "v3" and self.switches.v3:
                value = self._run_v3(route, request, call, effects)
            else:
                value = self._run_classic(route, request, given, call, effects)
        except (Refusal, V3Refusal) as refused:
            call.outcome = refused.code
            status, value = refused.status, refused.as_json()
            if route.kind == "v3" and self.switches.v3 and isinstance(refused, Refusal):
                value = {"error": {"code": refused.code, "message": refused.description}}
        headers = (("Set-Cookie", f"{SESSION_COOKIE}=embedded; path=/; HttpOnly"),) if self.switches.own_cookie else ()
        return envelope.render(
            value, status, answers=route.answers, escape_unicode=self.switches.escape_unicode, headers=headers
        )

    # the classic interface

    def _run_classic(
        self,
        route: routing.Route,
        request: Request,
        given: php.Array,
        call: Call,
        effects: list[Effect],
    ) -> dict[str, object]:
        now = self.clock()
        self._gate.check_rate(request.client, now)
        self._refuse_as_arranged(effects)
        if self.conditions.deleted:
            raise self._gate.refusal("PORTAL_DELETED")
        if route.malformed:
            raise self._gate.refusal("NO_AUTH_FOUND" if route.kind != "v3" else "ERROR_METHOD_NOT_FOUND")
        if (route.method != "batch" and route.method not in self._methods) or route.kind == "v3":
            raise self._gate.refusal("ERROR_METHOD_NOT_FOUND")
        method = self._methods.get(route.method)
        context = self._context(now)
        self._gate.authorize(route, request, given, context, self.code, method)
        if method is None:
            return self._run_batch(context, given, call, route)
        self._gate.check_operating(route, method.name, now)
        answer = self._run_method(method, context, given, call, effects)
        return envelope.success(answer, self._gate.timed(route, method.name, now))

    def _run_batch(self, context: Context, given: php.Array, call: Call, route: routing.Route) -> dict[str, object]:
        count = 0

        def run(name: str, params: php.Array, key: str) -> batch.Done:
            nonlocal count
            count += 1
            method = self._methods.get(name.lower())
            part = Call(name.lower(), params, call.kind, call.http_method, call.request, part=key)
            self.log.append(part)
            effects = self.faults.take(part.method, "part")
            try:
                if any(isinstance(effect, Vanish) for effect in effects):
                    part.outcome = "vanish"
                    raise batch.Vanished
                self._refuse_as_arranged(effects)
                if method is None:
                    raise self._gate.refusal("ERROR_METHOD_NOT_FOUND")
                if not context.may_call(method):
                    raise refusals.refusal("insufficient_scope", text="")
                self._gate.check_operating(route, method.name, context.now)
                answer = self._run_method(method, context, params, part, effects)
            except Refusal as refused:
                part.outcome = refused.code
                raise
            return batch.Done(answer, self._gate.timed(route, method.name, context.now))

        result = batch.run_batch(given, run, self.switches.unresolved)
        block = envelope.time_block(context.now, count * self.switches.call_seconds, self.switches.time_zone)
        return envelope.success(Answer(result), block)

    def _run_method(
        self, method: Method, context: Context, given: php.Array, call: Call, effects: list[Effect]
    ) -> Answer:
        call.writes = method.writes
        for effect in effects:
            if isinstance(effect, Misread):
                given = effect.change(given)
        self._run_hooks(method.name)
        answer = method.run(context, given)
        for effect in effects:
            if isinstance(effect, Distort):
                call.outcome = "distort"
                answer = effect.change(answer)
        return answer

    def _run_hooks(self, method: str) -> None:
        for hook in list(self._hooks):
            if hook.method in (None, method):
                hook.calls_left -= 1
                if hook.calls_left == 0:
                    self._hooks.remove(hook)
                    hook.action(self.world)

    def _refuse_as_arranged(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Refuse):
                raise self._gate.arranged(effect)

    def _caller(self) -> Person:
        return self.world.people.get(self.owner_id) or Person(self.owner_id, {}, active=False)

    def _context(self, now: float) -> Context:
        return Context(self.world, self.switches, self._caller(), frozenset(self.scopes), self.sight, now)

    # the v3 interface

    def _run_v3(self, route: routing.Route, request: Request, call: Call, effects: list[Effect]) -> dict[str, object]:
        """One call or a batch: a JSON array of commands, answered in order, ended by the first error."""
        now = self.clock()
        try:
            self._gate.check_rate(request.client, now)
        except Refusal:
            raise V3Refusal("RATELIMITEXCEPTION", 429, "Too many requests") from None
        self._refuse_as_arranged(effects)
        if route.method != "batch" and route.method not in self._v3_methods:
            raise V3Refusal("METHODNOTFOUNDEXCEPTION", 404, "Method not found")
        context = self._context(now)
        try:
            self._gate.authorize(route, request, {}, context, self.code, self._v3_methods.get(route.method))
        except Refusal as refused:
            if refused.code == "insufficient_scope":
                raise V3Refusal("INSUFFICIENTSCOPEEXCEPTION", 403, "Insufficient scope") from None
            raise V3Refusal("ACCESSDENIEDEXCEPTION", 401, refused.description) from None
        given = php.read_json(request.body) if request.body else {}
        if request.method != "POST" or given is None:
            raise V3Refusal("INVALIDJSONEXCEPTION", 400, "Invalid JSON")
        call.parameters = {key: value for key, value in given.items() if key != "auth"}
        if route.method != "batch":
            method = self._v3_methods[route.method]
            answer = self._run_method(method, context, given, call, effects)
            return envelope.success(answer, self._gate.timed(route, method.name, now))
        results: list[object] = []
        for index, command in enumerate(given.values()):
            query = command.get("query") if isinstance(command, dict) else None
            name = php.text(command.get("method")).lower() if isinstance(command, dict) else ""
            params = query if isinstance(query, dict) else {}
            part = Call(name, params, "v3", request.method, call.request, part=str(index))
            self.log.append(part)
            found = self._v3_methods.get(name)
            if found is None:
                raise V3Refusal("METHODNOTFOUNDEXCEPTION", 404, "Method not found")
            if not context.may_call(found):
                raise V3Refusal("INSUFFICIENTSCOPEEXCEPTION", 403, "Insufficient scope")
            results.append(self._run_method(found, context, params, part, self.faults.take(name, "part")).result)
        block = envelope.time_block(now, len(results) * self.switches.call_seconds, self.switches.time_zone)
        return envelope.success(Answer(results), block)


def _classic_methods() -> dict[str, Method]:
    plain = (
        *users.METHODS,
        *departments.METHODS,
        *service_methods.METHODS,
        *service_methods.WRITE_METHODS,
    )
    methods = {method.name: method for method in plain}
    for name, make in (("method.get", service_methods.method_get), ("methods", service_methods.method_list)):
        methods[name] = Method(name, make(methods))
    return methods
