"""The program's own icons in any colour and size. The drawings lie beside this file and are found from a wheel too."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

SMALL, STATE, HEADER = 16, 20, 24
"""Logical pixels: in text and menus · on rungs and states · in headers."""

_RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)
"""Device pixel ratios a button's icon is drawn for; between them the toolkit scales down from the next one."""


def pixmap(name: str, colour: QColor, size: int = STATE, ratio: float = 1.0) -> QPixmap:
    """The icon `size` logical pixels square, drawn for this device pixel ratio. Kept by name, colour, size and ratio.

    Raises FileNotFoundError for a name without a drawing.
    """
    key = f"b24learn:{name}:{colour.name()}:{size}:{ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    drawn = _drawn(name, colour, size, ratio)
    QPixmapCache.insert(key, drawn)
    return drawn


def icon(name: str, colour: QColor, disabled: QColor | None = None, size: int = SMALL) -> QIcon:
    """The icon for buttons and menus, `disabled` being its colour where it cannot be used."""
    made = QIcon()
    for ratio in _RATIOS:
        made.addPixmap(pixmap(name, colour, size, ratio))
        if disabled is not None:
            made.addPixmap(pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return made


def app_icon() -> QIcon:
    """The program's own sign, which keeps its two blues."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_drawn("app", QColor(Qt.GlobalColor.black), size, 1.0))
    return made


@cache
def _source(name: str) -> str:
    return files(__name__).joinpath(f"{name}.svg").read_text("utf-8")


def _drawn(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    side = round(size * ratio)
    canvas = QPixmap(side, side)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    svg = QByteArray(_source(name).replace("currentColor", colour.name()).encode())
    QSvgRenderer(svg).render(painter, QRectF(0, 0, side, side))
    painter.end()
    canvas.setDevicePixelRatio(ratio)
    return canvas
