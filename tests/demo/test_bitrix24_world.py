"""What people do to a portal, and what is left of it afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.demo.bitrix24_tools import Clock, portal, small_world


def test_modifiers_stamp_the_time_of_change_and_appointing_a_head_does_not_touch_his_profile() -> None:
    world, clock = small_world(5, 2), Clock()
    world.clock = clock
    clock.advance(60)
    changes: dict[int, Callable[[], None]] = {
        1: lambda: world.change(1, NAME="Иная"),
        2: lambda: world.dismiss(2),
        3: lambda: world.move(3, [1]),
    }
    for number, change in changes.items():
        before = world.people[number].modified
        change()
        assert world.people[number].modified == clock.now == before + 60
    before = world.people[4].modified
    world.set_head(2, 4)
    assert world.people[4].modified == before
    assert world.departments[2].modified == clock.now


def test_dismissed_people_keep_what_they_had_and_come_back_under_the_same_id() -> None:
    world = small_world(5, 2)
    with portal(world) as (_embedded, caller):
        before = caller.result("user.get", ID=3)[0]
        world.dismiss(3)
        assert caller.result("user.get", ID=3)[0] == {**before, "ACTIVE": False}
        world.rehire(3)
        assert caller.result("user.get", ID=3)[0] == before


@pytest.mark.parametrize(("members", "left"), [("keep", [2]), ("parent", [1]), ("lose", list[int]())])
def test_deleting_a_department_moves_its_children_up_and_treats_members_as_asked(members: str, left: list[int]) -> None:
    world = small_world(4, 2)
    child = world.add_department("Группа", 2)
    world.delete_department(2, members=members)  # type: ignore[arg-type]  # parametrized literals
    assert world.departments[child.id].parent == 1
    assert world.people[2].departments == left


def test_renumbering_keeps_heads_parents_and_memberships_together() -> None:
    """T26: a restored box gives every object another id."""
    world = small_world(4, 2)
    world.set_head(2, 4)
    world.renumber({number: number + 100 for number in range(2, 5)}, {2: 77})
    assert sorted(world.people) == [1, 102, 103, 104]
    assert (world.departments[77].head, world.departments[77].parent) == (104, 1)
    assert world.people[102].departments == [77]
    with pytest.raises(ValueError, match="equal"):
        world.renumber({102: 1})


def test_taken_numbers_are_refused_and_free_ones_found() -> None:
    world = small_world(3, 2)
    assert world.add_person([1]).id == 4
    assert world.add_department("Группа", 1).id == 3
    with pytest.raises(ValueError, match="exists"):
        world.add_person([1], number=4)
    with pytest.raises(ValueError, match="exists"):
        world.add_department("Группа", 1, number=3)


def test_everything_below_a_department_is_found_even_in_a_cycle() -> None:
    world = small_world(1, 4)
    world.move_department(3, 2)
    world.move_department(2, 3)
    assert set(world.below(2)) == {2, 3}
    assert set(world.below(1)) == {1, 4}
