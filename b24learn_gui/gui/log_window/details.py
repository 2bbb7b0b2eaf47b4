"""One record with everything that is known of it and is no secret."""

from collections.abc import Iterator, Mapping
from datetime import UTC

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.company.model import person_label
from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import Link, TextButton
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.log_window.words import Shown
from b24learn_gui.storage.log_records import ERROR, WARNING
from b24learn_gui.text.plans import cause_phrase
from b24learn_gui.text.words import Words

Fact = tuple[str, str, str]
"""A label, its value, and where the value leads or nothing."""

_COLUMNS = 2
_TOLD = frozenset({"portal", "bitrix24_id", "learn_id", "kind", "code", "error"})


class Details(Card):
    """`explain` asks why somebody is (or is not) in Learn, by `portal:id`."""

    explain = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._shown: Shown | None = None
        self._facts: list[Fact] = []
        self._who = ""
        self.mark, self.title = StateMark("info"), Text(step="section", selectable=True)
        self.copy, self.why = TextButton(icon="copy", plain=True), TextButton(icon="person", plain=True)
        self.sentence = Text(selectable=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(2 * column + 1, 1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.title, 1)
        head.addWidget(self.why)
        head.addWidget(self.copy)
        facts = QVBoxLayout()
        facts.addLayout(self._grid)
        self.rows.addLayout(head)
        self.rows.addWidget(self.sentence)
        self.rows.addLayout(facts)
        self.copy.clicked.connect(self._copy)
        self.why.clicked.connect(lambda: self.explain.emit(self._who))
        self.hide()

    @property
    def text(self) -> str:
        """Everything shown, as it is copied."""
        lines = [self.title.text(), self.sentence.text(), *(f"{label}: {value}" for label, value, _ in self._facts)]
        return "\n".join(line for line in lines if line)

    def show_record(self, shown: Shown | None, cards: Mapping[str, str], words: Words) -> None:
        """Show a record, or nothing. `cards`: where a person's card is in Bitrix24, by portal."""
        self._shown = shown
        self.setVisible(shown is not None)
        self.copy.setText(words("Copy"))
        self.copy.setAccessibleName(words("Copy"))
        self.why.setText(words("Explain this person…"))
        self.why.setAccessibleName(words("Explain this person…"))
        if shown is None:
            return
        state: State = "failed" if shown.level >= ERROR else "warning" if shown.level >= WARNING else "info"
        self.mark.set_state("ok" if shown.deed is not None and shown.deed.state == "done" else state)
        self.title.setText(f"{shown.who}: {shown.kind}" if shown.who else shown.kind)
        self.sentence.setText(shown.what)
        self._facts = list(_facts(shown, cards, words))
        self._who = _whose(shown)
        self.why.setVisible(bool(self._who))
        self._draw()

    def _draw(self) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for place, (label, value, address) in enumerate(self._facts):
            row, column = divmod(place, _COLUMNS)
            self._grid.addWidget(Text(label, step="caption", shade="text_2", wrap=False), row, 2 * column)
            self._grid.addWidget(_value(label, value, address), row, 2 * column + 1)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)


def _value(label: str, value: str, address: str) -> QWidget:
    if not address:
        return Text(value, step="caption", selectable=True)
    link = Link(value, "caption")
    link.setAccessibleName(f"{label} {value}")
    link.setToolTip(address)
    link.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(address)))
    return link


def _whose(shown: Shown) -> str:
    """Whom `explain` is asked about: people alone have accounts."""
    deed = shown.deed
    if deed is None or deed.bitrix24_id is None or not deed.person:
        return ""
    return person_label((deed.portal, deed.bitrix24_id))


def _facts(shown: Shown, cards: Mapping[str, str], words: Words) -> Iterator[Fact]:
    deed, record = shown.deed, shown.record
    fields = record.fields if record is not None else {}
    portal = deed.portal if deed is not None else fields.get("portal")
    number = deed.bitrix24_id if deed is not None else fields.get("bitrix24_id")
    if number is not None:
        card = cards.get(str(portal), "").replace("{id}", str(number)) if _whose(shown) else ""
        yield words("Bitrix24"), str(number), card
    learn_id = (deed.learn_id if deed is not None else "") or str(fields.get("learn_id") or "")
    if learn_id:
        yield words("Learn"), learn_id, ""
    if shown.label or shown.before or shown.after:
        yield words("Was"), shown.before, ""
        yield words("Is"), shown.after, ""
    if deed is not None and deed.cause:
        yield words("Cause"), cause_phrase(deed.cause, words), ""
    code = (deed.code if deed is not None else "") or str(fields.get("code") or "")
    if code:
        yield words("Code"), code, ""
    if deed is not None and deed.message:
        yield words("Answer"), deed.message, ""
    if portal:
        yield words("Portal"), str(portal), ""
    if record is not None and record.time is not None:
        moment = record.time.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")
        yield words("Time"), f"{moment} UTC", ""
    for name, value in fields.items():
        if name not in _TOLD and value not in (None, ""):
            yield name, str(value), ""
    error = fields.get("error")
    if isinstance(error, Mapping):
        yield words("Error"), ", ".join(str(error[name]) for name in ("kind", "code") if error.get(name)), ""
        through = error.get("through")
        if isinstance(through, list) and through:
            yield words("Place"), str(through[-1]), ""
