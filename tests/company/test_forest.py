"""The tree of a portal: rule D1."""

import itertools
import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Department

IDS = st.integers(1, 14)


@st.composite
def any_departments(draw: st.DrawFn) -> list[Department]:
    """Any parent map: roots, orphans (parents up to 20 do not exist), cycles, departments that are their own parent."""
    ids = draw(st.lists(IDS, unique=True, max_size=14))
    return [
        Department(
            id_,
            name=draw(st.sampled_from("АБВ")),
            parent=draw(st.one_of(st.none(), st.integers(0, 20))),
            sort=draw(st.sampled_from([100, 500])),
        )
        for id_ in ids
    ]


def top_of(departments: list[Department], start: int) -> tuple[str, int]:
    """A naive walk: where a department's chain of parents ends, and what kind of end that is."""
    parents = {one.id: one.parent for one in departments}
    seen: list[int] = []
    current = start
    while True:
        if current in seen:
            return "cycle", min(seen[seen.index(current) :])
        seen.append(current)
        parent = parents[current]
        if not parent:
            return "root", current
        if parent not in parents:
            return "orphan", current
        current = parent


@given(any_departments())
def test_D1_every_department_stands_exactly_once_parents_first_below_one_root(departments: list[Department]) -> None:
    forest = Forest.of(departments)
    ids = [one.id for one in forest]
    assert sorted(ids) == sorted(one.id for one in departments)
    assert len(forest) == len(departments)
    for place, id_ in enumerate(ids):
        parent = forest.parent_of(id_)
        assert (parent is None) == (place == 0)
        assert parent is None or parent in ids[:place]
    assert (forest.root is None) == (not departments)
    assert forest.root is None or forest.root.id == ids[0]


@given(any_departments())
def test_D1_only_tops_are_hung_elsewhere_and_they_hang_under_the_portals_root(departments: list[Department]) -> None:
    forest = Forest.of(departments)
    if forest.root is None:
        return
    tops = {top_of(departments, one.id) for one in departments}
    for kind in ("root", "orphan", "cycle"):
        candidates = [id_ for found, id_ in tops if found == kind]
        if candidates:
            assert forest.root.id == min(candidates)
            break
    moved = {id_ for _, id_ in tops}
    for one in departments:
        if one.id == forest.root.id:
            assert forest.parent_of(one.id) is None
        elif one.id in moved:
            assert forest.parent_of(one.id) == forest.root.id
        else:
            assert forest.parent_of(one.id) == one.parent


@given(any_departments())
def test_walks_through_the_tree_agree_with_each_other(departments: list[Department]) -> None:
    forest = Forest.of(departments)
    for one in departments:
        path = forest.path(one.id)
        assert path[-1] == one.id
        assert tuple(reversed(path[:-1])) == forest.ancestors(one.id)
        assert all(forest.parent_of(below) == above for above, below in itertools.pairwise(path))
        assert set(forest.descendants(one.id)) == {
            other.id for other in departments if one.id in forest.ancestors(other.id)
        }
        keys = [(forest[child].sort, forest[child].name, child) for child in forest.children(one.id)]
        assert keys == sorted(keys)
        assert {child for _, _, child in keys} == {
            other.id for other in departments if forest.parent_of(other.id) == one.id
        }


@given(any_departments(), st.randoms())
def test_M5_the_tree_does_not_depend_on_the_order_of_reading(departments: list[Department], random: Random) -> None:
    shuffled = list(departments)
    random.shuffle(shuffled)
    assert Forest.of(shuffled).order == Forest.of(departments).order


def test_D1_further_roots_orphans_and_cycles_hang_under_the_smallest_root() -> None:
    departments = [
        Department(9, "Второй корень"),
        Department(3, "Компания"),
        Department(5, "Сирота", parent=404),
        Department(8, "Круг", parent=7),
        Department(7, "Круг", parent=8),
        Department(2, "Сам себе", parent=2),
        Department(4, "Под кругом", parent=8),
        Department(6, "Ноль", parent=0),
    ]
    forest = Forest.of(departments)
    assert forest.root is not None
    assert forest.root.id == 3
    assert set(forest.children(3)) == {2, 5, 6, 7, 9}
    assert forest.path(4) == (3, 7, 8, 4)


def test_D1_a_hidden_root_leaves_the_smallest_orphan_on_top() -> None:
    forest = Forest.of([Department(5, "Б", parent=1), Department(4, "А", parent=1), Department(2, "Круг", parent=2)])
    assert forest.root is not None
    assert forest.root.id == 4
    assert set(forest.children(4)) == {2, 5}


def test_nothing_read_is_an_empty_forest() -> None:
    forest = Forest.of([])
    assert forest.root is None
    assert forest.order == ()
    assert 1 not in forest


def test_of_two_rows_with_one_id_the_first_counts() -> None:
    forest = Forest.of([Department(1, "Первый"), Department(1, "Второй", parent=1)])
    assert [one.name for one in forest] == ["Первый"]


def test_an_unknown_department_is_not_taken_for_an_empty_one() -> None:
    forest = Forest.of([Department(1, "Компания")])
    for ask in (
        forest.children,
        forest.parent_of,
        forest.ancestors,
        forest.path,
        forest.descendants,
        forest.__getitem__,
    ):
        with pytest.raises(KeyError):
            ask(2)


@pytest.mark.parametrize("closed", [False, True], ids=["chain", "cycle"])
def test_a_chain_ten_thousand_deep_is_built_without_recursion_and_in_time(closed: bool) -> None:
    departments = [
        Department(id_, "Отдел", parent=id_ - 1 if id_ > 1 else (10_000 if closed else None))
        for id_ in range(10_000, 0, -1)
    ]
    started = time.process_time()
    forest = Forest.of(departments)
    assert time.process_time() - started < 2
    assert [one.id for one in forest] == list(range(1, 10_001))
    assert len(forest.path(10_000)) == 10_000
    assert len(forest.descendants(1)) == 9_999
