"""Why is this person not in Learn? Asked of the real service over the embedded servers."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from b24learn_gui.gui.status.why import AnswerCard, WhyRow
from b24learn_gui.gui.status.why_words import answers
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.setup import save
from b24learn_gui.text.words import Words
from tests.screens import status_data as data
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
    card = AnswerCard(context, tasks, words or Words("en"))
    QVBoxLayout(holder).addWidget(card)
    qtbot.addWidget(holder)
    holder.resize(900, 300)
    holder.show()
    return holder, card


def said(card: QWidget) -> str:
    QCoreApplication.processEvents()  # what was made just now is shown in a turn of its own
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
    assert "portal main, Bitrix24 ID 2" in told
    assert "is ticked." in told
    assert "no account of theirs is known" in told
    assert "Next run: create (new in Bitrix24)." in told
    assert card.close_button.text() == "Close the answer"


def test_nobody_known_is_told_with_what_to_try(qtbot: QtBot, made: Setup, tasks: Tasks) -> None:
    _, card = card_of(qtbot, made.context, tasks)
    card.ask("Nobody at all")
    qtbot.waitUntil(lambda: not card.busy, timeout=20_000)
    assert "Nobody is known by “Nobody at all” in Bitrix24" in said(card)
    assert "Check the spelling" in said(card)


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

    def run(self, _question: Any, on_answer: Any, on_error: Any) -> Any:
        def wait(stop: threading.Event) -> dict[str, Any]:
            self.gate.wait(10)
            if stop.is_set():
                self.stopped.set()
            return data.explained(data.person_found())

        return self._tasks.run(wait, on_answer, on_error)


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


def test_several_of_one_name_are_told_apart(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    _, card = card_of(qtbot, context_of(tmp_path / "home"), tasks)
    other = data.person_found(bitrix24_id=412, name="Ким Роман", learn_id="a81b", problems=[])
    card.show_answer("Ким", data.explained(data.person_found(), other))
    told = said(card)
    assert "2 people are known by “Ким”" in told
    assert told.index("Ким Ольга") < told.index("Ким Роман")
    assert "account a81b" in told
    card.show_answer("27", data.explained(data.person_found()))
    assert "Ким Роман" not in said(card)


@pytest.mark.parametrize(
    ("more", "state", "in_the_way"),
    [
        ({}, "skipped", "the e-mail is not valid: kim@"),
        ({"problems": [], "learn_id": "a81b"}, "ok", "nothing"),
        ({"problems": [], "in_scope": False}, "info", "nothing"),
        (
            {"problems": [{"code": "phone_invalid", "detail": {}, "note": True}], "learn_id": "a81b"},
            "ok",
            "the phone number is not valid and was left out",
        ),
    ],
)
def test_the_sign_tells_whether_something_stands_in_the_way(more: dict[str, Any], state: str, in_the_way: str) -> None:
    answer = answers(data.explained(data.person_found(**more)), Words("en"))[0]
    assert answer.state == state
    assert dict(answer.rows)["In the way"] == in_the_way


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
    assert row.field.accessibleName() == "Why is this person not in Learn? Name, e-mail or Bitrix24 ID"
