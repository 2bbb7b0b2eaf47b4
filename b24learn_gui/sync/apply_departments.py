"""The requests that shape the department tree: parents first while it grows, leaves first while it shrinks.

A plan lists departments from the top of the wanted tree down, and moves are sent in that order, one bulk call at a
time. So whatever a department is put below stands in its final place already, and no move can close a circle (D2).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from b24learn_gui.company.model import department_code
from b24learn_gui.errors import Rejected
from b24learn_gui.sync.apply_known import Known
from b24learn_gui.sync.apply_outcome import Record
from b24learn_gui.sync.apply_people import BULK_IDS
from b24learn_gui.sync.apply_pump import Task, local
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.ports import Answers, Target


def code_of(change: Change) -> str:
    return department_code(change.key)


class _Node:
    """One request of the growing tree: a create, or moves to the same parent. `after` waits for it."""

    def __init__(self, changes: list[Change]) -> None:
        self.changes = changes
        self.waits_for = 0
        self.after: list[_Node] = []

    @property
    def creates(self) -> bool:
        return self.changes[0].kind == "department.create"

    @property
    def parent(self) -> str:
        return str(self.changes[0].after.get("parent") or "")

    def takes(self, move: "_Node") -> bool:
        """That move fits into the same bulk call."""
        return move.parent == self.parent and len(self.changes) < BULK_IDS

    def wait_for(self, other: "_Node | None") -> None:
        if other is not None and other is not self:
            other.after.append(self)
            self.waits_for += 1


class Growth:
    """Creates, moves and renames (D2, D5).

    A department that could not be created takes those below it along; one that could not be moved keeps those that
    were to move below it where they are, because it may stand below one of them.
    """

    def __init__(self, changes: Sequence[Change], *, target: Target, known: Known, record: Record) -> None:
        self._target = target
        self._known = known
        self._record = record
        self._renames = [change for change in changes if change.kind == "department.update"]
        self._placed = [change for change in changes if change.kind != "department.update"]
        self._misplaced: set[str] = set()
        self.failed_moves: list[Change] = []

    @property
    def wanted(self) -> bool:
        return bool(self._placed or self._renames)

    def tasks(self) -> Iterator[Task[Any]]:
        yield local((*self._placed, *self._renames), self._begin)

    def _begin(self) -> list[Task[Any]]:
        free = [node for node in self._nodes() if not node.waits_for]
        return [task for node in free for task in self._release(node)] + [self._rename(each) for each in self._renames]

    def _nodes(self) -> list[_Node]:
        """What waits for what: everything for its parent's request, every move for the moves before it."""
        nodes: dict[str, _Node] = {}
        found: list[_Node] = []
        last_move: _Node | None = None
        moves_first = sorted(self._placed, key=lambda change: change.kind != "department.move")
        for change in parents_first(moves_first):
            moves = change.kind == "department.move"
            node = _Node([change])
            if moves and last_move is not None and last_move.takes(node):
                last_move.changes.append(change)
                nodes[code_of(change)] = last_move
                continue
            node.wait_for(nodes.get(node.parent))
            if moves:
                if last_move is not nodes.get(node.parent):
                    node.wait_for(last_move)
                last_move = node
            nodes[code_of(change)] = node
            found.append(node)
        return found

    def _release(self, node: _Node) -> list[Task[Any]]:
        """The request of a node whose turn has come, or those of its followers where it must not be sent."""
        parent_id = self._known.department(node.parent)
        if parent_id is None or (node.parent in self._misplaced and not node.creates):
            for change in node.changes:
                self._fail(change, "the department above it was refused")
            return self._free(node)
        if node.creates:
            change = node.changes[0]
            if node.parent in self._misplaced:
                self._misplaced.add(code_of(change))
            send = partial(
                self._target.create_department,
                name=str(change.after.get("name") or ""),
                parent_id=parent_id,
                code=str(change.after.get("code") or code_of(change)),
            )
            return [Task((change,), partial(self._created, node), send=send)]
        members: list[tuple[str, Change]] = []
        for change in node.changes:
            department_id = self._known.department_of(change)
            if department_id is None:
                self._fail(change, "")
            else:
                members.append((department_id, change))
        if not members:
            return self._free(node)
        move = partial(self._target.move_departments, parent_id, [department_id for department_id, _ in members])
        return [Task(tuple(each for _, each in members), partial(self._moved, node, members), send=move)]

    def _free(self, node: _Node) -> list[Task[Any]]:
        tasks: list[Task[Any]] = []
        for follower in node.after:
            follower.waits_for -= 1
            if not follower.waits_for:
                tasks.append(local((), partial(self._release, follower)))
        return tasks

    def _created(self, node: _Node, answer: str | Rejected) -> list[Task[Any]]:
        change = node.changes[0]
        if isinstance(answer, Rejected):
            self._record.refuse(change, answer)
        else:
            self._known.add_department(code_of(change), answer)
            self._record.confirm(change, answer)
        return self._free(node)

    def _moved(self, node: _Node, members: Sequence[tuple[str, Change]], answer: Answers | Rejected) -> list[Task[Any]]:
        for department_id, change in members:
            refusal = answer if isinstance(answer, Rejected) else answer.get(department_id)
            if refusal is None:
                self._record.confirm(change, department_id)
            else:
                self._misplaced.add(code_of(change))
                self.failed_moves.append(change)
                self._record.refuse(change, refusal)
        return self._free(node)

    def _fail(self, change: Change, message: str) -> None:
        if change.kind == "department.move":
            self._misplaced.add(code_of(change))
            self.failed_moves.append(change)
        self._record.fail(change, "department_rejected", message)

    def _rename(self, change: Change) -> Task[Any]:
        department_id = self._known.department_of(change)
        if department_id is None:
            return local([change], partial(self._rename_impossible, change))

        def finish(answer: Rejected | None) -> list[Task[Any]]:
            if isinstance(answer, Rejected):
                self._record.refuse(change, answer)
            else:
                self._record.confirm(change, department_id)
            return []

        name = str(change.after.get("name") or "")
        return Task((change,), finish, send=partial(self._target.rename_department, department_id, name))

    def _rename_impossible(self, change: Change) -> list[Task[Any]]:
        self._record.fail(change, "department_rejected")
        return []


def parents_first(changes: Iterable[Change]) -> list[Change]:
    """As given, but for a department listed before the one it is put below."""
    listed = list(changes)
    by_code = {code_of(change): change for change in listed}
    found: dict[int, Change] = {}
    for change in listed:
        path: list[Change] = []
        seen: set[int] = set()
        at: Change | None = change
        while at is not None and id(at) not in found and id(at) not in seen:
            path.append(at)
            seen.add(id(at))
            at = by_code.get(str(at.after.get("parent") or ""))
        found.update((id(each), each) for each in reversed(path))
    return list(found.values())


class Shrinkage:
    """Deletes departments, leaves first (D4).

    Learn deletes what stands below a department along with it (contract ispring-learn-api.md 3.3), so one that may
    still have another below it, because that could not be deleted or moved away, is left alone.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        *,
        target: Target,
        known: Known,
        record: Record,
        failed_moves: Iterable[Change],
    ) -> None:
        self._changes = changes
        self._target = target
        self._known = known
        self._record = record
        named = [str(change.before.get("parent") or "") for change in failed_moves]
        self._still_parents: set[str | None] = {*named, *(known.department(name) for name in named)}
        by_code = {code_of(change): change for change in changes}
        self._parents = {id(change): by_code.get(str(change.before.get("parent") or "")) for change in changes}
        self._children = Counter(id(parent) for parent in self._parents.values() if parent is not None)

    def tasks(self) -> Iterator[Task[Any]]:
        yield local(self._changes, self._begin)

    def _begin(self) -> list[Task[Any]]:
        return [task for change in self._changes if not self._children[id(change)] for task in self._delete(change)]

    def _delete(self, change: Change) -> list[Task[Any]]:
        department_id = self._known.department_of(change)
        if department_id is None or not self._still_parents.isdisjoint((department_id, code_of(change))):
            self._record.fail(change, "department_rejected", "another department stands below it")
            return self._next(change, gone=False)

        def finish(answer: Rejected | None) -> list[Task[Any]]:
            if isinstance(answer, Rejected):
                self._record.refuse(change, answer)
            else:
                self._record.confirm(change, department_id)
            return self._next(change, gone=answer is None)

        return [Task((change,), finish, send=partial(self._target.delete_department, department_id))]

    def _next(self, change: Change, *, gone: bool) -> list[Task[Any]]:
        parent = self._parents[id(change)]
        if parent is None:
            return []
        if not gone:
            self._still_parents.add(self._known.department_of(parent))
        self._children[id(parent)] -= 1
        return [] if self._children[id(parent)] else [local((), partial(self._delete, parent))]
