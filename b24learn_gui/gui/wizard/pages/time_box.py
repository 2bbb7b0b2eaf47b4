"""A field for a time of day that may stay empty: typed as people type it, or moved with the arrows."""

import re

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

_TYPED = re.compile(r"(\d{1,2})(?:[:.\- ]?(\d{2}))?", re.ASCII)
_LETTERS = re.compile(r"[\d:.\- ]{0,5}", re.ASCII)
_HOURS_END = 2
"""Cursor positions up to here are in the hours."""
_MINUTE_STEP = 5


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
        self.lineEdit().textEdited.connect(lambda text: self.typed.emit(read_time(text)))
        self.editingFinished.connect(self._tidy)

    @property
    def value(self) -> str:
        """What `typed` told last, or `show_value` was given."""
        return read_time(self.text())

    def show_value(self, value: str) -> None:
        """Shows a time without telling anybody; what is being typed is left alone if it means the same."""
        if value != self.value:
            self.lineEdit().setText(value)

    def stepBy(self, steps: int) -> None:
        line = self.lineEdit()
        cursor = line.cursorPosition()
        line.setText(self._moved(steps, minutes=cursor > _HOURS_END))
        line.setCursorPosition(min(cursor, len(line.text())))
        self.typed.emit(self.value)

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
        found = _TYPED.fullmatch(self.value)
        if found is None or len(self.value) != len("00:00"):
            return self.proposal
        moment = int(found[1]) * 60 + int(found[2])
        if not minutes:
            moment += steps * 60
        else:
            moment = (moment // _MINUTE_STEP + steps) * _MINUTE_STEP if steps > 0 else moment + steps * _MINUTE_STEP
        moment %= 24 * 60
        return f"{moment // 60:02}:{moment % 60:02}"

    def _tidy(self) -> None:
        if self.text() != self.value:
            self.lineEdit().setText(self.value)
