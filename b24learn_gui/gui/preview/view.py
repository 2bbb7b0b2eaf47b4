"""A plan to look at: a sum that closes, tiles as filters, the table behind each, and its export.

One widget for the wizard's review, before anything is saved, and for the preview of a run.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.buttons import Action, Link, SecondaryButton
from b24learn_gui.gui.kit.empty import EmptyState
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.ledger import LedgerRow
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Shade as TextShade
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.kit.tile import Tile, TileGroup
from b24learn_gui.gui.models import plan_lists
from b24learn_gui.gui.models.plan_rows import PlanData, PlanRow
from b24learn_gui.gui.models.plan_table import PlanTableModel
from b24learn_gui.gui.preview import sums
from b24learn_gui.gui.preview.table import PlanTable
from b24learn_gui.gui.views.late_answers import LateAnswers
from b24learn_gui.gui.views.search_field import SearchField
from b24learn_gui.gui.views.slices import Slices
from b24learn_gui.service.report import write_table
from b24learn_gui.text.words import Words

Export = Callable[[Path], None]
"""Writes the whole plan to a file named .xlsx or .csv; called on a worker thread. Raises what `failed` is to carry."""


class PreviewView(QWidget):
    """Shows `PlanData`. `exported` carries the file that was written, `export_failed` why none was.

    `tools` is the row above the table, for what else a page offers. `list_shown`: this list stands in it now.
    """

    list_shown = Signal(str)
    exported = Signal(object)
    export_failed = Signal(object)

    def __init__(self, words: Words, export: Export | None = None, parent: QWidget | None = None) -> None:
        """Without `export` there is no button for it."""
        super().__init__(parent)
        self._words, self._export = words, export
        self._data: PlanData | None = None
        self._free_seats: int | None = None
        self._list = ""
        self._rest: list[PlanRow] = []
        self._writing, self._making = LateAnswers(self), Slices(self)
        self.ledger, self.tiles = LedgerRow(), TileGroup()
        self.heading = Text(step="section")
        self.search, self.causes, self.export = SearchField(), QComboBox(), SecondaryButton(icon="export")
        self.rows = PlanTableModel(words, self)
        self.table = PlanTable(self.rows)
        self.empty = EmptyState("unchanged")
        self.facts = FlowRow(spacing=20)
        self.tools, self._stack = QHBoxLayout(), QStackedLayout()
        self._lay_out()
        self._connect()
        self.retranslate(words)

    @property
    def shown(self) -> str:
        """Which list is shown: a key of its tiles, `DEPARTMENTS`, `HEADS` or `HELD`; nothing without a plan."""
        return self._list

    def show_preview(self, data: PlanData, free_seats: int | None = None, first: str = "") -> None:
        """Show this plan, and the list `first`. Without one the list stays if it still holds anything, else it is the
        first that does. The same plan stays as it is.

        `free_seats`: seats Learn has left, None where it does not tell.
        """
        if data is self._data and free_seats == self._free_seats:
            return
        self._data, self._free_seats = data, free_seats
        self._list = first or self._list
        tiles = plan_lists.tiles(data)
        if not self._list or not plan_lists.count(data, self._list):
            self._list = next((key for key in tiles if plan_lists.count(data, key)), next(iter(tiles)))
        self._draw()

    def show_list(self, key: str) -> None:
        """Show another list, as a tile or a fact does."""
        self._list = key
        self._mark_tile()
        self._draw_list()

    def set_addresses(self, bitrix24: Mapping[str, str], learn: str = "") -> None:
        """Where ids lead: see `PlanTable.set_addresses`."""
        self.table.set_addresses(bitrix24, learn)

    def write(self, file: Path) -> None:
        """Export to this file on a worker thread: the whole plan, or the lines that a search or a cause left."""
        if self._export is None:
            return
        write = self._write_shown() if self.rows.narrowed else self._export

        def written() -> Path:
            write(file)
            return file

        self._writing.ask(written)
        self._name_export()

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self._words = words
        self.search.set_label(words("Name, e-mail or ID"), words("Empty the field"))
        self.causes.setAccessibleName(words("Cause"))
        self._name_export()
        self.table.setAccessibleName(words("Changes"))
        self._draw()

    def _lay_out(self) -> None:
        self.tools.setSpacing(8)
        self.tools.addWidget(self.heading, 1)
        for each in (self.search, self.causes, self.export):
            self.tools.addWidget(each)
        self.causes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.causes.setMinimumContentsLength(16)
        self.export.setVisible(self._export is not None)
        card = Card(padding=0)
        card.rows.setContentsMargins(1, 4, 1, 5)
        card.rows.addLayout(self._stack)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.ledger)
        column.addWidget(self.tiles)
        column.addLayout(self.tools)
        column.addWidget(card, 1)
        column.addWidget(self.facts)

    def _connect(self) -> None:
        self.tiles.chosen.connect(self.show_list)
        self.search.search.connect(self._search)
        self.search.returnPressed.connect(self.table.setFocus)
        self.causes.activated.connect(self._filter)
        self.export.clicked.connect(self._choose_file)
        self._writing.answered.connect(self._written)
        self._writing.failed.connect(self._not_written)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)

    def _search(self, text: str) -> None:
        self.rows.search(text)
        self._draw_emptiness()
        self._name_export()

    def _filter(self, _place: int) -> None:
        self.rows.filter_cause(str(self.causes.currentData() or ""))
        self._draw_emptiness()
        self._name_export()

    def _name_export(self) -> None:
        """It says whether everything is written or what is seen."""
        words, lines = self._words, self.rows.rowCount()
        if self.rows.narrowed:
            self.export.setText(words.plural("Export {n} line…", "Export {n} lines…", lines))
            self.export.setAccessibleDescription(words("Writes the lines shown as an Excel or CSV file."))
        else:
            self.export.setText(words("Export the plan…"))
            self.export.setAccessibleDescription(words("Writes the whole plan as an Excel or CSV file."))
        self.export.setEnabled(not self._writing.busy and (lines > 0 or not self.rows.narrowed))

    def _write_shown(self) -> Export:
        """Writes what is seen at this moment."""
        (headings, lines), words, title = self.rows.table(), self._words, self.heading.text()
        return lambda file: write_table(file, title, headings, lines, words)

    def _choose_file(self) -> None:
        words = self._words
        kinds = f"{words('Excel workbook')} (*.xlsx);;{words('CSV table')} (*.csv)"
        chosen, kind = QFileDialog.getSaveFileName(self, words("Export the plan"), words("plan") + ".xlsx", kinds)
        if chosen:
            file = Path(chosen)
            named = file.suffix.lower() in {".xlsx", ".csv"}
            self.write(file if named else file.with_name(file.name + (".csv" if "csv" in kind else ".xlsx")))

    def _written(self, file: Path) -> None:
        self._name_export()
        self.exported.emit(file)

    def _not_written(self, error: Exception) -> None:
        self._name_export()
        self.export_failed.emit(error)

    def _draw(self) -> None:
        data, words = self._data, self._words
        if data is None:
            return
        self.ledger.show_sum(*sums.ledger(data, words))
        self.tiles.show_tiles(sums.tiles(data, words))
        self._mark_tile()
        self.facts.clear()
        for fact in sums.facts(data, self._free_seats, words):
            shade: TextShade = "warn" if fact.attention else "text_2"
            told = Text(fact.sentence, step="caption", shade=shade, wrap=False, selectable=True)
            self.facts.add(_fact(fact.icon, told, shade))
        for key, icon, sentence in sums.lists(data, words):
            opener = Link(sentence, "caption")
            opener.clicked.connect(partial(self.show_list, key))
            self.facts.add(_fact(icon, opener))
        self._draw_list()

    def _draw_list(self) -> None:
        data, words = self._data, self._words
        if data is None:
            return
        self.heading.setText(sums.heading(data, self._list, words))
        shape = plan_lists.shape(data, self._list)
        self.rows.show_rows((), words, shape)
        self.table.set_shape(shape)
        self._stack.setCurrentWidget(self.table)
        self._draw_causes()
        self._rest = []
        self._making.start(plan_lists.rows(data, self._list, words), self._add, self._made)
        self.list_shown.emit(self._list)

    def _add(self, made: list[PlanRow]) -> None:
        """The first lines are seen at once, all others together once they are there."""
        if self._rest or self.rows.rowCount():
            self._rest += made
        else:
            self.rows.add_rows(made)

    def _made(self) -> None:
        self.rows.add_rows(self._rest)
        self.rows.settle()
        self._rest = []
        self._draw_causes()
        self._draw_emptiness()
        self._name_export()

    def _draw_causes(self) -> None:
        words, causes = self._words, self.rows.causes()
        self.causes.clear()
        self.causes.addItem(words("All causes"), "")
        for cause, people in causes:
            self.causes.addItem(f"{cause} ({words.number(people)})", cause)
        self.causes.setVisible(len(causes) > 1)

    def _draw_emptiness(self) -> None:
        data, words = self._data, self._words
        if data is None or self._making.busy:
            return
        self._stack.setCurrentWidget(self.table if self.rows.rowCount() else self.empty)
        if self.rows.rowCount():
            return
        if self.search.text().strip():
            everybody = Action(words("Show everybody"), self.search.clear)
            sentence = words("Nobody in this list matches “{text}”.", text=self.search.text().strip())
            self.empty.show_text(sentence, everybody)
        elif plan_lists.count(data, self._list):
            self.empty.show_text(words("These people are only counted here. A new preview lists them."))
        else:
            self.empty.show_text(words("Nothing of this kind is planned."))

    def _mark_tile(self) -> None:
        """Mark the tile of the list shown; none where a fact opened it."""
        data = self._data
        if data is None:
            return
        if self._list in plan_lists.tiles(data) and (self._list != "failed" or plan_lists.count(data, "failed")):
            self.tiles.choose(self._list)
            return
        for tile in self.tiles.findChildren(Tile):
            group = tile.group()
            if tile.isChecked() and group is not None:
                group.setExclusive(False)
                tile.setChecked(False)
                group.setExclusive(True)


def _fact(icon: str, words: QWidget, shade: TextShade = "text_2") -> QWidget:
    fact = QWidget()
    line = QHBoxLayout(fact)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    line.addWidget(IconMark(icon, shade))
    line.addWidget(words)
    return fact
