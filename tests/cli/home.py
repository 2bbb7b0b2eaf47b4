"""Embedded servers and a home for real processes of the program; secrets come from a private directory."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from b24learn_gui.cli.demonstration import settings_of
from b24learn_gui.demo.worlds import Worlds, serve
from b24learn_gui.storage.settings import save_settings

REPOSITORY = Path(__file__).parents[2]


NOT_HANDED_DOWN = ("B24LEARN", "LC_", "LANG", "QT_", "DISPLAY", "WAYLAND_DISPLAY")
"""Beginnings of what a command does not inherit: what would change it, or give it a display to open a window on."""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object; more than that on standard output is a failure."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        assert self.out.count("\n") == 1
        return found

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Home:
    directory: Path
    worlds: Worlds | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_DOWN)}
        return {
            **kept,
            "B24LEARN_HOME": str(self.directory / "home"),
            "B24LEARN_SECRETS_DIR": str(self.directory / "secrets"),
            "B24LEARN_WAIT_SCALE": "0",
            "LANG": "en_US.UTF-8",
            "PYTHONPATH": str(REPOSITORY),
        }

    def start(self, *arguments: str, **more: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command(arguments),
            env=self.environment,
            stdin=more.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            **more,
        )

    def run(self, *arguments: str, given: str | None = None) -> Result:
        done = subprocess.run(
            command(arguments),
            env=self.environment,
            input=given or "",
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Result(done.returncode, done.stdout, done.stderr)


def command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "b24learn_gui", *arguments]


@contextmanager
def served(directory: Path, *, oddities: bool = False, portals: int = 1) -> Iterator[Home]:
    with serve(oddities=oddities, portals=portals) as worlds:
        (directory / "secrets").mkdir(mode=0o700)
        for name, value in worlds.secrets().items():
            (directory / "secrets" / name).write_text(value, "utf-8")
        (directory / "home").mkdir(mode=0o700)
        save_settings(directory / "home" / "settings.toml", settings_of(worlds))
        yield Home(directory, worlds)
