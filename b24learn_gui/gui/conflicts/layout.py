"""What the window of conflicts consists of and what it is called; what it does is in `window`."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from b24learn_gui.gui import icons
from b24learn_gui.gui.conflicts.comparison import Comparison
from b24learn_gui.gui.kit.busy import StateMark
from b24learn_gui.gui.kit.buttons import SecondaryButton, TextButton
from b24learn_gui.gui.kit.empty import EmptyState
from b24learn_gui.gui.kit.entry import EntryChoice
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.notice import Notice
from b24learn_gui.gui.kit.own_window import OwnWindow, list_side, stand_beside
from b24learn_gui.gui.kit.surface import Card, Ground
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.plan_window.work_box import WorkBox
from b24learn_gui.gui.views.grouped_list import GroupedList
from b24learn_gui.gui.views.search_field import SearchField
from b24learn_gui.text.words import Words

_USUAL, _LEAST = QSize(1100, 760), QSize(860, 560)
_LIST_WIDTH = 304
_BELOW_THE_WORDS = 32
"""Where the words of a notice begin, beside its mark."""


class ConflictsLayout(OwnWindow):
    """The controls in their places. All of them are made here, and live as long as the window."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.which, self.search, self.list = EntryChoice(), SearchField(), GroupedList("person")
        self.again, self.read_at = TextButton(icon="retry", plain=True), Text(step="caption", shade="text_2")
        self.title = Text(step="title", selectable=True)
        self.preview = SecondaryButton(icon="preview")
        self.work, self.notice = WorkBox(), Notice()
        self.retry = SecondaryButton(icon="retry")
        self.reason, self.comparison = Notice(), Comparison()
        self.link = SecondaryButton(icon="person-adopt")
        self.create_new = SecondaryButton(icon="person-create")
        self.leave, self.forget = SecondaryButton(icon="protected"), SecondaryButton(icon="undo")
        self.keeping, self.keeping_text = StateMark("busy", icons.SMALL), Text(step="caption", shade="text_2")
        self.why = Text(step="caption", shade="text_2", selectable=True)
        self.promise = Text(step="caption", shade="text_2")
        self.empty = EmptyState("conflict")
        self.stack, self.bar = QStackedWidget(), Card(padding=14)
        stand_beside(self, self._left(), self._right())
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(_LEAST)
        self.resize(_USUAL.boundedTo(self.screen().availableGeometry().size()))

    @property
    def deciding(self) -> tuple[SecondaryButton, ...]:
        """The buttons that decide, in the order they are read."""
        return self.link, self.create_new, self.leave, self.forget

    def dress(self, words: Words) -> None:
        """Say what everything is called that is the same for everybody."""
        self.words = words
        self.setWindowTitle(words("Conflicts — Bitrix24 → iSpring Learn"))
        named = {
            self.link: words("Link to this account"),
            self.create_new: words("Create a new account"),
            self.leave: words("Leave alone"),
            self.again: words("Read both sides again"),
            self.preview: words("Preview…"),
        }
        for button, text in named.items():
            button.setText(text)
            button.setAccessibleName(text)
        self.leave.setAccessibleDescription(words("Nothing is changed about this person until that is taken back."))
        self.which.setAccessibleName(words("Which people"))
        self.search.set_label(words("Name, e-mail or ID"), words("Empty the field"))
        self.list.setAccessibleName(words("People in question"))
        self.promise.setText(words("Nothing is written to Learn here: the next run acts on what you decide."))
        self.keeping_text.setText(words("The decision is being kept…"))
        self.work.retranslate(words)

    def _left(self) -> QWidget:
        top = QVBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.which)
        top.addWidget(self.search)
        foot = QVBoxLayout()
        foot.setContentsMargins(8, 4, 14, 0)
        foot.setSpacing(2)
        foot.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self.read_at.setContentsMargins(8, 0, 0, 0)
        foot.addWidget(self.read_at)
        return list_side(_LIST_WIDTH, top, self.list, foot)

    def _right(self) -> QVBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title, 1)
        head.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.setContentsMargins(_BELOW_THE_WORDS, 0, 0, 0)
        below.addWidget(self.retry)
        below.addStretch(1)
        self.notice.rows.addLayout(below)
        self.stack.addWidget(self._case_page())
        self.stack.addWidget(self.empty)
        column = QVBoxLayout()
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        for each in (self.work, self.notice):
            column.addWidget(each)
        column.addWidget(self.stack, 1)
        column.addWidget(self.bar)
        self._lay_out_bar()
        return column

    def _case_page(self) -> QWidget:
        body = Ground("window")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.reason)
        column.addWidget(self.comparison)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        return area

    def _lay_out_bar(self) -> None:
        buttons = FlowRow(spacing=8)
        for button in self.deciding:
            buttons.add(button)
        busy = QHBoxLayout()
        busy.setSpacing(8)
        busy.addWidget(self.keeping)
        busy.addWidget(self.keeping_text, 1)
        self.bar.rows.setSpacing(8)
        self.bar.rows.addWidget(buttons)
        self.bar.rows.addLayout(busy)
        self.bar.rows.addWidget(self.why)
        self.bar.rows.addWidget(self.promise)
