"""Ticking departments (rule D3): what clicks make of the marks, against definitions anybody can check by eye."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24learn_gui.company.forest import Forest
from b24learn_gui.company.model import Company, Department, Employee, Rights
from b24learn_gui.company.scope import Scope, in_scope
from b24learn_gui.gui.models.headcount import Headcount, count_people
from b24learn_gui.gui.models.marks import Choice, Marks, Standing, whole
from b24learn_gui.gui.models.structure import NOWHERE, Structure

RIGHTS = Rights(frozenset({"user", "department"}), 1, admin=True)


def company(parents: Sequence[int], employees: Sequence[tuple[int, ...]] = (), portal: str = "main") -> Company:
    """Departments 1, 2, 3 … below the given earlier ones (0: none); employees with their departments."""
    departments = tuple(Department(id_, f"D{id_}", parent or None) for id_, parent in enumerate(parents, 1))
    people = tuple(Employee(id_, active=True, departments=held) for id_, held in enumerate(employees, 1))
    return Company(portal, departments, people, RIGHTS)


@st.composite
def companies(draw: st.DrawFn) -> Company:
    size = draw(st.integers(1, 14))
    parents = [0, *(draw(st.integers(1, id_)) for id_ in range(1, size))]
    held = st.lists(st.integers(1, size + 1), max_size=4, unique=True).map(tuple)
    return company(parents, draw(st.lists(held, max_size=25)))


Click = tuple[str, int]
clicks = st.lists(st.tuples(st.sampled_from(("branch", "own", "invert")), st.integers(0, 100)), max_size=12)


def drawn_marks(structure: Structure) -> st.SearchStrategy[Marks]:
    some = st.frozensets(st.sampled_from([*structure.keys, ("main", 999)]))
    return st.tuples(some, some).map(lambda both: Marks(both[0] - both[1], both[1]))


def by_definition(structure: Structure, marks: Marks) -> set[int]:
    """Ticked places: walk up from each to the nearest marked one."""
    found = set()
    for place in range(len(structure)):
        for each in (place, *structure.above(place)):
            if structure.keys[each] in marks.exclude:
                break
            if structure.keys[each] in marks.include:
                found.add(place)
                break
    return found


def fewest_marks(structure: Structure, ticked: set[int]) -> int:
    """One mark for each department that stands otherwise than the one above it: none of them can be spared."""
    return sum((place in ticked) != (structure.parents[place] in ticked) for place in range(len(structure)))


def clicked(structure: Structure, marks: Marks, click: Click) -> tuple[Marks, set[int]]:
    """The marks after a click, and which places have to be ticked then by definition."""
    kind, number = click
    place, before = number % len(structure), by_definition(structure, marks)
    if kind == "branch":
        on = place not in before
        branch = set(structure.branch(place))
        return marks.with_branch(structure, place, on=on), before | branch if on else before - branch
    if kind == "own":
        return marks.with_own(structure, place, on=place not in before), before ^ {place}
    return marks.inverted(structure), set(range(len(structure))) - before


@settings(deadline=None)
@given(companies(), clicks, st.data())
def test_D3_any_clicks_on_any_marks_do_to_the_whole_tree_what_they_say(
    company: Company, clicks: list[Click], data: st.DataObject
) -> None:
    structure, headcount = count_people([company])
    marks = data.draw(drawn_marks(structure))
    for click in clicks:
        marks, wanted = clicked(structure, marks, click)
        assert by_definition(structure, marks) == wanted
        choice = Choice.of(structure, headcount, marks)
        assert {place for place, on in enumerate(choice.ticked) if on} == wanted
        include, exclude = marks.settings("main")
        assert Scope.of(Forest.of(company.departments), include, exclude).ticked == {
            structure.keys[place][1] for place in wanted
        }


@settings(deadline=None)
@given(companies(), clicks)
def test_clicks_from_nothing_always_leave_the_fewest_marks_that_say_it(company: Company, clicks: list[Click]) -> None:
    structure, _ = count_people([company])
    marks = Marks()
    for click in clicks:
        marks, wanted = clicked(structure, marks, click)
        assert len(marks.include) + len(marks.exclude) == fewest_marks(structure, wanted)
        assert not marks.include & marks.exclude
        assert bool(marks.include) == bool(wanted), "a choice of somebody can always be saved"


@settings(deadline=None)
@given(companies(), st.data())
def test_only_this_one_twice_is_as_before_and_so_is_inverting_twice(company: Company, data: st.DataObject) -> None:
    structure, _ = count_people([company])
    marks = Marks()
    for place in data.draw(st.lists(st.integers(0, len(structure) - 1), max_size=6)):
        marks = marks.with_own(structure, place, on=not marks.ticked(structure, place))
    place = data.draw(st.integers(0, len(structure) - 1))
    on = marks.ticked(structure, place)
    assert marks.with_own(structure, place, on=not on).with_own(structure, place, on=on) == marks
    assert marks.inverted(structure).inverted(structure) == marks


@settings(deadline=None)
@given(companies(), st.data())
def test_standing_and_counts_of_every_row_equal_a_walk_over_its_branch(company: Company, data: st.DataObject) -> None:
    structure, headcount = count_people([company])
    choice = Choice.of(structure, headcount, data.draw(drawn_marks(structure)))
    everybody = whole(structure, headcount)
    ticked = {place for place, on in enumerate(choice.ticked) if on}
    held = [{structure.places["main", id_] for id_ in one.departments if ("main", id_) in structure.places}
            for one in company.employees]  # fmt: skip
    for place in range(len(structure)):
        branch = {place, *(each for each in range(len(structure)) if place in structure.above(each))}
        assert branch == set(structure.branch(place))
        assert headcount.own[place] == sum(place in places for places in held)
        assert everybody.will_study(place) == sum(bool(places & branch) for places in held)
        assert choice.will_study(place) == sum(bool(places & branch & ticked) for places in held)
        assert choice.left_out_below(place) == len(branch - {place} - ticked)
        wanted = Standing.OWN if place in ticked else Standing.BELOW if branch & ticked else Standing.NOBODY
        assert choice.standing(place) is wanted


def test_P1_the_topmost_row_counts_exactly_who_is_in_scope() -> None:
    people = (
        Employee(1, active=True, departments=(2, 3)),
        Employee(2, active=False, departments=(2,)),
        Employee(3, active=True, departments=(2,), kind="extranet"),
        Employee(4, active=True, departments=(3,), kind=""),
        Employee(5, active=True),
        Employee(6, active=True, departments=(77,)),
    )
    read = Company("main", company([0, 1, 1]).departments, people, RIGHTS)
    structure, headcount = count_people([read])
    marks = Marks.of({"main": ([1], [2])})
    scope = Scope.of(Forest.of(read.departments), [1], [2])
    assert Choice.of(structure, headcount, marks).will_study(0) == sum(in_scope(one, scope) for one in people) == 2
    assert whole(structure, headcount).will_study(0) == 2
    assert headcount.own == (0, 1, 2)


def test_each_portal_keeps_its_own_marks_and_one_without_anybody_is_named() -> None:
    both = [company([0, 1], portal="main"), company([0, 1], portal="second")]
    structure, headcount = count_people(both)
    assert structure.tops == (0, 2)
    marks = Marks.of({"main": ([1], [2]), "second": ([], [])})
    assert marks.settings("main") == ((1,), (2,))
    assert Choice.of(structure, headcount, marks).portals_without_anybody() == ("second",)
    marks = marks.inverted(structure)
    assert (marks.settings("main"), marks.settings("second")) == (((2,), ()), ((1,), ()))
    assert Choice.of(structure, headcount, marks).portals_without_anybody() == ()


def test_Q1_marks_of_vanished_departments_stay_until_they_are_taken_out_knowingly() -> None:
    structure, headcount = count_people([company([0, 1])])
    marks = Marks.of({"main": ([50], [51])})
    assert marks.missing(structure) == (("main", 50), ("main", 51))
    assert Choice.of(structure, headcount, marks).portals_without_anybody() == ("main",)
    changed = marks.with_branch(structure, 0, on=True).inverted(structure)
    assert changed.settings("main") == ((50,), (51,))
    assert changed.without_missing(structure) == Marks()


def test_a_portal_without_departments_takes_no_place_and_breaks_nothing() -> None:
    structure, headcount = count_people([company([]), company([0], [(1,)], portal="second")])
    assert structure.keys == (("second", 1),)
    assert whole(structure, headcount).will_study(0) == 1
    assert Structure.of([]).tops == ()
    assert Marks().inverted(Structure.of([])) == Marks()


def test_D1_orphans_second_roots_and_cycles_hang_below_the_portals_department() -> None:
    rows = (Department(5, "Root"), Department(9, "Other root"), Department(7, "Orphan", 700), Department(3, "A", 4),
            Department(4, "B", 3))  # fmt: skip
    structure = Structure.of([("main", Forest.of(rows))])
    tops = [structure.keys[top] for top in structure.tops]
    assert tops == [("main", 5)]
    assert structure.parents.count(NOWHERE) == 1
    assert set(structure.below(0)) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("text", "found"),
    [("ЗЕЛЕН", ["Зелёный отдел"]), ("отдел зел", ["Зелёный отдел"]), ("", []), ("нет", []), ("  ", [])],
)
def test_search_knows_no_letter_case_no_yo_and_no_order_of_words(text: str, found: list[str]) -> None:
    structure = Structure.of([("main", Forest.of([Department(1, "Всё"), Department(2, "Зелёный  отдел", 1)]))])
    assert [structure.names[place] for place in structure.named(text)] == found


def big(shape: str, size: int = 10_000, people: int = 50_000) -> Company:
    """A chain as deep as it is long, or a bushy tree; every tenth of the people in two departments."""
    parents = [0, *((id_ if shape == "chain" else (id_ + 6) // 7) for id_ in range(1, size))]
    held = [(number % size + 1, (number * 7919) % size + 1) if number % 10 == 0 else (number % size + 1,)
            for number in range(people)]  # fmt: skip
    return company(parents, held)


@pytest.mark.parametrize("shape", ["bushy", "chain"])
def test_ten_thousand_departments_are_worked_out_within_a_click(shape: str) -> None:
    """16 ms on a usual machine, asserted with room for a slow one. No recursion: the chain is 10,000 deep."""
    structure, headcount = count_people([big("bushy")] if shape == "bushy" else [big("chain", people=2_000)])
    marks = Marks().with_branch(structure, 0, on=True)
    slowest = 0.0
    for number in range(40):
        place = (number * 977) % len(structure) if number % 2 else 0
        began = time.perf_counter()
        if number % 4 == 3:
            marks = marks.inverted(structure)
        else:
            marks = marks.with_branch(structure, place, on=not marks.ticked(structure, place))
        choice = Choice.of(structure, headcount, marks)
        slowest = max(slowest, time.perf_counter() - began)
        assert 0 <= choice.will_study(0) <= len(headcount.own) * 6
    print(f"{shape}: the slowest of 40 clicks took {slowest * 1000:.1f} ms")  # noqa: T201 - a measurement
    assert slowest < 0.08


def test_headcount_of_nothing() -> None:
    structure = Structure.of([])
    assert Headcount.of(structure, {}, {}).totals(()) == [0]
