"""Whether accounts missing from the list really are gone (rule I5).

A server's "no" is believed only where the same question about an account that is listed was answered "yes".
"""

from collections.abc import Collection, Sequence
from urllib.parse import quote

from b24learn_gui.errors import Rejected, Unreachable
from b24learn_gui.learn import shapes
from b24learn_gui.learn.paging import UNKNOWN_CALL
from b24learn_gui.learn.transport import Transport

FIND_CHUNK = 500
"""Ids asked for in one `find_existing`."""

ACCOUNT_BY_ID = ("/user/{id}/v2", "/user/{id}")

_GONE = frozenset({400, 404, 410})
"""What an unknown id is answered with (contract 4.3, 4.6)."""


def existing_accounts(transport: Transport, ids: Sequence[str], *, present_id: str) -> Collection[str]:
    """Those of the ids that Learn knows; where they are asked for one by one, it may be the first such alone.

    Raises `Unreachable("learn_existence_unknown")` if the server cannot tell.
    """
    by_bulk = _by_find_existing(transport, ids, present_id)
    return by_bulk if by_bulk is not None else _by_id(transport, ids, present_id)


def _by_find_existing(transport: Transport, ids: Sequence[str], present_id: str) -> Collection[str] | None:
    """None where the call is unknown or does not even find the account that is there."""
    found: set[str] = set()
    for start in range(0, len(ids), FIND_CHUNK):
        chunk = ids[start : start + FIND_CHUNK]
        try:
            answer = transport.read("POST", "/users/find_existing", body={"userIds": [*chunk, present_id]})
            known = shapes.existing_ids(answer)
        except Rejected as error:
            if error.detail["status"] not in UNKNOWN_CALL:
                raise
            return None
        except Unreachable as error:
            if error.code != "answer_unusable":
                raise
            return None
        if present_id not in known:
            return None
        found |= known.intersection(chunk)
    return found


def _by_id(transport: Transport, ids: Sequence[str], present_id: str) -> Collection[str]:
    path = next((path for path in ACCOUNT_BY_ID if _exists(transport, path, present_id)), None)
    if path is None:
        raise Unreachable("learn_existence_unknown", side="learn", missing=len(ids))
    first = next((one for one in ids if _exists(transport, path, one)), None)
    return () if first is None else (first,)


def _exists(transport: Transport, path: str, account_id: str) -> bool:
    try:
        answer = transport.read("GET", path.format(id=quote(account_id, safe="")))
    except Rejected as error:
        if error.detail["status"] not in _GONE | UNKNOWN_CALL:
            raise
        return False
    return any(row.account.id == account_id for row in shapes.accounts_page(answer, {}).rows)
