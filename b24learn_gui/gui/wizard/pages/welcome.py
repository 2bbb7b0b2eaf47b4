"""What this program does, in one picture, and the language it speaks."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.language_switch import NAMES
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.way_picture import WayPicture
from b24learn_gui.text.language import Language
from b24learn_gui.text.words import Words, mark

_PROMISES: Sequence[tuple[str, str]] = (
    ("follow", mark("One way only: people and departments are read in Bitrix24, nothing is changed there.")),
    ("preview", mark("You see every change before it is made. Nothing is saved or written before the last step.")),
    ("pause", mark("You can stop at any time: what is entered is kept, and you go on where you left off.")),
)
_ICON = 20


class WelcomePage(Page):
    """`language_chosen` tells which language is wanted; whoever owns the window answers with `retranslate`."""

    step: Step = "welcome"
    language_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._words = Words("en")
        self._flow: Flow | None = None
        self.picture = WayPicture()
        self._promises = [Text() for _ in _PROMISES]
        self._language_label = Text(step="section")
        self.languages: dict[Language, QRadioButton] = {}
        self._lay_out()

    def enter(self, flow: Flow) -> None:
        self._flow = flow
        self._title()

    def retranslate(self, words: Words) -> None:
        self._words = words
        self._title()
        self.picture.set_texts(
            words("Bitrix24"),
            words("employees, departments, heads"),
            words("iSpring Learn"),
            words("accounts, Learn departments, supervisors"),
            words("one way"),
        )
        for text, (_, promise) in zip(self._promises, _PROMISES, strict=True):
            text.setText(words(promise))
        self._language_label.setText(words("Language"))
        self.languages[words.language].setChecked(True)

    def _title(self) -> None:
        words = self._words
        if self._flow is not None and self._flow.saved is not None:
            self.set_texts(
                words("What would you like to change?"),
                words("Choose any step on the left. Nothing changes before you save in the review."),
            )
        else:
            self.set_texts(
                words("What does this program do?"),
                words("It brings the employees of Bitrix24 into iSpring Learn and keeps both in step."),
            )

    def _lay_out(self) -> None:
        card = Card(padding=16)
        card.rows.setSpacing(12)
        for (icon, _), text in zip(_PROMISES, self._promises, strict=True):
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(IconMark(icon, "accent", _ICON))
            row.addWidget(text, 1)
            card.rows.addLayout(row)
        group = QButtonGroup(self)
        choices = QHBoxLayout()
        choices.setSpacing(24)
        for language, name in NAMES.items():
            button = QRadioButton(name)
            button.clicked.connect(lambda _on=False, language=language: self._choose(language))
            group.addButton(button)
            choices.addWidget(button)
            self.languages[language] = button
        choices.addStretch(1)
        asked = QVBoxLayout()
        asked.setSpacing(6)
        asked.addWidget(self._language_label)
        asked.addLayout(choices)
        self.content.addWidget(self.picture)
        self.content.addWidget(card)
        self.content.addLayout(asked)

    def _choose(self, language: Language) -> None:
        if self._flow is not None:
            self._flow.edit(language=language)
        self.language_chosen.emit(language)
