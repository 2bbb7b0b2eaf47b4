"""What the status window says of a standing and of a running sync, in sentences. No Qt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from b24learn_gui.errors import SettingsInvalid, SyncError
from b24learn_gui.gui.models.run_progress import RunProgress, Stage, StageName
from b24learn_gui.service.standing import Cause, Day, Standing
from b24learn_gui.text import plan_table
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.times import day_month, in_utc, remaining_words, weekday, when, when_at
from b24learn_gui.text.words import Words, mark
from b24learn_gui.timetable.local import Localise
from b24learn_gui.timetable.plan import Pause

Mark = Literal["working", "ok", "skipped", "attention", "fault", "paused", "off", "setup"]
"""Which sign stands before the headline."""

_LEFT_OUT = frozenset({"people_skipped"})
_TITLES: Mapping[Mark, str] = {
    "working": mark("Sync is running"),
    "ok": mark("Everything is in order"),
    "attention": mark("Needs your attention"),
    "paused": mark("Paused"),
    "off": mark("The schedule is off"),
    "setup": mark("Not set up yet"),
}
_RUN_BEGAN = re.compile(r"\d{8}T\d{6}Z")
"""What a run's id begins with."""
_DEPARTMENT_CODES = frozenset({"department_rejected", "department_vanished"})
_STAGES: Mapping[StageName, str] = {
    "bitrix24": mark("Bitrix24"),
    "learn": mark("iSpring Learn"),
    "plan": mark("Plan"),
    "write": mark("Write"),
}
_READING: Mapping[StageName, str] = {
    "bitrix24": mark("Reading Bitrix24"),
    "learn": mark("Reading Learn"),
    "plan": mark("Planning"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """Now, and how moments become local."""

    now: datetime
    localise: Localise

    def when(self, moment: datetime, words: Words) -> str:
        """`today, 18:00`."""
        return when(self.localise(moment), self.localise(self.now), words)

    def when_at(self, moment: datetime, words: Words) -> str:
        """`today at 18:00`."""
        return when_at(self.localise(moment), self.localise(self.now), words)


@dataclass(frozen=True, slots=True)
class Headline:
    """The state in a word, and in a sentence."""

    mark: Mark
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Fact:
    """`Last success: yesterday, 18:00 · 12 changes`: what, the value to be seen first, the rest."""

    label: str
    value: str
    rest: str = ""

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.label} {self.value}{self.rest}"


def headline(standing: Standing, progress: RunProgress | None, clock: Clock, words: Words) -> Headline:
    """The state in a word and a sentence; a running sync goes before everything else."""
    if progress is not None:
        return _running(standing, progress, clock, words)
    if standing.running is not None:
        return Headline("working", words(_TITLES["working"]), _elsewhere(standing, clock, words))
    match standing.state:
        case "setup":
            sentence = words(
                "The setup asks where people come from, who studies and when. Nothing changes before that."
            )
            return Headline("setup", words(_TITLES["setup"]), sentence)
        case "fault":
            return _fault(standing.fault, words)
        case "paused":
            return Headline("paused", words(_TITLES["paused"]), _pause(standing.paused, clock, words))
        case "attention" if standing.causes and {cause.code for cause in standing.causes} <= _LEFT_OUT:
            people = sum(people_left_out(cause) for cause in standing.causes)
            title = words.plural("Works, {n} person left out", "Works, {n} people left out", people)
            if not people:
                title = words("Works, departments left out")
            return Headline("skipped", title, last_run(standing, clock, words))
        case "attention":
            decides = any(cause.code == "plan_waits" for cause in standing.causes)
            title = words("Waits for your decision") if decides else words(_TITLES["attention"])
            return Headline("attention", title, last_run(standing, clock, words))
        case "off":
            sentence = words("No run begins by itself. You can sync by hand at any time.")
            return Headline("off", words(_TITLES["off"]), sentence)
        case _:
            return Headline("ok", words(_TITLES["ok"]), last_run(standing, clock, words))


def people_left_out(cause: Cause) -> int:
    """How many of those left out are people; the others are departments."""
    by_code: Mapping[str, int] = cause.detail.get("by_code", {})
    return cause.count - sum(number for code, number in by_code.items() if code in _DEPARTMENT_CODES)


def last_run(standing: Standing, clock: Clock, words: Words) -> str:
    """What the last run came to."""
    run = standing.last_run
    if run is None or run.finished_at is None:
        return words("No run yet.") if run is None else words("The last run did not come to its end.")
    at = clock.when_at(run.finished_at, words)
    changed = sum(run.counts.values())
    if run.exit_code in {0, 10} and not changed:
        people = (run.summary or {}).get("people", {}).get("read")
        if isinstance(people, int):
            return words.plural(
                "Everything matches: {n} person was checked {when}, no changes.",
                "Everything matches: {n} people were checked {when}, no changes.",
                people,
                when=at,
            )
        return words("Everything matched {when}: no changes.", when=at)
    if run.exit_code in {0, 10}:
        return words.plural(
            "The last run wrote {n} change {when}.", "The last run wrote {n} changes {when}.", changed, when=at
        )
    result = words(plan_table.RESULTS.get(run.exit_code or 1, plan_table.RESULTS[1]))
    return words("The last run ended {when}: {result}.", when=at, result=result)


def last_success(standing: Standing, clock: Clock, words: Words) -> Fact:
    """When it last went well, and what it changed."""
    label, success = words("Last success:"), standing.last_success
    if success is None:
        return Fact(label, words("none yet"))
    changes = words.plural("{n} change", "{n} changes", success.changed) if success.changed else words("no changes")
    return Fact(label, clock.when(success.finished_at, words), f" · {changes}")


def next_run(standing: Standing, clock: Clock, words: Words) -> Fact:
    """When the next run begins: local, UTC, and how long until then."""
    label, coming = words("Next run:"), standing.next_run
    if coming is None:
        why = words("when you resume") if standing.paused is not None else words("by hand only")
        return Fact(label, why)
    left = coming - clock.now
    soon = remaining_words(left, words) if left.total_seconds() > 0 else words("due now")
    return Fact(label, clock.when(coming, words), f" ({in_utc(coming)}), {soon}")


def stage_words(stage: Stage, words: Words) -> tuple[str, str]:
    """A stage's name, and what it came to so far."""
    name, number = words(_STAGES[stage.name]), stage.number
    if number is None or stage.name == "write":
        return name, ""
    if stage.name == "plan":
        return name, words.plural("{n} change", "{n} changes", number)
    return name, words.plural("{n} person", "{n} people", number)


def progress_line(progress: RunProgress, words: Words) -> tuple[str, str]:
    """`30 of 51`, and `9 a minute · about 2 minutes left · now: …`."""
    count = words("{done} of {total}", done=progress.done, total=progress.total) if progress.total else ""
    if progress.stopping:
        return count, words("the write in flight is being finished")
    if progress.waiting:
        return count, words("the server asks us to wait {time}", time=words.seconds(progress.waiting_seconds))
    parts = []
    if progress.busy is not None and progress.busy in _READING:
        parts.append(words(_READING[progress.busy]))
    if progress.per_minute is not None:
        parts.append(words("{n} a minute", n=max(1, round(progress.per_minute))))
    if progress.seconds_left is not None:
        parts.append(_left(progress.seconds_left, words))
    if progress.now_touching:
        parts.append(words("now: {what}", what=_touching(progress, words)))
    return count, " · ".join(parts)


def stop_question(progress: RunProgress, words: Words) -> str:
    """What stopping leaves behind, before it is done."""
    if progress.busy != "write" or not progress.done:
        return words("Stop the run? Nothing has been written yet.")
    if progress.undo:
        return words.plural(
            "Stop the undo? {n} change of {total} is taken back and stays so; undo the run once more for the rest.",
            "Stop the undo? {n} changes of {total} are taken back and stay so; undo the run once more for the rest.",
            progress.done,
            total=progress.total,
        )
    return words.plural(
        "Stop the run? {n} change of {total} is written and stays, the rest goes into the next plan.",
        "Stop the run? {n} changes of {total} are written and stay, the rest goes into the next plan.",
        progress.done,
        total=progress.total,
    )


def day_sentence(day: Day, words: Words) -> str:
    """`Tuesday, 11 November: 2 runs, 28 changes, 3 deactivations.`."""
    name = f"{weekday(day.date, words)}, {day_month(day.date, words)}"
    name = name[0].upper() + name[1:]
    if not day.runs:
        missed = words.plural("no run, {n} skipped", "no run, {n} skipped", day.claimed_skipped)
        return words("{day}: {what}.", day=name, what=missed if day.claimed_skipped else words("no run"))
    parts = [words.plural("{n} run", "{n} runs", day.runs)]
    if day.changed:
        parts.append(words.plural("{n} change", "{n} changes", day.changed))
    if day.deactivated:
        parts.append(words.plural("{n} deactivation", "{n} deactivations", day.deactivated))
    if not day.changed and not day.deactivated:
        parts.append(words("no changes"))
    if day.failed:
        parts.append(words.plural("{n} failed", "{n} failed", day.failed))
    if day.waiting:
        parts.append(words("a plan waited for a decision"))
    return words("{day}: {what}.", day=name, what=", ".join(parts))


def days_summary(days: tuple[Day, ...], words: Words) -> str:
    """`55 runs, 2 failed`."""
    runs, failed = sum(day.runs for day in days), sum(day.failed for day in days)
    told = words.plural("{n} run", "{n} runs", runs)
    return f"{told}, {words.plural('{n} failed', '{n} failed', failed)}" if failed else told


def _running(standing: Standing, progress: RunProgress, clock: Clock, words: Words) -> Headline:
    if progress.stopping:
        sentence = words("The write in flight is finished; what is written stays.")
        stopping = words("The undo is stopping") if progress.undo else words("The sync is stopping")
        return Headline("working", stopping, sentence)
    planned, busy = progress.number("plan"), progress.busy
    if busy == "write":
        what = words.plural("{n} change is being written", "{n} changes are being written", planned or progress.total)
    elif busy is None:
        what = words("Getting ready")
    else:
        what = words(_READING[busy])
    begun = _begun(standing, clock, words)
    title = words("Undo is running") if progress.undo else words(_TITLES["working"])
    return Headline("working", title, f"{what}, {begun}." if begun else f"{what}.")


def _elsewhere(standing: Standing, clock: Clock, words: Words) -> str:
    """A run of another process: only that it runs is known."""
    begun = _begun(standing, clock, words)
    if not begun:
        return words("Another process of this program is at work.")
    return words("Another process of this program is at work, {begun}.", begun=begun)


def _begun(standing: Standing, clock: Clock, words: Words) -> str:
    began = _RUN_BEGAN.match(standing.running or "")
    if began is None:
        return ""
    moment = datetime.strptime(began[0], "%Y%m%dT%H%M%S%z")
    return words("the run began {when}", when=clock.when_at(moment, words))


def _fault(fault: SyncError | None, words: Words) -> Headline:
    settings = fault is None or isinstance(fault, SettingsInvalid)
    title = words("The settings cannot be read") if settings else words("The records cannot be read")
    return Headline("fault", title, error_sentence(fault, words) if fault is not None else "")


def _pause(pause: Pause | None, clock: Clock, words: Words) -> str:
    until = pause.until if pause is not None else None
    if until is None:
        return words("No run begins by itself until you resume. You can sync by hand at any time.")
    there, here = clock.localise(until), clock.localise(clock.now)
    said = f"{there:%H:%M}" if there.date() == here.date() else when(there, here, words)
    return words("No run begins by itself until {when}. You can sync by hand at any time.", when=said)


def _left(seconds: float, words: Words) -> str:
    if seconds < 50:
        return words("less than a minute left")
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return words.plural("about {n} minute left", "about {n} minutes left", minutes)
    return words.plural("about {n} hour left", "about {n} hours left", round(minutes / 60))


def _touching(progress: RunProgress, words: Words) -> str:
    named = [
        words(plan_table.FIELDS[field]).lower() for field in progress.touching_fields if field in plan_table.FIELDS
    ]
    if progress.touching_kind == "user.update" and named:
        return ", ".join([progress.now_touching, *named[:2]])
    verb = plan_table.VERBS.get(progress.touching_kind)
    return f"{progress.now_touching}, {words(verb)}" if verb else progress.now_touching
