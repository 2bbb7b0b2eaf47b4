"""A label in one of the type steps and one of the tones, which follow the platform when it changes them."""

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import Step, figures, font

Shade = Literal["text", "text_2", "accent", "ok", "warn", "danger"]
"""Which of a tone's colours words are written in."""

_WIDEST_WORD = 320


class Text(QLabel):
    """Plain words: never read as markup, wrapped where the line ends, selectable with the mouse where asked for."""

    def __init__(
        self,
        text: str = "",
        step: Step = "body",
        shade: Shade = "text",
        *,
        wrap: bool = True,
        selectable: bool = False,
        weight: QFont.Weight | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._step, self._shade, self._weight = step, shade, weight
        self._dressing = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._dress()

    def set_shade(self, shade: Shade) -> None:
        """Writes the same words in another of the tone's colours."""
        self._shade = shade
        self._dress()

    def set_step(self, step: Step, weight: QFont.Weight | None = None) -> None:
        """Writes the same words in another step of type."""
        self._step, self._weight = step, weight
        self._dress()

    def say(self, text: str) -> None:
        """Shows these words; without words the label takes no room."""
        self.setText(text)
        self.setVisible(bool(text))

    def minimumSizeHint(self) -> QSize:
        """Wrapped words need room for their longest word in one line; their height follows from the width given."""
        if not self.wordWrap():
            return super().minimumSizeHint()
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(word) for word in self.text().split()), default=0)
        edges = self.contentsMargins()
        return QSize(
            min(longest, _WIDEST_WORD) + edges.left() + edges.right() + 1,
            metrics.height() + edges.top() + edges.bottom(),
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._dress()

    def _dress(self) -> None:
        if self._dressing:
            return
        self._dressing = True
        try:
            made = font(self._step, self._weight)
            if self._step in {"number", "big"}:
                made = figures(made)
            if made != self.font():
                self.setFont(made)
            colour = getattr(tone.current(), self._shade)
            palette = self.palette()
            if palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText) != colour:
                for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
                    palette.setColor(group, QPalette.ColorRole.WindowText, colour)
                self.setPalette(palette)
        finally:
            self._dressing = False
