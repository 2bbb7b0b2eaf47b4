"""The tray: its pictures on both kinds of panel, and the menu with its hint and a message, in several states."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.status.words import Clock
from b24learn_gui.gui.tray.icon import tray_icon
from b24learn_gui.gui.tray.menu import MenuState, TrayMenu
from b24learn_gui.gui.tray.news import joined, news
from b24learn_gui.gui.tray.sentences import Sign, hint, mood_of, state_line
from b24learn_gui.service.standing import Standing
from b24learn_gui.text.words import Words
from tests.screens import status_data as data
from tests.screens.registry import screen

_SIGNS: tuple[Sign, ...] = ("idle", "working", "attention", "paused")
_SIZES = (16, 20, 24, 40)
_CLOCK = Clock(data.NOW, data.local)


class _Panel(QWidget):
    """A desktop's panel with every picture on it."""

    def __init__(self, *, dark: bool, one_colour: bool) -> None:
        super().__init__()
        self._dark, self._one_colour = dark, one_colour
        self.setFixedHeight(64)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), tone.Tone.of(tone.reference_palette(dark=self._dark)).window)
        left = 16
        for sign in _SIGNS:
            icon = tray_icon(sign, dark_panel=self._dark, one_colour=self._one_colour)
            for size in _SIZES:
                icon.paint(painter, left, (self.height() - size) // 2, size, size, Qt.AlignmentFlag.AlignCenter)
                left += size + 16
            left += 24


@screen("tray-icons", (960, 360))
def icons(words: Words) -> QWidget:
    del words
    shown = QWidget()
    rows = QVBoxLayout(shown)
    for dark in (False, True):
        for one_colour in (False, True):
            rows.addWidget(_Panel(dark=dark, one_colour=one_colour))
    return shown


@dataclass(frozen=True)
class _Case:
    standing: Standing
    progress: RunProgress | None = None
    hangs: bool = False


_CASES = (
    _Case(data.FINE),
    _Case(data.waits(data.PLAN_WAITS, data.SKIPPED)),
    _Case(data.RUNNING, data.writing()),
    _Case(data.RUNNING, data.writing(), hangs=True),
    _Case(data.PAUSED),
)


@screen("tray-menu", (1900, 560))
def menu(words: Words) -> QWidget:
    shown = QWidget()
    columns = QHBoxLayout(shown)
    for case in _CASES:
        columns.addLayout(_column(case, words))
    return shown


def _column(case: _Case, words: Words) -> QVBoxLayout:
    standing, progress, hangs = case.standing, case.progress, case.hangs
    made = TrayMenu()
    made.show_state(
        MenuState(
            state_line(standing, progress, _CLOCK, words, hangs=hangs),
            mood_of(standing, running=progress is not None, hangs=hangs),
            runs=progress is not None,
            busy=progress is not None,
            hangs=hangs,
            paused=standing.paused is not None,
            hour="13:48",
            tomorrow="06:00",
        ),
        words,
    )
    made.setWindowFlags(Qt.WindowType.Widget)
    rows = QVBoxLayout()
    rows.addWidget(made)
    rows.addWidget(Text(hint(standing, progress, _CLOCK, words, hangs=hangs), step="caption"))
    for note in news(frozenset(), standing, None, _CLOCK, words):
        title, text = joined([note])
        rows.addWidget(Text(title, step="section"))
        rows.addWidget(Text(text, shade="text_2"))
    rows.addStretch(1)
    return rows
