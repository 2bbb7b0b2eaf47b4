"""What would go to a supporter, file by file, before anything is saved."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.buttons import PrimaryButton, SecondaryButton
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.support import BundleFile, save_bundle
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import Words, mark

_ABOUT: Mapping[str, str] = {
    "versions": mark("Versions"),
    "settings": mark("Settings without secrets"),
    "runs": mark("The last runs in numbers"),
    "changes": mark("Changes without names and values"),
    "log": mark("End of the log"),
    "check": mark("The connection check"),
}
_PROMISE = mark(
    "Nothing is sent: you save one file and pass it on yourself. It holds no passwords, no e-mail addresses and no"
    " names; people are numbers that mean nothing elsewhere."
)
_SIZE = (820, 560)
_SHOWN_LETTERS = 200_000
"""Of one file; more would only make the window slow."""


class SupportDialog(QDialog):
    """Shows the files; `saved` tells where they were saved together."""

    saved = Signal(object)

    def __init__(self, files: Sequence[BundleFile], tasks: Tasks, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files, self._tasks, self._words = tuple(files), tasks, words
        self.title = Text(words("What the supporter would see"), step="title")
        self.promise = Text(words(_PROMISE), shade="text_2")
        self.names, self.contents = QListWidget(), QPlainTextEdit()
        self.failure = Text(shade="danger", selectable=True)
        self.leave, self.save = SecondaryButton(words("Close")), PrimaryButton(words("Save the archive…"), "export")
        self.setWindowTitle(words("Collect for support"))
        self._lay_out()
        for each in self._files:
            size = words("{n} KB", n=max(1, round(len(each.text.encode()) / 1024)))
            self.names.addItem(f"{words(_ABOUT[each.about])}\n{each.name} · {size}")
        self.names.setAccessibleName(words("Files of the archive"))
        self.contents.setAccessibleName(words("Contents"))
        self.contents.setReadOnly(True)
        self.contents.setTabChangesFocus(True)
        self.contents.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.names.currentRowChanged.connect(self._show)
        self.leave.clicked.connect(self.reject)
        self.save.clicked.connect(self._choose)
        self.names.setCurrentRow(0)
        self.resize(*_SIZE)

    def save_to(self, file: Path) -> None:
        """Write the archive on a worker thread."""
        target = file if file.suffix.lower() == ".zip" else file.with_name(f"{file.name}.zip")
        self.save.setEnabled(False)
        self.failure.say("")
        self._tasks.run(lambda _stop: save_bundle(self._files, target), self._saved, self._not_saved)

    def _choose(self) -> None:
        kinds = f"{self._words('Archive')} (*.zip)"
        chosen, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), "b24learn-support.zip", kinds)
        if chosen:
            self.save_to(Path(chosen))

    def _saved(self, file: Path) -> None:
        self.saved.emit(file)
        self.accept()

    def _not_saved(self, error: SyncError) -> None:
        self.save.setEnabled(True)
        self.failure.say(error_sentence(error, self._words))

    def _show(self, place: int) -> None:
        self.contents.setPlainText(self._files[place].text[-_SHOWN_LETTERS:] if place >= 0 else "")

    def _lay_out(self) -> None:
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(self.names, 2)
        both.addWidget(self.contents, 5)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.save)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 20)
        rows.setSpacing(12)
        for each in (self.title, self.promise):
            rows.addWidget(each)
        rows.addLayout(both, 1)
        rows.addWidget(self.failure)
        rows.addLayout(foot)
        self.failure.hide()
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.names.setWordWrap(True)
        self.names.setSpacing(3)
