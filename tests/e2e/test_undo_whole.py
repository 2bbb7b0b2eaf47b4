"""The whole way (U1, U2): a run stopped by its limits, approved, applied, undone; and what the runs after it do."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.arena import Arena, arena, email_of, small_company
from tests.e2e.undo_world import PEOPLE, STRANGER, TOUCHED, ran, undo_arena, without_what_was_created

pytestmark = pytest.mark.timeout(300)  # a dozen commands each, as processes


def undone(made: Arena, run: str) -> None:
    """Planned, found to be above its limits, and approved by its hash."""
    there = made.truth()
    planned = made.run("undo", run)
    assert made.truth() == there
    refused = made.run("undo", run, "--apply")
    assert (refused.code, refused.json["plan_hash"]) == (20, planned.json["plan_hash"])
    assert made.truth() == there
    done = made.run("undo", run, "--apply", "--approve", planned.json["plan_hash"])
    assert done.code == 0, (done.json["problems"], done.json.get("error"))
    assert not made.doomed()
    way = done.json["way_back"]
    assert {each["bitrix24_id"] for each in way["holds"]} == TOUCHED
    assert [each["login"] for each in way["unlinks"]] == [STRANGER]
    assert {each["bitrix24_id"] for each in way["held_departments"]} == {2, 3, 4}
    assert (way["stays"]["accounts"], [each["name"] for each in way["stays"]["departments"]]) == (2, ["Новый отдел"])
    assert way["people"] == {
        "changed": len(TOUCHED),
        "back": len(TOUCHED),
        "changed_since": 0,
        "protected": 0,
        "as_before": 0,
    }


def test_U1_U2_everything_is_as_before_but_for_what_was_created_and_stays_so(tmp_path: Path) -> None:
    with undo_arena(tmp_path) as made:
        before = made.truth()
        made.learn.outbox.clear()
        run = ran(made)["run"]
        undone(made, run)
        assert without_what_was_created(made, before) == before
        left = made.truth()
        made.learn.log.clear()
        for _ in range(2):
            next_run = made.sync()
            assert (next_run.code, next_run.kinds()) == (0, {}), next_run.json["problems"]
            assert next_run.people()["protected"] == len(TOUCHED)
            assert made.truth() == left
        assert not made.learn.log.writes
        assert not made.learn.outbox.letters
        again = made.run("undo", run)
        assert (again.code, again.json["changes"], again.json["way_back"]["unlinks"]) == (0, [], [])
        assert not [each for each in again.json["problems"] if each["code"] == "changed_since"]


def test_U2_released_everybody_follows_bitrix24_again(tmp_path: Path) -> None:
    with undo_arena(tmp_path) as made:
        run = ran(made)["run"]
        after = made.truth()
        undone(made, run)
        explained = made.run("explain", "main:7").json["found"][0]
        assert "undo" in explained["verdict"]
        assert "never touches" not in explained["verdict"]
        released = made.run("undo", run, "--release")
        assert (released.code, released.json["released"]) == (0, {"people": len(TOUCHED), "departments": 3})
        done = made.approved_sync()
        assert done.code == 0, done.json["problems"]
        assert "held_by_undo" not in done.codes()
        now = made.truth()
        assert now["departments"] == after["departments"]
        assert now["accounts"] == after["accounts"]
        assert made.run("undo", run, "--release").json["released"] == {"people": 0, "departments": 0}


def test_U1_what_changed_since_stays_and_is_told_with_what_stands_there_now(tmp_path: Path) -> None:
    with undo_arena(tmp_path) as made:
        run = ran(made)["run"]
        learn = made.learn.world
        learn.edit(made.account(4).id, job_title="Директор")
        learn.make_administrator(made.account(8).id)
        office = learn.by_code("b24-main-1")
        assert office is not None
        learn.move(made.account(7).id, office.id)
        planned = made.run("undo", run)
        told = {each["bitrix24_id"]: each for each in planned.json["problems"] if each["object"] == "person"}
        assert {number: each["code"] for number, each in told.items()} == {
            4: "changed_since",
            7: "changed_since",
            8: "protected_since",
        }
        assert told[8]["name"] == "Фамилия8 Имя8"
        assert (told[4]["detail"]["expected"], told[4]["detail"]["present"]) == (
            *({"job_title": "Начальник"}, {"job_title": "Директор"}),
        )
        names = told[7]["detail"]["names"]
        assert (names["b24-main-2"], names["b24-main-1"]) == ("Офис", "Фирма")
        assert planned.json["way_back"]["people"]["changed_since"] == 1  # of 4 the name goes back
        assert planned.json["way_back"]["people"]["protected"] == 1
        done = made.run("undo", run, "--apply", "--approve", planned.json["plan_hash"])
        assert done.code == 0, done.json["problems"]
        assert made.account(4).fields["job_title"] == "Директор"
        assert made.account(4).fields["first_name"] == "Имя4"
        assert made.account(7).department_id == office.id
        assert made.account(8).status == 1
        left = made.truth()
        assert made.sync().kinds() == {}
        assert made.truth() == left


def test_U1_an_adoption_alone_is_taken_back_by_removing_its_link(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(PEOPLE)}) as made:
        made.settle()
        made.main.world.add_person([2], number=20, NAME="Своя", LAST_NAME="Чужая", EMAIL=STRANGER)
        office = made.learn.world.by_code("b24-main-2")
        assert office is not None
        made.learn.world.add_account(
            STRANGER, email=STRANGER, department_id=office.id, first_name="Своя", last_name="Чужая"
        )
        before = made.truth()
        run = made.sync().json["run"]
        assert made.truth() == before
        process = made.start("undo", run, "--lang", "en")
        output, _ = process.communicate(timeout=60)
        assert "  1 link is removed: " in output
        assert "--release" not in output
        assert f"b24learn-gui undo {run} --apply" in output
        done = made.run("undo", run, "--apply")
        assert (done.code, done.kinds(), len(done.json["way_back"]["unlinks"])) == (0, {}, 1)
        assert made.truth() == before
        held = made.sync()
        assert (held.code, held.kinds(), held.codes()) == (0, {}, ["held_by_undo"])
        assert made.run("decide", "main:20", "--forget").code == 0
        assert made.sync().kinds() == {"user.adopt": 1}


def test_U1_a_link_is_told_as_removed_only_where_everything_before_it_went_back(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(PEOPLE)}) as made:
        made.settle()
        office = made.learn.world.by_code("b24-main-2")
        assert office is not None
        for number, title in ((20, "Гость"), (21, "Гость с очень длинным названием должности")):
            email = email_of(number)
            made.main.world.add_person(
                [2], number=number, NAME="Своя", LAST_NAME="Чужая", EMAIL=email, WORK_POSITION="Менеджер"
            )
            made.learn.world.add_account(
                email, email=email, department_id=office.id, first_name="Своя", last_name="Чужая", job_title=title
            )
        run = made.sync().json["run"]
        made.learn.switches = replace(made.learn.switches, field_max_length=30)
        planned = made.run("undo", run)
        assert [each["planned"] for each in made.run("history").json["runs"] if each["command"] == "undo"] == [True]
        assert {each["bitrix24_id"] for each in planned.json["way_back"]["unlinks"]} == {20, 21}
        done = made.run("undo", run, "--apply", "--approve", planned.json["plan_hash"])
        assert (done.code, done.codes()) == (10, ["rejected_by_learn"])
        assert [each["bitrix24_id"] for each in done.json["way_back"]["unlinks"]] == [20]
        undos = [each["planned"] for each in made.run("history").json["runs"] if each["command"] == "undo"]
        assert undos == [False, True]
        explained = made.run("explain", "main:20", "--lang", "en").json["found"][0]
        assert "No account yet" not in explained["verdict"]
        assert "Not linked to an account" in explained["verdict"]
