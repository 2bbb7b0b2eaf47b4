"""The webhook's address as people paste it, taken apart (contract bitrix24-rest.md 1.1)."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from b24learn_gui.errors import SyncError
from b24learn_gui.loopback import is_loopback

_CODE = re.compile(r"[A-Za-z0-9_-]+")
_HOST = re.compile(r"[^\s/\\?#@<>\"'{}|^`,;!*()$&+=~\[\]]+")
_PLACEHOLDER = re.compile(r"[*•….<>{}\[\]%]|^([xX]+|code|token|webhook|your[_-]?code)$", re.IGNORECASE)
_METHODS_WITHOUT_DOT = frozenset({"batch", "events", "methods", "profile", "scope"})


class AddressInvalid(SyncError):
    """The pasted text is no usable webhook address (exit 70).

    `code`: `empty`, `not_url`, `scheme` (neither http nor https), `plain_http`, `no_rest`, `no_owner`, `no_code`,
    `bad_code`, `placeholder`. The text is a secret and is in no parameter; `host` is given where it was found.
    """

    exit_code = 70


@dataclass(frozen=True, slots=True)
class Webhook:
    """An inbound webhook: `<scheme>://<host>[:<port>]<prefix>/rest/<owner>/<code>/`."""

    scheme: str
    host: str
    port: int | None
    prefix: str
    owner: str
    code: str = field(repr=False)
    basic_login: str | None = field(default=None, repr=False)
    """`user:password` for a web server that asks for HTTP Basic before the portal does."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, without the prefix."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")

    @property
    def masked(self) -> str:
        """For showing and for logs."""
        return f"{self.origin}{self.prefix}/rest/{self.owner}/***/"

    @property
    def plain(self) -> bool:
        """True where the secret travels unprotected: http to another machine."""
        return self.scheme == "http" and not is_loopback(self.host)

    def path(self, method: str) -> str:
        """The path of a v2 method, secret included."""
        return f"{self.prefix}/rest/{self.owner}/{self.code}/{method}"

    def url(self, method: str) -> str:
        """The address of a v2 method, secret included."""
        return self.origin + self.path(method)


def parse_webhook(text: str, *, allow_http: bool = False, portal: str | None = None) -> Webhook:
    """Take a pasted address apart.

    Tolerated are surrounding words and quotes, a missing scheme (https is meant), doubled and trailing slashes, a
    method name with or without `.json`, a query, v3 addresses (`/rest/api/…`) and credentials for HTTP Basic.
    Raises `AddressInvalid`; `plain_http` unless the host is loopback or `allow_http`.
    """
    parts = _split(text, portal)
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"}:
        raise AddressInvalid("scheme", side="bitrix24", portal=portal, host=host)
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        raise AddressInvalid("plain_http", side="bitrix24", portal=portal, host=host)
    prefix, owner, code = _path(parts.path, host, portal)
    login = None
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Webhook(parts.scheme, host, parts.port, prefix, owner, code, login)


def _split(text: str, portal: str | None) -> SplitResult:
    words = [word for word in (raw.strip("\"'`<>«»“”„,;") for raw in text.split()) if word]
    if not words:
        raise AddressInvalid("empty", side="bitrix24", portal=portal)
    addresses = [word for word in words if "/" in word] if len(words) > 1 else words
    if len(addresses) != 1:
        raise AddressInvalid("not_url", side="bitrix24", portal=portal)
    address = addresses[0] if "://" in addresses[0] else "https://" + addresses[0].lstrip("/")
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    else:
        host = parts.hostname or ""
        if usable and (":" in host or (_HOST.fullmatch(host) and ("." in host or "/" in address.partition("://")[2]))):
            return parts
    raise AddressInvalid("not_url", side="bitrix24", portal=portal) from None


def _path(path: str, host: str, portal: str | None) -> tuple[str, str, str]:
    """Prefix, owner and code out of `/b24/rest/17/code/profile.json`."""

    def invalid(code: str) -> AddressInvalid:
        return AddressInvalid(code, side="bitrix24", portal=portal, host=host)

    segments = [segment for segment in path.split("/") if segment]
    folded = [segment.lower() for segment in segments]
    if "rest" not in folded:
        raise invalid("no_rest")
    at = folded.index("rest")
    rest = segments[at + 1 :]
    if rest[:1] == ["api"]:
        rest = rest[1:]
    if not rest:
        raise invalid("no_owner")
    if not rest[0].isdecimal() and (len(rest) < 2 or _is_method(rest[1])):  # otherwise the owner's login
        raise invalid("no_owner")
    if len(rest) < 2 or _is_method(rest[1]):
        raise invalid("no_code")
    if _PLACEHOLDER.search(rest[1]):
        raise invalid("placeholder")
    if not _CODE.fullmatch(rest[1]):
        raise invalid("bad_code")
    return "".join(f"/{segment}" for segment in segments[:at]), rest[0], rest[1]


def _is_method(segment: str) -> bool:
    name = segment.lower().removesuffix(".json").removesuffix(".xml")
    return name in _METHODS_WITHOUT_DOT or re.fullmatch(r"[a-z]\w*(\.\w+)+", segment.lower()) is not None
