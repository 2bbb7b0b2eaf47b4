"""What a run did, told to people by names: heads and departments above by what they are called, and links that went."""

import csv
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.demo.learn import LearnWorld
from tests.e2e.arena import Arena, arena, email_of, small_company
from tests.e2e.undo_world import STRANGER

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|b24-main-|main:")
"""What machines call an account or department by."""


@pytest.fixture
def changed(tmp_path: Path) -> Any:
    """Everybody has an account; then heads are named over one set by hand, departments moved, somebody adopted."""
    world, learn = small_company(8), LearnWorld()
    world.add_department("Архив", 2, number=4)
    with arena(tmp_path, {"main": world}, learn_world=learn) as made:
        made.settle()
        codes = {each.code: each.id for each in learn.departments.values()}
        with learn.lock:
            learn.accounts[learn.owner_id].fields.update(first_name="Вера", last_name="Хозяйкина")
        learn.set_supervisor(codes["b24-main-2"], learn.owner_id)
        world.set_head(2, 6)
        world.set_head(3, 7)
        world.move_department(4, 3)
        learn.add_account(STRANGER, email=STRANGER, first_name="Своя", last_name="Чужая")
        world.add_person([3], number=19, NAME="Своя", LAST_NAME="Чужая", EMAIL=STRANGER)
        yield made


def report(made: Arena, run: str, name: str = "report.csv") -> list[dict[str, str]]:
    """The rows of the changes in a report."""
    file = made.home / name
    assert made.run("report", run, "-o", str(file)).code == 0
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    begin = next(place for place, row in enumerate(rows) if row[:2] == ["Change", "Name"])
    end = next(place for place in range(begin, len(rows)) if not rows[place])
    return [dict(zip(rows[begin], row, strict=True)) for row in rows[begin + 1 : end]]


def shown(made: Arena, run: str) -> str:
    process = made.start("show", run, "--lang", "en")
    text, _ = process.communicate(timeout=60)
    return text[text.index("Changes") :]


def values(rows: list[dict[str, str]]) -> set[tuple[str, str, str]]:
    return {(row["Change"], row["Before"], row["After"]) for row in rows}


def test_heads_and_departments_above_stand_by_their_names_in_the_report_and_in_show(changed: Arena) -> None:
    made = changed
    planned = made.preview()
    assert made.sync().code == 0
    run = made.run("history").json["runs"][0]["run"]
    for told in (run, planned.json["run"]):
        found = values(report(made, told))
        assert ("Set head", "Head: Хозяйкина Вера; Set by hand in Learn: yes", "Head: Фамилия6 Имя6") in found
        assert ("Set head", "Head: —", "Head: Фамилия7 Имя7") in found
        assert ("Move department", "Parent department: Офис", "Parent department: Склад") in found
        text = shown(made, told)
        assert "Хозяйкина Вера → Фамилия6 Имя6" in text
        assert "Офис → Склад" in text
    changes = made.run("show", run).json["summary"]["changes"]
    assert {"supervisor": "main:6"} in [each["after"] for each in changes]  # machines read what they always did


def test_the_first_run_names_the_departments_above_and_learns_own_root(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        rows = report(made, made.run("history").json["runs"][0]["run"])
        told = {row["Name"]: row["After"] for row in rows if row["Change"] == "Create department"}
        root = made.learn.world.departments[made.learn.world.root_id].name
        assert told["Фирма"].endswith(f"Parent department: {root}")
        assert told["Офис"].endswith("Parent department: Фирма")
        assert not [row for row in rows if ID.search(row["Before"] + row["After"])]


def test_a_run_that_took_links_back_tells_whose_in_the_report(changed: Arena) -> None:
    made = changed
    run = made.sync().json["run"]
    planned = made.run("undo", run)
    assert [each["name"] for each in planned.json["way_back"]["unlinks"]] == ["Чужая Своя"]
    undone = made.run("undo", run, "--apply")
    assert undone.code == 0
    for told in (planned, undone):
        (row,) = [row for row in report(made, told.json["run"]) if row["Change"] == "Remove link"]
        assert (row["Name"], row["Portal"], row["Bitrix24 id"]) == ("Чужая Своя", "main", "19")
        assert row["Learn id"] == next(each.id for each in made.learn.world.accounts.values() if each.email == STRANGER)
        assert row["Before"] == f"Login: {STRANGER}"
        assert row["After"] == ""
        assert row["Cause"] == "The account stays as it is; only its link goes"
    assert not [row for row in report(made, undone.json["run"]) if ID.search(row["Before"] + row["After"])]
    assert "Хозяйкина Вера" in shown(made, undone.json["run"])
    overview = (made.home / "report.csv").read_text("utf-8-sig")
    assert "Links removed,1" in overview


def test_a_run_that_was_killed_is_shown_by_names_as_well(changed: Arena) -> None:
    made = changed
    run = made.sync().json["run"]

    with sqlite3.connect(made.home / "journal.db") as db:
        db.execute("UPDATE runs SET finished_at = NULL, summary = NULL WHERE id = ?", (run,))
    assert "Фамилия7 Имя7" in shown(made, run)
    assert email_of(7) not in shown(made, run)
