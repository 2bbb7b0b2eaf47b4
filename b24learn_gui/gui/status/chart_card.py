"""The card around the chart of days: its heading, its sum, and what its colours and signs mean."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.status.chart import DayChart
from b24learn_gui.gui.status.words import days_summary
from b24learn_gui.service.standing import Day
from b24learn_gui.text.words import Words

_SWATCH = 11
_HIGHEST, _HIGHEST_EMPTY = 420, 190


class ChartCard(Card):
    """`opened`: a day's last run, to be shown in the log."""

    opened = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._days: tuple[Day, ...] = ()
        self._words = words
        self.title, self.sum = Text(step="section", wrap=False), Text(shade="text_2", wrap=False, selectable=True)
        self.meanings = [Text(step="caption", shade="text_2", wrap=False) for _ in range(5)]
        self.chart = DayChart(words)
        self._legend = QWidget()
        self._lay_out()
        self.chart.opened.connect(self.opened)
        self.retranslate(words)

    def show_days(self, days: Sequence[Day]) -> None:
        """Shows these days, the oldest first."""
        self._days = tuple(days)
        self.chart.show_days(days)
        self._say()

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.title.setText(words("Last 30 days"))
        said = (
            words("changes"),
            words("deactivations"),
            words("error"),
            words("waits for a decision"),
            words("no run"),
        )
        for meaning, text in zip(self.meanings, said, strict=True):
            meaning.setText(text)
        self.chart.retranslate(words)
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _lay_out(self) -> None:
        told = QHBoxLayout()
        told.setSpacing(10)
        told.addWidget(self.title)
        told.addWidget(self.sum)
        told.addStretch(1)
        row = QHBoxLayout(self._legend)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        signs: list[QWidget] = [_Swatch("accent"), _Swatch("text")]
        signs += [IconMark("state-error", "danger"), IconMark("state-warning", "warn_mark"), IconMark("state-gap")]
        for sign, meaning in zip(signs, self.meanings, strict=True):
            pair = QHBoxLayout()
            pair.setSpacing(6)
            pair.addWidget(sign)
            pair.addWidget(meaning)
            row.addLayout(pair)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(8)
        self._head.addLayout(told, 1)
        self._head.addWidget(self._legend, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addLayout(self._head)
        self.rows.addWidget(self.chart, 1)

    def _say(self) -> None:
        ran = any(day.runs for day in self._days)
        self.sum.say(days_summary(self._days, self._words) if ran else "")
        self._legend.setVisible(ran)
        self.setMaximumHeight(_HIGHEST if ran else _HIGHEST_EMPTY)
        self._turn()

    def _turn(self) -> None:
        """The legend stands beside the heading where there is room, else below it."""
        need = self.title.sizeHint().width() + self.sum.sizeHint().width() + self._legend.sizeHint().width() + 72
        way = QBoxLayout.Direction.LeftToRight if need <= self.width() else QBoxLayout.Direction.TopToBottom
        if self._head.direction() != way:
            self._head.setDirection(way)


class _Swatch(QWidget):
    """A piece of a bar, as big as the signs beside it."""

    def __init__(self, shade: str) -> None:
        super().__init__()
        self._shade = shade
        self.setFixedSize(icons.SMALL, icons.SMALL)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(getattr(tone.current(), self._shade))
        edge = (icons.SMALL - _SWATCH) / 2
        painter.drawRoundedRect(QRectF(edge, edge, _SWATCH, _SWATCH), 2, 2)
