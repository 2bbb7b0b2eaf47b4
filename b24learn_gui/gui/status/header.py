"""The head of the status window: the state in a word and a sentence, the last success, the next run, the buttons."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.kit.buttons import PrimaryButton, TextButton
from b24learn_gui.gui.kit.flow_row import FlowRow
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.status.words import Fact, Headline, Mark
from b24learn_gui.text.words import Words

_SIGN = 44
_SIGNS: Mapping[Mark, tuple[str, str, str]] = {
    "working": ("sync", "accent", "selection"),
    "ok": ("check", "ok", "ok_tint"),
    "skipped": ("state-skipped", "warn_mark", "warn_tint"),
    "attention": ("state-warning", "warn_mark", "warn_tint"),
    "fault": ("state-error", "danger", "danger_tint"),
    "paused": ("pause", "text_2", "sunken"),
    "off": ("clock", "text_2", "sunken"),
    "setup": ("settings", "accent", "selection"),
}
"""Icon, its colour and the ground it stands on."""


class Header(QWidget):
    """Buttons: `sync`, `resume` and `set_up` where the state asks for them; `preview`, `log`, `settings` always."""

    sync_now = Signal()
    resume_now = Signal()
    settings_wanted = Signal()
    preview_wanted = Signal()
    log_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign = StateSign()
        self.title, self.sentence = Text(step="title"), Text(shade="text_2", selectable=True)
        self.preview, self.log = TextButton(icon="preview", plain=True), TextButton(icon="log", plain=True)
        self.settings = TextButton(icon="settings", plain=True)
        self.sync = PrimaryButton(icon="sync", rank=-2)
        self.resume = PrimaryButton(icon="play", rank=-1)
        self.set_up = PrimaryButton(icon="settings")
        self.last_success, self.next_run = FactLine(), FactLine()
        self._set_up = "", ""
        """What the button says before the first setup, and where the settings have to be corrected."""
        self._lay_out()
        self.sync.clicked.connect(self.sync_now)
        self.resume.clicked.connect(self.resume_now)
        for opener in (self.settings, self.set_up):
            opener.clicked.connect(self.settings_wanted)
        self.preview.clicked.connect(self.preview_wanted)
        self.log.clicked.connect(self.log_wanted)

    def retranslate(self, words: Words) -> None:
        """Says the buttons in these words."""
        self.preview.setText(words("Preview…"))
        self.preview.setAccessibleDescription(words("Shows what a sync would do now; nothing is written."))
        self.log.setText(words("Log"))
        self.settings.setText(words("Settings…"))
        self.sync.setText(words("Sync now"))
        self.resume.setText(words("Resume"))
        self._set_up = words("Set up…"), words("Settings…")

    def show_headline(self, headline: Headline) -> None:
        """Shows the state and the buttons that belong to it."""
        self.sign.set_mark(headline.mark)
        self.title.setText(headline.title)
        self.sentence.say(headline.sentence)
        self.setAccessibleName(headline.title)
        self.setAccessibleDescription(headline.sentence)
        usable = headline.mark not in {"setup", "fault"}
        self.set_up.setText(self._set_up[headline.mark == "fault"])
        self.set_up.setVisible(not usable)
        self.settings.setVisible(usable)
        self.preview.setVisible(usable)
        self.sync.setVisible(usable and headline.mark != "working")
        self.resume.setVisible(headline.mark == "paused")

    def show_facts(self, last_success: Fact | None, next_run: Fact | None) -> None:
        """Shows when it last went well and when it goes on; nothing where there is nothing to tell."""
        self.last_success.show_fact(last_success)
        self.next_run.show_fact(next_run)
        self._facts.setVisible(last_success is not None or next_run is not None)

    def _lay_out(self) -> None:
        ways = QHBoxLayout()
        ways.setSpacing(4)
        for each in (self.preview, self.log, self.settings):
            ways.addWidget(each)
        deeds = QHBoxLayout()
        deeds.setSpacing(8)
        for deed in (self.sync, self.resume, self.set_up):
            deeds.addWidget(deed)
        self._facts = FlowRow(spacing=32)
        for fact in (self.last_success, self.next_run):
            self._facts.add(fact)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.sign, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.title, 0, 1)
        grid.addLayout(ways, 0, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.sentence, 1, 1, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(deeds, 1, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid.setRowMinimumHeight(2, 10)
        grid.addWidget(self._facts, 3, 0, 1, 3)
        grid.setColumnStretch(1, 1)


class FactLine(QWidget):
    """A label, the value to be seen first, and the rest, in one line."""

    def __init__(self) -> None:
        super().__init__()
        self.label, self.rest = Text(shade="text_2", wrap=False), Text(shade="text_2", wrap=False)
        self.value = Text(weight=QFont.Weight.DemiBold, wrap=False, selectable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for each in (self.label, self.value, self.rest):
            row.addWidget(each)
        self.label.setContentsMargins(0, 0, 6, 0)

    def show_fact(self, fact: Fact | None) -> None:
        """Shows it, or nothing."""
        self.setVisible(fact is not None)
        if fact is None:
            return
        self.label.setText(fact.label)
        self.value.setText(fact.value)
        self.rest.say(fact.rest)
        self.setAccessibleName(fact.line)
        self.updateGeometry()


class StateSign(QWidget):
    """The sign of a state: its icon on a round ground of its tint. Its meaning is said by the words beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._mark: Mark = "ok"
        self.setFixedSize(_SIGN, _SIGN)

    @property
    def mark(self) -> Mark:
        """What is shown."""
        return self._mark

    def set_mark(self, mark: Mark) -> None:
        """Shows another state."""
        if mark != self._mark:
            self._mark = mark
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        shades = tone.current()
        name, colour, ground = _SIGNS[self._mark]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(shades.line if shades.high_contrast else Qt.PenStyle.NoPen)
        painter.setBrush(getattr(shades, ground))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        picture = icons.pixmap(name, getattr(shades, colour), icons.HEADER, self.devicePixelRatioF())
        edge = (_SIGN - icons.HEADER) // 2
        painter.drawPixmap(edge, edge, picture)
