"""The real planner on settings that are not saved. Nothing is written, neither to a side nor in the home."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace

from b24learn_gui.company.model import Company
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.called import called_in
from b24learn_gui.service.connections import learn_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.plan_names import kept_with, names_of
from b24learn_gui.service.planning import Reading, Wishes, read_sources
from b24learn_gui.service.reading import read_target, signed_in_login, source_of
from b24learn_gui.service.run import keep_plan
from b24learn_gui.service.setup_found import Preview, World
from b24learn_gui.service.setup_vault import TypedSecrets
from b24learn_gui.service.summary import RunFacts, summarise
from b24learn_gui.storage.journal import Journal, new_run_id
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.plan import PlanOptions, make_plan


def memory_of(context: Context) -> Memory:
    """What the home's journal remembers; nothing where there is none. Raises `JournalUnusable` (70)."""
    with Journal.open_read_only(context.places.journal_file) as journal:
        return journal.memory()


def plan_draft(world: World, settings: Settings) -> Plan:
    """The plan these settings come to in this world. Seconds for 100,000 people.

    Raises `SettingsInvalid` where the mapping names Learn fields the account does not have.
    """
    return make_plan(
        _companies_of(world, settings),
        world.learn,
        world.memory,
        to_policy(settings),
        to_scopes(settings),
        PlanOptions(signed_in_login=signed_in_login(settings)),
    )


def read_world(
    context: Context, settings: Settings, secrets: Mapping[str, str], *, stop: threading.Event | None = None
) -> World:
    """Read both sides anew, whole or not at all: a preview of a part would promise what no run does.

    Raises the error of whichever side failed, `StoppedOnRequest`.
    """
    context = replace(context, stop=stop or context.stop)
    vault, reading = TypedSecrets(context, secrets), Reading([], [])
    read_sources(context, settings, Wishes(), vault, reading)
    for source in reading.sources:
        if source.error is not None:
            raise source.error
    with Journal.open_read_only(context.places.journal_file) as journal, ExitStack() as stack:
        memory = journal.memory()
        base = known_api_base(journal, settings)
        transport = stack.enter_context(learn_transport(context, settings, vault, base))
        learn = read_target(context, settings, transport, memory)
    return World(tuple(reading.companies), learn, memory)


def preview_draft(
    context: Context,
    settings: Settings,
    secrets: Mapping[str, str],
    *,
    world: World | None = None,
    stop: threading.Event | None = None,
) -> Preview:
    """What the first run with these settings would do, from what was read already or from both sides read anew.

    Its hash is the one `sync --approve` takes while the world stays as it is. Raises as `read_world` and
    `plan_draft`.
    """
    started = context.now()
    world = world or read_world(context, settings, secrets, stop=stop)
    plan = plan_draft(world, settings)
    companies = _companies_of(world, settings)
    names = names_of(companies, settings, plan, world.learn, world.memory)
    facts = RunFacts(
        new_run_id(started),
        "preview",
        "manual",
        started,
        context.now(),
        sources=tuple(source_of(company) for company in companies),
        plan=plan,
        dry=True,
        refused=plan.needs_approval,
        kept=kept_with(plan, names, deactivate=True),
        called=called_in(plan, world.learn, companies),
    )
    return Preview(plan, summarise(facts, context.words), world, facts)


def keep_preview(context: Context, preview: Preview) -> None:
    """Keep the plan in the journal once its settings are saved, so that a refused approval can tell differences."""
    keep_plan(context, preview.facts, dict(preview.summary), partial=False)


def letters_count(world: World, settings: Settings) -> int:
    """How many people would get a letter with sign-in details, were letters switched on."""
    return plan_draft(world, replace(settings, sync=replace(settings.sync, notify_users=True))).letters


def _companies_of(world: World, settings: Settings) -> list[Company]:
    """What was read of the portals that are still in the settings."""
    portals = {portal.key for portal in settings.portals}
    return [company for company in world.companies if company.portal in portals]
