"""Records and runs in words. No Qt."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import repeat
from operator import contains
from typing import Any, Literal

from b24learn_gui.gui.models.field_names import field_label
from b24learn_gui.gui.models.plan_rows import folded
from b24learn_gui.service import log_vocabulary, logged
from b24learn_gui.service.log_reading import Deed, RunLine, Story
from b24learn_gui.storage.log_records import ERROR, INFO, WARNING, Known, LogRecord, Sort
from b24learn_gui.storage.log_words import Deed as DeedKey
from b24learn_gui.text import plan_table
from b24learn_gui.text.plans import cause_phrase, limit_phrase, problem_phrase, waiting_phrase
from b24learn_gui.text.words import Words, mark

KINDS: Mapping[str, str] = {
    "user.create": mark("New account"),
    "user.adopt": mark("Linking"),
    "user.update": mark("Profile"),
    "user.move": mark("Moving"),
    "user.deactivate": mark("Deactivation"),
    "user.reactivate": mark("Reactivation"),
    "head": mark("Head"),
    "department": mark("Department"),
    "left_out": mark("Omission"),
    "refused": mark("Refused by Learn"),
    "note": mark("Note"),
    "run": mark("Course"),
    "program": mark("Program"),
}
"""The kinds of records people can tell apart, in the order of the filter."""

_NOTES = frozenset(
    {
        *("phone_invalid", "deactivated_by_hand", "head_not_synced", "match_protected", "held_by_undo"),
        *("look_alike_letters", "portal_not_configured"),
    }
)
_RUN = frozenset({logged.BEGAN, logged.ENDED, logged.PHASE, logged.PLANNED, logged.WAITING})
_HIDDEN = frozenset({"department", "letter"})
_DONE: Mapping[str, str] = {
    "user.create": mark("Account created"),
    "user.adopt": mark("Linked with an existing account"),
    "user.update": mark("Profile changed"),
    "user.move": mark("Moved to another department"),
    "user.deactivate": mark("Account deactivated"),
    "user.reactivate": mark("Account reactivated"),
    "department.create": mark("Department created"),
    "department.update": mark("Department renamed"),
    "department.move": mark("Department moved"),
    "department.delete": mark("Department deleted"),
    "head.set": mark("Head set"),
    "head.clear": mark("Head cleared"),
}
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
           "ноября", "декабря"),
}  # fmt: skip

RunState = Literal["busy", "ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as a line of the table. `before`, `after`: the one value that was changed, if it was one."""

    time: str
    level: int
    kind: str
    who: str
    what: str
    label: str = ""
    before: str = ""
    after: str = ""
    record: LogRecord | None = field(default=None, repr=False)
    deed: Deed | None = field(default=None, repr=False)


PENDING = Shown("", INFO, "", "", "…")
"""Stands in the place of a line until it is read."""


class Teller:
    """Says what records of one run, or of all of them by names alone, mean, in one language and one time zone."""

    def __init__(self, words: Words, story: Story | None = None, zone: tzinfo | None = None) -> None:
        self.words, self.story, self.zone = words, story or Story(""), zone
        self._sought: list[tuple[DeedKey, str]] | None = None
        self._sought_names: Mapping[str, Mapping[str, str]] | None = None
        self._called: dict[Known, tuple[str, ...]] = {}

    def of_record(self, record: LogRecord) -> Shown:
        """A line of the log with what the journal knows about it."""
        fields = record.fields
        what = str(fields.get("kind") or fields.get("code") or "")
        sort = Sort(record.message if record.message in logged.EVENTS else "", what)
        about = record.message in {logged.CHANGE, logged.PROBLEM}
        deed = self.story.deeds.get((what, str(fields.get("portal")), fields.get("bitrix24_id"))) if about else None
        kind = self.words(KINDS[kind_of(sort)])
        time = self.time(record.time)
        if deed is not None and record.message == logged.CHANGE:
            return Shown(time, record.level, kind, self.who(deed), *self._change(deed), record, deed)
        if deed is not None:
            said = problem_phrase(deed.what, deed.detail, self.words)
            return Shown(time, record.level, kind, self.who(deed), _capital(said), record=record, deed=deed)
        return Shown(time, record.level, kind, self._whose(sort, fields), self._event(record), record=record)

    def time(self, moment: datetime | None) -> str:
        """The time of day to the millisecond; in the log of all runs the day and the second."""
        if moment is None or not self.story.whole:
            return clock(moment, self.zone, milliseconds=True, decimal="," if self.words.language == "ru" else ".")
        shape = "%d.%m.%y %H:%M:%S" if self.words.language == "ru" else "%Y-%m-%d %H:%M:%S"
        return moment.astimezone(self.zone).strftime(shape)

    def of_deed(self, deed: Deed) -> Shown:
        """What the journal alone knows: its moment is not kept there."""
        if deed.state:
            kind = self.words(KINDS[kind_of(Sort(logged.CHANGE, deed.what))])
            what, label, before, after = self._change(deed)
            if deed.state == "failed":
                what = problem_phrase("rejected_by_learn", {"message": deed.message}, self.words)
            elif deed.state == "intended":
                what = self.words("{change}: whether it arrived is not known", change=what)
            return Shown("", deed.level, kind, self.who(deed), _capital(what), label, before, after, None, deed)
        kind = self.words(KINDS[kind_of(Sort(logged.PROBLEM, deed.what))])
        said = _capital(problem_phrase(deed.what, deed.detail, self.words))
        return Shown("", deed.level, kind, self.who(deed), said, deed=deed)

    def who(self, deed: Deed) -> str:
        """A person's or department's name; where there is none, its number."""
        return deed.name or (f"№ {deed.bitrix24_id}" if deed.bitrix24_id is not None else deed.portal)

    def _whose(self, sort: Sort, fields: Mapping[str, Any]) -> str:
        number = fields.get("bitrix24_id")
        if number is None:
            return ""
        names = self._names(log_vocabulary.whose(sort))
        return names.get(f"{fields.get('portal')}:{number}") or f"№ {number}"

    def _names(self, what: str) -> Mapping[str, str]:
        return {"person": self.story.names, "department": self.story.departments}.get(what, {})

    def prepare(self) -> None:
        """Work out what words are looked for in: tenths of a second for 20,000 changes, once."""
        if self._sought is None:
            self._sought = [
                (
                    (deed.what, deed.portal, deed.bitrix24_id),
                    folded(f"{shown.who}\n{deed.bitrix24_id}\n{deed.learn_id}\n{shown.kind}\n{shown.what}"),
                )
                for deed in self.story.deeds.values()
                for shown in (self.of_deed(deed),)
                if deed.bitrix24_id is not None
            ]
        if self._sought_names is None:
            self._sought_names = {
                what: {key: folded(name) for key, name in self._names(what).items()}
                for what in ("person", "department")
            }

    def deeds_saying(self, word: str) -> frozenset[DeedKey]:
        """Which deeds of the run say this word, by name, number or value."""
        self.prepare()
        wanted = folded(word)
        return frozenset(key for key, sought in self._sought or () if wanted in sought)

    def is_who(self, word: str) -> Callable[[Known, int], Iterable[bool]]:
        """Which of those somebody knows, from a number on, are called so."""
        wanted = folded(word)
        return lambda known, begin: map(contains, self.names_of(known)[begin:], repeat(wanted))

    def names_of(self, known: Known) -> Sequence[str]:
        """What everybody is called, by number and folded; hundredths of a second for 20,000, once."""
        self.prepare()
        names, sought = self._called.get(known, ()), self._sought_names or {}
        more = known.by_number[len(names) :]
        if more:
            none: Mapping[str, str] = {}
            called = [sought.get(who.what, none).get(f"{who.portal}:{who.number}", "") for who in more]
            names = self._called[known] = (*names, *called)  # one piece: other threads may be at it
        return names

    def is_sort(self, word: str) -> Callable[[Sort], bool]:
        """Whether every record of a sort says this word."""
        wanted = folded(word)
        return lambda sort: wanted in folded(self._of_sort(sort))

    def _of_sort(self, sort: Sort) -> str:
        """What every record of a sort says, numbers aside."""
        fields: dict[str, Any] = dict.fromkeys(("kind", "code", "phase"), sort.what)
        fields["exit_code"] = int(sort.what) if sort.what.isdecimal() else None
        said = self._event(LogRecord(None, INFO, "", sort.event, "", fields)) if sort.event else ""
        return f"{self.words(KINDS[kind_of(sort)])}\n{said}"

    def _change(self, deed: Deed) -> tuple[str, str, str, str]:
        """The sentence; of one changed value also its name, and what it was and is."""
        words, before, after = self.words, deed.before, deed.after
        done = words(_DONE.get(deed.what, deed.what))
        match deed.what:
            case "user.create" if after.get("department_name"):
                return words("{done}, department “{name}”", done=done, name=after["department_name"]), "", "", ""
            case "user.move":
                was, becomes = str(before.get("department_name") or "—"), str(after.get("department_name") or "—")
                return f"{was} → {becomes}", "", was, becomes
            case "user.update":
                return self._values(deed)
            case "user.deactivate" | "user.reactivate" if deed.cause:
                return f"{done}: {cause_phrase(deed.cause, words)}", "", "", ""
            case "user.adopt":
                return f"{done}: {after.get('login') or after.get('email') or deed.learn_id}", "", "", ""
            case "head.set":
                head = str(after.get("supervisor", ""))
                return f"{done}: {self.story.names.get(head, head)}", "", "", ""
            case "department.update":
                was, becomes = str(before.get("name", "")), str(after.get("name", ""))
                return f"{done}: {was} → {becomes}", "", was, becomes
        return done, "", "", ""

    def _values(self, deed: Deed) -> tuple[str, str, str, str]:
        names = sorted({*deed.before, *deed.after} - _HIDDEN)
        told = [(self._field(name), self._value(deed.before, name), self._value(deed.after, name)) for name in names]
        said = "; ".join(f"{label}: {was} → {becomes}" for label, was, becomes in told)
        return (said, *told[0]) if len(told) == 1 else (said, "", "", "")

    def _field(self, name: str) -> str:
        return field_label(name, "", self.words)

    def _value(self, values: Mapping[str, Any], name: str) -> str:
        value = values.get(name)
        if isinstance(value, bool):
            return self.words("yes") if value else self.words("no")
        return str(value) if value not in (None, "") else self.words("empty")

    def _event(self, record: LogRecord) -> str:
        words, fields = self.words, record.fields
        match record.message:
            case logged.BEGAN:
                return words("The run began")
            case logged.ENDED | logged.FINISHED:
                return words("Ended: {result}", result=result_phrase(fields.get("exit_code"), words))
            case logged.PHASE:
                phase = words(plan_table.PHASES.get(str(fields.get("phase")), str(fields.get("phase"))))
                return f"{phase}: {fields['portal']}" if fields.get("portal") else phase
            case logged.PLANNED:
                return words.plural("{n} change is planned", "{n} changes are planned", int(fields.get("total") or 0))
            case logged.CHANGE:
                return words(_DONE.get(str(fields.get("kind")), str(fields.get("kind"))))
            case logged.PROBLEM:
                return _capital(problem_phrase(str(fields.get("code")), {}, words))
            case logged.WAITING:
                return words(
                    "The server asks us to wait {time}.", time=words.seconds(float(fields.get("seconds") or 0))
                )
            case logged.FAILED:
                return words("Not done: {why}", why=waiting_phrase(str(fields.get("code")), words))
            case logged.DEFECT:
                return words("A defect of this program")
            case logged.DECIDED:
                return words("A conflict was decided")
            case logged.FORGOTTEN:
                return words("A decision was taken back")
        return record.message


def kind_of(sort: Sort) -> str:
    """The key in `KINDS` of a sort of records."""
    if sort.event == logged.CHANGE:
        return sort.what if sort.what in KINDS else "head" if sort.what.startswith("head.") else "department"
    if sort.event == logged.PROBLEM:
        if sort.what in _NOTES:
            return "note"
        return "refused" if sort.what in logged.REFUSED else "left_out"
    return "run" if sort.event in _RUN else "program"


def level_word(level: int, words: Words) -> str:
    """How grave a record is, for those who hear the table."""
    return {INFO: words("done"), WARNING: words("warning"), ERROR: words("error")}.get(level, words("detail"))


def result_phrase(exit_code: object, words: Words) -> str:
    """What an exit code means."""
    known = plan_table.RESULTS.get(exit_code) if isinstance(exit_code, int) else None
    return words(known) if known else str(exit_code)


def run_state(line: RunLine) -> RunState:
    """Which mark a run has."""
    if line.running:
        return "busy"
    code = line.record.exit_code
    if code == 0:
        return "ok"
    return "warning" if code in {10, 20, 30, 50, 51} else "failed"


def run_trigger(line: RunLine, words: Words) -> str:
    """What began a run: its command where it was no plain sync."""
    if line.record.command != "sync":
        return words(plan_table.COMMANDS.get(line.record.command, line.record.command))
    if line.record.trigger == "schedule":
        return words("on schedule")
    return words(plan_table.TRIGGERS.get(line.record.trigger, line.record.trigger))


def run_result(line: RunLine, words: Words, progress: tuple[int, int] | None = None) -> str:
    """What a run came to, in a few words. `progress`: done and planned, of one that is running."""
    record, counts = line.record, line.record.counts
    if line.running:
        return (
            words("running: {done} of {total}", done=progress[0], total=progress[1]) if progress else words("running")
        )
    if record.finished_at is None:
        return words("interrupted")
    if line.limits:
        return words("nothing written: {why}", why="; ".join(_limit(each, words) for each in line.limits))
    changes = sum(counts.values())
    if record.exit_code not in {0, 10, 30, 51} or (record.command == "preview" and not changes):
        return result_phrase(record.exit_code, words)
    parts = [words.plural("{n} change", "{n} changes", changes) if changes else words("no changes")]
    if counts.get("user.deactivate"):
        gone = counts["user.deactivate"]
        parts.append(words.plural("{n} deactivation", "{n} deactivations", gone))
    ends = {10: mark("some were left out"), 30: mark("a portal is in doubt"), 51: mark("stopped")}
    if record.exit_code in ends:
        parts.append(words(ends[record.exit_code]))
    return ", ".join(parts)


def day_word(day: date, today: date, words: Words) -> str:
    """`Today` · `Yesterday, 22 November` · `21 November`, with the year if it is another one."""
    if day == today:
        return words("Today")
    month = _MONTHS[words.language][day.month - 1]
    text = f"{day.day}\u00a0{month}" + (f" {day.year}" if day.year != today.year else "")
    return words("Yesterday, {day}", day=text) if day == today - timedelta(days=1) else text


def clock(when: datetime | None, zone: tzinfo | None, *, milliseconds: bool = False, decimal: str = ".") -> str:
    """The time of day here; nothing for a moment that is not known."""
    if when is None:
        return ""
    local = when.astimezone(zone)
    return f"{local:%H:%M:%S}{decimal}{local.microsecond // 1000:03d}" if milliseconds else f"{local:%H:%M}"


def _limit(hit: Mapping[str, Any], words: Words) -> str:
    return limit_phrase(hit["kind"], hit["planned"], hit["allowed"], words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
