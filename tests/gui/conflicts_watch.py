"""The window of conflicts over a home and the embedded servers, ended on the windows' own thread."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from b24learn_gui.company.model import person_label
from b24learn_gui.gui.conflicts.window import ConflictsWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.text.words import Words
from tests.service.conflict_world import ConflictWorld, conflict_world, key

WAIT_MS = 20_000
EN = Words("en")


class Watched:
    """The window, and what it shows."""

    def __init__(self, world: ConflictWorld, qtbot: QtBot, words: Words = EN) -> None:
        self.world, self.qtbot = world, qtbot
        self.tasks = Tasks()
        self.window = ConflictsWindow(world.context, self.tasks, words)
        self.window.show()

    def until(self, what: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=WAIT_MS)

    def read(self, who: str = "") -> None:
        self.window.open_case(who)
        self.settle()

    def settle(self) -> None:
        self.until(lambda: not self.window.busy)
        QApplication.processEvents()

    def go(self, number: int) -> None:
        """Choose somebody in the list, as a person does."""
        rows = self.window.list.shown.rows
        place = next(place for place, row in enumerate(rows) if row.key == person_label(key(number)))
        self.window.list.setCurrentIndex(self.window.list.shown.index(place))

    def press(self, button: QAbstractButton) -> None:
        assert button.isVisible(), self.said()
        assert button.isEnabled(), self.said()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def rows(self) -> list[tuple[str, str]]:
        return [(row.key or "·", row.title if not row.key else row.below) for row in self.window.list.shown.rows]

    def people(self) -> list[str]:
        return [row.key for row in self.window.list.shown.rows if row.key]

    def state_of(self, number: int) -> tuple[str, str]:
        row = next(row for row in self.window.list.shown.rows if row.key == person_label(key(number)))
        return row.state, row.below

    def said(self) -> list[str]:
        """All the words that can be seen, in no particular order."""
        labels = [each.text() for each in self.window.findChildren(QLabel) if each.isVisible()]
        return labels + [each.text() for each in self.window.findChildren(QAbstractButton) if each.isVisible()]

    @property
    def shown(self) -> str:
        return self.window.title.text()


def end(window: QWidget) -> None:
    """Close it, and have it deleted here and now, not by a collector on whichever thread."""
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)
    assert not isValid(window)


@contextmanager
def watched(tmp_path: Path, qtbot: QtBot, words: Words = EN) -> Iterator[Watched]:
    with conflict_world(tmp_path, words) as world:
        found = Watched(world, qtbot, words)
        try:
            yield found
        finally:
            assert found.tasks.close()
            if isValid(found.window):
                end(found.window)
