"""A desktop for one walk: an X server, a session bus, a real Secret Service and the embedded servers, all thrown away."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
PROGRAMS = ("Xvfb", "dbus-run-session", "gnome-keyring-daemon", "sh")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
a_desktop = pytest.mark.skipif(
    bool(MISSING), reason=f"a walk through the windows needs {', '.join(PROGRAMS)}; missing: {', '.join(MISSING)}"
)

_POLITE_SECONDS, _LAST_SECONDS = 3.0, 10.0
_MARK = "E2E_STARTED_BY"
"""A variable that whatever a process starts inherits: some daemons leave the group they were started in."""

_UNLOCKED = 'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"'


@dataclass(frozen=True)
class Session:
    """`directory`: the person's own; `announcement`: what `demo --serve` said."""

    directory: Path
    environment: dict[str, str]
    announcement: dict[str, Any]

    @property
    def home(self) -> Path:
        return self.directory / "home"

    def secrets(self) -> dict[str, str]:
        portals = {f"portal.{each['key']}.webhook": str(each["webhook"]) for each in self.announcement["portals"]}
        return {"learn.password": str(self.announcement["learn"]["password"]), **portals}

    def run(self, *arguments: str, given: str = "", seconds: float = 100) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments in a session whose store is unlocked.

        Everything the session started is gone when this returns or raises `subprocess.TimeoutExpired`.
        """
        line = ["dbus-run-session", "--", "sh", "-c", _UNLOCKED, "sh", sys.executable, *arguments]
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        with _ended(line, self.environment, text=True, cwd=REPOSITORY, **streams) as process:
            said, complained = process.communicate(given, timeout=seconds)
        return subprocess.CompletedProcess(line, process.returncode, said, complained)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command of the program on this home."""
        return self.run("-m", "b24learn_gui", "--home", str(self.home), *words)


@contextmanager
def session(directory: Path) -> Iterator[Session]:
    """Everything is gone again at the end; the servers listen on this machine alone."""
    runtime = directory / "runtime"
    runtime.mkdir(mode=0o700)
    with ExitStack() as stack:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "XDG_RUNTIME_DIR": str(runtime),
            "PYTHONPATH": str(REPOSITORY),
            "LANG": "C.UTF-8",
            "DISPLAY": stack.enter_context(_display()),
            "QT_QPA_PLATFORM": "xcb",
            "QT_QUICK_BACKEND": "software",
            "B24LEARN_WAIT_SCALE": "0.01",
        }
        server = stack.enter_context(
            _ended([sys.executable, "-m", "b24learn_gui", "demo", "--serve"], environment, stdout=subprocess.PIPE)
        )
        assert server.stdout is not None
        announcement = json.loads(stack.enter_context(server.stdout).readline())
        yield Session(directory, environment, announcement)


@contextmanager
def _display() -> Iterator[str]:
    """An X server that says itself which display is free."""
    reading, writing = os.pipe()
    line = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with _ended(line, dict(os.environ), pass_fds=(writing,), stderr=subprocess.DEVNULL):
        os.close(writing)
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"


@contextmanager
def _ended(line: Sequence[str], environment: dict[str, str], **options: Any) -> Iterator["subprocess.Popen[Any]"]:
    """A process at the head of a group of its own. It and all it started are gone at the end, whatever happened."""
    mark = uuid.uuid4().hex
    process = subprocess.Popen(line, env={**environment, _MARK: mark}, start_new_session=True, **options)
    try:
        yield process
    finally:
        _end(process, mark)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _end(head: "subprocess.Popen[Any]", mark: str) -> None:
    """Ask everybody to end, then make whoever did not."""
    for sign, seconds in ((signal.SIGTERM, _POLITE_SECONDS), (signal.SIGKILL, _LAST_SECONDS)):
        asked: set[int] = set()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            head.poll()  # or an ended head would stay in the list of processes
            left = marked(mark)
            if not left:
                head.wait()
                return
            for each in left - asked:
                with suppress(ProcessLookupError):
                    os.kill(each, sign)
            asked |= left
            time.sleep(0.02)
    raise TimeoutError(f"processes are left: {sorted(marked(mark))}")


def marked(mark: str) -> set[int]:
    """Processes that were started with this mark in their surroundings, daemons that left their group included."""
    wanted = f"{_MARK}={mark}".encode()
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is somebody else's
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.add(int(process.name))
    return found
