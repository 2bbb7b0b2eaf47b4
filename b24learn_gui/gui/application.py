"""The application around the windows: its names, look and signs, and the toolkit's own words in the chosen language."""

import ctypes
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from b24learn_gui import __version__
from b24learn_gui.gui import icons
from b24learn_gui.gui.collector import Collector
from b24learn_gui.gui.style import Wardrobe
from b24learn_gui.text.language import Language
from b24learn_gui.text.words import Words, mark

PROGRAM = "b24learn-gui"
TITLE = mark("Bitrix24 → iSpring Learn")
_WINDOWS_MODEL_ID = "b24learn.gui"
"""Under this id Windows groups the program's windows and their icon, rather than with every other Python program."""
_LOOK_MS = 200
_SWITCH_SECONDS = 0.001
"""How long a worker thread may keep the interpreter while the windows' thread waits for it; Python's own 5 ms, several
times within one event, are felt while typing.
"""


def make_application(language: Language) -> QApplication:
    """The one application of this process, dressed; the caller keeps it as long as there are windows."""
    _name_to_windows()
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = QApplication([PROGRAM])
    app.setApplicationName(PROGRAM)
    app.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName(PROGRAM)
    app.setWindowIcon(icons.app_icon())
    Collector(app)
    Wardrobe(app)
    ToolkitWords(app).speak(language)
    return app


class ToolkitWords(QObject):
    """The words the toolkit brings along itself: menus of text fields, dialogs for files. The application's child."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._translator: QTranslator | None = None

    def speak(self, language: Language) -> None:
        """From now on the toolkit speaks this language and writes numbers as it does."""
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator.deleteLater()
            self._translator = None
        # What no window's title ends with is put behind it by the toolkit.
        QGuiApplication.setApplicationDisplayName(Words(language)(TITLE))
        QLocale.setDefault(QLocale("ru_RU" if language == "ru" else "en_US"))
        if language == "en":
            return  # its own language
        translator = QTranslator(self)
        if translator.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            self._app.installTranslator(translator)
            self._translator = translator


def toolkit_words(app: QApplication) -> ToolkitWords:
    """The application's own, made by `make_application` (or here, where somebody else made the application)."""
    found = app.findChild(ToolkitWords)
    return found if found is not None else ToolkitWords(app)


def quit_on(stop: threading.Event, leave: Callable[[], None], parent: QObject) -> QTimer:
    """Calls `leave` once `stop` is set, from wherever.

    The toolkit's loop runs no Python between events, so a signal's handler would wait for the next one: the timer is
    that event.
    """
    timer = QTimer(parent)

    def look() -> None:
        if stop.is_set():
            timer.stop()
            leave()

    timer.timeout.connect(look)
    timer.start(_LOOK_MS)
    return timer


def _name_to_windows() -> None:
    shell = getattr(getattr(ctypes, "windll", None), "shell32", None) if sys.platform == "win32" else None
    if shell is not None:
        shell.SetCurrentProcessExplicitAppUserModelID(_WINDOWS_MODEL_ID)
