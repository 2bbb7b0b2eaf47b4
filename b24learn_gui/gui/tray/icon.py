"""The tray's pictures: a cap, and one badge that tells the state by its outline; colour only helps (STYLE, Icons)."""

import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSettings, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from b24learn_gui.gui import tone
from b24learn_gui.gui.tone import Tone
from b24learn_gui.gui.tray.sentences import Sign

SIZES = (16, 20, 22, 24, 32, 40, 48, 64)
"""Pixels: what panels ask for from 100 to 200 %."""

_BADGE = re.compile(r'<g id="badge"')
_WINDOWS_THEME = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


def tray_icon(sign: Sign, *, dark_panel: bool, one_colour: bool = False) -> QIcon:
    """The picture of this state for a panel of that darkness. `one_colour`: the platform colours it itself."""
    shades = Tone.of(tone.reference_palette(dark=dark_panel))
    ink = shades.text
    badge = ink if one_colour else _badge_colour(sign, shades)
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_drawn(sign, ink, badge, size))
    made.setIsMask(one_colour)
    return made


def takes_one_colour(platform: str = sys.platform) -> bool:
    """Whether the platform's menu bar wants a mask that it colours itself."""
    return platform == "darwin"


def panel_is_dark(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether the panel is dark, as far as a program can know.

    Windows says it of its own task bar, GNOME's top bar always is, other panels follow the windows' colours.
    """
    if platform == "win32":
        chosen = QSettings(_WINDOWS_THEME, QSettings.Format.NativeFormat)
        return str(chosen.value("SystemUsesLightTheme", 0)) == "0"
    if "GNOME" in environment.get("XDG_CURRENT_DESKTOP", "").upper().split(":"):
        return True
    return tone.is_dark(QGuiApplication.palette())


def _badge_colour(sign: Sign, shades: Tone) -> QColor:
    if sign == "working":
        return shades.accent
    return shades.warn_mark if sign == "attention" else shades.text


@cache
def _source(sign: Sign) -> str:
    return files("b24learn_gui.gui.icons").joinpath(f"tray-{sign}.svg").read_text("utf-8")


def _drawn(sign: Sign, ink: QColor, badge: QColor, size: int) -> QPixmap:
    svg = _BADGE.sub(f'<g id="badge" fill="{badge.name()}"', _source(sign)).replace("currentColor", ink.name())
    canvas = QPixmap(size, size)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return canvas
