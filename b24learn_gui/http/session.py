"""Sessions that trust the operating system, and what may stand in a header."""

import base64
import http.cookiejar
import logging
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from b24learn_gui.errors import Fault, Refused, SettingsInvalid
from b24learn_gui.loopback import is_loopback

if TYPE_CHECKING:
    import requests

USER_AGENT = "b24learn-gui"


def sendable(secret_name: str, value: str) -> bytes:
    """The bytes of a sign-in header (UTF-8), or `Refused("secret_not_sendable")` if no header can carry the value.

    `secret_name` is what the person calls it (`learn.password`); the value itself never enters the error.
    """
    if value != value.strip():
        raise Refused("secret_not_sendable", secret=secret_name, reason="blank_at_an_end")
    if any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in value):
        raise Refused("secret_not_sendable", secret=secret_name, reason="control_character")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("secret_not_sendable", secret=secret_name, reason="not_text") from None


def basic_sign_in(secret_name: str, login: str) -> bytes:
    """The value of a Basic `Authorization` header for `user:password`."""
    return b"Basic " + base64.b64encode(sendable(secret_name, login))


def open_session(
    *,
    ca_file: Path | None = None,
    proxy: str = "",
    proxy_login: str | None = None,
    pool_size: int = 4,
) -> "requests.Session":
    """A session that trusts the operating system's certificates and those in `ca_file`, and nobody else.

    `proxy`: empty for the system's (`no_proxy` is respected), otherwise `host:port` or an address; loopback is never
    reached through one. `proxy_login` is its `user:password`. No cookies, no `.netrc`, no redirects; bundles named in
    the environment (`REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`) are ignored. Raises `SettingsInvalid("ca_file_unusable")`.
    """
    import requests  # noqa: PLC0415 - start-up counts, see the module's docstring
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - as above
    from requests.utils import (  # noqa: PLC0415 - as above
        get_auth_from_url,
        get_environ_proxies,
        select_proxy,
    )

    # Its lines hold paths, and with them the webhook's secret; the children inherit the level.
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
    trust = _trust(ca_file)
    explicit = {} if not proxy else dict.fromkeys(("http", "https"), _with_scheme(proxy))
    explicit_login = None if proxy_login is None else basic_sign_in("proxy", proxy_login)

    def sign_in_to(proxy: str) -> dict[str, str]:
        if explicit:
            login = explicit_login
        else:
            user, password = get_auth_from_url(proxy)
            login = basic_sign_in("proxy", f"{user}:{password}") if user else None
        # Text, unlike other headers: what opens a tunnel writes them itself.
        return {} if login is None else {"Proxy-Authorization": login.decode("ascii")}

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
            super().init_poolmanager(connections, maxsize, block, ssl_context=trust, **options)

        def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
            return super().proxy_manager_for(proxy, ssl_context=trust, proxy_ssl_context=trust, **options)

        def proxy_headers(self, proxy: str) -> Any:
            return sign_in_to(proxy)

        def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
            """The context decides alone: with `ca_certs` set, certifi's list would join the system's."""
            del url, verify, cert
            conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None

    class Session(requests.Session):
        def get_redirect_target(self, resp: object) -> None:
            """No redirect is ever followed or even parsed: the caller decides."""
            del resp

        def route(self, url: str) -> tuple[str, dict[str, str]]:
            """The proxy this address is asked through, "" for none, and the headers that sign in to it."""
            proxy = select_proxy(url, self._proxies(url))
            if not proxy:
                return "", {}
            return _with_scheme(proxy), sign_in_to(proxy)

        def _proxies(self, url: str) -> dict[str, str]:
            if is_loopback(urlsplit(url).hostname or ""):
                return {}
            return explicit or get_environ_proxies(url)

        def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
            address = url.decode() if isinstance(url, bytes) else url
            options["proxies"] = self._proxies(address)
            return super().request(method, url, *args, **options)

    session = Session()
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, Adapter(pool_connections=pool_size, pool_maxsize=pool_size))
    return session


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    import truststore  # noqa: PLC0415 - start-up counts

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            raise SettingsInvalid([Fault("ca_file", "ca_file_unusable", {"file": str(ca_file)})]) from None
    return context
