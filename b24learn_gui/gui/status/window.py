"""The status window: is it working, and what did it do to my people."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QPalette, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from b24learn_gui.gui import tone
from b24learn_gui.gui.application import TITLE
from b24learn_gui.gui.kit.busy import IconMark
from b24learn_gui.gui.kit.buttons import TextButton
from b24learn_gui.gui.kit.surface import Ground, Line
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.status.cards import CauseCards
from b24learn_gui.gui.status.cause_words import CauseView, cause_view
from b24learn_gui.gui.status.chart_card import ChartCard
from b24learn_gui.gui.status.header import Header
from b24learn_gui.gui.status.progress import ProgressCard
from b24learn_gui.gui.status.why import AnswerCard, WhyRow
from b24learn_gui.gui.status.words import Clock, headline, last_success, next_run
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.standing import Standing
from b24learn_gui.text.words import Words
from b24learn_gui.timetable.local import Localise

_USUAL, _LEAST = QSize(1100, 760), QSize(760, 520)
_MARGIN = 24
_TICK_MS = 20_000
"""How often "in 5 h 12 min" is said anew while somebody looks."""
_UNREADY = frozenset({"setup", "fault"})

PAUSED, SILENT = "paused", "silent"
"""What `act` calls the pause, and a run that has gone silent, besides the keys of causes."""


class StatusWindow(Ground):
    """Shows a `Standing` and the running sync; says what is wanted and does nothing itself.

    `open_log`: a run's id, empty for the newest. `act`: a cause's key and a verb: `review` (look at the waiting plan),
    `later` (no more of it until tomorrow), `show` (the people skipped), `decide` (about conflicts); or `PAUSED` and
    `resume`, `SILENT` and `end`. `decide`: about this person (`main:27`).
    """

    sync_now = Signal()
    stop = Signal()
    preview = Signal()
    open_log = Signal(str)
    open_settings = Signal()
    request_activation = Signal()
    quit_wanted = Signal()
    act = Signal(str, str)
    decide = Signal(str)

    def __init__(
        self,
        context: Context,
        tasks: Tasks,
        words: Words,
        parent: QWidget | None = None,
        *,
        localise: Localise = datetime.astimezone,
    ) -> None:
        """`localise` turns moments into local time: the system's own unless told otherwise."""
        super().__init__("window", parent)
        self._context, self._words, self._localise = context, words, localise
        self._standing: Standing | None = None
        self._progress: RunProgress | None = None
        self._put_off: dict[str, date] = {}
        """Causes nobody wants to see before tomorrow, by key, with the day they were put off."""
        self.header, self.cards, self.progress = Header(), CauseCards(words), ProgressCard(words)
        self.chart, self.answer = ChartCard(words), AnswerCard(context, tasks, words, localise=localise)
        self.why, self.activation = WhyRow(), TextButton(icon="send", plain=True)
        self.no_tray, self.quit = Text(step="caption", shade="text_2"), TextButton(icon="quit", plain=True)
        self._edge = Line()
        """Between what scrolls and what does not, while there is something to scroll."""
        self.tick = QTimer(self)
        self.tick.setInterval(_TICK_MS)
        self._lay_out()
        self._connect()
        self.say_no_tray(False)
        self.retranslate(words)

    def show_standing(self, standing: Standing) -> None:
        """Shows how things stand."""
        self._standing = standing
        self._draw()

    def show_progress(self, progress: RunProgress | None) -> None:
        """Shows how far the running sync is; None: none runs."""
        changed = self._progress is None or progress is None
        self._progress = progress
        self.progress.show_progress(progress)
        if changed:
            self.answer.forget()
            self._draw()
        else:
            self._draw_head()

    def say_silent(self, silent: bool) -> None:
        """Says that the running sync has told nothing for long, and offers to end it at once."""
        self.progress.say_silent(silent)

    def show_put_off(self, put_off: Mapping[str, date]) -> None:
        """Knows again what was put off before it was opened: by key, the day that was done."""
        self._put_off = dict(put_off)
        self._draw()

    def ask_why(self, who: str) -> None:
        """Looks for this person, as if somebody had typed it."""
        self.why.field.setText(who)
        self.answer.ask(who)

    def say_no_tray(self, missing: bool) -> None:
        """Says why the window minimises instead of hiding, where this desktop has no tray."""
        self._no_tray.setVisible(missing)

    def retranslate(self, words: Words) -> None:
        """Says everything in these words."""
        self._words = words
        self.setWindowTitle(words(TITLE))
        for part in (self.header, self.cards, self.progress, self.chart, self.why, self.answer):
            part.retranslate(words)
        self.activation.setText(words("Request activation…"))
        self.quit.setText(words("Quit the program"))
        self.no_tray.setText(
            words(
                "This desktop has no tray, so the window minimises instead of hiding. "
                "The schedule runs while the program is open."
            )
        )
        self._draw()

    def sizeHint(self) -> QSize:
        return _USUAL

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.tick.start()
        self._draw()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.answer.dismiss()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.tick.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "area"):
            self._dress_bar()

    def _dress_bar(self) -> None:
        """The bar stands on the window, not on a card."""
        bar = self.area.verticalScrollBar()
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Base, tone.current().window)
        bar.setPalette(palette)

    def _lay_out(self) -> None:
        body = Ground("window")
        column = QVBoxLayout(body)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 8)
        column.setSpacing(10)
        column.addWidget(self.header)
        column.addSpacing(4)
        for part in (self.cards, self.progress):
            column.addWidget(part)
        column.addWidget(self.chart, 1)
        column.addWidget(self.answer)
        column.addStretch(0)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(body)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.area, 1)
        rows.addWidget(self._edge)
        rows.addLayout(self._foot())
        self._edge.hide()
        self.area.verticalScrollBar().rangeChanged.connect(lambda _least, most: self._edge.setVisible(most > 0))
        self._dress_bar()
        self.setMinimumSize(_LEAST)

    def _foot(self) -> QVBoxLayout:
        self._no_tray = QWidget()
        told = QHBoxLayout(self._no_tray)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(8)
        told.addWidget(IconMark("state-info"), 0, Qt.AlignmentFlag.AlignVCenter)
        told.addWidget(self.no_tray, 1)
        told.addWidget(self.quit)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.why, 1)
        row.addStretch(0)
        row.addWidget(self.activation)
        foot = QVBoxLayout()
        foot.setContentsMargins(_MARGIN, 10, _MARGIN, 20)
        foot.setSpacing(10)
        foot.addWidget(self._no_tray)
        foot.addLayout(row)
        return foot

    def _connect(self) -> None:
        head = self.header
        head.sync_now.connect(self.sync_now)
        head.resume_now.connect(lambda: self.act.emit(PAUSED, "resume"))
        head.settings_wanted.connect(self.open_settings)
        head.preview_wanted.connect(self.preview)
        head.log_wanted.connect(lambda: self.open_log.emit(""))
        self.cards.pressed.connect(self._do)
        self.progress.stop.connect(self.stop)
        self.progress.end.connect(lambda: self.act.emit(SILENT, "end"))
        self.chart.opened.connect(self.open_log)
        self.activation.clicked.connect(self.request_activation)
        self.quit.clicked.connect(self.quit_wanted)
        self.why.asked.connect(self.answer.ask)
        self.why.emptied.connect(self.answer.dismiss)
        self.answer.changed.connect(lambda: QTimer.singleShot(0, self, self._show_answer))
        self.answer.decide.connect(self.decide)
        self.tick.timeout.connect(self._draw)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.why.field.setFocus)

    def _clock(self) -> Clock:
        return Clock(self._context.now(), self._localise)

    def _draw(self) -> None:
        standing = self._standing
        for part in (self.header, self.activation):
            part.setVisible(standing is not None)
        ready = standing is not None and standing.state not in _UNREADY
        self.chart.setVisible(ready)
        self.why.setVisible(ready)
        if standing is None:
            return
        if not ready:
            self.answer.dismiss()
        self._draw_head()
        clock = self._clock()
        today = self._localise(clock.now).date()
        running = self._progress is not None or standing.running is not None
        views = [_while(cause_view(cause, clock, self._words), running=running) for cause in standing.causes]
        put_off = {view.key for view in views if self._put_off.get(view.key) == today}
        self.cards.show_causes(views, frozenset(put_off))
        self.chart.show_days(standing.days)

    def _draw_head(self) -> None:
        standing, clock, words = self._standing, self._clock(), self._words
        if standing is None:
            return
        self.header.show_headline(headline(standing, self._progress, clock, words))
        if standing.state in _UNREADY:
            self.header.show_facts(None, None)
        else:
            self.header.show_facts(last_success(standing, clock, words), next_run(standing, clock, words))

    def _do(self, view: CauseView, verb: str) -> None:
        match verb:
            case "sync":
                self.sync_now.emit()
            case "settings":
                self.open_settings.emit()
            case "log":
                self.open_log.emit(view.run)
            case "later":
                self._put_off[view.key] = self._localise(self._context.now()).date()
                self.act.emit(view.key, verb)
                self._draw()
            case _:
                self.act.emit(view.key, verb)

    def _show_answer(self) -> None:
        """Scrolls to the answer, its upper edge before its lower one."""
        self.area.ensureWidgetVisible(self.answer, 0, 12)


def _while(view: CauseView, *, running: bool) -> CauseView:
    """While a sync runs no card offers another one."""
    if not running:
        return view
    return replace(view, verbs=tuple(verb for verb in view.verbs if verb.do != "sync"))
