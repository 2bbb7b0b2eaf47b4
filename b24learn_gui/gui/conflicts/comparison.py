"""Both sides of one case, side by side: every label is made once, and only says something else for the next case.

Widgets that are made and ended with each click would pile up work for the toolkit while worker threads run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.conflicts.words import ROWS, Fields, Row, account_choices, learn_fields, person_fields
from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.entry import EntryChoice
from b24learn_gui.gui.kit.surface import Card, Line
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.service.conflict_cases import Candidate, Case
from b24learn_gui.text.words import Words

Sameness = Literal["same", "different", ""]
_SIGNS: Mapping[Sameness, str] = {"same": "=", "different": "≠", "": ""}
_TOP = Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class _Line:
    label: Text
    here: Text
    sign: Text
    there: Text


class Comparison(Card):
    """Bitrix24 on the left, an account of Learn on the right, a sign between them. `switched`: to another account."""

    switched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, parent=parent)
        self._words = Words("en")
        self.here, self.there = Text(step="section"), Text(step="section")
        self.card = Text(step="caption", shade="text_2", selectable=True)
        self.id = Text(step="caption", shade="text_2", selectable=True)
        self.accounts = EntryChoice()
        self.none = Text(shade="text_2")
        self.lines: dict[Row, _Line] = {row: _line() for row in ROWS}
        self._lay_out()
        self.accounts.entered.connect(self.switched)

    def show_case(self, case: Case, candidate: Candidate | None, words: Words) -> None:
        """Show somebody, beside one of his candidates or beside nobody."""
        self._words = words
        self.here.setText(words("Bitrix24"))
        self.there.setText(words("iSpring Learn"))
        self.card.setText(words("portal {portal}, Bitrix24 ID {id}", portal=case.key[0], id=case.key[1]))
        self._draw_accounts(case, candidate)
        here = person_fields(case, words)
        there: Fields = learn_fields(candidate, words) if candidate is not None else {}
        alike: Mapping[Row, bool] = dict(candidate.alike.items()) if candidate is not None else {}
        for row, line in self.lines.items():
            label, known = words(ROWS[row]), alike.get(row)
            told: Sameness = "" if known is None else "same" if known else "different"
            self._draw_line(line, label, here.get(row, ""), there.get(row, ""), told)
            line.there.setVisible(candidate is not None)

    def _draw_accounts(self, case: Case, candidate: Candidate | None) -> None:
        words, several = self._words, len(case.candidates) > 1
        self.accounts.setVisible(several)
        self.accounts.setAccessibleName(words("Account in Learn"))
        self.id.setVisible(not several and candidate is not None)
        self.none.setVisible(candidate is None)
        self.none.setText(words("No account of Learn fits."))
        if candidate is None:
            return
        self.id.setText(words("account {id}", id=candidate.learn_id))
        self.accounts.show_choices(account_choices(case, words), candidate.learn_id)
        self.accounts.setToolTip(words("account {id}", id=candidate.learn_id))

    def _draw_line(self, line: _Line, label: str, here: str, there: str, told: Sameness) -> None:
        words = self._words
        strong = QFont.Weight.DemiBold if told == "different" else None
        line.label.setText(label)
        for text, value in ((line.here, here), (line.there, there)):
            text.setText(value or "—")
            text.set_shade("text" if value else "text_2")
            text.set_step("body", strong)
            text.setAccessibleName(f"{label}: {value or '—'}")
        line.sign.setText(_SIGNS[told])
        line.sign.set_shade("warn" if told == "different" else "ok")
        spoken = {"same": words("the same on both sides"), "different": words("different"), "": ""}[told]
        line.sign.setToolTip(spoken)
        line.sign.setAccessibleName(spoken)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(16, 14, 16, 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        grid.setColumnMinimumWidth(2, 16)
        grid.addLayout(_head(self.here, self.card), 0, 1)
        there = _head(self.there, self.id)
        there.addWidget(self.accounts)
        there.addWidget(self.none)
        grid.addLayout(there, 0, 3)
        grid.addWidget(IconMark("move"), 0, 2, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(Line(), 1, 0, 1, 4)
        for place, line in enumerate(self.lines.values(), 2):
            grid.addWidget(line.label, place, 0, _TOP)
            grid.addWidget(line.here, place, 1, _TOP)
            grid.addWidget(line.sign, place, 2, _TOP | Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(line.there, place, 3, _TOP)
        self.rows.addLayout(grid)


def _line() -> _Line:
    sign = Text(step="section", wrap=False)
    return _Line(Text(shade="text_2", wrap=False), Text(selectable=True), sign, Text(selectable=True))


def _head(title: Text, below: Text) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(title)
    column.addWidget(below)
    return column
