"""The mark of a state, and the turning arc of something that is being done."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QStyle, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.tone import Tone

State = Literal["ok", "warning", "failed", "busy", "waiting", "skipped", "info"]

_ICONS: dict[State, str] = {
    "ok": "state-ok",
    "warning": "state-warning",
    "failed": "state-error",
    "busy": "state-busy",
    "waiting": "state-waiting",
    "skipped": "state-skipped",
    "info": "state-info",
}
_TURN_MS, _STEP_DEGREES = 80, 30


def state_colour(state: State, shades: Tone) -> QColor:
    """Which colour a state's mark has; colour is never alone, every state has its own shape too."""
    match state:
        case "ok":
            return shades.ok
        case "warning" | "skipped":
            return shades.warn_mark
        case "failed":
            return shades.danger
        case "busy" | "info":
            return shades.accent
        case _:
            return shades.text_2


class StateMark(QWidget):
    """The icon of a state. Busy turns, unless the system asks for less motion."""

    def __init__(self, state: State = "waiting", size: int = icons.STATE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: State = state
        self._size = size
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TURN_MS)
        self._timer.timeout.connect(self._turn)
        self.setFixedSize(size, size)

    @property
    def state(self) -> State:
        """The state shown now."""
        return self._state

    def set_state(self, state: State) -> None:
        """Shows another state."""
        self._state, self._angle = state, 0
        self._run()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        picture = icons.pixmap(
            _ICONS[self._state], state_colour(self._state, tone.current()), self._size, self.devicePixelRatioF()
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        half = self._size / 2
        painter.translate(half, half)
        painter.rotate(self._angle)
        painter.drawPixmap(round(-half), round(-half), picture)

    def _run(self) -> None:
        if self._state == "busy" and self.isVisible() and not less_motion(self):
            self._timer.start()
        else:
            self._timer.stop()

    def _turn(self) -> None:
        self._angle = (self._angle + _STEP_DEGREES) % 360
        self.update()


class IconMark(QWidget):
    """Any of the program's icons as a picture beside words, in one of the tone's colours."""

    def __init__(
        self, name: str, shade: str = "text_2", size: int = icons.SMALL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._shade, self._size = name, shade, size
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colour = getattr(tone.current(), self._shade)
        QPainter(self).drawPixmap(0, 0, icons.pixmap(self._name, colour, self._size, self.devicePixelRatioF()))


def less_motion(widget: QWidget) -> bool:
    """Whether the platform's style asks for no animation."""
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) == 0
