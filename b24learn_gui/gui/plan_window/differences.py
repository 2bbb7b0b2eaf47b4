"""What has changed since a plan was shown: the changes that are new, and those that are gone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.plan_rows import DEPARTMENTS, HEADS, PlanRow, rows
from b24learn_gui.gui.models.plan_table import PlanTableModel
from b24learn_gui.gui.plan_window.subject import Subject
from b24learn_gui.gui.preview.table import PlanTable
from b24learn_gui.gui.views.list_table import row_height
from b24learn_gui.gui.views.slices import Slices
from b24learn_gui.sync.changes import KINDS
from b24learn_gui.text import plan_table
from b24learn_gui.text.words import Words, mark

_SIDES: Mapping[str, str] = {"only_now": mark("new: {deed}"), "only_approved": mark("gone: {deed}")}
_LISTS = (*(kind for kind in KINDS if kind.startswith("user.")), DEPARTMENTS, HEADS)
_MOST_ROWS = 6


def difference_rows(subject: Subject, words: Words) -> Iterator[PlanRow]:
    """A line of each value of each change that only one of the two plans has; what is new comes first."""
    for side, template in _SIDES.items():
        changes = (subject.differences or {}).get(side, ())
        data = replace(subject.data, summary={**subject.summary, "changes": changes})
        for list_ in _LISTS:
            deed = words(plan_table.VERBS[list_]) if list_ in plan_table.VERBS else ""
            for row in rows(data, list_, words):
                said = f"{deed} ({row.field})" if list_ == "user.update" else deed or row.field
                yield msgspec.structs.replace(row, field=words(template, deed=said))


class DifferencesPanel(Card):
    """Hidden while nothing differs."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, parent=parent)
        self.heading = Text(step="section")
        self.heading.setContentsMargins(16, 8, 16, 0)
        self.rows_shown = PlanTableModel(words, self)
        self.table = PlanTable(self.rows_shown)
        self._making = Slices(self)
        self._shown: tuple[Subject, str] | None = None
        self.rows.setContentsMargins(1, 4, 1, 5)
        self.rows.addWidget(self.heading)
        self.rows.addWidget(self.table)
        self.hide()

    def show_subject(self, subject: Subject | None, words: Words) -> None:
        """The differences of this plan from the one approved before it, if there are any."""
        found = subject.differences if subject is not None else None
        there = found is not None and bool(found["only_now"] or found["only_approved"])
        self.setVisible(there)
        if subject is None or not there:
            return
        if self._shown is not None and self._shown[0] is subject and self._shown[1] == words.language:
            return
        self._shown = subject, words.language
        self.heading.setText(words("What has changed since"))
        self.table.setAccessibleName(words("What has changed since"))
        self.rows_shown.show_rows((), words, "differences")
        self.table.set_shape("differences")
        self._making.start(difference_rows(subject, words), self.rows_shown.add_rows, self._fit)

    def _fit(self) -> None:
        lines = min(self.rows_shown.rowCount(), _MOST_ROWS)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + lines * row_height() + 2)
