"""The check of one side on its page: how it is reached, the ladder with its remedies, and the button that begins it."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.errors import SettingsInvalid, SyncError
from b24learn_gui.gui.kit.buttons import Action, PrimaryButton
from b24learn_gui.gui.kit.ladder import ResultView
from b24learn_gui.gui.tasks import Handle
from b24learn_gui.gui.wizard.pages import remedies
from b24learn_gui.gui.wizard.pages.connection_box import ConnectionBox
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.ladder_panel import CheckView, LadderPanel
from b24learn_gui.gui.wizard.pages.place_line import PlaceNotice
from b24learn_gui.gui.wizard.pages.side import Side
from b24learn_gui.service.ladder_words import happened
from b24learn_gui.storage.settings.ca_files import check_ca_files
from b24learn_gui.text.words import Words

Buttons = Callable[[SyncError], tuple[Action, ...]]


@dataclass(frozen=True)
class SideView:
    """What only the page knows. `ready`: everything a check needs is there; `figures` and `note`: what a passed one
    came to; `notes`: what deserves a look; `buttons`: the first ones of a remedy; `address`: what helps a colleague.
    """

    ready: bool
    figures: tuple[tuple[str, str], ...] = ()
    note: str = ""
    notes: tuple[str, ...] = ()
    by_key: bool = False
    buttons: Buttons = lambda _error: ()
    address: str = ""


class SideCheck(QWidget):
    """`answered`: a check has ended."""

    answered = Signal()

    def __init__(self, desk: Desk, place: PlaceNotice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._words = desk, Words("en")
        self._side: Side[Any] | None = None
        self._view = SideView(ready=False)
        self._handle: Handle | None = None
        self._stop_it: Callable[[], None] = lambda: None
        self._reading: tuple[int, int] | None = None
        self.connection = ConnectionBox(desk, place)
        self.panel = LadderPanel(self.stop, self.check)
        self.begin = PrimaryButton(icon="play", rank=1)
        self.begin.clicked.connect(self.check)
        self.connection.changed.connect(self._check_if_ready)
        start = QHBoxLayout()
        start.addWidget(self.begin)
        start.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(20)
        rows.addWidget(self.connection)
        rows.addWidget(self.panel)
        rows.addLayout(start)

    def enter(self, side: Side[Any]) -> None:
        """Ask about this side from now on."""
        self._side = side
        self.connection.enter(side)

    def draw(self, view: SideView, words: Words) -> None:
        """Show the check as it stands, in these words."""
        self._view, self._words, side = view, words, self._side
        if side is None:
            return
        found, error, busy = side.found, side.error, side.busy
        asked = busy or found is not None or error is not None
        self.connection.draw(words)
        self.begin.setText(words("Check the connection"))
        self.begin.setVisible(view.ready and not asked)
        self.panel.setVisible(view.ready or asked)
        passed = found is not None and found.error is None
        again = Action(words("Check again"), self.check, "retry", "text")
        self.panel.draw(
            CheckView(
                rungs=side.rungs,
                busy=busy,
                result=ResultView(view.figures, view.note, again) if passed else None,
                failure=error if found is None else None,
                notes=view.notes if passed else (),
                reading=self._reading,
                by_key=view.by_key,
                buttons=self._buttons,
            ),
            words,
        )

    def check(self) -> None:
        """Begin the check anew."""
        side, desk = self._side, self._desk
        if side is None or not self.connection.in_order:
            return
        self.stop()
        context, flow = desk.context, side.flow
        settings, secrets = flow.draft.settings(), flow.secrets
        self._reading = None
        ticket = side.begin()
        on_rung = desk.tasks.queued(lambda rung: flow.progress(ticket, rung))
        on_progress = desk.tasks.queued(self._read)

        def ask(stop: Event) -> Any:
            check_ca_files(side.alone(settings))
            return side.ask(context, settings, secrets, stop=stop, on_rung=on_rung, on_progress=on_progress)

        def stopped() -> None:
            handle.cancel()
            flow.cancel(ticket)

        def answered(found: Any) -> None:
            flow.answer(ticket, found)
            self.answered.emit()

        handle = desk.tasks.run(ask, answered, lambda error: flow.fail(ticket, error))
        self._handle, self._stop_it = handle, stopped

    def stop(self) -> None:
        """Stop the running check, if there is one."""
        if self._handle is not None and self._handle.active:
            self._stop_it()
        self._handle = None

    def _check_if_ready(self) -> None:
        if self._view.ready:
            self.check()

    def _read(self, done: int, of: int) -> None:
        self._reading = (done, of)
        if self._side is not None and self._side.busy:
            self._side.flow.on_change()

    def _buttons(self, error: SyncError) -> tuple[Action, ...]:
        words, connection = self._words, self.connection
        first = self._view.buttons(error)
        if error.code == "tls_untrusted" or _is_of_ca_file(error):
            first = (Action(words("Choose a certificate file…"), connection.choose_file, "folder", "primary"),)
        elif error.code == "proxy":
            first = (Action(words("Enter the proxy"), connection.ask_proxy),)
        elif error.code == "proxy_sign_in":
            first = (Action(words("Enter the proxy's sign-in"), connection.ask_login, "key"),)
        if self._side is None or self._side.found is None:
            return first
        again = Action(words("Check again"), self.check, "retry")
        return (*first, again, Action(words("Copy for a colleague"), lambda: self._copy(error), "copy", "text"))

    def _copy(self, error: SyncError) -> None:
        words, view = self._words, self._view
        parts = [happened(error, words), remedies.to_do(error, words, by_key=view.by_key), view.address]
        self._desk.copy("\n".join(part for part in parts if part))


def _is_of_ca_file(error: SyncError) -> bool:
    return isinstance(error, SettingsInvalid) and any("ca_file" in fault.path for fault in error.faults)
