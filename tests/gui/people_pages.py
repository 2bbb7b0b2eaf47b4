"""A page about people in front of a flow whose checks were really made, against the embedded servers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.reading import Reading
from b24learn_gui.text.words import Words
from tests.service.setup_world import Setup, setup_world

WAIT_MS = 20_000


class Walk:
    """A flow with both connections typed; `open` brings a page of it to the front as the shell does."""

    def __init__(self, made: Setup, qtbot: QtBot) -> None:
        self.made, self.qtbot = made, qtbot
        self.tasks = Tasks()
        self.desk = Desk(made.context, self.tasks)
        self.flow = self.type_all(Flow())
        self.page: Page | None = None

    def type_all(self, flow: Flow) -> Flow:
        settings = self.made.settings
        flow.edit(learn_url=settings.learn.url, login=settings.learn.login)
        for portal in settings.portals[1:]:
            assert flow.add_portal() == portal.key
        for name, value in self.made.secrets.items():
            flow.edit_secret(name, value)
        return flow

    def check(self) -> None:
        """Both checks, as the pages before this one make them."""
        told: list[object] = []
        Reading(self.desk).bring(self.flow, told.append, told.append)
        self.qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
        assert not isinstance(told[0], Exception), told[0]

    def advance(self, step: str) -> None:
        while self.flow.step != step:
            before = self.flow.step
            self.flow.forward()
            assert self.flow.step != before, self.flow.state(before)

    def open(self, page: Page, words: Words | None = None) -> None:
        self.page = page
        self.qtbot.addWidget(page)
        page.resize(864, 688)
        page.retranslate(words or Words("en"))
        self.flow.on_change = lambda: page.refresh(self.flow.state(page.step))
        page.enter(self.flow)
        page.refresh(self.flow.state(page.step))
        page.show()

    def until(self, what: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=WAIT_MS)


@contextmanager
def walk_to(tmp_path: Path, qtbot: QtBot, **options: Any) -> Iterator[Walk]:
    """A checked flow, nothing ticked yet."""
    with setup_world(tmp_path, **options) as made:
        walk = Walk(made, qtbot)
        walk.check()
        yield walk
        walk.tasks.close()
