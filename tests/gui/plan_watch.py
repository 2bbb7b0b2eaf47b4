"""The window of a plan over an arena: a home with a plan above a limit, and an owner who obeys with real runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.plan_window.window import PlanWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text.words import Words
from tests.e2e.arena import Arena, arena, email_of, small_company

WAIT_MS = 20_000
PEOPLE, LEAVERS = 20, [3, 5, 7, 9, 11, 13, 15, 17, 19]
"""Nine of the twenty sit in department 3; five may be deactivated at once."""
EN = Words("en")


class Watched:
    """The window over an arena's home, and what it asked its owner to do."""

    def __init__(self, made: Arena, qtbot: QtBot, words: Words = EN) -> None:
        self.made, self.qtbot = made, qtbot
        environment = made.environment()
        places = find_places(made.home, environment)
        context = Context(places, words, Secrets(account=places.home_id, environment=environment), environment)
        self.tasks = Tasks()
        self.window = PlanWindow(context, self.tasks, words)
        qtbot.addWidget(self.window)
        self.asked: list[tuple[str, bool]] = []
        self.window.apply.connect(lambda plan, deactivate: self.asked.append((plan, deactivate)))
        self.window.show()

    def until(self, what: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=WAIT_MS)

    def open(self, run: str) -> None:
        self.window.open_run(run)
        self.until(lambda: self.window.work.work is None and self.window.plan.isVisible())
        QApplication.processEvents()  # what was made just now is shown in a turn of its own

    def preview(self) -> None:
        self.window.preview_now()
        self.until(lambda: self.window.work.work is None)

    def said(self) -> list[str]:
        """All the words that can be seen, in no particular order."""
        labels = [each.text() for each in self.window.findChildren(QLabel) if each.isVisible()]
        return labels + [each.text() for each in self.window.findChildren(QAbstractButton) if each.isVisible()]

    def button(self, text: str) -> QPushButton:
        found = [each for each in self.window.findChildren(QPushButton) if each.isVisible() and each.text() == text]
        assert len(found) == 1, (text, self.said())
        return found[0]

    def press(self, text: str) -> None:
        QTest.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def runs(self) -> list[str]:
        return [each["run"] for each in self.made.run("history").json["runs"]]

    def shown(self, run: str) -> Any:
        return self.made.run("show", run).json["summary"]

    def approve(self) -> None:
        """The whole way: asked for, asked again, approved."""
        self.press("Approve exactly this list…")
        message = self.window.message
        assert message is not None
        message.buttons[1].click()

    def obey(self) -> Any:
        """What the resident program does: a real `sync` of exactly what was asked, and its summary handed back."""
        (plan, deactivate) = self.asked.pop()
        assert not self.asked
        answer = self.made.sync("--approve", plan, *([] if deactivate else ["--no-deactivate"]))
        self.window.show_outcome(answer.json)
        self.until(lambda: self.window.work.work is None)
        return answer


@contextmanager
def watched(tmp_path: Path, qtbot: QtBot, words: Words = EN) -> Iterator[Watched]:
    """Everybody has an account; since then department 3 is not ticked any more and one person has a new job."""
    with arena(tmp_path, {"main": small_company(PEOPLE)}) as made:
        made.settle()
        made.settings["portals"][0]["exclude"] = [3]
        made.save(limits={"deactivate_count": 5})
        made.main.world.people[2].fields["WORK_POSITION"] = "Директор"
        found = Watched(made, qtbot, words)
        try:
            yield found
        finally:
            found.tasks.close()


def stopped(found: Watched) -> str:
    """A run that the limit stops; its id."""
    answer = found.made.sync("--trigger", "manual")
    assert answer.code == 20
    assert not found.made.learn.log.writes
    return str(answer.json["run"])


def emails(*people: int) -> set[str]:
    return {email_of(each) for each in people}
