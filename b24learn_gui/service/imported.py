"""Imported settings lead to a preview, never straight into a write.

`settings import` leaves a mark in the journal, before the settings are replaced. While it stands, a sync that has
anything to write ends 20 without writing, whoever starts it. It goes when somebody has been shown what the new settings
do: by a preview of everything, by the approval of a plan of everything, by the wizard's review.
"""

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from b24learn_gui.errors import SettingsInvalid, SyncError
from b24learn_gui.service.context import Context
from b24learn_gui.storage.journal import SETTINGS_IMPORTED, Journal
from b24learn_gui.storage.settings import Settings, read_settings
from b24learn_gui.sync.changes import Plan, Problem

if TYPE_CHECKING:  # whoever only asks how things stand does not load what reads both sides
    from b24learn_gui.service.planning import Reading, Wishes


def changes_a_run(former: Settings | None, settings: Settings) -> bool:
    """Whether a run could do anything else with these settings: only when it runs, whom it tells and how long it waits
    is of no account.
    """
    return former is None or _of_a_run(former) != _of_a_run(settings)


def _of_a_run(settings: Settings) -> Settings:
    plain = Settings()
    return dataclasses.replace(
        settings,
        language=plain.language,
        schedule=plain.schedule,
        network=plain.network,
        activation=plain.activation,
        alerts=plain.alerts,
    )


def import_mark(journal: Journal) -> str | None:
    """When settings were imported that nobody has seen the effect of (ISO); None where there are none."""
    return journal.fact(SETTINGS_IMPORTED)


def shows_everything(wishes: "Wishes", reading: "Reading", plan: Plan) -> bool:
    """A plan of everybody of every portal, leavers included. Of a portal in doubt it shows only what adds (rule Q3)."""
    whole = not wishes.partial and wishes.deactivate and not any(source.error for source in reading.sources)
    doubts = {doubt.code for each in plan.doubts.values() for doubt in each}
    return whole and doubts <= {"portal_changed"}  # that one hides nothing, it only waits


def was_shown(context: Context, journal: Journal, mark: str, settings: Settings) -> None:
    """Take the mark away, unless others have been imported since these were read."""
    try:
        present = read_settings(context.places.settings_file)
    except SettingsInvalid:
        return
    if present == settings:
        journal.forget_fact(SETTINGS_IMPORTED, mark)


def shown_in_preview(context: Context, mark: str, settings: Settings) -> None:
    """The same for a preview, which has no journal to write to: that it cannot be kept is no failure."""
    try:
        with Journal.open(context.places.journal_file) as journal:
            was_shown(context, journal, mark, settings)
    except SyncError as error:
        context.reporter.notice(context.words("This plan could not be kept for later ({code}).", code=error.code))


def import_problems(portals: Iterable[str]) -> list[Problem]:
    """Why nothing of these portals was written."""
    return [Problem("portal", key, None, key, "settings_imported") for key in portals]
