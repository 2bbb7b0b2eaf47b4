"""A card that closes to one line: what it is about, what it came to, and how to remove it."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import TextButton
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text


class FoldCard(Card):
    """`body` takes what the open card shows. The header opens and closes it (`toggled`), `removed` asks to go."""

    toggled = Signal(bool)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, parent=parent)
        self._mark = StateMark("waiting")
        self.header = _Header()
        self._summary = Text(step="caption", shade="text_2", wrap=False)
        self.remove = TextButton(plain=True)
        row = QHBoxLayout()
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addWidget(self.header, 1)
        row.addWidget(self._summary)
        row.addWidget(self.remove)
        self._inner = QWidget()
        self.body = QVBoxLayout(self._inner)
        self.body.setContentsMargins(16, 0, 16, 16)
        self.body.setSpacing(16)
        self.rows.setSpacing(0)
        self.rows.addLayout(row)
        self.rows.addWidget(self._inner)
        self.header.toggled.connect(self._open)
        self.remove.clicked.connect(self.removed)
        self.header.setChecked(True)

    def set_texts(self, title: str, summary: str, remove: str, state: State) -> None:
        """What the line says; without words there is nothing to remove it with."""
        self.header.setText(title)
        self.header.setAccessibleName(title)
        self.header.setAccessibleDescription(summary)
        self._summary.say(summary)
        self.remove.setText(remove)
        self.remove.setVisible(bool(remove))
        if self._mark.state != state:
            self._mark.set_state(state)

    @property
    def is_open(self) -> bool:
        """Whether the body is shown."""
        return self.header.isChecked()

    def set_open(self, open_: bool) -> None:
        """Opens or closes the card."""
        self.header.setChecked(open_)

    def _open(self, open_: bool) -> None:
        self._inner.setVisible(open_)
        self.toggled.emit(open_)


class _Header(QToolButton):
    """The line's title with a chevron: a button, so the keyboard reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, max(32, self.fontMetrics().height() + 12))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        if self.hasFocus():
            option = QStyleOptionToolButton()
            self.initStyleOption(option)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)
        shades = tone.current()
        name = "chevron-down" if self.isChecked() else "chevron-right"
        arrow = icons.pixmap(name, shades.text_2, icons.SMALL, self.devicePixelRatioF())
        painter.drawPixmap(4, (self.height() - icons.SMALL) // 2, arrow)
        painter.setFont(font("section"))
        painter.setPen(shades.text)
        room = QRect(28, 0, self.width() - 32, self.height())
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
