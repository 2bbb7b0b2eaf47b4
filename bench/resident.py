"""The program that waits in the tray: its memory beside a bare icon, how soon it is there, what it costs idle."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measures import Figure, below
from tests.e2e.arena import arena, small_company
from tests.gui_e2e.desktop import Desktop, desktop

GOAL_MEMORY, GOAL_SECONDS, GOAL_CPU = 1.4, 1.0, 0.5
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


def resident() -> list[Figure]:
    """A configured home on an X server with a tray; Linux with these programs only."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or not Path("/proc/self/smaps_rollup").exists():
        return [Figure("the program in the tray", "not measured", f"needs {', '.join(missing) or 'Linux'}", met=True)]
    with tempfile.TemporaryDirectory() as folder, arena(Path(folder), {"main": small_company()}) as made:
        made.settle()  # as after the first sync: nothing waits
        with desktop(made, tray=True) as at:
            bare = min(_memory(at, ["-c", BARE]) for _ in range(2))
            seconds = min(_seconds_to_the_icon(at) for _ in range(STARTS))
            with _started(at, ["-m", "b24learn_gui", "--background"]) as process:
                time.sleep(SETTLE_SECONDS)
                own = _rss(process)
                before = _cpu(process)
                time.sleep(IDLE_SECONDS)
                share = (_cpu(process) - before) / IDLE_SECONDS * 100
    return [
        below(
            f"memory of the idle program ({own:.0f} MB) beside a bare icon ({bare:.0f} MB)",
            own / bare,
            GOAL_MEMORY,
            "×",
        ),
        below("seconds from start to the icon, warm", seconds, GOAL_SECONDS, "s"),
        below(f"share of one core while idle, over {IDLE_SECONDS} s", share, GOAL_CPU, "%"),
    ]


@contextmanager
def _started(at: Desktop, arguments: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, *arguments], env=at.environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _memory(at: Desktop, arguments: list[str]) -> float:
    with _started(at, arguments) as process:
        time.sleep(SETTLE_SECONDS)
        return _rss(process)


def _seconds_to_the_icon(at: Desktop) -> float:
    began = time.perf_counter()
    with _started(at, ["-m", "b24learn_gui", "--background"]):
        while '("b24learn-gui" "b24learn-gui")' not in at.seen("xwininfo", "-root", "-tree"):
            time.sleep(0.01)
        return time.perf_counter() - began


def _rss(process: "subprocess.Popen[bytes]") -> float:
    """Resident megabytes of a process."""
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("the kernel tells no resident set")


def _cpu(process: "subprocess.Popen[bytes]") -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
