"""The way back from a run (rules U1, U2; INTERFACE: undo): planned always, written with `--apply`."""

import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import replace

from b24learn_gui.company.model import PersonKey
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service import alerts
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.connections import learn_transport
from b24learn_gui.service.context import Context
from b24learn_gui.service.history import find_run
from b24learn_gui.service.planning import Prepared, Reading
from b24learn_gui.service.reading import read_target, signed_in_login
from b24learn_gui.service.run import begun, differences, ended, finish, keep_plan, unfinished_people, write_plan
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.service.summary import Object, RunFacts, summarise
from b24learn_gui.storage.journal import Journal, RecordedChange
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.settings import Settings, to_policy
from b24learn_gui.sync.changes import Change, LimitHit, Problem
from b24learn_gui.sync.limits import exceeded
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.policy import Policy
from b24learn_gui.sync.undo import UndoPlan, plan_undo

_LOG = logging.getLogger(__name__)

WRITERS = frozenset({"sync", "undo"})


def undo(context: Context, run_id: str, *, write: bool, approve: str | None = None) -> Object:
    """The summary of the way back from `run_id`, with `undoes`. Raises `WrongUsage`: `run_unknown`,
    `undo_of_unapplied`, `approve_without_apply`.
    """
    if approve is not None and not write:
        raise WrongUsage("approve_without_apply")
    facts = replace(begun(context, "undo", "manual"), undoes=run_id)
    reading = Reading([], [])
    try:
        settings = settings_for_run(context)
        if write:
            context.places.prepare()
        lock = RunLock(context.places.lock_file) if write else nullcontext()
        with lock, _journal(context, write=write) as journal:
            return _Undo(context, settings, journal, facts, reading).run(write=write, approve=approve)
    except WrongUsage:
        raise
    except SyncError as error:
        return summarise(ended(context, facts, reading, error=error), context.words)


def _journal(context: Context, *, write: bool) -> Journal:
    path = context.places.journal_file
    return Journal.open(path) if write else Journal.open_read_only(path)


class _Undo:
    def __init__(
        self, context: Context, settings: Settings, journal: Journal, facts: RunFacts, reading: Reading
    ) -> None:
        self._context = context
        self._settings = settings
        self._journal = journal
        self._facts = facts
        self._reading = reading

    def run(self, *, write: bool, approve: str | None) -> Object:
        context, facts, undoes = self._context, self._facts, self._facts.undoes or ""
        changes = self._changes(undoes, self._journal.memory())
        found: dict[str, object] = {"dry": not write}
        if write:
            self._journal.begin_run("undo", "manual", facts.started_at, run_id=facts.run, undoes=undoes)
            _LOG.info("run began", extra={"run": facts.run, "command": "undo", "trigger": facts.trigger})
        try:
            with ExitStack() as stack:
                self._work(changes, stack, found, write=write, approve=approve)
        except SyncError as error:
            found["error"] = error
        except Exception:
            if write:
                found["error"] = SyncError("defect", kind="undo")
                self._close(found)
            raise
        if not write:
            planned = ended(context, facts, self._reading, **found)
            summary = summarise(planned, context.words)
            if planned.plan is not None:
                keep_plan(context, planned, summary, partial=False)
            return summary
        summary = self._close(found)
        alerts.send(context, self._settings, self._journal, summary, partial=True)
        return summary

    def _close(self, found: dict[str, object]) -> Object:
        done = ended(self._context, self._facts, self._reading, **found)
        summary = summarise(done, self._context.words)
        finish(self._journal, done, summary)
        return summary

    def _changes(self, run_id: str, memory: Memory) -> list[Change]:
        """What that run did, in its order, with the Learn ids it could not know when it was planned.

        Raises `WrongUsage`: `run_unknown`, `undo_of_unapplied`.
        """
        run = find_run(self._journal, run_id)
        done = [recorded for recorded in self._journal.changes(run_id) if recorded.state == "done"]
        if run.command not in WRITERS or not done:
            raise WrongUsage("undo_of_unapplied", run=run_id)
        return [_as_done(recorded, memory) for recorded in done]

    def _work(
        self, changes: list[Change], stack: ExitStack, found: dict[str, object], *, write: bool, approve: str | None
    ) -> None:
        context, settings, journal = self._context, self._settings, self._journal
        memory = journal.memory()
        base = known_api_base(journal, settings)
        transport = stack.enter_context(learn_transport(context, settings, context.secrets, base))
        self._reading.transport = transport
        learn = read_target(context, settings, transport, memory)
        context.reporter.phase("plan")
        policy = _with_sign_in(to_policy(settings), signed_in_login(settings))
        back = plan_undo(changes, learn, memory, policy, limits=lambda planned: _limits(planned, memory, policy))
        found["plan"] = back.plan
        found["extra_problems"] = _listed(back)
        approved = approve == back.plan.hash
        found["approved"] = approved
        if approve is not None and not approved:
            found["differences"] = differences(journal.plan(approve), back.plan)
        found["refused"] = not approved and (approve is not None or back.plan.needs_approval)
        if not write or found["refused"]:
            return
        outcome = write_plan(
            context, settings, journal, self._facts.run, Prepared(back.plan, learn, transport), approved=approved
        )
        found["outcome"] = outcome
        if outcome.error is None and not outcome.stopped:
            self._keep(back, unfinished_people(outcome))

    def _keep(self, back: UndoPlan, failed: set[PersonKey]) -> None:
        """The links of undone adoptions go; whom the undo touched stays as he is until released (rule U2)."""
        for key in back.unlink:
            if key not in failed:
                self._journal.remove_link(key)
        self._journal.hold(back.touched, self._facts.run)


def _as_done(recorded: RecordedChange, memory: Memory) -> Change:
    """A recorded change with its object's Learn id, and with the supervisor that was really set."""
    change = recorded.change
    if change.learn_id is None:
        links = memory.people if change.what == "person" else memory.departments
        link = links.get(change.key)
        change = replace(change, learn_id=link.learn_id if link else None)
    if change.kind == "head.set" and recorded.result_id:
        change = replace(change, after={"supervisor": recorded.result_id})
    return change


def _with_sign_in(policy: Policy, login: str) -> Policy:
    """The account we sign in with is never touched (rule N2)."""
    return replace(policy, protect=policy.protect | {login.casefold()}) if login else policy


def _limits(changes: Sequence[Change], memory: Memory, policy: Policy) -> tuple[LimitHit, ...]:
    linked = Counter(key[0] for key in memory.people)
    return exceeded(changes, linked=linked, whole=memory.whole, limits=policy.limits)


def _listed(back: UndoPlan) -> list[Problem]:
    """What is not taken back: changed since, or protected. Listed, and nobody is left out by it."""
    problems = [
        Problem(
            each.change.what,
            each.change.portal,
            each.change.bitrix24_id,
            each.change.name,
            "changed_since",
            {"kind": each.change.kind, "expected": dict(each.expected), "present": dict(each.present)},
            note=True,
        )
        for each in back.changed_since
    ]
    return problems + [
        Problem("person", portal, number, "", "protected_since", {}, note=True) for portal, number in back.protected
    ]
