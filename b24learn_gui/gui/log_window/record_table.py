"""The table of records: a mark for how grave each is, and one changed value as before → after."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.log_window.record_model import KIND, MARK, SHOWN_ROLE, TIME, WHAT, WHO, RecordModel
from b24learn_gui.gui.log_window.words import PENDING, Shown
from b24learn_gui.gui.views.list_table import GAP, SIDE, ListDelegate, ListTable
from b24learn_gui.storage.log_records import ERROR, INFO, WARNING

Index = QModelIndex | QPersistentModelIndex

_SHARES = {WHO: 0.36, WHAT: 0.64}
_SLACK = 8
"""More than the words of a fixed column measure: the last figure must not be elided."""
_END = 2
"""Pixels from the last line that still count as its end."""


class RecordDelegate(ListDelegate):
    """Paints marks; everything else is words."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.column() != MARK:
            super().paint(painter, option, index)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tone.current().selection)
        shown = index.data(SHOWN_ROLE)
        if shown is PENDING:
            return
        name, colour = mark_of(shown)
        ratio = painter.device().devicePixelRatioF()
        place = QRectF(option.rect).center()
        half = icons.SMALL / 2
        painter.drawPixmap(
            round(place.x() - half), round(place.y() - half),
            icons.pixmap(name, getattr(tone.current(), colour), icons.SMALL, ratio),
        )  # fmt: skip


def mark_of(shown: Shown) -> tuple[str, str]:
    """Icon and tone of a line: what was done, what is only told, what waits, what failed."""
    if shown.level >= ERROR:
        return "state-error", "danger"
    if shown.level >= WARNING:
        return "state-warning", "warn_mark"
    done = shown.deed is not None and shown.deed.state == "done" and shown.level == INFO
    written = shown.record is not None and shown.record.message == "change"
    return ("check", "ok") if done or written else ("state-info", "text_2")


class RecordTable(ListTable):
    """Shows a `RecordModel`; `at_end` tells when the last line comes into sight or leaves it."""

    at_end_changed = Signal(bool)

    def __init__(self, rows: RecordModel, parent: QWidget | None = None) -> None:
        super().__init__(rows, parent)
        self.rows = rows
        self._was_at_end = True
        self._kinds: Sequence[str] = ()
        self._widest = "00:00:00,000"
        self.horizontalHeader().setMinimumSectionSize(icons.SMALL)  # else the marks' column pushes the last one out
        self.setItemDelegate(RecordDelegate(self))
        self.setSelectionMode(ListTable.SelectionMode.ExtendedSelection)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.fit()

    @property
    def at_end(self) -> bool:
        """Whether the last line is in sight."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _END

    def make_room_for(self, kinds: Sequence[str]) -> None:
        """What the column of kinds may have to say."""
        self._kinds = kinds
        self.fit()

    def make_room_for_times(self, widest: str) -> None:
        """What a time looks like."""
        if widest != self._widest:
            self._widest = widest
            self.fit()

    def show_end(self) -> None:
        """Bring the last line into sight."""
        self.scrollToBottom()

    def chosen_places(self) -> list[range]:
        """The places that are selected, in order. Never one by one: all of a million may be."""
        chosen = self.selectionModel().selection()
        found = [range(each.top(), each.bottom() + 1) for each in map(chosen.at, range(chosen.size()))]
        return sorted(found, key=lambda places: places.start)

    def fit(self) -> None:
        """Share the width out anew: time and mark take what they need."""
        time = QFontMetrics(figures(font())).horizontalAdvance(self._widest) + SIDE + GAP + _SLACK
        plain = QFontMetrics(font())
        kind = max(map(plain.horizontalAdvance, self._kinds), default=0) + SIDE + GAP + _SLACK
        self._shares, self._fixed = _SHARES, {TIME: time, MARK: icons.SMALL + 2 * GAP, KIND: kind}
        super().fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        end = self._was_at_end
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())  # the details of a line must not hide it
        elif end and self.rows.rowCount():
            self.scrollToBottom()

    def _scrolled(self, _value: int) -> None:
        if self.at_end != self._was_at_end:
            self._was_at_end = self.at_end
            self.at_end_changed.emit(self._was_at_end)
