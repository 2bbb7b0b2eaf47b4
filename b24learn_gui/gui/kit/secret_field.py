"""A field for a secret: visible or dotted while it is entered, hidden as soon as it is kept, replaced on request."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from b24learn_gui.gui.kit.buttons import SecondaryButton
from b24learn_gui.gui.kit.entry import EntryLine
from b24learn_gui.gui.kit.field import Field

_PASTED = 7
"""Characters that nobody types between two events."""


class SecretField(Field):
    """Emits `typed` at every change, `entered` when the value is complete (Enter, leaving the field, a paste, a value
    set from outside), `replaced` when the kept one is given up. The secret itself never stays in the editor once it is
    shown as kept.
    """

    typed = Signal(str)
    entered = Signal(str)
    replaced = Signal()

    def __init__(self, *, dotted: bool = True, parent: QWidget | None = None) -> None:
        """`dotted` off shows the value while it is typed: a pasted address must be checked by eye."""
        self.line = EntryLine()
        self.replace = SecondaryButton()
        self._dotted = dotted
        self._kept = False
        self._length = 0
        self._told = ""
        super().__init__(self.line, self.replace, parent=parent)
        self.line.entered.connect(self._edited)
        self.line.finished.connect(self._complete)
        self.replace.clicked.connect(self._give_up)
        self.ask()

    def set_replace_text(self, text: str) -> None:
        """The words of the button that gives the kept secret up."""
        self.replace.setText(text)

    @property
    def is_kept(self) -> bool:
        """Whether the field stands for a secret that is kept elsewhere."""
        return self._kept

    def value(self) -> str:
        """What has been entered and is not kept yet; empty while the field only stands for a kept secret."""
        return "" if self._kept else self.line.text().strip()

    def show_kept(self, masked: str) -> None:
        """Forgets what was typed and shows `masked` instead, which holds nothing secret."""
        self._kept, self._told = True, ""
        self.line.setEchoMode(QLineEdit.EchoMode.Normal)
        self.line.show_text(masked)
        self.line.setReadOnly(True)
        self.line.set_sign("lock")
        self.replace.show()

    def ask(self) -> None:
        """Empties the field for a new secret."""
        self._kept, self._length, self._told = False, 0, ""
        self.line.show_text("")
        self.line.setEchoMode(QLineEdit.EchoMode.Password if self._dotted else QLineEdit.EchoMode.Normal)
        self.line.setReadOnly(False)
        self.line.set_sign("")
        self.replace.hide()

    def _give_up(self) -> None:
        self.ask()
        self.line.setFocus()
        self.replaced.emit()

    def _edited(self, text: str) -> None:
        """Much at once is a paste, by whichever way: nothing more will come, so the value is complete."""
        grown, self._length, self._told = len(text) - self._length, len(text), ""
        self.typed.emit(self.value())
        if grown > _PASTED:
            self._complete()

    def _complete(self) -> None:
        value = self.value()
        if value and value != self._told:
            self._told = value
            self.entered.emit(value)
