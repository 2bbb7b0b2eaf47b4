"""Which departments are ticked, and who of the portal's people is to study in Learn (rules D3 and P1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Employee

MarkKind = Literal["include", "exclude"]
Mark = tuple[MarkKind, int]
"""Which kind of mark decided, and the department that carries it."""

# Older boxes may not send USER_TYPE at all: whoever stands in the structure there is an employee.
EMPLOYEE_KINDS = frozenset({"employee", ""})


@dataclass(frozen=True, slots=True)
class Scope:
    """The ticked departments of one portal.

    `ticked`: whose people study. `needed`: ticked ones and everything above them, parents first; those not ticked are
    created without people. `missing_included`, `missing_excluded`: marked, but no longer there (rule Q1), by id.
    """

    ticked: frozenset[int]
    needed: tuple[int, ...]
    missing_included: tuple[int, ...]
    missing_excluded: tuple[int, ...]
    _marks: Mapping[int, Mark] = field(repr=False)

    @classmethod
    def of(cls, forest: Forest, include: Iterable[int], exclude: Iterable[int] = ()) -> "Scope":
        """The scope of the marks on the tree. A department marked both ways counts as excluded."""
        included, excluded = frozenset(include), frozenset(exclude)
        marks = _nearest_marks(forest, included, excluded)
        ticked = frozenset(id_ for id_, (kind, _) in marks.items() if kind == "include")
        return cls(
            ticked=ticked,
            needed=_with_everything_above(forest, ticked),
            missing_included=tuple(sorted(id_ for id_ in included if id_ not in forest)),
            missing_excluded=tuple(sorted(id_ for id_ in excluded if id_ not in forest)),
            _marks=marks,
        )

    def mark(self, department_id: int) -> Mark | None:
        """The mark that decides about a department; None where no mark stands above it, or nobody knows it."""
        return self._marks.get(department_id)


def main_department(employee: Employee, scope: Scope) -> int | None:
    """The first of the employee's departments, in the portal's order, that is in scope (rule P1)."""
    return next((id_ for id_ in employee.departments if id_ in scope.ticked), None)


def in_scope(employee: Employee, scope: Scope) -> bool:
    """Active, an employee, and with a department in scope (rule P1)."""
    return employee.active and employee.kind in EMPLOYEE_KINDS and main_department(employee, scope) is not None


def _nearest_marks(forest: Forest, included: frozenset[int], excluded: frozenset[int]) -> dict[int, Mark]:
    marks: dict[int, Mark] = {}
    for department in forest.order:  # parents first: what decides above is known already
        id_ = department.id
        if id_ in excluded:
            marks[id_] = ("exclude", id_)
        elif id_ in included:
            marks[id_] = ("include", id_)
        else:
            parent = forest.parent_of(id_)
            if parent in marks:
                marks[id_] = marks[parent]
    return marks


def _with_everything_above(forest: Forest, ticked: frozenset[int]) -> tuple[int, ...]:
    needed = set(ticked)
    for department in reversed(forest.order):
        parent = forest.parent_of(department.id)
        if department.id in needed and parent is not None:
            needed.add(parent)
    return tuple(department.id for department in forest.order if department.id in needed)
