"""What is wrong with an address in the settings. Values never stand in a fault: an address may hold a secret."""

import re
from urllib.parse import SplitResult, urlsplit

from b24learn_gui.errors import Fault
from b24learn_gui.loopback import is_loopback

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_HOST = re.compile(r"[^\s/?#@\\\[\]<>\"'`{}|^%,;()*!$&=+~]+")
_WEBHOOK_PATH = re.compile(r"/rest/(?:api/)?\d+/[^/]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))


def address_faults(path: str, text: str, *, allow_http: bool = False, scheme_needed: bool = True) -> list[Fault]:
    """Faults of the address of a server; an address pasted without a scheme means https where that is allowed.

    Codes: `bad_url`, `credentials_in_url`, `secret_in_settings` (a webhook address stands here), `plain_http`.
    """
    if not scheme_needed and not _SCHEME.match(text.strip()):
        text = f"https://{text.strip()}"
    parts = _split(text.strip(), ("http", "https"))
    if parts is None:
        return [Fault(path, "bad_url", {"schemes": ("https", "http")})]
    faults = []
    if "@" in parts.netloc:
        faults.append(Fault(path, "credentials_in_url", {}))
    if _WEBHOOK_PATH.search(parts.path):
        faults.append(Fault(path, "secret_in_settings", {}))
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname or ""):
        faults.append(Fault(path, "plain_http", {}))
    return faults


def proxy_faults(path: str, text: str) -> list[Fault]:
    """Faults of a proxy's address, `host:port` included: `bad_url`, `credentials_in_proxy` (those are a secret)."""
    if not text:
        return []
    if not _SCHEME.match(text):
        text = f"http://{text}"
    parts = _split(text, ("http", "https"))
    if parts is not None and "@" in parts.netloc:
        return [Fault(path, "credentials_in_proxy", {})]
    if parts is None or parts.path not in ("", "/") or parts.query or parts.fragment:
        return [Fault(path, "bad_url", {"schemes": ("http", "https")})]
    return []


def _split(text: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """The parts of an address that a server can be reached by, else None."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.casefold() not in schemes or not parts.hostname or port == 0:
        return None
    if any(character.isspace() for character in text):
        return None
    host = parts.hostname
    plausible = ":" in host or _HOST.fullmatch(host)  # urlsplit has checked what stands in brackets
    return parts if plausible else None
