"""The heading of a table or tree: words in caption on the card, a line below, no panel."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import font

_SIDE = 16


class FlatHeader(QHeaderView):
    """Paints its sections itself; where it can be clicked, the sorted one carries a mark."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), QFontMetrics(font("caption")).height() + 16)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        shades = tone.current()
        model, role = self.model(), Qt.ItemDataRole
        text = str(model.headerData(section, self.orientation(), role.DisplayRole) or "")
        side = model.headerData(section, self.orientation(), role.TextAlignmentRole) or self.defaultAlignment()
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == section:
            text += " ▴" if self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder else " ▾"
        painter.save()
        painter.fillRect(rect, shades.card)
        made = font("caption")
        room = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        shown = QFontMetrics(made).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(made)
        painter.setPen(shades.text_2)
        painter.drawText(room, int(side), shown)
        pen = QPen(shades.line, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()
