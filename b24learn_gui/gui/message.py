"""A small window with a whole sentence and what can be done about it, each thing a button named for what it does."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import Button, PrimaryButton, SecondaryButton
from b24learn_gui.gui.kit.text import Text

_WIDTH = 460


class Message(QDialog):
    """`answers`: the buttons' words, the first one filled. `chosen` is the place of the one pressed, -1 for none."""

    def __init__(
        self,
        title: str,
        text: str,
        answers: Sequence[str],
        *,
        state: State = "info",
        window_title: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.chosen = -1
        self.setWindowTitle(window_title or title)
        self.mark = StateMark(state)
        self.title, self.text = Text(title, step="section"), Text(text, selectable=True)
        self.title.setVisible(bool(title))
        self.text.setVisible(bool(text))
        self.buttons: list[Button] = []
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addStretch(1)
        for place, answer in enumerate(answers):
            button: Button = PrimaryButton(answer) if place == 0 else SecondaryButton(answer)
            button.clicked.connect(lambda _checked=False, place=place: self._choose(place))
            self.buttons.append(button)
        for each in reversed(self.buttons):  # the filled one stands last, where the eye ends
            foot.addWidget(each)
        said = QVBoxLayout()
        said.setSpacing(6)
        said.addWidget(self.title)
        said.addWidget(self.text)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(said, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 20)
        rows.setSpacing(20)
        rows.addLayout(head)
        rows.addStretch(1)
        rows.addLayout(foot)
        self.setMinimumWidth(_WIDTH)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.buttons[0].setFocus()

    def ask(self) -> int:
        """Shows itself and waits; the place of the answer, -1 where it was closed without one."""
        self.exec()
        return self.chosen

    def _choose(self, place: int) -> None:
        self.chosen = place
        self.accept()
