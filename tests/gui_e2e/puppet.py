"""The program in a process of its own, with somebody inside who does what a test asks for on the windows' thread.

`python -m tests.gui_e2e.puppet ARGUMENTS`: each line of standard input is an expression, evaluated with `resident` and
what this module imports; its value, or how it failed, goes to standard output as one JSON line.
"""

import json
import queue
import sys
import threading
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton

from b24learn_gui.gui import main as windows
from b24learn_gui.gui.resident import Resident
from b24learn_gui.gui.tray.tray import Tray
from b24learn_gui.timetable import watch

_LOOK_MS = 20


class Puppet(Resident):
    """The resident that listens to the test."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._lines: queue.Queue[str] = queue.Queue()
        self._ears = QTimer(self)
        self._ears.timeout.connect(self._listen)
        self._ears.start(_LOOK_MS)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self._lines.put(line)

    def _listen(self) -> None:
        while not self._lines.empty():
            line = self._lines.get()
            try:
                value = eval(line, {"resident": self, "sys": sys, "told": told, "QAbstractButton": QAbstractButton})
                answer = {"value": value}
                json.dumps(answer)
            except TypeError:
                answer = {"value": None}
            except Exception as error:  # noqa: BLE001 - whatever it is, the test is to see it
                answer = {"error": f"{type(error).__name__}: {error}"}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


told: list[list[object]] = []
"""What the tray was asked to tell: title, text, whether something waits."""


class RecordingTray(Tray):
    """The tray, and a record of what it told."""

    def tell(self, title: str, text: str, *, waits: bool) -> None:
        told.append([title, text, waits])
        super().tell(title, text, waits=waits)


def main() -> int:
    """Start the program as its console script does."""
    from b24learn_gui import __main__ as program
    from b24learn_gui.gui import resident

    sys.argv = ["b24learn-gui", *sys.argv[1:]]
    # By hand rather than with `mock`, which loads what the program itself shall not.
    vars(windows)["Resident"] = Puppet
    vars(resident)["Tray"] = RecordingTray
    vars(watch)["REST"] = (0.2, 0.2)  # nobody waits for a network to come up here
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
