"""The folder in a Debian 12 that has no Python and nothing else but the packages it asks for.

Its windows, its store and its panel are the real ones: X11, the Secret Service, the system tray.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.storage.places import DEFAULT_HOME_ID
from release.contents import CONSOLE, WINDOWED
from release.entry import SELF_CHECK
from tests.gui_e2e.atspi import AccessibilityBus, accessibility_bus, wait_for
from tests.gui_e2e.desktop import wait_until
from tests.gui_e2e.reader import Reader
from tests.gui_e2e.session import REPOSITORY
from tests.gui_e2e.test_walk_atspi import to_the_saved_setup, to_the_window_that_stays
from tests.gui_e2e.test_walks import LOOK_UP, files_with
from tests.release.bare_desktop import PATH, BareDesktop, bare_desktop, ended_when_asked
from tests.release.built import INSTALLED, BareDebian, bare_debian

pytestmark = pytest.mark.timeout(600)

STOPPED = 51
SECONDS = 60.0


class Operator(Reader):
    """Somebody who operates the windows by their names; `test_walk_atspi` judges those."""

    def listen(self, page: str) -> None:
        """Nobody sits inside the built program to compare what is heard with what is seen."""


@pytest.fixture(scope="module")
def debian() -> BareDebian:
    return bare_debian()


@pytest.fixture
def own() -> Iterator[Path]:
    """A person's folder, below /tmp as the bare Debian wants it."""
    with tempfile.TemporaryDirectory(prefix="bare-", dir="/tmp") as made:
        yield Path(made)


@pytest.fixture
def at(debian: BareDebian, monkeypatch: pytest.MonkeyPatch) -> Iterator[BareDesktop]:
    with bare_desktop(debian) as made:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.environment["DBUS_SESSION_BUS_ADDRESS"])
        yield made


def operator(bus: AccessibilityBus, process: "subprocess.Popen[str]") -> Operator:
    """Waits for the program to speak to the bus."""

    def look() -> Any:
        assert process.poll() is None, process.returncode
        return next(iter(bus.desktop.children), None)

    return Operator(process, wait_for("the program", look, SECONDS))


def icon(at: BareDesktop) -> bool:
    """Whether the panel shows the icon: a window of the program below one of the panel's."""
    lines = at.seen("xwininfo", "-root", "-tree").splitlines()
    found = [line for line in lines if re.search(r'\("(B24Learn|b24learn-gui)" "(B24Learn|b24learn-gui)"\) ', line)]
    return any(not line.startswith(" " * 5 + "0x") for line in found)


def shows_a_window(at: BareDesktop) -> bool:
    return bool(at.seen("xdotool", "search", "--onlyvisible", "--name", "iSpring Learn").strip())


def runs(at: BareDesktop) -> list[dict[str, Any]]:
    told = at.run(CONSOLE, "history", "--json")
    assert told.returncode == 0, told.stderr
    found: list[dict[str, Any]] = json.loads(told.stdout)["runs"]
    return [run for run in found if run["command"] == "sync" and run["finished_at"]]


def kept(at: BareDesktop) -> dict[str, str]:
    """What the desktop's store gives for the setup's secrets."""
    line = [sys.executable, "-c", LOOK_UP, DEFAULT_HOME_ID, json.dumps(sorted(at.secrets()))]
    asked = subprocess.run(line, env=at.environment, capture_output=True, text=True, timeout=60, check=False)
    assert asked.returncode == 0, asked.stderr
    found: dict[str, str] = json.loads(asked.stdout)
    return found


def test_it_is_bare(debian: BareDebian, own: Path) -> None:
    """There is no Python in it, and the folder cannot be written."""
    assert not [each for each in (debian.root / "usr").rglob("*python3*") if "doc" not in each.parts]
    tried = debian.run(own, ["sh", "-c", f"touch {INSTALLED}/x; command -v python3 python"], {"PATH": PATH})
    assert "Read-only" in tried.stderr
    assert tried.stdout == ""


def test_every_module_loads(debian: BareDebian, own: Path) -> None:
    done = debian.run(own, [f"{INSTALLED}/{CONSOLE}", SELF_CHECK], {"PATH": PATH, "HOME": str(own)})
    told = json.loads(done.stdout)
    assert told["failed"] == {}
    assert (done.returncode, told["ok"]) == (0, True)
    modules = list((REPOSITORY / "b24learn_gui").rglob("*.py"))
    assert told["modules"] == len(modules) - 1  # the package itself is where the looking begins


def test_from_an_empty_home_to_the_tray(at: BareDesktop) -> None:
    """Wizard, keyring, first sync; then as it starts with the session: tray, second start, sync by a click."""
    with accessibility_bus() as bus:
        with at.started(WINDOWED, "--lang", "en") as program:
            reader = operator(bus, program)
            to_the_saved_setup(reader, at.servers)
            to_the_window_that_stays(reader)
            assert ended_when_asked(program) == STOPPED
        first = runs(at)
        assert [run["exit_code"] for run in first] == [0]

        shown = json.loads(at.run(CONSOLE, "settings", "show", "--json").stdout)
        assert shown["secrets"] == dict.fromkeys(at.secrets(), "set")
        assert kept(at) == at.secrets()
        assert [files_with(at.own, secret) for secret in at.secrets().values()] == [[], []]

        entry = (at.own / ".config" / "autostart" / "b24learn-gui.desktop").read_text()
        command = re.search(r"^Exec=(.*)$", entry, re.MULTILINE)
        assert command is not None
        assert command[1].replace('"', "").split() == [f"{INSTALLED}/{WINDOWED}", "--background"]

        with at.started(WINDOWED, "--lang", "en", "--background") as program:
            wait_until(lambda: icon(at), "the icon in the panel")
            assert not shows_a_window(at)
            again = at.run(WINDOWED, "--lang", "en")
            assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
            wait_until(lambda: shows_a_window(at), "the window, raised by the second start")
            reader = operator(bus, program)
            reader.press("Sync now")
            wait_until(lambda: len(runs(at)) == 2, "the run that was started by a click")
            assert ended_when_asked(program) == STOPPED
    assert {run["exit_code"] for run in runs(at)} == {0}
    assert "Traceback" not in at.complaints.read_text()

    synced = at.run(CONSOLE, "sync", "--json")
    summary = json.loads(synced.stdout)
    assert (synced.returncode, summary["exit_code"], sum(summary["counts"].values())) == (0, 0, 0)
