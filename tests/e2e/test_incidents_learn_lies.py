"""T4 and I5 on Learn's side: lists that cycle, are empty or hide rows end the run before its first write."""

from pathlib import Path

import pytest

from b24learn_gui.demo.learn import Switches
from tests.e2e.arena import PEOPLE, Answer, Arena, arena, email_of

SMALL_PAGES = Switches(page_cap=5)


def settled_with_a_leaver_and_a_newcomer(made: Arena) -> None:
    made.settle()
    made.main.world.dismiss(5)
    made.main.world.add_person([2], NAME="Новый", LAST_NAME="Сотрудник", EMAIL=email_of(PEOPLE + 1))


def assert_nothing_written(made: Arena, answer: Answer, cause: str) -> None:
    assert (answer.code, answer.json["error"]["code"], answer.json["error"]["side"]) == (60, cause, "learn")
    assert answer.kinds() == {}
    assert not made.learn.log.writes
    assert made.inactive() == set()


def assert_all_done(made: Arena, answer: Answer) -> None:
    assert (answer.code, answer.kinds()) == (0, {"user.create": 1, "user.deactivate": 1}), answer.json
    assert made.inactive() == {email_of(5)}
    assert len(made.logins()) == PEOPLE + 1


@pytest.mark.parametrize("lie", ["repeat_page_token", "cycle_page_tokens"])
def test_T4_page_tokens_of_learn_that_repeat_or_cycle_end_the_run_unwritten(lie: str, tmp_path: Path) -> None:
    with arena(tmp_path, learn_switches=SMALL_PAGES) as made:
        settled_with_a_leaver_and_a_newcomer(made)
        setattr(made.learn.lies, lie, True)
        assert_nothing_written(made, made.sync(), "page_repeated")
        assert made.preview().code == 60
        setattr(made.learn.lies, lie, False)
        assert_all_done(made, made.sync())


@pytest.mark.parametrize("lie", ["empty_users", "empty_departments"])
def test_T5_an_empty_list_of_learn_ends_the_run_unwritten(lie: str, tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        settled_with_a_leaver_and_a_newcomer(made)
        setattr(made.learn.lies, lie, None)
        assert_nothing_written(made, made.sync(), "learn_list_empty")
        setattr(made.learn.lies, lie, 0)
        assert_all_done(made, made.sync())


def test_I5_accounts_missing_from_the_list_once_are_read_again(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        settled_with_a_leaver_and_a_newcomer(made)
        made.learn.lies.hide(made.account(7).id, made.account(8).id, readings=1)
        assert_all_done(made, made.sync())


@pytest.mark.parametrize("finds", [True, False], ids=["find_existing", "by_id"])
def test_I5_accounts_that_exist_and_are_never_listed_end_the_run_unwritten(finds: bool, tmp_path: Path) -> None:
    with arena(tmp_path, learn_switches=Switches(find_existing=finds)) as made:
        settled_with_a_leaver_and_a_newcomer(made)
        before = made.truth()
        made.learn.lies.hide(made.account(7).id, made.account(8).id)
        assert_nothing_written(made, made.sync(), "learn_list_incomplete")
        assert made.truth() == before
        made.learn.lies.hidden.clear()
        made.learn.lies.begin_reading()
        assert_all_done(made, made.sync())


@pytest.mark.parametrize("finds", [True, False], ids=["find_existing", "by_id"])
def test_I5_accounts_truly_deleted_are_created_again_for_people_in_scope(finds: bool, tmp_path: Path) -> None:
    with arena(tmp_path, learn_switches=Switches(find_existing=finds)) as made:
        made.settle()
        made.main.world.dismiss(6)
        for id_ in (6, 7, 8):
            made.learn.world.delete_account(made.account(id_).id)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"user.create": 2})
        assert {change["cause"] for change in answer.json["changes"]} == {"deleted in Learn"}
        assert made.inactive() == set()
        assert len(made.logins()) == PEOPLE - 1
        assert made.sync().kinds() == {}


@pytest.mark.parametrize(
    ("role", "code", "causes"),
    [
        ("learner", 40, {"learn_not_administrator", "forbidden"}),
        ("publisher", 40, {"learn_not_administrator", "forbidden"}),
        ("administrator_of_his_department", 40, {"learn_not_administrator"}),
        ("administrator_of_another_department", 60, {"learn_list_incomplete"}),
    ],
)
def test_I5_a_sign_in_that_is_no_administrator_ends_the_run_unwritten(
    role: str, code: int, causes: set[str], tmp_path: Path
) -> None:
    """Such an account sees a part of Learn, perhaps not even himself, and would be told that people don't exist."""
    with arena(tmp_path) as made:
        settled_with_a_leaver_and_a_newcomer(made)
        world = made.learn.world
        lesser = world.add_account("lesser@learn.example", email="lesser@learn.example")
        owner, password = made.learn.login, made.learn.password
        if role.startswith("administrator"):
            office = world.by_code("b24-main-2")
            assert office is not None
            world.make_department_administrator(lesser, [office.id])
            if "his" in role:
                world.move(lesser, office.id)
        else:
            world.set_role(lesser, "publisher" if role == "publisher" else "learner")
        made.learn.sign_in_as(lesser)
        made.keep_secret("learn.password", made.learn.password)
        made.save(learn={"login": made.learn.login})
        answer = made.sync()
        assert answer.code == code
        assert answer.json["error"]["code"] in causes
        assert not made.learn.log.writes
        assert made.inactive() == set()
        made.learn.sign_in_as(world.owner_id)
        made.keep_secret("learn.password", password)
        made.save(learn={"login": owner})
        assert made.sync().code == 0
        assert made.inactive() == {email_of(5)}


@pytest.mark.parametrize(("status", "code"), [(503, 60), (500, 60)], ids=["unavailable", "server_error"])
def test_T6_learn_down_while_it_is_read_is_unreachable_and_nothing_is_written(
    status: int, code: int, tmp_path: Path
) -> None:
    with arena(tmp_path) as made:
        settled_with_a_leaver_and_a_newcomer(made)
        made.learn.faults.plan("status", status=status, path="/users.*", times=None)
        answer = made.sync()
        assert (answer.code, answer.json["error"]["side"]) == (code, "learn")
        assert not made.learn.log.writes
        assert made.inactive() == set()
        made.learn.faults.clear()
        assert_all_done(made, made.sync())


def test_T6_learn_asking_for_patience_in_the_middle_is_obeyed(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        settled_with_a_leaver_and_a_newcomer(made)
        made.learn.faults.plan("status", status=429, retry_after="2", at=2, times=4)
        made.learn.faults.plan("status", status=503, at=9, times=2)
        assert_all_done(made, made.sync())
