"""The foot of the wizard: leave, why it cannot go on yet, back, and the one filled button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.buttons import PrimaryButton, SecondaryButton, TextButton
from b24learn_gui.gui.kit.page import MARGIN
from b24learn_gui.gui.kit.surface import Ground, Line
from b24learn_gui.gui.kit.text import Text

_RANK = 10


class Footer(Ground):
    """Never scrolls; a disabled button says why beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.leave = TextButton(plain=True)
        self.reason = Text(step="caption", shade="text_2")
        self.back = SecondaryButton()
        self.primary = PrimaryButton(rank=_RANK)
        self._extra: QWidget | None = None
        self._row = QHBoxLayout()
        self._row.setContentsMargins(MARGIN - 6, 14, MARGIN, 14)
        self._row.setSpacing(10)
        self._row.addWidget(self.leave)
        self._row.addWidget(self.reason, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addStretch(0)  # for the reason's room where there is none
        self._row.addWidget(self.back)
        self._row.addWidget(self.primary)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(Line())
        rows.addLayout(self._row)

    @property
    def has_extra(self) -> bool:
        """Whether a page's own choice stands here and wants the room."""
        return self._extra is not None and not self._extra.isHidden()

    def say(self, reason: str) -> None:
        """Why the filled button cannot be used, or what is worth knowing here."""
        self.reason.say(reason)
        self.primary.setAccessibleDescription("" if self.primary.isEnabled() else reason)

    def show_extra(self, extra: QWidget | None) -> None:
        """A page's own choice before Back, or none."""
        if extra is self._extra:
            return
        if self._extra is not None:
            self._row.removeWidget(self._extra)
            self._extra.hide()
        self._extra = extra
        if extra is not None:
            self._row.insertWidget(3, extra)
            extra.show()
            QWidget.setTabOrder(extra, self.back)
