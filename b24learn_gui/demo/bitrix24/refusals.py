"""The errors of the REST interface: codes, texts and the HTTP statuses of newer and older servers (section 7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass
class Refusal(Exception):
    """An error answer. ``extra`` keys stand beside ``error`` and ``error_description``."""

    code: str
    status: int
    description: str = ""
    extra: dict[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {"error": self.code, "error_description": self.description, **self.extra}


class _Known(NamedTuple):
    status: int
    old_status: int
    text: str


_KNOWN: dict[str, _Known] = {
    "NO_AUTH_FOUND": _Known(401, 401, "Wrong authorization data"),
    "INVALID_CREDENTIALS": _Known(401, 403, "Invalid request credentials"),
    "insufficient_scope": _Known(401, 403, "The request requires higher privileges than provided by the webhook token"),
    "INVALID_REQUEST": _Known(401, 400, "Https required."),
    "ACCESS_DENIED": _Known(403, 403, "Access denied!"),
    "authorization_error": _Known(401, 401, "Unable to authorize user"),
    "user_access_error": _Known(401, 403, "The user does not have access to the application."),
    "OVERLOAD_LIMIT": _Known(401, 503, "REST API is blocked due to overload."),
    "expired_token": _Known(401, 401, "The access token provided has expired."),
    "invalid_token": _Known(401, 401, "Unable to get application by token"),
    "APPLICATION_NOT_FOUND": _Known(401, 401, "Application not found"),
    "PAYMENT_REQUIRED": _Known(401, 401, "Payment required"),
    "CONNECTION_ERROR": _Known(401, 401, "Error connecting to authorization server"),
    "PORTAL_DELETED": _Known(403, 500, "Portal was deleted"),
    "ERROR_METHOD_NOT_FOUND": _Known(404, 404, "Method not found!"),
    "WRONG_AUTH_TYPE": _Known(403, 403, "Current authorization type is denied for this method"),
    "WRONG_LICENSE": _Known(403, 403, "The feature is not included in the current plan"),
    "METHOD_CONFIRM_WAITING": _Known(401, 401, "Waiting for confirmation"),
    "METHOD_CONFIRM_DENIED": _Known(403, 403, "Method call denied"),
    "QUERY_LIMIT_EXCEEDED": _Known(503, 503, "Too many requests"),
    "OPERATION_TIME_LIMIT": _Known(429, 429, "Method is blocked due to operation time limit."),
    "ERROR_BATCH_LENGTH_EXCEEDED": _Known(200, 400, "Max batch length exceeded"),
    "ERROR_BATCH_METHOD_NOT_ALLOWED": _Known(200, 405, "Method is not allowed for batch usage"),
    "ERROR_ARGUMENT": _Known(400, 400, "Wrong argument"),
    "ERROR_CORE": _Known(400, 400, "Internal error"),
    "INTERNAL_SERVER_ERROR": _Known(500, 500, "Internal server error"),
    "ERROR_UNEXPECTED_ANSWER": _Known(500, 500, "Server returned an unexpected response."),
    "WRONG_ENCODING": _Known(200, 200, "Wrong request encoding"),
    "ERROR_OAUTH": _Known(401, 401, "OAuth error"),
}
NO_SUBSCRIPTION_TEXT = "REST is available only by subscription."


def refusal(code: str, *, old_statuses: bool = False, text: str | None = None, **extra: object) -> Refusal:
    """The refusal with this code as this generation of servers sends it; KeyError for a code nobody sends."""
    known = _KNOWN[code]
    status = known.old_status if old_statuses else known.status
    return Refusal(code, status, known.text if text is None else text, extra)


def no_subscription(*, old_statuses: bool) -> Refusal:
    """``ACCESS_DENIED`` of a portal without a paid entitlement: another status than the one for missing rights."""
    return Refusal("ACCESS_DENIED", 403 if old_statuses else 401, NO_SUBSCRIPTION_TEXT)


@dataclass
class V3Refusal(Exception):
    """An error answer of the v3 interface (section 3.4); ``code`` without the common prefix."""

    code: str
    status: int
    message: str = ""
    validation: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, object]:
        error: dict[str, object] = {"code": f"BITRIX_REST_V3_EXCEPTION_{self.code}", "message": self.message}
        if self.validation:
            error["validation"] = [{"field": name, "message": text} for name, text in self.validation]
        return {"error": error}
