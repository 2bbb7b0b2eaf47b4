"""Past runs: the list, one run, and what monitoring asks (INTERFACE: history, show, health)."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from b24learn_gui.errors import WrongUsage
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DONE, LEFT_OUT, OVERDUE
from b24learn_gui.service.imported import import_mark
from b24learn_gui.service.overdue import freshness
from b24learn_gui.service.summary import Object, RunFacts, change_object, summarise, time_text
from b24learn_gui.storage.journal import Journal, RunRecord
from b24learn_gui.storage.settings import load_settings

WAITING_EXIT_CODES = frozenset({20, 30, 40, 41, 60, 70})
"""Ends of the last run that wait for a person."""


def history(context: Context, limit: int) -> Object:
    with Journal.open_read_only(context.places.journal_file) as journal:
        runs = [_listed(journal, run) for run in journal.runs(limit)]
    return {"command": "history", "exit_code": DONE, "runs": runs}


class _Applied(msgspec.Struct):
    applied: bool = True


def _listed(journal: Journal, run: RunRecord) -> Object:
    """`planned`: an undo that was only looked at, and counts what it would do."""
    told = run_object(run)
    if run.command == "undo":
        summary = journal.summary_as(run.id, _Applied)
        told["planned"] = summary is not None and not summary.applied and not journal.confirmed(run.id)
    return told


def run_object(run: RunRecord) -> Object:
    return {
        "run": run.id,
        "command": run.command,
        "trigger": run.trigger,
        "started_at": time_text(run.started_at),
        "finished_at": time_text(run.finished_at) if run.finished_at else None,
        "exit_code": run.exit_code,
        "counts": dict(run.counts),
    }


def show(context: Context, run_id: str) -> Object:
    """One run's summary as it was. Of one that never came to its end: what the journal knows of its changes."""
    with Journal.open_read_only(context.places.journal_file) as journal:
        run = find_run(journal, run_id)
        summary = dict(run.summary) if run.summary else _unfinished(context, journal, run)
    return {"command": "show", "exit_code": DONE, "summary": summary}


def find_run(journal: Journal, run_id: str) -> RunRecord:
    """Raises `WrongUsage("run_unknown")`."""
    run = journal.run(run_id)
    if run is None:
        raise WrongUsage("run_unknown", run=run_id)
    return run


def _unfinished(context: Context, journal: Journal, run: RunRecord) -> Object:
    """The summary of an interrupted run: its confirmed changes, and for the rest nobody knows."""
    done = [recorded.change for recorded in journal.changes(run.id) if recorded.state == "done"]
    facts = RunFacts(run.id, run.command, run.trigger, run.started_at, run.started_at, undoes=run.undoes)
    summary = summarise(facts, context.words)
    changes = [change_object(change) for change in done]
    counted = Counter(change.kind for change in done)
    counts = {kind: counted.get(kind, 0) for kind in summary["counts"]}
    return {**summary, "exit_code": None, "finished_at": None, "changes": changes, "counts": counts}


def health(context: Context) -> Object:
    """Whether everything runs: exit 90 overdue, 10 something waits for a person, else 0."""
    settings = load_settings(context.places.settings_file)
    with Journal.open_read_only(context.places.journal_file) as journal:
        runs = [run for run in journal.runs(50) if run.command == "sync"]
        fresh = freshness(context, settings, journal)
        last = runs[0] if runs else None
        summary = _last_summary(journal, last)
        unseen = import_mark(journal) is not None
    success = fresh.success
    waiting = _waiting(last, summary, unseen=unseen)
    if unseen and not any(each["code"] == "settings_imported" for each in waiting):
        waiting.append({"code": "settings_imported", "count": 1})
    return {
        "command": "health",
        "exit_code": OVERDUE if fresh.overdue else LEFT_OUT if waiting else DONE,
        "overdue": fresh.overdue,
        "last_success": time_text(success.finished_at) if success and success.finished_at else None,
        "last_run": run_object(last) if last else None,
        "waiting": waiting,
    }


def _last_summary(journal: Journal, last: RunRecord | None) -> Mapping[str, Any]:
    found = journal.run(last.id) if last is not None else None
    return found.summary or {} if found is not None else {}


def _waiting(last: RunRecord | None, summary: Mapping[str, Any], *, unseen: bool) -> list[Object]:
    """What a person has to look at, by code: people left out, portals in doubt, and how the last run ended. Imported
    settings only while nobody has seen what they do: a preview may have shown it since.
    """
    counted = Counter(
        problem["code"]
        for problem in summary.get("problems", ())
        if (not problem.get("note") or problem["code"] == "portal_not_configured")
        and (unseen or problem["code"] != "settings_imported")
    )
    if summary.get("limits") or "differences" in summary:
        counted["plan_waits"] += 1
    waiting = [{"code": code, "count": count} for code, count in sorted(counted.items())]
    error = summary.get("error")
    if error and last is not None and last.exit_code in WAITING_EXIT_CODES:
        waiting.append({"code": error["code"], "count": 1})
    return waiting or _by_exit_code(last)


def _by_exit_code(last: RunRecord | None) -> list[Object]:
    """The last run ended badly and nothing of it says why: the exit code itself waits for a person."""
    if last is None or last.exit_code not in WAITING_EXIT_CODES:
        return []
    return [{"code": f"exit_{last.exit_code}", "count": 1}]
