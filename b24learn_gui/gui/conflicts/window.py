"""The window of conflicts: everybody in question, both sides of one of them, and the decision."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from b24learn_gui.company.model import PersonKey, person_label
from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.conflicts import rows
from b24learn_gui.gui.conflicts.layout import ConflictsLayout
from b24learn_gui.gui.conflicts.words import why_not
from b24learn_gui.gui.kit.busy import State
from b24learn_gui.gui.kit.notice import NoticeView
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.gui.views.inquiry import WHOLE_READING, Inquiry
from b24learn_gui.service.conflict_cases import Candidate, Case
from b24learn_gui.service.conflict_cases import Kind as CaseKind
from b24learn_gui.service.conflict_words import TITLES, decided, follows, reason
from b24learn_gui.service.conflicts import Queue, decide_case, read_queue
from b24learn_gui.service.context import Context
from b24learn_gui.service.decide import Kind, Verdict
from b24learn_gui.text.errors import error_sentence, what_happened
from b24learn_gui.text.words import Words
from b24learn_gui.timetable.local import Localise

_BUSY_MS = 120
"""Before anybody wonders, a decision is kept."""
_RECOMMENDED: frozenset[CaseKind] = frozenset({"several", "uncertain", "recreated", "identity", "exact"})
"""Where linking is the likely answer: it alone takes nothing from anybody who works here."""


class ConflictsWindow(ConflictsLayout):
    """Reads both sides and the journal on worker threads; decisions go to the journal alone.

    `preview_wanted`: somebody wants to see what the next run makes of it. `localise`: whose clock is shown.
    """

    preview_wanted = Signal()

    def __init__(
        self,
        context: Context,
        tasks: Tasks,
        words: Words,
        parent: QWidget | None = None,
        *,
        localise: Localise = datetime.astimezone,
    ) -> None:
        super().__init__(words, parent)
        self._context, self._tasks, self._localise = context, tasks, localise
        self._queue: Queue | None = None
        self._case: Case | None = None
        self._account = ""
        """The candidate that is looked at."""
        self._wanted = ""
        """Who is to be shown once both sides are read."""
        self._unknown = ""
        """Who was wanted and is not in question."""
        self._touched: set[PersonKey] = set()
        """Whom somebody decided about since both sides were read: they stay in the list."""
        self._failure: SyncError | None = None
        self._reading = Inquiry(context, tasks, deadline_seconds=WHOLE_READING)
        self._keeping: Handle | None = None
        self._busy = QTimer(self, singleShot=True, interval=_BUSY_MS)
        self._busy.timeout.connect(self._draw_busy)
        self._connect()
        self.retranslate(words)

    # What its owner asks

    def open_case(self, who: str = "") -> None:
        """Show this person (`main:27`), or whoever waits first; both sides are read where they were not yet."""
        self._wanted, self._unknown = who, ""
        if self._reading.busy:
            return
        if self._queue is None or self._queue.stale:
            self.read_now()
        elif who:
            self._go_to_wanted()
            self._draw()

    def read_now(self) -> None:
        """Read both sides, then show who is in question."""
        self._drop()
        self._failure, self._unknown = None, ""
        self._wanted = self._wanted or (person_label(self._case.key) if self._case is not None else "")
        self.work.begin("reading")
        self._reading.ask(read_queue, self._take, self.show_failure, self.work.take, self.words)
        self._draw()

    def show_queue(self, queue: Queue) -> None:
        """Show these people."""
        self._queue, self._touched = queue, set()
        self.comparison.addresses = queue.addresses
        self.which.show_choices(rows.choices(queue.cases, self.words), str(self.which.currentData() or "waiting"))
        self._go_to_wanted()
        if self._case is None or queue.case(self._case.key) is None:
            shown = self._shown()
            self._go(shown[0] if shown else None)
        else:
            self._go(queue.case(self._case.key))
        self._draw()

    def show_failure(self, error: SyncError) -> None:
        """Say why both sides were not read, or nothing was decided."""
        self._keeping, self._failure = None, error
        self.work.end()
        self._draw()

    def say_stale(self) -> None:
        """A run has ended: what is shown may be over."""
        if self._queue is not None and not self._reading.busy:
            self._queue = replace(self._queue, stale=True)
            self._draw()

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self.dress(words)
        self._draw()

    # Reading

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._reading.busy or self._keeping is not None

    def _take(self, queue: Queue) -> None:
        self.work.end()
        self.show_queue(queue)
        if self.isActiveWindow():
            self.list.setFocus()

    def _stop(self) -> None:
        self._drop()
        self.show_failure(StoppedOnRequest("stopped"))

    def _drop(self) -> None:
        self._reading.drop()
        if self._keeping is not None:
            self._keeping.cancel()
            self._keeping = None
            if self._queue is not None:  # what was decided is kept, and not shown yet
                self._queue = replace(self._queue, stale=True)
        self._busy.stop()

    # Choosing

    def _shown(self) -> list[Case]:
        cases = self._queue.cases if self._queue is not None else ()
        which = str(self.which.currentData() or "waiting")
        return rows.shown(cases, which, self.search.text(), self._touched)

    def _go_to_wanted(self) -> None:
        """To the person asked for, whatever the list is narrowed to."""
        wanted, self._wanted = self._wanted, ""
        if not wanted or self._queue is None:
            return
        case = next((each for each in self._queue.cases if person_label(each.key) == wanted), None)
        if case is None:
            self._unknown = wanted
            return
        if case.key not in {each.key for each in self._shown()}:
            self.search.reset()
            self.which.setCurrentIndex(
                self.which.findData("waiting" if case.waits else "decided" if case.settled else "all")
            )
        self._go(case)

    def _go(self, case: Case | None) -> None:
        """Look at somebody; the candidate stays if he is the same person."""
        if case is None or self._case is None or case.key != self._case.key:
            self._account = ""
        self._case = case
        if case is not None and case.candidate(self._account) is None:
            self._account = case.candidates[0].learn_id if case.candidates else ""

    def _choose(self, key: str) -> None:
        if self._queue is not None:
            self._go(next((each for each in self._queue.cases if person_label(each.key) == key), None))
            self._draw_case()

    def _switch(self, learn_id: str) -> None:
        self._account = learn_id
        self._draw_case()

    def _narrow(self) -> None:
        """The list was narrowed otherwise: who is not in it any more is not looked at."""
        shown = self._shown()
        if self._case is None or self._case.key not in {each.key for each in shown}:
            self._go(shown[0] if shown else None)
        self._draw()

    @property
    def _candidate(self) -> Candidate | None:
        return self._case.candidate(self._account) if self._case is not None else None

    # Deciding

    def decide(self, kind: Kind) -> None:
        """Keep this decision about the person looked at, or take it back."""
        queue, case = self._queue, self._case
        if queue is None or case is None or self.busy:
            return
        context, key = replace(self._context, words=self.words), case.key
        verdict = Verdict(kind, self._account if kind == "link" else None)
        self._failure = None
        self._keeping = self._tasks.run(
            lambda stop: decide_case(replace(context, stop=stop), queue, key, verdict),
            partial(self._kept, key),
            self.show_failure,
        )
        self._busy.start()
        self._draw_case()

    def _kept(self, key: PersonKey, queue: Queue) -> None:
        self._keeping = None
        self._busy.stop()
        order = [each.key for each in self._shown()]
        self._touched.add(key)
        self._queue = queue
        case = queue.case(key)
        if case is None or case.settled:
            case = self._next(order, key) or case
        self._go(case)
        self._draw()
        self._keep_keyboard()

    def _next(self, order: list[PersonKey], key: PersonKey) -> Case | None:
        """Who waits next below somebody, else from the top."""
        waiting = {each.key: each for each in self._shown() if each.waits}
        place = order.index(key) if key in order else 0
        return next((waiting[each] for each in [*order[place:], *order[:place]] if each in waiting), None)

    def _keep_keyboard(self) -> None:
        """A button that went away leaves the keyboard to the list, never to another decision."""
        here = QApplication.focusWidget()
        if self.isActiveWindow() and (here is None or not here.isEnabled() or not here.isVisible()):
            self.list.setFocus()

    def _enter_case(self) -> None:
        usable = (each for each in self.deciding if each.isVisible() and each.isEnabled())
        first = next(usable, None)
        if first is not None:
            first.setFocus()

    # Drawing

    def _draw(self) -> None:
        words, queue = self.words, self._queue
        cases = queue.cases if queue is not None else ()
        self.which.show_choices(rows.choices(cases, words), str(self.which.currentData() or "waiting"))
        shown = self._shown()
        chosen = person_label(self._case.key) if self._case is not None else ""
        self.list.show_rows(tuple(rows.rows(shown, words)), chosen)
        for each in (self.which, self.search, self.list):
            each.setEnabled(bool(cases))
        self.again.setVisible(not self._reading.busy)
        self.read_at.setText("" if queue is None else words("Read at {time}", time=self._time(queue.read_at)))
        self._draw_notice()
        self._draw_case()

    def _time(self, moment: datetime) -> str:
        return f"{self._localise(moment):%H:%M}"

    def _draw_notice(self) -> None:
        view = None if self._reading.busy else self._notice()
        self.notice.show_view(view)
        again = self._failure is not None or (self._queue is not None and self._queue.stale)
        self.retry.setVisible(view is not None and again)
        self.retry.setText(self.words("Try again") if self._reads_again else self.words("Read both sides again"))

    @property
    def _reads_again(self) -> bool:
        """Whether nothing was read, so that the button only tries the same."""
        return self._queue is None

    def _notice(self) -> NoticeView | None:
        words, error, queue = self.words, self._failure, self._queue
        if isinstance(error, StoppedOnRequest):
            return NoticeView(words("Reading was stopped. Nothing was written or decided."), state="info")
        if error is not None:
            what = what_happened(error, words)
            return NoticeView(what, error_sentence(error, words).removeprefix(what).strip(), "failed")
        if queue is not None and queue.stale:
            return NoticeView(
                words("A run or other settings have gone on since both sides were read."),
                words("What is shown may be over. Read both sides again before you decide."),
            )
        if self._unknown:
            return NoticeView(words("{who} is not in question any more.", who=self._unknown), state="info")
        if queue is not None and queue.unread:
            told = " ".join(error_sentence(each, words) for each in queue.unread)
            return NoticeView(words("Not every portal was read: its people are missing here."), told)
        return None

    def _draw_case(self) -> None:
        words, case, candidate = self.words, self._case, self._candidate
        self.stack.setCurrentIndex(0 if case is not None else 1)
        self.bar.setVisible(case is not None)
        self._draw_busy()
        if case is None:
            self._draw_emptiness()
            return
        self.title.setText(case.name)
        told = reason(case, words)
        after = follows(case, words) if case.kind not in {"decided", "undone"} else ""
        state: State = "ok" if case.settled else "warning" if case.waits else "info"
        self.reason.show_view(NoticeView(self._case_title(case), after or told, state))
        self.comparison.show_case(case, candidate, words)
        self._draw_buttons(case, candidate)

    def _case_title(self, case: Case) -> str:
        told = decided(case, self.words)
        title = self.words(TITLES[case.kind])
        return f"{told[:1].upper()}{told[1:]}" if told else title

    def _draw_buttons(self, case: Case, candidate: Candidate | None) -> None:
        free, settled = not self.busy, case.settled
        there = case.standing != "gone" and self._queue is not None and not self._queue.stale
        self.link.setEnabled(free and there and candidate is not None and candidate.refusal is None)
        self.link.setDefault(self.link.isEnabled() and case.kind in _RECOMMENDED)
        self.create_new.setEnabled(free and there and case.create_refusal is None)
        self.leave.setEnabled(free and there)
        self.forget.setEnabled(free)
        for button in (self.link, self.create_new, self.leave):
            button.setVisible(not settled)
        self.forget.setVisible(settled)
        release = case.decision is None and case.held
        text = self.words("Release from the hold") if release else self.words("Take the decision back")
        self.forget.setText(text)
        self.forget.setAccessibleName(text)
        told = "" if settled else why_not(case, candidate, self.words)
        self.why.say(told)
        for button in (self.link, self.create_new):
            button.setAccessibleDescription("" if button.isEnabled() else told)

    def _draw_busy(self) -> None:
        shown = self._keeping is not None and not self._busy.isActive()
        self.keeping.setVisible(shown)
        self.keeping_text.setVisible(shown)

    def _draw_emptiness(self) -> None:
        words, queue = self.words, self._queue
        self.title.setText(words("Conflicts"))
        if queue is None:
            said = words("Here stand people of whom it is not certain which account is theirs.")
        elif self.search.text().strip():
            said = words("Nobody in this list matches “{text}”.", text=self.search.text().strip())
        elif self.which.currentData() == "decided":
            said = words("Nothing is decided about anybody.")
        else:
            said = words("Nobody waits for a decision: of everybody it is certain which account is theirs.")
        self.empty.show_text(said)

    # Wiring

    def _connect(self) -> None:
        self.list.chosen.connect(self._choose)
        self.list.entered_row.connect(self._enter_case)
        self.which.entered.connect(lambda _value: self._narrow())
        self.search.search.connect(lambda _text: self._narrow())
        self.search.returnPressed.connect(self.list.setFocus)
        self.comparison.switched.connect(self._switch)
        self.again.clicked.connect(self.read_now)
        self.retry.clicked.connect(self.read_now)
        self.preview.clicked.connect(self.preview_wanted)
        self.work.stop_wanted.connect(self._stop)
        self.link.clicked.connect(lambda: self.decide("link"))
        self.create_new.clicked.connect(lambda: self.decide("create"))
        self.leave.clicked.connect(lambda: self.decide("leave"))
        self.forget.clicked.connect(lambda: self.decide("forget"))
        keys = QKeySequence.StandardKey
        self.answer_keys({keys.Find: self.search.setFocus, keys.Refresh: self.read_now, keys.Close: self.close})

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.list.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._drop()
        self.work.end()
        super().closeEvent(event)
