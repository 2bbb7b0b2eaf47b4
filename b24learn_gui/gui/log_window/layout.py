"""What the log viewer consists of and what it is called; what it does is in `window`."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QStyleOptionButton, QVBoxLayout, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.kit.buttons import SecondaryButton, TextButton
from b24learn_gui.gui.kit.empty import EmptyState
from b24learn_gui.gui.kit.entry import EntryChoice
from b24learn_gui.gui.kit.own_window import OwnWindow, list_side, stand_beside
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.log_window.details import Details
from b24learn_gui.gui.log_window.record_model import RecordModel
from b24learn_gui.gui.log_window.record_table import RecordTable
from b24learn_gui.gui.log_window.words import KINDS, Teller
from b24learn_gui.gui.views.grouped_list import GroupedList
from b24learn_gui.gui.views.search_field import SearchField
from b24learn_gui.storage.log_records import DEBUG, ERROR, INFO, WARNING
from b24learn_gui.text.words import Words

_RUNS_WIDTH = 284
_SIZE = (1100, 760)
_LEAST = (860, 560)
_CHOICE_LETTERS = 11


class SwitchButton(SecondaryButton):
    """Stays pressed, its words in the accent while it is."""

    def __init__(self, icon: str) -> None:
        super().__init__(icon=icon)
        self.setCheckable(True)

    def _words(self, option: QStyleOptionButton) -> QColor:
        return tone.current().accent if self.isChecked() else super()._words(option)


class LogLayout(OwnWindow):
    """The controls in their places."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.support = TextButton(icon="support", plain=True)
        self.which, self.run_list = EntryChoice(), GroupedList("log", wraps=True)
        self.folder, self.save = TextButton(icon="folder", plain=True), TextButton(icon="export", plain=True)
        self.title, self.detail = (
            Text(step="section", selectable=True),
            Text(step="caption", shade="text_2", selectable=True),
        )
        self.why_not, self.notice = (
            Text(step="caption", shade="text_2"),
            Text(step="caption", shade="text_2", selectable=True),
        )
        self.undo, self.report = SecondaryButton(icon="undo"), SecondaryButton(icon="export")
        self.search, self.levels, self.kinds = SearchField(), EntryChoice(), EntryChoice()
        self.follow = SwitchButton(icon="follow")
        self.follow.setChecked(True)
        self.rows = RecordModel(Teller(words), self)
        self.table, self.empty = RecordTable(self.rows), EmptyState("log")
        self.counted = Text(step="caption", shade="text_2", wrap=False)
        self.details = Details()
        self.stack = QStackedLayout()
        self.why_not.hide()
        self.notice.hide()
        stand_beside(self, self._left(), self._right())
        self.resize(*_SIZE)
        self.setMinimumSize(*_LEAST)

    def dress(self, words: Words) -> None:
        """Say what everything is called."""
        self.setWindowTitle(words("Log — Bitrix24 → iSpring Learn"))
        named = {
            self.undo: words("Undo…"),
            self.report: words("Report for HR…"),
            self.follow: words("Follow"),
            self.folder: words("Open the log's folder"),
            self.save: words("Save as text…"),
            self.support: words("Collect for support…"),
        }
        for button, text in named.items():
            button.setText(text)
            button.setAccessibleName(text)
        self.follow.setAccessibleDescription(words("Keeps the newest record in sight."))
        self.table.make_room_for([words(label) for label in KINDS.values()])
        self.search.set_label(words("Person or text"), words("Empty the field"))
        self.run_list.setAccessibleName(words("Runs"))
        self.table.setAccessibleName(words("Records"))
        choices: Mapping[EntryChoice, tuple[str, Mapping[str, str]]] = {
            self.which: (
                words("Which runs"),
                {
                    "": words("All runs"),
                    "changes": words("Runs with changes"),
                    "waiting": words("Runs that need a look"),
                },
            ),
            self.levels: (
                words("Level"),
                {
                    str(DEBUG): words("All levels"),
                    str(INFO): words("Without details"),
                    str(WARNING): words("Warnings and errors"),
                    str(ERROR): words("Errors only"),
                },
            ),
            self.kinds: (
                words("Kind"),
                {"": words("All kinds"), **{kind: words(label) for kind, label in KINDS.items()}},
            ),
        }
        for field, (name, values) in choices.items():
            field.setAccessibleName(name)
            field.show_choices(values, str(field.currentData() or next(iter(values))))

    def _left(self) -> QWidget:
        top = QHBoxLayout()
        top.addWidget(self.which, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(8, 4, 8, 0)
        foot.setSpacing(2)
        for button in (self.folder, self.save, self.support):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return list_side(_RUNS_WIDTH, top, self.run_list, foot)

    def _right(self) -> QVBoxLayout:
        said = QVBoxLayout()
        said.setSpacing(2)
        for words in (self.title, self.detail, self.why_not, self.notice):
            said.addWidget(words)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(said, 1)
        for button in (self.undo, self.report):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        for choice in (self.levels, self.kinds):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(_CHOICE_LETTERS)
        for tool in (self.levels, self.kinds, self.follow):
            tools.addWidget(tool)
        card = Card(padding=0)
        card.rows.setContentsMargins(1, 4, 1, 5)
        card.rows.addLayout(self.stack)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        column = QVBoxLayout()
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(tools)
        column.addWidget(card, 1)
        column.addWidget(self.counted)
        column.addWidget(self.details)
        return column
