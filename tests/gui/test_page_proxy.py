"""A side that is reached through a proxy: entered on its page, used by its check, saved, its sign-in kept apart."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.demo.bitrix24 import Bitrix24
from b24learn_gui.demo.learn import Learn
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.bitrix24 import Bitrix24Page
from b24learn_gui.gui.wizard.pages.learn import LearnPage
from b24learn_gui.gui.wizard.pages.proxies import clean_proxy, is_proxy
from b24learn_gui.gui.wizard.pages.side_check import SideCheck
from b24learn_gui.service.ladder_found import LADDER, PortalFound
from b24learn_gui.service.setup import save
from b24learn_gui.storage.settings import load_settings
from b24learn_gui.text.words import Words
from tests.e2e.arena import small_company
from tests.gui.connecting import desk_of, shown
from tests.gui.cutting import assert_nothing_cut
from tests.proxies import tunnelling
from tests.screens.looking import LongWords, sideways
from tests.service.setup_world import context_of

pytestmark = pytest.mark.usefixtures("dressed")

WAIT_MS = 20_000
PORTAL, LEARN = "portal.example", "learn.example"
LOGIN = "user:pass wörd"
CODE = "canarymainwebhook"


@dataclass
class Factory:
    """A closed network: both sides answer under names that only its proxy knows, by its own authority."""

    portal: Bitrix24
    learn: Learn
    ca_file: Path

    @property
    def webhook(self) -> str:
        return f"https://{PORTAL}/rest/1/{CODE}/"


@pytest.fixture
def factory(tmp_path: Path) -> Iterator[Factory]:
    authority = trustme.CA(organization_name="Factory CA")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(PORTAL, LEARN).configure_cert(tls)
    file = tmp_path / "factory.pem"
    authority.cert_pem.write_to_path(str(file))
    with Bitrix24(small_company(), code=CODE, tls=tls) as portal, Learn(tls=tls) as learn:
        learn.switches = replace(learn.switches, check_account_url=False)  # it is asked under a name of the network
        yield Factory(portal, learn, file)


@contextmanager
def bitrix24_page(qtbot: QtBot, tmp_path: Path, factory: Factory) -> Iterator[tuple[Bitrix24Page, Flow]]:
    with desk_of(context_of(tmp_path / "home"), file=factory.ca_file) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, Words("en"))
        yield page, flow


def _type(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    line.insert(text)


def _leave(line: QLineEdit) -> None:
    QTest.keyClick(line, Qt.Key.Key_Tab)


def _press(qtbot: QtBot, root: QWidget, text: str) -> None:
    def found() -> list[QPushButton]:
        return [each for each in root.findChildren(QPushButton) if each.text().strip() == text and each.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=5_000)
    found()[0].click()


def _ended(qtbot: QtBot, checking: SideCheck) -> None:
    side = checking._side
    assert side is not None
    qtbot.waitUntil(lambda: not side.busy and (side.found is not None or side.error is not None), timeout=WAIT_MS)


def test_a_proxy_pasted_with_its_sign_in_is_split_used_saved_and_never_left_lying(
    qtbot: QtBot, tmp_path: Path, factory: Factory
) -> None:
    with (
        tunnelling(factory.portal.url, LOGIN) as proxy,
        bitrix24_page(qtbot, tmp_path, factory) as (page, flow),
    ):
        checking = page.boxes["main"].checking
        box = checking.connection
        flow.edit_portal("main", ca_file=str(factory.ca_file))
        box.header.click()
        box.proxy.line.setFocus()
        box.proxy.line.insert(f"http://user:pass%20w%C3%B6rd@{proxy}/")
        assert "w%C3%B6rd" not in repr(flow.draft)
        _leave(box.proxy.line)
        assert box.proxy.line.text() == f"http://{proxy}"
        assert flow.draft.portal("main").proxy == f"http://{proxy}"
        assert flow.secrets["portal.main.proxy"] == LOGIN
        assert box.login.is_kept
        assert "wörd" not in box.login.line.text()
        page.boxes["main"].webhook.line.setFocus()
        page.boxes["main"].webhook.line.insert(factory.webhook)
        _ended(qtbot, checking)
        assert flow.error("portal", portal="main") is None
        assert f"through the proxy http://{proxy}" in checking.panel.ladder.rungs[1].accessibleDescription()
        assert flow.state("bitrix24").can_continue
        assert "wörd" not in json.dumps(flow.resume_data(), ensure_ascii=False)
        flow.edit(learn_url="https://learn.example.com", login="a@example.com")
        flow.edit_portal("main", include=(1,))
        context = context_of(tmp_path / "home")
        save(context, flow.draft.settings(), {**flow.secrets, "learn.password": "canary"})
        saved = load_settings(context.places.settings_file)
        assert saved.portals[0].proxy == f"http://{proxy}"
        assert "wörd" not in context.places.settings_file.read_text("utf-8")
        assert context.secrets.find("portal.main.proxy") == LOGIN


def test_a_proxy_that_wants_a_sign_in_asks_for_it_there_and_then(
    qtbot: QtBot, tmp_path: Path, factory: Factory
) -> None:
    with (
        tunnelling(factory.learn.url, LOGIN) as proxy,
        desk_of(context_of(tmp_path / "home"), file=factory.ca_file) as (desk, _),
    ):
        page, flow = LearnPage(desk), Flow()
        flow.edit_secret("portal.main.webhook", factory.webhook)
        flow.answer(flow.begin("portal", portal="main"), PortalFound("main", LADDER, address=f"https://{PORTAL}"))
        flow.edit(learn_url=f"https://{LEARN}", login=factory.learn.login, learn_ca_file=str(factory.ca_file))
        shown(qtbot, page, flow, Words("en"))
        box = page.checking.connection
        box.header.click()
        _type(box.proxy.line, proxy)
        _leave(box.proxy.line)
        _type(page.password.line, factory.learn.password)
        QTest.keyClick(page.password.line, Qt.Key.Key_Return)
        _ended(qtbot, page.checking)
        assert "wants a sign-in" in page.checking.panel.ladder.rungs[1].accessibleDescription()
        _press(qtbot, page, "Enter the proxy's sign-in")
        assert box.login.line.hasFocus()
        _type(box.login.line, "user without a colon")
        _leave(box.login.line)
        assert "colon" in box.login.error
        _type(box.login.line, LOGIN)
        QTest.keyClick(box.login.line, Qt.Key.Key_Return)
        assert flow.secrets["learn.proxy"] == LOGIN
        _ended(qtbot, page.checking)
        assert flow.error("learn") is None
        assert flow.state("learn").can_continue


def test_a_proxy_that_is_not_there_is_named_and_its_field_is_opened(
    qtbot: QtBot, tmp_path: Path, factory: Factory
) -> None:
    with tunnelling(factory.portal.url) as proxy:
        gone = proxy
    with bitrix24_page(qtbot, tmp_path, factory) as (page, flow):
        flow.edit_portal("main", proxy=gone)
        page.boxes["main"].webhook.line.setFocus()
        page.boxes["main"].webhook.line.insert(factory.webhook)
        checking = page.boxes["main"].checking
        _ended(qtbot, checking)
        assert "proxy" in checking.panel.ladder.rungs[1].accessibleDescription()
        assert not checking.connection.is_open
        _press(qtbot, page, "Enter the proxy")
        assert checking.connection.is_open
        assert checking.connection.proxy.line.hasFocus()


def test_what_is_no_address_of_a_proxy_holds_the_page_and_asks_nobody(
    qtbot: QtBot, tmp_path: Path, factory: Factory
) -> None:
    with bitrix24_page(qtbot, tmp_path, factory) as (page, flow):
        checking = page.boxes["main"].checking
        checking.connection.header.click()
        _type(checking.connection.proxy.line, "socks5://proxy.example:1080")
        assert checking.connection.proxy.error == ""
        _leave(checking.connection.proxy.line)
        assert "no address of a proxy" in checking.connection.proxy.error
        page.boxes["main"].webhook.line.setFocus()
        page.boxes["main"].webhook.line.insert(factory.webhook)
        qtbot.wait(20)
        assert not flow.busy("portal", portal="main")
        assert not flow.state("bitrix24").can_continue


def test_an_emptied_proxy_takes_its_typed_sign_in_with_it(qtbot: QtBot, tmp_path: Path, factory: Factory) -> None:
    with bitrix24_page(qtbot, tmp_path, factory) as (page, flow):
        box = page.boxes["main"].checking.connection
        box.header.click()
        _type(box.proxy.line, f"{LOGIN}@proxy.example:3128")
        _leave(box.proxy.line)
        assert flow.has_secret("portal.main.proxy")
        _type(box.proxy.line, "x")
        box.proxy.line.clear()
        _leave(box.proxy.line)
        assert not flow.has_secret("portal.main.proxy")
        assert flow.draft.portal("main").proxy == ""
        assert not box.login.isVisible()


def test_a_wordy_language_is_not_cut(
    qtbot: QtBot, tmp_path: Path, long_words: LongWords, palette: str, factory: Factory
) -> None:
    with desk_of(context_of(tmp_path / "home"), file=factory.ca_file) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        flow.edit_portal("main", proxy="proxy.example:3128", ca_file=str(factory.ca_file))
        shell = shown(qtbot, page, flow, long_words)
        assert page.boxes["main"].checking.connection.header.accessibleDescription()
        page.boxes["main"].checking.connection.header.click()
        qtbot.waitUntil(lambda: flow.found("kept") is not None, timeout=WAIT_MS)
        assert_nothing_cut(qtbot, page)
        assert sideways(shell) == []


@pytest.mark.parametrize(
    ("pasted", "address", "login"),
    [
        (" proxy.example:3128 ", "proxy.example:3128", ""),
        ("http://u:p@proxy.example:3128/", "http://proxy.example:3128", "u:p"),
        ("u:p%40q@proxy.example:3128", "proxy.example:3128", "u:p@q"),
        ("u:p@q@proxy.example:3128", "proxy.example:3128", "u:p@q"),
        ("", "", ""),
    ],
)
def test_a_sign_in_is_taken_out_of_an_address(pasted: str, address: str, login: str) -> None:
    clean = clean_proxy(pasted)
    assert (clean.address, clean.login) == (address, login)
    assert is_proxy(clean.address)
    assert not login or login not in repr(clean)
