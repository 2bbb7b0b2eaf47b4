"""A desktop with a panel, a session bus and a real Secret Service, and the built program on it, which itself runs in a
bare Debian: only the sockets of the desktop reach in there.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.gui_e2e.desktop import wait_until
from tests.gui_e2e.session import _display, _ended
from tests.release.built import INSTALLED, BareDebian, missing

PROGRAMS = ("Xvfb", "trayer", "xdotool", "xwininfo", "dbus-daemon", "gnome-keyring-daemon")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
LAUNCHERS = (Path("/usr/libexec/at-spi-bus-launcher"), Path("/usr/lib/at-spi2-core/at-spi-bus-launcher"))


@dataclass
class BareDesktop:
    """`own`: the person's folder, HOME in the bare Debian as well; `servers`: what `demo --serve` announced."""

    debian: BareDebian
    own: Path
    environment: dict[str, str]
    _stack: ExitStack = field(repr=False)
    servers: dict[str, Any] = field(default_factory=dict, repr=False)

    @contextmanager
    def started(self, program: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """One of the two programs, at its latest gone when this is left."""
        line = self.debian.line(self.own, f"{INSTALLED}/{program}", *arguments)
        with self.complaints.open("a") as complaints:
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": complaints}
            with _ended(line, self.environment, text=True, **streams) as process:
                yield process

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """One of the two programs, to its end."""
        return self.debian.run(self.own, [f"{INSTALLED}/{program}", *arguments], self.environment)

    @property
    def complaints(self) -> Path:
        """What the programs wrote on standard error: a file, for nobody reads it while they run."""
        return self.own / "complaints.txt"

    def seen(self, *words: str) -> str:
        """What a program that looks at the display says."""
        return subprocess.run(
            words, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        ).stdout

    def secrets(self) -> dict[str, str]:
        portals = {f"portal.{each['key']}.webhook": str(each["webhook"]) for each in self.servers["portals"]}
        return {"learn.password": str(self.servers["learn"]["password"]), **portals}

    def serve(self) -> None:
        """Start the embedded servers of the built program."""
        server = self._stack.enter_context(self.started("b24learn-gui", "demo", "--serve"))
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line, self.complaints.read_text()
        self.servers = json.loads(line)


@contextmanager
def bare_desktop(debian: BareDebian) -> Iterator[BareDesktop]:
    """Everything is gone again at the end."""
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    if lacking or not any(each.exists() for each in LAUNCHERS):
        missing(f"a desktop needs {', '.join(PROGRAMS)} and at-spi2-core; missing: {', '.join(lacking)}")
    with ExitStack() as stack:
        own = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="bare-", dir="/tmp", ignore_cleanup_errors=True))
        )
        runtime = own / "runtime"
        runtime.mkdir(mode=0o700)
        environment = {
            "PATH": PATH,
            "HOME": str(own),
            "XDG_RUNTIME_DIR": str(runtime),
            "LANG": "C.UTF-8",
            "DISPLAY": stack.enter_context(_display()),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus",
            "QT_ACCESSIBILITY": "1",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "B24LEARN_WAIT_SCALE": "0.01",
        }
        bus = ["dbus-daemon", "--session", "--nofork", f"--address=unix:path={runtime}/bus"]
        stack.enter_context(_ended(bus, environment, stderr=subprocess.DEVNULL))
        wait_until((runtime / "bus").exists, "the session bus")
        keyring = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        store = stack.enter_context(
            _ended(keyring, environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        assert store.stdin is not None
        store.stdin.write(b"test")
        store.stdin.close()
        panel = ["trayer", "--edge", "top", "--width", "30", "--height", "26"]
        stack.enter_context(_ended(panel, environment, stderr=subprocess.DEVNULL))
        made = BareDesktop(debian, own, environment, stack)
        made.serve()
        yield made


def ended_when_asked(process: "subprocess.Popen[str]") -> int:
    """Asks it to end; its exit code."""
    process.terminate()
    return process.wait(timeout=60)
