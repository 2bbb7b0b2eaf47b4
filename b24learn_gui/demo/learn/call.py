"""What a call's handler is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24learn_gui.demo.learn.access import Caller
from b24learn_gui.demo.learn.lists import Lies
from b24learn_gui.demo.learn.model import Account, Department, Group
from b24learn_gui.demo.learn.outbox import Outbox
from b24learn_gui.demo.learn.refusal import Refusal, denied
from b24learn_gui.demo.learn.switches import Switches
from b24learn_gui.demo.learn.wire import text
from b24learn_gui.demo.learn.world import LearnWorld


@dataclass(frozen=True, slots=True)
class Call:
    """One request after sign-in: the world's lock is held, path parameters and body are decoded."""

    world: LearnWorld
    switches: Switches
    lies: Lies
    outbox: Outbox
    caller: Caller
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Mapping[str, Any]
    return_object: bool = False

    def one(self, name: str) -> str:
        """The last value of a query parameter, or ""."""
        return (self.query.get(name) or [""])[-1]

    def text(self, name: str) -> str:
        """A string of the body, "" where missing."""
        return text(self.body.get(name), name)

    def unknown(self) -> Refusal:
        """What an unknown id in the path is answered with (contract 4.6)."""
        return Refusal(self.switches.unknown_id_status, "Unknown id")

    def account(self) -> Account:
        """The user of the path, if the caller may see him."""
        found = self.world.accounts.get(self.path["id"])
        if found is None:
            raise self.unknown()
        if not self.caller.sees(found.department_id):
            raise denied()
        return found

    def department(self, *, unknown_status: int | None = None) -> Department:
        """The department of the path, if the caller may see it."""
        found = self.world.departments.get(self.path["id"])
        if found is None:
            raise self.unknown() if unknown_status is None else Refusal(unknown_status, "Unknown Department")
        if not self.caller.sees(found.id):
            raise denied()
        return found

    def group(self) -> Group:
        found = self.world.groups.get(self.path["id"])
        if found is None:
            raise self.unknown()
        return found
