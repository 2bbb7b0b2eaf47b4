"""The first sync while it runs, and what it came to."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import PrimaryButton, SecondaryButton
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.worker import Worker
from b24learn_gui.text import plan_table
from b24learn_gui.text.words import Words

_WIDTH = 480
_LEFT_OUT = ("skipped", "conflict", "failed")
_DONE, _LEFT_SOME, _LIMIT, _STOPPED = 0, 10, 20, 51


class FirstSync(QDialog):
    """Shows a started `Worker`; closed only once it has ended, because closing would stop it."""

    def __init__(self, worker: Worker, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._worker, self._words = worker, words
        self._phase, self._count = "", ""
        self._code: int | None = None
        self._summary: Mapping[str, Any] | None = None
        self._stopping = False
        self.mark = StateMark("busy")
        self.headline = Text(step="section")
        self.detail = Text(shade="text_2", selectable=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.stop, self.leave = SecondaryButton(icon="stop"), PrimaryButton()
        self._lay_out()
        self.stop.clicked.connect(self._ask_to_stop)
        self.leave.clicked.connect(self.accept)
        worker.told.connect(self._told)
        worker.ended.connect(self._ended)
        self.retranslate(words)

    @property
    def ended(self) -> bool:
        """Whether the sync has come to its end."""
        return self._code is not None

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.setWindowTitle(words("First sync"))
        self.stop.setText(words("Stop the sync"))
        self.leave.setText(words("Close"))
        self.bar.setAccessibleName(words("First sync"))
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
        foot.addStretch(1)
        foot.addWidget(self.stop)
        foot.addWidget(self.leave)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 20)
        rows.setSpacing(16)
        rows.addLayout(head)
        rows.addWidget(self.bar)
        rows.addStretch(1)
        rows.addLayout(foot)
        self.setMinimumWidth(_WIDTH)

    def _ask_to_stop(self) -> None:
        self._stopping = True
        self.stop.setEnabled(False)
        self._worker.stop()
        self._say()

    def _told(self, event: Mapping[str, Any]) -> None:
        if self.ended:
            return  # a later run of the same worker
        if event.get("event") == "phase":
            self._phase, self._count = str(event.get("phase", "")), ""
            self.bar.setRange(0, 0)
        elif event.get("event") == "progress":
            done, total = int(event.get("done", 0)), int(event.get("total", 0))
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self._count = self._words("{done} of {total}", done=done, total=total) if total else ""
        else:
            return
        self._say()

    def _ended(self, code: int, summary: Mapping[str, Any] | None, crashed: bool) -> None:
        del crashed  # then there is no summary, and that is said
        if self.ended:
            return
        self._code, self._summary = code, summary
        self.mark.set_state(_state(code))
        self._say()
        self.leave.setFocus()

    def _say(self) -> None:
        words = self._words
        self.bar.setVisible(not self.ended)
        self.stop.setVisible(not self.ended)
        self.leave.setVisible(self.ended)
        if self._code is not None:
            headline, detail = outcome(self._code, self._summary, words)
        elif self._stopping:
            headline = words("The sync is stopping")
            detail = words("The write in flight is finished; what is written stays.")
        else:
            headline = words("The first sync is running")
            phase = words(plan_table.PHASES.get(self._phase, self._phase))
            detail = ": ".join(part for part in (phase, self._count) if part)
        self.headline.setText(headline)
        self.detail.say(detail)


def outcome(code: int, summary: Mapping[str, Any] | None, words: Words) -> tuple[str, str]:
    """What a sync that ended with this exit code came to: the number, and what it means."""
    if summary is None:
        return (
            words("The sync ended before it could say how it went."),
            words("What it had written by then stays. The log names the cause; then sync again."),
        )
    if "error" in summary:
        return words("The first sync did not come to its end."), str(summary["error"]["message"])
    if code == _LIMIT:
        return (
            words("Nothing was written: the plan waits for approval."),
            words("Something changed since the review, so its plan no longer holds. Preview again, then approve."),
        )
    written = sum(summary.get("counts", {}).values())
    people = summary.get("people", {})
    left_out = sum(people.get(name, 0) for name in _LEFT_OUT)
    headline = (
        words.plural("{n} change is written to Learn.", "{n} changes are written to Learn.", written)
        if written
        else words("Everything matches: nothing had to be written.")
    )
    if not left_out:
        return headline, words("Nobody was left out.")
    return headline, words.plural(
        "{n} person was left out; the review names the cause.",
        "{n} people were left out; the review names the causes.",
        left_out,
    )


def _state(code: int) -> State:
    return "ok" if code == _DONE else "warning" if code in {_LEFT_SOME, _LIMIT, _STOPPED} else "failed"
