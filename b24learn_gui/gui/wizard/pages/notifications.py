"""Whether newly created people get a letter with their sign-in details, what it says, and how many would go out."""

import threading
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.busy import StateMark
from b24learn_gui.gui.kit.buttons import TextButton
from b24learn_gui.gui.kit.field import Field
from b24learn_gui.gui.kit.notice import Notice, NoticeView
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, StepState
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.text_box import TextBox
from b24learn_gui.service.context import Context
from b24learn_gui.service.setup import World, letters_count, memory_of
from b24learn_gui.storage.settings import Settings
from b24learn_gui.sync.memory import Memory
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.letters import invitation
from b24learn_gui.text.words import Words

_LINES = 4


class NotificationsPage(Page):
    """Before departments are ticked the number is that of everybody who could be ticked: `at most`."""

    step: Step = "notifications"

    def __init__(self, context: Context, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._context, self._tasks = context, tasks
        self._words = Words("en")
        self._flow: Flow | None = None
        self._most: int | None = None
        self._trouble: SyncError | None = None
        self._asked: Handle | None = None
        self.choice, self._hint = QCheckBox(), Text(shade="text_2")
        self.single_sign_on, self.limit = Notice(), Notice()
        self._busy = StateMark("busy")
        self._number, self._noun = Text(step="number", wrap=False, selectable=True), Text(selectable=True)
        self._note = Text(step="caption", shade="text_2", selectable=True)
        self.editor = TextBox(_LINES)
        self.standard = TextButton()
        self.letter = Field(self.editor)
        self._lay_out()
        self.choice.toggled.connect(self._choose)
        self.editor.entered.connect(self._write)
        self.standard.clicked.connect(self.editor.clear)

    def enter(self, flow: Flow) -> None:
        self._flow = flow
        self._ask(flow)

    def refresh(self, state: StepState) -> None:
        self._draw(many=state.warning == "many_letters")

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.set_texts(
            words("Should new people get a letter?"),
            words("Learn sends it once, when an account is created. Whoever has an account already gets none."),
        )
        self.choice.setText(words("Send sign-in details to employees"))
        self.choice.setAccessibleName(self.choice.text())
        self._hint.setText(words("The letter goes to the person's email, with the address of Learn and a password."))
        self.choice.setAccessibleDescription(self._hint.text())
        self.single_sign_on.show_view(
            NoticeView(
                words("If people sign in to Learn with their company account, leave the letters off."),
                words("With single sign-on nobody needs the password in the letter, and it raises questions."),
                "info",
            )
        )
        self.letter.set_texts(
            words("Text of the letter"),
            words("Learn adds the sign-in details itself. If this stays empty, the standard text is sent."),
        )
        self.editor.setPlaceholderText(invitation(words))
        self.standard.setText(words("Use the standard text"))
        if self._flow is not None:
            self.refresh(self._flow.state(self.step))

    @property
    def figure(self) -> str:
        """What is said about the number of letters."""
        parts = (self._number, self._noun, self._note)
        return " ".join(part.text() for part in parts if part.text() and not part.isHidden())

    def _lay_out(self) -> None:
        card = Card()
        card.rows.addWidget(self.choice)
        hint = QHBoxLayout()
        hint.setContentsMargins(26, 0, 0, 0)
        hint.addWidget(self._hint)
        card.rows.addLayout(hint)
        figures = Card()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._busy)
        line.addWidget(self._number, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self._noun, 1, Qt.AlignmentFlag.AlignBottom)
        drop = self._number.fontMetrics().descent() - self._noun.fontMetrics().descent()
        self._noun.setContentsMargins(0, 0, 0, max(0, drop))  # number and words stand on one line
        figures.rows.addLayout(line)
        figures.rows.addWidget(self._note)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.standard)
        for part in (card, self.single_sign_on, figures, self.limit, self.letter):
            self.content.addWidget(part)
        self.content.addLayout(foot)

    # What is chosen and written

    def _choose(self, on: bool) -> None:
        if self._flow is not None:
            self._flow.edit(notify_users=on)

    def _write(self, text: str) -> None:
        if self._flow is not None:
            self._flow.edit(invitation_message=text.strip())

    # How many letters that makes

    def _ask(self, flow: Flow) -> None:
        world, settings = flow.world(Memory()), flow.draft.settings()
        if world is None or flow.found("letters") is not None or flow.busy("letters"):
            return
        self._trouble = None
        if all(portal.include for portal in settings.portals):
            ticket = flow.begin("letters")
            question = partial(_count, self._context, world, settings)
            self._tasks.run(question, partial(flow.answer, ticket), partial(flow.fail, ticket))
            return
        if self._asked is not None:
            self._asked.cancel()
        question = partial(_count, self._context, world, _all_ticked(settings, world))
        self._asked = self._tasks.run(question, self._take_most, self._take_trouble)

    def _take_most(self, letters: int) -> None:
        self._most = letters
        self._redraw()

    def _take_trouble(self, error: SyncError) -> None:
        self._trouble = error
        self._redraw()

    def _redraw(self) -> None:
        if self._flow is not None:
            self.refresh(self._flow.state(self.step))

    def _draw(self, *, many: bool) -> None:
        if self._flow is None:
            return
        flow, words = self._flow, self._words
        on = flow.draft.notify_users
        if self.choice.isChecked() != on:
            self.choice.setChecked(on)
        if self.editor.toPlainText().strip() != flow.draft.invitation_message:
            self.editor.show_text(flow.draft.invitation_message)
        self.letter.setEnabled(on)
        self.standard.setVisible(on and bool(flow.draft.invitation_message))
        letters = flow.found("letters")
        self._draw_figure(letters)
        limit = flow.draft.base.limits.letters
        expected = letters if letters is not None else self._most
        if on and expected is not None and (many or expected > limit):
            self.limit.show_view(
                NoticeView(
                    words("One run may send {limit} letters without being asked.", limit=limit),
                    words(
                        "If the first run would send more, it writes nothing and waits until you approve its plan."
                        " No letter goes out before that."
                    ),
                )
            )
        else:
            self.limit.show_view(None)

    def _draw_figure(self, letters: int | None) -> None:
        if self._flow is None:
            return
        words = self._words
        asked = self._asked is not None and self._asked.active
        waiting = self._flow.busy("letters") or (asked and self._most is None)
        number = letters if letters is not None else self._most
        self._busy.setVisible(waiting)
        self._number.say("" if number is None or waiting else words.number(number))
        error = self._flow.error("letters") or self._trouble
        if waiting:
            self._noun.setText(words("Counting who would get a letter…"))
            self._note.say("")
        elif error is not None:
            self._number.say("")
            self._noun.setText(words("How many letters that makes is not known."))
            self._note.say(error_sentence(error, words))
        elif number is None:
            self._noun.setText(words("How many letters that makes is known once both sides are checked."))
            self._note.say("")
        elif letters is not None:
            self._noun.setText(words.plural("person would get a letter", "people would get a letter", number))
            self._note.say(words("Those of the ticked departments who have no account in Learn yet."))
        else:
            self._noun.setText(
                words.plural("person at most would get a letter", "people at most would get a letter", number)
            )
            self._note.say(words("That is if every department is ticked. Departments are chosen two steps further on."))


def _count(context: Context, world: World, settings: Settings, stop: threading.Event) -> int:
    """On a worker thread: the journal is read here, and the planner may take seconds."""
    del stop  # a plan is made in one go
    return letters_count(replace(world, memory=memory_of(context)), settings)


def _all_ticked(settings: Settings, world: World) -> Settings:
    """The same settings as if everybody of every portal were to study."""
    everything = {company.portal: tuple(each.id for each in company.departments) for company in world.companies}
    portals = (replace(each, include=each.include or everything.get(each.key, ())) for each in settings.portals)
    return replace(settings, portals=tuple(portals))
