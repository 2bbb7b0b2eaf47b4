"""What waits for a person, as cards: two open at most, the others behind one line."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import Action, Link, TextButton
from b24learn_gui.gui.kit.ladder import ActionRow
from b24learn_gui.gui.kit.surface import Card, Fill
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.status.cause_words import CauseView, Look, Verb
from b24learn_gui.text.words import Words

OPEN_AT_MOST = 2
_LOOKS: Mapping[Look, tuple[State, Fill, bool]] = {
    "decision": ("warning", "warn_tint", False),
    "trouble": ("failed", "danger_tint", False),
    "note": ("skipped", "card", True),
}
"""Mark, ground, and whether there is a hairline around it."""
_BESIDE_SHARE = 0.5
"""Buttons that take more of a card's width stand below its words."""


class CauseCards(QWidget):
    """Cards of causes, the most urgent first. `pressed`: the card and the key of its verb."""

    pressed = Signal(object, str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._views: tuple[CauseView, ...] = ()
        self._put_off: frozenset[str] = frozenset()
        self._cards: list[CauseCard] = []
        self.more = TextButton(plain=True)
        self._all = False
        self.more.clicked.connect(self._fold)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    @property
    def cards(self) -> tuple["CauseCard", ...]:
        """The cards that can be seen."""
        return tuple(card for card in self._cards if not card.isHidden())

    def show_causes(self, views: Sequence[CauseView], put_off: frozenset[str] = frozenset()) -> None:
        """Shows these causes; those put off (by key) stand behind the line, whatever their urgency."""
        self._put_off = put_off
        self._views = tuple(sorted(views, key=lambda view: view.key in put_off))  # stable
        self._draw()

    def retranslate(self, words: Words) -> None:
        """Says the line in these words; the causes come anew with `show_causes`."""
        self._words = words
        self._draw()

    def _fold(self) -> None:
        self._all = not self._all
        self._draw()

    def _draw(self) -> None:
        words, views = self._words, self._views
        urgent = [view for view in views if view.key not in self._put_off]
        folded = len(views) - min(OPEN_AT_MOST, len(urgent))
        while len(self._cards) < len(views):
            card = CauseCard(self.pressed.emit)
            self._column.insertWidget(len(self._cards), card)
            self._cards.append(card)
        for place, card in enumerate(self._cards):
            shown = place < len(views) and (self._all or place < len(views) - folded)
            if shown:
                card.show_view(views[place], first=place == 0 and bool(urgent))
            card.setVisible(shown)
        self.more.setVisible(folded > 0)
        if folded:
            self.more.set_icon_name("chevron-down" if self._all else "chevron-right")
            said = words("Show less") if self._all else words.plural("{n} more", "{n} more", folded)
            self.more.setText(said)
            self.more.setAccessibleDescription("; ".join(view.title for view in views[len(views) - folded :]))
        self.setVisible(bool(views))


class CauseCard(Card):
    """One cause: its sign, the first line in bold, the lines below it, and at the right what can be done."""

    def __init__(self, press: Callable[[CauseView, str], object], parent: QWidget | None = None) -> None:
        super().__init__(padding=12, parent=parent)
        self._press = press
        self._view: CauseView | None = None
        self._mark = StateMark("warning")
        self.title, self.text = Text(step="section", selectable=True), Text(selectable=True)
        self.note = _Note()
        self.links = (Link(), Link())
        """What can be done about a note: two verbs at most, the first of them the one to choose."""
        self._links = QWidget()
        for place, link in enumerate(self.links):
            link.clicked.connect(partial(self._follow, place))
        self.buttons = ActionRow()
        self._lay_out()

    @property
    def view(self) -> CauseView | None:
        """What is shown."""
        return self._view

    def show_view(self, view: CauseView, *, first: bool) -> None:
        """Shows this cause; the first button of the first card is the one to choose."""
        self._view = view
        state, fill, edge = _LOOKS[view.look]
        if self._mark.state != state:
            self._mark.set_state(state)
        self.set_fill(fill, edge=edge)
        noted = view.look == "note"
        for widget in (self.title, self.text):
            widget.setVisible(not noted)
        self.note.setVisible(noted)
        self._links.setVisible(noted)
        if noted:
            self.note.say(view.title, view.text)
            self._show_links(view.verbs)
            self.buttons.show_actions(())
        else:
            self.title.setText(view.title)
            self.text.say(view.text)
            self.buttons.show_actions(self._actions(view.verbs, first=first))
        self.setAccessibleName(view.title)
        self.setAccessibleDescription(view.text)
        self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        for each in (self.title, self.text, self.note):
            words.addWidget(each)
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(12)
        self._beside.addLayout(words, 1)
        self._beside.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignVCenter)
        self._beside.addWidget(self._links, 0, Qt.AlignmentFlag.AlignVCenter)
        links = QVBoxLayout(self._links)
        links.setContentsMargins(0, 0, 0, 0)
        links.setSpacing(2)
        for link in self.links:
            links.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._beside, 1)
        self.rows.setContentsMargins(16, 12, 16, 12)
        self.rows.addLayout(row)

    def _show_links(self, verbs: Sequence[Verb]) -> None:
        for place, link in enumerate(self.links):
            link.setVisible(place < len(verbs))
            link.setText(verbs[place].text if place < len(verbs) else "")
            link.updateGeometry()

    def _actions(self, verbs: Sequence[Verb], *, first: bool) -> tuple[Action, ...]:
        """The verb to choose stands last, where the eye ends."""
        return tuple(
            Action(verb.text, partial(self._do, verb.do), verb.icon, "primary" if first and not place else "secondary")
            for place, verb in reversed(list(enumerate(verbs)))
        )

    def _turn(self) -> None:
        actions = self._links if self.buttons.isHidden() else self.buttons
        wide = actions.sizeHint().width() <= self.width() * _BESIDE_SHARE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._beside.direction() != way:
            self._beside.setDirection(way)

    def _follow(self, place: int) -> None:
        if self._view is not None and place < len(self._view.verbs):
            self._do(self._view.verbs[place].do)

    def _do(self, verb: str) -> None:
        if self._view is not None:
            self._press(self._view, verb)


class _Note(QLabel):
    """The first line and the rest in one paragraph, the first in bold."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, title: str, text: str) -> None:
        weight = int(QFont.Weight.DemiBold)
        self.setText(f'<span style="font-weight:{weight}">{escape(title)}:</span> {escape(text)}')
        self.setAccessibleName(f"{title}: {text}")
