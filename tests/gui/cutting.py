"""That no words are cut off, once a page has found its layout."""

from PySide6.QtWidgets import QWidget
from pytestqt.exceptions import TimeoutError as TookTooLong
from pytestqt.qtbot import QtBot

from tests.screens.looking import clipped_text


def assert_nothing_cut(qtbot: QtBot, widget: QWidget) -> None:
    """A page is laid out in several turns of the loop, each of which a busy machine may take its time for."""
    qtbot.wait(1)
    try:
        qtbot.waitUntil(lambda: clipped_text(widget) == [])
    except TookTooLong:
        assert clipped_text(widget) == []
