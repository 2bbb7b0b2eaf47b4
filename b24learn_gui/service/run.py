"""Preview and sync: one road up to the gate (INTERFACE: preview, sync; rules M4, M5, Q4)."""

import json
import logging
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from b24learn_gui.company.model import Company, PersonKey
from b24learn_gui.company.text import display_name
from b24learn_gui.errors import SyncError
from b24learn_gui.learn.writer import LearnWriter
from b24learn_gui.service import alerts, occasions
from b24learn_gui.service.api_base import known_api_base, remember_api_base
from b24learn_gui.service.called import Called, called_in, of_learn_alone
from b24learn_gui.service.context import Context
from b24learn_gui.service.imported import import_mark, import_problems, shown_in_preview, shows_everything, was_shown
from b24learn_gui.service.pausing import paused
from b24learn_gui.service.plan_names import kept_with, names_of
from b24learn_gui.service.planning import Prepared, Reading, Wishes, read_and_plan
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object, RunFacts, change_object, problem_object, problems_of, summarise
from b24learn_gui.storage.journal import Journal, JournalUnusable, new_run_id
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.settings import Settings, to_policy, to_scopes
from b24learn_gui.sync.apply import Outcome, apply
from b24learn_gui.sync.changes import Change, Plan
from b24learn_gui.sync.learn_side import LearnSnapshot
from b24learn_gui.sync.memory import Identity, Memory
from b24learn_gui.sync.origins import past_of
from b24learn_gui.text.letters import invitation
from b24learn_gui.timetable.plan import Outlook

_LOG = logging.getLogger(__name__)

KEEP_FOR, KEEP_AT_LEAST = timedelta(days=400), timedelta(days=90)
KEEP_BYTES = 200_000_000
"""Runs older than the one are forgotten; those older than the other, too, while the journal is larger than this. Never
the newest ones, the last success and what somebody still needs; links never are.
"""


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """`sync` as it was asked for. `approve`: the hash of the plan somebody approved."""

    wishes: Wishes = field(default_factory=Wishes)
    approve: str | None = None
    trigger: str = "manual"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A preview's summary and what it was made from, as far as it came: `error` says why not to the end."""

    summary: Object = field(repr=False)
    settings: Settings | None = field(default=None, repr=False)
    plan: Plan | None = field(default=None, repr=False)
    learn: LearnSnapshot | None = field(default=None, repr=False)
    memory: Memory | None = field(default=None, repr=False)
    companies: tuple[Company, ...] = field(default=(), repr=False)
    called: Called = field(default_factory=dict, repr=False)
    error: SyncError | None = None


def preview(context: Context, wishes: Wishes) -> Object:
    """The summary of what a sync would do now. Writes nothing but its own plan and run row, and those if it can."""
    return foresee(context, wishes).summary


def foresee(context: Context, wishes: Wishes) -> Foreseen:
    """The same, with everything a window shows besides."""
    facts = replace(begun(context, "preview", "manual"), options=wishes.options)
    reading = Reading([], [])
    settings: Settings | None = None
    prepared: Prepared | None = None
    memory: Memory | None = None
    plan: Plan | None = None
    mark: str | None = None
    kept: Object = {}
    called: Called = {}
    error: SyncError | None = None
    try:
        settings = settings_for_run(context)
        with Journal.open_read_only(context.places.journal_file) as journal, ExitStack() as stack:
            vault = context.secrets
            base, memory, mark = known_api_base(journal, settings), journal.memory(), import_mark(journal)
            prepared = read_and_plan(context, settings, wishes, memory, vault, reading, stack, base)
            plan = prepared.plan
            names = names_of(reading.companies, settings, plan, prepared.learn, memory)
            kept = kept_with(plan, names, deactivate=wishes.deactivate)
            called = called_in(plan, prepared.learn, reading.companies)
            _tell_planned(context, plan)
    except SyncError as caught:
        error = caught
    facts = ended(
        context,
        facts,
        reading,
        plan=plan,
        error=error,
        dry=True,
        refused=plan is not None and plan.needs_approval,
        kept=kept,
        called=called,
    )
    summary = summarise(facts, context.words)
    if plan is not None:
        keep_plan(context, facts, summary, partial=wishes.partial)
    if plan is not None and settings is not None and mark is not None and shows_everything(wishes, reading, plan):
        shown_in_preview(context, mark, settings)
    learn = prepared.learn if prepared is not None else None
    return Foreseen(summary, settings, plan, learn, memory, tuple(reading.companies), called, error)


def keep_plan(context: Context, facts: RunFacts, summary: Object, *, partial: bool) -> None:
    """For `show` and for the differences of a refused approval; that it cannot be kept is no failure."""
    try:
        context.places.prepare()
        with Journal.open(context.places.journal_file) as journal:
            journal.begin_run(
                facts.command, facts.trigger, facts.started_at, run_id=facts.run, partial=partial, undoes=facts.undoes
            )
            finish(journal, facts, summary)
    except SyncError as error:
        context.reporter.notice(context.words("This plan could not be kept for later ({code}).", code=error.code))


def sync(context: Context, request: SyncRequest) -> Object:
    """Read, plan, write. The answer is the summary, whatever happened; or, where the timetable's occurrence is
    answered already, an object without a run.
    """
    facts = replace(begun(context, "sync", request.trigger), options=request.wishes.options)
    try:
        settings = settings_for_run(context)
        context.places.prepare()
        with RunLock(context.places.lock_file), Journal.open(context.places.journal_file) as journal:
            outlook = None
            if request.trigger != "manual":
                outlook = occasions.claim(context, settings, journal, facts.run)
                if outlook is None:
                    return _nothing_to_run(context, request.trigger, paused=paused(journal, context.now()) is not None)
            return _Sync(context, request, settings, journal, facts, outlook).run()
    except SyncError as error:
        return summarise(ended(context, facts, Reading([], []), error=error), context.words)


def _nothing_to_run(context: Context, trigger: str, *, paused: bool) -> Object:
    """The occurrence is answered already, there is none, or somebody paused the timetable."""
    nothing_due = context.words("No scheduled run is due.")
    return {
        "command": "sync",
        "exit_code": 0,
        "run": None,
        "trigger": trigger,
        "message": context.words("The timetable is paused: no run begins by itself.") if paused else nothing_due,
    }


class _Sync:
    """One sync while it holds the lock and the journal. Its row is in the journal before anything is read."""

    def __init__(
        self,
        context: Context,
        request: SyncRequest,
        settings: Settings,
        journal: Journal,
        facts: RunFacts,
        outlook: Outlook | None,
    ) -> None:
        self._context = context
        self._request = request
        self._settings = settings
        self._journal = journal
        self._outlook = outlook
        self._trigger = "catch-up" if outlook is not None and outlook.catch_up else request.trigger
        self._begun = facts
        self._reading = Reading([], [])
        self._import_mark = import_mark(journal)
        self._found: dict[str, Any] = {"trigger": self._trigger, "interrupted": self._interrupted_run()}

    def _interrupted_run(self) -> str | None:
        """The last run that wrote, if it never came to its end: the lock is ours, so it is not running any more."""
        writers = (run for run in self._journal.runs(20) if run.command == "sync")  # an undo is gone on with by another
        last = next(writers, None)
        if last is None or last.finished_at is not None:
            return None
        self._context.reporter.notice(
            self._context.words("The run {run} was interrupted; this one goes on from there.", run=last.id)
        )
        return last.id

    def run(self) -> Object:
        facts, wishes = self._begun, self._request.wishes
        self._journal.begin_run("sync", self._trigger, facts.started_at, run_id=facts.run, partial=wishes.partial)
        _LOG.info("run began", extra={"run": facts.run, "command": "sync", "trigger": self._trigger})
        try:
            self._work()
        except SyncError as error:
            self._found["error"] = error
        except Exception:
            self._found["error"] = SyncError("defect", kind="sync")
            self._close()
            raise
        summary = self._close()
        partial = self._request.wishes.partial
        alerts.send(self._context, self._settings, self._journal, summary, partial=partial)
        return summary

    def _close(self) -> Object:
        facts = ended(self._context, self._begun, self._reading, **self._found)
        summary = summarise(facts, self._context.words)
        finish(self._journal, facts, summary)
        if self._outlook is not None:
            occasions.answer(self._context, self._journal, self._outlook, summary["exit_code"])
        self._forget_old_runs()
        return summary

    def _forget_old_runs(self) -> None:
        """What was done is done, whatever the disk says to this."""
        now, journal = self._context.now(), self._journal
        try:
            journal.prune(now - KEEP_FOR)
            journal.prune_to_size(KEEP_BYTES, now - KEEP_AT_LEAST)
            journal.give_back()
        except JournalUnusable as error:
            _LOG.warning("old runs are not forgotten", extra={"code": error.code})

    def _work(self) -> None:
        context, request, journal = self._context, self._request, self._journal
        vault, memory = context.secrets, journal.memory()
        with ExitStack() as stack:
            prepared = read_and_plan(
                context,
                self._settings,
                request.wishes,
                memory,
                vault,
                self._reading,
                stack,
                known_api_base(journal, self._settings),
            )
            remember_api_base(journal, self._settings, prepared.transport.base)
            self._found["plan"] = prepared.plan
            self._found["called"] = called_in(prepared.plan, prepared.learn, self._reading.companies)
            self._tell_how_many(prepared.plan)
            if self._refused(prepared, memory):
                return
            self._write(prepared)

    def _tell_how_many(self, plan: Plan) -> None:
        """So many changes there are to write, if the gate lets them through: the end of the phase `plan`."""
        number = sum(bool(self._request.approve) or change.portal not in plan.withheld for change in plan.changes)
        self._context.reporter.progress(number, number)

    def _refused(self, prepared: Prepared, memory: Memory) -> bool:
        """The gate: limits and rebuilt links need the approval of exactly this plan (rules M4, M5, I8).

        So does whatever settings would write that were imported and never looked at.
        """
        plan, wanted = prepared.plan, self._request.approve
        approved = self._found["approved"] = wanted == plan.hash
        unseen = self._import_mark is not None and bool(plan.changes) and not approved
        if unseen:
            self._found["extra_problems"] = import_problems(company.portal for company in self._reading.companies)
        if wanted is not None and wanted != plan.hash:
            self._found["differences"] = differences(self._journal.plan(wanted), plan)
        refused = not approved and (wanted is not None or plan.needs_approval or unseen)
        self._found["refused"] = refused
        if not refused and self._import_mark and shows_everything(self._request.wishes, self._reading, plan):
            was_shown(self._context, self._journal, self._import_mark, self._settings)
        if refused:
            names = names_of(self._reading.companies, self._settings, plan, prepared.learn, memory)
            self._found["kept"] = kept_with(plan, names, deactivate=self._request.wishes.deactivate)
        return refused

    def _write(self, prepared: Prepared) -> None:
        context, plan, approved = self._context, prepared.plan, bool(self._found["approved"])
        skipped = frozenset() if approved else plan.withheld
        if plan.rebuilt:
            self._journal.begin_rebuilding(plan.rebuilt)
        self._journal.link_departments(
            {key: learn_id for key, learn_id in plan.department_links.items() if key[0] not in skipped}
        )
        outcome = write_plan(context, self._settings, self._journal, self._begun.run, prepared, approved=approved)
        self._found["outcome"] = outcome
        if outcome.error is None and not outcome.stopped and not self._request.wishes.only:
            self._remember(prepared, outcome, skipped)

    def _remember(self, prepared: Prepared, outcome: Outcome, skipped: frozenset[str]) -> None:
        """What a good run of a portal knows at its end: who its linked people are, and its rights (I7, L2, Q2, M3).

        How the portal was is kept only where its leavers were not spared: what made them leave is still to be told.
        """
        plan, policy = prepared.plan, to_policy(self._settings)
        scopes = {each.key: each for each in to_scopes(self._settings)}
        unfinished = unfinished_people(outcome)
        in_use = people_in_use(prepared, outcome)
        for company in self._reading.companies:
            key = company.portal
            doubts = {doubt.code for doubt in plan.doubts.get(key, ())}
            if key in skipped or doubts - {"portal_changed"}:  # that one doubt is settled by the approval
                continue
            identities = {
                employee.id: Identity(
                    display_name(employee),
                    employee.values.get("EMAIL", ""),
                    employee.active,
                    in_use=(key, employee.id) in in_use,
                )
                for employee in company.employees
                if (key, employee.id) not in unfinished and not _is_left_open(plan, (key, employee.id))
            }
            past = past_of(company, scopes[key], policy) if self._request.wishes.deactivate else None
            self._journal.remember_portal(key, identities, company.rights, whole=True, past=past)


def _is_left_open(plan: Plan, key: tuple[str, int]) -> bool:
    """Whose card says nothing that could be remembered: it cannot be read, or he may be somebody else.

    A conflict of identity lasts until it is decided: remembering the new name would settle it silently (rule I7).
    """
    verdict = plan.verdicts.get(key)
    return verdict is not None and not {"identity_changed", "source_incomplete"}.isdisjoint(verdict.codes)


def unfinished_people(outcome: Outcome) -> set[PersonKey]:
    """Whom something was to happen to that did not; departments have numbers of their own."""
    changes = [*(failure.change for failure in outcome.failed), *outcome.untried]
    return {change.key for change in changes if change.what == "person"}


def people_in_use(prepared: Prepared, outcome: Outcome) -> set[PersonKey]:
    """Whose account was active when the run began and was not switched off by it (rule L2)."""
    accounts = prepared.learn.accounts
    active = {
        key
        for key, verdict in prepared.plan.verdicts.items()
        if (account := accounts.get(verdict.learn_id or "")) is not None and account.status == "active"
    }
    return active - {done.change.key for done in outcome.done if done.change.kind == "user.deactivate"}


def write_plan(
    context: Context,
    settings: Settings,
    journal: Journal,
    run_id: str,
    prepared: Prepared,
    *,
    approved: bool,
    holding: bool = False,
) -> Outcome:
    """Apply a plan that passed the gate, telling the reporter of every step. `holding`: it is an undo's (rule U2)."""
    reporter = context.reporter
    phase_told = ""

    def told(phase: str, done: int, total: int, change: Change | None) -> None:
        nonlocal phase_told
        if phase != phase_told:
            phase_told = phase
            reporter.phase(phase)
        reporter.progress(done, total)
        if change is not None:
            reporter.change(change_object(change))

    names = [field.name for field in prepared.learn.fields]
    message = settings.sync.invitation_message or invitation(context.words)
    return apply(
        prepared.plan,
        target=LearnWriter(prepared.transport, invitation_message=message, field_names=names),
        diary=journal.diary(run_id, holding=holding),
        root_id=prepared.learn.root_id,
        parallel=settings.network.parallel_writes,
        approved=approved,
        stop=context.stop.is_set,
        on_progress=told,
        exact=holding,
    )


def differences(approved: Mapping[str, Any] | None, plan: Plan) -> Object:
    """What separates the approved plan from the present one, change by change (rule M5)."""
    present = {_identity(change): change for change in map(change_object, plan.changes)}
    if approved is None:
        return {"only_approved": [], "only_now": [], "approved_unknown": True}
    former = {_identity(change): change for change in approved["changes"]}
    return {
        "only_approved": [change for key, change in former.items() if key not in present],
        "only_now": [change for key, change in present.items() if key not in former],
    }


def _identity(change: Mapping[str, Any]) -> str:
    parts = [change[name] for name in ("kind", "portal", "bitrix24_id", "before", "after")]
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def begun(context: Context, command: str, trigger: str) -> RunFacts:
    started_at = context.now()
    return RunFacts(new_run_id(started_at), command, trigger, started_at, started_at)


def ended(context: Context, facts: RunFacts, reading: Reading, **found: Any) -> RunFacts:
    ended = replace(
        facts,
        finished_at=context.now(),
        sources=tuple(reading.sources),
        requests=reading.requests(),
        **found,
    )
    for problem in problems_of(ended):
        context.reporter.problem(problem_object(problem))
    return ended


def finish(journal: Journal, facts: RunFacts, summary: Object) -> None:
    """Close the run's row; a plan that may be approved or asked for later is kept by its hash."""
    _LOG.info(
        "run ended",
        extra={
            "run": facts.run,
            "command": facts.command,
            "exit_code": summary["exit_code"],
            "count": len(summary["changes"]),
        },
    )
    plan_hash = summary["plan_hash"]
    if plan_hash is not None and (facts.dry or facts.refused):
        plan = {"changes": summary["changes"], "limits": summary["limits"], **facts.kept}
        journal.store_plan(plan_hash, plan, facts.finished_at)
    journal.remember_called(of_learn_alone(facts.called))
    journal.finish_run(
        facts.run,
        facts.finished_at,
        summary["exit_code"],
        counts=summary["counts"],
        summary=summary,
        plan_hash=plan_hash,
    )


def _tell_planned(context: Context, plan: Plan) -> None:
    for change in plan.changes:
        context.reporter.change(change_object(change))
