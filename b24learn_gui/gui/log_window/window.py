"""The log viewer (SCREENS: Log viewer): runs on the left, the records of the chosen one on the right, live."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.buttons import Action
from b24learn_gui.gui.log_window import run_rows
from b24learn_gui.gui.log_window.asking import Archive, Found, Search
from b24learn_gui.gui.log_window.outlet import LogOutlet
from b24learn_gui.gui.log_window.words import PENDING, Teller
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.log_reading import RunLine, read_cards, read_names, read_runs, read_story
from b24learn_gui.storage.log_records import DEBUG
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import Words

LIVE_MS, CALM_MS = 150, 1_000
"""Between two looks at the log while a run goes on (under seven a second), and while none does."""
_RUNS_MS = 2_000
_BUSY_MS = 120
_SOME_TIME = datetime(2000, 10, 20, 20, 0, tzinfo=UTC)


class LogWindow(LogOutlet):
    """Reads the log and the journal on worker threads and changes neither. `undo_run` asks to take a run back,
    `explain` why somebody is in Learn or not (`main:27`).
    `zone`: whose clock is shown, this computer's by default.
    """

    undo_run = Signal(str)
    explain = Signal(str)

    def __init__(
        self,
        context: Context,
        tasks: Tasks,
        words: Words,
        parent: QWidget | None = None,
        *,
        zone: tzinfo | None = None,
    ) -> None:
        super().__init__(context, tasks, words, parent)
        self._zone = zone
        self._archive = Archive(context.places.logs, partial(read_story, context), partial(read_names, context))
        self._runs: tuple[RunLine, ...] | None = None
        self._cards: Mapping[str, str] = {}
        self.teller, self._wanted_run = Teller(words, None, zone), ""
        self._search = Search(self.asking, self.teller)
        self._progress: tuple[int, int] | None = None
        self._looking: Handle | None = None
        self._listing_runs: Handle | None = None
        self._processes: set[str] = set()
        self._fresh = self._unreadable = self._unanswered = False
        self._prepared: Teller | None = None
        self._looks, self._run_looks, self._busy = (QTimer(self, singleShot=True) for _ in range(3))
        self._looks.timeout.connect(self._look)
        self._run_looks.timeout.connect(self._look_for_runs)
        self._busy.timeout.connect(self._say_busy)
        self._connect()
        self.retranslate(words)

    # What others ask for

    def open_run(self, run_id: str = "") -> None:
        """Show itself with this run; without one with the newest, or the one that was shown last."""
        self._wanted_run = run_id or self.asking.run
        if run_id:
            self._clear_filters()
            self._go(run_id)
        self.show()
        self.run_list.setFocus()
        self.raise_()
        self.activateWindow()
        self._look_for_runs()

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self.words = words
        self.dress(words)
        self.teller = Teller(words, self.teller.story, self._zone)
        self._search = Search(self.asking, self.teller, asked_at=self._search.asked_at)
        self._draw_runs()
        self._draw_head()
        self._ask_anew()

    @property
    def run(self) -> RunLine | None:
        """The run that is shown; None for the log of a process, and before there is any."""
        return next((line for line in self._runs or () if line.record.id == self.asking.run), None)

    # The runs

    def _look_for_runs(self) -> None:
        if self._listing_runs is not None or not self.isVisible():
            return
        context = self._context
        self._listing_runs = self._tasks.run(
            lambda _stop: (read_runs(context), read_cards(context)), self._take_runs, self._take_no_runs
        )

    def _take_runs(self, found: tuple[tuple[RunLine, ...], Mapping[str, str]]) -> None:
        self._listing_runs = None
        before = self.run
        self._runs, self._cards = found
        if self._unreadable:
            self._unreadable = False
            self.notice.say("")
        if not self.asking.run and not self.asking.process:
            newest = self._runs[0].record.id if self._runs else ""
            known = {line.record.id for line in self._runs}
            self._go(self._wanted_run if self._wanted_run in known else newest)
        self._draw_runs()
        if self.run != before:
            self._draw_head()
        self._draw_emptiness()
        if self.isVisible():
            self._run_looks.start(_RUNS_MS)

    def _take_no_runs(self, error: SyncError) -> None:
        self._listing_runs = None
        self._runs, self._unreadable = self._runs or (), True
        self.notice.say(error_sentence(error, self.words))
        self._draw_runs()
        self._draw_emptiness()
        if self.isVisible():
            self._run_looks.start(_RUNS_MS)

    def _draw_runs(self) -> None:
        shown = run_rows.fitting(self._runs or (), str(self.which.currentData() or ""))
        rows = run_rows.rows(
            shown, self.words, self._context.now(), self._zone,
            progress={self.asking.run: self._progress} if self._progress else {},
            processes=sorted(self._archive.streams),
        )  # fmt: skip
        self.run_list.show_rows(list(rows), self.asking.run or f"{run_rows.PROCESS}{self.asking.process}")

    def _choose(self, key: str) -> None:
        if key.startswith(run_rows.PROCESS):
            self.asking = replace(self.asking, run="", process=key.removeprefix(run_rows.PROCESS))
            self._begin()
        else:
            self._go(key)

    def _go(self, run_id: str) -> None:
        self.asking = replace(self.asking, run=run_id, process="")
        self._begin()

    def _begin(self) -> None:
        self._progress = None
        self.follow.setChecked(True)
        self.teller = Teller(self.words, None, self._zone)
        self._search = Search(self.asking, self.teller)
        self._draw_head()
        self._ask_anew()

    def _draw_head(self) -> None:
        line, words = self.run, self.words
        title, detail = run_rows.heading(
            line, self.asking, words, self._context.now(), self._zone, progress=self._progress
        )
        self.title.setText(title)
        self.detail.setText(detail)
        ended = line is not None and line.record.finished_at is not None
        self.undo.setEnabled(line is not None and line.undoable)
        self.report.setEnabled(ended)
        why = "" if ended or line is None else words("There is a report, and a way back, once the run has ended.")
        if ended and line is not None and not line.undoable:
            why = words("This run wrote nothing that could be undone.")
        self.why_not.say(why)
        self.undo.setAccessibleDescription(why)
        self.follow.setVisible(self._live)

    @property
    def _live(self) -> bool:
        line = self.run
        return bool(self.asking.process) or (line is not None and line.running)

    # The records

    def _filter(self) -> None:
        self.asking = replace(
            self.asking,
            least_level=int(self.levels.currentData() or DEBUG),
            kind=str(self.kinds.currentData() or ""),
            text=self.search.text(),
        )
        self._search = Search(self.asking, self.teller, asked_at=self._search.asked_at)
        self._ask_anew()

    def _ask_anew(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._fresh = False
        self._busy.start(_BUSY_MS)
        self._look()

    def _look(self) -> None:
        if self._looking is not None or not self.isVisible() or not (self.asking.run or self.asking.process):
            return
        search = self._search
        tell = self._tasks.queued(partial(self._take_part, search))
        self._looking = self._tasks.run(
            lambda stop: self._archive.go_on(search, stop, tell), partial(self._take, search), self._take_no_records
        )

    def _take_part(self, search: Search, found: Found) -> None:
        """The first finds of a search that goes on."""
        if search is self._search and self._looking is not None:
            self._draw_records(found)
            self._draw_emptiness()

    def _take(self, search: Search, found: Found) -> None:
        self._looking = None
        if search is not self._search:
            self._look()
            return
        if self._unanswered and not self._unreadable:
            self.notice.say("")
        self._unanswered = False
        self._draw_records(found)
        if found.progress != self._progress or self._processes != set(self._archive.streams):
            self._processes = set(self._archive.streams)
            self._progress = found.progress
            self._draw_runs()
            self._draw_head()
        self._draw_emptiness()
        self._looks.start(LIVE_MS if self._live else CALM_MS)
        story = found.teller.story
        if self._prepared is not found.teller and (story.ended or story.whole):
            self._prepared = found.teller
            prepare = partial(self._archive.prepare, found.teller)
            self._tasks.run(lambda _stop: prepare(), lambda _none: None, lambda _error: None)

    def _draw_records(self, found: Found) -> None:
        self._busy.stop()
        self.teller = found.teller
        self.table.make_room_for_times(found.teller.time(_SOME_TIME))
        following = self.follow.isChecked() and self._live
        if found.anew or not self._fresh:
            chosen = self.table.currentIndex().row() if self._fresh else -1
            self.rows.show(found)
            if 0 <= chosen < self.rows.rowCount() and not following:
                self.table.selectRow(chosen)
            else:
                self._show_details()
        else:
            self.rows.add(found)
        self._fresh = True
        if following and self.rows.rowCount():
            self.table.show_end()

    def _take_no_records(self, error: SyncError) -> None:
        self._looking = None
        self._busy.stop()
        self._fresh = self._unanswered = True
        self._search = Search(self.asking, self.teller)  # from the beginning: nobody knows how far that one came
        self.rows.show(Found((), anew=True, teller=self.teller))
        self.notice.say(error_sentence(error, self.words))
        self._draw_emptiness()
        self._looks.start(CALM_MS)

    def _say_busy(self) -> None:
        if not self._fresh and self._looking is not None:
            self.empty.show_text(self.words("The log is being read…"))
            self.stack.setCurrentWidget(self.empty)

    def _draw_emptiness(self) -> None:
        words, count = self.words, self.rows.rowCount()
        self.counted.setText(words.plural("{n} record", "{n} records", count) if self._fresh else "")
        if count:
            self.stack.setCurrentWidget(self.table)
            return
        if self._runs is not None and not self._runs and not self.asking.process:
            self.empty.show_text(words("Here stands what each run did, once the first has run."))
        elif not self._fresh:
            return
        elif self.asking.narrowed:
            everything = Action(words("Show all records"), self._clear_filters)
            self.empty.show_text(words("No record of this run fits the filters."), everything)
        else:
            self.empty.show_text(words("Nothing is kept of this run: it changed nothing, or its log is too old."))
        self.stack.setCurrentWidget(self.empty)

    def _clear_filters(self) -> None:
        self.search.reset()
        for choice in (self.levels, self.kinds):
            choice.setCurrentIndex(0)
        self._filter()

    def _show_details(self) -> None:
        index = self.table.currentIndex()
        shown = self.rows.shown(index.row()) if index.isValid() else None
        if shown is not PENDING:
            self.details.show_record(shown, self._cards, self.words)

    def _lines_came(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() <= self.table.currentIndex().row() <= last.row():
            self._show_details()

    def _follow(self, wanted: bool) -> None:
        if wanted and self.rows.rowCount():
            self.table.show_end()

    # Wiring

    def _connect(self) -> None:
        self.run_list.chosen.connect(self._choose)
        self.which.entered.connect(lambda _value: self._draw_runs())
        self.search.search.connect(lambda _text: self._filter())
        self.search.returnPressed.connect(self.table.setFocus)
        self.levels.entered.connect(lambda _value: self._filter())
        self.kinds.entered.connect(lambda _value: self._filter())
        self.follow.toggled.connect(self._follow)
        self.table.at_end_changed.connect(self.follow.setChecked)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_details())
        self.rows.dataChanged.connect(self._lines_came)
        self.details.explain.connect(self.explain)
        self.undo.clicked.connect(lambda: self.undo_run.emit(self.asking.run))
        self.settled.connect(self._draw_head)
        keys = QKeySequence.StandardKey
        self.answer_keys({keys.Find: self.search.setFocus, keys.Refresh: self._look_for_runs, keys.Close: self.close})

    # What Qt calls

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_for_runs()
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for timer in (self._looks, self._run_looks, self._busy):
            timer.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        for handle in (self._looking, self._listing_runs):
            if handle is not None:
                handle.cancel()
        self._looking = self._listing_runs = None
        super().closeEvent(event)
