"""Learn's profile fields, where each is filled from, and how many people have nothing there."""

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.change_delegate import EMPTY
from b24learn_gui.gui.kit.chip import Chip
from b24learn_gui.gui.kit.entry import EntryChoice
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.field_names import field_label
from b24learn_gui.service.setup import FieldReport, FieldRow
from b24learn_gui.sync.policy import LoginFrom
from b24learn_gui.text.plan_table import FIELDS
from b24learn_gui.text.words import Words, mark

_LOGIN, _EMAIL = "login", "email"
_LOGIN_SOURCES: Mapping[LoginFrom, str] = {
    "email": mark("E-mail"),
    "phone": mark("Phone"),
    "bitrix24_id": mark("Bitrix24 id"),
}
_SOURCE_WIDTH = 260


class MappingTable(Card):
    """`mapped` tells Learn field and Bitrix24 field ("" for none), `login_chosen` what the login is made of."""

    mapped = Signal(str, str)
    login_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._words = Words("en")
        self._report: FieldReport | None = None
        self._login_from: LoginFrom = "email"
        self._rows: dict[str, _Row] = {}
        self._heads = tuple(Text(step="caption", shade="text_2", wrap=False) for _ in range(3))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 7)
        self._grid.setColumnStretch(2, 2)
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
        self._heads[2].setAlignment(Qt.AlignmentFlag.AlignRight)
        self.rows.addLayout(self._grid)

    def show_report(self, report: FieldReport, login_from: LoginFrom) -> None:
        """Shows these fields; boxes of fields that stay keep the keyboard."""
        self._report, self._login_from = report, login_from
        if [row.name for row in report.rows] != list(self._rows):
            self._rebuild(report)
        self._draw()

    @property
    def is_filled(self) -> bool:
        """Whether there are fields to see."""
        return bool(self._rows)

    def box(self, name: str) -> EntryChoice:
        """The box of one Learn field; KeyError where it has none."""
        box = self._rows[name].box
        if box is None:
            raise KeyError(name)
        return box

    def lacking(self, name: str) -> str:
        """How many lack this field, as written."""
        return self._rows[name].lacking.text()

    def retranslate(self, words: Words) -> None:
        self._words = words
        for head, text in zip(
            self._heads, (words("Field in Learn"), words("Field in Bitrix24"), words("Lack a value")), strict=True
        ):
            head.setText(text)
        self._draw()

    def _rebuild(self, report: FieldReport) -> None:
        for row in self._rows.values():
            row.remove(self._grid)
        self._rows = {}
        for place, each in enumerate(report.rows, 1):
            row = _Row(choice=each.name.lower() != _EMAIL)
            self._rows[each.name] = row
            self._grid.addWidget(row.names, place, 0)
            self._grid.addWidget(row.box or row.plain, place, 1)
            self._grid.addWidget(row.lacking, place, 2)
            if row.box is not None:
                row.box.entered.connect(lambda value, name=each.name: self._chosen(name, value))

    def _chosen(self, name: str, value: str) -> None:
        if name.lower() == _LOGIN:
            self.login_chosen.emit(value)
        else:
            self.mapped.emit(name, value)

    def _draw(self) -> None:
        report, words = self._report, self._words
        if report is None:
            return
        for each in report.rows:
            row = self._rows[each.name]
            label = field_label(each.name, each.label, words)
            row.say(each, label, report, words)
            if row.box is None:
                row.plain.setText(words("E-mail"))
            elif each.name.lower() == _LOGIN:
                choices = {source: words(text) for source, text in _LOGIN_SOURCES.items()}
                row.offer(cast("Mapping[str, str]", choices), self._login_from, label)
            else:
                row.offer(_choices(each, report, words), each.source, label)


class _Row:
    """The widgets of one field."""

    def __init__(self, *, choice: bool) -> None:
        self.names = QWidget()
        self.name, self.code = Text(), Text(step="caption", shade="text_2")
        self.required = Chip()
        self.box = EntryChoice() if choice else None
        self.plain = Text(shade="text_2")
        self.lacking = Text(wrap=False, selectable=True)
        self.lacking.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if self.box is not None:
            self.name.setBuddy(self.box)
            self.box.setSizeAdjustPolicy(EntryChoice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.box.setMinimumContentsLength(12)
            self.box.setMaximumWidth(_SOURCE_WIDTH * 2)
            self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.code)
        line = QHBoxLayout(self.names)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addLayout(words, 1)
        line.addWidget(self.required)

    def remove(self, grid: QGridLayout) -> None:
        for widget in (self.names, self.box or self.plain, self.lacking):
            grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def say(self, field: FieldRow, label: str, report: FieldReport, words: Words) -> None:
        self.name.setText(label)
        self.code.say("" if label == field.name or field.name.lower() in FIELDS else field.name)
        self.required.setText(words("required"))
        self.required.setVisible(field.required)
        amber = field.required and field.lacking > 0
        self.lacking.set_shade("warn" if amber else "text" if field.lacking else "text_2")
        self.lacking.setText(
            words("{lacking} of {people}", lacking=field.lacking, people=report.people) if field.source else EMPTY
        )

    def offer(self, choices: Mapping[str, str], chosen: str, label: str) -> None:
        """The choices of the box; nobody is told. Left alone while somebody looks through the open list."""
        if self.box is not None:
            self.box.setAccessibleName(label)
            self.box.show_choices(choices, chosen)


def _choices(row: FieldRow, report: FieldReport, words: Words) -> dict[str, str]:
    """Nothing, then every Bitrix24 field by its name; one that is mapped but unknown keeps its place by its code."""
    sources = dict(report.sources)
    if row.source:
        sources.setdefault(row.source, row.source)
    named = sorted(sources.items(), key=lambda each: (each[1].casefold(), each[0]))
    return {"": words("is not filled"), **{code: _source(code, name, words) for code, name in named}}


def _source(code: str, name: str, words: Words) -> str:
    return code if name in {"", code} else words("{name} ({code})", name=name, code=code)
