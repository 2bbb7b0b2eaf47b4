"""Windows without a screen: the offscreen platform, the reference palettes, words in three languages."""

import os
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from b24learn_gui.gui import style, tone
from b24learn_gui.text.words import Words
from tests.screens.__main__ import BODY_POINTS
from tests.screens.looking import LongWords


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application in the flat style and the catalogue's size of type."""
    body = qapp.font()
    body.setPointSizeF(BODY_POINTS)
    qapp.setFont(body)
    qapp.setCursorFlashTime(0)  # pictures are compared
    style.Wardrobe(qapp)
    return qapp


@pytest.fixture(params=["light", "dark"])
def palette(request: pytest.FixtureRequest, dressed: QApplication) -> Iterator[str]:
    """Each reference palette in turn; the light one is put back."""
    dressed.setPalette(tone.reference_palette(dark=request.param == "dark"))
    yield request.param
    dressed.setPalette(tone.reference_palette(dark=False))


@pytest.fixture(params=["ru", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    """Each language in turn."""
    return Words(request.param)


@pytest.fixture
def long_words() -> LongWords:
    """A language that is longer than both and marks what went through it."""
    return LongWords()
