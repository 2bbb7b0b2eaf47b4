"""The window of a plan: stored or new, with what a limit stopped, its approval, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.kit.buttons import Action, settle_default
from b24learn_gui.gui.kit.notice import NoticeView
from b24learn_gui.gui.kit.tab_order import reading_order
from b24learn_gui.gui.message import Message
from b24learn_gui.gui.models.plan_rows import PlanRow
from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.plan_window import undo_words
from b24learn_gui.gui.plan_window import words as say
from b24learn_gui.gui.plan_window.confirming import ConfirmingLayout
from b24learn_gui.gui.plan_window.subject import (
    Subject,
    Summary,
    rest_of_preview,
    subject_of_preview,
    subject_of_run,
    subject_of_undo,
)
from b24learn_gui.gui.plan_window.work_box import Work
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.views.inquiry import WHOLE_READING, Inquiry
from b24learn_gui.service.context import Context
from b24learn_gui.service.releasing import release, release_one
from b24learn_gui.service.report import write_summary
from b24learn_gui.text.errors import error_sentence, what_happened
from b24learn_gui.text.words import Words

_CARD = "/company/personal/user/{id}/"
"""Where a person's card stands on every portal."""

Answer = TypeVar("Answer")
Told = Callable[[Words], NoticeView]
"""A notice in the words handed over: the language may change while it stands there."""


class PlanWindow(ConfirmingLayout):
    """Shows one plan at a time, of a sync or of an undo.

    `apply` carries the hash of the plan that somebody approved, and whether it deactivates: whoever owns the window
    starts `sync --approve HASH` (with `--no-deactivate` where it does not), tells `show_progress`, and at the end
    `show_outcome`; or `show_not_started`. `apply_undo` carries the run to be taken back and the hash of the way back:
    `undo RUN --apply --approve HASH` is started likewise. `stop_wanted`: what was started is to be stopped. `decide`:
    somebody wants to decide about this person (`main:27`), or about whoever comes first.
    """

    apply = Signal(str, bool)
    apply_undo = Signal(str, str)
    stop_wanted = Signal()
    decide = Signal(str)

    def __init__(self, context: Context, tasks: Tasks, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, self._write, parent)
        self._words = words
        self._subject: Subject | None = None
        self._asking = Inquiry(context, tasks, deadline_seconds=WHOLE_READING)
        self._again: Callable[[], None] = self.preview_now
        self._told: Told | None = None
        self._failure: SyncError | None = None
        self._written: Path | None = None
        self._connect()
        self.retranslate(words)

    # What its owner asks

    def open_run(self, run_id: str, *, left_out: bool = False) -> None:
        """Show the plan of a run that was stopped, what a run wrote, or an earlier preview, from the journal alone.

        `left_out`: with the list of those who were left out, where there are any.
        """
        self._begin("opening", partial(self.open_run, run_id, left_out=left_out))
        shown = self._show_left_out if left_out else self.show_subject
        self._ask(lambda context: subject_of_run(context, run_id), shown)

    def preview_now(self) -> None:
        """Read both sides, then show what a sync would do now, and keep it."""
        self._begin("reading", self.preview_now)
        self._ask(subject_of_preview, self.show_subject)

    def undo_run(self, run_id: str) -> None:
        """Read Learn, then show the way back from this run, and keep it."""
        self._begin("looking_back", partial(self.undo_run, run_id))
        self._ask(lambda context: subject_of_undo(context, run_id), self.show_subject)

    def show_progress(self, progress: RunProgress) -> None:
        """How far the run is that was started from here."""
        if self.work.writes:
            self.work.show_progress(progress)

    def show_outcome(self, summary: Summary | None) -> None:
        """The run that was started from here has ended, with this summary or without a word."""
        undoes = self._subject.undoes if self._subject is not None else ""
        self._again = self._plan_again
        if summary is None:
            self._end(say.undo_crashed if undoes else say.crashed)
        elif not summary.get("run") or ("error" in summary and not summary["plan_hash"]):
            message = str(summary.get("error", {}).get("message", ""))
            self._end(partial(say.not_done, message, undo=bool(undoes)))
        else:
            run, told = str(summary["run"]), dict(summary)
            self._ask(lambda context: subject_of_run(context, run, told), self.show_came)

    def show_not_started(self) -> None:
        """The run could not be started because another one is at work already."""
        self._end(say.not_started)

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.work.retranslate(words)
        self.plan.retranslate(words)
        self.undo.setText(words("Undo this run…"))
        self.release.setText(words("Release them…"))
        self.release.setAccessibleDescription(words("Gives everybody whom this undo holds back to the syncs."))
        self.leave.setText(words("Close"))
        self._draw()

    # What Qt calls

    def closeEvent(self, event: QCloseEvent) -> None:
        self._asking.drop()
        if not self.work.writes:
            self.work.end()
        super().closeEvent(event)

    # Asking

    def _begin(self, work: Work, again: Callable[[], None]) -> None:
        self._asking.drop()
        self._again, self._told, self._failure, self._written = again, None, None, None
        self.work.begin(work)
        self._draw()

    def _ask(self, question: Callable[[Context], Answer], answer: Callable[[Answer], None]) -> None:
        self._asking.ask(question, answer, self.show_failure, self.work.take, self._words)

    def _stop(self) -> None:
        if self.work.writes:
            self.stop_wanted.emit()
            return
        self._asking.drop()
        self.show_failure(StoppedOnRequest("stopped"))

    def show_failure(self, error: SyncError) -> None:
        """Say why there is no answer, and offer to ask again."""
        self._failure = error
        self._end(None)

    def _end(self, told: Told | None) -> None:
        self.work.end()
        self._told = told
        self._draw()

    # Answers

    def show_subject(self, subject: Subject) -> None:
        """Show this plan."""
        self._take(subject, None)

    def _show_left_out(self, subject: Subject) -> None:
        self.show_subject(subject)
        column = next((each for each in say.LEFT_OUT if subject.data.count(each)), "")
        if column:
            self._show_list(column)

    def show_came(self, subject: Subject) -> None:
        """Show what a run that was started from here came to."""
        view = say.outcome(subject, self._words)
        self._take(subject, None if view is None else lambda words: say.outcome(subject, words) or view)

    def _take(self, subject: Subject, told: Told | None) -> None:
        self._subject, self._failure = subject, None
        cards = {key: f"{each}{_CARD}" for key, each in subject.addresses.items() if each.startswith("http")}
        self.plan.set_addresses(cards)
        self.differences.table.set_addresses(cards)
        first = subject.limits[0].tile if subject.limits else ""
        self.plan.show_preview(subject.data, subject.free_seats, first)
        self._end(told)
        if self.isActiveWindow():
            self._focus_first()

    # Approving

    def _apply(self) -> None:
        subject = self._subject
        if subject is None or not subject.is_open or self.work.work is not None:
            return
        self._told, self._failure, self._written = None, None, None
        self.work.begin("undoing" if subject.undoes else "writing")
        self._draw()
        if subject.undoes:
            self.apply_undo.emit(subject.undoes, subject.hash)
        else:
            self.apply.emit(subject.hash, subject.deactivate)

    def make_question(self) -> Message | None:
        """The question asked before exactly this list is approved, with its numbers."""
        subject = self._subject
        if subject is None:
            return None
        return self.make_message(say.question(subject, self._words), partial(self._approved, subject))

    def _approved(self, subject: Subject) -> None:
        if subject is self._subject:
            self._apply()

    def _apply_without_deactivations(self) -> None:
        """Plan anew without them; what comes out is applied at once if it is what was said, else shown first."""
        subject = self._subject
        if subject is None or not subject.spared or self.work.work is not None:
            return
        changes = subject.summary["changes"]
        self._begin("sparing", self._apply_without_deactivations)
        self._ask(lambda context: rest_of_preview(context, changes), self._spared)

    def _spared(self, found: tuple[Subject, bool]) -> None:
        subject, expected = found
        if expected and not subject.needs_approval:
            self._take(subject, None)
            self._apply()
        else:
            self._take(subject, partial(say.other_without, subject) if subject.changes else None)

    # Drawing

    def _draw(self) -> None:
        subject, words, busy = self._subject, self._words, self.work.work is not None
        self.setWindowTitle(say.window_title(subject, words))
        self.page.set_texts(*self._heading())
        undoes = subject.undoes if subject is not None else ""
        self.again.setText(words("Read Learn again") if undoes else words("Read both sides again"))
        self.again.setVisible(not busy and subject is not None)
        self.undo.setVisible(not busy and subject is not None and subject.can_be_undone)
        self.release.setVisible(not busy and subject is not None and subject.can_be_released)
        self.notice.show_view(None if busy else self._notice())
        self.plan.setVisible(subject is not None)
        self.room.setVisible(subject is None)
        self.differences.show_subject(None if busy else subject, words)
        self._draw_limits()
        done = NoticeView(words("The plan is written to a file."), str(self._written), "ok")
        self.exported.show_view(done if self._written is not None else None)
        self._draw_foot()
        self.deeds.show_subject(subject, words, busy=busy)
        settle_default(self)

    def _heading(self) -> tuple[str, str]:
        subject, words = self._subject, self._words
        if subject is None:
            return words("Preview"), ""
        if self.work.writes:
            return say.plan_name(subject, words), ""
        return say.heading(subject, words)

    def _notice(self) -> NoticeView | None:
        """What came last: a failure, an outcome, or what the plan itself has to say first."""
        words, error = self._words, self._failure
        if error is not None:
            again = Action(words("Try again"), lambda: self._again(), "retry")  # noqa: PLW0108 - it may change
            if isinstance(error, StoppedOnRequest):
                return NoticeView(words("Stopped. Nothing was written."), state="info", buttons=(again,))
            what = what_happened(error, words)
            return NoticeView(what, error_sentence(error, words).removeprefix(what).strip(), "failed", (again,))
        if self._told is not None:
            return self._told(words)
        return say.first_said(self._subject, words) if self._subject is not None else None

    def _draw_limits(self) -> None:
        """Limits first; without any, what else needs approval, with the same way to give it."""
        subject, words, busy = self._subject, self._words, self.work.work is not None
        shown = subject if subject is not None and not busy and subject.standing in {"preview", "stopped"} else None
        actions = self._approvals(shown) if shown is not None else ()
        limits = shown.limits if shown is not None else ()
        title = say.plan_name(shown, words) if shown is not None else ""
        text = say.limits_text(shown, words) if shown is not None else ""
        self.limits.show_limits(limits, title, text, words, actions if limits else ())
        view = say.attention(shown, words) if shown is not None else None
        if view is not None and not limits and shown is not None and shown.needs_approval:
            view = replace(view, buttons=actions)
        self.attention.show_view(view)

    def _approvals(self, subject: Subject) -> tuple[Action, ...]:
        words = self._words
        if not subject.is_open:
            return ()
        approve = Action(words("Approve exactly this list…"), lambda: self.ask(self.make_question()))
        cancel = Action(words("Cancel"), self.close, kind="text")
        if not subject.spared:
            return approve, cancel
        text = words.plural(
            "Apply {n} change without deactivations", "Apply {n} changes without deactivations", subject.spared
        )
        return Action(text, self._apply_without_deactivations, kind="primary"), approve, cancel

    def _draw_foot(self) -> None:
        subject, words, busy = self._subject, self._words, self.work.work is not None
        offered = subject is not None and not busy and subject.is_open and not subject.needs_approval
        self.apply_all.setVisible(offered)
        if subject is not None and offered:
            self.apply_all.setText(say.apply_text(subject, words))
        has_cancel = subject is not None and not busy and subject.is_open and subject.needs_approval
        self.foot.setVisible(not has_cancel)

    def _plan_again(self) -> None:
        """The same question anew: what a sync would do now, or how that run is taken back now."""
        if self._subject is not None and self._subject.undoes:
            self.undo_run(self._subject.undoes)
        else:
            self.preview_now()

    def _undo_shown(self) -> None:
        if self._subject is not None and self._subject.can_be_undone and self.work.work is None:
            self.undo_run(str(self._subject.summary["run"]))

    def make_release_question(self) -> Message | None:
        """The question asked before everybody whom this undo holds is given back to the syncs."""
        subject = self._subject
        if subject is None or not subject.can_be_released:
            return None
        said = undo_words.release_question(subject, self._words)
        return self.make_message(said, partial(self._release, subject), "info")

    def _release(self, subject: Subject) -> None:
        if self.work.work is not None:
            return
        self._begin("opening", partial(self._release, subject))
        self._ask(lambda context: release(context, subject.undoes)["released"], self._released)

    def _released(self, found: Mapping[str, int]) -> None:
        self._end(partial(undo_words.released, found["people"], found["departments"]))

    def _show_list(self, key: str) -> None:
        self.plan.show_list(key)
        self.page.show_all_of(self.plan)
        self.plan.table.setFocus()

    def _release_one(self, held: PlanRow) -> None:
        key = (held.portal, held.bitrix24_id)
        one = partial(release_one, person=key) if held.learn_id else partial(release_one, department=key)
        self._begin("opening", partial(self._release_one, held))
        self._ask(one, self._released)

    def _focus_first(self) -> None:
        """The keyboard goes to the first thing that takes it, never to what applies."""
        first = next((each for each in reading_order(self.plan) if each.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    # The plan as a file

    def _write(self, file: Path) -> None:
        """On a worker thread."""
        if self._subject is not None:
            write_summary(file, self._subject.summary, self._words, self._subject.data.called)

    def _exported(self, file: Path) -> None:
        self._written, self._failure = file, None
        self._draw()

    def _not_exported(self, error: Exception) -> None:
        self._written, self._again = None, self.plan.export.click
        self.show_failure(error if isinstance(error, SyncError) else SyncError("defect", kind=type(error).__name__))

    # Making

    def _connect(self) -> None:
        self.again.clicked.connect(self._plan_again)
        self.undo.clicked.connect(self._undo_shown)
        self.release.clicked.connect(lambda: self.ask(self.make_release_question()))
        self.leave.clicked.connect(self.close)
        self.apply_all.clicked.connect(self._apply)
        self.work.stop_wanted.connect(self._stop)
        self.limits.list_wanted.connect(self._show_list)
        self.deeds.decide.connect(self.decide)
        self.deeds.release.connect(self._release_one)
        self.plan.exported.connect(self._exported)
        self.plan.export_failed.connect(self._not_exported)
