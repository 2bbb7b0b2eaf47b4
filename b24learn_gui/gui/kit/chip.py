"""A chip: a value or a state in a pill. It is no button."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.surface import Fill, paint_card
from b24learn_gui.gui.kit.text import Shade, Text

HEIGHT = 22
"""Least height in logical pixels."""


class Chip(Text):
    """Words on a tint, in caption."""

    def __init__(
        self, text: str = "", fill: Fill = "sunken", shade: Shade = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, step="caption", shade=shade, wrap=False, selectable=True, parent=parent)
        self._fill = fill
        self.setContentsMargins(10, 2, 10, 2)
        self.setMinimumHeight(HEIGHT)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_fill(self, fill: Fill, shade: Shade) -> None:
        """Another state: its tint and the colour of its words."""
        self._fill = fill
        self.set_shade(shade)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        paint_card(QPainter(self), rect, self._fill, edge=False, radius=rect.height() / 2)
        super().paintEvent(event)


def paint_chip(painter: QPainter, rect: QRectF, text: str, fill: Fill, shade: Shade) -> None:
    """The same chip for delegates, filling `rect`."""
    paint_card(painter, rect, fill, edge=False, radius=rect.height() / 2)
    painter.save()
    painter.setFont(font("caption"))
    painter.setPen(getattr(tone.current(), shade))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()
