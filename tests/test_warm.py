"""What the tests start instead of fresh interpreters is a process all the same (`tests/warm.py`)."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from b24learn_gui.demo.learn.request_log import Entry
from tests import warm
from tests.e2e.arena import Arena, arena, small_company
from tests.thorough import LONG

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="everywhere else every command is a fresh interpreter")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arena]:
    monkeypatch.delenv(LONG, raising=False)
    with arena(tmp_path, {"main": small_company(4)}) as company:
        yield company


@pytest.mark.parametrize(
    "line", ["--help", "health --json", "show none", "nonsense", "settings show --lang ru", "explain 2"]
)
def test_a_forked_command_answers_like_a_fresh_one(made: Arena, line: str) -> None:
    answers = []
    for fresh in (True, False):
        process = warm.start(line.split(), made.environment(), fresh=fresh)
        output, errors = process.communicate(timeout=60)
        answers.append((process.returncode, output, errors))
    assert answers[0] == answers[1]
    assert "".join(answers[0][1:])


def test_every_forked_command_is_a_process_with_streams_and_variables_of_its_own(made: Arena, tmp_path: Path) -> None:
    homes = [tmp_path / "one", tmp_path / "another"]
    started = [
        warm.start(
            ("secret", "set", "learn.password"), {**made.environment(), "B24LEARN_HOME": str(home)}, subprocess.PIPE
        )
        for home in homes
    ]
    assert len({os.getpid(), *(process.pid for process in started)}) == 3
    assert [process.poll() for process in started] == [None, None], "both wait for their standard input"
    parents = {
        Path(f"/proc/{process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1] for process in started
    }
    assert len(parents) == 2, "one after the other puts sets into another order"
    for process in reversed(started):
        process.communicate("a secret\n", timeout=60)
    assert [process.returncode for process in started] == [41, 41]  # a directory of files takes none
    assert all((home / "logs").is_dir() for home in homes)


def test_a_forked_command_can_be_killed_in_the_middle_and_asked_to_stop(made: Arena) -> None:
    arrived, leave = threading.Event(), threading.Event()

    def hold(number: int, _entry: Entry) -> None:
        arrived.set()
        leave.wait(60)

    made.learn.before_write = hold
    killed = made.start("sync", "--json")
    assert arrived.wait(30)
    with pytest.raises(subprocess.TimeoutExpired):
        killed.wait(0.01)
    killed.kill()
    assert killed.communicate(timeout=30)[0] == ""
    assert killed.returncode == killed.poll() == -signal.SIGKILL
    arrived.clear()
    leave.set()
    made.learn.before_write = None
    stopped = made.start("sync", "--control", "--json", stdin=subprocess.PIPE)
    output, _ = stopped.communicate("", timeout=60)  # the end of input means stop
    assert stopped.returncode == json.loads(output)["exit_code"] != 0


def test_long_proofs_start_fresh_interpreters_only(made: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = []
    for value in ("", "1"):
        monkeypatch.setenv(LONG, value)
        process = made.start("--version")
        process.communicate(timeout=60)
        kinds.append(type(process) is subprocess.Popen)
    assert kinds == [False, True]
