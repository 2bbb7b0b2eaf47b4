"""The page of start times over the real flow: what is typed, what it is here, when the next runs are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.day_line import DayLine, DayView, Pin
from b24learn_gui.gui.wizard.pages.moments import zone_words
from b24learn_gui.gui.wizard.pages.time_box import TimeBox, read_time
from b24learn_gui.gui.wizard.pages.times import TimesPage
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.text.times import remaining_words
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, sideways, untranslated_text
from tests.screens.screens_choices import NOW, flow_at, shell_with, times_page

pytestmark = pytest.mark.usefixtures("dressed")


def _shown(qtbot: QtBot, page: TimesPage, flow: Flow, words: Words) -> WizardShell:
    shell = cast("WizardShell", shell_with(page, flow, words))
    qtbot.addWidget(shell)
    shell.resize(1024, 700)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    return shell


def _type(box: TimeBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text) if text else QTest.keyClick(box, Qt.Key.Key_Backspace)


def test_the_fields_bear_the_promised_names_once_each(qtbot: QtBot) -> None:
    page = times_page()
    shell = _shown(qtbot, page, flow_at("times"), Words("en"))
    named = [each for each in shell.findChildren(QWidget) if each.accessibleName() == "First run (UTC)"]
    assert named == [page.first.box]
    assert [each for each in shell.findChildren(QWidget) if each.accessibleName() == "Second run (UTC)"] == [
        page.second.box
    ]
    assert page.first.box.hasFocus()


def test_a_typed_time_goes_into_the_draft_and_shows_the_local_one_and_the_next_runs(qtbot: QtBot) -> None:
    page, flow = times_page(), flow_at("times")
    _shown(qtbot, page, flow, Words("en"))
    _type(page.first.box, "04:15")
    _type(page.second.box, "15:00")
    assert (flow.draft.first_run_utc, flow.draft.second_run_utc) == ("04:15", "15:00")
    assert page.first.box.accessibleDescription() == "07:15 your time (UTC+3)"
    assert page.runs.texts == [
        "today, Monday 23\u00a0November · 18:00 · 15:00\u00a0UTC · in 5 h 12 min",
        "tomorrow, Tuesday 24\u00a0November · 07:15 · 04:15\u00a0UTC · in 18 h 27 min",
        "tomorrow, Tuesday 24\u00a0November · 18:00 · 15:00\u00a0UTC · in 1 day 5 h",
    ]
    assert page.day.accessibleName() == "first 07:15, second 18:00, now 12:48"


def test_russian_says_the_same_with_its_own_forms(qtbot: QtBot) -> None:
    page, flow = times_page(), flow_at("times")
    flow.edit(second_run_utc="15:00")
    _shown(qtbot, page, flow, Words("ru"))
    assert (
        page.runs.texts[0]
        == "сегодня, понедельник 23\u00a0ноября · 18:00 · 15:00\u00a0UTC · через 5\u00a0ч 12\u00a0мин"
    )
    assert page.runs.texts[2].endswith("через 1\u00a0день 5\u00a0ч")


def test_an_unfinished_time_is_no_error_until_the_field_is_left(qtbot: QtBot) -> None:
    page, flow = times_page(), flow_at("times")
    shell = _shown(qtbot, page, flow, Words("en"))
    _type(page.first.box, "25:0")
    assert page.first.error == ""
    assert not shell.foot.primary.isEnabled()
    page.second.box.setFocus()
    assert page.first.error == "This is no time of day. Write it as 03:00."
    assert page.first.box.accessibleDescription() == page.first.error
    _type(page.first.box, "5")
    page.second.box.setFocus()
    assert (page.first.box.text(), flow.draft.first_run_utc, page.first.error) == ("05:00", "05:00", "")
    assert shell.foot.primary.isEnabled()


def test_an_emptied_first_time_says_what_belongs_there(qtbot: QtBot) -> None:
    page, flow = times_page(), flow_at("times")
    _shown(qtbot, page, flow, Words("en"))
    _type(page.first.box, "")
    page.second.box.setFocus()
    assert page.first.error == "A time such as 03:00 belongs here."
    assert page.runs.texts == ["No run starts until a time is set."]


def test_two_equal_times_are_refused_with_a_way_out(qtbot: QtBot) -> None:
    page, flow = times_page(), flow_at("times")
    shell = _shown(qtbot, page, flow, Words("en"))
    _type(page.second.box, "03:00")
    page.first.box.setFocus()
    assert page.second.error.startswith("Both runs have the same time.")
    assert not shell.foot.primary.isEnabled()
    page.second.add.click()
    assert (flow.draft.second_run_utc, page.second.box.text(), page.second.error) == ("", "", "")
    assert shell.foot.primary.isEnabled()


def test_a_second_run_is_proposed_half_a_day_later(qtbot: QtBot) -> None:
    page, flow = times_page(), flow_at("times")
    _shown(qtbot, page, flow, Words("en"))
    assert page.second.add.text() == "Add a second run"
    page.second.add.click()
    assert flow.draft.second_run_utc == "15:00"
    assert page.second.box.hasFocus()
    page.second.add.click()
    QTest.keyClick(page.second.box, Qt.Key.Key_Up)
    assert flow.draft.second_run_utc == "15:00"


def test_the_switch_turns_the_schedule_off_and_keeps_the_times(qtbot: QtBot) -> None:
    page, flow = times_page(), flow_at("times")
    _shown(qtbot, page, flow, Words("en"))
    page.switch.click()
    assert not flow.draft.enabled
    assert page.runs.texts == ["The schedule is off: no run starts by itself. The times are kept."]
    assert (page.first.box.text(), page.day.accessibleName()) == ("03:00", "now 12:48")
    page.switch.click()
    assert flow.draft.enabled
    assert len(page.runs.texts) == 3


def test_summer_time_moves_the_local_time_and_says_when(qtbot: QtBot) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    page = TimesPage(lambda: NOW, lambda moment: moment.astimezone(berlin))
    _shown(qtbot, page, flow_at("times"), Words("en"))
    assert page.first.box.accessibleDescription() == "04:00 your time (UTC+1) from 28\u00a0March\u00a02027 05:00"


def test_what_lies_on_another_day_here_is_said(qtbot: QtBot) -> None:
    page, flow = times_page(), flow_at("times")
    flow.edit(first_run_utc="21:30")
    _shown(qtbot, page, flow, Words("en"))
    assert page.first.box.accessibleDescription() == "00:30 your time (UTC+3), the day after"
    west = timezone(-timedelta(hours=5))
    other = TimesPage(lambda: NOW, lambda moment: moment.astimezone(west))
    _shown(qtbot, other, flow_at("times"), Words("en"))
    assert other.first.box.accessibleDescription() == "22:00 your time (UTC−5), the day before"


def test_the_remaining_time_runs_on_by_itself(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    moments: Iterator[datetime] = iter([NOW] * 3 + [NOW + timedelta(minutes=2)] * 1000)
    monkeypatch.setattr("b24learn_gui.gui.wizard.pages.times._TICK_MS", 20)
    page = TimesPage(lambda: next(moments), lambda moment: moment.astimezone(UTC))
    flow = flow_at("times")
    _shown(qtbot, page, flow, Words("en"))
    qtbot.waitUntil(lambda: page.runs.texts[0].endswith("in 17 h 10 min"))


def test_the_language_changes_at_once(qtbot: QtBot) -> None:
    page = times_page()
    shell = _shown(qtbot, page, flow_at("times"), Words("ru"))
    assert page.first.box.accessibleName() == "Первый запуск (UTC)"
    shell.retranslate(Words("en"))
    assert page.title.text() == "When should the synchronisation run?"
    assert page.first.box.accessibleName() == "First run (UTC)"
    assert page.runs.texts[0].startswith("tomorrow, Tuesday")


def test_a_wordy_language_is_neither_cut_nor_left_out(qtbot: QtBot, long_words: LongWords, palette: str) -> None:
    page, flow = times_page(), flow_at("times")
    flow.edit(second_run_utc="03:00")
    _shown(qtbot, page, flow, long_words)
    assert_nothing_cut(qtbot, page)
    assert all("UTC" in text or "November" in text for text in untranslated_text(page))  # times and days alone
    assert sideways(page) == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3", "03:00"),
        ("3:30", "03:30"),
        ("0330", "03:30"),
        (" 3.30 ", "03:30"),
        ("24:00", "24:00"),
        ("", ""),
        ("3:6", "3:6"),
    ],
)
def test_a_time_may_be_written_as_people_write_it(typed: str, read: str) -> None:
    assert read_time(typed) == read


def test_the_arrows_move_hours_or_minutes_round_the_clock(qtbot: QtBot) -> None:
    box = TimeBox()
    qtbot.addWidget(box)
    told: list[str] = []
    box.typed.connect(told.append)
    box.show_time("23:58")
    box.lineEdit().setCursorPosition(0)
    box.stepBy(1)
    box.lineEdit().setCursorPosition(4)
    box.stepBy(1)
    box.stepBy(-1)
    box.stepBy(-1)
    assert told == ["00:58", "01:00", "00:55", "00:50"]


def test_letters_are_not_taken(qtbot: QtBot) -> None:
    box = TimeBox()
    qtbot.addWidget(box)
    QTest.keyClicks(box, "0a3:0-0123")
    assert box.text() == "03:0-"


def test_pins_that_stand_close_do_not_write_over_each_other(qtbot: QtBot, palette: str) -> None:
    line = DayLine()
    qtbot.addWidget(line)
    line.resize(500, line.sizeHint().height())
    line.show_view(DayView(180, 0, "now 00:00", (Pin(1430, "first"), Pin(1435, "second"), Pin(2, "first"))), "a day")
    assert not line.grab().isNull()


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=20), "in 1 min"),
        (timedelta(minutes=59, seconds=1), "in 1 h 0 min"),
        (timedelta(hours=5, minutes=12), "in 5 h 12 min"),
        (timedelta(days=2, hours=3, minutes=59), "in 2 days 3 h"),
    ],
)
def test_the_time_left_is_said_in_minutes_hours_and_days(span: timedelta, said: str) -> None:
    assert remaining_words(span, Words("en")) == said


def test_a_zone_may_lie_between_whole_hours() -> None:
    assert zone_words(NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "UTC+5:30"
    assert zone_words(NOW.astimezone(timezone(-timedelta(hours=9, minutes=30)))) == "UTC−9:30"
    assert zone_words(NOW) == "UTC+0"
