"""What can be seen to be wrong without looking: words cut off, and words nobody translated."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from b24learn_gui.text.language import Language
from b24learn_gui.text.words import Words

OPEN, CLOSE = "⟦", "⟧"


class LongWords(Words):
    """Every sentence two fifths longer and in brackets: what is cut off or was never handed over to be translated."""

    def __init__(self, language: Language = "en") -> None:
        super().__init__(language)

    def __call__(self, message: str, /, **values: object) -> str:
        return longer(super().__call__(message, **values))

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        return longer(super().plural(one, many, n, **values))


def longer(text: str) -> str:
    """The text as a wordy language would say it; nothing stays nothing."""
    return f"{OPEN}{text}{' wordy'[: max(1, len(text) * 2 // 5)] * (1 + len(text) // 15)}{CLOSE}" if text else text


def clipped_text(root: QWidget) -> list[str]:
    """The visible words below `root` that are cut off, each with what it is."""
    return [f"{type(widget).__name__}: {_words(widget)}" for widget in _texts(root) if _is_cut(widget, root)]


def untranslated_text(root: QWidget) -> list[str]:
    """The visible words below `root`, built with `LongWords`, that never went through it. Figures are nobody's words."""
    return [
        _words(widget)
        for widget in _texts(root)
        if any(letter.isalpha() for letter in _words(widget)) and OPEN not in _words(widget)
    ]


def sideways(root: QWidget) -> list[str]:
    """Pages that would have to be scrolled sideways."""
    return [
        area.accessibleName() or type(area.parent()).__name__
        for area in root.findChildren(QScrollArea)
        if area.isVisible() and area.horizontalScrollBar().maximum() > 0
    ]


def _texts(root: QWidget) -> Iterator[QWidget]:
    for kind in (QLabel, QAbstractButton):
        for widget in root.findChildren(kind):
            if widget.isVisible() and _words(widget) and not isinstance(widget.parent(), QLineEdit):
                yield widget


def _words(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def _is_cut(widget: QWidget, root: QWidget) -> bool:
    if isinstance(widget, QLabel) and widget.textFormat() == Qt.TextFormat.RichText:
        cut = widget.heightForWidth(widget.width()) > widget.height() + 1
    elif isinstance(widget, QLabel) and widget.wordWrap():
        room = widget.contentsRect()
        flags = int(Qt.TextFlag.TextWordWrap)
        need = widget.fontMetrics().boundingRect(QRect(0, 0, room.width(), 100_000), flags, widget.text())
        cut = need.height() > room.height() + 1 or need.width() > room.width() + 1
    elif isinstance(widget, QLabel):
        cut = widget.fontMetrics().horizontalAdvance(widget.text()) > widget.contentsRect().width() + 1
    elif isinstance(widget, QPushButton | QCheckBox | QRadioButton):
        cut = widget.sizeHint().width() > widget.width() + 1 or widget.sizeHint().height() > widget.height() + 1
    else:
        cut = widget.minimumSizeHint().width() > widget.width() + 1
    return cut or _sticks_out(widget, root)


def _sticks_out(widget: QWidget, root: QWidget) -> bool:
    """Whether a parent cuts it off; what can be scrolled to is not cut off."""
    child, parent = widget, widget.parentWidget()
    while parent is not None and child is not root:
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            return False
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(child.geometry()):
            return True
        child, parent = parent, parent.parentWidget()
    return False
