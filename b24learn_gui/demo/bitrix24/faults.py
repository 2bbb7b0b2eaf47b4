"""Faults on demand: refusals, broken answers, broken connections, and answers that are well-formed and untrue.

An effect is arranged for the next so many matching calls, or from the k-th on, by method, outside or inside a batch.
Contract, section 11 point 9; the untrue answers are those of a source in doubt.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from b24learn_gui.demo.bitrix24.context import Answer
from b24learn_gui.demo.bitrix24.php import Array

Where = Literal["request", "part", "any"]
"""The HTTP request itself, a command inside a batch, or whichever comes first."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """An error of the interface by its code; status and text are the portal's own unless given."""

    code: str
    status: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Something that is not JSON, for instance what a proxy or a web server says."""

    status: int
    body: str = "<html><head><title>Error</title></head><body><h1>Error</h1></body></html>"
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Truncate:
    """The work is done; only so many bytes of the answer arrive. ``honest``: the length announced is the short one."""

    at: int = 40
    honest: bool = False


@dataclass(frozen=True, slots=True)
class Slow:
    """The work is done; the answer starts after so many real seconds (cut short when the server stops)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection closes without an answer, before or after the work."""

    after_work: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """The portal has moved; ``to`` is a new root such as ``http://127.0.0.1:1234``, path and query are kept."""

    to: str
    status: int = 302


@dataclass(frozen=True, slots=True)
class Vanish:
    """A command of a batch leaves no trace in the answer."""


@dataclass(frozen=True, slots=True)
class Distort:
    """The method runs, then its answer is falsified."""

    change: Callable[[Answer], Answer]


@dataclass(frozen=True, slots=True)
class Misread:
    """The method runs with other parameters than were sent."""

    change: Callable[[Array], Array]


Effect = Refuse | Page | Truncate | Slow | Drop | Redirect | Vanish | Distort | Misread
_INSIDE_A_BATCH = (Refuse, Vanish, Distort, Misread)


@dataclass(slots=True)
class Rule:
    """An arranged effect. ``met`` counts matching calls, ``fired`` those it was done to."""

    effect: Effect
    method: str | None
    times: int | None
    skip: int
    where: Where
    met: int = 0
    fired: int = 0

    def applies(self, method: str, where: Where) -> bool:
        if self.where not in ("any", where) or self.method not in (None, method):
            return False
        if self.times is not None and self.fired >= self.times:
            return False
        if where == "part" and not isinstance(self.effect, _INSIDE_A_BATCH):
            return False
        if where == "request" and isinstance(self.effect, Vanish):
            return False
        self.met += 1
        if self.met <= self.skip:
            return False
        self.fired += 1
        return True


class Faults:
    """What is arranged at the moment, oldest first; of refusals and broken answers the oldest wins."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def arrange(
        self,
        effect: Effect,
        *,
        method: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        where: Where = "any",
    ) -> Rule:
        """``times`` None: until :meth:`clear`. ``skip``: spares the first so many matching calls.

        ``method`` is lower case; for a batch as a whole it is "batch". Without one, every call matches.
        """
        rule = Rule(effect, method, times, skip, where)
        self._rules.append(rule)
        return rule

    def clear(self) -> None:
        self._rules.clear()

    def take(self, method: str, where: Where) -> list[Effect]:
        """The effects due for this call; counts it as met by every rule it matches."""
        return [rule.effect for rule in list(self._rules) if rule.applies(method, where)]


# Answers that are well-formed and untrue.


def rows_missing(*numbers: int) -> Distort:
    """Rows with these ids are left out of the page, which gets shorter; totals stay."""
    gone = {str(number) for number in numbers}

    def change(answer: Answer) -> Answer:
        if isinstance(answer.result, list):
            rows = [row for row in answer.result if str(row.get("ID")) not in gone]
            return Answer(rows, answer.total, answer.next)
        return answer

    return Distort(change)


def empty_page() -> Distort:
    """No rows, while total and next stay as they were."""
    return Distort(lambda answer: Answer([], answer.total, answer.next))


def empty_list() -> Distort:
    """No rows and a total of zero: as if there were nothing."""
    return Distort(lambda _answer: Answer([], 0))


def total_off(by: int) -> Distort:
    """A total too high or too low."""
    return Distort(
        lambda answer: Answer(answer.result, None if answer.total is None else max(0, answer.total + by), answer.next)
    )


def rows_out_of_order(seed: int = 1) -> Distort:
    def change(answer: Answer) -> Answer:
        if not isinstance(answer.result, list):
            return answer
        rows = list(answer.result)
        random.Random(seed).shuffle(rows)
        return Answer(rows, answer.total, answer.next)

    return Distort(change)


def row_repeated() -> Distort:
    """The last row takes the place of the first: one person twice, one not at all."""

    def change(answer: Answer) -> Answer:
        if isinstance(answer.result, list) and len(answer.result) > 1:
            return Answer([answer.result[-1], *answer.result[1:]], answer.total, answer.next)
        return answer

    return Distort(change)


def first_page_again(ignored: Iterable[str] = ("start", "filter")) -> Misread:
    """A cycling list: wherever the reader has got to, the first page comes."""
    names = {name.lower() for name in ignored}
    return Misread(
        lambda given: {
            key: value
            for key, value in given.items()
            if not (isinstance(key, str) and key.lower() in names and (key != "start" or value not in (-1, "-1")))
        }
    )


def answers_with(error: str, description: str = "Something went wrong") -> Refuse:
    """HTTP 200 with an error inside (section 2)."""
    return Refuse(error, status=200, text=description)
