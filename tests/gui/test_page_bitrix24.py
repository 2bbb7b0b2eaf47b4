"""The page of the portals over the real flow, worker threads and embedded portals."""

import ssl
import threading
from pathlib import Path

import pytest
import trustme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.demo.bitrix24.faults import Slow
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.addresses import DOTS, clean_webhook, stored_shown
from b24learn_gui.gui.wizard.pages.bitrix24 import Bitrix24Page
from b24learn_gui.text.words import Words
from tests.e2e.arena import small_company
from tests.gui.connecting import desk_of, shown
from tests.screens.looking import LongWords, clipped_text, sideways
from tests.service.setup_world import setup_world

pytestmark = pytest.mark.usefixtures("dressed")

WAIT_MS = 20_000


def _paste(page: Bitrix24Page, text: str, key: str = "main") -> None:
    line = page.boxes[key].webhook.line
    line.setFocus()
    line.insert(text)


def _press(root: QWidget, text: str) -> None:
    found = [each for each in root.findChildren(QPushButton) if each.text().strip() == text and each.isVisible()]
    assert found, text
    found[0].click()


def _done(qtbot: QtBot, flow: Flow, key: str = "main") -> None:
    def ended() -> bool:
        return flow.found("portal", portal=key) is not None or flow.error("portal", portal=key) is not None

    qtbot.waitUntil(ended, timeout=WAIT_MS)


def test_a_webhook_pasted_whole_is_cleaned_hidden_checked_and_lets_go_on(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shell = shown(qtbot, page, flow, Words("en"))
        named = [each for each in shell.findChildren(QWidget) if each.accessibleName() == "Bitrix24 webhook address"]
        assert named == [page.boxes["main"].webhook.line]
        assert not shell.foot.primary.isEnabled()
        _paste(page, f"  {made.secrets['portal.main.webhook']}profile.json ")
        assert "canary" not in page.boxes["main"].webhook.line.text()
        _done(qtbot, flow)
        assert flow.secrets["portal.main.webhook"] == made.secrets["portal.main.webhook"]
        assert 'The end "profile.json" was removed' in page.boxes["main"].webhook.line.accessibleDescription()
        assert flow.error("portal", portal="main") is None
        assert (
            page.boxes["main"]
            .checking.panel.ladder.rungs[5]
            .accessibleDescription()
            .startswith("12 employees, 3 departments")
        )
        assert shell.foot.primary.isEnabled()
        assert not made.home.exists()


def test_a_text_that_is_no_webhook_is_refused_at_once_in_words(qtbot: QtBot, tmp_path: Path, words: Words) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, words)
        _paste(page, "https://portal.example.com/company/")
        assert "/rest/" in page.boxes["main"].webhook.error
        assert not flow.secrets
        assert not flow.busy("portal", portal="main")


@pytest.mark.parametrize("text", ["http://portal.example.com/company/", "http://portal.example.com/rest/1/"])
def test_what_is_unprotected_and_no_webhook_either_is_refused_at_once(qtbot: QtBot, tmp_path: Path, text: str) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, Words("en"))
        _paste(page, text)
        assert page.boxes["main"].webhook.error
        assert not flow.secrets


def test_an_unprotected_portal_is_checked_only_once_somebody_says_it_is_meant_so(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, Words("en"))
        _paste(page, "http://portal.invalid/rest/1/canary12345/")
        _done(qtbot, flow)
        assert "not protected" in page.boxes["main"].checking.panel.ladder.rungs[0].accessibleDescription()
        _press(page, "Use it without protection")
        assert flow.draft.portal("main").allow_http
        page.boxes["main"].stop()


def test_a_missing_right_is_named_with_what_to_do_and_can_be_handed_on(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path, scopes=("user_basic",)) as made, desk_of(made.context) as (desk, told):
        page, flow = Bitrix24Page(desk), Flow()
        shell = shown(qtbot, page, flow, Words("ru"))
        _paste(page, made.secrets["portal.main.webhook"])
        _done(qtbot, flow)
        said = page.boxes["main"].checking.panel.ladder.rungs[4].accessibleDescription()
        assert "Вебхуку не хватает права «Структура компании» (department)." in said
        assert "адрес останется прежним" in said
        assert not shell.foot.primary.isEnabled()
        _press(page, "Открыть вебхук")
        _press(page, "Копировать для коллеги")
        assert told[0] == f"{made.portals['main'].url}/devops/list/"
        assert told[1].startswith("Вебхуку не хватает права")
        assert "canary" not in "".join(told)


def test_the_missing_authority_is_named_and_its_file_mends_the_check_there_and_then(
    qtbot: QtBot, tmp_path: Path
) -> None:
    authority = trustme.CA(organization_name="Factory CA")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    file = tmp_path / "factory.pem"
    authority.cert_pem.write_to_path(str(file))
    with setup_world(tmp_path, tls=tls) as made, desk_of(made.context, file=file) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, Words("en"))
        _paste(page, made.secrets["portal.main.webhook"])
        _done(qtbot, flow)
        assert "Factory CA" in page.boxes["main"].checking.panel.ladder.rungs[2].accessibleDescription()
        _press(page, "Choose a certificate file…")
        assert flow.draft.portal("main").ca_file == str(file)
        _done(qtbot, flow)
        assert flow.state("bitrix24").can_continue


def test_a_file_that_is_no_certificate_is_said_to_be_none(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("nothing of the kind")
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, Words("en"))
        flow.edit_portal("main", ca_file=str(file))
        _paste(page, made.secrets["portal.main.webhook"])
        _done(qtbot, flow)
        failure = page.boxes["main"].checking.panel.failure
        assert failure.isVisible()
        assert str(file) in failure.accessibleName()


def test_a_running_check_can_be_stopped_and_its_late_answer_is_dropped(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        made.portals["main"].faults.arrange(Slow(0.5))
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, Words("en"))
        _paste(page, made.secrets["portal.main.webhook"])
        qtbot.waitUntil(lambda: flow.busy("portal", portal="main"))
        _press(page, "Stop the check")
        assert not flow.busy("portal", portal="main")
        qtbot.waitUntil(lambda: not any(each.name == "question" for each in threading.enumerate()), timeout=WAIT_MS)
        assert flow.found("portal", portal="main") is None
        assert flow.error("portal", portal="main") is None
        _press(page, "Check the connection")
        _done(qtbot, flow)
        assert flow.state("bitrix24").can_continue


def test_several_portals_have_a_card_each_and_one_can_be_removed(qtbot: QtBot, tmp_path: Path) -> None:
    worlds = {"main": small_company(), "portal2": small_company(portal="west")}
    with setup_world(tmp_path, worlds) as made, desk_of(made.context) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, Words("en"))
        _paste(page, made.secrets["portal.main.webhook"])
        _done(qtbot, flow)
        assert not page.cards
        page.add.click()
        assert [card.is_open for card in page.cards.values()] == [False, True]
        assert page.boxes["portal2"].webhook.line.hasFocus()
        _paste(page, made.secrets["portal.portal2.webhook"], "portal2")
        _done(qtbot, flow, "portal2")
        assert flow.state("bitrix24").can_continue
        page.cards["main"].remove.click()
        qtbot.waitUntil(lambda: list(page.boxes) == ["portal2"])
        assert "portal.main.webhook" not in flow.secrets
        assert flow.state("bitrix24").can_continue


def test_a_replaced_webhook_left_empty_stands_for_the_kept_one(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path) as made, desk_of(made.context) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow(stored={"portal.main.webhook"})
        flow.edit_portal("main", address="https://portal.example.com")
        shown(qtbot, page, flow, Words("en"))
        field = page.boxes["main"].webhook
        assert field.line.text() == f"https://portal.example.com/rest/{DOTS}/"
        field.replace.click()
        assert field.line.text() == ""
        QTest.keyClick(field.line, Qt.Key.Key_Tab)
        assert field.is_kept


def test_without_a_store_the_way_out_is_offered_and_taken(qtbot: QtBot, tmp_path: Path) -> None:
    with (
        setup_world(tmp_path, backend="keyring.backends.fail.Keyring") as made,
        desk_of(made.context) as (desk, _),
    ):
        page, flow = Bitrix24Page(desk), Flow()
        shown(qtbot, page, flow, Words("en"))
        qtbot.waitUntil(lambda: flow.found("kept") is not None, timeout=WAIT_MS)
        assert page.place.notice.isVisible()
        _press(page, "Keep only until I quit")
        assert desk.only_until_quit
        assert "only until you quit" in page.boxes["main"].webhook.line.accessibleDescription()


def test_a_wordy_language_is_not_cut(qtbot: QtBot, tmp_path: Path, long_words: LongWords, palette: str) -> None:
    with setup_world(tmp_path, scopes=("user_basic",)) as made, desk_of(made.context) as (desk, _):
        page, flow = Bitrix24Page(desk), Flow()
        shell = shown(qtbot, page, flow, long_words)
        _paste(page, made.secrets["portal.main.webhook"])
        _done(qtbot, flow)
        qtbot.waitUntil(lambda: clipped_text(page) == [])  # heights follow from widths a turn later
        assert sideways(shell) == []


def test_what_is_shown_of_a_webhook_holds_no_secret() -> None:
    clean = clean_webhook('webhook: "https://user:pass@portal.example.com/rest/1/abcdefgh/profile"')
    assert "abcdefgh" not in repr(clean)
    assert clean.shown == f"https://portal.example.com/rest/1/{DOTS}/"
    assert stored_shown("") == DOTS
