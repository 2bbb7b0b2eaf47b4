"""One portal: its webhook, the rights it needs, and its check."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.buttons import Action, Link, PrimaryButton, TextButton
from b24learn_gui.gui.kit.chip import Chip
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.ladder import ResultView
from b24learn_gui.gui.kit.secret_field import SecretField
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Handle
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_words import portal_note
from b24learn_gui.gui.wizard.pages import remedies
from b24learn_gui.gui.wizard.pages.addresses import clean_webhook, stored_shown
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.ladder_panel import CheckView, LadderPanel
from b24learn_gui.gui.wizard.pages.place_line import PlaceNotice
from b24learn_gui.service.ladder_found import PortalFound
from b24learn_gui.service.ladder_words import RIGHTS, happened
from b24learn_gui.service.setup import check_portal
from b24learn_gui.storage.secrets import webhook_name
from b24learn_gui.storage.settings.ca_files import check_ca_files
from b24learn_gui.text.words import Words

_WEBHOOKS = "/devops/list/"
_HELP = {
    "ru": "https://apidocs.bitrix24.ru/local-integrations/local-webhooks.html",
    "en": "https://apidocs.bitrix24.com/local-integrations/local-webhooks.html",
}


class PortalBox(QWidget):
    """Draws one portal of the flow and asks about it. `key` is the portal's for life; `answered`: a check has ended."""

    answered = Signal()

    def __init__(
        self, desk: Desk, flow: Flow, key: str, place: PlaceNotice, words: Words, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.key = key
        self._desk, self._flow, self._place, self._words = desk, flow, place, words
        self._handle: Handle | None = None
        self._reading: tuple[int, int] | None = None
        self._trimmed: str | None = None
        """What the last paste lost at its end: a method's name, or "" for words around it; None for nothing."""
        self.webhook = SecretField(dotted=False)
        self._rights, self._rights_label = FlowRow(), Text(shade="text_2", wrap=False)
        self._how = Link()
        self.panel = LadderPanel(self.stop, self.check)
        self.begin = PrimaryButton(icon="play", rank=1)
        self._ca, self._ca_text, self._ca_drop = QWidget(), Text(step="caption", shade="text_2"), TextButton()
        self._lay_out()
        self.webhook.typed.connect(lambda _text: self.webhook.set_error(""))
        self.webhook.entered.connect(self._enter)
        self.webhook.replaced.connect(self._describe)
        self.webhook.line.finished.connect(self._keep_former)
        self._how.clicked.connect(lambda: desk.open_address(_HELP[self._words.language]))
        self.begin.clicked.connect(self.check)
        self._ca_drop.clicked.connect(lambda: self._use_ca(""))
        if flow.has_secret(webhook_name(key)):
            self.webhook.show_kept(self._shown())

    @property
    def pending(self) -> bool:
        """Whether something was typed that was not taken yet."""
        return bool(self.webhook.value())

    def complete(self) -> None:
        """Takes what was typed, as leaving the field would."""
        self.webhook.line.finished.emit()

    def draw(self, words: Words) -> None:
        """Shows the portal as it stands."""
        self._words = words
        self._describe()
        self.webhook.set_replace_text(words("Replace…"))
        self._rights_label.setText(words("The webhook needs two rights:"))
        self._how.setText(words("How to create a webhook"))
        self._how.setAccessibleName(self._how.text())
        busy = self._flow.busy("portal", portal=self.key)
        found = self._flow.found("portal", portal=self.key)
        error = self._flow.error("portal", portal=self.key)
        ready = self._flow.has_secret(webhook_name(self.key))
        self.begin.setText(words("Check the connection"))
        self.begin.setVisible(ready and not busy and found is None and error is None)
        self.panel.setVisible(ready)
        self.panel.draw(
            CheckView(
                rungs=self._flow.ladder("portal", portal=self.key),
                busy=busy,
                result=self._result(found),
                failure=error if found is None else None,
                notes=tuple(portal_note(note, words) for note in found.notes) if found and not found.error else (),
                reading=self._reading,
                buttons=self._buttons,
            ),
            words,
        )
        file = self._flow.draft.portal(self.key).ca_file
        self._ca.setVisible(bool(file))
        self._ca_text.setText(words("Besides this computer's own, the certificate file {file} is trusted.", file=file))
        self._ca_drop.setText(words("Do without it"))

    def check(self) -> None:
        """Begins the check anew."""
        self.stop()
        flow, key, desk = self._flow, self.key, self._desk
        settings, secrets = flow.draft.settings(), flow.secrets
        portal = settings.portal(key)
        alone = replace(
            settings, portals=() if portal is None else (portal,), learn=replace(settings.learn, ca_file="")
        )
        self._reading = None
        ticket = flow.begin("portal", portal=key)
        on_rung = desk.tasks.queued(lambda rung: flow.progress(ticket, rung))
        on_progress = desk.tasks.queued(self._read)

        def ask(stop: Event) -> PortalFound:
            check_ca_files(alone)
            return check_portal(
                desk.context, settings, key, secrets, stop=stop, on_rung=on_rung, on_progress=on_progress
            )

        def stopped(handle: Handle) -> None:
            handle.cancel()
            flow.cancel(ticket)

        def answered(found: PortalFound) -> None:
            flow.answer(ticket, found)
            self.answered.emit()

        handle = desk.tasks.run(ask, answered, lambda error: flow.fail(ticket, error))
        self._handle = handle
        self._stop = lambda: stopped(handle)

    def stop(self) -> None:
        """Stops the running check, if there is one."""
        if self._handle is not None and self._handle.active:
            self._stop()
        self._handle = None

    def _lay_out(self) -> None:
        self._rights.add(self._rights_label)
        for code in RIGHTS:
            self._rights.add(Chip(code))
        self._rights.add(self._how)
        ca = QHBoxLayout(self._ca)
        ca.setContentsMargins(0, 0, 0, 0)
        ca.addWidget(self._ca_text, 1)
        ca.addWidget(self._ca_drop)
        top = QVBoxLayout()
        top.setSpacing(10)
        for part in (self.webhook, self._rights, self._ca):
            top.addWidget(part)
        start = QHBoxLayout()
        start.addWidget(self.begin)
        start.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(20)
        rows.addLayout(top)
        rows.addWidget(self.panel)
        rows.addLayout(start)

    def _describe(self) -> None:
        words = self._words
        parts = [words("It is hidden as soon as it is entered.")]
        if self.webhook.is_kept:
            parts = [words("The secret part is hidden.")]
        parts.append(self._place.sentence(words))
        if self.webhook.is_kept and self._trimmed is not None:
            parts.append(
                words('The end "{name}" was removed from what was pasted.', name=self._trimmed)
                if self._trimmed
                else words("What stood around the address was removed.")
            )
        self.webhook.set_texts(
            words("Bitrix24 webhook address"),
            " ".join(part for part in parts if part),
            words("Paste the whole address of the incoming webhook"),
        )

    def _enter(self, text: str) -> None:
        portal = self._flow.draft.portal(self.key)
        try:
            clean = clean_webhook(text, allow_http=portal.allow_http)
        except SyncError as error:
            self._refuse(error, text)
            return
        trouble = self._place.too_large(clean.address, self._words)
        if trouble:
            self.webhook.set_error(trouble)
            return
        self._trimmed = clean.removed if clean.trimmed else None
        self.webhook.set_error("")
        self.webhook.show_kept(clean.shown)
        self._flow.edit_secret(webhook_name(self.key), clean.address)
        self._describe()
        QTimer.singleShot(0, self, self.check)

    def _refuse(self, error: SyncError, text: str) -> None:
        words = self._words
        if error.code == "plain_http":  # it cannot be checked as it is, but it may be meant so
            try:
                clean = clean_webhook(text, allow_http=True)
            except SyncError as other:
                error = other  # it is no webhook with https either
            else:
                self._flow.edit_secret(webhook_name(self.key), clean.address)
                self.webhook.show_kept(clean.shown)
                QTimer.singleShot(0, self, self.check)
                return
        self.webhook.set_error(f"{happened(error, words)} {remedies.to_do(error, words)}")

    def _keep_former(self) -> None:
        """Left empty, the field stands for what is kept already."""
        if not self.webhook.is_kept and not self.webhook.value() and self._flow.has_secret(webhook_name(self.key)):
            self.webhook.set_error("")
            self.webhook.show_kept(self._shown())
            self._describe()

    def _shown(self) -> str:
        typed = self._flow.secrets.get(webhook_name(self.key), "")
        if typed:
            return clean_webhook(typed, allow_http=True).shown
        return stored_shown(self._flow.draft.portal(self.key).address)

    def _read(self, done: int, of: int) -> None:
        self._reading = (done, of)
        if self._flow.busy("portal", portal=self.key):
            self._flow.on_change()

    def _result(self, found: PortalFound | None) -> ResultView | None:
        if found is None or found.error is not None:
            return None
        words = self._words
        return ResultView(
            (
                (words.number(found.employees), words.plural("employee", "employees", found.employees)),
                (words.number(found.departments), words.plural("department", "departments", found.departments)),
            ),
            words("without dismissed people and extranet guests"),
            Action(words("Check again"), self.check, "retry", "text"),
        )

    def _buttons(self, error: SyncError) -> tuple[Action, ...]:
        words = self._words
        again = Action(words("Check again"), self.check, "retry")
        first: tuple[Action, ...] = ()
        if error.code == "insufficient_scope":
            first = (Action(words("Open the webhook"), self._open_webhooks, "external", "primary"),)
        elif error.code == "tls_untrusted":
            first = (Action(words("Choose a certificate file…"), self._choose_ca, "folder", "primary"),)
        elif error.code == "plain_http":
            first = (Action(words("Use it without protection"), self._allow_http),)
        copied = Action(words("Copy for a colleague"), lambda: self._copy(error), "copy", "text")
        if self._flow.found("portal", portal=self.key) is None:
            return first
        return (*first, again, copied)

    def _webhooks(self) -> str:
        found = self._flow.found("portal", portal=self.key)
        address = (found.address if found else "") or self._flow.draft.portal(self.key).address
        return f"{address.rstrip('/')}{_WEBHOOKS}" if address else ""

    def _open_webhooks(self) -> None:
        self._desk.open_address(self._webhooks())

    def _choose_ca(self) -> None:
        words = self._words
        file = self._desk.ask_file(
            self,
            words("Certificate file of the authority"),
            words("Certificates") + " (*.pem *.crt *.cer);;" + words("All files") + " (*)",
        )
        if file:
            self._use_ca(file)

    def _use_ca(self, file: str) -> None:
        self._flow.edit_portal(self.key, ca_file=file)
        self.check()

    def _allow_http(self) -> None:
        self._flow.edit_portal(self.key, allow_http=True)
        self.check()

    def _copy(self, error: SyncError) -> None:
        words = self._words
        address = self._webhooks()
        parts = [happened(error, words), remedies.to_do(error, words), address]
        self._desk.copy("\n".join(part for part in parts if part))

    _stop: Callable[[], None] = staticmethod(lambda: None)
