"""The six steps of type, all from the platform's own font: no family by name, no other sizes."""

from typing import Literal

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

Step = Literal["body", "caption", "section", "title", "number", "big"]

_SCALE: dict[Step, float] = {"body": 1.0, "caption": 0.92, "section": 1.0, "title": 1.5, "number": 1.5, "big": 2.1}
_STRONG: frozenset[Step] = frozenset({"section", "title", "number", "big"})
_LEAST_POINTS = 8.0


def font(step: Step = "body", weight: QFont.Weight | None = None) -> QFont:
    """The font of this step; `weight` replaces the step's own (a changed value in Medium, a zero in Normal)."""
    made = QFont(QApplication.font())
    if made.pointSizeF() > 0:
        points = made.pointSizeF() * _SCALE[step]
        made.setPointSizeF(max(points, min(_LEAST_POINTS, made.pointSizeF())))
    else:
        made.setPixelSize(round(made.pixelSize() * _SCALE[step]))
    made.setWeight(weight or (QFont.Weight.DemiBold if step in _STRONG else QFont.Weight.Normal))
    return made


def figures(made: QFont) -> QFont:
    """The font with figures of one width, for columns of numbers."""
    made = QFont(made)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
