"""A plan as the journal keeps it: of a run that a limit stopped, or of an earlier preview."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service.called import Called, called_of
from b24learn_gui.service.context import Context
from b24learn_gui.service.history import show
from b24learn_gui.service.plan_names import Kept, PlanNames
from b24learn_gui.service.stored_change import summary_from
from b24learn_gui.service.summary import Object
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.settings import load_settings


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A run's summary with what is kept beside it.

    `partial`: with `--only` or `--portal`. `deactivate` is false for a plan of `--no-deactivate`. `linked`: people
    linked now, by portal. `addresses`: of the portals, by key. `called`: the names of those its changes mention.
    """

    summary: Object = field(repr=False)
    partial: bool = False
    deactivate: bool = True
    names: PlanNames = field(default_factory=PlanNames, repr=False)
    linked: Mapping[str, int] = field(default_factory=dict, repr=False)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    called: Called = field(default_factory=dict, repr=False)


def stored_plan(context: Context, run_id: str) -> StoredPlan:
    """The plan of a run, from the journal and the settings alone. Raises `WrongUsage("run_unknown")`."""
    with Journal.open_read_only(context.places.journal_file) as journal:
        run = journal.record(run_id)
        if run is None:
            raise WrongUsage("run_unknown", run=run_id)
        parts = journal.summary_as(run_id, dict[str, msgspec.Raw])
        kept = journal.plan_as(run.plan_hash, Kept) if run.plan_hash else None
        linked = journal.linked()
    summary = summary_from(parts) if parts else show(context, run_id)["summary"]
    return StoredPlan(
        summary,
        run.partial,
        kept.deactivate if kept else True,
        kept.names() if kept else PlanNames(),
        linked,
        _addresses(context),
        called_of(context, summary),
    )


def _addresses(context: Context) -> dict[str, str]:
    """Where the portals are; settings that cannot be read leave ids without links and are no failure here."""
    try:
        settings = load_settings(context.places.settings_file)
    except SyncError:
        return {}
    return {portal.key: portal.address for portal in settings.portals}


def is_refused(summary: Mapping[str, Any]) -> bool:
    """Whether a sync wrote nothing of its plan for want of approval (rules M4, M5, I8)."""
    asked_for = {"journal_rebuilt", "settings_imported"}
    return bool(summary["limits"]) or "differences" in summary or not asked_for.isdisjoint(problem_codes(summary))


def problem_codes(summary: Mapping[str, Any]) -> frozenset[str]:
    """The codes of what was left out, notes aside."""
    return frozenset(each["code"] for each in summary["problems"] if not each.get("note"))
