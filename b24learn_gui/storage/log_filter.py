"""Which records somebody wants to see: by run, gravity, sort and words, over the columns of the index."""

import threading
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import Generic, TypeVar

from b24learn_gui.storage.log_records import DEBUG, LogStream, Segment, Sort
from b24learn_gui.storage.log_words import Word, WordSearch

Source = TypeVar("Source", covariant=True)  # noqa: PLC0105  # named like the class it stands for
Rows = Sequence[int]
BLOCK = 1 << 16
"""Records filtered at once: a few milliseconds, between which a search can be stopped and its finds be shown."""
_ALL = 256


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

    def __init__(self, pieces: Iterable[Piece[Source]] = ()) -> None:
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

    def add(self, pieces: Iterable[Piece[Source]]) -> None:
        some = [piece for piece in pieces if len(piece.rows)]
        self._ends += list(accumulate((len(piece.rows) for piece in some), initial=len(self)))[1:]
        self._pieces += some


def find(
    stream: LogStream, query: LogQuery, seen: MutableMapping[Segment, int], stop: threading.Event
) -> Iterator[Piece[Segment]]:
    """The records a query is after, in the order they were written, behind those `seen`, piece by piece; `seen` is
    moved on.

    A million records take under 200 ms, whatever is asked; where lines say what the index does not hold, as those with
    details do, their text is read for each word: a second for a million of them.
    """
    searches = [WordSearch(word, stream.known, whole=query.run is None) for word in query.words]
    for segment in stream.segments:
        begin, behind = seen.get(segment, 0), segment.count
        for first, last in _stretches(segment, query.run, begin, behind):
            if query.least_level <= DEBUG and query.sort is None and not searches:
                yield Piece(segment, range(first, last))
                continue
            for block in range(first, last, BLOCK):
                if stop.is_set():
                    return
                rows = _matching(segment, block, min(block + BLOCK, last), query, searches)
                if len(rows):
                    yield Piece(segment, rows)
        seen[segment] = behind


def _stretches(segment: Segment, run: str | None, begin: int, behind: int) -> Iterator[tuple[int, int]]:
    spans = [(0, behind)] if run is None else list(segment.spans.get(run, ()))
    for first, last in spans:
        if max(first, begin) < min(last, behind):
            yield max(first, begin), min(last, behind)


def _matching(segment: Segment, first: int, last: int, query: LogQuery, searches: Sequence[WordSearch]) -> Rows:
    mask = segment.levels[first:last].translate(bytes(level >= query.least_level for level in range(_ALL)))
    if query.sort is not None:
        table = bytearray(_ALL)
        for sort, number in list(segment.known.sorts.items()):
            table[number] = query.sort(sort)
        mask = _both(mask, segment.sorts[first:last].translate(table))
    for search in searches:
        if 1 not in mask:
            return ()
        mask = _both(mask, search.having(segment, first, last, mask))
    if 0 not in mask:
        return range(first, last)
    return array("I", compress(range(first, last), mask)) if 1 in mask else ()


def _both(one: bytearray, other: bytearray) -> bytearray:
    joined = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return bytearray(joined.to_bytes(len(other), "little"))
