"""What the heart of the sync needs to know of the settings, in its own words."""

import dataclasses
import unicodedata

from b24learn_gui.storage.settings.model import Settings
from b24learn_gui.sync.policy import Limits, Policy, PortalScope


def to_policy(settings: Settings) -> Policy:
    """The `[sync]` and `[limits]` tables of valid settings."""
    sync = settings.sync
    return Policy(
        notify_users=sync.notify_users,
        sync_heads=sync.sync_heads,
        login_from=sync.login_from,
        phone_region=sync.phone_region,
        leavers=sync.leavers,
        out_of_scope=sync.out_of_scope,
        empty_departments=sync.empty_departments,
        protect=frozenset(unicodedata.normalize("NFC", login).strip().casefold() for login in sync.protect),
        hold=frozenset(_person_key(text) for text in sync.hold),
        fields={name.casefold(): source for name, source in sync.fields.items()},
        limits=Limits(**dataclasses.asdict(settings.limits)),
    )


def to_scopes(settings: Settings) -> tuple[PortalScope, ...]:
    """The ticked departments of every portal, in the file's order."""
    return tuple(
        PortalScope(
            key=portal.key,
            include=frozenset(portal.include),
            exclude=frozenset(portal.exclude),
            name=portal.name.strip(),
        )
        for portal in settings.portals
    )


def _person_key(text: str) -> tuple[str, int]:
    key, _, number = text.partition(":")
    return key, int(number)
