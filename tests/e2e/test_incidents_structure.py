"""T11 to T14 and T22: departments change, heads are impossible, people are malformed, letters look alike."""

import unicodedata
from pathlib import Path

import pytest

from b24learn_gui.demo.bitrix24 import Answer as PortalAnswer
from b24learn_gui.demo.bitrix24 import Distort, World
from b24learn_gui.demo.companies import generate
from b24learn_gui.demo.learn.model import Account, Department
from tests.e2e.arena import PEOPLE, Answer, Arena, arena, email_of, small_company


def department(made: Arena, id_: int) -> Department:
    found = made.learn.world.by_code(f"b24-main-{id_}")
    assert found is not None, id_
    return found


def path(made: Arena, id_: int) -> str:
    """The names from Learn's root down to this department of ours."""
    names, at = [], department(made, id_)
    while at.parent_id is not None:
        names.append(at.name)
        at = made.learn.world.departments[at.parent_id]
    return "/".join(reversed(names))


def quiet(made: Arena) -> Answer:
    made.learn.log.clear()
    again = made.sync()
    assert again.kinds() == {}, again.json["changes"]
    assert not made.learn.log.writes
    return again


def codes_by_person(answer: Answer) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for each in answer.json["problems"]:
        if each["object"] == "person":
            found.setdefault(each["bitrix24_id"], set()).add(each["code"])
    return found


def ledger_closes(answer: Answer) -> bool:
    people: dict[str, int] = dict(answer.json["people"])
    return people.pop("read") == sum(people.values())


# T11


def test_T11_a_department_renamed_and_moved_deactivates_nobody_and_moves_no_account(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        ids, places = made.ids(), {id_: made.account(id_).department_id for id_ in range(1, PEOPLE + 1)}
        store = department(made, 3).id
        made.main.world.rename_department(3, "Хранилище")
        made.main.world.move_department(3, 2)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"department.update": 1, "department.move": 1})
        assert department(made, 3).id == store
        assert path(made, 3) == "Фирма/Офис/Хранилище"
        assert (made.ids(), made.inactive()) == (ids, set())
        assert {id_: made.account(id_).department_id for id_ in range(1, PEOPLE + 1)} == places
        quiet(made)


def test_T11_parent_and_child_change_places(tmp_path: Path) -> None:
    """D2: a department is never put below its own descendant; what must get out of the way moves first."""
    with arena(tmp_path) as made:
        made.main.world.move_department(3, 2)
        made.settle()
        made.main.world.move_department(3, 1)
        made.main.world.move_department(2, 3)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"department.move": 2})
        assert path(made, 2) == "Фирма/Склад/Офис"
        assert made.doomed() == []
        assert made.inactive() == set()
        quiet(made)


def test_T11_departments_merged_the_people_move_and_the_empty_one_stays_or_goes(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        gone = department(made, 3).id
        made.main.world.delete_department(3, members="parent")
        answer = made.approved_sync()
        assert (answer.code, answer.kinds()) == (0, {"user.move": 5})
        assert made.inactive() == set()
        assert gone in made.learn.world.departments
        made.save(sync={"empty_departments": "delete"})
        removed = made.sync()
        assert (removed.code, removed.kinds()) == (0, {"department.delete": 1})
        assert gone not in made.learn.world.departments
        quiet(made)


def test_T11_a_department_deleted_with_people_in_it_is_not_deleted_while_accounts_are_in_it(tmp_path: Path) -> None:
    """D4: inactive accounts count; the people of a department that is gone follow `out_of_scope` or their others."""
    with arena(tmp_path) as made:
        made.save(sync={"empty_departments": "delete"})
        made.main.world.dismiss(3)
        made.settle()
        made.main.world.rehire(3)
        assert made.sync().code == 0
        made.main.world.dismiss(3)
        assert made.sync().kinds() == {"user.deactivate": 1}
        gone = department(made, 3).id
        made.main.world.delete_department(3, members="parent")
        answer = made.approved_sync()
        assert answer.code == 0
        assert "department.delete" not in answer.kinds()
        assert gone in made.learn.world.departments
        assert made.inactive() == {email_of(3)}


def test_T11_the_same_names_on_two_branches_are_told_apart_by_id(tmp_path: Path) -> None:
    world = small_company()
    for parent in (2, 3):
        world.add_department("Отдел продаж", parent, number=parent * 10)
    world.move(4, [20])
    world.move(5, [30])
    with arena(tmp_path, {"main": world}) as made:
        made.learn.world.add_department("Отдел продаж", made.learn.world.add_department("Фирма"))
        made.settle()
        assert made.account(4).department_id == department(made, 20).id
        assert made.account(5).department_id == department(made, 30).id
        world.rename_department(20, "Отдел покупок")
        world.rename_department(30, "Отдел закупок")
        world.rename_department(20, "Отдел закупок")
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"department.update": 2})
        assert made.inactive() == set()
        quiet(made)


def test_T11_a_department_renamed_by_hand_in_learn_is_set_back_and_still_ours(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        ours = department(made, 2).id
        made.learn.world.rename_department(ours, "Кто-то был здесь")
        made.learn.world.move_department(ours, made.learn.world.root_id)
        assert made.sync().kinds() == {"department.update": 1, "department.move": 1}
        assert (department(made, 2).id, path(made, 2)) == (ours, "Фирма/Офис")


# T12


@pytest.mark.parametrize("mark", ["include", "exclude"])
def test_T12_a_marked_department_that_vanished_makes_nobody_a_leaver(mark: str, tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        marks = {"include": {"include": [2, 3]}, "exclude": {"include": [1], "exclude": [3]}}[mark]
        made.settings["portals"][0].update(marks)
        made.save()
        made.settle()
        everybody = made.ids()
        made.main.world.delete_department(3, members="lose" if mark == "include" else "parent")
        made.main.world.dismiss(4)
        made.main.world.add_person([2], number=40, NAME="Новый", LAST_NAME="Человек", EMAIL=email_of(40))
        for _ in range(2):
            answer = made.sync()
            assert answer.code == 30
            assert [each["code"] for each in answer.doubts()] == ["department_vanished"]
            assert answer.doubts()[0]["detail"] == {"department": 3, "mark": mark}
            assert made.inactive() == set()
        if mark == "include":
            assert made.account(40).status == 1  # what adds is done
        else:
            assert made.ids() == everybody  # Q3: while an unticked one is missing nobody new is created
        made.settings["portals"][0].update({"include": [1] if mark == "exclude" else [2], "exclude": []})
        made.save()
        corrected = made.approved_sync()  # the person has confirmed it by correcting the settings
        assert corrected.code == 0, corrected.json["problems"]
        expected = {email_of(4)} | ({email_of(id_) for id_ in range(3, PEOPLE + 1, 2)} if mark == "include" else set())
        assert made.inactive() == expected


# T13


def test_T13_impossible_heads_are_reported_and_everybody_is_created_all_the_same(tmp_path: Path) -> None:
    world = small_company()
    heads = {10: 99, 11: 12, 12: 11, 13: 4}
    for id_ in heads:
        world.add_department(f"Отдел {id_}", 1, number=id_)
    world.move(11, [11])
    world.move(12, [12])
    world.add_department("Далёкий", 1, number=20)
    world.add_person([20], number=50, NAME="Вне", LAST_NAME="Охвата", EMAIL=email_of(50))
    world.add_person([2], number=51, NAME="Был", LAST_NAME="Начальником", EMAIL=email_of(51))
    world.dismiss(51)
    for id_, head in heads.items():
        world.set_head(id_, head)
    world.set_head(2, 50)  # outside the scope
    world.set_head(3, 51)  # dismissed
    with arena(tmp_path, {"main": world}) as made:
        made.settings["portals"][0]["exclude"] = [20]
        made.save()
        first = made.sync()
        assert first.code == 0, first.json["problems"]
        assert first.kinds()["user.create"] == PEOPLE
        assert first.kinds()["head.set"] == 3  # each other's heads, and one of another department
        noted = {each["bitrix24_id"] for each in first.json["problems"] if each["code"] == "head_not_synced"}
        assert noted == {2, 3, 10}
        assert department(made, 11).subordination.supervisor_id == made.account(12).id
        assert department(made, 12).subordination.supervisor_id == made.account(11).id
        quiet(made)


def test_T13_a_head_who_leaves_is_cleared_first_and_his_successor_set_after_he_is_created(tmp_path: Path) -> None:
    world = small_company()
    world.set_head(2, 4)
    with arena(tmp_path, {"main": world}) as made:
        made.settle()
        world.dismiss(4)
        world.add_person([2], number=60, NAME="Новая", LAST_NAME="Глава", EMAIL=email_of(60))
        world.set_head(2, 60)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"head.set": 1, "user.create": 1, "user.deactivate": 1})
        order = [each.path for each in made.learn.log.writes]
        assert order.index("/user") < next(place for place, each in enumerate(order) if "subordination" in each)
        subordination = next(place for place, each in enumerate(order) if "subordination" in each)
        assert subordination < order.index("/users/deactivate")
        assert department(made, 2).subordination.supervisor_id == made.account(60).id
        assert made.inactive() == {email_of(4)}
        quiet(made)


# T14


def test_T14_one_refused_person_is_one_row_and_the_others_go_on(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.learn.faults.refuse_person(email_of(7), message="Something about him is wrong")
        first = made.sync()
        assert (first.code, first.kinds()["user.create"]) == (10, PEOPLE - 1)
        assert codes_by_person(first) == {7: {"rejected_by_learn"}}
        assert (first.people()["failed"], ledger_closes(first)) == (1, True)
        made.learn.log.clear()
        again = made.sync()  # P6: what Learn rejected is not sent again until something changes
        assert (again.code, codes_by_person(again)) == (10, {7: {"rejected_by_learn"}})
        assert not made.learn.log.writes
        made.main.world.change(7, WORK_POSITION="Иная")
        made.learn.faults.clear()
        assert made.sync().kinds() == {"user.create": 1}
        assert made.inactive() == set()


def test_T14_malformed_people_are_left_out_one_by_one(tmp_path: Path) -> None:
    world = small_company()
    world.change(4, EMAIL="two words@main.example")
    world.change(5, EMAIL=None)
    world.change(6, EMAIL=email_of(7))
    world.change(8, PERSONAL_MOBILE="не скажу")
    with arena(tmp_path, {"main": world}) as made:
        answer = made.sync()
        assert answer.code == 10
        found = codes_by_person(answer)
        assert found[6] == found[7] == {"duplicate_in_source"}
        assert found[8] == {"phone_invalid"}
        assert found[4] & {"email_invalid", "login_missing"}
        assert found[5] & {"email_invalid", "login_missing"}
        assert answer.kinds()["user.create"] == PEOPLE - 4
        assert made.doomed() == []
        assert ledger_closes(answer)


def test_T14_a_row_that_cannot_be_read_costs_that_person_only_and_leavers_are_still_deactivated(tmp_path: Path) -> None:
    def spoil(answer: PortalAnswer) -> PortalAnswer:
        if not isinstance(answer.result, list):
            return answer
        rows = [{**row, "ACTIVE": {"?": 1}} if str(row.get("ID")) == "5" else row for row in answer.result]
        return PortalAnswer(rows, answer.total, answer.next)

    with arena(tmp_path, {"main": small_company()}) as made:
        made.settle()
        made.main.faults.arrange(Distort(spoil), method="user.get", times=None)
        made.main.world.dismiss(6)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (10, {"user.deactivate": 1})
        assert codes_by_person(answer)[5] == {"source_incomplete"}
        assert (made.account(5).status, made.account(6).status) == (1, 3)
        assert ledger_closes(answer)
        made.main.faults.clear()
        quiet(made)


# T22


def test_T22_spellings_that_look_the_same_are_no_differences_and_no_twins(tmp_path: Path) -> None:
    world = small_company()
    world.change(4, LAST_NAME="Йёлкина", WORK_POSITION="Старший  тренёр")
    with arena(tmp_path, {"main": world}) as made:
        made.settle()
        assert made.account(4).fields["job_title"] == "Старший тренёр"
        world.change(4, LAST_NAME=unicodedata.normalize("NFD", "Йёлкина"), WORK_POSITION=" Старший\u00a0тренёр ")
        world.change(5, EMAIL=f"  {email_of(5).upper()} ")
        world.rename_department(2, unicodedata.normalize("NFD", " Офис\u00a0"))
        quiet(made)
        made.learn.world.edit(made.account(4).id, last_name=unicodedata.normalize("NFD", "Йёлкина"))
        quiet(made)


def oddities() -> World:
    return generate(7, 60, oddities=True, domain="main.example")


@pytest.mark.parametrize("login_from", ["email", "bitrix24_id", "phone"])
def test_T22_everything_strange_at_once_is_synced_without_a_doomed_request_and_comes_to_rest(
    login_from: str, tmp_path: Path
) -> None:
    world = oddities()
    with arena(tmp_path, {"main": world}) as made:
        made.save(sync={"login_from": login_from, "notify_users": True}, limits={"letters": 500})
        first = made.sync()
        assert first.code == 10, first.json.get("error")
        assert first.doubts() == []  # strange is not incomplete
        assert ledger_closes(first)
        assert made.doomed() == []
        letters = [letter.login for letter in made.learn.outbox.letters]
        assert len(letters) == len(set(letters))
        before = made.truth()
        again = quiet(made)
        assert (again.code, again.codes()) == (first.code, first.codes())
        assert made.truth() == before
        assert made.inactive() == set()
        if login_from == "email":
            flagged = {code for codes in codes_by_person(first).values() for code in codes}
            assert {"look_alike_letters", "email_invalid", "duplicate_in_source"} <= flagged
            normal = [unicodedata.is_normalized("NFC", each.fields.get("last_name", "")) for each in accounts(made)]
            assert all(normal)
            assert all("  " not in " ".join(each.fields.values()) for each in accounts(made))


def accounts(made: Arena) -> list[Account]:
    return list(made.learn.world.accounts.values())


def test_T14_T22_oddities_do_not_keep_a_real_leaver_active(tmp_path: Path) -> None:
    """The control among oddities: deactivation works where the reading is not in doubt."""
    world = oddities()
    with arena(tmp_path, {"main": world}) as made:
        assert made.sync().code == 10
        ordinary = next(id_ for id_ in sorted(world.people) if id_ > 10 and world.people[id_].active)
        email = str(world.people[ordinary].fields["EMAIL"])
        world.dismiss(ordinary)
        second = made.sync()
        assert (second.code, second.kinds()) == (10, {"user.deactivate": 1})
        assert made.inactive() == {email}
