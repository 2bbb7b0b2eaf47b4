"""What a portal's answer means: its result, or the error it names (contract bitrix24-rest.md 2, 6, 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24learn_gui.bitrix24.batch import to_count
from b24learn_gui.errors import Refused, SyncError, Unreachable

OVERLOADED = "query_limit_exceeded"
BLOCKED = "operation_time_limit"
_SERVER_TROUBLE = frozenset({"internal_server_error", "error_unexpected_answer", "unknown"})
_REFUSALS = frozenset(
    {
        "no_auth_found",
        "invalid_credentials",
        "insufficient_scope",
        "overload_limit",
        "user_access_error",
        "expired_token",
        "invalid_token",
        "application_not_found",
        "payment_required",
        "connection_error",
        "portal_deleted",
        "wrong_auth_type",
        "wrong_license",
        "method_confirm_waiting",
        "method_confirm_denied",
        "error_oauth",
    }
)
_RENAMED = {"authorization_error": "owner_inactive", "error_method_not_found": "method_not_found"}
_LONGEST_DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class Envelope:
    """A method's good answer. `duration` in seconds, `total` only for counted lists."""

    result: Any
    total: int | None = None
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error as the portal says it: `code` in lower case, `status` None inside a batch."""

    code: str
    description: str = ""
    status: int | None = None

    @property
    def passing(self) -> bool:
        """True where the same call may succeed a little later."""
        trouble = self.code in _SERVER_TROUBLE or (self.status is not None and self.status >= 500)
        return trouble and self.refusal_code() is None

    def refusal_code(self) -> str | None:
        """The code of `Refused`, or None where this is no refusal."""
        text = self.description.lower()
        if self.code == "invalid_request":
            return "https_required" if "https" in text else "invalid_request"
        if self.code == "access_denied":
            return "no_subscription" if "subscription" in text or "commercial" in text else "access_denied"
        if self.code in _RENAMED:
            return _RENAMED[self.code]
        if self.code in _REFUSALS:
            return self.code
        return "refused" if self.status in {401, 403} else None

    def as_error(self, *, host: str, method: str, portal: str, secrets: tuple[str, ...]) -> SyncError:
        """`Refused` under its own code, else `Unreachable` with the code `server_error`.

        Parameters of both: `host`, `method`, `status`, `error`, `description` (shortened, without secrets).
        """
        text = self.description
        for secret in secrets:
            text = text.replace(secret, "***")
        detail = {
            "host": host,
            "method": method,
            "status": self.status,
            "error": self.code,
            "description": text[:_LONGEST_DESCRIPTION],
        }
        refusal = self.refusal_code()
        if refusal is not None:
            return Refused(refusal, side="bitrix24", portal=portal, **detail)
        return Unreachable("server_error", side="bitrix24", portal=portal, **detail)


def complaint_of(found: Mapping[str, Any], status: int) -> Complaint | None:
    """The error in a decoded answer, whatever the status: errors can arrive with 200, good answers cannot with 400."""
    error = found.get("error")
    if isinstance(error, Mapping):  # the newer envelope
        return Complaint(str(error.get("code") or "unknown").lower(), str(error.get("message") or ""), status)
    if error:
        return Complaint(str(error).lower(), str(found.get("error_description") or ""), status)
    if status >= 400 or "result" not in found:
        return Complaint("unknown", "", status)
    return None


def envelope_of(found: Mapping[str, Any]) -> Envelope:
    """A good answer's parts that matter here."""
    duration = _time(found).get("duration")
    return Envelope(
        result=found["result"],
        total=to_count(found.get("total")),
        duration=float(duration) if isinstance(duration, (int, float)) else 0.0,
    )


def reset_in(found: Mapping[str, Any]) -> float | None:
    """Seconds from this answer to its `operating_reset_at`, by the server's own clock; None where it is not told."""
    told = _time(found)
    reset, finish = told.get("operating_reset_at"), told.get("finish")
    if isinstance(reset, (int, float)) and isinstance(finish, (int, float)):
        return float(reset - finish)
    return None


def _time(found: Mapping[str, Any]) -> Mapping[str, Any]:
    told = found.get("time")
    return told if isinstance(told, Mapping) else {}
