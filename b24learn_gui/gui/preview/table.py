"""The table of a plan: the ids as links where there is somewhere to go, what was and what will be side by side."""

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QFont, QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.change_delegate import ChangeDelegate
from b24learn_gui.gui.models.plan_table import BITRIX24, CAUSE, CHANGE, FIELD, LEARN, NAME, PlanTableModel, Shape
from b24learn_gui.gui.views.list_table import GAP, SIDE, ListDelegate, ListTable

Index = QModelIndex | QPersistentModelIndex

_IDS = (BITRIX24, LEARN)
_WIDE_ENOUGH = 860
"""Below this width the ids give way to names and values, and stand in the tooltip of the name."""
_SHARES: Mapping[Shape, Mapping[int, float]] = {
    "fields": {NAME: 0.26, FIELD: 0.13, CHANGE: 0.37, CAUSE: 0.24},
    "accounts": {NAME: 0.24, FIELD: 0.19, CHANGE: 0.36, CAUSE: 0.21},
    "states": {NAME: 0.24, FIELD: 0.16, CHANGE: 0.30, CAUSE: 0.30},
    "deeds": {NAME: 0.23, FIELD: 0.25, CHANGE: 0.29, CAUSE: 0.23},
    "causes": {NAME: 0.36, CAUSE: 0.64},
    "since": {NAME: 0.23, FIELD: 0.14, CHANGE: 0.33, CAUSE: 0.30},
    "links": {NAME: 0.26, FIELD: 0.12, CHANGE: 0.30, CAUSE: 0.32},
    "differences": {NAME: 0.23, FIELD: 0.27, CHANGE: 0.29, CAUSE: 0.21},
}


class PlanDelegate(ListDelegate):
    """Ids that lead somewhere look like links."""

    def __init__(self, table: "PlanTable") -> None:
        super().__init__(table)
        self._table = table

    def dress(self, index: Index) -> tuple[QFont, QColor]:
        made, colour = super().dress(index)
        if index.column() > CAUSE and self._table.address(index):
            made.setUnderline(True)
            colour = tone.current().accent
        return made, colour


class PlanTable(ListTable):
    """Shows a `PlanTableModel`; a heading sorts, Enter or a click on an id opens it where addresses are known."""

    def __init__(self, rows: PlanTableModel, parent: QWidget | None = None) -> None:
        super().__init__(rows, parent)
        self.rows = rows
        self._bitrix24: Mapping[str, str] = {}
        self._learn = ""
        self._shape: Shape = "causes"
        self.setItemDelegate(PlanDelegate(self))
        self.setItemDelegateForColumn(CHANGE, ChangeDelegate(self))
        self.setMouseTracking(True)
        header = self.horizontalHeader()
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
        wide = self.viewport().width() >= _WIDE_ENOUGH
        ids = max(
            QFontMetrics(font()).horizontalAdvance("00000000") + SIDE + GAP,
            *(QFontMetrics(font("caption")).horizontalAdvance(self._heading(each)) + 3 * SIDE for each in _IDS),
        )
        self._shares, self._fixed = _SHARES[self._shape], dict.fromkeys(_IDS, ids) if wide else {}
        super().fit()

    # What Qt calls

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            row = self.currentIndex().row()
            addresses = (self.address(self.rows.index(row, column)) for column in _IDS)
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

    def _heading(self, column: int) -> str:
        return str(self.rows.headerData(column, Qt.Orientation.Horizontal))

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
