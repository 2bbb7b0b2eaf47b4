"""What the secrets are called (INTERFACE: Secrets)."""

import re
from collections.abc import Iterable

from b24learn_gui.errors import WrongUsage

LEARN_PASSWORD = "learn.password"  # noqa: S105  # a name
LEARN_CLIENT_SECRET = "learn.client_secret"  # noqa: S105  # likewise
LEARN_PROXY = "learn.proxy"

_NAME = re.compile(r"learn\.(?:password|client_secret|proxy)|portal\.[a-z0-9]{1,12}\.(?:webhook|proxy)")


def webhook_name(portal_key: str) -> str:
    return f"portal.{portal_key}.webhook"


def proxy_name(portal_key: str) -> str:
    return f"portal.{portal_key}.proxy"


def secret_names(portal_keys: Iterable[str]) -> tuple[str, ...]:
    """Every secret that settings with these portals may have."""
    portals = (name for key in portal_keys for name in (webhook_name(key), proxy_name(key)))
    return (LEARN_PASSWORD, LEARN_CLIENT_SECRET, LEARN_PROXY, *portals)


def check_name(name: str) -> str:
    """The name itself; raises `WrongUsage("unknown_secret")` (2) without repeating it: it may be the secret."""
    if not _NAME.fullmatch(name):
        raise WrongUsage("unknown_secret")
    return name
