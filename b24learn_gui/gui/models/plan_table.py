"""The table behind a tile as Qt's views ask for it: searched, filtered by cause, sorted, names told once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from b24learn_gui.gui.kit.change_delegate import AFTER_ROLE, BEFORE_ROLE, EMPTY
from b24learn_gui.gui.models.plan_rows import PlanRow, folded
from b24learn_gui.text.words import Words

Index = QModelIndex | QPersistentModelIndex

NAME, FIELD, CHANGE, CAUSE, BITRIX24, LEARN = range(6)
"""The columns."""


class PlanTableModel(QAbstractTableModel):
    """Lines of one list. Searching, filtering and sorting are done over plain values, 20,000 of them in a blink."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._all: Sequence[PlanRow] = ()
        self._rows: Sequence[PlanRow] = ()
        self._text, self._cause = "", ""
        self._sorted: tuple[int, bool] | None = None

    def show_rows(self, rows: Sequence[PlanRow], words: Words) -> None:
        """Other lines: all causes again, the search stays."""
        self.beginResetModel()
        self._words, self._all, self._cause = words, rows, ""
        self._narrow()
        self.endResetModel()

    def search(self, text: str) -> None:
        """Only lines in which every word of the text stands: names, e-mails, ids, values."""
        self.beginResetModel()
        self._text = folded(text.strip())
        self._narrow()
        self.endResetModel()

    def filter_cause(self, cause: str) -> None:
        """Only lines with this cause; all for an empty one."""
        self.beginResetModel()
        self._cause = cause
        self._narrow()
        self.endResetModel()

    def causes(self) -> list[tuple[str, int]]:
        """Each cause with the number of its people, the most frequent first; searching makes no difference."""
        people = {(row.owner, row.cause) for row in self._all}
        return Counter(cause for _, cause in people if cause).most_common()

    def row(self, number: int) -> PlanRow:
        return self._rows[number]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By what a column shows; lines of one person stay together when names are sorted."""
        self.beginResetModel()
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder)
        self._narrow()
        self.endResetModel()

    # What views ask for

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else LEARN + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        number, column = index.row(), index.column()
        row = self._rows[number]
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if column == NAME and self._is_further(number) else _text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _text(row, column) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._heard(row, column)
        if role == BEFORE_ROLE:
            return row.before
        if role == AFTER_ROLE:
            return row.after
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = orientation == Qt.Orientation.Horizontal and NAME <= section <= LEARN
        return self._headings()[section] if shown and role == Qt.ItemDataRole.DisplayRole else None

    def _headings(self) -> tuple[str, ...]:
        words = self._words
        return (
            words("Name"),
            words("Field"),
            words("Before → after"),
            words("Cause"),
            words("Bitrix24"),
            words("Learn"),
        )

    def _heard(self, row: PlanRow, column: int) -> str:
        if column == NAME:
            return row.name
        if column == CHANGE and (row.before or row.after):
            return self._words("from {before} to {after}", before=row.before or EMPTY, after=row.after or EMPTY)
        text = _text(row, column)
        return f"{self._headings()[column]}: {text}" if text else ""

    def _is_further(self, number: int) -> bool:
        return number > 0 and self._rows[number - 1].owner == self._rows[number].owner

    def _narrow(self) -> None:
        found: Sequence[PlanRow] = self._all
        if self._cause:
            found = [row for row in found if row.cause == self._cause]
        for word in self._text.split():
            found = [row for row in found if word in row.sought]
        if self._sorted is not None:
            column, backwards = self._sorted
            key = (
                (lambda row: (row.portal, row.bitrix24_id))
                if column == BITRIX24
                else (lambda row: folded(_text(row, column)))
            )
            found = sorted(found, key=key, reverse=backwards)
        self._rows = found


def _text(row: PlanRow, column: int) -> str:
    if column == CHANGE:
        return f"{row.before or EMPTY} → {row.after or EMPTY}" if row.before or row.after else ""
    return (row.name, row.field, "", row.cause, str(row.bitrix24_id), row.learn_id)[column]
