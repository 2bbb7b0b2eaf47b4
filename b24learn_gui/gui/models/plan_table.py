"""The table behind a tile as Qt's views ask for it: searched, filtered by cause, sorted, names told once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.kit.change_delegate import AFTER_ROLE, BEFORE_ROLE, EMPTY
from b24learn_gui.gui.models.plan_rows import PlanRow, folded
from b24learn_gui.text.words import Words, mark

Index = QModelIndex | QPersistentModelIndex

NAME, FIELD, CHANGE, CAUSE, BITRIX24, LEARN = range(6)
"""The columns."""

Shape = Literal["fields", "accounts", "states", "deeds", "causes", "differences", "since", "links"]
"""What the lines tell: fields with their values, new accounts, states of accounts, deeds on departments, nothing but
a cause, what separates two plans, what a run wrote and what stands there since, or links that go."""

_HEADINGS: Mapping[Shape, tuple[str, str, str]] = {
    "fields": (mark("Employee"), mark("Field"), mark("Before → after")),
    "accounts": (mark("Employee"), mark("Department"), mark("Account in Learn")),
    "states": (mark("Employee"), mark("Department"), mark("Account in Learn")),
    "deeds": (mark("Department"), mark("Change"), mark("Before → after")),
    "causes": (mark("Employee"), "", ""),
    "since": (mark("Person or department"), mark("Field"), mark("Written by the run → now")),
    "links": (mark("Employee"), mark("Field"), mark("Linked to → afterwards")),
    "differences": (mark("Person or department"), mark("Difference"), mark("Before → after")),
}


class PlanTableModel(QAbstractTableModel):
    """Lines of one list. Searching, filtering and sorting are done over plain values, 20,000 of them in a blink."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._shape: Shape = "causes"
        self._all: list[PlanRow] = []
        self._rows: list[PlanRow] = []
        self._causes: Counter[str] = Counter()
        self._text, self._cause = "", ""
        self._sorted: tuple[int, bool] | None = None

    def show_rows(self, rows: Sequence[PlanRow], words: Words, shape: Shape = "causes") -> None:
        """Other lines: all causes again; the search and the sorted column stay."""
        self.beginResetModel()
        self._words, self._shape, self._cause = words, shape, ""
        self._all, self._rows, self._causes = [], [], Counter()
        self._count(rows)
        self._all.extend(rows)
        self._narrow()
        self.endResetModel()

    def add_rows(self, rows: Sequence[PlanRow]) -> None:
        """More lines of the same list, after those there are; a sorted table takes them in at `settle`."""
        self._count(rows)
        self._all.extend(rows)
        more = [] if self._sorted else self._fitting(rows)
        if more:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(more) - 1)
            self._rows += more
            self.endInsertRows()

    def settle(self) -> None:
        """No more lines will come."""
        if self._sorted:
            self.beginResetModel()
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
        return self._causes.most_common()

    @property
    def narrowed(self) -> bool:
        """Whether a search or a cause leaves lines out."""
        return bool(self._text or self._cause)

    def table(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """What is shown, as headings and lines of plain values; the name stands on every line."""
        name, field, change, cause, bitrix24, learn = self._headings()
        words = self._words
        values = (words("Before"), words("After")) if change else ("", "")
        headings = (name, field, *values, cause, words("Portal"), bitrix24, learn)
        lines = [
            (row.name, row.field, row.before, row.after, row.cause, row.portal, row.bitrix24_id, row.learn_id)
            for row in self._rows
        ]
        used = [place for place, heading in enumerate(headings) if heading]
        return tuple(headings[each] for each in used), [tuple(line[each] for each in used) for line in lines]

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
            return self._hint(row, column) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._heard(row, column)
        if role == Qt.ItemDataRole.FontRole:
            return font("body", QFont.Weight.Medium) if column == NAME else figures(font()) if column > CAUSE else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return None if column == NAME else tone.current().text_2
        if role == BEFORE_ROLE:
            return row.before
        if role == AFTER_ROLE:
            return row.after
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = orientation == Qt.Orientation.Horizontal and NAME <= section <= LEARN
        return self._headings()[section] if shown and role == Qt.ItemDataRole.DisplayRole else None

    def _headings(self) -> tuple[str, ...]:
        words, (name, field, change) = self._words, _HEADINGS[self._shape]
        return words(name), words(field), words(change), words("Cause"), words("Bitrix24"), words("Learn")

    def _hint(self, row: PlanRow, column: int) -> str:
        """What does not fit the cell; beside a name both ids, for which a narrow table has no column."""
        if column != NAME:
            return _text(row, column)
        heading = self._headings()
        ids = [f"{heading[BITRIX24]}: {row.bitrix24_id}"]
        if row.learn_id:
            ids.append(f"{heading[LEARN]}: {row.learn_id}")
        return f"{row.name}\n{' · '.join(ids)}"

    def _heard(self, row: PlanRow, column: int) -> str:
        if column == NAME:
            return row.name
        if column == CHANGE and (row.before or row.after):
            return self._words("from {before} to {after}", before=row.before or EMPTY, after=row.after or EMPTY)
        text = _text(row, column)
        return f"{self._headings()[column]}: {text}" if text else ""

    def _is_further(self, number: int) -> bool:
        return number > 0 and self._rows[number - 1].owner == self._rows[number].owner

    def _count(self, rows: Sequence[PlanRow]) -> None:
        """Who has which cause; lines of one person stand together, so each is counted with his first."""
        before = self._all[-1] if self._all else None
        for row in rows:
            if row.reason and (before is None or before.reason != row.reason or before.owner != row.owner):
                self._causes[row.reason] += 1
            before = row

    def _fitting(self, rows: Sequence[PlanRow]) -> list[PlanRow]:
        found = [row for row in rows if row.reason == self._cause] if self._cause else list(rows)
        for word in self._text.split():
            found = [row for row in found if word in row.sought]
        return found

    def _narrow(self) -> None:
        found = self._fitting(self._all)
        if self._sorted is not None:
            column, backwards = self._sorted
            key = (
                (lambda row: (row.portal, row.bitrix24_id))
                if column == BITRIX24
                else (lambda row: folded(_text(row, column)))
            )
            found.sort(key=key, reverse=backwards)
        self._rows = found


def _text(row: PlanRow, column: int) -> str:
    if column == CHANGE:
        return f"{row.before or EMPTY} → {row.after or EMPTY}" if row.before or row.after else ""
    return (row.name, row.field, "", row.cause, str(row.bitrix24_id), row.learn_id)[column]
