"""Leaving a setup that is half done: kept, thrown away or gone on with; and what a full disk changes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.message import Message
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.window import WizardWindow
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.setup import keep_unfinished, load_unfinished
from tests.gui.people_pages import walk_to
from tests.gui.test_page_review import opened
from tests.service.setup_world import context_of
from tests.storage.disk import no_file_larger_than

pytestmark = pytest.mark.usefixtures("dressed")

KEEP, DISCARD, BACK = "Keep and go on later", "Discard what is entered", "Back to the setup"
SECRET = "canary-7f3a"


@contextmanager
def half_done(context: Context, qtbot: QtBot) -> Iterator[WizardWindow]:
    """The wizard with something entered."""
    flow, tasks = Flow(), Tasks()
    flow.edit(learn_url="https://learn.example.com")
    flow.edit_secret("learn.password", SECRET)
    window = WizardWindow(context, Opening(), flow, tasks, Worker(context))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    try:
        yield window
    finally:
        window._may_leave = lambda: True
        window.close()
        window._worker.close()
        assert tasks.close()


def leave(window: WizardWindow, *answers: str | Qt.Key) -> list[str]:
    """Presses Escape in the window and answers what it asks, each with a button or a key; the questions."""
    asked: list[str] = []
    left = list(answers)

    def answer() -> None:
        message = QApplication.activeModalWidget()
        assert isinstance(message, Message)
        asked.append(message.title.text())
        chosen = left.pop(0)
        if left:
            QTimer.singleShot(0, answer)
        if isinstance(chosen, str):
            next(each for each in message.buttons if each.text() == chosen).click()
        else:
            QTest.keyClick(message, chosen)

    QTimer.singleShot(0, answer)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert left == []
    return asked


def test_kept_it_goes_on_later_without_its_secrets(tmp_path: Path, qtbot: QtBot) -> None:
    context = context_of(tmp_path / "home")
    with half_done(context, qtbot) as window:
        assert leave(window, KEEP) == ["Close without saving?"]
        assert not window.isVisible()
    kept = load_unfinished(context)
    assert kept is not None
    again = Flow.resume(kept, saved=None, stored=frozenset())
    assert again is not None
    assert again.draft.learn_url == "https://learn.example.com"
    assert not again.has_secret("learn.password")
    assert SECRET not in json.dumps(kept)


def test_discarded_nothing_is_left_of_it(tmp_path: Path, qtbot: QtBot) -> None:
    context = context_of(tmp_path / "home")
    with half_done(context, qtbot) as window:
        assert keep_unfinished(context, window._flow.resume_data())
        leave(window, DISCARD)
        assert not window.isVisible()
    assert load_unfinished(context) is None


@pytest.mark.parametrize("back", [BACK, Qt.Key.Key_Escape])
def test_back_or_escape_goes_on_as_before(tmp_path: Path, qtbot: QtBot, back: str | Qt.Key) -> None:
    context = context_of(tmp_path / "home")
    with half_done(context, qtbot) as window:
        leave(window, back)
        assert window.isVisible()
        assert window._flow.draft.learn_url == "https://learn.example.com"
        assert window._flow.secrets == {"learn.password": SECRET}
    assert load_unfinished(context) is None


def test_enter_keeps_which_is_the_safe_choice(tmp_path: Path, qtbot: QtBot) -> None:
    context = context_of(tmp_path / "home")
    with half_done(context, qtbot) as window:
        leave(window, Qt.Key.Key_Return)
        assert not window.isVisible()
    assert load_unfinished(context) is not None


def test_where_nothing_was_entered_nothing_is_asked(tmp_path: Path, qtbot: QtBot) -> None:
    tasks, context = Tasks(), context_of(tmp_path / "home")
    window = WizardWindow(context, Opening(), Flow(), tasks, Worker(context))
    qtbot.addWidget(window)
    window.show()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert tasks.close()


def test_what_a_full_disk_does_not_keep_is_said_before_it_is_lost(tmp_path: Path, qtbot: QtBot) -> None:
    context = context_of(tmp_path / "home")
    lost = "What is entered could not be kept"
    with half_done(context, qtbot) as window, no_file_larger_than(10):
        assert leave(window, KEEP, BACK) == ["Close without saving?", lost]
        assert window.isVisible()
        assert leave(window, KEEP, "Close all the same") == ["Close without saving?", lost]
        assert not window.isVisible()
    assert load_unfinished(context) is None


def test_a_full_disk_while_saving_leaves_nothing_and_the_same_press_saves_later(tmp_path: Path, qtbot: QtBot) -> None:
    with walk_to(tmp_path, qtbot) as walk:
        page = opened(walk)
        page.run_now.setChecked(False)
        with no_file_larger_than(200):
            page.press_primary(walk.flow)
            walk.until(lambda: walk.flow.error("save") is not None)
        error = walk.flow.error("save")
        assert error is not None
        assert walk.flow.step == "review"
        assert walk.flow.saved is None
        assert page.asking.isVisible()
        assert not walk.made.context.places.settings_file.exists()
        for name in walk.made.secrets:
            assert not walk.made.context.secrets.is_set(name), name
        page.press_primary(walk.flow)
        walk.until(lambda: walk.flow.step == "activation")
        assert walk.flow.saved is not None
