"""The table of a plan: no grid, one height, widths set once, the ids as links where there is somewhere to go."""

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.kit.change_delegate import paint_change
from b24learn_gui.gui.models.plan_table import BITRIX24, CAUSE, CHANGE, FIELD, LEARN, NAME, PlanTableModel
from b24learn_gui.gui.views.flat_header import FlatHeader

Index = QModelIndex | QPersistentModelIndex

Shape = Literal["fields", "deeds", "causes"]

_SIDE, GAP = 16, 8
_WIDE_ENOUGH = 860
"""Below this width the ids give way to names and values; a search finds them all the same."""
_SHARES: Mapping[Shape, Mapping[int, float]] = {
    "fields": {NAME: 0.26, FIELD: 0.13, CHANGE: 0.37, CAUSE: 0.24},
    "deeds": {NAME: 0.23, FIELD: 0.25, CHANGE: 0.29, CAUSE: 0.23},
    "causes": {NAME: 0.36, CAUSE: 0.64},
}
"""How the width is shared: fields with their values, deeds on departments, or people with nothing but a cause."""


class PlanDelegate(QStyledItemDelegate):
    """Paints every cell from the tone: names in Medium, what only explains in the quieter colour."""

    def __init__(self, table: "PlanTable") -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - every row is alike
        return QSize(0, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shades, cell, column = tone.current(), option.rect, index.column()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, shades.selection)
        room = cell.adjusted(_SIDE, 0, -GAP, 0)
        if column == CHANGE:
            row = self._table.rows.row(index.row())
            if row.before or row.after:
                paint_change(painter, QRectF(room), row.before or "—", row.after or "—")
            return
        made = font("body", QFont.Weight.Medium if column == NAME else None)
        colour = shades.text if column == NAME else shades.text_2
        if column in {BITRIX24, LEARN}:
            made = figures(made)
            if self._table.address(index):
                made.setUnderline(True)
                colour = shades.accent
        painter.save()
        painter.setFont(made)
        painter.setPen(colour)
        shown = QFontMetrics(made).elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


class PlanTable(QTableView):
    """Shows a `PlanTableModel`; a heading sorts, Enter or a click on an id opens it where addresses are known."""

    def __init__(self, rows: PlanTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = rows
        self._bitrix24: Mapping[str, str] = {}
        self._learn = ""
        self._shape: Shape = "causes"
        self.setModel(rows)
        self.setHorizontalHeader(FlatHeader(Qt.Orientation.Horizontal, self))
        self.setItemDelegate(PlanDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(row_height() * 4)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(header.ResizeMode.Fixed)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(False)
        header.sectionClicked.connect(self._sort)
        self.fit()

    def set_addresses(self, bitrix24: Mapping[str, str], learn: str = "") -> None:
        """Where ids lead, `{id}` standing for the id: by portal key, and for Learn accounts. Empty: nowhere."""
        self._bitrix24, self._learn = bitrix24, learn
        self.viewport().update()

    def address(self, index: Index) -> str:
        """Where a cell leads, or nothing."""
        row = self.rows.row(index.row())
        if index.column() == BITRIX24:
            return self._bitrix24.get(row.portal, "").replace("{id}", str(row.bitrix24_id))
        if index.column() == LEARN and row.learn_id:
            return self._learn.replace("{id}", row.learn_id)
        return ""

    def set_shape(self, shape: Shape) -> None:
        """Which columns there are, and how wide."""
        self._shape = shape
        self.fit()

    def fit(self) -> None:
        """Share the width out anew."""
        self.verticalHeader().setDefaultSectionSize(row_height())
        width = self.viewport().width()
        wide = width >= _WIDE_ENOUGH
        ids = QFontMetrics(font()).horizontalAdvance("00000000") + _SIDE + GAP
        for column in (BITRIX24, LEARN):
            self.setColumnHidden(column, not wide)
            self.setColumnWidth(column, ids)
        rest = width - (2 * ids if wide else 0)
        shares = _SHARES[self._shape]
        for column in (NAME, FIELD, CHANGE, CAUSE):
            self.setColumnHidden(column, column not in shares)
            self.setColumnWidth(column, int(rest * shares.get(column, 0.0)))

    # What Qt calls

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            row = self.currentIndex().row()
            addresses = (self.address(self.rows.index(row, column)) for column in (BITRIX24, LEARN))
            self._open(next((each for each in addresses if each), ""))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        leads = bool(self._address_at(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._open(self._address_at(event.position().toPoint()))

    def _address_at(self, point: QPoint) -> str:
        index = self.indexAt(point)
        return self.address(index) if index.isValid() else ""

    def _open(self, address: str) -> None:
        if address:
            QDesktopServices.openUrl(QUrl(address))

    def _sort(self, column: int) -> None:
        header = self.horizontalHeader()
        same = header.isSortIndicatorShown() and header.sortIndicatorSection() == column
        down = same and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        header.setSortIndicatorShown(True)
        header.setSortIndicator(column, order)
        self.rows.sort(column, order)


def row_height() -> int:
    """Follows the font (STYLE: list row)."""
    return QFontMetrics(font()).height() + 12
