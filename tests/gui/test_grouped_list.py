"""The list with headings that shows runs and people in question."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui import tone
from b24learn_gui.gui.kit.surface import Ground
from b24learn_gui.gui.views.grouped_list import GroupedList, GroupedRow

ROWS = (
    GroupedRow("", "Today"),
    GroupedRow("a", "12:44", "by hand", "running: 11 of 51", "busy", "running"),
    GroupedRow("", "Yesterday"),
    GroupedRow("b", "18:00", "on schedule", "12 changes", "ok", "done"),
    GroupedRow("c", "06:00"),
)


def shown(qtbot: QtBot, rows: Sequence[GroupedRow] = ROWS, *, wraps: bool = False) -> tuple[GroupedList, list[str]]:
    view, told = GroupedList("log", wraps=wraps), list[str]()
    qtbot.addWidget(view)
    view.chosen.connect(told.append)
    view.resize(280, 200)
    view.show()
    view.show_rows(rows, "a")
    return view, told


def test_arrows_skip_the_headings_and_tell_whom_a_person_went_to(qtbot: QtBot) -> None:
    view, told = shown(qtbot)
    QAbstractItemModelTester(view.shown, QAbstractItemModelTester.FailureReportingMode.Fatal, view)
    assert (view.currentIndex().data(), told) == ("12:44", [])
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert told == ["b", "a"]
    with qtbot.waitSignal(view.entered_row):
        QTest.keyClick(view, Qt.Key.Key_Return)


def test_other_rows_keep_the_one_that_is_chosen_and_tell_nobody(qtbot: QtBot) -> None:
    view, told = shown(qtbot)
    view.show_rows(ROWS[2:], "b")
    assert view.currentIndex().data() == "18:00"
    view.show_rows((*ROWS[2:4], GroupedRow("c", "07:00")), "b")
    assert [row.title for row in view.shown.rows] == ["Yesterday", "18:00", "07:00"]
    assert view.currentIndex().data() == "18:00"
    view.show_rows((), "b")
    assert not view.currentIndex().isValid()
    assert told == []


def test_what_is_drawn_anew_stays_where_somebody_has_scrolled_to(qtbot: QtBot) -> None:
    many = tuple(GroupedRow(f"k{number}", f"{number:02}:00", below="one") for number in range(40))
    for wraps in (False, True):
        view, _told = shown(qtbot, many, wraps=wraps)
        view.show_rows(many, "k0")
        qtbot.waitUntil(lambda view=view: view.verticalScrollBar().maximum() > 0)  # type: ignore[misc]
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        there = view.verticalScrollBar().value()
        view.show_rows((*many[:-1], GroupedRow("k39", "39:00", below="two")), "k0")
        qtbot.wait(1)
        assert view.verticalScrollBar().value() == there > 0


def test_a_row_is_heard_with_its_state(qtbot: QtBot) -> None:
    view, _told = shown(qtbot)
    heard = [view.shown.index(place).data(Qt.ItemDataRole.AccessibleTextRole) for place in range(len(ROWS))]
    assert heard == [
        "Today",
        "12:44, by hand, running, running: 11 of 51",
        "Yesterday",
        "18:00, on schedule, done, 12 changes",
        "06:00",
    ]


def test_what_is_wrapped_takes_the_room_it_needs_at_each_width(qtbot: QtBot) -> None:
    wordy = (GroupedRow("a", "12:44", below="nothing written: the plan deactivates 37 people, the limit is 12"),)
    cut, _ = shown(qtbot, wordy)
    wrapped, _ = shown(qtbot, wordy, wraps=True)
    one, several = (view.sizeHintForRow(0) for view in (cut, wrapped))
    assert several > one
    wrapped.resize(1000, 200)
    qtbot.waitUntil(lambda: wrapped.visualRect(wrapped.shown.index(0)).height() == one)


@pytest.mark.usefixtures("palette")
def test_the_scroll_bar_stands_on_what_the_list_stands_on(qtbot: QtBot) -> None:
    side, rows = Ground("window"), tuple(GroupedRow(f"k{number}", f"{number:02}:00") for number in range(40))
    qtbot.addWidget(side)
    view = GroupedList("log", side)
    view.resize(280, 200)
    side.resize(280, 200)
    side.show()
    view.show_rows(rows, "k0")
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.isVisible())
    below = bar.mapTo(side, QPoint(bar.width() // 2, bar.height() - 2))
    assert side.grab().toImage().pixelColor(below) == tone.current().window
