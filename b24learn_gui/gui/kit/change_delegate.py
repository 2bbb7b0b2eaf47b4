"""A cell of a table that shows what was and what will be."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import font

BEFORE_ROLE = int(Qt.ItemDataRole.UserRole) + 41
AFTER_ROLE = BEFORE_ROLE + 1
EMPTY = "—"
"""Stands for a value there is none of."""

_ARROW, _GAP = "→", 8
_BEFORE, _BEHIND = 16, 8
"""Words begin below those of the heading, and end before the next column."""


class ChangeDelegate(QStyledItemDelegate):
    """Old in the quieter colour, an arrow, new in Medium; nothing where nothing changes.

    The old value is elided before the new one is.
    """

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), QFontMetrics(font()).height() + 12)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tone.current().selection)
        before, after = str(index.data(BEFORE_ROLE) or ""), str(index.data(AFTER_ROLE) or "")
        if before or after:
            room = QRectF(option.rect).adjusted(_BEFORE, 0, -_BEHIND, 0)
            paint_change(painter, room, before or EMPTY, after or EMPTY)


def paint_change(painter: QPainter, room: QRectF, before: str, after: str) -> None:
    """Writes `before → after` into the room, in one line."""
    shades = tone.current()
    plain, strong = font(), font("body", QFont.Weight.Medium)
    old, new = QFontMetrics(plain), QFontMetrics(strong)
    arrow = old.horizontalAdvance(_ARROW) + 2 * _GAP
    for_old = max(old.horizontalAdvance("…"), room.width() - arrow - new.horizontalAdvance(after))
    before = old.elidedText(before, Qt.TextElideMode.ElideRight, int(for_old))
    middle = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    painter.save()
    painter.setFont(plain)
    painter.setPen(shades.text_2)
    painter.drawText(room, middle, before)
    left = room.left() + old.horizontalAdvance(before)
    painter.drawText(QRectF(left + _GAP, room.top(), arrow, room.height()), middle, _ARROW)
    rest = QRectF(left + arrow, room.top(), max(0.0, room.right() - left - arrow), room.height())
    painter.setFont(strong)
    painter.setPen(shades.text)
    painter.drawText(rest, middle, new.elidedText(after, Qt.TextElideMode.ElideRight, int(rest.width())))
    painter.restore()
