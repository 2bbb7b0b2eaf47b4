"""Applying a plan: order, journal, failures that stay where they belong, seats, stops and deaths."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24learn_gui.company.model import PersonKey
from b24learn_gui.errors import Refused, StoppedOnRequest, Unreachable
from b24learn_gui.sync.apply import PHASES, apply
from b24learn_gui.sync.apply_pump import INTENT_CHUNK
from b24learn_gui.sync.changes import Change, Kind, LimitHit, Plan, Value
from b24learn_gui.sync.learn_side import Account, LearnDepartment, LearnSnapshot, Status
from b24learn_gui.sync.memory import Link, Memory
from tests.sync.apply_worlds import (
    Room,
    Seat,
    State,
    code,
    difference,
    learn_of,
    never,
    plan_of,
    seen,
    states,
    write,
)
from tests.sync.fake_learn import ROOT, FakeLearn, MemoryDiary, Write, refused
from tests.thorough import examples

Fields = dict[str, Value]


def department(number: int, parent: int | None = None) -> Change:
    after: Fields = {"name": f"D{number}", "parent": ROOT if parent is None else code(parent), "code": code(number)}
    return Change("department.create", "main", number, None, f"D{number}", after=after)


def person(number: int, room: int = 1, *, letter: bool = False) -> Change:
    after: Fields = {"login": f"p{number}", "email": f"p{number}@example.com"}
    after |= {"department": code(room), "department_name": "x"}
    if letter:
        after["letter"] = True
    return Change("user.create", "main", number, None, f"P{number}", after=after, fingerprint="f")


def of(kind: Kind, number: int, was: Fields, now: Fields, *, cause: str = "") -> Change:
    learn_id = f"U{number}" if kind.startswith("user.") else f"D{number}"
    return Change(kind, "main", number, learn_id, "x", before=was, after=now, cause=cause)


def activate(number: int, cause: str = "active again in Bitrix24") -> Change:
    return of("user.reactivate", number, {"status": "inactive"}, {"status": "active"}, cause=cause)


def titles(count: int) -> list[Change]:
    return [
        replace(
            of("user.update", number, {"job_title": ""}, {"job_title": "Z"}),
            send={"login": f"p{number}", "email": f"p{number}@example.com", "job_title": "Z"},
        )
        for number in range(count)
    ]


def staff(count: int, status: Status = "active", head: int | None = None) -> tuple[LearnSnapshot, Memory]:
    people = {n: Seat(1, f"p{n}", f"p{n}@example.com", status=status) for n in range(count)}
    return learn_of(State({1: Room("A", None, head), 2: Room("B", None)}, people))


def calls(fake: FakeLearn) -> list[str]:
    return [write.call for write in fake.writes]


def test_M4_a_plan_that_needs_approval_is_never_written_without_it() -> None:
    plan = replace(plan_of([department(1)], FakeLearn().snapshot()), limits=(LimitHit("user.create", 9, 5),))
    fake = FakeLearn()
    with pytest.raises(ValueError, match="approval"):
        write(plan, fake, MemoryDiary())
    assert not fake.writes
    assert len(write(plan, fake, MemoryDiary(), approved=True).done) == 1


def test_I7_nothing_of_a_withheld_portal_is_written_until_approved() -> None:
    strange = [replace(department(1), portal="other"), replace(person(5), portal="other")]
    strange[1] = replace(strange[1], after={**strange[1].after, "department": "b24-other-1"})
    mine = replace(person(6), after={**person(6).after, "department": "b24-other-1"})
    plan = replace(
        plan_of([*strange, department(1), person(1), mine], FakeLearn().snapshot()), withheld=frozenset({"other"})
    )
    fake = FakeLearn()
    outcome = write(plan, fake, MemoryDiary())
    assert {done.change.portal for done in outcome.done} == {"main"}
    assert [change.portal for change in outcome.untried] == ["other", "other"]
    assert [(each.change, each.code) for each in outcome.failed] == [(mine, "department_missing")]
    assert len(write(plan, FakeLearn(), MemoryDiary(), approved=True).done) == 5


def test_D5_a_refused_department_fails_its_people_and_what_is_below_without_a_request() -> None:
    learn, memory = staff(1)
    changes = [
        replace(department(10), after={**department(10).after, "name": " "}),
        department(11, 10),
        department(12),
        person(50, 11),
        person(51, 12),
        of("user.move", 0, {"department": code(1)}, {"department": code(10), "department_name": "x"}),
        replace(titles(1)[0], name="same person"),
        Change("head.set", "main", 11, None, "x", before={"supervisor": ""}, after={"supervisor": "main:0"}),
    ]
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert {(each.change.kind, each.change.bitrix24_id): each.code for each in outcome.failed} == {
        ("department.create", 10): "department_rejected",
        ("department.create", 11): "department_rejected",
        ("user.create", 50): "department_missing",
        ("user.move", 0): "department_missing",
        ("head.set", 11): "head_not_synced",
    }
    assert sorted(calls(fake)) == ["create_account", "create_department", "create_department", "update_account"]
    assert fake.accounts["U0"].fields["job_title"] == "Z", "his other changes go on"
    assert [problem.note for problem in outcome.problems if problem.code == "head_not_synced"] == [True]
    assert not diary.memory().pending_creates


def test_D2_what_gets_out_of_the_way_moves_before_something_is_put_below_it() -> None:
    before = State({1: Room("A", None), 2: Room("B", 1), 3: Room("C", 2)})
    after = State({1: Room("A", 3), 2: Room("B", 3), 3: Room("C", None)})
    learn, memory = learn_of(before)
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    assert not write(plan_of(difference(before, after), learn, memory), fake, diary).failed
    assert [write.ids for write in fake.writes] == [("D3",), ("D1", "D2")], "moves to one parent share a request"


def test_D2_what_should_move_below_a_department_that_could_not_move_stays() -> None:
    before = State({1: Room("A", None), 2: Room("B", 1)})
    learn, memory = learn_of(before)

    def never_move(write: Write) -> None:
        asked.append(write)
        if write.call == "move_departments":
            raise refused("rejected", "no")

    changes = difference(before, State({1: Room("A", 2), 2: Room("B", None)}))
    asked: list[Write] = []
    fake = FakeLearn(learn, before=never_move)
    outcome = write(plan_of(changes, learn, memory), fake, MemoryDiary(memory))
    assert [each.code for each in outcome.failed] == ["department_rejected"] * 2
    assert len(asked) == 1


def test_D4_a_department_is_never_deleted_with_another_one_still_below_it() -> None:
    """Learn would delete the lower one along with it."""
    before = State({1: Room("A", None), 2: Room("B", 1), 3: Room("C", 2), 4: Room("D", None), 5: Room("E", 4)})
    after = State({5: Room("E", None)})
    learn, memory = learn_of(before)

    def refuse(write: Write) -> None:
        if write.ids in (("D3",), ("D5",)):
            raise refused("rejected", "managed by another user")

    fake, diary = FakeLearn(learn, before=refuse), MemoryDiary(memory)
    outcome = write(plan_of(difference(before, after), learn, memory), fake, diary)
    assert {each.change.bitrix24_id for each in outcome.failed} == {1, 2, 3, 4, 5}
    assert fake.departments == learn.departments


def test_H2_a_head_who_leaves_is_replaced_or_cleared_before_he_is_deactivated() -> None:
    people = {n: Seat(1, f"p{n}", f"p{n}@example.com") for n in range(3)}
    before = State({1: Room("A", None, 0), 2: Room("B", None, 0), 3: Room("C", None, 1)}, people)
    gone = replace(people[0], status="inactive")
    rooms = {1: Room("A", None, 9), 2: Room("B", None), 3: Room("C", None, 2)}
    after = State(rooms, {**people, 0: gone, 9: Seat(1, "new", "new@example.com")})
    learn, memory = learn_of(before)
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    assert not write(plan_of(difference(before, after), learn, memory), fake, diary, parallel=1).failed
    order = [(write.call, write.ids) for write in fake.writes]
    assert order[0] == ("create_account", ("D1",))
    assert {order[1], order[2]} == {("set_supervisor", ("D2",)), ("set_supervisor", ("D1",))}
    assert order[3:] == [("set_status", ("U0",)), ("set_supervisor", ("D3",))]


def test_T13_a_head_without_an_active_account_is_a_note_and_no_request_and_the_leaver_is_cleared_all_the_same() -> None:
    learn, memory = staff(1, head=0)
    changes = [
        replace(person(9), after={**person(9).after, "login": "p0"}),
        of("head.set", 1, {"supervisor": "U0"}, {"supervisor": "main:9"}),
        of("head.set", 2, {"supervisor": ""}, {"supervisor": "main:9"}),
        of("user.deactivate", 0, {"status": "active"}, {"status": "inactive"}),
    ]
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert {(each.change.kind, each.code) for each in outcome.failed} == {
        ("user.create", "rejected_by_learn"),
        ("head.set", "head_not_synced"),
    }
    assert [done.change.kind for done in outcome.done] == ["head.clear", "user.deactivate"]
    assert fake.departments["D1"].subordination == "inherit"
    assert diary.memory().departments["main", 1].supervisor_id is None
    assert calls(fake) == ["create_account", "set_supervisor", "set_status"]


def test_H1_a_head_is_told_to_the_journal_by_his_learn_id() -> None:
    learn, memory = staff(0)
    changes = [person(9), of("head.set", 1, {"supervisor": ""}, {"supervisor": "main:9"})]
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    write(plan_of(changes, learn, memory), fake, diary)
    made = diary.memory().people["main", 9].learn_id
    assert diary.memory().departments["main", 1].supervisor_id == fake.departments["D1"].supervisor_id == made


def test_T14_one_refused_person_is_one_row_and_the_others_go_on() -> None:
    learn, memory = staff(300)
    changes = titles(300)
    changes[7] = replace(changes[7], send={"login": ""}, fingerprint="seven")
    moves = [
        of("user.move", n, {"department": code(1)}, {"department": code(2), "department_name": "x"}) for n in range(250)
    ]
    moves[9] = replace(moves[9], learn_id="nobody")
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    outcome = write(plan_of([*changes, *moves], learn, memory), fake, diary, parallel=4)
    assert {(each.change.kind, each.change.bitrix24_id, each.code) for each in outcome.failed} == {
        ("user.update", 7, "rejected_by_learn"),
        ("user.move", 9, "rejected_by_learn"),
    }
    assert len(outcome.done) == 548
    assert diary.memory().rejections["main", 7].fingerprint == "seven"
    assert calls(fake).count("move_accounts") == 3, "in bulk"


def test_an_adoption_is_local_and_its_person_can_head_a_department() -> None:
    learn, memory = staff(1)
    changes = [
        replace(of("user.adopt", 0, {}, {"login": "p0", "email": "p0@example.com"}), bitrix24_id=77),
        of("head.set", 1, {"supervisor": ""}, {"supervisor": "main:77"}),
    ]
    fake, diary = FakeLearn(learn), MemoryDiary(replace(memory, people={}))
    outcome = write(plan_of(changes, learn), fake, diary)
    assert diary.memory().people["main", 77].origin == "adopted"
    assert calls(fake) == ["set_supervisor"]
    assert len(outcome.done) == 2


def test_T19_an_account_created_without_a_seat_is_linked_marked_and_its_missing_letter_told() -> None:
    learn, memory = staff(1)
    changes = [person(8, letter=True), of("head.set", 1, {"supervisor": ""}, {"supervisor": "main:8"})]
    fake, diary = FakeLearn(learn, seats=1), MemoryDiary(memory)
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    link = diary.memory().people["main", 8]
    assert link.no_seat
    assert fake.accounts[link.learn_id].status == "inactive"
    problem = next(each for each in outcome.problems if each.code == "seats_exhausted")
    assert problem.detail["letter_missing"] is True
    assert not problem.note
    assert not fake.letters
    assert "set_supervisor" not in calls(fake)
    assert [each.code for each in outcome.failed] == ["head_not_synced"], "he is not active"


@pytest.mark.parametrize("on_no_seat", ["refuse", "stay"])
def test_L3_somebody_waiting_for_a_seat_is_tried_alone_and_after_a_refusal_nobody_else(on_no_seat: str) -> None:
    learn, memory = staff(5, "inactive")
    changes = [activate(0), *(activate(n, "waits for a seat") for n in range(1, 5))]
    fake, diary = (
        FakeLearn(learn, seats=0, on_no_seat="refuse" if on_no_seat == "refuse" else "stay"),
        MemoryDiary(memory),
    )
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert [each.code for each in outcome.failed] == ["seats_exhausted"] * 5
    assert [write.ids for write in fake.writes] == [("U0",)]


def test_L3_once_there_is_a_seat_the_others_follow_together_until_the_first_refusal() -> None:
    learn, memory = staff(250, "inactive")
    changes = [activate(n, "waits for a seat") for n in range(250)]
    fake, diary = FakeLearn(learn, seats=30, on_no_seat="stay"), MemoryDiary(memory)
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert [len(write.ids) for write in fake.writes] == [1, 100]
    assert len(outcome.done) == 30
    assert len(outcome.failed) == 220
    assert fake.reads == 2, "what was switched on is read back"
    links = diary.memory().people
    assert not any(links["main", done.change.bitrix24_id].deactivated_by_us for done in outcome.done)


def test_every_change_is_intended_durably_before_its_request_and_closed_once() -> None:
    learn, memory = staff(500)
    diary = MemoryDiary(memory)
    unannounced: list[Write] = []

    def look(write: Write) -> None:
        with lock:
            known = {change.learn_id for change in list(diary.open.values())}
            if not set(write.ids) <= known:
                unannounced.append(write)

    lock = threading.Lock()
    outcome = write(plan_of(titles(500), learn, memory), FakeLearn(learn, before=look), diary, parallel=4)
    assert not unannounced
    assert len(outcome.done) == 500
    words = [entry[0] for entry in diary.entries]
    assert words.count("intend") == words.count("confirm") == 500
    assert words.index("confirm") <= INTENT_CHUNK, "intents go ahead in chunks, not all at once"
    assert diary.flushed


def test_progress_counts_every_change_once_and_names_what_was_confirmed() -> None:
    learn, memory = staff(3)
    changes = [*titles(3), department(5), of("user.deactivate", 2, {"status": "active"}, {"status": "inactive"})]
    changes[1] = replace(changes[1], send={})
    heard: list[tuple[str, int, int, Change | None]] = []
    outcome = apply(
        plan_of(changes, learn, memory),
        target=FakeLearn(learn),
        diary=MemoryDiary(memory),
        root_id=ROOT,
        parallel=2,
        approved=False,
        stop=never,
        on_progress=lambda *told: heard.append(told),
    )
    assert [told[3] for told in heard if told[3] is not None] == [done.change for done in outcome.done]
    last = {phase: (done, total) for phase, done, total, _ in heard}
    assert last == {"departments": (1, 1), "people": (3, 3), "leavers": (1, 1)}
    assert set(last) <= set(PHASES)


class Latency:
    """Requests that take a simulated time. The clock goes on once no further request can begin.

    That is: as soon as all workers are busy, or nothing new has begun for a moment although somebody is free.
    """

    def __init__(self, parallel: int, took: float = 0.05) -> None:
        self._parallel = parallel
        self._took = took
        self._now = 0.0
        self._due: list[float] = []
        self._changed = threading.Condition()

    def __call__(self, write: Write) -> None:
        with self._changed:
            due = self._now + self._took + 0.0001 * (len(self._due) % 7)
            self._due.append(due)
            self._changed.notify_all()
            while self._now < due:
                idle = len(self._due) < self._parallel or min(self._due) <= self._now
                if idle and self._changed.wait(0.002):
                    continue
                self._now = max(self._now, min(self._due))
                self._changed.notify_all()
            self._due.remove(due)

    @property
    def elapsed(self) -> float:
        return self._now


def test_four_connections_are_kept_busy_without_a_barrier_between_chunks_of_intents() -> None:
    learn, memory = staff(1000)
    clock = Latency(4)
    fake = FakeLearn(learn, before=clock)
    outcome = write(plan_of(titles(1000), learn, memory), fake, MemoryDiary(memory), parallel=4)
    assert len(outcome.done) == 1000
    assert fake.most_in_flight == 4, "never more than asked for"
    ideal = 1000 * 0.05 / 4
    assert clock.elapsed <= ideal / 0.9


def test_a_stop_sends_nothing_new_and_records_what_was_in_flight() -> None:
    learn, memory = staff(400)
    asked = threading.Event()
    late: list[Write] = []
    begun: list[Write] = []

    def look(write: Write) -> None:
        if asked.is_set():
            late.append(write)
        begun.append(write)
        if len(begun) == 50:
            asked.set()

    fake, diary = FakeLearn(learn, before=look), MemoryDiary(memory)
    outcome = write(plan_of(titles(400), learn, memory), fake, diary, parallel=4, stop=asked.is_set)
    assert outcome.stopped
    assert outcome.error is None
    assert len(late) <= 3, "only those that had been handed over already"
    assert len(outcome.done) == len(fake.writes)
    assert len(outcome.done) + len(outcome.untried) == 400
    assert not diary.open, "intents of what was never sent are withdrawn"


def test_what_already_waits_at_a_worker_is_not_sent_after_a_stop() -> None:
    learn, memory = staff(20)
    asked = threading.Event()

    def look(write: Write) -> None:
        threading.Event().wait(0.01)  # meanwhile the next request is handed over
        asked.set()

    fake, diary = FakeLearn(learn, before=look), MemoryDiary(memory)
    outcome = write(plan_of(titles(20), learn, memory), fake, diary, parallel=1, stop=asked.is_set)
    assert len(fake.writes) == len(outcome.done) == 1
    assert outcome.stopped
    assert not diary.open


def test_a_stop_after_the_last_change_stopped_nothing() -> None:
    learn, memory = staff(1)
    fake = FakeLearn(learn)
    outcome = write(plan_of(titles(1), learn, memory), fake, MemoryDiary(memory), stop=lambda: bool(fake.writes))
    assert not outcome.stopped


@pytest.mark.parametrize("error", [Unreachable("no_answer", side="learn"), Refused("signed_out", side="learn")])
def test_an_error_of_the_whole_ends_the_run_and_leaves_in_the_journal_what_may_have_happened(
    error: Unreachable | Refused,
) -> None:
    learn, memory = staff(300)

    def fail(write: Write) -> None:
        if write.ids == ("U40",):
            raise error

    fake, diary = FakeLearn(learn, before=fail), MemoryDiary(memory)
    outcome = write(plan_of(titles(300), learn, memory), fake, diary, parallel=4)
    assert outcome.error is error
    assert not outcome.stopped
    assert len(outcome.done) == len(fake.writes) < 60
    assert [change.learn_id for change in diary.open.values()] == ["U40"], "neither withdrawn nor confirmed"
    assert len(outcome.done) + len(outcome.untried) == 300


def test_a_stop_noticed_inside_the_client_is_a_stop() -> None:
    learn, memory = staff(3)

    def fail(write: Write) -> None:
        raise StoppedOnRequest("stopped")

    outcome = write(plan_of(titles(3), learn, memory), FakeLearn(learn, before=fail), MemoryDiary(memory))
    assert outcome.stopped
    assert outcome.error is None


def test_a_journal_that_fails_ends_the_run_and_withdraws_nothing_that_may_have_been_sent() -> None:
    learn, memory = staff(50)

    class Full(MemoryDiary):
        def confirm(self, change: Change, *, learn_id: str | None = None, no_seat: bool = False) -> None:
            raise OSError

    diary, fake = Full(memory), FakeLearn(learn)
    with pytest.raises(OSError):
        write(plan_of(titles(50), learn, memory), fake, diary)
    sent = {write.ids[0] for write in fake.writes}
    assert sent <= {change.learn_id for change in diary.open.values()}


class Killed(BaseException):
    """The end of the process, as far as a thread can play it."""


def _nth(number: int) -> Callable[[Write], None]:
    lock, count = threading.Lock(), iter(range(10_000))

    def count_down(_: Write) -> None:
        with lock:
            if next(count) >= number:
                raise Killed

    return count_down


def _remaining(before: State, after: State, fake: FakeLearn, diary: MemoryDiary) -> Plan:
    """What a next run would plan: each change as before, without those Learn already shows."""
    learn, memory = fake.snapshot(), diary.memory()
    ids = {change.key: id_ for change in difference(before, after) if (id_ := _found(change, learn)) is not None}
    changes = [each for each in difference(before, after) if not _is_done(each, ids, learn)]
    linked = {key: replace(link) for key, link in memory.people.items()}
    plan = plan_of(changes, learn, replace(memory, people=linked))
    accounts = dict(plan.account_ids) | {f"{key[0]}:{key[1]}": id_ for key, id_ in ids.items() if id_ in learn.accounts}
    return replace(plan, account_ids=accounts)


def _found(change: Change, learn: LearnSnapshot) -> str | None:
    """The account an unanswered create may have left behind is looked up by its login."""
    if change.kind != "user.create":
        return None
    login = change.after["login"]
    return next((account.id for account in learn.accounts.values() if account.login == login), None)


def _is_done(change: Change, ids: dict[tuple[str, int], str], learn: LearnSnapshot) -> bool:
    if change.kind == "user.create":
        return change.key in ids
    if change.kind == "department.create":
        return any(each.code == code(change.bitrix24_id) for each in learn.departments.values())
    here: Account | LearnDepartment | None
    if change.what == "person":
        here = learn.accounts[change.learn_id or ""]
        fields = here.fields
        department_code = learn.departments[here.department_id].code
        shown: Fields = {**fields, "department": department_code, "department_name": "x", "status": here.status}
        return dict(change.after).items() <= shown.items()
    here = learn.departments.get(change.learn_id or "")
    if here is None:
        return change.kind == "department.delete"
    if change.kind.startswith("head."):
        return False
    parent = learn.departments.get(here.parent_id or "")
    shown = {"name": here.name, "parent": (parent.code or parent.id) if parent else ""}
    return bool(change.after) and dict(change.after).items() <= shown.items()


@settings(max_examples=examples(30), deadline=None)
@given(states(rooms=4, people=4), st.integers(0, 40), st.booleans())
def test_T15_killed_at_any_write_the_next_run_converges_without_twins(
    worlds: tuple[State, State], death: int, answered: bool
) -> None:
    before, after = worlds
    for number, seat in before.people.items():  # swaps have a test of their own: here before-images stay true
        after.people[number] = replace(after.people[number], login=seat.login, email=seat.email)
    for number in after.people.keys() - before.people.keys():
        after.people[number] = replace(after.people[number], login=f"n{number}", email=f"n{number}@example.com")
    learn, memory = learn_of(before)
    fake, diary = FakeLearn(learn), MemoryDiary(memory)
    if answered:
        fake.before = _nth(death)
    else:
        fake.after = _nth(death)
    with contextlib.suppress(Killed):
        write(plan_of(difference(before, after), learn, memory), fake, diary)
    fake.before = fake.after = None
    following = MemoryDiary(diary.memory())
    outcome = write(_remaining(before, after, fake, diary), fake, following)
    assert not [each for each in outcome.failed if each.code != "head_not_synced"]
    logins = [account.login for account in fake.accounts.values()]
    assert len(logins) == len(set(logins)) == len(before.people.keys() | after.people.keys())
    shown, _ = seen(fake.snapshot(), Memory(people=_links(fake, after)))
    wanted, _ = seen(*learn_of(after))
    assert shown == wanted


def _links(fake: FakeLearn, after: State) -> dict[PersonKey, Link]:
    by_login = {account.login: account.id for account in fake.accounts.values()}
    _, memory = learn_of(after)
    return {key: replace(link, learn_id=by_login[after.people[key[1]].login]) for key, link in memory.people.items()}


def test_no_thread_outlives_a_run() -> None:
    learn, memory = staff(20)
    write(plan_of(titles(20), learn, memory), FakeLearn(learn), MemoryDiary(memory), parallel=8)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("apply")]


def test_P6_a_duplicate_learn_refuses_is_remembered_like_every_other_refusal() -> None:
    learn, memory = staff(1)
    create = replace(person(9), after={**person(9).after, "login": "p0"}, fingerprint="nine")
    diary = MemoryDiary(memory)
    write(plan_of([create], learn, memory), FakeLearn(learn), diary)
    assert diary.memory().rejections["main", 9].fingerprint == "nine"


def test_L3_new_accounts_are_read_back_many_at_a_time_and_once_each() -> None:
    learn, memory = staff(0)
    fake, diary = FakeLearn(learn, seats=60), MemoryDiary(memory)
    changes = [person(1000 + n) for n in range(120)]
    outcome = write(plan_of(changes, learn, memory), fake, diary)
    assert fake.reads <= 4
    assert len(outcome.done) == 120
    assert sum(link.no_seat for link in diary.memory().people.values()) == 60
    assert [each.code for each in outcome.problems] == ["seats_exhausted"] * 60
