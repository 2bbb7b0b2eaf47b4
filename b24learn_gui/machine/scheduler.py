"""What every platform's scheduler is asked for: to start the headless run often, for this user or for an account.

The scheduler knows no run times. It starts the command every ten minutes, and the claim in the journal decides whether
a run is due: so a change of the run times needs no new registration, a run missed while the machine was off is caught
up within ten minutes, and the tray beside it never makes a second run of one occurrence. A start with nothing due
reads two files and ends.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

from b24learn_gui.errors import WrongUsage

MINUTES = 10
"""Between two starts."""

NAME = "b24learn-gui"
SECRETS_VARIABLE = "B24LEARN_SECRETS_DIR"
SYNC = ("sync", "--trigger", "schedule")
SELF_TEST = ("service", "self-test")

Kind = Literal["systemd", "task_scheduler", "launchd"]


def task_name(home: Path | None, person: str = "") -> str:
    """One name a home, the same whoever asks. Without a home of its own the program's name; and where the scheduler
    has one list for everybody, with the `person` in it: each has his own places.
    """
    if home is None and not person:
        return NAME
    told = str(home) if home is not None else person.casefold()
    return f"{NAME}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Task:
    """A registration that is wanted. It holds no secret, nor does anything that is made of it.

    `account`: None for the user who asks. `credentials`: names of secrets that the scheduler itself reads from
    `secrets_dir`, which the account cannot, and hands to the run (systemd). `language`: of the self-test's answer,
    which the person at the terminal reads; the account may have another one.
    """

    name: str
    program: tuple[str, ...]
    home: str | None = None
    account: str | None = None
    secrets_dir: str | None = None
    credentials: tuple[str, ...] = ()
    language: str = "en"

    @property
    def sync_command(self) -> tuple[str, ...]:
        return self._command(SYNC)

    @property
    def test_command(self) -> tuple[str, ...]:
        return self._command((*SELF_TEST, "--lang", self.language))

    @property
    def test_name(self) -> str:
        return f"{self.name}-self-test"

    def _command(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return (*self.program, *(("--home", self.home) if self.home else ()), *words)

    def record(self) -> str:
        """What is written into the registration as our mark: who it is for, and which copy of the program it starts."""
        known = {"account": self.account, "home": self.home, "secrets_dir": self.secrets_dir}
        return json.dumps({**known, "program": self.program[0]})


@dataclass(frozen=True, slots=True)
class Registration:
    """What stands under a name. `ours` False: somebody else's, of which nothing more is known.

    `next_start`: when the scheduler starts the command again; None where it does not, or does not tell. `program`: the
    first word of that command; None where an earlier version did not note it.
    """

    ours: bool
    where: str
    account: str | None = None
    home: str | None = None
    secrets_dir: str | None = None
    active: bool = False
    next_start: datetime | None = None
    program: str | None = None

    @classmethod
    def of(cls, record: str, where: str, *, active: bool, next_start: datetime | None) -> "Registration":
        """From the mark of a registration of ours; one that somebody damaged still is ours."""
        known = _record(record)
        return cls(
            True,
            where,
            known["account"],
            known["home"],
            known["secrets_dir"],
            active,
            next_start if active else None,
            known["program"],
        )

    @classmethod
    def foreign(cls, where: str) -> "Registration":
        return cls(False, where)


class Scheduler(Protocol):
    """One platform's scheduler. Methods raise as `programs.must`, and `Refused("scheduler_refused")` for files."""

    kind: Kind

    def find(self, name: str) -> Registration | None: ...

    def install(self, task: Task) -> None:
        """Write and switch on, in place of one of ours. Raises `WrongUsage("registration_foreign")` (2)."""

    def remove(self, name: str) -> bool:
        """Whether there was one of ours; another one stays."""

    def start_test(self, task: Task) -> None:
        """Let the scheduler run the self-test as the task's account, now. It may still run when this returns."""

    def test_ended(self, task: Task) -> bool:
        """Whether the self-test is known to have ended; False also where the scheduler does not tell."""

    def end_test(self, task: Task) -> None:
        """Take back what `start_test` registered."""

    def runs_logged_out(self, task: Task) -> bool | None:
        """Whether runs start without anybody logged in; None where that cannot be known."""


def refuse_foreign(found: Registration | None) -> None:
    """Raises `WrongUsage("registration_foreign")` (2) with `where`."""
    if found is not None and not found.ours:
        raise WrongUsage("registration_foreign", where=found.where)


def next_tick(now: datetime) -> datetime:
    """The next full ten minutes, for schedulers that do not say when they start a task again."""
    start = now.replace(minute=now.minute - now.minute % MINUTES, second=0, microsecond=0)
    return start + timedelta(minutes=MINUTES)


def minutes_of_an_hour() -> Iterable[int]:
    return range(0, 60, MINUTES)


def _record(text: str) -> Mapping[str, str | None]:
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = None
    known = found if isinstance(found, dict) else {}
    keys = ("account", "home", "secrets_dir", "program")
    return {key: value if isinstance(value := known.get(key), str) else None for key in keys}
