"""A process with an open status window that follows a run telling its events as fast as it can.

`python -m bench.stall PEOPLE`: prints the longest time the windows' thread was away from its loop, in ms of the wall
and in ms of that thread's own work, and how many events arrived. The run is a stand-in: a process that writes what a
sync of so many people writes, without the waits for a server that a real one has between two lines.
"""

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from b24learn_gui.gui import worker as workers
from b24learn_gui.gui.application import make_application
from b24learn_gui.gui.status.window import StatusWindow
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.context import Context
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text.words import Words

_BEAT_MS = 2
_SETTLE_MS = 1_500
"""The window is shown and drawn before anything is measured."""

STAND_IN = """
import json, sys
people = int(sys.argv[1])
def tell(event, **values):
    sys.stdout.write(json.dumps({"event": event, **values}, ensure_ascii=False) + "\\n")
for phase in ("bitrix24", "learn"):
    tell("phase", phase=phase)
    for done in range(50, people + 1, 50):
        tell("progress", done=done, total=people)
tell("phase", phase="plan")
tell("progress", done=people, total=people)
tell("phase", phase="people")
for done in range(1, people + 1):
    tell("change", kind="user.create", bitrix24_id=done, name=f"Фамилия Имя {done}", status="applied",
         after={"email": f"u{done}@firm.example", "first_name": "Имя", "last_name": "Фамилия", "phone": "79450000000"})
    if done % 10 == 0:
        tell("progress", done=done, total=people)
    sys.stdout.flush()
tell("summary", exit_code=0, run="x", counts={})
"""


@dataclass(slots=True)
class Longest:
    """The longest time between two beats so far, in seconds."""

    wall: float = 0.0
    own: float = 0.0


class Heart(QObject):
    """Beats while the loop runs; what lies between two beats beyond their distance is time somebody waited."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = Longest()
        self._wall = self._own = 0.0
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        self._wall, self._own = time.perf_counter(), time.thread_time()
        self._timer.start()

    def end(self) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        wall, own = time.perf_counter(), time.thread_time()
        self.longest.wall = max(self.longest.wall, wall - self._wall - _BEAT_MS / 1000)
        self.longest.own = max(self.longest.own, own - self._own)
        self._wall, self._own = wall, own


def main(words: list[str]) -> int:
    """Print `wall own events`; 1 where the run did not end as it should or told nothing."""
    people = words[0]
    with tempfile.TemporaryDirectory() as folder:
        app = make_application("ru")
        places = find_places(Path(folder), {})
        context = Context(places, Words("ru"), Secrets(account=lambda: "bench", environment={}), {})
        window = StatusWindow(context, Tasks(), context.words)
        window.show()
        worker, heart = Worker(context), Heart()
        assert "_command_line" in vars(workers)
        vars(workers)["_command_line"] = lambda *_given, **_named: (sys.executable, ["-c", STAND_IN, people])
        events, codes = [0], [1]

        def count(_event: object) -> None:
            events[0] += 1

        def end(code: int, _summary: object, _crashed: bool) -> None:
            window.show_progress(None)
            codes[0] = code
            QTimer.singleShot(0, leave)

        def leave() -> None:
            heart.end()
            app.quit()

        worker.told.connect(count)
        worker.moved.connect(window.show_progress)
        worker.ended.connect(end)
        worker.began.connect(heart.begin)
        QTimer.singleShot(_SETTLE_MS, worker, worker.start)
        app.exec()
        longest = heart.longest
        print(json.dumps([round(longest.wall * 1000, 1), round(longest.own * 1000, 1), events[0]]))
        window.deleteLater()
    return codes[0] if events[0] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
