"""Homes of earlier versions work on; homes of later ones are refused in a sentence, and nothing of them is touched."""

import contextlib
import dataclasses
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from b24learn_gui.storage.journal.schema import MIGRATIONS, SchemaSteps
from b24learn_gui.storage.settings.model import SCHEMA, Settings
from tests.e2e.arena import Arena, arena
from tests.storage.fixtures import journals, live, restored, settings_files, tokens

# Every version has a fixture


def test_every_journal_schema_before_todays_has_a_fixture() -> None:
    """Whoever adds a step makes the fixture of the schema before it first: see `tests/storage/fixtures`."""
    assert set(range(1, MIGRATIONS.current)) <= set(journals()) <= set(range(1, MIGRATIONS.current + 1))


def test_every_settings_schema_before_todays_has_a_fixture() -> None:
    assert set(range(1, SCHEMA)) <= set(settings_files()) <= set(range(1, SCHEMA + 1))


@pytest.mark.parametrize("version", sorted(journals()))
def test_the_steps_to_a_version_still_make_the_tables_that_its_fixture_has(version: int, tmp_path: Path) -> None:
    """A step that was released is never changed: homes exist that it has made."""
    restored(journals()[version], tmp_path / "journal.db", {})
    with closing(sqlite3.connect(tmp_path / "journal.db")) as kept, closing(sqlite3.connect(":memory:")) as fresh:
        SchemaSteps(MIGRATIONS.steps[:version]).migrate(fresh, 0)
        assert _tables(fresh) == _tables(kept)


def _tables(db: sqlite3.Connection) -> set[tuple[str, str]]:
    rows = db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    return {(name, " ".join(sql.split())) for name, sql in rows}


# Upgrades


@pytest.mark.parametrize("version", sorted(journals()))
def test_a_home_with_a_journal_of_an_earlier_version_goes_on_as_if_it_had_always_been_todays(
    version: int, tmp_path: Path
) -> None:
    with arena(tmp_path) as made:
        live(made)
        known = tokens(made.home / "journal.db")
        for file in made.home.glob("journal*"):
            file.unlink()
        restored(journals()[version], made.home / "journal.db", known)
        before, inactive = made.truth(), made.inactive()
        runs = made.run("history").json["runs"]
        assert [run["command"] for run in runs] == ["preview", "undo", "undo", "sync", "sync", "sync", "preview"]
        made.learn.log.clear()
        again = made.sync()
        assert (again.code, again.kinds(), made.learn.log.writes) == (0, {}, ())
        assert (made.truth(), made.inactive()) == (before, inactive)
        assert again.people() == {"read": 12, "out_of_scope": 1, "unchanged": 9, "protected": 2}
        assert again.codes() == ["held_by_undo"]  # and whose conflict was decided stands beside him, protected
        made.main.world.rehire(5)  # that we had deactivated him is in the old journal
        assert made.sync().kinds() == {"user.reactivate": 1}
        first = next(run for run in reversed(runs) if run["command"] == "sync")
        assert made.run("show", first["run"]).json["summary"]["counts"]["user.create"] == 12
        assert made.run("undo", first["run"]).code in {0, 10, 20}
        assert made.run("health").code == 0
        kept = made.home / f"journal.db.version-{version}"
        assert kept.exists() == (version < MIGRATIONS.current)
        if kept.exists():
            with closing(sqlite3.connect(kept)) as db:
                assert db.execute("PRAGMA user_version").fetchone() == (version,)
                assert db.execute("SELECT count(*) FROM runs").fetchone() == (len(runs),)


@pytest.mark.parametrize("schema", sorted(settings_files()))
def test_settings_of_an_earlier_version_are_taken_over_whole_and_work(schema: int, tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        text = settings_files()[schema].read_text("utf-8")
        for word, value in (("LEARN", made.learn.url), ("LOGIN", made.learn.login), ("PORTAL", made.main.url)):
            text = text.replace(f'"{word}"', f'"{value}"')
        (made.home / "settings.toml").write_text(text, encoding="utf-8")
        kept = made.run("settings", "show").json["settings"]
        if schema == SCHEMA:
            assert kept == tomllib.loads(text)
        assert kept["schema"] == SCHEMA
        assert (kept["sync"]["hold"], kept["limits"]["letters"]) == (["main:2"], 24)
        done = made.sync()
        assert (done.code, done.kinds()) == (0, {"department.create": 2, "user.create": 6})
        assert {each.login for each in made.learn.world.accounts.values()} >= {"main-4", "main-12"}
        assert len(made.learn.outbox) == 6
        assert (made.home / f"settings.toml.schema-{schema}").exists() == (schema < SCHEMA)


@pytest.mark.parametrize("schema", sorted(settings_files()))
def test_a_settings_fixture_sets_every_key_of_its_schema(schema: int) -> None:
    """Only todays can be asked: a key added later has no place in an older one."""
    if schema < SCHEMA:
        pytest.skip("keys of a schema that is no more")
    table = tomllib.loads(settings_files()[schema].read_text("utf-8"))
    assert set(table) == {each.name for each in dataclasses.fields(Settings)}
    for name, section in table.items():
        kept = getattr(Settings(), name)
        if dataclasses.is_dataclass(kept):
            assert set(section) == {each.name for each in dataclasses.fields(kept)}, name


# Downgrades

NEWER_SETTINGS, NEWER_JOURNAL = "settings_newer", "journal_newer"
READ_SETTINGS = (
    ("check",), ("preview",), ("sync",), ("sync", "--trigger", "schedule"), ("explain", "5"), ("decide", "5", "--leave"),
    ("undo", "{run}"), ("health",), ("settings", "show"), ("settings", "export", "{out}"),
    ("settings", "import", "{settings}"),
)  # fmt: skip
READ_JOURNAL = (
    ("check",), ("preview",), ("sync",), ("sync", "--trigger", "schedule"), ("explain", "5"), ("decide", "5", "--leave"),
    ("undo", "{run}"), ("health",), ("history",), ("show", "{run}"), ("report", "{run}", "-o", "{out}"),
    ("settings", "import", "{settings}"), ("service", "self-test"),
)  # fmt: skip
SENTENCES = {
    (NEWER_SETTINGS, "en"): "The settings were written by a later version of this program",
    (NEWER_SETTINGS, "ru"): "Настройки записаны более новой версией программы",
    (NEWER_JOURNAL, "en"): "The journal was written by a later version of this program",
    (NEWER_JOURNAL, "ru"): "Журнал записан более новой версией программы",
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Arena, str]]:
    with arena(tmp_path_factory.mktemp("lived")) as made:
        made.settle()
        yield made, made.run("history").json["runs"][0]["run"]


@contextlib.contextmanager
def of_a_later_version(made: Arena, what: str) -> Iterator[None]:
    """The home as a later program would have left it; afterwards as it was."""
    file = made.home / ("settings.toml" if what == NEWER_SETTINGS else "journal.db")
    before = file.read_bytes()
    if what == NEWER_SETTINGS:
        later: dict[str, Any] = {**made.settings, "schema": SCHEMA + 1, "unheard": {"of": 1}}
        file.write_text(tomli_w.dumps(later), encoding="utf-8")
    else:
        with closing(sqlite3.connect(file)) as db:
            db.execute(f"PRAGMA user_version = {MIGRATIONS.current + 1}")
    try:
        yield
    finally:
        file.write_bytes(before)


def contents(home: Path) -> dict[str, bytes]:
    """Every byte of the home that is not a log, nor the lock, nor what SQLite keeps beside a journal while it reads."""
    assert not [path for path in home.glob("*-wal") if path.stat().st_size]
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and "logs" not in path.parts and not path.name.endswith((".lock", "-shm", "-wal"))
    }


@pytest.mark.parametrize(
    ("what", "words"),
    [*((NEWER_SETTINGS, words) for words in READ_SETTINGS), *((NEWER_JOURNAL, words) for words in READ_JOURNAL)],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_a_home_of_a_later_version_is_refused_by_every_command_and_nothing_of_it_is_touched(
    lived: tuple[Arena, str], tmp_path: Path, what: str, words: tuple[str, ...]
) -> None:
    made, run = lived
    settings = tmp_path / "other.toml"
    settings.write_text(tomli_w.dumps({**made.settings, "sync": {"leavers": "keep"}}), encoding="utf-8")
    filled = [word.format(run=run, out=tmp_path / "out.csv", settings=settings) for word in words]
    with of_a_later_version(made, what):
        before, truth = contents(made.home), made.truth()
        made.learn.log.clear()
        answer = made.run(*filled)
        assert answer.code == 70, answer.json
        if words[0] != "service":
            assert answer.json["error"]["code"] == what
            assert answer.json["error"]["side"] == "here"
        assert contents(made.home) == before
    assert made.truth() == truth
    assert not made.learn.log.writes
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("what", [NEWER_SETTINGS, NEWER_JOURNAL])
def test_the_refusal_of_a_later_version_is_a_sentence_that_says_what_to_do(
    lived: tuple[Arena, str], what: str, language: str
) -> None:
    made, _ = lived
    with of_a_later_version(made, what):
        process = made.start("sync", "--lang", language)
        output, errors = process.communicate(timeout=100)
    told = output + errors
    assert process.returncode == 70
    assert SENTENCES[what, language] in told, told


def test_an_import_of_settings_of_a_later_version_is_refused_and_the_old_ones_stay(
    lived: tuple[Arena, str], tmp_path: Path
) -> None:
    made, _ = lived
    before = contents(made.home)
    file = tmp_path / "later.toml"
    file.write_text(tomli_w.dumps({**made.settings, "schema": SCHEMA + 1}), encoding="utf-8")
    answer = made.run("settings", "import", str(file))
    assert (answer.code, answer.json["error"]["code"]) == (70, NEWER_SETTINGS)
    assert contents(made.home) == before
