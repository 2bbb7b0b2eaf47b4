"""What a plan does to whom as rows of plain text, from the JSON summary of a preview or a run. No Qt."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from b24learn_gui.company.model import PersonKey, person_label
from b24learn_gui.service.summary import column_of
from b24learn_gui.sync.changes import Verdict
from b24learn_gui.text import plan_table
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
    "failed": ("state-error", mark("Failed")),
}
"""Kinds of changes to people, then columns of the ledger: icon and name, in the order of the tiles."""

DEPARTMENTS, HEADS = "department", "head"
"""Further lists: changes of departments, and of heads."""

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


@dataclass(frozen=True, slots=True)
class PlanData:
    """A plan to be shown. Only `summary` (INTERFACE: the JSON summary) has to be there.

    `verdicts`: who stands in which column of the ledger, without which the unchanged and the protected are only
    counted; `labels`: what Learn calls its profile fields; `departments`: names by Learn code.
    """

    summary: Mapping[str, Any] = field(repr=False)
    verdicts: Mapping[PersonKey, Verdict] = field(default_factory=dict, repr=False)
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    departments: Mapping[str, str] = field(default_factory=dict, repr=False)

    def count(self, tile: str) -> int:
        """How many people (for `DEPARTMENTS` and `HEADS`: changes) a list is about."""
        counts, people = self.summary["counts"], self.summary["people"]
        if tile in {DEPARTMENTS, HEADS}:
            return sum(number for kind, number in counts.items() if kind.startswith(f"{tile}."))
        return int(counts.get(tile, people.get(tile, 0)))


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line about one person or department: a field with what was and what will be, or only a cause.

    `sought` is what a search looks through, folded.
    """

    portal: str
    bitrix24_id: int
    learn_id: str
    name: str
    field: str
    before: str
    after: str
    cause: str
    sought: str

    @property
    def owner(self) -> tuple[str, int, str]:
        """Lines with the same owner stand together, the name on the first."""
        return self.portal, self.bitrix24_id, self.name


def folded(text: str) -> str:
    """What is compared when somebody searches: letter case and ё/е make no difference."""
    return text.casefold().replace("ё", "е")


def rows(data: PlanData, tile: str, words: Words) -> list[PlanRow]:
    """The lines of one list, by name. Empty where people are only counted."""
    if "." in tile or tile in {DEPARTMENTS, HEADS}:
        made = list(_Maker(data, words).rows(_changes_of(data, tile)))
    else:
        made = list(_of_column(data, tile, words))
    return sorted(made, key=lambda row: (folded(row.name), row.portal, row.bitrix24_id))


def _changes_of(data: PlanData, tile: str) -> Iterator[Mapping[str, Any]]:
    whole = tile not in {DEPARTMENTS, HEADS}
    for change in data.summary["changes"]:
        kind: str = change["kind"]
        if kind == tile if whole else kind.startswith(f"{tile}."):
            yield change


class _Maker:
    """Turns changes into lines; phrases that come thousands of times are put into words once."""

    def __init__(self, data: PlanData, words: Words) -> None:
        self._words, self._labels = words, {name.lower(): label for name, label in data.labels.items()}
        self._cause = _kept(lambda cause: cause_phrase(cause, words))
        self._label = _kept(self._label_of)
        self._departments = dict(data.departments)
        self._people: dict[str, str] = {}
        for change in data.summary["changes"]:
            after = change["after"]
            if change["kind"] == "department.create":
                self._departments[str(after.get("code"))] = change["name"]
            elif change["kind"] == "user.move":
                self._departments.setdefault(str(after.get("department")), str(after.get("department_name")))
            if change["object"] == "person":
                self._people[person_label((change["portal"], change["bitrix24_id"]))] = change["name"]
                self._people[change["learn_id"] or ""] = change["name"]
        for key, verdict in data.verdicts.items():
            self._people[person_label(key)] = verdict.name
            self._people[verdict.learn_id or ""] = verdict.name
        self._people[""] = ""

    def rows(self, changes: Iterable[Mapping[str, Any]]) -> Iterator[PlanRow]:
        for change in changes:
            shown = self._values(change)
            cause, learn_id = self._cause(change["cause"]), change["learn_id"] or ""
            known = change["after"]
            for label, before, after in shown:
                sought = folded(
                    f"{change['name']}\n{change['portal']}:{change['bitrix24_id']}\n{learn_id}\n{before}\n{after}\n"
                    f"{known.get('email', '')}\n{known.get('login', '')}"
                )
                yield PlanRow(
                    change["portal"],
                    change["bitrix24_id"],
                    learn_id,
                    change["name"],
                    label,
                    before,
                    after,
                    cause,
                    sought,
                )

    def _values(self, change: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(field, before, after): one of each field that changes, a single one for what is new."""
        kind, before, after = change["kind"], change["before"], change["after"]
        if kind in {"user.create", "user.adopt"}:
            new = " · ".join(str(after[name]) for name in ("login", "department_name") if after.get(name))
            return [(self._label("status"), "", new)]
        if change["object"] == "department":
            return [(self._words(plan_table.VERBS[kind]), *self._of_department(kind, before, after))]
        names = sorted({*before, *after} - _HIDDEN)
        return [(self._label(name), self._text(name, before), self._text(name, after)) for name in names]

    def _of_department(self, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
        if kind.startswith("head."):
            was, becomes = str(before.get("supervisor", "")), str(after.get("supervisor", ""))
            return self._people.get(was, was), self._people.get(becomes, becomes)
        if kind == "department.update":
            return str(before.get("name", "")), str(after.get("name", ""))
        was, becomes = str(before.get("parent", "")), str(after.get("parent", ""))
        return self._departments.get(was, was), self._departments.get(becomes, becomes)

    def _label_of(self, name: str) -> str:
        return self._words(FIELDS[name]) if name in FIELDS else self._labels.get(name.lower(), "") or name

    def _text(self, name: str, values: Mapping[str, Any]) -> str:
        value = values.get(name)
        if value is None or isinstance(value, bool):
            return "" if value is None else self._words("yes") if value else self._words("no")
        return self._words(_STATUSES[value]) if name == "status" and value in _STATUSES else str(value)


def _of_column(data: PlanData, column: str, words: Words) -> Iterator[PlanRow]:
    """Everybody in one column of the ledger, with why; without verdicts those whom a problem names."""
    causes: dict[PersonKey, list[str]] = defaultdict(list)
    names: dict[PersonKey, str] = {}
    for problem in data.summary["problems"]:
        if problem["object"] == "person" and problem["bitrix24_id"] is not None:
            key = (problem["portal"], problem["bitrix24_id"])
            causes[key].append(problem_phrase(problem["code"], problem["detail"], words))
            if not problem.get("note") and column_of(problem["code"]) == column:
                names[key] = problem["name"]
    people = (
        [
            (key, each.name, each.learn_id or "", each.codes)
            for key, each in data.verdicts.items()
            if each.column == column
        ]
        if data.verdicts
        else [(key, name, "", ()) for key, name in names.items()]
    )
    same = words("Learn and Bitrix24 say the same") if column == "unchanged" else ""
    for key, name, learn_id, codes in people:
        cause = (
            "; ".join(causes.get(key, ())) or words.listed(problem_phrase(code, {}, words) for code in codes) or same
        )
        yield PlanRow(
            key[0], key[1], learn_id, name, "", "", "", cause, folded(f"{name}\n{person_label(key)}\n{learn_id}")
        )


def _kept(make: Callable[[str], str]) -> Callable[[str], str]:
    found: dict[str, str] = {}

    def kept(key: str) -> str:
        if key not in found:
            found[key] = make(key)
        return found[key]

    return kept
