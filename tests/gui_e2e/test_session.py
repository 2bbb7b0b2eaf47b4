"""A session leaves nothing behind: no process, however its walk ended."""

import subprocess
import time
from pathlib import Path

import pytest

from tests.gui_e2e.session import a_desktop, session

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open(sys.argv[1], "w").write("started")
time.sleep(600)
"""


def living(directory: Path) -> list[str]:
    """Command lines of everything that was started for this directory and has not ended."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            surroundings = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"HOME={directory}\0".encode() in surroundings:
            found.append(command.replace(b"\0", b" ").decode())
    return found


@a_desktop
def test_a_walk_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with session(tmp_path) as at:
        since = time.monotonic()
        with pytest.raises(subprocess.TimeoutExpired):
            at.run("-c", STUBBORN, str(told), seconds=3)
        assert time.monotonic() - since < 20
        assert told.read_text() == "started"
        left = living(tmp_path)
        assert [line for line in left if "demo --serve" not in line] == []
        assert len(left) == 1
    assert living(tmp_path) == []


@a_desktop
def test_a_walk_that_fails_leaves_no_server_display_or_store(tmp_path: Path) -> None:
    sockets: list[Path] = []

    def fail() -> None:
        with session(tmp_path) as at:
            sockets.append(Path("/tmp/.X11-unix") / at.environment["DISPLAY"].replace(":", "X"))
            assert sockets[0].exists()
            assert at.run("-c", "import sys; sys.exit(3)").returncode == 3
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert living(tmp_path) == []
    assert not sockets[0].exists()
