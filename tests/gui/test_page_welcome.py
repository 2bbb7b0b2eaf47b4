"""The first page: its picture, and the language it is said in."""

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.pages.welcome import WelcomePage
from b24learn_gui.storage.settings import PortalSettings, Settings
from b24learn_gui.text.words import Words
from tests.gui.connecting import shown
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, sideways, untranslated_text

pytestmark = pytest.mark.usefixtures("dressed")


def test_the_language_is_chosen_here_and_everything_is_said_in_it_at_once(qtbot: QtBot) -> None:
    page, flow = WelcomePage(), Flow()
    shell = shown(qtbot, page, flow, Words("en"))
    page.language_chosen.connect(lambda language: shell.retranslate(Words(language)))
    assert page.languages["en"].isChecked()
    page.languages["ru"].click()
    assert flow.draft.language == "ru"
    assert page.title.text() == "Что делает эта программа?"
    assert page.languages["ru"].isChecked()
    assert shell.foot.primary.isEnabled()


def test_a_saved_setup_is_asked_what_to_change(qtbot: QtBot, words: Words) -> None:
    page = WelcomePage()
    shown(qtbot, page, Flow(saved=Settings(portals=(PortalSettings(key="main"),))), words)
    assert page.title.text() == words("What would you like to change?")


def test_a_wordy_language_is_neither_cut_nor_left_out(qtbot: QtBot, long_words: LongWords, palette: str) -> None:
    page = WelcomePage()
    shell = shown(qtbot, page, Flow(), long_words)
    assert_nothing_cut(qtbot, page)
    assert untranslated_text(page) == ["Русский", "English"]
    assert sideways(shell) == []
