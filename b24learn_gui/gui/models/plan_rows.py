"""What a plan does to whom as rows of plain text, from the JSON summary of a preview or a run. No Qt."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from b24learn_gui.company.model import PersonKey, person_label
from b24learn_gui.gui.models.field_names import field_label, with_labels
from b24learn_gui.service.summary import column_of
from b24learn_gui.sync.changes import Verdict
from b24learn_gui.sync.reasons import Origin, OriginKey, Reason
from b24learn_gui.text import plan_table
from b24learn_gui.text.plans import problem_phrase, reason_phrase
from b24learn_gui.text.words import Words, mark

Key = TypeVar("Key", bound=Hashable)

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

_ACCOUNTS = frozenset({"user.create", "user.adopt", "user.deactivate", "user.reactivate"})
"""Kinds of changes to a whole account: his department says more about the person than the name of a field."""
_STATUSES: Mapping[str, str] = {"active": mark("active"), "inactive": mark("inactive")}
_HIDDEN = frozenset({"department", "letter"})


@dataclass(frozen=True, slots=True)
class PlanData:
    """A plan to be shown. Only `summary` (INTERFACE: the JSON summary) has to be there.

    `verdicts`: who stands in which column of the ledger, without which the unchanged and the protected are only
    counted; `labels`: what Learn calls its profile fields; `departments`: names by Learn code; `places`: the names of
    people's departments; `linked`: people linked when the plan was made, by portal; `origins`: where changes come from;
    `called`: names by other ids and codes that the changes mention (see `service.called`).
    """

    summary: Mapping[str, Any] = field(repr=False)
    verdicts: Mapping[PersonKey, Verdict] = field(default_factory=dict, repr=False)
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    departments: Mapping[str, str] = field(default_factory=dict, repr=False)
    places: Mapping[PersonKey, str] = field(default_factory=dict, repr=False)
    linked: Mapping[str, int] = field(default_factory=dict, repr=False)
    origins: Mapping[OriginKey, Origin] = field(default_factory=dict, repr=False)
    called: Mapping[str, str] = field(default_factory=dict, repr=False)
    _lists: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def listed(self, tile: str) -> Sequence[Mapping[str, Any]]:
        """The changes of one list by name. Sorted at the first asking, which is best done off the windows' thread."""
        if not self._lists:
            found = defaultdict[str, list[Mapping[str, Any]]](list)
            for change in self.summary["changes"]:
                kind: str = change["kind"]
                found[kind if kind in TILES else kind.partition(".")[0]].append(change)
            for key in (*TILES, DEPARTMENTS, HEADS):
                self._lists[key] = sorted(found.get(key, ()), key=lambda change: folded(change["name"]))
        return self._lists.get(tile, ())

    def count(self, tile: str) -> int:
        """How many people (for `DEPARTMENTS` and `HEADS`: changes) a list is about."""
        counts, people = self.summary["counts"], self.summary["people"]
        if tile in {DEPARTMENTS, HEADS}:
            return sum(number for kind, number in counts.items() if kind.startswith(f"{tile}."))
        return int(counts.get(tile, people.get(tile, 0)))

    def knows_places(self, tile: str) -> bool:
        """Whether the lines of a list tell people's departments in place of a field."""
        return tile == "user.create" or (tile in _ACCOUNTS and bool(self.places))

    def reasons(self, changes: Iterable[Mapping[str, Any]]) -> list[tuple[Reason, int]]:
        """By what so many changes are counted together, the most frequent first."""
        origins, counted = self.origins, Counter[tuple[str, Origin | None]]()
        for change in changes:
            counted[change["cause"], origins.get((change["kind"], change["portal"], change["bitrix24_id"]))] += 1
        return [(Reason(*key), number) for key, number in counted.most_common()]

    def reason_of(self, change: Mapping[str, Any]) -> Reason:
        """Why, and what made that so where it is known."""
        return Reason(change["cause"], self.origins.get((change["kind"], change["portal"], change["bitrix24_id"])))


class PlanRow(msgspec.Struct, frozen=True, gc=False):
    """One line about one person or department: a field with what was and what will be, or only a cause.

    No tuple, so that the collector of cycles, which would have to look at thousands of them, passes over it.
    `reason` is the cause without this person's own values; `sought` is what a search looks through, folded.
    """

    portal: str
    bitrix24_id: int
    learn_id: str
    name: str
    field: str
    before: str
    after: str
    cause: str
    reason: str
    sought: str

    @property
    def owner(self) -> tuple[str, int, str]:
        """Lines with the same owner stand together, the name on the first."""
        return self.portal, self.bitrix24_id, self.name


def folded(text: str) -> str:
    """What is compared when somebody searches: letter case and ё/е make no difference."""
    return text.casefold().replace("ё", "е")


def rows(data: PlanData, tile: str, words: Words) -> Iterator[PlanRow]:
    """The lines of one list by name, made one by one as they are asked for. None where people are only counted."""
    if "." in tile or tile in {DEPARTMENTS, HEADS}:
        return _Maker(data, tile, words).rows(data.listed(tile))
    return _of_column(data, tile, words)


class _Maker:
    """Turns changes into lines; phrases that come thousands of times are put into words once."""

    def __init__(self, data: PlanData, tile: str, words: Words) -> None:
        self._data, self._words = data, words
        self._places = data.knows_places(tile)
        labels = {name.lower(): label for name, label in data.labels.items()}
        self._label: Callable[[str], str] = _kept(lambda name: _label(name, labels.get(name.lower(), ""), words))
        self._cause: Callable[[Reason], str] = _kept(lambda why: reason_phrase(why.cause, why.origin, words, labels))
        self._departments, self._people = {**data.called, **data.departments}, {**data.called, "": ""}
        if tile in {DEPARTMENTS, HEADS}:
            self._learn_names()

    def rows(self, changes: Iterable[Mapping[str, Any]]) -> Iterator[PlanRow]:
        for change in changes:
            portal, number, name = change["portal"], change["bitrix24_id"], change["name"]
            learn_id, known = change["learn_id"] or "", change["after"]
            cause = self._cause(self._data.reason_of(change))
            whose = f"{name}\n{portal}:{number}\n{learn_id}\n{known.get('email', '')}\n{known.get('login', '')}"
            for label, before, after in self._values(change):
                sought = folded(f"{whose}\n{label}\n{before}\n{after}")
                yield PlanRow(portal, number, learn_id, name, label, before, after, cause, cause, sought)

    def _learn_names(self) -> None:
        """Departments and people by what changes call them: a department's code, `main:27`, or an account's id."""
        for change in self._data.summary["changes"]:
            after = change["after"]
            if change["kind"] == "department.create":
                self._departments[str(after.get("code"))] = change["name"]
            elif change["kind"] == "user.move":
                self._departments.setdefault(str(after.get("department")), str(after.get("department_name")))
            if change["object"] == "person":
                self._people[person_label((change["portal"], change["bitrix24_id"]))] = change["name"]
                self._people[change["learn_id"] or ""] = change["name"]
        for key, verdict in self._data.verdicts.items():
            self._people[person_label(key)] = verdict.name
            self._people[verdict.learn_id or ""] = verdict.name
        self._people[""] = ""

    def _values(self, change: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(field, before, after): one of each field that changes, a single one for a whole account."""
        kind, before, after = change["kind"], change["before"], change["after"]
        if kind in _ACCOUNTS:
            label = self._place(change) if self._places else self._label("status")
            if kind in {"user.create", "user.adopt"}:
                return [(label, "", str(after.get("login") or after.get("email") or ""))]
            return [(label, self._text("status", before), self._text("status", after))]
        if change["object"] == "department":
            return [(self._words(plan_table.VERBS[kind]), *self._of_department(kind, before, after))]
        names = sorted({*before, *after} - _HIDDEN)
        return [(self._label(name), self._text(name, before), self._text(name, after)) for name in names]

    def _place(self, change: Mapping[str, Any]) -> str:
        place = self._data.places.get((change["portal"], change["bitrix24_id"]), "")
        return str(change["after"].get("department_name") or place)

    def _of_department(self, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
        if kind.startswith("head."):
            was, becomes = str(before.get("supervisor", "")), str(after.get("supervisor", ""))
            return self._people.get(was, was), self._people.get(becomes, becomes)
        if kind == "department.update":
            return str(before.get("name", "")), str(after.get("name", ""))
        was, becomes = str(before.get("parent", "")), str(after.get("parent", ""))
        return self._departments.get(was, was), self._departments.get(becomes, becomes)

    def _text(self, name: str, values: Mapping[str, Any]) -> str:
        value = values.get(name)
        if value is None or isinstance(value, bool):
            return "" if value is None else self._words("yes") if value else self._words("no")
        return self._words(_STATUSES[value]) if name == "status" and value in _STATUSES else str(value)


def _label(name: str, label: str, words: Words) -> str:
    """What a value of a change is called: two of them are no profile fields."""
    if name == "department_name":
        return words("Department")
    return words("Account") if name == "status" else field_label(name, label, words)


def _of_column(data: PlanData, column: str, words: Words) -> Iterator[PlanRow]:
    """Everybody in one column of the ledger, with why; without verdicts those whom a problem names."""
    causes: dict[PersonKey, list[str]] = defaultdict(list)
    reasons: dict[PersonKey, list[str]] = defaultdict(list)
    names: dict[PersonKey, str] = {}
    labels = {name.lower(): label for name, label in data.labels.items()}
    bare: Callable[[str], str] = _kept(lambda code: problem_phrase(code, {}, words))
    for problem in data.summary["problems"]:
        if problem["object"] == "person" and problem["bitrix24_id"] is not None:
            key = (problem["portal"], problem["bitrix24_id"])
            detail = with_labels(problem["detail"], labels, words)
            causes[key].append(problem_phrase(problem["code"], detail, words))
            reasons[key].append(bare(problem["code"]))
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
    people.sort(key=lambda person: folded(person[1]))
    same = words("Learn and Bitrix24 say the same") if column == "unchanged" else ""
    for key, name, learn_id, codes in people:
        told = "; ".join(causes.get(key, ()))
        reason = "; ".join(reasons.get(key, ())) or words.listed(bare(code) for code in codes) or same
        sought = folded(f"{name}\n{person_label(key)}\n{learn_id}\n{told}")
        yield PlanRow(key[0], key[1], learn_id, name, "", "", "", told or reason, reason, sought)


def _kept(make: Callable[[Key], str]) -> Callable[[Key], str]:
    found: dict[Key, str] = {}

    def kept(key: Key) -> str:
        if key not in found:
            found[key] = make(key)
        return found[key]

    return kept
