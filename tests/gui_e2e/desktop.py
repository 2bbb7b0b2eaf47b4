"""A desktop with or without a tray, and the program on it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.arena import Arena
from tests.gui_e2e.session import REPOSITORY, _display, _ended

PROGRAMS = ("Xvfb", "trayer", "xdotool", "xwininfo")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
a_tray = pytest.mark.skipif(
    bool(MISSING), reason=f"a desktop with a tray needs {', '.join(PROGRAMS)}; missing: {', '.join(MISSING)}"
)
PATIENCE = 30.0


@dataclass
class Desktop:
    """An X server of its own; `arena`: the home and both sides."""

    arena: Arena
    environment: dict[str, str]
    _stack: ExitStack = field(repr=False)

    def add_tray(self) -> None:
        """From now on there is a panel with a tray."""
        line = ["trayer", "--edge", "top", "--width", "30", "--height", "26"]
        self._stack.enter_context(_ended(line, self.environment, stderr=subprocess.DEVNULL))

    @contextmanager
    def program(self, *arguments: str) -> Iterator["Program"]:
        """The program, at its latest gone when this is left."""
        line = [sys.executable, "-m", "tests.gui_e2e.puppet", "--lang", "en", *arguments]
        process = subprocess.Popen(
            line,
            env=self.environment,
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        made = Program(process)
        try:
            yield made
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=20)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()

    def start_again(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One more start of the program, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "b24learn_gui", "--lang", "en", *arguments],
            env=self.environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def seen(self, *words: str) -> str:
        """What a program that looks at the display says."""
        return subprocess.run(
            words, env=self.environment, capture_output=True, text=True, timeout=20, check=False
        ).stdout


@dataclass
class Program:
    """A start of the program. `ask` evaluates on its windows' thread."""

    process: "subprocess.Popen[str]"

    def ask(self, expression: str) -> Any:
        """The value of an expression over `resident` (None where JSON knows no such value)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(timeout=20)
            assert self.process.stderr is not None
            raise AssertionError(f"ended {self.process.returncode}: {self.process.stderr.read()[-3000:]}")
        answer = json.loads(line)
        assert "error" not in answer, (expression, answer)
        return answer["value"]

    def wait_until(self, expression: str) -> Any:
        """Asks until the answer is true, and gives it."""
        return wait_until(lambda: self.ask(expression), expression)

    def end(self) -> int:
        """Its exit code, and proof that it said nothing unseemly."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        code = self.process.wait(timeout=40)
        assert self.process.stderr is not None
        errors = self.process.stderr.read()
        assert "Traceback" not in errors, errors
        return code


def wait_until(come: Callable[[], Any], what: str) -> Any:
    """Asks until the answer is true, and gives it."""
    until = time.monotonic() + PATIENCE
    while True:
        found = come()
        if found:
            return found
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.03)


@contextmanager
def desktop(arena: Arena, *, tray: bool) -> Iterator[Desktop]:
    """Everything is gone again at the end."""
    runtime = arena.home.parent / "runtime"
    runtime.mkdir(mode=0o700)
    with ExitStack() as stack:
        environment = {
            **arena.environment(),
            "PATH": os.environ["PATH"],
            "HOME": str(arena.home.parent),
            "XDG_RUNTIME_DIR": str(runtime),
            "PYTHONPATH": str(REPOSITORY),
            "DISPLAY": stack.enter_context(_display()),
            "QT_QPA_PLATFORM": "xcb",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/no-bus",
        }
        made = Desktop(arena, environment, stack)
        if tray:
            made.add_tray()
        yield made
