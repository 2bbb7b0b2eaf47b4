"""A sum that closes: a bar of shares, and below it the same as an equation one can copy."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.tone import Tone

_BAR, _LEAST_PART, _GAP = 8, 6, 1


@dataclass(frozen=True)
class Part:
    """One part of the sum: how many, as written, of what, and its colour by meaning."""

    count: int
    written: str
    noun: str
    meaning: str = "plain"
    """plain (left as it is) · changed · unchanged · protected · conflict · skipped · failed."""


class LedgerRow(QWidget):
    """`total = part + part + …`; parts of less than a hundredth still get six pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._total = ""
        self._parts: tuple[Part, ...] = ()
        self._bar = ShareBar(_BAR)
        self._sum = QLabel()
        self._sum.setTextFormat(Qt.TextFormat.RichText)
        self._sum.setWordWrap(True)
        self._sum.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self._bar)
        rows.addWidget(self._sum)

    def show_sum(self, total: str, parts: Sequence[Part]) -> None:
        """Shows the total as written and its parts; empty parts are left out of the bar, not of the sum."""
        self._total, self._parts = total, tuple(parts)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._write()

    def _write(self) -> None:
        shades = tone.current()
        colours = [part_colour(part.meaning, shades) for part in self._parts]
        self._bar.show_shares([(part.count, colour) for part, colour in zip(self._parts, colours, strict=True)])
        self._sum.setFont(font("caption"))
        terms = (
            f'<span style="color:{colour.name()}">■</span>&nbsp;<b>{part.written}</b>&nbsp;{part.noun}'
            for part, colour in zip(self._parts, colours, strict=True)
        )
        self._sum.setText(f"<b>{self._total}</b>&nbsp;= {' + '.join(terms)}")
        plain = " + ".join(f"{part.written} {part.noun}" for part in self._parts)
        self._sum.setAccessibleName(f"{self._total} = {plain}")


class ShareBar(QWidget):
    """A bar of shares in their colours."""

    def __init__(self, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = height
        self._shares: list[tuple[int, QColor]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_shares(self, shares: Sequence[tuple[int, QColor]]) -> None:
        """Shows these shares, left to right; nothing of nothing leaves the bare track."""
        self._shares = [(count, colour) for count, colour in shares if count > 0]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(whole, 3, 3)
        painter.setClipPath(path)
        painter.fillRect(whole, tone.current().sunken)
        left = whole.left()
        for (_count, colour), width in zip(self._shares, self._widths(whole.width()), strict=True):
            painter.fillRect(QRectF(left, whole.top(), width, whole.height()), colour)
            left += width + _GAP

    def _widths(self, room: float) -> list[float]:
        """Widths that fill the room: small parts get their least width, the large ones share the rest."""
        total = sum(count for count, _colour in self._shares)
        room -= _GAP * max(0, len(self._shares) - 1)
        small = {place for place, (count, _) in enumerate(self._shares) if count * room < _LEAST_PART * total}
        rest = sum(count for place, (count, _) in enumerate(self._shares) if place not in small)
        free = max(0.0, room - _LEAST_PART * len(small))
        return [
            float(_LEAST_PART) if place in small else free * count / rest
            for place, (count, _colour) in enumerate(self._shares)
        ]


def part_colour(meaning: str, shades: Tone) -> QColor:
    """Changed is the accent, unchanged a lighter one; amber left somebody out, red failed."""
    match meaning:
        case "changed":
            return shades.accent
        case "unchanged":
            return tone.mix(shades.card, shades.accent, 0.4)
        case "protected":
            return shades.text_2
        case "conflict":
            return shades.warn_mark
        case "skipped":
            return tone.mix(shades.card, shades.warn_mark, 0.6)
        case "failed":
            return shades.danger
        case _:
            return tone.mix(shades.card, shades.text_2, 0.35)
