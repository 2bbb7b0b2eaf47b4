"""One run at a time: incident T16."""

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from b24learn_gui.errors import AnotherRunActive, SettingsInvalid
from b24learn_gui.storage.lock import RunLock, is_held

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
