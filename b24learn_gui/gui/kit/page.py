"""The frame of a page: its question, one sentence, what scrolls, and what stays below it."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.surface import Ground
from b24learn_gui.gui.kit.text import Text

MARGIN = 32
"""Logical pixels around a page of the wizard."""


class PageFrame(Ground):
    """A title (`beside` it what concerns the whole page), a lead, `content` and `foot`.

    The content scrolls as a whole unless `scrolls` is off; the foot never does.
    """

    def __init__(
        self, *, scrolls: bool = True, fills: bool = False, margin: int = MARGIN, parent: QWidget | None = None
    ) -> None:
        """`fills`: the content takes all the height there is, and scrolls only where that is less than it needs."""
        super().__init__("card", parent)
        self.title = Text(step="title")
        self.lead = Text(shade="text_2")
        self.content = QVBoxLayout()
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(20)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(margin, 0, margin, 0)
        self.foot.setSpacing(8)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = QVBoxLayout()
        head.setSpacing(4)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(12)
        self.beside.addWidget(self.title, 1)
        head.addLayout(self.beside)
        head.addWidget(self.lead)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(margin, 24, margin, 16)
        self._column.setSpacing(20)
        self._column.addLayout(head)
        self._column.addLayout(self.content, stretch=0 if scrolls and not fills else 1)
        self._area: QScrollArea | None = None
        if scrolls:
            if not fills:
                self._column.addStretch(1)
            self._area = _scrolling(self._column)
            outer.addWidget(self._area, 1)
        else:
            outer.addLayout(self._column, 1)
        outer.addLayout(self.foot)

    def set_texts(self, title: str, lead: str = "") -> None:
        """The page's question and the sentence below it."""
        self.title.setText(title)
        self.lead.say(lead)
        self.setAccessibleName(title)

    def show_all_of(self, widget: QWidget) -> None:
        """Scrolls so that the widget can be seen, its upper edge before its lower one."""
        inner = self._area.widget() if self._area is not None else None
        if self._area is None or inner is None:
            return
        place = QRect(widget.mapTo(inner, widget.rect().topLeft()), widget.size())
        self._area.ensureVisible(place.left(), place.bottom(), 0, 16)
        self._area.ensureVisible(place.left(), place.top(), 0, 16)


class _Body(Ground):
    """What scrolls: as high as its wrapped words need at the width it is given, not at the width they would like."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def _scrolling(column: QVBoxLayout) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    body = _Body("card")
    body.setLayout(column)
    area.setWidget(body)
    return area
