"""Log files as records: found by run, gravity, sort and words, while files grow and are turned over."""

import json
import logging
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.storage.log_columns import BLOCK
from b24learn_gui.storage.log_filter import Listing, LogQuery, find
from b24learn_gui.storage.log_records import (
    ERROR,
    INFO,
    WARNING,
    Known,
    LogRecord,
    LogStream,
    Segment,
    Sort,
    Vocabulary,
    Who,
)
from b24learn_gui.storage.log_words import Word
from b24learn_gui.storage.logs import log_to

GO_ON = threading.Event()
LOGGER = logging.getLogger("b24learn_gui.service.run")
MANY = 1_000_000
SPOKEN = Vocabulary({"change", "problem", "run began", "phase", "run ended"})
WHOLE = Vocabulary(SPOKEN.events, {"change", "problem"}, lambda sort: sort.what.partition(".")[0])


def line(number: int = 0, message: str = "change", level: str = "INFO", **more: Any) -> str:
    time_text = f"2026-11-22T03:{number // 60_000 % 60:02d}:{number // 1000 % 60:02d}.{number % 1000:03d}Z"
    said = {"time": time_text, "level": level, "logger": "b24learn_gui.service.run", "message": message, **more}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def stream_of(directory: Path, *lines: str, vocabulary: Vocabulary = SPOKEN) -> LogStream:
    (directory / "sync.log").write_text("".join(lines), "utf-8")
    return refreshed(LogStream(directory, "sync", vocabulary))


def refreshed(stream: LogStream) -> LogStream:
    stream.refresh(GO_ON)
    return stream


def found(stream: LogStream, seen: dict[Segment, int] | None = None, **query: Any) -> list[LogRecord]:
    listing = Listing(find(stream, LogQuery(**query), {} if seen is None else seen, GO_ON))
    places = [listing[place] for place in range(len(listing))]
    records = [segment.read([row])[0] for segment, row in places]
    assert None not in records
    return [record for record in records if record is not None]


def each(judge: Callable[[Who], bool]) -> Callable[[Known, int], Iterable[bool]]:
    return lambda known, begin: map(judge, known.by_number[begin:])


def messages(stream: LogStream, **query: Any) -> list[str]:
    return [record.message for record in found(stream, **query)]


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    with log_to(tmp_path, "sync", list):
        LOGGER.warning("change", extra={"run": "r1", "kind": "user.move", "portal": "main", "bitrix24_id": 27})
    (record,) = found(refreshed(LogStream(tmp_path, "sync", WHOLE)))
    assert (record.level, record.message, record.run) == (WARNING, "change", "r1")
    assert record.fields == {"kind": "user.move", "portal": "main", "bitrix24_id": 27}
    assert record.time is not None
    assert record.time.tzinfo is not None


def test_runs_are_told_apart_even_when_their_lines_alternate(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, *(line(n, f"m{n}", run=f"r{n // 2 % 2}") for n in range(8)), line(8, "alone"))
    assert messages(stream, run="r0") == ["m0", "m1", "m4", "m5"]
    assert messages(stream, run="r1") == ["m2", "m3", "m6", "m7"]
    assert messages(stream, run="r2") == []
    assert len(messages(stream)) == 9
    assert stream.runs == {"r0", "r1"}


def test_gravity_sort_and_words_narrow_together(tmp_path: Path) -> None:
    stream = stream_of(
        tmp_path,
        line(1, "run began"),
        line(2, kind="user.move", portal="main", bitrix24_id=1),
        line(3, "problem", "WARNING", code="login_missing", portal="main", bitrix24_id=2),
        line(4, "problem", "ERROR", code="rejected_by_learn", portal="main", bitrix24_id=3),
    )
    assert len(found(stream, least_level=INFO)) == 4
    assert [record.level for record in found(stream, least_level=WARNING)] == [WARNING, ERROR]
    problems: dict[str, Any] = {"sort": lambda sort: sort.event == "problem"}
    assert len(found(stream, **problems)) == 2
    assert len(found(stream, least_level=ERROR, **problems, words=(Word("rejected"),))) == 1
    assert found(stream, least_level=ERROR, words=(Word("login"),)) == []
    assert set(stream.sorts) == {Sort("", ""), Sort("run began", ""), Sort("change", "user.move"),
                                 Sort("problem", "login_missing"), Sort("problem", "rejected_by_learn")}  # fmt: skip


@pytest.mark.parametrize("text", ["ПОРТАЛ", "портал", "Портал", "SERVER", "server", 'a "quoted"', "back\\slash"])
def test_words_are_found_whatever_their_case_and_signs(tmp_path: Path, text: str) -> None:
    stream = stream_of(
        tmp_path, line(1, "other"), line(2, 'Портал: Server said a "quoted" back\\slash'), line(3, "end")
    )
    assert len(found(stream, words=tuple(Word(word) for word in text.split()))) == 1


@pytest.mark.parametrize("text", ["«ромашка»", "ИВАНОВ-петров", "королев", "КОРОЛЁВ", "😀привет", "«ёж»27", "страсе"])
@pytest.mark.parametrize("vocabulary", [SPOKEN, WHOLE], ids=["of known messages", "of whole ones"])
def test_words_are_found_with_capital_letters_anywhere_in_them_and_whatever_the_dots_of_their_e(
    tmp_path: Path, text: str, vocabulary: Vocabulary
) -> None:
    said = "ООО «Ромашка», Иванов-Петров, Королёв, 😀Привет, «Еж»270, Страсе"
    stream = stream_of(tmp_path, line(1, "other"), line(2, said), line(3, "end"), vocabulary=vocabulary)
    assert messages(stream, words=(Word(text),)) == [said]


def test_names_of_keys_are_no_words_and_neighbours_are_not_found(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, line(1, "a", phase="learn"), line(2, "b", reason="phase out"), line(3, "c"))
    assert messages(stream, words=(Word("phase"),)) == ["b"]
    assert messages(stream, words=(Word("message"),)) == []


def test_a_word_is_also_found_by_whom_it_is_about_and_by_its_sort(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, line(1, kind="user.move", portal="main", bitrix24_id=1), line(2, "run began"),
                       line(3, kind="user.move", portal="b", bitrix24_id=1))  # fmt: skip
    kim = Word("Ким", deeds=frozenset({("user.move", "main", 1)}))
    assert [record.fields["portal"] for record in found(stream, words=(kim,))] == ["main"]
    assert messages(stream, words=(Word("начался", is_sort=lambda sort: sort.event == "run began"),)) == ["run began"]


def test_half_a_line_waits_and_damaged_lines_are_shown_as_they_are(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, line(1, "one"), "{damaged\n", "[]\n", '{"time": 5, "level": [], "message": null}\n')
    path = tmp_path / "sync.log"
    with path.open("a", encoding="utf-8") as file:
        whole = line(2, "two")
        file.write(whole[:30])
        file.flush()
        assert messages(refreshed(stream)) == ["one", "{damaged", "[]", "None"]
        file.write(whole[30:])
    assert messages(refreshed(stream))[-1] == "two"
    assert found(stream)[1].time is None


def test_a_torn_letter_and_a_line_longer_than_any_chunk_do_no_harm(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, line(1, "x" * 1_500_000), line(2, "two"))
    with (tmp_path / "sync.log").open("ab") as file:
        file.write("ж".encode()[:1] + b"\n")
    assert [len(text) for text in messages(refreshed(stream))] == [1_500_000, 3, 1]


def test_the_last_line_is_read_alone_while_further_ones_are_being_indexed(tmp_path: Path) -> None:
    read: list[LogRecord | None] = []
    texts: list[tuple[int, bytes]] = []

    def whose(sort: Sort) -> str:
        if sort.what == "user.late":  # in the middle of indexing
            read.extend(stream.segments[0].read([1]))
            texts.extend(stream.segments[0].lines([(0, 2)]))
        return ""

    lines = [line(1, "one"), line(2, "two")]
    stream = stream_of(tmp_path, *lines, vocabulary=Vocabulary(SPOKEN.events, (), whose))
    with (tmp_path / "sync.log").open("a", encoding="utf-8") as file:
        file.write(line(3, "three") + line(4, "four") + line(5, kind="user.late"))
    refreshed(stream)
    assert [record and record.message for record in read] == ["two"]
    assert texts == [(0, "".join(lines).encode())]


def test_only_what_is_new_is_given_again(tmp_path: Path) -> None:
    seen: dict[Segment, int] = {}
    stream = stream_of(tmp_path, line(1, "one", run="r"))
    assert len(found(stream, seen, run="r")) == 1
    assert found(refreshed(stream), seen, run="r") == []
    with (tmp_path / "sync.log").open("a") as file:
        file.write(line(2, "two", run="r") + line(3, "other", run="s"))
    assert [record.message for record in found(refreshed(stream), seen, run="r")] == ["two"]


def test_turned_over_files_keep_their_records_and_the_oldest_takes_its_own_along(tmp_path: Path) -> None:
    stream, seen = LogStream(tmp_path, "sync", Vocabulary()), dict[Segment, int]()
    read: list[str] = []
    with log_to(tmp_path, "sync", list, max_bytes=2_000, backups=2):
        for number in range(60):
            LOGGER.info("m%02d", number)
            if refreshed(stream).generation == 0:
                read += [record.message for record in found(stream, seen)]
    assert read == [f"m{number:02d}" for number in range(len(read))]  # none twice, none left out
    assert len(read) > 30  # files that were only turned over did not count as others
    assert stream.generation > 0
    there = messages(stream)
    assert there == [f"m{number:02d}" for number in range(60 - len(there), 60)]
    assert len(stream.segments) == 3


@pytest.mark.parametrize("turns", [1, 2])
def test_what_is_turned_over_after_it_was_looked_up_is_searched_and_read_all_the_same(
    tmp_path: Path, turns: int
) -> None:
    (tmp_path / "sync.log.1").write_text("".join(map(detailed, range(5))), "utf-8")
    stream = stream_of(tmp_path, *map(detailed, range(100, 110)))
    for turn in range(turns):
        for number in range(turn + 1, 0, -1):
            (tmp_path / f"sync.log.{number}").replace(tmp_path / f"sync.log.{number + 1}")
        (tmp_path / "sync.log").replace(tmp_path / "sync.log.1")
        (tmp_path / "sync.log").write_text(line(turn, f"new file {turn}"), "utf-8")
    for word, reason in (("105", "Ответ 105"), ("4", "Ответ 4")):
        assert reason in [record.fields["reason"] for record in found(stream, words=(Word(word),))]


def test_a_file_that_is_gone_gives_no_records_and_no_error(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, line(1))
    (segment,) = stream.segments
    (tmp_path / "sync.log").unlink()
    assert segment.read([0]) == [None]
    assert refreshed(stream).count == 0
    assert refreshed(LogStream(tmp_path / "nowhere", "sync", Vocabulary())).count == 0


def test_a_listing_finds_each_place_in_its_piece(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, *(line(n, f"m{n}", "WARNING" if n % 3 else "INFO") for n in range(30)))
    listing = Listing(find(stream, LogQuery(least_level=WARNING), {}, GO_ON))
    listing.add(find(stream, LogQuery(words=(Word("m29"),)), {}, GO_ON))
    assert [listing[place][1] for place in range(len(listing))] == [*(n for n in range(30) if n % 3), 29]


@pytest.mark.parametrize("vocabulary", [SPOKEN, WHOLE], ids=["from the file", "from the index"])
def test_ids_codes_and_portals_are_found_and_no_time_gravity_logger_or_run(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    stream = stream_of(
        tmp_path,
        line(1, run="20261122T030000Z-3f9c", kind="user.move", portal="main", bitrix24_id=414, learn_id="B07c-91"),
        line(2, "problem", "ERROR", run="20261122T030000Z-3f9c", code="login_missing", portal="branch", bitrix24_id=41),
        vocabulary=vocabulary,
    )  # fmt: skip

    def places(word: str, run: str | None = None) -> list[int]:
        return [record.fields["bitrix24_id"] for record in found(stream, run=run, words=(Word(word),))]

    assert places("41") == [414, 41]
    assert places("414") == [414]
    assert places("b07C-9") == [414]
    assert places("MISSING") == [41]
    assert places("branch") == [41]
    assert places("user.move") == [414]
    for word in ("2026", "error", "service", "3f9c", "2026-11-22"):
        assert places(word, run="20261122T030000Z-3f9c") == []
    assert places("20261122T03") == [414, 41]  # of all runs one is looked for by its id


def test_a_name_is_found_of_a_person_or_of_a_department_of_the_same_number(tmp_path: Path) -> None:
    stream = stream_of(
        tmp_path,
        line(1, kind="user.move", portal="main", bitrix24_id=27, learn_id="a"),
        line(2, kind="department.move", portal="main", bitrix24_id=27),
        line(3, kind="user.update", portal="main", bitrix24_id=28),
        vocabulary=WHOLE,
    )

    def kinds(wanted: Who) -> list[str]:
        word = Word("?", is_who=each(lambda who: (who.number, who.what) == (wanted.number, wanted.what)))
        return [record.fields["kind"] for record in found(stream, words=(word,))]

    assert kinds(Who("main", 27, "a", "user")) == ["user.move"]
    assert kinds(Who("main", 27, "", "department")) == ["department.move"]


def test_the_index_and_the_file_give_the_same_answers(tmp_path: Path) -> None:
    kinds, codes = ("user.update", "department.create", "head.set"), ("login_missing", "phone_invalid")
    lines = [
        line(n, "problem", code=codes[n % 2], portal=f"p{n % 3}", bitrix24_id=n)
        if n % 5 == 0
        else line(n, kind=kinds[n % 3], portal=f"p{n % 3}", bitrix24_id=n % 40, learn_id=f"id-{n % 17}")
        for n in range(300)
    ]
    one, other = (stream_of(tmp_path, *lines, vocabulary=each) for each in (SPOKEN, WHOLE))
    for text in ("1", "12", "id-1", "p2", "user", "head.set", "missing", "nothing", "id-16 p1", "department 3"):
        words = tuple(map(Word, text.split()))
        there = found(one, words=words)
        assert found(other, words=words) == there
        assert there or text == "nothing"


def test_more_people_than_are_told_apart_are_found_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("b24learn_gui.storage.log_records._MOST_WHOS", 5)
    stream = stream_of(
        tmp_path, *(line(n, kind="user.move", portal="main", bitrix24_id=n) for n in range(10, 20)), vocabulary=WHOLE
    )
    assert [record.fields["bitrix24_id"] for record in found(stream, words=(Word("18"),))] == [18]
    assert len(found(stream, words=(Word("main"),))) == 10


def test_who_comes_after_very_many_others_is_found_by_name_once_the_files_of_those_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("b24learn_gui.storage.log_records._MOST_WHOS", 8)

    def about(numbers: range) -> str:
        return "".join(line(n, kind="user.move", portal="main", bitrix24_id=n) for n in numbers)

    (tmp_path / "sync.log.1").write_text(about(range(10, 15)), "utf-8")
    stream = stream_of(tmp_path, about(range(20, 23)), vocabulary=WHOLE)
    (tmp_path / "sync.log").replace(tmp_path / "sync.log.1")
    (tmp_path / "sync.log").write_text(about(range(30, 33)), "utf-8")
    refreshed(stream)
    kim = Word("Ким", is_who=each(lambda who: who.number in {22, 32}))
    assert [record.fields["bitrix24_id"] for record in found(stream, words=(kim,))] == [22, 32]


def detailed(number: int) -> str:
    return line(
        number, "answered", run=f"r{number // 100}", method="user.get", seconds=number / 7, reason=f"Ответ {number}"
    )


def test_words_without_figures_are_found_in_lines_with_details_of_their_own_without_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stream_of(tmp_path, *map(detailed, range(2_000)), vocabulary=WHOLE)
    assert len(found(stream, words=(Word("1999"),))) == 1
    monkeypatch.setattr(Segment, "lines", lambda *_: pytest.fail("the file was read"))
    for word, number in (("ответ", 2_000), ("get", 2_000), ("nobody", 0), ("get0", 0), ("method", 0)):
        assert sum(len(piece.rows) for piece in find(stream, LogQuery(words=(Word(word),)), {}, GO_ON)) == number


def test_sayings_are_kept_up_to_a_number_and_a_length_and_the_others_found_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("b24learn_gui.storage.log_records._MOST_SAYINGS", 3)
    texts = [f"m{letter}" for letter in "abcdefgh"]
    stream = stream_of(tmp_path, line(0, "long " * 300 + "end"), *(line(n, text) for n, text in enumerate(texts, 1)))
    assert len({who.saying for who in stream.known.by_number if who.saying}) == 3
    for text in texts:
        assert messages(stream, words=(Word(text),)) == [text]
    assert len(messages(stream, words=(Word("end"),))) == 1


def test_finds_come_piece_by_piece_and_a_search_stops_between_them(tmp_path: Path) -> None:
    many_lines(tmp_path / "sync.log", 2 * BLOCK + 10)
    stream = refreshed(LogStream(tmp_path, "sync", WHOLE))
    pieces = list(find(stream, LogQuery(words=(Word("user"),)), {}, GO_ON))
    assert [len(piece.rows) for piece in pieces] == [BLOCK, BLOCK, 10]
    stop = threading.Event()
    halves = []
    for piece in find(stream, LogQuery(words=(Word("user"),)), {}, stop):
        halves.append(piece)
        stop.set()
    assert len(halves) == 1


def many_lines(path: Path, number: int, *, message: str = "change") -> None:
    kinds = ("user.update", "user.create", "user.move")
    with path.open("w") as file:
        for n in range(number):
            more = {"run": "r", "kind": kinds[n % 3], "portal": "main", "bitrix24_id": n % 30_000,
                    "learn_id": f"{n % 30_000:08x}-4f2b-11ee"}  # fmt: skip
            file.write(line(n, message, "INFO" if n % 50 else "WARNING", **more))


def grown_by_reading(stream: LogStream) -> int:
    """Bytes that Python holds more once the files were read."""
    tracemalloc.start()
    try:
        refreshed(stream)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("number", [20_000, pytest.param(MANY, marks=pytest.mark.long)])
def test_filters_over_many_records_are_quick_and_the_index_is_small(tmp_path: Path, number: int) -> None:
    many_lines(tmp_path / "sync.log", number)
    stream = LogStream(tmp_path, "sync", WHOLE)
    if number < MANY:  # tracing makes it ten times slower
        assert grown_by_reading(stream) < 28 * number + 450 * len(stream.known.whos) + 2_000_000
    refreshed(stream)
    assert stream.count == number
    assert sum(segment.bytes_used for segment in stream.segments) <= 22 * number

    def seconds(**query: Any) -> float:
        took = []
        for _ in range(3):
            begun = time.thread_time()
            list(find(stream, LogQuery(run="r", **query), {}, GO_ON))
            took.append(time.thread_time() - begun)
        return min(took)

    # Work, not waiting, and beside other tests that counts double: `bench --log` holds 0.2 by the clock.
    assert seconds(least_level=WARNING) < 0.2
    assert seconds(sort=lambda sort: sort.what == "user.move") < 0.2
    assert seconds(least_level=WARNING, sort=lambda sort: sort.what == "user.move") < 0.2
    few = frozenset(("user.update", "main", n) for n in range(0, 3_000, 3))
    for word in (
        Word("Ким", deeds=few),
        Word("ан", is_who=each(lambda who: who.number % 2 == 0)),
        Word("профиль", is_sort=lambda sort: sort.what == "user.update"),
        Word("2"),
        Word("main"),
        Word("4f2b"),
        Word("nobody"),
    ):
        assert seconds(words=(word,)) < 0.2, word.text


def test_lines_with_details_of_their_own_take_no_more_memory_than_others(tmp_path: Path) -> None:
    (tmp_path / "sync.log").write_text("".join(map(detailed, range(20_000))), "utf-8")
    stream = LogStream(tmp_path, "sync", WHOLE)
    assert grown_by_reading(stream) < 28 * 20_000 + 500_000


def test_looking_for_words_stops_when_it_is_told_to(tmp_path: Path) -> None:
    stream, stop = stream_of(tmp_path, *(line(n) for n in range(2_000))), threading.Event()
    stop.set()
    assert list(find(stream, LogQuery(words=(Word("change"),)), {}, stop)) == []
