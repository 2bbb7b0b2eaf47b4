"""The editors of the fields: whatever a person or an assistive tool writes into them is told, what the program shows
is not.

A tool that sets a text over the accessibility bus reaches the toolkit's `setText`: for the toolkit that is nobody's
editing, so `textEdited` stays silent, and `editingFinished` never comes where the keyboard is somewhere else.
"""

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from b24learn_gui.gui import icons, tone

_PAUSE_MS = 150
"""Without the keyboard in the field a text counts as complete once it rests this long: it may come in pieces."""
_SIGN_LEFT = 8
_SIGN_ROOM = _SIGN_LEFT + icons.SMALL


class EntryLine(QLineEdit):
    """One line. `entered` tells every change that is not the program's own, by whichever way it came: keys, paste, an
    input method, drag and drop, an assistive tool. `finished`: the value is complete (Enter, leaving the field, or
    a text that was set from outside and rests). A read-only line keeps what it shows, whoever sets something else.
    """

    entered = Signal(str)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shows = False
        self._stands = ""
        self._sign = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_PAUSE_MS)
        self._rest.timeout.connect(self.finished)
        self.textChanged.connect(self._changed)
        self.editingFinished.connect(self._finish)

    def show_text(self, text: str) -> None:
        """Shows a text without telling anybody; the cursor stays where it was if the text is the same."""
        self._rest.stop()
        if text != self.text():
            self._shows = True
            self.setText(text)
            self._shows = False
        self._stands = self.text()

    def set_sign(self, icon: str) -> None:
        """Draws a sign in front of the text, or none for an empty name. It is no button: nothing can be done to it."""
        self._sign = icon
        margins = self.textMargins()
        margins.setLeft(_SIGN_ROOM if icon else 0)
        self.setTextMargins(margins)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._sign:
            picture = icons.pixmap(self._sign, tone.current().text_2, icons.SMALL, self.devicePixelRatioF())
            painter = QPainter(self)
            painter.drawPixmap(_SIGN_LEFT, (self.height() - icons.SMALL) // 2, picture)

    def _changed(self, text: str) -> None:
        if self._shows:
            return
        if self.isReadOnly():
            self.show_text(self._stands)
            return
        self._stands = text
        if not self.hasFocus():
            self._rest.start()
        self.entered.emit(text)

    def _finish(self) -> None:
        self._rest.stop()
        self.finished.emit()


class EntryText(QPlainTextEdit):
    """Several lines; `entered` tells every change that is not the program's own. Tab leaves it: a field, no editor."""

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shows = False
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._changed)

    def show_text(self, text: str) -> None:
        """Shows a text without telling anybody; the cursor stays where it was if the text is the same."""
        if text != self.toPlainText():
            self._shows = True
            self.setPlainText(text)
            self._shows = False

    def _changed(self) -> None:
        if not self._shows:
            self.entered.emit(self.toPlainText())


class EntryChoice(QComboBox):
    """One of several values. `entered` tells the value that a person or a tool chose, not what the program shows."""

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shows = False
        self.currentIndexChanged.connect(self._changed)

    def show_choices(self, choices: Mapping[str, str], chosen: str) -> None:
        """Shows these values with their words, one of them chosen, without telling anybody. Left alone while somebody
        looks through the open list.
        """
        if self.view().isVisible():
            return
        self._shows = True
        if [(self.itemData(place), self.itemText(place)) for place in range(self.count())] != list(choices.items()):
            self.clear()
            for value, text in choices.items():
                self.addItem(text, value)
        self.setCurrentIndex(self.findData(chosen))
        self._shows = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the page; a value is changed by it only where somebody is at work on it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _changed(self, place: int) -> None:
        if not self._shows and place >= 0:
            self.entered.emit(str(self.itemData(place)))
