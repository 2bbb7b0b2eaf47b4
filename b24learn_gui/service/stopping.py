"""Stopping on request: signals, and the control lines of a parent process (INTERFACE: `--control`)."""

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from b24learn_gui.errors import WrongUsage


@contextmanager
def signals_set(stop: threading.Event) -> Iterator[None]:
    """While inside, SIGINT and SIGTERM (on Windows: Ctrl+C and Ctrl+Break) set `stop`; what is in flight ends.

    So does SIGHUP, the end of the session or terminal, unless whoever started us wants it ignored (`nohup`).
    """

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGBREAK"):
        numbers.append(signal.SIGBREAK)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    former = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def read_control(lines: TextIO, stop: threading.Event) -> dict[str, str]:
    """Take the secrets from the first line, then watch the rest on a thread: a stop, or the end, sets `stop`.

    The thread is left to the process's end, because a blocked read cannot be woken on every platform.
    Raises `WrongUsage`: `control_not_json`, `control_and_secret` (the first line holds no secrets).
    """
    first = _object(lines.readline())
    secrets = first.get("secrets") if first is not None else None
    if first is None:
        raise WrongUsage("control_not_json")
    if not isinstance(secrets, dict) or not all(isinstance(value, str) for value in secrets.values()):
        raise WrongUsage("control_and_secret")
    threading.Thread(target=_watch, args=(lines, stop), name="control", daemon=True).start()
    return {str(name): value for name, value in secrets.items()}


def _watch(lines: TextIO, stop: threading.Event) -> None:
    while True:
        try:
            line = lines.readline()
        except (OSError, ValueError):
            line = ""
        message = _object(line)
        if not line or (message is not None and message.get("stop") is True):
            stop.set()
            return


def _object(line: str) -> dict[str, object] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
