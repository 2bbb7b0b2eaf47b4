"""The matrix of RULES "People" and "Leaving": every cell of what the source says × what Learn has × link or none.

`expected` is written from the rules, not from the program: its numbers name them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

Source = Literal["active", "unticked", "dismissed", "gone", "extranet"]
Has = Literal["none", "same", "other", "off-by-us", "off-by-hand", "terminated", "protected"]
Policy = tuple[str, str]
"""`leavers` and `out_of_scope`."""

SOURCES: tuple[Source, ...] = ("active", "unticked", "dismissed", "gone", "extranet")
HAS: tuple[Has, ...] = ("none", "same", "other", "off-by-us", "off-by-hand", "terminated", "protected")
POLICIES: tuple[Policy, ...] = tuple(product(("deactivate", "terminate", "keep"), ("deactivate", "keep")))
TRUSTED, DOUBTED = "main", "west"
FIRST_ID = 101

ACTIVE, INACTIVE, TERMINATED = 1, 3, 5


@dataclass(frozen=True)
class Cell:
    """One person: in which portal, what it says about him, what Learn has, whether the journal holds a link."""

    portal: str
    source: Source
    has: Has
    linked: bool
    id: int

    @property
    def name(self) -> str:
        doubt = "in-doubt-" if self.portal == DOUBTED else ""
        return f"{doubt}{self.source}-{self.has}-{'linked' if self.linked else 'unlinked'}"

    @property
    def email(self) -> str:
        return f"p{self.id}@{self.portal}.example"


@dataclass(frozen=True)
class Expected:
    """`column`: None for somebody who is not read. `status`: of the account afterwards, None for no account."""

    column: str | None
    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    status: int | None = None


def impossible(source: Source, has: Has, *, linked: bool) -> str | None:
    """Why a cell cannot be; None if it can."""
    if has == "off-by-us" and not linked:
        return "only linked accounts are ever switched off by us (N1), and a link is never silently dropped (I1)"
    if source == "gone" and has == "none" and not linked:
        return "neither side and no journal ever heard of this person"
    return None


def cells() -> Iterator[Cell]:
    """All possible cells, in the trusted portal and in the doubted one; everybody's id is the same in both."""
    for portal in (TRUSTED, DOUBTED):
        for place, (source, has, linked) in enumerate(product(SOURCES, HAS, (True, False))):
            if impossible(source, has, linked=linked) is None:
                yield Cell(portal, source, has, linked, FIRST_ID + place)


CELLS = tuple(cells())


def status_before(cell: Cell) -> int | None:
    match cell.has:
        case "none":
            return None
        case "off-by-us" | "off-by-hand":
            return INACTIVE
        case "terminated":
            return TERMINATED
        case _:
            return ACTIVE


def expected(cell: Cell, policy: Policy) -> Expected:
    """What the rules demand of the next run."""
    if cell.has == "protected" and cell.linked:
        return Expected(None if cell.source == "gone" else "protected", status=ACTIVE)  # N2
    if cell.source != "active":
        return _not_to_study(cell, policy)
    return _linked(cell) if cell.linked else _unlinked(cell)


def _linked(cell: Cell) -> Expected:
    """In scope, with a link (P2, I5, L2)."""
    doubted = cell.portal == DOUBTED
    before = status_before(cell)
    match cell.has:
        case "none":
            return Expected("changed", ("user.create",), status=ACTIVE)  # I5
        case "other":
            kinds = ("user.update",) if doubted else ("user.move", "user.update")  # P2, D2; Q3
            return Expected("changed", kinds, status=before)
        case "off-by-us":
            if doubted:
                return Expected("unchanged", status=before)  # Q3: no reactivation
            return Expected("changed", ("user.reactivate",), status=ACTIVE)  # L2
        case "off-by-hand" | "terminated":
            return Expected("unchanged", codes=("deactivated_by_hand",), status=before)  # L2
        case _:
            return Expected("unchanged", status=before)  # N3


def _unlinked(cell: Cell) -> Expected:
    """In scope, without a link (I2, I4)."""
    doubted = cell.portal == DOUBTED
    before = status_before(cell)
    match cell.has:
        case "none":
            return Expected("changed", ("user.create",), status=ACTIVE)
        case "other":
            kinds = ("user.adopt", "user.update") if doubted else ("user.adopt", "user.move", "user.update")
            return Expected("changed", kinds, status=before)
        case "off-by-hand" | "terminated":
            return Expected("changed", ("user.adopt",), ("deactivated_by_hand",), before)  # I4
        case "protected":
            return Expected("protected", codes=("match_protected",), status=before)  # I2, N2
        case _:
            return Expected("changed", ("user.adopt",), status=before)


def _not_to_study(cell: Cell, policy: Policy) -> Expected:
    """Leavers and people out of scope (L1, Q3, N1)."""
    before = status_before(cell)
    column = None if cell.source == "gone" else "out_of_scope"
    leavers, out_of_scope = policy
    wish = leavers if cell.source in {"dismissed", "gone"} else out_of_scope
    if not cell.linked or before != ACTIVE or wish == "keep" or cell.portal == DOUBTED:
        return Expected(column, status=before)
    after = TERMINATED if wish == "terminate" else INACTIVE
    return Expected(None if column is None else "changed", ("user.deactivate",), status=after)
