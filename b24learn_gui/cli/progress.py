"""The reporters of the command line: a bar on a terminal, JSON lines for a program, or calm silence."""

import threading
import time
from collections.abc import Callable
from typing import Any

from b24learn_gui.cli.output import Output
from b24learn_gui.service.reporting import Silent
from b24learn_gui.text import Words, plan_table

_BAR_WIDTH = 24
_REDRAW_SECONDS = 0.1
_EVENT_SECONDS = 0.2


class EventReporter(Silent):
    """Prints events; `progress` at most five times a second, and always the last one of a phase."""

    def __init__(self, output: Output, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._clock = clock
        self._guard = threading.Lock()
        self._last = float("-inf")

    def phase(self, name: str, portal: str | None = None) -> None:
        self._last = float("-inf")
        self._emit("phase", {"phase": name, "portal": portal})

    def progress(self, done: int, total: int) -> None:
        now = self._clock()
        if done < total and now - self._last < _EVENT_SECONDS:
            return
        self._last = now
        self._emit("progress", {"done": done, "total": total})

    def change(self, change: dict[str, Any]) -> None:
        self._emit("change", change)

    def problem(self, problem: dict[str, Any]) -> None:
        self._emit("problem", problem)

    def waiting(self, seconds: float, reason: str) -> None:
        self._emit("phase", {"phase": "wait", "portal": None, "seconds": round(seconds, 1), "reason": reason})

    def notice(self, text: str) -> None:
        self._output.aside(f"{text}\n")

    def _emit(self, name: str, value: dict[str, Any]) -> None:
        with self._guard:
            self._output.event(name, value)


class BarReporter(Silent):
    """One line on standard error that is drawn anew: phase, bar, done of total, rate, time left."""

    def __init__(self, output: Output, words: Words, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._words = words
        self._clock = clock
        self._guard = threading.Lock()
        self._name = ""
        self._began = self._drawn = float("-inf")
        self._shown = False

    def phase(self, name: str, portal: str | None = None) -> None:
        with self._guard:
            self._clear()
            heading = self._words(plan_table.PHASES.get(name, name))
            self._name = f"{heading}: {portal}" if portal else heading
            self._began, self._drawn = self._clock(), float("-inf")
            self._draw(f"{self._name} …")

    def progress(self, done: int, total: int) -> None:
        with self._guard:
            now = self._clock()
            if now - self._drawn < _REDRAW_SECONDS and done < total:
                return
            self._drawn = now
            self._draw(self._line(done, total, now - self._began))

    def waiting(self, seconds: float, reason: str) -> None:  # noqa: ARG002 - the port's parameter
        with self._guard:
            self._clear()
            text = self._words("The server asks us to wait {time}.", time=self._words.seconds(seconds))
            self._output.aside(f"{text}\n")

    def notice(self, text: str) -> None:
        with self._guard:
            self._clear()
            self._output.aside(f"{text}\n")

    def close(self) -> None:
        """Take the line away, so that what follows starts on an empty one."""
        with self._guard:
            self._clear()

    def _line(self, done: int, total: int, seconds: float) -> str:
        words = self._words
        if not total:
            return f"{self._name}  {words.number(done)}"
        filled = round(_BAR_WIDTH * min(done / total, 1))
        bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
        text = f"{self._name}  {bar}  {words.number(done)} / {words.number(total)}"
        if seconds >= 1 and done:
            rate = done / seconds
            left = words.seconds((total - done) / rate)
            text += "  " + words("{rate} per second, {left} left", rate=round(rate, 1), left=left)
        return text

    def _draw(self, text: str) -> None:
        self._output.aside(f"\r\x1b[2K{text}")
        self._shown = True

    def _clear(self) -> None:
        if self._shown:
            self._output.aside("\r\x1b[2K")
            self._shown = False


class QuietReporter(Silent):
    """Standard error is no terminal: only sentences somebody may want in a log."""

    def __init__(self, output: Output, words: Words) -> None:
        self._output = output
        self._words = words

    def waiting(self, seconds: float, reason: str) -> None:  # noqa: ARG002 - the port's parameter
        time_text = self._words.seconds(seconds)
        self._output.aside(self._words("The server asks us to wait {time}.", time=time_text) + "\n")

    def notice(self, text: str) -> None:
        self._output.aside(f"{text}\n")
