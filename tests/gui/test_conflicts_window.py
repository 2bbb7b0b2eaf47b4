"""The window of conflicts over the embedded servers: who is in question, both sides, the decision, and the way back."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.errors import Unreachable
from b24learn_gui.gui.conflicts import rows
from b24learn_gui.gui.kit.tab_order import reading_order
from b24learn_gui.gui.plan_window.window import PlanWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.storage.lock import RunLock
from b24learn_gui.sync.memory import Decision
from b24learn_gui.text.words import Words
from tests.e2e.arena import email_of
from tests.gui.conflicts_watch import EN, WAIT_MS, end, watched
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, untranslated_text
from tests.screens.screens_conflicts import example, window_of
from tests.service.conflict_world import (
    EXACT,
    FORMER,
    HELD,
    IDENTITY,
    LEAVER,
    PROTECTED,
    RECREATED,
    REUSED,
    SEVERAL,
    TWIN,
    UNCERTAIN,
    UNDONE,
    conflict_world,
    key,
)

pytestmark = pytest.mark.usefixtures("dressed")


def label(number: int) -> str:
    return f"main:{number}"


# What it shows


def test_who_waits_stands_on_the_left_by_reason_and_the_first_one_with_both_sides_on_the_right(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with watched(tmp_path, qtbot) as found:
        window = found.window
        QAbstractItemModelTester(window.list.shown)
        found.read()
        assert window.which.currentText() == "Waiting for a decision: 7"
        assert found.people() == [label(each) for each in (SEVERAL, UNCERTAIN, RECREATED, REUSED, IDENTITY, TWIN, 53)]
        assert ("·", "Several cards, one login or e-mail · 2") in found.rows()
        assert found.shown == "Петров Олег"
        said = found.said()
        assert {"Several accounts fit", "o.petrov", "petrov@main.example", "Фирма / Офис", "Academy"} <= set(said)
        assert "Nothing is written to Learn here: the next run acts on what you decide." in said
        assert not found.world.arena.learn.log.writes
        assert not found.world.memory.decisions


def test_equal_and_different_values_are_told_by_sign_word_and_weight(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.read(label(RECREATED))
        lines = found.window.comparison.lines
        assert found.shown == "Фамилия5 Имя5"
        assert (lines["email"].sign.text(), lines["email"].sign.accessibleName()) == ("=", "the same on both sides")
        assert (lines["department"].sign.text(), lines["department"].sign.accessibleName()) == ("≠", "different")
        assert lines["department"].there.font().bold() != lines["email"].there.font().bold()
        assert not lines["phone"].sign.isVisible()  # nothing to compare
        assert lines["holder"].there.text() == "Фамилия5 Имя5 (main:5, dismissed)"
        assert "former card of the same name" in " ".join(found.said())


def test_a_choice_and_a_search_narrow_the_list_and_nobody_found_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        window = found.window
        found.read()
        window.which.setCurrentIndex(window.which.findData("all"))
        assert set(found.people()) >= {label(each) for each in (PROTECTED, EXACT, HELD, UNDONE)}
        window.search.setText("io@home.example")  # the account's e-mail
        window.search.search.emit("io@home.example")
        assert found.people() == [label(UNCERTAIN)]
        assert found.shown == "Орлова Инна"
        window.search.setText("nobody of that name")
        window.search.search.emit("")
        assert found.people() == []
        assert "Nobody in this list matches “nobody of that name”." in found.said()
        assert not window.bar.isVisible()


def test_somebody_asked_for_is_shown_whatever_the_list_is_narrowed_to(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.read(label(PROTECTED))
        assert found.shown == "Главная Мария"
        assert "owner or administrator, never touched" in found.said()
        requests = found.world.arena.main.requests
        found.read(label(REUSED))
        assert found.shown == "Новикова Вера"
        found.read("main:4")
        assert "main:4 is not in question any more." in found.said()
        assert found.world.arena.main.requests == requests


def test_nothing_to_decide_is_said_where_the_list_would_be(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.window.show_queue(replace(example(), cases=()))
        assert "Nobody waits for a decision: of everybody it is certain which account is theirs." in found.said()
        assert not found.window.bar.isVisible()
        assert found.window.preview.isVisible()


def test_of_very_many_the_first_are_listed_and_a_search_finds_the_others(qtbot: QtBot) -> None:
    one = example().cases[0]
    many = [
        replace(one, key=("main", number), name=f"Имя{number}", sought=f"имя{number} main:{number}")
        for number in range(1, rows.MOST_ROWS + 3)
    ]
    window = window_of(EN, replace(example(), cases=tuple(many)))
    qtbot.addWidget(window)
    window.show()
    listed = window.list.shown.rows
    assert len([row for row in listed if row.key]) == rows.MOST_ROWS
    assert listed[-1].title == "2 more: search for them"
    assert window.which.currentText() == "Waiting for a decision: 1,002"
    window.search.setText("Имя1002")
    window.search.search.emit("")
    assert [row.key for row in window.list.shown.rows if row.key] == ["main:1002"]
    assert window.title.text() == "Имя1002"


# Deciding


def test_I6_the_account_looked_at_is_linked_and_the_next_one_who_waits_is_shown(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        window = found.window
        found.read()
        requests = found.world.arena.main.requests
        accounts = window.comparison.accounts
        assert accounts.count() == 2
        accounts.setCurrentIndex(1)
        wanted = str(accounts.currentData())
        assert window.comparison.lines["login"].there.text() == "petrov@main.example"
        found.press(window.link)
        assert found.world.memory.decisions[key(SEVERAL)] == Decision("link", wanted)
        assert found.state_of(SEVERAL) == ("ok", "decided: linked to petrov@main.example")
        assert found.shown == "Орлова Инна"  # the next one
        assert window.which.currentText() == "Waiting for a decision: 6"
        found.go(SEVERAL)
        assert window.forget.isVisible()
        assert not window.link.isVisible()
        assert found.world.arena.main.requests == requests
        assert not found.world.arena.learn.log.writes


def test_I6_what_is_refused_cannot_be_pressed_and_says_why(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        window = found.window
        found.read(label(RECREATED))
        assert (window.link.isEnabled(), window.create_new.isEnabled(), window.leave.isEnabled()) == (True, False, True)
        assert f"{email_of(FORMER)} belongs to the account" in window.why.text()
        assert window.create_new.accessibleDescription() == window.why.text()
        assert "Linking takes the account from Фамилия5 Имя5 (main:5, dismissed)" in window.why.text()
        found.go(TWIN)
        assert (window.link.isEnabled(), window.create_new.isEnabled()) == (False, False)
        assert "There is no account to link to." in window.why.text()
        found.go(IDENTITY)
        assert (window.link.isEnabled(), window.create_new.isEnabled(), window.why.text()) == (True, True, "")


def test_linking_is_proposed_only_where_it_takes_nothing_from_anybody_else(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.read(label(RECREATED))
        assert found.window.link.isDefault()
        found.go(REUSED)
        assert found.window.link.isEnabled()
        assert not found.window.link.isDefault()


def test_U2_whoever_an_undo_holds_is_released(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.read(label(UNDONE))
        assert found.window.which.currentData() == "decided"
        assert found.window.forget.text() == "Release from the hold"
        found.press(found.window.forget)
        assert not found.world.memory.held
        assert found.people() == []


def test_T16_beside_a_run_nothing_is_decided_and_that_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.read()
        with RunLock(found.world.context.places.lock_file):
            found.press(found.window.leave)
        assert "Another run is active in this home." in found.said()
        assert found.shown == "Петров Олег"
        assert not found.world.memory.decisions
        found.press(found.window.leave)
        assert "Another run is active in this home." not in found.said()
        assert found.world.memory.decisions == {key(SEVERAL): Decision("leave")}


def test_after_a_run_both_sides_are_read_again_before_anything_is_decided(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        window = found.window
        found.read(label(REUSED))
        found.world.sync()
        found.press(window.leave)
        assert "What was read of both sides is out of date" in " ".join(found.said())
        assert not found.world.memory.decisions
        found.press(window.retry)
        assert found.shown == "Новикова Вера"
        found.press(window.leave)
        assert found.world.memory.decisions == {key(REUSED): Decision("leave")}
        window.say_stale()
        assert not window.link.isEnabled()
        assert "A run or other settings have gone on since both sides were read." in found.said()
        found.read()  # its owner asks for it once more
        assert not window.notice.isVisible()


def test_I6_what_was_decided_in_the_window_is_what_the_next_sync_does_and_taking_it_back_asks_again(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with watched(tmp_path, qtbot) as found:
        window, made = found.window, found.world.arena
        account = found.world.account(FORMER)
        found.read(label(RECREATED))
        found.press(window.link)
        found.go(IDENTITY)
        found.press(window.create_new)
        found.go(REUSED)
        found.press(window.leave)
        answer = made.approved_sync()
        told = {(each["bitrix24_id"], each["code"]) for each in answer.json["problems"]}
        assert not {(number, code) for number, code in told if number in {RECREATED, IDENTITY, REUSED}}
        assert made.learn.world.accounts[account].status == 1  # the new card's account, not a leaver's
        kinds = {(each["kind"], each["bitrix24_id"]) for each in answer.json["changes"]}
        assert ("user.create", IDENTITY) in kinds
        assert not {kind for kind, number in kinds if number == REUSED}
        created = made.learn.world.by_email("other@main.example")
        assert created is not None
        window.read_now()
        found.settle()
        window.which.setCurrentIndex(window.which.findData("decided"))
        found.go(REUSED)
        found.press(window.forget)
        assert found.state_of(REUSED)[0] == "warning"
        again = made.sync()
        assert (REUSED, "match_taken") in {(each["bitrix24_id"], each["code"]) for each in again.json["problems"]}
        assert made.learn.world.accounts[found.world.account(LEAVER)].status == 3  # dismissed, and nobody else's


# By keyboard


def test_everything_goes_by_keyboard(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        window = found.window
        found.read()
        window.activateWindow()
        window.list.setFocus()
        QTest.keyClick(window.list, Qt.Key.Key_Down)  # over the heading
        assert found.shown == "Орлова Инна"
        QTest.keyClick(window.list, Qt.Key.Key_Return)
        assert QApplication.focusWidget() is window.link
        QTest.keyClick(window.link, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is window.leave  # what cannot be pressed is skipped
        QTest.keyClick(window.leave, Qt.Key.Key_Space)
        found.settle()
        assert found.world.memory.decisions == {key(UNCERTAIN): Decision("leave")}
        assert found.shown == "Фамилия5 Имя5"
        order = reading_order(window)
        places = [
            order.index(each) for each in (window.which, window.search, window.list, window.preview, window.leave)
        ]
        assert places == sorted(places)
        QTest.keyClick(window.list, Qt.Key.Key_Escape)
        assert not window.isVisible()


# Reading


def test_a_reading_is_stopped_and_begun_again(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        window = found.window
        window.open_case()
        assert window.work.isVisible()
        question = window._reading.handle
        assert question is not None
        window.open_case(label(REUSED))  # asked for once more: the same reading goes on
        assert window._reading.handle is question
        QTest.mouseClick(window.work.stop, Qt.MouseButton.LeftButton)
        assert question.stop.is_set()
        assert not window.busy
        assert "Reading was stopped. Nothing was written or decided." in found.said()
        assert not window.work.isVisible()
        found.press(window.retry)
        assert found.shown == "Новикова Вера"
        assert not window.notice.isVisible()


def test_a_failure_says_what_happened_and_offers_to_try_again(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.window.show_failure(
            Unreachable("timeout_read", side="learn", host="learn.example", seconds=30, attempts=4)
        )
        assert "learn.example did not answer within 30 s, 4 attempts." in found.said()
        assert found.window.retry.text() == "Try again"
        found.press(found.window.retry)
        assert found.shown == "Петров Олег"


def test_a_portal_that_was_not_read_is_named(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        error = Unreachable("timeout_read", side="bitrix24", portal="second", host="b.example", seconds=30, attempts=4)
        found.window.show_queue(replace(example(), unread=(error,)))
        assert "Not every portal was read: its people are missing here." in found.said()
        assert any("second" in each for each in found.said())


def test_a_closed_window_drops_what_it_asked(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.window.open_case()
        question = found.window._reading.handle
        assert question is not None
        found.window.close()
        assert question.stop.is_set()
        assert not found.window.busy


def test_the_plans_list_of_conflicts_leads_to_the_person_chosen_in_it(tmp_path: Path, qtbot: QtBot) -> None:
    with conflict_world(tmp_path) as world:
        tasks, asked = Tasks(), list[str]()
        plan = PlanWindow(world.context, tasks, EN)
        plan.decide.connect(asked.append)
        plan.show()
        plan.preview_now()
        qtbot.waitUntil(lambda: plan.work.work is None, timeout=WAIT_MS)
        assert not plan.deeds.decide_button.isVisible()
        plan.plan.show_list("conflict")
        assert plan.deeds.decide_button.text() == "Decide about 7 people…"
        plan.deeds.decide_button.click()
        plan.plan.table.selectRow(0)
        plan.deeds.decide_button.click()
        row = plan.plan.rows.row(0)
        assert asked == ["", f"{row.portal}:{row.bitrix24_id}"]
        plan.retranslate(Words("ru"))
        assert plan.deeds.decide_button.text() == "Решить о\u00a07\u00a0сотрудниках…"
        plan.plan.show_list("skipped")
        assert not plan.deeds.decide_button.isVisible()
        assert tasks.close()
        end(plan)


# How it is made


def test_nothing_is_made_or_ended_however_much_is_looked_at_and_decided(tmp_path: Path, qtbot: QtBot) -> None:
    """Widgets made and ended with each click, while servers' threads run, are what such a window once died of."""
    with watched(tmp_path, qtbot) as found:
        window = found.window
        found.read()
        window.which.setCurrentIndex(window.which.findData("all"))
        made = {id(each) for each in window.findChildren(QWidget)}
        for row in [row for row in window.list.shown.rows if row.key]:
            found.go(int(row.key.partition(":")[2]))
        for number in (SEVERAL, REUSED):
            found.go(number)
            found.press(window.leave)
            found.go(number)
            found.press(window.forget)
        popup = {id(each) for each in window.comparison.accounts.findChildren(QWidget)}
        assert {id(each) for each in window.findChildren(QWidget)} - popup == made - popup


def test_another_language_is_spoken_at_once(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.read(label(RECREATED))
        english = {"Link to this account", "Leave alone", "Department", "Bitrix24"}
        assert english <= set(found.said())
        found.window.retranslate(Words("ru"))
        said = set(found.said())
        assert not (english - {"Bitrix24"}) & said
        assert {"Связать с\u00a0этой учётной записью", "Не трогать", "Отдел", "Битрикс24"} <= said
        assert found.window.which.currentText() == "Ждут решения: 7"
        assert found.shown == "Фамилия5 Имя5"


def test_no_words_are_cut_off_or_forgotten_in_a_wordy_language(
    qtbot: QtBot, palette: str, long_words: LongWords
) -> None:
    for who in [label(each.key[1]) for each in example().cases]:
        window = window_of(long_words, example(), who)
        qtbot.addWidget(window)
        window.resize(1024, 700)
        window.show()
        QApplication.processEvents()
        assert_nothing_cut(qtbot, window)
        data = [value for each in example().cases for facts in (each.facts, *(c.facts for c in each.candidates))
                for value in facts.values()]  # fmt: skip
        left = [text for text in untranslated_text(window) if text not in {*data, "=", "≠", "—", "iSpring Learn"}]
        assert left == []
        window.close()


def test_every_control_is_called_as_it_is_labelled(tmp_path: Path, qtbot: QtBot) -> None:
    with watched(tmp_path, qtbot) as found:
        found.read(label(IDENTITY))
        for button in (*found.window.deciding, found.window.preview, found.window.again):
            if button.isVisible():
                assert button.accessibleName() == button.text()
        assert found.window.list.accessibleName() == EN("People in question")
        index = found.window.list.currentIndex()
        spoken = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
        assert spoken == "Лицо Другое, waits for a decision, other@main.example"
