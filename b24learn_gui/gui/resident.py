"""The program that stays: it joins the worker, the clock, the tray and the windows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.announcer import Announcer
from b24learn_gui.gui.application import quit_on, toolkit_words
from b24learn_gui.gui.approving import Approving
from b24learn_gui.gui.clock import Clock
from b24learn_gui.gui.leaving import Leaving
from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.overview import Overview, look_at_home, pause_until_tomorrow
from b24learn_gui.gui.renewal import Renewal, works
from b24learn_gui.gui.status.words import Clock as WallClock
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.tray import news
from b24learn_gui.gui.tray.tray import Tray
from b24learn_gui.gui.upkeep import Upkeep
from b24learn_gui.gui.windows import Windows
from b24learn_gui.gui.worker import Trigger, Worker
from b24learn_gui.machine.own_file import own_file
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import ANOTHER_RUN
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.pause_choices import in_an_hour
from b24learn_gui.service.pausing import pause, resume
from b24learn_gui.text.language import chosen_language
from b24learn_gui.text.words import Words

if TYPE_CHECKING:
    from b24learn_gui.gui.conflicts.window import ConflictsWindow
    from b24learn_gui.gui.log_window.window import LogWindow
    from b24learn_gui.gui.plan_window.window import PlanWindow
    from b24learn_gui.gui.status.window import StatusWindow

_FOLLOW_MS = 1_000
"""How often the tray follows a run."""


class Resident(QObject):
    """One start of the program with windows: `begin`, and `end` when the application's loop has ended."""

    def __init__(self, app: QApplication, context: Context, opening: Opening) -> None:
        super().__init__()
        self._app, self._context, self._opening = app, context, opening
        self._words, self._language = context.words, ""
        self._tasks = Tasks(self)
        self.worker = Worker(context, self)
        self.windows = Windows(context, opening, self._tasks, self.worker, self)
        self.approving = Approving(self.windows, self.worker, self)
        self.clock = Clock(context, self._tasks, self)
        self.leaving = Leaving(app, self.worker, self.windows, self._words)
        self.tray: Tray | None = None
        self.overview: Overview | None = None
        self._announcer = Announcer(context, self._tasks)
        self._upkeep = Upkeep(context, self._tasks)
        self.renewal = Renewal(
            None if opening.demonstrates else own_file(works),
            self._tasks,
            free=lambda: not (self.worker.running or self.leaving.leaving or self.windows.in_use),
            keeps=lambda: bool(context.secrets.until_quit()),
            parent=self,
        )
        self.renewal.words = context.words
        self._reading = self._read_again = False
        self._asked_why = ""
        """Who the status window is to explain once it is there."""
        self._follow = QTimer(self, interval=_FOLLOW_MS)
        self._follow.timeout.connect(self._draw_tray)
        app.setQuitOnLastWindowClosed(False)
        self._verbs = self._make_verbs()
        self._connect()
        quit_on(context.stop, self.leaving.leave, self)

    def begin(self) -> None:
        """Look at the home off the windows' thread, then open what fits it."""
        if self._opening.demonstrates:
            QTimer.singleShot(0, self, self.windows.open_wizard)
            return
        self._tasks.run(lambda _stop: look_at_home(self._context, None), self._open, self._refused)

    def end(self) -> None:
        """Take everything down before the application goes; a run that is still at work finishes its write."""
        self.clock.end()
        self.worker.close()
        self.windows.end()
        if self.tray is not None:
            self.tray.end()
        self._tasks.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def show_yourself(self) -> None:
        """Somebody wants to see the program: its icon was clicked, or it was started once more."""
        if self.tray is not None or self.windows.any_open:
            self.windows.raise_front()

    def _make_verbs(self) -> Mapping[str, Callable[[], object]]:
        """What the menu's verbs, and those of the status window's cards, do."""
        windows, context = self.windows, self._context
        return {
            "open": self.show_yourself,
            "sync": self._sync_now,
            "stop": self.leaving.ask_to_stop,
            "end": self.worker.kill,
            "preview": self.approving.preview,
            "settings": windows.open_wizard,
            "activation": lambda: windows.open_wizard("activation"),
            "log": self._open_log,
            "decide": self._decide,
            "pause_hour": lambda: self._pause(lambda: pause(context, in_an_hour(context.now()))),
            "pause_tomorrow": lambda: self._pause(lambda: pause_until_tomorrow(context)),
            "pause": lambda: self._pause(lambda: pause(context, None)),
            "resume": lambda: self._pause(lambda: resume(context)),
            "quit": self.leaving.quit,
        }

    def _connect(self) -> None:
        windows, worker = self.windows, self.worker
        windows.status_made.connect(self._fill)
        windows.log_made.connect(self._listen_to_log)
        windows.plan_made.connect(self._listen_to_plan)
        windows.conflicts_made.connect(self._listen_to_conflicts)
        windows.closed.connect(self._window_closed)
        windows.wizard_closed.connect(self._wizard_closed)
        windows.setup_saved.connect(self._stay)
        windows.refused.connect(self._refused)
        windows.wants_to_quit.connect(self.leaving.quit)
        worker.began.connect(self._began)
        worker.moved.connect(self._moved)
        worker.silent.connect(self._silent)
        worker.ended.connect(self._run_ended)
        self.clock.due.connect(self._due)
        self.clock.beat.connect(self._beat)
        self.renewal.ready.connect(self.leaving.leave)
        self.renewal.told.connect(self._tell_renewal)

    def _do(self, verb: str) -> None:
        deed = self._verbs.get(verb)
        if deed is not None:
            deed()

    # The beginning and the end

    def _open(self, overview: Overview | None) -> None:
        if overview is None or overview.standing.state == "setup":
            self.windows.open_wizard()
            return
        self._take(overview)
        self._stay()
        if not self._opening.hidden:
            self.windows.open_status()
        elif self.tray is None or not self.tray.hosted:
            self.windows.open_status(minimised=True)

    def _stay(self) -> None:
        """There are settings: from now on the timetable runs, and the icon says so."""
        if self.tray is None:
            self.tray = Tray(self)
            self.tray.chosen.connect(self._do)
            self.tray.opened.connect(self.show_yourself)
            self.tray.hosted_changed.connect(self._hosted)
            self._draw_tray()  # before it is shown: no panel shall see an icon without a picture
            self.tray.begin()
            self.windows.may_hide(self.tray.hosted or self._opening.demonstrates)
            self.clock.begin()
            if not self._opening.demonstrates:
                self._upkeep.repair_autostart()
        self.refresh()

    def _hosted(self, hosted: bool) -> None:
        self.windows.may_hide(hosted or self._opening.demonstrates)
        self._stay_reachable()
        self._announce()

    def _stay_reachable(self) -> None:
        """Where there is no icon, there is a window."""
        if self.tray is None or self.tray.hosted or self._opening.demonstrates:
            return
        if not self.windows.any_open and not self.leaving.leaving:
            self.windows.open_status(minimised=True)

    def _window_closed(self) -> None:
        self._stay_reachable()
        self._leave_if_alone()

    def _wizard_closed(self, there: bool) -> None:
        if there and not self.leaving.leaving:
            self.refresh()
            self.windows.open_status()
        self._leave_if_alone()

    def _leave_if_alone(self) -> None:
        """Without settings, and in the demonstration, there is nothing to stay for."""
        if not self.windows.any_open and (self.tray is None or self._opening.demonstrates):
            self.leaving.quit()

    def _refused(self, error: SyncError) -> None:
        message = self.windows.say_error(self._words("The settings cannot be opened"), error)
        if self.tray is None:
            message.finished.connect(lambda _code: self._app.exit(error.exit_code))

    # How things stand

    def refresh(self, *, changed_only: bool = False) -> None:
        """Read how things stand and show it. `changed_only`: only if files of the home have changed."""
        if self._reading:
            self._read_again = self._read_again or not changed_only
            return
        known = self.overview.mark if changed_only and self.overview is not None else None
        self._reading = True
        self._tasks.run(lambda _stop: look_at_home(self._context, known), self._take, self._not_read)

    def _take(self, overview: Overview | None) -> None:
        self._reading = False
        if overview is not None:
            self.overview = overview
            self._announcer.know(overview)
            self._follow_language(overview.standing.language)
            if self.windows.status is not None:
                self.windows.status.show_standing(overview.standing)
            self._draw_tray()
            self._announce()
            self._upkeep.tell_overdue(overview.standing)
        if self._read_again:
            self._read_again = False
            self.refresh()

    def _not_read(self, _error: SyncError) -> None:
        """A bad home is no error but a standing; what is left is a disk that does not answer. The next beat asks."""
        self._reading = False

    def _follow_language(self, language: str) -> None:
        """The settings' language counts from the moment it changes; until then the one asked for at the start."""
        former, self._language = self._language, language
        if not former or former == language:
            return
        self._words = Words(chosen_language(None, language))
        toolkit_words(self._app).speak(self._words.language)
        self.worker.speak(self._words.language)
        self.leaving.retranslate(self._words)
        self.renewal.words = self._words
        self.windows.retranslate(self._words)

    def _beat(self) -> None:
        running = self.overview is not None and self.overview.standing.running is not None
        self.refresh(changed_only=not running)
        self._draw_tray()
        self.renewal.look()

    def _tell_renewal(self, note: object) -> None:
        if self.tray is not None:
            told = cast("news.Note", note)
            self.tray.tell(told.title, told.text, waits=told.waits)

    def _draw_tray(self) -> None:
        if self.tray is None or self.overview is None:
            return
        self.tray.show_standing(
            self.overview.standing,
            self._progress(),
            self._wall(),
            self._words,
            hangs=self.worker.hangs,
            tomorrow=self.overview.tomorrow,
        )

    def _announce(self) -> None:
        if self.overview is not None and self.tray is not None and not self.worker.running:
            seen = self.windows.in_front or self.approving.seen
            self._announcer.announce(self.overview, self.tray, self._wall(), self._words, seen=seen)

    def _fill(self, made: object) -> None:
        status = cast("StatusWindow", made)
        status.sync_now.connect(self._sync_now)
        status.stop.connect(self.worker.stop)
        status.preview.connect(partial(self._do, "preview"))
        status.open_log.connect(self._open_log)
        status.open_settings.connect(partial(self._do, "settings"))
        status.request_activation.connect(partial(self._do, "activation"))
        status.act.connect(self._act)
        status.decide.connect(self._decide)
        status.show_put_off(self._announcer.put_off)
        if self.overview is not None:
            status.show_standing(self.overview.standing)
        status.show_progress(self._progress())
        status.say_silent(self.worker.hangs)
        if self._asked_why:
            self._explain(self._asked_why)

    def _act(self, key: str, verb: str) -> None:
        """A verb of a card, about that card's cause."""
        causes = self.overview.standing.causes if self.overview is not None else ()
        cause = next((each for each in causes if each.key == key), None)
        if verb == "later":
            self._announcer.put_off_today(key, self._wall())
        elif not self.approving.act(cause, verb):
            self._do(verb)

    def _open_log(self, run: str = "") -> None:
        self.windows.log.open(lambda log: log.open_run(run))

    def _listen_to_log(self, made: object) -> None:
        log = cast("LogWindow", made)
        log.undo_run.connect(self.approving.undo)
        log.explain.connect(self._explain)

    def _listen_to_plan(self, made: object) -> None:
        cast("PlanWindow", made).decide.connect(self._decide)

    def _listen_to_conflicts(self, made: object) -> None:
        cast("ConflictsWindow", made).preview_wanted.connect(partial(self._do, "preview"))

    def _decide(self, who: str = "") -> None:
        """The window of conflicts, with this person if he is in question."""
        self.windows.conflicts.open(lambda conflicts: conflicts.open_case(who))

    def _explain(self, who: str) -> None:
        """The status window answers, which may have to be made first."""
        status = self.windows.status
        self._asked_why = who if status is None else ""
        self.windows.open_status()
        if status is not None:
            status.ask_why(who)

    def _progress(self) -> RunProgress | None:
        return self.worker.progress if self.worker.running else None

    def _wall(self) -> WallClock:
        return WallClock(self._context.now(), datetime.astimezone)

    # Runs

    def _sync_now(self) -> None:
        self.worker.start("manual")

    def _due(self, trigger: str) -> None:
        """The timetable asks; who else runs in this home just now would only refuse us."""
        if self.leaving.leaving or self.renewal.settling:
            return
        if self.overview is None or self.overview.standing.running is None:
            self.worker.start(cast("Trigger", trigger))

    def _began(self) -> None:
        self._follow.start()
        self._moved(self.worker.progress)
        self._draw_tray()

    def _moved(self, progress: object) -> None:
        if self.windows.status is not None:
            self.windows.status.show_progress(cast("RunProgress", progress))

    def _silent(self, hangs: bool) -> None:
        self._draw_tray()
        if self.windows.status is not None:
            self.windows.status.say_silent(hangs)
        if hangs and self.tray is not None:
            note = news.hangs(self._words)
            self.tray.tell(note.title, note.text, waits=True)

    def _run_ended(self, code: int, summary: Mapping[str, Any] | None, crashed: bool) -> None:
        self._follow.stop()
        if self.windows.status is not None:
            self.windows.status.show_progress(None)
        if crashed and self.tray is not None:
            progress = self.worker.progress
            self._announcer.broke_off(news.crashed(progress.done, self._words, undo=progress.undo), self.tray)
        told = self.approving.run_ended(code, summary)
        if self.windows.conflicts.window is not None and code != ANOTHER_RUN:
            self.windows.conflicts.window.say_stale()
        self._announcer.run_ended(summary)
        self.refresh()
        self.clock.look()
        error = (summary or {}).get("error")
        if not told and code == ANOTHER_RUN and error and (summary or {}).get("trigger") == "manual":
            self.windows.say(self._words("The sync did not begin"), str(error["message"]), [self._words("Close")])

    # Pausing

    def _pause(self, change: Callable[[], None]) -> None:
        self._tasks.run(lambda _stop: change(), lambda _done: self._paused(), self._not_paused)

    def _paused(self) -> None:
        self.refresh()
        self.clock.look()

    def _not_paused(self, error: SyncError) -> None:
        self.windows.say_error(self._words("That could not be kept"), error)
