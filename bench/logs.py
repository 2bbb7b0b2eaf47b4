"""The log window over a million records: how soon a filter is answered, how much it remembers, how often it draws.

`python -m bench.logs RECORDS` is the process that is measured; it prints one JSON object of figures.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.measures import Figure, below

RECORDS, PEOPLE, RUNS = 1_000_000, 20_000, 500
GOAL_MS, GOAL_BYTES, GOAL_UPDATES, GOAL_STALL_MS = 200, 40, 10, 50
WRITTEN_SECONDS, PAUSE_SECONDS = 4.0, 0.005
TRIES = 3
SEARCHES = {
    "nobody's name": "никтоин",
    "a name": "фамилия777",
    "half of the names": "анна",
    "a verb": "создана",
    "a name and a verb": "фамилия77 создана",
    "a number": "1977",
    "a Learn id": "00000399-4f2b",
    "a portal, in every record": "main",
    "two words in half of the records": "анна main",
    "three words": "фамилия7 анна перевод",
    "a kind": "user.move",
    "a run": "20260101t00",
}


def logs() -> list[Figure]:
    """A process of its own with the window over a home made for it."""
    words = [sys.executable, "-m", "bench.logs", str(RECORDS)]
    offscreen = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run(words, check=True, capture_output=True, text=True, env=offscreen).stdout
    found = json.loads(told)
    figures = [
        Figure(f"index of {RECORDS:,} log records", f"{found['index']:.1f} s", "", met=True),
        below("index, bytes a record", found["bytes"], GOAL_BYTES, "B"),
        Figure("resident set grown by it", f"{found['grown']:.0f} MB", "", met=True),
    ]
    for name, (first, whole) in found["filters"].items():
        figures.append(below(f"log, {name}: first lines on screen", first, GOAL_MS, "ms"))
        figures.append(below(f"log, {name}: whole answer", whole, GOAL_MS, "ms"))
    figures.append(below("log, a jump anywhere: work of the windows' thread", found["jump"], GOAL_STALL_MS, "ms"))
    figures.append(below("log, updates a second while 200 records a second come", found["updates"], GOAL_UPDATES, ""))
    return figures


def main(records: int) -> int:
    from b24learn_gui.gui.application import make_application

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_home(home, records)
        app = make_application("ru")
        print(json.dumps(measured(home, records, app.processEvents)))
    return 0


def make_home(home: Path, records: int) -> None:
    """A log of runs one after the other, and a journal that knows everybody's name."""
    from b24learn_gui.storage.journal import Journal

    (home / "logs").mkdir()
    kinds = ("user.update", "user.create", "user.move", "user.deactivate")
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    with (home / "logs" / "sync.log").open("w", encoding="utf-8") as file:
        each = max(1, records // RUNS)
        for n in range(records):
            at, person = begun + timedelta(seconds=n), n * 7 % PEOPLE
            told: dict[str, object] = {
                "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "level": "INFO" if n % 50 else "WARNING", "logger": "b24learn_gui.service.logged",
                "message": "phase" if n % each == 0 else "change", "run": f"{begun:%Y%m%dT%H%M%SZ}-{n // each:04x}",
            }  # fmt: skip
            if n % each == 0:
                told["phase"] = "people"
            else:
                told |= {"kind": kinds[n % 4], "portal": "main", "bitrix24_id": person,
                         "learn_id": f"{person:08x}-4f2b-11ee-8c1a-0242ac120002"}  # fmt: skip
            file.write(json.dumps(told, separators=(",", ":")) + "\n")
    Journal.open(home / "journal.db").__exit__(None, None, None)
    names = ("Анна", "Пётр")
    with closing(sqlite3.connect(home / "journal.db")) as db, db:
        db.executemany(
            "INSERT INTO people (portal, bitrix24_id, learn_id, origin, name) VALUES ('main', ?, ?, 'created', ?)",
            ((n, f"{n:08x}-4f2b-11ee-8c1a-0242ac120002", f"Фамилия{n} {names[n % 2]}") for n in range(PEOPLE)),
        )


def measured(home: Path, records: int, turn: Callable[[], None]) -> dict[str, Any]:
    from b24learn_gui.gui.log_window.window import LogWindow
    from b24learn_gui.gui.tasks import Tasks
    from b24learn_gui.service.context import Context
    from b24learn_gui.storage.places import find_places
    from b24learn_gui.storage.secrets import Secrets
    from b24learn_gui.text.words import Words

    places, words = find_places(home, {}), Words("ru")
    context = Context(places, words, Secrets(account=places.home_id, environment={}), {})
    window = LogWindow(context, Tasks(), words)
    window.show()
    until(turn, lambda: window._runs is not None)
    before, begun = resident_mb(), time.perf_counter()
    window._choose("process:sync")
    until(turn, lambda: settled(window) and window.rows.rowCount() == records)
    found: dict[str, Any] = {"index": time.perf_counter() - begun, "grown": resident_mb() - before}
    segments = [segment for stream in window._archive.streams.values() for segment in stream.segments]
    whos = sum(len(stream.known.whos) for stream in window._archive.streams.values())
    found["bytes"] = (sum(segment.bytes_used for segment in segments) + whos * 380) / records
    found["filters"] = {}
    for name, do, undo in filters(window):
        tries = []
        for _ in range(TRIES):
            tries.append(filtered(window, turn, do))
            filtered(window, turn, undo)
        found["filters"][name] = sorted(tries, key=lambda each: each[1])[TRIES // 2]
    found["jump"] = jumps(window, turn)
    found["updates"] = updates(window, home / "logs" / "sync.log", turn)
    return found


def filters(window: Any) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    levels, kinds = window.levels, window.kinds
    yield "level", lambda: levels.setCurrentIndex(levels.findData("2")), lambda: levels.setCurrentIndex(0)
    yield "kind", lambda: kinds.setCurrentIndex(kinds.findData("user.move")), lambda: kinds.setCurrentIndex(0)
    for name, text in SEARCHES.items():

        def look(text: str = text) -> None:
            window.search.show_text(text)
            window.search.search.emit(text)

        yield name, look, lambda: look("")


def filtered(window: Any, turn: Callable[[], None], do: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds until the first lines are painted, and until all are found."""
    shown: list[float] = []
    begun = time.perf_counter()

    def reset() -> None:
        if not shown:
            window.table.viewport().repaint()
            shown.append(time.perf_counter() - begun)

    asked = window._search
    connection = window.rows.modelReset.connect(reset)
    do()
    until(turn, lambda: settled(window) and (window._search is not asked or bool(shown)))
    whole = time.perf_counter() - begun
    window.rows.modelReset.disconnect(connection)
    return 1000 * (shown[0] if shown else whole), 1000 * whole


def settled(window: Any) -> bool:
    return window._looking is None and window._looks.isActive() and window._fresh


def jumps(window: Any, turn: Callable[[], None]) -> float:
    bar, took = window.table.verticalScrollBar(), []
    for step in range(200):
        begun = time.thread_time()
        bar.setValue(bar.maximum() * (step * 37 % 200) // 199)
        window.table.viewport().repaint()
        took.append(time.thread_time() - begun)
        until(turn, lambda: not window.rows.reading)
    return 1000 * sorted(took)[-3]


def updates(window: Any, log: Path, turn: Callable[[], None]) -> float:
    told: list[float] = []
    window.rows.rowsInserted.connect(lambda *_: told.append(time.perf_counter()))
    line = '{"time":"2026-03-01T00:00:00.000Z","level":"INFO","logger":"x","message":"more","run":"r"}\n'
    begun = time.perf_counter()
    while time.perf_counter() - begun < WRITTEN_SECONDS:
        with log.open("a") as file:
            file.write(line)
        rest = time.perf_counter() + PAUSE_SECONDS
        while time.perf_counter() < rest:
            turn()
    return len(told) / WRITTEN_SECONDS


def until(turn: Callable[[], None], ready: Callable[[], bool], seconds: float = 120.0) -> None:
    last = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > last:
            raise SystemExit("the log window gave no answer")
        turn()


def resident_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
