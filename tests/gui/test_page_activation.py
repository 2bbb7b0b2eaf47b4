"""The request for activation over the real flow: the form, both ways out, real servers, the journal."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.demo.learn import Learn
from b24learn_gui.demo.serving import Request, Response, Server
from b24learn_gui.gui.kit.notice import Notice
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.activation import ActivationPage
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.service.activation import ActivationRequest, last_request, remember_letter
from b24learn_gui.service.context import Context
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, sideways
from tests.screens.screens_choices import HERE, NOW, activation_flow, shell_with
from tests.service.setup_world import context_of

pytestmark = pytest.mark.usefixtures("dressed")

TYPED = {"name": "Kim Olga", "email": "o.kim@firm.example", "phone": "8 (945) 123-45-67"}
SENT = {"name": "Kim Olga", "email": "o.kim@firm.example", "phone": "+79451234567"}


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.close()


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return context_of(tmp_path / "home", now=NOW)


class Mailbox:
    """Stands in for the system's mail program: keeps what it was given, and opens or does not."""

    def __init__(self, *, opens: bool) -> None:
        self.opens, self.given = opens, list[str]()

    def __call__(self, address: str) -> bool:
        self.given.append(address)
        return self.opens


def _shown(
    qtbot: QtBot, context: Context, tasks: Tasks, flow: Flow, mailbox: Mailbox | None = None, language: str = "en"
) -> tuple[ActivationPage, WizardShell]:
    page = ActivationPage(
        context,
        tasks,
        open_letter=mailbox or Mailbox(opens=False),
        localise=lambda moment: moment.astimezone(HERE),
    )
    shell = cast("WizardShell", shell_with(page, flow, Words(language)))  # type: ignore[arg-type]
    qtbot.addWidget(shell)
    shell.resize(1024, 700)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    qtbot.waitUntil(lambda: not tasks.busy)
    return page, shell


def _fill(page: ActivationPage) -> None:
    for name, text in TYPED.items():
        page.fields[name].line.setFocus()
        QTest.keyClicks(page.fields[name].line, text)


def _press(notice: Notice, text: str) -> None:
    (found,) = [each for each in notice.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    found.click()


def test_the_form_bears_the_promised_names_once_each(qtbot: QtBot, context: Context, tasks: Tasks) -> None:
    page, shell = _shown(qtbot, context, tasks, activation_flow())
    named = [each.accessibleName() for each in shell.findChildren(QWidget) if each.accessibleName()]
    assert [named.count(name) for name in ("Your name", "Email", "Phone")] == [1, 1, 1]
    assert shell.foot.primary.text() == "Send request"
    assert page.fields["name"].line.hasFocus()


def test_an_incomplete_form_says_what_is_missing_and_goes_to_the_first_fault(
    qtbot: QtBot, context: Context, tasks: Tasks
) -> None:
    mailbox = Mailbox(opens=True)
    page, shell = _shown(qtbot, context, tasks, activation_flow(), mailbox)
    assert [field.error for field in page.fields.values()] == ["", "", ""]
    QTest.keyClicks(page.fields["name"].line, "Kim")
    shell.foot.primary.click()
    assert page.fields["name"].error == ""
    assert page.fields["email"].error == "The email is missing."
    assert page.fields["phone"].error == "The phone number is missing."
    assert page.fields["email"].line.hasFocus()
    QTest.keyClicks(page.fields["email"].line, "o.kim@firm.example")
    assert page.fields["email"].error == ""  # gone as soon as it is in order
    assert not mailbox.given
    assert last_request(context) is None


def test_a_field_is_judged_when_it_is_left_not_while_it_is_typed(qtbot: QtBot, context: Context, tasks: Tasks) -> None:
    page, _ = _shown(qtbot, context, tasks, activation_flow())
    page.fields["phone"].line.setFocus()
    QTest.keyClicks(page.fields["phone"].line, "123")
    assert page.fields["phone"].error == ""
    page.fields["name"].line.setFocus()
    assert page.fields["phone"].error.startswith("This is no phone number")


def test_with_an_address_the_request_is_posted_and_remembered(qtbot: QtBot, context: Context, tasks: Tasks) -> None:
    with Learn() as learn:
        flow = activation_flow(f"{learn.url}/activation")
        page, shell = _shown(qtbot, context, tasks, flow)
        _fill(page)
        QTest.keyClick(page.fields["phone"].line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: flow.found("request") is not None)
        assert learn.activations == [SENT]
        assert page.notice.accessibleName() == (
            "The request was sent on 23\u00a0November\u00a02026, 12:48 (2026-11-23 09:48\u00a0UTC)."
        )
        assert page.notice.accessibleDescription() == "By Kim Olga, o.kim@firm.example, +79451234567."
        assert shell.foot.primary.text() == "Finish"
        with qtbot.waitSignal(shell.accepted):
            shell.foot.primary.click()
    assert last_request(context) == flow.found("request")


def test_the_window_stays_alive_while_it_is_sent_and_sending_can_be_stopped(
    qtbot: QtBot, context: Context, tasks: Tasks
) -> None:
    gate = threading.Event()

    def answer(request: Request) -> Response:
        del request
        gate.wait(10)
        return Response(200, b"{}")

    with Server(answer) as server:
        flow = activation_flow(f"{server.url}/activation")
        page, shell = _shown(qtbot, context, tasks, flow)
        _fill(page)
        shell.foot.primary.click()
        assert not shell.foot.primary.isEnabled()
        assert page.stop.isVisible()
        page.stop.click()
        assert not tasks.busy  # the worker was told, not only forgotten
        assert page.notice.accessibleName().startswith("Sending was stopped.")
        assert shell.foot.primary.isEnabled()
        gate.set()
        qtbot.wait(50)
        assert flow.found("request") is None


def test_a_refusal_is_told_and_a_letter_offered_instead(qtbot: QtBot, context: Context, tasks: Tasks) -> None:
    mailbox = Mailbox(opens=True)
    with Server(lambda _request: Response(500, b"{}")) as server:
        flow = activation_flow(f"{server.url}/activation")
        page, shell = _shown(qtbot, context, tasks, flow, mailbox)
        _fill(page)
        shell.foot.primary.click()
        qtbot.waitUntil(lambda: flow.error("request") is not None)
        assert page.notice.accessibleName() == "127.0.0.1 did not take the request."
        assert "500" not in page.notice.accessibleDescription()
        assert shell.foot.primary.text() == "Send request"
        _press(page.notice, "Send it as a letter")
        qtbot.waitUntil(lambda: flow.found("request") is not None)
    assert mailbox.given[0].startswith("mailto:vendor@example.com?")
    assert flow.found("request").way == "letter"


def test_without_an_address_the_mail_program_gets_a_finished_letter(
    qtbot: QtBot, context: Context, tasks: Tasks
) -> None:
    flow, mailbox = activation_flow(), Mailbox(opens=True)
    page, shell = _shown(qtbot, context, tasks, flow, mailbox)
    assert not page.letter.isVisible()
    _fill(page)
    assert "vendor@example.com" in page.letter.text()
    assert "+79451234567" in page.letter.text()
    shell.foot.primary.click()
    qtbot.waitUntil(lambda: flow.found("request") is not None)
    assert len(mailbox.given) == 1
    assert page.notice.accessibleName().startswith("The letter was handed to the mail program on 23")
    found = last_request(context)
    assert found is not None
    assert (found.name, found.way) == ("Kim Olga", "letter")


def test_without_a_mail_program_the_letter_can_be_copied_and_remembered(
    qtbot: QtBot, context: Context, tasks: Tasks
) -> None:
    flow = activation_flow()
    page, shell = _shown(qtbot, context, tasks, flow, Mailbox(opens=False))
    _fill(page)
    shell.foot.primary.click()
    assert page.notice.accessibleName() == "No mail program could be opened."
    assert last_request(context) is None  # nobody has sent anything yet
    _press(page.notice, "Copy the letter")
    assert QGuiApplication.clipboard().text() == page.letter.text()
    _press(page.notice, "I have sent it")
    qtbot.waitUntil(lambda: flow.found("request") is not None)
    assert last_request(context) == flow.found("request")
    assert shell.foot.primary.text() == "Finish"


def test_later_it_is_known_when_and_by_whom_it_was_sent(qtbot: QtBot, context: Context, tasks: Tasks) -> None:
    remember_letter(context, ActivationRequest(**TYPED))
    flow, mailbox = activation_flow(), Mailbox(opens=True)
    page, shell = _shown(qtbot, context, tasks, flow, mailbox, "ru")
    assert page.notice.accessibleName().startswith("Письмо передано почтовой программе 23\u00a0ноября\u00a02026")
    assert page.fields["name"].text() == "Kim Olga"
    assert shell.foot.primary.text() == "Завершить"
    _press(page.notice, "Отправить снова")
    qtbot.waitUntil(lambda: bool(mailbox.given) and not tasks.busy)
    page.fields["name"].line.setFocus()
    QTest.keyClicks(page.fields["name"].line, "a")
    assert shell.foot.primary.text() == "Отправить запрос"  # somebody else's request was not sent yet


def test_what_was_typed_meanwhile_is_not_replaced(qtbot: QtBot, context: Context, tasks: Tasks) -> None:
    remember_letter(context, ActivationRequest(**TYPED))
    flow = activation_flow()
    flow.edit(name="Orlova Anna")
    page, shell = _shown(qtbot, context, tasks, flow)
    assert page.fields["name"].text() == "Orlova Anna"
    assert page.notice.accessibleDescription().startswith("By Kim Olga")
    assert shell.foot.primary.text() == "Send request"


def test_the_language_changes_at_once_and_nothing_is_cut(
    qtbot: QtBot, context: Context, tasks: Tasks, long_words: LongWords, palette: str
) -> None:
    flow = activation_flow()
    flow.edit(**TYPED)
    page, shell = _shown(qtbot, context, tasks, flow, language="ru")
    shell.foot.primary.click()
    assert page.notice.accessibleName() == "Не удалось открыть почтовую программу."
    shell.retranslate(long_words)
    assert page.notice.accessibleName().startswith("⟦No mail program")
    assert_nothing_cut(qtbot, page)
    assert sideways(page) == []
