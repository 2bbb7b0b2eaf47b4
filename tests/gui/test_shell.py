"""The wizard's window: what it draws of the flow, at every size, in every language."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QScrollArea
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.kit.page import PageFrame
from b24learn_gui.gui.kit.rail import NARROW, WIDE
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.wizard import flow_words
from b24learn_gui.gui.wizard.assembly import Pages
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import STEPS, Step
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.text.words import Words
from tests.gui.cutting import assert_nothing_cut
from tests.screens.looking import LongWords, sideways, untranslated_text
from tests.screens.registry import every_screen
from tests.screens.screens_choices import flow_at
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


def test_a_page_is_made_when_somebody_comes_to_it(qtbot: QtBot, words: Words) -> None:
    made: list[str] = []

    def maker(step: Step) -> Callable[[], Page]:
        def make() -> Page:
            made.append(step)
            return TitlePage(step)

        return make

    shell = WizardShell(Flow(), Pages({step: maker(step) for step in STEPS}), Sayings(), words)
    qtbot.addWidget(shell)
    shell.show()
    assert made == ["welcome"]
    assert len(shell.rail.rail.steps) == len(STEPS)
    shell.foot.primary.click()
    assert made == ["welcome", "bitrix24"]
    assert shell.page.title.text() == words("Bitrix24")
    shell.foot.back.click()
    shell.foot.primary.click()
    assert made == ["welcome", "bitrix24"]


def test_the_rail_tells_results_of_finished_steps_alone(qtbot: QtBot, words: Words) -> None:
    flow = flow_at("heads")
    shell = WizardShell(flow, {step: TitlePage(step) for step in STEPS}, flow_words, words)
    qtbot.addWidget(shell)
    told = [step.key for step in shell.rail.rail.steps if step.result]
    assert told == ["bitrix24", "learn", "times", "notifications"]
    assert flow_words.caption(flow.state("heads"), words)  # there is one, but its page is in front


def test_what_is_typed_is_said_to_be_kept_where_nothing_else_wants_the_room(qtbot: QtBot, words: Words) -> None:
    flow = Flow()
    shell = _shell(qtbot, words, flow)
    shell.foot.primary.click()
    flow.edit_secret("portal.main.webhook", "typed")
    assert shell.foot.reason.text() == words("not done yet")
    shell.foot.back.click()
    assert shell.foot.reason.text() == words("What is entered is kept, you can go on later")
    page = TitlePage("welcome")
    page.foot_extra = lambda: QCheckBox("and run the first sync now")  # type: ignore[method-assign]
    other = WizardShell(flow, {"welcome": page}, Sayings(), words)
    qtbot.addWidget(other)
    other.show()
    assert not other.foot.reason.isVisible()


def test_a_page_scrolls_only_where_it_has_more_than_there_is_room_for(qtbot: QtBot, words: Words) -> None:
    page = PageFrame()
    qtbot.addWidget(page)
    for _ in range(12):
        page.content.addWidget(Text("Wrapped words that are long enough to need a second line in a narrow page. " * 2))
    page.resize(700, 900)
    page.show()
    bar = page.findChildren(QScrollArea)[0].verticalScrollBar()
    assert bar.maximum() == 0
    page.resize(300, 500)
    qtbot.waitUntil(lambda: bar.maximum() > 0)


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
    assert_nothing_cut(qtbot, shell)
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
    assert_nothing_cut(qtbot, widget)
    qtbot.waitUntil(lambda: sideways(widget) == [])
