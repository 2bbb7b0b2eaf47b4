"""The switch between the program's languages, each called by its own name."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionToolButton, QToolButton, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.text.language import Language

NAMES: dict[Language, str] = {"ru": "Русский", "en": "English"}


class LanguageSwitch(QToolButton):
    """Shows the language in use; the menu offers the others (`chosen`)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu, group = QMenu(self), QActionGroup(self)
        self._actions: dict[Language, QAction] = {}
        for language, name in NAMES.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, language=language: self.chosen.emit(language))
            self._actions[language] = action
        self.setMenu(menu)

    def show_language(self, language: Language) -> None:
        """Shows which language is in use."""
        self._actions[language].setChecked(True)
        self.setText(NAMES[language])
        self.setAccessibleName(NAMES[language])
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + icons.SMALL + 28, max(32, metrics.height() + 14))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        held = option.state & (QStyle.StateFlag.State_Sunken | QStyle.StateFlag.State_MouseOver)
        if held:
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelButtonTool, option, painter, self)
        if self.hasFocus():
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)
        shades = tone.current()
        painter.setPen(shades.text)
        width = self.fontMetrics().horizontalAdvance(self.text())
        painter.drawText(QRect(8, 0, width + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        arrow = icons.pixmap("chevron-down", shades.text_2, icons.SMALL, self.devicePixelRatioF())
        painter.drawPixmap(8 + width + 8, (self.height() - icons.SMALL) // 2, arrow)
