r"""Windows: a task of the Task Scheduler, made from an XML file by schtasks.

Who the task runs as decides where its secrets can be:

- this user with the Credential Manager: Windows keeps his password with the task (LogonType Password), because his
  store opens with nothing less. schtasks asks for it itself; it passes no command line and no program of ours;
- this user with a directory of secrets: no password is needed (S4U);
- NETWORK SERVICE, LOCAL SERVICE and SYSTEM have none; a named account is asked for its password by schtasks.
"""

import contextlib
import html
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from b24learn_gui.errors import Refused
from b24learn_gui.machine.programs import NOT_FOUND, Run, must
from b24learn_gui.machine.scheduler import (
    MINUTES,
    SECRETS_VARIABLE,
    Kind,
    Registration,
    Task,
    next_tick,
    refuse_foreign,
)

_MARK = "b24learn-gui "
"""Begins the source of a task of ours; what follows is who it is for."""

_SOURCE = re.compile(r"<Source>(.*?)</Source>", re.DOTALL)
_DISABLED = "<Enabled>false</Enabled>"
"""Of the task, or of its trigger alone."""

_BUILT_IN = {
    "system": "S-1-5-18",
    "localservice": "S-1-5-19",
    "networkservice": "S-1-5-20",
}


class TaskScheduler:
    """`run` calls schtasks; `user` is who asks, with his domain; `now` is the time on this machine's clock."""

    kind: Kind = "task_scheduler"

    def __init__(self, run: Run, user: str, now: Callable[[], datetime]) -> None:
        self._run = run
        self._user = user
        self._now = now

    def find(self, name: str) -> Registration | None:
        ran = self._run(["schtasks", "/Query", "/TN", name, "/XML", "ONE"])
        if ran.code == NOT_FOUND:
            must(self._run, ["schtasks", "/?"])
        if ran.code != 0:
            return None
        found = _SOURCE.search(ran.out)
        source = html.unescape(found[1]) if found else ""
        if not source.startswith(_MARK):
            return Registration.foreign(name)
        active = _DISABLED not in ran.out
        return Registration.of(source.removeprefix(_MARK), name, active=active, next_start=next_tick(self._now()))

    def install(self, task: Task) -> None:
        self._create(task, task.name, task_xml(task, task.sync_command, self._user, repeats=True))

    def remove(self, name: str) -> bool:
        found = self.find(name)
        if found is None or not found.ours:
            return False
        must(self._run, ["schtasks", "/Delete", "/TN", name, "/F"])
        return True

    def start_test(self, task: Task) -> None:
        self._create(task, task.test_name, task_xml(task, task.test_command, self._user, repeats=False))
        must(self._run, ["schtasks", "/Run", "/TN", task.test_name])

    def test_ended(self, task: Task) -> bool:
        del task
        return False  # schtasks says it in the system's language only

    def end_test(self, task: Task) -> None:
        self._run(["schtasks", "/End", "/TN", task.test_name])
        self.remove(task.test_name)

    def runs_logged_out(self, task: Task) -> bool | None:
        del task
        return True  # none of the ways of signing in asks for an open session

    def _create(self, task: Task, name: str, xml: str) -> None:
        found = self.find(name)
        refuse_foreign(found)
        with _xml_file(xml) as file:
            argv = ["schtasks", "/Create", "/TN", name, "/XML", str(file), *(["/F"] if found else [])]
            sign_in = _sign_in(task, self._user)
            must(self._run, [*argv, *sign_in], asking="/RP" in sign_in)


def task_xml(task: Task, command: tuple[str, ...], user: str, *, repeats: bool) -> str:
    """The task's definition; `repeats`: it starts every ten minutes by itself."""
    program, arguments = _action(task, command)
    trigger = f"""
    <TimeTrigger>
      <Repetition>
        <Interval>PT{MINUTES}M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <StartBoundary>2020-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
    </TimeTrigger>"""
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Source>{escape(_MARK + task.record())}</Source>
    <Description>Bitrix24 to iSpring Learn: asks every ten minutes whether a run is due</Description>
  </RegistrationInfo>
  <Triggers>{trigger if repeats else ""}
  </Triggers>
  <Principals>
    <Principal id="Author">
{_principal(task, user)}
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(arguments)}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def _action(task: Task, command: tuple[str, ...]) -> tuple[str, str]:
    """Program and arguments. A task has no environment of its own: a variable is set by the command interpreter."""
    if task.secrets_dir is None:
        return command[0], subprocess.list2cmdline(command[1:])
    inner = f'set "{SECRETS_VARIABLE}={task.secrets_dir}" && {" ".join(_quoted(word) for word in command)}'
    return "cmd.exe", f'/d /s /c "{inner}"'


def _quoted(word: str) -> str:
    """A word for the command interpreter, which takes `&` for its own outside of quotes; paths hold no quotes."""
    backslashes = len(word) - len(word.rstrip("\\"))
    return f'"{word}{chr(92) * backslashes}"'  # those before the closing quote count twice


def _principal(task: Task, user: str) -> str:
    built_in = _built_in(task.account)
    if built_in:
        return f"      <UserId>{built_in}</UserId>"
    logon = "S4U" if task.account is None and task.secrets_dir else "Password"
    name = escape(task.account or user)
    return f"      <UserId>{name}</UserId>\n      <LogonType>{logon}</LogonType>"


def _sign_in(task: Task, user: str) -> list[str]:
    """A star lets schtasks ask for the password itself."""
    built_in = _built_in(task.account)
    if built_in:
        return ["/RU", str(task.account)]
    if task.account is None and task.secrets_dir:
        return []
    return ["/RU", task.account or user, "/RP", "*"]


def _built_in(account: str | None) -> str | None:
    """The security identifier of an account that has no password."""
    name = (account or "").upper().removeprefix("NT AUTHORITY\\").replace(" ", "").lower()
    return _BUILT_IN.get(name)


@contextlib.contextmanager
def _xml_file(xml: str) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="b24learn-") as directory:
            path = Path(directory) / "task.xml"
            path.write_text(xml, "utf-16")
            yield path
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused("scheduler_refused", side="here", program="schtasks", reason=reason) from None
