"""Whom an undo holds, in the journal's file: from before each write, and let go where nothing came of it (rule U2)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from b24learn_gui.storage.journal import Journal
from b24learn_gui.sync.changes import Change, Kind

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def change(kind: Kind, number: int) -> Change:
    return Change(kind, "main", number, f"L{number}", "x")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def held(file: Path) -> tuple[set[int], set[int]]:
    """As another process reads it: what is durable by now."""
    with Journal.open_read_only(file) as journal:
        memory = journal.memory()
    return {number for _, number in memory.held}, {number for _, number in memory.held_departments}


def test_what_is_about_to_be_sent_is_held_at_once_and_nothing_else(file: Path) -> None:
    with Journal.open(file) as journal:
        diary = journal.diary(journal.begin_run("undo", "manual", NOW, undoes="run"), holding=True)
        everything = [change("user.update", 1), change("user.move", 2), change("head.set", 1), change("user.move", 1)]
        diary.intend(everything)
        assert held(file) == (set(), set())
        diary.sending(everything[:1])
        assert held(file) == ({1}, set())
        diary.sending(everything[2:3])
        assert held(file) == ({1}, {1})  # person 1 and department 1 are two things
        diary.withdraw(everything[1:2])
        diary.flush()
        assert held(file) == ({1}, {1})


def test_who_was_refused_is_let_go_unless_something_else_of_his_was_sent(file: Path) -> None:
    with Journal.open(file) as journal:
        diary = journal.diary(journal.begin_run("undo", "manual", NOW, undoes="run"), holding=True)
        sent = [change("user.update", 1), change("user.move", 1), change("user.update", 2), change("head.set", 3)]
        diary.intend(sent)
        diary.sending(sent)
        diary.confirm(sent[1])
        for each in (sent[0], sent[2], sent[3]):
            diary.fail(each, "rejected_by_learn")
        diary.flush()
    assert held(file) == ({1}, set())


def test_what_an_undo_before_it_holds_stays_held_whatever_comes_of_this_one(file: Path) -> None:
    with Journal.open(file) as journal:
        first = journal.begin_run("undo", "manual", NOW, undoes="run")
        diary = journal.diary(first, holding=True)
        both = [change("user.update", 1), change("head.set", 3)]
        diary.intend(both)
        diary.sending(both)
        second = journal.begin_run("undo", "manual", NOW, undoes="run")
        diary = journal.diary(second, holding=True)
        diary.intend(both)
        diary.sending(both)
        diary.withdraw(both)
        diary.flush()
        assert held(file) == ({1}, {3})
        mine = journal.held_for("run")
        assert mine.people == {("main", 1)}
        assert mine.departments == {("main", 3)}
        assert journal.held_for(first) == mine
        assert not journal.held_for("another run").people
        journal.release(mine.people, mine.departments)
    assert held(file) == (set(), set())


def test_a_sync_holds_nobody(file: Path) -> None:
    with Journal.open(file) as journal:
        diary = journal.diary(journal.begin_run("sync", "manual", NOW))
        diary.intend([change("user.update", 1)])
        diary.sending([change("user.update", 1)])
    assert held(file) == (set(), set())
