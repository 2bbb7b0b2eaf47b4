"""Stopping a run and leaving the program: asked first where something is lost, and always in order."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication

from b24learn_gui.gui.status.words import stop_question
from b24learn_gui.gui.windows import Windows
from b24learn_gui.gui.worker import Worker
from b24learn_gui.text.words import Words

if TYPE_CHECKING:
    from b24learn_gui.gui.message import Message

_LEAVE_MS = 20_000
"""How long a run that was asked to stop may take to finish its write before the program leaves all the same."""
_FAREWELL_MS = 8_000
"""The same where the session ends: a system that waits longer would end us instead."""


class Leaving(QObject):
    """Ends the application's loop when everything is in order."""

    def __init__(self, app: QApplication, worker: Worker, windows: Windows, words: Words) -> None:
        super().__init__(worker)
        self._app, self._worker, self._windows, self._words = app, worker, windows, words
        self._question: Message | None = None
        self.leaving = False
        worker.ended.connect(self._run_ended)
        app.commitDataRequest.connect(self._session_ends, Qt.ConnectionType.DirectConnection)

    def retranslate(self, words: Words) -> None:
        """Asks in these words from now on."""
        self._words = words

    def quit(self) -> None:
        """Leave, if need be after asking: while a run is at work."""
        if not self._worker.running:
            self.leave()
            return
        self._ask(self._words("Stop run and quit"), self.leave)

    def ask_to_stop(self) -> None:
        """Stop the run after asking."""
        if self._worker.running:
            self._ask(self._words("Stop run"), self._worker.stop)

    def leave(self) -> None:
        """Leave without asking: stop a run in order first."""
        if self.leaving:
            return
        self.leaving = True
        if not self._worker.running:
            self._end()
            return
        self._worker.stop()
        QTimer.singleShot(_LEAVE_MS, self, self._end)

    def _ask(self, stop: str, then: Callable[[], None]) -> None:
        if self._question is not None:
            return
        words = self._words
        message = self._question = self._windows.say(
            words("Stop the undo?") if self._worker.undoes else words("Stop the sync?"),
            stop_question(self._worker.progress, words),
            [words("Keep running"), stop],
        )

        def answered(_code: int) -> None:
            self._question = None
            if message.chosen == 1:
                then()

        message.finished.connect(answered)

    def _run_ended(self) -> None:
        question = self._question
        if question is not None:
            question.reject()  # there is nothing to be stopped any more
        if self.leaving:
            self._end()

    def _end(self) -> None:
        """Not `quit`: that asks every window, and the one that cannot hide on a desktop without tray refuses."""
        self._app.exit(0)

    def _session_ends(self, _manager: QSessionManager) -> None:
        """The person logs out, or the machine shuts down: the write in flight is finished, the rest waits."""
        self._worker.close(_FAREWELL_MS)
