"""Why is this person not in Learn? Asked of the real service over the embedded servers."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from b24learn_gui.cli.render_explain import render_explain
from b24learn_gui.gui.kit.buttons import Link
from b24learn_gui.gui.status.why import AnswerCard, Answered, PersonView, WhyRow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.setup import save
from b24learn_gui.text.explained import lines_of
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens import status_data as data
from tests.screens.looking import LongWords
from tests.service.setup_world import Setup, context_of, setup_world
from tests.storage.keyrings import MemoryKeyring

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Setup]:
    """A saved setup: a company of 24, nobody in Learn yet."""
    MemoryKeyring.values.clear()
    with setup_world(tmp_path) as world:
        save(world.context, world.settings, world.secrets)
        yield world


def card_of(qtbot: QtBot, context: Context, tasks: Tasks, words: Words | None = None) -> tuple[QWidget, AnswerCard]:
    holder = QWidget()
    card = AnswerCard(context, tasks, words or Words("en"), localise=data.local)
    QVBoxLayout(holder).addWidget(card)
    qtbot.addWidget(holder)
    holder.resize(900, 300)
    holder.show()
    return holder, card


def said(card: QWidget) -> str:
    QApplication.processEvents()  # what was made just now is shown in a turn of its own
    return "\n".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def test_somebody_who_is_to_study_is_found_with_choice_account_and_next_step(
    qtbot: QtBot, made: Setup, tasks: Tasks
) -> None:
    _, card = card_of(qtbot, made.context, tasks)
    card.ask("2")
    assert card.busy
    assert card.close_button.text() == "Stop the search"
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    told = said(card)
    assert "Found in Bitrix24: portal main, ID 2" in told
    assert "is ticked." in told
    assert "No account yet." in told
    assert "Next run: create (new in Bitrix24)." in told
    assert "Read today, 06:00" in told
    assert card.close_button.text() == "Close the answer"


def test_nobody_known_is_told_with_what_to_try(qtbot: QtBot, made: Setup, tasks: Tasks) -> None:
    _, card = card_of(qtbot, made.context, tasks)
    card.ask("Nobody at all")
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    assert "Nobody is known by “Nobody at all”" in said(card)
    assert "Looked through: portal main (" in said(card)
    assert "Try the Bitrix24 id" in said(card)


def test_another_language_asks_anew_in_its_words(qtbot: QtBot, made: Setup, tasks: Tasks) -> None:
    _, card = card_of(qtbot, made.context, tasks)
    card.ask("2")
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    card.retranslate(Words("ru"))
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    assert "Следующий запуск: создать" in said(card)
    assert "Закрыть ответ" in card.close_button.text()


def test_a_failure_says_what_happened_and_what_to_do(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    _, card = card_of(qtbot, context_of(tmp_path / "empty"), tasks)
    card.ask("2")
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    assert card.mark.state == "failed"
    assert card.title.text() == "It could not be found out"
    assert "Nothing was read or changed." in card.text.text()


class _Held:
    """Tasks whose one question waits until it is let go."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks, self.gate, self.stopped = tasks, threading.Event(), threading.Event()

    def run(self, _question: Any, on_answer: Any, on_error: Any, **_deadline: Any) -> Any:
        def wait(stop: threading.Event) -> Answered:
            self.gate.wait(10)
            if stop.is_set():
                self.stopped.set()
            known: Any = None
            return Answered(data.explained(data.person_found()), known)

        return self._tasks.run(wait, on_answer, on_error)

    def queued(self, tell: Any) -> Any:
        return self._tasks.queued(tell)


def test_a_search_that_was_stopped_answers_nothing_any_more(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    held: Any = _Held(tasks)
    _, card = card_of(qtbot, context_of(tmp_path / "home"), held)
    card.ask("2")
    QTest.mouseClick(card.close_button, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    held.gate.set()
    qtbot.waitUntil(held.stopped.is_set)
    qtbot.wait(20)
    assert not card.isVisible()


def test_a_card_that_is_gone_is_told_nothing(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    held: Any = _Held(tasks)
    holder, card = card_of(qtbot, context_of(tmp_path / "home"), held)
    card.ask("2")
    card.setParent(None)
    card.deleteLater()
    qtbot.waitUntil(lambda: not isValid(card))
    held.gate.set()
    qtbot.waitUntil(held.stopped.is_set)
    qtbot.wait(20)
    assert not tasks.busy
    assert holder.isVisible()


def link(card: QWidget, text: str) -> Link:
    (found,) = [each for each in card.findChildren(Link) if each.text() == text and each.isVisible()]
    return found


def test_several_of_one_name_are_a_list_to_choose_from_and_to_come_back_to(
    qtbot: QtBot, tmp_path: Path, tasks: Tasks
) -> None:
    _, card = card_of(qtbot, context_of(tmp_path / "home"), tasks)
    card.show_answer(data.explained(data.person_found(), data.person_in_order(), more=3))
    told = said(card)
    assert "5 people are known by “Ким”" in told
    assert "main:412 · Склад · Studies in Learn, and everything matches." in told
    assert "and 3 more" in told
    assert not card.findChildren(PersonView)
    QTest.keyClick(link(card, "Ким Роман"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "kim.r@example.com" in said(card))
    assert card.title.text() == "Ким Роман"
    assert "Ким Ольга" not in said(card)
    QTest.mouseClick(link(card, "Show all 2 found"), Qt.MouseButton.LeftButton)
    assert "5 people are known by “Ким”" in said(card)


def test_a_similar_name_is_one_click_away(qtbot: QtBot, made: Setup, tasks: Tasks) -> None:
    _, card = card_of(qtbot, made.context, tasks)
    name = made.portals["main"].world.people[2].fields["LAST_NAME"]
    card.ask(f"{name}ъъ")
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    assert "Similar names:" in said(card)
    (similar, *_others) = [each for each in card.findChildren(Link) if str(name) in each.text() and each.isVisible()]
    chosen = similar.text()
    similar.click()
    qtbot.waitUntil(lambda: card.title.text() == chosen, timeout=20_000)


def test_a_further_question_within_a_minute_reads_nothing_and_read_again_does(
    qtbot: QtBot, made: Setup, tasks: Tasks
) -> None:
    now = [made.context.now()]
    _, card = card_of(qtbot, replace(made.context, now=lambda: now[0]), tasks)

    def asked(who: str) -> int:
        before = made.portals["main"].requests
        card.ask(who)
        qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
        return made.portals["main"].requests - before

    assert asked("2") > 0
    now[0] += timedelta(seconds=59)
    assert asked("3") == 0
    assert "Read today, 06:00" in said(card)
    before = made.portals["main"].requests
    link(card, "Read again").click()
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    assert made.portals["main"].requests > before
    assert "Read today, 06:00" in said(card)
    now[0] += timedelta(seconds=61)
    assert asked("2") > 0
    card.forget()  # a sync has begun or ended
    assert asked("2") > 0


def test_while_both_sides_are_read_it_says_how_far_it_is(qtbot: QtBot, made: Setup, tasks: Tasks) -> None:
    _, card = card_of(qtbot, made.context, tasks)
    told: list[str] = []
    say = card.text.say

    def heard(text: str) -> None:
        told.append(text)
        say(text)

    card.text.say = heard  # type: ignore[method-assign]
    card.ask("2")
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    assert "Reading Bitrix24" in told
    assert any(each.startswith("Reading Bitrix24: ") and " of " in each for each in told)
    assert "Reading Learn" in told


@pytest.mark.parametrize(
    ("state", "sign"), [("ok", "ok"), ("changes", "info"), ("stopped", "warning"), ("out", "skipped")]
)
def test_the_sign_tells_at_a_glance(qtbot: QtBot, tmp_path: Path, tasks: Tasks, state: Any, sign: str) -> None:
    _, card = card_of(qtbot, context_of(tmp_path / "home"), tasks)
    card.show_answer(data.explained(data.person_found(state=state)))
    assert card.mark.state == sign


def test_the_same_lines_as_on_the_terminal_are_seen_and_heard(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    _, card = card_of(qtbot, context_of(tmp_path / "home"), tasks)
    answer = data.explained(data.person_in_order())
    card.show_answer(answer)
    terminal = render_explain(answer, Words("en"))
    (view,) = card.findChildren(PersonView)
    heard = view.accessibleDescription()
    for line in lines_of(answer.people[0], Words("en")):
        assert all(each in said(card) and each in heard and each in terminal for each in (line.label, *line.said))


def test_a_portal_that_was_not_read_is_told_below_the_answer(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    _, card = card_of(qtbot, context_of(tmp_path / "home"), tasks)
    card.show_answer(data.explained(data.person_found(), unread=("Portal west was not read: no answer.",)))
    assert "Portal west was not read: no answer." in said(card)


@pytest.mark.parametrize(
    "people", [(data.person_found(),), (data.person_in_order(),), (data.person_found(), data.person_in_order()), ()]
)
def test_no_answer_is_cut_off(qtbot: QtBot, tmp_path: Path, tasks: Tasks, people: Any) -> None:
    holder, card = card_of(qtbot, context_of(tmp_path / "home"), tasks, LongWords())
    card.show_answer(
        data.explained(*people, searched=("portal main (1,284 people)",), nearest=(("main:27", "Ким Ольга"),))
    )
    for _ in range(3):
        QApplication.processEvents()
    assert_nothing_cut(qtbot, holder)


def test_enter_and_the_button_ask_and_an_emptied_field_takes_the_answer_away(qtbot: QtBot) -> None:
    row = WhyRow()
    row.retranslate(Words("en"))
    qtbot.addWidget(row)
    row.show()
    told: list[str] = []
    row.asked.connect(told.append)
    row.emptied.connect(lambda: told.append("emptied"))
    QTest.keyClicks(row.field, " Kim ")
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    QTest.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert told == ["Kim", "Kim"]
    QTest.keyClick(row.field, Qt.Key.Key_Escape)
    assert told[-1] == "emptied"
    QTest.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert len(told) == 3
    assert row.field.accessibleName() == "Why is this person not in Learn? Name, e-mail, login or ID"
