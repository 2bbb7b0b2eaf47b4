"""Why is this person not in Learn? A field to ask, and a card with the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.company.model import person_label
from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.busy import IconMark, State, StateMark
from b24learn_gui.gui.kit.buttons import Link, SecondaryButton, TextButton
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.status.words import Clock
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.views.inquiry import Inquiry
from b24learn_gui.gui.views.search_field import SearchField
from b24learn_gui.service.context import Context
from b24learn_gui.service.summary import CONFLICT_CODES
from b24learn_gui.text import plan_table
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.explained import lines_of
from b24learn_gui.text.words import Words
from b24learn_gui.timetable.local import Localise

if TYPE_CHECKING:  # brings the HTTP libraries along
    from b24learn_gui.service.explain import Explanation, Known
    from b24learn_gui.service.explain_person import Explained

_LEAST_FIELD, _BELOW_THE_NAME = 240, 32
_FRESH = timedelta(seconds=60)
"""So long a further question is answered from what was read for the one before."""
_STATES: Mapping[str, State] = {"ok": "ok", "changes": "info", "stopped": "warning", "out": "skipped"}
_ICONS: Mapping[str, str] = {
    "found": "person",
    "scope": "department",
    "account": "learn",
    "blocked": "protected",
    "notes": "state-info",
    "next": "clock",
}


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
        label = words("Why is this person not in Learn? Name, e-mail, login or ID")
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


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with what it was worked out from."""

    explanation: "Explanation"
    known: "Known"


class AnswerCard(Card):
    """Asks the service on a worker thread and shows what it says of everybody known by the question.

    `changed`: there is something else to be seen in it. `decide`: about this person (`main:27`).
    """

    changed = Signal()
    decide = Signal(str)

    def __init__(
        self,
        context: Context,
        tasks: Tasks,
        words: Words,
        parent: QWidget | None = None,
        *,
        localise: Localise = datetime.astimezone,
    ) -> None:
        super().__init__(parent=parent)
        self._context, self._words, self._localise = context, words, localise
        self._who = ""
        self._phase = ""
        self._answer: Explanation | None = None
        self._known: Known | None = None
        self._asking = Inquiry(context, tasks)
        self.destroyed.connect(partial(Inquiry.drop, self._asking))
        self.mark = StateMark("busy")
        self.title, self.text = Text(step="section", selectable=True), Text(selectable=True)
        self.close_button = TextButton(icon="close", plain=True)
        self.read_at, self.again = Text(step="caption", shade="text_2", wrap=False), Link(step="caption")
        self.everybody = Link(step="caption")
        self.people = QVBoxLayout()
        self._forgetting = QTimer(self, singleShot=True, interval=round(_FRESH.total_seconds() * 1000))
        self._forgetting.timeout.connect(self.forget)
        self._lay_out()
        self.close_button.clicked.connect(self.dismiss)
        self.again.clicked.connect(self._read_again)
        self.everybody.clicked.connect(self._show_everybody)
        self.hide()
        self.retranslate(words)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._asking.busy

    def ask(self, who: str) -> None:
        """Look for whoever is known by this; an earlier question is dropped. What was just read is not read again."""
        self._asking.drop()
        self._who = who
        words, known = self._words, self._known if self._is_fresh() else None

        def question(context: Context) -> Answered:
            from b24learn_gui.service.explain import explain_known, read_known  # noqa: PLC0415 - as above

            read = known or read_known(context)
            return Answered(explain_known(context, read, who), read)

        self._phase = ""
        self._show("busy", words("Looking for “{who}”", who=who), words("Bitrix24 and Learn are being read."))
        self._asking.ask(question, self._answered, self._failed, self._take, words)
        self._name_button()

    def show_answer(self, found: "Explanation") -> None:
        """Shows an answer: one person, a list to choose from, or where nobody was found."""
        self._who, self._answer = found.who, found
        words = self._words
        if not found.people:
            self._show_nobody(found)
        elif len(found.people) == 1:
            self._show_person(found.people[0])
        else:
            number = len(found.people) + found.more
            title = words.plural(
                "{n} person is known by “{who}”", "{n} people are known by “{who}”", number, who=found.who
            )
            self._show("info", title, words("Choose who is meant."))
            for person in found.people:
                self.people.addWidget(self._choice(person))
            if found.more:
                more = words.plural("and {n} more", "and {n} more", found.more)
                self.people.addWidget(Text(more, shade="text_2"))
            self._foot(found)

    def dismiss(self) -> None:
        """Nobody wants to know any more."""
        self._asking.drop()
        self._who, self._answer = "", None
        self.hide()

    def forget(self) -> None:
        """What was read counts no longer: it is old, or a sync has changed it."""
        self._known = None

    def retranslate(self, words: Words) -> None:
        """Says everything in these words; an answer is asked for anew, it came in the words of its time."""
        other = words.language != self._words.language
        self._words = words
        self._name_button()
        if other and self._who:
            self.ask(self._who)

    def _is_fresh(self) -> bool:
        known = self._known
        return known is not None and timedelta(0) <= self._context.now() - known.read_at < _FRESH

    def _read_again(self) -> None:
        self.forget()
        self.ask(self._who)

    def _answered(self, answered: Answered) -> None:
        self._known = answered.known
        self._forgetting.start()
        self.show_answer(answered.explanation)

    def _take(self, event: Mapping[str, object]) -> None:
        """How far the reading is."""
        words = self._words
        match event["event"]:
            case "phase":
                self._phase = words(plan_table.PHASES.get(str(event["phase"]), ""))
                self._say_progress(self._phase)
            case "progress" if self._phase and event["total"]:
                told = words("{done} of {total}", done=event["done"], total=event["total"])
                self._say_progress(f"{self._phase}: {told}")

    def _say_progress(self, text: str) -> None:
        if text:
            self.text.say(text)
            self.setAccessibleDescription(text)

    def _show_person(self, person: "Explained", *, chosen: bool = False) -> None:
        self._show(_STATES[person.state], person.name, person.headline)
        self.people.addWidget(PersonView(person, self._words, self.decide.emit))
        if self._answer is not None:
            self._foot(self._answer, chosen=chosen)

    def _show_everybody(self) -> None:
        if self._answer is not None:
            self.show_answer(self._answer)

    def _show_nobody(self, found: "Explanation") -> None:
        words = self._words
        self._show("skipped", words("Nobody is known by “{who}”", who=found.who), "\n".join(found.strays))
        looked = words("Looked through: {places}.", places=", ".join(found.searched))
        self.people.addWidget(Text(looked, shade="text_2"))
        if not found.nearest:
            hint = words("Try the Bitrix24 id, the e-mail, the login in Learn, or the beginning of the name.")
            self.people.addWidget(Text(hint))
        else:
            similar = FlowRow(spacing=12)
            similar.add(Text(words("Similar names:"), wrap=False))
            for label, name in found.nearest:
                similar.add(self._asker(name, partial(self.ask, label)))
            self.people.addWidget(similar)
        self._foot(found)

    def _choice(self, person: "Explained") -> QWidget:
        """One of several: a name to follow, and what tells it from the others."""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(StateMark(_STATES[person.state], 16), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._asker(person.name, lambda: self._show_person(person, chosen=True)))
        about = " · ".join(each for each in (f"{person.key[0]}:{person.key[1]}", person.place, person.headline) if each)
        row.addWidget(Text(about, shade="text_2"), 1)
        return line

    def _asker(self, text: str, do: Callable[[], None]) -> Link:
        link = Link(text)
        # What it does takes the link itself away: not before it has been let go.
        link.clicked.connect(lambda: QTimer.singleShot(0, self, do))
        return link

    def _foot(self, found: "Explanation", *, chosen: bool = False) -> None:
        """When it was read, how to read again, and the way back to the others."""
        words = self._words
        for sentence in found.unread:
            self.people.addWidget(Text(sentence, shade="warn", selectable=True))
        clock = Clock(self._context.now(), self._localise)
        self.read_at.setText(words("Read {when}", when=clock.when(found.read_at, words)))
        self.again.setText(words("Read again"))
        self.everybody.setText(words("Show all {n} found", n=len(found.people)))
        self._below.show()
        self.everybody.setVisible(chosen)
        self.changed.emit()

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
        self.people.setSpacing(8)
        self.people.setContentsMargins(_BELOW_THE_NAME, 0, 0, 0)
        self._below = QWidget()
        below = QHBoxLayout(self._below)
        below.setContentsMargins(_BELOW_THE_NAME, 0, 0, 0)
        below.setSpacing(12)
        for each in (self.read_at, self.again, self.everybody):
            below.addWidget(each)
        below.addStretch(1)
        self.rows.setSpacing(12)
        self.rows.addLayout(head)
        self.rows.addLayout(self.people)
        self.rows.addWidget(self._below)

    def _name_button(self) -> None:
        self.close_button.setText(self._words("Stop the search") if self.busy else self._words("Close the answer"))

    def _failed(self, error: SyncError) -> None:
        self._show("failed", self._words("It could not be found out"), error_sentence(error, self._words))

    def _show(self, state: State, title: str, text: str) -> None:
        """The head of an answer; whatever stood below it goes."""
        self.mark.set_state(state)
        self.title.setText(title)
        self.text.say(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._name_button()
        self._below.hide()
        while item := self.people.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.show()
        self.changed.emit()


class PersonView(QWidget):
    """The lines about one person: a sign, the question, and what answers it."""

    def __init__(self, person: "Explained", words: Words, decide: Callable[[str], object]) -> None:
        super().__init__()
        self.person = person
        lines = lines_of(person, words)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        for number, line in enumerate(lines):
            shade = "warn_mark" if line.part == "blocked" else "text_2"
            grid.addWidget(IconMark(_ICONS[line.part], shade), number, 0, top)
            grid.addWidget(Text(line.label, shade="text_2", wrap=False), number, 1, top)
            grid.addWidget(Text("\n".join(line.said), selectable=True), number, 2)
        if any(problem["code"] in CONFLICT_CODES and not problem["note"] for problem in person.problems):
            button = SecondaryButton(words("Decide about this person…"), "conflict")
            button.clicked.connect(partial(decide, person_label(person.key)))
            grid.addWidget(button, grid.rowCount(), 2, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(person.name)
        self.setAccessibleDescription(" ".join(f"{line.label}: {' '.join(line.said)}" for line in lines))
