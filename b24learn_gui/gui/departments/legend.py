"""What the three kinds of boxes mean, in words below the tree."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from b24learn_gui.gui.departments.delegate import CHECKED
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.department_row import standing_words
from b24learn_gui.gui.models.marks import Standing
from b24learn_gui.gui.style import check_box
from b24learn_gui.text.words import Words

_SIDE = 16


class _Box(QWidget):
    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self._standing = standing
        self.setFixedSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        check_box(QPainter(self), QRectF(self.rect()), CHECKED[self._standing])


class Legend(FlowRow):
    """The same boxes as in the tree, each with its meaning."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(spacing=24, parent=parent)
        self._meanings = {standing: Text(step="caption", shade="text_2", wrap=False) for standing in Standing}
        for standing, meaning in self._meanings.items():
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(10)
            row.addWidget(_Box(standing))
            row.addWidget(meaning)
            self.add(pair)
        self.retranslate(words)

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        for standing, meaning in self._meanings.items():
            meaning.setText(standing_words(standing, words))
