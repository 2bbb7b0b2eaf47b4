"""The account's address as people paste it, and where its REST API may live (contract 1.1, 14.1)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from b24learn_gui.errors import Fault, SettingsInvalid
from b24learn_gui.loopback import is_loopback

_CLOUD = re.compile(r"(?:^|\.)(?P<domain>ispringlearn\.(?:com|eu|ru)|ispring\.(?:com|eu|ru))$")
_API_HOST = "api-learn."
_ACCOUNT_PREFIXES = ("/api/v2", "/index.php/api/v2")
_TOKEN_PATH = "/api/v3/token"  # noqa: S105 - a path of the contract, no secret
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?|[0-9a-f:.]+")


@dataclass(frozen=True, slots=True)
class AccountAddress:
    """Scheme and host of a Learn account; `port` is None where the scheme's own is meant."""

    scheme: str
    host: str
    port: int | None = None

    @property
    def origin(self) -> str:
        """`https://learn.example.com`: what the account URL header carries, without path or slash (contract 1.3)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port is None else f":{self.port}")


def parse_address(pasted: str, *, setting: str = "learn.url") -> AccountAddress:
    """Scheme and host out of whatever was pasted (`learn.example.com/dashboard`, blanks, no scheme).

    Raises `SettingsInvalid` (exit 70) naming `setting`, with code `address_missing`, `address_invalid`,
    `address_has_credentials`, or `plain_http` (`host`): unencrypted http is for loopback alone.
    """
    text = "".join(pasted.split()).strip("<>\"'«»")
    if not text:
        raise _invalid(setting, "address_missing")
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one, too
        raise _invalid(setting, "address_invalid") from None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        raise _invalid(setting, "address_invalid")
    if parts.username is not None or parts.password is not None:
        raise _invalid(setting, "address_has_credentials", host=host)
    if parts.scheme == "http" and not is_loopback(host):
        raise _invalid(setting, "plain_http", host=host)
    return AccountAddress(parts.scheme, host, None if port == _default_port(parts.scheme) else port)


def api_candidates(address: AccountAddress, *, api_url: str = "", known: str | None = None) -> tuple[str, ...]:
    """Where the API may be, most likely first. `api_url` from the settings wins alone; `known` was found earlier."""
    if api_url.strip():
        base = parse_address(api_url, setting="learn.api_url").origin
        return (base + _path(api_url),)
    if address.host.startswith(_API_HOST):
        return (address.origin,)
    cloud = _CLOUD.search(address.host)
    if cloud is None:
        found = [address.origin + prefix for prefix in _ACCOUNT_PREFIXES]
    else:
        found = [f"https://{_API_HOST}{cloud['domain']}", address.origin + _ACCOUNT_PREFIXES[0]]
    return tuple(dict.fromkeys([known, *found] if known else found))


def token_url(api_base: str) -> str:
    """The token call hangs directly under the host of the API, never under `/api/v2` (contract 1.1)."""
    parts = urlsplit(api_base)
    return f"{parts.scheme}://{parts.netloc}{_TOKEN_PATH}"


def _path(api_url: str) -> str:
    text = "".join(api_url.split())
    return urlsplit(text if "://" in text else f"https://{text}").path.rstrip("/")


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _invalid(setting: str, code: str, **detail: object) -> SettingsInvalid:
    return SettingsInvalid([Fault(setting, code, detail)], code=code)
