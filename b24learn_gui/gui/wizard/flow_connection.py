"""What of the setup belongs to the connection of a side, and which sides are connected as they were saved. No Qt."""

from collections.abc import Collection

from b24learn_gui.storage.secrets import LEARN_CLIENT_SECRET, LEARN_PASSWORD, LEARN_PROXY, proxy_name, webhook_name
from b24learn_gui.storage.settings import PortalSettings, Settings

LEARN_SECRETS = frozenset({LEARN_PASSWORD, LEARN_CLIENT_SECRET, LEARN_PROXY})
_OF_PORTAL = ("ca_file", "proxy", "allow_http")
"""Besides the webhook itself; the address in the settings is for showing."""


def portal_secrets(key: str) -> frozenset[str]:
    """Names of the secrets a portal is reached with."""
    return frozenset({webhook_name(key), proxy_name(key)})


def connection_of(portal: PortalSettings) -> tuple[object, ...]:
    """What a portal's check depends on, besides its secrets."""
    return tuple(getattr(portal, name) for name in _OF_PORTAL)


def settled_sides(
    now: Settings, saved: Settings | None, stored: Collection[str], typed: Collection[str]
) -> frozenset[str]:
    """Sides whose connection is what was saved: portal keys, and `""` for Learn. They need no check."""
    if saved is None:
        return frozenset()
    former = {portal.key: portal for portal in saved.portals}
    settled = {
        portal.key
        for portal in now.portals
        if portal.key in former
        and connection_of(portal) == connection_of(former[portal.key])
        and webhook_name(portal.key) in stored
        and portal_secrets(portal.key).isdisjoint(typed)
    }
    if now.learn == saved.learn and LEARN_SECRETS.isdisjoint(typed):
        settled.add("")
    return frozenset(settled)


def proxies_gone(settings: Settings) -> frozenset[str]:
    """The sign-ins of proxies that saving has cleared away, because nothing is reached through them."""
    portals = {proxy_name(portal.key) for portal in settings.portals if not portal.proxy}
    return frozenset(portals if settings.learn.proxy else {*portals, LEARN_PROXY})
