"""The queue of matches over the embedded servers: who is in question, why, what may be decided, and the way back."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from b24learn_gui.company.model import PersonKey
from b24learn_gui.errors import AnotherRunActive, StoppedOnRequest, SyncError, WrongUsage
from b24learn_gui.service.conflict_cases import Case, cases_of
from b24learn_gui.service.conflict_words import decided, reason, taking
from b24learn_gui.service.conflicts import MOST_AGE, Queue, decide_case, read_queue
from b24learn_gui.service.decide import Verdict
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.sync.memory import Decision
from b24learn_gui.text import Words
from tests.e2e.arena import email_of
from tests.service.conflict_world import (
    EXACT,
    FORMER,
    HELD,
    IDENTITY,
    LEAVER,
    OTHER_TWIN,
    PROTECTED,
    RECREATED,
    REUSED,
    SEVERAL,
    TWIN,
    UNCERTAIN,
    UNDONE,
    ConflictWorld,
    conflict_world,
    key,
)

EN = Words("en")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ConflictWorld]:
    with conflict_world(tmp_path) as made:
        yield made


def case(queue: Queue, number: int) -> Case:
    found = queue.case(key(number))
    assert found is not None, number
    return found


def refused(world: ConflictWorld, queue: Queue, number: int, *words: str) -> str:
    before = world.memory
    with pytest.raises(SyncError) as caught:
        world.decide(queue, number, *words)  # type: ignore[arg-type]
    assert world.memory == before
    return caught.value.code


def test_everybody_in_question_stands_in_the_queue_by_the_reason_and_nothing_is_written(world: ConflictWorld) -> None:
    queue = world.queue()
    kinds = {each.key[1]: each.kind for each in queue.cases}
    assert kinds == {
        SEVERAL: "several",
        UNCERTAIN: "uncertain",
        RECREATED: "recreated",
        REUSED: "reused",
        IDENTITY: "identity",
        TWIN: "duplicate",
        OTHER_TWIN: "duplicate",
        HELD: "held",
        PROTECTED: "protected",
        EXACT: "exact",
        UNDONE: "undone",
    }
    assert queue.waiting == 7
    assert {each.key[1] for each in queue.cases if not each.waits} == {HELD, PROTECTED, EXACT, UNDONE}
    assert not world.arena.learn.log.writes
    assert not world.memory.decisions
    assert world.arena.preview().people()["conflict"] == 7  # the very people the plan leaves alone


def test_both_sides_say_what_they_hold_and_where_they_differ(world: ConflictWorld) -> None:
    queue = world.queue()
    again = case(queue, RECREATED)
    assert again.facts["department"] == "Фирма / Офис"
    assert again.facts["login"] == again.facts["email"] == email_of(FORMER)
    (account,) = again.candidates
    assert account.learn_id == world.account(FORMER)
    assert account.facts["department"] == "Фирма / Склад"
    assert account.alike == {"name": True, "email": True, "login": True, "job_title": True, "department": False}
    assert account.status == "active"
    holder = account.holder
    assert holder is not None
    assert (holder.key, holder.standing) == (key(FORMER), "dismissed")
    first, second = case(queue, SEVERAL).candidates
    assert (first.facts["login"], second.facts["login"]) == ("o.petrov", "petrov@main.example")  # more in common first
    assert (first.alike["email"], second.alike["email"]) == (True, False)
    (boss,) = case(queue, PROTECTED).candidates
    assert (boss.guard, boss.refusal is not None) == ("administrator", True)


def test_the_reason_is_said_in_words_with_the_names_that_explain_it(world: ConflictWorld) -> None:
    queue = world.queue()
    said = {each.key[1]: reason(each, EN) for each in queue.cases}
    assert said[SEVERAL].startswith("2 accounts in Learn may be this person's")
    assert "another e-mail: io@home.example" in said[UNCERTAIN]
    assert "former card of the same name: Фамилия5 Имя5 (main:5, dismissed)" in said[RECREATED]
    assert "somebody else: Фамилия7 Имя7 (main:7, dismissed)" in said[REUSED]
    assert "before it was Фамилия6 Имя6" in said[IDENTITY]
    assert f"Двойная53 Анна (main:{OTHER_TWIN}, works here)" in said[TWIN]
    assert "Cannot be written: wanted@main.example" in said[HELD]
    russian = [reason(each, Words("ru")) for each in queue.cases]
    assert not set(russian) & set(said.values())
    (account,) = case(queue, RECREATED).candidates
    assert "main:5" in taking(account, EN)


def test_I6_a_link_decided_in_the_queue_is_what_the_next_run_acts_on(world: ConflictWorld) -> None:
    queue = world.queue()
    requests = world.arena.main.requests
    account = world.account(FORMER)
    now = world.decide(queue, RECREATED, "link", account)
    found = case(now, RECREATED)
    assert (found.kind, found.decision, found.waits) == ("recreated", Decision("link", account), False)
    assert decided(found, EN) == f"decided: linked to {email_of(FORMER)}"
    assert now.waiting == queue.waiting - 1
    assert world.arena.main.requests == requests  # nothing is read again for a click
    assert not world.arena.learn.log.writes
    assert world.memory.people[key(RECREATED)].learn_id == account
    accounts = len(world.arena.ids())
    summary = world.sync()
    assert ("main", RECREATED) not in {(each["portal"], each["bitrix24_id"]) for each in summary["problems"]}
    assert len(world.arena.ids()) == accounts
    assert world.arena.learn.world.accounts[account].status == 1


def test_I6_a_create_is_refused_while_a_value_is_taken_and_says_by_whom(world: ConflictWorld) -> None:
    queue = world.queue()
    assert refused(world, queue, RECREATED, "create") == "decide_create_taken"
    assert refused(world, queue, TWIN, "create") == "decide_create_twice"
    assert case(queue, RECREATED).create_refusal is not None
    free = case(queue, IDENTITY)
    assert free.create_refusal is None  # neither the new login nor the new e-mail is taken
    world.decide(queue, IDENTITY, "create")
    summary = world.sync()
    created = [each for each in summary["changes"] if each["kind"] == "user.create"]
    assert [each["bitrix24_id"] for each in created] == [IDENTITY]
    assert world.arena.learn.world.by_email("other@main.example") is not None


def test_I6_whoever_is_left_alone_stays_so_until_that_is_taken_back(world: ConflictWorld) -> None:
    world.decide(world.queue(), REUSED, "leave")
    summary = world.sync()
    assert ("main", REUSED) not in {(each["portal"], each["bitrix24_id"]) for each in summary["problems"]}
    later = world.queue()
    left = case(later, REUSED)
    assert (left.kind, left.settled) == ("decided", True)
    back = world.decide(later, REUSED, "forget")
    assert case(back, REUSED).waits
    assert not world.memory.decisions


def test_I6_taking_a_link_back_restores_the_links_and_the_question(world: ConflictWorld) -> None:
    queue, before = world.queue(), world.memory
    linked = world.decide(queue, REUSED, "link", world.account(LEAVER))
    assert key(LEAVER) not in world.memory.people
    back = world.decide(linked, REUSED, "forget")
    assert world.memory == before
    assert back.cases == queue.cases


def test_U2_whom_an_undo_holds_is_listed_and_can_be_released(world: ConflictWorld) -> None:
    queue = world.queue()
    held = case(queue, UNDONE)
    assert (held.held, held.settled) == (True, True)
    back = world.decide(queue, UNDONE, "forget")
    assert back.case(key(UNDONE)) is None
    assert not world.memory.held


def test_N2_nobody_is_linked_to_a_protected_account_nor_to_one_that_is_not_there(world: ConflictWorld) -> None:
    queue = world.queue()
    (boss,) = case(queue, PROTECTED).candidates
    assert refused(world, queue, PROTECTED, "link", boss.learn_id) == "learn_account_protected"
    assert refused(world, queue, REUSED, "link", "no-such-account") == "learn_account_unknown"
    assert refused(world, queue, HELD, "link", world.account(HELD)) == "decide_own_account"


def test_a_case_that_a_decision_cannot_touch_is_kept_and_the_queue_is_the_same_as_worked_out_anew(
    world: ConflictWorld,
) -> None:
    company, learn = world.arena.main.world, world.arena.learn.world
    for number in range(70, 75):
        mail = email_of(number)
        company.add_person([3], number=number, NAME=f"Имя{number}", LAST_NAME=f"Фамилия{number}", EMAIL=mail)
        learn.add_account(f"login{number}", email=mail, first_name=f"Имя{number}", last_name=f"Фамилия{number}")
    queue = world.queue()
    assert queue.basis is not None
    taken = case(queue, 71).candidates[0].learn_id
    former: tuple[Case, ...] = queue.cases
    for number, decision in (
        (70, Decision("leave")),
        (SEVERAL, Decision("link", taken)),
        (TWIN, Decision("create")),
        (RECREATED, Decision("link", case(queue, RECREATED).candidates[0].learn_id)),
        (72, Decision("link", case(queue, 72).candidates[0].learn_id)),
    ):
        with world.journal() as journal:
            journal.decide(key(number), decision)
        anew = told(cases_of(queue.basis, world.memory))
        again = list(cases_of(queue.basis, world.memory, former=former))
        assert told(again) == anew
        kept = {each.key[1] for each in again if any(each is before for before in former)}
        assert {73, 74, EXACT} <= kept
        assert number not in kept
        former = tuple(again)
    with world.journal() as journal:
        for number in (70, SEVERAL, 72):
            journal.forget_decision(key(number))
    assert told(cases_of(queue.basis, world.memory, former=former)) == told(cases_of(queue.basis, world.memory))


def told(cases: Iterable[Case]) -> dict[PersonKey, tuple[Case, str]]:
    """Everything of every case, what is left out of comparing included."""
    return {each.key: (each, repr(each)) for each in cases}


def test_what_was_decided_is_kept_though_the_queue_is_not_worked_out_anew_any_more(world: ConflictWorld) -> None:
    queue = world.queue()
    with pytest.raises(StoppedOnRequest):
        decide_case(world.stopped_context(), queue, key(REUSED), Verdict("leave"))
    assert world.memory.decisions == {key(REUSED): Decision("leave")}


def test_T16_nothing_is_decided_while_a_run_is_active(world: ConflictWorld) -> None:
    queue = world.queue()
    with RunLock(world.context.places.lock_file), pytest.raises(AnotherRunActive):
        world.decide(queue, REUSED, "leave")
    assert not world.memory.decisions


def test_what_was_read_before_a_run_or_other_settings_decides_nothing_any_more(world: ConflictWorld) -> None:
    queue = world.queue()
    world.now += MOST_AGE + timedelta(seconds=1)
    assert refused(world, queue, REUSED, "leave") == "reading_outdated"
    queue = world.queue()
    world.sync()
    assert refused(world, queue, REUSED, "leave") == "reading_outdated"
    queue = world.queue()
    world.arena.save(sync={"protect": ["somebody"]})
    assert refused(world, queue, REUSED, "leave") == "reading_outdated"
    assert world.decide(queue, UNDONE, "forget").stale  # taken back all the same, and what is shown may be over
    assert not world.memory.held


def test_a_decision_of_the_command_line_is_in_the_queue_and_the_other_way_round(world: ConflictWorld) -> None:
    account = world.account(FORMER)
    assert world.arena.run("decide", f"main:{RECREATED}", "--link", account).code == 0
    queue = world.queue()
    assert case(queue, RECREATED).decision == Decision("link", account)
    world.decide(queue, REUSED, "leave")
    answer = world.arena.run("decide", f"main:{REUSED}", "--forget")
    assert answer.json["forgotten"] is True


def test_I6_nobody_loses_an_account_that_was_given_to_him_since_the_queue_was_read(world: ConflictWorld) -> None:
    queue = world.queue()
    account = case(queue, UNCERTAIN).candidates[0].learn_id
    assert case(queue, UNCERTAIN).candidates[0].holder is None
    assert world.arena.run("decide", f"main:{SEVERAL}", "--link", account).code == 0
    assert refused(world, queue, UNCERTAIN, "link", account) == "reading_outdated"
    holder = case(world.queue(), UNCERTAIN).candidates[0].holder
    assert holder is not None
    assert holder.key == key(SEVERAL)
    assert world.decide(world.queue(), UNCERTAIN, "link", account).case(key(SEVERAL)) is not None  # seen, and meant


def test_somebody_decided_about_whose_card_is_gone_can_still_be_taken_back(world: ConflictWorld) -> None:
    world.decide(world.queue(), REUSED, "leave")
    world.arena.main.world.delete_person(REUSED)
    queue = world.queue()
    gone = case(queue, REUSED)
    assert (gone.kind, gone.standing, gone.name) == ("decided", "gone", f"main:{REUSED}")
    assert world.decide(queue, REUSED, "forget").case(key(REUSED)) is None


def test_a_reading_can_be_stopped_and_leaves_nothing_behind(world: ConflictWorld) -> None:
    before = world.memory
    with pytest.raises(StoppedOnRequest):
        read_queue(world.stopped_context())
    assert world.memory == before


def test_a_queue_without_its_reading_decides_nothing(world: ConflictWorld) -> None:
    queue = Queue((), world.now)
    with pytest.raises(WrongUsage):
        world.decide(queue, REUSED, "leave")
