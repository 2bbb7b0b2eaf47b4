"""The check ladders of the wizard: both sides rung by rung, as data (SCREENS: check ladder).

The same probes as `check` uses; what is found comes back as figures, so that pages can say it in any language.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from b24learn_gui.bitrix24 import probe as portal_probe
from b24learn_gui.bitrix24.address import parse_webhook
from b24learn_gui.bitrix24.reader import ALWAYS_READ, read_company
from b24learn_gui.company.forest import Forest
from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.learn import probe as learn_probe
from b24learn_gui.learn.reader import read_roles
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.connections import learn_access, learn_transport, patience_for, portal_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.reading import read_target, signed_in_login, source_of, wanted_fields
from b24learn_gui.service.reporting import Silent
from b24learn_gui.service.setup_found import LADDER, RUNGS, LearnFound, PortalFound, Rung, RungName
from b24learn_gui.service.setup_place import where_kept
from b24learn_gui.service.setup_vault import TypedSecrets
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.secrets import webhook_name
from b24learn_gui.storage.settings import PortalSettings, Settings

OnRung = Callable[[Rung], None]
OnProgress = Callable[[int, int], None]
Step = tuple[RungName, Callable[[], Mapping[str, Any]]]
"""A rung and what climbs it: it returns the figures of a passed rung, or raises."""

LONGEST_WAIT = 120
"""Seconds of patience with a server while somebody looks on; a run at night may have more."""

USUAL_FIELDS = ("PERSONAL_MOBILE", "PERSONAL_PHONE", "WORK_PHONE", "UF_PHONE_INNER", "WORK_POSITION")
"""Read besides the mapped ones, so that the usual changes of the mapping need no second reading."""


def _nobody(rung: Rung) -> None:
    del rung


def check_portal(
    context: Context,
    settings: Settings,
    key: str,
    secrets: Mapping[str, str],
    *,
    stop: threading.Event,
    on_rung: OnRung = _nobody,
    on_progress: OnProgress | None = None,
) -> PortalFound:
    """Climb one portal's ladder up to reading the whole company. A broken rung is in the answer, not raised.

    `settings`: the draft's, valid or not; `secrets`: typed ones by name. `on_rung` is told of every rung that begins
    and ends, `on_progress(done, total)` of people read. Raises `StoppedOnRequest`; KeyError for an unknown portal.
    """
    portal = settings.portal(key)
    if portal is None:
        raise KeyError(key)
    climb = _Climb(on_rung, _portal_rung)
    with ExitStack() as stack:
        side = _Portal(_watched(context, stop, on_progress), _impatient(settings), portal, secrets, stack)
        climb.up(side.steps())
    if climb.error is not None:
        return PortalFound(key, climb.rungs, climb.error, address=side.found.address)
    return replace(side.found, rungs=climb.rungs)


def check_learn(
    context: Context,
    settings: Settings,
    secrets: Mapping[str, str],
    *,
    stop: threading.Event,
    on_rung: OnRung = _nobody,
    on_progress: OnProgress | None = None,
) -> LearnFound:
    """Climb Learn's ladder up to reading the whole account; otherwise as `check_portal`."""
    climb = _Climb(on_rung, _learn_rung)
    with ExitStack() as stack:
        side = _Learn(_watched(context, stop, on_progress), _impatient(settings), secrets, stack)
        climb.up(side.steps())
    kept = where_kept(context)
    if climb.error is not None:
        return LearnFound(climb.rungs, climb.error, kept=kept)
    return replace(side.found, rungs=climb.rungs, kept=kept)


class _Climb:
    """The rungs of one side on its way up; every change of one is told."""

    def __init__(self, on_rung: OnRung, belongs: Callable[[SyncError, RungName], RungName]) -> None:
        self._on_rung = on_rung
        self._belongs = belongs
        self._rungs = {rung.name: rung for rung in LADDER}
        self.error: SyncError | None = None

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return tuple(self._rungs.values())

    def up(self, steps: Iterator[Step]) -> None:
        """To the top or to the first error. Raises `StoppedOnRequest`."""
        for name, step in steps:
            self._tell(Rung(name, "trying"))
            started = time.monotonic()
            try:
                figures = step()
            except StoppedOnRequest:
                raise
            except SyncError as error:
                self._break(name, error, _since(started))
                return
            self._tell(Rung(name, "passed", figures, seconds=_since(started)))

    def _break(self, tried: RungName, error: SyncError, seconds: float) -> None:
        """An error may belong to another rung than the one that was tried: one request climbs two of them."""
        self.error = error
        broken = self._belongs(error, tried)
        for name in RUNGS:
            rung = self._rungs[name]
            if name == broken:
                self._tell(Rung(name, "failed", error=error, seconds=seconds))
            elif RUNGS.index(name) < RUNGS.index(broken) and rung.state != "passed":
                self._tell(Rung(name, "passed"))
            elif RUNGS.index(name) > RUNGS.index(broken) and rung.state != "waiting":
                self._tell(Rung(name))

    def _tell(self, rung: Rung) -> None:
        self._rungs[rung.name] = rung
        self._on_rung(rung)


class _Portal:
    """What climbs a portal's ladder; `found` grows with every rung."""

    def __init__(
        self,
        context: Context,
        settings: Settings,
        portal: PortalSettings,
        secrets: Mapping[str, str],
        stack: ExitStack,
    ) -> None:
        self._context = context
        self._settings = settings
        self._portal = portal
        self._vault = TypedSecrets(context, secrets)
        self._stack = stack
        self._transport: Any = None
        self._owner: Any = None
        self.found = PortalFound(portal.key, LADDER)

    def steps(self) -> Iterator[Step]:
        yield "address", self._address
        yield "network", self._network
        yield "certificate", self._certificate
        yield "sign_in", self._sign_in
        yield "permissions", self._permissions
        yield "data", self._data

    def _address(self) -> Mapping[str, Any]:
        portal = self._portal
        text = self._vault.get(webhook_name(portal.key))
        webhook = parse_webhook(text, allow_http=portal.allow_http, portal=portal.key)
        self.found = replace(self.found, address=webhook.origin + webhook.prefix)
        if webhook.plain:
            self._note("plain_http")
        self._transport = self._stack.enter_context(
            portal_transport(self._context, self._settings, portal, self._vault)
        )
        return {"masked": webhook.masked}

    def _network(self) -> Mapping[str, Any]:
        reached = portal_probe.reach(self._transport)
        if reached.moved_to:
            self._note("moved")
        return {"host": reached.host, "moved_to": reached.moved_to}

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
        names = self._transport.call("user.fields").result
        wanted = tuple(dict.fromkeys((*mapped, *USUAL_FIELDS)))
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
            fields=_labels(names),
            unknown_fields=counts.unknown_fields,
            read_fields=frozenset((*ALWAYS_READ, *wanted)),
        )
        return {"employees": source.employees, "departments": source.departments}

    def _note(self, code: str) -> None:
        self.found = replace(self.found, notes=(*self.found.notes, code))


class _Learn:
    """What climbs Learn's ladder."""

    def __init__(self, context: Context, settings: Settings, secrets: Mapping[str, str], stack: ExitStack) -> None:
        self._context = context
        self._settings = settings
        self._vault = TypedSecrets(context, secrets)
        self._stack = stack
        self._access: Any = None
        self._transport: Any = None
        with Journal.open_read_only(context.places.journal_file) as journal:
            self._memory = journal.memory()
            self._api_base = known_api_base(journal, settings)
        self.found = LearnFound(LADDER)

    def steps(self) -> Iterator[Step]:
        yield "address", self._address
        yield "network", self._network
        yield "certificate", self._certificate
        yield "sign_in", self._sign_in
        yield "permissions", self._permissions
        yield "data", self._data

    def _address(self) -> Mapping[str, Any]:
        self._access = learn_access(self._settings.learn, self._vault)
        return {"masked": self._access.address.origin}

    def _network(self) -> Mapping[str, Any]:
        learn_probe.reach(self._access, patience=patience_for(self._context, self._settings, "learn"))
        return {"host": self._access.address.host}

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
        seen = learn_probe.permissions(self._transport, login=signed_in_login(self._settings))
        self.found = replace(self.found, administrator=seen.administrator)
        return {"administrator": seen.administrator}

    def _data(self) -> Mapping[str, Any]:
        snapshot = read_target(self._context, self._settings, self._transport, self._memory)
        self.found = replace(
            self.found,
            snapshot=snapshot,
            people=len(snapshot.accounts),
            departments=len(snapshot.departments),
            fields=snapshot.fields,
            roles=read_roles(self._transport),
            free_seats=snapshot.free_seats,
        )
        return {
            "people": len(snapshot.accounts),
            "departments": len(snapshot.departments),
            "free_seats": snapshot.free_seats,
        }


class _Progress(Silent):
    """Passes on how many people were read, and nothing else."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress

    def progress(self, done: int, total: int) -> None:
        self._on_progress(done, total)


def _watched(context: Context, stop: threading.Event, on_progress: OnProgress | None) -> Context:
    """The context of one question: it can be stopped, and its progress goes where it is shown."""
    return replace(context, stop=stop, reporter=_Progress(on_progress) if on_progress else Silent())


def _impatient(settings: Settings) -> Settings:
    patience = min(settings.network.patience_seconds, LONGEST_WAIT)
    return replace(settings, network=replace(settings.network, patience_seconds=patience))


def _labels(fields: object) -> dict[str, str]:
    """Field → its name in the portal; a field without one goes by its code."""
    if not isinstance(fields, Mapping):
        return {}
    return {str(code).upper(): str(name).strip() or str(code).upper() for code, name in fields.items()}


def _portal_rung(error: SyncError, tried: RungName) -> RungName:
    return tried if tried in {"address", "data"} else portal_probe.rung_of(error)


def _learn_rung(error: SyncError, tried: RungName) -> RungName:
    return tried if tried in {"address", "data"} else learn_probe.rung_of(error, tried)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)
