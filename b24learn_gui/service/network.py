"""Whether the network is there: asked after waking, before a run is started that would only fail without it."""

import socket
import threading
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from b24learn_gui.errors import SyncError
from b24learn_gui.loopback import is_loopback
from b24learn_gui.service.context import Context
from b24learn_gui.storage.settings import read_settings

CONNECT_SECONDS = 5.0
"""For one connection."""
WHOLE_SECONDS = 8.0
"""For everything: looking up a name knows no deadline of its own."""

Address = tuple[str, int]


def reachable(context: Context) -> bool:
    """Whether Learn and one of the portals, or the proxies before them, take a connection. Nothing is sent.

    True also where the settings cannot be read: the run itself says so better.
    """
    try:
        settings = read_settings(context.places.settings_file)
    except SyncError:
        return True
    learn = _way_to(settings.learn.url, settings.learn.proxy)
    portals = {_way_to(portal.address, portal.proxy) for portal in settings.portals}
    answered = _answering({learn, *portals})
    return learn in answered and (not portals or not portals.isdisjoint(answered))


def _way_to(url: str, proxy: str) -> Address:
    """The first machine on the way there: the proxy, if there is one; loopback is never reached through one."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    host = parts.hostname or ""
    if is_loopback(host):
        return host, _port(parts.port, parts.scheme)
    through = proxy or _system_proxy(parts.scheme, host)
    if through:
        parts = urlsplit(through if "://" in through else f"http://{through}")
    return parts.hostname or "", _port(parts.port, parts.scheme)


def _port(port: int | None, scheme: str) -> int:
    return port or (80 if scheme == "http" else 443)


def _system_proxy(scheme: str, host: str) -> str:
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - seldom asked, and start-up counts

    if proxy_bypass(host):
        return ""
    proxies = getproxies()
    return proxies.get(scheme) or proxies.get("all") or ""


def _answering(addresses: Iterable[Address]) -> set[Address]:
    """Those that took a connection in time. A thread that still looks up a name ends by itself."""
    answered: set[Address] = set()

    def ask(address: Address) -> None:
        try:
            socket.create_connection(address, timeout=CONNECT_SECONDS).close()
        except (OSError, UnicodeError):
            return
        answered.add(address)

    asking = [threading.Thread(target=ask, args=(address,), daemon=True) for address in addresses]
    deadline = time.monotonic() + WHOLE_SECONDS
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(max(0.0, deadline - time.monotonic()))
    return set(answered)
