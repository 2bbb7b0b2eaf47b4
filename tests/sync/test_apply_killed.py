"""Killed at any write, the next run plans anew and converges (incident T15): with the real planning."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from b24learn_gui.company.model import Department
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.plan import make_plan
from b24learn_gui.sync.policy import Limits
from tests.sync.apply_worlds import Room, State, difference, learn_of, plan_of, write
from tests.sync.fake_learn import FakeLearn, MemoryDiary, Write
from tests.sync.worlds import World, company


class Killed(BaseException):
    """The end of the process, as far as a thread can play it."""


def dies_at(number: int) -> Callable[[Write], None]:
    lock, count = threading.Lock(), iter(range(10_000))

    def check(_: Write) -> None:
        with lock:
            if next(count) >= number:
                raise Killed

    return check


def busy_night() -> World:
    """Everything at once: a new tree, newcomers with letters, a swap of three, a chain, leavers, heads, returns."""
    world = company(12)
    world.policy = replace(
        world.policy, notify_users=True, empty_departments="delete", limits=Limits(always_allowed=99)
    )
    world.department(4, 1)
    world.settled()
    del world.departments["main", 4]
    world.department(5, 3, head=40)
    world.departments["main", 2] = Department(2, "Другое имя", 5, 1)
    for id_, other in ((1, 2), (2, 3), (3, 1), (5, 6)):
        world.says(id_, EMAIL=f"p{other}.main@firm.example")
    world.says(6, EMAIL="fresh@firm.example")
    world.person(40, 5)
    world.person(41, 2)
    world.dismiss(7)
    world.dismiss(8)
    world.links["main", 9] = replace(world.links["main", 9], deactivated_by_us=True)
    world.accounts["a-main-9"] = replace(world.accounts["a-main-9"], status="inactive")
    world.employees["main", 10] = replace(world.employees["main", 10], departments=(5,))
    return world


def plan_now(world: World, fake: FakeLearn, diary: MemoryDiary) -> Plan:
    scopes = list(world.scopes.values())
    return make_plan(world.sources(), fake.snapshot(), diary.memory(), world.policy, scopes, world.options)


def ended(world: World) -> tuple[FakeLearn, MemoryDiary]:
    fake, diary = FakeLearn(world.learn()), MemoryDiary(world.past())
    outcome = write(plan_now(world, fake, diary), fake, diary)
    assert not outcome.failed
    assert not outcome.problems
    return fake, diary


def shown(fake: FakeLearn) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Departments and accounts without the ids that depend on the order of creation."""
    codes = {each.id: each.code for each in fake.departments.values()}
    logins = {each.id: each.login for each in fake.accounts.values()}
    departments = [
        (each.code, each.name, codes.get(each.parent_id or ""), logins.get(each.supervisor_id or ""))
        for each in fake.departments.values()
    ]
    people = [
        (each.login, each.email, each.status, codes[each.department_id], each.fields.get("last_name"))
        for each in fake.accounts.values()
    ]
    return sorted(departments, key=str), sorted(people, key=str)


def test_a_busy_night_is_written_whole_and_the_next_run_writes_nothing() -> None:
    world = busy_night()
    fake, diary = ended(world)
    kinds = {entry[1].kind for entry in diary.entries}
    assert len(kinds) >= 9, "the world below covers nearly everything"
    assert [entry for entry in diary.entries if entry[0] == "interim"]
    assert not plan_now(world, fake, diary).changes
    assert len(fake.letters) == 2


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("parallel", [1, 4])
def test_T15_killed_at_any_write_the_next_run_converges_with_no_twin_and_one_letter_each(
    answered: bool, parallel: int
) -> None:
    world = busy_night()
    whole, _ = ended(world)
    for number in range(len(whole.writes) + 1):
        fake, diary = FakeLearn(world.learn()), MemoryDiary(world.past())
        death = dies_at(number)
        if answered:
            fake.before = death
        else:
            fake.after = death
        with contextlib.suppress(Killed):
            write(plan_now(world, fake, diary), fake, diary, parallel=parallel)
        fake.before = fake.after = None
        following = MemoryDiary(diary.memory())
        plan = plan_now(world, fake, following)
        outcome = write(plan, fake, following, parallel=parallel)
        assert not outcome.failed, (number, outcome.failed)
        assert shown(fake) == shown(whole), number
        assert not plan_now(world, fake, following).changes, number
        assert len(fake.letters) == len(set(fake.letters)) <= 2


def test_D2_a_move_waits_for_those_before_it_also_where_an_unchanged_department_lies_between() -> None:
    before = State({3: Room("P", None), 1: Room("A", 3), 2: Room("X", 1)})
    after = State({1: Room("A", None), 2: Room("X", 1), 3: Room("P", 2)})
    learn, memory = learn_of(before)
    other = threading.Event()

    def dawdle(write: Write) -> None:
        if write.ids == ("D1",):
            other.wait(0.02)
        else:
            other.set()

    fake = FakeLearn(learn, before=dawdle)
    assert not write(plan_of(difference(before, after), learn, memory), fake, MemoryDiary(memory), parallel=4).failed
