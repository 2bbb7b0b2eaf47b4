"""The last thirty days: one slot a day, what its runs changed, what failed, what waited, and where nothing ran."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.status.chart_shape import Gap, gaps, labels, scale_top
from b24learn_gui.gui.status.words import day_sentence, days_summary
from b24learn_gui.gui.tone import Tone
from b24learn_gui.service.standing import Day
from b24learn_gui.text.words import Words

_LEAST_HEIGHT = 132
_HEADROOM, _FOOT, _GAP_HEIGHT = 10.0, 3.0, 40.0
_BAR_SHARE, _WIDEST_BAR = 0.5, 22.0
_LEAST_BAR, _LEAST_DEACTIVATED, _BETWEEN = 2.0, 4.0, 1.5
_RADIUS = 2.0
_DASHES = [2.4, 2.0]


class DayChart(QWidget):
    """Left and right move a marked day, which is said in a sentence; Enter, Space or a click open its runs.

    `opened`: the id of the day's last run.
    """

    opened = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._days: tuple[Day, ...] = ()
        self._gaps: tuple[Gap, ...] = ()
        self._marked, self._under_mouse = -1, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(_LEAST_HEIGHT)

    @property
    def marked(self) -> int:
        """The place of the marked day, -1 for none."""
        return self._marked

    def show_days(self, days: Sequence[Day]) -> None:
        """Shows these days, the oldest first; the mark stays on its day."""
        if tuple(days) == self._days:
            return
        before = self._days[self._marked].date if self._marked >= 0 else None
        self._days, self._gaps = tuple(days), gaps(days)
        self._marked = next((place for place, day in enumerate(days) if day.date == before), -1)
        self._describe()

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.setAccessibleName(words("Last 30 days"))
        self._describe()

    def slot_centre(self, place: int) -> QPoint:
        """The middle of a day's slot, in the chart's own coordinates."""
        return self._slot(self._plot(), place).center().toPoint()

    def sizeHint(self) -> QSize:
        return QSize(600, _LEAST_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._days) - 1
        match event.key():
            case Qt.Key.Key_Left:
                self._mark(max(0, self._marked - 1))
            case Qt.Key.Key_Right:
                self._mark(min(last, self._marked + 1))
            case Qt.Key.Key_Home:
                self._mark(0)
            case Qt.Key.Key_End:
                self._mark(last)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self._open(self._marked)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._marked < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._marked = len(self._days) - 1
            self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._marked = place
            self._describe()
            self._open(place)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place_at(QPointF(event.pos()))
            if place >= 0:
                QToolTip.showText(event.globalPos(), day_sentence(self._days[place], self._words), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        shades = tone.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(figures(font("caption")))
        if not any(day.runs for day in self._days):
            painter.setPen(shades.text_2)
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()), flags, self._words("What runs changed, day by day, will stand here."))
            return
        plot, top = self._plot(), scale_top(self._days)
        self._paint_marked(painter, plot, shades)
        self._paint_scale(painter, plot, top, shades)
        for place, day in enumerate(self._days):
            self._paint_day(painter, self._bar(plot, place), day, top, shades)
        for gap in self._gaps:
            self._paint_gap(painter, plot, gap, top, shades)
        self._paint_labels(painter, plot, shades)

    def _plot(self) -> QRectF:
        """Where the bars stand: right of the scale, above the labels."""
        metrics = QFontMetricsF(figures(font("caption")))
        left = metrics.horizontalAdvance(self._words.number(scale_top(self._days))) + 12
        return QRectF(self.rect()).adjusted(left, _HEADROOM, -2, -(metrics.height() + 8))

    def _slot(self, plot: QRectF, place: int) -> QRectF:
        width = plot.width() / len(self._days)
        return QRectF(plot.left() + place * width, plot.top(), width, plot.height())

    def _bar(self, plot: QRectF, place: int) -> QRectF:
        """The slot's middle, whose whole height is the scale."""
        slot = self._slot(plot, place)
        width = min(_WIDEST_BAR, slot.width() * _BAR_SHARE)
        return QRectF(slot.center().x() - width / 2, slot.top(), width, slot.height())

    def _place_at(self, point: QPointF) -> int:
        if not self._days:
            return -1
        plot = self._plot()
        place = int((point.x() - plot.left()) // (plot.width() / len(self._days)))
        return place if 0 <= place < len(self._days) else -1

    def _paint_marked(self, painter: QPainter, plot: QRectF, shades: Tone) -> None:
        for place in {self._under_mouse, self._marked if self.hasFocus() else -1} - {-1}:
            slot = self._slot(plot, place).adjusted(1, -6, -1, 0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shades.selection)
            if place == self._marked and self.hasFocus():
                painter.setPen(QPen(shades.accent, 1.5))
            painter.drawRoundedRect(slot, 4, 4)

    def _paint_scale(self, painter: QPainter, plot: QRectF, top: int, shades: Tone) -> None:
        for number in (0, top // 2, top):
            y = round(plot.bottom() - plot.height() * number / top) + 0.5
            painter.setPen(QPen(shades.outline if number == 0 else shades.line, 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(shades.text_2)
            room = QRectF(0, y - 12, plot.left() - 10, 24)
            painter.drawText(
                room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._words.number(number)
            )

    def _paint_day(self, painter: QPainter, bar: QRectF, day: Day, top: int, shades: Tone) -> None:
        if not day.runs:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        upper = bar.bottom()
        if day.changed:
            upper -= max(_LEAST_BAR, bar.height() * day.changed / top)
            _block(painter, bar, upper, bar.bottom(), shades.accent)
        if day.deactivated:
            lower = upper - (_BETWEEN if day.changed else 0)
            upper = lower - max(_LEAST_DEACTIVATED, bar.height() * day.deactivated / top)
            _block(painter, bar, upper, lower, shades.text)
        if not day.changed and not day.deactivated:
            upper -= _LEAST_BAR
            _block(painter, bar, upper, bar.bottom(), tone.mix(shades.card, shades.accent, 0.5))
        signs = [*(["state-error"] if day.failed else []), *(["state-warning"] if day.waiting else [])]
        colours = {"state-error": shades.danger, "state-warning": shades.warn_mark}
        if signs:
            painter.fillRect(QRectF(bar.left(), bar.bottom() - _FOOT, bar.width(), _FOOT), colours[signs[0]])
            upper = min(upper, bar.bottom() - _FOOT)
        for sign in signs:
            upper -= icons.SMALL + 4
            picture = icons.pixmap(sign, colours[sign], icons.SMALL, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(bar.center().x() - icons.SMALL / 2, max(0.0, upper)), picture)

    def _paint_gap(self, painter: QPainter, plot: QRectF, gap: Gap, top: int, shades: Tone) -> None:
        height = min(_GAP_HEIGHT, plot.height() * 0.3)
        if not gap.quiet:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = QPen(shades.outline, 1.2)
            pen.setDashPattern(_DASHES)
            painter.setPen(pen)
            for place in range(gap.first, gap.last + 1):
                bar = self._bar(plot, place)
                painter.drawRoundedRect(bar.adjusted(0, bar.height() - height, 0, -2), 3, 3)
        text = self._words("no runs")
        metrics = QFontMetricsF(painter.font())
        first, last = self._slot(plot, gap.first), self._slot(plot, gap.last)
        room = QRectF(0, 0, metrics.horizontalAdvance(text) + 4, metrics.height())
        room.moveCenter(QPointF((first.left() + last.right()) / 2, plot.bottom() - height - metrics.height() / 2 - 4))
        if self._is_free(plot, room, top):
            painter.setPen(shades.text_2)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)

    def _is_free(self, plot: QRectF, room: QRectF, top: int) -> bool:
        """Whether no bar of a neighbour stands in the way of these words."""
        if room.left() < plot.left() or room.right() > plot.right():
            return False
        for place, day in enumerate(self._days):
            bar = self._bar(plot, place)
            sign = icons.SMALL + 8 if day.failed or day.waiting else 0
            upper = bar.bottom() - bar.height() * (day.changed + day.deactivated) / top - sign
            if day.runs and bar.left() < room.right() and bar.right() > room.left() and upper < room.bottom():
                return False
        return True

    def _paint_labels(self, painter: QPainter, plot: QRectF, shades: Tone) -> None:
        metrics = QFontMetricsF(painter.font())
        taken: list[QRectF] = []
        painter.setPen(shades.text_2)
        for label in labels(self._days, self._words):
            room = QRectF(0, plot.bottom() + 6, metrics.horizontalAdvance(label.text) + 2, metrics.height())
            room.moveLeft(self._slot(plot, label.place).center().x() - room.width() / 2)
            room.moveLeft(min(max(0.0, room.left()), self.width() - room.width()))
            if any(room.adjusted(-6, 0, 6, 0).intersects(other) for other in taken):
                continue
            taken.append(room)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), label.text)

    def _mark(self, place: int) -> None:
        if not self._days:
            return
        self._marked = place
        self._describe()
        QToolTip.showText(self.mapToGlobal(self.slot_centre(place)), day_sentence(self._days[place], self._words), self)

    def _hover(self, place: int) -> None:
        if place == self._under_mouse:
            return
        self._under_mouse = place
        if place >= 0 and self._days[place].last:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        self.update()

    def _open(self, place: int) -> None:
        if place >= 0 and self._days[place].last:
            self.opened.emit(self._days[place].last)

    def _describe(self) -> None:
        said = days_summary(self._days, self._words)
        if self._marked >= 0:
            said = day_sentence(self._days[self._marked], self._words)
        self.setAccessibleDescription(said)
        self.update()


def _block(painter: QPainter, bar: QRectF, upper: float, lower: float, colour: QColor) -> None:
    """A piece of a bar with its upper corners rounded."""
    painter.setBrush(colour)
    rect = QRectF(bar.left(), upper, bar.width(), lower - upper)
    painter.drawRoundedRect(rect, min(_RADIUS, rect.height() / 2), min(_RADIUS, rect.height() / 2))
