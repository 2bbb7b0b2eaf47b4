"""What can be done from a list of a plan: decide about somebody in conflict, release one of those who are held."""

from PySide6.QtCore import QObject, Signal

from b24learn_gui.company.model import person_label
from b24learn_gui.gui.kit.buttons import SecondaryButton
from b24learn_gui.gui.models.plan_rows import PlanRow
from b24learn_gui.gui.models.undo_rows import HELD
from b24learn_gui.gui.plan_window.subject import Subject
from b24learn_gui.gui.preview.view import PreviewView
from b24learn_gui.text.words import Words

_CONFLICTS = "conflict"
"""The list of people of whom somebody has to decide which account is theirs."""


class RowDeeds(QObject):
    """The two buttons among the plan's tools, each there only with its list.

    `decide`: about this person (`main:27`), or about whoever comes first where none is chosen. `release`: the `PlanRow`
    of the one who is chosen.
    """

    decide = Signal(str)
    release = Signal(object)

    def __init__(self, plan: PreviewView) -> None:
        super().__init__(plan)
        self._plan = plan
        self._subject: Subject | None = None
        self._words, self._busy = Words("en"), False
        self.decide_button, self.release_one = SecondaryButton(icon="conflict"), SecondaryButton(icon="play")
        for place, button in enumerate((self.decide_button, self.release_one), 1):
            plan.tools.insertWidget(place, button)
            button.hide()
        plan.list_shown.connect(lambda _key: self._draw())
        plan.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._draw())
        self.decide_button.clicked.connect(self._decide)
        self.release_one.clicked.connect(self._release)

    def show_subject(self, subject: Subject | None, words: Words, *, busy: bool) -> None:
        """For this plan. `busy`: something is on its way, and nobody is released meanwhile."""
        self._subject, self._words, self._busy = subject, words, busy
        self._draw()

    def _draw(self) -> None:
        subject, words, held = self._subject, self._words, self._held()
        listed = subject is not None and not subject.undoes and self._plan.shown == _CONFLICTS
        count = subject.data.count(_CONFLICTS) if subject is not None and listed else 0
        self.decide_button.setVisible(bool(count))
        self.decide_button.setText(
            words.plural("Decide about {n} person…", "Decide about {n} people…", count) if count else ""
        )
        self.release_one.setVisible(held is not None)
        self.release_one.setText(words("Release this one"))
        self.release_one.setAccessibleDescription(held.name if held is not None else "")

    def _held(self) -> PlanRow | None:
        subject = self._subject
        listed = subject is not None and subject.can_be_released and self._plan.shown == HELD
        return self._chosen() if listed and not self._busy else None

    def _chosen(self) -> PlanRow | None:
        here = self._plan.table.currentIndex()
        return self._plan.rows.row(here.row()) if here.isValid() else None

    def _decide(self) -> None:
        row = self._chosen()
        self.decide.emit(person_label((row.portal, row.bitrix24_id)) if row is not None else "")

    def _release(self) -> None:
        held = self._held()
        if held is not None:
            self.release.emit(held)
