"""`service install`, `status`, `remove` with a real systemd: it starts the runs, as the terminal would not."""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.storage.settings import load_settings, save_settings
from tests.cli.home import REPOSITORY, Home, served
from tests.machine.private_systemd import Inside, private_systemd, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a systemd")


@dataclass
class Host:
    """A user with a systemd of his own, a home of the program and embedded servers."""

    home: Home
    inside: Inside

    @property
    def units(self) -> Path:
        return self.home.directory / "user/.config/systemd/user"

    @property
    def name(self) -> str:
        """The registration's name, from the timer that is there."""
        (timer,) = self.units.glob("b24learn-gui-*.timer")
        return timer.stem

    def run(self, *words: str) -> dict[str, Any]:
        done = self.inside.run([sys.executable, "-m", "b24learn_gui", *words, "--json"], **self._chosen())
        assert "Traceback" not in done.stderr, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        assert answer["exit_code"] == done.returncode
        return answer

    def systemctl(self, *words: str) -> str:
        return self.inside.run(["systemctl", "--user", *words]).stdout.strip()

    def scheduled_runs(self) -> list[dict[str, Any]]:
        return [run for run in self.run("history")["runs"] if run["trigger"] == "schedule"]

    def _chosen(self) -> dict[str, str]:
        """What the person at the terminal has set, and the services have not."""
        return {name: self.home.environment[name] for name in ("B24LEARN_HOME", "B24LEARN_SECRETS_DIR")}


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    variables = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(REPOSITORY)}
    with (
        served(tmp_path) as home,
        private_systemd(tmp_path, {**variables, "B24LEARN_WAIT_SCALE": "0", "PYTHONDONTWRITEBYTECODE": "1"}) as inside,
    ):
        yield Host(home, inside)


def installed_without_its_timer(host: Host) -> None:
    """The schedule is on and everybody is there; the timer is held back, so that only the test starts the service."""
    file = host.home.directory / "home" / "settings.toml"
    settings = load_settings(file)
    save_settings(file, replace(settings, schedule=replace(settings.schedule, enabled=True)))
    host.run("service", "install")
    host.systemctl("stop", f"{host.name}.timer")
    assert host.run("sync", "--approve", host.run("preview")["plan_hash"])["exit_code"] == 0


def test_what_runs_in_the_private_systemd_can_change_nothing_outside_of_the_tests_directory(host: Host) -> None:
    """These tests run as root beside everything else on this machine."""
    for outside in (REPOSITORY, Path.home(), Path("/etc"), Path("/var/tmp"), Path("/proc/sys/kernel")):
        assert host.inside.run(["test", "-w", str(outside)]).returncode == 1, outside
    seen = host.inside.run(["ls", "-A", "/tmp"]).stdout.split()
    ours = {path.parts[2] for path in (host.home.directory, Path(sys.prefix), REPOSITORY) if path.parts[1] == "tmp"}
    assert set(seen) == ours
    assert host.inside.run(["cat", "/proc/1/comm"]).stdout.strip() != "systemd"


def test_installing_registers_a_timer_and_shows_a_self_test_that_systemd_ran(host: Host) -> None:
    before = datetime.now(UTC)
    answer = host.run("service", "install")
    assert answer["exit_code"] == 0, answer
    assert (answer["registered"], answer["active"], answer["scheduler"]) == (True, True, "systemd")
    assert (answer["account"], answer["home"]) == (None, str(host.home.directory / "home"))
    next_start = datetime.fromisoformat(answer["next_start"])
    assert before < next_start < before + timedelta(minutes=11)
    tried = {(check["check"], check["name"]): check["ok"] for check in answer["checks"]}
    fine = [
        ("settings", ""),
        ("log", ""),
        ("journal", ""),
        ("lock", ""),
        ("server", "learn"),
        ("secret", "learn.password"),
    ]
    assert all(tried[each] for each in fine), tried
    assert tried["logged_out", ""] is None  # there is no login manager to ask here
    assert host.systemctl("is-enabled", f"{host.name}.timer") == "enabled"
    assert sorted(path.name for path in host.units.iterdir() if path.is_file()) == [
        f"{host.name}.service",
        f"{host.name}.timer",
    ]
    status = host.run("service", "status")
    assert (status["exit_code"], status["tested_as"]) == (0, "root")
    assert status["tested_at"] == answer["tested_at"]


def test_nothing_secret_is_in_the_units_the_answer_or_what_systemd_knows(host: Host) -> None:
    answer = json.dumps(host.run("service", "install"))
    units = "".join(path.read_text() for path in host.units.glob("b24learn-gui*"))
    known = host.systemctl("show", f"{host.name}.service")
    assert host.home.worlds is not None
    for value in host.home.worlds.secrets().values():
        assert value not in answer + units + known
    assert str(host.home.directory / "secrets") in units


def test_the_service_runs_a_due_occurrence_once_and_the_tray_beside_it_not_again(host: Host) -> None:
    installed_without_its_timer(host)
    assert host.scheduled_runs() == []
    host.systemctl("start", f"{host.name}.service")  # what the timer does
    (run,) = host.scheduled_runs()
    assert run["exit_code"] == 0
    assert host.run("sync", "--trigger", "schedule")["run"] is None  # what the tray does
    host.systemctl("start", f"{host.name}.service")
    assert len(host.scheduled_runs()) == 1


def test_the_timer_itself_starts_a_due_run(host: Host) -> None:
    installed_without_its_timer(host)
    soon = host.units / f"{host.name}.timer.d" / "soon.conf"
    soon.parent.mkdir()
    soon.write_text("[Timer]\nOnActiveSec=100ms\nAccuracySec=10ms\nRandomizedDelaySec=0\n")
    host.systemctl("daemon-reload")
    host.systemctl("start", f"{host.name}.timer")
    _wait_for(lambda: any(run["exit_code"] == 0 for run in host.scheduled_runs()))


def test_a_registration_whose_program_was_removed_is_passed_over_and_fails_nowhere(host: Host) -> None:
    installed_without_its_timer(host)
    unit = host.units / f"{host.name}.service"
    unit.write_text(unit.read_text().replace(sys.executable, "/usr/bin/b24learn-gui"))
    host.systemctl("daemon-reload")
    host.systemctl("start", f"{host.name}.service")
    assert host.systemctl("show", f"{host.name}.service", "--property=ConditionResult", "--value") == "no"
    assert host.systemctl("is-failed", f"{host.name}.service") == "inactive"
    assert host.scheduled_runs() == []


def test_service_and_tray_started_in_the_same_moment_make_one_run(host: Host) -> None:
    installed_without_its_timer(host)
    host.systemctl("start", "--no-block", f"{host.name}.service")
    beside = host.run("sync", "--trigger", "schedule")
    assert beside["exit_code"] in {0, 50}
    _wait_for(lambda: host.systemctl("is-active", f"{host.name}.service") == "inactive")
    assert len(host.scheduled_runs()) == 1


def test_a_missing_secret_is_told_by_name_with_41_and_installing_again_after_entering_it_is_fine(host: Host) -> None:
    secret = host.home.directory / "secrets" / "learn.password"
    value = secret.read_text()
    secret.unlink()
    answer = host.run("service", "install")
    assert (answer["exit_code"], answer["registered"]) == (41, True)
    failed = [(check["check"], check["name"]) for check in answer["checks"] if check["ok"] is False]
    assert failed == [("secret", "learn.password")]
    assert host.run("service", "status")["exit_code"] == 41
    secret.write_text(value)
    assert host.run("service", "install")["exit_code"] == 0


def test_a_unit_of_somebody_elses_is_neither_overwritten_nor_removed(host: Host) -> None:
    host.run("service", "install")
    timer = host.units / f"{host.name}.timer"
    host.run("service", "remove")
    timer.write_text("[Timer]\nOnCalendar=daily\n")
    for words in ("install", "remove"):
        refused = host.run("service", words)
        assert (refused["exit_code"], refused["error"]["code"]) == (2, "registration_foreign")
    assert timer.read_text() == "[Timer]\nOnCalendar=daily\n"
    status = host.run("service", "status")
    assert (status["exit_code"], status["registered"], status["foreign"]) == (10, False, True)


def test_removing_takes_everything_back_and_twice_is_no_failure(host: Host) -> None:
    host.run("service", "install")
    name = host.name
    assert host.run("service", "remove")["removed"] is True
    assert not [path for path in host.units.rglob("*") if path.is_file() or path.is_symlink()]
    assert name not in host.systemctl("list-timers", "--all")
    again = host.run("service", "remove")
    assert (again["exit_code"], again["removed"]) == (0, False)
    assert host.run("service", "status")["exit_code"] == 10


def test_a_program_that_cannot_be_started_is_told_without_waiting_for_the_deadline(host: Host) -> None:
    """The interpreter is there, the package is not: the service fails at once."""
    host.systemctl("unset-environment", "PYTHONPATH")
    host.systemctl("set-environment", f"PYTHONPATH={host.home.directory}", "PYTHONSAFEPATH=1")
    began = time.monotonic()
    answer = host.run("service", "install")
    assert time.monotonic() - began < 30
    assert answer["exit_code"] == 70
    assert [(check["check"], check["ok"]) for check in answer["checks"][:1]] == [("self_test", False)]


def test_the_terminal_shows_every_check_on_a_line(host: Host) -> None:
    done = host.inside.run(
        [sys.executable, "-m", "b24learn_gui", "service", "install", "--lang", "ru"], **host._chosen()
    )
    assert done.returncode == 0
    lines = [line for line in done.stdout.splitlines() if re.match(r"  [✓✗·]  ", line)]
    assert len(lines) == 9
    assert "Секрет learn.password читается" in done.stdout.replace("\u00a0", " ")


def _wait_for(condition: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
