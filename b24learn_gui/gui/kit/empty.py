"""What stands where nothing is yet: one sentence what will be here, and one button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from b24learn_gui.gui import icons
from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.buttons import Action
from b24learn_gui.gui.kit.ladder import ActionRow
from b24learn_gui.gui.kit.text import Text

_WIDEST = 420


class EmptyState(QWidget):
    """An icon, a sentence and at most one button, in the middle of the room it is given."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Text(shade="text_2")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = ActionRow()
        centre = Qt.AlignmentFlag.AlignHCenter
        rows = QVBoxLayout(self)
        rows.setSpacing(12)
        rows.addStretch(1)
        rows.addWidget(IconMark(icon, size=icons.HEADER), 0, centre)
        rows.addWidget(self._text, 0, centre)
        rows.addWidget(self._buttons, 0, centre)
        rows.addStretch(1)

    def show_text(self, text: str, action: Action | None = None) -> None:
        """Says this, with the button if there is something to do."""
        self._text.setText(text)
        width = min(_WIDEST, self._text.fontMetrics().horizontalAdvance(text) + 4)
        self._text.setFixedWidth(width)
        self._text.setMinimumHeight(self._text.heightForWidth(width))
        self._buttons.show_actions((action,) if action else ())
