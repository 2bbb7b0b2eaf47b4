"""One portal: its webhook, the rights it needs, and its check."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.buttons import Action, Link
from b24learn_gui.gui.kit.chip import Chip
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.secret_field import SecretField
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_words import portal_note
from b24learn_gui.gui.wizard.pages import remedies
from b24learn_gui.gui.wizard.pages.addresses import clean_webhook, stored_shown
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.place_line import PlaceNotice
from b24learn_gui.gui.wizard.pages.side import PortalSide
from b24learn_gui.gui.wizard.pages.side_check import SideCheck, SideView
from b24learn_gui.service.ladder_words import RIGHTS, happened
from b24learn_gui.storage.secrets import webhook_name
from b24learn_gui.text.words import Words

_WEBHOOKS = "/devops/list/"
"""Where a portal lists the webhooks of its section for developers."""
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
        self._trimmed: str | None = None
        """What the last paste lost at its end: a method's name, or "" for words around it; None for nothing."""
        self.webhook = SecretField(dotted=False)
        self._rights, self._rights_label = FlowRow(), Text(shade="text_2", wrap=False)
        self._how, self._where = Link(), Text(step="caption", shade="text_2")
        self._side = PortalSide(flow, key)
        self.checking = SideCheck(desk, place)
        self.checking.answered.connect(self.answered)
        self.checking.enter(self._side)
        self._lay_out()
        self.webhook.typed.connect(lambda _text: self.webhook.set_error(""))
        self.webhook.entered.connect(self._enter)
        self.webhook.replaced.connect(self._describe)
        self.webhook.line.finished.connect(self._keep_former)
        self._how.clicked.connect(lambda: desk.open_address(_HELP[self._words.language]))
        if flow.has_secret(webhook_name(key)):
            self.webhook.show_kept(self._shown())

    @property
    def pending(self) -> bool:
        """Whether something was typed that was not taken yet."""
        return bool(self.webhook.value()) or self.checking.connection.pending

    def complete(self) -> None:
        """Takes what was typed, as leaving the field would."""
        self.checking.connection.complete()
        if self.webhook.value():
            self.webhook.line.finished.emit()

    def draw(self, words: Words) -> None:
        """Shows the portal as it stands."""
        self._words = words
        self._describe()
        self.webhook.set_replace_text(words("Replace…"))
        self._rights_label.setText(words("The webhook needs two rights:"))
        self._how.setText(words("How to create a webhook"))
        self._how.setAccessibleName(self._how.text())
        self._where.setVisible(not self.webhook.is_kept)
        self._where.setText(
            words("In Bitrix24 it is created under Applications → Developer resources → Other → Inbound webhook.")
        )
        self.checking.draw(self._view(), words)

    def stop(self) -> None:
        """Stops the running check, if there is one."""
        self.checking.stop()

    def _lay_out(self) -> None:
        self._rights.add(self._rights_label)
        for code in RIGHTS:
            self._rights.add(Chip(code))
        self._rights.add(self._how)
        top = QVBoxLayout()
        top.setSpacing(10)
        for part in (self.webhook, self._rights, self._where):
            top.addWidget(part)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(20)
        rows.addLayout(top)
        rows.addWidget(self.checking)

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
        QTimer.singleShot(0, self, self.checking.check)

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
                QTimer.singleShot(0, self, self.checking.check)
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

    def _view(self) -> SideView:
        words, found = self._words, self._side.found
        figures: tuple[tuple[str, str], ...] = ()
        if found is not None:
            figures = (
                (words.number(found.employees), words.plural("employee", "employees", found.employees)),
                (words.number(found.departments), words.plural("department", "departments", found.departments)),
            )
        return SideView(
            ready=self._flow.has_secret(webhook_name(self.key)),
            figures=figures,
            note=words("without dismissed people and extranet guests"),
            notes=tuple(portal_note(note, words) for note in found.notes) if found else (),
            buttons=self._buttons,
            address=self._webhooks(),
        )

    def _buttons(self, error: SyncError) -> tuple[Action, ...]:
        words = self._words
        if error.code == "insufficient_scope":
            return (Action(words("Open the webhook"), self._open_webhooks, "external", "primary"),)
        if error.code == "plain_http":
            return (Action(words("Use it without protection"), self._allow_http),)
        return ()

    def _webhooks(self) -> str:
        found = self._flow.found("portal", portal=self.key)
        address = (found.address if found else "") or self._flow.draft.portal(self.key).address
        return f"{address.rstrip('/')}{_WEBHOOKS}" if address else ""

    def _open_webhooks(self) -> None:
        self._desk.open_address(self._webhooks())

    def _allow_http(self) -> None:
        self._flow.edit_portal(self.key, allow_http=True)
        self.checking.check()
