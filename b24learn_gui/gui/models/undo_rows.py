"""What an undo takes back and what it leaves, as lists of rows: its tiles, and who stays as he is and why. No Qt."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from b24learn_gui.company.model import person_label
from b24learn_gui.gui.models.field_names import field_label
from b24learn_gui.gui.models.plan_rows import PlanRow, folded
from b24learn_gui.text.plans import problem_phrase
from b24learn_gui.text.words import Words, mark

UNLINK, STAYS, PROTECTED, FAILED, HELD = "unlink", "stays", "protected_since", "failed", "held"
"""Lists of an undo besides its changes: links that go, what is left as it is, who is protected, what Learn refused, and
who is held afterwards."""

UNDO_TILES: Mapping[str, tuple[str, str]] = {
    "user.update": ("person-change", mark("Put back")),
    "user.move": ("move", mark("Move back")),
    "user.reactivate": ("person-reactivate", mark("Activate again")),
    "user.deactivate": ("person-deactivate", mark("Deactivate")),
    UNLINK: ("person-adopt", mark("Remove link")),
    STAYS: ("conflict", mark("Stays as it is")),
    PROTECTED: ("protected", mark("Protected")),
    FAILED: ("state-error", mark("Failed")),
}
"""Icon and name, in the order of the tiles."""

_VALUES: Mapping[str, str] = {
    "department": mark("Department"),
    "parent": mark("Above it"),
    "supervisor": mark("Head"),
    "account": mark("Account"),
    "name": mark("Name"),
}
"""What values are called that are no profile fields."""


def count(summary: Mapping[str, Any], tile: str) -> int:
    """How many a list of an undo is about; of a kind of change the number of these changes."""
    if tile == UNLINK:
        return len(summary["way_back"]["unlinks"])
    if tile == HELD:
        return len(summary["way_back"]["holds"]) + len(summary["way_back"]["held_departments"])
    if tile in {STAYS, PROTECTED, FAILED}:
        return len({(each["object"], each["portal"], each["bitrix24_id"]) for each in _problems(summary, tile)})
    return int(summary["counts"].get(tile, 0))


def undo_rows(summary: Mapping[str, Any], tile: str, labels: Mapping[str, str], words: Words) -> Iterator[PlanRow]:
    """The lines of one of the lists that are no changes, by name."""
    way = summary["way_back"]
    if tile == UNLINK:
        cause = words("the account stays as it is; only its link goes")
        for each in _by_name(way["unlinks"]):
            yield _row(each, words("Account"), each["login"], "", cause)
    elif tile == HELD:
        cause = words("stays as it is until released")
        for each in _by_name([*way["holds"], *way["held_departments"]]):
            yield _row(each, "", "", "", cause)
    else:
        told = {name.lower(): label for name, label in labels.items()}
        for problem in _by_name(_problems(summary, tile)):
            detail = problem["detail"]
            since = words("changed since that run")
            cause = since if "expected" in detail else problem_phrase(problem["code"], detail, words)
            names = detail.get("names", {})
            expected, present = detail.get("expected", {}), detail.get("present", {})
            for name in expected or {"": ""}:
                was, now = str(expected.get(name) or ""), str(present.get(name) or "")
                gone = words("no longer there") if name in {"account", "department"} and not now else ""
                label = words(_VALUES[name]) if name in _VALUES else field_label(name, told.get(name, ""), words)
                yield _row(problem, label if name else "", names.get(was, was), gone or names.get(now, now), cause)


def _problems(summary: Mapping[str, Any], tile: str) -> list[Mapping[str, Any]]:
    """What is listed there: who was refused, who is protected, and everything else that is not taken back."""
    if tile == FAILED:
        return [each for each in summary["problems"] if not each["note"]]
    notes = [each for each in summary["problems"] if each["note"]]
    return [each for each in notes if (each["code"] == PROTECTED) == (tile == PROTECTED)]


def _by_name(found: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(found, key=lambda each: folded(each["name"]))


def _row(who: Mapping[str, Any], label: str, before: str, after: str, cause: str) -> PlanRow:
    portal, number, name, learn_id = who["portal"], who["bitrix24_id"], who["name"], who.get("learn_id") or ""
    sought = folded(f"{name}\n{person_label((portal, number))}\n{learn_id}\n{label}\n{before}\n{after}")
    return PlanRow(portal, number, learn_id, name, label, before, after, cause, cause, sought)
