"""Apply and undo over whole worlds: whatever a plan changes, it comes out as planned and comes back (rule U2)."""

from hypothesis import HealthCheck, given, settings

from b24learn_gui.sync.changes import LimitHit
from b24learn_gui.sync.policy import Policy
from b24learn_gui.sync.undo import plan_undo
from tests.sync.apply_worlds import State, difference, done_changes, learn_of, plan_of, seen, states, write
from tests.sync.fake_learn import FakeLearn, MemoryDiary
from tests.thorough import examples


def no_limits(changes: object) -> tuple[LimitHit, ...]:
    return ()


@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(states())
def test_D2_H2_P7_any_plan_is_written_without_one_refusal_and_leaves_what_was_planned(
    worlds: tuple[State, State],
) -> None:
    before, after = worlds
    learn, memory = learn_of(before)
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    outcome = write(plan_of(difference(before, after), learn, memory), fake, diary)
    assert not outcome.failed
    assert not outcome.untried
    wanted_learn, wanted_memory = learn_of(after)
    assert seen(fake.snapshot(), diary.memory()) == seen(wanted_learn, wanted_memory)
    assert not difference_left(before, after, fake, diary)
    assert not diary.open
    assert not diary.memory().interims


def difference_left(before: State, after: State, fake: FakeLearn, diary: MemoryDiary) -> list[object]:
    """Departments of the old state that should be gone and are not."""
    gone = {number for number in before.rooms if number not in after.rooms}
    return [
        number for number in gone if f"D{number}" in fake.departments or ("main", number) in diary.memory().departments
    ]


@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(states(fresh_newcomers=True))
def test_U2_after_an_applied_undo_all_is_as_before_but_for_what_was_created(worlds: tuple[State, State]) -> None:
    before, after = worlds
    learn, memory = learn_of(before)
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    outcome = write(plan_of(difference(before, after), learn, memory), fake, diary)
    undo = plan_undo(done_changes(outcome), fake.snapshot(), diary.memory(), Policy(), limits=no_limits)
    assert not undo.changed_since
    back = write(undo.plan, fake, diary)
    assert not back.failed
    departments, people = seen(fake.snapshot(), diary.memory())
    old_departments, old_people = seen(learn, memory)
    assert {number: people[number] for number in old_people} == old_people
    assert all(people[number][1] == "inactive" for number in people.keys() - old_people.keys())
    created = {f"b24-main-{number}" for number in after.rooms if number not in before.rooms}
    assert departments.keys() == old_departments.keys() | created
    assert {name: departments[name] for name in old_departments} == old_departments
    assert all(departments[name][2] is None for name in created)
    again = plan_undo(done_changes(outcome), fake.snapshot(), diary.memory(), Policy(), limits=no_limits)
    assert again.empty
