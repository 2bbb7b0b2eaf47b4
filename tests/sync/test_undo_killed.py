"""An undo that ends half way holds exactly whom it touched, and a second one takes back the rest (rule U2)."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from b24learn_gui.errors import Rejected
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.learn_side import Account
from b24learn_gui.sync.memory import Memory
from b24learn_gui.sync.policy import Policy
from b24learn_gui.sync.undo import UndoPlan, plan_undo
from tests.sync.apply_worlds import Room, Seat, State, difference, done_changes, learn_of, plan_of, seen, write
from tests.sync.fake_learn import FakeLearn, MemoryDiary, Write
from tests.sync.test_apply_killed import Killed, dies_at
from tests.sync.test_undo_worlds import no_limits

BEFORE = State(
    {1: Room("A", None, head=0), 2: Room("B", 1), 3: Room("C", 1, head=1)},
    {number: Seat(1 + number % 3, f"p{number}", f"p{number}@example.com", "old") for number in range(8)},
)


def after() -> State:
    """New values, a swap of logins, moves, one off, one new, a department renamed and moved, other heads."""
    people = dict(BEFORE.people)
    people[0] = replace(people[0], title="new")
    people[1], people[2] = replace(people[1], login="p2"), replace(people[2], login="p1")
    people[3] = replace(people[3], room=2, title="new")
    people[4] = replace(people[4], status="inactive")
    people[9] = Seat(2, "p9", "p9@example.com")
    return State({1: Room("A", None, head=3), 2: Room("other", 3), 3: Room("C", 1)}, people)


@dataclass
class Half:
    """A Learn and a journal when an undo has ended somewhere, and as they were when it began."""

    fake: FakeLearn
    diary: MemoryDiary
    done: list[Change]
    accounts: dict[str, Account]
    departments: dict[str, object]

    @property
    def changed_people(self) -> set[int]:
        """Whose accounts are not as they were when the undo began: the ground truth."""
        return {
            int(id_[1:])
            for id_, each in self.fake.accounts.items()
            if id_.startswith("U") and each != self.accounts[id_]
        } | {9 for id_, each in self.fake.accounts.items() if id_.startswith("u-new") and each != self.accounts[id_]}

    @property
    def changed_departments(self) -> set[int]:
        return {
            int(id_[1:])
            for id_, each in self.fake.departments.items()
            if id_ in self.departments and each != self.departments[id_]
        }

    @property
    def held(self) -> set[int]:
        return {number for _, number in self.diary.memory().held}

    @property
    def held_departments(self) -> set[int]:
        return {number for _, number in self.diary.memory().held_departments}

    def plan(self) -> UndoPlan:
        memory = self.diary.memory()
        return plan_undo(self.done, self.fake.snapshot(), memory, Policy(), limits=no_limits, begun=memory.held)

    def goes_on(self) -> None:
        """A second undo of the same run comes to its end, and everything is as before."""
        undo = self.plan()
        assert not undo.changed_since, undo.changed_since
        assert not undo.protected
        outcome = write(undo.plan, self.fake, MemoryDiary(self.diary.memory(), hold=True), exact=True)
        assert not outcome.failed
        departments, people = seen(self.fake.snapshot(), self.diary.memory())
        old_departments, old_people = seen(*learn_of(BEFORE))
        assert departments == old_departments
        assert {number: each for number, each in people.items() if number in BEFORE.people} == old_people
        assert people[9][1] == "inactive"


def begun() -> Half:
    """The run is written; its undo is about to begin."""
    learn, memory = learn_of(BEFORE)
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    outcome = write(plan_of(difference(BEFORE, after()), learn, memory), fake, diary)
    assert not outcome.failed
    undoing = MemoryDiary(diary.memory(), hold=True)
    fake.writes.clear()
    return Half(fake, undoing, done_changes(outcome), dict(fake.accounts), dict(fake.departments))


def number_of_writes() -> int:
    half = begun()
    assert not write(half.plan().plan, half.fake, half.diary, exact=True).failed
    assert half.held == {0, 1, 2, 3, 4, 9}
    assert half.held_departments == {1, 2, 3}
    return len(half.fake.writes)


def kill(half: Half, number: int) -> None:
    """As the process would end after that write, with nothing tidied up: the journal as it stood at that moment."""
    death, left = dies_at(number), list[Memory]()

    def dies(write: Write) -> None:
        try:
            death(write)
        except Killed:
            left.append(half.diary.memory())
            raise

    half.fake.after = dies
    with contextlib.suppress(Killed):
        write(half.plan().plan, half.fake, half.diary, parallel=1, exact=True)
    half.fake.after = None
    half.diary = MemoryDiary(left[0], hold=True)


def test_U2_killed_after_any_write_exactly_whom_it_touched_is_held_and_a_second_undo_goes_on() -> None:
    for number in range(number_of_writes()):
        half = begun()
        kill(half, number)
        assert half.held == half.changed_people, number
        assert half.held_departments == half.changed_departments, number
        half.goes_on()


def test_U2_killed_with_several_writes_in_flight_nobody_it_touched_is_missing() -> None:
    for number in range(number_of_writes()):
        half = begun()
        half.fake.after = dies_at(number)
        with contextlib.suppress(Killed):
            write(half.plan().plan, half.fake, half.diary, parallel=4, exact=True)
        half.fake.after = None
        assert half.held >= half.changed_people, number
        assert half.held_departments >= half.changed_departments, number
        half.goes_on()


def test_U2_killed_before_a_write_is_done_only_those_in_flight_are_held_besides() -> None:
    for number in range(number_of_writes()):
        half, last = begun(), list[Write]()
        death = dies_at(number)

        def dies(write: Write, last: list[Write] = last, death: Callable[[Write], None] = death) -> None:
            last[:] = [write]
            death(write)

        half.fake.before = dies
        with contextlib.suppress(Killed):
            write(half.plan().plan, half.fake, half.diary, parallel=1, exact=True)
        half.fake.before = None
        in_flight = {int(each[1:]) if each[0] == "U" else 9 for each in last[0].ids if each[0] in "Uu"}
        assert half.held in (half.changed_people, half.changed_people | in_flight), number
        half.goes_on()


def test_U2_stopped_after_any_write_nobody_else_is_held_and_a_second_undo_goes_on() -> None:
    for number in range(number_of_writes()):
        half = begun()
        fake = half.fake
        outcome = write(
            half.plan().plan,
            fake,
            half.diary,
            parallel=1,
            stop=lambda fake=fake, number=number: len(fake.writes) > number,  # type: ignore[misc]  # bound at once
            exact=True,
        )
        assert outcome.stopped or number == number_of_writes() - 1
        assert half.held == half.changed_people, number
        assert half.held_departments == half.changed_departments, number
        half.goes_on()


def test_U2_whom_learn_refuses_is_not_held_unless_something_else_of_him_was_taken_back() -> None:
    half = begun()

    def refuses(write: Write) -> None:
        if write.call == "update_account" and write.ids in {("U0",), ("U3",)}:
            raise Rejected("rejected", side="learn", message="no", status=400)

    half.fake.before = refuses
    outcome = write(half.plan().plan, half.fake, half.diary, exact=True)
    assert {failure.change.bitrix24_id for failure in outcome.failed} == {0, 3}
    assert half.held == half.changed_people == {1, 2, 3, 4, 9}, "3 was moved back"
    half.fake.before = None
    half.goes_on()


def test_P7_whoever_was_left_on_an_interim_value_is_put_back_by_the_second_undo() -> None:
    stood = False
    for number in range(number_of_writes()):
        half = begun()
        kill(half, number)
        if any(each.login.endswith("@swap.invalid") for each in half.fake.accounts.values()):
            stood = True
            half.goes_on()
            assert not any(each.login.endswith("@swap.invalid") for each in half.fake.accounts.values())
    assert stood, "a swap of two needs an interim value"
