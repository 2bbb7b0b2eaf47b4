"""Columns of numbers, and marks: a byte for each place, 1 or 0. Thousands at once, none of them one by one."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, compress, islice
from operator import itemgetter

Marks = bytes | bytearray
BLOCK = 1 << 16
"""Places looked at together: a few milliseconds, between which a search can be stopped and its finds be shown."""
YES, NO = b"\x01", b"\x00"
_ALL = 256
_STEP = 256
"""Marks that are counted together."""
_FEW = 64
"""One mark among so many is few: their places are kept, else the marks."""
_MARK = re.compile(YES)


class Column:
    """Numbers in the order they came, four bytes each, which grow at their end. Each full block of them is ready to be
    looked up in a table by one call (another eight bytes each); what is appended should be the same object where it is
    the same number.
    """

    def __init__(self) -> None:
        self._numbers = array("I")
        self._full: list[Callable[[Sequence[int]], Iterable[int]]] = []
        self._last: list[int] = []

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def bytes_used(self) -> int:
        """Memory, in bytes."""
        return self._numbers.itemsize * len(self._numbers) + 8 * (BLOCK * len(self._full) + len(self._last))

    def append(self, number: int) -> None:
        self._numbers.append(number)
        self._last.append(number)
        if len(self._last) == BLOCK:
            self._full.append(itemgetter(*self._last))
            self._last = []

    def between(self, first: int, last: int) -> Sequence[int]:
        """The numbers from place `first` to before `last`."""
        return self._numbers[first:last]

    def looked_up(self, table: Sequence[int], first: int, last: int) -> bytes:
        """What stands in the table, small numbers, at each of those numbers."""
        block = first // BLOCK
        if last - first == BLOCK and first % BLOCK == 0 and block < len(self._full):
            return bytes(self._full[block](table))
        return bytes(map(table.__getitem__, self._numbers[first:last]))


class Marked(Sequence[int]):
    """The places that have a mark, `first` being that of the first. Found by counting: nothing is kept of each."""

    def __init__(self, first: int, marks: Marks) -> None:
        self._first, self._marks = first, marks
        self._ends = list(accumulate(marks.count(1, at, at + _STEP) for at in range(0, len(marks), _STEP)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int) -> int:  # type: ignore[override]  # nobody asks for slices
        if not 0 <= number < len(self):
            raise IndexError(number)
        step = bisect_right(self._ends, number)
        begin = _STEP * step
        rest = number - (self._ends[step - 1] if step else 0)
        found = compress(range(begin, len(self._marks)), self._marks[begin : begin + _STEP])
        return self._first + next(islice(found, rest, None))


def marked(first: int, marks: Marks) -> Sequence[int]:
    """The places that have a mark, in as little memory as there are kinds of answers: all, none, few, some."""
    count = marks.count(1)
    if count == len(marks):
        return range(first, first + count)
    if count * _FEW < len(marks):
        return array("I", [first + found.start() for found in _MARK.finditer(marks)])
    return Marked(first, marks)


def both(one: Marks, other: Marks) -> Marks:
    """What is marked here and there."""
    if 0 not in one:
        return other
    return (_number(one) & _number(other)).to_bytes(len(one), "little")


def either(one: Marks, other: Marks) -> Marks:
    """What is marked here or there."""
    if 1 not in one:
        return other
    if 1 not in other:
        return one
    return (_number(one) | _number(other)).to_bytes(len(one), "little")


def without(one: Marks, other: Marks) -> bytes:
    """What is marked here and not there."""
    return (_number(one) & ~_number(other)).to_bytes(len(one), "little")


def equal_to(number: int) -> bytes:
    """A table for `translate`: marks of those bytes that are this number."""
    table = bytearray(_ALL)
    table[number] = 1
    return bytes(table)


def _number(marks: Marks) -> int:
    return int.from_bytes(marks, "little")
