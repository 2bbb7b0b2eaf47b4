"""Rules M1 to M5: how much one run may change, and the hash that lets exactly one plan pass."""

from dataclasses import replace

import pytest

from b24learn_gui.sync.changes import Change, Kind, LimitHit
from b24learn_gui.sync.limits import INTERRUPTED, exceeded
from b24learn_gui.sync.plan import PlanOptions
from b24learn_gui.sync.policy import Limits, Policy
from tests.sync.worlds import company


def some(kind: Kind, count: int, *, portal: str = "main", **after: str | bool) -> list[Change]:
    return [Change(kind, portal, id_, f"a{id_}", "", after=after) for id_ in range(count)]


def hits(
    changes: list[Change], linked: int, *, whole: bool = True, limits: Limits | None = None
) -> dict[str, tuple[int, int]]:
    portals = {"main"} if whole else set()
    found = exceeded(changes, linked={"main": linked}, whole=portals, limits=limits or Limits())
    return {each.kind: (each.planned, each.allowed) for each in found}


@pytest.mark.parametrize(
    ("linked", "allowed"),
    [(1000, 50), (200, 40), (100, 20), (41, 8), (40, 20), (20, 10), (9, 4), (4, 2), (2, 1), (1, 1), (0, 1)],
)
def test_M2_deactivations_are_limited_by_count_percent_and_half_of_the_portal(linked: int, allowed: int) -> None:
    assert hits(some("user.deactivate", allowed), linked) == {}
    assert hits(some("user.deactivate", allowed + 1), linked) == {"user.deactivate": (allowed + 1, allowed)}


@pytest.mark.parametrize(
    ("kind", "percent"), [("user.update", 50), ("user.move", 30), ("user.reactivate", 30), ("user.create", 30)]
)
def test_M1_M2_portions_are_rounded_down_and_never_below_always_allowed(kind: Kind, percent: int) -> None:
    allowed = 101 * percent // 100
    assert hits(some(kind, allowed), 101) == {}
    assert hits(some(kind, allowed + 1), 101) == {kind: (allowed + 1, allowed)}
    assert hits(some(kind, 5), 3) == {}
    assert hits(some(kind, 6), 3) == {kind: (6, 5)}


def test_M1_departments_and_heads_are_not_limited() -> None:
    kinds: tuple[Kind, ...] = ("department.create", "department.update", "department.move", "head.set", "head.clear")
    assert hits([each for kind in kinds for each in some(kind, 500)], 1) == {}


def test_M3_creates_are_free_until_the_first_whole_sync_but_adoptions_logins_and_letters_are_not() -> None:
    assert hits(some("user.create", 500), 0, whole=False) == {}
    assert hits(some("user.adopt", 6), 0, whole=False) == {"user.adopt": (6, 5)}
    assert hits(some("user.create", 26, letter=True), 0, whole=False) == {"letters": (26, 25)}
    assert hits(some("user.update", 11, login="x"), 1000, whole=False) == {"login_changes": (11, 10)}


def test_M3_what_happens_to_an_adopted_account_counts_only_as_the_adoption() -> None:
    changes = some("user.adopt", 6) + some("user.update", 6, login="x") + some("user.move", 6)
    assert hits(changes, 0) == {"user.adopt": (6, 5)}
    finished = [replace(each, cause=INTERRUPTED) for each in some("user.adopt", 40)]
    assert hits(finished, 0) == {}


def test_M2_limits_hold_per_portal_and_overall_with_one_row_a_kind() -> None:
    changes = some("user.deactivate", 8, portal="main") + some("user.deactivate", 3, portal="north")
    found = exceeded(changes, linked={"main": 100, "north": 4}, whole={"main", "north"}, limits=Limits())
    assert found == (LimitHit("user.deactivate", 3, 2),)
    changes = some("user.deactivate", 40, portal="main") + some("user.deactivate", 40, portal="north")
    found = exceeded(changes, linked={"main": 300, "north": 300}, whole={"main", "north"}, limits=Limits())
    assert found == (LimitHit("user.deactivate", 80, 50),)


def test_M4_the_plan_carries_its_limits_and_a_raised_limit_lets_it_pass() -> None:
    world = company(20)
    for id_ in range(1, 12):
        world.dismiss(id_)
    plan = world.plan()
    assert plan.limits == (LimitHit("user.deactivate", 11, 10),)
    assert plan.needs_approval
    world.options = PlanOptions(deactivate=False)
    assert world.plan().limits == ()


def test_M5_the_same_world_gives_the_same_hash_and_every_difference_another() -> None:
    world = company(20)
    world.says(1, WORK_POSITION="Кассир")
    first = world.plan().hash
    assert world.plan().hash == first
    world.employees = dict(reversed(world.employees.items()))
    assert world.plan().hash == first
    world.says(1, WORK_POSITION="Продавец")
    second = world.plan().hash
    world.edit("a-main-1", job_title="Иначе")
    assert len({first, second, world.plan().hash}) == 3
    world.dismiss(2)
    with_leaver = world.plan().hash
    world.options = PlanOptions(deactivate=False)
    assert world.plan().hash != with_leaver


def test_M5_a_head_created_in_the_same_run_has_a_name_in_the_hash() -> None:
    world = company()
    world.person(99, 2)
    world.departments["main", 2] = replace(world.departments["main", 2], head=99)
    plan = world.plan()
    assert {"supervisor": "main:99"} in [each.after for each in plan.changes]
    assert len(plan.hash) == 64


def test_letters_are_counted_only_where_the_administrator_wants_them() -> None:
    world = company()
    world.person(99, 2)
    assert world.plan().letters == 0
    world.policy = Policy(notify_users=True)
    assert world.plan().letters == 1
