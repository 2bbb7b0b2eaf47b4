"""What Windows and macOS expect of a program, as far as it can be judged on another system."""

import ctypes
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from b24learn_gui.gui import application
from b24learn_gui.gui import main as windows
from b24learn_gui.gui.resident import Resident

Active, Inactive = Qt.ApplicationState.ApplicationActive, Qt.ApplicationState.ApplicationInactive


def test_windows_is_told_the_programs_id_before_there_is_any_window(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    class NotNow(Exception):
        pass

    def no_application(_words: object) -> None:
        told.append("application")
        raise NotNow

    shell = SimpleNamespace(SetCurrentProcessExplicitAppUserModelID=told.append)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=shell), raising=False)
    monkeypatch.setattr(application, "QApplication", no_application)
    interval = sys.getswitchinterval()
    try:
        with pytest.raises(NotNow):
            application.make_application("en")
    finally:
        sys.setswitchinterval(interval)
    assert told == ["b24learn.gui", "application"]


def test_elsewhere_there_is_nobody_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "windll", None, raising=False)
    application._name_to_windows()


class Application(QObject):
    """Only what is asked of it here."""

    applicationStateChanged = Signal(Qt.ApplicationState)  # noqa: N815 - Qt spells it like this


class Shown:
    """A program that stays, and how often it was asked to show itself."""

    def __init__(self, *, open_window: bool) -> None:
        self.windows = SimpleNamespace(any_open=open_window)
        self.times = 0

    def show_yourself(self) -> None:
        self.times += 1


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("seconds", "state", "open_window", "times"),
    [
        (60, Active, False, 1),
        (60, Active, True, 0),  # a window is in front already
        (60, Inactive, False, 0),
        (1, Active, False, 0),  # the start itself
    ],
)
def test_macos_brings_the_program_forward_and_it_shows_itself(
    seconds: float, state: Qt.ApplicationState, open_window: bool, times: int
) -> None:
    app: Any = Application()
    resident: Any = Shown(open_window=open_window)
    clock = [100.0]
    windows.show_when_activated(app, resident, steady=lambda: clock[0])
    clock[0] += seconds
    app.applicationStateChanged.emit(state)
    assert resident.times == times
    assert hasattr(Resident, "show_yourself")
