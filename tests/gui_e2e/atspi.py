"""The program's windows as assistive technology meets them: a small client of AT-SPI 2 over D-Bus.

Interfaces, roles and states: the XML and the constants published with at-spi2-core (`org.a11y.atspi.*`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from jeepney import DBusAddress, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

REPLY_SECONDS = 20.0
"""How long a single answer may take; the program answers from its event loop."""

TAB, SPACE = 0xFF09, 0x20

_ATSPI = "org.a11y.atspi."
_REGISTRY = "org.a11y.atspi.Registry"
_OF_THE_SCREEN, _SYMBOL, _STRING = 0, 3, 4
_LABELLED_BY = 2
_NOBODY = "/org/a11y/atspi/null"
_GONE = {
    "org.freedesktop.DBus.Error.UnknownObject",
    "org.freedesktop.DBus.Error.UnknownInterface",
    "org.freedesktop.DBus.Error.UnknownMethod",
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NoReply",
    "org.freedesktop.DBus.Error.InvalidArgs",
}


class State(IntEnum):
    """Bits of `AtspiStateType` that a walk looks at."""

    CHECKED = 4
    EDITABLE = 7
    ENABLED = 8
    FOCUSABLE = 11
    FOCUSED = 12
    SENSITIVE = 24
    SHOWING = 25
    VISIBLE = 30
    INDETERMINATE = 32


class GoneError(Exception):
    """The object is no longer there, or never offered what it was asked for; the D-Bus error's name."""


@dataclass(frozen=True)
class Accessible:
    """One object on the accessibility bus. Every question is asked anew: nothing is remembered between two polls."""

    bus: "AccessibilityBus"
    owner: str
    path: str

    @property
    def name(self) -> str:
        return str(self._property("Accessible", "Name"))

    @property
    def description(self) -> str:
        return str(self._property("Accessible", "Description"))

    @property
    def role(self) -> str:
        return str(self.ask("Accessible", "GetRoleName")[0])

    @property
    def interfaces(self) -> set[str]:
        return {str(each).removeprefix(_ATSPI) for each in self.ask("Accessible", "GetInterfaces")[0]}

    @property
    def states(self) -> set[int]:
        low, high = self.ask("Accessible", "GetState")[0]
        bits = low | high << 32
        return {bit for bit in range(64) if bits >> bit & 1}

    @property
    def children(self) -> list["Accessible"]:
        found = self.ask("Accessible", "GetChildren")[0]
        return [Accessible(self.bus, owner, path) for owner, path in found if path != _NOBODY]

    @property
    def text(self) -> str:
        """What a screen reader is given to read; a password as its bullets."""
        return str(self.ask("Text", "GetText", "ii", 0, -1)[0])

    @property
    def labels(self) -> list["Accessible"]:
        """What labels this control."""
        relations = self.ask("Accessible", "GetRelationSet")[0]
        return [
            Accessible(self.bus, owner, path)
            for relation, targets in relations
            if relation == _LABELLED_BY
            for owner, path in targets
        ]

    @property
    def extents(self) -> tuple[int, int, int, int]:
        """Left, top, width and height on the screen."""
        left, top, width, height = self.ask("Component", "GetExtents", "u", _OF_THE_SCREEN)[0]
        return left, top, width, height

    def set_text(self, text: str) -> None:
        """Replace the text as assistive technology does, without a keyboard."""
        assert self.ask("EditableText", "SetTextContents", "s", text) == (True,), self.name

    @property
    def actions(self) -> list[str]:
        return [str(each[0]) for each in self.ask("Action", "GetActions")[0]]

    def act(self, action: str) -> None:
        """Do what the object calls by this name: `Press`, `Toggle`, …"""
        assert self.ask("Action", "DoAction", "i", self.actions.index(action)) == (True,), (self.name, action)

    def type(self, text: str) -> None:
        """Click into the field, replace what stands there with the keys of a keyboard, and leave it with Tab."""
        self.click()
        wait_for(f"the keyboard at {self.name}", lambda: State.FOCUSED in self.states, REPLY_SECONDS)
        if self.text:
            self.ask("Text", "AddSelection", "ii", 0, len(self.text))
        self._device("KeyboardEvent", "isu", 0, text, _STRING)
        wait_for(f"the letters in {self.name}", lambda: len(self.text) == len(text), REPLY_SECONDS)
        self.key(TAB)

    def click(self) -> None:
        left, top, width, height = self.extents
        self._device("MouseEvent", "iis", left + width // 2, top + height // 2, "b1c")

    def key(self, symbol: int) -> None:
        """Press a key, by its X symbol, wherever the keyboard is."""
        self._device("KeyboardEvent", "isu", symbol, "", _SYMBOL)

    def _device(self, event: str, signature: str, *body: Any) -> None:
        device = Accessible(self.bus, _REGISTRY, "/org/a11y/atspi/registry/deviceeventcontroller")
        device.ask("DeviceEventController", f"Generate{event}", signature, *body)

    def ask(self, interface: str, method: str, signature: str | None = None, *body: Any) -> tuple[Any, ...]:
        """Call a method of `org.a11y.atspi.<interface>`; raises `GoneError` and `TimeoutError`."""
        address = DBusAddress(self.path, self.owner, _ATSPI + interface)
        return self.bus.call(new_method_call(address, method, signature, body))

    def _property(self, interface: str, name: str) -> Any:
        address = DBusAddress(self.path, self.owner, _ATSPI + interface)
        return self.bus.call(Properties(address).get(name))[0][1]


class AccessibilityBus:
    """The bus of this session's assistive technology. Whatever searches it polls with a deadline."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection

    def call(self, message: Any) -> tuple[Any, ...]:
        answer = self._connection.send_and_get_reply(message, timeout=REPLY_SECONDS)
        if answer.header.message_type == MessageType.error:
            raise GoneError(str(answer.header.fields.get(4)))
        return tuple(answer.body)

    @property
    def desktop(self) -> Accessible:
        """Its children are the programs that have spoken to the bus."""
        return Accessible(self, _REGISTRY, "/org/a11y/atspi/accessible/root")

    def below(self, root: Accessible) -> Iterator[Accessible]:
        """`root` and everything showing below it, in reading order; what vanishes meanwhile is left out."""
        yield root
        try:
            children = root.children
        except GoneError:
            return
        for child in children:
            try:
                showing = State.SHOWING in child.states
            except GoneError:
                continue
            if showing:
                yield from self.below(child)


@contextmanager
def accessibility_bus() -> Iterator[AccessibilityBus]:
    """Ask the session bus where assistive technology meets, which starts it, and go there."""
    with open_dbus_connection("SESSION") as session:
        launcher = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        address = AccessibilityBus(session).call(new_method_call(launcher, "GetAddress"))[0]
        with open_dbus_connection(str(address)) as connection:
            yield AccessibilityBus(connection)


def wait_for(what: str, look: Callable[[], Any], seconds: float, between: float = 0.02) -> Any:
    """The first true answer of `look`; raises `TimeoutError` with `what` once the time is up."""
    until = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except GoneError:
            found = None
        if found:
            return found
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(between)
