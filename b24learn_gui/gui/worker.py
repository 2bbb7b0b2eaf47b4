"""Runs a sync or an undo as a process of its own: windows may end, stall or be closed, a write in flight is finished.

It is the command of the terminal (`--events sync --control`, INTERFACE). Nothing secret stands in its arguments or its
environment: secrets that are kept only until quit reach it through standard input, and the end of that input, which
comes with the end of this process whatever its reason, stops it in order.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from b24learn_gui.gui.models.run_progress import ProgressTracker, RunProgress
from b24learn_gui.service.context import Context
from b24learn_gui.storage.places import HOME_VARIABLE, PROGRAM
from b24learn_gui.storage.secrets.store import DIRECTORY_VARIABLE
from b24learn_gui.text.language import Language

Trigger = Literal["manual", "schedule", "catch-up"]

SILENCE_SECONDS = 180.0
"""A run that says nothing for so long, beyond the waits it announced, counts as hung."""
SILENCE_AFTER_STOP_SECONDS = 30.0
"""The same once it was asked to stop: it has one write to finish."""
_BETWEEN_MOVES_MS = 100
_LEAST_PATIENCE_MS = 5_000
_DEFECT = 1


class Worker(QObject):
    """At most one run at a time.

    `told`: each event but the last. `moved`: a `RunProgress`, at most ten a second. `silent`: True when the process is
    noticed to hang, False when it speaks again. `ended`: exit code; the summary, None where it ended without one; and
    whether it crashed or was killed rather than ended.
    """

    began = Signal()
    told = Signal(object)
    moved = Signal(object)
    silent = Signal(bool)
    ended = Signal(int, object, bool)

    def __init__(
        self,
        context: Context,
        parent: QObject | None = None,
        *,
        steady: Callable[[], float] = time.monotonic,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        super().__init__(parent)
        self._context, self._steady, self._silence = context, steady, silence_seconds
        self._language: Language = context.words.language
        self._process: QProcess | None = None
        self._summary: dict[str, Any] | None = None
        self._rest = b""
        self._tracker = ProgressTracker()
        self._stopping = self._is_silent = False
        self._undoes = ""
        self._announced = 0.0
        """Seconds of waiting that the process announced last."""
        self._move_timer = QTimer(self, singleShot=True, interval=_BETWEEN_MOVES_MS)
        self._move_timer.timeout.connect(self._move_if_due)
        self._move_due = False
        self._silence_timer = QTimer(self, singleShot=True)
        self._silence_timer.timeout.connect(self._fall_silent)

    @property
    def running(self) -> bool:
        """Whether a run is on its way: from its start until `ended` was told."""
        return self._process is not None

    @property
    def process_id(self) -> int:
        """The process's number in the system, 0 while there is none."""
        return self._process.processId() if self._process is not None else 0

    @property
    def progress(self) -> RunProgress:
        """How far the run is; after its end, how far it came."""
        return self._tracker.snapshot()

    @property
    def hangs(self) -> bool:
        """Whether it has said nothing for too long."""
        return self._is_silent

    @property
    def undoes(self) -> str:
        """The run that is being undone, or was last; nothing where it is a sync."""
        return self._undoes

    def speak(self, language: Language) -> None:
        """The language of what later runs say."""
        self._language = language

    def start(
        self,
        trigger: Trigger = "manual",
        approve: str = "",
        *,
        deactivate: bool = True,
        secrets: Mapping[str, str] | None = None,
    ) -> bool:
        """Start a sync; False while a run is on its way. `approve`: the hash of the one plan it may write.

        `secrets` are added to those that are kept until quit.
        """
        approval = ["--approve", approve] if approve else []
        spared = [] if deactivate else ["--no-deactivate"]
        return self._start(["sync", "--control", "--trigger", trigger, *approval, *spared], secrets)

    def undo(self, run: str, approve: str) -> bool:
        """Start the undo of that run, which writes exactly the plan of this hash; False while a run is on its way."""
        return self._start(["undo", run, "--apply", "--approve", approve, "--control"], undoes=run)

    def _start(self, command: list[str], secrets: Mapping[str, str] | None = None, *, undoes: str = "") -> bool:
        if self.running:
            return False
        self._undoes = undoes
        self._summary, self._rest, self._tracker = None, b"", ProgressTracker(undo=bool(undoes))
        self._stopping, self._is_silent, self._announced = False, False, 0.0
        process = self._process = QProcess(self)
        process.setProcessEnvironment(_environment(self._context.environment))
        process.setStandardErrorFile(QProcess.nullDevice())  # what it says there stands in the summary as well
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        process.start(*_command_line(self._context, self._language, command))
        if self.running:
            self._send({"secrets": {**self._context.secrets.until_quit(), **(secrets or {})}})
            self._listen()
            self.began.emit()
        return True

    def stop(self) -> None:
        """Ask it to stop: what is written stays, the write in flight is finished."""
        if self.running and not self._stopping:
            self._stopping = True
            self._send({"stop": True})
            self._tracker.ask_to_stop()
            self._listen()
            self.moved.emit(self.progress)

    def kill(self) -> None:
        """End it at once, for one that hangs: a write in flight may be lost, the next run looks what became of it."""
        if self._process is not None:
            self._process.kill()

    def close(self, patience_ms: int = _LEAST_PATIENCE_MS) -> None:
        """Stop it by the end of its input, and give it this long; it finishes its write whether we wait or not."""
        if self._process is not None:
            self._process.closeWriteChannel()
            self._process.waitForFinished(patience_ms)

    def _send(self, message: Mapping[str, object]) -> None:
        if self._process is not None:
            self._process.write(json.dumps(message).encode("utf-8") + b"\n")

    # What it says

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            event: object = None
            with suppress(ValueError):
                event = json.loads(line)
            if isinstance(event, dict):
                self._take(event)
        self._listen()

    def _take(self, event: dict[str, Any]) -> None:
        if event.get("event") == "summary":
            self._summary = event
            return
        self._announced = float(event.get("seconds") or 0.0) if event.get("phase") == "wait" else 0.0
        self._tracker.take(event, self._steady())
        self.told.emit(event)
        self._move_due = True
        if not self._move_timer.isActive():
            self._move_if_due()

    def _move_if_due(self) -> None:
        if self._move_due and self.running:
            self._move_due = False
            self._move_timer.start()
            self.moved.emit(self.progress)

    # When it says nothing

    def _listen(self) -> None:
        """It spoke or was spoken to just now: count the silence anew."""
        usual = min(self._silence, SILENCE_AFTER_STOP_SECONDS) if self._stopping else self._silence
        self._silence_timer.start(round((usual + self._announced) * 1000))
        if self._is_silent:
            self._is_silent = False
            self.silent.emit(False)

    def _fall_silent(self) -> None:
        if self.running:
            self._is_silent = True
            self.silent.emit(True)

    # Its end

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        crashed = status == QProcess.ExitStatus.CrashExit or self._summary is None
        self._end(_DEFECT if status == QProcess.ExitStatus.CrashExit else code, crashed=crashed)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(_DEFECT, crashed=True)

    def _end(self, code: int, *, crashed: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.deleteLater()
        self._silence_timer.stop()
        self._move_timer.stop()
        self._is_silent = self._move_due = False
        self.ended.emit(code, self._summary, crashed)


def _command_line(context: Context, language: Language, command: list[str]) -> tuple[str, list[str]]:
    """Program and arguments. None of them is a secret: processes' arguments can be read by everybody."""
    program, arguments = sys.executable, ["-m", "b24learn_gui"]
    if getattr(sys, "frozen", False):
        program, arguments = str(_console_program(Path(sys.executable))), []
    home = context.places.own_home
    if home is not None:
        arguments += ["--home", str(home)]
    return program, [*arguments, "--lang", language, "--events", *command]


def _console_program(windowed: Path) -> Path:
    """In a bundle the program with windows has no standard output; the console one lies beside it."""
    console = windowed.with_name(f"{PROGRAM}{windowed.suffix}")
    return console if console.exists() else windowed


def _environment(wanted: Mapping[str, str]) -> QProcessEnvironment:
    """The process's own, but with our context's variables: those of a demonstration name no store and no home."""
    made = QProcessEnvironment.systemEnvironment()
    for name in (HOME_VARIABLE, DIRECTORY_VARIABLE):
        made.remove(name)
    for name, value in wanted.items():
        made.insert(name, value)
    return made
