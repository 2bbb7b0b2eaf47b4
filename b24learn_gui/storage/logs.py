"""Log files: JSON lines in UTC, size-capped, private, without secrets. One file per kind of process."""

import logging
import logging.handlers
import os
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import msgspec

from b24learn_gui.errors import SyncError
from b24learn_gui.storage.files import PRIVATE_FILE, make_private_directory
from b24learn_gui.storage.scrub import Scrubber

PROGRAM_LOGGER = "b24learn_gui"
"""Everything of ours logs below this name. The HTTP libraries do not: they would write addresses."""

RUN_ENDED = "run ended"
"""The message after which a process no longer works on the run it names."""

MAX_BYTES = 5_000_000
BACKUPS = 3
LONGEST_TEXT = 2_000
"""Characters of one text in a record."""

EXTRA_KEYS = frozenset(
    {
        *("run", "command", "trigger", "phase", "side", "portal", "code", "exit_code", "rung", "occurrence", "outcome"),
        *("kind", "bitrix24_id", "learn_id", "count", "done", "total", "attempt", "seconds", "status", "reason"),
        *("method", "host", "bytes", "letters", "version", "python", "platform"),
    },
)
"""What may be handed to a log call as `extra`; anything else is left out of the file."""


@contextmanager
def log_to(
    directory: Path,
    process: str,
    known_secrets: Callable[[], Iterable[str]],
    *,
    verbose: bool = False,
    max_bytes: int = MAX_BYTES,
    backups: int = BACKUPS,
) -> Iterator[Path | None]:
    """Write what the program logs to `<directory>/<process>.log` while inside; gives the file's path.

    A directory that cannot be written gives None: a log is no reason not to run, and a full disk none to stop.
    """
    path = directory / f"{process}.log"
    logger = logging.getLogger(PROGRAM_LOGGER)
    try:
        make_private_directory(directory)
        handler = PrivateRotatingHandler(path, maxBytes=max_bytes, backupCount=backups, encoding="utf-8")
    except OSError:
        yield None
        return
    handler.setFormatter(JsonLines(Scrubber(known_secrets)))
    handler.addFilter(RunCarried())
    level = logger.level
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    logger.addHandler(handler)
    try:
        yield path
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        handler.close()


class PrivateRotatingHandler(logging.handlers.RotatingFileHandler):
    """Files for their owner's eyes; trouble with the disk is swallowed, because nobody could log it either."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        return open(descriptor, "a", encoding=self.encoding)  # noqa: PTH123  # a descriptor; logging closes it

    def rotate(self, source: str, dest: str) -> None:
        try:
            super().rotate(source, dest)
        except OSError:
            # Another process of this kind has the file open (Windows). It grows on until that one is gone.
            return

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()

    def close(self) -> None:
        with suppress(OSError):  # what a full disk did not take is still in the buffer
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the library's name
        """Instead of a traceback on standard error."""


class RunCarried(logging.Filter):
    """What is logged while a run goes on belongs to it, whoever logs it."""

    def __init__(self) -> None:
        super().__init__()
        self._run: object = None

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.__dict__.get("run")
        if told is not None:
            self._run = None if record.msg == RUN_ENDED else told
        elif self._run is not None:
            record.run = self._run
        return True


class JsonLines(logging.Formatter):
    """One record → one line: `time` (UTC, milliseconds), `level`, `logger`, `message`, allowed extras, `error`.

    Of an exception only its kind, our code, and the places it came through are kept: texts of foreign exceptions
    hold addresses.
    """

    def __init__(self, scrub: Callable[[str], str]) -> None:
        super().__init__()
        self._scrub = scrub

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._plain(record.getMessage()),
        }
        line |= {key: self._plain(value) for key, value in record.__dict__.items() if key in EXTRA_KEYS}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._error(record.exc_info[1])
        return msgspec.json.encode(line).decode()

    def _plain(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, list | tuple | set | frozenset):
            return [self._plain(item) for item in value]
        text = self._scrub(value if isinstance(value, str) else type(value).__name__)
        return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"

    def _error(self, error: BaseException) -> dict[str, object]:
        frames = traceback.extract_tb(error.__traceback__)
        told: dict[str, object] = {
            "kind": type(error).__name__,
            "through": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
        }
        if isinstance(error, SyncError):
            told["code"] = error.code
        return told
