"""Which records somebody wants to see: by run, gravity, sort and words, over the columns of the index."""

import re
import threading
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, compress
from typing import Generic, TypeVar

import msgspec

from b24learn_gui.storage.log_records import DEBUG, LogStream, Segment, Sort

Source = TypeVar("Source", covariant=True)  # noqa: PLC0105  # named like the class it stands for
Rows = Sequence[int]

_ALL = 256
_NOT_A_KEY = rb"(?![a-z0-9_]*\":)"
"""What is looked for are values: the names of a line's keys would be found in every line."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word that is looked for. A record has it if its line has, or if it is one of these `subjects`
    (`subject_of`), or of a sort whose sentence, which the file does not hold, has it.
    """

    text: str
    subjects: frozenset[int] = frozenset()
    is_sort: Callable[[Sort], bool] = field(default=lambda _: False)


@dataclass(frozen=True, slots=True)
class LogQuery:
    """`run` None: every record. Every word has to be there; `sort` None: of all sorts."""

    run: str | None = None
    least_level: int = DEBUG
    sort: Callable[[Sort], bool] | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece(Generic[Source]):
    """Places of one source that stand behind each other in a list."""

    source: Source
    rows: Rows


class Listing(Generic[Source]):
    """Pieces as one list. More may be added at its end."""

    def __init__(self, pieces: Sequence[Piece[Source]] = ()) -> None:
        self._pieces: list[Piece[Source]] = []
        self._ends: list[int] = []
        self.add(pieces)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, place: int) -> tuple[Source, int]:
        """The source of a place, and its place there."""
        number = bisect_right(self._ends, place)
        begin = self._ends[number - 1] if number else 0
        piece = self._pieces[number]
        return piece.source, piece.rows[place - begin]

    @property
    def pieces(self) -> Sequence[Piece[Source]]:
        return tuple(self._pieces)

    def add(self, pieces: Sequence[Piece[Source]]) -> None:
        some = [piece for piece in pieces if len(piece.rows)]
        self._ends += list(accumulate((len(piece.rows) for piece in some), initial=len(self)))[1:]
        self._pieces += some


def find(
    stream: LogStream, query: LogQuery, seen: MutableMapping[Segment, int], stop: threading.Event
) -> list[Piece[Segment]]:
    """The records a query is after, in the order they were written, behind those `seen`; `seen` is moved on.

    Filtering a million records takes under 200 ms, looking for words about a second (so many bytes are read).
    """
    found: list[Piece[Segment]] = []
    for segment in stream.segments:
        begin, behind = seen.get(segment, 0), segment.count
        for first, last in _stretches(segment, query.run, begin, behind):
            if stop.is_set():
                return found
            rows = _matching(segment, first, last, query, stream.sorts, stop)
            if len(rows):
                found.append(Piece(segment, rows))
        seen[segment] = behind
    return found


def _stretches(segment: Segment, run: str | None, begin: int, behind: int) -> Iterator[tuple[int, int]]:
    spans = [(0, behind)] if run is None else list(segment.spans.get(run, ()))
    for first, last in spans:
        if max(first, begin) < min(last, behind):
            yield max(first, begin), min(last, behind)


def _matching(
    segment: Segment, first: int, last: int, query: LogQuery, sorts: Mapping[Sort, int], stop: threading.Event
) -> Rows:
    mask: bytes | None = None
    if query.least_level > DEBUG:
        passes = bytes(level >= query.least_level for level in range(_ALL))
        mask = bytes(segment.levels[first:last].translate(passes))
    if query.sort is not None:
        mask = _both(mask, segment.sorts[first:last].translate(_table(sorts, query.sort)))
    for word in query.words:
        mask = _both(mask, _having(segment, first, last, word, sorts, stop))
    return range(first, last) if mask is None else array("I", compress(range(first, last), mask))


def _having(
    segment: Segment, first: int, last: int, word: Word, sorts: Mapping[Sort, int], stop: threading.Event
) -> bytes:
    has = bytearray(segment.sorts[first:last].translate(_table(sorts, word.is_sort)))
    if word.subjects:
        has = bytearray(_either(has, bytes(map(word.subjects.__contains__, segment.subjects[first:last]))))
    shapes = [re.compile(re.escape(form) + _NOT_A_KEY) for form in _forms(word.text)]
    for begin, text in segment.lines(first, last):
        if stop.is_set():
            break
        for shape in shapes:
            _mark(has, first, segment, begin, text.lower(), shape)
    return bytes(has)


def _mark(has: bytearray, first: int, segment: Segment, begin: int, text: bytes, shape: re.Pattern[bytes]) -> None:
    """Mark the lines of a piece of text, which begins with the line `begin`, in which the shape is found."""
    offsets, base = segment.offsets, segment.offsets[begin]
    row, behind = begin, 0
    for hit in shape.finditer(text):
        at = hit.start()
        if at < behind:
            continue
        row = bisect_right(offsets, base + at, row, segment.count) - 1
        has[row - first] = 1
        behind = text.find(b"\n", at) + 1


def _forms(text: str) -> set[bytes]:
    """A word as it may stand in a line whose ASCII letters are small: other letters keep their case."""
    forms = {text, text.lower(), text.upper(), text.lower().capitalize()}
    return {msgspec.json.encode(form)[1:-1].lower() for form in forms}


def _table(sorts: Mapping[Sort, int], wanted: Callable[[Sort], bool]) -> bytes:
    table = bytearray(_ALL)
    for sort, number in list(sorts.items()):
        table[number] = wanted(sort)
    return bytes(table)


def _both(one: bytes | bytearray | None, other: bytes | bytearray) -> bytes:
    if one is None:
        return bytes(other)
    return (int.from_bytes(one, "little") & int.from_bytes(other, "little")).to_bytes(len(other), "little")


def _either(one: bytes | bytearray, other: bytes) -> bytes:
    return (int.from_bytes(one, "little") | int.from_bytes(other, "little")).to_bytes(len(other), "little")
