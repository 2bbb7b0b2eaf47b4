"""The queue of matches that a person may decide about: both sides of each, why it is in question, what is allowed.

Both sides are read once. Decisions are checked against that reading, kept in the journal at once, and the queue is
worked out anew from the same reading; the next run reads and judges for itself.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from b24learn_gui.company.model import PersonKey
from b24learn_gui.errors import StoppedOnRequest, SyncError, WrongUsage
from b24learn_gui.service.api_base import known_api_base
from b24learn_gui.service.conflict_cases import KINDS, Basis, Candidate, Case, cases_of
from b24learn_gui.service.context import Context
from b24learn_gui.service.decide import Verdict, keep, take_back
from b24learn_gui.service.planning import Reading, Wishes, read_and_plan
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.sync.memory import Memory

MOST_AGE = timedelta(hours=1)
"""No decision is checked against an older reading."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Everybody of whom something may be decided, and everybody of whom something is.

    `read_at`: when both sides were read. `unread`: portals that could not be read, with the reason. `stale`: a run or
    other settings have gone on since, so that what is shown may be over. `addresses`: of the portals, by key.
    """

    cases: tuple[Case, ...]
    read_at: datetime
    unread: tuple[SyncError, ...] = ()
    stale: bool = False
    addresses: Mapping[str, str] = field(default_factory=dict)
    basis: Basis | None = field(default=None, repr=False, compare=False)

    def case(self, key: PersonKey) -> Case | None:
        """Somebody's case."""
        return next((each for each in self.cases if each.key == key), None)

    @property
    def waiting(self) -> int:
        """How many people are left alone until somebody decides."""
        return sum(each.waits for each in self.cases)


def read_queue(context: Context) -> Queue:
    """Read both sides and say who is in question. Writes nothing; raises whatever kept it from a plan."""
    settings = settings_for_run(context)
    reading = Reading([], [])
    read_at = context.now()
    with Journal.open_read_only(context.places.journal_file) as journal, ExitStack() as stack:
        memory, mark = journal.memory(), _mark(journal)
        base = known_api_base(journal, settings)
        prepared = read_and_plan(context, settings, Wishes(), memory, context.secrets, reading, stack, base)
    basis = Basis.of(settings, tuple(reading.companies), prepared.learn, mark)
    unread = tuple(source.error for source in reading.sources if source.error is not None)
    addresses = {portal.key: portal.address for portal in settings.portals}
    return Queue(_in_order(cases_of(basis, memory, prepared.plan)), read_at, unread, addresses=addresses, basis=basis)


def decide_case(context: Context, queue: Queue, key: PersonKey, verdict: Verdict) -> Queue:
    """Keep what was decided about somebody of the queue, or take it back; the queue as it is then.

    Raises `AnotherRunActive`, and `WrongUsage`: as `decide` does, `decide_create_twice`, `decide_own_account`, or
    `reading_outdated` where a run, other settings or an hour have gone by since both sides were read, or where the
    account was given to somebody else meanwhile. Nothing is kept
    then. A decision is taken back whatever has gone by. `StoppedOnRequest` where the context is stopped: the decision
    is kept all the same, only the queue is not worked out anew.
    """
    basis, case = queue.basis, queue.case(key)
    if basis is None or case is None:
        raise WrongUsage("reading_outdated")
    settings = settings_for_run(context)
    context.places.prepare()
    with RunLock(context.places.lock_file), Journal.open(context.places.journal_file) as journal:
        stale = _mark(journal) != basis.mark or settings != basis.settings
        if verdict.kind == "forget":
            take_back(journal, key)
        else:
            outdated = stale or context.now() - queue.read_at > MOST_AGE
            if outdated or _changed_hands(case, verdict, journal.memory()):
                raise WrongUsage("reading_outdated")
            keep(journal, key, basis.check(case, verdict))
        memory = journal.memory()
    return _again(context, queue, basis, memory, stale=stale)


def _again(context: Context, queue: Queue, basis: Basis, memory: Memory, *, stale: bool) -> Queue:
    """The queue with what is remembered now. Who was decided about keeps what made a conflict of him."""
    former = {case.key: case for case in queue.cases}
    cases = []
    _go_on(context)
    for case in cases_of(basis, memory, former=() if stale else queue.cases):
        _go_on(context)
        cases.append(_as_before(case, former.get(case.key)))
    return replace(queue, cases=_in_order(cases), stale=stale)


def _go_on(context: Context) -> None:
    if context.stop.is_set():
        raise StoppedOnRequest("stopped")


def _as_before(case: Case, former: Case | None) -> Case:
    if former is None or case.decision is None or former.kind in {"decided", "undone"}:
        return case
    decision = case.decision
    linked = decision.learn_id if decision.kind == "link" else None
    candidates = tuple(_now(each, linked) for each in former.candidates)
    return replace(former, decision=decision, candidates=candidates)


def _now(candidate: Candidate, linked: str | None) -> Candidate:
    """An account of somebody decided about: it is his, or not any more."""
    own = candidate.learn_id == linked
    return replace(candidate, own=own, holder=None if own else candidate.holder)


def _changed_hands(case: Case, verdict: Verdict, memory: Memory) -> bool:
    """Whether the account was given to somebody, elsewhere, since it was shown here: nobody is to lose it unseen."""
    candidate = case.candidate(verdict.learn_id or "") if verdict.kind == "link" else None
    if candidate is None:
        return False
    shown = case.key if candidate.own else candidate.holder.key if candidate.holder is not None else None
    holder = next((key for key, link in memory.people.items() if link.learn_id == candidate.learn_id), None)
    return holder not in {shown, case.key}


def _mark(journal: Journal) -> str:
    """Changes with every run that was to write."""
    last = journal.last_writer()
    return "" if last is None else f"{last.id} {last.finished_at}"


def _in_order(cases: Iterable[Case]) -> tuple[Case, ...]:
    places: Mapping[str, int] = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(sorted(cases, key=lambda case: (places[case.kind], case.name.casefold(), case.key)))
