"""Somebody with a screen reader, who knows of the program only what the accessibility bus tells, and compares every
name with what a sighted person reads there.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.gui_e2e.atspi import AccessibilityBus, Accessible, GoneError, State, accessibility_bus, wait_for

SECONDS = 20.0
_SETTLE_SECONDS = 3.0
_OPERATED = {
    "push button",
    "button menu",
    "toggle button",
    "check box",
    "radio button",
    "text",
    "password text",
    "spin box",
    "combo box",
    "list",
    "tree",
    "tree table",
    "table",
}
_NAMED_BY_RELATION = {"combo box"}
"""On X11 the toolkit gives the chosen value as their name and says by a relation what labels them."""

Place = tuple[int, int, int, int]


class Reader:
    """Finds controls by their names; `listen` judges the names of everything that shows."""

    def __init__(self, program: "subprocess.Popen[str]", accessible: Accessible) -> None:
        self._process, self._program = program, accessible
        self.heard: dict[str, list[str]] = {}
        """Page → names of the controls met there."""
        self.faults: list[str] = []
        self.activations: list[dict[str, str]] = []
        """What the embedded Learn of a demonstration was sent."""

    def find(self, name: str) -> Accessible | None:
        """The control of this name, if it can be used now."""
        for each in self.all():
            try:
                if self._called(each) == name and {State.SENSITIVE, State.FOCUSABLE} <= each.states:
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

    def hear(self, words: str) -> str:
        """Waits until something that shows is called or says these words; what it says as a whole."""

        def look() -> str | None:
            for each in self.all():
                try:
                    if words in each.name:
                        return each.name
                except GoneError:
                    continue
            return None

        return str(wait_for(words, look, SECONDS))

    def listen(self, page: str) -> None:
        """Judges every control that shows on this page, once it has settled."""
        try:
            wait_for(f"names on {page}", lambda: not self._judge(page), _SETTLE_SECONDS)
        except TimeoutError:
            self.faults += self._judge(page)

    def see(self) -> dict[str, Any]:
        """What a sighted person sees now."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("look\n")
        self._process.stdin.flush()
        seen: dict[str, Any] = json.loads(self._process.stdout.readline())
        return seen

    def all(self) -> list[Accessible]:
        return [each for window in self._program.children for each in window.bus.below(window)]

    def _judge(self, page: str) -> list[str]:
        """What is wrong with the names; notes what was heard."""
        seen = {_place(each["place"]): each["label"] for each in self.see()["controls"]}
        faults, heard = [], []
        met: set[Place | None] = set()
        for each in self.all():
            try:
                if each.role not in _OPERATED:
                    continue
                place, name = _seen_at(_place(each.extents), seen), self._called(each)
            except GoneError:
                return [f"{page}: something is still changing"]
            heard.append(name)
            if not name.strip():
                faults.append(f"{page}: {each.role} without a name")
            elif place is None:
                faults.append(f"{page}: {each.role} {name!r} is not to be seen")
            elif seen[place] not in {None, name}:
                faults.append(f"{page}: {each.role} {name!r} is labelled {seen[place]!r}")
            met.add(place)
        faults += [f"{page}: {label!r} is not to be heard" for place, label in seen.items() if place not in met]
        self.heard[page] = heard
        return faults

    def _called(self, each: Accessible) -> str:
        if each.role in _NAMED_BY_RELATION:
            return " ".join(label.name for label in each.labels)
        return each.name


def _place(four: Sequence[int]) -> Place:
    left, top, width, height = four
    return left, top, width, height


def _seen_at(heard: Place, seen: Mapping[Place, Any]) -> Place | None:
    """Where that is seen; of a box with words the toolkit tells the part that can be clicked."""
    left, top, width, height = heard
    around = [
        each
        for each in seen
        if each[0] <= left
        and each[1] <= top
        and left + width <= each[0] + each[2]
        and top + height <= each[1] + each[3]
    ]
    return min(around, key=lambda each: each[2] * each[3], default=None)


@contextmanager
def reading(*arguments: str) -> Iterator[tuple[Reader, "subprocess.Popen[str]"]]:
    """The program with these arguments, with somebody to read it and somebody to see it."""
    with accessibility_bus() as bus:
        line = [sys.executable, "-m", "tests.gui_e2e.eye", *arguments]
        program = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        reader: Reader | None = None
        try:
            reader = Reader(program, _first(bus))
            yield reader, program
        except TimeoutError:
            seen = [f"{each.role}: {each.name}" for each in reader.all()] if reader else []
            sys.stderr.write(f"seen: {seen}, heard: {reader.heard if reader else {}}\n")
            raise
        finally:
            program.kill()
            program.communicate()


def _first(bus: AccessibilityBus) -> Accessible:
    found: Accessible = wait_for("the program", lambda: next(iter(bus.desktop.children), None), SECONDS)
    return found
