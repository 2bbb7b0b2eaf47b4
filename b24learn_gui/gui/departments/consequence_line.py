"""The line below the tree that never scrolls: who will study, who stays out, who would be deactivated."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.kit.buttons import Link
from b24learn_gui.gui.kit.surface import paint_card, rounded
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.consequences import Consequences
from b24learn_gui.gui.views.late_answers import LateAnswers
from b24learn_gui.text.words import Words

_BAR = 4
_MARK = 10
_WAITING = "…"
_UNKNOWN = "—"


class _Mark(QWidget):
    """The colour of a part of the bar, or the warning sign."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part
        side = icons.SMALL if part == "warning" else _MARK
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, shades = QPainter(self), tone.current()
        if self._part == "warning":
            drawn = icons.pixmap("state-warning", shades.warn_mark, icons.SMALL, self.devicePixelRatioF())
            painter.drawPixmap(0, 0, drawn)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shades.accent if self._part == "studying" else rest_colour(shades))
            painter.drawRoundedRect(QRectF(self.rect()), 2, 2)


class Figure(QWidget):
    """A label with its mark, below it a large number and what it was."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.mark = _Mark(part)
        self.label = Text(step="caption", shade="text_2", wrap=False)
        self.number = Text(_WAITING, step="number", wrap=False, selectable=True)
        self.beside = Text(step="caption", shade="text_2", wrap=False)
        self.last = QHBoxLayout()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.mark)
        head.addWidget(self.label, 1)
        self.last.setSpacing(10)
        self.last.addWidget(self.number)
        self.last.addWidget(self.beside, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 12, 16, 10)
        rows.setSpacing(2)
        rows.addLayout(head)
        rows.addLayout(self.last)

    def say(self, number: str, beside: str) -> None:
        self.number.setText(number)
        self.beside.setText(beside)
        self.setAccessibleName(" ".join(filter(None, (self.label.text(), number, beside))))


class ConsequenceLine(QFrame):
    """Shows `Consequences` worked out off this thread: `ask` with each change, "…" until the answer is there.

    `show_deactivated`: somebody wants to see who would be deactivated. `answered` carries the numbers shown,
    `failed` the exception of a computation.
    """

    show_deactivated = Signal()
    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._shown: Consequences | None = None
        self._answers = LateAnswers(self)
        self._answers.answered.connect(self._answer)
        self._answers.failed.connect(self._fail)
        self.studying, self.left_out, self.deactivated = Figure("studying"), Figure("rest"), Figure("warning")
        self.link = Link()
        self.link.clicked.connect(self.show_deactivated)
        self.deactivated.last.addWidget(self.link)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, _BAR, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.studying, 9)
        row.addWidget(self.left_out, 9)
        row.addWidget(self.deactivated, 14)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.retranslate(words)

    @property
    def shown(self) -> Consequences | None:
        """The numbers that stand here now; None while they are worked out."""
        return self._shown

    def ask(self, compute: Callable[[], Consequences]) -> None:
        """Show what `compute` answers, which runs on another thread. Earlier answers that come late are dropped."""
        self._shown = None
        self._answers.ask(compute)
        self._draw()

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self._words = words
        self.studying.label.setText(words("Will study in Learn"))
        self.left_out.label.setText(words("Stay out of Learn"))
        self.deactivated.label.setText(words("Would be deactivated"))
        self.link.setText(words("Show"))
        self.link.setAccessibleName(words("Show who would be deactivated"))
        self.link.updateGeometry()
        self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, shades = QPainter(self), tone.current()
        whole = QRectF(self.rect())
        paint_card(painter, whole, "card", edge=True)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(rounded(whole.adjusted(1, 1, -1, -1)))
        if self._warns:
            painter.fillRect(self.deactivated.geometry(), shades.warn_tint)
        for each in (self.left_out, self.deactivated):
            painter.fillRect(each.x(), _BAR, 1, self.height(), shades.line)
        self._paint_bar(painter, shades)
        painter.restore()

    def _paint_bar(self, painter: QPainter, shades: tone.Tone) -> None:
        shown = self._shown
        painter.fillRect(0, 0, self.width(), _BAR, rest_colour(shades) if shown else shades.sunken)
        if shown and shown.will_study:
            share = shown.will_study / (shown.will_study + shown.left_out)
            painter.fillRect(0, 0, round(self.width() * share), _BAR, shades.accent)

    @property
    def _warns(self) -> bool:
        return self._shown is not None and self._shown.deactivated > 0

    def _answer(self, answer: Consequences) -> None:
        self._shown = answer
        self._draw()
        self.answered.emit(answer)

    def _fail(self, error: Exception) -> None:
        self._draw(_UNKNOWN)
        self.failed.emit(error)

    def _draw(self, unknown: str = _WAITING) -> None:
        words, shown = self._words, self._shown
        if shown is None:
            for each in (self.studying, self.left_out, self.deactivated):
                each.say(unknown, "")
        else:
            self.studying.say(words.number(shown.will_study), self._was(shown.was_studying))
            self.left_out.say(words.number(shown.left_out), self._was(shown.were_left_out))
            allowed = "" if shown.limit is None else words("the limit is {n} a run", n=shown.limit)
            self.deactivated.say(words.number(shown.deactivated), allowed if shown.deactivated else "")
        self.deactivated.mark.setVisible(self._warns)
        self.deactivated.label.set_shade("warn" if self._warns else "text_2")
        self.deactivated.beside.set_shade("text" if self._warns else "text_2")
        zero = shown is not None and not shown.deactivated
        self.deactivated.number.set_step("number", QFont.Weight.Normal if zero else None)
        self.deactivated.number.set_shade("text_2" if zero else "text")
        self.link.setVisible(self._warns)
        self.update()

    def _was(self, number: int | None) -> str:
        return "" if number is None else self._words("was {n}", n=number)


def rest_colour(shades: tone.Tone) -> QColor:
    """The part of a bar that stands for those who are left out."""
    return tone.mix(shades.card, shades.text, 0.28)
