"""Rules D1 to D5, H1 and H2, Q1 to Q3, T1: departments, heads, doubt and the pilot."""

from dataclasses import replace

import pytest

from b24learn_gui.company.model import Department, Doubt, Rights
from b24learn_gui.sync.learn_side import Account, LearnDepartment
from b24learn_gui.sync.memory import DepartmentLink
from b24learn_gui.sync.plan import PlanOptions
from b24learn_gui.sync.policy import Policy, PortalScope
from tests.sync.worlds import World, changes_of, codes, column, company, kinds, three_below_each_other


def test_D1_D2_departments_are_created_parents_first_below_learns_root_with_our_codes() -> None:
    world = World()
    world.department(5, name="ООО «Ромашка»")
    world.department(2, 5)
    world.department(9, 404)
    world.portal(include=(5,))
    world.person(1, 2)
    creates = changes_of(world.plan(), "department.create")
    assert [(each.after["code"], each.after["parent"]) for each in creates] == [
        ("b24-main-5", "root"),
        ("b24-main-2", "b24-main-5"),
        ("b24-main-9", "b24-main-5"),
    ]
    assert creates[0].after["name"] == "ООО «Ромашка»"


def test_D2_nothing_is_put_below_itself_because_an_unticked_department_has_no_place_in_learn() -> None:
    world = three_below_each_other()
    world.department(9, 1)  # Bitrix24: 3 below the new 9, and 2 below 3
    world.departments["main", 3] = Department(3, "Отдел 3", 9)
    world.departments["main", 2] = Department(2, "Отдел 2", 3)
    assert kinds(world.plan()) == {"department.create": 1, "department.move": 2}
    world.portal(include=(1,), exclude=(9,))  # Learn has no 9: 3 stays below 2
    plan = world.plan()
    assert (plan.changes, codes(plan)) == ((), [])


def test_D1_several_portals_live_side_by_side_and_a_name_can_be_given() -> None:
    world = World()
    world.department(1)
    world.department(1, portal="north")
    world.scopes["north"] = PortalScope("north", frozenset({1}), name="Северный филиал")
    creates = changes_of(world.plan(), "department.create")
    assert {(each.after["code"], each.after["name"]) for each in creates} == {
        ("b24-main-1", "Отдел 1"),
        ("b24-north-1", "Северный филиал"),
    }


def test_D2_T11_a_rename_or_move_follows_the_id_and_deactivates_nobody() -> None:
    world = company()
    world.departments["main", 3] = Department(3, "Новое имя", 2)
    plan = world.plan()
    assert kinds(plan) == {"department.update": 1, "department.move": 1}
    assert changes_of(plan, "department.move")[0].after == {"parent": "b24-main-2"}


def test_D2_a_department_edited_by_hand_in_learn_is_set_back() -> None:
    world = company()
    world.learn_departments["d-main-2"] = replace(world.learn_departments["d-main-2"], name="Иное", parent_id="root")
    assert kinds(world.plan()) == {"department.update": 1, "department.move": 1}


def test_D2_a_department_is_recognised_by_its_code_and_linked_never_by_its_name() -> None:
    world = company()
    del world.department_links["main", 2]
    plan = world.plan()
    assert plan.changes == ()
    assert plan.department_links == {("main", 2): "d-main-2"}
    world.learn_departments["d-main-2"] = replace(world.learn_departments["d-main-2"], code="")
    assert kinds(world.plan())["department.create"] == 1


def test_D3_one_that_is_not_ticked_but_lies_above_a_ticked_one_is_created_without_people() -> None:
    world = World()
    world.portal(include=(3,))
    world.department(1)
    world.department(2, 1)
    world.department(3, 2)
    world.department(4, 1)
    world.person(1, 2)
    world.person(2, 3)
    plan = world.plan()
    assert [each.bitrix24_id for each in changes_of(plan, "department.create")] == [1, 2, 3]
    assert [each.bitrix24_id for each in changes_of(plan, "user.create")] == [2]
    assert column(plan, 1) == "out_of_scope"
    assert plan.verdicts["main", 2].mark == ("include", 3)


def test_D3_an_unticked_department_below_a_ticked_one_is_left_out() -> None:
    world = World()
    world.portal(include=(1,), exclude=(2,))
    world.department(1)
    world.department(2, 1)
    world.person(1, 2)
    assert kinds(world.plan()) == {"department.create": 1}


def test_D4_only_departments_gone_from_bitrix24_and_empty_afterwards_are_deleted() -> None:
    world = company(4)
    del world.departments["main", 3]
    for key, employee in world.employees.items():
        world.employees[key] = replace(employee, departments=(2,))
    assert "department.delete" not in kinds(world.plan())
    world.policy = Policy(empty_departments="delete")
    (delete,) = changes_of(world.plan(), "department.delete")
    assert (delete.learn_id, delete.before["code"]) == ("d-main-3", "b24-main-3")
    world.stranger("x", department="d-main-3", status="inactive")
    assert "department.delete" not in kinds(world.plan())
    world.accounts["x"] = Account("x", "root", manages=("d-main-3",))
    assert "department.delete" not in kinds(world.plan())


def test_D4_a_department_with_another_department_below_stays_and_leaves_come_first() -> None:
    world = three_below_each_other()
    del world.departments["main", 2]
    del world.departments["main", 3]
    world.policy = Policy(empty_departments="delete")
    assert [each.bitrix24_id for each in changes_of(world.plan(), "department.delete")] == [3, 2]
    world.learn_departments["x"] = LearnDepartment("x", "Чужое", "d-main-2")
    assert [each.bitrix24_id for each in changes_of(world.plan(), "department.delete")] == [3]


def test_D4_unticked_departments_are_never_deleted() -> None:
    world = company(2)
    world.portal(include=(2,), exclude=())
    world.policy = Policy(empty_departments="delete")
    assert "department.delete" not in kinds(world.plan())


def test_H1_the_head_becomes_supervisor_also_when_created_in_the_same_run() -> None:
    world = World()
    world.department(1, head=1)
    world.person(1, 1)
    (head,) = changes_of(world.plan(), "head.set")
    assert head.after == {"supervisor": "main:1"}
    world.settled()
    (head,) = world.plan().changes
    assert (head.kind, head.before, head.after) == ("head.set", {"supervisor": ""}, {"supervisor": "main:1"})


@pytest.mark.parametrize("case", ["dismissed", "unknown", "out of scope"])
def test_H1_T13_a_head_without_an_active_account_of_ours_is_a_note_and_nothing_else(case: str) -> None:
    world = company()
    world.department(8)
    world.portal(include=(1,), exclude=(9,))
    world.department(9, 1)
    world.person(50, 9)
    world.person(51, 2, active=False)
    head = {"dismissed": 51, "unknown": 404, "out of scope": 50}[case]
    world.departments["main", 2] = replace(world.departments["main", 2], head=head)
    plan = world.plan()
    assert "head.set" not in kinds(plan)
    assert codes(plan) == ["head_not_synced"]
    assert plan.problems[0].note


def test_H1_a_head_who_matches_a_protected_account_exactly_is_set_and_the_account_is_not_written() -> None:
    world = company()
    world.department(2, 1, head=60)
    world.person(60, 2, EMAIL="boss@firm.example")
    world.accounts["boss"] = Account("boss", "root", "active", {"login": "boss@firm.example"}, guarded=True)
    plan = world.plan()
    assert [(each.kind, each.after) for each in plan.changes] == [("head.set", {"supervisor": "boss"})]


def test_H2_a_supervisor_is_cleared_only_if_we_set_him() -> None:
    world = company()
    by_hand = replace(world.learn_departments["d-main-2"], supervisor_id="a-main-1", subordination="manual")
    world.learn_departments["d-main-2"] = by_hand
    assert world.plan().changes == ()
    world.department_links["main", 2] = DepartmentLink("d-main-2", "a-main-1")
    assert kinds(world.plan()) == {"head.clear": 1}
    world.learn_departments["d-main-2"] = replace(by_hand, supervisor_id="a-main-3")
    assert world.plan().changes == ()


def test_H2_a_head_who_leaves_is_cleared() -> None:
    world = company()
    world.departments["main", 2] = replace(world.departments["main", 2], head=2)
    world.learn_departments["d-main-2"] = replace(
        world.learn_departments["d-main-2"], supervisor_id="a-main-2", subordination="manual"
    )
    world.department_links["main", 2] = DepartmentLink("d-main-2", "a-main-2")
    world.dismiss(2)
    assert kinds(world.plan()) == {"head.clear": 1, "user.deactivate": 1}


def test_heads_are_left_alone_when_they_are_switched_off() -> None:
    world = company()
    world.departments["main", 2] = replace(world.departments["main", 2], head=2)
    world.policy = Policy(sync_heads=False)
    assert world.plan().changes == ()


def doubtful() -> World:
    """One leaver, one mover, one change, one newcomer, one who returned and one head, in a company of 20."""
    world = company(20)
    world.dismiss(1)
    world.employees["main", 2] = replace(world.employees["main", 2], departments=(3,))
    world.says(3, WORK_POSITION="Кассир")
    world.person(99, 2)
    world.accounts["a-main-4"] = replace(world.accounts["a-main-4"], status="inactive")
    world.links["main", 4] = replace(world.links["main", 4], deactivated_by_us=True)
    world.departments["main", 2] = replace(world.departments["main", 2], head=6)
    world.departments["main", 7] = Department(7, "Новый", 1)
    return world


def test_Q3_without_doubt_everything_is_done() -> None:
    assert kinds(doubtful().plan()) == {
        "department.create": 1,
        "head.set": 1,
        "user.create": 1,
        "user.update": 1,
        "user.move": 1,
        "user.deactivate": 1,
        "user.reactivate": 1,
    }


@pytest.mark.parametrize("doubt", ["incomplete", "scope lost", "admin lost", "other owner", "include vanished"])
def test_Q1_Q3_T1_T3_T12_in_doubt_only_what_adds_is_done(doubt: str) -> None:
    world = doubtful()
    match doubt:
        case "incomplete":
            world.doubts["main"] = (Doubt("total_differs", {"received": 19, "total": 20}),)
        case "scope lost":
            world.rights["main"] = Rights(frozenset({"user_basic"}), 1, admin=True)
        case "admin lost":
            world.rights["main"] = replace(world.rights["main"], admin=False)
        case "other owner":
            world.rights["main"] = replace(world.rights["main"], owner_id=2)
        case _:
            world.portal(include=(1, 404))
    plan = world.plan()
    assert kinds(plan) == {"department.create": 1, "user.create": 1, "user.update": 1}
    assert plan.doubts["main"]
    assert column(plan, 1) == "out_of_scope"
    assert column(plan, 2) == "unchanged"
    assert sum(each.column == "changed" for each in plan.verdicts.values()) == 2


def test_Q1_T5_an_empty_portal_is_in_doubt_and_deactivates_nobody() -> None:
    world = company()
    world.employees.clear()
    plan = world.plan()
    assert plan.changes == ()
    assert codes(plan) == ["source_incomplete"]


def test_Q3_while_an_unticked_department_is_missing_nobody_new_is_created() -> None:
    world = doubtful()
    world.portal(include=(1,), exclude=(404,))
    plan = world.plan()
    assert "user.create" not in kinds(plan)
    assert codes(plan) == ["department_vanished"]
    assert column(plan, 99) == "out_of_scope"


def test_Q4_a_doubt_of_one_portal_leaves_the_other_alone() -> None:
    world = doubtful()
    world.department(1, portal="north")
    world.person(1, 1, portal="north")
    world.person(2, 1, portal="north")
    world.settled()
    world.dismiss(1, portal="north")
    world.doubts["main"] = (Doubt("page_repeated"),)
    assert [each.portal for each in changes_of(world.plan(), "user.deactivate")] == ["north"]


def test_T1_only_touches_the_chosen_person_and_the_departments_on_his_path() -> None:
    world = World()
    world.department(1, head=1)
    world.department(2, 1)
    world.department(3, 1)
    for id_ in (1, 2, 3):
        world.person(id_, id_)
    world.options = PlanOptions(only=frozenset({("main", 2)}))
    plan = world.plan()
    assert [(each.kind, each.bitrix24_id) for each in plan.changes] == [
        ("department.create", 1),
        ("department.create", 2),
        ("user.create", 2),
    ]
    assert set(plan.verdicts) == {("main", 2)}


def test_T1_nobody_is_deactivated_by_a_pilot_even_if_chosen() -> None:
    world = company()
    world.dismiss(1)
    world.options = PlanOptions(only=frozenset({("main", 1)}))
    plan = world.plan()
    assert plan.changes == ()
    assert column(plan, 1) == "out_of_scope"


def test_T1_heads_are_set_only_where_a_whole_department_was_chosen() -> None:
    world = company()
    for id_ in (2, 3):
        world.departments["main", id_] = replace(world.departments["main", id_], head=4)
    chosen = frozenset({("main", 2), ("main", 4)})
    world.options = PlanOptions(only=chosen)
    assert world.plan().changes == ()
    world.options = PlanOptions(only=chosen, only_departments=frozenset({("main", 2)}))
    assert [(each.kind, each.bitrix24_id) for each in world.plan().changes] == [("head.set", 2)]


def test_T14_one_row_that_cannot_be_read_costs_that_person_only() -> None:
    world = doubtful()
    world.employees["main", 6] = replace(world.employees["main", 6], active=False)  # as the reader gives him
    world.departments["main", 2] = replace(world.departments["main", 2], head=None)
    world.doubts["main"] = (Doubt("row_malformed", {"what": "people", "id": 6, "field": "ACTIVE"}),)
    plan = world.plan()
    assert plan.doubts == {"main": ()}
    assert [each.bitrix24_id for each in changes_of(plan, "user.deactivate")] == [1]
    assert codes(plan, 6) == ["source_incomplete"]
    assert column(plan, 6) == "skipped"
    world.doubts["main"] = (Doubt("row_malformed", {"what": "people", "rows": 60}),)
    assert world.plan().doubts["main"]
