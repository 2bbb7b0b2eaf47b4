"""A field: its label above, the editor, and below it a hint that gives way to an error."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from b24learn_gui.gui.kit.busy import StateMark
from b24learn_gui.gui.kit.entry import EntryLine
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.style import ERROR_PROPERTY


class Field(QWidget):
    """An editor with its label, hint and error; accessible name = label, description = the error or the hint."""

    def __init__(self, editor: QWidget, *beside: QWidget, parent: QWidget | None = None) -> None:
        """`beside` stands to the right of the editor (a button, a measured value)."""
        super().__init__(parent)
        self.editor = editor
        self.label = Text(step="section")
        self.label.setBuddy(editor)
        self._hint = Text(step="caption", shade="text_2", selectable=True)
        self._error = Text(step="caption", shade="danger", selectable=True)
        self._mark = StateMark("failed", 16)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(editor, 1)
        for each in beside:
            row.addWidget(each)
        trouble = QHBoxLayout()
        trouble.setSpacing(6)
        trouble.addWidget(self._mark)
        trouble.addWidget(self._error, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.label)
        rows.addLayout(row)
        rows.addWidget(self._hint)
        rows.addLayout(trouble)
        self.setFocusProxy(editor)
        self._hint.hide()
        self.set_error("")

    def set_texts(self, label: str, hint: str = "", placeholder: str = "") -> None:
        """The label, one sentence below the editor and an example within it."""
        self.label.setText(label)
        self.editor.setAccessibleName(label)
        self._hint.setText(hint)
        if isinstance(self.editor, QLineEdit):
            self.editor.setPlaceholderText(placeholder)
        self._describe()

    def set_error(self, error: str) -> None:
        """What is wrong with the value, or nothing."""
        self._error.say(error)
        self._mark.setVisible(bool(error))
        if bool(self.editor.property(ERROR_PROPERTY)) != bool(error):
            self.editor.setProperty(ERROR_PROPERTY, bool(error))
            self.editor.update()
        self._describe()

    @property
    def error(self) -> str:
        """The error shown now, empty if the value is in order."""
        return self._error.text()

    def _describe(self) -> None:
        self._hint.setVisible(bool(self._hint.text()) and not self._error.text())
        self.editor.setAccessibleDescription(self._error.text() or self._hint.text())


class LineField(Field):
    """A field of one line of text."""

    def __init__(self, *beside: QWidget, parent: QWidget | None = None) -> None:
        self.line = EntryLine()
        super().__init__(self.line, *beside, parent=parent)

    def text(self) -> str:
        """What stands in the field, without blanks around it."""
        return self.line.text().strip()

    def set_text(self, text: str) -> None:
        """Shows a value without telling anybody; the cursor stays where it was if the value is the same."""
        self.line.show_text(text)
