"""The wizard as a person meets it: the flow, its pages, the shell around them, and what the service does for it."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.application import toolkit_words
from b24learn_gui.gui.message import Message
from b24learn_gui.gui.sync_dialog import SyncDialog
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.wizard.assembly import Sayings, build_pages
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.shell import WizardShell
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.setup import forget_unfinished, keep_unfinished
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.language import chosen_language
from b24learn_gui.text.words import Words

_KEEP, _DISCARD = 0, 1
_BREATH_MS = 15
"""Between the next page, the window of the sync being made, and its opening: what is typed meanwhile is heard."""


class WizardWindow(WizardShell):
    """Owns the flow while it is open. A half-done setup is kept at every step, a finished one is forgotten again.

    `setup_saved`: settings were saved, and secrets that are kept only until quit stand in the context's.
    """

    setup_saved = Signal()

    def __init__(
        self,
        context: Context,
        opening: Opening,
        flow: Flow,
        tasks: Tasks,
        worker: Worker,
        parent: QWidget | None = None,
    ) -> None:
        self._desk = Desk(context, tasks, only_until_quit=opening.demonstrates, demonstrates=opening.demonstrates)
        self._opening, self._tasks, self._worker = opening, tasks, worker
        self._saved = flow.saved
        self.sync_dialog: SyncDialog | None = None
        self._language = flow.draft.language
        self._notice: Message | None = None
        self._kept: Mapping[str, object] | None = None
        self._open, self._edits = False, flow.saved is not None
        self._never_synced = flow.saved is None
        pages = build_pages(
            self._desk,
            choose_language=lambda language: flow.edit(language=language),
            run_sync=lambda shown, secrets: self._start_sync(shown, secrets),  # noqa: PLW0108 - no window yet
            autostart_failed=lambda error: self._say_autostart_failed(error),  # noqa: PLW0108 - as above
        )
        super().__init__(flow, pages, Sayings(), context.words, self._ask_to_leave, parent)
        self.language_chosen.connect(lambda language: flow.edit(language=language))
        self._open = True
        self._last_step: Step = flow.step
        self.refresh()

    def go(self, step: Step) -> None:
        """Turns to this step, if it can be reached."""
        self._flow.go(step)

    # What the shell draws

    def refresh(self) -> None:
        """Draws the flow; keeps what is half done, and follows a language chosen on a page or at the foot."""
        super().refresh()
        if not self._open:
            return
        if self._flow.draft.language != self._language:
            self._language = self._flow.draft.language
            self._speak(Words(chosen_language(None, self._language)))
        if self._flow.step != self._last_step:
            self._last_step = self._flow.step
            self._keep_soon()
        if self._flow.saved is not self._saved:
            self._saved = self._flow.saved
            self._take_over()
        if self._flow.saved is not None and not self._edits:
            self._edits = True
            self.retranslate(self._words)  # from now on this edits what is saved, and says so
        if self._kept is not None and self._flow.is_saved:
            self._leave_nothing_half_done()

    def _take_over(self) -> None:
        """What was saved counts from now on: secrets that no store took live in this process."""
        saved = self._flow.found("save")
        secrets = self._desk.context.secrets
        if saved is not None:
            secrets.forget(saved.stored)
        secrets.keep_until_quit(self._flow.until_quit)
        self.setup_saved.emit()

    def _speak(self, words: Words) -> None:
        app = QCoreApplication.instance()
        if isinstance(app, QApplication):
            toolkit_words(app).speak(words.language)
        self._desk.speak(words)
        self._worker.speak(words.language)
        self.retranslate(words)
        if self.sync_dialog is not None:
            self.sync_dialog.retranslate(words)

    def _title(self) -> str:
        if self._opening.demonstrates:
            return self._words("Demonstration — Bitrix24 → iSpring Learn")
        return super()._title()

    def _what_becomes_of_it(self) -> str:
        if self._opening.demonstrates:
            invented = self._words("Demonstration: people and servers are invented, nothing is kept")
            return "" if self.foot.has_extra else invented
        return super()._what_becomes_of_it()

    # A sync right after the saving

    def _start_sync(self, plan_hash: str, secrets: Mapping[str, str]) -> None:
        """Sync exactly the plan that was shown. Secrets that are kept nowhere go to the new process alone."""
        if self._notice is not None:  # one thing after the other
            self._notice.finished.connect(lambda _code: self._start_sync(plan_hash, secrets))
            return
        if self._worker.running:
            self._say_that_one_runs()
            return
        QTimer.singleShot(_BREATH_MS, self, lambda: self._show_sync(plan_hash, secrets))

    def _show_sync(self, plan_hash: str, secrets: Mapping[str, str]) -> None:
        self.sync_dialog = SyncDialog(self._worker, self._words, self, first=self._never_synced)
        self._never_synced = False
        self._worker.start(approve=plan_hash, secrets=secrets)
        QTimer.singleShot(_BREATH_MS, self.sync_dialog, self.sync_dialog.open)

    def _say_that_one_runs(self) -> None:
        words = self._words
        Message(
            words("A sync is running already"),
            words("It began with the settings as they were before. The next run uses the ones just saved."),
            [words("Close")],
            state="info",
            window_title=self.windowTitle(),
            parent=self,
        ).open()

    def _say_autostart_failed(self, error: SyncError) -> None:
        words = self._words
        message = self._notice = Message(
            words("The setup is saved, but the start with this computer was not switched"),
            error_sentence(error, words),
            [words("Close")],
            state="warning",
            window_title=self.windowTitle(),
            parent=self,
        )
        message.finished.connect(self._forget_notice)
        message.open()

    def _forget_notice(self) -> None:
        self._notice = None

    # Leaving

    def accept(self) -> None:
        self._leave_nothing_half_done()
        super().accept()

    def _ask_to_leave(self) -> bool:
        """Asks only where something typed would be lost; in the demonstration nothing is."""
        flow, words = self._flow, self._words
        if self._opening.demonstrates:
            return True
        if not flow.entered:
            self._leave_nothing_half_done()
            return True
        message = Message(
            words("Close without saving?"),
            words("What is entered is not saved. It can be kept for later, without webhooks and passwords."),
            [words("Keep and go on later"), words("Discard what is entered"), words("Back to the setup")],
            state="info",
            window_title=self.windowTitle(),
            parent=self,
        )
        answer = message.ask()
        if answer == _KEEP:
            return self._keep() or self._ask_to_lose()
        if answer == _DISCARD:
            forget_unfinished(self._desk.context)
        return answer == _DISCARD

    def _ask_to_lose(self) -> bool:
        words = self._words
        message = Message(
            words("What is entered could not be kept"),
            words("The disk refuses to take it. Nothing is changed; if you close now, it has to be entered again."),
            [words("Back to the setup"), words("Close all the same")],
            state="failed",
            window_title=self.windowTitle(),
            parent=self,
        )
        return message.ask() == 1

    def _keep_soon(self) -> None:
        """Keep what is half done without making anybody wait for the disk; leaving asks whether it took it."""
        if self._opening.demonstrates or not self._flow.entered:
            return
        context, data = self._desk.context, self._flow.resume_data()
        if data != self._kept:
            self._kept = data
            self._tasks.run(lambda _stop: keep_unfinished(context, data), _nothing, _nothing)

    def _keep(self) -> bool:
        """Keep what is half done now; False where the disk refuses."""
        return keep_unfinished(self._desk.context, self._flow.resume_data())

    def _leave_nothing_half_done(self) -> None:
        if not self._opening.demonstrates and self._flow.is_saved:
            self._kept = None
            forget_unfinished(self._desk.context)


def _nothing(_value: object) -> None:
    """Nobody waits for this answer."""
