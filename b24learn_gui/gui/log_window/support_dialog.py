"""What would go to a supporter, file by file, before anything is saved; meanwhile the connections are checked."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.kit.busy import State, StateMark
from b24learn_gui.gui.kit.buttons import PrimaryButton, SecondaryButton, TextButton
from b24learn_gui.gui.kit.text import Text
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder_found import RungName
from b24learn_gui.service.support import BundleFile, collect, save_bundle
from b24learn_gui.service.support_check import Checked, check_for_support
from b24learn_gui.text import plan_table
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
    " names; people are numbers that mean nothing elsewhere. Addresses of servers stay readable."
)
_WAITS = mark("The archive can be saved once the connections are checked or the check is skipped.")
_SIZE = (820, 560)
_SHOWN_LETTERS = 200_000
"""Of one file; more would only make the window slow."""
_NEVER = 24 * 3600.0
"""Seconds: a large company is read as long as it takes while somebody looks on and can skip it."""
_STOPPING_MS = 2_000
"""A check that was skipped gets so long to hand over how far it came."""
_TELL_SECONDS = 0.1


class SupportDialog(QDialog):
    """Shows the files, and checks the connections once it `begins`; `saved` tells where they were saved together."""

    saved = Signal(object)

    def __init__(
        self,
        context: Context,
        files: Sequence[BundleFile],
        tasks: Tasks,
        words: Words,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._tasks, self._words = replace(context, words=words), tasks, words
        self._files: tuple[BundleFile, ...] = ()
        self._checking: Handle | None = None
        self._collecting: Handle | None = None
        self._checked: Checked | None = None
        self._stopping = QTimer(self, singleShot=True, interval=_STOPPING_MS)
        self._stopping.timeout.connect(self._do_without)
        self.title = Text(words("What the supporter would see"), step="title")
        self.promise = Text(words(_PROMISE), shade="text_2")
        self.mark, self.state, self.skip = StateMark("info"), Text(selectable=True), TextButton()
        self.names, self.contents = QListWidget(), QPlainTextEdit()
        self.failure = Text(shade="danger", selectable=True)
        self.leave, self.save = SecondaryButton(words("Close")), PrimaryButton(words("Save the archive…"), "export")
        self.setWindowTitle(words("Collect for support"))
        self._lay_out()
        self.names.setAccessibleName(words("Files of the archive"))
        self.contents.setAccessibleName(words("Contents"))
        self.contents.setReadOnly(True)
        self.contents.setTabChangesFocus(True)
        self.contents.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.names.currentRowChanged.connect(self._show)
        self.leave.clicked.connect(self.reject)
        self.save.clicked.connect(self._choose)
        self.skip.clicked.connect(self._skip_or_begin)
        self.show_files(files)
        self.show_state("info", words("The connections are not checked yet."), again=True)
        self.resize(*_SIZE)

    def begin(self) -> None:
        """Check the connections, on a worker thread."""
        context = self._context
        tell = self._tasks.queued(self._tried)
        self._checked = None
        self.show_state("busy", self._words("The connections are being checked…"))
        self._checking = self._tasks.run(
            lambda stop: _check(context, stop, tell), self._take_check, self._take_no_check, deadline_seconds=_NEVER
        )

    def show_files(self, files: Sequence[BundleFile]) -> None:
        """These are what would be saved."""
        words, row = self._words, max(0, self.names.currentRow())
        self._files = tuple(files)
        self.names.clear()
        for each in self._files:
            size = words("{n} KB", n=max(1, round(len(each.text.encode()) / 1024)))
            self.names.addItem(f"{words(_ABOUT[each.about])}\n{each.name} · {size}")
        self.names.setCurrentRow(min(row, len(self._files) - 1))

    def show_state(self, state: State, text: str, *, again: bool = False) -> None:
        """How far the check is. `again`: it can be begun, else (while it is busy) skipped."""
        words, busy = self._words, state == "busy"
        self.mark.set_state(state)
        self.state.setText(text)
        self.skip.setText(words("Check the connections") if again else words("Skip the check"))
        self.skip.setAccessibleName(self.skip.text())
        self.skip.setVisible(busy or again)
        self.save.setEnabled(not busy)
        self.save.setAccessibleDescription(words(_WAITS) if busy else "")
        self.save.setToolTip(words(_WAITS) if busy else "")

    def save_to(self, file: Path) -> None:
        """Write the archive on a worker thread."""
        target = file if file.suffix.lower() == ".zip" else file.with_name(f"{file.name}.zip")
        self.save.setEnabled(False)
        self.failure.say("")
        self._tasks.run(lambda _stop: save_bundle(self._files, target), self._saved, self._not_saved)

    # The check

    def _tried(self, portal: str | None, rung: RungName, done: int, total: int) -> None:
        if self._checking is None or self._stopping.isActive():
            return
        words = self._words
        side = words("Learn") if portal is None else words("Bitrix24, portal {portal}", portal=portal)
        text = words("Checking: {side} — {rung}", side=side, rung=words(plan_table.RUNGS[rung]))
        if done:
            count = words("{done} of {total}", done=words.number(done), total=words.number(total)) if total else ""
            text = f"{text}, {count or words.number(done)}"
        self.state.setText(text)

    def _skip_or_begin(self) -> None:
        if self._checking is None:
            self.begin()
        else:
            self._checking.stop.set()
            self._stopping.start()
            self.show_state("busy", self._words("The check is being ended…"))
            self.skip.hide()

    def _do_without(self) -> None:
        """It does not end: whatever it waits for, nobody waits for it any more."""
        if self._checking is not None:
            self._checking.cancel()
            self._take_check(Checked(stopped=True))

    def _take_check(self, checked: Checked) -> None:
        context = self._context
        self._stopping.stop()
        self._checking, self._checked = None, checked
        self._collecting = self._tasks.run(
            lambda stop: collect(context, stop, checked), self._take_files, self._take_no_check
        )

    def _take_files(self, files: Sequence[BundleFile]) -> None:
        words, checked = self._words, self._checked or Checked(stopped=True)
        self._collecting = None
        self.show_files(files)
        broken = sum(any(rung.error is not None for rung in side.rungs) for side in checked.sides)
        if checked.error:
            said = words("The connections were not checked: the settings cannot be read. The archive says so.")
            self.show_state("warning", said)
        elif checked.stopped:
            said = words("The check was skipped; the archive says how far it came.")
            self.show_state("info", said, again=True)
        elif broken:
            said = words.plural(
                "Checked: {n} connection does not hold. The archive says why.",
                "Checked: {n} connections do not hold. The archive says why.",
                broken,
            )
            self.show_state("warning", said)
        else:
            self.show_state("ok", words("Checked: every connection holds. The result is in the archive."))

    def _take_no_check(self, error: SyncError) -> None:
        self._checking = self._collecting = None
        self._stopping.stop()
        self.show_state("warning", error_sentence(error, self._words), again=True)

    def done(self, code: int) -> None:
        for handle in (self._checking, self._collecting):
            if handle is not None:
                handle.cancel()
        self._checking = self._collecting = None
        self._stopping.stop()
        super().done(code)

    # The files

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
        check = QHBoxLayout()
        check.setSpacing(10)
        check.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        check.addWidget(self.state, 1)
        check.addWidget(self.skip)
        rows.addLayout(check)
        rows.addLayout(both, 1)
        rows.addWidget(self.failure)
        rows.addLayout(foot)
        self.failure.hide()
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.names.setWordWrap(True)
        self.names.setSpacing(3)


def _check(context: Context, stop: threading.Event, tell: Callable[[str | None, RungName, int, int], None]) -> Checked:
    """The check, telling what is tried, and of people read not more often than anybody could see."""
    at: tuple[str | None, RungName] = (None, "address")
    told = 0.0

    def tried(portal: str | None, rung: RungName) -> None:
        nonlocal at
        at = portal, rung
        tell(portal, rung, 0, 0)

    def read(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_SECONDS:
            told = time.monotonic()
            tell(*at, done, total)

    return check_for_support(context, stop, tried, read)
