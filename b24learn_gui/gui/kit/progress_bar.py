"""The program's own progress bar: the toolkit's looks different on every desktop, and thick on most."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPainterPath, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.kit.busy import less_motion

HEIGHT = 6
"""Logical pixels."""

_TICK_MS, _STEP = 40, 0.02
_PIECE = 0.28
"""The share of the track that moves along it while the total is unknown."""


class ProgressBar(QProgressBar):
    """Six pixels of track, the accent over what is done. It says its value to assistive programs as any bar does.

    `setRange(0, 0)` is the toolkit's own word for an unknown total: a piece then moves along the track, or stands still
    where the system asks for less motion.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._place = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._move)
        self.setRange(0, 0)

    @property
    def busy(self) -> bool:
        """Whether the total is unknown."""
        return self.minimum() == self.maximum()

    def show_share(self, done: int, total: int) -> None:
        """So much of so much; a total of 0 is not known yet."""
        if (self.value(), self.maximum()) != (done, total):
            self.setRange(0, total)
            self.setValue(done)
        self._run()

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, HEIGHT)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        shades = tone.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        track = QPainterPath()
        track.addRoundedRect(whole, HEIGHT / 2, HEIGHT / 2)
        painter.fillPath(track, tone.mix(shades.window, shades.text_2, 0.2))
        painter.setClipPath(track)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades.accent)
        painter.drawRoundedRect(self._filled(whole), HEIGHT / 2, HEIGHT / 2)

    def _filled(self, whole: QRectF) -> QRectF:
        if not self.busy:
            share = min(1.0, max(0.0, (self.value() - self.minimum()) / (self.maximum() - self.minimum())))
            return QRectF(whole.left(), whole.top(), whole.width() * share, whole.height())
        piece = whole.width() * _PIECE
        away = self._place if self._place <= 1 else 2 - self._place
        return QRectF(whole.left() + (whole.width() - piece) * away, whole.top(), piece, whole.height())

    def _run(self) -> None:
        moves = self.busy and self.isVisible() and not less_motion(self)
        if moves and not self._timer.isActive():
            self._timer.start()
        elif not moves:
            self._timer.stop()

    def _move(self) -> None:
        self._place = (self._place + _STEP) % 2
        self.update()
