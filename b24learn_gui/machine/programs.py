"""The system's own programs are called through here alone, so that every call can be seen and replaced."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from b24learn_gui.errors import Refused, Unreachable

DEADLINE_SECONDS = 60.0
NOT_FOUND = 127
TOO_SLOW = 124
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and what it said. `NOT_FOUND` and `TOO_SLOW` stand for one that never ended by itself."""

    code: int
    out: str = ""
    err: str = ""


class Run(Protocol):
    """Runs one program to its end. `asking`: it may ask the person at the terminal for something, a password say."""

    def __call__(self, argv: Sequence[str], *, asking: bool = False) -> Ran: ...


def run_program(argv: Sequence[str], *, asking: bool = False) -> Ran:
    """Without a shell. Nobody waits for ever, except for a person who was asked something."""
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours, no shell reads them
            list(argv),
            stdin=None if asking else subprocess.DEVNULL,
            stdout=None if asking else subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=None if asking else DEADLINE_SECONDS,
            check=False,
            # Windows would open a console for it, for a moment, over the windows of a program that has none.
            creationflags=0 if asking else getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except FileNotFoundError:
        return Ran(NOT_FOUND, err=f"{argv[0]}: not found")
    except subprocess.TimeoutExpired:
        return Ran(TOO_SLOW, err=f"{argv[0]}: no answer")
    except OSError as error:
        return Ran(NOT_FOUND, err=f"{argv[0]}: {error.strerror or type(error).__name__}")
    return Ran(done.returncode, _text(done.stdout), _text(done.stderr))


def must(run: Run, argv: Sequence[str], *, asking: bool = False) -> str:
    """What the program wrote, which has to end well.

    Raises `Unreachable("scheduler_missing")` (60) where there is no such program, else
    `Refused("scheduler_refused")` (40), both with `program` and `reason`.
    """
    ran = run(argv, asking=asking)
    if ran.code == 0:
        return ran.out
    said = [line.strip() for line in (ran.err or ran.out).splitlines() if line.strip()]
    reason = (said[0] if said else f"exit {ran.code}")[:_LONGEST_REASON]
    if ran.code == NOT_FOUND:
        raise Unreachable("scheduler_missing", side="here", program=argv[0], reason=reason)
    raise Refused("scheduler_refused", side="here", program=argv[0], reason=reason)


def _text(data: bytes | None) -> str:
    """Windows' programs answer in UTF-16 or in the console's own encoding: then what is not ASCII may be lost."""
    if not data:
        return ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8", errors="replace")
