"""The lines of an answer about one person: the same for the terminal and the window."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from b24learn_gui.text.words import Words


class Answer(Protocol):
    """What is needed of `service.explain_person.Explained`."""

    @property
    def found(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def blocked(self) -> Sequence[str]: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def heads(self) -> Sequence[str]: ...
    @property
    def past(self) -> str: ...
    @property
    def next(self) -> Sequence[str]: ...


class AnswerLine(NamedTuple):
    """A question and what answers it. `part`: `found`, `scope`, `account`, `blocked`, `notes`, `next`."""

    part: str
    label: str
    said: tuple[str, ...]


def lines_of(answer: Answer, words: Words) -> list[AnswerLine]:
    """Found? To study? Whose account? What is in the way? What next? Only what stands in the way can be missing."""
    lines = [
        AnswerLine("found", words("In Bitrix24"), (answer.found,)),
        AnswerLine("scope", words("To study"), (answer.scope, *answer.heads)),
        AnswerLine("account", words("In Learn"), tuple(each for each in (answer.account, answer.past) if each)),
    ]
    if answer.blocked:
        lines.append(AnswerLine("blocked", words("In the way"), tuple(answer.blocked)))
    if answer.notes:
        lines.append(AnswerLine("notes", words("Besides"), tuple(f"{each}." for each in answer.notes)))
    lines.append(AnswerLine("next", words("What follows"), tuple(answer.next)))
    return lines
