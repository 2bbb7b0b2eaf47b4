"""The wizard as somebody with a screen reader meets it: every control is found and operated by its name alone."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.gui_e2e.atspi import Accessible, State, wait_for
from tests.gui_e2e.reader import SECONDS, Reader, reading
from tests.gui_e2e.session import Session, a_desktop, session
from tests.gui_e2e.test_walks import LOOK_UP, files_with

LAUNCHERS = [Path("/usr/libexec/at-spi-bus-launcher"), Path("/usr/lib/at-spi2-core/at-spi-bus-launcher")]
SAVE = ("Save and switch on the schedule", "Save, the schedule stays off")
PAGES = {
    "welcome": "Welcome",
    "bitrix24": "Bitrix24",
    "learn": "iSpring Learn",
    "times": "Start times",
    "notifications": "Notifications",
    "heads": "Department heads",
    "departments": "Departments",
    "fields": "Fields and data",
    "review": "Review",
    "activation": "Request activation",
}
"""Each page's name on the rail."""
PROMISED = {
    "bitrix24": {"Bitrix24 webhook address"},
    "learn": {"Learn account URL", "Administrator email", "Password"},
    "times": {"First run (UTC)", "Second run (UTC)"},
    "notifications": {"Send sign-in details to employees"},
    "heads": {"Sync department heads"},
    "departments": {"Departments"},
    "activation": {"Your name", "Email", "Phone", "Send request"},
}
"""What other programs find the wizard's fields by."""
FORM = {"Your name": "Olga Kim", "Email": "o.kim@firm.example", "Phone": "+7 945 123-45-67"}

needs_the_bus = pytest.mark.skipif(
    not any(each.exists() for each in LAUNCHERS), reason="a walk by accessible names needs at-spi2-core"
)


def arrive(reader: Reader, page: str) -> None:
    reader.hear(f"{PAGES[page]}, current step")


def forward(reader: Reader, page: str) -> None:
    """Waits until the page can be left, judges the names on it and goes on."""
    arrive(reader, page)
    wait_for("a way on", lambda: reader.find("Next") or reader.find("Check the connection"), SECONDS)
    if reader.find("Next") is None:
        reader.press("Check the connection")
    reader.wait("Next")
    reader.listen(page)
    reader.press("Next")


def branches(reader: Reader) -> list[Accessible]:
    """The rows of the tree, by their names' cells."""
    return [each for each in reader.wait("Departments").children if ", will study: " in each.name]


def tick(reader: Reader) -> None:
    """Ticks one department, takes another out below it, and hears it."""
    wait_for("departments", lambda: len(branches(reader)) > 2, SECONDS)

    def hears(row: Accessible, words: str, *, ticked: bool) -> Callable[[], bool]:
        return lambda: words in row.name and (State.CHECKED in row.states) is ticked

    top, below = branches(reader)[:2]
    for row in (top, below):
        if State.CHECKED in row.states:
            row.act("Toggle")
            wait_for("unticked", hears(row, "nobody", ticked=False), SECONDS)
    below.act("Toggle")
    wait_for("the branch below", hears(below, "its own people study", ticked=True), SECONDS)
    wait_for("what lies above", hears(top, "its own don't, some below do", ticked=False), SECONDS)
    top.act("Toggle")
    wait_for("the whole", hears(top, "its own people study", ticked=True), SECONDS)


def to_the_review(reader: Reader) -> None:
    for page in ("times", "notifications", "heads"):
        forward(reader, page)
    tick(reader)
    for page in ("departments", "fields"):
        forward(reader, page)
    arrive(reader, "review")
    reader.wait("and run the first sync now")
    wait_for("the way to save", lambda: reader.find(SAVE[0]) or reader.find(SAVE[1]), SECONDS)
    reader.listen("review")


def new_setup(reader: Reader, given: dict[str, Any]) -> None:
    """From an empty home to the saved setup, and out again."""
    to_the_saved_setup(reader, given)
    reader.listen("activation")
    to_the_window_that_stays(reader)
    reader.press("Quit the program")  # there is no tray to hide in


def to_the_saved_setup(reader: Reader, given: dict[str, Any]) -> None:
    """From an empty home to the page after the saving: texts set by the bus, without a keyboard, but for the webhook."""
    forward(reader, "welcome")
    reader.wait("Bitrix24 webhook address").type(given["portals"][0]["webhook"])
    forward(reader, "bitrix24")
    reader.wait("Learn account URL").set_text(f"{given['learn']['url']}/dashboard")
    reader.wait("Administrator email").set_text(given["learn"]["login"])
    reader.wait("Password").set_text(given["learn"]["password"])
    forward(reader, "learn")
    reader.wait("First run (UTC)").set_text("5.30")
    reader.wait("Second run (UTC)").type("17:30")
    to_the_review(reader)
    reader.press(next(name for name in SAVE if reader.find(name)))
    arrive(reader, "activation")


def to_the_window_that_stays(reader: Reader) -> None:
    """From the wizard's last page."""
    reader.press("Close")
    reader.wait("Sync now")
    reader.listen("status")


def demonstration(reader: Reader) -> None:
    """Through what is filled in already, to the request form, which is sent."""
    for page in ("welcome", "bitrix24", "learn"):
        forward(reader, page)
    to_the_review(reader)
    reader.press("and run the first sync now")  # it is ticked already: this unticks it
    reader.press(next(name for name in SAVE if reader.find(name)))
    arrive(reader, "activation")
    for name, text in FORM.items():
        reader.wait(name).set_text(text)
    reader.listen("activation")
    reader.press("Send request")
    reader.hear("The request was sent on")
    reader.listen("sent")
    reader.activations = reader.see()["activations"]
    to_the_window_that_stays(reader)


def main() -> int:
    kind, *arguments = sys.argv[1:]
    given = json.loads(sys.stdin.read())
    with reading(*arguments) as (reader, program):
        if kind == "setup":
            new_setup(reader, given)
        else:
            demonstration(reader)
            program.terminate()  # no name closes a window: that is the desktop's business
        code = program.wait(timeout=SECONDS)
    told = {"code": code, "heard": reader.heard, "faults": reader.faults, "activations": reader.activations}
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def walk(at: Session, kind: str, *arguments: str) -> dict[str, Any]:
    shown = {"QT_ACCESSIBILITY": "1", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    heard = replace(at, environment={**at.environment, **shown})
    given = json.dumps(at.announcement)
    done = heard.run("-m", "tests.gui_e2e.test_walk_atspi", kind, *arguments, "--lang", "en", given=given)
    assert done.returncode == 0, done.stderr[-4_000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert not told["faults"], "\n".join(told["faults"])
    assert set(PAGES) <= set(told["heard"])
    missing = {page: names - set(told["heard"][page]) for page, names in PROMISED.items()}
    assert not any(missing.values()), missing
    return told


@a_desktop
@needs_the_bus
@pytest.mark.timeout(200)
def test_by_names_alone(tmp_path: Path) -> None:
    """From an empty home to a setup that syncs, as assistive technology sees and operates the windows."""
    with session(tmp_path) as at:
        assert walk(at, "setup", "--home", str(at.home))["code"] == 0
        shown = json.loads(at.command("settings", "show", "--json").stdout)
        assert shown["secrets"] == {"learn.password": "set", "portal.main.webhook": "set"}
        schedule = shown["settings"]["schedule"]
        assert (schedule["first_run_utc"], schedule["second_run_utc"]) == ("05:30", "17:30")
        assert shown["settings"]["learn"]["url"] == at.announcement["learn"]["url"]
        assert shown["settings"]["learn"]["login"] == at.announcement["learn"]["login"]
        account = (at.home / "home-id").read_text().strip()
        kept = at.run("-c", LOOK_UP, account, json.dumps(sorted(at.secrets())))
        assert json.loads(kept.stdout) == at.secrets()
        assert [files_with(tmp_path, secret) for secret in at.secrets().values()] == [[], []]
        synced = at.command("sync", "--json")
        assert (synced.returncode, json.loads(synced.stdout)["exit_code"]) == (0, 0)


@a_desktop
@needs_the_bus
@pytest.mark.timeout(200)
def test_the_request_form_is_sent_by_names_alone(tmp_path: Path) -> None:
    """In the demonstration, whose embedded Learn takes the request."""
    with session(tmp_path) as at:
        told = walk(at, "demo", "demo")
        assert told["code"] == 51  # it was asked to end, and did
    sent = {"name": "Olga Kim", "email": "o.kim@firm.example", "phone": "+79451234567"}
    assert told["activations"] == [sent]


if __name__ == "__main__":
    sys.exit(main())
