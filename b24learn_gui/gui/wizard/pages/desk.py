"""What pages that ask the service are handed: where things lie, worker threads, and ways to the person's desktop."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.service.autostart import Autostart, autostart
from b24learn_gui.service.context import Context
from b24learn_gui.text.words import Words


def _open(address: str) -> None:
    QDesktopServices.openUrl(QUrl(address))


def _ask_file(parent: QWidget, title: str, filters: str) -> str:
    return QFileDialog.getOpenFileName(parent, title, "", filters)[0]


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


@dataclass
class Desk:
    """One for all pages of a wizard. `context` speaks the present language: a question takes it when it is asked.

    `only_until_quit`: secrets are to be kept nowhere (`service.setup.save` takes it).
    `demonstrates`: they are invented, and where they would be kept is of no interest.

    `autostart` gives the system's entry for starting with the session, to be read and written on worker threads.
    `open_address` shows a web page, `ask_file(parent, title, filters)` returns the chosen file or nothing, `copy` puts
    a text on the clipboard.
    """

    context: Context
    tasks: Tasks
    only_until_quit: bool = False
    demonstrates: bool = False
    autostart: Callable[[Context], Autostart] = autostart
    open_address: Callable[[str], None] = _open
    ask_file: Callable[[QWidget, str, str], str] = _ask_file
    copy: Callable[[str], None] = _copy

    def speak(self, words: Words) -> None:
        """What is asked from now on is answered in these words."""
        self.context = replace(self.context, words=words)
