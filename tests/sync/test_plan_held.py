"""What an undo touched stays so in later plans (rule U2): people, and departments with their names, places and heads."""

from dataclasses import replace

from b24learn_gui.company.model import Department
from b24learn_gui.sync.memory import DepartmentLink
from tests.sync.worlds import World, changes_of, codes, company, kinds, three_below_each_other


def hold(world: World, *departments: int) -> None:
    world.memory = replace(world.memory, held_departments=frozenset(("main", number) for number in departments))


def test_U2_a_held_department_keeps_name_place_and_head_and_says_so() -> None:
    world = company()
    world.departments["main", 3] = Department(3, "Новое имя", 2, 4)
    assert kinds(world.plan()) == {"department.update": 1, "department.move": 1, "head.set": 1}
    hold(world, 3)
    plan = world.plan()
    assert not plan.changes
    (note,) = plan.problems
    assert (note.what, note.bitrix24_id, note.name, note.code, note.note) == (
        *("department", 3, "Новое имя", "held_by_undo"),
        True,
    )


def test_U2_a_held_department_that_says_what_bitrix24_says_is_not_mentioned() -> None:
    world = company()
    hold(world, 1, 2, 3)
    plan = world.plan()
    assert (plan.changes, plan.problems) == ((), ())


def test_U2_a_deleted_department_that_an_undo_made_again_is_not_deleted_once_more() -> None:
    world = company()
    world.policy = replace(world.policy, empty_departments="delete")
    world.department(4, 1)
    world.settled()
    del world.departments["main", 4]
    assert kinds(world.plan()) == {"department.delete": 1}
    hold(world, 4)
    assert not world.plan().changes


def test_D2_nothing_is_put_below_itself_because_a_held_department_stays_where_it_is() -> None:
    world = three_below_each_other()
    world.departments["main", 3] = Department(3, "Отдел 3", 1)  # Bitrix24: 3 below 1, and 2 below 3
    world.departments["main", 2] = Department(2, "Отдел 2", 3)
    assert kinds(world.plan()) == {"department.move": 2}
    hold(world, 3)  # Learn: 3 stays below 2
    plan = world.plan()
    assert not plan.changes
    assert codes(plan) == ["held_by_undo", "held_by_undo"]


def test_D2_nor_by_way_of_a_department_that_is_still_to_be_created() -> None:
    world = three_below_each_other()
    world.departments["main", 3] = Department(3, "Отдел 3", 1)
    world.department(4, 3)
    world.departments["main", 2] = Department(2, "Отдел 2", 4)  # 2 below the new 4 below 3, which stays below 2
    hold(world, 3)
    plan = world.plan()
    assert kinds(plan) == {"department.create": 1}
    assert codes(plan) == ["held_by_undo", "held_by_undo"]


def test_H2_a_head_who_leaves_is_cleared_from_a_held_department_too() -> None:
    world = company()
    held = world.learn_departments["d-main-2"]
    world.learn_departments["d-main-2"] = replace(held, supervisor_id="a-main-2", subordination="manual")
    world.department_links["main", 2] = DepartmentLink("d-main-2", "a-main-2")
    world.departments["main", 2] = replace(world.departments["main", 2], head=4)
    hold(world, 2)
    assert not world.plan().changes
    world.dismiss(2)
    plan = world.plan()
    assert kinds(plan) == {"head.clear": 1, "user.deactivate": 1}
    assert changes_of(plan, "head.clear")[0].before == {"supervisor": "a-main-2"}


def test_P7_whoever_a_killed_undo_left_on_an_interim_value_is_not_left_there() -> None:
    world = company()
    world.edit("a-main-2", login="b24-main-2@swap.invalid")
    world.memory = replace(
        world.memory,
        held=frozenset({("main", 2), ("main", 3)}),
        interims={("main", 2): {"login": "p2.main@firm.example", "email": "p2.main@firm.example"}},
    )
    world.says(3, WORK_POSITION="Директор")
    plan = world.plan()
    (change,) = plan.changes
    assert (change.kind, change.bitrix24_id, change.after) == ("user.update", 2, {"login": "p2.main@firm.example"})
    assert codes(plan) == ["held_by_undo"]
