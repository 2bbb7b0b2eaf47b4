"""The demonstration's windows say that they are one, and bother nobody with a store for invented secrets."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.beginning import Beginning, flow_of
from b24learn_gui.gui.wizard.pages.bitrix24 import Bitrix24Page
from b24learn_gui.gui.wizard.window import WizardWindow
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.opening import Opening
from tests.service.setup_world import Setup, setup_world

NO_STORE = "keyring.backends.null.Keyring"

pytestmark = pytest.mark.usefixtures("dressed")


def _opened(qtbot: QtBot, made: Setup, *, demonstrates: bool) -> WizardWindow:
    opening = Opening(made.settings, made.secrets)
    flow = flow_of(Beginning(), opening)
    window = WizardWindow(made.context, opening if demonstrates else Opening(), flow, Tasks(), Worker(made.context))
    window._may_leave = lambda: True  # nobody is there to be asked when the test closes it
    qtbot.addWidget(window)
    window.show()
    return window


def test_title_and_foot_say_that_people_and_servers_are_invented(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path, backend=NO_STORE) as made:
        window = _opened(qtbot, made, demonstrates=True)
        assert window.windowTitle() == "Demonstration — Bitrix24 → iSpring Learn"
        assert window.foot.reason.text() == "Demonstration: people and servers are invented, nothing is kept"
        window.foot.primary.click()
        assert window.foot.reason.text() == "Check the connection to Bitrix24 first"


def test_no_store_is_asked_where_the_secrets_are_invented(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path, backend=NO_STORE) as made:
        window = _opened(qtbot, made, demonstrates=True)
        window.foot.primary.click()
        page = window.page
        assert isinstance(page, Bitrix24Page)
        assert not page.place.isVisible()
        assert not window._flow.busy("kept")
        assert window._flow.state("learn").warning == ""


def test_a_real_setup_asks_the_store_and_says_what_becomes_of_what_is_typed(qtbot: QtBot, tmp_path: Path) -> None:
    with setup_world(tmp_path, backend=NO_STORE) as made:
        window = _opened(qtbot, made, demonstrates=False)
        assert window.windowTitle() == "Setup — Bitrix24 → iSpring Learn"
        assert window.foot.reason.text() == "What is entered is kept, you can go on later"
        window.foot.primary.click()
        page = window.page
        assert isinstance(page, Bitrix24Page)
        qtbot.waitUntil(page.place.isVisible, timeout=10_000)
