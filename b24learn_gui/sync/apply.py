"""Writes a plan to Learn: in the one order that works, in parallel, with every change announced in the journal first.

The order (contract ispring-learn-api.md 14, rules D2, H2, P7): departments from the top down; people; heads whose
present supervisor leaves; leavers; the other heads; empty departments from the leaves up.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from b24learn_gui.sync.apply_departments import Growth, Shrinkage
from b24learn_gui.sync.apply_heads import Heads
from b24learn_gui.sync.apply_known import Known
from b24learn_gui.sync.apply_outcome import Done, Failure, Listener, Outcome, Record
from b24learn_gui.sync.apply_people import People, Seats
from b24learn_gui.sync.apply_pump import Pump, Task
from b24learn_gui.sync.changes import Change, Plan
from b24learn_gui.sync.ports import Diary, Target

__all__ = ["PHASES", "Done", "Failure", "Listener", "Outcome", "apply"]

PHASES = ("departments", "people", "leavers", "heads", "empty_departments")
"""What `on_progress` calls the parts of a run. Heads who leave are counted with the heads, though written earlier."""

_PHASE_OF = {
    "department.create": "departments",
    "department.update": "departments",
    "department.move": "departments",
    "department.delete": "empty_departments",
    "head.set": "heads",
    "head.clear": "heads",
    "user.create": "people",
    "user.adopt": "people",
    "user.update": "people",
    "user.move": "people",
    "user.reactivate": "people",
    "user.deactivate": "leavers",
}


def apply(
    plan: Plan,
    *,
    target: Target,
    diary: Diary,
    root_id: str,
    parallel: int,
    approved: bool,
    stop: Callable[[], bool],
    on_progress: Listener,
    exact: bool = False,
) -> Outcome:
    """Write everything the plan may write, and say what became of each change.

    `root_id`: Learn's root department. `parallel`: requests at a time, at least 1. `approved`: somebody has approved
    exactly this plan; without it nothing is written of the portals in `plan.withheld` (rule I7), and a plan that
    needs approval is a `ValueError`. `stop` is asked from several threads; once it is true nothing new is sent and
    what is in flight is finished and recorded. The diary and `on_progress` are called from the calling thread alone.
    `exact`: the diary hears of a request no earlier than a worker is free for it, so that what it was told is about to
    be sent and what was sent differ by no more than what is in flight.

    A `Rejected` is that object's row in `failed`; any other `SyncError` ends the run and stands in `error`; whatever
    is no `SyncError` is raised again once the requests in flight are recorded.
    """
    if plan.needs_approval and not approved:
        raise ValueError("this plan needs approval")
    changes = [change for change in plan.changes if approved or change.portal not in plan.withheld]
    record = Record(diary, on_progress)
    for change in changes:
        record.expect(_PHASE_OF[change.kind], 1)
    known = Known(plan, root_id)
    people = People(target=target, known=known, record=record)
    try:
        with Pump(record, parallel, stop, exact=exact) as pump:
            for phase, tasks in _phases(changes, target, record, known, people):
                record.enter(phase)
                if not pump.run(tasks):
                    break
        people.read_back_now()
    finally:
        record.give_up()
    untried = tuple(change for change in plan.changes if not record.settled(change))
    return Outcome(
        done=tuple(record.done),
        failed=tuple(record.failed),
        problems=tuple(record.problems),
        stopped=pump.stopped and bool(untried),
        error=pump.error,
        untried=untried,
    )


def _phases(
    changes: Iterable[Change], target: Target, record: Record, known: Known, people: People
) -> Iterator[tuple[str, Iterable[Task[Any]]]]:
    """The phases with their tasks; each is built when those before it are done, with what they created."""
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)

    def of(*kinds: str) -> list[Change]:
        chosen = [by_kind.get(kind, []) for kind in kinds]
        return [change for group in chosen for change in group]

    growth = Growth(
        [change for change in changes if _PHASE_OF[change.kind] == "departments"],
        target=target,
        known=known,
        record=record,
    )
    leavers = of("user.deactivate")
    leaving = {account_id for change in leavers if (account_id := known.account_of(change)) is not None}
    heads = Heads(target=target, known=known, record=record, leaving=leaving)
    head_changes = of("head.clear", "head.set")
    if growth.wanted:
        yield "departments", growth.tasks()
    if written := of("user.adopt", "user.create", "user.update"):
        yield "people", people.write(written)
        yield "people", people.read_back()
    if moves := of("user.move"):
        yield "people", people.move(moves)
    if returning := of("user.reactivate"):
        seats = Seats(returning, target=target, known=known, record=record, seats_short=people.seatless)
        yield "people", [seats.start()]
    if urgent := [change for change in head_changes if heads.leaves(change)]:
        yield "heads", heads.tasks(urgent)
    if leavers:
        yield "leavers", people.deactivate(leavers)
    if others := [change for change in head_changes if not heads.leaves(change)]:
        yield "heads", heads.tasks(others)
    if deletes := of("department.delete"):
        shrinkage = Shrinkage(deletes, target=target, known=known, record=record, failed_moves=growth.failed_moves)
        yield "empty_departments", shrinkage.tasks()
