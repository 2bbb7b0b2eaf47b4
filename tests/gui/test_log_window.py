"""The log viewer: what a run did to whom, live, filtered, by keyboard, in both languages, and a million records."""

import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.kit.buttons import Link
from b24learn_gui.gui.log_window.asking import PAGE
from b24learn_gui.gui.log_window.record_model import KEPT_PAGES, KIND, TIME, WHAT, WHO
from b24learn_gui.gui.log_window.support_dialog import SupportDialog
from b24learn_gui.gui.log_window.window import LogWindow
from b24learn_gui.gui.message import Message
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.log_reading import Story
from b24learn_gui.storage.journal import Journal, JournalUnusable
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.storage.log_records import LogRecord, Segment
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, untranslated_text
from tests.screens.screens_log import NOW, RUNNING, ZONE, context_of, fill
from tests.storage.test_log_records import many_lines

pytestmark = pytest.mark.usefixtures("dressed")

EN = Words("en")
Open = Callable[..., LogWindow]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def opened(qtbot: QtBot, home: Path) -> Iterator[Open]:
    tasks = Tasks()

    def open_(words: Words = EN, run: str = "") -> LogWindow:
        window = LogWindow(context_of(home, words), tasks, words, zone=ZONE)
        qtbot.addWidget(window)
        window.open_run(run)
        return window

    yield open_
    assert tasks.close()


def ended(home: Path) -> None:
    fill(context_of(home, EN).places, finished=True)


def text(window: LogWindow, row: int, column: int = WHAT) -> str:
    return str(window.rows.index(row, column).data())


def texts(window: LogWindow, column: int = WHAT) -> list[str]:
    return [text(window, row, column) for row in range(window.rows.rowCount())]


def append(home: Path, *messages: str, run: str = RUNNING, **more: Any) -> None:
    said = {"time": "2026-11-23T09:48:00.000Z", "level": "INFO", "logger": "b24learn_gui.x", "run": run, **more}
    with (home / "logs" / "sync.log").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps({**said, "message": message}) + "\n" for message in messages)


def test_the_newest_run_opens_with_what_it_did_to_whom(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    assert text(window, 5, TIME) == "12:46:07.204"
    assert text(window, 5, KIND) == "Profile"
    assert text(window, 5, WHO) == "Абрамов Игорь"
    assert text(window, 5) == "Job title: Менеджер → Старший менеджер"
    assert "Account created, department “ИТ”" in texts(window)
    assert "Learn refused the change: phone: too short" in texts(window)
    assert "Head set: Павлова Инна" in texts(window)
    assert window.title.text() == "Today, 12:44 — 11 changes, some were left out"
    assert RUNNING in window.detail.text()


def test_the_runs_stand_by_day_with_what_each_came_to(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() > 0)
    rows = [(row.title, row.beside, row.below) for row in window.run_list.shown.rows]
    assert rows[:3] == [
        ("Today", "", ""),
        ("12:44", "by hand", "11 changes, some were left out"),
        ("06:00", "on schedule", "nothing written: the plan deactivates 37 people, the limit is 12"),
    ]
    assert ("Yesterday, 22\u00a0November", "", "") in rows
    assert ("06:00", "on schedule", "27 changes, 4 deactivations") in rows
    window.which.setCurrentIndex(window.which.findData("waiting"))
    assert [row.state for row in window.run_list.shown.rows if row.key[:4] == "2026"] == [
        "warning", "warning", "warning", "failed",
    ]  # fmt: skip


def test_what_the_log_no_longer_holds_is_told_from_the_journal(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    log = home / "logs" / "sync.log"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[-5:]))
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 15)
    assert sorted(texts(window, WHO)).count("Абрамов Игорь") == 1
    assert text(window, 0, TIME) == ""
    assert texts(window, WHO).count("Ким Ольга") == 1
    assert texts(window, WHO).count("Носова Вера") == 1


def test_filters_by_level_kind_person_and_text_narrow_the_list(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)

    def shown(count: int) -> list[str]:
        qtbot.waitUntil(lambda: window.rows.rowCount() == count)
        return texts(window, WHO)

    window.levels.setCurrentIndex(window.levels.findData("3"))
    assert shown(1) == ["Носова Вера"]
    window.levels.setCurrentIndex(0)
    window.kinds.setCurrentIndex(window.kinds.findData("user.move"))
    assert shown(2) == ["Павлова Инна", "Чернова Яна"]
    window.kinds.setCurrentIndex(0)
    window.search.setText("фролов")
    qtbot.waitUntil(lambda: texts(window, WHO) == ["Фролов Глеб"] * 2)
    window.search.setText("менеджер абрамов")
    assert shown(1) == ["Абрамов Игорь"]
    window.search.setText("nobody of this name")
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.empty)
    window.empty.findChildren(QAbstractButton)[0].click()
    shown(20)
    assert window.search.text() == ""


def test_a_running_run_is_followed_only_while_its_end_is_in_sight(qtbot: QtBot, home: Path, opened: Open) -> None:
    fill(context_of(home, EN).places)
    with RunLock(context_of(home, EN).places.lock_file):
        window = opened()
        qtbot.waitUntil(lambda: window.rows.rowCount() == 19)
        assert window.title.text() == "Today, 12:44 — running: 11 of 51"
        assert not window.undo.isEnabled()
        assert not window.report.isEnabled()
        assert "once the run has ended" in window.why_not.text()
        append(home, *(f"m{number}" for number in range(40)))
        qtbot.waitUntil(lambda: window.rows.rowCount() == 59)
        assert window.table.at_end
        assert window.follow.isChecked()
        window.table.verticalScrollBar().setValue(3)
        assert not window.follow.isChecked()
        append(home, "later")
        qtbot.waitUntil(lambda: window.rows.rowCount() == 60)
        assert window.table.verticalScrollBar().value() == 3
        window.follow.click()
        assert window.table.at_end
        append(home, "latest")
        qtbot.waitUntil(lambda: window.rows.rowCount() == 61)
        assert window.table.at_end


def test_a_burst_of_records_makes_at_most_ten_updates_a_second(qtbot: QtBot, home: Path, opened: Open) -> None:
    fill(context_of(home, EN).places)
    with RunLock(context_of(home, EN).places.lock_file):
        window = opened()
        qtbot.waitUntil(lambda: window.run is not None and window.rows.rowCount() == 19)
        told: list[float] = []
        window.rows.rowsInserted.connect(lambda *_: told.append(time.perf_counter()))
        until = time.perf_counter() + 0.8
        while time.perf_counter() < until:
            append(home, "m")
            QTest.qWait(5)
        assert 1 <= len(told) <= 9


def test_turning_the_log_over_while_it_is_shown_loses_and_repeats_nothing(
    qtbot: QtBot, home: Path, opened: Open
) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    log = home / "logs" / "sync.log"
    log.rename(log.with_name("sync.log.1"))
    append(home, "after", level="WARNING")
    qtbot.waitUntil(lambda: window.rows.rowCount() == 21)
    assert texts(window)[-1] == "after"
    log.with_name("sync.log.1").unlink()
    qtbot.waitUntil(lambda: text(window, 0, TIME) == "" and "after" in texts(window))
    assert texts(window, WHO).count("Ким Ольга") == 1


def test_of_a_run_that_goes_on_the_left_out_have_the_names_of_earlier_runs(
    qtbot: QtBot, home: Path, opened: Open
) -> None:
    fill(context_of(home, EN).places)
    with Journal.open(home / "journal.db") as journal:
        left_out = {"object": "person", "portal": "main", "bitrix24_id": 413, "name": "Мартынов Олег",
                    "code": "login_missing", "detail": {}}  # fmt: skip
        run = journal.begin_run("sync", "manual", NOW - timedelta(days=9), run_id="earlier")
        journal.finish_run(run, NOW - timedelta(days=9), 10, counts={}, summary={"problems": [left_out]})
    with RunLock(context_of(home, EN).places.lock_file):
        window = opened(run=RUNNING)
        qtbot.waitUntil(lambda: window.rows.rowCount() == 19)
        assert texts(window, WHO)[7] == "Мартынов Олег"


def test_an_interrupted_run_is_called_so(qtbot: QtBot, home: Path, opened: Open) -> None:
    fill(context_of(home, EN).places)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 19)
    assert window.title.text().endswith("— interrupted")
    assert not window.follow.isVisible()


def test_details_tell_everything_and_copy_it(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    window.table.selectRow(8)
    qtbot.waitUntil(lambda: window.table.viewport().rect().contains(window.table.visualRect(window.rows.index(8, 0))))
    told = window.details.text
    for part in ("Орлов Никита: Profile", "n.orlov@example.com", "414", "b07c41491", "2026-11-23 09:46:21.302 UTC"):
        assert part in told
    window.details.copy.click()
    assert QGuiApplication.clipboard().text() == told
    with qtbot.waitSignal(window.explain) as asked:
        window.details.why.click()
    assert asked.args == ["main:414"]
    window.table.selectRow(5 + 6)  # a head of a department: nobody to explain
    assert not window.details.why.isVisible()
    assert window.details.findChildren(Link) == []  # no settings: the card's address is not known


def test_lines_are_copied_and_saved_as_they_are_seen(qtbot: QtBot, home: Path, tmp_path: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    window.table.setFocus()
    window.table.selectRow(5)
    QTest.keyClick(window.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    line = "12:46:07.204\tProfile\tАбрамов Игорь\tJob title: Менеджер → Старший менеджер"
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == line)
    with qtbot.waitSignal(window.saved):
        window.save_to(tmp_path / "log.txt")
    saved = (tmp_path / "log.txt").read_text("utf-8").splitlines()
    assert saved[5] == line
    assert len(saved) == 20


def test_of_very_many_lines_the_first_are_copied_and_that_is_said(
    qtbot: QtBot, home: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("b24learn_gui.gui.log_window.saving.MOST_COPIED", 7)
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    window.table.setFocus()
    window.table.selectAll()
    QTest.keyClick(window.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.notice.isVisible)
    assert window.notice.text().startswith("Copied are the first 7 of 20 records.")
    assert len(QGuiApplication.clipboard().text().splitlines()) == 7


def test_no_file_is_read_on_the_thread_of_the_windows(
    qtbot: QtBot, home: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(home)
    append(home, *(f"m{number}" for number in range(3_000)))
    read, readers = Segment.read, set()
    slow = threading.Event()

    def watched(segment: Segment, rows: Sequence[int]) -> list[LogRecord | None]:
        readers.add(threading.current_thread())
        if slow.is_set():
            time.sleep(0.05)
        return read(segment, rows)

    monkeypatch.setattr(Segment, "read", watched)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 3_020)
    slow.set()
    window.table.scrollTo(window.rows.index(1_500, 0), window.table.ScrollHint.PositionAtCenter)
    window.table.selectRow(1_500)
    window.table.viewport().repaint()
    assert text(window, 1_500) == "…"  # a place is held for it
    assert not window.details.isVisible()
    qtbot.waitUntil(lambda: text(window, 1_500) == "m1480")
    assert window.details.isVisible()
    assert "m1480" in window.details.text
    for place in (100, 400, 900, 1_200, 1_700, 2_100, 2_500, 2_800):
        window.table.scrollTo(window.rows.index(place, 0), window.table.ScrollHint.PositionAtCenter)
        window.table.viewport().repaint()
    qtbot.waitUntil(lambda: text(window, 2_800) == "m2780")
    qtbot.waitUntil(lambda: not window.rows.reading)
    assert readers
    assert threading.main_thread() not in readers


def test_lines_keep_their_words_while_the_journal_has_more_to_say(qtbot: QtBot, home: Path, opened: Open) -> None:
    fill(context_of(home, EN).places)
    with RunLock(context_of(home, EN).places.lock_file):
        window = opened()
        qtbot.waitUntil(lambda: window.rows.rowCount() == 19)
        teller = window.teller
        append(home, "more")
        blank: list[int] = []

        def told_again() -> bool:
            blank.extend(row for row in range(window.rows.rowCount()) if text(window, row) == "…")
            return window.teller is not teller and not window.rows.reading

        qtbot.waitUntil(told_again, timeout=10_000)
        assert not blank
        assert text(window, 5) == "Job title: Менеджер → Старший менеджер"


def test_a_report_is_written_and_undo_only_asked_for(qtbot: QtBot, home: Path, tmp_path: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    with qtbot.waitSignal(window.undo_run) as asked:
        window.undo.click()
    assert asked.args == [RUNNING]
    with Journal.open(home / "journal.db") as journal:
        run = journal.begin_run("sync", "manual", NOW + timedelta(seconds=1))
        people = dict.fromkeys(("read", "unchanged", "changed", "out_of_scope", "protected", "skipped", "conflict",
                                "failed"), 0)  # fmt: skip
        summary = {"run": run, "started_at": "2026-11-23T09:47:31Z", "exit_code": 0, "people": people, "counts": {},
                   "changes": [], "problems": []}  # fmt: skip
        journal.finish_run(run, NOW, 0, counts={}, summary=summary)
    window.open_run(run)
    qtbot.waitUntil(lambda: window.run is not None and window.run.record.id == run)
    assert not window.undo.isEnabled()
    assert "nothing that could be undone" in window.why_not.text()
    with qtbot.waitSignal(window.saved):
        window.report_to(tmp_path / "report")
    assert (tmp_path / "report.xlsx").stat().st_size > 1_000


def test_a_file_that_cannot_be_written_is_told(qtbot: QtBot, home: Path, tmp_path: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    window.save_to(tmp_path / "nowhere" / "log.txt")
    qtbot.waitUntil(lambda: any(message.isVisible() for message in window.findChildren(Message)))
    assert window.save.isEnabled()


def test_what_a_supporter_would_see_is_shown_before_it_is_saved(
    qtbot: QtBot, home: Path, tmp_path: Path, opened: Open
) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    window.support.click()
    qtbot.waitUntil(lambda: bool(window.findChildren(SupportDialog)))
    (dialog,) = window.findChildren(SupportDialog)
    qtbot.waitUntil(dialog.save.isEnabled)
    shown = []
    for place in range(dialog.names.count()):
        dialog.names.setCurrentRow(place)
        shown.append(dialog.contents.toPlainText())
    assert any("user.update" in each for each in shown)
    assert "Абрамов" not in "".join(shown)
    assert "settings cannot be read" in dialog.state.text()  # there are none, and that is told
    assert "settings_missing" in "".join(shown)
    dialog.save_to(tmp_path / "nowhere" / "a")
    qtbot.waitUntil(dialog.failure.isVisible)
    with qtbot.waitSignal(window.saved):
        dialog.save_to(tmp_path / "a")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert [archive.read(name).decode() for name in archive.namelist()] == shown
    assert window.support.isEnabled()


def test_both_languages_at_once_and_back(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    window.retranslate(Words("ru"))
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20 and "Учётная запись создана" in text(window, 6))
    assert text(window, 5, TIME) == "12:46:07,204"
    assert window.report.text().strip() == "Отчёт для HR…"
    assert window.title.text() == "Сегодня, 12:44 — 11\u00a0изменений, есть пропущенные"
    window.search.setText("создана")
    qtbot.waitUntil(lambda: window.rows.rowCount() == 2)


def test_every_control_is_named_and_no_word_is_cut_or_left_untranslated(
    qtbot: QtBot, home: Path, opened: Open, long_words: LongWords
) -> None:
    ended(home)
    window = opened(long_words)
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    window.resize(1100, 760)
    assert untranslated_text(window) == [window.detail.text()] or untranslated_text(window) == []
    assert_nothing_cut(qtbot, window)
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for control in window.findChildren(kind):
            if control.isVisible() and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert control.accessibleName() or (isinstance(control, QAbstractButton) and control.text())


def test_the_columns_fill_the_table_and_none_sticks_out(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    for size in ((860, 560), (1100, 760)):
        window.resize(*size)
        QTest.qWait(1)
        widths = sum(window.table.columnWidth(column) for column in range(window.rows.columnCount()))
        assert widths == window.table.viewport().width()


def test_keys_alone_lead_through_the_window(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    window.run_list.setFocus()
    QTest.keyClick(window.run_list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.title.text().startswith("Today, 06:00"))
    QTest.keyClick(window.run_list, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.search.hasFocus()
    QTest.keyClicks(window.search, "B07C41991")  # the toolkit's tests type ASCII alone
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.rows.rowCount() == 1)
    assert window.table.hasFocus()
    QTest.keyClick(window.table, Qt.Key.Key_Down)
    assert window.details.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_nothing_yet_and_a_damaged_journal_are_told(qtbot: QtBot, home: Path, opened: Open) -> None:
    window = opened()
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.empty)
    window.close()
    home.mkdir(exist_ok=True)
    (home / "journal.db").write_bytes(b"no database" * 100)
    damaged = opened()
    qtbot.waitUntil(damaged.notice.isVisible)
    assert "journal" in damaged.notice.text().lower()
    (home / "journal.db").unlink()
    ended(home)
    damaged.open_run()
    qtbot.waitUntil(lambda: damaged.rows.rowCount() == 20)
    assert not damaged.notice.isVisible()


def test_a_journal_that_was_busy_for_a_moment_takes_no_record_away(qtbot: QtBot, home: Path, opened: Open) -> None:
    fill(context_of(home, EN).places)
    with RunLock(context_of(home, EN).places.lock_file):
        window = opened()
        qtbot.waitUntil(lambda: window.rows.rowCount() == 19)
        archive, refused = window._archive, list[str]()
        read_story = archive._read_story

        def busy_once(run: str) -> Story:
            if not refused:
                refused.append(run)
                raise JournalUnusable("journal_busy", file="journal.db")
            return read_story(run)

        archive._read_story, archive._steady = busy_once, lambda: time.monotonic() + 100.0
        append(home, "one more")
        qtbot.waitUntil(window.notice.isVisible)
        qtbot.waitUntil(lambda: window.rows.rowCount() > 0)
        assert (window.rows.rowCount(), texts(window)[-1]) == (20, "one more")
        qtbot.waitUntil(lambda: not window.notice.isVisible())


def test_the_log_of_a_kind_of_process_is_shown_whole(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    (home / "logs" / "gui.log").write_text('{"message": "odd", "level": "ERROR", "logger": "b24learn_gui"}\n')
    window = opened()
    qtbot.waitUntil(
        lambda: window.run_list.shown.rows[-2:] != () and window.run_list.shown.rows[-1].key == "process:sync"
    )
    window.run_list.choose("process:gui")
    qtbot.waitUntil(lambda: texts(window) == ["odd"])


def test_in_the_whole_log_everybody_has_a_name_and_is_found_by_it(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    append(home, "change", run="", kind="department.move", portal="main", bitrix24_id=411)
    append(home, "problem", run="", code="changed_since", portal="main", bitrix24_id=411)
    window = opened()
    qtbot.waitUntil(
        lambda: window.run_list.shown.rows[-1:] != () and window.run_list.shown.rows[-1].key == "process:sync"
    )
    window.run_list.choose("process:sync")
    qtbot.waitUntil(lambda: window.rows.rowCount() == 22)
    assert texts(window, WHO)[5:9] == ["Абрамов Игорь", "Лебедева Юлия", "Мартынов Олег", "Орлов Никита"]
    assert text(window, 5, TIME) == "2026-11-23 12:46:07"  # many days stand there below each other
    assert texts(window, WHO)[11] == "Тендерный отдел"
    assert texts(window, WHO)[-2:] == ["№ 411"] * 2  # a department of his number, and one of the two

    def finds(sought: str, *whom: str) -> None:
        window.search.setText(sought)
        qtbot.waitUntil(lambda: texts(window, WHO) == list(whom))

    finds("абрамов", "Абрамов Игорь")
    finds("тендерный", "Тендерный отдел")
    finds("мартынов", "Мартынов Олег")
    finds("№ 416", "Павлова Инна")
    finds("B07C41891", "Савина Лидия")
    window.retranslate(Words("ru"))
    finds("создана", "Лебедева Юлия", "Титов Марк")
    finds("создана титов", "Титов Марк")
    finds("чтение", "", "")


def test_the_model_keeps_the_rules_of_the_toolkit(qtbot: QtBot, home: Path, opened: Open) -> None:
    ended(home)
    window = opened()
    tester = QAbstractItemModelTester(window.rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    runs = QAbstractItemModelTester(window.run_list.shown, QAbstractItemModelTester.FailureReportingMode.Fatal)
    qtbot.waitUntil(lambda: window.rows.rowCount() == 20)
    append(home, "more")
    qtbot.waitUntil(lambda: window.rows.rowCount() == 21)
    del tester, runs


@pytest.mark.parametrize("number", [20_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_many_records_scroll_and_filter_without_a_stall(qtbot: QtBot, home: Path, opened: Open, number: int) -> None:
    context = context_of(home, EN)
    context.places.prepare()
    many_lines(context.places.logs / "sync.log", number)
    with Journal.open(context.places.journal_file) as journal:
        journal.finish_run(journal.begin_run("sync", "manual", NOW, run_id="r"), NOW, 0, counts={}, summary={})
    window = opened()
    qtbot.waitUntil(lambda: window.rows.rowCount() == number, timeout=60_000)
    bar, worst = window.table.verticalScrollBar(), []
    for step in range(120):
        begun = time.thread_time()
        bar.setValue(bar.maximum() * (step * 37 % 120) // 119)
        window.table.viewport().repaint()
        QTest.qWait(2)  # lines come, and are painted
        worst.append(time.thread_time() - begun)
    # Work of the windows' thread for a jump anywhere: places held, then lines. Beside other tests it counts double.
    assert sorted(worst)[60] < 0.05
    assert sorted(worst)[-6] < 0.1
    window.levels.setCurrentIndex(window.levels.findData("2"))
    begun = time.perf_counter()
    qtbot.waitUntil(lambda: window.rows.rowCount() == number // 50, timeout=5_000)
    took = time.perf_counter() - begun
    assert took < 3  # with the thread's start, the answer and the painting; `bench --log` holds 0.2
    window.levels.setCurrentIndex(0)
    qtbot.waitUntil(lambda: window.rows.rowCount() == number)
    for sought, finds in (
        ("2999", sum("2999" in f"{n % 30_000} {n % 30_000:08x}" for n in range(number))),
        ("main", number),
        ("move", number // 3),
    ):
        window.search.show_text(sought)
        window.search.search.emit(sought)
        begun = time.perf_counter()
        with qtbot.waitSignal(window.rows.modelReset, timeout=5_000):
            pass
        window.table.viewport().repaint()
        assert time.perf_counter() - begun < 3, sought  # the first screenful; `bench --log` holds 0.2
        assert text(window, 0, WHO) != "…"
        qtbot.waitUntil(lambda finds=finds: window.rows.rowCount() == finds, timeout=5_000)  # type: ignore[misc]
    assert window.rows.kept_lines <= KEPT_PAGES * PAGE
