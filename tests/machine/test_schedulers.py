"""What each platform's scheduler is given: the exact files, the exact calls, and never anything of anybody else's."""

import os
import plistlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from b24learn_gui.errors import Refused, Unreachable, WrongUsage
from b24learn_gui.machine.accounts import hand_over
from b24learn_gui.machine.launchd import Launchd, property_list
from b24learn_gui.machine.programs import NOT_FOUND, Ran, run_program
from b24learn_gui.machine.scheduler import Scheduler, task_name
from b24learn_gui.machine.systemd import Systemd, service_unit, timer_unit
from b24learn_gui.machine.task_scheduler import TaskScheduler, task_xml
from tests.machine.recorded import GOLDEN, Recorded, a_task, golden
from tests.systems import WINDOWS, posix_shell

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
USER = r"OFFICE\anna"
NAME = "b24learn-gui-0a1b2c3d"


def systemd(run: Recorded, directory: Path) -> Systemd:
    return Systemd(run, {}, directory, 1000, directory / "etc")


def launchd(run: Recorded, directory: Path) -> Launchd:
    return Launchd(run, directory, 501, lambda: NOW, directory / "daemons")


def windows(run: Recorded, directory: Path) -> TaskScheduler:
    """With a store of tasks behind schtasks, as far as it is asked for them."""
    del directory
    stored: dict[str, str] = {}
    told = run.answer

    def answer(argv: Sequence[str]) -> Ran | None:
        name = argv[argv.index("/TN") + 1] if "/TN" in argv else ""
        match argv[1]:
            case "/Create":
                stored[name] = run.files[-1]
            case "/Query":
                return Ran(0, stored[name]) if name in stored else Ran(1, err="ERROR: not found")
            case "/Delete":
                del stored[name]
            case _:
                pass
        return told(argv)

    run.answer = answer
    return TaskScheduler(run, USER, lambda: NOW)


Make = Callable[[Recorded, Path], Scheduler]
everywhere = pytest.mark.parametrize("make", [systemd, launchd, windows])


@everywhere
def test_what_is_installed_is_found_again_with_its_account_and_home_and_removed(make: Make, tmp_path: Path) -> None:
    scheduler = make(Recorded(), tmp_path)
    task = a_task(secrets_dir="/srv/secrets & more")
    assert scheduler.find(NAME) is None
    scheduler.install(task)
    scheduler.install(task)
    found = scheduler.find(NAME)
    assert found is not None
    assert (found.ours, found.account, found.home, found.secrets_dir) == (True, None, task.home, task.secrets_dir)
    assert found.program == task.program[0]
    assert scheduler.remove(NAME)
    assert scheduler.find(NAME) is None
    assert not scheduler.remove(NAME)


@everywhere
def test_the_self_test_leaves_nothing_behind(make: Make, tmp_path: Path) -> None:
    scheduler = make(Recorded(), tmp_path)
    task = a_task()
    scheduler.start_test(task)
    assert scheduler.find(task.test_name) is not None
    scheduler.end_test(task)
    assert scheduler.find(task.test_name) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_windows_leaves_a_task_of_somebody_elses_alone() -> None:
    theirs = "<?xml version='1.0'?><Task><RegistrationInfo><Source>others</Source></RegistrationInfo></Task>"
    run = Recorded(lambda argv: Ran(0, theirs) if "/Query" in argv else None)
    scheduler = TaskScheduler(run, USER, lambda: NOW)
    for refused in (scheduler.install, scheduler.start_test):
        with pytest.raises(WrongUsage, match="registration_foreign"):
            refused(a_task())
    assert not scheduler.remove(NAME)
    assert {call[1] for call in run.calls} == {"/Query"}


@pytest.mark.parametrize("account", [None, "b24learn"])
@pytest.mark.parametrize("make", [systemd, launchd])
def test_files_of_somebody_elses_are_left_alone(make: Make, tmp_path: Path, account: str | None) -> None:
    recorded = Recorded()
    scheduler = make(recorded, tmp_path)
    scheduler.install(a_task(account=account))
    (file, *_) = sorted(path for path in tmp_path.rglob("*") if path.suffix in {".timer", ".plist"})
    file.write_text("[Timer]\nOnCalendar=daily\n")
    recorded.calls.clear()
    with pytest.raises(WrongUsage) as refused:
        scheduler.install(a_task(account=account))
    assert (refused.value.code, refused.value.detail["where"]) == ("registration_foreign", str(file))
    assert not scheduler.remove(NAME)
    assert file.read_text() == "[Timer]\nOnCalendar=daily\n"
    assert recorded.calls == []


@everywhere
def test_a_scheduler_that_refuses_is_named_and_nothing_stays_behind(make: Make, tmp_path: Path) -> None:
    def refuse(argv: Sequence[str]) -> Ran | None:
        starts = {"enable", "bootstrap", "/Create"} & set(argv)
        return Ran(1, err="\nAccess is denied.\nmore") if starts else None

    scheduler = make(Recorded(refuse), tmp_path)
    with pytest.raises(Refused) as refused:
        scheduler.install(a_task())
    assert (refused.value.code, refused.value.detail["reason"]) == ("scheduler_refused", "Access is denied.")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@everywhere
def test_a_system_without_this_scheduler_is_60(make: Make, tmp_path: Path) -> None:
    scheduler = make(Recorded(lambda argv: Ran(NOT_FOUND, err=f"{argv[0]}: not found")), tmp_path)
    with pytest.raises(Unreachable) as missing:
        scheduler.install(a_task())
    assert (missing.value.code, missing.value.exit_code) == ("scheduler_missing", 60)


# systemd


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("user.service", service_unit(a_task(), a_task().sync_command)),
        ("user.timer", timer_unit(a_task())),
        (
            "account.service",
            service_unit(
                a_task(account="b24learn", secrets_dir="/etc/b24 %learn"),
                a_task(account="b24learn").sync_command,
            ),
        ),
    ],
)
def test_systemd_units_are_exactly_these(name: str, text: str) -> None:
    golden(name, text)


def test_secrets_of_root_are_handed_to_the_run_by_systemd_as_files() -> None:
    from dataclasses import replace

    task = a_task(account="b24learn", secrets_dir="/etc/b24learn")
    text = service_unit(replace(task, credentials=("learn.password", "portal.main.webhook")), task.sync_command)
    assert "LoadCredential=portal.main.webhook:/etc/b24learn/portal.main.webhook\n" in text
    assert "Environment=B24LEARN_SECRETS_DIR=%d\n" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", ["user", "account"])
def test_systemd_itself_finds_no_fault_in_the_units(tmp_path: Path, name: str) -> None:
    """Read as the system's units; the program has to be one that exists."""
    text = (GOLDEN / f"{name}.service").read_text().replace("/opt/b24 learn/bin/b24learn-gui", "/bin/true")
    text = text.replace("User=b24learn", "User=daemon")
    (tmp_path / f"{NAME}.service").write_text(text)
    (tmp_path / f"{NAME}.timer").write_text((GOLDEN / "user.timer").read_text())
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / f"{NAME}.timer", tmp_path / f"{NAME}.service"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, NAME in done.stderr) == (0, False), done.stderr


def test_systemd_is_called_in_this_order_for_the_user_and_for_the_system(tmp_path: Path) -> None:
    run = Recorded()
    scheduler = systemd(run, tmp_path)
    scheduler.install(a_task())
    assert run.calls == [
        ["systemctl", "--user", "daemon-reload"],
        ["systemctl", "--user", "enable", f"{NAME}.timer"],
        ["systemctl", "--user", "restart", f"{NAME}.timer"],
    ]
    assert WINDOWS or (tmp_path / f".config/systemd/user/{NAME}.timer").stat().st_mode & 0o777 == 0o644
    run.calls.clear()
    scheduler.install(a_task(account="b24learn"))
    assert [call[:2] for call in run.calls] == [
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable"],
        ["systemctl", "restart"],
    ]


@pytest.mark.parametrize(("said", "lingers"), [("yes\n", True), ("no\n", False), ("", None)])
def test_whether_the_users_systemd_outlives_his_login_is_asked(tmp_path: Path, said: str, lingers: bool | None) -> None:
    run = Recorded(lambda argv: Ran(0, said) if argv[0] == "loginctl" else None)
    assert systemd(run, tmp_path).runs_logged_out(a_task()) is lingers
    assert run.calls == [["loginctl", "show-user", "1000", "--property=Linger", "--value"]]
    assert systemd(run, tmp_path).runs_logged_out(a_task(account="b24learn")) is True


@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ("ActiveState=inactive\nJob=17\n", False),
        ("ActiveState=activating\n", False),
        ("ActiveState=inactive\nJob=0\n", True),
        ("ActiveState=failed\n", True),
    ],
)
def test_a_test_that_still_waits_for_its_turn_has_not_ended(tmp_path: Path, said: str, ended: bool) -> None:
    assert systemd(Recorded(lambda argv: Ran(0, said)), tmp_path).test_ended(a_task()) is ended


# Windows


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("password.xml", {}),
        ("secrets-dir.xml", {"secrets_dir": r"C:\R&D secrets"}),
        ("network-service.xml", {"account": r"NT AUTHORITY\NetworkService", "secrets_dir": r"D:\secrets"}),
    ],
)
def test_windows_tasks_are_exactly_these(name: str, changes: dict[str, str]) -> None:
    task = a_task(**changes)
    golden(name, task_xml(task, task.sync_command, USER, repeats=True))


@pytest.mark.parametrize(
    ("changes", "sign_in", "asks"),
    [
        ({}, ["/RU", USER, "/RP", "*"], True),
        ({"secrets_dir": r"D:\secrets"}, [], False),
        ({"account": r"NT AUTHORITY\Network Service"}, ["/RU", r"NT AUTHORITY\Network Service"], False),
        ({"account": r"OFFICE\svc-b24"}, ["/RU", r"OFFICE\svc-b24", "/RP", "*"], True),
    ],
)
def test_windows_asks_for_a_password_itself_and_only_where_there_is_one(
    tmp_path: Path, changes: dict[str, str], sign_in: list[str], asks: bool
) -> None:
    run = Recorded()
    windows(run, tmp_path).install(a_task(**changes))
    assert run.calls == [
        ["schtasks", "/Query", "/TN", NAME, "/XML", "ONE"],
        ["schtasks", "/Create", "/TN", NAME, "/XML", "task.xml", *sign_in],
    ]
    assert (run.asked == [run.calls[-1]]) is asks


def test_windows_replaces_only_a_task_that_is_proven_ours(tmp_path: Path) -> None:
    run = Recorded()
    scheduler = windows(run, tmp_path)
    scheduler.install(a_task())
    assert "/F" not in run.calls[-1]
    scheduler.install(a_task())
    assert "/F" in run.calls[-1]


def test_the_self_test_of_windows_is_a_task_without_a_time_that_is_started_by_hand(tmp_path: Path) -> None:
    run = Recorded()
    scheduler = windows(run, tmp_path)
    scheduler.start_test(a_task())
    assert run.calls[-1] == ["schtasks", "/Run", "/TN", f"{NAME}-self-test"]
    assert "TimeTrigger" not in run.files[-1]
    assert "service self-test --lang en</Arguments>" in run.files[-1]


def test_a_disabled_task_is_not_active(tmp_path: Path) -> None:
    run = Recorded()
    scheduler = windows(run, tmp_path)
    scheduler.install(a_task())
    assert (found := scheduler.find(NAME)) is not None
    assert found.next_start == datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
    xml = run.files[-1].replace("<Enabled>true</Enabled>", "<Enabled>false</Enabled>")
    off = TaskScheduler(Recorded(lambda argv: Ran(0, xml)), USER, lambda: NOW).find(NAME)
    assert off is not None
    assert (off.ours, off.active, off.next_start) == (True, False, None)


# macOS


@pytest.mark.parametrize(
    ("name", "changes"),
    [("agent.plist", {}), ("daemon.plist", {"account": "_b24learn", "secrets_dir": "/etc/b24learn"})],
)
def test_property_lists_are_exactly_these(name: str, changes: dict[str, str]) -> None:
    task = a_task(**changes)
    golden(name, plistlib.dumps(property_list(task, task.name, task.sync_command, repeats=True)).decode())


def test_launchd_is_called_in_the_domain_of_who_the_job_is_for(tmp_path: Path) -> None:
    run = Recorded()
    scheduler = launchd(run, tmp_path)
    scheduler.install(a_task())
    agent = tmp_path / f"Library/LaunchAgents/local.{NAME}.plist"
    assert run.calls == [["launchctl", "bootstrap", "gui/501", str(agent)]]
    scheduler.remove(NAME)
    assert run.calls[-1] == ["launchctl", "bootout", f"gui/501/local.{NAME}"]
    scheduler.install(a_task(account="_b24learn"))
    assert run.calls[-1] == ["launchctl", "bootstrap", "system", str(tmp_path / f"daemons/local.{NAME}.plist")]
    assert (scheduler.runs_logged_out(a_task()), scheduler.runs_logged_out(a_task(account="x"))) == (False, True)


# What they share


def test_a_home_has_one_name_and_another_home_another() -> None:
    assert task_name(None) == "b24learn-gui"
    assert task_name(Path("/srv/a")) == task_name(Path("/srv/a")) != task_name(Path("/srv/b"))


def test_no_file_and_no_call_holds_a_secret_even_where_one_stands_in_the_directory(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "learn.password").write_text("s3cr3t-value")
    for make in (systemd, launchd, windows):
        run = Recorded()
        make(run, tmp_path / make.__name__).install(a_task(secrets_dir=str(secrets)))
        written = [path.read_text() for path in (tmp_path / make.__name__).rglob("*") if path.is_file()]
        assert "s3cr3t-value" not in repr([run.calls, run.files, written])


@posix_shell
def test_a_real_program_is_run_without_a_shell_and_a_missing_one_is_told() -> None:
    assert run_program(["printf", "%s", "a b; $HOME"]) == Ran(0, "a b; $HOME")
    assert run_program(["no-such-program-here"]).code == NOT_FOUND
    assert run_program(["false"]).code == 1


def test_on_windows_no_console_flashes_up_unless_somebody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only Windows knows the flag; what it would be handed is looked at where the program leaves our hands."""
    flags: list[int] = []

    def started(argv: list[str], *, creationflags: int, **_more: object) -> subprocess.CompletedProcess[bytes]:
        flags.append(creationflags)
        return subprocess.CompletedProcess(argv, 0, b"", b"")

    monkeypatch.setattr(subprocess, "run", started)
    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0x08000000, raising=False)
    run_program(["schtasks", "/Query"])
    run_program(["schtasks", "/Create"], asking=True)
    assert flags == [0x08000000, 0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_home_is_given_to_the_account_but_neither_links_nor_files_with_a_second_name(tmp_path: Path) -> None:
    import pwd

    nobody = pwd.getpwnam("nobody").pw_uid
    for name in ("settings.toml", "elsewhere", "twice"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "second").hardlink_to(tmp_path / "twice")
    hand_over([tmp_path / name for name in ("settings.toml", "link", "second", "absent")], "nobody")
    owners = {path.name: path.lstat().st_uid for path in tmp_path.iterdir()}
    assert owners == {"settings.toml": nobody, "elsewhere": 0, "link": 0, "twice": 0, "second": 0}
