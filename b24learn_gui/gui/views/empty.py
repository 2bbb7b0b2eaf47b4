"""What stands in place of a tree or table that has nothing to show: one sentence, and a way on."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.kit.buttons import SecondaryButton
from b24learn_gui.gui.kit.text import Text


class Empty(QWidget):
    """An icon, a sentence and, where there is something to do about it, a button."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Text(shade="text_2")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.button = SecondaryButton()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 16, 24, 16)
        rows.setSpacing(12)
        rows.addStretch(1)
        rows.addWidget(_Sign(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self.sentence)
        rows.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(1)

    def say(self, sentence: str, *, button: bool = False) -> None:
        """The sentence, with or without the button."""
        self.sentence.setText(sentence)
        self.button.setVisible(button)


class _Sign(QWidget):
    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(icons.HEADER, icons.HEADER)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colour = tone.current().text_2
        QPainter(self).drawPixmap(0, 0, icons.pixmap(self._icon, colour, icons.HEADER, self.devicePixelRatioF()))
