"""The program's windows: made when somebody wants them, let go when they are closed.

What is heavy (the wizard, and with it HTTP and the password store) is loaded with its first window, not before.
"""

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.application import TITLE
from b24learn_gui.gui.background import remember_defect
from b24learn_gui.gui.loading import load_in_turns
from b24learn_gui.gui.on_demand import OnDemand, bring_to_front
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import Words

if TYPE_CHECKING:
    from b24learn_gui.gui.conflicts.window import ConflictsWindow
    from b24learn_gui.gui.log_window.window import LogWindow
    from b24learn_gui.gui.message import Message
    from b24learn_gui.gui.plan_window.window import PlanWindow
    from b24learn_gui.gui.status.window import StatusWindow
    from b24learn_gui.gui.wizard.beginning import Beginning
    from b24learn_gui.gui.wizard.flow_state import Step
    from b24learn_gui.gui.wizard.window import WizardWindow

_STATUS = ("b24learn_gui.gui.kit", "b24learn_gui.gui.status")
_PLAN = (
    "b24learn_gui.gui.kit",
    "b24learn_gui.gui.models",
    "b24learn_gui.gui.views",
    "b24learn_gui.gui.preview",
    "b24learn_gui.gui.plan_window",
)
_LOG = ("b24learn_gui.gui.kit", "b24learn_gui.gui.views", "b24learn_gui.gui.log_window")
_CONFLICTS = (
    "b24learn_gui.gui.kit",
    "b24learn_gui.gui.models",
    "b24learn_gui.gui.views",
    "b24learn_gui.gui.plan_window",
    "b24learn_gui.gui.conflicts",
)
_WIZARD = (
    "b24learn_gui.gui.kit",
    "b24learn_gui.gui.models",
    "b24learn_gui.gui.views",
    "b24learn_gui.gui.preview",
    "b24learn_gui.gui.departments",
    "b24learn_gui.gui.wizard",
    "b24learn_gui.gui.wizard.pages",
)
"""The packages each window is made of."""
_PATIENCE_MS = 1_000
"""How long nothing is shown while the wizard is prepared; then a word that we wait for the password store."""


class Windows(QObject):
    """`…_made`: a window to be filled and listened to. `closed`: one of those is gone.
    `wizard_closed`, with whether there are settings now. `refused`: the wizard could not be opened, and why.
    `wants_to_quit`: by a person.
    """

    status_made = Signal(object)
    plan_made = Signal(object)
    log_made = Signal(object)
    conflicts_made = Signal(object)
    closed = Signal()
    setup_saved = Signal()
    wizard_closed = Signal(bool)
    refused = Signal(object)
    wants_to_quit = Signal()

    def __init__(
        self, context: Context, opening: Opening, tasks: Tasks, worker: Worker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._opening, self._tasks, self._worker = context, opening, tasks, worker
        self._words = context.words
        self._proposes = opening.demonstrates
        """The demonstration's first wizard is filled in; later ones edit what it saved."""
        self._question: Handle | None = None
        self._making_status = self._minimised = False
        self._waiting: Message | None = None
        self._messages: set[Message] = set()
        self._going: set[QWidget] = set()
        """Closed windows that still have to be deleted."""
        self._ending = False
        self._may_hide = True
        self.status: StatusWindow | None = None
        self.wizard: WizardWindow | None = None
        self.plan: OnDemand[PlanWindow] = OnDemand(_PLAN, self._make_plan, self, beforehand=(tasks, _load_planning))
        self.log: OnDemand[LogWindow] = OnDemand(_LOG, self._make_log, self)
        self.conflicts: OnDemand[ConflictsWindow] = OnDemand(
            _CONFLICTS, self._make_conflicts, self, beforehand=(tasks, _load_deciding)
        )
        self._on_demand: tuple[OnDemand[Any], ...] = (self.plan, self.log, self.conflicts)
        for each in self._on_demand:
            each.closed.connect(self.closed)
            each.wants_to_quit.connect(self.wants_to_quit)

    @property
    def any_open(self) -> bool:
        """Whether a person could see one, now or in a moment."""
        status = self.status is not None or self._making_status
        return status or self.wizard is not None or any(each.wanted for each in self._on_demand)

    @property
    def in_front(self) -> bool:
        """Whether a person is looking at how things stand right now."""
        return self.status is not None and self.status.isActiveWindow() and not self.status.isMinimized()

    @property
    def status_seen(self) -> bool:
        """Whether the status window is there to be seen, in front or not."""
        return self.status is not None and not self.status.isMinimized()

    @property
    def in_use(self) -> bool:
        """Whether a person would be disturbed if they went. The status window comes back as it was."""
        asked = self.wizard is not None or (self._question is not None and self._question.active)
        return asked or any(each.wanted for each in self._on_demand) or bool(self._messages) or self.in_front

    def retranslate(self, words: Words) -> None:
        """Says everything in these words; the wizard has its own choice of language."""
        self._words = words
        if self.status is not None:
            self.status.retranslate(words)
        for each in self._on_demand:
            if each.window is not None:
                each.window.retranslate(words)

    def raise_front(self) -> None:
        """Brings to the front what is open; the status window where nothing is."""
        if self.wizard is not None:
            bring_to_front(self.wizard)
        else:
            self.open_status()

    def end(self) -> None:
        """The program quits: nothing is asked any more."""
        self._ending = True
        self._stop_waiting()
        for each in self._on_demand:
            each.end()
        for window in (self.wizard, self.status, *self._messages):
            if window is not None:
                window.hide()
                window.deleteLater()
        self._messages.clear()
        self.wizard = self.status = None

    def may_hide(self, hosted: bool) -> None:
        """Whether the program can be reached without any window, so that a closed one need not stay."""
        self._may_hide = hosted
        if self.status is not None:
            self.status.say_no_tray(not hosted)

    # The status window

    def open_status(self, *, minimised: bool = False) -> None:
        """Shows how things stand. A window that is to be made first is loaded, built, filled and shown turn by turn."""
        self._minimised = minimised and (self._minimised or not self._making_status)
        if self._making_status:
            return
        if self.status is not None:
            self._show_status()
            return
        self._making_status = True
        load_in_turns(_STATUS, self._make_status, self)

    def _make_status(self) -> None:
        from b24learn_gui.gui.status.window import StatusWindow  # noqa: PLC0415 - only where a window is wanted

        if self._ending:
            return
        self._making_status = False
        self.status = StatusWindow(self._context, self._tasks, self._words)
        self.status.installEventFilter(self)
        self.status.quit_wanted.connect(self.wants_to_quit)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Quit), self.status).activated.connect(self.wants_to_quit)
        QTimer.singleShot(0, self.status, self._fill_status)

    def _fill_status(self) -> None:
        if self.status is not None:
            self.status.say_no_tray(not self._may_hide)
            self.status_made.emit(self.status)
            QTimer.singleShot(0, self.status, self._show_status)

    def _show_status(self) -> None:
        if self.status is None:
            return
        if self._minimised:
            self.status.showMinimized()
        else:
            bring_to_front(self.status)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.status and event.type() == QEvent.Type.Close and not self._ending:
            if not self._may_hide and not _session_ends():
                event.ignore()
                self.status.showMinimized()
                return True
            self._let_status_go()
        return super().eventFilter(watched, event)

    def _let_status_go(self) -> None:
        status, self.status = self.status, None
        if status is not None:
            status.removeEventFilter(self)
            self._let_go(status)
            QTimer.singleShot(0, self.closed.emit)

    # The plan, the log, the conflicts

    def _make_plan(self, tasks: Tasks) -> "PlanWindow":
        from b24learn_gui.gui.plan_window.window import PlanWindow  # noqa: PLC0415 - as above

        window = PlanWindow(self._context, tasks, self._words)
        self.plan_made.emit(window)
        return window

    def _make_log(self, tasks: Tasks) -> "LogWindow":
        from b24learn_gui.gui.log_window.window import LogWindow  # noqa: PLC0415 - as above

        window = LogWindow(self._context, tasks, self._words)
        self.log_made.emit(window)
        return window

    def _make_conflicts(self, tasks: Tasks) -> "ConflictsWindow":
        from b24learn_gui.gui.conflicts.window import ConflictsWindow  # noqa: PLC0415 - as above

        window = ConflictsWindow(self._context, tasks, self._words)
        self.conflicts_made.emit(window)
        return window

    # The wizard

    def open_wizard(self, step: "Step | None" = None) -> None:
        """Opens the wizard, on that step if it can be reached; or brings the open one to the front."""
        if self.wizard is not None:
            if step is not None:
                self.wizard.go(step)
            bring_to_front(self.wizard)
            return
        if self._question is not None and self._question.active:
            return
        self._context.secrets.ask_again()
        proposes = self._proposes
        self._question = self._tasks.run(
            lambda stop: _prepare(replace(self._context, stop=stop), proposes=proposes),
            lambda beginning: load_in_turns(_WIZARD, lambda: self._open_wizard(beginning, step), self),
            self._refuse,
        )
        QTimer.singleShot(_PATIENCE_MS, self, self._say_that_we_wait)

    def _open_wizard(self, beginning: "Beginning", step: "Step | None") -> None:
        from b24learn_gui.gui.wizard.beginning import flow_of  # noqa: PLC0415 - as above
        from b24learn_gui.gui.wizard.window import WizardWindow  # noqa: PLC0415 - as above

        opening = self._opening if self._proposes else Opening()
        self._proposes = False
        context = replace(self._context, words=self._words)
        try:
            flow = flow_of(beginning, opening)
            if step is not None:
                flow.go(step)
            self.wizard = WizardWindow(context, self._opening, flow, self._tasks, self._worker)
        except Exception as error:  # noqa: BLE001 - a defect has to be told, or nothing would ever open
            remember_defect(error)
            self._refuse(SyncError("defect", kind=type(error).__name__))
            return
        self.wizard.setup_saved.connect(self.setup_saved)
        self.wizard.finished.connect(lambda _code: self._let_wizard_go(there=flow.saved is not None))
        QTimer.singleShot(0, self, self._show_wizard)  # a turn of its own: building took one already

    def _show_wizard(self) -> None:
        self._stop_waiting()
        if self.wizard is not None:
            self.wizard.show()

    def _let_wizard_go(self, *, there: bool) -> None:
        wizard, self.wizard = self.wizard, None
        if wizard is not None and not self._ending:
            self._let_go(wizard)
            self.wizard_closed.emit(there)

    def _refuse(self, error: SyncError) -> None:
        self._stop_waiting()
        self.refused.emit(error)

    def _say_that_we_wait(self) -> None:
        question = self._question
        if question is None or not question.active or self._waiting is not None or self._proposes:
            return
        words = self._words
        self._waiting = self.say(
            words("Waiting for this computer's password store"),
            words("It may be asking to be unlocked. The settings open as soon as it answers."),
            [words("Do not wait")],
            state_busy=True,
        )
        self._waiting.finished.connect(lambda _code: self._do_not_wait())

    def _do_not_wait(self) -> None:
        """Somebody closed the message; the answer, should it come, is dropped."""
        self._waiting = None
        if self._question is not None and self._question.active:
            self._question.cancel()
            if not self.any_open:
                self.wizard_closed.emit(False)

    def _stop_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.done(0)

    def _let_go(self, window: QWidget) -> None:
        """Have it deleted once the event that closed it has been handled.

        It is held until then: what only cycles hold could be collected on a worker thread, where no window may end.
        """
        self._going.add(window)
        window.destroyed.connect(lambda: self._going.discard(window))
        QTimer.singleShot(0, window, window.deleteLater)  # dropped with a window that is gone by then

    # Messages

    def say(self, title: str, text: str, answers: list[str], *, state_busy: bool = False) -> "Message":
        """A message over whatever is open, not waited for: connect to its `finished` and read `chosen`."""
        from b24learn_gui.gui.message import Message  # noqa: PLC0415 - only where one is needed

        others = (each.window for each in self._on_demand if each.window is not None)
        over = self.wizard or self.status or next(others, None)
        message = Message(title, text, answers, state="busy" if state_busy else "info", window_title=TITLE, parent=over)
        message.setWindowModality(Qt.WindowModality.WindowModal if over is not None else Qt.WindowModality.NonModal)
        self._messages.add(message)
        message.finished.connect(lambda _code: self._let_message_go(message))
        bring_to_front(message)
        return message

    def _let_message_go(self, message: "Message") -> None:
        self._messages.discard(message)
        self._let_go(message)

    def say_error(self, title: str, error: SyncError) -> "Message":
        """A message of something that failed as a whole."""
        return self.say(title, error_sentence(error, self._words), [self._words("Close")])


def _prepare(context: Context, *, proposes: bool) -> "Beginning":
    """What the wizard begins with, on a worker thread: what has to be loaded for it takes a while, too.

    Its pages are not loaded here: classes of the toolkit may only be made on the windows' thread.
    """
    from b24learn_gui.gui.wizard.beginning import Beginning, find_beginning  # noqa: PLC0415 - heavy, see above

    return Beginning() if proposes else find_beginning(context)


def _load_planning() -> None:
    """What reads both sides, plans and looks into the journal: no toolkit in it, so it need not hold up the windows."""
    for name in ("run", "stored_plan", "undo"):
        import_module(f"b24learn_gui.service.{name}")


def _load_deciding() -> None:
    """What reads both sides and judges: likewise."""
    import_module("b24learn_gui.service.conflicts")


def _session_ends() -> bool:
    """Whether the desktop is closing every window: one that refuses would keep the person from logging out."""
    app = QApplication.instance()
    return isinstance(app, QApplication) and app.isSavingSession()
