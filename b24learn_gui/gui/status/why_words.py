"""Why somebody is or is not in Learn, as rows of a card, from what `explain` answers. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from b24learn_gui.company.model import person_label
from b24learn_gui.text.plans import problem_phrase
from b24learn_gui.text.words import Words

CONFLICTS = frozenset({"match_ambiguous", "match_taken", "duplicate_in_source", "identity_changed"})
"""Problems for which a person is left alone until somebody decides."""

AnswerState = Literal["ok", "skipped", "info"]
"""`ok`: studies in Learn. `skipped`: something stands in the way. `info`: is not to study, or not yet."""


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """One person known by what was asked: name, and rows of a label and what it says.

    `undecided`: by what the window of conflicts knows him (`main:27`), where somebody has to decide about him.
    """

    state: AnswerState
    name: str
    rows: tuple[tuple[str, str], ...]
    undecided: str = ""


def answers(explained: Mapping[str, Any], words: Words) -> tuple[PersonAnswer, ...]:
    """The people found (INTERFACE: explain); nobody: empty."""
    return tuple(_answer(found, words) for found in explained["found"])


def _answer(found: Mapping[str, Any], words: Words) -> PersonAnswer:
    problems = found["problems"]
    in_the_way = [problem for problem in problems if not problem.get("note")]
    phrases = [problem_phrase(problem["code"], problem.get("detail") or {}, words) for problem in problems]
    account = (
        words("account {id}", id=found["learn_id"]) if found["learn_id"] else words("no account of theirs is known")
    )
    rows = (
        (words("Found"), words("portal {portal}, Bitrix24 ID {id}", portal=found["portal"], id=found["bitrix24_id"])),
        (words("Result"), str(found["verdict"])),
        (words("In Learn"), account),
        (words("In the way"), "; ".join(dict.fromkeys(phrases)) or words("nothing")),
        (words("What follows"), "\n".join(found["next"])),
    )
    state: AnswerState = "skipped" if in_the_way else "ok" if found["in_scope"] and found["learn_id"] else "info"
    conflict = any(problem["code"] in CONFLICTS for problem in in_the_way)
    undecided = person_label((str(found["portal"]), int(found["bitrix24_id"]))) if conflict else ""
    return PersonAnswer(state, str(found["name"]), rows, undecided)
