"""The runs by day: state, time and what began each, below it what it came to. At the end the whole logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.busy import State, state_colour
from b24learn_gui.gui.kit.surface import ROW_RADIUS

Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1

_EDGE, _LEFT, _MARK, _TEXT = 6, 14, 20, 44
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_ICONS: dict[State, str] = {
    "ok": "state-ok",
    "warning": "state-warning",
    "failed": "state-error",
    "busy": "state-busy",
    "info": "log",
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run, the log of a kind of process, or a heading, which has no key. `spoken`: the state in a word."""

    key: str
    title: str
    trigger: str = ""
    result: str = ""
    state: State = "info"
    spoken: str = ""


class RunListModel(QAbstractListModel):
    """Rows in order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RunRow, ...] = ()

    def show(self, rows: Sequence[RunRow]) -> None:
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
            return ", ".join(part for part in (row.title, row.trigger, row.spoken, row.result) if part)
        return (row.result or None) if role == Qt.ItemDataRole.ToolTipRole else None


class RunDelegate(QStyledItemDelegate):
    """Paints a run, or the heading of a day."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        row: RunRow = index.data(ROW_ROLE)
        body, caption = QFontMetrics(font()), QFontMetrics(font("caption"))
        width = self._width()
        if not row.key:
            return QSize(width, caption.height() + (8 if index.row() == 0 else 20))
        height = body.height() + 14
        if row.result:
            height += caption.boundingRect(QRect(0, 0, self._room(width), 1000), _WRAP, row.result).height()
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: RunRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.key:
            self._paint_row(painter, option, row)
        else:
            painter.setFont(font("caption"))
            painter.setPen(tone.current().text_2)
            place = option.rect.adjusted(_LEFT, 0, 0, -4)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), row.title)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: RunRow) -> None:
        shades, body = tone.current(), QFontMetrics(font())
        whole = QRectF(option.rect).adjusted(_EDGE, 1, -_EDGE, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shades.selection)
            painter.drawRoundedRect(whole, ROW_RADIUS, ROW_RADIUS)
        line = QRectF(_TEXT, whole.top() + 5, self._room(option.rect.width()), body.height())
        picture = icons.pixmap(
            _ICONS[row.state],
            shades.text_2 if row.state == "info" else state_colour(row.state, shades),
            _MARK,
            painter.device().devicePixelRatioF(),
        )
        painter.drawPixmap(_LEFT, round(line.center().y() - _MARK / 2), picture)
        strong = font("body", QFont.Weight.DemiBold)
        painter.setFont(strong)
        painter.setPen(shades.text)
        painter.drawText(line, _MIDDLE, row.title)
        beside = line.adjusted(QFontMetrics(strong).horizontalAdvance(row.title) + 10, 0, 0, 0)
        painter.setFont(font())
        painter.setPen(shades.text_2)
        painter.drawText(
            beside, _MIDDLE, body.elidedText(row.trigger, Qt.TextElideMode.ElideRight, int(beside.width()))
        )
        painter.setFont(font("caption"))
        painter.setPen(shades.text if option.state & QStyle.StateFlag.State_Selected else shades.text_2)
        painter.drawText(QRectF(_TEXT, line.bottom(), line.width(), whole.bottom() - line.bottom()), _WRAP, row.result)
        view = self.parent()
        if option.state & QStyle.StateFlag.State_HasFocus and isinstance(view, RunList) and view.by_keyboard:
            painter.setPen(QPen(shades.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), ROW_RADIUS, ROW_RADIUS)

    def _width(self) -> int:
        view = self.parent()
        return view.viewport().width() if isinstance(view, QListView) else 0

    def _room(self, width: int) -> int:
        return max(40, width - _TEXT - _EDGE - 8)


class RunList(QListView):
    """`chosen` tells the key of the row a person went to; arrows skip the headings."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = RunListModel(self)
        self.by_keyboard = False
        self._shows = False
        self.setModel(self.runs)
        self.setItemDelegate(RunDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(self._changed)

    def show_runs(self, rows: Sequence[RunRow], chosen: str) -> None:
        """Show these rows, one of them chosen, without telling anybody."""
        self._shows = True
        self.runs.show(rows)
        self.choose(chosen)
        self._shows = False
        self.scheduleDelayedItemsLayout()

    def choose(self, key: str) -> None:
        """Go to a row; none of that key: to none."""
        place = next((place for place, row in enumerate(self.runs.rows) if row.key == key and key), -1)
        index = self.runs.index(place) if place >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            if index.isValid():
                self.scrollTo(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.by_keyboard = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        super().focusInEvent(event)

    def _changed(self, current: Index, _before: Index) -> None:
        if current.isValid() and not self._shows:
            self.chosen.emit(self.runs.rows[current.row()].key)
