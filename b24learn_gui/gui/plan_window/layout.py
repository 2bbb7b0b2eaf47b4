"""What the window of a plan consists of, in its places; what it does is in `window`."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui import icons
from b24learn_gui.gui.kit.buttons import PrimaryButton, SecondaryButton, TextButton
from b24learn_gui.gui.kit.notice import Notice
from b24learn_gui.gui.kit.own_window import OwnWindow
from b24learn_gui.gui.kit.page import PageFrame
from b24learn_gui.gui.kit.surface import Ground, Line
from b24learn_gui.gui.plan_window.differences import DifferencesPanel
from b24learn_gui.gui.plan_window.row_deeds import RowDeeds
from b24learn_gui.gui.plan_window.work_box import WorkBox
from b24learn_gui.gui.preview.limit_panel import LimitPanel
from b24learn_gui.gui.preview.view import Export, PreviewView
from b24learn_gui.text.words import Words

_USUAL, _LEAST = QSize(1100, 760), QSize(720, 540)
_MARGIN = 24


class PlanLayout(OwnWindow):
    """The controls in their places. `export` writes the plan to a file, on a worker thread."""

    def __init__(self, words: Words, export: Export, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = PageFrame(fills=True, margin=_MARGIN)
        self.work, self.notice, self.attention, self.exported = WorkBox(), Notice(), Notice(), Notice()
        self.limits, self.differences = LimitPanel(), DifferencesPanel(words)
        self.plan = PreviewView(words, export)
        self.again, self.undo, self.release = TextButton(icon="retry"), TextButton(icon="undo"), TextButton(icon="play")
        self.deeds = RowDeeds(self.plan)
        self.leave, self.apply_all = SecondaryButton(), PrimaryButton()
        self.room = QWidget()  # where there is no plan, what stands above it keeps its height
        self.foot = Ground("window")
        self._lay_out()

    def _lay_out(self) -> None:
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(_LEAST)
        self.resize(_USUAL.boundedTo(self.screen().availableGeometry().size()))
        self.page.beside.addWidget(self.undo)
        self.page.beside.addWidget(self.release)
        self.page.beside.addWidget(self.again)
        self.page.content.setSpacing(12)
        for each in (self.work, self.notice, self.differences, self.attention, self.limits, self.exported):
            self.page.content.addWidget(each)
        self.page.content.addWidget(self.plan, 1)
        self.page.content.addWidget(self.room, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(_MARGIN, 12, _MARGIN, 12)
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.apply_all)
        below = QVBoxLayout(self.foot)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(Line())
        below.addLayout(buttons)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.page, 1)
        rows.addWidget(self.foot)
