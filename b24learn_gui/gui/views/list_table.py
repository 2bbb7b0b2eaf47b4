"""A plain list in columns: no grid, one height, widths set once, the selection edge to edge."""

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
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
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.views.flat_header import FlatHeader

Index = QModelIndex | QPersistentModelIndex

SIDE, GAP = 16, 8
"""Words begin below those of the heading, and end before the next column."""
_LEAST_ROWS = 4


class ListDelegate(QStyledItemDelegate):
    """Paints words in the model's font and colour, the tone's text where it gives none."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - every row is alike
        return QSize(0, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tone.current().selection)
        made, colour = self.dress(index)
        room = option.rect.adjusted(SIDE, 0, -GAP, 0)
        shown = QFontMetrics(made).elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, room.width())
        painter.save()
        painter.setFont(made)
        painter.setPen(colour)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()

    def dress(self, index: Index) -> tuple[QFont, QColor]:
        """Font and colour of a cell."""
        given, colour = index.data(Qt.ItemDataRole.FontRole), index.data(Qt.ItemDataRole.ForegroundRole)
        return given or font(), colour or tone.current().text


class ListTable(QTableView):
    """Shares its width out among the columns; rows are chosen whole, and nothing is edited."""

    def __init__(self, rows: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: Mapping[int, float] = {}
        self._fixed: Mapping[int, int] = {}
        self.setModel(rows)
        self.setHorizontalHeader(FlatHeader(Qt.Orientation.Horizontal, self))
        self.setItemDelegate(ListDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(self.horizontalHeader().ResizeMode.Fixed)
        self.setMinimumHeight(self.horizontalHeader().sizeHint().height() + row_height() * _LEAST_ROWS)

    def share_out(self, shares: Mapping[int, float], fixed: Mapping[int, int] | None = None) -> None:
        """Which columns there are: `fixed` ones in pixels, the others with their parts (together 1) of the rest."""
        self._shares, self._fixed = shares, fixed or {}
        self.fit()

    def fit(self) -> None:
        """Share the present width out."""
        self.verticalHeader().setDefaultSectionSize(row_height())
        room = self.viewport().width()
        rest = room - sum(self._fixed.values())
        widths = {**{column: int(rest * share) for column, share in self._shares.items()}, **self._fixed}
        last = max(widths, default=0)
        for column in range(self.model().columnCount()):
            self.setColumnHidden(column, column not in widths)
            rounded_away = room - sum(widths.values()) if column == last else 0
            self.setColumnWidth(column, widths.get(column, 0) + rounded_away)

    def sizeHint(self) -> QSize:
        """No more than it needs at least: it takes what there is."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            self._paint_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def _paint_focus(self) -> None:
        """Around the current row; around everything where there is none."""
        here, whole = self.currentIndex(), self.viewport().rect()
        if here.isValid():
            whole.setTop(self.rowViewportPosition(here.row()))
            whole.setHeight(self.rowHeight(here.row()))
        painter = QPainter(self.viewport())
        painter.setPen(QPen(tone.current().accent, 2))
        painter.drawRect(whole.adjusted(1, 1, -1, -1))


def row_height() -> int:
    """Follows the font (STYLE: list row)."""
    return QFontMetrics(font()).height() + 12
