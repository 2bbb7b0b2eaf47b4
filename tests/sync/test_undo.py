"""The way back from a run (rules U1 and U2, incident T29): what goes back, what stays, and what is left alone."""

from collections.abc import Sequence
from dataclasses import replace

from b24learn_gui.sync.changes import Change, Kind, LimitHit, Value
from b24learn_gui.sync.memory import Decision, Link, Memory
from b24learn_gui.sync.policy import Policy
from b24learn_gui.sync.undo import UndoPlan, plan_undo
from tests.sync.apply_worlds import Room, Seat, State, difference, done_changes, learn_of, plan_of, seen, write
from tests.sync.fake_learn import FakeLearn, MemoryDiary

POLICY = Policy()


def no_limits(changes: Sequence[Change]) -> tuple[LimitHit, ...]:
    return ()


def undo_of(done: Sequence[Change], fake: FakeLearn, memory: Memory, policy: Policy = POLICY) -> UndoPlan:
    return plan_undo(done, fake.snapshot(), memory, policy, limits=no_limits)


def ran(before: State, after: State) -> tuple[FakeLearn, MemoryDiary, list[Change]]:
    """A run from one state to the other, and what it did."""
    learn, memory = learn_of(before)
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    outcome = write(plan_of(difference(before, after), learn, memory), fake, diary)
    assert not outcome.failed
    return fake, diary, done_changes(outcome)


def staff(count: int = 3) -> State:
    people = {number: Seat(1, f"p{number}", f"p{number}@example.com", "old") for number in range(count)}
    return State({1: Room("A", None), 2: Room("B", None)}, people)


def with_person(state: State, number: int, seat: Seat) -> State:
    return State(dict(state.rooms), {**state.people, number: seat})


def kinds(undo: UndoPlan) -> list[tuple[Kind, int]]:
    return [(change.kind, change.bitrix24_id) for change in undo.plan.changes]


def edit(fake: FakeLearn, account_id: str, **fields: str) -> None:
    account = fake.accounts[account_id]
    fake.accounts[account_id] = replace(account, fields={**account.fields, **fields})


def adopted(number: int, learn_id: str) -> Change:
    after: dict[str, Value] = {"login": "p0", "email": "p0@example.com"}
    return Change("user.adopt", "main", number, learn_id, "x", after=after)


def test_U1_of_a_create_the_account_is_deactivated_and_its_link_kept() -> None:
    before = staff()
    fake, diary, done = ran(before, with_person(before, 9, Seat(1, "new", "new@example.com")))
    undo = undo_of(done, fake, diary.memory())
    assert kinds(undo) == [("user.deactivate", 9)]
    assert not write(undo.plan, fake, diary).failed
    link = diary.memory().people["main", 9]
    assert fake.accounts[link.learn_id].status == "inactive"
    assert undo.touched == (("main", 9),)
    assert not undo.unlink


def test_U1_of_an_adoption_the_link_goes_and_the_account_stays_as_it_is() -> None:
    learn, memory = learn_of(staff(1))
    memory = replace(memory, people={("main", 77): Link("U0", "adopted")})
    undo = undo_of([adopted(77, "U0")], FakeLearn(learn), memory)
    assert undo.unlink == (("main", 77),)
    assert undo.touched == (("main", 77),), "held, or the next run would adopt the account again (T29)"
    assert not undo.plan.changes
    assert not undo.empty
    assert undo.plan.hash != undo_of([], FakeLearn(learn), memory).plan.hash, "the approval covers the links"


def test_U1_what_changed_since_is_listed_and_not_overwritten_field_by_field() -> None:
    before = staff()
    after = with_person(before, 0, Seat(2, "q0", "p0@example.com", "new", status="inactive"))
    after.rooms[1] = Room("renamed", None)
    fake, diary, done = ran(before, after)
    edit(fake, "U0", job_title="by hand")
    fake.move_accounts("root", ["U0"])
    fake.rename_department("D1", "by hand")
    undo = undo_of(done, fake, diary.memory())
    assert kinds(undo) == [("user.update", 0), ("user.reactivate", 0)]
    assert undo.plan.changes[0].after == {"login": "p0"}
    assert undo.plan.changes[0].send["email"] == "p0@example.com", "complete, as Learn wants it"
    told = {tuple(each.expected.items()): dict(each.present) for each in undo.changed_since}
    assert told == {
        (("job_title", "new"),): {"job_title": "by hand"},
        (("department", "b24-main-2"),): {"department": "root"},
        (("name", "renamed"),): {"name": "by hand"},
    }
    assert not write(undo.plan, fake, diary).failed
    assert fake.accounts["U0"].fields["job_title"] == "by hand"


def test_U1_what_is_back_already_is_neither_changed_nor_listed() -> None:
    before = staff()
    fake, diary, done = ran(before, with_person(before, 0, Seat(2, "p0", "p0@example.com", "new")))
    edit(fake, "U0", job_title=" old ")
    fake.move_accounts("D1", ["U0"])
    undo = undo_of(done, fake, diary.memory())
    assert undo.empty
    assert not undo.changed_since


def test_U1_an_account_that_is_gone_or_linked_to_somebody_else_is_listed() -> None:
    before = staff()
    changed = {number: replace(before.people[number], title="new") for number in range(2)}
    fake, diary, done = ran(before, State(before.rooms, {**before.people, **changed}))
    del fake.accounts["U0"]
    memory = diary.memory()
    memory = replace(memory, people={**memory.people, ("main", 1): Link("U2")})
    undo = undo_of(done, fake, memory)
    assert undo.empty
    assert {each.change.bitrix24_id: dict(each.present) for each in undo.changed_since} == {
        0: {"account": ""},
        1: {"account": "U2"},
    }


def test_N2_an_undo_never_touches_protected_accounts_or_people_on_hold() -> None:
    before = staff(5)
    changed = {number: replace(seat, title="new") for number, seat in before.people.items()}
    fake, diary, done = ran(before, State(before.rooms, changed))
    fake.accounts["U0"] = replace(fake.accounts["U0"], guarded=True)
    policy = replace(POLICY, protect=frozenset({"p1"}), hold=frozenset({("main", 2)}))
    undo = undo_of(done, fake, replace(diary.memory(), held=frozenset({("main", 3)})), policy)
    assert kinds(undo) == [("user.update", 4)]
    assert set(undo.protected) == {("main", number) for number in range(4)}
    assert undo.touched == (("main", 4),)


def test_I6_whom_somebody_decided_to_leave_alone_no_undo_changes() -> None:
    before = staff(2)
    changed = {number: replace(seat, title="new") for number, seat in before.people.items()}
    fake, diary, done = ran(before, State(before.rooms, changed))
    memory = replace(diary.memory(), decisions={("main", 0): Decision("leave"), ("main", 1): Decision("link", "U1")})
    undo = undo_of(done, fake, memory)
    assert kinds(undo) == [("user.update", 1)]
    assert undo.protected == (("main", 0),)
    assert undo.touched == (("main", 1),)


def test_U1_deleted_departments_come_back_under_the_same_code_with_what_stood_in_them() -> None:
    people = {0: Seat(3, "p0", "p0@example.com")}
    before = State({1: Room("A", None), 2: Room("B", 1, 0), 3: Room("C", 2)}, people)
    after = State({1: Room("A", None)}, {0: Seat(1, "p0", "p0@example.com")})
    fake, diary, done = ran(before, after)
    undo = undo_of(done, fake, diary.memory())
    assert kinds(undo) == [("department.create", 2), ("department.create", 3), ("head.set", 2), ("user.move", 0)]
    assert not write(undo.plan, fake, diary).failed
    assert seen(fake.snapshot(), diary.memory()) == seen(*learn_of(before))


def test_U1_a_former_head_who_is_no_longer_active_is_not_put_back() -> None:
    before = staff()
    before.rooms[1].head = 0
    before.rooms[2].head = 1
    after = State({1: Room("A", None, 2), 2: Room("B", None)}, before.people)
    fake, diary, done = ran(before, after)
    fake.set_status("inactive", ["U0"])
    undo = undo_of(done, fake, diary.memory())
    assert set(kinds(undo)) == {("head.clear", 1), ("head.set", 2)}
    assert [problem.code for problem in undo.plan.problems] == ["head_not_synced"]
    assert not write(undo.plan, fake, diary).failed
    assert fake.departments["D1"].supervisor_id is None
    assert fake.departments["D2"].supervisor_id == "U1"


def test_U1_a_supervisor_set_by_hand_since_is_left_alone() -> None:
    before = staff()
    fake, diary, done = ran(before, State({1: Room("A", None, 0), 2: Room("B", None)}, before.people))
    fake.set_supervisor("D1", "U2")
    undo = undo_of(done, fake, diary.memory())
    assert undo.empty
    assert [dict(each.present) for each in undo.changed_since] == [{"supervisor": "U2"}]


def test_P6_an_old_login_that_somebody_holds_by_now_is_left_and_so_is_who_depends_on_it() -> None:
    before = staff()
    after = staff()
    after.people[0] = replace(before.people[0], login="p1", title="new")
    after.people[1] = replace(before.people[1], login="free")
    fake, diary, done = ran(before, after)
    fake.create_account(department_id="D1", fields={"login": "P0", "email": "x@example.com"}, letter=False)
    undo = undo_of(done, fake, diary.memory())
    assert [(change.bitrix24_id, dict(change.after)) for change in undo.plan.changes] == [(0, {"job_title": "old"})]
    assert {(problem.bitrix24_id, problem.code, problem.note) for problem in undo.plan.problems} == {
        (0, "match_taken", True),
        (1, "match_taken", True),
    }
    assert not write(undo.plan, fake, diary).failed


def test_P7_swapped_values_swap_back_and_an_interim_value_never_comes_back() -> None:
    before = staff(2)
    swapped = {0: replace(before.people[0], login="p1"), 1: replace(before.people[1], login="p0")}
    fake, diary, done = ran(before, State(before.rooms, swapped))
    undo = undo_of(done, fake, diary.memory())
    assert not write(undo.plan, fake, diary).failed
    assert seen(fake.snapshot(), diary.memory()) == seen(*learn_of(before))
    finished = Change(
        "user.update", "main", 0, "U0", "x", before={"login": "b24-main-0@swap.invalid"}, after={"login": "p0"}
    )
    assert undo_of([finished], fake, diary.memory()).empty


def test_U1_a_field_that_was_empty_is_cleared_again() -> None:
    before = staff()
    before.people[0] = replace(before.people[0], title="")
    fake, diary, done = ran(before, with_person(before, 0, replace(before.people[0], title="new")))
    undo = undo_of(done, fake, diary.memory())
    assert undo.plan.changes[0].send["job_title"] == ""
    assert not write(undo.plan, fake, diary).failed
    assert fake.accounts["U0"].fields["job_title"] == ""


def test_P6_what_learn_requires_is_not_emptied_and_everything_else_goes_back() -> None:
    before = staff()
    before.people[0] = replace(before.people[0], email="", title="old")
    fake, diary, done = ran(
        before, with_person(before, 0, replace(before.people[0], email="p0@example.com", title="new"))
    )
    snapshot = fake.snapshot()
    fields = tuple(replace(each, required=each.name in {"login", "email"}) for each in snapshot.fields)
    undo = plan_undo(done, replace(snapshot, fields=fields), diary.memory(), POLICY, limits=no_limits)
    (back,) = undo.plan.changes
    assert (dict(back.after), back.send["email"]) == ({"job_title": "old"}, "p0@example.com")
    assert [(each.code, each.note, each.detail) for each in undo.plan.problems] == [
        ("required_in_learn", True, {"fields": ["email"]})
    ]


def test_D2_a_move_back_that_would_close_a_circle_by_what_moved_since_is_left_out() -> None:
    before = State({1: Room("A", 2), 2: Room("B", None)})
    fake, diary, done = ran(before, State({1: Room("A", None), 2: Room("B", None)}))
    fake.move_departments("D1", ["D2"])
    undo = undo_of(done, fake, diary.memory())
    assert undo.empty
    assert [each.change.kind for each in undo.changed_since] == ["department.move"]


def test_U1_limits_and_hash_are_those_of_the_way_back() -> None:
    before = staff()
    fake, diary, done = ran(before, with_person(before, 9, Seat(1, "new", "new@example.com")))

    def strict(changes: Sequence[Change]) -> tuple[LimitHit, ...]:
        return (LimitHit("user.deactivate", len(changes), 0),)

    undo = plan_undo(done, fake.snapshot(), diary.memory(), POLICY, limits=strict)
    assert undo.plan.limits == (LimitHit("user.deactivate", 1, 0),)
    assert undo.plan.needs_approval
    assert undo.plan.hash == undo_of(done, fake, diary.memory()).plan.hash
    assert undo.plan.hash != undo_of([], fake, diary.memory()).plan.hash


def test_U2_ten_thousand_changes_are_taken_back_in_a_moment() -> None:
    before = staff(10_000)
    learn, memory = learn_of(before)
    done = [
        Change(
            "user.update", "main", n, f"U{n}", "x", before={"login": f"p{(n + 1) % 10_000}"}, after={"login": f"p{n}"}
        )
        for n in range(10_000)
    ]
    undo = undo_of(done, FakeLearn(learn), memory)
    assert len(undo.plan.changes) == 10_000
