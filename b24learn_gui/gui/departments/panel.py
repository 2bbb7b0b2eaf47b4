"""Choosing departments: search, expand all, invert, the tree, what its boxes mean, and what the choice would do."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.departments.consequence_line import ConsequenceLine
from b24learn_gui.gui.departments.legend import Legend
from b24learn_gui.gui.departments.missing import MissingMarks
from b24learn_gui.gui.departments.view import DepartmentTreeView
from b24learn_gui.gui.kit.buttons import Action, TextButton
from b24learn_gui.gui.kit.empty import EmptyState
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.models.consequences import Consequences
from b24learn_gui.gui.models.department_tree import DepartmentTreeModel
from b24learn_gui.gui.models.headcount import Headcount
from b24learn_gui.gui.models.marks import Marks
from b24learn_gui.gui.models.structure import Structure
from b24learn_gui.gui.views.search_field import SearchField
from b24learn_gui.text.words import Words

Reckon = Callable[[Marks], Consequences]
"""Works out what some marks would mean; called on a worker thread."""


class DepartmentsPanel(QWidget):
    """The tree with everything around it. `marks_changed` carries the new `Marks` after each tick of a person.

    `show_deactivated`: somebody wants to see who would be deactivated.
    """

    marks_changed = Signal(object)
    show_deactivated = Signal()

    def __init__(self, words: Words, reckon: Reckon | None = None, parent: QWidget | None = None) -> None:
        """Without `reckon` there is no consequence line until `set_reckoning`."""
        super().__init__(parent)
        self._words, self._reckon = words, reckon
        self.model = DepartmentTreeModel(words, self)
        self.view = DepartmentTreeView(self.model, words)
        self.search = SearchField()
        self.expand = TextButton(icon="expand-all", plain=True)
        self.invert = TextButton(icon="invert", plain=True)
        self.missing = MissingMarks()
        self.legend = Legend(words)
        self.consequences = ConsequenceLine(words)
        self._nothing = EmptyState("department")
        self._stack = QStackedLayout()
        self._lay_out()
        self._connect()
        self.retranslate(words)
        self._draw()

    @property
    def marks(self) -> Marks:
        return self.model.marks

    def set_company(
        self,
        structure: Structure,
        headcount: Headcount,
        marks: Marks,
        *,
        saved: Marks | None = None,
        portal_names: Mapping[str, str] | None = None,
    ) -> None:
        """Show these departments. `saved`: marks of the saved settings, None on a first set-up; see the model."""
        self.search.reset()
        self.view.forget_search()
        self.model.set_company(structure, headcount, marks, saved=saved, portal_names=portal_names)
        self.view.open_first_levels()
        self._draw()
        self._ask()

    def set_marks(self, marks: Marks) -> None:
        """Other marks, as when everything is put back as it was."""
        self.model.set_marks(marks)

    def set_reckoning(self, reckon: Reckon | None) -> None:
        """How consequences are worked out from now on; None where they cannot be."""
        self._reckon = reckon
        self._draw()
        self._ask()

    def portals_without_anybody(self) -> tuple[str, ...]:
        """Portals of which nobody is ticked: the choice cannot be saved so (`include` needs at least one)."""
        return self.model.choice.portals_without_anybody()

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self._words = words
        self.view.retranslate(words)
        self.legend.retranslate(words)
        self.consequences.retranslate(words)
        self.search.set_label(words("Find a department"), words("Empty the field"))
        self.invert.setText(words("Invert"))
        self.invert.setAccessibleDescription(words("Who was ticked is unticked, and the other way round."))
        self._draw()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.search, 2)
        tools.addStretch(1)
        tools.addWidget(self.expand)
        tools.addWidget(self.invert)
        card = Card(padding=0)
        card.rows.setContentsMargins(1, 4, 1, 5)
        card.rows.addLayout(self._stack)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._nothing)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        rows.addLayout(tools)
        rows.addWidget(self.missing)
        rows.addWidget(card, 1)
        rows.addWidget(self.legend)
        rows.addWidget(self.consequences)

    def _connect(self) -> None:
        self.model.marks_changed.connect(self._marks_changed)
        self.search.search.connect(self._search)
        self.search.returnPressed.connect(self.view.setFocus)
        self.expand.clicked.connect(self._expand_or_fold)
        self.invert.clicked.connect(self.model.invert)
        self._folding = QTimer(self)
        self._folding.setSingleShot(True)
        self._folding.timeout.connect(self._draw_expand)
        self.view.expanded.connect(lambda _index: self._folding.start())
        self.view.collapsed.connect(lambda _index: self._folding.start())
        self.view.opening.finished.connect(self._draw_expand)
        self.missing.button.clicked.connect(self._take_out_missing)
        self.consequences.show_deactivated.connect(self.show_deactivated)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)

    def _marks_changed(self) -> None:
        self._draw_missing()
        self._ask()
        self.marks_changed.emit(self.model.marks)

    def _ask(self) -> None:
        if self._reckon is not None and len(self.model.structure):
            reckon, marks = self._reckon, self.model.marks
            self.consequences.ask(lambda: reckon(marks))

    def _search(self, text: str) -> None:
        self.view.search(text)
        self._draw()

    def _expand_or_fold(self) -> None:
        if self.view.opening.isActive() or self.view.all_open():
            blocked = self.view.blockSignals(True)
            self.view.fold_all()
            self.view.blockSignals(blocked)
        else:
            self.view.open_all()
        self._draw_expand()

    def _take_out_missing(self) -> None:
        self.model.set_marks(self.model.marks.without_missing(self.model.structure))

    def _draw(self) -> None:
        words, structure = self._words, self.model.structure
        text = self.search.text().strip()
        empty = not self.model.rowCount()
        self._stack.setCurrentWidget(self._nothing if empty else self.view)
        if empty and text and len(structure):
            everything = Action(words("Show all departments"), self.search.clear)
            self._nothing.show_text(words("No department is called “{text}”.", text=text), everything)
        elif empty:
            self._nothing.show_text(words("The departments of Bitrix24 will stand here."))
        self._draw_missing()
        self.consequences.setVisible(self._reckon is not None)
        self.expand.setEnabled(not empty)
        self.invert.setEnabled(bool(len(structure)))
        self._draw_expand()

    def _draw_missing(self) -> None:
        structure = self.model.structure
        self.missing.say(len(self.model.marks.missing(structure)) if len(structure) else 0, self._words)

    def _draw_expand(self) -> None:
        fold = self.view.opening.isActive() or self.view.all_open()
        self.expand.setText(self._words("Fold all") if fold else self._words("Expand all"))
