"""A person's day as a line: local time above, UTC below, the runs as pins, and where now is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.wizard.pages.moments import MINUTES_OF_DAY

_SIDE, _PIN, _GAP = 22, 6.0, 8
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Pin:
    """A run at this minute of the local day, and what it is called."""

    minute: int
    name: str


@dataclass(frozen=True)
class DayView:
    """`offset`: minutes the local clock is ahead of UTC; `now`: minute of the local day, `now_text` its words."""

    offset: int
    now: int
    now_text: str
    pins: tuple[Pin, ...] = ()


class DayLine(QWidget):
    """Draws a `DayView`; everything in it also stands in words on the page, so it takes no keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = DayView(0, 0, "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_view(self, view: DayView, description: str) -> None:
        """Draws this day; `description` says it in a sentence."""
        self.setAccessibleName(description)
        if view != self._view:
            self._view = view
            self.update()

    def sizeHint(self) -> QSize:
        line = round(_line_height())
        return QSize(440, 2 * line + 14 + 8 + 2 * line)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axis = round(2 * _line_height() + 14) + 0.5
        self._paint_axis(painter, axis)
        taken: list[QRectF] = []
        for pin in self._view.pins:
            self._paint_pin(painter, pin, axis, taken)
        self._paint_now(painter, axis)

    def _place(self, minute: float) -> float:
        return _SIDE + (self.width() - 2 * _SIDE) * minute / MINUTES_OF_DAY

    def _paint_axis(self, painter: QPainter, axis: float) -> None:
        shades = tone.current()
        made = figures(font("caption"))
        painter.setFont(made)
        widest = QFontMetricsF(made).horizontalAdvance("00:00") + 10
        room = self._place(180) - self._place(0)
        step = 3 if room >= widest else 6
        for hour in range(25):
            left = round(self._place(hour * 60)) + 0.5
            painter.setPen(QPen(shades.outline, 1))
            painter.drawLine(QPointF(left, axis), QPointF(left, axis + (6 if hour % 3 == 0 else 3)))
            if hour % step:
                continue
            below = QRectF(left - widest / 2, axis + 8, widest, _line_height())
            painter.setPen(shades.text)
            painter.drawText(below, _CENTRE, f"{hour:02}:00")
            painter.setPen(shades.text_2)
            painter.drawText(below.translated(0, below.height()), _CENTRE, _clock(hour * 60 - self._view.offset))
        painter.setPen(QPen(shades.outline, 1))
        painter.drawLine(QPointF(self._place(0), axis), QPointF(self._place(MINUTES_OF_DAY), axis))

    def _paint_pin(self, painter: QPainter, pin: Pin, axis: float, taken: list[QRectF]) -> None:
        shades = tone.current()
        line = _line_height()
        left, top = self._place(pin.minute), line / 2 + 1
        painter.setPen(QPen(shades.accent, 2))
        painter.drawLine(QPointF(left, top), QPointF(left, axis))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades.accent)
        painter.drawEllipse(QPointF(left, top), _PIN, _PIN)
        made = font("caption", QFont.Weight.DemiBold)
        width = QFontMetricsF(made).horizontalAdvance(pin.name) + 2
        for begin in (left + _PIN + _GAP, left - _PIN - _GAP - width):
            rect = QRectF(begin, 1, width, line)
            if not self._is_taken(rect, taken):
                _write(painter, rect, pin.name, made, shades.text)
                taken.append(rect)
                return

    def _is_taken(self, rect: QRectF, taken: Sequence[QRectF]) -> bool:
        """Whether a name would lie on another, on a pin, or outside."""
        if rect.left() < 0 or rect.right() > self.width():
            return True
        stems = (self._place(pin.minute) for pin in self._view.pins)
        on_pin = any(rect.left() - _PIN < stem < rect.right() + _PIN for stem in stems)
        return on_pin or any(rect.intersects(other) for other in taken)

    def _paint_now(self, painter: QPainter, axis: float) -> None:
        shades = tone.current()
        made = font("caption")
        line = _line_height()
        width = QFontMetricsF(made).horizontalAdvance(self._view.now_text) + 2
        at = self._place(self._view.now)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades.text)
        painter.drawPolygon(QPolygonF([QPointF(at - 5, axis - 8), QPointF(at + 5, axis - 8), QPointF(at, axis - 2)]))
        begin = min(max(at - width / 2, 0.0), self.width() - width)
        for pin in self._view.pins:
            stem = self._place(pin.minute)
            if begin - 4 < stem < begin + width + 4:  # beside a stem rather than across it
                begin = stem + 6 if stem + 6 + width <= self.width() else stem - 6 - width
        _write(painter, QRectF(begin, axis - 10 - line, width, line), self._view.now_text, made, shades.text_2)


def _write(painter: QPainter, rect: QRectF, text: str, made: QFont, colour: QColor) -> QRectF:
    painter.setFont(made)
    painter.setPen(colour)
    painter.drawText(rect, _LEFT, text)
    return rect


def _clock(minute: int) -> str:
    minute %= MINUTES_OF_DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def _line_height() -> float:
    return QFontMetricsF(font("caption")).height()
