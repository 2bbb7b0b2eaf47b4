"""The notice that marked departments are no longer in Bitrix24, which holds up a portal until it is corrected (Q1)."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import StateMark
from b24learn_gui.gui.kit.buttons import SecondaryButton
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.text.words import Words


class MissingMarks(Card):
    """Hidden while every marked department is there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warn_tint", edge=False, padding=12, parent=parent)
        self.sentence = Text()
        self.button = SecondaryButton()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(StateMark("warning"))
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button)
        self.rows.addLayout(row)

    def say(self, marks: int, words: Words) -> None:
        """How many marks are of departments that are gone."""
        self.setVisible(marks > 0)
        self.sentence.setText(
            words.plural(
                "{n} marked department is no longer in Bitrix24. Nobody of this portal is moved or deactivated "
                "until the mark is taken out.",
                "{n} marked departments are no longer in Bitrix24. Nobody of this portal is moved or deactivated "
                "until the marks are taken out.",
                marks,
            )
        )
        self.button.setText(words.plural("Take out {n} mark", "Take out {n} marks", marks))
