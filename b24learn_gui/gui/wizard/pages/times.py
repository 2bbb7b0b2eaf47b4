"""When the synchronisation runs: two times in UTC, what they are here, and when the next runs are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.buttons import TextButton
from b24learn_gui.gui.kit.surface import Card, Line
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.style import ERROR_PROPERTY
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, StepState
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.autostart_row import AutostartRow
from b24learn_gui.gui.wizard.pages.day_line import DayLine, DayView, Pin
from b24learn_gui.gui.wizard.pages.moments import date_words, day_words, zone_words
from b24learn_gui.gui.wizard.pages.time_box import TimeBox
from b24learn_gui.service.setup import NextRun, next_runs
from b24learn_gui.text.times import remaining_words
from b24learn_gui.text.words import Words
from b24learn_gui.timetable.local import Localise, local_spans
from b24learn_gui.timetable.plan import run_time

UNATTENDED_COMMAND = "b24learn-gui service install"
"""What hands the runs to the system's own scheduler, for the time when nobody is signed in."""

_TICK_MS = 5_000
_RUNS_SHOWN = 3


class TimesPage(Page):
    """`now` tells the time, `localise` what a moment is on the wall clock here.

    `autostart`: the switch for starting with the computer, where there is one.
    """

    step: Step = "times"

    def __init__(
        self,
        now: Callable[[], datetime],
        localise: Localise = datetime.astimezone,
        *,
        autostart: AutostartRow | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._now, self._localise = now, localise
        self._words = Words("en")
        self._flow: Flow | None = None
        self.first, self.second = _TimeRow(), _TimeRow(removable=True)
        self.switch = QCheckBox()
        self.autostart = autostart
        self._switch_hint = Text(step="caption", shade="text_2")
        self.day, self._day_caption = DayLine(), Text(step="caption", shade="text_2")
        self._runs_title, self.runs = Text(step="section"), _Runs()
        self._off_title, self._off = Text(step="section"), Text(shade="text_2", selectable=True)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._draw)
        self._lay_out()
        self.first.box.typed.connect(lambda text: self._edit(first_run_utc=text))
        self.second.box.typed.connect(lambda text: self._edit(second_run_utc=text))
        self.second.add.clicked.connect(self._add_or_remove)
        self.switch.toggled.connect(lambda on: self._edit(enabled=on))
        for row in (self.first, self.second):
            row.box.editingFinished.connect(self._draw)

    def enter(self, flow: Flow) -> None:
        self._flow = flow
        if self.autostart is not None:
            self.autostart.enter(flow)

    def refresh(self, state: StepState) -> None:
        del state
        if self.autostart is not None:
            self.autostart.refresh()
        self._draw()

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.set_texts(
            words("When should the synchronisation run?"),
            words("The time is set in UTC and does not move with summer time. Beside it stands what it is for you."),
        )
        self.first.set_label(words("First run (UTC)"))
        self.second.set_label(words("Second run (UTC)"))
        widest = max(row.label.sizeHint().width() for row in (self.first, self.second))
        for row in (self.first, self.second):
            row.label.setMinimumWidth(widest + 24)
        self.switch.setText(words("Run at these times"))
        self.switch.setAccessibleName(self.switch.text())
        self._switch_hint.setText(words("When this is off, a run starts only by hand."))
        self.switch.setAccessibleDescription(self._switch_hint.text())
        self._day_caption.setText(words("Your day: local time above, UTC below"))
        self._off_title.setText(words("If the computer is off or asleep"))
        if self.autostart is not None:
            self.autostart.retranslate(words)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def _lay_out(self) -> None:
        card = Card(padding=1)
        card.rows.setSpacing(0)
        card.rows.addWidget(self.first)
        card.rows.addWidget(Line())
        card.rows.addWidget(self.second)
        card.rows.addWidget(Line())
        switch = QHBoxLayout()
        switch.setContentsMargins(16, 10, 16, 10)
        switch.setSpacing(16)
        switch.addWidget(self.switch)
        switch.addWidget(self._switch_hint, 1)
        card.rows.addLayout(switch)
        if self.autostart is not None:
            card.rows.addWidget(Line())
            card.rows.addWidget(self.autostart)
        self.content.addWidget(card)
        for title, part in (
            (self._day_caption, self.day),
            (self._runs_title, self.runs),
            (self._off_title, self._off),
        ):
            rows = QVBoxLayout()
            rows.setSpacing(8)
            rows.addWidget(title)
            rows.addWidget(part)
            self.content.addLayout(rows)

    def _edit(self, **changes: object) -> None:
        if self._flow is not None:
            self._flow.edit(**changes)

    def _add_or_remove(self) -> None:
        if self._flow is None:
            return
        adding = not self._flow.draft.second_run_utc
        self._edit(second_run_utc=self.second.box.proposal if adding else "")
        if adding:
            self.second.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _draw(self) -> None:
        if self._flow is None:
            return
        draft, words, now = self._flow.draft, self._words, self._now()
        self.first.box.show_time(draft.first_run_utc)
        self.second.box.show_time(draft.second_run_utc)
        self.second.box.proposal = _half_a_day_after(draft.first_run_utc)
        if self.switch.isChecked() != draft.enabled:
            self.switch.setChecked(draft.enabled)
        self.second.set_button(words("Run once a day") if draft.second_run_utc else words("Add a second run"))
        self.first.show_local(self._local(draft.first_run_utc, now))
        self.second.show_local(self._local(draft.second_run_utc, now))
        self.first.show_error(_fault(draft.first_run_utc, words, needed=True))
        equal = draft.second_run_utc == draft.first_run_utc and _is_time(draft.second_run_utc)
        self.second.show_error(
            words("Both runs have the same time. Set another one, or run once a day.")
            if equal
            else _fault(draft.second_run_utc, words)
        )
        self._draw_day(now)
        self._draw_runs(next_runs(draft.settings(), now, _RUNS_SHOWN), now)
        self._off.setText(self._when_off(draft.base.alerts.overdue_hours))

    def _local(self, text: str, now: datetime) -> "_Local":
        words = self._words
        if not text:
            return _Local("", words("none, once a day"))
        if not _is_time(text):
            return _Local("", "")
        spans = local_spans(run_time(text), self._localise, now.astimezone(UTC).date())
        zone = zone_words(self._localise(datetime.combine(spans[0].first, run_time(text), UTC)))
        match spans[0].day_shift:
            case 0:
                place = words("your time ({zone})", zone=zone)
            case 1:
                place = words("your time ({zone}), the day after", zone=zone)
            case _:
                place = words("your time ({zone}), the day before", zone=zone)
        later = ""
        if len(spans) > 1:
            later = words("from {date} {time}", date=date_words(spans[1].first, words), time=f"{spans[1].time:%H:%M}")
        return _Local(f"{spans[0].time:%H:%M}", place, later)

    def _draw_day(self, now: datetime) -> None:
        if self._flow is None:
            return
        draft, words, here = self._flow.draft, self._words, self._localise(now)
        named = ((draft.first_run_utc, words("first")), (draft.second_run_utc, words("second")))
        offset = round((here.utcoffset() or timedelta()).total_seconds() / 60)
        pins = tuple(
            Pin((run_time(text).hour * 60 + run_time(text).minute + offset) % (24 * 60), name)
            for text, name in named
            if draft.enabled and _is_time(text)
        )
        said = words("now {time}", time=f"{here:%H:%M}")
        view = DayView(offset, here.hour * 60 + here.minute, said, pins)
        told = [f"{pin.name} {pin.minute // 60:02}:{pin.minute % 60:02}" for pin in pins]
        self.day.show_view(view, ", ".join([*told, said]))

    def _draw_runs(self, runs: tuple[NextRun, ...], now: datetime) -> None:
        words, today = self._words, self._localise(now).date()
        if self._flow is None:
            return
        self._runs_title.setText(
            words("The next three runs") if len(runs) == _RUNS_SHOWN or not runs else words("The next runs")
        )
        views = []
        for run in runs:
            here = self._localise(run.moment)
            utc = f"{run.moment.astimezone(UTC):%H:%M}\u00a0UTC"
            remaining = remaining_words(run.moment - now, words)
            views.append(_RunView(day_words(here.date(), today, words), f"{here:%H:%M}", utc, remaining))
        nothing = (
            words("No run starts until a time is set.")
            if self._flow.draft.enabled
            else words("The schedule is off: no run starts by itself. The times are kept.")
        )
        self.runs.show_runs(views, nothing)

    def _when_off(self, hours: int) -> str:
        words = self._words
        return " ".join(
            (
                words("The runs start while this program is open; waiting in the tray is enough."),
                words("Missed runs are made up for by a single one, about a minute after the computer is awake again."),
                words.plural(
                    "If no run succeeds for {n} hour, the program warns you.",
                    "If no run succeeds for {n} hours, the program warns you.",
                    hours,
                ),
                words(
                    "For runs while nobody is signed in there is “{command}”, see docs/running-unattended.md.",
                    command=UNATTENDED_COMMAND,
                ),
            )
        )


@dataclass(frozen=True)
class _Local:
    """A run time here: the time, whose it is, and what it will be after the next change of the clocks."""

    time: str
    place: str
    later: str = ""


class _TimeRow(QWidget):
    """A run: its label, its time in UTC, what that is here, and what is wrong with it."""

    def __init__(self, *, removable: bool = False) -> None:
        super().__init__()
        self.label, self.box = Text(wrap=False), TimeBox()
        self.label.setBuddy(self.box)
        self._time = Text(wrap=False, weight=QFont.Weight.DemiBold, selectable=True)
        self._place = Text(shade="text_2", selectable=True)
        self._later = Text(step="caption", shade="text_2", selectable=True)
        self._error = Text(step="caption", shade="danger", selectable=True)
        self.add = TextButton()
        self.add.setVisible(removable)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.label)
        row.addWidget(self.box)
        row.addSpacing(12)
        row.addWidget(self._time)
        row.addWidget(self._place, 1)
        row.addWidget(self.add)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 10, 10, 10)
        rows.setSpacing(6)
        rows.addLayout(row)
        rows.addWidget(self._later)
        rows.addWidget(self._error)
        self._later.hide()
        self._error.hide()

    @property
    def error(self) -> str:
        """The error shown now, empty if the time is in order."""
        return self._error.text()

    def set_label(self, text: str) -> None:
        self.label.setText(text)
        self.box.setAccessibleName(text)

    def set_button(self, text: str) -> None:
        self.add.setText(text)

    def show_local(self, local: _Local) -> None:
        self._time.say(local.time)
        self._place.setText(local.place)
        self._later.say(local.later)
        self.box.setAccessibleDescription(" ".join(part for part in (local.time, local.place, local.later) if part))

    def show_error(self, error: str) -> None:
        """While somebody is typing an unfinished time is no error."""
        unfinished = self.box.hasFocus() and self.box.line.isModified() and not self._error.text()
        shown = "" if unfinished and not _is_time(self.box.time) else error
        self._error.say(shown)
        if shown:
            self.box.setAccessibleDescription(shown)
        if bool(self.box.property(ERROR_PROPERTY)) != bool(shown):
            self.box.setProperty(ERROR_PROPERTY, bool(shown))
            self.box.update()


@dataclass(frozen=True)
class _RunView:
    """A coming run in words."""

    day: str
    here: str
    utc: str
    remaining: str


class _Runs(Card):
    """The coming runs in columns, or why there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(32)
        self._grid.setVerticalSpacing(14)
        self._grid.setColumnStretch(3, 1)
        self._nothing = Text(shade="text_2", selectable=True)
        self.rows.addLayout(self._grid)
        self.rows.addWidget(self._nothing)
        self._cells: list[tuple[Text, Text, Text, Text]] = []
        for number in range(_RUNS_SHOWN):
            strong = QFont.Weight.DemiBold
            cells = (
                Text(wrap=False, selectable=True),
                Text(wrap=False, weight=strong, selectable=True),
                Text(shade="text_2", wrap=False, selectable=True),
                Text(shade="text_2" if number else "text", wrap=False, weight=None if number else strong),
            )
            cells[3].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, cell in enumerate(cells):
                self._grid.addWidget(cell, number, column)
            self._cells.append(cells)

    def show_runs(self, views: list[_RunView], nothing: str) -> None:
        for number, cells in enumerate(self._cells):
            view = views[number] if number < len(views) else None
            texts = (view.day, view.here, view.utc, view.remaining) if view else ("", "", "", "")
            for cell, text in zip(cells, texts, strict=True):
                cell.say(text)
        self._nothing.say("" if views else nothing)

    @property
    def texts(self) -> list[str]:
        """What stands in the card, row by row."""
        rows = [" · ".join(cell.text() for cell in cells) for cells in self._cells if cells[0].text()]
        return rows or [self._nothing.text()]


def _is_time(text: str) -> bool:
    try:
        run_time(text)
    except ValueError:
        return False
    return True


def _fault(text: str, words: Words, *, needed: bool = False) -> str:
    if not text:
        return words("A time such as 03:00 belongs here.") if needed else ""
    return "" if _is_time(text) else words("This is no time of day. Write it as 03:00.")


def _half_a_day_after(text: str) -> str:
    if not _is_time(text):
        return "15:00"
    first = run_time(text)
    return f"{(first.hour + 12) % 24:02}:{first.minute:02}"
