"""Before the program is removed it takes back what it put into an account, and deletes data only where asked to."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from b24learn_gui.errors import AnotherRunActive, Refused
from b24learn_gui.machine.autostart import Autostart
from b24learn_gui.machine.autostart_windows import RUN, WindowsAutostart
from b24learn_gui.machine.commands import program_command
from b24learn_gui.machine.scheduler import NAME, Registration, task_name
from b24learn_gui.service.context import Context
from b24learn_gui.service.uninstalling import uninstall
from b24learn_gui.storage.instance_place import instance_place, lock_of
from b24learn_gui.storage.lock import PlainLock, RunLock
from b24learn_gui.storage.places import Places, find_places
from b24learn_gui.storage.secrets import Backend, Secrets
from b24learn_gui.text import Words
from tests.machine.test_autostart import Values
from tests.machine.test_registration import Pretended
from tests.storage.keyrings import LockedKeyring, MemoryKeyring

SETTINGS = """
schema = 1
[[portals]]
key = "main"
[[portals]]
key = "süd"
[[portals]]
key = "north"
"""
OURS = (
    "settings.toml",
    "settings.toml.schema-0",
    "journal.db",
    ".settings.toml.0a1b2c3d.tmp",
    "journal.db-wal",
    "journal.db-shm",
    "journal.db.version-1",
    "journal.db.version-1.tmp",
    "run.lock",
    "logs/gui.log",
    "logs/gui.log.1",
    "logs/sync.log",
    "logs/cli.log",
    "logs/self-test.json",
)
NOT_OURS = (
    *("notes.txt", "logs/nginx.log", "reports/for HR.xlsx"),
    *("settings.toml.before the move", "journal.db copy of Friday", "journal.db.mine"),
)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    monkeypatch.setattr(MemoryKeyring, "values", {})
    return MemoryKeyring()


def lived_in(directory: Path, names: tuple[str, ...] = OURS) -> Places:
    """A home with these files; its settings name portals, one of them by a key that cannot be."""
    places = find_places(directory, {})
    places.prepare()
    for name in names:
        (directory / name).write_text(SETTINGS if name == "settings.toml" else "x", "utf-8")
    return places


def context_of(places: Places, keyring: MemoryKeyring, runtime: Path) -> Context:
    secrets = Secrets(account=places.home_id, environment={}, opener=lambda _: Backend(keyring))
    return Context(places, Words("en"), secrets, {"XDG_RUNTIME_DIR": str(runtime)})


def entry_of(home: str, values: Values | None = None) -> Autostart:
    return Autostart(WindowsAutostart(values or Values()), (r"C:\b24\B24Learn.exe",), home)


def registered(places: Places, program: str | None = None) -> Pretended:
    made = Pretended()
    made.kept[task_name(places.own_home)] = Registration(True, "here", active=True, program=program)
    return made


def test_the_start_with_the_session_and_the_scheduled_runs_go_and_data_stays(
    tmp_path: Path, keyring: MemoryKeyring
) -> None:
    places = lived_in(tmp_path / "home")
    context, values, scheduler = context_of(places, keyring, tmp_path), Values(), registered(places)
    context.secrets.set("learn.password", "kept")
    entry = entry_of(str(places.own_home), values)
    entry.enable()

    answer = uninstall(context, entry=entry, scheduler=scheduler)

    assert (answer["exit_code"], answer["removed"], answer["left"]) == (0, ["autostart", "registration"], [])
    assert entry.state() == "off"
    assert not scheduler.kept
    assert context.secrets.get("learn.password") == "kept"
    assert all((tmp_path / "home" / name).exists() for name in OURS)
    assert uninstall(context, entry=entry, scheduler=scheduler)["message"] == "There was nothing to remove."


def test_asked_for_everything_of_ours_goes_and_nothing_else(tmp_path: Path, keyring: MemoryKeyring) -> None:
    places = lived_in(tmp_path / "home", (*OURS, *NOT_OURS))
    context = context_of(places, keyring, tmp_path)
    names = ("learn.password", "portal.main.webhook", "portal.north.proxy")
    for name in names:
        context.secrets.set(name, "x")
    MemoryKeyring.values["b24learn-gui/learn.password", "another home"] = "stays"

    answer = uninstall(context, delete_data=True, entry=entry_of(""), scheduler=Pretended())

    assert answer["removed"] == ["secrets", "settings", "journal", "logs"]
    assert (answer["exit_code"], answer["left"]) == (0, [])
    left = {path.relative_to(tmp_path / "home").as_posix() for path in (tmp_path / "home").rglob("*") if path.is_file()}
    assert left == set(NOT_OURS)
    assert list(MemoryKeyring.values) == [("b24learn-gui/learn.password", "another home")]


def test_a_home_with_nothing_of_anybody_elses_goes_whole(tmp_path: Path, keyring: MemoryKeyring) -> None:
    places = lived_in(tmp_path / "home")
    uninstall(context_of(places, keyring, tmp_path), delete_data=True, entry=entry_of(""), scheduler=Pretended())
    assert not (tmp_path / "home").exists()


def test_nothing_is_made_where_there_was_nothing(tmp_path: Path, keyring: MemoryKeyring) -> None:
    places = find_places(tmp_path / "home", {})
    answer = uninstall(
        context_of(places, keyring, tmp_path), delete_data=True, entry=entry_of(""), scheduler=Pretended()
    )
    assert (answer["exit_code"], answer["removed"]) == (0, [])
    assert not (tmp_path / "home").exists()


def test_while_a_run_is_at_work_nothing_is_deleted(tmp_path: Path, keyring: MemoryKeyring) -> None:
    places = lived_in(tmp_path / "home")
    with RunLock(places.lock_file), pytest.raises(AnotherRunActive, match="another_run_active"):
        uninstall(context_of(places, keyring, tmp_path), delete_data=True, entry=entry_of(""), scheduler=Pretended())
    assert all((tmp_path / "home" / name).exists() for name in OURS)


def test_while_the_program_is_open_nothing_is_deleted(tmp_path: Path, keyring: MemoryKeyring) -> None:
    places = lived_in(tmp_path / "home")
    context = context_of(places, keyring, tmp_path)
    open_program = PlainLock(lock_of(*instance_place(places, context.environment)))
    assert open_program.take()
    try:
        with pytest.raises(AnotherRunActive) as caught:
            uninstall(context, delete_data=True, entry=entry_of(""), scheduler=Pretended())
    finally:
        open_program.release()
    assert (caught.value.code, caught.value.exit_code) == ("program_open", 50)
    assert all((tmp_path / "home" / name).exists() for name in OURS)


def test_secrets_that_cannot_be_removed_keep_the_settings_that_name_them(
    tmp_path: Path, keyring: MemoryKeyring
) -> None:
    places = lived_in(tmp_path / "home")
    places.home_id()
    answer = uninstall(
        context_of(places, LockedKeyring(), tmp_path), delete_data=True, entry=entry_of(""), scheduler=Pretended()
    )
    assert answer["exit_code"] == 10
    assert [each["where"] for each in answer["left"]] == ["the secrets"]
    assert all((tmp_path / "home" / name).exists() for name in OURS)


def test_an_entry_that_starts_another_home_stays(tmp_path: Path, keyring: MemoryKeyring) -> None:
    values = Values()
    entry_of(str(tmp_path / "other"), values).enable()
    answer = uninstall(
        context_of(lived_in(tmp_path / "home"), keyring, tmp_path),
        entry=entry_of(str(tmp_path / "home"), values),
        scheduler=Pretended(),
    )
    assert answer["removed"] == []
    assert "other" in str(values.get(RUN, NAME))


def test_what_starts_another_copy_that_is_there_stays_and_is_named(tmp_path: Path, keyring: MemoryKeyring) -> None:
    places, values = lived_in(tmp_path / "home"), Values()
    installed = tmp_path / "Program Files" / "B24Learn.exe"
    installed.parent.mkdir()
    installed.touch()
    entry = Autostart(WindowsAutostart(values), (str(installed),), str(places.own_home))
    entry.enable()
    scheduler = registered(places, str(installed.with_name("b24learn-gui.exe")))
    installed.with_name("b24learn-gui.exe").touch()
    line = values.get(RUN, NAME)

    answer = uninstall(context_of(places, keyring, tmp_path), entry=entry, scheduler=scheduler)

    assert (answer["exit_code"], answer["removed"], answer["left"]) == (0, [], [])
    assert [each["what"] for each in answer["others"]] == ["autostart", "registration"]
    assert f"Kept for another copy of this program ({installed}): the start with the session." in answer["message"]
    assert values.get(RUN, NAME) == line
    assert scheduler.kept

    shutil.rmtree(installed.parent)
    answer = uninstall(context_of(places, keyring, tmp_path), entry=entry, scheduler=scheduler)
    assert (answer["removed"], answer["others"]) == (["autostart", "registration"], []), "of a copy that is gone"


def test_what_starts_this_copy_goes(tmp_path: Path, keyring: MemoryKeyring) -> None:
    places, values = lived_in(tmp_path / "home"), Values()
    entry = Autostart(WindowsAutostart(values), program_command(windows=True), str(places.own_home))
    entry.enable()
    scheduler = registered(places, program_command(windows=False)[0])
    answer = uninstall(context_of(places, keyring, tmp_path), entry=entry, scheduler=scheduler)
    assert answer["removed"] == ["autostart", "registration"]


def test_what_the_system_refuses_is_named_and_the_rest_done(tmp_path: Path, keyring: MemoryKeyring) -> None:
    class Refusing(Pretended):
        def remove(self, name: str) -> bool:
            raise Refused("scheduler_refused", side="here", program="schtasks", reason="Access is denied.")

    places, values = lived_in(tmp_path / "home"), Values()
    entry = entry_of(str(places.own_home), values)
    entry.enable()
    answer = uninstall(context_of(places, keyring, tmp_path), entry=entry, scheduler=Refusing())
    assert (answer["exit_code"], answer["removed"]) == (10, ["autostart"])
    assert "Access is denied." in answer["message"]


@pytest.mark.skipif(sys.platform == "win32", reason="files in a directory are not protected by it there")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may delete everything")
def test_a_file_that_cannot_be_deleted_is_named(tmp_path: Path, keyring: MemoryKeyring) -> None:
    places = lived_in(tmp_path / "home")
    places.logs.chmod(0o500)
    try:
        answer = uninstall(
            context_of(places, keyring, tmp_path), delete_data=True, entry=entry_of(""), scheduler=Pretended()
        )
    finally:
        places.logs.chmod(0o700)
    assert answer["exit_code"] == 10
    assert any("gui.log" in each["where"] for each in answer["left"])


def test_the_command_deletes_its_own_home_over_a_real_process(tmp_path: Path) -> None:
    lived_in(tmp_path / "home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("B24LEARN", "DBUS_", "LANG"))}
    options = ["--home", str(tmp_path / "home"), "--lang", "en"]
    ran = subprocess.run(
        [sys.executable, "-m", "b24learn_gui", *options, "uninstall", "--delete-data"],
        env={**kept, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Removed: the settings, the journal, the logs." in ran.stdout
    assert (ran.returncode, ran.stderr) == (0, "")
    assert not (tmp_path / "home").exists()
