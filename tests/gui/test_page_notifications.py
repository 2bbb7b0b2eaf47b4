"""The page of letters over the real flow, with numbers of the real planner on both embedded servers."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from b24learn_gui.errors import Unreachable
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.notifications import NotificationsPage
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.service.setup import check_learn, check_portal, letters_count, memory_of
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, sideways
from tests.screens.screens_choices import context, flow_at, shell_with
from tests.service.setup_world import Setup, setup_world

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Setup]:
    with setup_world(tmp_path) as made:
        yield made


def _read_flow(world: Setup) -> Flow:
    """A new setup on the page of letters, both sides read over HTTP; nothing is ticked yet."""
    flow, stop = Flow(), threading.Event()
    flow.edit_secret("portal.main.webhook", world.secrets["portal.main.webhook"])
    found = check_portal(world.context, flow.draft.settings(), "main", flow.secrets, stop=stop)
    flow.answer(flow.begin("portal", portal="main"), found)
    flow.edit(learn_url=world.learn.url, login=world.learn.login)
    flow.edit_secret("learn.password", world.learn.password)
    flow.answer(flow.begin("learn"), check_learn(world.context, flow.draft.settings(), flow.secrets, stop=stop))
    while flow.step != "notifications":
        flow.forward()
    return flow


def _shown(qtbot: QtBot, page: NotificationsPage, flow: Flow, words: Words) -> WizardShell:
    shell = cast("WizardShell", shell_with(page, flow, words))
    qtbot.addWidget(shell)
    shell.resize(1024, 700)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    return shell


def test_the_choice_and_the_text_go_into_the_draft(qtbot: QtBot, tasks: Tasks) -> None:
    flow = flow_at("notifications")
    page = NotificationsPage(context(), tasks)
    _shown(qtbot, page, flow, Words("en"))
    assert page.choice.accessibleName() == "Send sign-in details to employees"
    assert not page.letter.isEnabled()
    QTest.keyClick(page.choice, Qt.Key.Key_Space)
    assert flow.draft.notify_users
    page.editor.setFocus()
    QTest.keyClicks(page.editor, "Welcome. ")
    assert flow.draft.invitation_message == "Welcome."
    assert page.editor.toPlainText() == "Welcome. "  # what is being typed stays as it is
    page.standard.click()
    assert (flow.draft.invitation_message, page.standard.isVisible()) == ("", False)
    assert page.editor.placeholderText().startswith("Your account for learning is ready.")


def test_before_departments_are_ticked_the_most_is_told(qtbot: QtBot, tasks: Tasks, world: Setup) -> None:
    flow = _read_flow(world)
    page = NotificationsPage(world.context, tasks)
    _shown(qtbot, page, flow, Words("en"))
    qtbot.waitUntil(lambda: "at most" in page.figure)
    everything = flow.world(memory_of(world.context))
    assert everything is not None
    most = letters_count(everything, world.settings)
    assert most > 0
    assert page.figure.split()[0] == str(most)
    assert flow.found("letters") is None  # it is not this setup's number


def test_with_departments_ticked_the_planner_s_number_is_the_flow_s(qtbot: QtBot, tasks: Tasks, world: Setup) -> None:
    flow = _read_flow(world)
    flow.edit_portal("main", include=(1,))
    page = NotificationsPage(world.context, tasks)
    _shown(qtbot, page, flow, Words("en"))
    qtbot.waitUntil(lambda: flow.found("letters") is not None)
    everything = flow.world(memory_of(world.context))
    assert everything is not None
    assert flow.found("letters") == letters_count(everything, flow.draft.settings())
    assert page.figure.startswith(f"{flow.found('letters')} ")


def test_more_letters_than_a_run_may_send_are_announced_only_when_wanted(qtbot: QtBot, tasks: Tasks) -> None:
    flow = flow_at("notifications")
    flow.answer(flow.begin("letters"), 393)
    page = NotificationsPage(context(), tasks)
    _shown(qtbot, page, flow, Words("ru"))
    assert page.figure.startswith("393 человека получили бы письмо")
    assert page.limit.isHidden()
    page.choice.click()
    assert page.limit.isVisible()
    assert "25" in page.limit.accessibleName()


def test_a_failed_count_is_told_and_asked_again_on_the_next_visit(
    qtbot: QtBot, tasks: Tasks, world: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise Unreachable("timeout_read", side="learn")

    flow = _read_flow(world)
    flow.edit_portal("main", include=(1,))
    page = NotificationsPage(world.context, tasks)
    with monkeypatch.context() as patched:
        patched.setattr("b24learn_gui.gui.wizard.pages.notifications.letters_count", fail)
        _shown(qtbot, page, flow, Words("en"))
        qtbot.waitUntil(lambda: page.figure.startswith("How many letters that makes is not known."))
    assert flow.state("notifications").can_continue
    flow.forward()
    flow.back()
    qtbot.waitUntil(lambda: "would get a letter" in page.figure)


def test_an_answer_that_comes_after_a_change_is_dropped(
    qtbot: QtBot, tasks: Tasks, world: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(*_: object) -> int:
        assert gate.wait(10)
        return 7

    flow = _read_flow(world)
    flow.edit_portal("main", include=(1,))
    page = NotificationsPage(world.context, tasks)
    monkeypatch.setattr("b24learn_gui.gui.wizard.pages.notifications.letters_count", slow)
    _shown(qtbot, page, flow, Words("en"))
    assert page.figure == "Counting who would get a letter…"
    page.choice.click()  # nothing waits for the number
    assert flow.draft.notify_users
    flow.edit_portal("main", exclude=(2,))
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy)
    assert flow.found("letters") is None


def test_the_language_changes_at_once_and_nothing_is_cut(
    qtbot: QtBot, tasks: Tasks, long_words: LongWords, palette: str
) -> None:
    flow = flow_at("notifications")
    flow.edit(notify_users=True)
    flow.answer(flow.begin("letters"), 393)
    page = NotificationsPage(context(), tasks)
    shell = _shown(qtbot, page, flow, Words("ru"))
    assert page.editor.accessibleName() == "Текст письма"
    shell.retranslate(long_words)
    assert page.editor.accessibleName().startswith("⟦Text of the letter")
    assert_nothing_cut(qtbot, page)
    assert sideways(page) == []
