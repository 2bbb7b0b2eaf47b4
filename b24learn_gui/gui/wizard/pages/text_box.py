"""A field of several lines with the same edge as the fields of one line."""

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.kit.entry import EntryText
from b24learn_gui.gui.kit.surface import ROW_RADIUS

_INSIDE = 6


class TextBox(EntryText):
    """`lines` high."""

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(_INSIDE, _INSIDE, _INSIDE, _INSIDE)
        self._set_height()

    def event(self, event: QEvent) -> bool:
        """The edge lies on the frame around the viewport."""
        if event.type() == QEvent.Type.Paint:
            self._paint_edge()
            return True
        if event.type() == QEvent.Type.FontChange:
            self._set_height()
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _set_height(self) -> None:
        self.setFixedHeight(self._lines * self.fontMetrics().lineSpacing() + 2 * _INSIDE + 10)

    def _paint_edge(self) -> None:
        shades = tone.current()
        width = 2.0 if self.hasFocus() else 1.0
        edge = shades.accent if self.hasFocus() else shades.outline if self.isEnabled() else shades.line
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(shades.card)
        painter.setPen(QPen(edge, width))
        inner = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(inner, ROW_RADIUS, ROW_RADIUS)
        painter.end()
