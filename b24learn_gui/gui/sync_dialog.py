"""A sync started from the review while it runs, and what it came to."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import PrimaryButton, SecondaryButton
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.run_view import RunView
from b24learn_gui.gui.worker import Worker
from b24learn_gui.text import plan_table
from b24learn_gui.text.words import Words

_WIDTH = 640
_LEFT_OUT = ("skipped", "conflict", "failed")
_DONE, _LEFT_SOME, _LIMIT, _STOPPED = 0, 10, 20, 51


class SyncDialog(QDialog):
    """Shows a started `Worker`; closed only once it has ended, because closing would stop it.

    `first`: it is this setup's first one, and is called that.
    """

    def __init__(self, worker: Worker, words: Words, parent: QWidget | None = None, *, first: bool = False) -> None:
        super().__init__(parent)
        self._worker, self._words, self._first = worker, words, first
        self._progress = worker.progress
        self._code: int | None = None
        self._summary: Mapping[str, Any] | None = None
        self.mark = StateMark("busy")
        self.headline = Text(step="section")
        self.detail = Text(shade="text_2", selectable=True)
        self.run, self.counts = RunView(), Counts()
        self.leaves = Text(step="caption", shade="text_2")
        self.stop, self.leave = SecondaryButton(icon="stop"), PrimaryButton()
        self._lay_out()
        self.stop.clicked.connect(self._ask_to_stop)
        self.leave.clicked.connect(self.accept)
        worker.moved.connect(self._moved)
        worker.ended.connect(self._ended)
        self.retranslate(words)

    @property
    def ended(self) -> bool:
        """Whether the sync has come to its end."""
        return self._code is not None

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.setWindowTitle(words("First sync") if self._first else words("Sync"))
        self.stop.setText(words("Stop the sync"))
        self.leave.setText(words("Close"))
        self.leaves.setText(words("What is written by then stays."))
        self._say()

    def reject(self) -> None:
        """Escape and the window's cross: only once it has ended."""
        if self.ended:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.ended:
            event.ignore()
            return
        super().closeEvent(event)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.headline)
        words.addWidget(self.detail)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.leaves, 1)
        foot.addStretch(0)
        foot.addWidget(self.stop)
        foot.addWidget(self.leave)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 20)
        rows.setSpacing(16)
        rows.addLayout(head)
        rows.addWidget(self.run)
        rows.addWidget(self.counts)
        rows.addStretch(1)
        rows.addLayout(foot)
        self.setMinimumWidth(_WIDTH)

    def _ask_to_stop(self) -> None:
        self.stop.setEnabled(False)
        self._worker.stop()

    def _moved(self, progress: RunProgress) -> None:
        if self.ended:
            return  # a later run of the same worker
        self._progress = progress
        self._say()

    def _ended(self, code: int, summary: Mapping[str, Any] | None, crashed: bool) -> None:
        del crashed  # then there is no summary, and that is said
        if self.ended:
            return
        self._code, self._summary = code, summary
        self.mark.set_state(_state(code))
        self._say()
        self.adjustSize()
        self.leave.setFocus()

    def _say(self) -> None:
        words, progress = self._words, self._progress
        for widget in (self.stop, self.leaves):
            widget.setVisible(not self.ended)
        self.leave.setVisible(self.ended)
        self.run.show_progress(progress, words)
        if self._code is not None:
            headline, detail = outcome(self._code, self._summary, words)
            self.run.show_end("ok" if self._code in {_DONE, _LEFT_SOME} else _state(self._code))
            self.counts.show_counts(self._summary or {}, words)
        elif progress.stopping:
            headline = words("The sync is stopping")
            detail = words("The write in flight is finished; what is written stays.")
        else:
            headline = words("The first sync is running") if self._first else words("The sync is running")
            detail = words("Exactly the plan you have seen is written, nothing else.")
        self.headline.setText(headline)
        self.detail.say(detail)


class Counts(QWidget):
    """What was written, one kind a line, numbers under each other; takes no room where nothing was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(32, 0, 0, 0)
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(4)
        self._rows.setColumnStretch(1, 1)
        self._lines: dict[str, tuple[Text, Text]] = {}
        self.hide()

    def show_counts(self, summary: Mapping[str, Any], words: Words) -> None:
        """The counts of a run's summary (INTERFACE)."""
        counts: Mapping[str, int] = summary.get("counts", {}) if "error" not in summary else {}
        for row, (kind, noun) in enumerate(plan_table.KINDS.items()):
            if counts.get(kind):
                number, label = self._line(kind, row)
                number.setText(words.number(counts[kind]))
                label.setText(words(noun))
        self.setVisible(bool(self._lines))

    def _line(self, kind: str, row: int) -> tuple[Text, Text]:
        if kind not in self._lines:
            number, label = Text(wrap=False, selectable=True), Text(shade="text_2", wrap=False)
            self._lines[kind] = number, label
            self._rows.addWidget(number, row, 0, Qt.AlignmentFlag.AlignRight)
            self._rows.addWidget(label, row, 1)
        return self._lines[kind]


def outcome(code: int, summary: Mapping[str, Any] | None, words: Words) -> tuple[str, str]:
    """What a sync that ended with this exit code came to: the number, and what it means."""
    if summary is None:
        return (
            words("The sync ended before it could say how it went."),
            words("What it had written by then stays. The log names the cause; then sync again."),
        )
    if "error" in summary:
        return words("The sync did not come to its end."), str(summary["error"]["message"])
    if code == _LIMIT:
        return (
            words("Nothing was written: the plan waits for approval."),
            words("Something changed since the review, so its plan no longer holds. Preview again, then approve."),
        )
    written = sum(summary.get("counts", {}).values())
    if code == _STOPPED and not written:
        return words("Stopped before anything was written."), words("The whole plan stays for the next run.")
    people = summary.get("people", {})
    left_out = sum(people.get(name, 0) for name in _LEFT_OUT)
    headline = (
        words.plural("{n} change is written to Learn.", "{n} changes are written to Learn.", written)
        if written
        else words("Everything matches: nothing had to be written.")
    )
    if code == _STOPPED:
        return headline, words("It was stopped. What is not written yet goes into the next plan.")
    if not left_out:
        return headline, words("Nobody was left out.")
    return headline, words.plural(
        "{n} person was left out; the review names the cause.",
        "{n} people were left out; the review names the causes.",
        left_out,
    )


def _state(code: int) -> State:
    return "ok" if code == _DONE else "warning" if code in {_LEFT_SOME, _LIMIT, _STOPPED} else "failed"
