"""Paints the rows of the department tree: a box of our own, the words beside it, and figures that say who is out."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.models.department_row import Row, chip, note, study_figures
from b24learn_gui.gui.models.department_tree import BRANCH, NAME, OWN, ROW_ROLE
from b24learn_gui.gui.models.marks import Standing
from b24learn_gui.gui.style import check_box
from b24learn_gui.text.words import Words

BOX = 18
GAP = 8
ROW_SPACE = 8
"""Pixels a row is higher than its words."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
CHECKED: dict[Standing, bool | str] = {Standing.OWN: True, Standing.BELOW: "some", Standing.NOBODY: False}


def box_rect(cell: QRect) -> QRect:
    """Where the box lies in the cell of a name."""
    return QRect(cell.left() + 4, cell.center().y() - BOX // 2 + 1, BOX, BOX)


def box_reach(cell: QRect) -> QRect:
    """What a click may hit for the box: generous, and as high as the row."""
    return QRect(cell.left(), cell.top(), BOX + GAP + 2, cell.height())


class DepartmentDelegate(QStyledItemDelegate):
    """Everything in a row is painted here, from the tone; the style's own box knows three states, but not ours."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = words

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002 - every row is alike
        return QSize(0, max(QFontMetrics(font()).height(), BOX) + ROW_SPACE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(ROW_ROLE)
        shades = tone.current()
        cell: QRect = option.rect
        paint_ground(painter, cell, option)
        painter.save()
        painter.setClipRect(cell)
        if index.column() == NAME:
            self._name(painter, cell, row, shades)
        elif index.column() == OWN:
            out = row.standing is not Standing.OWN
            made = figures(font())
            made.setStrikeOut(out and row.own > 0)
            _right(painter, cell, (self.words.number(row.own), made, shades.text_2 if out else shades.text))
        elif index.column() == BRANCH:
            text = "" if row.leaf else self.words.number(row.branch)
            _right(painter, cell, (text, figures(font()), shades.text))
        else:
            number, rest = study_figures(row, self.words)
            strong = figures(font(weight=QFont.Weight.DemiBold))
            _right(painter, cell, (number, strong, shades.text), (rest, figures(font()), shades.text_2))
        painter.restore()

    def _name(self, painter: QPainter, cell: QRect, row: Row, shades: tone.Tone) -> None:
        check_box(painter, QRectF(box_rect(cell)), CHECKED[row.standing])
        room = cell.adjusted(4 + BOX + GAP, 0, -GAP, 0)
        name_font = font(weight=QFont.Weight.DemiBold if row.top else None)
        beside = " · ".join(filter(None, (row.portal, note(row, self.words))))
        badge = chip(row, self.words)
        caption = QFontMetrics(font("caption"))
        taken = sum(caption.horizontalAdvance(text) + 2 * GAP for text in (beside, badge) if text)
        taken = min(taken, room.width() // 2)
        colour = shades.text_2 if row.standing is Standing.NOBODY else shades.text
        left = room.left() + _text(painter, room.adjusted(0, 0, -taken, 0), row.name, name_font, colour)
        if beside:
            place = QRect(room)
            place.setLeft(left + GAP)
            left = place.left() + _text(painter, place, beside, font("caption"), shades.text_2)
        if badge:
            height = caption.height() + 4
            rest = room.right() - left - GAP
            rect = QRectF(left + GAP, cell.center().y() - height / 2 + 1, 0, height)
            rect.setWidth(min(caption.horizontalAdvance(badge) + 16, rest))
            _chip(painter, rect, badge, shades)


def paint_ground(painter: QPainter, cell: QRect, option: QStyleOptionViewItem) -> None:
    """What lies below a cell: the selection, a breath of colour below the pointer, or nothing."""
    shades = tone.current()
    state: QStyle.StateFlag = option.state
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(cell, shades.selection)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(cell, tone.mix(shades.card, shades.selection, 0.4))


def _text(painter: QPainter, place: QRect, text: str, made: QFont, colour: QColor) -> int:
    """Paint the text, elided where there is no room. Returns its width."""
    metrics = QFontMetrics(made)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.setFont(made)
    painter.setPen(colour)
    painter.drawText(place, int(_LEFT | Qt.TextFlag.TextSingleLine), shown)
    return metrics.horizontalAdvance(shown)


def _right(painter: QPainter, cell: QRect, *parts: tuple[str, QFont, QColor]) -> None:
    """Parts side by side, the last one ending at the right edge."""
    shown = [part for part in parts if part[0]]
    blank = QFontMetrics(font()).horizontalAdvance(" ")
    right = cell.right() - GAP * 2
    for text, made, colour in reversed(shown):
        width = QFontMetrics(made).horizontalAdvance(text)
        _text(painter, QRect(right - width, cell.top(), width + 1, cell.height()), text, made, colour)
        right -= width + blank


def _chip(painter: QPainter, rect: QRectF, text: str, shades: tone.Tone) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shades.warn_tint)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.restore()
    made = font("caption")
    shown = QFontMetrics(made).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) - 12)
    painter.setFont(made)
    painter.setPen(shades.warn)
    painter.drawText(rect.translated(QPointF(0, -0.5)), int(_CENTRE), shown)
