"""A sync as a process of its own: the windows may end, stall or be closed, a write in flight is always finished."""

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from b24learn_gui.service.context import Context
from b24learn_gui.storage.places import HOME_VARIABLE
from b24learn_gui.storage.secrets.store import DIRECTORY_VARIABLE

_LEAST_PATIENCE_MS = 5_000


class SyncChild(QObject):
    """`sync --control --events` (INTERFACE). `told`: each event but the last; `ended`: exit code, and the summary.

    The summary is None where the process ended without one. Secrets that are kept only until quit reach it through
    standard input alone. When this object goes, or the program, the end of that input stops the sync in order.
    """

    told = Signal(object)
    ended = Signal(int, object)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._summary: dict[str, Any] | None = None
        self._rest = b""
        self._done = False
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_environment(context.environment))
        self._process.setStandardErrorFile(QProcess.nullDevice())  # what it says there stands in the summary as well
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self, approve: str = "", secrets: Mapping[str, str] | None = None) -> None:
        """Start the sync of exactly the plan of this hash (any plan within the limits where there is none)."""
        self._process.start(*_command(self._context, approve))
        self._send({"secrets": dict(secrets or {})})

    def stop(self) -> None:
        """Ask it to stop: what is written stays, the write in flight is finished."""
        if self.running:
            self._send({"stop": True})

    def close(self, patience_ms: int = _LEAST_PATIENCE_MS) -> None:
        """Stop it by the end of its input, and give it this long; it finishes its write whether we wait or not."""
        if self.running:
            self._process.closeWriteChannel()
            self._process.waitForFinished(patience_ms)

    def _send(self, message: Mapping[str, object]) -> None:
        self._process.write(json.dumps(message).encode("utf-8") + b"\n")

    def _read(self) -> None:
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            event: object = None
            with suppress(ValueError):
                event = json.loads(line)
            if not isinstance(event, dict):
                continue
            if event.get("event") == "summary":
                self._summary = event
            else:
                self.told.emit(event)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._end(1 if status == QProcess.ExitStatus.CrashExit else code)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(1)

    def _end(self, code: int) -> None:
        if not self._done:
            self._done = True
            self.ended.emit(code, self._summary)


def _command(context: Context, approve: str) -> tuple[str, list[str]]:
    """Program and arguments. None of them is a secret: processes' arguments can be read by everybody."""
    arguments = [] if getattr(sys, "frozen", False) else ["-m", "b24learn_gui"]
    home = context.places.own_home
    if home is not None:
        arguments += ["--home", str(home)]
    arguments += ["--lang", context.words.language, "--events", "sync", "--control"]
    if approve:
        arguments += ["--approve", approve]
    return sys.executable, arguments


def _environment(wanted: Mapping[str, str]) -> QProcessEnvironment:
    """The process's own, but with our context's variables: those of a demonstration name no store and no home."""
    made = QProcessEnvironment.systemEnvironment()
    for name in (HOME_VARIABLE, DIRECTORY_VARIABLE):
        made.remove(name)
    for name, value in wanted.items():
        made.insert(name, value)
    return made
