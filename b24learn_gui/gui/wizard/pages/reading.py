"""Both sides as they were read, for the pages about people: what was not read yet is read there and then."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.tasks import Handle
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Ticket
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.service.context import Context
from b24learn_gui.service.setup import LearnFound, PortalFound, World, check_learn, check_portal, memory_of
from b24learn_gui.storage.settings import Settings
from b24learn_gui.sync.memory import Memory


@dataclass(frozen=True, slots=True)
class _Brought:
    memory: Memory = field(repr=False)
    portals: tuple[tuple[Ticket, PortalFound], ...]
    learn: tuple[tuple[Ticket, LearnFound], ...]


class Reading:
    """Reads what the flow's checks have not read, as the checks do, so that the flow knows it afterwards.

    A setup that is opened again has passed its checks long ago: nobody has to repeat them by hand to see the tree.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._handle: Handle | None = None
        self._tickets: tuple[Ticket, ...] = ()
        self._flow: Flow | None = None

    @property
    def busy(self) -> bool:
        return self._handle is not None

    def bring(self, flow: Flow, done: Callable[[World], None], failed: Callable[[SyncError], None]) -> None:
        """`done` gets everything read; `failed` why a side could not be. An earlier asking is dropped."""
        self.cancel()
        self._flow = flow
        context, settings, secrets = self._desk.context, flow.draft.settings(), flow.secrets
        missing = [portal.key for portal in flow.draft.portals if not _read(flow.found("portal", portal=portal.key))]
        learn = flow.found("learn")
        ask_learn = learn is None or learn.snapshot is None

        def answer(brought: _Brought) -> None:
            self._handle = None
            errors: list[SyncError] = []
            for ticket, portal in brought.portals:
                flow.answer(ticket, portal)
                errors += [portal.error] if portal.error else []
            for ticket, learn_found in brought.learn:
                flow.answer(ticket, learn_found)
                errors += [learn_found.error] if learn_found.error else []
            world = flow.world(brought.memory)
            if errors:
                failed(errors[0])
            elif world is not None:
                done(world)
            else:
                failed(StoppedOnRequest("stopped"))  # something was changed while it was being read

        def fail(error: SyncError) -> None:
            self._handle = None
            for ticket in self._tickets:
                flow.fail(ticket, error)
            failed(error)

        asked_portals = {key: flow.begin("portal", portal=key) for key in missing}
        asked_learn = (flow.begin("learn"),) if ask_learn else ()
        self._tickets = (*asked_portals.values(), *asked_learn)
        self._handle = self._desk.tasks.run(
            lambda stop: _bring(context, settings, secrets, asked_portals, asked_learn, stop), answer, fail
        )

    def cancel(self) -> None:
        """Nobody waits any more."""
        handle, self._handle = self._handle, None
        if handle is not None and self._flow is not None:
            handle.cancel()
            for ticket in self._tickets:
                self._flow.cancel(ticket)


def _bring(
    context: Context,
    settings: Settings,
    secrets: dict[str, str],
    portals: dict[str, Ticket],
    learn: tuple[Ticket, ...],
    stop: threading.Event,
) -> _Brought:
    return _Brought(
        memory_of(context),
        tuple((ticket, check_portal(context, settings, key, secrets, stop=stop)) for key, ticket in portals.items()),
        tuple((ticket, check_learn(context, settings, secrets, stop=stop)) for ticket in learn),
    )


def _read(found: PortalFound | None) -> bool:
    return found is not None and found.company is not None
