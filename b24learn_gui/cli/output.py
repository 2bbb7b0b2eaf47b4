"""How a command's result leaves the process: one JSON object, JSON lines, or text for people (INTERFACE: options)."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Literal, TextIO

Mode = Literal["text", "json", "events"]


def prepare_streams() -> None:
    """Standard streams that can be used: all there, and UTF-8.

    Names of people are rarely ASCII, and a Windows console or a bare container often assumes something else. A service
    may start us with a stream closed, a program without a console has none: what is missing leads nowhere, also for
    libraries, which would otherwise write into the file that gets the closed one's number next.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - open as long as the process lives
            setattr(sys, name, nowhere)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace" if stream is sys.stdin else "backslashreplace")


class Output:
    """Writes to standard output and error; what cannot be written any more ends the writing, not the command."""

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
    except OSError:  # the reader went away, or what it writes to is full
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
