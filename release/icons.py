"""The program's sign in the forms other programs want: PNG for desktops, ICO for Windows, ICNS for macOS.

All are drawn from `b24learn_gui/gui/icons/app.svg` by Qt without a display. The same Qt draws the same bytes.
"""

import struct
from pathlib import Path
from typing import cast

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).parents[1] / "b24learn_gui" / "gui" / "icons" / "app.svg"
NAME = "b24learn-gui"

PNG_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICO_SIZES = (16, 24, 32, 48, 64, 256)
"""Pixels. What Windows takes for lists, the taskbar and the desktop from 100 to 200 %, and its largest view."""
_ICNS = {b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512}
_ICNS_TWICE = {b"ic11": 32, b"ic12": 64, b"ic13": 256, b"ic14": 512}
"""Type → pixels; the second for half as many points on a dense screen."""
_AS_PNG = 256
"""Windows wants the largest size as PNG and understands the others everywhere as plain pixels."""


def render(directory: Path) -> list[Path]:
    """Write `b24learn-gui-<size>.png`, `….ico` and `….icns` into this folder; gives what was written."""
    directory.mkdir(parents=True, exist_ok=True)
    made = {f"{NAME}-{size}.png": png(size) for size in PNG_SIZES}
    made |= {f"{NAME}.ico": ico(), f"{NAME}.icns": icns()}
    for name, data in made.items():
        (directory / name).write_bytes(data)
    return [directory / name for name in made]


def png(size: int) -> bytes:
    """The sign, so many pixels square."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not _drawn(size).save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError(f"no PNG of {size} pixels")
    return bytes(data.data())


def ico() -> bytes:
    """All sizes in one file: a directory of entries, then their pictures."""
    pictures = [png(size) if size == _AS_PNG else _pixels(size) for size in ICO_SIZES]
    at = 6 + 16 * len(pictures)
    entries = []
    for size, picture in zip(ICO_SIZES, pictures, strict=True):
        entries.append(struct.pack("<4B2H2I", size % 256, size % 256, 0, 0, 1, 32, len(picture), at))
        at += len(picture)
    return struct.pack("<3H", 0, 1, len(pictures)) + b"".join(entries) + b"".join(pictures)


def icns() -> bytes:
    """All sizes in one file: type, length and picture one after the other."""
    parts = []
    for kind, size in {**_ICNS, **_ICNS_TWICE}.items():
        picture = png(size)
        parts.append(kind + struct.pack(">I", 8 + len(picture)) + picture)
    whole = b"".join(parts)
    return b"icns" + struct.pack(">I", 8 + len(whole)) + whole


def _drawn(size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(DRAWING)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def _pixels(size: int) -> bytes:
    """A bitmap without its file's header: blue, green, red, opacity from the lowest row up, then an empty mask."""
    image = _drawn(size)
    rows = [bytes(cast("memoryview", image.constScanLine(row))) for row in reversed(range(size))]
    mask = bytes((size + 31) // 32 * 4 * size)
    header = struct.pack("<3I2H6I", 40, size, 2 * size, 1, 32, 0, size * size * 4 + len(mask), 0, 0, 0, 0)
    return header + b"".join(rows) + mask
