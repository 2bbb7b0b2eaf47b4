"""The check ladder: one rung a check, the failed one grows to say what to do, the numbers stand last."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import Action, Button, button
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.surface import CARD_RADIUS, Fill, paint_card, rounded
from b24learn_gui.gui.kit.text import Text

_NAME_WIDTH = 108
_SIDE = 16


@dataclass(frozen=True)
class Remedy:
    """What happened, what did not happen, what to do next, and the buttons that do it."""

    happened: str
    not_happened: str = ""
    todo: str = ""
    buttons: tuple[Action, ...] = ()


@dataclass(frozen=True)
class RungView:
    """One rung: its name, state, the sentence of its result and what was measured; with `remedy` it grows."""

    name: str
    state: State
    text: str = ""
    measured: str = ""
    remedy: Remedy | None = None


@dataclass(frozen=True)
class ResultView:
    """The last line: numbers with their nouns, a remark, and what can be done again."""

    figures: tuple[tuple[str, str], ...]
    note: str = ""
    action: Action | None = None


class Rung(QFrame):
    """One line of the ladder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: RungView | None = None
        self._mark = StateMark()
        self._name = Text(step="section")
        self._text = Text(selectable=True)
        self._measured = Text(step="caption", shade="text_2", wrap=False)
        self._name.setFixedWidth(_NAME_WIDTH)
        self._not_happened = Text(selectable=True)
        self._todo = Text(selectable=True)
        self._buttons = ActionRow()
        for each in (self._name, self._text, self._measured):
            each.setMinimumHeight(icons.STATE)
            each.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(6)
        for part in (self._text, self._not_happened, self._todo, self._buttons):
            words.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(_SIDE, 8, _SIDE, 8)
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._measured, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def fill(self) -> Fill:
        """The surface of this rung: a failed one with a remedy stands on the tint of danger."""
        grown = self._view is not None and self._view.remedy is not None
        if not grown or self._view is None:
            return "card"
        return "danger_tint" if self._view.state == "failed" else "warn_tint"

    def show_view(self, view: RungView) -> None:
        """Draws the view; buttons that look the same stay, so the keyboard stays where it was."""
        self._buttons.show_actions(view.remedy.buttons if view.remedy else ())
        if view == self._view:
            return
        self._view = view
        remedy = view.remedy
        if self._mark.state != view.state:
            self._mark.set_state(view.state)
        waiting = view.state == "waiting"
        self._name.setText(view.name)
        self._name.set_step("body" if waiting else "section")
        self._name.set_shade("text_2" if waiting else "text")
        self._text.setText(remedy.happened if remedy else view.text)
        self._text.set_step("section" if remedy else "body")
        self._text.set_shade("text_2" if waiting else "text")
        self._not_happened.say(remedy.not_happened if remedy else "")
        self._todo.say(remedy.todo if remedy else "")
        self._measured.setText(view.measured)
        said = (self._text.text(), self._not_happened.text(), self._todo.text(), view.measured)
        self.setAccessibleName(view.name)
        self.setAccessibleDescription(" ".join(part for part in said if part))
        self.update()


class Result(QWidget):
    """The numbers a ladder ends with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: ResultView | None = None
        self._row = FlowRow(spacing=28)
        self._buttons = ActionRow()
        self.rows = QHBoxLayout(self)
        self.rows.setContentsMargins(_SIDE + 32, 12, _SIDE - 8, 12)
        self.rows.addWidget(self._row, 1)
        self.rows.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_view(self, view: ResultView) -> None:
        """Draws the numbers."""
        self._buttons.show_actions((view.action,) if view.action else ())
        if view == self._view:
            return
        self._view = view
        self._row.clear()
        for number, noun in view.figures:
            self._row.add(_figure(number, noun))
        if view.note:
            self._row.add(Text(view.note, step="caption", shade="text_2", wrap=False))


class Ladder(QFrame):
    """Rungs on a card, the heading above it is the page's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rungs: list[Rung] = []
        self._result = Result()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(1)
        self._column.addWidget(self._result)
        self._result.hide()

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The rungs shown, in order."""
        return tuple(self._rungs)

    def show_rungs(self, views: Sequence[RungView]) -> None:
        """Shows these rungs, each in its place."""
        while len(self._rungs) > len(views):
            gone = self._rungs.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self._rungs) < len(views):
            rung = Rung()
            self._column.insertWidget(len(self._rungs), rung)
            self._rungs.append(rung)
        for rung, view in zip(self._rungs, views, strict=True):
            rung.show_view(view)
        self.update()

    def show_result(self, result: ResultView | None) -> None:
        """Shows the numbers below the rungs, or nothing."""
        if result is not None:
            self._result.show_view(result)
        self._result.setVisible(result is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, shades = QPainter(self), tone.current()
        whole = QRectF(self.rect())
        paint_card(painter, whole, "card", edge=True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(rounded(whole.adjusted(1, 1, -1, -1), CARD_RADIUS - 1))
        lines: list[QWidget] = [*self._rungs, *([self._result] if self._result.isVisible() else [])]
        for place, part in enumerate(lines):
            rect = part.geometry()
            if isinstance(part, Rung) and part.fill != "card":
                painter.fillRect(rect, getattr(shades, part.fill))
            if place:
                painter.fillRect(rect.left(), rect.top() - 1, rect.width(), 1, shades.line)


class ActionRow(FlowRow):
    """The buttons of a rung or a line; kept while they look the same."""

    def __init__(self) -> None:
        super().__init__(spacing=8)
        self._actions: tuple[Action, ...] = ()
        self._made: list[Button] = []
        self.hide()

    def show_actions(self, actions: tuple[Action, ...]) -> None:
        """Shows a button for each action. What they do is taken anew each time."""
        same = actions == self._actions
        self._actions = actions
        if same:
            return
        self.clear()
        self._made = [button(action, self) for action in actions]
        for number, made in enumerate(self._made):
            made.clicked.connect(lambda _checked=False, number=number: self._actions[number].do())
            self.add(made)
        self.setVisible(bool(actions))


def _figure(number: str, noun: str) -> QWidget:
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(5)
    large = Text(number, step="number", wrap=False, selectable=True)
    small = Text(noun, shade="text_2", wrap=False, selectable=True)
    drop = large.fontMetrics().descent() - small.fontMetrics().descent()
    small.setContentsMargins(0, 0, 0, max(0, drop))
    row.addWidget(large)
    row.addWidget(small, 0, Qt.AlignmentFlag.AlignBottom)
    return pair
