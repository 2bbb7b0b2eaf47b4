"""Reads both sides: portals side by side, each failing on its own (rule Q4), then Learn with the linked accounts."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from b24learn_gui.bitrix24.reader import read_company
from b24learn_gui.company.model import Company
from b24learn_gui.errors import SyncError
from b24learn_gui.learn.reader import read_learn
from b24learn_gui.learn.transport import Transport as LearnTransport
from b24learn_gui.service.connections import portal_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.reporting import Reporter
from b24learn_gui.service.summary import SourceRead
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import PortalSettings, Settings
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Memory

MOST_AT_ONCE = 8
"""Portals read at a time; more than that many a company rarely has."""

_ALWAYS_MAPPED = ("EMAIL",)
_PHONE_LOGIN = "PERSONAL_MOBILE"


@dataclass(frozen=True, slots=True)
class PortalReading:
    """What one portal gave: `company` is None where `source.error` says why."""

    source: SourceRead
    company: Company | None
    requests: int


class _Together:
    """Adds up the progress of several portals; told one at a time."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._guard = threading.Lock()
        self._figures: dict[str, tuple[int, int]] = {}

    def tell(self, portal: str, done: int, total: int) -> None:
        with self._guard:
            self._figures[portal] = (done, total)
            figures = self._figures.values()
            self._reporter.progress(sum(each[0] for each in figures), sum(each[1] for each in figures))


def read_portals(
    context: Context, settings: Settings, portals: Sequence[PortalSettings], vault: Secrets
) -> list[PortalReading]:
    """All of these portals, in their order; each one's failure is its own."""
    together = _Together(context.reporter)
    context.reporter.phase("bitrix24", portals[0].key if len(portals) == 1 else None)
    if len(portals) == 1:
        return [_read_portal(context, settings, portals[0], vault, together)]
    with ThreadPoolExecutor(min(len(portals), MOST_AT_ONCE), thread_name_prefix="portal") as pool:
        return list(pool.map(lambda portal: _read_portal(context, settings, portal, vault, together), portals))


def _read_portal(
    context: Context, settings: Settings, portal: PortalSettings, vault: Secrets, together: _Together
) -> PortalReading:
    requests = 0
    try:
        with portal_transport(context, settings, portal, vault) as transport:
            try:
                company = read_company(
                    transport,
                    wanted_fields=wanted_fields(settings),
                    progress=lambda done, total: together.tell(portal.key, done, total),
                )
            finally:
                requests = transport.requests
    except SyncError as error:
        if error.portal is None:
            error.portal = portal.key
        return PortalReading(SourceRead(portal.key, error=error), None, requests)
    return PortalReading(source_of(company), company, requests)


def source_of(company: Company) -> SourceRead:
    return SourceRead(
        portal=company.portal,
        departments=len(company.departments),
        employees=sum(employee.active and employee.kind in {"employee", ""} for employee in company.employees),
        doubts=company.doubts,
        people=frozenset((company.portal, employee.id) for employee in company.employees),
    )


def wanted_fields(settings: Settings) -> tuple[str, ...]:
    """The Bitrix24 fields the mapping and the login need, besides those that are always read."""
    fields = [*settings.sync.fields.values(), *_ALWAYS_MAPPED]
    if settings.sync.login_from == "phone":
        fields.append(_PHONE_LOGIN)
    return tuple(dict.fromkeys(field.upper() for field in fields))


def read_target(context: Context, settings: Settings, transport: LearnTransport, memory: Memory) -> LearnSnapshot:
    """Learn, every linked account listed or proven gone (rule I5)."""
    context.reporter.phase("learn")
    return read_learn(
        transport,
        linked_ids={link.learn_id for link in memory.people.values()},
        login=signed_in_login(settings),
        on_progress=context.reporter.progress,
    )


def signed_in_login(settings: Settings) -> str:
    """The account we sign in with, where that is known: an API key belongs to nobody by name."""
    return settings.learn.login if settings.learn.sign_in == "password" else ""
