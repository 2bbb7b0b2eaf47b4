"""T7: the answer to a write is lost after Learn had done it. Looked up before repeating: no twin, no second letter."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.arena import Answer, Arena, arena, email_of, small_company

FEW = 6
CREATES = r"/user"
DEPARTMENTS = r"/department"

LOST: dict[str, dict[str, Any]] = {
    "answer_dropped": {"kind": "drop_after"},
    "page_of_a_proxy_after_the_work": {"kind": "html", "status": 502, "commit": True},
    "error_after_the_work": {"kind": "status", "status": 500, "commit": True},
    "gateway_timeout_after_the_work": {"kind": "status", "status": 504, "commit": True},
    "answer_empty": {"kind": "empty"},
    "answer_truncated": {"kind": "truncated"},
    "answer_without_an_id": {"kind": "wrong_types"},
    "request_dropped": {"kind": "drop_before"},
    "unavailable_before_the_work": {"kind": "status", "status": 503},
}


def emails(people: int) -> list[str]:
    return sorted(email_of(id_) for id_ in range(1, people + 1))


def assert_no_twins_and_one_letter_each(made: Arena, people: int = FEW) -> None:
    assert made.logins() == emails(people)
    assert sorted(letter.login for letter in made.learn.outbox.letters) == emails(people)
    codes = [each.code for each in made.learn.world.departments.values() if each.code]
    assert sorted(codes) == ["b24-main-1", "b24-main-2", "b24-main-3"]


def assert_settled(made: Arena) -> None:
    """The next run knows everybody and writes nothing."""
    made.learn.log.clear()
    again = made.sync()
    assert (again.code, again.kinds()) == (0, {}), (again.json["problems"], again.json["changes"])
    assert not made.learn.log.writes


@pytest.mark.parametrize("name", LOST)
@pytest.mark.parametrize("path", [CREATES, DEPARTMENTS], ids=["people", "departments"])
def test_T7_a_lost_answer_to_a_create_makes_no_twin_and_no_second_letter(name: str, path: str, tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        made.save(sync={"notify_users": True})
        made.learn.faults.plan(**LOST[name], method="POST", path=path, at=2, times=1)
        first = made.sync()
        assert (first.code, first.kinds()) == (0, {"department.create": 3, "user.create": FEW}), first.json
        assert_no_twins_and_one_letter_each(made)
        assert made.inactive() == set()
        assert_settled(made)


def test_T7_every_create_of_a_run_may_lose_its_answer(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        made.save(sync={"notify_users": True})
        made.learn.faults.plan("drop_after", method="POST", path=r"/user|/department", times=None)
        first = made.sync()
        assert (first.code, first.kinds()) == (0, {"department.create": 3, "user.create": FEW})
        assert_no_twins_and_one_letter_each(made)
        made.learn.faults.clear()
        assert_settled(made)


def test_T7_when_even_looking_fails_the_next_run_finds_what_the_lost_create_has_made(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        made.save(sync={"notify_users": True}, network={"parallel_writes": 1})
        broken = made.learn.faults

        def break_down(number: int, _entry: object) -> None:
            if number == 5:  # the second person: done, and then nothing answers any more
                broken.plan("drop_before", times=None)

        made.learn.after_write = break_down
        broken.plan("drop_after", method="POST", path=CREATES, at=2, times=1)
        first = made.sync()
        assert first.code == 60
        assert first.json["error"]["side"] == "learn"
        broken.clear()
        made.learn.after_write = None
        second = made.sync()
        assert second.code == 0, (second.json["problems"], second.errors)
        assert_no_twins_and_one_letter_each(made)
        assert_settled(made)


def changed(made: Arena) -> None:
    world = made.main.world
    world.change(3, WORK_POSITION="Начальник")
    world.move(4, [3])
    world.dismiss(5)
    world.rename_department(2, "Контора")
    world.set_head(3, 2)


def assert_changes_done(made: Arena, answer: Answer) -> None:
    assert answer.code == 0, (answer.json.get("error"), answer.json["problems"])
    assert made.inactive() == {email_of(5)}
    assert made.account(3).fields["job_title"] == "Начальник"
    store = made.learn.world.by_code("b24-main-3")
    assert store is not None
    assert made.account(4).department_id == store.id
    assert store.subordination.supervisor_id == made.account(2).id
    assert_settled(made)


@pytest.mark.parametrize("name", ["answer_dropped", "page_of_a_proxy_after_the_work", "request_dropped"])
def test_T7_every_other_write_may_lose_its_answer_too(name: str, tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        made.settle()
        changed(made)
        fault = {**LOST[name], "writes_only": True}
        for at in (1, 3, 5, 7, 9):  # every write is done in the end, the odd attempts lose their answers
            made.learn.faults.plan(**fault, at=at, times=1)
        assert_changes_done(made, made.sync())
        assert made.logins() == emails(FEW)


def test_T7_a_slow_server_is_waited_for(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        made.save(sync={"notify_users": True})
        made.learn.faults.plan("slow", method="POST", path=CREATES, seconds=0.4, times=2)
        assert made.sync().code == 0
        assert_no_twins_and_one_letter_each(made)
        assert_settled(made)
