"""A running sync: its stages, how far it is, what is written now, and how to stop it."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import SecondaryButton
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.progress_bar import ProgressBar
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.run_progress import STAGES, RunProgress, Stage, StageState
from b24learn_gui.gui.status.words import progress_line, stage_words, stop_question
from b24learn_gui.text.words import Words

_STATES: Mapping[StageState, State] = {"waiting": "waiting", "busy": "busy", "done": "ok"}


class ProgressCard(Card):
    """Shows `RunProgress`. `stop` is told once the question what stopping leaves has been answered; `end` where a run
    that has gone silent is to be ended without waiting for its answer.
    """

    stop = Signal()
    end = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._words = words
        self._progress: RunProgress | None = None
        self._silent = False
        self.stages = [StageMark() for _ in STAGES]
        self.bar = ProgressBar()
        self.count, self.now = Text(step="section", wrap=False), Text(shade="text_2")
        self.leaves, self.question = Text(step="caption", shade="text_2", wrap=False), Text()
        self.ask, self.really, self.keep = SecondaryButton(icon="stop"), SecondaryButton(icon="stop"), SecondaryButton()
        self.end_now = SecondaryButton(icon="close")
        self._lay_out()
        self.ask.clicked.connect(self._ask)
        self.keep.clicked.connect(self._keep)
        self.really.clicked.connect(self._stop)
        self.end_now.clicked.connect(self.end)
        self.hide()
        self.retranslate(words)

    def show_progress(self, progress: RunProgress | None) -> None:
        """Shows where the run is; without one the card is gone."""
        self._progress = progress
        if progress is None:
            self._silent = False
            self._foot.setCurrentWidget(self._line)
        self._say()
        self.setVisible(progress is not None)

    def say_silent(self, silent: bool) -> None:
        """Says that the run has told nothing for long, and offers to end it; or that it goes on."""
        self._silent = silent
        self._say()

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.setAccessibleName(words("Progress of the sync"))
        self.bar.setAccessibleName(words("Progress of the sync"))
        self.ask.setText(words("Stop"))
        self.really.setText(words("Stop run"))
        self.keep.setText(words("Keep running"))
        self.end_now.setText(words("End it at once"))
        self._say()

    def _lay_out(self) -> None:
        stages = FlowRow(spacing=28)
        for stage in self.stages:
            stages.add(stage)
        self._line, self._asking = QWidget(), QWidget()
        line, asking = QHBoxLayout(self._line), QHBoxLayout(self._asking)
        for row in (line, asking):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(10)
        line.addWidget(self.count)
        line.addWidget(self.now, 1)
        line.addWidget(self.leaves)
        line.addWidget(self.end_now)
        line.addWidget(self.ask)
        asking.addWidget(self.question, 1)
        asking.addWidget(self.really)
        asking.addWidget(self.keep)
        self._foot = QStackedLayout()
        self._foot.addWidget(self._line)
        self._foot.addWidget(self._asking)
        self.rows.setSpacing(10)
        self.rows.addWidget(stages)
        self.rows.addWidget(self.bar)
        self.rows.addLayout(self._foot)

    def _say(self) -> None:
        progress, words = self._progress, self._words
        if progress is None:
            return
        for mark, stage in zip(self.stages, progress.stages, strict=True):
            mark.show_stage(stage, words)
        self.bar.show_share(progress.done, progress.total)
        count, now = progress_line(progress, words)
        self.count.say(count)
        self.now.setText(words("The run has told nothing for some minutes.") if self._silent else now)
        self.end_now.setVisible(self._silent)
        self.ask.setEnabled(not progress.stopping)
        self.leaves.setText(
            words("what is written stays") if progress.busy == "write" else words("nothing is written yet")
        )
        self.ask.setAccessibleDescription(self.leaves.text())
        if self._foot.currentWidget() is self._asking:
            self.question.setText(stop_question(progress, words))
            if progress.stopping:
                self._foot.setCurrentWidget(self._line)

    def _ask(self) -> None:
        if self._progress is not None:
            self.question.setText(stop_question(self._progress, self._words))
            self._foot.setCurrentWidget(self._asking)
            self.keep.setFocus()

    def _keep(self) -> None:
        self._foot.setCurrentWidget(self._line)
        self.ask.setFocus()

    def _stop(self) -> None:
        self._foot.setCurrentWidget(self._line)
        self.stop.emit()


class StageMark(QWidget):
    """One stage: its state, its name, and what it came to."""

    def __init__(self) -> None:
        super().__init__()
        self.mark = StateMark("waiting")
        self.name, self.number = Text(wrap=False), Text(shade="text_2", wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for each in (self.mark, self.name, self.number):
            row.addWidget(each)

    def show_stage(self, stage: Stage, words: Words) -> None:
        """Shows it; the one at work stands in bold, those still to come are quieter."""
        state = _STATES[stage.state]
        name, number = stage_words(stage, words)
        if self.mark.state != state or not self.name.text():
            self.mark.set_state(state)
            self.name.set_step("section" if stage.state == "busy" else "body")
            self.name.set_shade("text_2" if stage.state == "waiting" else "text")
        if (name, number) != (self.name.text(), self.number.text()):
            self.name.setText(name)
            self.number.say(number)
            self.setAccessibleName(f"{name} {number}".strip())
            self.updateGeometry()
