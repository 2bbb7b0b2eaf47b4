"""Both sides of one case, side by side: every label is made once, and only says something else for the next case.

Widgets that are made and ended with each click would pile up work for the toolkit while worker threads run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFont
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.conflicts.words import NOTHING, ROWS, Fields, Row, account_choices, learn_fields, person_fields
from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.buttons import Link
from b24learn_gui.gui.kit.chip import Chip
from b24learn_gui.gui.kit.entry import EntryChoice
from b24learn_gui.gui.kit.surface import Card, Line
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.service.conflict_cases import Candidate, Case
from b24learn_gui.text.words import Words

Sameness = Literal["same", "different", ""]
_SIGNS: Mapping[Sameness, str] = {"same": "=", "different": "≠", "": ""}
_CARD = "/company/personal/user/{id}/"
"""Where a person's card stands on every portal."""
_SIGN_WIDTH = 32
_TOP = Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class _Line:
    label: Text
    here: Text
    sign: Chip
    there: Text


class Comparison(Card):
    """Bitrix24 on the left, an account of Learn on the right, a sign between them. `switched`: to another account.

    `addresses`: where the portals are, by key: a card's number leads there.
    """

    switched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, parent=parent)
        self._words = Words("en")
        self.here, self.there = Text(step="section"), Text(step="section")
        self.addresses: Mapping[str, str] = {}
        self._address = ""
        self.card, self.card_link = Text(step="caption", shade="text_2", selectable=True), Link(step="caption")
        self.id = Text(step="caption", shade="text_2", selectable=True)
        self.accounts = EntryChoice()
        self.none = Text(shade="text_2")
        self.lines: dict[Row, _Line] = {row: _line() for row in ROWS}
        self._lay_out()
        self.accounts.entered.connect(self.switched)
        self.card_link.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._address)))

    def show_case(self, case: Case, candidate: Candidate | None, words: Words) -> None:
        """Show somebody, beside one of his candidates or beside nobody."""
        self._words = words
        self.here.setText(words("Bitrix24"))
        self.there.setText(words("iSpring Learn"))
        self._draw_card(case)
        self._draw_accounts(case, candidate)
        here = person_fields(case, words)
        there: Fields = learn_fields(candidate, words) if candidate is not None else {}
        alike: Mapping[Row, bool] = dict(candidate.alike.items()) if candidate is not None else {}
        for row, line in self.lines.items():
            label, known = words(ROWS[row]), alike.get(row)
            told: Sameness = "" if known is None else "same" if known else "different"
            self._draw_line(line, label, here.get(row, ""), there.get(row, ""), told)
            line.there.setVisible(candidate is not None)

    def _draw_card(self, case: Case) -> None:
        portal, number = case.key
        said = self._words("portal {portal}, Bitrix24 ID {id}", portal=portal, id=number)
        address = self.addresses.get(portal, "")
        self._address = f"{address}{_CARD.format(id=number)}" if address.startswith("http") else ""
        for shown, widget in ((not self._address, self.card), (bool(self._address), self.card_link)):
            widget.setText(said)
            widget.setVisible(shown)
        self.card_link.updateGeometry()
        self.card_link.setToolTip(self._address)

    def _draw_accounts(self, case: Case, candidate: Candidate | None) -> None:
        words, several = self._words, len(case.candidates) > 1
        self.accounts.setVisible(several)
        self.accounts.setAccessibleName(words("Account in Learn"))
        self.id.setVisible(candidate is not None)
        self.none.setVisible(candidate is None)
        self.none.setText(words("No account of Learn fits."))
        if candidate is None:
            return
        self.id.setText(words("account {id}", id=candidate.learn_id))
        self.accounts.show_choices(account_choices(case, words), candidate.learn_id)

    def _draw_line(self, line: _Line, label: str, here: str, there: str, told: Sameness) -> None:
        words = self._words
        strong = QFont.Weight.DemiBold if told == "different" else None
        line.label.setText(label)
        for text, value in ((line.here, here), (line.there, there)):
            text.setText(value)
            text.set_shade("text" if value != NOTHING else "text_2")
            text.set_step("body", strong)
            text.setAccessibleName(f"{label}: {value}" if value else "")
        spoken = {"same": words("the same on both sides"), "different": words("different"), "": ""}[told]
        line.sign.setVisible(bool(told))
        line.sign.setText(_SIGNS[told])
        line.sign.set_fill(*(("warn_tint", "warn") if told == "different" else ("ok_tint", "ok")))
        line.sign.setToolTip(spoken)
        line.sign.setAccessibleName(spoken)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(16, 14, 16, 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        grid.setColumnMinimumWidth(2, _SIGN_WIDTH)
        grid.addLayout(_head("portal", self.here, self.card, self.card_link), 0, 1)
        grid.addLayout(_head("learn", self.there, self.accounts, self.id, self.none), 0, 3)
        grid.addWidget(Line(), 1, 0, 1, 4)
        for place, line in enumerate(self.lines.values(), 2):
            grid.addWidget(line.label, place, 0, _TOP)
            grid.addWidget(line.here, place, 1, _TOP)
            grid.addWidget(line.sign, place, 2, _TOP | Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(line.there, place, 3, _TOP)
        self.rows.addLayout(grid)


def _line() -> _Line:
    sign = Chip()
    sign.set_step("section")
    policy = sign.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    sign.setSizePolicy(policy)
    return _Line(Text(shade="text_2", wrap=False), Text(selectable=True), sign, Text(selectable=True))


def _head(icon: str, title: Text, *below: QWidget) -> QVBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(IconMark(icon))
    line.addWidget(title, 1)
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addLayout(line)
    for each in below:
        column.addWidget(each)
    column.addStretch(1)
    return column
