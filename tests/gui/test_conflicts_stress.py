"""Windows of conflicts made, read, decided in and closed by the dozen, while servers' and workers' threads run.

A window once died of that: a segmentation fault while a second one was being drawn in a process with servers' threads.
So Python collects all the time here, and windows are closed at any moment of their lives.
"""

import gc
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.conflicts.window import ConflictsWindow
from b24learn_gui.gui.on_demand import OnDemand
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.conflicts import read_queue
from b24learn_gui.text.words import Words
from tests.service.conflict_world import ConflictWorld, conflict_world

WAIT_MS = 30_000
EN, RU = Words("en"), Words("ru")
_FEW, _MANY = 6, 60
_COLLECT_MS = 5
"""Between two collections, which come at any moment of a window's life."""


@pytest.fixture
def pressed(qapp: QApplication) -> Iterator[None]:
    """Collections and changes of thread all the time."""
    del qapp
    turns = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    rounds = itertools.count(1)
    collecting = QTimer(interval=_COLLECT_MS)
    collecting.timeout.connect(lambda: gc.collect(1 if next(rounds) % 10 else 2))
    collecting.start()
    yield
    collecting.stop()
    sys.setswitchinterval(turns)


class Traffic:
    """Readings of both sides on a thread of its own, one after the other: the servers' threads have work."""

    def __init__(self, world: ConflictWorld) -> None:
        self._world, self._end = world, threading.Event()
        self.readings = 0
        self._thread = threading.Thread(target=self._run, name="traffic")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                read_queue(self._world.context)
            except SyncError:
                continue
            self.readings += 1


def look_around(window: ConflictsWindow) -> None:
    """Everybody in question, every account of theirs, in two languages."""
    window.which.setCurrentIndex(window.which.findData("all"))
    for place, row in enumerate(window.list.shown.rows):
        if row.key:
            window.list.setCurrentIndex(window.list.shown.index(place))
            for account in range(window.comparison.accounts.count()):
                window.comparison.accounts.setCurrentIndex(account)
        QApplication.processEvents()
    window.retranslate(RU)
    QApplication.processEvents()
    window.retranslate(EN)


def live(window: ConflictsWindow, qtbot: QtBot, moment: int) -> None:
    """One window's life, ended at another moment each time."""
    if moment == 0:
        return  # closed before anything was read
    if moment == 1:
        qtbot.wait(5)  # closed while both sides are read
        return
    qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)
    look_around(window)
    if moment == 2:
        window.decide("leave")  # closed while a decision is kept
        return
    window.which.setCurrentIndex(window.which.findData("waiting"))
    if window.leave.isVisible() and window.leave.isEnabled():
        window.decide("leave")
        qtbot.waitUntil(lambda: not window.busy, timeout=WAIT_MS)
    if moment == 3:
        window.read_now()  # closed while they are read again
        QApplication.processEvents()


def lives(qtbot: QtBot, world: ConflictWorld, count: int) -> None:
    owner = QObject()
    made: list[ConflictsWindow] = []

    def make(tasks: Tasks) -> ConflictsWindow:
        window = ConflictsWindow(world.context, tasks, EN)
        made.append(window)
        return window

    slot: OnDemand[ConflictsWindow] = OnDemand(("b24learn_gui.gui.conflicts",), make, owner)
    opened: Callable[[ConflictsWindow], None] = lambda window: window.open_case()  # noqa: E731
    moments = itertools.cycle(range(5))
    for _ in range(count):
        slot.open(opened)
        qtbot.waitUntil(lambda: slot.window is not None and slot.window.isVisible(), timeout=WAIT_MS)
        window = slot.window
        assert window is not None
        live(window, qtbot, next(moments))
        window.close()
        del window
        qtbot.waitUntil(lambda: not isValid(made[-1]), timeout=WAIT_MS)
        made.clear()  # from here on nobody holds what Python knows of it
    owner.deleteLater()


@pytest.mark.usefixtures("dressed", "pressed")
@pytest.mark.parametrize("count", [_FEW, pytest.param(_MANY, marks=[pytest.mark.long, pytest.mark.timeout(1_800)])])
def test_windows_come_and_go_while_servers_and_workers_run(count: int, qtbot: QtBot, tmp_path: Path) -> None:
    with conflict_world(tmp_path) as world, Traffic(world) as traffic:
        before = len(QApplication.topLevelWidgets())
        lives(qtbot, world, count)
        assert traffic.readings > 0
        qtbot.waitUntil(lambda: len(_windows()) == 0, timeout=WAIT_MS)
        assert len(QApplication.topLevelWidgets()) <= before
    assert not [each for each in threading.enumerate() if each.name == "question" and each.is_alive()]


def _windows() -> list[QWidget]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, ConflictsWindow)]
