"""The journal: what a planner is told after what a run said, whatever died in between."""

import contextlib
import multiprocessing
import os
import signal
import sqlite3
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from b24learn_gui.company.model import Rights
from b24learn_gui.storage.journal import INTERRUPTED, Journal, JournalDiary, JournalUnusable
from b24learn_gui.storage.journal.schema import MIGRATIONS, SchemaSteps
from b24learn_gui.sync.changes import Change, Kind, Value
from b24learn_gui.sync.memory import (
    Decision,
    DepartmentLink,
    Identity,
    Link,
    Memory,
    PendingCreate,
    Rejection,
)
from b24learn_gui.sync.ports import Diary
from tests.systems import posix_modes

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
RIGHTS = Rights(frozenset({"user", "department"}), 1, admin=True)
SPAWN = multiprocessing.get_context("spawn")


def change(kind: Kind, number: int = 27, learn_id: str | None = None, portal: str = "main", **values: Value) -> Change:
    return Change(kind, portal, number, learn_id, "Ким Ольга", after=values, cause="changed in Bitrix24")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.db") as opened:
        yield opened


def begin(journal: Journal, moment: datetime = NOW) -> JournalDiary:
    return journal.diary(journal.begin_run("sync", "manual", moment))


def done(journal: Journal, *changes: Change, learn_id: str | None = None) -> None:
    diary: Diary = begin(journal)
    diary.intend(changes)
    for one in changes:
        diary.confirm(one, learn_id=learn_id)
    diary.flush()


def person(journal: Journal, number: int = 27) -> Link:
    return journal.memory().people["main", number]


# What follows from a confirmed change


def test_a_new_journal_remembers_nothing(journal: Journal) -> None:
    assert journal.memory() == Memory()


@posix_modes
def test_a_new_journal_is_private(journal: Journal, tmp_path: Path) -> None:
    journal.memory()
    assert stat.S_IMODE((tmp_path / "journal.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "journal.db-wal").stat().st_mode) == 0o600


def test_a_create_links_and_is_pending_until_answered(journal: Journal) -> None:
    create = change("user.create", login="kim", email="kim@example.com")
    diary = begin(journal)
    diary.intend([create])
    assert journal.memory().pending_creates == {("main", 27): PendingCreate("kim", "kim@example.com")}

    diary.confirm(create, learn_id="L1", no_seat=True)
    diary.flush()
    memory = journal.memory()
    assert memory.people == {("main", 27): Link("L1", "created", no_seat=True)}
    assert memory.pending_creates == {}
    assert memory.known == {"main"}


def test_an_adoption_links_and_says_whether_a_person_decided_it(journal: Journal) -> None:
    journal.decide(("main", 2), Decision("link", "L2"))
    done(journal, change("user.adopt", 1, "L1"), change("user.adopt", 2, "L2"))
    assert (person(journal, 1).origin, person(journal, 2).origin) == ("adopted", "decided")


def test_l2_switching_off_and_on_is_remembered(journal: Journal) -> None:
    done(journal, change("user.adopt", learn_id="L1"))
    done(journal, change("user.deactivate", learn_id="L1", status="inactive"))
    assert person(journal).deactivated_by_us
    done(journal, change("user.reactivate", learn_id="L1", status="active"))
    assert not person(journal).deactivated_by_us


def test_l3_a_seat_found_clears_the_mark(journal: Journal) -> None:
    diary = begin(journal)
    diary.confirm(change("user.create"), learn_id="L1", no_seat=True)
    diary.flush()
    assert person(journal).no_seat
    done(journal, change("user.reactivate", learn_id="L1"))
    assert not person(journal).no_seat


def test_h2_the_supervisor_we_set_is_known_until_cleared(journal: Journal) -> None:
    department = change("department.create", 5)
    done(journal, department, learn_id="D5")
    done(journal, change("head.set", 5, "D5", supervisor="main:27"), learn_id="L1")
    assert journal.memory().departments == {("main", 5): DepartmentLink("D5", "L1")}
    journal.link_departments({("main", 5): "D5", ("main", 6): "D6"})
    assert journal.memory().departments["main", 5].supervisor_id == "L1", "the same link again changes nothing"
    done(journal, change("head.clear", 5, "D5", supervisor=""))
    assert journal.memory().departments == {("main", 5): DepartmentLink("D5"), ("main", 6): DepartmentLink("D6")}
    done(journal, change("department.delete", 5, "D5"))
    assert set(journal.memory().departments) == {("main", 6)}


def test_p6_a_rejection_is_kept_with_its_fingerprint_until_an_update_succeeds(journal: Journal) -> None:
    update = Change("user.update", "main", 27, "L1", "Ким", after={"phone": "1"}, fingerprint="f1")
    diary = begin(journal)
    diary.intend([update])
    diary.fail(update, "rejected_by_learn", "Phone is taken")
    diary.flush()
    assert journal.memory().rejections == {("main", 27): Rejection("f1", "Phone is taken")}
    done(journal, update)
    assert journal.memory().rejections == {}


def test_p6_other_failures_are_no_rejections(journal: Journal) -> None:
    diary = begin(journal)
    diary.fail(Change("user.create", "main", 27, None, "Ким", fingerprint="f1"), "department_missing")
    diary.flush()
    assert journal.memory().rejections == {}


def test_p7_a_swap_remembers_what_stood_before_the_first_attempt(journal: Journal) -> None:
    swap = Change("user.update", "main", 27, "L1", "Ким", before={"email": "a@x.example"}, send={"login": "kim"})
    diary = begin(journal)
    diary.intend([swap])
    diary.interim(swap, "b24-main-27@swap.invalid")
    before = {("main", 27): {"email": "a@x.example", "login": "kim"}}
    assert journal.memory().interims == before

    again = Change("user.update", "main", 27, "L1", "Ким", before={"email": "b24-main-27@swap.invalid"})
    second = begin(journal)
    second.intend([again])
    second.interim(again, "b24-main-27@swap.invalid")
    assert journal.memory().interims == before
    second.confirm(again)
    second.flush()
    assert journal.memory().interims == {}


def test_i6_an_account_has_one_person(journal: Journal) -> None:
    done(journal, change("user.adopt", 1, "L1"))
    journal.link_person(("main", 2), "L1")
    assert journal.memory().people == {("main", 2): Link("L1", "decided")}


def test_i5_an_account_created_again_starts_without_the_old_ones_flags(journal: Journal) -> None:
    done(journal, change("user.adopt", learn_id="L1"), change("user.deactivate", learn_id="L1"))
    done(journal, change("user.create"), learn_id="L9")
    assert person(journal) == Link("L9", "created")


# What a killed run leaves


def test_t15_a_lost_answer_is_taken_as_possibly_done(journal: Journal) -> None:
    done(journal, change("user.adopt", 1, "L1"), change("user.adopt", 2, "L2"), change("department.create", 5, "D5"))
    begin(journal).intend(
        [
            change("user.create", 3, login="x", email=None),
            change("user.deactivate", 1, "L1"),
            change("head.set", 5, "D5", supervisor="main:2"),
            change("user.reactivate", 2, "L2"),
        ]
    )
    memory = journal.memory()
    assert memory.pending_creates == {("main", 3): PendingCreate("x", "")}
    assert memory.people["main", 1].deactivated_by_us
    assert memory.departments["main", 5].supervisor_id == "L2"

    done(journal, change("user.reactivate", 1, "L1"), change("head.clear", 5, "D5"), change("user.adopt", 3, "L3"))
    memory = journal.memory()
    assert memory.pending_creates == {}
    assert not memory.people["main", 1].deactivated_by_us, "a later answer settles what was left open"
    assert memory.departments["main", 5].supervisor_id is None


def test_t15_a_head_never_created_cannot_have_been_set(journal: Journal) -> None:
    done(journal, change("department.create", 5, "D5"))
    begin(journal).intend([change("head.set", 5, "D5", supervisor="main:99")])
    assert journal.memory().departments["main", 5].supervisor_id is None


def test_t7_withdrawing_or_failing_settles_this_run_but_not_an_earlier_ones_create(journal: Journal) -> None:
    create = change("user.create", login="old")
    begin(journal).intend([create])
    for end in ("withdraw", "fail"):
        later = begin(journal)
        newer = change("user.create", login="new")
        later.intend([newer])
        assert journal.memory().pending_creates["main", 27].login == "new"
        if end == "withdraw":
            later.withdraw([newer])
        else:
            later.fail(newer, "department_missing")
        later.flush()
        assert journal.memory().pending_creates["main", 27].login == "old"


def _write_and_hang(path: Path, pipe: Connection) -> None:
    with Journal.open(path) as journal:
        diary = begin(journal)
        first, second = change("user.create", 1, login="a"), change("user.create", 2, login="b")
        diary.intend([first, second])
        diary.confirm(first, learn_id="L1")
        diary.flush()
        diary.confirm(second, learn_id="L2")
        pipe.send("ready")
        time.sleep(60)


def test_t15_a_process_killed_between_intending_and_confirming_leaves_a_pending_create(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=_write_and_hang, args=(path, there))
    process.start()
    assert process.pid is not None
    assert here.poll(30)
    assert here.recv() == "ready"
    os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.join()
    process.close()
    here.close()
    there.close()

    with Journal.open(path) as journal:
        memory = journal.memory()
        (run,) = journal.runs()
        states = [(recorded.change.bitrix24_id, recorded.state) for recorded in journal.changes(run.id)]
    assert memory.people == {("main", 1): Link("L1", "created")}
    assert memory.pending_creates == {("main", 2): PendingCreate("b", "")}
    assert (run.finished_at, run.exit_code) == (None, None)
    assert states == [(1, "done"), (2, "intended")]


def test_what_was_confirmed_is_stored_even_if_an_error_ends_the_run(tmp_path: Path) -> None:
    create = change("user.create")

    def run_into_a_defect() -> None:
        with Journal.open(tmp_path / "journal.db") as journal:
            diary = begin(journal)
            diary.intend([create])
            diary.confirm(create, learn_id="L1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_into_a_defect()
    with Journal.open_read_only(tmp_path / "journal.db") as journal:
        assert person(journal).learn_id == "L1"


def test_answers_are_grouped_and_a_group_grows_no_older_than_a_second(journal: Journal) -> None:
    seconds = iter([0.0, 0.0, 0.5, 1.0, 1.0])
    run_id = journal.begin_run("sync", "manual", NOW)
    diary = JournalDiary(journal._store, 1, clock=lambda: next(seconds))
    creates = [change("user.create", number) for number in (1, 2)]
    diary.intend(creates)
    diary.confirm(creates[0], learn_id="L1")
    assert [recorded.state for recorded in journal.changes(run_id)] == ["intended", "intended"]
    diary.confirm(creates[1], learn_id="L2")
    assert [recorded.state for recorded in journal.changes(run_id)] == ["done", "done"]


# Runs, plans, portals


def test_a_run_is_told_again_as_it_was(journal: Journal) -> None:
    run_id = journal.begin_run("sync", "schedule", NOW, partial=True, undoes="other")
    assert run_id.startswith("20261122T030000Z-")
    diary = journal.diary(run_id)
    update = Change(
        "user.update", "main", 27, "L1", "Ким", before={"job_title": None}, after={"job_title": "Менеджер"}, cause="c"
    )
    create, head = change("user.create", 3), change("head.set", 5, "D5", supervisor="main:3")
    diary.intend([update, create, head])
    diary.fail(update, "rejected_by_learn", "no")
    diary.confirm(create, learn_id="L3")
    diary.confirm(head, learn_id="L3")
    journal.finish_run(
        run_id, NOW + timedelta(seconds=41), 10, counts={"user.create": 1}, summary={"run": run_id}, plan_hash="h"
    )
    (listed,) = journal.runs()
    found = journal.run(run_id)

    assert found is not None
    assert (listed.command, listed.trigger, listed.partial, listed.undoes) == ("sync", "schedule", True, "other")
    assert (listed.started_at, listed.finished_at, listed.exit_code) == (NOW, NOW + timedelta(seconds=41), 10)
    assert (listed.counts, listed.plan_hash, listed.summary) == ({"user.create": 1}, "h", None)
    assert found.summary == {"run": run_id}
    first, second, third = journal.changes(run_id)
    assert (first.change, first.state, first.code, first.message) == (update, "failed", "rejected_by_learn", "no")
    assert (second.change.learn_id, second.state) == ("L3", "done")
    assert (third.change.learn_id, third.result_id) == ("D5", "L3")
    assert journal.run("unknown") is None
    with pytest.raises(KeyError):
        journal.diary("unknown")


def test_the_last_success_is_a_whole_sync_that_ended_0_or_10(journal: Journal) -> None:
    assert journal.last_success() is None
    endings = [("sync", 0, False), ("sync", 10, False), ("sync", 0, True), ("preview", 0, False), ("sync", 30, False)]
    ids = []
    for command, exit_code, partial in endings:
        ids.append(journal.begin_run(command, "manual", NOW, partial=partial))
        journal.finish_run(ids[-1], NOW, exit_code, counts={}, summary={})
    journal.begin_run("sync", "manual", NOW)
    last = journal.last_success()
    assert last is not None
    assert last.id == ids[1]


def test_plans_and_facts_come_back(journal: Journal) -> None:
    journal.store_plan("h", {"changes": [{"name": "Ким"}]}, NOW)
    journal.set_fact("api_base", "https://learn.example.com/api/v2")
    journal.set_fact("api_base", "https://learn.example.com")
    assert journal.plan("h") == {"changes": [{"name": "Ким"}]}
    assert journal.plan("g") is None
    assert (journal.fact("api_base"), journal.fact("none")) == ("https://learn.example.com", None)


def test_a_portals_good_run_is_remembered_and_whole_stays_whole(journal: Journal) -> None:
    done(journal, change("user.adopt", learn_id="L1"))
    who = Identity("Ким Ольга", "kim@example.com", active=False)
    journal.remember_portal("main", {27: who, 28: who}, RIGHTS, whole=True)
    assert journal.memory().people == {
        ("main", 27): Link("L1", "adopted", was_active=False, name="Ким Ольга", email="kim@example.com")
    }
    fewer = Rights(frozenset({"user"}), None, admin=False)
    journal.remember_portal("main", {}, fewer)
    assert journal.memory().rights == {"main": fewer}
    assert journal.memory().whole == {"main"}


def test_q2_accepting_rights_changes_nothing_else(journal: Journal) -> None:
    journal.accept_rights("new", RIGHTS)
    assert journal.memory() == Memory(rights={"new": RIGHTS})


def test_u2_holds_decisions_and_links_are_kept_until_taken_back(journal: Journal) -> None:
    key = ("main", 27)
    done(journal, change("user.adopt", learn_id="L1"))
    journal.end_undo("run", unlink=[], hold=[key])
    journal.decide(key, Decision("leave"))
    assert journal.memory().held == {key}
    assert journal.memory().decisions == {key: Decision("leave")}
    journal.release([key])
    assert journal.forget_decision(key)
    assert not journal.forget_decision(key)
    journal.end_undo("run", unlink=[key], hold=[])
    assert journal.memory() == Memory(known=frozenset({"main"}))


def test_L2_a_deactivation_never_answered_stays_known_of_its_account_through_a_decision_and_back(
    journal: Journal,
) -> None:
    former, newcomer = ("main", 27), ("main", 50)
    done(journal, change("user.adopt", learn_id="L1"))
    begin(journal).intend([change("user.deactivate", 27, "L1", status="inactive")])
    journal.decide(newcomer, Decision("link", "L1"))
    assert journal.memory().people[newcomer].deactivated_by_us
    journal.forget_decision(newcomer)
    assert journal.memory().people[former].deactivated_by_us
    journal.decide(newcomer, Decision("link", "L1"))
    done(journal, change("user.reactivate", 50, "L1", status="active"))
    journal.forget_decision(newcomer)
    assert journal.memory().people[former] == Link("L1", "adopted")


def test_L2_a_deactivation_never_answered_says_nothing_of_the_account_that_a_decision_gives(journal: Journal) -> None:
    done(journal, change("user.adopt", learn_id="L1"))
    begin(journal).intend([change("user.deactivate", 27, "L1", status="inactive")])
    journal.decide(("main", 27), Decision("link", "L2"))
    assert not journal.memory().people["main", 27].deactivated_by_us


@pytest.mark.parametrize(
    "decided",
    [
        {27: "L2", 50: "L1"},  # two exchange their accounts
        {27: "L2", 50: "L3", 60: "L1"},  # three in a circle
        {27: "L2", 60: "L2"},  # the account that was given away is given on
        {27: "L3", 50: "L3", 60: "L3"},
        {99: "L2", 50: "L2", 60: "L2"},
    ],
    ids=["exchange", "circle", "given on", "back to its holder", "back and on again"],
)
def test_I6_links_stand_as_before_whichever_of_several_decisions_is_taken_back_first(
    tmp_path: Path, decided: Mapping[int, str]
) -> None:
    for order in permutations(decided):
        with Journal.open(tmp_path / f"{order}.db") as journal:
            for number, learn_id in ((27, "L1"), (50, "L2"), (60, "L3")):
                done(journal, change("user.adopt", number, learn_id))
            before = journal.memory().people
            for number, learn_id in decided.items():
                journal.decide(("main", number), Decision("link", learn_id))
            for number in order:
                journal.forget_decision(("main", number))
            assert journal.memory().people == before, order


def test_L2_an_account_that_a_decision_left_alone_is_known_as_switched_off_to_whoever_is_given_it(
    journal: Journal,
) -> None:
    one, other = ("main", 27), ("main", 50)
    done(journal, change("user.adopt", 27, "L1"), change("user.adopt", 50, "L2"))
    done(journal, change("user.deactivate", 27, "L1", status="inactive"))
    before = journal.memory().people
    journal.decide(one, Decision("link", "L2"))
    journal.decide(other, Decision("link", "L1"))
    assert {key: link.deactivated_by_us for key, link in journal.memory().people.items()} == {one: False, other: True}
    journal.forget_decision(one)
    journal.forget_decision(other)
    assert journal.memory().people == before


def test_names_of_learn_alone_are_bounded_and_the_latest_stay(journal: Journal) -> None:
    journal.remember_called({"first": "Ким Ольга", "again": "Ли Анна"})
    for start in range(0, 3_000, 500):
        journal.remember_called({f"L{number}": f"Somebody {number}" for number in range(start, start + 500)})
        journal.remember_called({"again": f"Ли Анна {start}"})
    called = journal.called()
    assert len(called) <= 2_000
    assert "first" not in called
    assert called["again"] == "Ли Анна 2500"
    assert called["L2999"] == "Somebody 2999"


@pytest.mark.parametrize("value", ["{broken", '["of another shape"]'])
def test_names_that_cannot_be_read_keep_nobody_from_working(journal: Journal, tmp_path: Path, value: str) -> None:
    with sqlite3.connect(tmp_path / "journal.db") as db:
        db.execute("INSERT INTO facts VALUES ('called', ?)", (value,))
    assert journal.called() == {}
    journal.remember_called({"L1": "Ким Ольга"})
    assert journal.called() == {"L1": "Ким Ольга"}


def test_pruning_forgets_old_runs_but_neither_links_nor_open_creates_nor_the_last_success(journal: Journal) -> None:
    ids = []
    for day in range(6):
        moment = NOW + timedelta(days=day)
        ids.append(journal.begin_run("sync", "schedule", moment))
        diary = journal.diary(ids[-1])
        diary.intend([change("user.create", 100 + day, login=f"u{day}")])
        journal.store_plan(f"h{day}", {}, moment)
        exit_code = 0 if day == 1 else 60
        journal.finish_run(ids[-1], moment, exit_code, counts={}, summary={}, plan_hash=f"h{day}")
    before = journal.memory()

    assert journal.prune(NOW + timedelta(days=5), keep_runs=2) == 3
    assert [run.id for run in journal.runs()] == [ids[5], ids[4], ids[1]]
    assert journal.changes(ids[0]) == ()
    assert (journal.plan("h0"), journal.plan("h1")) == (None, {})
    assert journal.memory() == before


# Occurrences


def test_z1_an_occurrence_is_claimed_once_and_answered_once(journal: Journal) -> None:
    name = "2026-11-22T03:00Z"
    assert journal.claim_occurrence(name, "run-1", NOW)
    assert not journal.claim_occurrence(name, "run-2", NOW)
    (claim,) = journal.unanswered_claims()
    assert (claim.occurrence, claim.run_id, claim.outcome) == (name, "run-1", None)
    assert journal.answer_occurrence(name, "done", NOW, "as planned")
    assert not journal.answer_occurrence(name, "failed", NOW)
    assert not journal.claim_occurrence(name, "run-3", NOW)
    (row,) = journal.occurrences()
    assert (row.run_id, row.outcome, row.reason, row.answered_at) == ("run-1", "done", "as planned", NOW)


def test_z1_a_missed_occurrence_is_answered_without_a_claim_and_cannot_be_claimed_after(journal: Journal) -> None:
    assert journal.answer_occurrence("2026-11-22T03:00Z", "skipped", NOW, "asleep")
    assert not journal.claim_occurrence("2026-11-22T03:00Z", "run", NOW)


def test_z1_claims_of_dead_processes_become_interrupted(journal: Journal) -> None:
    journal.answer_occurrence("2026-11-21T03:00Z", "done", NOW)
    journal.claim_occurrence("2026-11-22T03:00Z", "run", NOW)
    assert journal.interrupt_claims(NOW) == ("2026-11-22T03:00Z",)
    assert [row.outcome for row in journal.occurrences()] == [INTERRUPTED, "done"]
    assert journal.unanswered_claims() == ()


def test_old_occurrences_are_forgotten_but_neither_the_newest_nor_the_unanswered(journal: Journal) -> None:
    for day in range(1, 7):
        journal.claim_occurrence(f"2026-11-0{day}T03:00Z", "run", NOW)
        if day != 2:
            journal.answer_occurrence(f"2026-11-0{day}T03:00Z", "done", NOW)
    journal.prune(NOW + timedelta(days=1), keep_occurrences=2)
    assert [row.occurrence[8:10] for row in journal.occurrences()] == ["06", "05", "02"]


def _claim(path: Path, number: int) -> bool:
    with Journal.open(path) as journal:
        return journal.claim_occurrence("2026-11-22T03:00Z", f"run-{number}", NOW)


def test_t16_of_processes_that_make_the_journal_and_claim_at_once_exactly_one_wins(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=SPAWN) as pool:
        wins = list(pool.map(_claim, [tmp_path / "journal.db"] * 12, range(12)))
    assert wins.count(True) == 1


# The file


def test_t21_reading_only_changes_nothing_and_needs_no_file(tmp_path: Path) -> None:
    path = tmp_path / "home" / "journal.db"
    with Journal.open_read_only(path) as journal:
        assert journal.memory() == Memory()
        assert journal.runs() == ()
    assert list(tmp_path.iterdir()) == []

    with Journal.open(path) as journal:
        done(journal, change("user.adopt", learn_id="L1"))
    data = path.read_bytes()
    with Journal.open_read_only(path) as journal:
        assert set(journal.memory().people) == {("main", 27)}
        with pytest.raises(JournalUnusable):
            journal.set_fact("a", "b")
    assert path.read_bytes() == data


def test_t21_reading_only_sees_what_a_running_sync_has_stored_and_does_not_hinder_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as writer, Journal.open_read_only(path) as reader:
        done(writer, change("user.adopt", learn_id="L1"))
        assert set(reader.memory().people) == {("main", 27)}
        done(writer, change("user.adopt", 28, learn_id="L2"))
        assert len(reader.memory().people) == 2


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """As somebody whom modes concern: they do not concern root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="directories without leave to write are a matter of this system's modes")
def test_reading_only_works_in_a_place_that_cannot_be_written() -> None:
    with tempfile.TemporaryDirectory() as name:  # and not below a directory that is root's alone
        path = Path(name) / "journal.db"
        with Journal.open(path) as journal:
            done(journal, change("user.adopt", learn_id="L1"))
        path.chmod(0o444)
        path.parent.chmod(0o555)
        with without_privileges():
            with Journal.open_read_only(path) as journal:
                assert set(journal.memory().people) == {("main", 27)}
            with pytest.raises(JournalUnusable) as caught:
                Journal.open(path)
        path.parent.chmod(0o700)
    assert caught.value.code == "journal_not_accessible"


def one_more_step() -> SchemaSteps:
    steps = SchemaSteps([*MIGRATIONS.steps])

    @steps.step
    def rename_everybody(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE people SET name = 'migrated'")

    return steps


def test_an_older_journal_is_copied_then_migrated_and_the_copy_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as journal:
        done(journal, change("user.adopt", learn_id="L1"))

    with Journal.open_read_only(path, one_more_step()) as journal:
        assert person(journal).name == "migrated"
    assert not (tmp_path / "journal.db.version-1").exists(), "reading migrates in memory alone"
    with Journal.open(path, one_more_step()) as journal:
        assert person(journal).name == "migrated"
    with Journal.open(tmp_path / "journal.db.version-1") as journal:
        assert person(journal).name == ""
    for opening in (Journal.open, Journal.open_read_only):
        with pytest.raises(JournalUnusable) as caught:
            opening(path)
        assert (caught.value.code, caught.value.exit_code) == ("journal_newer", 70)
        assert (caught.value.detail["found"], caught.value.detail["known"]) == (2, 1)


def test_a_migration_that_fails_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as journal:
        done(journal, change("user.adopt", learn_id="L1"))
    steps = one_more_step()

    @steps.step
    def stumble(_: sqlite3.Connection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Journal.open(path, steps)
    with Journal.open(path) as journal:
        assert person(journal).name == ""


def test_a_damaged_or_foreign_file_is_named_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"this is no database, and was never one" * 40)
    foreign = tmp_path / "foreign.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    for file in (path, foreign):
        data = file.read_bytes()
        for opening in (Journal.open, Journal.open_read_only):
            with pytest.raises(JournalUnusable) as caught:
                opening(file)
            assert caught.value.code == "journal_damaged"
        assert file.read_bytes() == data


def test_a_page_damaged_in_the_middle_is_named_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as journal:
        done(journal, *(change("user.adopt", number, f"L{number}") for number in range(5000)))
    size = path.stat().st_size
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * (size - 8192))
    with pytest.raises(JournalUnusable) as caught, Journal.open(path) as journal:
        journal.memory()
    assert caught.value.code == "journal_damaged"


def test_a_place_that_cannot_hold_a_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalUnusable) as caught:
        Journal.open(tmp_path / "file" / "journal.db")
    assert caught.value.code == "journal_not_accessible"


def test_a_full_disk_is_named_and_what_was_stored_stays(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        done(journal, change("user.adopt", learn_id="L1"))
        journal._store._connection.execute("PRAGMA max_page_count = 30")
        with pytest.raises(JournalUnusable) as caught:
            journal.set_fact("a", "x" * 1_000_000)
        assert caught.value.code == "journal_not_accessible"
        assert person(journal).learn_id == "L1"


def test_a_hundred_thousand_people_are_stored_and_recalled_in_seconds(journal: Journal) -> None:
    """Bounds are the promised ones; measured on one core it takes about a third of them."""
    creates = [change("user.create", number, login=f"user{number}") for number in range(100_000)]
    diary = begin(journal)
    diary.intend(creates)
    started = time.process_time()
    for number, create in enumerate(creates):
        diary.confirm(create, learn_id=f"L{number}")
    diary.flush()
    confirmed = time.process_time()
    memory = journal.memory()
    recalled = time.process_time()

    assert len(memory.people) == 100_000
    assert confirmed - started < 5
    assert recalled - confirmed < 1.5


def test_a_journal_that_another_process_does_not_let_go_is_named(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as first, Journal.open(tmp_path / "journal.db") as second:
        second._store._connection.execute("PRAGMA busy_timeout = 10")
        with first._store.transaction(), pytest.raises(JournalUnusable) as caught:
            second.set_fact("a", "b")
        assert (caught.value.code, caught.value.exit_code) == ("journal_busy", 70)
        second.set_fact("a", "b")
        assert first.fact("a") == "b"


def test_moves_and_renames_change_no_link_and_a_create_without_an_id_is_a_defect(journal: Journal) -> None:
    done(journal, change("user.adopt", learn_id="L1"), change("department.create", 5, "D5"))
    before = journal.memory()
    done(
        journal, change("user.move", learn_id="L1"), change("department.update", 5, "D5"), change("department.move", 5)
    )
    assert journal.memory() == before
    for nameless in (change("user.create", 9), change("head.set", 5, "D5", supervisor="main:9")):
        with pytest.raises(ValueError, match="without the id"):
            done(journal, nameless)


def test_a_moment_without_a_zone_is_refused(journal: Journal) -> None:
    with pytest.raises(ValueError, match="time zone"):
        journal.begin_run("sync", "manual", NOW.replace(tzinfo=None))
