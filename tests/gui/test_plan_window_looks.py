"""The window of a plan: both languages, the keyboard, assistive programs, room, and 20,000 changes."""

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.storage.journal import Journal
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.gui.plan_watch import LEAVERS, Watched, stopped, watched
from tests.gui.test_preview_widget import Heart
from tests.gui_e2e.eye import controls, label_of
from tests.screens import screens_plan
from tests.screens.looking import LongWords, untranslated_text
from tests.screens.screens_preview import change, summary_of

pytestmark = pytest.mark.usefixtures("dressed")


# Language, keyboard, room


def test_everything_speaks_another_language_at_once(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        found.window.retranslate(Words("ru"))
        assert found.window.page.title.text() == "Ничего не записано: план больше предела"
        said = " ".join(found.said())
        for english in ("Approve", "Apply", "Show the list", "Cancel", "Read both", "limit", "deactivat"):
            assert english not in said
        assert "Применить 1\N{NO-BREAK SPACE}изменение без деактиваций" in said
        found.made.keep_secret("learn.password", "wrong")
        found.window.preview_now()
        found.until(lambda: found.window.work.work is None)
        assert any("не принял пароль" in each for each in found.said())


def test_nothing_is_cut_off_or_left_untranslated(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        run = stopped(found)
        found.window.resize(1024, 700)
        found.window.retranslate(LongWords())
        found.open(run)
        for _ in range(3):
            QApplication.processEvents()
        assert_nothing_cut(qtbot, found.window)
        known = ("Склад", "Learn", "main")
        assert [each for each in untranslated_text(found.window) if each not in known] == []


STATES = (
    screens_plan.limits,
    screens_plan.preview,
    screens_plan.differs,
    screens_plan.reading,
    screens_plan.writing,
    screens_plan.written,
    screens_plan.nothing,
    screens_plan.doubt,
    screens_plan.failed,
    screens_plan.broke,
)


@pytest.mark.parametrize("build", STATES, ids=lambda build: build.__name__)
def test_no_state_of_the_window_is_cut_off_or_untranslated(
    build: Callable[[Words], QWidget], qtbot: QtBot, palette: str
) -> None:
    window = build(LongWords())
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    for _ in range(3):
        QApplication.processEvents()
    assert_nothing_cut(qtbot, window)
    known = ("Склад", "Learn", "main", "Павлов", "Ким Ольга")
    assert [each for each in untranslated_text(window) if not each.startswith(known)] == []


def test_assistive_programs_hear_what_is_seen_on_every_control(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        heard = []
        for control in controls(found.window):
            name = QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
            seen = label_of(control)
            assert name, control
            assert seen is None or name == seen
            heard.append(name)
        assert {"Approve exactly this list…", "Show the list", "Name, e-mail or ID", "Changes"} <= set(heard)


def test_the_keyboard_reaches_everything_and_escape_closes(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        found.window.activateWindow()
        qtbot.waitUntil(found.window.isActiveWindow)
        found.window.again.setFocus()
        reached = []
        for _ in range(12):
            QTest.keyClick(QApplication.focusWidget() or found.window, Qt.Key.Key_Tab)
            reached.append(QApplication.focusWidget())
        names = [each.text() for each in reached if isinstance(each, QAbstractButton)]
        assert names[:4] == [
            "Show the list",
            "Apply 1 change without deactivations",
            "Approve exactly this list…",
            "Cancel",
        ]
        assert found.window.plan.table in reached
        found.window.plan.search.setFocus()
        QTest.keyClicks(found.window.plan.search, "abc")
        QTest.keyClick(found.window.plan.search, Qt.Key.Key_Escape)
        assert found.window.isVisible()
        QTest.keyClick(found.window.plan.table, Qt.Key.Key_Escape)
        assert not found.window.isVisible()


def test_a_closed_window_stops_reading_and_a_running_sync_can_be_asked_to_stop(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.window.preview_now()
        found.window.close()
        assert not found.tasks.busy
        found.window.show()
        found.open(stopped(found))
        wanted: list[None] = []
        found.window.stop_wanted.connect(lambda: wanted.append(None))
        found.approve()
        found.press("Stop the sync")
        assert wanted == [None]
        assert found.window.work.work == "writing"


def large_run(found: Watched) -> str:
    """A stored run that a limit stopped: 10,000 deactivations, 10,000 profiles, as the journal keeps it."""
    many = 10_000
    status = ({"status": "active"}, {"status": "inactive"})
    changes = [
        change("user.deactivate", number, f"Фамилия{number % 997} Имя{number}", *status, "department not ticked")
        for number in range(many)
    ]
    changes += [
        change("user.update", number, f"Фамилия{number % 997} Имя{number}", {"job_title": "Менеджер"},
               {"job_title": f"Старший менеджер {number}"}, "changed in Bitrix24")
        for number in range(many, 2 * many)
    ]  # fmt: skip
    hit = {"kind": "user.deactivate", "planned": many, "allowed": 50}
    run, now = "20261122T030000Z-beef", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    people = {"read": 3 * many, "changed": 2 * many, "unchanged": many}
    facts = {"run": run, "command": "sync", "trigger": "schedule", "exit_code": 20, "plan_hash": "ab", "sources": [],
             "started_at": "2026-11-22T03:00:00Z", "finished_at": "2026-11-22T03:00:00Z"}  # fmt: skip
    summary = {**summary_of(changes, people, limits=[hit]), **facts, "counts": {}}
    named = {f"main:{number}": f"Отдел {number % 40}" for number in range(many)}
    departments: dict[str, list[str]] = {}
    for who, name in named.items():
        departments.setdefault(name, []).append(who)
    origins = [["user.deactivate", ["unticked", name, ""], who] for name, who in departments.items()]
    with Journal.open(found.made.home / "journal.db") as journal:
        journal.begin_run("sync", "schedule", now, run_id=run)
        journal.store_plan("ab", {"changes": changes, "limits": [hit], "places": named, "origins": origins}, now)
        journal.finish_run(run, now, 20, counts={}, summary=summary, plan_hash="ab")
    return run


class Pulse(Heart):
    """Tells the windows' thread's own work between two beats, too: what other processes do makes no difference to it."""

    def __init__(self) -> None:
        self.worked, self._before = 0.0, time.thread_time()
        super().__init__()

    def _beat(self) -> None:
        super()._beat()
        now = time.thread_time()
        self.worked = max(self.worked, (now - self._before) * 1000)
        self._before = now

    def rest(self) -> None:
        super().rest()
        self.worked, self._before = 0.0, time.thread_time()


def test_a_stored_plan_of_twenty_thousand_changes_opens_at_once_and_holds_nobody_up(
    tmp_path: Path, qtbot: QtBot
) -> None:
    """The aims are 300 ms and 50 ms at a time; asserted is the process's own work, with room for a busy machine."""
    with watched(tmp_path, qtbot) as found:
        run, took, worked = large_run(found), 9.9, 999.0
        heart = Pulse()
        for _ in range(3):
            QApplication.processEvents()
            heart.rest()
            began = time.process_time()
            found.window.open_run(run)
            found.until(lambda: found.window.work.work is None and found.window.plan.rows.rowCount())
            found.window.plan.table.viewport().repaint()
            took = min(took, time.process_time() - began)
            found.until(lambda: found.window.plan.rows.rowCount() == 10_000)
            qtbot.wait(20)
            worked = min(worked, heart.worked)
        print(f"opened in {took * 1000:.0f} ms, at work for {worked:.0f} ms at a time at most")  # noqa: T201
        assert found.window.limits.isVisible()
        assert took < 0.6
        assert worked < 75


def test_a_large_plan_gives_the_collector_of_cycles_next_to_nothing_to_look_at(tmp_path: Path, qtbot: QtBot) -> None:
    """Its walks over 20,000 changes and their lines held the windows up for 50 to 180 ms."""
    with watched(tmp_path, qtbot) as found:
        run = large_run(found)
        found.open(stopped(found))
        gc.collect()
        before = len(gc.get_objects())
        found.window.open_run(run)
        found.until(lambda: found.window.work.work is None and found.window.plan.rows.rowCount() == 10_000)
        gc.collect()
        more = len(gc.get_objects()) - before
        print(f"{more} more objects to look at")  # noqa: T201
        assert more < 3_000


def test_a_list_of_ten_thousand_is_searched_filtered_and_scrolled_at_once(tmp_path: Path, qtbot: QtBot) -> None:
    """The aim is 100 ms each; asserted is the windows' thread's own work, with room for a busy machine."""
    with watched(tmp_path, qtbot) as found:
        run, plan = large_run(found), found.window.plan
        found.window.open_run(run)
        found.until(lambda: found.window.work.work is None and plan.rows.rowCount() == 10_000)
        bar = plan.table.verticalScrollBar()
        some = next(cause for cause, _ in plan.rows.causes() if "Отдел 7" in cause)
        took = {}
        deeds: dict[str, Callable[[], None]] = {
            "search": lambda: plan.rows.search("имя77"),
            "everybody": lambda: plan.rows.search(""),
            "cause": lambda: plan.rows.filter_cause(some),
            "all causes": lambda: plan.rows.filter_cause(""),
            "scroll": lambda: bar.setValue(bar.maximum() // 2),
        }
        for name, deed in deeds.items():
            began = time.thread_time()
            deed()
            plan.table.viewport().repaint()
            took[name] = (time.thread_time() - began) * 1000
            if name == "cause":
                assert plan.rows.rowCount() == 250
        print({name: round(each) for name, each in took.items()})  # noqa: T201
        assert max(took.values()) < 150


def test_the_plan_is_written_to_a_file_from_here(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.open(stopped(found))
        file = tmp_path / "plan.csv"
        found.window.plan.write(file)
        found.until(lambda: "The plan is written to a file." in found.said())
        assert all(f"Фамилия{id_}" in file.read_text("utf-8-sig") for id_ in LEAVERS)
        found.window.plan.write(tmp_path / "gone" / "plan.csv")
        found.until(lambda: "Try again" in found.said())
