"""The connection check that goes into the archive for support: made while somebody looks on, skipped when he likes."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from b24learn_gui.company.text import display_name
from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder import climb_learn, climb_portal
from b24learn_gui.service.ladder_found import LearnFound, PortalFound, Rung, RungName
from b24learn_gui.service.ladder_words import happened
from b24learn_gui.service.reporting import Silent
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import load_settings
from b24learn_gui.sync.memory import Memory

LONGEST_WAIT = 30
"""Seconds of patience with a server that does not answer: that it does not is what the archive has to say."""

FIGURES = frozenset(
    {
        *("host", "moved_to", "proxy", "protected", "admin", "api_host", "scopes", "administrator"),
        *("employees", "departments", "people", "free_seats"),
    }
)
"""Of a passed rung; its owner, login and masked address stay here."""

_WHO = re.compile("mail|phone|mobile|login|name", re.IGNORECASE)

OnRung = Callable[[str | None, RungName], None]
"""A portal's key, or None for Learn, and the rung that is tried now."""


@dataclass(frozen=True, slots=True)
class CheckedSide:
    """The ladder of a portal, or (`portal` None) of Learn. `messages`: what the broken rung says, in one language."""

    portal: str | None
    rungs: tuple[Rung, ...]
    notes: tuple[str, ...] = ()
    messages: Mapping[RungName, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked. `stopped`: not to the end; `error`: not at all. `names`, `values`: of everybody who was read,
    to be taken out of the archive.
    """

    sides: tuple[CheckedSide, ...] = ()
    stopped: bool = False
    error: str = ""
    names: tuple[str, ...] = field(default=(), repr=False)
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)


class _Progress(Silent):
    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell

    def progress(self, done: int, total: int) -> None:
        self._tell(done, total)


def check_for_support(
    context: Context, stop: threading.Event, on_rung: OnRung, on_progress: Callable[[int, int], None]
) -> Checked:
    """Climb every ladder. A server that fails is an answer; so is a check that was stopped in the middle."""
    context = replace(context, stop=stop, reporter=_Progress(on_progress))
    try:
        settings = load_settings(context.places.settings_file)
    except SyncError as error:
        return Checked(error=error.code)
    patience = min(settings.network.patience_seconds, LONGEST_WAIT)
    settings = replace(settings, network=replace(settings.network, patience_seconds=patience))
    sides: list[CheckedSide] = []
    names: list[str] = []
    values: list[tuple[str, str]] = []

    def tried(portal: str | None) -> Callable[[Rung], None]:
        return lambda rung: on_rung(portal, rung.name) if rung.state == "trying" else None

    def keep(portal: str | None, found: PortalFound | LearnFound) -> bool:
        """Whether to go on."""
        said = {rung.name: happened(rung.error, context.words) for rung in found.rungs if rung.error is not None}
        notes = found.notes if isinstance(found, PortalFound) else ()
        sides.append(CheckedSide(portal, found.rungs, notes, said))
        return not (stop.is_set() or isinstance(found.error, StoppedOnRequest))

    for portal in settings.portals:
        climbed = climb_portal(context, settings, portal, context.secrets, on_rung=tried(portal.key))
        names += [str(rung.figures["owner"]) for rung in climbed.rungs if rung.figures.get("owner")]
        if climbed.company is not None:
            names += map(display_name, climbed.company.employees)
            values += _telling(person.values for person in climbed.company.employees)
        if not keep(portal.key, climbed):
            return Checked(tuple(sides), stopped=True, names=tuple(names), values=tuple(values))
    memory, api_base = Memory(), None
    with suppress(SyncError), Journal.open_read_only(context.places.journal_file) as journal:
        memory, api_base = journal.memory(), known_api_base(journal, settings)
    learn = climb_learn(context, settings, context.secrets, memory, api_base, on_rung=tried(None))
    if learn.snapshot is not None:
        values += _telling(account.fields for account in learn.snapshot.accounts.values())
    went_on = keep(None, learn)
    return Checked(tuple(sides), stopped=not went_on, names=tuple(names), values=tuple(values))


def _telling(people: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Of profiles what tells who somebody is."""
    return (each for fields in people for each in fields.items() if _WHO.search(each[0]))


def told_check(checked: Checked, said: Callable[[str], str]) -> dict[str, Any]:
    """What stands in the archive: which rungs hold, and what is wrong with those that do not. `said` hides people."""
    told: dict[str, Any] = {"stopped": checked.stopped, "sides": [_side(side, said) for side in checked.sides]}
    return {**told, "error": checked.error} if checked.error else told


def _side(side: CheckedSide, said: Callable[[str], str]) -> dict[str, Any]:
    name = {"side": "learn"} if side.portal is None else {"side": "bitrix24", "portal": side.portal}
    return {**name, "notes": side.notes, "rungs": [_rung(rung, side, said) for rung in side.rungs]}


def _rung(rung: Rung, side: CheckedSide, said: Callable[[str], str]) -> dict[str, Any]:
    told: dict[str, Any] = {"rung": rung.name, "state": "not tried" if rung.state == "waiting" else rung.state}
    if rung.seconds is not None:
        told["seconds"] = rung.seconds
    if rung.error is not None:
        told |= {"code": rung.error.code, "message": said(side.messages.get(rung.name, ""))}
    told |= {
        name: said(value) if isinstance(value, str) else value
        for name, value in rung.figures.items()
        if name in FIGURES and value not in (None, "")
    }
    return told
