"""What the wizard asks and finds out: questions on their way, answers that still hold, failures. No Qt, no threads."""

from collections.abc import Collection, Mapping
from typing import Any

from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.wizard.flow_state import DERIVED, STEP_OF, Question, Ticket
from b24learn_gui.service.ladder_found import LADDER, Rung

Key = tuple[Question, tuple[tuple[str, str], ...]]
"""A question, and what it is about by name."""

_LADDERS: frozenset[Question] = frozenset({"portal", "learn"})
"""Questions answered rung by rung; what is derived of their answers is void with a new one."""


class Answers:
    """Of each question the newest ticket counts alone; an answer holds until it is forgotten or found anew."""

    def __init__(self) -> None:
        self.found: dict[Key, Any] = {}
        self.errors: dict[Key, SyncError] = {}
        self.open: dict[Key, int] = {}
        """Questions on their way, with the number of the newest ticket."""
        self._rungs: dict[Key, tuple[Rung, ...]] = {}
        self._last_number = 0

    # Asking

    def begin(self, question: Question, about: Mapping[str, str]) -> Ticket:
        """A question is being asked: an older ticket of the same one is void, and so is its failure."""
        self._last_number += 1
        key = key_of(question, about)
        self.open[key] = self._last_number
        self.errors.pop(key, None)
        if question in _LADDERS:
            self._rungs[key] = LADDER
        return Ticket(question, key[1], self._last_number)

    def progress(self, ticket: Ticket, rung: Rung) -> bool:
        """A rung of the running check has changed; False for a void ticket."""
        key = (ticket.question, ticket.about)
        if not self._is_open(ticket) or key not in self._rungs:
            return False
        self._rungs[key] = tuple(rung if each.name == rung.name else each for each in self._rungs[key])
        return True

    def answer(self, ticket: Ticket, result: Any) -> bool:
        """The answer of a question; False for a void ticket, whose answer is dropped."""
        if not self.close(ticket):
            return False
        self.found[ticket.question, ticket.about] = result
        if ticket.question in _LADDERS:
            self.forget(DERIVED)
        return True

    def fail(self, ticket: Ticket, error: SyncError) -> bool:
        """The question failed; that somebody stopped it is no error. False for a void ticket."""
        if not self.close(ticket):
            return False
        if not isinstance(error, StoppedOnRequest):
            self.errors[ticket.question, ticket.about] = error
        return True

    def close(self, ticket: Ticket) -> bool:
        """Nobody waits for the answer any more; False for a void ticket."""
        if not self._is_open(ticket):
            return False
        key = (ticket.question, ticket.about)
        self._rungs.pop(key, None)
        del self.open[key]
        return True

    # Looking

    def error(self, key: Key) -> SyncError | None:
        """Why the last attempt failed, until the next one or a change of what it was about."""
        return self.errors.get(key) or getattr(self.found.get(key), "error", None)

    def ladder(self, key: Key) -> tuple[Rung, ...]:
        """The rungs as they are known: of the running check, else of the last one, else all waiting."""
        if key in self._rungs:
            return self._rungs[key]
        found = self.found.get(key)
        return found.rungs if found is not None else LADDER

    # Forgetting

    def forget(self, questions: Collection[Question]) -> None:
        """Everything about these, also what is on its way."""
        for key in [key for key in {*self.found, *self.errors, *self.open} if key[0] in questions]:
            self._drop(key)

    def forget_about(self, question: Question, **about: str) -> None:
        self._drop(key_of(question, about))

    def _drop(self, key: Key) -> None:
        for known in (self.found, self.errors, self.open, self._rungs):
            known.pop(key, None)

    def _is_open(self, ticket: Ticket) -> bool:
        return self.open.get((ticket.question, ticket.about)) == ticket.number


def key_of(question: Question, about: Mapping[str, str]) -> Key:
    """Under which an answer is kept; KeyError for what is no question."""
    if question not in STEP_OF:
        raise KeyError(question)
    return (question, tuple(sorted(about.items())))
