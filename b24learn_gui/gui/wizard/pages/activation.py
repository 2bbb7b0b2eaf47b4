"""The request for activation: who asks, sent by the program or as a letter, and when it was sent last."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.busy import StateMark
from b24learn_gui.gui.kit.buttons import Action, TextButton
from b24learn_gui.gui.kit.field import LineField
from b24learn_gui.gui.kit.notice import Notice, NoticeView
from b24learn_gui.gui.kit.surface import Card
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.gui.wizard.draft import REQUEST_FIELDS
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, StepState, Ticket
from b24learn_gui.gui.wizard.flow_words import request_fault
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.moments import moment_words
from b24learn_gui.service.activation import (
    ActivationRequest,
    SentRequest,
    Way,
    finished_letter,
    goes_by,
    last_request,
    remember_letter,
    request_faults,
    send_request,
)
from b24learn_gui.service.context import Context
from b24learn_gui.storage.settings import ActivationSettings
from b24learn_gui.text.errors import error_sentence, what_happened
from b24learn_gui.text.words import Words
from b24learn_gui.timetable.local import Localise


def open_in_mail_program(address: str) -> bool:
    """Hands a `mailto:` address to the system; False where nothing takes it."""
    return QDesktopServices.openUrl(QUrl(address, QUrl.ParsingMode.StrictMode))


class ActivationPage(Page):
    """The form; the filled button at the foot sends it, and closes the wizard once it was sent as it stands."""

    step: Step = "activation"

    def __init__(
        self,
        context: Context,
        tasks: Tasks,
        *,
        open_letter: Callable[[str], bool] = open_in_mail_program,
        localise: Localise = datetime.astimezone,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._context, self._tasks, self._open_letter, self._localise = context, tasks, open_letter, localise
        self._words = Words("en")
        self._flow: Flow | None = None
        self._shown_faults: set[str] = set()
        self._way: Way | None = None
        self._again = self._stopped = self._unopened = self._copied = False
        self._asked_last = False
        self._on_its_way: tuple[Handle, Ticket] | None = None
        self.fields = {name: LineField() for name in REQUEST_FIELDS}
        self.notice = Notice()
        self._busy_row, self._busy_text, self.stop = QWidget(), Text(), TextButton()
        self._then_title, self._then = Text(step="section"), Text(shade="text_2", selectable=True)
        self._letter_title, self._letter_card = Text(step="section"), Card("sunken", edge=False)
        self.letter, self.copy = Text(selectable=True), TextButton(icon="copy")
        self._lay_out()
        for name, field in self.fields.items():
            field.line.entered.connect(partial(self._write, name))
            field.line.finished.connect(partial(self._judge, name))
        self.copy.clicked.connect(self._copy)
        self.stop.clicked.connect(self._stop)

    # What the shell calls

    def enter(self, flow: Flow) -> None:
        self._flow = flow
        if not self._asked_last and flow.found("request") is None:
            self._asked_last = True
            self._tasks.run(partial(_last, self._context), self._take_last, lambda _error: None)

    def refresh(self, state: StepState) -> None:
        self._draw(state)

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.set_texts(
            words("Who asks for activation?"),
            words("iSpring gets these three lines and nothing else, so that it can answer you."),
        )
        self.fields["name"].set_texts(words("Your name"))
        self.fields["email"].set_texts(words("Email"), words("The answer comes to this address."))
        self.fields["phone"].set_texts(words("Phone"), words("In any usual writing, for example 8 (495) 123-45-67."))
        self.stop.setText(words("Stop"))
        self._then_title.setText(words("What happens then"))
        self._letter_title.setText(words("The letter"))
        self.copy.setText(words("Copy the letter"))
        self._redraw()

    def primary_text(self) -> str:
        return self._words("Finish") if self._is_done() else self._words("Send request")

    def press_primary(self, flow: Flow) -> None:
        if self._is_done():
            self.finish.emit()
            return
        faults = self._faults()
        self._shown_faults = set(faults)
        self._redraw()
        if faults:
            self.fields[next(iter(faults))].line.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._goes_by(flow) == "https":
            self._send(flow)
        else:
            self._write_letter(flow)

    # The form

    def _lay_out(self) -> None:
        for field in self.fields.values():
            self.content.addWidget(field)
        row = QHBoxLayout(self._busy_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(StateMark("busy"))
        row.addWidget(self._busy_text, 1)
        row.addWidget(self.stop)
        self.content.addWidget(self._busy_row)
        self.content.addWidget(self.notice)
        self._letter_card.rows.addWidget(self.letter)
        foot = QHBoxLayout()
        foot.addWidget(self.copy)
        foot.addStretch(1)
        self._letter_card.rows.addLayout(foot)
        for title, part in ((self._then_title, self._then), (self._letter_title, self._letter_card)):
            rows = QVBoxLayout()
            rows.setSpacing(8)
            rows.addWidget(title)
            rows.addWidget(part)
            self.content.addLayout(rows)

    def _write(self, name: str, text: str) -> None:
        self._unopened = self._copied = self._stopped = False
        if name not in self._faults():
            self._shown_faults.discard(name)
        if self._flow is not None:
            self._flow.edit(**{name: text})

    def _judge(self, name: str) -> None:
        """A field that is left is looked at, unless nothing was entered yet."""
        if self.fields[name].text() and name in self._faults():
            self._shown_faults.add(name)
        else:
            self._shown_faults.discard(name)
        if self._flow is not None:  # this page alone: the field may be left because another one comes to the front
            self._draw(self._flow.state(self.step))

    def _request(self) -> ActivationRequest:
        return ActivationRequest(*(self.fields[name].line.text() for name in REQUEST_FIELDS))

    def _faults(self) -> dict[str, str]:
        return request_faults(self._request(), self._region())

    def _region(self) -> str:
        return self._flow.draft.phone_region if self._flow is not None else "RU"

    def _settings(self, flow: Flow) -> ActivationSettings:
        return flow.draft.base.activation

    def _goes_by(self, flow: Flow) -> Way:
        return self._way or goes_by(self._settings(flow))

    def _is_done(self) -> bool:
        """Whether the form as it stands was sent."""
        sent: SentRequest | None = self._flow.found("request") if self._flow is not None else None
        if sent is None or self._again:
            return False
        return self._request().cleaned(self._region()) == ActivationRequest(sent.name, sent.email, sent.phone)

    # Sending

    def _send(self, flow: Flow) -> None:
        request, region, settings = self._request(), self._region(), self._settings(flow)

        def question(stop: threading.Event) -> SentRequest:
            return send_request(self._context, settings, request, region=region, stop=stop)

        self._stopped = False
        ticket = flow.begin("request")
        handle = self._tasks.run(question, partial(self._take, ticket), partial(flow.fail, ticket))
        self._on_its_way = (handle, ticket)

    def _take(self, ticket: Ticket, sent: SentRequest) -> None:
        self._again = self._unopened = self._copied = False
        if self._flow is not None:
            self._flow.answer(ticket, sent)

    def _stop(self) -> None:
        if self._on_its_way is not None and self._flow is not None:
            handle, ticket = self._on_its_way
            handle.cancel()
            self._stopped = True
            self._flow.cancel(ticket)

    def _write_letter(self, flow: Flow) -> None:
        letter = finished_letter(self._settings(flow), self._request(), self._words, region=self._region())
        if self._open_letter(letter.mailto):
            self._remember_letter()
        else:
            self._unopened = True
            self._redraw()

    def _remember_letter(self) -> None:
        if self._flow is None:
            return
        request, region = self._request(), self._region()

        def question(stop: threading.Event) -> SentRequest:
            del stop  # one line in the journal
            return remember_letter(self._context, request, region=region)

        ticket = self._flow.begin("request")
        self._tasks.run(question, partial(self._take, ticket), partial(self._flow.fail, ticket))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.letter.text())
        self._copied = True
        self._redraw()

    def _take_last(self, sent: SentRequest | None) -> None:
        """Nothing that was typed meanwhile is replaced by what was sent then."""
        flow = self._flow
        if flow is None or sent is None or flow.found("request") is not None or flow.busy("request"):
            return
        if not any(getattr(flow.draft, name) for name in REQUEST_FIELDS):
            flow.edit(name=sent.name, email=sent.email, phone=sent.phone)
        flow.answer(flow.begin("request"), sent)

    # Drawing

    def _redraw(self) -> None:
        if self._flow is not None:
            self._flow.on_change()

    def _draw(self, state: StepState) -> None:
        if self._flow is None:
            return
        flow, words = self._flow, self._words
        for name, field in self.fields.items():
            field.set_text(getattr(flow.draft, name))
            field.line.setReadOnly(state.busy)
        faults = self._faults()
        for name, field in self.fields.items():
            shown = name in self._shown_faults and name in faults
            field.set_error(f"{request_fault(faults[name], words)}." if shown else "")
        settings, way = self._settings(flow), self._goes_by(flow)
        self._busy_row.setVisible(state.busy)
        self._busy_text.setText(words("Sending the request to {host}…", host=_host(settings)))
        self.notice.show_view(None if state.busy else self._notice(flow, settings))
        self._then.setText(self._what_then(settings, way))
        ready = way == "letter" and not faults
        self._letter_title.setVisible(ready)
        self._letter_card.setVisible(ready)
        if ready:
            letter = finished_letter(settings, self._request(), words, region=self._region())
            to = words("To: {address}", address=letter.to)
            subject = words("Subject: {text}", text=letter.subject)
            self.letter.setText(f"{to}\n{subject}\n\n{letter.body}")

    def _what_then(self, settings: ActivationSettings, way: Way) -> str:
        words = self._words
        if way == "letter":
            how = words(
                "Your mail program opens with a finished letter to {address}. It goes out when you send it there.",
                address=settings.email,
            )
        elif urlsplit(settings.url).scheme == "https":
            how = words("The request goes to {host} over a protected connection.", host=_host(settings))
        else:
            how = words("The request goes to {host}.", host=_host(settings))
        after = words(
            "The answer comes by email or phone. Your settings stay as they are; the request can also be sent later."
        )
        return f"{how} {after}"

    def _notice(self, flow: Flow, settings: ActivationSettings) -> NoticeView | None:
        words, error, sent = self._words, flow.error("request"), flow.found("request")
        if error is not None:
            return self._failure(error, settings)
        if self._stopped:
            return NoticeView(
                words("Sending was stopped. It is not known whether the request has arrived."),
                words("Send it again if nobody answers."),
            )
        if self._unopened and not self._copied:
            return NoticeView(
                words("No mail program could be opened."),
                words("Copy the letter and send it from your mailbox to {address}.", address=settings.email),
                "warning",
                (Action(words("Copy the letter"), self._copy, "copy"),),
            )
        if self._copied and not self._is_done():
            return NoticeView(
                words("The letter is copied."),
                words("Paste it into a letter to {address} and send it from your mailbox.", address=settings.email),
                "info",
                (Action(words("I have sent it"), self._remember_letter, "check"),),
            )
        return self._sent(sent) if sent is not None else None

    def _failure(self, error: SyncError, settings: ActivationSettings) -> NoticeView:
        words = self._words
        what, whole = what_happened(error, words), error_sentence(error, words)
        buttons = [Action(words("Copy the details"), lambda: QGuiApplication.clipboard().setText(whole), "copy")]
        if settings.email:
            buttons.insert(0, Action(words("Send it as a letter"), self._by_letter, "mail"))
        return NoticeView(what, whole.removeprefix(what).strip(), "failed", tuple(buttons))

    def _by_letter(self) -> None:
        if self._flow is not None:
            self._way = "letter"
            self._flow.cancel(self._flow.begin("request"))  # the failed attempt is over
            self.press_primary(self._flow)

    def _sent(self, sent: SentRequest) -> NoticeView:
        words = self._words
        when = moment_words(self._localise(sent.sent_at), words)
        utc = words.moment(sent.sent_at)
        title = (
            words("The request was sent on {when} ({utc}).", when=when, utc=utc)
            if sent.way == "https"
            else words("The letter was handed to the mail program on {when} ({utc}).", when=when, utc=utc)
        )
        who = words("By {name}, {email}, {phone}.", name=sent.name, email=sent.email, phone=sent.phone)
        again = () if not self._is_done() else (Action(words("Send again"), self._send_again, "send"),)
        return NoticeView(title, who, "ok", again)

    def _send_again(self) -> None:
        if self._flow is not None:
            self._again = True
            self.press_primary(self._flow)


def _host(settings: ActivationSettings) -> str:
    return urlsplit(settings.url).hostname or ""


def _last(context: Context, stop: threading.Event) -> SentRequest | None:
    del stop  # one look into the journal
    return last_request(context)
