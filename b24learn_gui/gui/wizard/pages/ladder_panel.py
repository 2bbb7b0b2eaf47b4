"""A check ladder with its heading: how far it is, how to stop it or start it again, and what deserves a look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.busy import State
from b24learn_gui.gui.kit.buttons import Action, TextButton
from b24learn_gui.gui.kit.ladder import Ladder, Remedy, ResultView, RungView
from b24learn_gui.gui.kit.notice import Notice, NoticeView
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.wizard.pages import remedies
from b24learn_gui.service.ladder_found import Rung, RungName, RungState
from b24learn_gui.service.ladder_words import happened, not_happened, passed_sentence
from b24learn_gui.text.plan_table import RUNGS
from b24learn_gui.text.words import Words

_STATES: Mapping[RungState, State] = {"waiting": "waiting", "trying": "busy", "passed": "ok", "failed": "failed"}
_MILLISECONDS_BELOW = 1.0
_NOTES = 5

Buttons = Callable[[SyncError], tuple[Action, ...]]


@dataclass(frozen=True)
class CheckView:
    """A check as it stands. `failure`: why it could not be made at all; `reading`: people read so far and in all."""

    rungs: Sequence[Rung]
    busy: bool
    result: ResultView | None = None
    failure: SyncError | None = None
    notes: tuple[str, ...] = ()
    reading: tuple[int, int] | None = None
    by_key: bool = False
    buttons: Buttons = field(default=lambda _error: (), compare=False)


class LadderPanel(QWidget):
    """`stop` and `again` are what its buttons do."""

    def __init__(self, stop: Callable[[], None], again: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._again = again
        self._title, self._count = Text(step="section"), Text(step="caption", shade="text_2", wrap=False)
        self.stop = TextButton(icon="stop")
        self.stop.clicked.connect(stop)
        self.ladder, self.failure = Ladder(), Notice()
        self._notes = [Notice() for _ in range(_NOTES)]
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        head.addWidget(self.stop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(head)
        for part in (self.failure, self.ladder, *self._notes):
            rows.addWidget(part)

    @property
    def outcome(self) -> QWidget:
        """What a check ended with: the failed rung, else the whole ladder."""
        return next((rung for rung in self.ladder.rungs if rung.fill != "card"), self)

    def draw(self, view: CheckView, words: Words) -> None:
        """Shows the check in these words."""
        self._title.setText(words("Connection check"))
        passed = sum(rung.state == "passed" for rung in view.rungs)
        begun = view.busy or any(rung.state != "waiting" for rung in view.rungs)
        self._count.say(words("{done} of {of}", done=passed, of=len(view.rungs)) if begun else "")
        self.stop.setText(words("Stop the check"))
        self.stop.setVisible(view.busy)
        self.failure.show_view(self._failure(view, words))
        self.ladder.show_rungs(_rung_views(view, words))
        self.ladder.show_result(view.result)
        for place, notice in enumerate(self._notes):
            notice.show_view(NoticeView(view.notes[place]) if place < len(view.notes) else None)

    def _failure(self, view: CheckView, words: Words) -> NoticeView | None:
        if view.failure is None:
            return None
        again = Action(words("Check again"), self._again, "retry")
        text = remedies.to_do(view.failure, words, by_key=view.by_key)
        title = happened(view.failure, words)
        return NoticeView(title, text, "failed", (*view.buttons(view.failure), again))


def _rung_views(view: CheckView, words: Words) -> list[RungView]:
    broken: RungName | None = None
    views = []
    for rung in view.rungs:
        name, state = words(RUNGS[rung.name]), _STATES[rung.state]
        if rung.error is not None:
            broken = rung.name
            views.append(RungView(name, state, remedy=_remedy(rung, rung.error, view, words)))
        elif rung.state == "waiting":
            views.append(RungView(name, state, remedies.waiting(broken, words)))
        elif rung.state == "trying":
            views.append(RungView(name, state, _trying(rung, view, words)))
        else:
            views.append(RungView(name, state, passed_sentence(rung, words), _measured(rung, words)))
    return views


def _remedy(rung: Rung, error: SyncError, view: CheckView, words: Words) -> Remedy:
    return Remedy(
        happened(error, words),
        not_happened(rung, words),
        remedies.to_do(error, words, by_key=view.by_key),
        view.buttons(error),
    )


def _trying(rung: Rung, view: CheckView, words: Words) -> str:
    if rung.name == "data" and view.reading is not None:
        done, of = view.reading
        return words("{done} of {of} people read", done=done, of=of) if of else words("being read…")
    return words("being checked…")


def _measured(rung: Rung, words: Words) -> str:
    if not rung.seconds:
        return ""
    if rung.seconds < _MILLISECONDS_BELOW:
        return words("{n} ms", n=round(rung.seconds * 1000))
    return words.seconds(rung.seconds)
