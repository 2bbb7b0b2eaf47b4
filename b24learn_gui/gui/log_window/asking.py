"""What records are asked for, and how they are found: on a worker thread, over the index and the journal. No Qt."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from b24learn_gui.gui.log_window.words import KINDS, Shown, Teller, kind_of
from b24learn_gui.gui.models.plan_rows import folded
from b24learn_gui.service import logged
from b24learn_gui.service.log_reading import Deed, Story
from b24learn_gui.storage.log_filter import Listing, LogQuery, Piece, Word, find
from b24learn_gui.storage.log_records import DEBUG, LogRecord, LogStream, Segment, Sort, processes

_JOURNAL_SECONDS = 2.0


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
    """An answer. `anew`: in place of everything there was; `progress`: changes done and planned, if the run tells."""

    pieces: Pieces
    anew: bool
    teller: Teller = field(repr=False)
    progress: tuple[int, int] | None = None


@dataclass
class Search:
    """One asking and how far it was followed. Used by one thread at a time."""

    asking: Asking
    teller: Teller
    seen: dict[Segment, int] = field(default_factory=dict, repr=False)
    generations: dict[str, int] = field(default_factory=dict)
    began: bool = False
    behind: bool = False
    asked_at: float = 0.0


class Archive:
    """The logs of a home with what the journal, asked by `read_story`, says to them. `steady`: seconds, monotonic."""

    def __init__(
        self, directory: Path, read_story: Callable[[str], Story], steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._steady = steady
        self._directory, self._read_story = directory, read_story
        self._streams: dict[str, LogStream] = {}
        self._gate = threading.Lock()

    @property
    def streams(self) -> Mapping[str, LogStream]:
        return dict(self._streams)

    def refresh(self, stop: threading.Event) -> bool:
        """Look at the disk again; whether there was anything new."""
        with self._gate:
            for process in processes(self._directory):
                if process not in self._streams:
                    self._streams[process] = LogStream(self._directory, process, logged.EVENTS)
            return sum(stream.refresh(stop) for stream in list(self._streams.values())) > 0

    def go_on(self, search: Search, stop: threading.Event) -> Found:
        """What is new since the last time; everything, the first time and when files were turned over."""
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
            pieces += find(stream, query, search.seen, stop)
        return Found(pieces, anew, search.teller, self._progress(streams, asking.run))

    def _keep_up(self, search: Search, *, anew: bool) -> None:
        """Ask the journal what it says to what the log tells by now, of a run that goes on every other second."""
        run, teller, now = search.asking.run, search.teller, self._steady()
        grown = any(
            segment.count > search.seen.get(segment, 0) for each in self.streams.values() for segment in each.segments
        )
        search.behind = search.behind or grown
        due = search.behind and not teller.story.ended and now - search.asked_at >= _JOURNAL_SECONDS
        if run and (due or (anew and teller.story.run != run)):
            search.teller = Teller(teller.words, self._read_story(run), teller.zone)
            search.asked_at, search.behind = now, False

    def _unlogged(self, search: Search, streams: Sequence[LogStream]) -> list[Piece[Source]]:
        """What a run that has ended did, and its log no longer holds."""
        story, run = search.teller.story, search.asking.run
        if not run or not story.ended:
            return []
        told: set[int] = set()
        for stream in streams:
            for segment in stream.segments:
                for first, last in segment.spans.get(run, ()):
                    told.update(segment.subjects[first:last])
        deeds = [deed for deed in story.deeds.values() if deed.subject not in told and _worth_telling(deed, story)]
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
    words = tuple(Word(text, teller.subjects(text), teller.is_sort(text)) for text in asking.text.split())
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


def read_shown(listing: Listing[Source], first: int, behind: int, teller: Teller) -> list[Shown]:
    """The lines from place `first` to before `behind`, each file opened once for neighbours."""
    places = [listing[place] for place in range(first, behind)]
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
