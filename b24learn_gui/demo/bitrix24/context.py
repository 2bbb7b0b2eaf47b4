"""What a method of the REST interface is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from b24learn_gui.demo.bitrix24.php import Array
from b24learn_gui.demo.bitrix24.switches import Switches
from b24learn_gui.demo.bitrix24.world import Person, World

PAGE = 50
"""Rows of a page of the classic interface; fixed (section 2)."""


@dataclass(slots=True)
class Sight:
    """How the answers of a source can be incomplete without an error.

    ``hidden_people`` and ``hidden_departments`` are counted in totals but never stand in a page. ``only``: the
    webhook's owner sees these departments and their direct members alone, and totals agree with what he sees.
    """

    hidden_people: set[int] = field(default_factory=set)
    hidden_departments: set[int] = field(default_factory=set)
    only: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """One HTTP request's view of the portal. ``memory`` lives as long as the request (a batch is one request)."""

    world: World
    switches: Switches
    caller: Person
    scopes: frozenset[str]
    sight: Sight
    now: float
    memory: dict[object, list[Person]] = field(default_factory=dict)

    def has_scope(self, scope: str) -> bool:
        """Whether a method that needs ``scope`` may be called; any of the three user scopes opens "user"."""
        if scope == "user":
            return any(name in self.scopes for name in self.user_scopes())
        return scope in self.scopes

    def user_scopes(self) -> tuple[str, ...]:
        return ("user", "user_basic", "user_brief") if self.switches.three_user_scopes else ("user",)

    def may_call(self, method: Method) -> bool:
        return method.scope is None or self.has_scope(method.scope)

    def identifier(self, number: int) -> str | int:
        """An id as this portal prints it."""
        return number if self.switches.numeric_ids else str(number)


@dataclass(slots=True)
class Answer:
    """``result`` is ready for JSON (lists and dicts with text keys). ``total`` and ``next`` belong to lists."""

    result: object
    total: int | None = None
    next: int | None = None


Run = Callable[[Context, Array], Answer]


@dataclass(frozen=True, slots=True)
class Method:
    """A method by its lower-case name; ``scope`` None needs none; ``writes`` would change the portal."""

    name: str
    run: Run
    scope: str | None = None
    writes: bool = False
