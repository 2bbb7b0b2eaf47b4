"""Linux: a service and a timer of systemd, the user's own or, for a service account, the system's."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from b24learn_gui.errors import Refused
from b24learn_gui.machine.files import read_text, write_readable
from b24learn_gui.machine.programs import Run, must
from b24learn_gui.machine.scheduler import MINUTES, SECRETS_VARIABLE, Kind, Registration, Task, refuse_foreign

SYSTEM_UNITS = Path("/etc/systemd/system")
_MARK = "[X-B24Learn]"
"""A section whose name begins with X- is left to others by systemd; a unit with this one is ours."""

_RECORD = "Registration="
_TEST_SECONDS = 120
_STOP_SECONDS = 120
"""A run that is told to stop finishes the write under way first."""

_SPREAD_SECONDS = 30
"""Several homes on one machine, or many machines of one company, do not ask the servers in the same second."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The user's own systemd, or the system's."""

    units: Path
    words: tuple[str, ...]


class Systemd:
    """`run` calls systemctl and loginctl; `user_id` is the number of who asks."""

    kind: Kind = "systemd"

    def __init__(
        self,
        run: Run,
        environment: Mapping[str, str],
        user_home: Path,
        user_id: int,
        system_units: Path = SYSTEM_UNITS,
    ) -> None:
        chosen = environment.get("XDG_CONFIG_HOME", "")
        configuration = Path(chosen) if Path(chosen).is_absolute() else user_home / ".config"
        self._run = run
        self._user_id = user_id
        self._user = _Scope(configuration / "systemd" / "user", ("systemctl", "--user"))
        self._system = _Scope(system_units, ("systemctl",))

    def find(self, name: str) -> Registration | None:
        for scope in (self._system, self._user):
            found = self._found(scope, name)
            if found is not None:
                return found
        return None

    def install(self, task: Task) -> None:
        scope = self._scope(task)
        for name in (task.name, task.test_name):
            refuse_foreign(self._found(scope, name))
        there = self._found(scope, task.name) is not None
        self._write(scope, f"{task.name}.service", service_unit(task, task.sync_command))
        self._write(scope, f"{task.name}.timer", timer_unit(task))
        try:
            must(self._run, [*scope.words, "daemon-reload"])
            must(self._run, [*scope.words, "enable", f"{task.name}.timer"])
            must(self._run, [*scope.words, "restart", f"{task.name}.timer"])
        except BaseException:
            if not there:
                self._delete(scope, task.name)
            raise

    def remove(self, name: str) -> bool:
        removed = False
        for scope in (self._system, self._user):
            found = self._found(scope, name)
            if found is None or not found.ours:
                continue
            with _refusing(scope.units):
                self._check_writable(scope.units)
            self._run(
                [*scope.words, "disable", "--now", f"{name}.timer"]
            )  # without a systemd the files go all the same
            self._delete(scope, name)
            self._run([*scope.words, "daemon-reload"])
            removed = True
        return removed

    def start_test(self, task: Task) -> None:
        scope = self._scope(task)
        refuse_foreign(self._found(scope, task.test_name))
        text = service_unit(task, task.test_command, seconds=_TEST_SECONDS)
        self._write(scope, f"{task.test_name}.service", text)
        must(self._run, [*scope.words, "daemon-reload"])
        must(self._run, [*scope.words, "start", "--no-block", f"{task.test_name}.service"])

    def test_ended(self, task: Task) -> bool:
        scope = self._scope(task)
        unit = f"{task.test_name}.service"
        told = must(self._run, [*scope.words, "show", unit, "--property=ActiveState", "--property=Job"]).splitlines()
        waits = any(line.startswith("Job=") and line not in {"Job=", "Job=0"} for line in told)
        return not waits and bool({"ActiveState=inactive", "ActiveState=failed"} & set(told))

    def end_test(self, task: Task) -> None:
        scope = self._scope(task)
        unit = f"{task.test_name}.service"
        self._run([*scope.words, "stop", unit])
        self._run([*scope.words, "reset-failed", unit])
        self._delete(scope, task.test_name)
        self._run([*scope.words, "daemon-reload"])

    def runs_logged_out(self, task: Task) -> bool | None:
        if task.account is not None:
            return True
        ran = self._run(["loginctl", "show-user", str(self._user_id), "--property=Linger", "--value"])
        answer = ran.out.strip()
        return answer == "yes" if ran.code == 0 and answer in {"yes", "no"} else None

    def _scope(self, task: Task) -> _Scope:
        return self._user if task.account is None else self._system

    def _found(self, scope: _Scope, name: str) -> Registration | None:
        """The timer decides; a service alone of this name is somebody's as well."""
        for kind in ("timer", "service"):
            path = scope.units / f"{name}.{kind}"
            with _refusing(path):
                text = read_text(path)
            if text is None:
                continue
            if _MARK not in text.splitlines():
                return Registration.foreign(str(path))
            return self._ours(scope, name, str(path), text)
        return None

    def _ours(self, scope: _Scope, name: str, where: str, text: str) -> Registration:
        record = next((line.removeprefix(_RECORD) for line in text.splitlines() if line.startswith(_RECORD)), "")
        active = self._run([*scope.words, "is-active", f"{name}.timer"]).out.strip() == "active"
        return Registration.of(record, where, active=active, next_start=self._next_start(scope, name))

    def _next_start(self, scope: _Scope, name: str) -> datetime | None:
        ran = self._run([*scope.words, "list-timers", "--all", "--output=json", f"{name}.timer"])
        try:
            microseconds = json.loads(ran.out)[0]["next"]
            return datetime.fromtimestamp(microseconds / 1_000_000, UTC) if microseconds else None
        except (ValueError, LookupError, TypeError, OverflowError):
            return None  # an older systemd writes no JSON here

    def _write(self, scope: _Scope, unit: str, text: str) -> None:
        with _refusing(scope.units / unit):
            write_readable(scope.units / unit, text.encode())

    def _delete(self, scope: _Scope, name: str) -> None:
        for kind in ("timer", "service"):
            with _refusing(scope.units / f"{name}.{kind}"):
                (scope.units / f"{name}.{kind}").unlink(missing_ok=True)

    @staticmethod
    def _check_writable(directory: Path) -> None:
        """Before anything is switched off: half a removal would be worse than none. Raises `OSError`."""
        if not os.access(directory, os.W_OK):
            raise PermissionError(13, os.strerror(13))


def service_unit(task: Task, command: tuple[str, ...], *, seconds: int | None = None) -> str:
    """A service that runs once and ends; `seconds`: it may take no longer."""
    lines = ["[Unit]", "Description=Bitrix24 to iSpring Learn: synchronisation"]
    if task.account is not None:
        lines += ["Wants=network-online.target", "After=network-online.target"]
    lines += [
        "# Where the program was removed the timer passes over this, instead of failing every ten minutes.",
        f"ConditionFileIsExecutable={command[0].replace('%', '%%')}",
    ]
    lines += ["", "[Service]", "Type=oneshot", f"ExecStart={' '.join(_word(word) for word in command)}"]
    if task.account is not None:
        lines += [f"User={task.account}"]
    lines += _secrets(task)
    lines += [
        "# 10: people left out, 50: the tray was faster, 51: told to stop. None of them is a failure of this service.",
        "SuccessExitStatus=10 50 51",
        f"TimeoutStartSec={seconds or 'infinity'}",
        f"TimeoutStopSec={_STOP_SECONDS}",
        "UMask=0077",
        "NoNewPrivileges=yes",
        *_mark(task),
    ]
    return "\n".join(lines) + "\n"


def timer_unit(task: Task) -> str:
    """Every ten minutes, and at once when the machine was off at the last one."""
    lines = [
        "[Unit]",
        "Description=Bitrix24 to iSpring Learn: asks every ten minutes whether a run is due",
        "",
        "[Timer]",
        f"OnCalendar=*:0/{MINUTES}",
        "Persistent=true",
        f"RandomizedDelaySec={_SPREAD_SECONDS}",
        "",
        "[Install]",
        "WantedBy=timers.target",
        *_mark(task),
    ]
    return "\n".join(lines) + "\n"


def _secrets(task: Task) -> list[str]:
    if task.secrets_dir is None:
        return []
    if not task.credentials:
        return [f"Environment={_word(f'{SECRETS_VARIABLE}={task.secrets_dir}', expands_variables=False)}"]
    sources = [f"LoadCredential={name}:{task.secrets_dir}/{name}".replace("%", "%%") for name in task.credentials]
    return [*sources, f"Environment={SECRETS_VARIABLE}=%d"]


def _mark(task: Task) -> list[str]:
    return ["", _MARK, f"{_RECORD}{task.record()}"]


def _word(word: str, *, expands_variables: bool = True) -> str:
    """One word of a unit's value: quoted, with `%` and, in command lines, `$` doubled."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if expands_variables else escaped}"'


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"{path}: {error.strerror or type(error).__name__}"
        raise Refused("scheduler_refused", side="here", program="systemd", reason=reason) from None
