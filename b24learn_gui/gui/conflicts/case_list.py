"""The people in question as a list: sign and name, below it what was decided or the e-mail; headings between them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.conflicts.rows import CaseRow
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.busy import State, state_colour
from b24learn_gui.gui.kit.surface import ROW_RADIUS

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1

_EDGE, _LEFT, _MARK, _TEXT = 6, 14, 20, 44
_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_BOTTOM = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
_ELIDE = Qt.TextElideMode.ElideRight
_AT_A_TIME = 200
"""Rows laid out in one go: at a first sync to a filled Learn there can be thousands."""
_ICONS: dict[State, str] = {"ok": "state-ok", "warning": "state-warning", "info": "person"}


class CaseListModel(QAbstractListModel):
    """Rows in order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[CaseRow, ...] = ()

    def show(self, rows: Sequence[CaseRow]) -> None:
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
            return ", ".join(part for part in (row.title, row.spoken, row.detail) if part)
        return (row.detail or None) if role == Qt.ItemDataRole.ToolTipRole else None


class CaseDelegate(QStyledItemDelegate):
    """Paints a person, or the heading of a group."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        row: CaseRow = index.data(ROW_ROLE)
        body, caption = QFontMetrics(font()), QFontMetrics(font("caption"))
        if not row.key:
            return QSize(0, caption.height() + (8 if index.row() == 0 else 20))
        return QSize(0, body.height() + caption.height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: CaseRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.key:
            self._paint_row(painter, option, row)
        else:
            caption = font("caption")
            place = option.rect.adjusted(_LEFT, 0, -_EDGE, -4)
            painter.setFont(caption)
            painter.setPen(tone.current().text_2)
            painter.drawText(place, _BOTTOM, QFontMetrics(caption).elidedText(row.title, _ELIDE, place.width()))
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: CaseRow) -> None:
        shades = tone.current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        whole = QRectF(option.rect).adjusted(_EDGE, 1, -_EDGE, -1)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shades.selection)
            painter.drawRoundedRect(whole, ROW_RADIUS, ROW_RADIUS)
        strong, caption = font("body", QFont.Weight.DemiBold), font("caption")
        width = max(40, option.rect.width() - _TEXT - _EDGE - 8)
        line = QRectF(_TEXT, whole.top() + 5, width, QFontMetrics(font()).height())
        colour = shades.text_2 if row.state == "info" else state_colour(row.state, shades)
        picture = icons.pixmap(_ICONS[row.state], colour, _MARK, painter.device().devicePixelRatioF())
        painter.drawPixmap(_LEFT, round(line.center().y() - _MARK / 2), picture)
        painter.setFont(strong)
        painter.setPen(shades.text)
        painter.drawText(line, _MIDDLE, QFontMetrics(strong).elidedText(row.title, _ELIDE, width))
        below = QRectF(_TEXT, line.bottom(), width, whole.bottom() - line.bottom() - 4)
        painter.setFont(caption)
        painter.setPen(shades.text if chosen else shades.text_2)
        painter.drawText(below, _MIDDLE, QFontMetrics(caption).elidedText(row.detail, _ELIDE, width))
        view = self.parent()
        if option.state & QStyle.StateFlag.State_HasFocus and isinstance(view, CaseList) and view.by_keyboard:
            painter.setPen(QPen(shades.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), ROW_RADIUS, ROW_RADIUS)


class CaseList(QListView):
    """`chosen` tells the key of the row a person went to; arrows skip the headings. `entered_case`: Enter on a row."""

    chosen = Signal(str)
    entered_case = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cases = CaseListModel(self)
        self.by_keyboard = False
        self._shows = False
        self.setModel(self.cases)
        self.setItemDelegate(CaseDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_AT_A_TIME)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(self._changed)

    def show_rows(self, rows: Sequence[CaseRow], chosen: str) -> None:
        """Show these rows, one of them chosen, without telling anybody."""
        self._shows = True
        self.cases.show(rows)
        place = next((place for place, row in enumerate(self.cases.rows) if row.key == chosen and chosen), -1)
        index = self.cases.index(place) if place >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if index.isValid():
            self.scrollTo(index)
        self._shows = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.entered_case.emit()
            return
        self.by_keyboard = True
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.by_keyboard = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        super().focusInEvent(event)

    def _changed(self, current: Index, _before: Index) -> None:
        if current.isValid() and not self._shows:
            self.chosen.emit(self.cases.rows[current.row()].key)
