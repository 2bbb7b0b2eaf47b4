"""Ticked departments and people in scope: rules D3, P1 and Q1."""

from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Department, Employee
from b24learn_gui.company.scope import Scope, in_scope, main_department
from tests.company.test_forest import any_departments

MARKS = st.frozensets(st.integers(1, 16), max_size=6)

COMPANY = Forest.of(
    [
        Department(1, "Компания"),
        Department(2, "Продажи", parent=1, sort=100),
        Department(3, "Розница", parent=2),
        Department(4, "Опт", parent=2),
        Department(5, "Склад", parent=1, sort=200),
        Department(6, "Потерянный", parent=404, sort=300),
    ]
)


def employee(*departments: int, active: bool = True, kind: str = "employee") -> Employee:
    return Employee(27, active, departments, kind=kind)


@given(any_departments(), MARKS, MARKS)
def test_D3_the_nearest_marked_ancestor_or_self_decides(
    departments: list[Department], include: frozenset[int], exclude: frozenset[int]
) -> None:
    forest = Forest.of(departments)
    scope = Scope.of(forest, include, exclude)
    for one in departments:
        expected = None
        for id_ in (one.id, *forest.ancestors(one.id)):
            if id_ in include | exclude:
                expected = ("exclude" if id_ in exclude else "include", id_)
                break
        assert scope.mark(one.id) == expected
        assert (one.id in scope.ticked) == (expected is not None and expected[0] == "include")


@given(any_departments(), MARKS, MARKS)
def test_D3_needed_are_ticked_departments_with_everything_above_parents_first(
    departments: list[Department], include: frozenset[int], exclude: frozenset[int]
) -> None:
    forest = Forest.of(departments)
    scope = Scope.of(forest, include, exclude)
    assert set(scope.needed) == {above for id_ in scope.ticked for above in forest.path(id_)}
    assert len(set(scope.needed)) == len(scope.needed)
    for place, id_ in enumerate(scope.needed):
        parent = forest.parent_of(id_)
        assert parent is None or parent in scope.needed[:place]


@given(any_departments(), MARKS, MARKS)
def test_Q1_marked_departments_that_vanished_are_named(
    departments: list[Department], include: frozenset[int], exclude: frozenset[int]
) -> None:
    scope = Scope.of(Forest.of(departments), include, exclude)
    known = {one.id for one in departments}
    assert scope.missing_included == tuple(sorted(include - known))
    assert scope.missing_excluded == tuple(sorted(exclude - known))


def test_D3_an_unticked_department_above_a_ticked_one_is_needed_without_people() -> None:
    scope = Scope.of(COMPANY, include=[3], exclude=[])
    assert scope.ticked == {3}
    assert scope.needed == (1, 2, 3)
    assert not in_scope(employee(2), scope)


def test_D3_an_island_ticked_again_inside_an_unticked_branch() -> None:
    scope = Scope.of(COMPANY, include=[1, 4], exclude=[2])
    assert scope.ticked == {1, 4, 5, 6}
    assert scope.needed == (1, 2, 4, 5, 6)
    assert scope.mark(3) == ("exclude", 2)
    assert scope.mark(4) == ("include", 4)
    assert scope.mark(5) == ("include", 1)


def test_D1_an_orphan_counts_as_below_the_root_for_ticking() -> None:
    assert 6 in Scope.of(COMPANY, include=[1]).ticked


def test_a_department_marked_both_ways_is_excluded() -> None:
    assert Scope.of(COMPANY, include=[1, 5], exclude=[5]).mark(5) == ("exclude", 5)


def test_without_marks_nobody_is_in_scope() -> None:
    scope = Scope.of(COMPANY, include=[])
    assert scope.ticked == frozenset()
    assert scope.needed == ()
    assert scope.mark(1) is None


def test_P1_the_main_department_is_the_first_in_scope_in_the_portals_order() -> None:
    scope = Scope.of(COMPANY, include=[1], exclude=[2])
    assert main_department(employee(3, 404, 5, 1), scope) == 5
    assert main_department(employee(1, 5), scope) == 1
    assert main_department(employee(3, 404), scope) is None
    assert main_department(employee(), scope) is None


def test_P1_in_scope_is_an_active_employee_with_a_department_in_scope() -> None:
    scope = Scope.of(COMPANY, include=[1])
    assert in_scope(employee(2), scope)
    assert not in_scope(employee(2, active=False), scope)
    assert not in_scope(employee(2, kind="extranet"), scope)
    assert not in_scope(employee(404), scope)


def test_P1_an_old_box_that_names_no_kind_means_employees_by_their_department() -> None:
    scope = Scope.of(COMPANY, include=[1])
    assert in_scope(employee(2, kind=""), scope)
    assert not in_scope(employee(kind=""), scope)
