"""A window's question that tells how far it is and can be stopped."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.views.inquiry import Inquiry
from b24learn_gui.service.context import Context
from b24learn_gui.text.words import Words
from tests.service.setup_world import context_of


class Asker:
    """What a window does with an inquiry."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.answers: list[str] = []
        self.errors: list[SyncError] = []
        self.told: list[object] = []

    def ask(self, gate: threading.Event, name: str = "first") -> None:
        def question(context: Context) -> str:
            context.reporter.progress(1, 2)
            gate.wait(10)
            context.reporter.progress(2, 2)
            if context.stop.is_set():
                raise StoppedOnRequest("stopped")
            return f"{name} {context.words.language}"

        self.inquiry.ask(question, self.answers.append, self.errors.append, self.hear, Words("ru"))

    def hear(self, event: Mapping[str, object]) -> None:
        self.told.append(event["done"])


@pytest.fixture
def asker(qtbot: QtBot, tmp_path: Path) -> Iterator[Asker]:
    tasks = Tasks()
    yield Asker(Inquiry(context_of(tmp_path), tasks))
    tasks.close()


def test_a_question_speaks_the_words_of_the_moment_and_tells_on_the_way(qtbot: QtBot, asker: Asker) -> None:
    gate = threading.Event()
    asker.ask(gate)
    qtbot.waitUntil(lambda: asker.told == [1])
    assert asker.inquiry.busy
    gate.set()
    qtbot.waitUntil(lambda: asker.answers == ["first ru"])
    assert (asker.told, asker.errors, asker.inquiry.busy) == ([1, 2], [], False)


def test_another_question_drops_the_one_before_and_what_it_tells(qtbot: QtBot, asker: Asker) -> None:
    first, second = threading.Event(), threading.Event()
    asker.ask(first)
    qtbot.waitUntil(lambda: asker.told == [1])
    dropped = asker.inquiry.handle
    asker.ask(second, "second")
    assert dropped is not None
    assert dropped.stop.is_set()
    first.set()
    qtbot.waitUntil(lambda: asker.told == [1, 1])
    second.set()
    qtbot.waitUntil(lambda: bool(asker.answers))
    assert (asker.answers, asker.errors, asker.told) == (["second ru"], [], [1, 1, 2])
