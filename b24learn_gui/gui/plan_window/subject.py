"""The plan that stands in the window, with everything that decides what may be done with it. No Qt, no words."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from b24learn_gui.gui.models.limit_causes import ExceededLimit, exceeded_limits
from b24learn_gui.gui.models.plan_rows import HEADS, PlanData
from b24learn_gui.service.context import Context
from b24learn_gui.service.plan_names import names_of
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import foresee
from b24learn_gui.service.stored_change import lightened
from b24learn_gui.service.stored_plan import is_refused, problem_codes, stored_plan
from b24learn_gui.service.summary import SETTLED_BY_APPROVAL
from b24learn_gui.service.undo import foresee_undo
from b24learn_gui.sync import changes as planned
from b24learn_gui.sync.hashing import plan_hash

Summary = Mapping[str, Any]
Change = Mapping[str, Any]
"""A change of a summary (INTERFACE)."""
Standing = Literal["preview", "stopped", "written", "failed", "unfinished"]
"""`preview`: what a sync would write, or an undo. `stopped`: nothing was written for want of approval. `written`: what
was. `failed`: the run failed as a whole. `unfinished`: it never came to its end."""

DEACTIVATE = "user.deactivate"


@dataclass(frozen=True, slots=True)
class Subject:
    """A run's plan. `deactivate` is false for one of `--no-deactivate`, `partial` with `--only` or `--portal`.

    `spared`: how many changes are left without the deactivations, where those alone are above a limit; else 0.
    `addresses`: of the portals, by key. `free_seats`: None where Learn does not tell, and for a stored plan.
    """

    data: PlanData
    standing: Standing
    limits: tuple[ExceededLimit, ...] = ()
    deactivate: bool = True
    partial: bool = False
    spared: int = 0
    free_seats: int | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> Summary:
        return self.data.summary

    @property
    def hash(self) -> str:
        """What an approval is bound to; empty where nothing was planned."""
        return str(self.summary["plan_hash"] or "")

    @property
    def changes(self) -> int:
        return len(self.summary["changes"])

    @property
    def undoes(self) -> str:
        """The run that this plan takes back; nothing where it is a sync's."""
        return str(self.summary.get("undoes") or "")

    @property
    def unlinks(self) -> int:
        """How many links of adoptions an undo removes, besides its changes."""
        return len(self.summary.get("way_back", {}).get("unlinks", ()))

    @property
    def deeds(self) -> int:
        """Everything that is done: changes in Learn, and links that go."""
        return self.changes + self.unlinks

    @property
    def can_be_undone(self) -> bool:
        """Whether it is what a sync wrote, which can be taken back."""
        return self.standing in {"written", "failed"} and bool(self.changes) and not self.undoes

    @property
    def held(self) -> tuple[int, int]:
        """How many people and departments an undo holds, or would hold."""
        way = self.summary.get("way_back", {})
        return len(way.get("holds", ())), len(way.get("held_departments", ()))

    @property
    def can_be_released(self) -> bool:
        """Whether it is an undo that was written and holds somebody."""
        return self.standing in {"written", "failed"} and bool(self.undoes) and any(self.held)

    @property
    def others(self) -> int:
        """How many changes no exceeded limit counts."""
        return self.changes - sum(len(self.data.listed(tile)) for tile in {limit.tile for limit in self.limits})

    @property
    def matches(self) -> bool:
        """A plan there is, and nothing is to be done."""
        return self.standing in {"preview", "stopped"} and bool(self.hash) and not self.deeds

    @property
    def is_open(self) -> bool:
        """Whether this very plan can be applied from here."""
        return self.standing in {"preview", "stopped"} and bool(self.hash and self.deeds) and not self.partial

    @property
    def needs_approval(self) -> bool:
        """Whether it is written only if a person approves exactly this plan (rules I7, I8, M4)."""
        return bool(self.limits) or bool(SETTLED_BY_APPROVAL & problem_codes(self.summary))

    @property
    def differences(self) -> Mapping[str, Any] | None:
        """What separates it from the plan that was approved before, if one was (rule M5)."""
        found: Mapping[str, Any] | None = self.summary.get("differences")
        return found


def subject_of_run(context: Context, run_id: str, summary: Summary | None = None) -> Subject:
    """A run's plan from the journal; `summary`: as the run itself told it. Raises `WrongUsage("run_unknown")`."""
    stored = stored_plan(context, run_id)
    found = dict(summary or stored.summary)
    standing = _standing(found)
    if standing == "stopped":  # it counts what was written; the window tells what was planned
        counted = Counter(change["kind"] for change in found["changes"])
        found["counts"] = {kind: counted.get(kind, 0) for kind in planned.KINDS}
    names = stored.names
    data = PlanData(found, places=names.places, linked=stored.linked, origins=names.origins, called=stored.called)
    limits = tuple(exceeded_limits(data))
    spared = _spared(data, limits)
    return Subject(data, standing, limits, stored.deactivate, stored.partial, spared, addresses=stored.addresses)


def subject_of_preview(context: Context, *, deactivate: bool = True) -> Subject:
    """Reads both sides, plans, and keeps the plan. Raises whatever kept it from a plan."""
    found = foresee(context, Wishes(deactivate=deactivate))
    if found.error is not None:
        raise found.error
    plan, learn, settings, memory = found.plan, found.learn, found.settings, found.memory
    if plan is None or learn is None or settings is None or memory is None:
        raise AssertionError  # a preview without an error came to its end
    names = names_of(found.companies, settings, plan, learn, memory)
    data = PlanData(
        lightened(found.summary),
        plan.verdicts,
        {each.name: each.label for each in learn.fields},
        names.departments,
        names.places,
        Counter(portal for portal, _ in memory.people),
        names.origins,
        found.called,
    )
    addresses = {portal.key: portal.address for portal in settings.portals}
    limits = tuple(exceeded_limits(data))
    return Subject(
        data,
        "preview",
        limits,
        deactivate,
        spared=_spared(data, limits),
        free_seats=learn.free_seats,
        addresses=addresses,
    )


def subject_of_undo(context: Context, run_id: str) -> Subject:
    """Reads Learn, plans the way back from that run, and keeps the plan. Raises whatever kept it from a plan."""
    found = foresee_undo(context, run_id)
    if found.error is not None:
        raise found.error
    data = PlanData(found.summary, labels=found.labels, places=found.places, linked=found.linked, called=found.called)
    return Subject(data, "preview", tuple(exceeded_limits(data)), addresses=found.addresses)


def rest_of_preview(context: Context, changes: Iterable[Change]) -> tuple[Subject, bool]:
    """A preview that deactivates nobody, and whether it is what these changes leave to expect. Raises likewise."""
    subject = subject_of_preview(context, deactivate=False)
    rest = [
        planned.Change(
            change["kind"],
            change["portal"],
            change["bitrix24_id"],
            change["learn_id"],
            change["name"],
            change["before"],
            change["after"],
        )
        for change in without_deactivations(changes)
    ]
    return subject, subject.hash == plan_hash(rest)


def without_deactivations(changes: Iterable[Change]) -> list[Change]:
    """These changes without the deactivations, and without the heads that are cleared because of them."""
    known = list(changes)
    gone = {change["learn_id"] for change in known if change["kind"] == DEACTIVATE}
    return [change for change in known if change["kind"] != DEACTIVATE and not _cleared((change,), gone)]


def _cleared(changes: Iterable[Change], gone: Collection[str]) -> int:
    """How many of these heads are cleared because they leave."""
    return sum(change["kind"] == "head.clear" and change["before"].get("supervisor") in gone for change in changes)


def _spared(data: PlanData, limits: Sequence[ExceededLimit]) -> int:
    """Where deactivations of a sync are the only reason to ask."""
    if (
        data.summary.get("undoes")
        or [limit.kind for limit in limits] != [DEACTIVATE]
        or SETTLED_BY_APPROVAL & problem_codes(data.summary)
    ):
        return 0
    gone = {change["learn_id"] for change in data.listed(DEACTIVATE)}
    return len(data.summary["changes"]) - len(data.listed(DEACTIVATE)) - _cleared(data.listed(HEADS), gone)


def _standing(summary: Summary) -> Standing:
    if summary.get("finished_at") is None:
        return "unfinished"
    if summary["command"] == "preview" or (summary.get("applied") is False and "differences" not in summary):
        return "preview" if summary["plan_hash"] else "failed"
    if is_refused(summary):
        return "stopped"
    return "failed" if "error" in summary else "written"
