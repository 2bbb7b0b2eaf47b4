"""The windows from the first to the last: the setup wizard, on first start and, with settings, for editing them."""

import os
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from b24learn_gui.errors import StoppedOnRequest, SyncError
from b24learn_gui.gui.application import TITLE, make_application, quit_on
from b24learn_gui.gui.display import need_display
from b24learn_gui.gui.message import Message
from b24learn_gui.gui.tasks import Tasks, remember_defect
from b24learn_gui.gui.wizard.beginning import Beginning, find_beginning, flow_of
from b24learn_gui.gui.wizard.window import WizardWindow
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening
from b24learn_gui.text.errors import error_sentence

_PATIENCE_MS = 400
"""How long nothing is shown while the home is looked at; then a word that we wait for the password store."""


def open_windows(context: Context, opening: Opening) -> int:
    """Open the wizard and stay until it is closed; the exit code.

    Raises `WrongUsage("no_window")` where there is no display.
    """
    need_display(os.environ, context.words)  # the process's own environment is what the toolkit reads
    app = cast("QApplication | None", QApplication.instance()) or make_application(context.words.language)
    program = Program(app, context, opening)
    program.begin()
    code = app.exec()
    program.end()
    return StoppedOnRequest.exit_code if context.stop.is_set() else code


class Program(QObject):
    """One start of the windows. It owns what has to outlive the pages: the tasks, and the window itself."""

    def __init__(self, app: QApplication, context: Context, opening: Opening) -> None:
        super().__init__()
        self._app, self._context, self._opening = app, context, opening
        self._tasks = Tasks(self)
        self._waiting: Message | None = None
        self._refusal: Message | None = None
        self.window: WizardWindow | None = None
        app.setQuitOnLastWindowClosed(True)
        quit_on(context.stop, app.quit, self)

    def begin(self) -> None:
        """Look at the home off the windows' thread, then open the wizard."""
        if self._opening.demonstrates:
            QTimer.singleShot(0, lambda: self._open(Beginning()))
            return
        context = self._context
        self._tasks.run(lambda stop: find_beginning(replace(context, stop=stop)), self._open, self._refuse)
        QTimer.singleShot(_PATIENCE_MS, self._say_that_we_wait)

    def end(self) -> None:
        """Take everything down before the application goes."""
        if self.window is not None:
            self.window.end()
            self.window.deleteLater()
        self._tasks.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _say_that_we_wait(self) -> None:
        if self.window is not None or self._refusal is not None or self._context.stop.is_set():
            return
        words = self._context.words
        self._waiting = Message(
            words("Waiting for this computer's password store"),
            words("It may be asking to be unlocked. The settings open as soon as it answers."),
            [words("Close the program")],
            state="busy",
            window_title=TITLE,
        )
        self._waiting.accepted.connect(self._app.quit)
        self._waiting.rejected.connect(self._app.quit)
        self._waiting.show()

    def _open(self, beginning: Beginning) -> None:
        try:
            flow = flow_of(beginning, self._opening)
            self.window = WizardWindow(self._context, self._opening, flow, self._tasks)
        except Exception as error:  # noqa: BLE001 - a defect has to be told, or nothing would ever open
            remember_defect(error)
            self._refuse(SyncError("defect", kind=type(error).__name__))
            return
        QTimer.singleShot(0, self, self._show)  # a turn of its own: building took one already

    def _show(self) -> None:
        if self.window is not None:
            self.window.show()
        self._stop_waiting()

    def _refuse(self, error: SyncError) -> None:
        """The home cannot be read: the sentence that every command gives, in a window."""
        words = self._context.words
        message = Message(
            words("The settings cannot be opened"),
            error_sentence(error, words),
            [words("Close the program")],
            state="failed",
            window_title=TITLE,
        )
        self._app.setQuitOnLastWindowClosed(False)
        message.finished.connect(lambda _code: self._app.exit(error.exit_code))
        message.show()
        self._refusal = message
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.accepted.disconnect(self._app.quit)
            self._waiting.rejected.disconnect(self._app.quit)
            self._waiting.close()
            self._waiting = None
