"""Windows of their own: Tab goes as they are read, Escape closes them, a list may stand at their left."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.surface import Ground, Line
from b24learn_gui.gui.kit.tab_order import move_keyboard


class OwnWindow(QWidget):
    """What its controls are, and where they stand, is for those who inherit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab goes in reading order, whatever was made last."""
        return move_keyboard(self, forwards=forwards) or super().focusNextPrevChild(forwards)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def answer_keys(self, deeds: Mapping[QKeySequence.StandardKey, Callable[[], object]]) -> None:
        """Do this wherever in the window the usual keys are pressed."""
        for key, do in deeds.items():
            QShortcut(QKeySequence(key), self).activated.connect(do)


def stand_beside(window: QWidget, side: QWidget, rest: QLayout) -> None:
    """Lay out a window: a side at the left, such as `list_side`, a hairline, the rest beside it."""
    row = QHBoxLayout(window)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(side)
    row.addWidget(Line(upright=True))
    row.addLayout(rest, 1)


def list_side(width: int, above: QLayout, listed: QWidget, below: QLayout) -> QWidget:
    """A side of so many pixels: what narrows a list, the list, and what can be done with it as a whole."""
    side = Ground("window")
    side.setFixedWidth(width)
    above.setContentsMargins(14, 0, 14, 0)
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 14, 0, 10)
    column.setSpacing(8)
    column.addLayout(above)
    column.addWidget(listed, 1)
    column.addWidget(Line())
    column.addLayout(below)
    return side
