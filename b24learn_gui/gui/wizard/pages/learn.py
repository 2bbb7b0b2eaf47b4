"""Where the employees go: the Learn account, how to sign in, where the secret is kept, and the check."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.buttons import Action, PrimaryButton, TextButton
from b24learn_gui.gui.kit.field import LineField
from b24learn_gui.gui.kit.ladder import ResultView
from b24learn_gui.gui.kit.secret_field import SecretField
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Handle
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, StepState, WhyNot
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages import remedies
from b24learn_gui.gui.wizard.pages.addresses import DOTS, account_fault, clean_account
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.ladder_panel import CheckView, LadderPanel
from b24learn_gui.gui.wizard.pages.place_line import PlaceNotice
from b24learn_gui.service.ladder_found import LearnFound
from b24learn_gui.service.ladder_words import happened
from b24learn_gui.service.setup import check_learn
from b24learn_gui.storage.secrets import LEARN_CLIENT_SECRET, LEARN_PASSWORD
from b24learn_gui.storage.settings.ca_files import check_ca_files
from b24learn_gui.text.words import Words

_MISSING: frozenset[WhyNot] = frozenset(
    {"learn_url_missing", "login_missing", "password_missing", "client_id_missing", "client_secret_missing", "faults"}
)


class LearnPage(Page):
    """The check begins by itself as soon as the secret was entered and nothing else is missing."""

    step: Step = "learn"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._words = Words("en")
        self._flow: Flow | None = None
        self._handle: Handle | None = None
        self._stop_it: Callable[[], None] = lambda: None
        self._reading: tuple[int, int] | None = None
        self.url, self.login, self.client_id = LineField(), LineField(), LineField()
        self.password, self.client_secret = SecretField(), SecretField()
        self.by_password, self.by_key = QRadioButton(), QRadioButton()
        self.ways = QButtonGroup(self)
        self._ways_label = Text(step="section")
        self.place = PlaceNotice(desk, self._draw)
        self.panel = LadderPanel(self.stop, self.check)
        self.begin = PrimaryButton(icon="play", rank=1)
        self._ca, self._ca_text, self._ca_drop = QWidget(), Text(step="caption", shade="text_2"), TextButton()
        self._lay_out()
        self._connect()

    def enter(self, flow: Flow) -> None:
        self._flow = flow
        draft = flow.draft
        self.url.set_text(draft.learn_url)
        self.login.set_text(draft.login)
        self.client_id.set_text(draft.client_id)
        (self.by_key if draft.sign_in == "api_key" else self.by_password).setChecked(True)
        for field, name in self._secrets():
            if not field.value() and flow.has_secret(name):
                field.show_kept(DOTS)
        self.place.enter(flow)
        self._draw()

    def refresh(self, state: StepState) -> None:
        del state
        self._draw()

    def retranslate(self, words: Words) -> None:
        self._words = words
        self.set_texts(
            words("Where do the employees go?"),
            words("Accounts are created and changed in this iSpring Learn account, after you have seen the plan."),
        )
        self.url.set_texts(
            words("Learn account URL"), words("Any page of the account will do."), "https://learn.example.com"
        )
        self._ways_label.setText(words("How to sign in"))
        self.by_password.setText(words("Email and password"))
        self.by_key.setText(words("API key"))
        self.login.set_texts(
            words("Administrator email"), words("The account of the owner or of an administrator of Learn.")
        )
        self.client_id.set_texts(words("Client id"), words("The owner of the account creates the key in Learn."))
        for field, _ in self._secrets():
            field.set_replace_text(words("Replace…"))
        self.begin.setText(words("Check the connection"))
        self._ca_drop.setText(words("Do without it"))
        self._draw()

    def press_primary(self, flow: Flow) -> None:
        """A secret that was typed and not taken yet is taken first."""
        pending = [field for field, _ in self._secrets() if field.isVisible() and field.value()]
        for field in pending:
            field.line.finished.emit()
        if not pending:
            flow.forward()

    def check(self) -> None:
        """Begins the check anew."""
        flow, desk = self._flow, self._desk
        if flow is None:
            return
        self.stop()
        settings, secrets = flow.draft.settings(), flow.secrets
        alone = replace(settings, portals=())
        self._reading = None
        ticket = flow.begin("learn")
        on_rung = desk.tasks.queued(lambda rung: flow.progress(ticket, rung))
        on_progress = desk.tasks.queued(self._read)

        def ask(stop: Event) -> LearnFound:
            check_ca_files(alone)
            return check_learn(desk.context, settings, secrets, stop=stop, on_rung=on_rung, on_progress=on_progress)

        def stopped() -> None:
            handle.cancel()
            flow.cancel(ticket)

        def answered(found: LearnFound) -> None:
            flow.answer(ticket, found)
            QTimer.singleShot(0, self, lambda: self.show_all_of(self.panel.outcome))

        handle = desk.tasks.run(ask, answered, lambda error: flow.fail(ticket, error))
        self._handle, self._stop_it = handle, stopped

    def stop(self) -> None:
        """Stops the running check, if there is one."""
        if self._handle is not None and self._handle.active:
            self._stop_it()
        self._handle = None

    def _lay_out(self) -> None:
        ways = QHBoxLayout()
        ways.setSpacing(24)
        for way in (self.by_password, self.by_key):
            self.ways.addButton(way)
            ways.addWidget(way)
        ways.addStretch(1)
        sign_in = QVBoxLayout()
        sign_in.setSpacing(6)
        sign_in.addWidget(self._ways_label)
        sign_in.addLayout(ways)
        pair = QHBoxLayout()
        pair.setSpacing(16)
        for field in (self.login, self.client_id, self.password, self.client_secret):
            pair.addWidget(field, 1)
        ca = QHBoxLayout(self._ca)
        ca.setContentsMargins(0, 0, 0, 0)
        ca.addWidget(self._ca_text, 1)
        ca.addWidget(self._ca_drop)
        start = QHBoxLayout()
        start.addWidget(self.begin)
        start.addStretch(1)
        self.content.addWidget(self.url)
        self.content.addLayout(sign_in)
        self.content.addLayout(pair)
        for part in (self.place, self._ca, self.panel):
            self.content.addWidget(part)
        self.content.addLayout(start)

    def _connect(self) -> None:
        self.url.line.entered.connect(self._type_url)
        self.url.line.finished.connect(self._clean_url)
        self.login.line.entered.connect(lambda text: self._edit(login=text))
        self.client_id.line.entered.connect(lambda text: self._edit(client_id=text))
        self.by_key.clicked.connect(lambda: self._edit(sign_in="api_key"))
        self.by_password.clicked.connect(lambda: self._edit(sign_in="password"))
        for field, name in self._secrets():
            field.typed.connect(lambda _text, field=field: field.set_error(""))
            field.entered.connect(lambda value, field=field, name=name: self._enter_secret(field, name, value))
            field.line.finished.connect(lambda field=field, name=name: self._keep_former(field, name))
        self.begin.clicked.connect(self.check)
        self._ca_drop.clicked.connect(lambda: self._use_ca(""))

    def _secrets(self) -> tuple[tuple[SecretField, str], ...]:
        return ((self.password, LEARN_PASSWORD), (self.client_secret, LEARN_CLIENT_SECRET))

    def _draw(self) -> None:
        flow, words = self._flow, self._words
        if flow is None:
            return
        by_key = flow.draft.sign_in == "api_key"
        for field, shown in (
            (self.login, not by_key),
            (self.password, not by_key),
            (self.client_id, by_key),
            (self.client_secret, by_key),
        ):
            field.setVisible(shown)
        where = self.place.sentence(words)
        self.password.set_texts(words("Password"), where)
        self.client_secret.set_texts(words("Client secret"), where)
        self.place.draw(words)
        state = flow.state("learn")
        found, error, busy = flow.found("learn"), flow.error("learn"), flow.busy("learn")
        complete = state.why_not not in _MISSING
        self.begin.setVisible(complete and not busy and found is None and error is None)
        self.panel.setVisible(complete or busy or found is not None or error is not None)
        self.panel.draw(
            CheckView(
                rungs=flow.ladder("learn"),
                busy=busy,
                result=self._result(found),
                failure=error if found is None else None,
                reading=self._reading,
                by_key=by_key,
                buttons=self._buttons,
            ),
            words,
        )
        file = flow.draft.learn_ca_file
        self._ca.setVisible(bool(file))
        self._ca_text.setText(words("Besides this computer's own, the certificate file {file} is trusted.", file=file))

    def _edit(self, **changes: str) -> None:
        if self._flow is not None:
            self._flow.edit(**changes)

    def _type_url(self, text: str) -> None:
        self.url.set_error("")
        self._edit(learn_url=text)

    def _clean_url(self) -> None:
        text, words = self.url.text(), self._words
        if not text:
            return
        error = account_fault(text)
        if error is not None:
            self.url.set_error(words("This is no address of a Learn account. Copy it from the browser's address line."))
            return
        clean = clean_account(text)
        if clean != self.url.line.text():
            self.url.set_text(clean)
            self._edit(learn_url=clean)

    def _enter_secret(self, field: SecretField, name: str, value: str) -> None:
        trouble = self.place.too_large(value, self._words)
        if trouble or self._flow is None:
            field.set_error(trouble)
            return
        field.show_kept(DOTS)
        self._flow.edit_secret(name, value)
        if self._flow.state("learn").why_not not in _MISSING:
            QTimer.singleShot(0, self, self.check)

    def _keep_former(self, field: SecretField, name: str) -> None:
        """Left empty, the field stands for what is kept already."""
        if self._flow is not None and not field.is_kept and not field.value() and self._flow.has_secret(name):
            field.set_error("")
            field.show_kept(DOTS)

    def _read(self, done: int, of: int) -> None:
        self._reading = (done, of)
        if self._flow is not None and self._flow.busy("learn"):
            self._flow.on_change()

    def _result(self, found: LearnFound | None) -> ResultView | None:
        if found is None or found.error is not None:
            return None
        words = self._words
        figures = [
            (words.number(found.people), words.plural("account", "accounts", found.people)),
            (words.number(found.departments), words.plural("Learn department", "Learn departments", found.departments)),
        ]
        if found.free_seats is not None:
            noun = words.plural("free seat", "free seats", found.free_seats)
            figures.append((words.number(found.free_seats), noun))
        return ResultView(tuple(figures), "", Action(words("Check again"), self.check, "retry", "text"))

    def _buttons(self, error: SyncError) -> tuple[Action, ...]:
        words, flow = self._words, self._flow
        first: tuple[Action, ...] = ()
        if error.code == "tls_untrusted":
            first = (Action(words("Choose a certificate file…"), self._choose_ca, "folder", "primary"),)
        elif error.code in {"sign_in_refused", "learn_not_administrator"}:
            first = (Action(words("Enter it again"), self._ask_again, "key"),)
        if flow is None or flow.found("learn") is None:
            return first
        again = Action(words("Check again"), self.check, "retry")
        return (*first, again, Action(words("Copy for a colleague"), lambda: self._copy(error), "copy", "text"))

    def _ask_again(self) -> None:
        field = self.client_secret if self.by_key.isChecked() else self.password
        field.replace.click()

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
        self._edit(learn_ca_file=file)
        self.check()

    def _copy(self, error: SyncError) -> None:
        words, by_key = self._words, self.by_key.isChecked()
        self._desk.copy(f"{happened(error, words)}\n{remedies.to_do(error, words, by_key=by_key)}")
