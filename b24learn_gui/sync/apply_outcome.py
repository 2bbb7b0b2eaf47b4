"""What became of the changes of one run: told to the journal and the listener, and kept for the answer."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from b24learn_gui.errors import Rejected, SyncError
from b24learn_gui.sync.changes import Change, Problem
from b24learn_gui.sync.ports import Diary

Listener = Callable[[str, int, int, Change | None], None]
"""Hears (phase, handled, of how many in this phase, the change just confirmed; `None` at a failure or a beginning)."""


@dataclass(frozen=True, slots=True)
class Done:
    """A change the server has confirmed; `learn_id` is the object's own Learn id, new or known before."""

    change: Change
    learn_id: str | None
    letter_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A change Learn refused, or that was not sent because it could not succeed; `code` as in INTERFACE."""

    change: Change
    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What applying a plan came to.

    `untried`: changes withheld, not sent any more, or sent and left unanswered (the journal knows which).
    `stopped`: somebody asked to stop. `error`: what ended the run before its end, if anything did.
    """

    done: tuple[Done, ...] = ()
    failed: tuple[Failure, ...] = ()
    problems: tuple[Problem, ...] = ()
    stopped: bool = False
    error: SyncError | None = None
    untried: tuple[Change, ...] = ()


def refusal_code(change: Change, refusal: Rejected) -> str:
    """The problem code (INTERFACE) of a refused write."""
    if change.kind.startswith("department."):
        return "department_rejected"
    if change.kind.startswith("head."):
        return "head_not_synced"
    return "seats_exhausted" if refusal.code == "seats_exhausted" else "rejected_by_learn"


def refusal_message(refusal: Rejected) -> str:
    """The server's own words, as the client shortened them."""
    return str(refusal.detail.get("message", ""))


class Record:
    """The running account. Every change is intended first and then closed once; used from one thread only."""

    def __init__(self, diary: Diary, on_progress: Listener) -> None:
        self._diary = diary
        self._on_progress = on_progress
        self._open: dict[int, Change] = {}
        self._closed: set[int] = set()
        self._touched: set[int] = set()
        self._totals: Counter[str] = Counter()
        self._handled: Counter[str] = Counter()
        self._phase = ""
        self.done: list[Done] = []
        self.failed: list[Failure] = []
        self.problems: list[Problem] = []

    def expect(self, phase: str, count: int) -> None:
        """So many changes more belong to that phase."""
        self._totals[phase] += count

    def enter(self, phase: str) -> None:
        self._phase = phase
        self._on_progress(phase, self._handled[phase], self._totals[phase], None)

    def intend(self, changes: Iterable[Change]) -> None:
        """Durable when it returns; changes intended before are passed over."""
        fresh = {
            id(change): change for change in changes if id(change) not in self._open and id(change) not in self._closed
        }
        if fresh:
            self._diary.intend(tuple(fresh.values()))
            self._open.update(fresh)

    def sending(self, changes: Sequence[Change]) -> None:
        """A request with these is about to be handed to a worker."""
        self._diary.sending(changes)

    def interim(self, change: Change, value: str) -> None:
        self._diary.interim(change, value)
        self.touch([change])

    def touch(self, changes: Iterable[Change]) -> None:
        """These may have reached Learn without an answer: they are never withdrawn."""
        self._touched.update(id(change) for change in changes)

    def confirm(
        self,
        change: Change,
        learn_id: str | None,
        *,
        supervisor_id: str | None = None,
        no_seat: bool = False,
        letter_uncertain: bool = False,
    ) -> None:
        """`learn_id` is the object's own; the journal is told the supervisor instead for a head (see `Diary`)."""
        self._diary.confirm(change, learn_id=supervisor_id or learn_id, no_seat=no_seat)
        self.done.append(Done(change, learn_id, letter_uncertain))
        self._close(change, change)

    def fail(self, change: Change, code: str, message: str = "") -> None:
        self._diary.fail(change, code, message)
        self.failed.append(Failure(change, code, message))
        detail: dict[str, object] = {"kind": change.kind}
        if message:
            detail["message"] = message
        self.report(change, code, detail, note=code == "head_not_synced")
        self._close(change, None)

    def refuse(self, change: Change, refusal: Rejected) -> None:
        self.fail(change, refusal_code(change, refusal), refusal_message(refusal))

    def report(self, change: Change, code: str, detail: Mapping[str, object], *, note: bool = False) -> None:
        self.problems.append(
            Problem(change.what, change.portal, change.bitrix24_id, change.name, code, detail, note=note)
        )

    def give_up(self) -> None:
        """Withdraw what was intended and never sent; what may have reached Learn stays intended."""
        unsent = [change for key, change in self._open.items() if key not in self._touched]
        if unsent:
            self._diary.withdraw(unsent)
        self._diary.flush()

    def is_open(self, change: Change) -> bool:
        """Intended, and neither confirmed nor failed."""
        return id(change) in self._open

    def settled(self, change: Change) -> bool:
        return id(change) in self._closed

    def _close(self, change: Change, told: Change | None) -> None:
        self._open.pop(id(change), None)
        self._closed.add(id(change))
        self._handled[self._phase] += 1
        self._on_progress(self._phase, self._handled[self._phase], self._totals[self._phase], told)
