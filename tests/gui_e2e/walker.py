"""Walks through the program's own windows as a person would, in the program's own process, and measures its loop.

`python -m tests.gui_e2e.walker mouse|keyboard --home DIR`; what to type comes through standard input as JSON, the
result goes to standard output as JSON. The mouse walk clicks and types into what it sees by its accessible name; the
keyboard walk touches nothing but keys: it moves with Tab and Shift+Tab alone.
"""

import faulthandler
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTreeView,
    QWidget,
)

if TYPE_CHECKING:
    from b24learn_gui.gui.status.window import StatusWindow
    from b24learn_gui.gui.wizard.window import WizardWindow

Wait = Callable[[], bool]
Script = Iterator[tuple[str, Wait]]

_STEP_MS, _BEAT_MS = 20, 5
_LONGEST_SECONDS = 20.0
_FAILED = 99
_WHOLE_SECONDS = 80


class Walker(QObject):
    """Goes on with the script whenever what it waits for has come; beats meanwhile, and notes the longest pause."""

    def __init__(self, app: QApplication, script: Callable[["Walker"], Script]) -> None:
        super().__init__(app)
        self.app = app
        self.worst: list[tuple[float, str]] = []
        self.worked: list[tuple[float, str]] = []
        self.walked: list[str] = []
        self._script = script(self)
        self._waiting: tuple[str, Wait] = ("a window", lambda: self.window is not None)
        self._since = self._beaten = time.perf_counter()
        self._worked = time.thread_time()
        self._own, self._own_work = 0.0, 0.0
        self._beat, self._go = QTimer(self), QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._note)
        self._go.timeout.connect(self._on)
        self._beat.start(_BEAT_MS)
        self._go.start(_STEP_MS)

    @property
    def window(self) -> "WizardWindow | None":
        """The wizard, once it is open."""
        return cast("WizardWindow | None", self._find("wizard", "WizardWindow"))

    @property
    def status(self) -> "StatusWindow | None":
        """The status window, once it is open."""
        return cast("StatusWindow | None", self._find("status", "StatusWindow"))

    def _find(self, package: str, name: str) -> QWidget | None:
        """An open window by its class, which the program itself is to load: that is measured, too."""
        made = getattr(sys.modules.get(f"b24learn_gui.gui.{package}.window"), name, None)
        for each in self.app.topLevelWidgets():
            if made is not None and isinstance(each, made) and each.isVisible():
                return cast("QWidget", each)
        return None

    @property
    def front(self) -> QWidget:
        """What a person would operate now: a dialog over the wizard, else the wizard, else the status window."""
        modal = self.app.activeModalWidget()
        window = modal or self.window or self.status
        assert window is not None
        return window

    def see(self, name: str) -> QWidget | None:
        """The visible widget a screen reader would call that."""
        for widget in self.front.findChildren(QWidget):
            if _called(widget) == name and widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                return widget
        return None

    def usable(self, name: str) -> bool:
        widget = self.see(name)
        return widget is not None and widget.isEnabled()

    def _note(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.note(now - self._beaten - self._own, worked - self._worked - self._own_work)
        self._beaten, self._worked, self._own, self._own_work = now, worked, 0.0, 0.0

    def note(self, held: float, worked: float) -> None:
        """The loop was held that many seconds at once, and worked so many of them itself: the rest it waited, for a
        disk, say, or for its turn on a busy machine.
        """
        step = self.walked[-1] if self.walked else "start"
        self.worst = sorted([*self.worst, (round(held * 1000, 1), step)], reverse=True)[:8]
        self.worked = sorted([*self.worked, (round(worked * 1000, 1), step)], reverse=True)[:8]

    def _on(self) -> None:
        self._note()  # what came before this step counts for the one before
        since, worked = time.perf_counter(), time.thread_time()
        try:
            self._step()
        except Exception:  # noqa: BLE001 - the loop would go on without anybody at it
            self._give_up(traceback.format_exc())
        self._own += time.perf_counter() - since  # the events in it were noted one by one
        self._own_work += time.thread_time() - worked

    def _step(self) -> None:
        label, come = self._waiting
        if come():
            self._since = time.perf_counter()
            try:
                self._waiting = next(self._script)
            except StopIteration:
                self._go.stop()
                return
            self.walked.append(self._waiting[0])
        elif time.perf_counter() - self._since > _LONGEST_SECONDS:
            shown = self.app.activeModalWidget() or self.window or self.status
            seen = [_called(each) for each in (shown.findChildren(QWidget) if shown else []) if each.isVisible()]
            seen = [each for each in seen if each]
            self._give_up(f"waited in vain for {label}; seen: {seen}")

    def _give_up(self, why: str) -> None:
        self._go.stop()
        sys.stderr.write(f"{why}\n")
        self.app.exit(_FAILED)


def _called(widget: QWidget) -> str:
    """Its accessible name: set, or the words on it."""
    words = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return widget.accessibleName() or words


class Hand:
    """What a person does; `keyboard`: with keys alone."""

    def __init__(self, walker: Walker, *, keyboard: bool) -> None:
        self._walker, self._keyboard = walker, keyboard

    def press(self, name: str) -> None:
        """Presses a button or ticks a box."""
        if self._keyboard:
            self.reach(name)
            self._do(QTest.keyClick, self._focused(), Qt.Key.Key_Space)
        else:
            self._do(QTest.mouseClick, self._seen(name), Qt.MouseButton.LeftButton, pos=_inside(self._seen(name)))

    def enter(self, name: str, text: str) -> None:
        """Fills a field: typed letter by letter and left with Tab."""
        if self._keyboard:
            self.reach(name)
        else:
            self._do(QTest.mouseClick, self._seen(name), Qt.MouseButton.LeftButton)
        field = self._focused()
        assert isinstance(field, QLineEdit | QPlainTextEdit | QAbstractSpinBox), (name, field)
        self._do(QTest.keyClick, field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        for letter in text:
            self._do(QTest.keyClick, field, letter)
        self._do(QTest.keyClick, field, Qt.Key.Key_Tab)

    def paste(self, name: str, text: str) -> None:
        """Fills a field from the clipboard."""
        self.reach(name) if self._keyboard else self._do(QTest.mouseClick, self._seen(name), Qt.MouseButton.LeftButton)
        QGuiApplication.clipboard().setText(text)
        self._do(QTest.keyClick, self._focused(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def tick_first(self, name: str) -> None:
        """Ticks the first row of a tree."""
        tree = self._seen(name)
        assert isinstance(tree, QTreeView)
        if self._keyboard:
            self.reach(name)
            self._do(QTest.keyClick, tree, Qt.Key.Key_Home)
            self._do(QTest.keyClick, tree, Qt.Key.Key_Space)
        else:
            row = tree.visualRect(tree.model().index(0, 0))
            self._do(
                QTest.mouseClick,
                tree.viewport(),
                Qt.MouseButton.LeftButton,
                pos=QPoint(row.left() + 26, row.center().y()),
            )

    def reach(self, name: str) -> None:
        """Moves the keyboard there with Tab alone."""
        target, been = self._seen(name), 0
        while self._focused() is not target and self._focused() is not target.focusProxy():
            self._do(QTest.keyClick, self._focused(), Qt.Key.Key_Tab)
            been += 1
            assert been < 200, f"Tab never reaches {name}"

    def _do(self, act: Callable[..., Any], *values: Any, **more: Any) -> None:
        """One event; what the program does with it happens in here, so it counts like any other."""
        since, worked = time.perf_counter(), time.thread_time()
        act(*values, **more)
        self._walker.note(time.perf_counter() - since, time.thread_time() - worked)

    def _seen(self, name: str) -> QWidget:
        found = self._walker.see(name)
        assert found is not None, name
        return found

    def _focused(self) -> QWidget:
        found = QApplication.focusWidget()
        if found is None:
            self._walker.front.activateWindow()
            found = self._walker.front
        return found


def _inside(widget: QWidget) -> QPoint:
    """A box is clicked on its mark or words, which stand at its left."""
    return QPoint(min(12, widget.width() // 2), widget.height() // 2)


def whole_walk(given: dict[str, Any], *, keyboard: bool) -> Callable[[Walker], Script]:
    """From the first page to the saved setup; with the mouse also the first sync."""

    def script(walker: Walker) -> Script:
        hand = Hand(walker, keyboard=keyboard)
        window = walker.window
        assert window is not None
        window.activateWindow()

        def on(step: str) -> Wait:
            return lambda: window.page.step == step and not walker.app.activeModalWidget()

        def ready() -> bool:
            return window.foot.primary.isEnabled()

        def forward() -> None:
            hand.press(window.foot.primary.text())

        yield "welcome", lambda: walker.usable("Next")
        forward()
        yield "bitrix24", on("bitrix24")
        (hand.enter if keyboard else hand.paste)("Bitrix24 webhook address", given["webhook"])
        yield "portal checked", ready
        forward()
        yield "learn", on("learn")
        hand.enter("Learn account URL", given["url"])
        hand.enter("Administrator email", given["login"])
        hand.enter("Password", given["password"])
        yield "learn check", lambda: ready() or walker.usable("Check the connection")
        if not ready():
            hand.press("Check the connection")
        yield "learn checked", ready
        forward()
        yield "times", on("times")
        hand.enter("First run (UTC)", "05:30")
        yield "times entered", lambda: ready() and walker.usable("Start with this computer, in the tray")
        if keyboard:
            hand.press("Start with this computer, in the tray")  # it is ticked already: this unticks it
        forward()
        yield "notifications", on("notifications")
        yield "letters counted", ready
        forward()
        yield "heads", lambda: on("heads")() and ready()
        forward()
        yield "departments", lambda: on("departments")() and walker.usable("Departments")
        hand.tick_first("Departments")
        yield "ticked", ready
        forward()
        yield "fields", lambda: on("fields")() and ready()
        forward()
        yield "review", lambda: on("review")() and ready()
        if keyboard:
            hand.press("and run the first sync now")  # it is ticked already: this unticks it
        forward()
        if not keyboard:
            yield "first sync", lambda: walker.app.activeModalWidget() is not None
            yield "synced", lambda: walker.usable("Close") and walker.front is not window
            hand.press("Close")
        yield "activation", on("activation")
        hand.press("Close")
        yield "closed", lambda: walker.window is None and walker.status is not None
        status = walker.status
        assert status is not None
        yield "status", status.header.sync.isEnabled
        hand.press("Quit the program")  # there is no tray to hide in

    return script


def main() -> int:
    """Start the program exactly as its console script does, with somebody at it."""
    from b24learn_gui import __main__ as program
    from b24learn_gui.gui import main as windows
    from b24learn_gui.gui.application import make_application

    kind, *arguments = sys.argv[1:]
    faulthandler.dump_traceback_later(_WHOLE_SECONDS, exit=True)
    given = json.loads(sys.stdin.read())
    made: list[Walker] = []

    def make(language: Any) -> QApplication:
        app = make_application(language)
        made.append(Walker(app, whole_walk(given, keyboard=kind == "keyboard")))
        return app

    sys.argv = ["b24learn-gui", *arguments]
    with patch.object(windows, "make_application", make):
        code = program.main()
    walker = made[0]
    left = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    sys.stdout.write(
        json.dumps(
            {
                "code": code,
                "walked": walker.walked,
                "stalls_ms": walker.worst,
                "worked_ms": walker.worked,
                "threads": left,
            }
        )
        + "\n"
    )
    return code


if __name__ == "__main__":
    sys.exit(main())
