"""How many people stand in each department and in each branch, everybody counted once a branch (rule P1)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Employee
from b24learn_gui.company.scope import Scope, in_scope
from b24learn_gui.gui.models.structure import Structure


@dataclass(frozen=True, slots=True)
class _Several:
    """People who stand in the same several departments: `places` in order, `meetings` the lowest department above
    each neighbouring two of them. Between any two the highest meeting in between is their lowest common one.
    """

    places: tuple[int, ...]
    meetings: tuple[int, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Headcount:
    """People whom ticking can bring to Learn: active employees with a department that is known.

    Somebody with several departments counts in each of them, and once in every branch that holds any of them.
    """

    own: tuple[int, ...]
    _pairs: tuple[tuple[int, int, int, int], ...] = field(repr=False)
    _several: tuple[_Several, ...] = field(repr=False)

    @classmethod
    def of(
        cls, structure: Structure, people: Mapping[str, Iterable[Employee]], forests: Mapping[str, Forest]
    ) -> "Headcount":
        """Counted from the people of each portal by key. Takes about a second for half a million people: not for
        the thread that draws.
        """
        own = [0] * len(structure)
        together: Counter[tuple[int, ...]] = Counter()
        for portal, employees in people.items():
            forest = forests[portal]
            if forest.root is None:
                continue
            everybody = Scope.of(forest, (forest.root.id,))
            for employee in employees:
                if not in_scope(employee, everybody):
                    continue
                keys = ((portal, id_) for id_ in employee.departments)
                places = sorted({structure.places[key] for key in keys if key in structure.places})
                for place in places:
                    own[place] += 1
                if len(places) > 1:
                    together[tuple(places)] += 1
        several = [_several(structure, places, count) for places, count in together.items()]
        return cls(
            own=tuple(own),
            _pairs=tuple(
                (each.places[0], each.places[1], each.meetings[0], each.people)
                for each in several
                if len(each.places) == 2
            ),
            _several=tuple(each for each in several if len(each.places) > 2),
        )

    def totals(self, ticked: Sequence[int]) -> list[int]:
        """Running totals over the places, beginning with 0: a branch holds `totals[end] - totals[place]` people with a
        ticked department in it. `ticked` has 1 or 0 for every place.
        """
        counts = [people if on else 0 for people, on in zip(self.own, ticked, strict=True)]
        for one, other, meeting, people in self._pairs:
            if ticked[one] and ticked[other]:
                counts[meeting] -= people
        for each in self._several:
            _count_once(each, ticked, counts)
        return list(accumulate(counts, initial=0))


def count_people(companies: Sequence[Company]) -> tuple[Structure, Headcount]:
    """The structure and the headcount of everything that was read, portals in the order given."""
    forests = {company.portal: Forest.of(company.departments) for company in companies}
    structure = Structure.of(forests.items())
    return structure, Headcount.of(structure, {company.portal: company.employees for company in companies}, forests)


def _several(structure: Structure, places: tuple[int, ...], people: int) -> _Several:
    meetings: list[int] = []
    for one, other in pairwise(places):
        meeting = one
        while structure.ends[meeting] <= other:
            meeting = structure.parents[meeting]
        meetings.append(meeting)
    return _Several(places, tuple(meetings), people)


def _count_once(several: _Several, ticked: Sequence[int], counts: list[int]) -> None:
    """Take away what was counted twice: once at each meeting of neighbouring ticked departments."""
    meeting: int | None = None
    for number, place in enumerate(several.places):
        if number and meeting is not None:
            meeting = min(meeting, several.meetings[number - 1])
        if ticked[place]:
            if meeting is not None:
                counts[meeting] -= several.people
            meeting = len(counts)
