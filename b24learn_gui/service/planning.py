"""The common road of preview and sync: read both sides, choose whom it is about, plan."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from b24learn_gui.company.model import Company
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.learn.transport import Transport as LearnTransport
from b24learn_gui.service.connections import learn_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import chosen_exit_code
from b24learn_gui.service.reading import read_portals, read_target, signed_in_login
from b24learn_gui.service.summary import Requests, SourceRead
from b24learn_gui.service.who import choose
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import PortalSettings, Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.plan import PlanOptions, make_plan


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run is about: everybody of every portal unless something is named."""

    only: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()
    deactivate: bool = True

    @property
    def partial(self) -> bool:
        return bool(self.only or self.portals)

    @property
    def options(self) -> tuple[str, ...]:
        """The same, as options of the command line."""
        named = [("--only", who) for who in self.only] + [("--portal", key) for key in self.portals]
        return (*(word for pair in named for word in pair), *(() if self.deactivate else ("--no-deactivate",)))


@dataclass(slots=True)
class Reading:
    """What was read so far, also when something failed on the way."""

    sources: list[SourceRead]
    companies: list[Company]
    bitrix24_requests: int = 0
    transport: LearnTransport | None = None

    def requests(self) -> Requests:
        learn = self.transport
        return Requests(self.bitrix24_requests, learn.reads if learn else 0, learn.writes if learn else 0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan with everything that applying it needs."""

    plan: Plan
    learn: LearnSnapshot
    transport: LearnTransport


def read_sources(context: Context, settings: Settings, wishes: Wishes, vault: Secrets, reading: Reading) -> None:
    """Read the portals into `reading`.

    Raises the error that wins by priority if every portal failed, `StoppedOnRequest` if somebody asked to stop.
    """
    portals = chosen_portals(settings, wishes.portals)
    for each in read_portals(context, settings, portals, vault):
        reading.sources.append(each.source)
        reading.bitrix24_requests += each.requests
        if each.company is not None:
            reading.companies.append(each.company)
    errors = [source.error for source in reading.sources if source.error is not None]
    if errors and (context.stop.is_set() or not reading.companies):
        raise _winner(errors)


def read_and_plan(
    context: Context,
    settings: Settings,
    wishes: Wishes,
    memory: Memory,
    vault: Secrets,
    reading: Reading,
    stack: ExitStack,
    api_base: str | None,
) -> Prepared:
    """Read and plan; the transport to Learn stays open until `stack` is left."""
    read_sources(context, settings, wishes, vault, reading)
    options = plan_options(settings, wishes, reading.companies)
    transport = stack.enter_context(learn_transport(context, settings, vault, api_base))
    reading.transport = transport
    learn = read_target(context, settings, transport, memory)
    context.reporter.phase("plan")
    plan = make_plan(reading.companies, learn, memory, to_policy(settings), to_scopes(settings), options)
    return Prepared(plan, learn, transport)


def chosen_portals(settings: Settings, keys: Sequence[str]) -> list[PortalSettings]:
    """The portals named, or all. Raises `WrongUsage("portal_unknown")`."""
    for key in keys:
        if settings.portal(key) is None:
            raise WrongUsage("portal_unknown", key=key)
    return [portal for portal in settings.portals if not keys or portal.key in keys]


def plan_options(settings: Settings, wishes: Wishes, companies: Sequence[Company]) -> PlanOptions:
    login = signed_in_login(settings)
    if not wishes.only:
        return PlanOptions(deactivate=wishes.deactivate, signed_in_login=login)
    chosen = choose(wishes.only, companies)
    return PlanOptions(
        only=chosen.people,
        only_departments=chosen.departments,
        deactivate=wishes.deactivate,
        signed_in_login=login,
    )


def _winner(errors: Sequence[SyncError]) -> SyncError:
    code = chosen_exit_code(error.exit_code for error in errors)
    return next(error for error in errors if error.exit_code == code)
