"""The icon beside the clock, on desktops that have a place for it now or get one later."""

import os
import sys

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from b24learn_gui.gui.tray.icon import panel_is_dark, takes_one_colour, tray_icon
from b24learn_gui.gui.tray.menu import MenuState, TrayMenu
from b24learn_gui.gui.tray.sentences import WINDOWS_HINT, Sign
from b24learn_gui.text.words import Words

_LOOK_MS = 3_000
_SHOWN_MS = 10_000


class Tray(QObject):
    """`chosen`: a verb of the menu. `opened`: somebody clicked the icon or a message. `hosted_changed`: the desktop got
    a tray, or lost it.
    """

    chosen = Signal(str)
    opened = Signal()
    hosted_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawn: tuple[Sign, bool] | None = None
        self._hosted = False
        self.menu = TrayMenu()
        self.menu.chosen.connect(self.chosen)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.opened)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    @property
    def hosted(self) -> bool:
        """Whether the desktop shows the icon, so that windows may hide."""
        return self._hosted

    def begin(self) -> None:
        """Shows the icon, now or as soon as there is a place for it."""
        self.look()
        self._timer.start(_LOOK_MS)

    def end(self) -> None:
        """Takes the icon away."""
        self._timer.stop()
        self.icon.hide()
        self.menu.deleteLater()

    def look(self) -> None:
        """Asks the desktop whether it has a tray."""
        hosted = QSystemTrayIcon.isSystemTrayAvailable()
        if hosted == self._hosted:
            return
        self._hosted = hosted
        self.icon.setVisible(hosted)
        self.hosted_changed.emit(hosted)

    def show_state(self, sign: Sign, hint: str, menu: MenuState, words: Words) -> None:
        """Draws how things stand."""
        wanted = (sign, panel_is_dark(os.environ))  # what the desktop told every program of its session
        if wanted != self._drawn:
            self._drawn = wanted
            self.icon.setIcon(tray_icon(sign, dark_panel=wanted[1], one_colour=takes_one_colour()))
        if self.icon.toolTip() != hint:
            self.icon.setToolTip(hint)
        self.menu.show_state(menu, words)

    def tell(self, title: str, text: str, *, waits: bool) -> None:
        """One message, where there is a tray to show it at."""
        if self._hosted:
            kind = QSystemTrayIcon.MessageIcon.Warning if waits else QSystemTrayIcon.MessageIcon.Information
            self.icon.showMessage(title, text, kind, _SHOWN_MS)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        click = QSystemTrayIcon.ActivationReason
        if reason in {click.Trigger, click.DoubleClick} and sys.platform != "darwin":  # there a click opens the menu
            self.opened.emit()


def hint_length() -> int | None:
    """How many characters of the hint this platform shows; None: all."""
    return WINDOWS_HINT if sys.platform == "win32" else None
