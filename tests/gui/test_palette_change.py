"""The platform changes from light to dark while a page is open: everything on it follows at once."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from b24learn_gui.gui import tone
from b24learn_gui.text.words import Words
from tests.screens.registry import Screen, every_screen

PAGES = [each for each in every_screen() if each.name.startswith(("page-", "wizard-")) and "busy" not in each.name]
"""Not those on which something turns: each picture of them is another one."""


@pytest.fixture
def light(dressed: QApplication) -> Iterator[QApplication]:
    """The light palette, which is put back."""
    dressed.setPalette(tone.reference_palette(dark=False))
    yield dressed
    dressed.setPalette(tone.reference_palette(dark=False))


def shown(screen: Screen, qtbot: QtBot) -> QWidget:
    widget = screen.build(Words("en"))
    qtbot.addWidget(widget)
    widget.resize(*screen.size)
    widget.show()
    QApplication.processEvents()
    return widget


def picture(widget: QWidget) -> QImage:
    for _ in range(3):
        QApplication.processEvents()
    return widget.grab().toImage()


@pytest.mark.parametrize("screen", PAGES, ids=lambda screen: screen.name)
def test_a_page_that_turned_dark_looks_as_one_opened_in_the_dark(
    qtbot: QtBot, light: QApplication, screen: Screen
) -> None:
    page = shown(screen, qtbot)
    before = picture(page)
    light.setPalette(tone.reference_palette(dark=True))
    turned = picture(page)
    page.hide()
    assert turned != before
    opened = picture(shown(screen, qtbot))
    different = [
        (x, y)
        for x in range(0, turned.width(), 2)
        for y in range(0, turned.height(), 2)
        if turned.pixel(x, y) != opened.pixel(x, y)
    ]
    assert not different, (len(different), different[:3], different[-3:])
