"""How a side is reached, for those whose network wants it: a proxy, its sign-in, a certificate file; folded away."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.buttons import SecondaryButton, TextButton
from b24learn_gui.gui.kit.field import LineField
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.secret_field import SecretField
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.wizard.pages.addresses import DOTS
from b24learn_gui.gui.wizard.pages.desk import Desk
from b24learn_gui.gui.wizard.pages.place_line import PlaceNotice
from b24learn_gui.gui.wizard.pages.proxies import clean_proxy, is_proxy
from b24learn_gui.gui.wizard.pages.side import Side
from b24learn_gui.text.words import Words


class ConnectionBox(QWidget):
    """`changed`: something was completed that a check would tell more about."""

    changed = Signal()

    def __init__(self, desk: Desk, place: PlaceNotice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._place, self._words = desk, place, Words("en")
        self._side: Side[Any] | None = None
        self.header = TextButton(icon="chevron-right", plain=True)
        self._summary = Text(step="caption", shade="text_2")
        self._inner = QWidget()
        self.proxy, self.login = LineField(), SecretField()
        self._certificate, self._file = Text(step="section"), Text(step="caption", shade="text_2", selectable=True)
        self.choose, self.drop = SecondaryButton(icon="folder"), TextButton()
        self._lay_out()
        self.header.clicked.connect(lambda: self.set_open(not self.is_open))
        self.proxy.line.entered.connect(self._type_proxy)
        self.proxy.line.finished.connect(self._complete_proxy)
        self.login.typed.connect(lambda _text: self.login.set_error(""))
        self.login.entered.connect(self._enter_login)
        self.login.line.finished.connect(self._keep_former)
        self.choose.clicked.connect(self.choose_file)
        self.drop.clicked.connect(lambda: self._use_file(""))
        self.set_open(False)

    def enter(self, side: Side[Any]) -> None:
        """Take over what is set."""
        self._side = side
        self.proxy.set_text(side.proxy)
        if side.flow.has_secret(side.proxy_secret) and not self.login.value():
            self.login.show_kept(DOTS)
        if not is_proxy(side.proxy):
            self._complain()

    @property
    def is_open(self) -> bool:
        """Whether the section is unfolded."""
        return not self._inner.isHidden()

    def set_open(self, open_: bool) -> None:
        """Fold it, or unfold it."""
        self._inner.setVisible(open_)
        self._summary.setVisible(not open_ and bool(self._summary.text()))
        self.header.set_icon_name("chevron-down" if open_ else "chevron-right")

    @property
    def in_order(self) -> bool:
        """Whether a check can be made with it; what is wrong is shown."""
        if self._side is None or is_proxy(self._side.proxy):
            return True
        self._complain()
        return False

    @property
    def pending(self) -> bool:
        """Whether something was typed that was not taken yet."""
        side = self._side
        return side is not None and (self.proxy.text() != side.proxy or bool(self.login.value()))

    def complete(self) -> None:
        """Take what was typed, as leaving the fields would."""
        self._complete_proxy()
        if self.login.value():
            self.login.line.finished.emit()

    def ask_proxy(self) -> None:
        """Unfold it with the keyboard in the field of the proxy."""
        self.set_open(True)
        self.proxy.line.setFocus()

    def ask_login(self) -> None:
        """Unfold it with the keyboard in the field of the proxy's sign-in."""
        self.set_open(True)
        if not self.proxy.text():  # the computer's own proxy keeps its sign-in elsewhere
            self.proxy.line.setFocus()
        elif self.login.is_kept:
            self.login.replace.click()
        else:
            self.login.line.setFocus()

    def choose_file(self) -> None:
        """Ask for a certificate file and use it."""
        words = self._words
        file = self._desk.ask_file(
            self,
            words("Certificate file of the authority"),
            words("Certificates") + " (*.pem *.crt *.cer);;" + words("All files") + " (*)",
        )
        if file:
            self._use_file(file)

    def draw(self, words: Words) -> None:
        """Show what is set, in these words."""
        self._words, side = words, self._side
        if side is None:
            return
        label = words("Connection: proxy, certificate")
        self.header.setText(label)
        self.header.setAccessibleName(label)
        self.proxy.set_texts(
            words("Proxy address"),
            words("Left empty, this computer's own proxy is used, if it has one."),
            "proxy.example.com:3128",
        )
        where = self._place.sentence(words)
        self.login.set_texts(
            words("Proxy user and password"),
            " ".join(part for part in (words("As user:password, if the proxy wants a sign-in."), where) if part),
        )
        self.login.set_replace_text(words("Replace…"))
        self.login.setVisible(bool(side.proxy))
        self._certificate.setText(words("Certificate"))
        self._file.setText(
            words("Besides this computer's own, the certificate file {file} is trusted.", file=side.ca_file)
            if side.ca_file
            else words("Trusted are the authorities this computer trusts.")
        )
        self.choose.setText(words("Choose a certificate file…"))
        self.drop.setText(words("Do without it"))
        self.drop.setVisible(bool(side.ca_file))
        summary = self._set(side, words)
        self._summary.setText(summary)
        self._summary.setVisible(not self.is_open and bool(summary))
        self.header.setAccessibleDescription(summary)

    def _set(self, side: Side[Any], words: Words) -> str:
        parts = []
        if side.proxy and is_proxy(side.proxy):
            parts.append(words("Through the proxy {proxy}.", proxy=side.proxy))
        if side.ca_file:
            parts.append(
                words("Besides this computer's own, the certificate file {file} is trusted.", file=side.ca_file)
            )
        return " ".join(parts)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.header)
        head.addStretch(1)
        pair = QHBoxLayout()
        pair.setSpacing(16)
        for field in (self.proxy, self.login):
            pair.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)  # their hints differ in height
        buttons = FlowRow()
        buttons.add(self.choose)
        buttons.add(self.drop)
        certificate = QVBoxLayout()
        certificate.setSpacing(6)
        for part in (self._certificate, self._file, buttons):
            certificate.addWidget(part)
        inner = QVBoxLayout(self._inner)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(16)
        inner.addLayout(pair)
        inner.addLayout(certificate)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(head)
        rows.addWidget(self._summary)
        rows.addWidget(self._inner)

    def _type_proxy(self, text: str) -> None:
        self.proxy.set_error("")
        if self._side is not None and "@" not in text:  # a sign-in in the address is no matter of the settings
            self._side.edit(proxy=text.strip())

    def _complete_proxy(self) -> None:
        side = self._side
        if side is None:
            return
        clean = clean_proxy(self.proxy.text())
        self.proxy.set_text(clean.address)
        if clean.address != side.proxy:
            side.edit(proxy=clean.address)
        if not clean.address:
            side.flow.edit_secret(side.proxy_secret, "")
            self.login.ask()
        elif not is_proxy(clean.address):
            self._complain()
        elif clean.login:
            self._enter_login(clean.login)

    def _complain(self) -> None:
        words = self._words
        self.set_open(True)
        self.proxy.set_error(words("This is no address of a proxy. It looks like proxy.example.com:3128."))

    def _enter_login(self, value: str) -> None:
        words, side = self._words, self._side
        if side is None:
            return
        trouble = self._place.too_large(value, words)
        if ":" not in value:
            trouble = words("User and password belong here with a colon between them.")
        if trouble:
            self.login.set_error(trouble)
            return
        self.login.show_kept(DOTS)
        side.flow.edit_secret(side.proxy_secret, value)
        self.changed.emit()

    def _keep_former(self) -> None:
        """Left empty, the field stands for what is kept already."""
        side = self._side
        if side is None or self.login.is_kept or self.login.value():
            return
        if side.flow.has_secret(side.proxy_secret):
            self.login.set_error("")
            self.login.show_kept(DOTS)

    def _use_file(self, file: str) -> None:
        if self._side is not None:
            self._side.edit(ca_file=file)
            self.changed.emit()
