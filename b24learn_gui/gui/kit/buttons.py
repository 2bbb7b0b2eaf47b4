"""The three kinds of buttons and the link. One button of a window is filled with the accent: see `settle_default`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionFocusRect,
    QWidget,
)

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.fonts import Step, font
from b24learn_gui.gui.style import fills_default, is_filled

Kind = Literal["primary", "secondary", "text"]


@dataclass(frozen=True)
class Action:
    """What a button says and does. Two actions are equal if they look the same: what they do may be made anew."""

    text: str
    do: Callable[[], object] = field(compare=False)
    icon: str = ""
    kind: Kind = "secondary"
    enabled: bool = True


class Button(QPushButton):
    """A button that takes its icon by name, in the colour of its words, and answers Enter while it has the keyboard."""

    def __init__(self, text: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self.setAutoDefault(False)
        self.setIconSize(QSize(icons.SMALL, icons.SMALL))

    def set_icon_name(self, name: str) -> None:
        """Shows another icon, or none for an empty name."""
        self._icon_name = name
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return hint + QSize(icons.SMALL + 8, 0) if self._icon_name else hint

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        words = self._words(option)
        palette = QPalette(option.palette)
        if not is_filled(option):
            palette.setColor(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText, words)
            palette.setColor(QPalette.ColorGroup.Inactive, QPalette.ColorRole.ButtonText, words)
            option.palette = palette
        if self._icon_name:
            unusable = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
            option.icon = icons.icon(self._icon_name, words, unusable)
            if option.text and not option.text.startswith(" "):
                option.text = f" {option.text}"

    def _words(self, option: QStyleOptionButton) -> QColor:
        """The colour of words and icon of a button that can be used."""
        if is_filled(option) and fills_default(self.style()):
            return tone.current().on_accent
        return option.palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)


class PrimaryButton(Button):
    """The next thing to do. Filled only while it is its window's first usable one."""

    def __init__(self, text: str = "", icon: str = "", parent: QWidget | None = None, *, rank: int = 0) -> None:
        """Of several on one page the one with the highest `rank` is filled; the wizard's Next has 10."""
        super().__init__(text, icon, parent)
        self.rank = rank

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in {QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.EnabledChange}:
            settle_default(self.window())
        return done


class SecondaryButton(Button):
    """Something else that can be done here."""


class TextButton(Button):
    """A button without a panel, for what leads away or is done seldom; in the accent unless `plain`."""

    def __init__(self, text: str = "", icon: str = "", parent: QWidget | None = None, *, plain: bool = False) -> None:
        super().__init__(text, icon, parent)
        self._plain = plain
        self.setFlat(True)

    def _words(self, option: QStyleOptionButton) -> QColor:
        return super()._words(option) if self._plain else tone.current().accent


class Link(QAbstractButton):
    """Underlined words that open something: reached with Tab, followed with Space or Enter."""

    def __init__(self, text: str = "", step: Step = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: Step = step
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        self.setFont(font(self._step))
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 4, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        shades = tone.current()
        painter = QPainter(self)
        made = font(self._step)
        made.setUnderline(True)
        painter.setFont(made)
        painter.setPen(shades.accent if self.isEnabled() else shades.text_2)
        painter.drawText(self.rect().adjusted(2, 0, -2, 0), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.hasFocus():
            ring = QStyleOptionFocusRect()
            ring.initFrom(self)
            ring.rect = QRect(self.rect())
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, ring, painter, self)


def button(action: Action, parent: QWidget | None = None) -> Button:
    """The button of this action, not yet connected: rows that show actions hand over what to do themselves."""
    made: Button
    if action.kind == "primary":
        made = PrimaryButton(action.text, action.icon, parent)
    elif action.kind == "text":
        made = TextButton(action.text, action.icon, parent)
    else:
        made = SecondaryButton(action.text, action.icon, parent)
    made.setEnabled(action.enabled)
    return made


def settle_default(window: QWidget) -> None:
    """Fills one button of the window: the visible, usable primary one of the highest rank, else none."""
    rivals = window.findChildren(PrimaryButton)
    usable = [each for each in rivals if each.isVisible() and each.isEnabled()]
    chosen = max(usable, key=lambda each: each.rank, default=None)
    for each in rivals:
        if each.isDefault() != (each is chosen):
            each.setDefault(each is chosen)
