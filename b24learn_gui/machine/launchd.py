"""macOS: a LaunchAgent for this user, or a LaunchDaemon that runs as a service account.

An agent lives in a login session: without anybody logged in only a daemon runs, and no keychain is open for it.
"""

import contextlib
import os
import plistlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from b24learn_gui.errors import Refused
from b24learn_gui.machine.files import write_readable
from b24learn_gui.machine.programs import Run, must
from b24learn_gui.machine.scheduler import (
    SECRETS_VARIABLE,
    Kind,
    Registration,
    Task,
    minutes_of_an_hour,
    next_tick,
    refuse_foreign,
)

DAEMONS = Path("/Library/LaunchDaemons")
_MARK = "B24LEARN_REGISTRATION"
"""The variable that makes a list ours; its value says who it is for."""


@dataclass(frozen=True, slots=True)
class _Domain:
    name: str
    directory: Path


class Launchd:
    """`run` calls launchctl; `user_id` is the number of who asks; `now` is the time on this machine's clock."""

    kind: Kind = "launchd"

    def __init__(
        self, run: Run, user_home: Path, user_id: int, now: Callable[[], datetime], daemons: Path = DAEMONS
    ) -> None:
        self._run = run
        self._now = now
        self._agents = _Domain(f"gui/{user_id}", user_home / "Library" / "LaunchAgents")
        self._daemons = _Domain("system", daemons)

    def find(self, name: str) -> Registration | None:
        for domain in (self._daemons, self._agents):
            found = self._found(domain, name)
            if found is not None:
                return found
        return None

    def install(self, task: Task) -> None:
        self._load(task, task.name, property_list(task, task.name, task.sync_command, repeats=True))

    def remove(self, name: str) -> bool:
        removed = False
        for domain in (self._daemons, self._agents):
            found = self._found(domain, name)
            if found is None or not found.ours:
                continue
            file = _file(domain, name)
            with _refusing(file):
                if not os.access(file.parent, os.W_OK):
                    raise PermissionError(13, os.strerror(13))
                self._run(["launchctl", "bootout", f"{domain.name}/{label(name)}"])
                file.unlink(missing_ok=True)
            removed = True
        return removed

    def start_test(self, task: Task) -> None:
        self._load(task, task.test_name, property_list(task, task.test_name, task.test_command, repeats=False))

    def test_ended(self, task: Task) -> bool:
        del task
        return False  # launchctl's words about a job are no interface

    def end_test(self, task: Task) -> None:
        self.remove(task.test_name)

    def runs_logged_out(self, task: Task) -> bool | None:
        return task.account is not None

    def _domain(self, task: Task) -> _Domain:
        return self._agents if task.account is None else self._daemons

    def _found(self, domain: _Domain, name: str) -> Registration | None:
        file = _file(domain, name)
        try:
            variables = plistlib.loads(file.read_bytes()).get("EnvironmentVariables", {})
            record = variables.get(_MARK)
        except FileNotFoundError:
            return None
        except (OSError, plistlib.InvalidFileException, ValueError, AttributeError):
            record = None  # whatever it is, we did not write it
        if record is None:
            return Registration.foreign(str(file))
        active = self._run(["launchctl", "print", f"{domain.name}/{label(name)}"]).code == 0
        return Registration.of(str(record), str(file), active=active, next_start=next_tick(self._now()))

    def _load(self, task: Task, name: str, content: Mapping[str, Any]) -> None:
        domain = self._domain(task)
        file = _file(domain, name)
        found = self._found(domain, name)
        refuse_foreign(found)
        with _refusing(file):
            write_readable(file, plistlib.dumps(dict(content)))
        if found is not None and found.active:
            self._run(["launchctl", "bootout", f"{domain.name}/{label(name)}"])
        try:
            must(self._run, ["launchctl", "bootstrap", domain.name, str(file)])
        except BaseException:
            if found is None:
                file.unlink(missing_ok=True)
            raise


def label(name: str) -> str:
    """The name of a job in launchd."""
    return f"local.{name}"


def property_list(task: Task, name: str, command: tuple[str, ...], *, repeats: bool) -> dict[str, Any]:
    """A job that starts when it is loaded, which is at boot or login, too; `repeats`: and every ten minutes."""
    variables = {_MARK: task.record()}
    if task.secrets_dir is not None:
        variables[SECRETS_VARIABLE] = task.secrets_dir
    content: dict[str, Any] = {
        "Label": label(name),
        "ProgramArguments": list(command),
        "EnvironmentVariables": variables,
        "RunAtLoad": True,
        "ProcessType": "Background",
        "Umask": 0o077,
    }
    if task.account is not None:
        content["UserName"] = task.account
    if repeats:
        content["StartCalendarInterval"] = [{"Minute": minute} for minute in minutes_of_an_hour()]
    return content


def _file(domain: _Domain, name: str) -> Path:
    return domain.directory / f"{label(name)}.plist"


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"{path}: {error.strerror or type(error).__name__}"
        raise Refused("scheduler_refused", side="here", program="launchd", reason=reason) from None
