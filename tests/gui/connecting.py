"""A wizard's window around one page of the connections, over a real context and real worker threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard import flow_words
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.service.context import Context
from b24learn_gui.text.words import Words
from tests.screens.screens_shell import TitlePage


@contextmanager
def desk_of(context: Context, *, file: Path | None = None) -> Iterator[tuple[Desk, list[str]]]:
    """A desk, and what it was asked to open or to copy. `file` is what somebody chooses when asked for one."""
    told: list[str] = []
    tasks = Tasks()
    desk = Desk(
        context,
        tasks,
        open_address=told.append,
        ask_file=lambda _parent, _title, _filters: str(file or ""),
        copy=told.append,
    )
    try:
        yield desk, told
    finally:
        assert tasks.close()


def shown(qtbot: QtBot, page: Page, flow: Flow, words: Words) -> WizardShell:
    """The window with this page in front."""
    pages: dict[Step, Page] = {each.step: TitlePage(each.step) for each in flow.states()}
    shell = WizardShell(flow, {**pages, page.step: page}, flow_words, words)
    qtbot.addWidget(shell)
    shell.resize(1024, 700)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    while flow.step != page.step:
        before = flow.step
        flow.forward()
        assert flow.step != before
    return shell
