"""A field for a time of day that may stay empty: typed as people type it, or moved with the arrows."""

import re

from PySide6.QtCore import Property, QSize, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from b24learn_gui.gui.kit.entry import EntryLine

_TYPED = re.compile(r"(\d{1,2})(?:[:.\- ]?(\d{2}))?", re.ASCII)
_LETTERS = re.compile(r"[\d:.\- ]{0,5}", re.ASCII)
_HOURS_END = 2
"""Cursor positions up to here are in the hours."""
_MINUTE_STEP = 5
_DAY = 24 * 60
"""Minutes."""


def read_time(text: str) -> str:
    """`3`, `3.30`, `0330` as `03:30`; what is no time stays as it was typed, without blanks around it."""
    text = text.strip()
    found = _TYPED.fullmatch(text)
    if found is None:
        return text
    hours, minutes = int(found[1]), int(found[2] or 0)
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else text


class TimeBox(QAbstractSpinBox):
    """`typed` tells `HH:MM`, the empty text, or what is not a time yet; `finished` that the field is being left.

    `proposal` is where the arrows begin in an empty field.
    """

    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.proposal = "03:00"
        self.setAccelerated(True)
        self.line = EntryLine()
        self.line.setObjectName("qt_spinbox_lineedit")  # or it would be a second, nameless field for a screen reader
        self.setLineEdit(self.line)
        self.line.entered.connect(lambda text: self.typed.emit(read_time(text)))
        self.line.finished.connect(self.editingFinished)
        self.editingFinished.connect(self._tidy)

    @property
    def time(self) -> str:
        """What `typed` told last, or `show_time` was given."""
        return read_time(self.text())

    def show_time(self, time: str) -> None:
        """Shows a time without telling anybody; what is being typed is left alone if it means the same."""
        if time != self.time:
            self.line.show_text(time)

    def stepBy(self, steps: int) -> None:
        cursor = self.line.cursorPosition()
        self._step_to(self._moved(steps, minutes=cursor > _HOURS_END))
        self.line.setCursorPosition(min(cursor, len(self.line.text())))

    # What assistive technology steps by: it asks every spin box for these properties.

    def _minutes(self) -> float:
        return _minutes_of(self.time) if _is_whole(self.time) else _minutes_of(self.proposal)

    def _set_minutes(self, minutes: float) -> None:
        self._step_to(_time_of(round(minutes)))

    value = Property(float, _minutes, _set_minutes)
    minimum = Property(float, lambda _self: 0.0)
    maximum = Property(float, lambda _self: _DAY - 1.0)
    singleStep = Property(float, lambda _self: 60.0)  # noqa: N815 - the toolkit's word

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def validate(self, text: str, cursor: int) -> tuple[QValidator.State, str, int]:
        state = QValidator.State.Acceptable if _LETTERS.fullmatch(text) else QValidator.State.Invalid
        return state, text, cursor

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("00:00") + 64, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the page; a time is changed by it only where somebody is at work on it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _moved(self, steps: int, *, minutes: bool) -> str:
        if not _is_whole(self.time):
            return self.proposal
        moment = _minutes_of(self.time)
        if not minutes:
            moment += steps * 60
        else:
            moment = (moment // _MINUTE_STEP + steps) * _MINUTE_STEP if steps > 0 else moment + steps * _MINUTE_STEP
        return _time_of(moment)

    def _step_to(self, time: str) -> None:
        self.line.show_text(time)
        self.typed.emit(self.time)

    def _tidy(self) -> None:
        self.line.show_text(self.time)


def _is_whole(text: str) -> bool:
    return len(text) == len("00:00") and _TYPED.fullmatch(text) is not None


def _minutes_of(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def _time_of(minutes: int) -> str:
    minutes %= _DAY
    return f"{minutes // 60:02}:{minutes % 60:02}"
