"""A notice: a number in bold, one cause, and at the right what can be done about it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import Action
from b24learn_gui.gui.kit.ladder import ActionRow
from b24learn_gui.gui.kit.surface import Card, Fill
from b24learn_gui.gui.kit.text import Text

_BESIDE = 36
"""Letters of buttons that stand beside the words; more stand below them."""
_FILLS: dict[State, Fill] = {"warning": "warn_tint", "failed": "danger_tint", "ok": "ok_tint"}


@dataclass(frozen=True)
class NoticeView:
    """What a notice says: the first line in bold, the cause below it, the buttons."""

    title: str
    text: str = ""
    state: State = "warning"
    buttons: tuple[Action, ...] = ()


class Notice(Card):
    """A card that asks for attention, on the tint of its state and without a hairline; hidden while it says nothing."""

    def __init__(self, view: NoticeView | None = None, parent: QWidget | None = None) -> None:
        super().__init__(edge=False, padding=12, parent=parent)
        self._mark = StateMark("warning")
        self._title = Text(step="section", selectable=True)
        self._text = Text(selectable=True)
        self._buttons = ActionRow()
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._text)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(12)
        self._beside.addLayout(words, 1)
        self._beside.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(self._beside, 1)
        self.rows.addLayout(self._row)
        self.show_view(view)

    def show_view(self, view: NoticeView | None) -> None:
        """Says this, or nothing."""
        self.setVisible(view is not None)
        if view is None:
            return
        self._mark.set_state(view.state)
        self._title.setText(view.title)
        self._text.say(view.text)
        self._buttons.show_actions(view.buttons)
        self.set_fill(_FILLS.get(view.state, "sunken"), edge=False)
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.text)
        wide = sum(len(action.text) for action in view.buttons) < _BESIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._beside.setDirection(way)
