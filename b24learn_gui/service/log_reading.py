"""Past and present runs for whoever looks through them, and what the journal knows of one of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from b24learn_gui.errors import SyncError
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import LIMIT
from b24learn_gui.service.logged import REFUSED
from b24learn_gui.service.undo import WRITERS
from b24learn_gui.storage.journal import Journal, RecordedChange, RunRecord
from b24learn_gui.storage.lock import is_held
from b24learn_gui.storage.log_records import ERROR, INFO, WARNING
from b24learn_gui.storage.settings import load_settings

MOST_RUNS = 500
_LIMITS_OF = 3
"""Of so many runs that a limit stopped the numbers are read as well: each costs its whole summary."""
_CARD = "/company/personal/user/{id}/"


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list. `limits`: what stopped it, as in its summary."""

    record: RunRecord
    running: bool = False
    limits: Sequence[Mapping[str, Any]] = ()

    @property
    def undoable(self) -> bool:
        """Whether it wrote anything that could be taken back."""
        return self.record.command in WRITERS and not self.running and any(self.record.counts.values())


@dataclass(frozen=True, slots=True)
class Deed:
    """What a run did to one person or department, or why it did nothing: a change or a problem of the journal.

    `what`: the kind of the change, or the code of the problem; `state`: of a change, as in the journal;
    `person`: it is about a person, not about a department or a portal.
    """

    what: str
    portal: str
    bitrix24_id: int | None
    name: str
    learn_id: str = ""
    before: Mapping[str, Any] = field(default_factory=dict, repr=False)
    after: Mapping[str, Any] = field(default_factory=dict, repr=False)
    cause: str = ""
    state: str = ""
    code: str = ""
    message: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict, repr=False)
    level: int = INFO
    person: bool = True

    @property
    def key(self) -> tuple[str, str, int | None]:
        return self.what, self.portal, self.bitrix24_id


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the journal knows of a run, or (`whole`) of all of them the names alone. `names`: of people, by
    `main:27` and by Learn id; `departments`: of departments, by `main:27`.
    """

    run: str
    deeds: Mapping[tuple[str, str, int | None], Deed] = field(default_factory=dict, repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    departments: Mapping[str, str] = field(default_factory=dict, repr=False)
    ended: bool = False
    whole: bool = False


def read_runs(context: Context) -> tuple[RunLine, ...]:
    """The newest first. An unfinished one is running if somebody holds the lock, else it was interrupted."""
    with Journal.open_read_only(context.places.journal_file) as journal:
        records = journal.runs(MOST_RUNS)
        stopped = [record.id for record in records if record.exit_code == LIMIT][:_LIMITS_OF]
        limits = {run: _limits(journal, run) for run in stopped}
    open_ = [record.id for record in records if record.finished_at is None and record.command in WRITERS]
    running = open_[0] if open_ and is_held(context.places.lock_file) else None
    return tuple(RunLine(record, record.id == running, limits.get(record.id, ())) for record in records)


def read_story(context: Context, run_id: str) -> Story:
    """What a run did, and whom it left out. Empty for one that the journal has forgotten."""
    with Journal.open_read_only(context.places.journal_file) as journal:
        record = journal.run(run_id)
        changes = journal.changes(run_id)
    if record is None:
        return Story(run_id)
    summary = record.summary or {}
    deeds = {deed.key: deed for deed in (*map(_of_change, changes), *_of_problems(summary))}
    names = dict(_names(changes))
    return Story(run_id, deeds, names, ended=record.finished_at is not None)


def read_names(context: Context) -> Story:
    """The names of everybody in the journal, for the log of all runs. Tenths of a second for 20,000 people."""
    with Journal.open_read_only(context.places.journal_file) as journal:
        named = journal.names()
    people: dict[str, str] = {}
    departments: dict[str, str] = {}
    for each in named:
        key = f"{each.portal}:{each.bitrix24_id}"
        if not each.person:
            departments[key] = each.name
            continue
        people[key] = each.name
        if each.learn_id:
            people[each.learn_id] = each.name
    return Story("", names=people, departments=departments, whole=True)


def read_cards(context: Context) -> Mapping[str, str]:
    """Where a person's card is, by portal, `{id}` standing for the id; nothing without settings."""
    try:
        portals = load_settings(context.places.settings_file).portals
    except SyncError:
        return {}
    return {each.key: each.address.rstrip("/") + _CARD for each in portals if each.address.startswith("http")}


def _limits(journal: Journal, run_id: str) -> Sequence[Mapping[str, Any]]:
    record = journal.run(run_id)
    return tuple((record.summary or {}).get("limits", ())) if record is not None else ()


def _of_change(recorded: RecordedChange) -> Deed:
    change = recorded.change
    return Deed(
        change.kind,
        change.portal,
        change.bitrix24_id,
        change.name,
        recorded.result_id or change.learn_id or "" if change.what == "person" else change.learn_id or "",
        change.before,
        change.after,
        change.cause,
        recorded.state,
        recorded.code,
        recorded.message,
        level={"failed": ERROR, "intended": WARNING}.get(recorded.state, INFO),
        person=change.what == "person",
    )


def _of_problems(summary: Mapping[str, Any]) -> Iterator[Deed]:
    for problem in summary.get("problems", ()):
        yield Deed(
            problem["code"],
            problem["portal"],
            problem["bitrix24_id"],
            problem["name"],
            code=problem["code"],
            detail=problem["detail"],
            level=INFO if problem.get("note") else ERROR if problem["code"] in REFUSED else WARNING,
            person=problem["object"] == "person",
        )


def _names(changes: Sequence[RecordedChange]) -> Iterator[tuple[str, str]]:
    for change in (recorded.change for recorded in changes):
        if change.what == "person":
            yield f"{change.portal}:{change.bitrix24_id}", change.name
            if change.learn_id:
                yield change.learn_id, change.name
