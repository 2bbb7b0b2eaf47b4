"""The tray's menu: what can be done from beside the clock, with how things stand in its first line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QMenu, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.kit.busy import state_colour
from b24learn_gui.gui.tray.sentences import Mood
from b24learn_gui.text.words import Words

Verb = Literal[
    "open",
    "sync",
    "stop",
    "end",
    "preview",
    "pause_hour",
    "pause_tomorrow",
    "pause",
    "resume",
    "log",
    "settings",
    "activation",
    "quit",
]

_MARKS: dict[Mood, str] = {
    "ok": "state-ok",
    "warning": "state-warning",
    "failed": "state-error",
    "busy": "state-busy",
    "info": "state-info",
}


@dataclass(frozen=True, slots=True)
class MenuState:
    """`runs`: this program's own run; `busy`: any run. `hour`, `tomorrow`: `13:48`; no `tomorrow`: it cannot be named.

    `scheduled`: there is a timetable to pause.
    """

    line: str
    mood: Mood
    runs: bool = False
    busy: bool = False
    hangs: bool = False
    paused: bool = False
    scheduled: bool = True
    hour: str = ""
    tomorrow: str = ""


class TrayMenu(QMenu):
    """`chosen` tells what was chosen, by its `Verb`."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: dict[QAction, tuple[str, QColor]] = {}
        self.state = self._action("open")
        self.addSeparator()
        self.sync = self._action("sync", "sync")
        self.stop = self._action("stop", "stop")
        self.end = self._action("end", "close")
        self.preview = self._action("preview", "preview")
        self.pause = QMenu(self)
        self.addMenu(self.pause)
        self.pause_hour = self._action("pause_hour", menu=self.pause)
        self.pause_tomorrow = self._action("pause_tomorrow", menu=self.pause)
        self.pause_open = self._action("pause", menu=self.pause)
        self.resume = self._action("resume", "play")
        self.addSeparator()
        self.open = self._action("open")
        self.log = self._action("log", "log")
        self.settings = self._action("settings", "settings")
        self.activation = self._action("activation", "send")
        self.addSeparator()
        self.quit = self._action("quit", "quit")

    def show_state(self, state: MenuState, words: Words) -> None:
        """Draws this state in these words."""
        self.state.setText(_shown(state.line))
        self._draw(self.state, _MARKS[state.mood], state_colour(state.mood, tone.current()))
        self.sync.setText(words("Sync now"))
        self.sync.setVisible(not state.runs)
        self.sync.setEnabled(not state.busy)
        self.stop.setText(words("Stop"))
        self.stop.setVisible(state.runs)
        self.end.setText(words("End it at once"))
        self.end.setVisible(state.runs and state.hangs)
        self.preview.setText(words("Preview…"))
        self.pause.setTitle(words("Pause"))
        self.pause.menuAction().setVisible(not state.paused)
        self.pause.setEnabled(state.scheduled)
        self.pause_hour.setText(words("For an hour, until {time}", time=state.hour))
        self.pause_tomorrow.setText(words("Until tomorrow, {time}", time=state.tomorrow))
        self.pause_tomorrow.setVisible(bool(state.tomorrow))
        self.pause_open.setText(words("Until I resume"))
        self.resume.setText(words("Resume"))
        self.resume.setVisible(state.paused)
        self.open.setText(words("Open"))
        self.log.setText(words("Log"))
        self.settings.setText(words("Settings…"))
        self.activation.setText(words("Request activation…"))
        self.quit.setText(words("Quit"))
        self._draw(self.pause.menuAction(), "pause", tone.current().text_2)
        for action, (name, _colour) in list(self._drawn.items()):
            if action is not self.state:
                self._draw(action, name, tone.current().text_2)

    def _action(self, verb: Verb, icon: str = "", menu: QMenu | None = None) -> QAction:
        action = QAction(self)
        action.triggered.connect(self._teller(verb))
        (menu or self).addAction(action)
        if icon:
            self._draw(action, icon, tone.current().text_2)
        return action

    def _teller(self, verb: Verb) -> Callable[[], None]:
        return lambda: self.chosen.emit(verb)

    def _draw(self, action: QAction, name: str, colour: QColor) -> None:
        """A menu that other processes draw is sent anew with every icon, so only when it changes."""
        if self._drawn.get(action) != (name, colour):
            self._drawn[action] = (name, colour)
            action.setIcon(icons.icon(name, colour))


def _shown(text: str) -> str:
    """Words as they are: an ampersand would underline the next letter."""
    return text.replace("&", "&&")
