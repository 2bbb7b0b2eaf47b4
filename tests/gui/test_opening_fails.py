"""A defect while the wizard is being built: it is told, and nothing waits for ever."""

import logging
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.message import Message
from b24learn_gui.gui.resident import Resident
from b24learn_gui.gui.wizard import window
from b24learn_gui.service.opening import Opening
from tests.service.setup_world import context_of

pytestmark = pytest.mark.usefixtures("dressed")


def shown() -> list[Message]:
    """The small windows that are open."""
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, Message) and each.isVisible()]


def test_the_failure_is_told_in_place_of_the_wizard_and_ends_the_program(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_parts: object) -> None:
        raise RuntimeError("https://portal.example.com/rest/1/secret/")

    codes: list[int] = []
    monkeypatch.setattr(window, "WizardWindow", broken)
    monkeypatch.setattr(qapp, "exit", codes.append)
    resident = Resident(qapp, context_of(tmp_path / "home"), Opening())
    try:
        with caplog.at_level(logging.ERROR):
            resident.begin()
            qtbot.waitUntil(lambda: [each.title.text() for each in shown()] == ["The settings cannot be opened"])
        (refusal,) = shown()
        assert "RuntimeError" in refusal.text.text()
        assert "secret" not in refusal.text.text() + caplog.text
        assert "broken" in caplog.text
        refusal.buttons[0].click()
        assert (codes, shown()) == ([1], [])
    finally:
        resident.end()
        qapp.setQuitOnLastWindowClosed(True)
