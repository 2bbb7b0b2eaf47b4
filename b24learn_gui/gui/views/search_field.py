"""A field to look for something: its sign in front, a pause while somebody types, Escape empties it."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.kit.entry import EntryLine

_PAUSE_MS = 120
"""Typing goes on without a search for each letter."""


_LEAST_WIDTH = 160
_SIGNS = 76
"""Room for the sign in front, the button that empties the field, and the edges."""


class SearchField(EntryLine):
    """`search` carries the text once typing pauses, at once with Enter, Escape and when the field is emptied."""

    search = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_sign("search")
        self._emptier = self.addAction(
            icons.icon("close", tone.current().text_2), EntryLine.ActionPosition.TrailingPosition
        )
        self._emptier.setVisible(False)
        self._emptier.triggered.connect(self.clear)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.entered.connect(self._typed)
        self.returnPressed.connect(self._tell)

    def set_label(self, label: str, empty: str = "") -> None:
        """What is looked for, seen while the field is empty and heard always; and what its small button does."""
        self._emptier.setText(empty)
        self.setPlaceholderText(label)
        self.setAccessibleName(label)
        self.setMinimumWidth(max(_LEAST_WIDTH, self.fontMetrics().horizontalAdvance(label) + _SIGNS))

    def reset(self) -> None:
        """Empty the field without telling anybody."""
        self.show_text("")
        self._emptier.setVisible(False)
        self._pause.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            event.accept()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_emptier"):
            self._emptier.setIcon(icons.icon("close", tone.current().text_2))

    def _typed(self, text: str) -> None:
        self._emptier.setVisible(bool(text))
        if text:
            self._pause.start()
        else:
            self._tell()

    def _tell(self) -> None:
        self._pause.stop()
        self.search.emit(self.text())
