"""Whose webhook it is and what it may do (rule Q2, contract bitrix24-rest.md 1.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24learn_gui.bitrix24.transport import Transport
from b24learn_gui.bitrix24.values import to_flag, to_id, to_text
from b24learn_gui.errors import Refused

SCOPES_OF_INTEREST = frozenset({"user", "user_basic", "department"})


@dataclass(frozen=True, slots=True)
class Owner:
    """The person a webhook acts for."""

    id: int
    name: str
    admin: bool


def owner_of(transport: Transport, profile: object) -> Owner:
    """The owner in the answer of `profile`; `Refused("owner_inactive")` where it names nobody."""
    found = profile if isinstance(profile, Mapping) else {}
    number = to_id(found.get("ID"))
    if number is None:
        raise Refused("owner_inactive", side="bitrix24", portal=transport.portal, host=transport.host)
    name = " ".join(filter(None, (to_text(found.get("LAST_NAME")), to_text(found.get("NAME")))))
    return Owner(number, name, bool(to_flag(found.get("ADMIN"))))


def granted_scopes(scope: object) -> frozenset[str]:
    """All scopes in the answer of `scope`, in lower case."""
    names = scope.values() if isinstance(scope, Mapping) else scope if isinstance(scope, list) else ()
    return frozenset(str(name).lower() for name in names)


def require_scopes(transport: Transport, granted: frozenset[str]) -> None:
    """Raise `Refused("insufficient_scope")` with `missing` unless departments and people with e-mail can be read."""
    missing = [] if granted & {"user", "user_basic"} else ["user_basic"]
    missing += [] if "department" in granted else ["department"]
    if missing:
        raise Refused(
            "insufficient_scope",
            side="bitrix24",
            portal=transport.portal,
            host=transport.host,
            missing=tuple(missing),
        )
