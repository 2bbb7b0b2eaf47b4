"""What leaves the log viewer: copies, text files, reports, and the archive for a supporter."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.log_window.asking import Asking
from b24learn_gui.gui.log_window.layout import LogLayout
from b24learn_gui.gui.log_window.saving import copied_records, save_records
from b24learn_gui.gui.log_window.support_dialog import SupportDialog
from b24learn_gui.gui.log_window.words import Teller
from b24learn_gui.gui.message import Message
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.report import write_report
from b24learn_gui.service.support import BundleFile, collect
from b24learn_gui.text.errors import error_sentence
from b24learn_gui.text.words import Words


class LogOutlet(LogLayout):
    """The layout with what writes files, each on a worker thread. `saved` tells where, `settled` that buttons may be
    used again. `asking` and `teller`: what is shown, and in whose words.
    """

    saved = Signal(object)
    settled = Signal()

    def __init__(self, context: Context, tasks: Tasks, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.asking, self.teller = Asking(), Teller(words)
        self._context, self._tasks = context, tasks
        self.report.clicked.connect(self._report)
        self.save.clicked.connect(self._save)
        self.support.clicked.connect(self._collect)
        self.folder.clicked.connect(self._open_folder)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)

    def _copy(self) -> None:
        places, listing, teller = self.table.chosen_places(), self.rows.snapshot(), self.teller
        chosen = sum(map(len, places))
        if chosen:
            self._tasks.run(
                lambda stop: copied_records(listing, teller, places, stop),
                lambda found: self._copied(*found, chosen),
                self._not_written,
            )

    def _copied(self, text: str, count: int, chosen: int) -> None:
        words = self.words
        QGuiApplication.clipboard().setText(text)
        if count < chosen:
            self.notice.say(
                words(
                    "Copied are the first {n} of {all} records. “Save as text…” takes all of them.",
                    n=words.number(count),
                    all=words.number(chosen),
                )
            )

    def _save(self) -> None:
        words = self.words
        chosen, _ = QFileDialog.getSaveFileName(
            self, words("Save the records shown"), words("log") + ".txt", f"{words('Text')} (*.txt)"
        )
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, file: Path) -> None:
        """Write the records shown as text, on a worker thread."""
        listing, teller = self.rows.snapshot(), self.teller
        self.save.setEnabled(False)
        self._tasks.run(lambda stop: save_records(listing, teller, file, stop), self._written, self._not_written)

    def _report(self) -> None:
        words = self.words
        kinds = f"{words('Excel workbook')} (*.xlsx);;{words('CSV table')} (*.csv)"
        name = f"{words('report')} {self.asking.run}.xlsx"
        chosen, _ = QFileDialog.getSaveFileName(self, words("Report for HR"), name, kinds)
        if chosen:
            self.report_to(Path(chosen))

    def report_to(self, file: Path) -> None:
        """Write the report of the run shown, on a worker thread."""
        context, run = replace(self._context, words=self.words), self.asking.run
        target = file if file.suffix.lower() in {".xlsx", ".csv"} else file.with_name(f"{file.name}.xlsx")

        def write() -> Path:
            write_report(context, run, target)
            return target

        self.report.setEnabled(False)
        self._tasks.run(lambda _stop: write(), self._written, self._not_written)

    def _written(self, file: Path) -> None:
        self.save.setEnabled(True)
        self.settled.emit()
        self.notice.say(self.words("Written: {path}", path=file))
        self.saved.emit(file)

    def _not_written(self, error: SyncError) -> None:
        words = self.words
        self.save.setEnabled(True)
        self.support.setEnabled(True)
        self.settled.emit()
        message = Message(
            words("The file is not written"),
            error_sentence(error, words),
            [words("Close")],
            state="failed",
            parent=self,
        )
        message.open()

    def _collect(self) -> None:
        context = replace(self._context, words=self.words)
        self.support.setEnabled(False)
        self.notice.say(self.words("The archive is being put together…"))
        self._tasks.run(lambda stop: collect(context, stop), self._show_bundle, self._not_written)

    def _show_bundle(self, files: tuple[BundleFile, ...]) -> None:
        self.support.setEnabled(True)
        self.notice.say("")
        dialog = SupportDialog(self._context, files, self._tasks, self.words, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.saved.connect(self._written)
        dialog.open()
        dialog.begin()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._context.places.logs)))
