"""The page of the Learn account over the real flow, worker threads and the embedded Learn."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.learn import LearnPage
from b24learn_gui.service.ladder_found import LADDER, PortalFound
from b24learn_gui.service.setup_found import SecretPlace
from b24learn_gui.text.words import Words
from tests.gui.connecting import desk_of, shown
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, sideways
from tests.service.setup_world import setup_world

pytestmark = pytest.mark.usefixtures("dressed")

WAIT_MS = 20_000


def _flow() -> Flow:
    flow = Flow()
    flow.edit_secret("portal.main.webhook", "https://portal.example.com/rest/1/abcdefgh/")
    flow.answer(flow.begin("portal", portal="main"), PortalFound("main", LADDER, address="https://portal.example.com"))
    return flow


def _type(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def _done(qtbot: QtBot, flow: Flow) -> None:
    qtbot.waitUntil(lambda: flow.found("learn") is not None or flow.error("learn") is not None, timeout=WAIT_MS)


def test_address_email_and_password_are_checked_as_soon_as_they_are_complete(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = LearnPage(desk), _flow()
        shell = shown(qtbot, page, flow, Words("en"))
        for name, line in {
            "Learn account URL": page.url.line,
            "Administrator email": page.login.line,
            "Password": page.password.line,
        }.items():
            assert [each for each in shell.findChildren(QWidget) if each.accessibleName() == name] == [line]
        assert page.url.line.hasFocus()
        _type(page.url.line, f"{made.learn.url}/dashboard")
        _type(page.login.line, made.learn.login)
        assert page.url.line.text() == made.learn.url
        _type(page.password.line, made.learn.password)
        assert not flow.busy("learn")
        QTest.keyClick(page.password.line, Qt.Key.Key_Return)
        _done(qtbot, flow)
        assert flow.error("learn") is None
        assert page.password.line.text() != made.learn.password
        assert "1 account, 1 Learn department" in page.checking.panel.ladder.rungs[5].accessibleDescription()
        assert shell.foot.primary.isEnabled()
        assert not made.home.exists()


def test_an_api_key_signs_in(qtbot: QtBot, tmp_path: Path, words: Words) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = LearnPage(desk), _flow()
        shown(qtbot, page, flow, words)
        _type(page.url.line, made.learn.url)
        page.by_key.click()
        assert not page.password.isVisible()
        _type(page.client_id.line, made.learn.client_id)
        _type(page.client_secret.line, made.learn.client_secret)
        QTest.keyClick(page.client_secret.line, Qt.Key.Key_Tab)
        _done(qtbot, flow)
        assert flow.error("learn") is None
        assert flow.draft.sign_in == "api_key"


def test_a_wrong_password_is_said_with_its_remedy_and_asked_for_again(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = LearnPage(desk), _flow()
        shell = shown(qtbot, page, flow, Words("ru"))
        flow.edit(learn_url=made.learn.url, login=made.learn.login)
        _type(page.password.line, "canary-password")
        QTest.keyClick(page.password.line, Qt.Key.Key_Return)
        _done(qtbot, flow)
        rung = page.checking.panel.ladder.rungs[3]
        assert "Введите пароль снова или войдите по ключу API." in rung.accessibleDescription()
        assert "canary" not in rung.accessibleDescription()
        assert not shell.foot.primary.isEnabled()
        page._ask_again()  # what the rung's button does
        assert page.password.line.hasFocus()
        assert page.password.line.text() == ""


def test_what_is_no_address_is_said_on_leaving_the_field(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page = LearnPage(desk)
        shown(qtbot, page, _flow(), Words("en"))
        _type(page.url.line, "ftp://learn.example.com")
        assert page.url.error == ""
        QTest.keyClick(page.url.line, Qt.Key.Key_Tab)
        assert "no address of a Learn account" in page.url.error


def test_where_the_password_will_be_kept_stands_beside_it(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = LearnPage(desk), _flow()
        flow.answer(flow.begin("kept"), SecretPlace("ready", "windows", max_units=20))
        shown(qtbot, page, flow, Words("en"))
        assert page.password.line.accessibleDescription() == "It will be kept in: Windows Credential Manager."
        _type(page.password.line, "x" * 21)
        QTest.keyClick(page.password.line, Qt.Key.Key_Tab)
        assert "at most" not in page.password.error
        assert "20 characters" in page.password.error
        assert not flow.has_secret("learn.password")


def test_a_wordy_language_is_not_cut(qtbot: QtBot, tmp_path: Path, long_words: LongWords, palette: str) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = LearnPage(desk), _flow()
        shell = shown(qtbot, page, flow, long_words)
        flow.edit(learn_url=made.learn.url, login=made.learn.login)
        page.enter(flow)
        _type(page.password.line, "wrong password")
        QTest.keyClick(page.password.line, Qt.Key.Key_Return)
        _done(qtbot, flow)
        assert_nothing_cut(qtbot, page)
        assert sideways(shell) == []
