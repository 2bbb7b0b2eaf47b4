"""The chart of thirty days: its shape, its keyboard, what it says and what it paints."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from b24learn_gui.gui import tone
from b24learn_gui.gui.status.chart import DayChart
from b24learn_gui.gui.status.chart_shape import Gap, gaps, labels, scale_top
from b24learn_gui.service.standing import Day
from b24learn_gui.text.words import Words
from tests.screens import status_data as data

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def chart(qtbot: QtBot) -> DayChart:
    """The design's thirty days, with the keyboard."""
    made = DayChart(Words("en"))
    qtbot.addWidget(made)
    made.retranslate(Words("en"))
    made.show_days(data.thirty_days())
    made.resize(900, 220)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def _image(chart: DayChart) -> QImage:
    picture = QImage(chart.size(), QImage.Format.Format_RGB32)
    picture.fill(tone.current().card)
    chart.render(picture)
    return picture


def _column(chart: DayChart, place: int) -> list[QColor]:
    """Colours of the middle of a day's slot, from top to bottom."""
    picture, centre = _image(chart), chart.slot_centre(place)
    return [picture.pixelColor(centre.x(), y) for y in range(picture.height())]


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 4), (3, 4), (5, 6), (33, 40), (40, 40), (41, 60), (79, 80), (99, 100), (101, 200), (4100, 6000)],
)
def test_the_scale_ends_at_a_round_even_number(most: int, top: int) -> None:
    assert scale_top([Day(data.TODAY, 1, most)]) == top


def test_the_scale_has_room_for_changes_and_deactivations_together() -> None:
    assert scale_top([Day(data.TODAY, 1, 30, 15)]) == 60


def test_gaps_are_found_at_the_beginning_in_between_and_at_the_end() -> None:
    days = [Day(data.TODAY, runs) for runs in (0, 1, 0, 0, 1, 0)]
    assert gaps(days) == (Gap(0, 0, quiet=False), Gap(2, 3, quiet=False), Gap(5, 5, quiet=False))


def test_the_time_before_the_first_run_is_no_row_of_missed_runs() -> None:
    assert gaps([Day(data.TODAY, runs) for runs in (0, 0, 0, 0, 1)]) == (Gap(0, 3, quiet=True),)


def test_labels_name_today_the_months_and_mondays() -> None:
    said = {label.place: label.text for label in labels(data.thirty_days(), Words("ru"))}
    assert {place: text.replace("\u00a0", " ") for place, text in said.items()} == {
        0: "25 окт.",
        1: "26",
        7: "1 нояб.",
        8: "2",
        15: "9",
        22: "16",
        29: "сегодня",
    }


def test_arrows_move_the_marked_day_and_it_is_said_in_a_sentence(chart: DayChart) -> None:
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    assert chart.marked == 29
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.accessibleDescription() == "Sunday, 22\u00a0November: 2 runs, 14 changes."
    QTest.keyClick(chart, Qt.Key.Key_Home)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.marked == 0
    QTest.keyClick(chart, Qt.Key.Key_End)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.marked == 29
    heard = QAccessible.queryAccessibleInterface(chart)
    assert heard.text(QAccessible.Text.Name) == "Last 30 days"
    assert "a plan waited for a decision" in heard.text(QAccessible.Text.Description)
    QToolTip.hideText()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_opens_the_days_last_run(chart: DayChart, qtbot: QtBot, key: Qt.Key) -> None:
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(chart.opened, timeout=1000) as told:
        QTest.keyClick(chart, key)
    assert told.args == [data.thirty_days()[29].last]


def test_a_gap_opens_nothing(chart: DayChart, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(chart.opened):
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.slot_centre(12))
    assert chart.marked == 12
    assert chart.accessibleDescription().endswith("no run.")


def test_a_click_opens_the_day_under_the_mouse(chart: DayChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.opened, timeout=1000) as told:
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.slot_centre(10))
    assert told.args == [data.thirty_days()[10].last]


def test_the_tooltip_says_the_day_under_the_mouse(chart: DayChart) -> None:
    point = chart.slot_centre(4)
    QApplication.sendEvent(chart, QHelpEvent(QEvent.Type.ToolTip, point, chart.mapToGlobal(point)))
    assert QToolTip.text() == "Thursday, 29\u00a0October: 2 runs, 17 changes, 3 deactivations."
    QToolTip.hideText()
    QApplication.sendEvent(chart, QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), chart.mapToGlobal(QPoint(1, 1))))


def test_the_mark_stays_on_its_day_when_a_new_one_begins(chart: DayChart) -> None:
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    days = data.thirty_days()
    chart.show_days((*days[1:], Day(data.TODAY + timedelta(days=1), 1)))
    assert chart.marked == 27
    chart.show_days([replace(day, date=day.date + timedelta(days=60)) for day in days])
    assert chart.marked == -1
    QToolTip.hideText()


@pytest.mark.usefixtures("palette")
def test_each_meaning_has_its_colour_in_light_and_dark(chart: DayChart) -> None:
    shades = tone.current()
    changed, deactivated = _column(chart, 2), _column(chart, 10)
    assert changed.count(shades.accent) > 80
    assert shades.text not in changed
    assert deactivated.count(shades.text) >= 4
    assert deactivated.index(shades.text) < deactivated.index(shades.accent)
    assert shades.danger in _column(chart, 18)
    assert shades.warn_mark in _column(chart, 29)
    assert not {shades.accent.name(), shades.danger.name()} & {colour.name() for colour in _column(chart, 12)}


def test_one_deactivation_among_thousands_of_changes_can_be_seen(chart: DayChart) -> None:
    chart.show_days([*data.thirty_days()[:29], Day(data.TODAY, 1, 5000, 1)])
    assert _column(chart, 29).count(tone.current().text) >= 3


def test_without_any_run_it_says_what_will_stand_here(chart: DayChart) -> None:
    before = _image(chart)
    chart.show_days(data.FRESH.days)
    assert _image(chart) != before
    chart.show_days(())
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.marked == -1


def test_painting_costs_little(chart: DayChart) -> None:
    def once() -> float:
        began = time.perf_counter()
        chart.grab()
        return time.perf_counter() - began

    assert min(once() for _ in range(10)) < 0.025
