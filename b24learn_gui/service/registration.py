"""The headless run registered with the platform's own scheduler (INTERFACE: service install, remove, status)."""

import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from b24learn_gui.errors import Refused, SecretUnavailable, StoppedOnRequest, WrongUsage
from b24learn_gui.machine.accounts import account_exists, current_account, hand_over, may_administer, owner_of
from b24learn_gui.machine.commands import is_another_copy, program_command
from b24learn_gui.machine.launchd import Launchd
from b24learn_gui.machine.programs import Run, run_program
from b24learn_gui.machine.scheduler import Registration, Scheduler, Task, refuse_foreign, task_name
from b24learn_gui.machine.systemd import Systemd
from b24learn_gui.machine.task_scheduler import TaskScheduler
from b24learn_gui.service.context import Context
from b24learn_gui.service.exit_codes import DONE, LEFT_OUT, SETTINGS, chosen_exit_code
from b24learn_gui.service.selftest import forget_self_test, last_self_test
from b24learn_gui.service.summary import Object, time_text
from b24learn_gui.storage.places import Places
from b24learn_gui.storage.secrets import check_name
from b24learn_gui.storage.secrets.store import DIRECTORY_VARIABLE

TEST_SECONDS = 120.0
"""The longest wait for the self-test's answer."""

_POLL_SECONDS = 0.2


def scheduler_here(context: Context, run: Run = run_program) -> Scheduler:
    """The scheduler of this platform."""
    if sys.platform == "win32":
        return TaskScheduler(run, current_account(), lambda: datetime.now().astimezone())
    import os  # noqa: PLC0415 - user ids are known nowhere else

    user_home = Path(context.environment.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return Launchd(run, user_home, os.getuid(), lambda: datetime.now().astimezone())
    return Systemd(run, context.environment, user_home, os.getuid())


def install(
    context: Context,
    account: str | None = None,
    secrets_dir: Path | None = None,
    *,
    scheduler: Scheduler | None = None,
    seconds: float = TEST_SECONDS,
) -> Object:
    """Register the scheduled run of this home, then let the scheduler run the self-test under the same account.

    What the self-test finds is in the answer and decides its exit code; the registration stays. Raises `WrongUsage`
    (`account_needs_home`, `account_unknown`, `registration_foreign`), `Refused` (`needs_administrator`,
    `scheduler_refused`), `Unreachable("scheduler_missing")`, `SecretUnavailable("secrets_dir_missing")`,
    `StoppedOnRequest`.
    """
    scheduler = scheduler or scheduler_here(context)
    task = _task(context, account, secrets_dir, scheduler)
    found = scheduler.find(task.name)
    refuse_foreign(found)
    if found is not None and (found.account is None) != (task.account is None):
        scheduler.remove(task.name)  # it lies elsewhere: both would run
    context.places.prepare()
    if task.account is not None:
        _hand_over_home(context.places, task.account)
    scheduler.install(task)
    tested = _tested(context, scheduler, task, seconds)
    checks = [*tested["checks"], *_logged_out(context, scheduler, task)]
    left_out = LEFT_OUT if any(each["check"] == "logged_out" and each["ok"] is False for each in checks) else DONE
    return {
        "command": "service install",
        "exit_code": chosen_exit_code([tested["exit_code"], left_out]),
        **_described(scheduler, scheduler.find(task.name)),
        "tested_as": tested["account"],
        "tested_at": tested["finished_at"],
        "checks": checks,
    }


def remove(context: Context, *, scheduler: Scheduler | None = None) -> Object:
    """Remove what `install` registered; that there was nothing is no failure. Raises as `install`."""
    scheduler = scheduler or scheduler_here(context)
    name = _name(context, scheduler)
    found = scheduler.find(name)
    refuse_foreign(found)
    if found is not None and found.account is not None and not may_administer():
        raise Refused("needs_administrator", side="here")
    removed = scheduler.remove(name)
    words = context.words
    message = words("The scheduled runs are no longer registered.") if removed else words("No runs were registered.")
    return {"command": "service remove", "exit_code": DONE, "removed": removed, "message": message}


def other_copy(context: Context, *, scheduler: Scheduler | None = None) -> str | None:
    """The program that the registered runs of this home start, where that is there and is not this one. Raises as
    `install`.
    """
    scheduler = scheduler or scheduler_here(context)
    found = scheduler.find(_name(context, scheduler))
    program = found.program if found is not None and found.ours else None
    return program if program and is_another_copy(program) else None


def status(context: Context, *, scheduler: Scheduler | None = None) -> Object:
    """What is registered for this home, and what its last self-test found; exit 10 where nothing runs by itself."""
    scheduler = scheduler or scheduler_here(context)
    found = scheduler.find(_name(context, scheduler))
    tested = last_self_test(context.places)
    running = found is not None and found.ours and found.active
    code = int(tested["exit_code"]) if tested else LEFT_OUT
    return {
        "command": "service status",
        "exit_code": chosen_exit_code([code, DONE]) if running else LEFT_OUT,
        **_described(scheduler, found),
        "tested_as": tested.get("account") if tested else None,
        "tested_at": tested.get("finished_at") if tested else None,
        "checks": tested["checks"] if tested else [],
    }


def _name(context: Context, scheduler: Scheduler) -> str:
    """The Task Scheduler has one list for the whole computer, systemd and launchd keep one for each person."""
    person = current_account() if scheduler.kind == "task_scheduler" else ""
    return task_name(context.places.own_home, person)


def _task(context: Context, account: str | None, secrets_dir: Path | None, scheduler: Scheduler) -> Task:
    home = context.places.own_home
    if account is not None:
        if home is None:
            raise WrongUsage("account_needs_home")
        if not may_administer():
            raise Refused("needs_administrator", side="here")
        if not account_exists(account):
            raise WrongUsage("account_unknown", account=account)
    directory = _secrets_directory(context, secrets_dir)
    task = Task(
        _name(context, scheduler),
        program_command(windows=False),
        home=str(home) if home else None,
        account=account,
        secrets_dir=str(directory) if directory else None,
        language=context.words.language,
    )
    if scheduler.kind == "systemd" and directory is not None and account not in {None, "root"}:
        return replace(task, credentials=_root_only(directory))
    return task


def _secrets_directory(context: Context, chosen: Path | None) -> Path | None:
    """The directory asked for, else the one of this environment: a scheduled run inherits neither."""
    variable = context.environment.get(DIRECTORY_VARIABLE, "")
    directory = chosen or (Path(variable) if variable else None)
    if directory is None:
        return None
    directory = directory.expanduser().absolute()
    if not directory.is_dir():
        raise SecretUnavailable("secrets_dir_missing", file=str(directory))
    return directory


def _root_only(directory: Path) -> tuple[str, ...]:
    """Secrets in a directory of the administrator's: the account cannot read them, systemd hands them to the run."""
    if owner_of(directory) != "root":
        return ()
    return tuple(sorted(path.name for path in directory.iterdir() if path.is_file() and _is_secret(path.name)))


def _is_secret(name: str) -> bool:
    try:
        check_name(name)
    except WrongUsage:
        return False
    return True


def _hand_over_home(places: Places, account: str) -> None:
    """What the administrator made here so far, this very command's log among it, is the account's from now on."""
    home = places.own_home
    if home is None:
        return
    journal = places.journal_file
    files = [
        *(home, home / "home-id", places.settings_file, places.lock_file, places.logs, places.reports),
        *(journal, journal.with_name(f"{journal.name}-wal"), journal.with_name(f"{journal.name}-shm")),
        *(places.logs.iterdir() if places.logs.is_dir() else ()),
    ]
    try:
        hand_over(files, account)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused("home_not_handed_over", side="here", path=str(home), account=account, reason=reason) from None


def _tested(context: Context, scheduler: Scheduler, task: Task, seconds: float) -> Object:
    """The self-test's own answer, or one that says that it gave none."""
    forget_self_test(context.places)
    try:
        scheduler.start_test(task)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            ended = scheduler.test_ended(task)  # asked first: an answer may come in between
            answer = last_self_test(context.places)
            if answer is not None:
                return answer
            if ended:
                break
            if context.stop.wait(_POLL_SECONDS):
                raise StoppedOnRequest("stopped")
    finally:
        scheduler.end_test(task)
    account = task.account or current_account()
    message = context.words(
        "The self-test gave no answer as {account}: this account cannot start the program, or cannot use the home.",
        account=account,
    )
    check = {"check": "self_test", "name": account, "ok": False, "message": message}
    return {"exit_code": SETTINGS, "account": None, "finished_at": None, "checks": [check]}


def _logged_out(context: Context, scheduler: Scheduler, task: Task) -> list[Object]:
    """Whether the promise of runs without anybody logged in is kept; nothing to say where it always is."""
    runs = scheduler.runs_logged_out(task)
    if runs is True and (task.account is not None or scheduler.kind != "systemd"):
        return []
    return [
        {"check": "logged_out", "name": "", "ok": runs, "message": _logged_out_words(context, scheduler, task, runs)}
    ]


def _logged_out_words(context: Context, scheduler: Scheduler, task: Task, runs: bool | None) -> str:
    words = context.words
    if runs:
        return words("Runs start without anybody logged in.")
    if scheduler.kind == "systemd":
        account = task.account or current_account()
        if runs is None:
            return words(
                "Runs may start only while you are logged in. This makes sure: loginctl enable-linger {account}",
                account=account,
            )
        return words(
            "Runs start only while you are logged in. This changes it: loginctl enable-linger {account}",
            account=account,
        )
    return words("Runs start only while you are logged in. With --account they need nobody.")


def _described(scheduler: Scheduler, found: Registration | None) -> Object:
    return {
        "registered": found is not None and found.ours,
        "foreign": found is not None and not found.ours,
        "scheduler": scheduler.kind,
        "where": found.where if found else None,
        "account": found.account if found else None,
        "home": found.home if found else None,
        "secrets_dir": found.secrets_dir if found else None,
        "active": found is not None and found.active,
        "next_start": time_text(found.next_start) if found and found.next_start else None,
    }
