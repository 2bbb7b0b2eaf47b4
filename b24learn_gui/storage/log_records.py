"""Log files as records: where each line begins, of what kind and about whom it is, in 22 bytes; read when it is shown.

A file may be turned over or grow while it is read (see `log_files`).
"""

import re
import sys
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from b24learn_gui.storage.log_columns import Column
from b24learn_gui.storage.log_files import look, opened
from b24learn_gui.storage.log_text import saying

DEBUG, INFO, WARNING, ERROR = range(4)
"""How grave a record is."""

_LEVELS = {"DEBUG": DEBUG, "INFO": INFO, "WARNING": WARNING, "ERROR": ERROR, "CRITICAL": ERROR}
_CHUNK = 1 << 19
_MOST_SORTS = 255
_MOST_WHOS = 250_000
"""Of one kind of process; some 380 bytes each."""
_MOST_SAYINGS = 10_000
"""Likewise; some 200 bytes each, 1,000 at most."""
_OWN_KEYS = frozenset({"time", "level", "logger", "message", "run"})


class Sort(NamedTuple):
    """What records are alike in: `event` is a known message or nothing, `what` the kind, code, phase or exit code that
    goes with it.
    """

    event: str
    what: str


class Who(NamedTuple):
    """Whom records are about. `number`: in Bitrix24, 0 for nobody; `what` has this number, `person` or `department`, or
    nobody knows which. `saying`: what else they say (`log_text`), None: the file alone knows.
    """

    portal: str
    number: int
    learn_id: str
    what: str
    saying: bytes | None = b""


NOBODY, TOO_MANY = Who("", 0, "", ""), Who("", 0, "", "too many")
"""`TOO_MANY`: not told apart from others any more; the file alone knows."""


@dataclass(frozen=True)
class Vocabulary:
    """What messages are known by heart (`events`); in which of them nothing is said that the index does not hold
    (`whole`); and whose number it is that a sort of records names (`Who.what`).
    """

    events: Collection[str] = ()
    whole: Collection[str] = ()
    whose: Callable[[Sort], str] = field(default=lambda _: "")


class LogRecord(msgspec.Struct, frozen=True):
    """One line. `time` is None where it cannot be read; `message` of such a line is the line itself."""

    time: datetime | None
    level: int
    logger: str
    message: str
    run: str
    fields: Mapping[str, Any]
    """What was said besides (`storage.logs.EXTRA_KEYS`, `error`)."""


class _Line(msgspec.Struct, gc=False):
    """What of a line is indexed."""

    level: Any = ""
    message: Any = ""
    run: Any = ""
    kind: Any = None
    code: Any = None
    phase: Any = None
    exit_code: Any = None
    portal: Any = None
    bitrix24_id: Any = None
    learn_id: Any = None


_LINES = msgspec.json.Decoder(_Line)
_WHOLE = msgspec.json.Decoder(dict[str, Any])


class Known:
    """What the records of one kind of process are alike in, and whom they are about, each with its number.

    `portals`, `numbers` (None: nobody is named), `learn_ids` (small letters), `sayings`: the same by number, to be
    looked through at once. They are no shorter than `by_number` at any time.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.sorts: dict[Sort, int] = {Sort("", ""): 0}
        self.whos: dict[Who, int] = {NOBODY: 0, TOO_MANY: 1}
        self.by_number: list[Who] = [NOBODY, TOO_MANY]
        self.portals, self.learn_ids = ["", ""], ["", ""]
        self.numbers: list[int | None] = [None, None]
        self.sayings: list[bytes | None] = [b"", b""]
        self._kept: dict[bytes, bytes] = {}
        self._whose, self._loose = [""], [True]

    @property
    def too_many(self) -> bool:
        """Whether there are lines of which the index does not know whom they are about."""
        return len(self.by_number) >= _MOST_WHOS

    def sort(self, line: _Line) -> int:
        event = line.message if isinstance(line.message, str) and line.message in self.vocabulary.events else ""
        what = line.kind or line.code or line.phase or ("" if line.exit_code is None else str(line.exit_code))
        key = Sort(event, what if event and isinstance(what, str) else "")
        found = self.sorts.get(key)
        if found is None:
            # More kinds than fit are not told apart: nothing but the filter by kind is coarser then.
            if len(self.sorts) >= _MOST_SORTS:
                return 0
            found = len(self.sorts)
            self._whose.append(self.vocabulary.whose(key))
            self._loose.append(event not in self.vocabulary.whole)
            self.sorts[key] = found
        return found

    def who(self, line: _Line, sort: int, text: bytes) -> int:
        number, learn_id = line.bitrix24_id, line.learn_id
        nobody = number is None and learn_id is None and line.portal is None
        if nobody and not self._loose[sort]:
            return 0
        key = (
            line.portal if isinstance(line.portal, str) else "",
            number if isinstance(number, int) else 0,
            learn_id if isinstance(learn_id, str) else "",
            self._whose[sort],
            self._saying(text) if self._loose[sort] else b"",
        )
        found = self.whos.get(key)  # type: ignore[call-overload]  # a plain tuple is found like the named one
        if found is None:
            if self.too_many:
                return 1
            found = self._learn(Who(*key), nobody=nobody)
        return int(found)

    def _saying(self, text: bytes) -> bytes | None:
        told = saying(text)
        if told is None or (len(self._kept) >= _MOST_SAYINGS and told not in self._kept):
            return None
        return self._kept.setdefault(told, told)

    def _learn(self, who: Who, *, nobody: bool) -> int:
        low, number = who.learn_id.casefold(), len(self.by_number)
        self.portals.append(sys.intern(who.portal))
        self.numbers.append(None if nobody else who.number)
        self.sayings.append(who.saying)
        self.learn_ids.append(who.learn_id if low == who.learn_id else low)
        self.by_number.append(who)
        self.whos[who] = number
        return number


@dataclass(eq=False)
class Segment:
    """The index of one file: columns with a place for each line. Grows at its end; readers look no further than
    `count`, which is moved last.
    """

    path: Path
    first_line: bytes
    known: Known = field(repr=False)
    count: int = 0
    end: int = 0
    offsets: "array[int]" = field(default_factory=lambda: array("Q"), repr=False)
    whos: Column = field(default_factory=Column, repr=False)
    levels: bytearray = field(default_factory=bytearray, repr=False)
    sorts: bytearray = field(default_factory=bytearray, repr=False)
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict, repr=False)
    """Run → the stretches of lines (first, behind the last) that belong to it."""

    @property
    def bytes_used(self) -> int:
        """Memory of the columns, in bytes."""
        offsets = self.offsets.itemsize * len(self.offsets)
        return offsets + self.whos.bytes_used + len(self.levels) + len(self.sorts)

    def stretches(self, run: str | None, first: int, last: int) -> list[tuple[int, int]]:
        """The stretches between these places that belong to a run; all of it belongs to None."""
        if run is None:
            return [(first, last)] if first < last else []
        spans = self.spans.get(run, [])
        begin = max(0, bisect_right(spans, (first, last)) - 1)
        found = spans[begin : bisect_left(spans, (last, 0))]
        cut = ((max(one, first), min(other, last)) for one, other in found)
        return [(one, other) for one, other in cut if one < other]

    def grow(self, stop: threading.Event) -> bool:
        """Index the complete lines behind those known; False if there was nothing new or the file is gone."""
        known = self.count
        with opened(self.path, self.first_line) as file:
            if file is None:
                return False
            file.seek(self.end)
            size = _CHUNK
            while not stop.is_set() and (chunk := file.read(size)):
                behind = chunk.rfind(b"\n") + 1
                if behind:
                    self._take(chunk[:behind])
                    size = _CHUNK
                elif len(chunk) < size:
                    break  # half a line: somebody is writing it
                else:
                    size *= 2
                file.seek(self.end)
        return self.count > known

    def read(self, rows: Sequence[int]) -> list[LogRecord | None]:
        """The records in these places; None for those of a file that is gone by now."""
        with opened(self.path, self.first_line) as file:
            if file is None:
                return [None] * len(rows)
            return [_decoded(self._line(file, row)) for row in rows]

    def lines(self, stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        """The text of these places (first, behind the last), in pieces of whole lines, each with the place of its
        first. The file is opened once.
        """
        with opened(self.path, self.first_line) as file:
            for first, stop in stretches if file is not None else ():
                start = first
                while file is not None and start < stop:
                    begin = self.offsets[start]
                    upto = start + 1
                    while upto < stop and self.offsets[upto] - begin < _CHUNK:
                        upto = min(stop, upto + 1024)
                    file.seek(begin)
                    yield start, file.read(self._behind(upto - 1) - begin)
                    start = upto

    def _line(self, file: BufferedReader, row: int) -> bytes:
        begin = self.offsets[row]
        file.seek(begin)
        return file.read(self._behind(row) - begin)

    def _behind(self, row: int) -> int:
        """Where the line after this one begins, also while further ones are being indexed on another thread."""
        end = self.end  # asked first: whoever moves it on has noted where the next line begins
        return self.offsets[row + 1] if row + 1 < len(self.offsets) else end

    def _take(self, chunk: bytes) -> None:
        lines = chunk.split(b"\n")
        lines.pop()
        place, run_before, begin, known = self.count, "", self.count, self.known
        for line, parsed in zip(lines, _parsed(chunk, lines), strict=True):
            self.offsets.append(self.end)
            self.end += len(line) + 1
            self.levels.append(_LEVELS.get(parsed.level, INFO) if isinstance(parsed.level, str) else INFO)
            sort = known.sort(parsed)
            self.sorts.append(sort)
            self.whos.append(known.who(parsed, sort, line))
            run = parsed.run if isinstance(parsed.run, str) else ""
            if run != run_before:
                self._belongs(run_before, begin, place)
                run_before, begin = run, place
            place += 1
        self._belongs(run_before, begin, place)
        self.count = place

    def _belongs(self, run: str, begin: int, behind: int) -> None:
        if not run or begin == behind:
            return
        spans = self.spans.setdefault(run, [])
        if spans and spans[-1][1] == begin:
            spans[-1] = (spans[-1][0], behind)  # at no time without it: somebody may be reading
        else:
            spans.append((begin, behind))


class LogStream:
    """The log of one kind of process: its file and those turned over, the oldest first.

    `refresh` is for one thread at a time; everything else may be read meanwhile.
    """

    def __init__(self, directory: Path, process: str, vocabulary: Vocabulary) -> None:
        self.process = process
        self.known = Known(vocabulary)
        self._directory = directory
        self.segments: tuple[Segment, ...] = ()
        self.generation = 0
        """Moves on when records went away with the oldest file: places are counted anew then."""

    def refresh(self, stop: threading.Event) -> bool:
        """Look at the disk again; whether there is anything new."""
        generation = self.generation
        self._find_files()
        grown = [segment.grow(stop) for segment in self.segments if not stop.is_set()]
        return any(grown) or generation != self.generation

    @property
    def sorts(self) -> Mapping[Sort, int]:
        return self.known.sorts

    @property
    def count(self) -> int:
        return sum(segment.count for segment in self.segments)

    @property
    def runs(self) -> frozenset[str]:
        """Runs that have records here."""
        return frozenset(run for segment in self.segments for run in list(segment.spans))

    def _find_files(self) -> None:
        known = {segment.first_line: segment for segment in self.segments}
        found: dict[bytes, Segment] = {}
        for path in self._paths():
            name, size = look(path)
            if not name or name in found:
                continue
            segment = known.get(name)
            if segment is None or size < segment.end:  # another file, or one that was cut short
                segment = Segment(path, name, self.known)
            segment.path = path
            found[name] = segment
        segments = tuple(found.values())
        if not set(self.segments) <= set(segments):
            self.generation += 1
            if self.known.too_many:  # most of them went with files that are gone; nobody new would have a name
                self.known = Known(self.known.vocabulary)
                segments = tuple(Segment(each.path, each.first_line, self.known) for each in segments)
        self.segments = segments

    def _paths(self) -> list[Path]:
        shape = re.compile(rf"{re.escape(self.process)}\.log(?:\.(\d+))?")
        try:
            matched = [(path, shape.fullmatch(path.name)) for path in self._directory.iterdir()]
        except OSError:
            return []
        return [path for _, path in sorted(((-int(got[1] or 0), path) for path, got in matched if got))]


def processes(directory: Path) -> list[str]:
    """Which kinds of processes have logs here, by name."""
    try:
        return sorted({path.name.partition(".log")[0] for path in directory.iterdir() if ".log" in path.name})
    except OSError:
        return []


def _parsed(chunk: bytes, lines: Sequence[bytes]) -> Sequence[_Line]:
    try:
        parsed = _LINES.decode_lines(chunk)
    except msgspec.MsgspecError:
        parsed = []
    return parsed if len(parsed) == len(lines) else [_parsed_alone(line) for line in lines]


def _parsed_alone(line: bytes) -> _Line:
    try:
        return _LINES.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Line()


def _decoded(line: bytes) -> LogRecord:
    try:
        read = _WHOLE.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return LogRecord(None, INFO, "", line.decode("utf-8", "replace").strip(), "", {})
    return LogRecord(
        time=_time(read.get("time")),
        level=_LEVELS.get(str(read.get("level")), INFO),
        logger=str(read.get("logger", "")),
        message=str(read.get("message", "")),
        run=str(read.get("run") or ""),
        fields={name: value for name, value in read.items() if name not in _OWN_KEYS},
    )


def _time(value: object) -> datetime | None:
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return when if when.tzinfo is not None else None
