"""What a search finds is what somebody would find who looked through every record, one by one."""

import json
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from b24learn_gui.gui.log_window.asking import Archive, Asking, Found, Search
from b24learn_gui.gui.log_window.words import Teller, kind_of
from b24learn_gui.gui.models.plan_rows import folded
from b24learn_gui.service import log_vocabulary, logged
from b24learn_gui.service.log_reading import Deed, Story
from b24learn_gui.storage import log_columns, log_filter, log_records, log_words
from b24learn_gui.storage.log_records import Segment, Sort
from b24learn_gui.text.words import Words

GO_ON = threading.Event()
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
RUNS = ("", "20261122T030000Z-3f9c", "20261123T060000Z-77aB", "short")
KINDS = ("user.update", "user.create", "user.move", "head.set", "department.move")
CODES = ("login_missing", "phone_invalid", "rejected_by_learn", "changed_since", "department_rejected")
PORTALS = ("main", "branch2")
NUMBERS = (0, 1, 2, 7, 27, 77, 277, 414)
LEARN_IDS = (None, "00000399-4f2b", "B07c-91", "27aa-main")
NAMES = ("Фёдоров Пётр", "ФЕДОРОВА Анна", "Ким Ольга", "Straße Müller", "Отдел 27", "Main Street")
REASONS = (
    "Портал не отвечает",
    "ещё РАЗ",
    "GET /rest 27 ms",
    'a "quoted" b\\slash',
    "phase out: Created",
    "ёлка",
    "СЕРВЕР ЗАНЯТ",
)
SAID = (*NAMES, *REASONS, *KINDS, *CODES, *PORTALS, *filter(None, LEARN_IDS), *map(str, NUMBERS), *RUNS,
        "Учётная запись создана", "Начался прогон", "Profile changed", "Чтение: main", "message", "b24learn_gui",
        "2026-11-22", "никто")  # fmt: skip
"""Also what no line is certain to say: a search may find nothing."""


@pytest.fixture(scope="module", autouse=True)
def _small_blocks() -> Iterator[None]:
    """Blocks and tables so small that a few lines fill many of them."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in (
            (log_columns, "BLOCK", 8), (log_filter, "BLOCK", 8), (log_columns, "_STEP", 3),
            (log_columns, "_FEW", 4), (log_words, "_KINDS_IN_TABLE", 2),
            (log_records, "_MOST_SAYINGS", 20),
        ):  # fmt: skip
            patch.setattr(module, name, value)
        yield


@dataclass(frozen=True)
class World:
    """A log, and what the journal knows: everybody's names, and what a run did. `first`: so many lines are there when
    the search begins, the oldest `turned` of them in a file of their own.
    """

    lines: Sequence[str]
    names: Story
    stories: dict[str, Story]
    turned: int
    first: int


def world_of(dice: Random) -> World:
    said = [line(dice, RUNS) for _ in range(150)]
    for begin in (20, 70):  # runs that have some of the log to themselves
        said[begin : begin + 30] = [line(dice, RUNS[1 + begin % 3 :][:1]) for _ in range(30)]
    keys = [f"{portal}:{number}" for portal in PORTALS for number in NUMBERS]
    people, departments = ({key: dice.choice(NAMES) for key in dice.sample(keys, 9)} for _ in range(2))
    stories = {
        run: Story(run, {deed.key: deed for deed in (deed_of(dice) for _ in range(30))}, people, ended=True)
        for run in RUNS[1:]
    }
    turned = dice.choice((0, 61, 100))
    everybody = Story("", names=people, departments=departments, whole=True)
    return World(said, everybody, stories, turned, dice.choice((turned, 120, 150)))


def line(dice: Random, runs: Sequence[str]) -> str:
    if dice.random() < 0.05:
        return dice.choice(("{damaged main 27", "[]", "", '{"message":"27 main","run":"torn'))
    someone = {"portal": dice.choice(PORTALS), "bitrix24_id": dice.choice(NUMBERS)}
    told: dict[str, Any] = dice.choice(
        (
            {"message": "change", "kind": dice.choice(KINDS), **someone, "learn_id": dice.choice(LEARN_IDS)},
            {"message": "change", "kind": dice.choice(KINDS), **someone},
            {"message": "problem", "code": dice.choice(CODES), **someone},
            {"message": "phase", "phase": dice.choice(("people", "learn")), "portal": dice.choice((*PORTALS, None))},
            {"message": "run ended", "exit_code": dice.choice((0, 10, 27))},
            {"message": "waiting", "seconds": dice.choice((2.7, 77.0)), "reason": dice.choice(REASONS)},
            {"message": dice.choice(REASONS), "host": dice.choice(("example.com", "main")), **someone},
        )
    )
    level, run = dice.choice(LEVELS), dice.choice(runs)
    head = {"time": "2026-11-22T03:00:00.000Z", "level": level, "logger": "b24learn_gui.x", "message": told["message"]}
    whole = {**head, **({"run": run} if run else {}), **{name: each for name, each in told.items() if each is not None}}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def deed_of(dice: Random) -> Deed:
    changed = {"position": "Ёж 27"}, {"position": dice.choice(NAMES)}
    what, whom = dice.choice((*KINDS, *CODES[:1])), (dice.choice(PORTALS), dice.choice(NUMBERS))
    return Deed(what, *whom, dice.choice(NAMES), "B07c-91", *changed, state="done")


def asking_of(dice: Random) -> Asking:
    run = dice.choice(("", *RUNS[1:]))
    text = " ".join(word_of(dice) for _ in range(dice.choice((1, 1, 1, 2, 2, 3))))
    narrow = dice.random() < 0.3
    return Asking(
        run,
        "" if run else "sync",
        dice.randrange(4) if narrow else 0,
        dice.choice(("", "user.update", "run", "left_out", "program")) if narrow else "",
        text,
    )


def word_of(dice: Random) -> str:
    word = dice.choice(dice.choice(SAID).split() or ["№ 27"])
    if dice.random() < 0.4:
        first = dice.randrange(len(word))
        word = word[first : first + dice.randint(1, 8)]
    return dice.choice((word, word.upper(), word.lower(), word.capitalize(), swapped(word)))


def swapped(text: str) -> str:
    """With е for ё and the other way round."""
    return text.translate(str.maketrans("ёЁеЕ", "еЕёЁ"))


@pytest.mark.parametrize("seed", range(8))
def test_a_search_finds_what_looking_through_every_record_finds(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    world, words = world_of(dice), Words("ru" if seed % 2 else "en")
    write(tmp_path / "sync.log.1", world.lines[: world.turned])
    write(tmp_path / "sync.log", world.lines[world.turned : world.first])
    archive = Archive(tmp_path, world.stories.__getitem__, lambda: world.names, steady=lambda: 0.0)
    searches = [Search(asking_of(dice), Teller(words)) for _ in range(150)]
    found = [places(archive, archive.go_on(search, GO_ON)) for search in searches]
    write(tmp_path / "sync.log", world.lines[world.first :])
    for search, some in zip(searches, found, strict=True):
        asking = search.asking
        teller = Teller(words, world.stories.get(asking.run, world.names))
        there = kept(world)
        some.extend(places(archive, archive.go_on(search, GO_ON)))
        assert some == [n for n, each in enumerate(there) if wanted(each, asking, teller)], asking
    assert sum(map(bool, found)) > 40


def test_everybodys_names_are_read_anew_once_a_search_is_answered_not_before(tmp_path: Path) -> None:
    write(tmp_path / "sync.log", [line(Random(1), RUNS)])
    now, read = [0.0], list[float]()

    def names() -> Story:
        read.append(now[0])
        return Story("", names={"main:27": "Ким Ольга"}, whole=True)

    archive = Archive(tmp_path, Story, names, steady=lambda: now[0])
    first = Search(Asking(process="sync"), Teller(Words("en")))
    archive.go_on(first, GO_ON)
    now[0] = 100.0
    typed = Search(Asking(process="sync", text="ким"), first.teller, asked_at=first.asked_at)
    archive.go_on(typed, GO_ON)
    assert read == [0.0]
    archive.go_on(typed, GO_ON)
    assert read == [0.0, 100.0]


def write(path: Path, some: Sequence[str]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in some)


def kept(world: World) -> Sequence[str]:
    """What both files hold: one that begins like the other is taken for the same file."""
    older, newer = world.lines[: world.turned], world.lines[world.turned :]
    return newer if not older else older if newer and older[0] == newer[0] else world.lines


def places(archive: Archive, found: Found) -> list[int]:
    """The finds, counted through all files."""
    begins, behind = {}, 0
    for segment in archive.streams["sync"].segments:
        begins[segment] = behind
        behind += segment.count
    return [
        begins[piece.source] + piece.rows[number]
        for piece in found.pieces
        if isinstance(piece.source, Segment)
        for number in range(len(piece.rows))
    ]


# Looking through one record


def wanted(line: str, asking: Asking, teller: Teller) -> bool:
    read = fields_of(line)
    level, sort = LEVELS.index(read.get("level", "INFO")), sort_of(read)
    return (
        (not asking.run or read.get("run") == asking.run)
        and level >= asking.least_level
        and (not asking.kind or kind_of(sort) == asking.kind)
        and all(
            has(word, line, read, sort, teller, whole=not asking.run) for word in asking.text.replace("№", " ").split()
        )
    )


def fields_of(line: str) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def sort_of(read: dict[str, Any]) -> Sort:
    if read.get("message") not in logged.EVENTS:
        return Sort("", "")
    told = read.get("kind") or read.get("code") or read.get("phase") or read.get("exit_code", "")
    return Sort(read["message"], str(told))


def has(word: str, line: str, read: dict[str, Any], sort: Sort, teller: Teller, *, whole: bool) -> bool:
    low, sought = word.casefold(), folded(word)
    said = [sort.what, read.get("portal") or "", read.get("learn_id") or ""]
    if whole and len(low) >= 6:
        said.append(read.get("run", ""))
    number = read.get("bitrix24_id")
    if low.isdecimal() and (number is not None or any(said[1:3])):
        said.append(str(number or 0))
    return (
        any(low in text.casefold() for text in said)
        or teller.is_sort(word)(sort)
        or any(sought in folded(told) for told in journal_says(read, sort, teller))
        or (sort.event not in {logged.CHANGE, logged.PROBLEM} and text_has(line, word))
    )


def journal_says(read: dict[str, Any], sort: Sort, teller: Teller) -> Iterator[str]:
    portal, number, story = read.get("portal", ""), read.get("bitrix24_id") or 0, teller.story
    names = {"person": story.names, "department": story.departments}.get(log_vocabulary.whose(sort), {})
    yield names.get(f"{portal}:{number}", "")
    deed = story.deeds.get((sort.what, portal, number))
    if deed is not None:
        shown = teller.of_deed(deed)
        yield f"{shown.who}\n{deed.bitrix24_id}\n{deed.learn_id}\n{shown.kind}\n{shown.what}"


def text_has(line: str, word: str) -> bool:
    """In what a line says behind its logger, its run aside, as a value; letter case and the dots of ё do not matter."""
    line, form = small(re.sub('"run":"[^"]*"', "", line)), small(json.dumps(word, ensure_ascii=False)[1:-1])
    said = line.partition('"message":')[2] if '"message":' in line else line
    at = said.find(form)
    while at >= 0:
        if not re.match('[a-z0-9_]*":', said[at + len(form) :]):
            return True
        at = said.find(form, at + 1)
    return False


def small(text: str) -> str:
    return text.lower().replace("ё", "е")
