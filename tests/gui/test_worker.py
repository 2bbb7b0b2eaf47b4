"""The run as a process: what it is told, what it tells, how it ends, and what is noticed when it does not."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from b24learn_gui.gui.models.run_progress import RunProgress
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.setup import save
from b24learn_gui.storage.journal import Journal
from tests.e2e.arena import small_company
from tests.service.setup_world import Setup, setup_world

NO_STORE = "keyring.backends.null.Keyring"
PEOPLE = 40
ENDING_MS = 40_000
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="processes are halted by signals")


class Followed:
    """A worker with everything it told."""

    def __init__(self, made: Setup, silence_seconds: float = 180.0) -> None:
        self.made = made
        made.context.secrets.keep_until_quit(made.secrets)
        self.worker = Worker(made.context, silence_seconds=silence_seconds)
        self.moved: list[RunProgress] = []
        self.silent: list[bool] = []
        self.ended: list[tuple[int, dict[str, object] | None, bool]] = []
        self.worker.moved.connect(self.moved.append)
        self.worker.silent.connect(self.silent.append)
        self.worker.ended.connect(lambda code, summary, crashed: self.ended.append((code, summary, crashed)))

    def wait_for_writes(self, qtbot: QtBot, least: int = 3) -> None:
        qtbot.waitUntil(lambda: len(self.made.learn.log.writes) >= least, timeout=ENDING_MS)

    def wait_for_the_end(self, qtbot: QtBot) -> tuple[int, dict[str, object] | None, bool]:
        qtbot.waitUntil(lambda: bool(self.ended), timeout=ENDING_MS)
        return self.ended[-1]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Setup]:
    with setup_world(tmp_path, {"main": small_company(PEOPLE)}, backend=NO_STORE) as found:
        save(found.context, found.settings, found.secrets, only_until_quit=True)
        yield found


def slow(made: Setup, seconds: float = 0.15) -> None:
    """Learn takes its time, so that something is left to be stopped."""
    made.learn.switches = replace(made.learn.switches, latency=seconds)


def test_a_run_gets_the_secrets_kept_until_quit_and_tells_how_it_goes(qtbot: QtBot, made: Setup) -> None:
    run = Followed(made)
    assert run.worker.start()
    assert run.worker.running
    assert not run.worker.start()  # one at a time
    code, summary, crashed = run.wait_for_the_end(qtbot)
    assert (code, crashed, run.worker.running) == (0, False, False)
    assert summary is not None
    assert (summary["trigger"], summary["exit_code"]) == ("manual", 0)
    last = run.worker.progress
    assert last.done == last.total == sum(summary["counts"].values())  # type: ignore[attr-defined]
    assert [stage.state for stage in run.moved[-1].stages][:3] == ["done"] * 3
    run.ended.clear()
    assert run.worker.start("schedule")  # and again
    assert run.wait_for_the_end(qtbot)[0] == 0


def test_the_terminals_command_runs_and_nothing_of_it_is_secret(qtbot: QtBot, made: Setup) -> None:
    run = Followed(made)
    slow(made)
    run.worker.start("catch-up", "a" * 16, deactivate=False)
    process = run.worker.process_id
    if sys.platform == "linux":
        line = Path(f"/proc/{process}/cmdline")
        qtbot.waitUntil(lambda: b"--control" in line.read_bytes(), timeout=5_000)  # once it is that program
        arguments = line.read_bytes().decode().split("\0")
        assert arguments[-1:] == [""]
        assert arguments[arguments.index("sync") : -1] == [
            *("sync", "--control", "--trigger", "catch-up", "--approve", "a" * 16, "--no-deactivate")
        ]
        seen = Path(f"/proc/{process}/environ").read_bytes() + "".join(arguments).encode()
        for secret in made.secrets.values():
            assert secret.encode() not in seen
    assert "webhook" not in repr(run.worker)
    run.worker.kill()
    run.wait_for_the_end(qtbot)


def test_progress_comes_at_most_ten_times_a_second(qtbot: QtBot, made: Setup) -> None:
    run = Followed(made)
    began = run.worker._steady()
    run.worker.start()
    run.wait_for_the_end(qtbot)
    assert 0 < len(run.moved) <= (run.worker._steady() - began) * 10 + 2


def test_stopping_finishes_the_write_in_flight_and_ends_51(qtbot: QtBot, made: Setup) -> None:
    run = Followed(made)
    slow(made)
    run.worker.start()
    run.wait_for_writes(qtbot)
    run.worker.stop()
    run.worker.stop()  # twice is once
    assert run.worker.progress.stopping
    code, _, crashed = run.wait_for_the_end(qtbot)
    assert (code, crashed) == (51, False)
    with Journal.open_read_only(made.context.places.journal_file) as journal:
        (record,) = [each for each in journal.runs() if each.command == "sync"]
        assert (record.exit_code, record.finished_at is not None) == (51, True)
        assert {each.state for each in journal.changes(record.id)} == {"done"}
    assert 0 < len(made.learn.log.writes) < PEOPLE


@needs_signals
def test_a_killed_process_is_told_as_broken_off_and_what_it_wrote_stays_known(qtbot: QtBot, made: Setup) -> None:
    run = Followed(made)
    slow(made)
    run.worker.start()
    run.wait_for_writes(qtbot)
    os.kill(run.worker.process_id, signal.SIGKILL)
    code, summary, crashed = run.wait_for_the_end(qtbot)
    assert (code, summary, crashed) == (1, None, True)
    assert not run.worker.running
    slow(made, 0.0)
    run.ended.clear()
    run.worker.start()
    assert run.wait_for_the_end(qtbot)[0] == 0
    logins = [each.login for each in made.learn.world.accounts.values()]
    assert len(logins) == len(set(logins)) == PEOPLE + 1  # nobody twice


@needs_signals
def test_a_process_that_says_nothing_is_noticed_and_again_when_it_speaks(qtbot: QtBot, made: Setup) -> None:
    run = Followed(made)
    slow(made)
    run.worker.start()
    run.wait_for_writes(qtbot)
    run.worker._silence = 1.5
    run.wait_for_writes(qtbot, 11)  # it was heard since
    os.kill(run.worker.process_id, signal.SIGSTOP)
    qtbot.waitUntil(lambda: run.worker.hangs, timeout=10_000)
    os.kill(run.worker.process_id, signal.SIGCONT)
    qtbot.waitUntil(lambda: not run.worker.hangs, timeout=10_000)
    assert run.silent == [True, False]
    os.kill(run.worker.process_id, signal.SIGSTOP)
    qtbot.waitUntil(lambda: run.worker.hangs, timeout=10_000)
    run.worker.stop()  # it does not hear that
    run.worker.kill()
    code, _, crashed = run.wait_for_the_end(qtbot)
    assert (code, crashed, run.worker.hangs) == (1, True, False)


def test_an_announced_wait_is_no_silence(qtbot: QtBot, made: Setup) -> None:
    run = Followed(made, silence_seconds=0.2)
    worker = run.worker
    worker._process = object()  # type: ignore[assignment]  # as while one runs
    worker._take({"event": "phase", "phase": "wait", "seconds": 60.0, "reason": "busy"})
    worker._listen()
    assert worker._silence_timer.remainingTime() > 55_000
    worker._take({"event": "progress", "done": 1, "total": 2})
    worker._listen()
    assert worker._silence_timer.remainingTime() < 1_000
    worker._silence_timer.stop()
    worker._process = None


def test_the_end_of_its_input_stops_it_in_order(qtbot: QtBot, made: Setup) -> None:
    run = Followed(made)
    slow(made)
    run.worker.start()
    run.wait_for_writes(qtbot)
    run.worker.close(20_000)
    code, _, crashed = run.wait_for_the_end(qtbot)
    assert (code, crashed) == (51, False)


def test_a_program_that_cannot_be_started_is_told(
    qtbot: QtBot, made: Setup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = Followed(made)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing here"))
    run.worker.start()
    assert run.wait_for_the_end(qtbot) == (1, None, True)
    assert not run.worker.running


def test_in_a_bundle_the_console_program_beside_the_windowed_one_runs(
    made: Setup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from b24learn_gui.gui.worker import _command_line

    windowed, console = tmp_path / "B24Learn.exe", tmp_path / "b24learn-gui.exe"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(windowed))
    assert _command_line(made.context, "en", ["sync"])[0] == str(windowed)
    console.touch()
    program, arguments = _command_line(made.context, "en", ["sync"])
    assert (program, arguments[0]) == (str(console), "--home")
