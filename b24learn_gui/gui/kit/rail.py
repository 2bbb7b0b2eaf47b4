"""The rail of steps: a mark, the step's name and what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.surface import ROW_RADIUS
from b24learn_gui.gui.tone import Tone

WIDE, NARROW = 236, 64
"""Logical widths of the rail with names and with marks only."""

Mark = Literal["todo", "done", "warning"]
Index = QModelIndex | QPersistentModelIndex

STEP_ROLE = int(Qt.ItemDataRole.UserRole) + 1
NUMBER_ROLE = STEP_ROLE + 1

_EDGE, _MARK, _GAP, _TEXT_LEFT, _END = 10, 20, 12, 43, 8
_ALIGN = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True)
class RailStep:
    """One step as it stands: `result` is its caption, `spoken` the words of its state for those who hear the rail."""

    key: str
    title: str
    mark: Mark = "todo"
    result: str = ""
    reachable: bool = False
    current: bool = False
    spoken: str = ""


class RailModel(QAbstractListModel):
    """The steps in order. Rows are told to change one by one, so the view keeps its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[RailStep, ...] = ()

    @property
    def steps(self) -> tuple[RailStep, ...]:
        """What is shown now."""
        return self._steps

    def show(self, steps: Sequence[RailStep]) -> None:
        """Shows these steps; another number of them is another rail."""
        new, old = tuple(steps), self._steps
        if len(new) != len(old):
            self.beginResetModel()
            self._steps = new
            self.endResetModel()
            return
        self._steps = new
        for row, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the toolkit's own default
        return 0 if parent.isValid() else len(self._steps)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        step = self._steps[index.row()]
        open_ = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.ItemNeverHasChildren | (open_ if step.reachable or step.current else Qt.ItemFlag(0))

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        step = self._steps[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return step.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (step.title, step.spoken, step.result) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (step.title, step.result) if part)
        if role == STEP_ROLE:
            return step
        if role == NUMBER_ROLE:
            return index.row() + 1
        return None


class RailDelegate(QStyledItemDelegate):
    """Paints a step; narrow rails show marks alone."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        width = self._width()
        title, caption = QFontMetrics(font()), QFontMetrics(font("caption"))
        step: RailStep = index.data(STEP_ROLE)
        height = max(title.height(), _MARK) + 12
        if step.result and width > NARROW:
            room = QRect(0, 0, width - _TEXT_LEFT - 2 * _EDGE - _END, 1000)
            height += caption.boundingRect(room, _ALIGN, broken(step.result, caption, room.width())).height() - 2
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        step: RailStep = index.data(STEP_ROLE)
        shades = tone.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = QRectF(option.rect).adjusted(_EDGE, 1, -_EDGE, -1)
        narrow = self._width() <= NARROW
        first_line = max(QFontMetrics(font()).height(), _MARK) + 12
        if step.current:
            self._paint_selection(painter, row, first_line, shades)
        left = row.center().x() - _MARK / 2 if narrow else row.left() + _GAP
        self._paint_mark(painter, QPointF(left, row.top() - 1 + (first_line - _MARK) / 2), index, shades)
        if not narrow:
            self._paint_words(painter, row, first_line, step, shades)
        painter.restore()
        self._paint_focus(painter, option, row)

    def _width(self) -> int:
        view = self.parent()
        return view.width() if isinstance(view, QWidget) else WIDE

    def _paint_selection(self, painter: QPainter, row: QRectF, first_line: float, shades: Tone) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades.selection)
        painter.drawRoundedRect(row, ROW_RADIUS, ROW_RADIUS)
        painter.setBrush(shades.accent)
        bar = QRectF(row.left(), row.top() + (first_line - 2 - 14) / 2, 3, 14)
        painter.drawRoundedRect(bar, 1.5, 1.5)

    def _paint_mark(self, painter: QPainter, place: QPointF, index: Index, shades: Tone) -> None:
        step: RailStep = index.data(STEP_ROLE)
        if not step.current and step.mark != "todo":
            name, colour = ("state-ok", shades.ok) if step.mark == "done" else ("state-warning", shades.warn_mark)
            painter.drawPixmap(place, icons.pixmap(name, colour, _MARK, painter.device().devicePixelRatioF()))
            return
        circle = QRectF(place.x() + 0.75, place.y() + 0.75, _MARK - 1.5, _MARK - 1.5)
        painter.setPen(Qt.PenStyle.NoPen if step.current else QPen(shades.outline, 1.25))
        painter.setBrush(shades.accent if step.current else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        figure = QFont(font("caption", QFont.Weight.DemiBold if step.current else QFont.Weight.Normal))
        figure.setPixelSize(11)
        painter.setFont(figure)
        painter.setPen(shades.on_accent if step.current else shades.text_2)
        painter.drawText(circle, int(Qt.AlignmentFlag.AlignCenter), str(index.data(NUMBER_ROLE)))

    def _paint_words(self, painter: QPainter, row: QRectF, first_line: float, step: RailStep, shades: Tone) -> None:
        left, width = row.left() + _TEXT_LEFT, row.width() - _TEXT_LEFT - _END
        painter.setFont(font("body", QFont.Weight.DemiBold if step.current else QFont.Weight.Normal))
        painter.setPen(shades.text if step.current or step.reachable else shades.text_2)
        line = QRectF(left, row.top() - 1, width, first_line)
        title = painter.fontMetrics().elidedText(step.title, Qt.TextElideMode.ElideRight, int(width))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), title)
        if step.result:
            painter.setFont(font("caption"))
            painter.setPen(shades.text_2)
            top = line.center().y() + QFontMetrics(font()).height() / 2 + 1
            result = broken(step.result, painter.fontMetrics(), int(width))
            painter.drawText(QRectF(left, top, width, row.bottom() - top + 2), _ALIGN, result)

    def _paint_focus(self, painter: QPainter, option: QStyleOptionViewItem, row: QRectF) -> None:
        view = self.parent()
        focused = option.state & QStyle.StateFlag.State_HasFocus
        if focused and isinstance(view, StepRail) and view.by_keyboard:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tone.current().accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(row.adjusted(1, 1, -1, -1), ROW_RADIUS, ROW_RADIUS)
            painter.restore()


class StepRail(QListView):
    """The rail. Arrows move along the steps that can be reached, Enter, Space or a click goes there (`chosen`)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.by_keyboard = False
        self.rail = RailModel(self)
        self.setModel(self.rail)
        self.setItemDelegate(RailDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(WIDE)
        self.viewport().setAutoFillBackground(False)
        self.setViewportMargins(0, 14, 0, 8)
        self.clicked.connect(self._choose)

    def show_steps(self, steps: Sequence[RailStep]) -> None:
        """Shows these steps and keeps the current one in sight."""
        before = next((step.key for step in self.rail.steps if step.current), "")
        self.rail.show(steps)
        self.scheduleDelayedItemsLayout()
        row = next((row for row, step in enumerate(self.rail.steps) if step.current), -1)
        if row >= 0 and self.rail.steps[row].key != before:
            self.setCurrentIndex(self.rail.index(row))
            self.scrollTo(self.rail.index(row))

    def set_narrow(self, narrow: bool) -> None:
        """Marks alone, names as tooltips, or everything."""
        self.setFixedWidth(NARROW if narrow else WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.by_keyboard = True
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.by_keyboard = True
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _choose(self, index: Index) -> None:
        if index.isValid() and self.rail.flags(index) & Qt.ItemFlag.ItemIsEnabled:
            self.chosen.emit(self.rail.steps[index.row()].key)


def broken(text: str, metrics: QFontMetrics, width: int) -> str:
    """A list of figures with its lines broken behind commas, so that no number stands apart from what it counts."""
    lines: list[str] = []
    for part in text.split(", "):
        longer = f"{lines[-1]}, {part}" if lines else part
        if lines and metrics.horizontalAdvance(f"{longer},") > width:
            lines[-1] += ","
            lines.append(part)
        else:
            lines[-1:] = [longer]
    return "\n".join(lines)
