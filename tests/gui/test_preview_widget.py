"""The preview: every tile has its list, nothing is told twice or lost, and 20,000 changes don't make it wait."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QModelIndex, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from b24learn_gui.company.model import PersonKey
from b24learn_gui.gui.kit.buttons import Link
from b24learn_gui.gui.kit.tile import Tile
from b24learn_gui.gui.models.plan_rows import DEPARTMENTS, HEADS, TILES, PlanData, rows
from b24learn_gui.gui.models.plan_table import BITRIX24, CAUSE, CHANGE, FIELD, NAME, PlanTableModel
from b24learn_gui.gui.preview import sums
from b24learn_gui.gui.preview.view import Export, PreviewView
from b24learn_gui.sync.changes import Verdict
from b24learn_gui.sync.reasons import Origin, OriginKey
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, untranslated_text
from tests.screens.screens_preview import change, example_plan, summary_of

EN = Words("en")
Values = Mapping[str, Any]


def lines(data: PlanData, tile: str) -> list[tuple[str, str, str, str]]:
    return [(row.name, row.field, row.before, row.after) for row in rows(data, tile, EN)]


def plan(*changes: dict[str, Any], people: Mapping[str, int] | None = None, **more: Any) -> PlanData:
    verdicts: dict[PersonKey, Verdict] = more.pop("verdicts", {})
    labels: dict[str, str] = more.pop("labels", {})
    return PlanData(summary_of(list(changes), people or {}, **more), verdicts, labels)


def deactivated(number: int, name: str, cause: str = "department not ticked") -> dict[str, Any]:
    return change("user.deactivate", number, name, {"status": "active"}, {"status": "inactive"}, cause)


def problem(number: int, name: str, code: str, **detail: Any) -> dict[str, Any]:
    return {"object": "person", "portal": "main", "bitrix24_id": number, "name": name, "code": code,
            "detail": detail, "note": False}  # fmt: skip


def view_of(qtbot: QtBot, data: PlanData, export: Export | None = None, words: Words = EN) -> PreviewView:
    view = PreviewView(words, export)
    qtbot.addWidget(view)
    view.resize(1000, 700)
    view.show_preview(data)
    view.show()
    return view


def column(model: PlanTableModel, number: int) -> list[str]:
    return [str(model.index(row, number).data()) for row in range(model.rowCount())]


# Rows


def test_each_kind_of_change_to_a_person_is_told_field_by_field() -> None:
    data = plan(
        change("user.create", 1, "New Ann", {}, {"login": "ann@example.com", "email": "ann@example.com",
               "first_name": "Ann", "department": "b24-main-3", "department_name": "Sales"}, "new in Bitrix24"),
        change("user.adopt", 2, "Old Bob", {}, {"login": "bob", "email": "bob@example.com"}, "same email"),
        change("user.update", 3, "Cat", {"phone": "", "job_title": "A", "shoe": "1"},
               {"phone": "+7", "job_title": "B", "shoe": "2"}, "changed in Bitrix24"),
        change("user.move", 4, "Dan", {"department": "b24-main-1", "department_name": "Group"},
               {"department": "b24-main-3", "department_name": "Sales"}, "department differs from Bitrix24"),
        deactivated(5, "Eve"),
        labels={"SHOE": "Shoe size"},
    )  # fmt: skip
    assert lines(data, "user.create") == [("New Ann", "Sales", "", "ann@example.com")]
    assert lines(data, "user.adopt") == [("Old Bob", "Account", "", "bob")]
    assert lines(data, "user.update") == [
        ("Cat", "Job title", "A", "B"), ("Cat", "Phone", "", "+7"), ("Cat", "Shoe size", "1", "2"),
    ]  # fmt: skip
    assert lines(data, "user.move") == [("Dan", "Department", "Group", "Sales")]
    assert lines(data, "user.deactivate") == [("Eve", "Account", "active", "inactive")]


def test_departments_and_heads_are_told_by_name_not_by_code() -> None:
    data = plan(
        change("department.create", 3, "Sales", {}, {"name": "Sales", "parent": "77", "code": "b24-main-3"}, "new in Bitrix24"),
        change("department.create", 4, "Shop", {}, {"name": "Shop", "parent": "b24-main-3", "code": "b24-main-4"},
               "new in Bitrix24"),
        change("department.update", 5, "New", {"name": "Old"}, {"name": "New"}, "changed in Bitrix24"),
        change("head.set", 3, "Sales", {"supervisor": "a805"}, {"supervisor": "main:6"}, "head named in Bitrix24"),
        deactivated(5, "Eve"),
        verdicts={("main", 6): Verdict("changed", in_scope=True, name="Fay")},
    )  # fmt: skip
    assert lines(data, DEPARTMENTS) == [
        ("New", "rename department", "Old", "New"),
        ("Sales", "create department", "", "77"),
        ("Shop", "create department", "", "Sales"),
    ]
    assert lines(data, HEADS) == [("Sales", "set head", "Eve", "Fay")]


def test_columns_of_the_ledger_come_from_verdicts_and_without_them_from_problems() -> None:
    problems = [
        problem(1, "Ann", "email_invalid"),
        problem(1, "Ann", "login_missing"),
        problem(2, "Bob", "match_taken"),
    ]
    told = plan(people={"skipped": 1, "conflict": 1, "unchanged": 5}, problems=problems)
    assert [(row.name, row.cause) for row in rows(told, "skipped", EN)] == [
        ("Ann", "the e-mail is not valid; there is nothing to make a login of")
    ]
    assert [row.name for row in rows(told, "conflict", EN)] == ["Bob"]
    assert list(rows(told, "unchanged", EN)) == []
    verdicts = {("main", 9): Verdict("unchanged", in_scope=True, name="Zed", learn_id="a9")}
    known = PlanData(told.summary, verdicts)
    assert [(row.name, row.learn_id) for row in rows(known, "unchanged", EN)] == [("Zed", "a9")]


def test_fields_that_are_missing_are_called_as_in_learn() -> None:
    missing = problem(1, "Ann", "required_field_missing", fields=["phone", "SHOE"])
    data = plan(people={"skipped": 1}, problems=[missing], labels={"shoe": "Shoe size"})
    (row,) = rows(data, "skipped", EN)
    assert row.cause == "Learn requires fields that are empty in Bitrix24: Phone, Shoe size"
    assert row.reason == "Learn requires fields that are empty in Bitrix24"


def test_a_name_stands_on_the_first_line_only_and_is_heard_on_each(qtbot: QtBot) -> None:
    view = view_of(qtbot, example_plan())
    view.show_list("user.update")
    names = column(view.rows, NAME)
    assert names.count("Гусева Ольга Николаевна") == 1
    place = names.index("Гусева Ольга Николаевна") + 1
    assert names[place] == ""
    heard = view.rows.index(place, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "Гусева Ольга Николаевна"
    change_ = view.rows.index(place, CHANGE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert change_ == "from +7 900 000-45-10 to +7 900 000-45-11"
    view.search.setText("45-11")
    view.search.returnPressed.emit()
    assert column(view.rows, NAME) == ["Гусева Ольга Николаевна"], "a line found alone has its name"


def test_the_table_is_sound_through_searching_filtering_and_sorting(qtbot: QtBot) -> None:
    model = PlanTableModel(EN)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    data = example_plan()
    for tile in (*TILES, DEPARTMENTS, HEADS):
        model.show_rows(list(rows(data, tile, EN)), EN)
        for text in ("гусева", "нет такого", ""):
            model.search(text)
        for number in range(model.columnCount()):
            model.sort(number, Qt.SortOrder.DescendingOrder)
        for cause, _ in model.causes():
            model.filter_cause(cause)
    assert model.rowCount(model.index(0, 0)) == 0
    assert tester.model() is model


@pytest.mark.parametrize("text", ["ДЬЯКОВ", "dyakov@", "415", "main:415", "a819f", "дьяков E-mail"])
def test_people_are_found_by_name_email_and_either_id(qtbot: QtBot, text: str) -> None:
    view = view_of(qtbot, example_plan())
    view.show_list("user.update")
    view.search.setText(text.replace(" E-mail", " dyakov"))
    view.search.returnPressed.emit()
    assert column(view.rows, NAME) == ["Дьяков Руслан"]


# The widget


def test_a_tile_shows_its_list_and_a_fact_shows_departments(qtbot: QtBot) -> None:
    view = view_of(qtbot, example_plan())
    tiles = {tile.accessibleName(): tile for tile in view.tiles.findChildren(Tile)}
    assert view.shown == "user.create"
    QTest.mouseClick(tiles["Update: 118"], Qt.MouseButton.LeftButton)
    assert view.heading.text() == "Update: 118 people"
    assert view.rows.rowCount() == 9
    links = {link.text(): link for link in view.facts.findChildren(Link)}
    QTest.keyClick(links["Creates 38 departments in Learn"], Qt.Key.Key_Space)
    assert view.heading.text() == "Departments in Learn: 38 changes"
    assert column(view.rows, FIELD) == ["create department"]
    assert not any(tile.isChecked() for tile in tiles.values())
    QTest.mouseClick(tiles["Skipped: 9"], Qt.MouseButton.LeftButton)
    assert view.shown == "skipped"
    assert view.table.isColumnHidden(CHANGE)
    assert [tile.accessibleName() for tile in tiles.values() if tile.isChecked()] == ["Skipped: 9"]


def test_the_sum_closes_and_a_failed_tile_comes_only_with_failures(qtbot: QtBot) -> None:
    view = view_of(qtbot, example_plan())
    label = view.ledger.findChild(QLabel)
    assert isinstance(label, QLabel)
    assert label.accessibleName() == (
        "1,284 = 272 not chosen + 525 with a change + 470 unchanged + 2 protected + 6 in conflict + 9 skipped"
    )
    assert len(view.tiles.findChildren(Tile)) == 10
    other = view_of(qtbot, plan(people={"read": 1, "failed": 1}, problems=[problem(1, "Ann", "rejected_by_learn")]))
    assert other.shown == "failed"
    assert column(other.rows, CAUSE) == ["Learn refused the change"]


def test_causes_are_counted_largest_first_and_filter_the_list(qtbot: QtBot) -> None:
    people = [deactivated(number, f"P{number:02}") for number in range(34)]
    people += [deactivated(number, f"P{number:02}", "dismissed in Bitrix24") for number in range(34, 37)]
    view = view_of(qtbot, plan(*people))
    assert view.shown == "user.deactivate"
    shown = [view.causes.itemText(place) for place in range(view.causes.count())]
    assert shown == ["All causes", "department not ticked (34)", "dismissed in Bitrix24 (3)"]
    view.causes.setCurrentIndex(2)
    view.causes.activated.emit(2)
    assert column(view.rows, NAME) == ["P34", "P35", "P36"]
    view.show_list("user.create")
    assert not view.causes.isVisible()


def test_what_cannot_be_listed_says_why(qtbot: QtBot) -> None:
    view = view_of(qtbot, example_plan())
    said = []
    for tile, text in (("unchanged", ""), ("user.deactivate", ""), ("user.update", "nobody at all")):
        view.show_list(tile)
        view.search.setText(text)
        view.search.returnPressed.emit()
        assert not view.table.isVisible()
        said += [label.text() for label in view.empty.findChildren(QLabel) if label.text()]
    assert said == [
        "These people are only counted here. A new preview lists them.",
        "Nothing of this kind is planned.",
        "Nobody in this list matches “nobody at all”.",
    ]


def test_a_heading_sorts_and_sorts_backwards_ids_as_numbers(qtbot: QtBot) -> None:
    view = view_of(qtbot, plan(deactivated(9, "B"), deactivated(100, "A"), deactivated(20, "C")))
    view.table.horizontalHeader().sectionClicked.emit(BITRIX24)
    assert column(view.rows, BITRIX24) == ["9", "20", "100"]
    view.table.horizontalHeader().sectionClicked.emit(BITRIX24)
    assert column(view.rows, BITRIX24) == ["100", "20", "9"]


def test_ids_lead_to_the_person_where_an_address_is_known(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))
    view = view_of(qtbot, plan(deactivated(9, "B")))
    assert view.table.address(view.rows.index(0, BITRIX24)) == ""
    view.set_addresses({"main": "https://portal.example.com/company/personal/user/{id}/"})
    view.table.setCurrentIndex(view.rows.index(0, NAME))
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    place = view.table.visualRect(view.rows.index(0, BITRIX24)).center()
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton)
    assert opened == ["https://portal.example.com/company/personal/user/9/"] * 2


def test_the_same_plan_shown_again_disturbs_nothing_and_another_keeps_the_list(qtbot: QtBot) -> None:
    data = example_plan()
    view = view_of(qtbot, data)
    view.show_list("skipped")
    view.table.selectRow(0)
    view.show_preview(data)
    assert view.table.currentIndex() != QModelIndex()
    view.show_preview(example_plan())
    assert view.shown == "skipped"


def test_export_writes_off_this_thread_and_tells_the_file(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def export(file: Path) -> None:
        threads.append(threading.get_ident())
        file.write_text("done")

    view = view_of(qtbot, example_plan(), export)
    chosen = (str(tmp_path / "list"), "CSV table (*.csv)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    with qtbot.waitSignal(view.exported) as told:
        QTest.mouseClick(view.export, Qt.MouseButton.LeftButton)
        assert not view.export.isEnabled()
    assert told.args == [tmp_path / "list.csv"]
    assert (tmp_path / "list.csv").read_text() == "done"
    assert threads != [threading.get_ident()]
    assert view.export.isEnabled()


def test_an_export_that_fails_is_told_and_can_be_tried_again(qtbot: QtBot, tmp_path: Path) -> None:
    def export(file: Path) -> None:
        raise PermissionError(file)

    view = view_of(qtbot, example_plan(), export)
    with qtbot.waitSignal(view.export_failed) as told:
        view.write(tmp_path / "list.xlsx")
    assert told.args is not None
    assert isinstance(told.args[0], PermissionError)
    assert view.export.isEnabled()


def test_what_is_seen_is_exported_and_the_button_says_which_and_how_much(qtbot: QtBot, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://evil.example")'
    people = [deactivated(number, f"P{number}") for number in range(3)]
    people += [deactivated(3, evil, "dismissed in Bitrix24"), deactivated(4, "@SUM(1)", "dismissed in Bitrix24")]
    whole: list[Path] = []
    view = view_of(qtbot, plan(*people), whole.append)
    assert view.export.text() == "Export the plan…"
    with qtbot.waitSignal(view.exported):
        view.write(tmp_path / "whole.csv")
    assert whole == [tmp_path / "whole.csv"]

    view.causes.setCurrentIndex(view.causes.findData("dismissed in Bitrix24"))
    view.causes.activated.emit(view.causes.currentIndex())
    assert view.export.text() == "Export 2 lines…"
    assert view.export.accessibleDescription() == "Writes the lines shown as an Excel or CSV file."
    for name in ("shown.csv", "shown.xlsx"):
        with qtbot.waitSignal(view.exported):
            view.write(tmp_path / name)
    assert len(whole) == 1
    read = (tmp_path / "shown.csv").read_text("utf-8-sig").splitlines()
    assert read[1] == "Employee,Field,Before,After,Cause,Portal,Bitrix24,Learn"
    assert [line.split(",")[-4:-1] for line in read[2:4]] == [
        ["dismissed in Bitrix24", "main", "3"],
        ["dismissed in Bitrix24", "main", "4"],
    ]
    assert "'=HYPERLINK" in read[2]
    assert "'@SUM(1)" in read[3]
    sheet = openpyxl.load_workbook(tmp_path / "shown.xlsx").active
    assert sheet is not None
    assert [(row[0].value, row[0].data_type) for row in sheet.iter_rows(min_row=2)] == [(evil, "s"), ("@SUM(1)", "s")]

    view.search.setText("nobody at all")
    view.search.search.emit("nobody at all")
    assert not view.export.isEnabled()
    view.search.clear()
    view.causes.activated.emit(0)


def test_without_an_exporter_there_is_no_button(qtbot: QtBot) -> None:
    assert not view_of(qtbot, example_plan()).export.isVisible()


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("tile", ["user.update", "skipped", "user.deactivate", DEPARTMENTS])
def test_nothing_is_cut_off_or_untranslated(qtbot: QtBot, tile: str) -> None:
    words = LongWords()
    view = view_of(qtbot, example_plan(), lambda _file: None, words)
    view.show_list(tile)
    view.resize(1100, 700)
    assert_nothing_cut(qtbot, view)
    assert untranslated_text(view) == []


class Heart:
    """Beats every 5 ms as long as nothing holds the event loop; `worst` is the longest pause, in milliseconds."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._beaten = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.worst = max(self.worst, (now - self._beaten) * 1000)
        self._beaten = now

    def rest(self) -> None:
        self.worst, self._beaten = 0.0, time.perf_counter()


@pytest.fixture(scope="module")
def large_plan() -> PlanData:
    """20,000 changed and 20,000 deactivated people, and as many whom nothing happens to."""
    many, names = 20_000, [f"Фамилия{number % 997} Имя{number}" for number in range(60_000)]
    changes = [
        change("user.update", number, names[number], {"job_title": "Менеджер"},
               {"job_title": f"Старший менеджер {number}"}, "changed in Bitrix24")
        for number in range(many)
    ]  # fmt: skip
    changes += [deactivated(number, names[number]) for number in range(many, 2 * many)]
    verdicts: dict[PersonKey, Verdict] = {
        ("main", number): Verdict("changed" if number < 2 * many else "unchanged", in_scope=True, name=name)
        for number, name in enumerate(names)
    }
    bare = plan(*changes, people={"read": 3 * many, "changed": 2 * many, "unchanged": many})
    origins: dict[OriginKey, Origin] = {
        ("user.deactivate", "main", number): Origin("unticked", f"Отдел {number % 5}")
        for number in range(many, 2 * many)
    }
    hit = {"kind": "user.deactivate", "planned": many, "allowed": 50}
    return PlanData({**bare.summary, "limits": [hit]}, verdicts, origins=origins)


def test_twenty_thousand_changes_open_and_filter_at_once(qtbot: QtBot, large_plan: PlanData) -> None:
    """The aims are 300 ms for a list, 100 ms for a filter, 50 ms at a time; asserted with room for a busy machine."""
    view = PreviewView(EN)
    qtbot.addWidget(view)
    view.resize(1000, 700)
    view.show()
    heart, took, held = Heart(), dict[str, float](), dict[str, float]()

    def measured(name: str, lines: int, act: Callable[..., object], *values: object) -> None:
        """The best of three, as a busy machine only ever makes it slower."""
        for _ in range(3):
            QApplication.processEvents()
            heart.rest()
            began = time.perf_counter()
            act(*values)
            qtbot.waitUntil(lambda: view.rows.rowCount() == lines)
            view.table.viewport().repaint()
            took[name] = min(took.get(name, 9.9), time.perf_counter() - began)
            qtbot.wait(10)
            held[name] = min(held.get(name, 999.0), heart.worst)

    measured("open", 20_000, lambda: view.show_preview(replace(large_plan)))
    for tile in ("user.deactivate", "unchanged", "user.update"):
        measured(tile, 20_000, view.show_list, tile)
    measured("search", 11, view.rows.search, "имя1999")
    measured("search nothing", 20_000, view.rows.search, "")
    measured("cause", 20_000, view.rows.filter_cause, "changed in Bitrix24")
    measured("sort", 20_000, view.rows.sort, CHANGE)
    print({name: (round(seconds * 1000), round(held[name])) for name, seconds in took.items()})  # noqa: T201
    assert max(took.values()) < 0.8
    assert max(took[name] for name in ("search", "search nothing", "cause")) < 0.3
    assert max(held.values()) < 150, held


def test_a_large_list_shows_its_first_lines_at_once_and_all_of_them_soon(qtbot: QtBot, large_plan: PlanData) -> None:
    view = view_of(qtbot, large_plan)
    assert 0 < view.rows.rowCount() < 20_000
    assert view.table.isVisible()
    view.rows.search("имя1999")
    few = view.rows.rowCount()
    view.show_list("user.deactivate")
    view.show_list("user.update")  # the list in between is given up
    assert view.rows.rowCount() <= 11
    qtbot.waitUntil(lambda: view.rows.rowCount() == 11)
    assert few <= 11
    assert len({row.owner for row in (view.rows.row(place) for place in range(11))}) == 11
    view.rows.sort(BITRIX24, Qt.SortOrder.DescendingOrder)
    view.show_list("user.create")
    view.show_list("user.update")
    qtbot.waitUntil(lambda: view.rows.rowCount() == 11)
    assert column(view.rows, BITRIX24)[:2] == ["19999", "19998"], "what comes later is sorted, too"


def test_seats_that_do_not_suffice_are_said_in_amber_words(qtbot: QtBot) -> None:
    data = example_plan()
    assert next(sums.facts(data, 460, EN)) == ("learn", "Takes 393 of 460 free seats, 67 left", False)
    assert next(sums.facts(data, 300, EN)) == ("learn", "Needs 393 seats, 300 are free: the others wait", True)
    assert [fact.icon for fact in sums.facts(data, None, EN)] == ["mail"]
