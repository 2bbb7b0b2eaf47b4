"""In which order logins and e-mails are written, so that each is free when somebody takes it (rule P7, incident T27).

Accounts cannot share a login or an e-mail, letter case aside. Whoever frees one is written before whoever takes it;
where these orders form a cycle, one person of it stands on an interim value meanwhile. Logins and e-mails are two
namespaces. Everything here is a value: nothing is sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from b24learn_gui.company.model import department_code
from b24learn_gui.company.text import fold
from b24learn_gui.sync.changes import Change, Value
from b24learn_gui.sync.fields import INTERIM_DOMAIN

Namespace = Literal["login", "email"]
NAMESPACES: tuple[Namespace, ...] = ("login", "email")

Claim = tuple[Namespace, str]
"""A login or e-mail as accounts are compared by it: clean and without letter case (rule P3)."""


def interim_value(change: Change) -> str:
    """`b24-main-27@swap.invalid`, the value the person of this change stands on while a cycle is broken."""
    return department_code(change.key) + INTERIM_DOMAIN


def is_interim(value: Value) -> bool:
    return _folded(value).endswith(INTERIM_DOMAIN)


def stands_on_interim(change: Change) -> bool:
    """A run was interrupted while this person stood on an interim value."""
    return any(is_interim(change.before.get(namespace)) for namespace in NAMESPACES)


def frees(change: Change) -> tuple[Claim, ...]:
    """What an update gives up; a create gives up nothing."""
    return tuple(
        (namespace, folded)
        for namespace in NAMESPACES
        if namespace in change.after
        and (folded := _folded(change.before.get(namespace)))
        and folded != _folded(change.after[namespace])
    )


def takes(change: Change) -> tuple[Claim, ...]:
    """What an update or a create needs to be free, or its own."""
    return tuple((namespace, folded) for namespace in NAMESPACES if (folded := _folded(change.after.get(namespace))))


@dataclass(frozen=True, slots=True)
class Step:
    """One write of a chain: the interim one of a person, or his final one."""

    change: Change
    interim: bool = False


@dataclass(slots=True)
class Chain:
    """People whose logins or e-mails depend on each other: written one after the other, in the order of `steps`.

    `vacated`: which namespaces the interim value takes the place of, by `id()` of the change that is broken up.
    """

    steps: list[Step] = field(default_factory=list)
    vacated: dict[int, set[Namespace]] = field(default_factory=dict)

    @property
    def changes(self) -> list[Change]:
        return [step.change for step in self.steps if not step.interim]


def _folded(value: Value) -> str:
    return fold(value) if isinstance(value, str) else ""


def chains(changes: Sequence[Change]) -> list[Chain]:
    """Every `user.create` and `user.update` given, in chains that don't depend on each other.

    First those with people on an interim value of an interrupted run, then the longest first (each is written in
    order, so a long one that began late would be waited for), then as given. Linear in the number of changes.
    """
    freer = {claim: change for change in changes for claim in frees(change)}
    found = [_chain(group, freer) for group in _groups(changes, freer)]
    found.sort(key=lambda chain: (not any(stands_on_interim(step.change) for step in chain.steps), -len(chain.steps)))
    return found


def _needs(change: Change, freer: dict[Claim, Change]) -> Iterator[tuple[Namespace, Change]]:
    """Whose writes must come before this one, and for the sake of which namespace."""
    for claim in takes(change):
        other = freer.get(claim)
        if other is not None and other is not change:
            yield claim[0], other


def _groups(changes: Sequence[Change], freer: dict[Claim, Change]) -> list[list[Change]]:
    """The connected parts of "needs" (union-find), each in the order given, people on an interim value first."""
    leader: dict[int, int] = {id(change): id(change) for change in changes}

    def lead(key: int) -> int:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for change in changes:
        for _, other in _needs(change, freer):
            leader[lead(id(change))] = lead(id(other))
    groups: dict[int, list[Change]] = {}
    for change in changes:
        groups.setdefault(lead(id(change)), []).append(change)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda change: not stands_on_interim(change))
    return list(groups.values())


def _chain(group: Sequence[Change], freer: dict[Claim, Change]) -> Chain:
    """Depth-first: a change follows what it needs; a need that is still under way closes a cycle and is broken."""
    chain = Chain()
    finished: set[int] = set()
    for start in group:
        if id(start) in finished:
            continue
        under_way = {id(start)}
        path = [(start, _needs(start, freer))]
        while path:
            change, needs = path[-1]
            for namespace, other in needs:
                if id(other) in finished:
                    continue
                if id(other) in under_way:
                    if id(other) not in chain.vacated:
                        chain.steps.append(Step(other, interim=True))
                    chain.vacated.setdefault(id(other), set()).add(namespace)
                else:
                    under_way.add(id(other))
                    path.append((other, _needs(other, freer)))
                    break
            else:
                path.pop()
                under_way.discard(id(change))
                finished.add(id(change))
                chain.steps.append(Step(change))
    return chain
