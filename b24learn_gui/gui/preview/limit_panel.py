"""What did not (or would not) happen because of a limit: the sentence, the numbers, the most likely causes."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import StateMark
from b24learn_gui.gui.kit.buttons import Action, Link
from b24learn_gui.gui.kit.ladder import ActionRow
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.limit_causes import ExceededLimit
from b24learn_gui.gui.preview.limit_bar import CauseBar, LimitBar
from b24learn_gui.text.plan_table import Forms, mark_plural
from b24learn_gui.text.plans import reason_phrase
from b24learn_gui.text.words import Words

_NOUNS: Mapping[str, Forms] = {
    "user.create": mark_plural("person would be created", "people would be created"),
    "user.adopt": mark_plural("existing account would be linked", "existing accounts would be linked"),
    "user.update": mark_plural("profile would be changed", "profiles would be changed"),
    "user.move": mark_plural("person would be moved", "people would be moved"),
    "user.deactivate": mark_plural("person would be deactivated", "people would be deactivated"),
    "user.reactivate": mark_plural("person would be reactivated", "people would be reactivated"),
    "login_changes": mark_plural("login would be changed", "logins would be changed"),
    "letters": mark_plural("letter would be sent", "letters would be sent"),
}
_NOUN_WIDTH = 132
_MOST_CAUSES = 3


class LimitPanel(Card):
    """Hidden while no limit is exceeded. `list_wanted` carries the list (a key of `TILES`) somebody wants to see."""

    list_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title, self._text = Text(step="section", selectable=True), Text(shade="text_2", selectable=True)
        self._limits: list[QWidget] = []
        self._shown: tuple[object, ...] = ()
        self.buttons = ActionRow()
        head = QHBoxLayout()
        head.setSpacing(12)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self._title)
        said.addWidget(self._text)
        self._column.addLayout(said)
        self._column.addWidget(self.buttons)
        head.addWidget(StateMark("warning"), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(self._column, 1)
        self.rows.addLayout(head)
        self.hide()

    def show_limits(
        self,
        limits: Sequence[ExceededLimit],
        title: str,
        text: str,
        words: Words,
        actions: tuple[Action, ...] = (),
    ) -> None:
        """Say this first, then each limit with its causes, then what can be done. Without limits there is nothing."""
        shown = (tuple(limits), title, text, words.language)
        self.setVisible(bool(limits))
        self.buttons.show_actions(actions)
        if shown == self._shown:
            return
        self._shown = shown
        self._title.setText(title)
        self._text.say(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        for old in self._limits:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        most = _MOST_CAUSES if len(limits) == 1 else 1
        self._limits = [self._limit(each, most, words) for each in limits]
        for place, made in enumerate(self._limits, 1):
            self._column.insertWidget(place, made)

    def _limit(self, limit: ExceededLimit, most: int, words: Words) -> QWidget:
        box = QWidget()
        rows = QVBoxLayout(box)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(self._numbers(limit, words))
        rows.addLayout(_causes(limit, most, words))
        return box

    def _numbers(self, limit: ExceededLimit, words: Words) -> QHBoxLayout:
        noun = Text(words.plural(*_NOUNS[limit.kind], limit.planned), step="caption", shade="text_2")
        noun.setFixedWidth(_NOUN_WIDTH)
        bar = LimitBar()
        bar.show_limit(
            limit.planned,
            limit.allowed,
            words("limit {n}", n=limit.allowed),
            f"+{words.number(limit.planned - limit.allowed)}",
        )
        opener = Link(words("Show the list"), "caption")
        opener.clicked.connect(partial(self.list_wanted.emit, limit.tile))
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addStretch(1)
        if limit.linked:
            percent = 100 * limit.planned / limit.linked
            share = words(
                "{percent} % of {linked} linked",
                percent=round(percent) if percent >= 10 else percent,
                linked=limit.linked,
            )
            beside.addWidget(Text(share, step="caption", shade="text_2", wrap=False, selectable=True))
        beside.addWidget(opener)
        beside.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Text(words.number(limit.planned), step="big", wrap=False, selectable=True))
        row.addWidget(noun)
        row.addWidget(bar, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(beside)
        return row


def _causes(limit: ExceededLimit, most: int, words: Words) -> QGridLayout:
    """`34 of 37`, a bar, the cause; what is left over in one line."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(2, 1)
    shown = limit.causes[:most]
    lines = [(each.number, reason_phrase(*each.reason, words)) for each in shown]
    rest = limit.counted - sum(each.number for each in shown)
    if rest:
        lines.append((rest, words("other causes")))
    for row, (number, text) in enumerate(lines):
        told = words("{number} of {all}", number=number, all=limit.counted)
        grid.addWidget(Text(told, step="caption", shade="text_2", wrap=False, selectable=True), row, 0)
        grid.addWidget(CauseBar(number / limit.counted), row, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(Text(text[:1].upper() + text[1:], step="caption", selectable=True), row, 2)
    return grid
