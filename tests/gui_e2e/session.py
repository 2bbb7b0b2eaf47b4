"""A desktop for one walk: an X server, a session bus, a real Secret Service and the embedded servers, all thrown away."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
        """Run Python with these arguments in a session whose store is unlocked."""
        return subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", _UNLOCKED, "sh", sys.executable, *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            env=self.environment,
            cwd=REPOSITORY,
            check=False,
        )

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
def _ended(line: Sequence[str], environment: dict[str, str], **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(line, env=environment, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)
