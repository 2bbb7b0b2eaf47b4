"""The departments of all portals in one row of places, parents before children and each branch in one piece.

A branch is then a slice, its sums are differences of running totals, and nothing recurses however deep a chain is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import DepartmentKey
from b24learn_gui.company.text import fold
from b24learn_gui.sync.departments import shown_name

NOWHERE = -1
"""The parent of a portal's topmost department."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Places of departments by number, in the order in which a fully open tree shows them.

    `parents[place]` is `NOWHERE` for the topmost department of a portal; `ends[place]` is the place just behind its
    branch; `children` and `tops` are in the order of rule D1's tree.
    """

    keys: tuple[DepartmentKey, ...]
    names: tuple[str, ...]
    parents: tuple[int, ...]
    ends: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]
    tops: tuple[int, ...]
    places: Mapping[DepartmentKey, int] = field(repr=False)
    _folded: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, portals: Iterable[tuple[str, Forest]]) -> "Structure":
        """The trees of the portals, by key, one after the other. A portal without departments takes no place."""
        keys: list[DepartmentKey] = []
        names: list[str] = []
        parents: list[int] = []
        for portal, forest in portals:
            place_of: dict[int | None, int] = {None: NOWHERE}
            for department in forest.order:
                place_of[department.id] = len(keys)
                parents.append(place_of[forest.parent_of(department.id)])
                keys.append((portal, department.id))
                names.append(shown_name(department))
        ends, children, tops = _branches(parents)
        return cls(
            keys=tuple(keys),
            names=tuple(names),
            parents=tuple(parents),
            ends=ends,
            children=children,
            tops=tops,
            places={key: place for place, key in enumerate(keys)},
            _folded=tuple(map(search_form, names)),
        )

    def __len__(self) -> int:
        return len(self.keys)

    def below(self, place: int) -> range:
        """Everything below, without the department itself."""
        return range(place + 1, self.ends[place])

    def branch(self, place: int) -> range:
        """The department and everything below."""
        return range(place, self.ends[place])

    def above(self, place: int) -> tuple[int, ...]:
        """Everything above, the nearest first, without the department itself."""
        found: list[int] = []
        parent = self.parents[place]
        while parent != NOWHERE:
            found.append(parent)
            parent = self.parents[parent]
        return tuple(found)

    def all_above(self, places: Iterable[int]) -> set[int]:
        """Everything above any of these."""
        found: set[int] = set()
        for place in places:
            parent = self.parents[place]
            while parent != NOWHERE and parent not in found:
                found.add(parent)
                parent = self.parents[parent]
        return found

    def named(self, text: str) -> tuple[int, ...]:
        """Departments whose name holds every word of the text; letter case and ё/е make no difference."""
        words = search_form(text).split()
        if not words:
            return ()
        first, rest = words[0], words[1:]
        hits = (place for place, name in enumerate(self._folded) if first in name)
        return tuple(place for place in hits if all(word in self._folded[place] for word in rest))


def search_form(text: str) -> str:
    """What is compared when somebody searches."""
    return fold(text).replace("ё", "е")


def _branches(parents: list[int]) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Ends of the branches, children, and the topmost places."""
    ends = list(range(1, len(parents) + 1))
    children: list[list[int]] = [[] for _ in parents]
    tops: list[int] = []
    for place in range(len(parents) - 1, -1, -1):
        parent = parents[place]
        if parent == NOWHERE:
            tops.append(place)
        else:
            children[parent].append(place)
            ends[parent] = max(ends[parent], ends[place])
    return tuple(ends), tuple(tuple(reversed(each)) for each in children), tuple(reversed(tops))
