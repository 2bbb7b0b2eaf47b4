"""What the settings must fulfil beyond types and ranges (INTERFACE: settings.toml)."""

from collections import Counter
from collections.abc import Iterable, Iterator

from b24learn_gui.errors import Fault
from b24learn_gui.storage.settings.addresses import address_faults, is_email, proxy_faults
from b24learn_gui.storage.settings.model import (
    ActivationSettings,
    LearnSettings,
    PortalSettings,
    ScheduleSettings,
    Settings,
    SyncSettings,
)

_UNMAPPABLE = frozenset({"login", "email"})


def rule_faults(settings: Settings) -> Iterator[Fault]:
    """Every broken rule, with its path. Codes are listed in the functions below."""
    yield from _learn(settings.learn)
    yield from _portals(settings.portals)
    yield from _schedule(settings.schedule)
    yield from _sync(settings.sync, {portal.key for portal in settings.portals})
    yield from _activation(settings.activation)
    if settings.alerts.webhook_url:
        yield from address_faults("alerts.webhook_url", settings.alerts.webhook_url)


def _learn(learn: LearnSettings) -> Iterator[Fault]:
    """`required`, `bad_email`, and those of addresses."""
    if not learn.url.strip():
        yield Fault("learn.url", "required", {})
    else:
        yield from address_faults("learn.url", learn.url, scheme_needed=False)
    if learn.api_url:
        yield from address_faults("learn.api_url", learn.api_url)
    if learn.sign_in == "password" and not learn.login:
        yield Fault("learn.login", "required", {})
    elif learn.login and not is_email(learn.login):
        yield Fault("learn.login", "bad_email", {})
    if learn.sign_in == "api_key" and not learn.client_id.strip():
        yield Fault("learn.client_id", "required", {})
    yield from proxy_faults("learn.proxy", learn.proxy)


def _portals(portals: tuple[PortalSettings, ...]) -> Iterator[Fault]:
    """`required`, `duplicate_portal_key` (`key`)."""
    if not portals:
        yield Fault("portals", "required", {})
    seen: set[str] = set()
    for index, portal in enumerate(portals):
        path = f"portals[{index}]"
        if not portal.key:
            yield Fault(f"{path}.key", "required", {})
        elif portal.key in seen:
            yield Fault(f"{path}.key", "duplicate_portal_key", {"key": portal.key})
        seen.add(portal.key)
        yield from _portal(path, portal)


def _portal(path: str, portal: PortalSettings) -> Iterator[Fault]:
    """`required`, `duplicate` (`value`), `included_and_excluded` (`id`), and those of addresses."""
    if not portal.address.strip():
        yield Fault(f"{path}.address", "required", {})
    else:
        yield from address_faults(f"{path}.address", portal.address, allow_http=portal.allow_http, scheme_needed=False)
    yield from proxy_faults(f"{path}.proxy", portal.proxy)
    if not portal.include:
        yield Fault(f"{path}.include", "required", {})
    yield from _duplicates(f"{path}.include", portal.include)
    yield from _duplicates(f"{path}.exclude", portal.exclude)
    for both in sorted({*portal.include} & {*portal.exclude}):
        yield Fault(f"{path}.exclude", "included_and_excluded", {"id": both})


def _schedule(schedule: ScheduleSettings) -> Iterator[Fault]:
    """`equal_times`."""
    if schedule.second_run_utc == schedule.first_run_utc:
        yield Fault("schedule.second_run_utc", "equal_times", {})


def _sync(sync: SyncSettings, portal_keys: set[str]) -> Iterator[Fault]:
    """`unknown_portal` (`key`), `duplicate` (`value`), `field_not_mappable`."""
    for held in sync.hold:
        key = held.partition(":")[0]
        if key not in portal_keys:
            # A hold that holds nobody is most likely a slip of the pen, and would be noticed too late.
            yield Fault("sync.hold", "unknown_portal", {"key": key, "value": held})
    yield from _duplicates("sync.hold", sync.hold)
    yield from _duplicates("sync.fields", (name.casefold() for name in sync.fields))
    for name in sync.fields:
        if name.casefold() in _UNMAPPABLE:
            yield Fault(f"sync.fields.{name}", "field_not_mappable", {})


def _activation(activation: ActivationSettings) -> Iterator[Fault]:
    """`required`, `bad_email`, and those of addresses."""
    if activation.url:
        yield from address_faults("activation.url", activation.url)
    if activation.email and not is_email(activation.email):
        yield Fault("activation.email", "bad_email", {})
    elif not activation.email and not activation.url:
        yield Fault("activation.email", "required", {})


def _duplicates(path: str, values: Iterable[object]) -> Iterator[Fault]:
    for value, times in Counter(values).items():
        if times > 1:
            yield Fault(path, "duplicate", {"value": value})
