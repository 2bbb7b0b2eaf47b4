"""Which records somebody wants to see: by run, gravity, sort and words, over the columns of the index."""

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from b24learn_gui.storage.log_columns import BLOCK, YES, Marks, both, marked
from b24learn_gui.storage.log_records import DEBUG, Known, LogStream, Segment, Sort
from b24learn_gui.storage.log_words import Word, WordSearch

Source = TypeVar("Source", covariant=True)  # noqa: PLC0105  # named like the class it stands for
Rows = Sequence[int]
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

    A million records take some 20 ms of work for each word. Only where a word has figures, and lines say more figures
    than the index holds, their text is read: a third of a second for a million of those, a whole one if all have it.
    """
    segments = stream.segments
    sieve = _Sieve(segments[0].known if segments else stream.known, query)
    for segment in segments:
        begin, behind = seen.get(segment, 0), segment.count
        if sieve.lets_all_through:
            for first, last in segment.stretches(query.run, begin, behind):
                yield Piece(segment, range(first, last))
        else:
            for block in range(begin - begin % BLOCK, behind, BLOCK):
                stretches = segment.stretches(query.run, max(begin, block), min(behind, block + BLOCK))
                if stop.is_set():
                    return
                rows = sieve.rows(segment, stretches) if stretches else ()
                if len(rows):
                    yield Piece(segment, rows)
        seen[segment] = behind


class _Sieve:
    """What a query asks of every record."""

    def __init__(self, known: Known, query: LogQuery) -> None:
        self._known, self._query = known, query
        self._searches = [WordSearch(word, known, whole=query.run is None) for word in query.words]
        self._levels = bytes(level >= query.least_level for level in range(_ALL))

    @property
    def lets_all_through(self) -> bool:
        return self._query.least_level <= DEBUG and self._query.sort is None and not self._searches

    def rows(self, segment: Segment, stretches: Sequence[tuple[int, int]]) -> Rows:
        """The places in these stretches that stay."""
        first, last = stretches[0][0], stretches[-1][1]
        marks: Marks = segment.levels[first:last].translate(self._levels)
        if len(stretches) > 1:
            marks = both(marks, _filled(stretches))
        if self._query.sort is not None:
            table = bytearray(_ALL)
            for sort, number in list(self._known.sorts.items()):
                table[number] = self._query.sort(sort)
            marks = both(marks, segment.sorts[first:last].translate(table))
        for search in self._searches:
            if 1 not in marks:
                return ()
            marks = both(marks, search.having(segment, first, last, marks))
        return marked(first, marks)


def _filled(stretches: Sequence[tuple[int, int]]) -> Marks:
    """Marks from the first of these places to the last, in the stretches alone."""
    begin = stretches[0][0]
    marks = bytearray(stretches[-1][1] - begin)
    for first, last in stretches:
        marks[first - begin : last - begin] = YES * (last - first)
    return marks
