"""What `check` asks a portal, rung by rung; each function returns what it found or raises why not.

The address rung is `address.parse_webhook`. `reach` climbs network and certificate together: `rung_of` says which
of the two an error belongs to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from b24learn_gui.bitrix24.address import Webhook
from b24learn_gui.bitrix24.batch import Call
from b24learn_gui.bitrix24.rights import SCOPES_OF_INTEREST, Owner, granted_scopes, owner_of, require_scopes
from b24learn_gui.bitrix24.transport import Transport
from b24learn_gui.company.model import Rights
from b24learn_gui.errors import Refused, SyncError, Unreachable

Rung = Literal["address", "network", "certificate", "sign_in", "permissions", "data"]

_RETRIES = 1
_CERTIFICATE = frozenset({"tls", "tls_untrusted", "tls_expired", "tls_hostname"})
_PERMISSIONS = frozenset({"insufficient_scope", "access_denied", "wrong_license", "wrong_auth_type"})
_OWN_FIELD = "UF_USR_"


@dataclass(frozen=True, slots=True)
class Reached:
    """`moved_to`: the portal answered under this host instead; `plain`: the secret travels unprotected."""

    host: str
    plain: bool
    moved_to: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the webhook sees, mapped fields the portal does not give to it, and those it does: code → its own name."""

    people: int
    departments: int
    unknown_fields: tuple[str, ...]
    offered: Mapping[str, str] = field(default_factory=dict)


def rung_of(error: SyncError) -> Rung:
    """The rung on which an error of this room breaks the ladder, before `data`."""
    if error.code in _CERTIFICATE:
        return "certificate"
    if isinstance(error, Unreachable):
        return "network"
    if isinstance(error, Refused):
        return "permissions" if error.code in _PERMISSIONS else "sign_in"
    return "address"


def differs(webhook: Webhook, address: str) -> bool:
    """True where the settings' `address` (for showing) names another host or port than the webhook."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    usual = {"http": 80, "https": 443}
    try:
        port = parts.port or usual.get(parts.scheme or webhook.scheme)
    except ValueError:
        return True
    return ((parts.hostname or "").lower(), port) != (webhook.host, webhook.port or usual[webhook.scheme])


def reach(transport: Transport) -> Reached:
    """Network and certificate: any answer of the portal's interface will do, a refusal, too."""
    try:
        transport.call("server.time", retries=_RETRIES)
    except Refused as refused:
        if refused.code == "http_sign_in":
            raise
    return Reached(transport.host, transport.webhook.plain, transport.moved_to)


def sign_in(transport: Transport) -> Owner:
    """Whose webhook it is; `Refused` under the portal's own code, `owner_inactive` where there is nobody."""
    return owner_of(transport, transport.call("profile", retries=_RETRIES).result)


def permissions(transport: Transport, owner: Owner) -> Rights:
    """The granted scopes of interest; `Refused("insufficient_scope")` with `missing` where one is lacking."""
    found = transport.call("scope", retries=_RETRIES).result
    granted = granted_scopes(found)
    require_scopes(transport, granted)
    return Rights(granted & SCOPES_OF_INTEREST, owner.id, owner.admin)


def data(transport: Transport, mapped_fields: Iterable[str] = ()) -> Counts:
    """How many people and departments there are, and mapped fields that are not offered, in one request.

    The portal's own fields (`UF_USR_…`) are listed by newer portals only: where none is listed none is called unknown.
    """
    calls = {
        "people": Call("user.get", {"sort": "ID", "order": "ASC", "start": 0, "select": ["ID"]}),
        "departments": Call("department.get", {"sort": "ID", "order": "ASC", "start": 0}),
        "fields": Call("user.fields", {}),
    }
    parts, _ = transport.batch(calls, retries=_RETRIES)
    if all(part.error == "missing" for part in parts.values()) and not transport.encodes_as_form:
        transport.use_form()
        parts, _ = transport.batch(calls, retries=_RETRIES)
    for key, part in parts.items():
        if part.error:
            raise transport.error_of(part, calls[key].method)
    offered = _named(parts["fields"].result)
    lists_own = any(name.startswith(_OWN_FIELD) for name in offered)
    unknown = [
        name
        for name in dict.fromkeys(mapped.upper() for mapped in mapped_fields)
        if name not in offered and (lists_own or not name.startswith(_OWN_FIELD))
    ]
    return Counts(parts["people"].total or 0, parts["departments"].total or 0, tuple(unknown), offered)


def _named(fields: object) -> dict[str, str]:
    """Field → its name in the portal; a field without one goes by its code."""
    if not isinstance(fields, Mapping):
        return {}
    return {str(code).upper(): str(name).strip() or str(code).upper() for code, name in fields.items()}
