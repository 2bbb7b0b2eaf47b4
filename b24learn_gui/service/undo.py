"""The way back from a run (rules U1, U2; INTERFACE: undo): planned always, written with `--apply`."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from b24learn_gui.company.model import PersonKey
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service import alerts
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.called import Called, called_in
from b24learn_gui.service.connections import learn_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.history import find_run
from b24learn_gui.service.planning import Prepared, Reading
from b24learn_gui.service.reading import read_target, signed_in_login
from b24learn_gui.service.run import begun, differences, ended, finish, keep_plan, unfinished_people, write_plan
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object, RunFacts, change_object, summarise
from b24learn_gui.service.way_back import WayBack
from b24learn_gui.storage.journal import Journal, RecordedChange
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.settings import Settings, to_policy
from b24learn_gui.sync.changes import Change, LimitHit, Plan
from b24learn_gui.sync.limits import exceeded
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.policy import Policy
from b24learn_gui.sync.undo import UndoPlan, plan_undo

_LOG = logging.getLogger(__name__)

WRITERS = frozenset({"sync", "undo"})


@dataclass(frozen=True, slots=True)
class ForeseenUndo:
    """An undo that was only planned: its summary, and what a window shows besides. `error`: why there is no plan.

    `labels`: what Learn calls its profile fields; `places`: where people's accounts are now; `linked`: people, by
    portal.
    """

    summary: Object = field(repr=False)
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    places: Mapping[PersonKey, str] = field(default_factory=dict, repr=False)
    linked: Mapping[str, int] = field(default_factory=dict, repr=False)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    called: Called = field(default_factory=dict, repr=False)
    error: SyncError | None = None


def undo(context: Context, run_id: str, *, write: bool, approve: str | None = None) -> Object:
    """The summary of the way back from `run_id`, with `undoes`. Raises `WrongUsage`: `run_unknown`,
    `undo_of_unapplied`, `approve_without_apply`.
    """
    if approve is not None and not write:
        raise WrongUsage("approve_without_apply")
    if not write:
        return foresee_undo(context, run_id).summary
    facts = replace(begun(context, "undo", "manual"), undoes=run_id)
    reading = Reading([], [])
    try:
        settings = settings_for_run(context)
        context.places.prepare()
        with RunLock(context.places.lock_file), Journal.open(context.places.journal_file) as journal:
            return _Undo(context, settings, journal, facts, reading).apply(approve)
    except WrongUsage:
        raise
    except SyncError as error:
        return summarise(ended(context, facts, reading, error=error), context.words)


def foresee_undo(context: Context, run_id: str) -> ForeseenUndo:
    """The way back, planned and kept, with nothing written to Learn. Raises `WrongUsage` as `undo` does."""
    facts = replace(begun(context, "undo", "manual"), undoes=run_id)
    reading = Reading([], [])
    try:
        settings = settings_for_run(context)
        with Journal.open_read_only(context.places.journal_file) as journal:
            return _Undo(context, settings, journal, facts, reading).foresee()
    except WrongUsage:
        raise
    except SyncError as error:
        return ForeseenUndo(summarise(ended(context, facts, reading, error=error), context.words), error=error)


class _Undo:
    """One undo while its journal is open."""

    def __init__(
        self, context: Context, settings: Settings, journal: Journal, facts: RunFacts, reading: Reading
    ) -> None:
        self._context = context
        self._settings = settings
        self._journal = journal
        self._facts = facts
        self._reading = reading
        self._undoes = facts.undoes or ""
        self._found: dict[str, Any] = {}
        self._labels: Mapping[str, str] = {}
        self._way: WayBack | None = None

    def foresee(self) -> ForeseenUndo:
        changes = self._changes()
        error: SyncError | None = None
        self._found["dry"] = True
        try:
            with ExitStack() as stack:
                prepared, back = self._plan(changes, stack)
                self._judge(back, None)
                self._tell_planned(prepared.plan)
        except SyncError as caught:
            error = self._found["error"] = caught
        planned = ended(self._context, self._facts, self._reading, **self._found)
        summary = summarise(planned, self._context.words)
        if planned.plan is not None:
            keep_plan(self._context, planned, summary, partial=False)
        return ForeseenUndo(
            summary,
            self._labels,
            self._way.places() if self._way is not None else {},
            Counter(key[0] for key in self._journal.memory().people),
            {portal.key: portal.address for portal in self._settings.portals},
            self._found.get("called", {}),
            error,
        )

    def apply(self, approve: str | None) -> Object:
        facts = self._facts
        changes = self._changes()
        self._journal.begin_run("undo", "manual", facts.started_at, run_id=facts.run, undoes=facts.undoes)
        _LOG.info("run began", extra={"run": facts.run, "command": "undo", "trigger": facts.trigger})
        try:
            with ExitStack() as stack:
                prepared, back = self._plan(changes, stack)
                self._judge(back, approve)
                if not self._found["refused"]:
                    self._write(prepared, back)
        except SyncError as error:
            self._found["error"] = error
        except Exception:
            self._found["error"] = SyncError("defect", kind="undo")
            self._close()
            raise
        summary = self._close()
        alerts.send(self._context, self._settings, self._journal, summary, partial=True)
        return summary

    def _close(self) -> Object:
        done = ended(self._context, self._facts, self._reading, **self._found)
        summary = summarise(done, self._context.words)
        finish(self._journal, done, summary)
        return summary

    def _changes(self) -> list[Change]:
        """What that run did, in its order, with the Learn ids it could not know when it was planned.

        Raises `WrongUsage`: `run_unknown`, `undo_of_unapplied`.
        """
        run = find_run(self._journal, self._undoes)
        done = [recorded for recorded in self._journal.changes(run.id) if recorded.state == "done"]
        if run.command not in WRITERS or not done:
            raise WrongUsage("undo_of_unapplied", run=run.id)
        memory = self._journal.memory()
        return [_as_done(recorded, memory) for recorded in done]

    def _plan(self, changes: Sequence[Change], stack: ExitStack) -> tuple[Prepared, UndoPlan]:
        context, settings, journal = self._context, self._settings, self._journal
        memory = journal.memory()
        base = known_api_base(journal, settings)
        transport = stack.enter_context(learn_transport(context, settings, context.secrets, base))
        self._reading.transport = transport
        learn = read_target(context, settings, transport, memory)
        context.reporter.phase("plan")
        policy = _with_sign_in(to_policy(settings), signed_in_login(settings))
        begun_before = journal.held_for(self._undoes).people
        back = plan_undo(
            changes,
            learn,
            memory,
            policy,
            limits=lambda planned: _limits(planned, memory, policy),
            begun=begun_before,
        )
        self._labels = {each.name: each.label for each in learn.fields}
        way = self._way = WayBack(changes, back, learn)
        departments = {change.key for change in back.plan.changes if change.what == "department"}
        self._found["plan"] = back.plan
        self._found["called"] = called_in(back.plan, learn)
        self._found["extra_problems"] = way.listed()
        self._found["kept"] = way.kept()
        self._found["way_back"] = way.told({*back.touched, *begun_before}, departments | memory.held_departments)
        number = len(back.plan.changes)
        context.reporter.progress(number, number)
        return Prepared(back.plan, learn, transport), back

    def _judge(self, back: UndoPlan, approve: str | None) -> None:
        """The gate, as for a sync (rules U1, M4, M5)."""
        approved = approve == back.plan.hash
        self._found["approved"] = approved
        if approve is not None and not approved:
            self._found["differences"] = differences(self._journal.plan(approve), back.plan)
        self._found["refused"] = not approved and (approve is not None or back.plan.needs_approval)

    def _tell_planned(self, plan: Plan) -> None:
        for change in plan.changes:
            self._context.reporter.change(change_object(change))

    def _write(self, prepared: Prepared, back: UndoPlan) -> None:
        """Whom it touches it holds from before the write; the links of adoptions go at the end (rules U1, U2)."""
        journal, run = self._journal, self._facts.run
        approved = bool(self._found["approved"])
        outcome = write_plan(self._context, self._settings, journal, run, prepared, approved=approved, holding=True)
        self._found["outcome"] = outcome
        unlink: list[PersonKey] = []
        if outcome.error is None and not outcome.stopped:
            unfinished = unfinished_people(outcome)
            unlink = [key for key in back.unlink if key not in unfinished]
            journal.end_undo(run, unlink=unlink, hold=[key for key in back.touched if key not in unfinished])
        if self._way is not None:
            held = journal.held_for(self._undoes)
            self._found["way_back"] = self._way.told(held.people, held.departments, unlink)


def _as_done(recorded: RecordedChange, memory: Memory) -> Change:
    """A recorded change with its object's Learn id, and with the supervisor that was really set."""
    change = recorded.change
    if change.learn_id is None:
        links = memory.people if change.what == "person" else memory.departments
        link = links.get(change.key)
        change = replace(change, learn_id=link.learn_id if link else None)
    if change.kind == "head.set" and recorded.result_id:
        change = replace(change, after={**change.after, "supervisor": recorded.result_id})
    return change


def _with_sign_in(policy: Policy, login: str) -> Policy:
    """The account we sign in with is never touched (rule N2)."""
    return replace(policy, protect=policy.protect | {login.casefold()}) if login else policy


def _limits(changes: Sequence[Change], memory: Memory, policy: Policy) -> tuple[LimitHit, ...]:
    linked = Counter(key[0] for key in memory.people)
    return exceeded(changes, linked=linked, whole=memory.whole, limits=policy.limits)
