"""The queue as rows of a list: grouped by what is in question, narrowed by choice and search. No Qt widgets."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, get_args

from b24learn_gui.company.model import PersonKey, person_label
from b24learn_gui.company.text import fold
from b24learn_gui.gui.kit.busy import State
from b24learn_gui.gui.views.grouped_list import GroupedRow
from b24learn_gui.service.conflict_cases import Case
from b24learn_gui.service.conflict_words import TITLES, decided
from b24learn_gui.text.words import Words, mark

Which = Literal["waiting", "decided", "all"]
WHICH: tuple[Which, ...] = get_args(Which)

MOST_ROWS = 1_000

_NAMES: Mapping[Which, str] = {
    "waiting": mark("Waiting for a decision: {n}"),
    "decided": mark("Decided: {n}"),
    "all": mark("Everybody in question: {n}"),
}


def choices(cases: Sequence[Case], words: Words) -> dict[str, str]:
    """Which cases can be chosen, with their number."""
    numbers: Mapping[Which, int] = {
        "waiting": sum(each.waits for each in cases),
        "decided": sum(each.settled for each in cases),
        "all": len(cases),
    }
    return {which: words(_NAMES[which], n=words.number(numbers[which])) for which in WHICH}


def fits(case: Case, which: str, touched: Collection[PersonKey] = ()) -> bool:
    """Whether a case belongs to these. `touched`: whom somebody has just decided about, who stay where they were."""
    if which == "waiting":
        return case.waits or case.key in touched
    return which == "all" or case.settled or case.key in touched


def shown(cases: Sequence[Case], which: str, text: str, touched: Collection[PersonKey] = ()) -> list[Case]:
    """The cases of this choice that match what is looked for."""
    wanted = fold(text)
    return [each for each in cases if fits(each, which, touched) and (not wanted or wanted in each.sought)]


def rows(cases: Sequence[Case], words: Words) -> Iterator[GroupedRow]:
    """Rows with the headings of their groups; the cases come in order. Of very many the first ones, and how many more:
    at a first sync to a filled Learn nearly everybody is an exact match.
    """
    counts: dict[str, int] = {}
    for case in cases:
        counts[case.kind] = counts.get(case.kind, 0) + 1
    before = ""
    for case in cases[:MOST_ROWS]:
        if case.kind != before:
            before = case.kind
            yield GroupedRow("", f"{words(TITLES[case.kind])} · {words.number(counts[case.kind])}")
        yield GroupedRow(
            person_label(case.key),
            case.name,
            below=_below(case, words),
            state=_state(case),
            spoken=_spoken(case, words),
        )
    if len(cases) > MOST_ROWS:
        more = len(cases) - MOST_ROWS
        yield GroupedRow("", words.plural("{n} more: search for them", "{n} more: search for them", more))


def _below(case: Case, words: Words) -> str:
    told = decided(case, words)
    return told or case.facts["email"] or case.facts["login"] or person_label(case.key)


def _state(case: Case) -> State:
    if case.settled:
        return "ok"
    return "warning" if case.waits else "info"


def _spoken(case: Case, words: Words) -> str:
    if case.settled:
        return words("decided")
    return words("waits for a decision") if case.waits else words("nothing to decide")
