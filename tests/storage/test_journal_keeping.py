"""How long runs are kept: by age and by size, and what is never forgotten; the room goes back to the disk."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from b24learn_gui.errors import SyncError
from b24learn_gui.service import run as service_run
from b24learn_gui.service.run import KEEP_AT_LEAST, KEEP_FOR, SyncRequest, sync
from b24learn_gui.storage.journal import Journal, JournalUnusable
from b24learn_gui.sync.changes import Change
from tests.cli.home import served
from tests.service.test_support import context_of

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NOISE = random.Random(7)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.db") as opened:
        yield opened


def run(
    journal: Journal,
    days: float,
    *,
    kilobytes: int = 40,
    command: str = "sync",
    exit_code: int = 60,
    undoes: str | None = None,
    plan: str | None = None,
) -> str:
    """A finished run of so many days ago that takes about so much room."""
    at = NOW - timedelta(days=days)
    name = journal.begin_run(command, "manual", at, undoes=undoes)
    summary = {"noise": NOISE.randbytes(kilobytes * 500).hex(), "problems": []}
    if plan is not None:
        journal.store_plan(plan, summary, at)
    journal.finish_run(name, at, exit_code, counts={}, summary=summary, plan_hash=plan)
    return name


def kept(journal: Journal) -> list[str]:
    return [record.id for record in journal.runs(1_000)]


def size(journal: Journal, tmp_path: Path) -> int:
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        pages, free, page = (
            db.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * page)


def test_the_oldest_go_first_until_the_size_is_right(journal: Journal, tmp_path: Path) -> None:
    runs = [run(journal, 200 - n) for n in range(50)]
    assert size(journal, tmp_path) > 900_000
    gone = journal.prune_to_size(600_000, NOW - KEEP_AT_LEAST, keep_runs=5)
    assert size(journal, tmp_path) <= 600_000
    assert gone > 10
    assert kept(journal) == runs[gone:][::-1]
    assert journal.prune_to_size(600_000, NOW - KEEP_AT_LEAST, keep_runs=5) == 0


def test_previews_go_before_runs_that_wrote(journal: Journal) -> None:
    wrote = [run(journal, 300 - n) for n in range(10)]
    looked = [run(journal, 200 - n, command="preview", plan=f"plan-{n}") for n in range(10)]
    newest = run(journal, 1)
    journal.prune_to_size(600_000, NOW - KEEP_AT_LEAST, keep_runs=1)
    assert set(wrote) < set(kept(journal))
    assert newest in kept(journal)
    assert len(set(looked) & set(kept(journal))) < 8
    assert journal.plan("plan-0") is None


def test_nothing_of_the_last_ninety_days_goes_however_large_it_is(journal: Journal) -> None:
    assert timedelta(days=90) == KEEP_AT_LEAST < KEEP_FOR
    run(journal, 90.1)
    recent = [run(journal, days) for days in (89.9, 60, 30, 2, 1)]
    journal.prune_to_size(1, NOW - KEEP_AT_LEAST, keep_runs=0)
    assert set(kept(journal)) == set(recent)


@pytest.mark.parametrize("by", ["age", "size"])
@pytest.mark.parametrize("held", ["person", "department"])
def test_what_somebody_still_needs_is_never_forgotten(journal: Journal, by: str, held: str) -> None:
    run(journal, 499)
    undone = run(journal, 498)
    undo = run(journal, 497, command="undo", undoes=undone, exit_code=0)
    if held == "person":
        journal.end_undo(undo, unlink=(), hold=[("main", 27)])
    else:
        renamed = Change("department.update", "main", 27, "d27", "x", {"name": "a"}, {"name": "b"}, "undo")
        journal.diary(undo, holding=True).sending([renamed])
    success = run(journal, 496, exit_code=0)
    run(journal, 495)
    waits = run(journal, 494, exit_code=20, plan="waits")
    run(journal, 493, command="preview")
    newest = run(journal, 492, command="preview")
    if by == "age":
        journal.prune(NOW, keep_runs=1)
    else:
        journal.prune_to_size(1, NOW, keep_runs=1)
    assert kept(journal) == [newest, waits, success, undo, undone]
    assert journal.plan("waits") is not None
    journal.release([("main", 27)], [("main", 27)])
    journal.prune_to_size(1, NOW, keep_runs=1)
    assert kept(journal) == [newest, waits, success]


def test_the_disk_gets_the_room_back_and_the_rest_is_as_it_was(journal: Journal, tmp_path: Path) -> None:
    file, log = tmp_path / "journal.db", tmp_path / "journal.db-wal"
    for n in range(30):
        run(journal, 200 - n, kilobytes=400)
    last = journal.begin_run("sync", "manual", NOW)
    diary = journal.diary(last)
    changes = [
        Change("user.update", "main", n, f"a{n}", "x", {"phone": "1"}, {"phone": "2"}, "c") for n in (5, 3, 9, 1)
    ]
    diary.intend(changes)
    diary.flush()
    journal.finish_run(last, NOW, 0, counts={}, summary={})
    before, large = journal.run(last), file.stat().st_size + log.stat().st_size
    with Journal.open_read_only(file) as other:  # somebody reads meanwhile
        assert len(other.runs()) == 31
        journal.prune_to_size(1_000_000, NOW - KEEP_AT_LEAST, keep_runs=1)
        assert journal.give_back()
        assert len(other.runs()) < 10
    assert not journal.give_back()  # once is enough
    assert file.stat().st_size + log.stat().st_size < large / 4
    assert journal.run(last) == before
    assert [recorded.change.bitrix24_id for recorded in journal.changes(last)] == [5, 3, 9, 1]
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_little_room_is_not_worth_writing_the_file_anew(journal: Journal, tmp_path: Path) -> None:
    for n in range(10):
        run(journal, 200 - n)
    journal.prune_to_size(1, NOW, keep_runs=1)
    before = (tmp_path / "journal.db").stat().st_ino
    assert not journal.give_back()
    assert (tmp_path / "journal.db").stat().st_ino == before


def test_a_sync_forgets_what_is_too_large_and_ends_well_even_if_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_run, "KEEP_BYTES", 1)
    with served(tmp_path) as home:
        context = context_of(home)
        context.places.prepare()
        with Journal.open(context.places.journal_file) as journal:
            monkeypatch.setattr(Journal.prune_to_size, "__kwdefaults__", {"keep_runs": 1})
            at = context.now() - timedelta(days=100)
            old = journal.begin_run("sync", "manual", at)
            journal.finish_run(old, at, 60, counts={}, summary={})
        assert sync(context, SyncRequest())["exit_code"] == 0
        with Journal.open_read_only(context.places.journal_file) as journal:
            assert old not in kept(journal)

        def full(*_: object, **__: object) -> int:
            raise JournalUnusable("journal_not_accessible", file="x", reason="disk full")

        monkeypatch.setattr(Journal, "prune_to_size", full)
        try:
            assert sync(context, SyncRequest())["exit_code"] == 0
        except SyncError as error:  # pragma: no cover - what this test is about
            pytest.fail(f"a run ended by {error.code}")
