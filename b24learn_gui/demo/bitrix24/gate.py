"""What a call must pass before it runs: limits, blocks, credentials, rights (sections 1, 6, 7; order: section 11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from b24learn_gui.demo.bitrix24 import envelope, refusals, routing
from b24learn_gui.demo.bitrix24.context import Context, Method
from b24learn_gui.demo.bitrix24.faults import Refuse
from b24learn_gui.demo.bitrix24.limits import OperatingTime, RateLimiter
from b24learn_gui.demo.bitrix24.php import Array
from b24learn_gui.demo.bitrix24.refusals import Refusal
from b24learn_gui.demo.bitrix24.switches import Switches
from b24learn_gui.demo.serving import Request

SESSION_COOKIE = "PHPSESSID"
_TOKEN_SECONDS = 3600


@dataclass(slots=True)
class Conditions:
    """What is wrong with the portal or the webhook until somebody puts it right; see section 7."""

    deleted: bool = False
    overloaded: bool = False
    subscribed: bool = True
    revoked: bool = False


@dataclass(slots=True)
class Gate:
    """Keeps the portal's limits and decides who gets in. Every check raises :class:`Refusal`."""

    switches: Switches
    clock: Callable[[], float]
    conditions: Conditions
    _tokens: dict[str, float] = field(default_factory=dict, repr=False)
    _operating: OperatingTime = field(default_factory=OperatingTime, repr=False)
    _limiter: RateLimiter | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._limiter = RateLimiter(self.switches.rate) if self.switches.rate else None

    def issue_token(self, token: str) -> None:
        self._tokens[token] = self.clock() + _TOKEN_SECONDS

    def refusal(self, code: str) -> Refusal:
        """A known error in this portal's statuses; KeyError for an unknown code."""
        return refusals.refusal(code, old_statuses=self.switches.old_statuses)

    def arranged(self, effect: Refuse) -> Refusal:
        """The refusal a test has arranged; codes nobody knows come with status 400."""
        try:
            known = self.refusal(effect.code)
        except KeyError:
            known = Refusal(effect.code, 400)
        text = known.description if effect.text is None else effect.text
        return Refusal(effect.code, effect.status or known.status, text)

    def check_rate(self, client: str, now: float) -> None:
        if self._limiter is not None and not self._limiter.admits(client, now):
            raise self.refusal("QUERY_LIMIT_EXCEEDED")

    def authorize(
        self,
        route: routing.Route,
        request: Request,
        given: Array,
        context: Context,
        secret: str,
        method: Method | None,
    ) -> None:
        """Protocol, credentials, scope, blocks, the owner. ``secret``: the webhook's code; no method: a batch."""
        if self.switches.https_required and not request.secure:
            raise self.refusal("INVALID_REQUEST")
        if route.kind == "application":
            self._check_token(routing.token_of(request, given))
        elif route.owner != str(context.caller.id) or route.code != secret or self.conditions.revoked:
            raise self.refusal("INVALID_CREDENTIALS")
        if method is not None and not context.may_call(method):
            raise self.refusal("insufficient_scope")
        if self.conditions.overloaded:
            raise self.refusal("OVERLOAD_LIMIT")
        if self.switches.subscription_needed and not self.conditions.subscribed:
            raise refusals.no_subscription(old_statuses=self.switches.old_statuses)
        foreign = self.switches.refuses_cookies and SESSION_COOKIE in request.header("cookie")
        if foreign or not context.caller.active:
            raise self.refusal("authorization_error")

    def _check_token(self, token: str) -> None:
        if not token:
            raise self.refusal("NO_AUTH_FOUND")
        expires = self._tokens.get(token)
        if expires is None:
            raise self.refusal("invalid_token")
        if expires <= self.clock():
            raise self.refusal("expired_token")

    def check_operating(self, route: routing.Route, method: str, now: float) -> None:
        limit = self.switches.operating_limit
        if limit is not None and self._operating.spent(method, route.code, now) >= limit:
            raise self.refusal("OPERATION_TIME_LIMIT")

    def timed(self, route: routing.Route, method: str, now: float) -> dict[str, object]:
        """Books a call's time and gives its ``time`` block."""
        seconds, operating = self.switches.call_seconds, None
        if self.switches.operating_limit is not None:
            self._operating.add(method, route.code, seconds, now)
        if self.switches.shows_operating:
            operating = (
                self._operating.spent(method, route.code, now),
                self._operating.reset_at(method, route.code, now),
            )
        return envelope.time_block(now, seconds, self.switches.time_zone, operating)
