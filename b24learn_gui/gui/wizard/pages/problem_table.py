"""The people who are left out or of whom something is noted, one row each, with the cause."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.models.field_names import with_labels
from b24learn_gui.gui.views.list_table import ListTable
from b24learn_gui.service.setup import ProblemRow
from b24learn_gui.text.plans import problem_phrase
from b24learn_gui.text.words import Words

Index = QModelIndex | QPersistentModelIndex

NAME, DEPARTMENT, WHY = range(3)
_SHARES: Mapping[int, float] = {NAME: 0.27, DEPARTMENT: 0.23, WHY: 0.5}


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
        if role == Qt.ItemDataRole.FontRole and index.column() == NAME:
            return font("body", QFont.Weight.Medium)
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
        phrase = problem_phrase(row.code, with_labels(row.detail, {}, words), words)
        return words("{text} (a note only)", text=phrase) if row.note else phrase


class ProblemTable(ListTable):
    """The whole sentence is the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = ProblemModel()
        super().__init__(self.rows, parent)
        self.rows.setParent(self)
        self.share_out(_SHARES)

    def retranslate(self, words: Words) -> None:
        self.setAccessibleName(words("Left out and notes"))
        self.rows.retranslate(words)
