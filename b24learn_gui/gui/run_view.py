"""A running sync at a glance: its stages with what they came to, the bar, how fast, how long, and who is written."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.progress_bar import ProgressBar
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.run_progress import STAGES, RunProgress, Stage
from b24learn_gui.gui.status.words import stage_words
from b24learn_gui.text.words import Words

_STATES: Mapping[str, State] = {"waiting": "waiting", "busy": "busy", "done": "ok"}


class RunView(QWidget):
    """Draws a `RunProgress`. How often is for the owner to decide; the height stays the same whatever is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = ProgressBar()
        self.stages = {name: _StageLine() for name in STAGES}
        self.pace = Text(shade="text_2", wrap=False)
        self.count = Text(step="section", wrap=False)
        self.now = Text(step="caption", shade="text_2", wrap=False)
        self.now.setMinimumWidth(1)  # a long name is cut rather than making the window wider
        above = QHBoxLayout()
        above.setSpacing(12)
        for line in self.stages.values():
            above.addWidget(line, 1, Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.count)
        below.addWidget(self.pace, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        rows.addLayout(above)
        rows.addWidget(self.bar)
        rows.addLayout(below)
        rows.addWidget(self.now)

    def show_progress(self, progress: RunProgress, words: Words) -> None:
        """Where the run stands, in these words."""
        self.stages["bitrix24"].setVisible(not progress.undo)  # which reads no portal
        for stage in progress.stages:
            self.stages[stage.name].show_stage(stage, words)
        self.bar.show_share(progress.done, progress.total)
        self.bar.setAccessibleName(words("Progress"))
        known = progress.total > 0
        self.count.setText(words("{done} of {total}", done=progress.done, total=progress.total) if known else " ")
        self.pace.setText(_pace(progress, words))
        now = words("now: {who}", who=progress.now_touching) if progress.now_touching else " "
        self.now.setText(self.now.fontMetrics().elidedText(now, Qt.TextElideMode.ElideRight, self.width()))

    def show_end(self, state: State) -> None:
        """It has ended: the stages stay as a record, the one at work with the state it ended in."""
        for each in self.stages.values():
            each.end(state)
        for widget in (self.bar, self.count, self.pace, self.now):
            widget.hide()


class _StageLine(QWidget):
    """A stage's mark, its name, and what it came to."""

    def __init__(self) -> None:
        super().__init__()
        self._mark, self._title = StateMark("waiting", 16), Text(wrap=False)
        self._number = Text(step="caption", shade="text_2", wrap=False)
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(6)
        rows.setVerticalSpacing(2)
        rows.addWidget(self._mark, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        rows.addWidget(self._title, 0, 1)
        rows.addWidget(self._number, 1, 1)
        rows.setColumnStretch(1, 1)

    def show_stage(self, stage: Stage, words: Words) -> None:
        state = _STATES[stage.state]
        if self._mark.state != state:
            self._mark.set_state(state)
        self._title.set_step("section" if state == "busy" else "body")
        self._title.set_shade("text_2" if state == "waiting" else "text")
        name, number = stage_words(stage, words)
        self._title.setText(name)
        self._number.setText(number or " ")  # its line is kept, so that nothing jumps

    def end(self, state: State) -> None:
        if self._mark.state == "busy":
            self._mark.set_state(state)
            self._title.set_step("body")


def _pace(progress: RunProgress, words: Words) -> str:
    """Rate and rest, once they say something; or why it waits."""
    if progress.waiting:
        return words("The server asks us to wait {time}.", time=words.seconds(progress.waiting_seconds))
    parts = []
    if progress.per_minute is not None:
        parts.append(words("{n} a minute", n=round(progress.per_minute)))
    if progress.seconds_left is not None:
        parts.append(words("about {time} left", time=words.seconds(max(1, round(progress.seconds_left)))))
    return "".join(f"· {part} " for part in parts).rstrip()
