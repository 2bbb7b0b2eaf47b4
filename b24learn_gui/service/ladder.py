"""The check ladder of either side, rung by rung, for `check` and for the wizard (SCREENS: check ladder).

What is found comes back as figures, so that it can be said in any language (`ladder_words`).
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from b24learn_gui.bitrix24 import probe as portal_probe
from b24learn_gui.bitrix24.reader import ALWAYS_READ, read_company
from b24learn_gui.bitrix24.rights import Owner
from b24learn_gui.bitrix24.transport import Transport as PortalTransport
from b24learn_gui.company.forest import Forest
from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.learn import probe as learn_probe
from b24learn_gui.learn.connect import Access
from b24learn_gui.learn.transport import Transport as LearnTransport
from b24learn_gui.service.connections import learn_access, learn_transport, patience_for, portal_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder_found import LADDER, RUNGS, LearnFound, PortalFound, Rung, RungName
from b24learn_gui.service.reading import read_target, signed_in_login, source_of, wanted_fields
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import PortalSettings, Settings
from b24learn_gui.sync.memory import Memory

OnRung = Callable[[Rung], None]
Found = TypeVar("Found", PortalFound, LearnFound)


def nobody(rung: Rung) -> None:
    """Nobody is told of rungs on the way."""
    del rung


def climb_portal(
    context: Context,
    settings: Settings,
    portal: PortalSettings,
    vault: Secrets,
    *,
    also_read: Sequence[str] = (),
    on_rung: OnRung = nobody,
) -> PortalFound:
    """One portal's ladder up to reading the whole company; a broken rung is in the answer, not raised.

    `also_read`: Bitrix24 fields whose values are wanted besides the mapped ones. `on_rung` is told of every rung that
    begins and ends.
    """
    context.reporter.phase("bitrix24", portal.key)
    with ExitStack() as stack:
        return _Portal(context, settings, portal, vault, stack, also_read).climb(on_rung)


def climb_learn(
    context: Context,
    settings: Settings,
    vault: Secrets,
    memory: Memory,
    api_base: str | None,
    *,
    on_rung: OnRung = nobody,
) -> LearnFound:
    """Learn's ladder up to reading the whole account, likewise. `api_base`: where an earlier run found its API."""
    context.reporter.phase("learn")
    with ExitStack() as stack:
        return _Learn(context, settings, vault, memory, api_base, stack).climb(on_rung)


class _Side(ABC, Generic[Found]):
    """What climbs a ladder. Each rung returns its figures or raises; `found` grows with every one."""

    found: Found

    def climb(self, on_rung: OnRung) -> Found:
        """To the top or to the first error."""
        rungs = {rung.name: rung for rung in LADDER}

        def tell(rung: Rung) -> None:
            rungs[rung.name] = rung
            on_rung(rung)

        failure: SyncError | None = None
        for name, step in self._steps().items():
            tell(Rung(name, "trying"))
            started = time.monotonic()
            try:
                figures = step()
            except SyncError as error:
                failure = error
                broken = name if isinstance(error, StoppedOnRequest) else self._rung_of(error, name)
                for rung in _broken_ladder(rungs, Rung(broken, "failed", error=error, seconds=_since(started))):
                    tell(rung)
                break
            tell(Rung(name, "passed", figures, seconds=_since(started)))
        return replace(self.found, rungs=tuple(rungs.values()), error=failure)

    def _steps(self) -> Mapping[RungName, Callable[[], Mapping[str, Any]]]:
        return {
            "address": self._address,
            "network": self._network,
            "certificate": self._certificate,
            "sign_in": self._sign_in,
            "permissions": self._permissions,
            "data": self._data,
        }

    @abstractmethod
    def _rung_of(self, error: SyncError, tried: RungName) -> RungName:
        """An error may belong to another rung than the one that was tried: one request climbs two of them."""

    @abstractmethod
    def _address(self) -> Mapping[str, Any]: ...
    @abstractmethod
    def _network(self) -> Mapping[str, Any]: ...
    @abstractmethod
    def _certificate(self) -> Mapping[str, Any]: ...
    @abstractmethod
    def _sign_in(self) -> Mapping[str, Any]: ...
    @abstractmethod
    def _permissions(self) -> Mapping[str, Any]: ...
    @abstractmethod
    def _data(self) -> Mapping[str, Any]: ...


class _Portal(_Side[PortalFound]):
    def __init__(
        self,
        context: Context,
        settings: Settings,
        portal: PortalSettings,
        vault: Secrets,
        stack: ExitStack,
        also_read: Sequence[str],
    ) -> None:
        self._context, self._settings, self._portal, self._vault = context, settings, portal, vault
        self._stack, self._also_read = stack, also_read
        self._transport: PortalTransport
        self._owner: Owner
        self.found = PortalFound(portal.key, LADDER)

    def _rung_of(self, error: SyncError, tried: RungName) -> RungName:
        return tried if tried in {"address", "data"} else portal_probe.rung_of(error)

    def _address(self) -> Mapping[str, Any]:
        portal = self._portal
        self._transport = self._stack.enter_context(
            portal_transport(self._context, self._settings, portal, self._vault)
        )
        webhook = self._transport.webhook
        self.found = replace(self.found, address=webhook.origin + webhook.prefix)
        if portal.address and portal_probe.differs(webhook, portal.address):
            self._note("address_differs")
        if webhook.plain:
            self._note("plain_http")
        return {"masked": webhook.masked}

    def _network(self) -> Mapping[str, Any]:
        reached = portal_probe.reach(self._transport)
        if reached.moved_to:
            self._note("moved")
        return {"host": reached.host, "moved_to": reached.moved_to, "proxy": _shown_proxy(self._portal.proxy)}

    def _certificate(self) -> Mapping[str, Any]:
        return {"protected": self._transport.webhook.scheme == "https"}

    def _sign_in(self) -> Mapping[str, Any]:
        self._owner = portal_probe.sign_in(self._transport)
        if not self._owner.admin:
            self._note("owner_not_admin")
        return {"owner_id": self._owner.id, "owner": self._owner.name, "admin": self._owner.admin}

    def _permissions(self) -> Mapping[str, Any]:
        rights = portal_probe.permissions(self._transport, self._owner)
        return {"scopes": sorted(rights.scopes)}

    def _data(self) -> Mapping[str, Any]:
        mapped = wanted_fields(self._settings)
        counts = portal_probe.data(self._transport, mapped)
        wanted = tuple(dict.fromkeys((*mapped, *self._also_read)))
        company = read_company(self._transport, wanted_fields=wanted, progress=self._context.reporter.progress)
        if company.doubts:
            self._note("source_incomplete")
        source = source_of(company)
        self.found = replace(
            self.found,
            company=company,
            forest=Forest.of(company.departments),
            employees=source.employees,
            departments=source.departments,
            rights=company.rights,
            fields=counts.offered,
            unknown_fields=counts.unknown_fields,
            read_fields=frozenset((*ALWAYS_READ, *wanted)),
        )
        return {"employees": source.employees, "departments": source.departments}

    def _note(self, code: str) -> None:
        self.found = replace(self.found, notes=(*self.found.notes, code))


class _Learn(_Side[LearnFound]):
    def __init__(
        self,
        context: Context,
        settings: Settings,
        vault: Secrets,
        memory: Memory,
        api_base: str | None,
        stack: ExitStack,
    ) -> None:
        self._context, self._settings, self._vault, self._stack = context, settings, vault, stack
        self._memory, self._api_base = memory, api_base
        self._access: Access
        self._transport: LearnTransport
        self.found = LearnFound(LADDER)

    def _rung_of(self, error: SyncError, tried: RungName) -> RungName:
        return tried if tried in {"address", "data"} else learn_probe.rung_of(error, tried)

    def _address(self) -> Mapping[str, Any]:
        self._access = learn_access(self._settings.learn, self._vault)
        return {"masked": self._access.address.origin}

    def _network(self) -> Mapping[str, Any]:
        learn_probe.reach(self._access, patience=patience_for(self._context, self._settings, "learn"))
        return {"host": self._access.address.host, "proxy": _shown_proxy(self._settings.learn.proxy)}

    def _certificate(self) -> Mapping[str, Any]:
        return {"protected": self._access.address.scheme == "https"}

    def _sign_in(self) -> Mapping[str, Any]:
        self._transport = self._stack.enter_context(
            learn_transport(self._context, self._settings, self._vault, self._api_base)
        )
        signed = learn_probe.sign_in(self._transport)
        self.found = replace(self.found, api_base=signed.api_base)
        return {"api_host": urlsplit(signed.api_base).hostname or ""}

    def _permissions(self) -> Mapping[str, Any]:
        login = signed_in_login(self._settings)
        seen = learn_probe.permissions(self._transport, login=login)
        self.found = replace(self.found, administrator=seen.administrator)
        return {"administrator": seen.administrator, "login": login}

    def _data(self) -> Mapping[str, Any]:
        snapshot = read_target(self._context, self._settings, self._transport, self._memory)
        self.found = replace(
            self.found,
            snapshot=snapshot,
            people=len(snapshot.accounts),
            departments=len(snapshot.departments),
            fields=snapshot.fields,
            free_seats=snapshot.free_seats,
        )
        return {
            "people": len(snapshot.accounts),
            "departments": len(snapshot.departments),
            "free_seats": snapshot.free_seats,
        }


def _broken_ladder(rungs: Mapping[RungName, Rung], broken: Rung) -> list[Rung]:
    """The rungs that change when this one breaks: what lies below it holds, what lies above it was not tried."""
    place = RUNGS.index(broken.name)
    below = [Rung(name, "passed") for name in RUNGS[:place] if rungs[name].state != "passed"]
    above = [Rung(name) for name in RUNGS[place + 1 :] if rungs[name].state != "waiting"]
    return [*below, broken, *above]


def _shown_proxy(address: str) -> str:
    """Without a sign-in that was typed into the address: such settings are refused, but only when they are saved."""
    return address.rpartition("@")[2] if "@" in address else address


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)
