"""Which records say a word: told by the index alone where it knows all that a line says, else by the line itself."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress

import msgspec

from b24learn_gui.storage.log_records import NOBODY, TOO_MANY, Known, Segment, Sort, Who

Deed = tuple[str, str, int]
"""What was done (a kind or code), the portal, and the number there."""

_ALL = 256
_HIGH = 32
_LEAST_OF_RUN = 6
"""Letters of a run's id that are looked for: shorter ones would be found in every day's date."""
_NOT_A_KEY = rb"(?![a-z0-9_]*\":)"
"""What is looked for are values: the names of a line's keys would be found in every line."""
_SAID = b'"message":'
"""Behind time, gravity and logger, which nobody looks for."""
_RUN = re.compile(rb'"run":"[^"]*"')
_SOME = re.compile(rb"\x01(?:\x00{0,64}\x01)*")
"""Lines to be read, with what lies between them as long as that is less work than to begin anew."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word that is looked for. A record has it if it is of a sort whose sentence has it, if it is about somebody
    whose name has it, or if it tells one of these `deeds`; the file holds no sentences and no names. It has it as well
    if its code, portal or ids have it, or anything else it says. Gravity, time and logger are not looked through.
    """

    text: str
    is_sort: Callable[[Sort], bool] = field(default=lambda _: False)
    is_who: Callable[[Who], bool] = field(default=lambda _: False)
    deeds: frozenset[Deed] = frozenset()


class WordSearch:
    """One word, looked for block by block. `whole`: through all runs, whose ids are looked through as well."""

    def __init__(self, word: Word, known: Known, *, whole: bool) -> None:
        self._word, self._known, self._whole = word, known, whole
        self._low = word.text.casefold()
        self._forms = _forms(word.text)
        self._shapes = [re.compile(re.escape(form) + _NOT_A_KEY) for form in self._forms]
        self._sorts_judged = 0
        self._sorts, self._loose = bytearray(_ALL), bytearray(_ALL)
        self._whos_judged: set[int] = set()
        self._whos: set[int] = set()
        self._deeds: dict[tuple[str, int], list[str]] = {}
        for what, portal, number in word.deeds:
            self._deeds.setdefault((portal, number), []).append(what)
        self._doers: set[int] = set()
        """Numbers of those who have deeds that say it."""
        self._pairs: set[int] = set()
        """Those deeds, as the numbers of sort and person together."""

    def having(self, segment: Segment, first: int, last: int, wanted: bytearray) -> bytearray:
        """A byte for each place from `first` to before `last`: 1 where the record says it. Where `wanted` is 0 the
        answer does not matter.
        """
        sorts, whos = segment.sorts[first:last], segment.whos[first:last]
        about = set(whos)
        self._judge_sorts()
        self._judge(about)
        has = sorts.translate(self._sorts)
        if about <= self._whos:
            has = bytearray(b"\x01" * (last - first))
        elif not about.isdisjoint(self._whos):
            has = _either(has, bytes(map(self._whos.__contains__, whos)))
        if not about.isdisjoint(self._doers):
            for place in compress(range(last - first), map(self._doers.__contains__, whos)):
                if sorts[place] << _HIGH | whos[place] in self._pairs:
                    has[place] = 1
        if self._whole and len(self._low) >= _LEAST_OF_RUN:
            for begin, behind in _spans(segment, self._low, first, last):
                has[begin - first : behind - first] = b"\x01" * (behind - begin)
        self._read_loose(segment, first, sorts, whos, has, wanted)
        return has

    def _judge_sorts(self) -> None:
        found = list(self._known.sorts.items())
        whole = self._known.vocabulary.whole
        for sort, number in found[self._sorts_judged :]:
            self._sorts[number] = self._low in sort.what.casefold() or self._word.is_sort(sort)
            self._loose[number] = sort.event not in whole
        self._sorts_judged = len(found)

    def _judge(self, numbers: set[int]) -> None:
        for number in numbers - self._whos_judged:
            who = self._known.by_number[number]
            if who in {NOBODY, TOO_MANY}:
                continue
            if self._is_in(who) or self._word.is_who(who):
                self._whos.add(number)
            elif what := self._deeds.get((who.portal, who.number)):
                for sort, place in list(self._known.sorts.items()):
                    if sort.what in what:
                        self._doers.add(number)
                        self._pairs.add(place << _HIGH | number)
        self._whos_judged |= numbers

    def _is_in(self, who: Who) -> bool:
        low = self._low
        return low in who.portal or low in who.learn_id.casefold() or (low.isdecimal() and low in str(who.number))

    def _read_loose(
        self, segment: Segment, first: int, sorts: bytearray, whos: Sequence[int], has: bytearray, wanted: bytearray
    ) -> None:
        """Look into the lines that say more than the index knows, unless they have it anyway."""
        loose = sorts.translate(self._loose)
        if self._known.too_many:
            loose = _either(loose, bytes(who == 1 for who in whos))
        undecided = _open_of(loose, wanted, has) if 1 in loose else b""
        stretches = [(first + found.start(), first + found.end()) for found in _SOME.finditer(undecided)]
        for begin, text in segment.lines(stretches) if stretches else ():
            low = text.lower()
            if any(form in low for form in self._forms):
                for place, line in enumerate(low.split(b"\n"), begin - first):
                    if self._says(line) and undecided[place]:
                        has[place] = 1

    def _says(self, line: bytes) -> bool:
        if not any(form in line for form in self._forms):
            return False
        said = _RUN.sub(b"", line)
        begin = max(0, said.find(_SAID) + len(_SAID)) if _SAID in said else 0
        return any(shape.search(said, begin) for shape in self._shapes)


def _spans(segment: Segment, low: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The stretches of the runs whose ids have this word, as far as they lie between `first` and `last`."""
    for run, spans in list(segment.spans.items()):
        if low in run.casefold():
            found = list(spans)
            begin = bisect_right(found, (first, last)) - 1
            behind = bisect_left(found, (last, 0))
            for one, other in found[max(0, begin) : behind]:
                if max(one, first) < min(other, last):
                    yield max(one, first), min(other, last)


def _open_of(loose: bytearray, wanted: bytearray, has: bytearray) -> bytes:
    """The first two and not the third."""
    one, two, three = (int.from_bytes(each, "little") for each in (loose, wanted, has))
    return (one & two & ~three).to_bytes(len(has), "little")


def _forms(text: str) -> tuple[bytes, ...]:
    """A word as it may stand in a line whose ASCII letters are small: other letters keep their case."""
    forms = {text, text.lower(), text.upper(), text.lower().capitalize()}
    return tuple(sorted({msgspec.json.encode(form)[1:-1].lower() for form in forms}))


def _either(one: bytearray, other: bytes) -> bytearray:
    joined = int.from_bytes(one, "little") | int.from_bytes(other, "little")
    return bytearray(joined.to_bytes(len(other), "little"))
