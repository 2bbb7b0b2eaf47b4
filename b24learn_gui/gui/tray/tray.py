"""The icon beside the clock, on desktops that have a place for it now or get one later."""

import os
import sys
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.status.words import Clock
from b24learn_gui.gui.tray.icon import panel_is_dark, takes_one_colour, tray_icon
from b24learn_gui.gui.tray.menu import MenuState, TrayMenu
from b24learn_gui.gui.tray.sentences import WINDOWS_HINT, Sign, hint, mood_of, sign_of, state_line
from b24learn_gui.service.pause_choices import in_an_hour
from b24learn_gui.service.standing import Standing
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

    def show_standing(
        self,
        standing: Standing,
        progress: RunProgress | None,
        clock: Clock,
        words: Words,
        *,
        hangs: bool,
        tomorrow: datetime | None,
    ) -> None:
        """Draws how things stand. `progress`: of the run that this program started; `hangs`: it has gone silent;
        `tomorrow`: the first run of tomorrow, None while the schedule is off.
        """
        running = progress is not None
        menu = MenuState(
            state_line(standing, progress, clock, words, hangs=hangs),
            mood_of(standing, running=running, hangs=hangs),
            runs=running,
            busy=running or standing.running is not None,
            hangs=hangs,
            paused=standing.paused is not None,
            scheduled=tomorrow is not None,
            hour=f"{clock.localise(in_an_hour(clock.now)):%H:%M}",
            tomorrow=f"{clock.localise(tomorrow):%H:%M}" if tomorrow is not None else "",
        )
        told = hint(standing, progress, clock, words, hangs=hangs, longest=hint_length())
        self._draw(sign_of(standing, running=running, hangs=hangs), told)
        self.menu.show_state(menu, words)

    def _draw(self, sign: Sign, told: str) -> None:
        wanted = (sign, panel_is_dark(os.environ))  # what the desktop told every program of its session
        if wanted != self._drawn:
            self._drawn = wanted
            self.icon.setIcon(tray_icon(sign, dark_panel=wanted[1], one_colour=takes_one_colour()))
        if self.icon.toolTip() != told:
            self.icon.setToolTip(told)

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
