"""A bar with a limit on it: grey up to the limit, its mark, red beyond, and how much that is."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import figures, font

_BAR, _MARK, _RADIUS, _GAP = 8, 16, 4.0, 8


class LimitBar(QWidget):
    """Shows planned against allowed, planned being the more; the words stand above the bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._planned, self._allowed = 1, 0
        self._limit, self._beyond = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_limit(self, planned: int, allowed: int, limit: str, beyond: str) -> None:
        """`limit`: the words at the mark; `beyond`: those at the red end."""
        self._planned, self._allowed, self._limit, self._beyond = planned, allowed, limit, beyond
        self.setAccessibleName(f"{limit}, {beyond}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(font("caption"))
        width = words.horizontalAdvance(self._limit) + words.horizontalAdvance(self._beyond) + 4 * _GAP
        return QSize(max(160, width), words.height() + 2 + _MARK)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        shades, painter = tone.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = QFontMetrics(font("caption")).height() + 2
        bar = QRectF(0, words + (_MARK - _BAR) / 2, self.width(), _BAR)
        share = self._allowed / self._planned if self._planned > 0 else 1.0
        at = min(max(bar.width() * share, 2.0), bar.width() - 2.0)
        outline = QPainterPath()
        outline.addRoundedRect(bar, _RADIUS, _RADIUS)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(bar, shades.danger)
        painter.fillRect(QRectF(0, bar.top(), at, _BAR), shades.outline)
        painter.restore()
        painter.fillRect(QRectF(at - 1, words, 2, _MARK), shades.text)
        self._paint_words(painter, at, words, shades.text, shades.danger)

    def _paint_words(self, painter: QPainter, at: float, height: int, plain: QColor, beyond: QColor) -> None:
        """The limit above its mark as far as there is room, what is beyond at the end."""
        strong = figures(font("caption", QFont.Weight.DemiBold))
        right = QFontMetrics(strong).horizontalAdvance(self._beyond)
        width = QFontMetrics(font("caption")).horizontalAdvance(self._limit)
        left = max(0.0, min(at - width / 2, self.width() - right - 2 * _GAP - width))
        middle = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        painter.setFont(font("caption"))
        painter.setPen(plain)
        painter.drawText(QRectF(left, 0, width + 2, height), middle, self._limit)
        painter.setFont(strong)
        painter.setPen(beyond)
        painter.drawText(QRectF(self.width() - right, 0, right + 2, height), middle, self._beyond)


class CauseBar(QWidget):
    """The share of one cause: a thin bar on its track."""

    def __init__(self, share: float, parent: QWidget | None = None) -> None:
        """`share`: 0 to 1."""
        super().__init__(parent)
        self._share = share
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        shades, painter = tone.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(shades.sunken)
        painter.drawRoundedRect(whole, 3, 3)
        painter.setBrush(shades.text_2)
        painter.drawRoundedRect(QRectF(0, 0, max(6.0, whole.width() * self._share), whole.height()), 3, 3)
