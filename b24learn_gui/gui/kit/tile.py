"""Tiles: a number with its name, and a filter at the same time; one of a group is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.kit.surface import CARD_RADIUS, paint_card

_PADDING, _LEAST_WIDTH = 12, 116


@dataclass(frozen=True)
class TileView:
    """A tile's key, icon, name and number as written; `zero` is quieter, never hidden; `attention` colours the icon."""

    key: str
    icon: str
    name: str
    number: str
    zero: bool = False
    attention: bool = False


class Tile(QAbstractButton):
    """One tile. Its accessible name is name and number."""

    def __init__(self, view: TileView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_view(view)

    def show_view(self, view: TileView) -> None:
        """Shows another number or name."""
        self._view = view
        self.setText(f"{view.name}: {view.number}")
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows are the group's: the toolkit would choose as it moves."""
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}:
            event.ignore()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        caption, number = QFontMetrics(font("caption")), QFontMetrics(font("number"))
        width = max(
            icons.SMALL + 8 + caption.horizontalAdvance(self._view.name), number.horizontalAdvance(self._view.number)
        )
        height = 8 + max(caption.height(), icons.SMALL) + 2 + number.height() + 8
        return QSize(max(_LEAST_WIDTH, width + 2 * _PADDING + 2), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        shades, view = tone.current(), self._view
        painter = QPainter(self)
        whole = QRectF(self.rect())
        chosen = self.isChecked()
        paint_card(painter, whole, "selection" if chosen else "card", edge=not chosen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            self._paint_edge(painter, whole.adjusted(1, 1, -1, -1), shades.accent)
        if self.hasFocus():
            self._paint_edge(painter, whole.adjusted(4, 4, -4, -4), shades.accent, radius=CARD_RADIUS - 3)
        caption = font("caption")
        line = max(QFontMetrics(caption).height(), icons.SMALL)
        colour = shades.accent if chosen else shades.warn_mark if view.attention else shades.text_2
        picture = icons.pixmap(view.icon, colour, icons.SMALL, self.devicePixelRatioF())
        painter.drawPixmap(_PADDING, 8 + (line - icons.SMALL) // 2, picture)
        painter.setFont(caption)
        painter.setPen(shades.text if chosen else shades.text_2)
        middle = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        left = _PADDING + icons.SMALL + 8
        painter.drawText(QRectF(left, 8, whole.width() - left - 4, line), middle, view.name)
        large = figures(font("number", QFont.Weight.Normal if view.zero else None))
        painter.setFont(large)
        painter.setPen(shades.text_2 if view.zero else shades.text)
        top = 8 + line + 2
        painter.drawText(QRectF(_PADDING, top, whole.width(), QFontMetrics(large).height()), middle, view.number)

    def _paint_edge(self, painter: QPainter, rect: QRectF, colour: QColor, radius: float = CARD_RADIUS) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2))
        painter.drawRoundedRect(rect, radius, radius)


class TileGroup(QWidget):
    """Tiles in equal columns, in as few lines as fit and none nearly empty.

    Arrows move, Space or a click chooses; `chosen` tells the key.
    """

    chosen = Signal(str)

    def __init__(self, columns: int = 5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most, self._columns = columns, columns
        self._tiles: dict[str, Tile] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._group.buttonClicked.connect(self._tell)

    def show_tiles(self, views: Sequence[TileView]) -> None:
        """Shows these tiles; one whose key stays keeps the keyboard and stays chosen."""
        if [view.key for view in views] != list(self._tiles):
            self._rebuild(views)
        for view in views:
            self._tiles[view.key].show_view(view)

    def choose(self, key: str) -> None:
        """Chooses a tile without telling anybody."""
        self._tiles[key].setChecked(True)

    @property
    def choice(self) -> str:
        """The key of the chosen tile, empty for none."""
        return next((key for key, tile in self._tiles.items() if tile.isChecked()), "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns}
        tiles = list(self._tiles.values())
        here = next((place for place, tile in enumerate(tiles) if tile.hasFocus()), -1)
        to = here + step.get(Qt.Key(event.key()), 0)
        if here >= 0 and to != here and 0 <= to < len(tiles):
            tiles[to].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().keyPressEvent(event)

    def _rebuild(self, views: Sequence[TileView]) -> None:
        before = self.choice
        for tile in self._tiles.values():
            self._group.removeButton(tile)
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = {view.key: Tile(view, self) for view in views}
        lines = max(1, ceil(len(views) / self._most))
        self._columns = max(1, ceil(len(views) / lines))
        for place, tile in enumerate(self._tiles.values()):
            self._grid.addWidget(tile, place // self._columns, place % self._columns)
            self._group.addButton(tile)
        for column in range(self._most):
            self._grid.setColumnStretch(column, int(column < self._columns))
        if before in self._tiles:
            self._tiles[before].setChecked(True)

    def _tell(self) -> None:
        self.chosen.emit(self.choice)
