"""How a command's result leaves the process: one JSON object, JSON lines, or text for people (INTERFACE: options)."""

import json
import os
import sys
from typing import Any, Literal, TextIO

Mode = Literal["text", "json", "events"]


def use_utf8() -> None:
    """Names of people are rarely ASCII, and a Windows console or a bare container often assumes something else."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace" if stream is sys.stdin else "backslashreplace")


class Output:
    """Writes to standard output and error; a reader that went away ends the writing, not the command."""

    def __init__(self, mode: Mode, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.mode: Mode = mode
        self._out = out if out is not None else sys.stdout
        self._err = err if err is not None else sys.stderr

    @property
    def on_terminal(self) -> bool:
        return self._err.isatty()

    def text(self, text: str) -> None:
        """For people: standard output, or standard error where a program reads standard output."""
        _write(self._out if self.mode == "text" else self._err, text if text.endswith("\n") else f"{text}\n")

    def aside(self, text: str) -> None:
        """For people, never part of the result."""
        _write(self._err, text)

    def object(self, value: dict[str, Any]) -> None:
        """The one JSON object of `--json`."""
        _write(self._out, json.dumps(value, ensure_ascii=False, default=str) + "\n")

    def event(self, name: str, value: dict[str, Any]) -> None:
        """One line of `--events`."""
        _write(self._out, json.dumps({"event": name, **value}, ensure_ascii=False, default=str) + "\n")


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _discard(stream)
    except ValueError:
        return  # the stream was closed under us: nobody listens


def _discard(stream: TextIO) -> None:
    """Send the rest nowhere, so that the interpreter's own flush at exit does not complain."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return
