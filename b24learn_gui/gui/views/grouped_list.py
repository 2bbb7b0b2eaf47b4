"""A list with headings between its rows: sign and title, beside it a word more, below it what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.busy import State, state_colour
from b24learn_gui.gui.kit.surface import ROW_RADIUS

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1

_EDGE, _LEFT, _MARK, _TEXT = 6, 14, 20, 44
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_BOTTOM = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
_AT_A_TIME = 200
"""Rows of one height laid out in one go: there can be thousands."""
_SIGNS: dict[State, str] = {
    "ok": "state-ok",
    "warning": "state-warning",
    "failed": "state-error",
    "busy": "state-busy",
}


@dataclass(frozen=True, slots=True)
class GroupedRow:
    """A row, or the heading of a group, which has no key. `spoken`: the state in a word."""

    key: str
    title: str
    beside: str = ""
    below: str = ""
    state: State = "info"
    spoken: str = ""


class GroupedModel(QAbstractListModel):
    """Rows in order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[GroupedRow, ...] = ()

    def show(self, rows: Sequence[GroupedRow]) -> None:
        """Show these; rows that stay in their place keep it."""
        new = tuple(rows)
        if [row.key for row in new] == [row.key for row in self.rows]:
            old, self.rows = self.rows, new
            for place, (before, after) in enumerate(zip(old, new, strict=True)):
                if before != after:
                    self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.beginResetModel()
        self.rows = new
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or not self.rows[index.row()].key:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.title, row.beside, row.spoken, row.below) if part)
        return (row.below or None) if role == Qt.ItemDataRole.ToolTipRole else None


class GroupedDelegate(QStyledItemDelegate):
    """Paints a row, or the heading of a group."""

    def __init__(self, plain: str, parent: QWidget, *, wraps: bool) -> None:
        super().__init__(parent)
        self._plain, self._wraps = plain, wraps

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        row: GroupedRow = index.data(ROW_ROLE)
        body, caption = QFontMetrics(font()), QFontMetrics(font("caption"))
        view = self.parent()
        width = view.viewport().width() if self._wraps and isinstance(view, QListView) else 0
        if not row.key:
            return QSize(width, caption.height() + (8 if index.row() == 0 else 20))
        below = caption.height()
        if self._wraps:
            room = QRect(0, 0, _room(width), 1000)
            below = caption.boundingRect(room, _WRAP, row.below).height() if row.below else 0
        return QSize(width, body.height() + below + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: GroupedRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.key:
            self._paint_row(painter, option, row)
        else:
            place = QRectF(option.rect.adjusted(_LEFT, 0, -_EDGE, -4))
            painter.setPen(tone.current().text_2)
            _write(painter, place, row.title, font("caption"), _BOTTOM)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: GroupedRow) -> None:
        shades, chosen = tone.current(), bool(option.state & QStyle.StateFlag.State_Selected)
        whole = QRectF(option.rect).adjusted(_EDGE, 1, -_EDGE, -1)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shades.selection)
            painter.drawRoundedRect(whole, ROW_RADIUS, ROW_RADIUS)
        line = QRectF(_TEXT, whole.top() + 5, _room(option.rect.width()), QFontMetrics(font()).height())
        colour = shades.text_2 if row.state == "info" else state_colour(row.state, shades)
        sign = icons.pixmap(_SIGNS.get(row.state, self._plain), colour, _MARK, painter.device().devicePixelRatioF())
        painter.drawPixmap(_LEFT, round(line.center().y() - _MARK / 2), sign)
        strong = font("body", QFont.Weight.DemiBold)
        painter.setPen(shades.text)
        _write(painter, line, row.title, strong)
        if row.beside:
            painter.setPen(shades.text_2)
            rest = line.adjusted(QFontMetrics(strong).horizontalAdvance(row.title) + 10, 0, 0, 0)
            _write(painter, rest, row.beside, font())
        painter.setPen(shades.text if chosen else shades.text_2)
        below = QRectF(_TEXT, line.bottom(), line.width(), whole.bottom() - line.bottom())
        if self._wraps:
            painter.setFont(font("caption"))
            painter.drawText(below, _WRAP, row.below)
        else:
            _write(painter, below.adjusted(0, 0, 0, -4), row.below, font("caption"))
        view = self.parent()
        if option.state & QStyle.StateFlag.State_HasFocus and isinstance(view, GroupedList) and view.by_keyboard:
            painter.setPen(QPen(shades.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), ROW_RADIUS, ROW_RADIUS)


class GroupedList(QListView):
    """`chosen` tells the key of the row a person went to; arrows skip the headings. `entered_row`: Enter on a row.

    `plain`: the sign of a row without a state to be told. `wraps`: what stands below a title takes as many lines as it
    needs; without, it is cut, and thousands of rows are laid out some at a time.
    """

    chosen = Signal(str)
    entered_row = Signal()

    def __init__(self, plain: str, parent: QWidget | None = None, *, wraps: bool = False) -> None:
        super().__init__(parent)
        self.shown = GroupedModel(self)
        self.by_keyboard = False
        self._wraps = wraps
        self._shows = False
        self.setModel(self.shown)
        self.setItemDelegate(GroupedDelegate(plain, self, wraps=wraps))
        self.setFrameShape(QFrame.Shape.NoFrame)
        if not wraps:
            self.setLayoutMode(QListView.LayoutMode.Batched)
            self.setBatchSize(_AT_A_TIME)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(self._changed)

    def show_rows(self, rows: Sequence[GroupedRow], chosen: str) -> None:
        """Show these rows, one of them chosen, without telling anybody."""
        self._shows = True
        self.shown.show(rows)
        self.choose(chosen)
        self._shows = False
        self._lay_out_anew()

    def choose(self, key: str) -> None:
        """Go to a row; none of that key: to none."""
        place = next((place for place, row in enumerate(self.shown.rows) if row.key == key and key), -1)
        index = self.shown.index(place) if place >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            if index.isValid():
                self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.entered_row.emit()
            return
        self.by_keyboard = True
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.by_keyboard = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out_anew()

    def _lay_out_anew(self) -> None:
        """Another width, or other words, wrap otherwise."""
        if self._wraps:
            self.scheduleDelayedItemsLayout()

    def _changed(self, current: Index, _before: Index) -> None:
        if current.isValid() and not self._shows:
            self.chosen.emit(self.shown.rows[current.row()].key)


def _room(width: int) -> int:
    """Pixels for words in a row of this width."""
    return max(40, width - _TEXT - _EDGE - 8)


def _write(painter: QPainter, place: QRectF, text: str, made: QFont, where: int = _MIDDLE) -> None:
    """One line, cut where there is no room."""
    painter.setFont(made)
    shown = QFontMetrics(made).elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, where, shown)
