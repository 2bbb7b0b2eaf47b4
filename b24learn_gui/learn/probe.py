"""What a connection check asks, step by step: address, network, certificate, sign-in, permissions, data.

Each step is a function that returns what it found or raises; nothing is written. The first request of `reach` carries
no credentials, so an untrusted server never gets to see them.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from b24learn_gui.errors import Refused, Rejected, SyncError
from b24learn_gui.http import Patience, exchange, open_session
from b24learn_gui.learn import shapes
from b24learn_gui.learn.connect import Access
from b24learn_gui.learn.lookup import Lookup
from b24learn_gui.learn.reader import read_fields, read_learn, read_roles
from b24learn_gui.learn.transport import FIRST_CALLS, TIMEOUTS, Transport
from b24learn_gui.sync.learn_side import ProfileField, Status

Rung = Literal["address", "network", "certificate", "sign_in", "permissions", "data"]
RUNGS: tuple[Rung, ...] = ("address", "network", "certificate", "sign_in", "permissions", "data")

_CERTIFICATE = frozenset({"tls", "tls_untrusted", "tls_expired", "tls_hostname"})
_PERMISSIONS = frozenset({"forbidden", "learn_not_administrator"})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The sign-in works. `api_base` is to be remembered for later runs."""

    api_base: str
    fields: tuple[ProfileField, ...]


@dataclass(frozen=True, slots=True)
class Permissions:
    """Who is signed in, where that can be known; `administrator` is None where it cannot (an API key does not tell)."""

    account_id: str | None
    administrator: bool | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the account holds; `free_seats` is None where the server does not tell."""

    departments: int
    accounts: int
    active: int
    guarded: int
    free_seats: int | None


def rung_of(error: SyncError, reached: Rung) -> Rung:
    """Which rung an error belongs to; `reached` is the one that was being tried."""
    if error.exit_code == 70:
        return "address"
    if error.code in _CERTIFICATE:
        return "certificate"
    if error.code in _PERMISSIONS:
        return "permissions"
    return reached


def reach(access: Access, *, patience: Patience) -> int:
    """Whether the account's host answers at all, over a trusted connection: the HTTP status of its front page.

    Raises `Unreachable` as `http.exchange`: the certificate codes belong to that rung, all others to the network's.
    """
    session = open_session(ca_file=access.ca_file, proxy=access.proxy, proxy_login=access.proxy_login)
    with session:
        origin = access.address.origin
        return exchange(session, "HEAD", f"{origin}/", side="learn", timeouts=TIMEOUTS, stop=patience.stop).status


def sign_in(transport: Transport) -> SignedIn:
    """The first signed-in request; it finds the API. Raises as `reader.read_learn`."""
    try:
        fields = read_fields(transport)
        if transport.base is None:  # the call is unknown and was refused before an address was settled
            transport.read("GET", FIRST_CALLS[1])
    except Rejected as error:
        raise shapes.unusable("answer", status=error.detail["status"], message=error.detail["message"]) from None
    return SignedIn(transport.base or "", fields)


def permissions(transport: Transport, *, login: str = "") -> Permissions:
    """Raises `Refused("learn_not_administrator")` if the sign-in is known to be neither owner nor administrator."""
    kinds_by_role = read_roles(transport)
    lookup = Lookup(transport)
    rows = lookup.rows_by("login", login, kinds_by_role) or lookup.rows_by("email", login, kinds_by_role)
    if len(rows) != 1:
        return Permissions(None, None)
    row = rows[0]
    if shapes.is_lesser(row.kinds):
        raise Refused("learn_not_administrator", side="learn", login=login.strip())
    return Permissions(row.account.id, row.account.guarded or None)


def figures(transport: Transport, *, login: str = "") -> Figures:
    """Reads everything once, with the reader's proofs, and counts it."""
    found = read_learn(transport, login=login)
    by_status: Counter[Status] = Counter(account.status for account in found.accounts.values())
    return Figures(
        departments=len(found.departments),
        accounts=len(found.accounts),
        active=by_status["active"],
        guarded=sum(account.guarded for account in found.accounts.values()),
        free_seats=found.free_seats,
    )
