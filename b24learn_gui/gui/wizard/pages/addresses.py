"""Pasted addresses made clean, and what of them may be shown. No Qt."""

import re
from dataclasses import dataclass, field

from b24learn_gui.bitrix24.address import parse_webhook
from b24learn_gui.errors import SyncError
from b24learn_gui.learn.address import parse_address

DOTS = "•" * 16
_METHOD = re.compile(r"[a-z][a-z0-9.]{0,60}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CleanWebhook:
    """`address`: the whole webhook, a secret; `shown`: the same with its code hidden. `removed`: the name of a method
    that stood at its end, "" where none did; `trimmed`: whether anything was taken away.
    """

    address: str = field(repr=False)
    shown: str
    removed: str
    trimmed: bool


def clean_webhook(text: str, *, allow_http: bool = False) -> CleanWebhook:
    """Raises `AddressInvalid`, as `parse_webhook`."""
    webhook = parse_webhook(text, allow_http=allow_http)
    shown = webhook.masked.replace("***", DOTS)
    pasted = text.strip()
    if webhook.basic_login is not None:  # a sign-in for the web server stands in the address and belongs to it
        return CleanWebhook(pasted, shown, "", trimmed=False)
    clean = f"{webhook.origin}{webhook.prefix}/rest/{webhook.owner}/{webhook.code}/"
    tail = pasted[len(clean) :] if pasted.startswith(clean) else ""
    removed = tail if _METHOD.fullmatch(tail) else ""
    return CleanWebhook(clean, shown, removed, trimmed=pasted.rstrip("/") != clean.rstrip("/"))


def stored_shown(address: str) -> str:
    """A kept webhook whose code is not at hand, by its portal's address."""
    return f"{address.rstrip('/')}/rest/{DOTS}/" if address else DOTS


def clean_account(text: str) -> str:
    """Scheme and host of a Learn account out of whatever was pasted. Raises `SettingsInvalid`."""
    return parse_address(text).origin


def account_fault(text: str) -> SyncError | None:
    """What is wrong with it; None for one that can be tried."""
    try:
        parse_address(text)
    except SyncError as error:
        return error
    return None
