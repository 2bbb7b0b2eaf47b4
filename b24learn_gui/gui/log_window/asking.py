"""What records are asked for, and how they are found: on a worker thread, over the index and the journal. No Qt."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from b24learn_gui.gui.log_window.words import KINDS, Shown, Teller, kind_of
from b24learn_gui.gui.models.plan_rows import folded
from b24learn_gui.service import log_vocabulary, logged
from b24learn_gui.service.log_reading import Deed, Story
from b24learn_gui.storage.log_filter import Listing, LogQuery, Piece, find
from b24learn_gui.storage.log_records import DEBUG, LogRecord, LogStream, Segment, Sort, processes
from b24learn_gui.storage.log_words import Word

PAGE = 64
"""Lines read at once."""
_JOURNAL_SECONDS, _NAMES_SECONDS = 2.0, 30.0
"""Between two looks into the journal: what a run did by now, and what everybody is called."""
_FIRST_SECONDS, _MORE_SECONDS = 0.1, 0.12
"""After so long the first finds of a search are told, and further ones; sooner would only draw most answers twice."""


@dataclass(frozen=True, slots=True)
class Asking:
    """`run`: of this run; `process`: else the whole log of this kind of process. `kind`: a key of `KINDS`, or all."""

    run: str = ""
    process: str = ""
    least_level: int = DEBUG
    kind: str = ""
    text: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything of it is left out."""
        return bool(self.least_level > DEBUG or self.kind or self.text.strip())


class Deeds:
    """Lines that the journal alone knows."""

    def __init__(self, deeds: Sequence[Deed]) -> None:
        self.deeds = deeds


Source = Segment | Deeds
Pieces = Sequence[Piece[Source]]


@dataclass(frozen=True)
class Found:
    """An answer, or (`partly`) the beginning of one. `anew`: in place of everything there was; `lines`: those of it
    that are seen first, by their place in it; `progress`: changes done and planned, if the run tells.
    """

    pieces: Pieces
    anew: bool
    teller: Teller = field(repr=False)
    lines: Mapping[int, Sequence[Shown]] = field(default_factory=dict, repr=False)
    partly: bool = False
    progress: tuple[int, int] | None = None


def nobody(found: Found) -> None:
    """Nobody is told of the beginning of an answer."""
    del found


@dataclass
class Search:
    """One asking and how far it was followed. Used by one thread at a time. `asked_at`: when the journal was read."""

    asking: Asking
    teller: Teller
    seen: dict[Segment, int] = field(default_factory=dict, repr=False)
    generations: dict[str, int] = field(default_factory=dict)
    began: bool = False
    behind: bool = False
    asked_at: float = 0.0


class Archive:
    """The logs of a home with what the journal says to them: `read_story` of one run, `read_names` to all of them.
    `steady`: seconds, monotonic.
    """

    def __init__(
        self,
        directory: Path,
        read_story: Callable[[str], Story],
        read_names: Callable[[], Story],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._steady = steady
        self._directory, self._read_story, self._read_names = directory, read_story, read_names
        self._streams: dict[str, LogStream] = {}
        self._everybody: tuple[float, Story] | None = None
        self._gate = threading.Lock()

    @property
    def streams(self) -> Mapping[str, LogStream]:
        return dict(self._streams)

    def refresh(self, stop: threading.Event) -> bool:
        """Look at the disk again; whether there was anything new."""
        with self._gate:
            for process in processes(self._directory):
                if process not in self._streams:
                    self._streams[process] = LogStream(self._directory, process, log_vocabulary.VOCABULARY)
            return sum(stream.refresh(stop) for stream in list(self._streams.values())) > 0

    def go_on(self, search: Search, stop: threading.Event, tell: Callable[[Found], None] = nobody) -> Found:
        """What is new since the last time; everything, the first time and when files were turned over.

        `tell` is handed what was found so far while it takes longer; the answer is then the rest.
        """
        due = self._steady() + _FIRST_SECONDS
        self.refresh(stop)
        asking = search.asking
        streams = [stream for name, stream in self.streams.items() if asking.run or name == asking.process]
        generations = {stream.process: stream.generation for stream in streams}
        anew = not search.began or any(
            search.generations.get(name, generation) != generation for name, generation in generations.items()
        )
        if anew:
            search.seen.clear()
        search.generations, search.began = generations, True
        self._keep_up(search, anew=anew)
        query = _query(asking, search.teller)
        pieces: list[Piece[Source]] = list(self._unlogged(search, streams)) if anew else []
        for stream in streams:
            for piece in find(stream, query, search.seen, stop):
                pieces.append(piece)
                if self._steady() >= due:
                    lines = _first_seen(pieces, search.teller) if anew else {}
                    tell(Found(pieces, anew, search.teller, lines, partly=True))
                    anew, pieces, due = False, [], self._steady() + _MORE_SECONDS
        lines = _first_seen(pieces, search.teller)
        return Found(pieces, anew, search.teller, lines, progress=self._progress(streams, asking.run))

    def prepare(self, teller: Teller) -> None:
        """Have a teller work out what words are looked for in before anybody types one."""
        teller.prepare()
        for stream in self.streams.values():
            teller.names_of(stream.known)

    def _keep_up(self, search: Search, *, anew: bool) -> None:
        """Ask the journal what it says to what the log tells by now, of a run that goes on every other second.
        Everybody's names take too long to be read while somebody waits for the answer to a search.
        """
        run, teller, now = search.asking.run, search.teller, self._steady()
        grown = any(
            segment.count > search.seen.get(segment, 0) for each in self.streams.values() for segment in each.segments
        )
        search.behind = search.behind or grown
        wait = _JOURNAL_SECONDS if run else _NAMES_SECONDS
        waited_for = anew and teller.story.whole
        due = search.behind and not waited_for and not teller.story.ended and now - search.asked_at >= wait
        other = teller.story.run != run if run else not teller.story.whole
        if due or (anew and other):
            story = self._story(run, now) if run else self._named(now)
            search.teller = Teller(teller.words, story, teller.zone)
            search.asked_at, search.behind = now, False

    def _story(self, run: str, now: float) -> Story:
        """What the journal knows of a run. Whom one that goes on left out it tells at its end: older names serve."""
        story = self._read_story(run)
        if story.ended:
            return story
        older = self._named(now)
        departments = {**older.departments, **story.departments}
        return replace(story, names={**older.names, **story.names}, departments=departments)

    def _named(self, now: float) -> Story:
        if self._everybody is None or now - self._everybody[0] >= _NAMES_SECONDS:
            self._everybody = now, self._read_names()
        return self._everybody[1]

    def _unlogged(self, search: Search, streams: Sequence[LogStream]) -> list[Piece[Source]]:
        """What a run that has ended did, and its log no longer holds."""
        story, run = search.teller.story, search.asking.run
        if not run or not story.ended:
            return []
        told: set[tuple[str, str, int | None]] = set()
        for stream in streams:
            sorts, whos = [sort.what for sort in stream.known.sorts], stream.known.by_number
            for segment in stream.segments:
                for first, last in segment.stretches(run, 0, segment.count):
                    pairs = set(zip(segment.sorts[first:last], segment.whos.between(first, last), strict=True))
                    told |= {(sorts[sort], whos[who].portal, whos[who].number or None) for sort, who in pairs}
        deeds = [deed for deed in story.deeds.values() if deed.key not in told and _worth_telling(deed, story)]
        fitting = [deed for deed in deeds if _fits(deed, search)]
        return [Piece(Deeds(fitting), range(len(fitting)))]

    def _progress(self, streams: Sequence[LogStream], run: str) -> tuple[int, int] | None:
        if not run:
            return None
        done = total = 0
        for stream in streams:
            for segment in stream.segments:
                spans = segment.spans.get(run, ())
                changes = {number for sort, number in stream.sorts.items() if sort.event == logged.CHANGE}
                planned = stream.sorts.get(Sort(logged.PLANNED, ""), -1)
                for first, last in list(spans):
                    sorts = segment.sorts[first:last]
                    done += sum(sorts.count(number) for number in changes)
                    place = sorts.find(planned) if planned >= 0 else -1
                    if place >= 0:
                        record = segment.read([first + place])[0]
                        total = int(record.fields.get("total") or 0) if record is not None else 0
        return (done, total) if total else None


def _query(asking: Asking, teller: Teller) -> LogQuery:
    words = tuple(
        Word(text, teller.is_sort(text), teller.is_who(text), teller.deeds_saying(text))
        for text in asking.text.replace("№", " ").split()
    )
    kind = asking.kind
    return LogQuery(
        run=asking.run or None,
        least_level=asking.least_level,
        sort=(lambda sort: kind_of(sort) == kind) if kind else None,
        words=words,
    )


def _worth_telling(deed: Deed, story: Story) -> bool:
    """A change that was not tried is no deed, and a failed one is told by its problem."""
    if deed.state == "withdrawn":
        return False
    if deed.state == "failed":
        return (deed.code, deed.portal, deed.bitrix24_id) not in story.deeds
    return True


def _fits(deed: Deed, search: Search) -> bool:
    asking, teller = search.asking, search.teller
    if deed.level < asking.least_level:
        return False
    event = logged.CHANGE if deed.state else logged.PROBLEM
    if asking.kind and kind_of(Sort(event, deed.what)) != asking.kind:
        return False
    if not asking.text.strip():
        return True
    shown = teller.of_deed(deed)
    sought = folded(f"{shown.who}\n{deed.bitrix24_id}\n{deed.learn_id}\n{shown.kind}\n{shown.what}")
    return all(word in sought for word in folded(asking.text).split())


def _first_seen(pieces: Pieces, teller: Teller) -> Mapping[int, Sequence[Shown]]:
    """The lines at either end: one of the two is on the screen as soon as the answer is."""
    listing: Listing[Source] = Listing(pieces)
    count = len(listing)
    heads = read_shown(listing, 0, min(PAGE, count), teller)
    begin = max(PAGE, count - PAGE)
    return {0: heads, begin: read_shown(listing, begin, count, teller)} if begin < count else {0: heads}


def read_shown(listing: Listing[Source], first: int, behind: int, teller: Teller) -> list[Shown]:
    """The lines from place `first` to before `behind`, each file opened once for neighbours."""
    return read_places([listing[place] for place in range(first, behind)], teller)


def read_places(places: Sequence[tuple[Source, int]], teller: Teller) -> list[Shown]:
    """The lines in these places, likewise. For a worker thread: files are read."""
    shown: list[Shown] = []
    at = 0
    while at < len(places):
        source = places[at][0]
        end = at
        while end < len(places) and places[end][0] is source:
            end += 1
        rows = [row for _, row in places[at:end]]
        if isinstance(source, Deeds):
            shown += [teller.of_deed(source.deeds[row]) for row in rows]
        else:
            shown += [_of(record, teller) for record in source.read(rows)]
        at = end
    return shown


def _of(record: LogRecord | None, teller: Teller) -> Shown:
    if record is None:
        return Shown("", DEBUG, teller.words(KINDS["program"]), "", teller.words("The file of this record is gone"))
    return teller.of_record(record)
