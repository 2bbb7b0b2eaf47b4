"""The departments of one portal as a single tree, whatever the portal sent (rule D1).

A portal can have several roots, departments whose parent was not received, and cycles (contract bitrix24-rest.md 3.2).
Here each department stands exactly once and everything hangs below one root. Nothing recurses: a chain may be as deep
as there are departments.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from b24learn_gui.company.model import Department


@dataclass(frozen=True, slots=True)
class Forest:
    """The portal's tree. `root` is its department in Learn (None without departments).

    `order` has parents before children, each branch in one piece, siblings by sort, name and id.
    Asking for a department that is not there raises KeyError; `in` tells.
    """

    root: Department | None
    order: tuple[Department, ...]
    _parents: Mapping[int, int | None] = field(repr=False)
    _children: Mapping[int, tuple[int, ...]] = field(repr=False)
    _places: Mapping[int, int] = field(repr=False)
    _ends: Mapping[int, int] = field(repr=False)

    @classmethod
    def of(cls, departments: Iterable[Department]) -> "Forest":
        """The tree of all departments; of several with one id the first counts."""
        by_id: dict[int, Department] = {}
        for department in departments:
            by_id.setdefault(department.id, department)
        parents = _one_tree(by_id)
        children = _sorted_children(by_id, parents)
        root = next((id_ for id_, parent in parents.items() if parent is None), None)
        order = _preorder(root, children)
        places = {id_: place for place, id_ in enumerate(order)}
        return cls(
            root=None if root is None else by_id[root],
            order=tuple(by_id[id_] for id_ in order),
            _parents=parents,
            _children=children,
            _places=places,
            _ends=_branch_ends(order, parents, places),
        )

    def __contains__(self, department_id: object) -> bool:
        return department_id in self._places

    def __len__(self) -> int:
        return len(self.order)

    def __iter__(self) -> Iterator[Department]:
        return iter(self.order)

    def __getitem__(self, department_id: int) -> Department:
        return self.order[self._places[department_id]]

    def children(self, department_id: int) -> tuple[int, ...]:
        """The departments directly below, by sort, name and id."""
        self._places[department_id]  # an unknown department is a mistake of the caller, not one without children
        return self._children.get(department_id, ())

    def parent_of(self, department_id: int) -> int | None:
        """The department directly above in this tree (not always the one the portal named); None for the root."""
        return self._parents[department_id]

    def ancestors(self, department_id: int) -> tuple[int, ...]:
        """Everything above, the nearest first, without the department itself."""
        above: list[int] = []
        parent = self._parents[department_id]
        while parent is not None:
            above.append(parent)
            parent = self._parents[parent]
        return tuple(above)

    def path(self, department_id: int) -> tuple[int, ...]:
        """From the root down to the department itself."""
        return (*reversed(self.ancestors(department_id)), department_id)

    def descendants(self, department_id: int) -> tuple[int, ...]:
        """Everything below, parents first, without the department itself."""
        place = self._places[department_id]
        return tuple(department.id for department in self.order[place + 1 : self._ends[department_id]])


def _one_tree(by_id: Mapping[int, Department]) -> dict[int, int | None]:
    """Each department's parent in the one tree: None for exactly one of them, if there is any."""
    known: dict[int, int | None] = {}
    roots: list[int] = []
    orphans: list[int] = []
    for department in by_id.values():
        parent = department.parent
        if not parent:  # Bitrix24 writes "no parent" as an absent key, an empty one or 0
            roots.append(department.id)
        elif parent not in by_id:
            orphans.append(department.id)
        else:
            known[department.id] = parent
            continue
        known[department.id] = None
    cycle_heads = _cycle_heads(known)
    # A portal that hides its root still has a topmost department: the first orphan, else the head of a cycle.
    candidates = roots or orphans or cycle_heads
    if not candidates:
        return known
    root = min(candidates)
    for id_ in (*roots, *orphans, *cycle_heads):
        known[id_] = None if id_ == root else root
    return known


def _cycle_heads(parents: Mapping[int, int | None]) -> list[int]:
    """The smallest id of each cycle; a department that is its own parent is a cycle of one."""
    heads: list[int] = []
    walk_of: dict[int, int] = {}
    for start in parents:
        current: int | None = start
        while current is not None and current not in walk_of:
            walk_of[current] = start
            current = parents[current]
        if current is None or walk_of[current] != start:
            continue  # this walk ended at a top, or met an earlier walk
        head, member = current, parents[current]
        while member is not None and member != current:
            head, member = min(head, member), parents[member]
        heads.append(head)
    return heads


def _sorted_children(by_id: Mapping[int, Department], parents: Mapping[int, int | None]) -> dict[int, tuple[int, ...]]:
    below: dict[int, list[int]] = {}
    for department in sorted(by_id.values(), key=lambda one: (one.sort, one.name, one.id)):
        parent = parents[department.id]
        if parent is not None:
            below.setdefault(parent, []).append(department.id)
    return {parent: tuple(ids) for parent, ids in below.items()}


def _preorder(root: int | None, children: Mapping[int, tuple[int, ...]]) -> list[int]:
    order: list[int] = []
    waiting = [] if root is None else [root]
    while waiting:
        current = waiting.pop()
        order.append(current)
        waiting.extend(reversed(children.get(current, ())))
    return order


def _branch_ends(order: list[int], parents: Mapping[int, int | None], places: Mapping[int, int]) -> dict[int, int]:
    """Department → the place in `order` just behind its whole branch."""
    ends = {id_: place + 1 for id_, place in places.items()}
    for id_ in reversed(order):
        parent = parents[id_]
        if parent is not None:
            ends[parent] = max(ends[parent], ends[id_])
    return ends
