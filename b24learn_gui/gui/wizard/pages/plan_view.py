"""The plan on the review page: the sum that closes, tiles, and the table behind the chosen one."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.change_delegate import AFTER_ROLE, BEFORE_ROLE, ChangeDelegate
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.ledger import LedgerRow, Part
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Shade, Text
from b24learn_gui.gui.kit.tile import TileGroup, TileView
from b24learn_gui.gui.views.flat_header import FlatHeader
from b24learn_gui.gui.views.search_field import SearchField
from b24learn_gui.gui.wizard.pages.plan_rows import TILES, PlanRow, counts, rows
from b24learn_gui.gui.wizard.pages.problem_table import RoomyDelegate
from b24learn_gui.service.setup import Preview
from b24learn_gui.text.words import Words, mark

Index = QModelIndex | QPersistentModelIndex

NAME, FIELD, CHANGE, CAUSE = range(4)
_WIDTHS = {NAME: 190, FIELD: 105, CHANGE: 250}
_ATTENTION = frozenset({"conflict", "skipped"})
_PARTS: Mapping[str, tuple[str, str]] = {
    "out_of_scope": ("plain", mark("not chosen")),
    "changed": ("changed", mark("changed")),
    "unchanged": ("unchanged", mark("unchanged")),
    "protected": ("protected", mark("protected")),
    "conflict": ("conflict", mark("conflict")),
    "skipped": ("skipped", mark("skipped")),
    "failed": ("failed", mark("failed")),
}
"""Column of the ledger: its colour by meaning, and its noun."""


class PlanModel(QAbstractTableModel):
    """Rows of one tile, narrowed by a search."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = Words("en")
        self._all: Sequence[PlanRow] = ()
        self._rows: Sequence[PlanRow] = ()
        self._text = ""

    def show_rows(self, found: Sequence[PlanRow], words: Words) -> None:
        self.beginResetModel()
        self._words, self._all = words, found
        self._narrow()
        self.endResetModel()

    def search(self, text: str) -> None:
        self.beginResetModel()
        self._text = text.strip().casefold()
        self._narrow()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else CAUSE + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return (row.name, row.field, _change(row), row.cause)[column]
        if role == BEFORE_ROLE:
            return row.before
        if role == AFTER_ROLE:
            return row.after
        if role == Qt.ItemDataRole.AccessibleTextRole and column == NAME:
            return row.person
        if role == Qt.ItemDataRole.FontRole and column == NAME:
            return font("body", QFont.Weight.Medium)
        if role == Qt.ItemDataRole.ForegroundRole and column in {FIELD, CAUSE}:
            return tone.current().text_2
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self._words
        return (words("Employee"), words("Field"), words("Before → after"), words("Cause"))[section]

    def _narrow(self) -> None:
        self._rows = [row for row in self._all if row.holds(self._text)] if self._text else self._all


class _ShiftedChange(ChangeDelegate):
    """Before → after, beginning below the words of the heading; nothing where nothing changes."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tone.current().selection)
        if index.data():
            shifted = QStyleOptionViewItem(option)
            shifted.rect = option.rect.adjusted(8, 0, 0, 0)
            super().paint(painter, shifted, index)


class PlanView(QWidget):
    """Shows a `Preview`; a tile chooses what the table lists."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Words("en")
        self._preview: Preview | None = None
        self._free_seats: int | None = None
        self.ledger, self.tiles, self.search = LedgerRow(), TileGroup(), SearchField()
        self.heading = Text(step="section")
        self.rows, self.table = PlanModel(self), QTreeView()
        self.facts, self.tools = FlowRow(spacing=20), QHBoxLayout()
        self._dress_table()
        self._lay_out()
        self.tiles.chosen.connect(lambda _key: self._show_tile())
        self.search.search.connect(self.rows.search)

    def show_preview(self, preview: Preview, free_seats: int | None) -> None:
        """Shows this plan; the first tile with anything in it is chosen. The same plan stays as it stands."""
        if preview is self._preview and free_seats == self._free_seats:
            return
        self._preview, self._free_seats = preview, free_seats
        self._draw()
        numbers = counts(preview)
        self.tiles.choose(next((key for key in TILES if numbers[key]), next(iter(TILES))))
        self._show_tile()

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.search.set_label(words("Name, e-mail or ID"))
        self.table.setAccessibleName(words("Changes"))
        self._draw()
        self._show_tile()

    def _dress_table(self) -> None:
        table = self.table
        table.setHeader(FlatHeader(Qt.Orientation.Horizontal, table))
        table.setModel(self.rows)
        table.setItemDelegate(RoomyDelegate(table))
        table.setItemDelegateForColumn(CHANGE, _ShiftedChange(table))
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.header().setStretchLastSection(True)
        table.header().setSectionsMovable(False)
        for column, width in _WIDTHS.items():
            table.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            table.header().resizeSection(column, width)

    def _lay_out(self) -> None:
        self.tools.setSpacing(8)
        self.tools.addWidget(self.heading, 1)
        self.tools.addWidget(self.search)
        card = Card(padding=0)
        card.rows.setContentsMargins(1, 4, 1, 5)
        card.rows.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.ledger)
        column.addWidget(self.tiles)
        column.addLayout(self.tools)
        column.addWidget(card, 1)
        column.addWidget(self.facts)
        self.table.setMinimumHeight(80)
        self.search.setMinimumWidth(200)

    def _draw(self) -> None:
        preview, words = self._preview, self._words
        if preview is None:
            return
        people = preview.summary["people"]
        self.ledger.show_sum(
            words.number(people["read"]),
            [
                Part(people[column], words.number(people[column]), words(noun), meaning)
                for column, (meaning, noun) in _PARTS.items()
                if people[column] or column != "failed"
            ],
        )
        numbers = counts(preview)
        self.tiles.show_tiles(
            [
                TileView(
                    key,
                    icon,
                    words(name),
                    words.number(numbers[key]),
                    zero=not numbers[key],
                    attention=key in _ATTENTION and bool(numbers[key]),
                )
                for key, (icon, name) in TILES.items()
            ]
        )
        self._draw_facts(preview)

    def _show_tile(self) -> None:
        preview, words, key = self._preview, self._words, self.tiles.choice
        if preview is None or not key:
            return
        people = words.plural("{n} person", "{n} people", counts(preview)[key])
        self.heading.setText(words("{name}: {people}", name=words(TILES[key][1]), people=people))
        self.rows.show_rows(rows(preview, key, words), words)

    def _draw_facts(self, preview: Preview) -> None:
        words, summary = self._words, preview.summary
        self.facts.clear()
        seats = summary["counts"]["user.create"] + summary["counts"]["user.reactivate"]
        if self._free_seats is not None and seats:
            free = self._free_seats
            if seats > free:
                text = words("Needs {seats} seats, {free} are free: the others wait", seats=seats, free=free)
                self._add_fact("learn", text, "warn")
            else:
                self._add_fact("learn", words("Takes {seats} of {free} free seats", seats=seats, free=free))
        letters = preview.plan.letters
        sent = words.plural("{n} letter goes out", "{n} letters go out", letters) if letters else words("No letters")
        self._add_fact("mail", sent)
        made = summary["counts"]["department.create"]
        if made:
            created = words.plural("Creates {n} department in Learn", "Creates {n} departments in Learn", made)
            self._add_fact("department", created)
        others = sum(summary["counts"][f"department.{each}"] for each in ("update", "move", "delete"))
        if others:
            changed = words.plural("Changes {n} department in Learn", "Changes {n} departments in Learn", others)
            self._add_fact("department", changed)
        heads = summary["counts"]["head.set"] + summary["counts"]["head.clear"]
        if heads:
            self._add_fact("person-head", words.plural("{n} head changes", "{n} heads change", heads))

    def _add_fact(self, icon: str, text: str, shade: Shade = "text_2") -> None:
        fact = QWidget()
        line = QHBoxLayout(fact)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(IconMark(icon, shade))
        line.addWidget(Text(text, step="caption", shade=shade, wrap=False, selectable=True))
        self.facts.add(fact)


def _change(row: PlanRow) -> str:
    return f"{row.before or '—'} → {row.after or '—'}" if row.field else ""
