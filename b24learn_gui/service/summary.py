"""The JSON summary of a run: plan, outcome and what was read, as INTERFACE's "The JSON summary" lays it out."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from b24learn_gui.company.model import Doubt, PersonKey
from b24learn_gui.errors import SyncError
from b24learn_gui.service.exit_codes import DOUBT, LEFT_OUT, LIMIT, STOPPED, chosen_exit_code
from b24learn_gui.sync.changes import COLUMNS, KINDS, Change, Column, Plan, Problem
from b24learn_gui.text import Words
from b24learn_gui.text.errors import error_sentence

if TYPE_CHECKING:  # whoever only reads summaries does not load what writes to Learn
    from b24learn_gui.sync.apply import Outcome

Object = dict[str, Any]
"""A JSON object on its way out."""

FAILED_CODES = frozenset({"rejected_by_learn", "department_missing", "seats_exhausted"})
CONFLICT_CODES = frozenset({"duplicate_in_source", "match_ambiguous", "match_taken", "identity_changed"})
SKIPPED_CODES = frozenset({"login_missing", "email_invalid", "required_field_missing"})
SETTLED_BY_APPROVAL = frozenset({"portal_changed", "journal_rebuilt", "settings_imported"})
"""Reasons to ask a person that hold until exactly this plan is approved (rules I7, I8), the last until a preview."""


@dataclass(frozen=True, slots=True)
class SourceRead:
    """What became of one portal: its numbers (`employees`: active employees), its doubts, or why it failed."""

    portal: str
    departments: int = 0
    employees: int = 0
    doubts: tuple[Doubt, ...] = ()
    people: frozenset[PersonKey] = field(default=frozenset(), repr=False)
    error: SyncError | None = None


@dataclass(frozen=True, slots=True)
class Requests:
    """What the servers saw, repeats included, tokens as reads."""

    bitrix24: int = 0
    learn_read: int = 0
    learn_write: int = 0


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Everything of a run that its summary tells. `plan` and `outcome` are None where it did not come so far.

    `dry`: nothing was to be written (preview, undo without --apply). `refused`: a plan there is, and nothing of it
    was (or in a dry run: would be) written for want of approval. `kept`: what is kept beside such a plan.
    `called`: the names of those its changes mention by id or code (see `service.called`).
    `way_back`: of an undo, what it tells besides (see `service.way_back`). `options`: what of the company it was about,
    as options of the command line.
    """

    run: str
    command: str
    trigger: str
    started_at: datetime
    finished_at: datetime
    sources: Sequence[SourceRead] = ()
    plan: Plan | None = None
    outcome: "Outcome | None" = None
    requests: Requests = Requests()
    error: SyncError | None = None
    dry: bool = False
    refused: bool = False
    approved: bool = False
    interrupted: str | None = None
    undoes: str | None = None
    differences: Mapping[str, Any] | None = None
    extra_problems: Sequence[Problem] = ()
    kept: Mapping[str, Any] = field(default_factory=dict, repr=False)
    called: Mapping[str, str] = field(default_factory=dict, repr=False)
    way_back: Mapping[str, Any] | None = field(default=None, repr=False)
    options: Sequence[str] = field(default=(), repr=False)


def summarise(facts: RunFacts, words: Words) -> Object:
    """The summary object, exactly INTERFACE's keys (and `error`, `undoes`, `options` and such where they apply)."""
    plan = facts.plan
    changes = changes_of(facts)
    problems = problems_of(facts)
    counted = Counter(change["kind"] for change in changes) if facts.dry or not facts.refused else {}
    people = ledger(facts)
    summary: Object = {
        "run": facts.run,
        "command": facts.command,
        "trigger": facts.trigger,
        "exit_code": exit_code_of(facts, problems, people),
        "plan_hash": plan.hash if plan else None,
        "started_at": time_text(facts.started_at),
        "finished_at": time_text(facts.finished_at),
        "sources": [source_object(source, doubts_of(source, facts), words) for source in facts.sources],
        "counts": {kind: counted.get(kind, 0) for kind in KINDS},
        "people": people,
        "letters": letters_of(facts, changes),
        "limits": [
            {"kind": hit.kind, "planned": hit.planned, "allowed": hit.allowed}
            for hit in (plan.limits if plan is not None and not facts.approved else ())
        ],
        "changes": changes,
        "problems": [problem_object(problem) for problem in problems],
        "requests": {
            "bitrix24": facts.requests.bitrix24,
            "learn_read": facts.requests.learn_read,
            "learn_write": facts.requests.learn_write,
        },
    }
    if facts.options:
        summary["options"] = list(facts.options)
    if facts.undoes is not None:
        summary["undoes"] = facts.undoes
        summary["applied"] = facts.outcome is not None
    if facts.way_back is not None:
        summary["way_back"] = dict(facts.way_back)
    if facts.interrupted is not None:
        summary["interrupted"] = facts.interrupted
    if facts.differences is not None:
        summary["differences"] = dict(facts.differences)
    error = whole_error(facts)
    if error is not None:
        written = len(facts.outcome.done) if facts.outcome else 0
        summary["error"] = error_object(error, words, written=written)
    return summary


def only_planned(summary: Mapping[str, Any]) -> bool:
    """Whether the changes of a summary are those of a plan and nothing of it was written."""
    waits = summary["changes"] and not any(summary["counts"].values())
    return summary.get("command") == "preview" or summary.get("applied") is False or bool(waits)


def whole_error(facts: RunFacts) -> SyncError | None:
    """Why the run failed as a whole: its own error, that of applying, or all portals failed (rule Q4)."""
    if facts.error is not None:
        return facts.error
    if facts.outcome is not None and facts.outcome.error is not None:
        return facts.outcome.error
    failed = [source.error for source in facts.sources if source.error is not None]
    if failed and len(failed) == len(facts.sources):
        winner = chosen_exit_code(error.exit_code for error in failed)
        return next(error for error in failed if error.exit_code == winner)
    return None


def exit_code_of(facts: RunFacts, problems: Sequence[Problem], people: Mapping[str, int]) -> int:
    """The first that applies in the order of priority (INTERFACE: exit codes)."""
    codes = [source.error.exit_code for source in facts.sources if source.error is not None]
    error = whole_error(facts)
    if error is not None:
        codes.append(error.exit_code)
    if facts.outcome is not None and facts.outcome.stopped:
        codes.append(STOPPED)
    plan = facts.plan
    if plan is not None:
        if facts.refused or (plan.needs_approval and not facts.approved):
            codes.append(LIMIT)
        if any(doubts_of(source, facts) for source in facts.sources):
            codes.append(DOUBT)
    if any(not problem.note for problem in problems) or people["skipped"] or people["conflict"] or people["failed"]:
        codes.append(LEFT_OUT)
    return chosen_exit_code(codes)


def changes_of(facts: RunFacts) -> list[Object]:
    """The changes the servers confirmed; of a preview, and of a run that was refused, the planned ones."""
    if facts.outcome is not None:
        return [change_object(done.change, done.learn_id) for done in facts.outcome.done]
    if facts.plan is not None and (facts.refused or facts.dry):
        return [change_object(change) for change in facts.plan.changes]
    return []


def change_object(change: Change, learn_id: str | None = None) -> Object:
    """All nine keys of a change. `learn_id` of an object that the run itself created is known only afterwards."""
    created = learn_id if change.kind.endswith(".create") else None
    return {
        "kind": change.kind,
        "object": change.what,
        "portal": change.portal,
        "bitrix24_id": change.bitrix24_id,
        "learn_id": change.learn_id or created,
        "name": change.name,
        "before": dict(change.before),
        "after": dict(change.after),
        "cause": change.cause,
    }


def problems_of(facts: RunFacts) -> list[Problem]:
    """What the plan says was left out, then what applying it met, then what the service adds."""
    settled = SETTLED_BY_APPROVAL if facts.approved else frozenset()
    found = [problem for problem in facts.plan.problems if problem.code not in settled] if facts.plan else []
    if facts.outcome is not None:
        found += facts.outcome.problems
        told = {(problem.portal, problem.bitrix24_id, problem.what, problem.code) for problem in found}
        for failure in facts.outcome.failed:
            change = failure.change
            if (change.portal, change.bitrix24_id, change.what, failure.code) not in told:
                detail: Object = {"kind": change.kind}
                if failure.message:
                    detail["message"] = failure.message
                found.append(Problem(change.what, change.portal, change.bitrix24_id, change.name, failure.code, detail))
    return [*found, *facts.extra_problems]


def problem_object(problem: Problem) -> Object:
    return {
        "object": problem.what,
        "portal": problem.portal,
        "bitrix24_id": problem.bitrix24_id,
        "name": problem.name,
        "code": problem.code,
        "detail": dict(problem.detail),
        "note": problem.note,
    }


def doubts_of(source: SourceRead, facts: RunFacts) -> tuple[Doubt, ...]:
    """Why a portal is in doubt, as far as the approval of this plan has not settled it."""
    if facts.plan is None:
        return source.doubts
    settled = SETTLED_BY_APPROVAL if facts.approved else frozenset()
    return tuple(doubt for doubt in facts.plan.doubts.get(source.portal, ()) if doubt.code not in settled)


def source_object(source: SourceRead, doubts: Sequence[Doubt], words: Words) -> Object:
    """One portal. `complete` says that nothing speaks against its reading."""
    answer: Object = {
        "portal": source.portal,
        "departments": source.departments,
        "employees": source.employees,
        "complete": not doubts and source.error is None,
        "doubts": [{"code": doubt.code, "detail": dict(doubt.detail)} for doubt in doubts],
    }
    if source.error is not None:
        answer["error"] = error_object(source.error, words)
    return answer


def ledger(facts: RunFacts) -> dict[str, int]:
    """Everybody read stands in exactly one column after `read`; with `--only` the chosen people alone (rule T1)."""
    columns: dict[PersonKey, Column] = {}
    if facts.plan is not None:
        read = frozenset[PersonKey]().union(*(source.people for source in facts.sources))
        columns = {key: verdict.column for key, verdict in facts.plan.verdicts.items() if key in read}
    if facts.outcome is not None:
        _as_it_came(columns, facts.outcome)
    counted = Counter(columns.values())
    return {"read": len(columns), **{column: counted.get(column, 0) for column in COLUMNS}}


def _as_it_came(columns: dict[PersonKey, Column], outcome: "Outcome") -> None:
    """Move people to where applying put them: who failed, and whose changes were not tried after all."""
    done = {each.change.key for each in outcome.done if each.change.what == "person"}
    failed = {each.change.key: each.code for each in outcome.failed if each.change.what == "person"}
    for problem in outcome.problems:
        if problem.what == "person" and problem.bitrix24_id is not None and not problem.note:
            failed.setdefault((problem.portal, problem.bitrix24_id), problem.code)
    for key, column in columns.items():
        if key in failed:
            columns[key] = column_of(failed[key])
        elif column == "changed" and key not in done:
            columns[key] = "unchanged"


def column_of(code: str) -> Column:
    """The column of somebody who was left out for this reason."""
    if code in CONFLICT_CODES:
        return "conflict"
    return "skipped" if code in SKIPPED_CODES else "failed"


def letters_of(facts: RunFacts, changes: Collection[Object]) -> int:
    """Letters planned in a preview or a refused run, otherwise those that went out with confirmed creates."""
    if facts.outcome is None:
        return facts.plan.letters if facts.plan and (facts.refused or facts.dry) else 0
    missing = {
        (problem.portal, problem.bitrix24_id) for problem in facts.outcome.problems if problem.code == "seats_exhausted"
    }
    return sum(
        change["after"].get("letter") is True and (change["portal"], change["bitrix24_id"]) not in missing
        for change in changes
    )


def error_object(error: SyncError, words: Words, *, written: int = 0) -> Object:
    """`error {code, message, side, portal}` as every command gives it."""
    return {
        "code": error.code,
        "message": error_sentence(error, words, written=written),
        "side": error.side,
        "portal": error.portal,
    }


def time_text(when: datetime) -> str:
    """`2026-11-22T03:00:00Z`"""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
