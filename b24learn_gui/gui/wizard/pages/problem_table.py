"""The people who are left out or of whom something is noted, one row each, with the cause."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from b24learn_gui.gui import tone
from b24learn_gui.gui.views.flat_header import FlatHeader
from b24learn_gui.service.setup import ProblemRow
from b24learn_gui.text.plans import problem_phrase
from b24learn_gui.text.words import Words

Index = QModelIndex | QPersistentModelIndex

NAME, DEPARTMENT, WHY = range(3)
_NAME_WIDTH, _DEPARTMENT_WIDTH = 220, 190
_SIDE, _GAP = 16, 4


class ProblemModel(QAbstractTableModel):
    """Plain rows; sentences are made when they are looked at."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = Words("en")
        self._rows: Sequence[ProblemRow] = ()

    def show_rows(self, rows: Sequence[ProblemRow]) -> None:
        if rows is self._rows:
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def retranslate(self, words: Words) -> None:
        self.beginResetModel()
        self._words = words
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else WHY + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return (row.name, row.department, self._why(row))[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() != NAME:
            return tone.current().text_2
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self._words
        return (words("Employee"), words("Department"), words("Why"))[section]

    def _why(self, row: ProblemRow) -> str:
        words = self._words
        phrase = problem_phrase(row.code, row.detail, words)
        return words("{text} (a note only)", text=phrase) if row.note else phrase


class RoomyDelegate(QStyledItemDelegate):
    """Words begin below those of the heading; the selection fills the whole cell."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + 2 * _SIDE, option.fontMetrics.height() + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tone.current().selection)
        room = option.rect.adjusted(_SIDE, 0, -_GAP, 0)
        text = shown.fontMetrics.elidedText(shown.text, Qt.TextElideMode.ElideRight, room.width())
        given = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.save()
        painter.setFont(shown.font)
        painter.setPen(given if given is not None else tone.current().text)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()


class ProblemTable(QTreeView):
    """Rows of one height, set widths; the whole sentence is the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ProblemModel(self)
        self.setHeader(FlatHeader(Qt.Orientation.Horizontal, self))
        self.setModel(self.rows)
        self.setItemDelegate(RoomyDelegate(self))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionsMovable(False)
        for column, width in ((NAME, _NAME_WIDTH), (DEPARTMENT, _DEPARTMENT_WIDTH)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)

    def retranslate(self, words: Words) -> None:
        self.setAccessibleName(words("Left out and notes"))
        self.rows.retranslate(words)
