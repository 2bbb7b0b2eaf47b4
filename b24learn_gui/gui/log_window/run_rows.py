"""The list of runs and the heading of the one shown, in words. No Qt."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from b24learn_gui.gui.log_window.asking import Asking
from b24learn_gui.gui.log_window.words import clock, day_word, run_result, run_state, run_trigger
from b24learn_gui.gui.views.grouped_list import GroupedRow
from b24learn_gui.service.log_reading import RunLine
from b24learn_gui.text.words import Words, mark

PROCESS = "process:"
"""Before the name of a kind of process, in place of a run's id."""

_PROCESSES: Mapping[str, str] = {
    "sync": mark("Everything of all runs"),
    "gui": mark("The program's windows"),
    "cli": mark("Commands"),
}
_STATES: Mapping[str, str] = {
    "busy": mark("running"),
    "ok": mark("done"),
    "warning": mark("warning"),
    "failed": mark("error"),
}


def fitting(runs: Sequence[RunLine], which: str) -> list[RunLine]:
    """All runs, those with `changes`, or those `waiting` for somebody to look at them."""
    if which == "changes":
        return [line for line in runs if line.running or any(line.record.counts.values())]
    if which == "waiting":
        return [line for line in runs if run_state(line) in {"warning", "failed"}]
    return list(runs)


def rows(
    runs: Sequence[RunLine],
    words: Words,
    now: datetime,
    zone: tzinfo | None,
    *,
    progress: Mapping[str, tuple[int, int] | None],
    processes: Sequence[str],
) -> Iterator[GroupedRow]:
    """Runs with the headings of their days, then the whole logs."""
    today, before = now.astimezone(zone).date(), None
    for line in runs:
        day = line.record.started_at.astimezone(zone).date()
        if day != before:
            yield GroupedRow("", day_word(day, today, words))
            before = day
        state = run_state(line)
        yield GroupedRow(
            line.record.id,
            clock(line.record.started_at, zone),
            run_trigger(line, words),
            run_result(line, words, progress.get(line.record.id)),
            state,
            words(_STATES[state]),
        )
    if processes:
        yield GroupedRow("", words("Whole logs"))
    for process in processes:
        yield GroupedRow(f"{PROCESS}{process}", words(_PROCESSES.get(process, process)))


def heading(
    line: RunLine | None,
    asking: Asking,
    words: Words,
    now: datetime,
    zone: tzinfo | None,
    *,
    progress: tuple[int, int] | None,
) -> tuple[str, str]:
    """Title of what is shown, and what began it with the id of the run."""
    if line is None:
        return words(_PROCESSES.get(asking.process, asking.process)) if asking.process else "", asking.run
    started = line.record.started_at
    day = day_word(started.astimezone(zone).date(), now.astimezone(zone).date(), words)
    title = f"{day}, {clock(started, zone)} — {run_result(line, words, progress)}"
    return title, f"{run_trigger(line, words)} · {line.record.id}"
