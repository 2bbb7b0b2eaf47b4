"""Which records say a word: told by the index alone where it knows all that a line says, else by the line itself.

Whatever records are alike in is asked once, each sort and each whom; what that means for a million of them is looked
up by the columns (`log_columns`), not record by record.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import compress, islice, repeat
from operator import contains

from b24learn_gui.storage.log_columns import YES, Marks, both, either, equal_to, without
from b24learn_gui.storage.log_records import Known, Segment, Sort
from b24learn_gui.storage.log_text import TextSearch

Deed = tuple[str, str, int]
"""What was done (a kind or code), the portal, and the number there."""

_ALL = 256
_SOME = re.compile(rb"\x01(?:\x00{0,64}\x01)*")
"""Lines to be read, with what lies between them as long as that is less work than to begin anew."""
_LEAST_OF_RUN = 6
"""Letters of a run's id that are looked for: shorter ones would be found in every day's date."""
_NOT_IN, _IN, _FIRST_KINDS = 0, 1, 2
"""What stands in a table of whom: a word is not in it, in it, or in its deeds of certain kinds."""
_KINDS_IN_TABLE = _ALL - _FIRST_KINDS
_TOO_MANY, _SOMEBODY = 1, 2
"""Numbers in `Known.by_number`: of `TOO_MANY`, and the first of somebody who is told apart."""


def _nobody(known: Known, begin: int) -> Iterable[bool]:
    return repeat(False, len(known.by_number) - begin)


@dataclass(frozen=True, slots=True)
class Word:
    """One word that is looked for. A record has it if it is of a sort whose sentence has it, if it is about somebody
    whose name has it, or if it tells one of these `deeds`; the file holds no sentences and no names. It has it as well
    if its code, portal or ids have it, or anything else it says. Gravity, time and logger are not looked through.

    `is_who`: of everybody known from this number on, whether his name has it; at least as many as are known.
    """

    text: str
    is_sort: Callable[[Sort], bool] = field(default=lambda _: False)
    is_who: Callable[[Known, int], Iterable[bool]] = field(default=_nobody)
    deeds: frozenset[Deed] = frozenset()


class WordSearch:
    """One word, looked for block by block. `whole`: through all runs, whose ids are looked through as well."""

    def __init__(self, word: Word, known: Known, *, whole: bool) -> None:
        self._word, self._known = word, known
        self._low = word.text.casefold()
        self._text = TextSearch(word.text)
        self._sorts_judged = 0
        self._sorts = bytearray(_ALL)
        self._whos = _Whos(word, known, self._text)
        self._looks_at_runs = whole and len(self._low) >= _LEAST_OF_RUN
        self._runs: dict[Segment, tuple[int, list[str]]] = {}
        """How many were judged, and those of them that have it."""

    def having(self, segment: Segment, first: int, last: int, wanted: Marks) -> Marks:
        """A mark for each place from `first` to before `last` where the record says it. Where `wanted` has none the
        answer does not matter.
        """
        self._judge_sorts()
        sorts = segment.sorts[first:last]
        has = self._whos.having(segment, first, last, sorts.translate(self._sorts))
        if self._looks_at_runs:
            has = self._mark_runs(segment, first, last, has)
        loose = self._whos.not_told(segment, first, last)
        undecided = without(both(loose, wanted), has) if 1 in loose else b""
        return either(has, self._read(segment, first, undecided)) if 1 in undecided else has

    def _judge_sorts(self) -> None:
        found = list(self._known.sorts.items())
        for sort, number in found[self._sorts_judged :]:
            self._sorts[number] = self._low in sort.what.casefold() or self._word.is_sort(sort)
        self._sorts_judged = len(found)

    def _read(self, segment: Segment, first: int, wanted: bytes) -> Marks:
        """Marks of those of the wanted places whose line has it."""
        marks = bytearray(len(wanted))
        stretches = [(first + found.start(), first + found.end()) for found in _SOME.finditer(wanted)]
        for begin, text in segment.lines(stretches):
            for place in self._text.lines_with(text):
                marks[begin - first + place] = 1
        return both(marks, wanted)

    def _mark_runs(self, segment: Segment, first: int, last: int, has: Marks) -> Marks:
        judged, having = self._runs.get(segment, (0, []))
        runs = list(segment.spans)
        having = having + [run for run in runs[judged:] if self._low in run.casefold()]
        self._runs[segment] = len(runs), having
        marks = bytearray(has)
        for run in having:
            for one, other in segment.stretches(run, first, last):
                marks[one - first : other - first] = YES * (other - one)
        return marks


class _Whos:
    """Whom a word says something of: a table by number, and more of them where there are very many kinds of deeds."""

    def __init__(self, word: Word, known: Known, text: TextSearch) -> None:
        self._word, self._known, self._text = word, known, text
        self._low = word.text.casefold()
        self._judged = 0
        self._tables, self._not_told = [bytearray()], bytearray()
        self._kinds: dict[tuple[str, ...], int] = {}
        """Kinds of deeds of one person, numbered: he has the word in all of them."""
        self._deeds: dict[tuple[str, int | None], tuple[str, ...]] = {}
        for what, portal, number in word.deeds:
            self._deeds[portal, number] = (*self._deeds.get((portal, number), ()), what)

    def having(self, segment: Segment, first: int, last: int, has: Marks) -> Marks:
        """These marks, and those of the records about whom it is said."""
        self._judge()
        for number, table in enumerate(self._tables):
            if table.count(_NOT_IN) == len(table):
                continue
            found = segment.whos.looked_up(table, first, last)
            has = either(has, found.translate(equal_to(_IN)) if self._kinds else found)
            for kinds, place in self._kinds.items():
                which, value = divmod(place, _KINDS_IN_TABLE)
                if which == number and value + _FIRST_KINDS in found:
                    done = segment.sorts[first:last].translate(self._sorts_of(kinds))
                    has = either(has, both(done, found.translate(equal_to(value + _FIRST_KINDS))))
        return has

    def not_told(self, segment: Segment, first: int, last: int) -> bytes:
        """Marks of the records of which the file alone knows whether they have it."""
        self._judge()
        self._not_told[_TOO_MANY] = self._known.too_many
        return segment.whos.looked_up(self._not_told, first, last) if 1 in self._not_told else b""

    def _judge(self) -> None:
        begin, behind = self._judged, len(self._known.by_number)
        if begin == behind:
            return
        marks = bytearray(self._said(begin, behind))
        marks[: max(0, _SOMEBODY - begin)] = bytes(max(0, _SOMEBODY - begin))
        for table in self._tables[1:]:
            table.extend(bytes(behind - begin))
        self._tables[0] += marks
        self._not_told += self._undecided(begin, behind)
        if self._deeds:
            whom = list(zip(self._known.portals[begin:behind], self._known.numbers[begin:behind], strict=True))
            doers = bytes(map(self._deeds.__contains__, whom))
            for place in compress(range(behind - begin), without(doers, marks)):
                if begin + place >= _SOMEBODY:
                    self._do(begin + place, self._deeds[whom[place]])
        self._judged = behind

    def _do(self, number: int, kinds: tuple[str, ...]) -> None:
        which, value = divmod(self._kinds.setdefault(kinds, len(self._kinds)), _KINDS_IN_TABLE)
        if which == len(self._tables):
            self._tables.append(bytearray(len(self._tables[0])))
        self._tables[which][number] = value + _FIRST_KINDS

    def _said(self, begin: int, behind: int) -> Marks:
        """Marks of those whose name, portal, number or Learn id has it, or what else is said of them."""
        known, low = self._known, self._low
        portals = known.portals[begin:behind]
        marks: Marks = bytes(islice(self._word.is_who(known, begin), behind - begin))
        marks = either(marks, bytes(map(contains, known.learn_ids[begin:behind], repeat(low))))
        having = {portal for portal in set(portals) if low in portal}
        if having:
            marks = either(marks, bytes(map(having.__contains__, portals)))
        if low.isdecimal():
            marks = either(marks, bytes([low in str(number) for number in known.numbers[begin:behind]]))
        return marks if self._text.has_figures else either(marks, self._sayings(begin, behind))

    def _undecided(self, begin: int, behind: int) -> Marks:
        """Marks of those of whom more is said than is known here."""
        unknown = bytes([told is None for told in self._known.sayings[begin:behind]])
        return either(unknown, self._sayings(begin, behind)) if self._text.has_figures else unknown

    def _sayings(self, begin: int, behind: int) -> bytes:
        """Marks of those of whom something is said that has it, figures aside."""
        told = self._known.sayings[begin:behind]
        having = {each for each in set(told) if each and self._text.may_be_in(each)}
        return bytes(map(having.__contains__, told)) if having else bytes(len(told))

    def _sorts_of(self, kinds: Collection[str]) -> bytes:
        table = bytearray(_ALL)
        for sort, number in list(self._known.sorts.items()):
            table[number] = sort.what in kinds
        return bytes(table)
