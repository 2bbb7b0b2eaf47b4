"""One run at a time: incident T16."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from b24learn_gui.errors import AnotherRunActive, SettingsInvalid
from b24learn_gui.storage.lock import PlainLock, RunLock, is_held

SPAWN = multiprocessing.get_context("spawn")


def _hold(path: Path, pipe: Connection) -> None:
    with RunLock(path):
        pipe.send("held")
        time.sleep(60)


def test_t16_a_second_process_is_refused_and_a_killed_one_leaves_nothing_stale(tmp_path: Path) -> None:
    path = tmp_path / "home" / "run.lock"
    assert not is_held(path)
    assert not path.parent.exists(), "asking makes nothing"
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=_hold, args=(path, there))
    process.start()
    assert process.pid is not None
    assert here.poll(30)
    assert here.recv() == "held"

    assert is_held(path)
    with pytest.raises(AnotherRunActive) as caught, RunLock(path, grace_seconds=0):
        pass
    assert (caught.value.code, caught.value.exit_code) == ("another_run_active", 50)

    os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.join()
    process.close()
    here.close()
    there.close()
    assert not is_held(path)
    with RunLock(path):
        assert is_held(path)


def test_t16_a_lock_file_left_behind_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text(str(os.getpid()))
    with RunLock(tmp_path / "run.lock"):
        pass


def test_somebody_asking_at_the_wrong_moment_does_not_turn_a_run_away(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    path.touch()
    asking = threading.Event()

    def ask() -> None:
        while not asking.is_set():
            is_held(path)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        for _ in range(20):
            with RunLock(path):
                pass
    finally:
        asking.set()
        thread.join()


def test_a_place_that_cannot_be_locked_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsInvalid) as caught, RunLock(tmp_path / "file" / "run.lock"):
        pass
    assert caught.value.code == "home_unusable"


def test_the_light_lock_and_that_of_a_run_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    light, other = PlainLock(path), PlainLock(path)
    assert light.take()
    assert not other.take()
    other.release()  # what was not taken takes nothing away
    assert is_held(path)
    with pytest.raises(AnotherRunActive), RunLock(path, grace_seconds=0):
        pass
    light.release()
    with RunLock(path):
        assert not light.take()
    assert light.take()
    light.release()
    assert not is_held(path)


@pytest.mark.skipif(os.name == "nt", reason="files have no such mode there")
def test_a_lock_file_that_others_could_write_is_not_made(tmp_path: Path) -> None:
    lock = PlainLock(tmp_path / "here.lock")
    assert lock.take()
    lock.release()
    assert (tmp_path / "here.lock").stat().st_mode & 0o777 == 0o600


def test_asking_where_nothing_can_be_locked_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "run.lock").mkdir()
    with pytest.raises(SettingsInvalid) as caught:
        is_held(tmp_path / "run.lock")
    assert caught.value.code == "home_unusable"


@pytest.mark.skipif(os.name == "nt", reason="the library is needed there")
def test_asking_loads_no_library(tmp_path: Path) -> None:
    (tmp_path / "run.lock").touch()
    line = "import sys; from pathlib import Path; from b24learn_gui.storage.lock import is_held; is_held(Path(sys.argv[1])); print('filelock' in sys.modules)"
    words = [sys.executable, "-c", line, str(tmp_path / "run.lock")]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "False\n"
