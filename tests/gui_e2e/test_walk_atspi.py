"""The wizard as somebody with a screen reader meets it: every control is found by its accessible name alone."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.gui_e2e.atspi import SPACE, Accessible, GoneError, State, accessibility_bus, wait_for
from tests.gui_e2e.session import a_desktop, session
from tests.gui_e2e.test_walks import LOOK_UP, files_with

SECONDS = 20.0
LAUNCHERS = [Path("/usr/libexec/at-spi-bus-launcher"), Path("/usr/lib/at-spi2-core/at-spi-bus-launcher")]
SAVE = ("Save and switch on the schedule", "Save, the schedule stays off")
OPERATED = {"push button", "check box", "radio button", "text", "password text", "tree", "tree table", "combo box"}


class Reader:
    """Knows nothing of the program but what the accessibility bus tells."""

    def __init__(self, program: Accessible) -> None:
        self._program = program
        self.nameless: set[str] = set()
        self.heard: list[str] = []

    def find(self, name: str) -> Accessible | None:
        for each in self._all():
            try:
                if each.name == name and {State.SENSITIVE, State.FOCUSABLE} <= each.states:
                    return each
            except GoneError:
                continue
        return None

    def wait(self, name: str) -> Accessible:
        found: Accessible = wait_for(name, lambda: self.find(name), SECONDS)
        return found

    def press(self, name: str) -> None:
        button = self.wait(name)
        button.act("Press" if "Press" in button.actions else "Toggle")

    def listen(self, page: str) -> None:
        """Notes what can be operated on this page and has no name."""
        self.heard.append(page)
        for each in self._all():
            try:
                if State.FOCUSABLE in each.states and each.role in OPERATED and not each.name.strip():
                    self.nameless.add(f"{page}: {each.role}")
            except GoneError:
                continue

    def _all(self) -> list[Accessible]:
        return [each for window in self._program.children for each in window.bus.below(window)]


def walk(reader: Reader, given: dict[str, Any]) -> None:
    def forward(page: str) -> None:
        reader.wait("Next")
        reader.listen(page)
        reader.press("Next")

    forward("welcome")
    reader.wait("Bitrix24 webhook address").type(given["portals"][0]["webhook"])
    forward("bitrix24")
    reader.wait("Learn account URL").type(given["learn"]["url"])
    reader.wait("Administrator email").type(given["learn"]["login"])
    reader.wait("Password").type(given["learn"]["password"])
    wait_for("the check", lambda: reader.find("Next") or reader.find("Check the connection"), SECONDS)
    if reader.find("Next") is None:
        reader.press("Check the connection")
    forward("learn")
    reader.wait("First run (UTC)").type("05:30")
    forward("times")
    reader.wait("Send sign-in details to employees")
    forward("notifications")
    reader.wait("Sync department heads")
    forward("heads")
    tree = reader.wait("Departments")
    wait_for("a department", lambda: tree.children, SECONDS)
    first = next(each for each in tree.children if "Toggle" in each.actions)
    first.click()
    wait_for("the keyboard at the tree", lambda: State.FOCUSED in tree.states or State.FOCUSED in first.states, SECONDS)
    first.key(SPACE)
    forward("departments")
    wait_for("the fields", lambda: reader.find("Departments") is None and reader.find("Next"), SECONDS)
    forward("fields")
    reader.wait("and run the first sync now")
    wait_for("the way to save", lambda: reader.find(SAVE[0]) or reader.find(SAVE[1]), SECONDS)
    reader.listen("review")
    reader.press(next(name for name in SAVE if reader.find(name)))
    reader.wait("Your name")
    reader.listen("activation")
    reader.press("Close")
    reader.wait("Sync now")
    reader.listen("status")
    reader.press("Quit the program")  # there is no tray to hide in


def main() -> int:
    given = json.loads(sys.stdin.read())
    with accessibility_bus() as bus:
        program = subprocess.Popen([sys.executable, "-m", "b24learn_gui", "--home", sys.argv[1], "--lang", "en"])
        reader: Reader | None = None
        try:
            reader = Reader(wait_for("the program", lambda: next(iter(bus.desktop.children), None), SECONDS))
            walk(reader, given)
            code = program.wait(timeout=SECONDS)
        except TimeoutError:
            seen = [f"{each.role}: {each.name}" for each in reader._all()] if reader else []
            sys.stderr.write(f"seen: {seen}, heard: {reader.heard if reader else []}\n")
            raise
        finally:
            program.kill()
            program.wait()
    sys.stdout.write(json.dumps({"code": code, "heard": reader.heard, "nameless": sorted(reader.nameless)}) + "\n")
    return code


@a_desktop
@pytest.mark.skipif(
    not any(each.exists() for each in LAUNCHERS), reason="a walk by accessible names needs at-spi2-core"
)
@pytest.mark.timeout(200)
def test_by_names_alone(tmp_path: Path) -> None:
    """From an empty home to a setup that syncs, as assistive technology sees and operates the windows."""
    with session(tmp_path) as plain:
        shown = {"QT_ACCESSIBILITY": "1", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        at = replace(plain, environment={**plain.environment, **shown})
        done = at.run("-m", "tests.gui_e2e.test_walk_atspi", str(at.home), given=json.dumps(at.announcement))
        assert done.returncode == 0, done.stderr[-4_000:]
        heard = json.loads(done.stdout.splitlines()[-1])
        assert heard["nameless"] == []
        assert len(heard["heard"]) == 11
        settings = json.loads(at.command("settings", "show", "--json").stdout)
        assert settings["secrets"] == {"learn.password": "set", "portal.main.webhook": "set"}
        assert settings["settings"]["schedule"]["first_run_utc"] == "05:30"
        assert settings["settings"]["learn"]["url"] == at.announcement["learn"]["url"]
        account = (at.home / "home-id").read_text().strip()
        kept = at.run("-c", LOOK_UP, account, json.dumps(sorted(at.secrets())))
        assert json.loads(kept.stdout) == at.secrets()
        assert [files_with(tmp_path, secret) for secret in at.secrets().values()] == [[], []]
        synced = at.command("sync", "--json")
        assert (synced.returncode, json.loads(synced.stdout)["exit_code"]) == (0, 0)


if __name__ == "__main__":
    sys.exit(main())
