"""The picture of the first page: from Bitrix24 to Learn, one way."""

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text

_ICON = 40
_ARROW_WIDTH, _ARROW_HEIGHT, _HEAD = 96, 20, 9.0


class WayPicture(QWidget):
    """Two places with what they hold, and one arrow between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._from, self._to = _Place("portal"), _Place("learn")
        self._way = Text(step="caption", shade="text_2", wrap=False)
        self._way.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle = QVBoxLayout()
        middle.setSpacing(2)
        middle.addStretch(1)
        middle.addWidget(self._way)
        middle.addWidget(_Arrow())
        middle.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._from, 1)
        row.addLayout(middle)
        row.addWidget(self._to, 1)

    def set_texts(self, source: str, source_holds: str, target: str, target_holds: str, way: str) -> None:
        """What the picture says; read aloud as one sentence."""
        self._from.set_texts(source, source_holds)
        self._to.set_texts(target, target_holds)
        self._way.setText(way)
        self.setAccessibleName(f"{source} → {target}, {way}")


class _Place(Card):
    def __init__(self, icon: str) -> None:
        super().__init__("window", edge=False, padding=20)
        self._name, self._holds = Text(step="title"), Text(shade="text_2")
        centre = Qt.AlignmentFlag.AlignHCenter
        for text in (self._name, self._holds):
            text.setAlignment(centre | Qt.AlignmentFlag.AlignTop)
        self.rows.addWidget(IconMark(icon, "accent", _ICON), 0, centre)
        self.rows.addWidget(self._name)
        self.rows.addWidget(self._holds)

    def set_texts(self, name: str, holds: str) -> None:
        self._name.setText(name)
        self._holds.setText(holds)


class _Arrow(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_ARROW_WIDTH, _ARROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tone.current().accent, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        end, half = self.width() - 3.0, self.height() / 2
        painter.drawLine(QLineF(3, half, end, half))
        painter.drawPolyline(
            QPolygonF(
                [QPointF(end - _HEAD, half - _HEAD + 1), QPointF(end, half), QPointF(end - _HEAD, half + _HEAD - 1)]
            )
        )
