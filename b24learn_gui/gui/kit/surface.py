"""What things stand on: the page, cards with one hairline around them, and hairlines between their rows."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from b24learn_gui.gui import tone

CARD_RADIUS = 8.0
ROW_RADIUS = 6.0

Fill = Literal["card", "window", "sunken", "selection", "ok_tint", "warn_tint", "danger_tint"]


class Ground(QWidget):
    """A part of a window on one of the tone's surfaces, edge to edge."""

    def __init__(self, fill: Fill = "card", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill = fill

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), getattr(tone.current(), self._fill))


class Card(QFrame):
    """A rounded surface with a hairline around it; `layout()` takes its rows."""

    def __init__(
        self, fill: Fill = "card", *, edge: bool = True, padding: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fill, self._edge = fill, edge
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(padding, padding, padding, padding)
        self.rows.setSpacing(8)

    def set_fill(self, fill: Fill, *, edge: bool = True) -> None:
        """Another surface; tints of a state stand without a hairline."""
        self._fill, self._edge = fill, edge
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        paint_card(QPainter(self), QRectF(self.rect()), self._fill, edge=self._edge)


class Line(QWidget):
    """A hairline between rows or parts."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        fixed, grows = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if upright else grows, grows if upright else fixed)

    def sizeHint(self) -> QSize:
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), tone.current().line)


def paint_card(painter: QPainter, rect: QRectF, fill: Fill, *, edge: bool, radius: float = CARD_RADIUS) -> None:
    """Fills a rounded rectangle of `rect` and, with `edge`, draws its hairline just inside."""
    shades = tone.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(getattr(shades, fill))
    painter.setPen(QPen(shades.line, 1) if edge or shades.high_contrast else Qt.PenStyle.NoPen)
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5) if edge or shades.high_contrast else rect
    painter.drawRoundedRect(inner, radius, radius)
    painter.restore()


def rounded(rect: QRectF, radius: float = CARD_RADIUS) -> QPainterPath:
    """The outline of a card, to clip what fills its rows to its corners."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path
