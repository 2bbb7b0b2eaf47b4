"""The wizard's window: what it draws of the flow, at every size, in every language."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.kit.rail import NARROW, WIDE
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import STEPS
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.text.words import Words
from tests.screens.looking import LongWords, clipped_text, sideways, untranslated_text
from tests.screens.registry import every_screen
from tests.screens.screens_shell import Sayings, TitlePage

pytestmark = pytest.mark.usefixtures("dressed")


def _shell(qtbot: QtBot, words: Words, flow: Flow) -> WizardShell:
    shell = WizardShell(flow, {step: TitlePage(step) for step in STEPS}, Sayings(), words)
    qtbot.addWidget(shell)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    return shell


def test_next_and_back_draw_the_flow(qtbot: QtBot, words: Words) -> None:
    flow = Flow()
    shell = _shell(qtbot, words, flow)
    assert not shell.foot.back.isEnabled()
    shell.foot.primary.click()
    assert [flow.step, shell.page.step] == ["bitrix24", "bitrix24"]
    assert not shell.foot.primary.isEnabled()
    assert shell.foot.reason.text() == words("not done yet")
    assert shell.foot.primary.accessibleDescription() == words("not done yet")
    shell.foot.back.click()
    assert [flow.step, shell.page.step] == ["welcome", "welcome"]


def test_the_keyboard_starts_in_the_first_field_of_a_page(qtbot: QtBot, words: Words) -> None:
    flow = Flow()
    shell = _shell(qtbot, words, flow)
    shell.foot.primary.click()
    page = shell.page
    assert isinstance(page, TitlePage)
    assert page.field.line.hasFocus()
    QTest.keyClick(page.field.line, Qt.Key.Key_Return)
    assert flow.step == "bitrix24"


def test_the_language_changes_at_once_everywhere(qtbot: QtBot) -> None:
    shell = _shell(qtbot, Words("ru"), Flow())
    assert shell.foot.primary.text() == "Далее"
    shell.retranslate(Words("en"))
    assert (shell.foot.primary.text(), shell.foot.leave.text()) == ("Next", "Cancel")
    assert shell.rail.rail.steps[3].title == "Start times"
    assert shell.language.text() == "English"
    assert shell.page.title.text() == "Welcome"


def test_a_narrow_window_keeps_only_the_marks(qtbot: QtBot, words: Words) -> None:
    shell = _shell(qtbot, words, Flow())
    shell.resize(1024, 700)
    assert shell.rail.width() == WIDE
    shell.resize(900, 600)
    assert shell.rail.width() == NARROW


def test_leaving_is_asked_for_and_can_be_refused(qtbot: QtBot, words: Words) -> None:
    answers = [False, True]
    shell = WizardShell(Flow(), {"welcome": TitlePage("welcome")}, Sayings(), words, lambda: answers.pop(0))
    qtbot.addWidget(shell)
    shell.show()
    QTest.keyClick(shell, Qt.Key.Key_Escape)
    assert shell.isVisible()
    shell.foot.leave.click()
    assert not shell.isVisible()


def test_a_wordy_language_is_neither_cut_nor_left_out(qtbot: QtBot, long_words: LongWords, palette: str) -> None:
    shell = _shell(qtbot, long_words, Flow())
    shell.resize(1024, 700)
    assert clipped_text(shell) == []
    assert untranslated_text(shell) == ["English"]
    assert sideways(shell) == []


@pytest.mark.parametrize("screen", every_screen(), ids=lambda screen: screen.name)
def test_no_screen_of_the_catalogue_cuts_words(qtbot: QtBot, words: Words, screen: object) -> None:
    from tests.screens.registry import Screen

    assert isinstance(screen, Screen)
    widget = screen.build(words)
    qtbot.addWidget(widget)
    widget.resize(*screen.size)
    widget.show()
    qtbot.wait(1)
    assert clipped_text(widget) == []
    assert sideways(widget) == []
