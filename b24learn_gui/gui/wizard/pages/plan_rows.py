"""What a plan does to whom, as rows of plain text behind the review's tiles. No Qt."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from b24learn_gui.company.model import PersonKey
from b24learn_gui.service.setup import Preview
from b24learn_gui.sync.changes import Change, Kind, Value
from b24learn_gui.sync.learn_side import ProfileField
from b24learn_gui.text.plans import cause_phrase, problem_phrase
from b24learn_gui.text.words import Words, mark

TILES: Mapping[str, tuple[str, str]] = {
    "user.create": ("person-create", mark("Create")),
    "user.update": ("person-change", mark("Update")),
    "user.move": ("move", mark("Move")),
    "user.reactivate": ("person-reactivate", mark("Reactivate")),
    "user.deactivate": ("person-deactivate", mark("Deactivate")),
    "user.adopt": ("person-adopt", mark("Adopt")),
    "unchanged": ("unchanged", mark("Unchanged")),
    "protected": ("protected", mark("Protected")),
    "conflict": ("conflict", mark("Conflicts")),
    "skipped": ("state-skipped", mark("Skipped")),
}
"""Kinds of changes, then columns of the ledger: icon and name, in the order of the tiles."""

FIELDS: Mapping[str, str] = {
    "login": mark("Login"),
    "email": mark("E-mail"),
    "first_name": mark("First name"),
    "last_name": mark("Last name"),
    "job_title": mark("Job title"),
    "phone": mark("Phone"),
    "department_name": mark("Department"),
    "status": mark("Account"),
}
_STATUSES: Mapping[str, str] = {"active": mark("active"), "inactive": mark("inactive")}
_HIDDEN = frozenset({"department", "letter"})
"""Values of a change that are said by others: codes of departments, and the letter."""
_ONE_LINE: Mapping[Kind, tuple[str, ...]] = {
    "user.create": ("department_name", "login"),
    "user.adopt": ("login",),
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line: `name` is empty on a person's further lines, `person` never is."""

    person: str
    name: str
    field: str
    before: str
    after: str
    cause: str
    ids: str

    def holds(self, text: str) -> bool:
        """Whether the folded text stands in the line."""
        return any(text in each.casefold() for each in (self.person, self.before, self.after, self.ids))


def counts(preview: Preview) -> dict[str, int]:
    """The number on each tile."""
    summary = preview.summary
    return {key: summary["counts"].get(key, summary["people"].get(key, 0)) for key in TILES}


def rows(preview: Preview, tile: str, words: Words) -> list[PlanRow]:
    """The lines behind one tile, by name."""
    labels = {each.name.lower(): each.label for each in preview.world.learn.fields}
    if "." in tile:
        changes = sorted((each for each in preview.plan.changes if each.kind == tile), key=lambda each: each.name)
        return [row for change in changes for row in _of_change(change, labels, words)]
    return _of_column(preview, tile, words)


def field_label(name: str, fields: Sequence[ProfileField], words: Words) -> str:
    """What a Learn field is called."""
    return _label(name, {each.name.lower(): each.label for each in fields}, words)


def _of_change(change: Change, labels: Mapping[str, str], words: Words) -> Iterator[PlanRow]:
    names = _ONE_LINE.get(change.kind) or sorted({*change.before, *change.after} - _HIDDEN)
    shown = [name for name in names if name in change.before or name in change.after][
        : 1 if change.kind in _ONE_LINE else None
    ]
    for number, name in enumerate(shown or [""]):
        yield PlanRow(
            person=change.name,
            name="" if number else change.name,
            field=_label(name, labels, words),
            before=_text(name, change.before.get(name), words),
            after=_text(name, change.after.get(name), words),
            cause=cause_phrase(change.cause, words),
            ids=_ids(change.key, change.learn_id, change.after),
        )


def _of_column(preview: Preview, column: str, words: Words) -> list[PlanRow]:
    causes: dict[PersonKey, list[str]] = defaultdict(list)
    for problem in preview.plan.problems:
        if problem.what == "person" and problem.bitrix24_id is not None:
            phrase = problem_phrase(problem.code, problem.detail, words)
            causes[problem.portal, problem.bitrix24_id].append(phrase)
    found = [
        PlanRow(
            person=verdict.name,
            name=verdict.name,
            field="",
            before="",
            after="",
            cause="; ".join(causes.get(key, ())) or _of_codes(verdict.codes, column, words),
            ids=_ids(key, verdict.learn_id, {}),
        )
        for key, verdict in preview.plan.verdicts.items()
        if verdict.column == column
    ]
    return sorted(found, key=lambda row: row.person)


def _of_codes(codes: Sequence[str], column: str, words: Words) -> str:
    if codes:
        return words.listed(problem_phrase(code, {}, words) for code in codes)
    return words("Learn and Bitrix24 say the same") if column == "unchanged" else ""


def _label(name: str, labels: Mapping[str, str], words: Words) -> str:
    return words(FIELDS[name]) if name in FIELDS else labels.get(name.lower(), "") or name


def _text(name: str, value: Value, words: Words) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else words("yes") if value else words("no")
    return words(_STATUSES[value]) if name == "status" and value in _STATUSES else value


def _ids(key: PersonKey, learn_id: str | None, after: Mapping[str, Value]) -> str:
    """What can be searched for besides the name."""
    known = (f"{key[0]}:{key[1]}", str(key[1]), learn_id or "", after.get("email"), after.get("login"))
    return " ".join(str(each) for each in known if each)
