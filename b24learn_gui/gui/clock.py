"""Rings when a run is due. Two tickers, `schedule` and a short timer on the wall clock, only ever ask the planner.

So whatever either of them makes of summer time, of a clock that jumps or of a night asleep, nothing starts but what the
timetable asks for, and that once (decision 3 of the design; rule Z1).
"""

import time
from collections.abc import Callable
from datetime import datetime
from random import Random

from PySide6.QtCore import QObject, QTimer, Signal
from schedule import CancelJob, Scheduler

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.standing import due_now
from b24learn_gui.timetable.plan import Outlook
from b24learn_gui.timetable.watch import PROBE_PATIENCE, TICK, Moment, Probe, Start, Wait, Watch

BEAT_MS = 5_000


class Clock(QObject):
    """`due`: "schedule" or "catch-up", for whoever starts runs. `beat`: the time went on a little."""

    due = Signal(str)
    beat = Signal()

    def __init__(
        self,
        context: Context,
        tasks: Tasks,
        parent: QObject | None = None,
        *,
        steady: Callable[[], float] = time.monotonic,
        watch: Watch | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._tasks, self._steady = context, tasks, steady
        self._watch = watch or Watch(spread=Random().random())
        self._scheduler = Scheduler()
        self._reachable: bool | None = None
        """The answer about the network, until the next look hands it on."""
        self._asking = False
        self._beats = QTimer(self, interval=BEAT_MS)
        self._beats.timeout.connect(self._beat)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """From now on, until `end`."""
        self._beats.start()
        self.look()

    def end(self) -> None:
        """Nothing rings any more."""
        self._beats.stop()
        self._timer.stop()
        self._scheduler.clear()

    def look(self) -> None:
        """Ask the planner, off the windows' thread; without effect while it is being asked."""
        if not self._asking:
            self._asking = True
            self._tasks.run(lambda _stop: due_now(self._context), self._judge, self._failed)

    def _beat(self) -> None:
        self._scheduler.run_pending()
        self.beat.emit()

    def _judge(self, outlook: Outlook) -> None:
        self._asking = False
        self._set_alarm(outlook.next)
        now, (reachable, self._reachable) = self._steady(), (self._reachable, None)
        match self._watch.tick(Moment(self._context.now(), now), outlook, reachable):
            case Start(trigger):
                self._look_in(TICK)
                self.due.emit(trigger)
            case Probe():
                self._probe()
            case Wait(until):
                self._look_in(until - now)

    def _probe(self) -> None:
        from b24learn_gui.service.network import reachable  # noqa: PLC0415 - seldom asked, and start-up counts

        self._asking = True
        self._tasks.run(
            lambda _stop: reachable(self._context),
            self._probed,
            lambda _error: self._probed(answer=False),
            deadline_seconds=PROBE_PATIENCE,
        )

    def _probed(self, answer: bool) -> None:
        self._asking, self._reachable = False, answer
        self.look()

    def _failed(self, _error: SyncError) -> None:
        """What cannot be read is told by whoever shows how things stand; it is asked again soon."""
        self._asking = False
        self._look_in(TICK)

    def _look_in(self, seconds: float) -> None:
        self._timer.start(round(max(0.0, seconds) * 1000))

    def _set_alarm(self, moment: datetime | None) -> None:
        """Have `schedule` ring at the next run; it says no more than that somebody should look."""
        self._scheduler.clear()
        if moment is not None:
            self._scheduler.every().day.at(f"{moment:%H:%M}", "UTC").do(self._ring)

    def _ring(self) -> type[CancelJob]:
        self.look()
        return CancelJob
