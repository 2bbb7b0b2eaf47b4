"""The status window: what it shows in each state, what it asks for, and that it never gets in the way."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.application import toolkit_words
from b24learn_gui.gui.kit.buttons import PrimaryButton
from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.status.window import StatusWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.standing import Standing
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text.language import Language
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens import status_data as data
from tests.screens.looking import LongWords, sideways, untranslated_text

pytestmark = pytest.mark.usefixtures("dressed")

STATES = {
    "ok": data.FINE,
    "running": data.RUNNING,
    "plan waits": data.waits(data.PLAN_WAITS, data.SKIPPED),
    "many": data.waits(data.DOUBT, data.LOCKED, data.OVERDUE, data.INTERRUPTED, code=30),
    "paused": data.PAUSED,
    "off": data.OFF,
    "setup": data.SETUP,
    "fault": data.FAULT,
    "fresh": data.FRESH,
}

Open = Callable[..., StatusWindow]


class _Time:
    """A clock that stands where it was put."""

    def __init__(self) -> None:
        self.now = data.NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Time:
    return _Time()


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path, clock: _Time) -> Iterator[Open]:
    """Opens windows with a standing, active and 1024 by 700."""
    tasks, kept = Tasks(), []

    def opened(standing: Standing, progress: RunProgress | None = None, words: Words | None = None) -> StatusWindow:
        words = words or Words("en")
        places = find_places(tmp_path / "home", {})
        context = Context(places, words, Secrets(account=places.home_id, environment={}), {}, now=clock)
        window = StatusWindow(context, tasks, words, localise=data.local)
        kept.append(window)
        window.show_standing(standing)
        window.show_progress(progress)
        window.resize(1024, 700)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield opened
    for window in kept:
        window.close()
        window.deleteLater()
    tasks.close()


def buttons(window: QWidget) -> dict[str, QAbstractButton]:
    """The buttons that can be seen, by their words."""
    return {each.text(): each for each in window.findChildren(QAbstractButton) if each.isVisible() and each.text()}


def settle() -> None:
    """Lets layouts whose parts change their direction come to rest."""
    for _ in range(3):
        QApplication.processEvents()


def filled(window: QWidget) -> list[str]:
    """The words of the filled buttons."""
    return [each.text() for each in window.findChildren(PrimaryButton) if each.isVisible() and each.isDefault()]


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (data.FINE, ["Sync now"]),
        (data.waits(data.PLAN_WAITS, data.SKIPPED), ["Look at the plan…"]),
        (data.waits(data.SKIPPED, code=10), ["Sync now"]),
        (data.waits(data.failed("en"), code=40), ["Settings…"]),
        (data.PAUSED, ["Resume"]),
        (data.SETUP, ["Set up…"]),
        (data.FAULT, ["Settings…"]),
    ],
)
def test_one_button_is_filled_the_next_thing_to_do(open_window: Open, standing: Standing, expected: list[str]) -> None:
    assert filled(open_window(standing)) == expected


def test_every_button_of_the_head_asks_for_its_thing(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(data.FINE)
    asked = {
        "Sync now": window.sync_now,
        "Preview…": window.preview,
        "Log": window.open_log,
        "Settings…": window.open_settings,
        "Request activation…": window.request_activation,
    }
    for name, signal in asked.items():
        with qtbot.waitSignal(signal, timeout=1000):
            QTest.mouseClick(buttons(window)[name], Qt.MouseButton.LeftButton)


def test_a_paused_timetable_can_be_resumed_and_synced_by_hand(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(data.PAUSED)
    with qtbot.waitSignal(window.act, timeout=1000) as told:
        buttons(window)["Resume"].click()
    assert told.args == ["paused", "resume"]
    assert "Sync now" in buttons(window)


def test_cards_ask_for_what_their_buttons_say(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(data.waits(data.PLAN_WAITS, data.SKIPPED))
    with qtbot.waitSignal(window.act, timeout=1000) as told:
        buttons(window)["Look at the plan…"].click()
    assert told.args == [data.PLAN_WAITS.key, "review"]
    with qtbot.waitSignal(window.act, timeout=1000) as told:
        buttons(window)["Show and export for HR"].click()
    assert told.args == [data.SKIPPED.key, "show"]
    with qtbot.waitSignal(window.act, timeout=1000) as told:
        buttons(window)["Decide about 1 person…"].click()
    assert told.args == [data.SKIPPED.key, "decide"]
    window.show_standing(data.waits(data.failed("en"), code=40))
    with qtbot.waitSignal(window.open_log, timeout=1000) as told:
        next(
            each for each in window.cards.findChildren(QPushButton) if each.isVisible() and each.text() == "Log"
        ).click()
    assert told.args == [data.failed("en").run]


def test_a_note_without_anybody_to_decide_about_has_one_way_out(open_window: Open) -> None:
    window = open_window(data.waits(replace(data.SKIPPED, detail={"by_code": {"email_invalid": 9}})))
    (card,) = window.cards.cards
    assert [link.text() for link in card.links if link.isVisible()] == ["Show and export for HR"]


def test_an_answer_leads_to_the_decision_where_one_is_wanted(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(data.FINE)
    conflict = {"code": "match_taken", "detail": {}, "note": False}
    window.answer.show_answer(data.explained(data.person_found(problems=(conflict,))))
    settle()
    with qtbot.waitSignal(window.decide, timeout=1000) as told:
        buttons(window)["Decide about this person…"].click()
    assert told.args == ["main:27"]
    window.answer.show_answer(data.explained(data.person_found(problems=({**conflict, "note": True},))))
    settle()
    assert "Decide about this person…" not in buttons(window)


def test_two_cards_are_open_at_most_and_the_others_one_press_away(open_window: Open) -> None:
    causes = (data.LOCKED, data.DOUBT, data.OVERDUE, data.INTERRUPTED)
    window = open_window(data.waits(*causes, code=41))
    assert len(window.cards.cards) == 2
    more = buttons(window)["2 more"]
    assert "No successful run for 3 days" in more.accessibleDescription()
    more.setFocus()
    QTest.keyClick(more, Qt.Key.Key_Return)
    assert len(window.cards.cards) == 4
    buttons(window)["Show less"].click()
    assert len(window.cards.cards) == 2


def test_a_cause_put_off_stays_folded_until_tomorrow_and_comes_back(
    open_window: Open, qtbot: QtBot, clock: _Time
) -> None:
    standing = data.waits(data.PLAN_WAITS, data.SKIPPED)
    window = open_window(standing)
    with qtbot.waitSignal(window.act, timeout=1000) as told:
        buttons(window)["Put off until tomorrow"].click()
    assert told.args == [data.PLAN_WAITS.key, "later"]
    assert "Look at the plan…" not in buttons(window)
    assert "1 more" in buttons(window)
    assert filled(window) == ["Sync now"]
    window.show_standing(replace(standing, causes=(replace(data.PLAN_WAITS, mark="another plan"), data.SKIPPED)))
    assert "Look at the plan…" in buttons(window)
    window.show_standing(standing)
    assert "Look at the plan…" not in buttons(window)
    clock.now += timedelta(days=1)
    window.show_standing(standing)
    assert "Look at the plan…" in buttons(window)


def test_while_a_sync_runs_no_other_is_offered(open_window: Open) -> None:
    standing = replace(data.waits(data.LOCKED, data.OVERDUE, code=41), running="", days=data.thirty_days())
    window = open_window(standing, data.writing())
    assert "Sync now" not in buttons(window)
    window.show_progress(None)
    window.show_standing(replace(standing, running=None))
    assert "Sync now" in buttons(window)


def test_stopping_is_asked_once_and_says_what_stays(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(data.RUNNING, data.writing())
    with qtbot.assertNotEmitted(window.stop):
        buttons(window)["Stop"].click()
    assert "30 changes of 51 are written and stay" in window.progress.question.text()
    assert window.progress.keep.hasFocus()
    window.show_progress(data.writing(40))
    assert "40 changes of 51" in window.progress.question.text()
    QTest.keyClick(window.progress.keep, Qt.Key.Key_Return)
    assert window.progress.ask.hasFocus()
    buttons(window)["Stop"].click()
    with qtbot.waitSignal(window.stop, timeout=1000):
        buttons(window)["Stop run"].click()
    window.show_progress(replace(data.writing(40), stopping=True))
    assert not window.progress.ask.isEnabled()
    assert window.header.title.text() == "The sync is stopping"


def test_progress_moves_the_bar_that_is_heard_as_one(open_window: Open) -> None:
    window = open_window(data.RUNNING, data.writing(30))
    heard = QAccessible.queryAccessibleInterface(window.progress.bar)
    assert heard.role() == QAccessible.Role.ProgressBar
    assert heard.text(QAccessible.Text.Name) == "Progress of the sync"
    assert (window.progress.bar.value(), window.progress.bar.maximum()) == (30, 51)
    window.show_progress(data.OPENING)
    assert window.progress.bar.maximum() == 0
    window.show_progress(None)
    assert not window.progress.isVisible()


def test_a_silent_run_can_be_ended_from_here(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(data.RUNNING, data.writing())
    assert "End it at once" not in buttons(window)
    window.say_silent(True)
    with qtbot.waitSignal(window.act, timeout=1000) as told:
        buttons(window)["End it at once"].click()
    assert told.args == ["silent", "end"]
    window.say_silent(False)
    assert "End it at once" not in buttons(window)


def test_the_time_left_is_said_anew_while_somebody_looks(open_window: Open, clock: _Time) -> None:
    window = open_window(data.FINE)
    assert "in 5 h 12 min" in window.header.next_run.rest.text()
    clock.now += timedelta(hours=1)
    window.tick.timeout.emit()
    assert "in 4 h 12 min" in window.header.next_run.rest.text()
    assert window.tick.isActive()
    window.hide()
    assert not window.tick.isActive()


def test_refreshing_keeps_the_keyboard_where_it_was(open_window: Open) -> None:
    window = open_window(data.waits(data.PLAN_WAITS, data.SKIPPED))
    button = buttons(window)["Put off until tomorrow"]
    button.setFocus()
    window.show_standing(data.waits(data.PLAN_WAITS, data.SKIPPED))
    assert QApplication.focusWidget() is button


def test_without_a_tray_it_says_why_it_minimises(open_window: Open) -> None:
    window = open_window(data.FINE)
    assert not window.no_tray.isVisible()
    window.say_no_tray(True)
    assert window.no_tray.isVisible()
    assert "minimises instead of hiding" in window.no_tray.text()


@pytest.mark.parametrize("state", ["setup", "fault"])
def test_an_unusable_home_shows_only_what_helps(open_window: Open, qtbot: QtBot, state: str) -> None:
    window = open_window(STATES[state])
    assert not window.chart.isVisible()
    assert not window.why.isVisible()
    with qtbot.waitSignal(window.open_settings, timeout=1000):
        buttons(window)[filled(window)[0]].click()


def test_before_anything_is_known_nothing_is_claimed(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(data.FINE)
    bare = StatusWindow(window._context, Tasks(window), Words("en"))
    qtbot.addWidget(bare)
    bare.show()
    bare.show_progress(data.READING)
    assert not bare.header.isVisible()
    assert not bare.chart.isVisible()


def test_a_day_of_the_chart_opens_the_log_of_its_last_run(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(data.FINE)
    window.chart.chart.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(window.open_log, timeout=1000) as told:
        QTest.keyClick(window.chart.chart, Qt.Key.Key_Return)
    assert told.args == [data.FINE.days[-1].last]


def test_the_language_changes_at_once(open_window: Open) -> None:
    window = open_window(data.RUNNING, data.writing())
    window.retranslate(Words("ru"))
    assert window.windowTitle() == "Битрикс24 → iSpring Learn"
    assert window.header.title.text() == "Идёт синхронизация"
    assert {"Остановить", "Журнал", "Узнать", "Посмотреть план…"} <= set(buttons(window))
    assert window.chart.title.text() == "Последние 30 дней"
    window.retranslate(Words("en"))
    assert "Stop" in buttons(window)


def test_the_title_ends_with_the_programs_name_so_that_none_is_put_behind_it(open_window: Open) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = open_window(data.FINE)
    languages: tuple[Language, ...] = ("ru", "en")
    for language in languages:
        toolkit_words(app).speak(language)
        window.retranslate(Words(language))
        assert window.windowTitle() == app.applicationDisplayName()


@pytest.mark.usefixtures("palette")
@pytest.mark.parametrize("state", STATES)
def test_a_wordy_language_is_neither_cut_nor_left_out(
    open_window: Open, qtbot: QtBot, long_words: LongWords, state: str
) -> None:
    window = open_window(STATES[state], data.writing() if state == "running" else None, long_words)
    window.resize(1100, 760)
    settle()
    assert_nothing_cut(qtbot, window)
    assert [text for text in untranslated_text(window) if "UTC" not in text] == []
    assert sideways(window) == []


@pytest.mark.parametrize("state", STATES)
def test_everything_fits_1024_by_700_without_scrolling(
    open_window: Open, qtbot: QtBot, words: Words, state: str
) -> None:
    window = open_window(STATES[state], data.writing() if state == "running" else None, words)
    settle()
    assert_nothing_cut(qtbot, window)
    assert window.area.verticalScrollBar().maximum() == 0


def test_every_control_is_called_by_its_visible_words_and_reached_by_tab(open_window: Open) -> None:
    window = open_window(data.waits(data.PLAN_WAITS, data.SKIPPED), data.writing())
    wanted = set(buttons(window).values()) | {window.why.field, window.chart.chart}
    for button in buttons(window).values():
        heard = QAccessible.queryAccessibleInterface(button).text(QAccessible.Text.Name)
        assert heard == button.text()
    reached, window_focus = set(), window.header.preview
    window_focus.setFocus()
    for _ in range(60):
        focused = QApplication.focusWidget()
        if focused is not None:
            reached.add(focused)
        QTest.keyClick(window, Qt.Key.Key_Tab)
    assert wanted - reached == set()


def test_ctrl_f_leads_to_the_search(open_window: Open) -> None:
    window = open_window(data.FINE)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.why.field.hasFocus()


def test_nothing_stalls_the_window(open_window: Open) -> None:
    window = open_window(data.RUNNING, data.writing())

    def shortest(change: Callable[[int], None]) -> float:
        took = []
        for number in range(8):
            began = time.perf_counter()
            change(number)
            QApplication.processEvents()
            took.append(time.perf_counter() - began)
        return min(took)

    assert shortest(lambda number: window.show_progress(data.writing(number))) < 0.05
    assert shortest(lambda number: window.show_standing(data.FINE if number % 2 else data.RUNNING)) < 0.05
    assert shortest(lambda number: window.retranslate(Words("ru" if number % 2 else "en"))) < 0.05


def test_the_window_brings_neither_http_nor_secrets_nor_the_wizard_along() -> None:
    heavy = (
        "requests",
        "urllib3",
        "keyring",
        "b24learn_gui.gui.wizard",
        "b24learn_gui.gui.preview",
        "b24learn_gui.learn",
    )
    code = (
        "import sys, b24learn_gui.gui.status.window\n"
        f"found = [name for name in sys.modules for each in {heavy!r} if name == each or name.startswith(each + '.')]\n"
        "sys.exit(', '.join(found) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
