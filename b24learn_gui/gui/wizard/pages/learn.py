"""Where the employees go: the Learn account, how to sign in, where the secret is kept, and the check."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.buttons import Action
from b24learn_gui.gui.kit.field import LineField
from b24learn_gui.gui.kit.secret_field import SecretField
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Step, WhyNot
from b24learn_gui.gui.wizard.page import Page
from b24learn_gui.gui.wizard.pages.addresses import DOTS, account_fault, clean_account
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.place_line import PlaceNotice
from b24learn_gui.gui.wizard.pages.side import LearnSide
from b24learn_gui.gui.wizard.pages.side_check import SideCheck, SideView
from b24learn_gui.storage.secrets import LEARN_CLIENT_SECRET, LEARN_PASSWORD
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
        self.url, self.login, self.client_id = LineField(), LineField(), LineField()
        self.password, self.client_secret = SecretField(), SecretField()
        self.by_password, self.by_key = QRadioButton(), QRadioButton()
        self.ways = QButtonGroup(self)
        self._ways_label = Text(step="section")
        self.place = PlaceNotice(desk, self.draw)
        self.checking = SideCheck(desk, self.place)
        self._lay_out()
        self._connect()

    def enter(self, flow: Flow) -> None:
        if flow is not self._flow:
            self.checking.enter(LearnSide(flow))
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
        self.draw()

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
        self.draw()

    def press_primary(self, flow: Flow) -> None:
        """A secret that was typed and not taken yet is taken first."""
        pending = [field for field, _ in self._secrets() if field.isVisible() and field.value()]
        asked = bool(pending) or self.checking.connection.pending
        self.checking.connection.complete()
        for field in pending:
            field.line.finished.emit()
        if not asked:
            flow.forward()

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
            pair.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)  # one has a hint below it, the other perhaps not
        self.content.addWidget(self.url)
        self.content.addLayout(sign_in)
        self.content.addLayout(pair)
        for part in (self.place, self.checking):
            self.content.addWidget(part)

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
        self.checking.answered.connect(
            lambda: QTimer.singleShot(0, self, lambda: self.show_all_of(self.checking.panel.outcome))
        )

    def _secrets(self) -> tuple[tuple[SecretField, str], ...]:
        return ((self.password, LEARN_PASSWORD), (self.client_secret, LEARN_CLIENT_SECRET))

    def draw(self) -> None:
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
        self.checking.draw(self._view(flow, ready=state.why_not not in _MISSING), words)

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
            QTimer.singleShot(0, self, self.checking.check)

    def _keep_former(self, field: SecretField, name: str) -> None:
        """Left empty, the field stands for what is kept already."""
        if self._flow is not None and not field.is_kept and not field.value() and self._flow.has_secret(name):
            field.set_error("")
            field.show_kept(DOTS)

    def _view(self, flow: Flow, *, ready: bool) -> SideView:
        words, found = self._words, flow.found("learn")
        figures: list[tuple[str, str]] = []
        if found is not None:
            nouns = words.plural("Learn department", "Learn departments", found.departments)
            figures = [
                (words.number(found.people), words.plural("account", "accounts", found.people)),
                (words.number(found.departments), nouns),
            ]
            if found.free_seats is not None:
                noun = words.plural("free seat", "free seats", found.free_seats)
                figures.append((words.number(found.free_seats), noun))
        return SideView(
            ready=ready, figures=tuple(figures), by_key=flow.draft.sign_in == "api_key", buttons=self._buttons
        )

    def _buttons(self, error: SyncError) -> tuple[Action, ...]:
        if error.code in {"sign_in_refused", "learn_not_administrator"}:
            return (Action(self._words("Enter it again"), self._ask_again, "key"),)
        return ()

    def _ask_again(self) -> None:
        field = self.client_secret if self.by_key.isChecked() else self.password
        field.replace.click()
