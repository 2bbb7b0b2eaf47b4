"""The wizard's checks: the ladders of settings that are not saved, with what was typed, while somebody looks on."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from b24learn_gui.errors import StoppedOnRequest
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder import Found, OnRung, climb_learn, climb_portal, nobody
from b24learn_gui.service.ladder_found import LearnFound, PortalFound
from b24learn_gui.service.reporting import Silent
from b24learn_gui.service.setup_vault import TypedSecrets
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import Settings

OnProgress = Callable[[int, int], None]

LONGEST_WAIT = 120
"""Seconds of patience with a server while somebody looks on; a run at night may have more."""

USUAL_FIELDS = ("PERSONAL_MOBILE", "PERSONAL_PHONE", "WORK_PHONE", "UF_PHONE_INNER", "WORK_POSITION")
"""Read besides the mapped ones, so that the usual changes of the mapping need no second reading."""


def check_portal(
    context: Context,
    settings: Settings,
    key: str,
    secrets: Mapping[str, str],
    *,
    stop: threading.Event,
    on_rung: OnRung = nobody,
    on_progress: OnProgress | None = None,
) -> PortalFound:
    """Climb one portal's ladder up to reading the whole company. A broken rung is in the answer, not raised.

    `settings`: the draft's, valid or not; `secrets`: typed ones by name. `on_rung` is told of every rung that begins
    and ends, `on_progress(done, total)` of people read. Raises `StoppedOnRequest`; KeyError for an unknown portal.
    """
    portal = settings.portal(key)
    if portal is None:
        raise KeyError(key)
    watched = _watched(context, stop, on_progress)
    vault = TypedSecrets(context, secrets)
    return _unless_stopped(
        climb_portal(watched, _impatient(settings), portal, vault, also_read=USUAL_FIELDS, on_rung=on_rung)
    )


def check_learn(
    context: Context,
    settings: Settings,
    secrets: Mapping[str, str],
    *,
    stop: threading.Event,
    on_rung: OnRung = nobody,
    on_progress: OnProgress | None = None,
) -> LearnFound:
    """Climb Learn's ladder up to reading the whole account; otherwise as `check_portal`."""
    watched = _watched(context, stop, on_progress)
    vault = TypedSecrets(context, secrets)
    with Journal.open_read_only(context.places.journal_file) as journal:
        memory, api_base = journal.memory(), known_api_base(journal, settings)
    return _unless_stopped(climb_learn(watched, _impatient(settings), vault, memory, api_base, on_rung=on_rung))


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


def _unless_stopped(found: Found) -> Found:
    """A check that somebody stopped has found nothing."""
    if isinstance(found.error, StoppedOnRequest):
        raise found.error
    return found
