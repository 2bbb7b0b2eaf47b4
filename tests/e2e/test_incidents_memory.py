"""T28 and T29: the journal is lost, and a run is taken back (rules I8, I9, U1, U2)."""

from pathlib import Path

import pytest

from b24learn_gui.demo.bitrix24 import World
from tests.e2e.arena import PEOPLE, Arena, arena, email_of, small_company


def lose_the_journal(made: Arena) -> None:
    for file in made.home.glob("journal*"):
        file.unlink()


def quiet(made: Arena) -> None:
    made.learn.log.clear()
    again = made.sync()
    assert (again.code, again.kinds()) == (0, {}), (again.json["problems"], again.json["changes"])
    assert not made.learn.log.writes


# T28


def test_T28_a_lost_journal_is_rebuilt_after_approval_and_only_real_leavers_leave(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.main.world.set_head(2, 4)
        made.settle()
        ids = made.ids()
        lose_the_journal(made)
        made.main.world.dismiss(5)
        made.main.world.move(6, [3])
        made.learn.world.add_account("stranger", email="stranger@learn.example")
        before = made.truth()
        planned = made.preview()
        for _ in range(2):
            refused = made.sync()
            assert (refused.code, refused.json["plan_hash"]) == (20, planned.json["plan_hash"])
            assert "journal_rebuilt" in refused.codes()
            assert made.truth() == before
            assert not made.learn.log.writes
        done = made.sync("--approve", planned.json["plan_hash"])
        assert done.code == 0, (done.json["problems"], done.json.get("error"))
        assert done.kinds() == {"user.adopt": PEOPLE, "user.move": 1, "user.deactivate": 1}
        assert made.inactive() == {email_of(5)}
        assert {id_: login for id_, login in made.ids().items() if login != "stranger"} == ids
        quiet(made)
        made.main.world.rehire(5)  # the link of the dismissed one was rebuilt, too
        assert made.sync().kinds() == {"user.reactivate": 1}
        made.main.world.dismiss(7)
        assert made.sync().kinds() == {"user.deactivate": 1}


def test_T28_a_lost_journal_with_nothing_changed_still_asks_first_and_makes_no_twin(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.save(limits={"adoptions": 1000, "always_allowed": 1000})
        made.settle()
        before = made.truth()
        lose_the_journal(made)
        refused = made.sync()
        assert refused.code == 20
        assert "journal_rebuilt" in refused.codes()
        assert made.truth() == before
        done = made.sync("--approve", refused.json["plan_hash"])
        assert (done.code, done.kinds()) == (0, {"user.adopt": PEOPLE})
        assert not made.learn.log.writes
        assert made.truth() == before
        quiet(made)


def test_T28_a_first_run_of_another_machine_with_logins_from_ids_makes_no_twin(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.save(sync={"login_from": "bitrix24_id"})
        made.settle()
        ids = made.ids()
        lose_the_journal(made)
        done = made.approved_sync()
        assert (done.code, done.kinds()) == (0, {"user.adopt": PEOPLE})
        assert made.ids() == ids
        quiet(made)


def test_I9_a_portal_taken_out_of_the_settings_leaves_its_people_as_they_are(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(), "west": small_company(portal="west")}) as made:
        made.settle()
        made.settings["portals"] = made.settings["portals"][:1]
        made.save()
        made.main.world.dismiss(5)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"user.deactivate": 1})
        assert made.inactive() == {email_of(5)}
        assert "portal_not_configured" in {each["code"] for each in made.run("check").json["problems"]}


# T29


def changed(world: World) -> None:
    world.dismiss(5)
    world.change(6, WORK_POSITION="Начальник", EMAIL="sixth@main.example")
    world.move(7, [2])
    world.add_person([2], number=13, NAME="Новый", LAST_NAME="Человек", EMAIL=email_of(13))
    world.rename_department(3, "Хранилище")
    world.add_department("Новый отдел", 2, number=4)
    world.set_head(2, 7)


def test_T29_what_was_taken_back_is_not_done_again_by_the_next_run_until_released(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        before = made.truth()
        changed(made.main.world)
        done = made.sync()
        assert done.code == 0, done.json["problems"]
        after, run = made.truth(), done.json["run"]
        shown = made.run("undo", run)
        assert made.truth() == after
        assert shown.json["undoes"] == run
        back = made.run("undo", run, "--apply", "--approve", shown.json["plan_hash"])
        assert back.code == 0, (back.json["problems"], back.json.get("error"))
        taken_back = made.truth()
        newcomer = taken_back["accounts"].pop(email_of(13))
        assert newcomer["status"] == 3
        created = [name for name in taken_back["departments"] if name not in before["departments"]]
        assert [name.rsplit("/", 1)[-1] for name in created] == ["Новый отдел"]
        for name in created:
            taken_back["departments"].pop(name)
        assert taken_back["accounts"] == before["accounts"]
        assert taken_back["departments"] == before["departments"]
        left, touched = made.truth(), {5, 6, 7, 13}
        for _ in range(2):
            next_run = made.sync()
            assert next_run.code == 0, next_run.json["problems"]
            notes = [each for each in next_run.json["problems"] if each["code"] == "held_by_undo"]
            assert {each["bitrix24_id"] for each in notes if each["object"] == "person"} == touched
            assert {each["bitrix24_id"] for each in notes if each["object"] == "department"} == {2, 3}
            assert next_run.people()["protected"] == 4
            assert not next_run.json["changes"]
            assert made.truth() == left
        released = made.run("undo", run, "--release")
        assert (released.code, released.json["released"]) == (0, {"people": 4, "departments": 2})
        released = made.approved_sync()
        assert released.code == 0, released.json["problems"]
        assert made.inactive() == {email_of(5)}  # whom an undo had switched off was switched off by us
        assert made.account(13).status == 1
        quiet(made)


@pytest.mark.parametrize("how", ["by_hand", "by_another_run"])
def test_T29_what_changed_since_is_listed_and_not_overwritten(how: str, tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        made.main.world.change(6, WORK_POSITION="Начальник")
        made.main.world.change(7, WORK_POSITION="Начальник")
        run = made.sync().json["run"]
        if how == "by_hand":
            made.learn.world.edit(made.account(6).id, job_title="Директор")
        else:
            made.main.world.change(6, WORK_POSITION="Директор")
            assert made.sync().code == 0
        back = made.run("undo", run, "--apply")
        assert back.code == 0
        assert [(each["bitrix24_id"], each["code"]) for each in back.json["problems"]] == [(6, "changed_since")]
        assert made.account(6).fields["job_title"] == "Директор"
        assert made.account(7).fields["job_title"] == "Менеджер"
        assert made.inactive() == set()


def test_T29_the_undo_of_a_first_sync_is_limited_and_switches_its_accounts_off(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        run = made.sync().json["run"]
        refused = made.run("undo", run, "--apply")
        assert refused.code == 20
        assert made.inactive() == set()
        done = made.run("undo", run, "--apply", "--approve", refused.json["plan_hash"])
        assert done.code == 0
        assert len(made.inactive()) == PEOPLE
        after = made.sync()
        assert (after.code, after.kinds()) == (0, {})
        assert len(made.inactive()) == PEOPLE
        assert made.active() == 0
