"""The requests that set and clear department supervisors (rules H1 and H2, incident T13)."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any

from b24learn_gui.errors import Rejected
from b24learn_gui.sync.apply_known import Known
from b24learn_gui.sync.apply_outcome import Record
from b24learn_gui.sync.apply_pump import Task, local
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.ports import Target


class Heads:
    """Builds the tasks of head changes. `leaving`: Learn ids of the accounts this run switches off."""

    def __init__(self, *, target: Target, known: Known, record: Record, leaving: Collection[str]) -> None:
        self._target = target
        self._known = known
        self._record = record
        self._leaving = frozenset(leaving)

    def leaves(self, change: Change) -> bool:
        """The present supervisor is about to be switched off: this change comes before (H2)."""
        return change.before.get("supervisor") in self._leaving

    def tasks(self, changes: Sequence[Change]) -> Iterator[Task[Any]]:
        return (self._task(change) for change in changes)

    def _task(self, change: Change) -> Task[Any]:
        department_id = self._known.department_of(change)
        if department_id is None:
            return local([change], partial(self._fail, change))
        if change.kind == "head.clear":
            return self._put(change, department_id, None, inherit=not change.after.get("no_supervisor"))
        supervisor_id = self._known.supervisor(change.after.get("supervisor"))
        if supervisor_id is not None:
            return self._put(change, department_id, supervisor_id)
        return local([change], partial(self._no_successor, change, department_id))

    def _no_successor(self, change: Change, department_id: str) -> list[Task[Any]]:
        """As if there were no head (H1); but nobody stays supervisor who is about to be switched off."""
        self._fail(change)
        if not self.leaves(change):
            return []
        clear = Change(
            kind="head.clear",
            portal=change.portal,
            bitrix24_id=change.bitrix24_id,
            learn_id=department_id,
            name=change.name,
            before=change.before,
            after={"supervisor": ""},
            cause="head leaves",
        )
        return [self._put(clear, department_id, None)]

    def _put(self, change: Change, department_id: str, supervisor_id: str | None, *, inherit: bool = True) -> Task[Any]:
        def finish(answer: Rejected | None) -> list[Task[Any]]:
            if isinstance(answer, Rejected):
                self._record.refuse(change, answer)
            else:
                self._record.confirm(change, department_id, supervisor_id=supervisor_id)
            return []

        send = partial(self._target.set_supervisor, department_id, supervisor_id, inherit=inherit)
        return Task((change,), finish, send=send)

    def _fail(self, change: Change) -> list[Task[Any]]:
        self._record.fail(change, "head_not_synced")
        return []
