"""Why is this person not in Learn? A field to ask, and a card with the answer."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import SecondaryButton, TextButton
from b24learn_gui.gui.kit.surface import Card, Line
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.status.why_words import PersonAnswer, answers
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.gui.views.search_field import SearchField
from b24learn_gui.service.context import Context
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import Words

_LEAST_FIELD, _BELOW_THE_NAME = 240, 32


class WhyRow(QWidget):
    """The field and its button. `asked`: by what somebody is looked for; `emptied`: nobody is looked for any more."""

    asked = Signal(str)
    emptied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field, self.button = SearchField(), SecondaryButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.field.returnPressed.connect(self._ask)
        self.field.textChanged.connect(self._typed)
        self.button.clicked.connect(self._ask)

    def retranslate(self, words: Words) -> None:
        """Says field and button in these words."""
        label = words("Why is this person not in Learn? Name, e-mail or Bitrix24 ID")
        self.field.set_label(label, words("Empty the field"))
        self.field.setMinimumWidth(_LEAST_FIELD)
        self.field.setToolTip(label)
        self.button.setText(words("Find out"))

    def _ask(self) -> None:
        who = self.field.text().strip()
        if who:
            self.asked.emit(who)
        else:
            self.field.setFocus()

    def _typed(self, text: str) -> None:
        if not text:
            self.emptied.emit()


class AnswerCard(Card):
    """Asks the service on a worker thread and shows what it says of everybody known by the question.

    `changed`: there is something else to be seen in it. `decide`: about this person (`main:27`).
    """

    changed = Signal()
    decide = Signal(str)

    def __init__(self, context: Context, tasks: Tasks, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._context, self._tasks, self._words = context, tasks, words
        self._who = ""
        self._handle: Handle | None = None
        self._asked: list[Handle] = []
        """The same handle, for the moment when this card is no more."""
        self.destroyed.connect(partial(_cancel, self._asked))
        self.mark = StateMark("busy")
        self.title, self.text = Text(step="section", selectable=True), Text(selectable=True)
        self.close_button = TextButton(icon="close", plain=True)
        self.people = QVBoxLayout()
        self._lay_out()
        self.close_button.clicked.connect(self.dismiss)
        self.hide()
        self.retranslate(words)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._handle is not None and self._handle.active

    def ask(self, who: str) -> None:
        """Look for whoever is known by this; an earlier question is dropped."""
        self._drop()
        self._who = who
        context, words = self._context, self._words

        def question(stop: threading.Event) -> dict[str, Any]:
            from b24learn_gui.service.explain import explain  # noqa: PLC0415 - brings the HTTP libraries along

            return explain(replace(context, words=words, stop=stop), who)

        self._show("busy", words("Looking for “{who}”", who=who), words("Bitrix24 and Learn are being read."))
        self._handle = self._tasks.run(question, partial(self.show_answer, who), self._failed)
        self._asked[:] = [self._handle]
        self._name_button()

    def show_answer(self, who: str, explained: Mapping[str, Any]) -> None:
        """Shows what `explain` answered of whoever is known by this."""
        self._who = who
        words, found = self._words, answers(explained, self._words)
        if not found:
            title = words("Nobody is known by “{who}” in Bitrix24", who=who)
            self._show("skipped", title, words("Check the spelling, or ask by e-mail or by Bitrix24 ID."))
            return
        if len(found) == 1:
            self._show(found[0].state, found[0].name, "", found)
            return
        title = words.plural("{n} person is known by “{who}”", "{n} people are known by “{who}”", len(found), who=who)
        self._show("info", title, "", found)

    def dismiss(self) -> None:
        """Nobody wants to know any more."""
        self._drop()
        self._who = ""
        self.hide()

    def retranslate(self, words: Words) -> None:
        """Says everything in these words; an answer is asked for anew, it came in the words of its time."""
        other = words.language != self._words.language
        self._words = words
        self._name_button()
        if other and self._who:
            self.ask(self._who)

    def _lay_out(self) -> None:
        said = QVBoxLayout()
        said.setSpacing(4)
        said.addWidget(self.title)
        said.addWidget(self.text)
        said.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(said, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.people.setSpacing(12)
        self.rows.setSpacing(12)
        self.rows.addLayout(head)
        self.rows.addLayout(self.people)

    def _name_button(self) -> None:
        self.close_button.setText(self._words("Stop the search") if self.busy else self._words("Close the answer"))

    def _drop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _failed(self, error: SyncError) -> None:
        self._show("failed", self._words("It could not be found out"), error_sentence(error, self._words))

    def _show(self, state: State, title: str, text: str, found: Sequence[PersonAnswer] = ()) -> None:
        self.mark.set_state(state)
        self.title.setText(title)
        self.text.say(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._name_button()
        while item := self.people.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for place, person in enumerate(found):
            if place:
                self.people.addWidget(Line())
            self.people.addWidget(_Person(person, self._words, self.decide.emit, named=len(found) > 1))
        self.show()
        self.changed.emit()


class _Person(QWidget):
    """The rows of one person; the name above them where there are several."""

    def __init__(self, person: PersonAnswer, words: Words, decide: Callable[[str], object], *, named: bool) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0 if named else _BELOW_THE_NAME, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        if named:
            grid.addWidget(StateMark(person.state), 0, 0)
            grid.addWidget(Text(person.name, step="section", selectable=True), 0, 1, 1, 2)
        for number, (label, said) in enumerate(person.rows, 1):
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(Text(label, shade="text_2", wrap=False), number, 1, top)
            grid.addWidget(Text(said, selectable=True), number, 2)
        if person.undecided:
            button = SecondaryButton(words("Decide about this person…"), "conflict")
            button.clicked.connect(partial(decide, person.undecided))
            grid.addWidget(button, grid.rowCount(), 2, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(person.name)
        self.setAccessibleDescription(" ".join(f"{label}: {said}" for label, said in person.rows))


def _cancel(asked: Sequence[Handle]) -> None:
    for handle in asked:
        handle.cancel()
