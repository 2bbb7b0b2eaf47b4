"""Help and usage errors: every word in the reader's language, none of the parser's own (INTERFACE: `--lang`)."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from b24learn_gui.cli.asked import Asked, Misread
from b24learn_gui.cli.parsing import parse
from b24learn_gui.cli.tree import build
from b24learn_gui.text import Words
from b24learn_gui.text.errors import error_sentence

RU, EN = Words("ru"), Words("en")
TYPED = re.compile(r"(?<![\w-])--?[a-z][a-z-]*|\[(?:[a-z-]+\|)+[a-z-]+\]")
LATIN = re.compile(r"[A-Za-z][A-Za-z-]*")
NAMES = {"gui", "Learn", "iSpring", "JSON", "HR", "xlsx", "csv", "html", "e-mail", "department", "ID_LEARN", "ID", "LEARN",
         "ru", "en", "manual", "schedule", "catch-up", "txt"}  # fmt: skip
"""Names that are the same in every language, and what is typed as it stands."""

WRONG = (
    ("nonsense", "nonsense"),
    ("settings", ""),
    ("settings nonsense", "nonsense"),
    ("show", ""),
    ("show a7 b8", "b8"),
    ("show a7 b8 c9", "b8 c9"),
    ("report a7", "--output"),
    ("report a7 -o", "-o"),
    ("report a7 -o {folder}", "--output"),
    ("settings import {folder}", ""),
    ("history -n x5", "--number"),
    ("history -n 0", "--number"),
    ("history --number=", "--number"),
    ("sync --trigger foo5", "--trigger"),
    ("sync --nope", "--nope"),
    ("sync --control=1", "--control"),
    ("check --json=1", "--json"),
    ("--lang de5", "--lang"),
    ("--home {file} health", "--home"),
    ("service install --secrets-dir {file}", "--secrets-dir"),
    ("--background check", "--background"),
)
"""A wrong command line, and what of it the sentence names."""


def commands(group: click.Group, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield way
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from commands(each, (*way, name))
        else:
            yield (*way, name)


EVERY = tuple(commands(build(EN, Asked())))


def foreign(text: str) -> set[str]:
    """Latin words that are neither names nor what has to be typed."""
    known = {word for way in EVERY for word in way} | NAMES
    known |= {part for word in known for part in word.split("-")}
    bare = TYPED.sub(" ", text.replace("b24learn-gui", " "))
    return {word for word in LATIN.findall(bare) if word not in known and word.strip("-") not in known}


@pytest.mark.parametrize("way", EVERY, ids=" ".join)
def test_help_in_russian_holds_no_english(way: tuple[str, ...]) -> None:
    _, text = parse([*way, "--help"], RU, Asked())
    assert "Вызов: b24learn-gui" in text
    assert foreign(text) == set()


@pytest.mark.parametrize("way", EVERY, ids=" ".join)
def test_help_in_english_holds_none_of_the_parsers_shorthand(way: tuple[str, ...]) -> None:
    _, text = parse([*way, "--help"], EN, Asked())
    assert not re.search(r"\[required\]|\[default|INTEGER|TEXT|RANGE|x>=", text)


def refused(line: str, words: Words, tmp_path: Path) -> str:
    file = tmp_path / "7.txt"
    file.write_text("")
    with pytest.raises(Misread) as caught:
        parse([part.format(folder=tmp_path, file=file) for part in line.split()], words, Asked())
    return error_sentence(caught.value.usage, words).replace(str(file), "7").replace(str(tmp_path), "7")


@pytest.mark.parametrize(("line", "named"), WRONG)
def test_a_wrong_line_is_told_in_the_readers_language_and_by_what_is_wrong_in_it(
    line: str, named: str, tmp_path: Path
) -> None:
    russian, english = refused(line, RU, tmp_path), refused(line, EN, tmp_path)
    assert named in russian
    assert named in english
    typed = set(LATIN.findall(line))
    assert foreign(russian) - typed == set(), russian
    assert not re.search(r"[А-Яа-я]", english)


def test_an_option_that_takes_no_value_is_not_said_to_lack_one(tmp_path: Path) -> None:
    assert 'The option "--json" takes no value.' in refused("check --json=1", EN, tmp_path)


def test_the_report_still_has_to_be_told_where_to_write(tmp_path: Path) -> None:
    assert '"--output" is missing.' in refused("report a7", EN, tmp_path)
    job, _ = parse(["report", "a7", "-o", "a.csv"], EN, Asked())
    assert job is not None
    assert job.arguments["output"] == Path("a.csv")


def test_so_many_runs_are_listed_as_asked_and_thirty_otherwise() -> None:
    for line, number in ((["history"], 30), (["history", "-n", "5"], 5)):
        job, _ = parse(line, EN, Asked())
        assert job is not None
        assert job.arguments["number"] == number
