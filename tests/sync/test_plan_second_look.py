"""Combinations of rules that a second reading found: each would have cost somebody a value, an account or a night."""

import time
from dataclasses import replace

import pytest

from b24learn_gui.company.model import Doubt
from b24learn_gui.sync.memory import DepartmentLink, Link, PendingCreate, Rejection
from b24learn_gui.sync.plan import PlanOptions
from b24learn_gui.sync.policy import Policy
from tests.sync.worlds import World, changes_of, codes, column, company, kinds


def email(id_: int, portal: str = "main") -> str:
    return f"p{id_}.{portal}@firm.example"


def strange(world: World, *ids: int, portal: str = "main", **values: str) -> None:
    for id_ in ids:
        world.says(id_, portal=portal, NAME="Кто", LAST_NAME=f"Иной{id_}", EMAIL=f"other{id_}@firm.example")
        world.says(id_, portal=portal, **values)


def two_portals() -> World:
    world = company(20)
    world.department(1, portal="north")
    for id_ in range(1, 5):
        world.person(id_, 1, portal="north")
    world.settled()
    return world


def on_interim(world: World, id_: int) -> None:
    value = f"b24-main-{id_}@swap.invalid"
    world.edit(f"a-main-{id_}", login=value, email=value)
    world.memory = replace(world.memory, interims={("main", id_): {"login": email(id_), "email": email(id_)}})


# P6, P7: no doomed request


def test_P6_nobody_counts_on_a_value_whose_holder_was_refused_his_new_one_before() -> None:
    world = company()
    world.says(2, EMAIL="refused@firm.example")
    (update,) = world.plan().changes
    world.memory = replace(world.memory, rejections={("main", 2): Rejection(update.fingerprint, "no")})
    world.says(1, EMAIL=email(2))
    world.says(3, EMAIL=email(1))
    plan = world.plan()
    assert plan.changes == ()
    assert codes(plan, 1) == codes(plan, 3) == ["match_taken", "match_taken"]
    assert codes(plan, 2) == ["rejected_by_learn"]


def test_P6_I7_nobody_counts_on_a_value_of_somebody_whose_portal_waits_for_approval() -> None:
    world = two_portals()
    strange(world, 1, 2, 3)
    world.says(1, portal="north", EMAIL=email(1), WORK_POSITION="Кассир")
    plan = world.plan()
    assert plan.withheld == {"main"}
    (update,) = (each for each in plan.changes if each.portal == "north")
    assert update.after == {"job_title": "Кассир"}
    assert set(codes(plan, 1, "north")) == {"match_taken"}


def test_P6_T1_a_pilot_gives_nobody_a_value_that_another_person_read_claims_too() -> None:
    world = company()
    for id_ in (1, 2):
        world.says(id_, EMAIL="both@firm.example")
    world.options = PlanOptions(only=frozenset({("main", 1)}))
    plan = world.plan()
    assert plan.changes == ()
    assert set(codes(plan, 1)) == {"duplicate_in_source"}


def test_P6_a_value_claimed_by_a_person_on_hold_is_a_duplicate() -> None:
    world = company()
    world.policy = Policy(hold=frozenset({("main", 2)}))
    world.says(1, EMAIL=email(2))
    assert set(codes(world.plan(), 1)) == {"duplicate_in_source"}


def test_P7_the_old_value_of_somebody_on_an_interim_one_is_his_until_he_has_the_new_one() -> None:
    world = company()
    on_interim(world, 1)
    world.says(1, EMAIL=email(2))
    world.says(2, EMAIL=email(1))
    assert kinds(world.plan()) == {"user.update": 2}
    world.stranger("x", login="held@firm.example", email="held@firm.example")
    world.says(1, EMAIL="held@firm.example")
    plan = world.plan()
    assert [(each.bitrix24_id, each.after) for each in plan.changes] == [(1, {"login": email(1), "email": email(1)})]
    assert set(codes(plan, 2)) == {"match_taken"}


def test_P7_a_newcomer_does_not_take_what_somebody_on_an_interim_value_may_go_back_to() -> None:
    world = company()
    on_interim(world, 1)
    world.stranger("x", login="held@firm.example", email="held@firm.example")
    world.says(1, EMAIL="held@firm.example")
    world.person(99, 2, EMAIL=email(1))
    plan = world.plan()
    assert [(each.kind, each.bitrix24_id) for each in plan.changes] == [("user.update", 1)]
    assert column(plan, 99) == "conflict"


# Identity


def test_I4_L2_an_adopted_inactive_account_stays_off_whatever_is_known_of_a_former_deleted_one() -> None:
    world = company()
    world.links["main", 1] = Link("deleted", deactivated_by_us=True, was_active=False)
    world.accounts["x"] = replace(world.accounts.pop("a-main-1"), id="x", status="inactive")
    plan = world.plan()
    assert kinds(plan) == {"user.adopt": 1}
    assert codes(plan, 1) == ["deactivated_by_hand"]


def test_I7_a_new_email_of_somebody_without_a_name_is_no_new_identity() -> None:
    world = company()
    world.says(1, NAME="", LAST_NAME="")
    world.edit("a-main-1", first_name="", last_name="")
    world.links["main", 1] = replace(world.links["main", 1], name=email(1))
    world.says(1, EMAIL="new@firm.example")
    plan = world.plan()
    assert kinds(plan) == {"user.update": 1}
    assert codes(plan) == []


def test_I7_Q4_limits_concern_what_would_be_written_not_a_portal_that_waits_for_approval() -> None:
    world = two_portals()
    strange(world, *range(1, 16))
    world.dismiss(1, portal="north")
    plan = world.plan()
    assert plan.withheld == {"main"}
    assert plan.limits == ()
    assert not plan.needs_approval


def test_T15_L1_an_account_left_by_an_interrupted_create_is_found_after_its_person_was_dismissed() -> None:
    world = company()
    world.person(99, 2, active=False)
    world.stranger("x", department="d-main-2", login=email(99), email=email(99))
    assert world.plan().changes == ()
    world.memory = replace(world.memory, pending_creates={("main", 99): PendingCreate(email(99), email(99))})
    plan = world.plan()
    assert [(each.kind, each.bitrix24_id, each.learn_id) for each in plan.changes] == [
        ("user.adopt", 99, "x"),
        ("user.deactivate", 99, "x"),
    ]
    assert column(plan, 99) == "changed"
    world.doubts["main"] = (Doubt("page_repeated"),)
    assert kinds(world.plan()) == {"user.adopt": 1}


# Seats


def switched_off(world: World, *ids: int, **flags: bool) -> None:
    for id_ in ids:
        world.accounts[f"a-main-{id_}"] = replace(world.accounts[f"a-main-{id_}"], status="inactive")
        world.links["main", id_] = replace(world.links["main", id_], **flags)  # type: ignore[arg-type] # only flags


def test_L3_somebody_who_returns_while_no_seat_is_free_is_told_as_such() -> None:
    world = company()
    switched_off(world, 1, was_active=False)
    world.free_seats = 0
    plan = world.plan()
    assert plan.changes == ()
    assert codes(plan, 1) == ["seats_exhausted"]
    assert column(plan, 1) == "failed"


def test_L3_M1_those_who_wait_for_a_seat_never_hold_up_the_night_but_those_who_return_are_limited() -> None:
    world = company(20)
    switched_off(world, *range(1, 13), no_seat=True)
    plan = world.plan()
    assert kinds(plan) == {"user.reactivate": 12}
    assert plan.limits == ()
    switched_off(world, *range(1, 13), no_seat=False, deactivated_by_us=True)
    (hit,) = world.plan().limits
    assert (hit.kind, hit.planned, hit.allowed) == ("user.reactivate", 12, 6)


# Heads and departments


def test_T1_no_head_is_planned_for_a_department_that_the_pilot_does_not_create() -> None:
    world = World()
    world.department(1)
    world.department(2, 1, head=1)
    world.department(3, 2, head=1)
    world.person(1, 2)
    world.options = PlanOptions(only=frozenset({("main", 1)}), only_departments=frozenset({("main", 2)}))
    plan = world.plan()
    assert [each.bitrix24_id for each in changes_of(plan, "department.create")] == [1, 2]
    assert [each.bitrix24_id for each in changes_of(plan, "head.set")] == [2]


@pytest.mark.parametrize("ours", [True, False])
def test_H2_a_head_we_set_is_cleared_from_a_department_that_is_gone_from_bitrix24(ours: bool) -> None:
    world = company(4)
    world.learn_departments["d-main-3"] = replace(
        world.learn_departments["d-main-3"], supervisor_id="a-main-1", subordination="manual"
    )
    world.department_links["main", 3] = DepartmentLink("d-main-3", "a-main-1" if ours else None)
    del world.departments["main", 3]
    world.dismiss(1)
    world.employees["main", 3] = replace(world.employees["main", 3], departments=(2,))
    cleared = [(each.bitrix24_id, each.learn_id) for each in changes_of(world.plan(), "head.clear")]
    assert cleared == ([(3, "d-main-3")] if ours else [])
    world.accounts["a-main-1"] = replace(world.accounts["a-main-1"], department_id="d-main-2")
    world.policy = Policy(empty_departments="delete")
    assert kinds(world.plan()) == {"department.delete": 1, "user.deactivate": 1, "user.move": 1}


# Size


def test_D4_a_deep_branch_of_two_thousand_gone_departments_is_planned_at_once_leaves_first() -> None:
    world = World()
    world.department(1)
    world.person(1, 1)
    for id_ in range(2, 2002):
        world.department(id_, id_ - 1)
    world.settled()
    for id_ in range(2, 2002):
        del world.departments["main", id_]
    world.policy = Policy(empty_departments="delete")
    began = time.process_time()
    deleted = [each.bitrix24_id for each in changes_of(world.plan(), "department.delete")]
    assert deleted == list(range(2001, 1, -1))
    assert time.process_time() - began < 2


def test_P7_twenty_thousand_people_in_one_chain_of_emails_are_planned_in_a_few_seconds() -> None:
    world = company(20_000)
    for id_ in range(1, 20_000):
        world.says(id_, EMAIL=email(id_ + 1))
    world.says(20_000, EMAIL="free@firm.example")
    began = time.process_time()
    assert kinds(world.plan()) == {"user.update": 20_000}
    world.stranger("x", login="free@firm.example", email="free@firm.example")
    assert world.plan().changes == ()
    assert time.process_time() - began < 10
