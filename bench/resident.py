"""The program that waits in the tray: its memory beside a bare icon, how soon it is there, what it costs idle.

And with windows: what they leave behind once they are closed, and whether a run's news ever hold them up.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measures import Figure, below
from tests.e2e.arena import arena, small_company
from tests.gui_e2e.desktop import Desktop, Program, desktop

GOAL_MEMORY, GOAL_SECONDS, GOAL_CPU = 1.4, 1.0, 0.5
GOAL_GROWTH = 0.5
"""MB that an idle program, and one whose windows were opened and closed again and again, may have grown by."""
GOAL_GROWTH_WIZARD = 1.0
GOAL_STALL = 50
"""ms that the windows may be held up."""
PEOPLE, STALL_TRIES = 20_000, 3
OPENINGS, WIZARDS = 10, 8
IDLE_SECONDS = 60
SETTLE_SECONDS = 6.0
STARTS = 3
PROGRAMS = ("Xvfb", "trayer", "xdotool", "xwininfo")

BARE = """
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
app = QApplication([])
picture = QPixmap(22, 22)
picture.fill()
icon = QSystemTrayIcon(QIcon(picture))
icon.setToolTip("bare")
icon.show()
app.exec()
"""


def resident(idle_seconds: int = IDLE_SECONDS) -> list[Figure]:
    """A configured home on an X server with a tray; Linux with these programs only. `idle_seconds`: how long it is
    watched doing nothing.
    """
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or not Path("/proc/self/smaps_rollup").exists():
        return [Figure("the program in the tray", "not measured", f"needs {', '.join(missing) or 'Linux'}", met=True)]
    with tempfile.TemporaryDirectory() as folder, arena(Path(folder), {"main": small_company()}) as made:
        made.settle()  # as after the first sync: nothing waits
        with desktop(made, tray=True) as at:
            return [*_waiting(at, idle_seconds), *_with_windows(at), *_following(at)]


def _waiting(at: Desktop, idle_seconds: int) -> list[Figure]:
    """Without any window. Bare icon and program are measured the same way: everything resident, shared or not."""
    bare, bare_private = min(_memory(at, ["-c", BARE]) for _ in range(2))
    seconds = min(_seconds_to_the_icon(at) for _ in range(STARTS))
    with _started(at, ["-m", "b24learn_gui", "--background"]) as process:
        time.sleep(SETTLE_SECONDS)
        (own, own_private), before = _resident_set(process), _cpu(process)
        time.sleep(idle_seconds)
        share = (_cpu(process) - before) / idle_seconds * 100
        grown = _rss(process) - own
    return [
        below(f"memory idle ({own:.1f} MB) beside a bare icon ({bare:.1f} MB)", own / bare, GOAL_MEMORY, "×"),
        Figure(
            "of that written to, which no process shares", f"{own_private:.0f} / {bare_private:.0f} MB", "", met=True
        ),
        below("seconds from start to the icon, warm", seconds, GOAL_SECONDS, "s"),
        below(f"share of one core while idle, over {idle_seconds} s", share, GOAL_CPU, "%"),
        below(f"growth of memory while idle, over {idle_seconds} s", max(0.0, grown), GOAL_GROWTH, "MB"),
    ]


def _with_windows(at: Desktop) -> list[Figure]:
    """Windows opened and closed again and again: the first opening loads what stays loaded."""
    with at.program("--background") as program:
        program.wait_until("resident.tray is not None and resident.tray.hosted")
        time.sleep(SETTLE_SECONDS)
        before, closed = _rss(program.process), []
        for _ in range(1 + OPENINGS):
            _open_and_close(program)
            closed.append(_rss(program.process))
        wizards = []
        for _ in range(1 + WIZARDS):
            _go_through_the_wizard(program)
            wizards.append(_rss(program.process))
    return [
        Figure("memory that a first status window leaves, closed", f"{closed[0] - before:.1f} MB", "", met=True),
        below(f"growth by {OPENINGS} more of them", max(0.0, closed[-1] - closed[0]), GOAL_GROWTH, "MB"),
        Figure("memory that a first wizard leaves, closed", f"{wizards[0] - closed[-1]:.1f} MB", "", met=True),
        below(f"growth by {WIZARDS} more of them", max(0.0, wizards[-1] - wizards[0]), GOAL_GROWTH_WIZARD, "MB"),
    ]


def _go_through_the_wizard(program: Program) -> None:
    """Closing it shows how things stand, and closes that, too."""
    program.ask("resident.windows.open_wizard()")
    program.wait_until("resident.windows.wizard is not None and resident.windows.wizard.isVisible()")
    time.sleep(0.5)
    program.ask("resident.windows.wizard.reject()")
    program.wait_until("resident.windows.status is not None and resident.windows.status.isVisible()")
    _open_and_close(program)


def _open_and_close(program: Program) -> None:
    """To the moment when the program has given back what it can."""
    program.ask("resident.windows.open_status()")
    program.wait_until("resident.windows.status is not None and resident.windows.status.isVisible()")
    time.sleep(0.5)
    program.ask("resident.windows.status.close()")
    program.wait_until("resident.windows.status is None")
    time.sleep(3.0)


def _following(at: Desktop) -> list[Figure]:
    """An open status window while a sync of 20,000 people tells its news as fast as it can. Other programs' work
    counts in the time on the wall, so the calmest of a few tries is taken; the thread's own work is that try's, too.
    """
    line = [sys.executable, "-m", "bench.stall", str(PEOPLE)]
    tries = [
        json.loads(subprocess.run(line, env=at.environment, check=True, capture_output=True, text=True).stdout)
        for _ in range(STALL_TRIES)
    ]
    wall, own, events = min(tries)
    return [
        below(f"longest stall of the windows, ms ({events:,} events)", wall, GOAL_STALL, "ms"),
        below("of that their thread's own work", own, GOAL_STALL, "ms"),
    ]


@contextmanager
def _started(at: Desktop, arguments: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, *arguments], env=at.environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _memory(at: Desktop, arguments: list[str]) -> tuple[float, float]:
    with _started(at, arguments) as process:
        time.sleep(SETTLE_SECONDS)
        return _resident_set(process)


def _seconds_to_the_icon(at: Desktop) -> float:
    began = time.perf_counter()
    with _started(at, ["-m", "b24learn_gui", "--background"]):
        while '("b24learn-gui" "b24learn-gui")' not in at.seen("xwininfo", "-root", "-tree"):
            time.sleep(0.01)
        return time.perf_counter() - began


def _resident_set(process: "subprocess.Popen[Any]") -> tuple[float, float]:
    """Megabytes of a process in memory: all of them (Rss), and those written to."""
    told = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in told)}
    return sizes["Rss"], sizes["Private_Dirty"]


def _rss(process: "subprocess.Popen[Any]") -> float:
    return _resident_set(process)[0]


def _cpu(process: "subprocess.Popen[bytes]") -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
