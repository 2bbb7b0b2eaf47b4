"""A defect while the wizard is being built: it is told, and nothing waits for ever."""

import logging
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.gui import main
from b24learn_gui.gui.main import Program
from b24learn_gui.gui.message import Message
from b24learn_gui.service.opening import Opening
from tests.service.setup_world import context_of

pytestmark = pytest.mark.usefixtures("dressed")


def shown() -> list[str]:
    """First lines of the small windows that are open."""
    return [
        each.title.text() for each in QApplication.topLevelWidgets() if isinstance(each, Message) and each.isVisible()
    ]


def test_the_failure_takes_the_place_of_the_waiting_and_ends_the_program(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_parts: object) -> None:
        raise RuntimeError("https://portal.example.com/rest/1/secret/")

    codes: list[int] = []
    monkeypatch.setattr(main, "WizardWindow", broken)
    monkeypatch.setattr(qapp, "exit", codes.append)
    program = Program(qapp, context_of(tmp_path / "home"), Opening())
    program._say_that_we_wait()
    assert shown() == ["Waiting for this computer's password store"]
    with caplog.at_level(logging.ERROR):
        program.begin()
        qtbot.waitUntil(lambda: shown() == ["The settings cannot be opened"])
    refusal = program._refusal
    assert refusal is not None
    assert "RuntimeError" in refusal.text.text()
    assert "secret" not in refusal.text.text() + caplog.text
    assert "broken" in caplog.text
    refusal.buttons[0].click()
    assert (codes, shown()) == ([1], [])
    program.end()
    qapp.setQuitOnLastWindowClosed(True)
