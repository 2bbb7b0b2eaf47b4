"""T1, T2, T4, T5: a source that answers well-formed and untrue. Only what adds is done (rules Q1, Q3), exit 30."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.demo.bitrix24 import Bitrix24, World
from b24learn_gui.demo.bitrix24.context import Answer
from b24learn_gui.demo.bitrix24.faults import (
    Distort,
    Effect,
    Refuse,
    Vanish,
    empty_list,
    first_page_again,
    row_repeated,
    rows_missing,
    rows_out_of_order,
    total_off,
)
from tests.e2e.arena import Answer as Told
from tests.e2e.arena import Arena, arena, email_of, small_company

TWO_PAGES = 60
LEAVER, MOVER, NEWCOMER = 5, 6, TWO_PAGES + 1


def company() -> World:
    """60 people on two pages, in three departments and 52 empty ones, so that departments fill two pages, too."""
    world = small_company(TWO_PAGES)
    for number in range(4, 56):
        world.add_department(f"Участок {number}", 1, number=number)
    return world


def opened(tmp_path: Path) -> AbstractContextManager[Arena]:
    return arena(tmp_path, {"main": company()})


def settled_with_news(made: Arena) -> None:
    """Everybody has an account; since then one left, one moved, one was renamed and one is new."""
    first = made.sync()
    assert first.code == 0, (first.json["problems"], first.errors)
    world = made.main.world
    world.dismiss(LEAVER)
    world.move(MOVER, [3])
    world.change(7, WORK_POSITION="Начальник")
    world.add_person([2], number=NEWCOMER, NAME="Новый", LAST_NAME="Сотрудник", EMAIL=email_of(NEWCOMER))
    made.learn.log.clear()


def assert_doubt(made: Arena, answer: Told, reason: Mapping[str, Any]) -> None:
    """Exit 30 with this reason in the source and in the problems; nobody was switched off or moved."""
    assert answer.code == 30, (answer.json, answer.errors)
    told = [each["detail"] for each in answer.doubts() if each["code"] == "source_incomplete"]
    assert any(reason.items() <= detail.items() for detail in told), told
    assert answer.json["sources"][0]["complete"] is False
    assert "source_incomplete" in answer.codes()
    assert made.inactive() == set()
    assert set(answer.kinds()) <= {"user.create", "user.update", "department.create"}
    touching = ("/users/deactivate", "/users/terminate", "/users/activate")
    assert not [each.path for each in made.learn.log.writes if each.path in touching or "move" in each.path]
    assert made.account(MOVER).department_id == department(made, 2)


def department(made: Arena, id_: int) -> str:
    found = made.learn.world.by_code(f"b24-main-{id_}")
    assert found is not None
    return found.id


def assert_all_done(made: Arena, answer: Told) -> None:
    """The control: once the source tells the truth, the leaver is deactivated and the mover moved."""
    assert answer.code == 0, (answer.json["problems"], answer.errors)
    assert made.inactive() == {email_of(LEAVER)}
    assert made.account(MOVER).department_id == department(made, 3)
    assert made.account(NEWCOMER).status == 1
    assert made.account(7).fields["job_title"] == "Начальник"


def beyond_first_page_empty() -> Distort:
    """The second page of people comes without rows."""

    def change(answer: Answer) -> Answer:
        rows = answer.result
        if isinstance(rows, list) and rows and int(rows[0]["ID"]) > 50:
            return Answer([], answer.total, answer.next)
        return answer

    return Distort(change)


def without_total() -> Distort:
    return Distort(lambda answer: Answer(answer.result, None, answer.next))


Case = tuple[Callable[[], Effect], dict[str, Any], bool]
"""The lie, the reason it is told as, and whether the newcomer is seen nevertheless."""

PEOPLE: dict[str, Case] = {
    "T1_row_missing": (lambda: rows_missing(55), {"reason": "total_differs", "what": "people"}, True),
    "T1_leaver_and_more_missing": (lambda: rows_missing(5, 8, 9, 10), {"reason": "total_differs"}, False),
    "T1_last_page_empty": (beyond_first_page_empty, {"reason": "total_differs", "received": 50, "total": 61}, False),
    "T1_total_too_high": (lambda: total_off(3), {"reason": "total_differs", "received": 61, "total": 64}, True),
    "T1_total_too_low": (lambda: total_off(-3), {"reason": "total_differs", "received": 61, "total": 58}, True),
    "T1_total_missing": (without_total, {"reason": "total_missing", "what": "people"}, True),
    "T4_pages_cycle": (first_page_again, {"reason": "page_repeated", "what": "people"}, False),
    "T4_row_repeated": (row_repeated, {"what": "people"}, False),
    "T1_order_broken": (rows_out_of_order, {"what": "people"}, False),
    "T5_empty_list": (empty_list, {"reason": "empty", "what": "people"}, False),
    "T2_part_refused": (
        lambda: Refuse("ERROR_CORE"),
        {"reason": "batch_part_failed", "what": "people", "method": "user.get", "error": "error_core"},
        False,
    ),
    "T2_part_vanished": (Vanish, {"reason": "batch_part_failed", "what": "people", "error": "missing"}, False),
}

DEPARTMENTS: dict[str, Case] = {
    "T1_row_missing": (lambda: rows_missing(3), {"reason": "total_differs", "what": "departments"}, True),
    "T1_total_too_high": (lambda: total_off(1), {"reason": "total_differs", "what": "departments"}, True),
    "T1_total_too_low": (lambda: total_off(-1), {"reason": "total_differs", "what": "departments"}, True),
    "T4_pages_cycle": (first_page_again, {"reason": "page_repeated", "what": "departments"}, True),
    "T4_row_repeated": (row_repeated, {"what": "departments"}, False),
    "T1_order_broken": (rows_out_of_order, {"what": "departments"}, False),
    "T5_empty_list": (empty_list, {"reason": "empty", "what": "departments"}, False),
    "T2_part_refused": (
        lambda: Refuse("ERROR_CORE"),
        {"reason": "batch_part_failed", "what": "departments", "error": "error_core"},
        False,
    ),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_T1_T2_T4_T5_people_that_do_not_add_up_cost_nobody_his_account(name: str, tmp_path: Path) -> None:
    lie, reason, newcomer = PEOPLE[name]
    with opened(tmp_path) as made:
        settled_with_news(made)
        made.main.faults.arrange(lie(), method="user.get", times=None, where="part")
        answer = made.sync()
        assert_doubt(made, answer, reason)
        if newcomer:  # what adds is done all the same
            assert made.account(NEWCOMER).status == 1
            assert made.account(7).fields["job_title"] == "Начальник"
        made.main.faults.clear()
        assert_all_done(made, made.sync())


@pytest.mark.parametrize("name", DEPARTMENTS)
def test_T1_T2_T4_T5_departments_that_do_not_add_up_cost_nobody_his_account(name: str, tmp_path: Path) -> None:
    lie, reason, newcomer = DEPARTMENTS[name]
    with opened(tmp_path) as made:
        settled_with_news(made)
        made.main.faults.arrange(lie(), method="department.get", times=None, where="part")
        answer = made.sync()
        assert_doubt(made, answer, reason)
        if newcomer:
            assert made.account(NEWCOMER).status == 1
        made.main.faults.clear()
        assert_all_done(made, made.sync())


def once(portal: Bitrix24, effect: Effect, method: str) -> None:
    portal.faults.arrange(effect, method=method, times=1, where="part")


@pytest.mark.parametrize(
    ("method", "effect"),
    [
        ("user.get", Refuse("ERROR_CORE")),
        ("user.get", Vanish()),
        ("user.get", rows_missing(9)),
        ("user.get", total_off(2)),
        ("user.get", empty_list()),
        ("user.get", row_repeated()),
        ("department.get", Refuse("ERROR_CORE")),
        ("department.get", Vanish()),
        ("department.get", rows_missing(3)),
        ("department.get", empty_list()),
        ("scope", Refuse("ERROR_CORE")),
        ("profile", Vanish()),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__.lower(),
)
def test_T2_what_goes_wrong_once_is_read_again_and_then_leavers_do_leave(
    method: str, effect: Effect, tmp_path: Path
) -> None:
    with opened(tmp_path) as made:
        settled_with_news(made)
        once(made.main, effect, method)
        answer = made.sync()
        assert answer.doubts() == []
        assert answer.json["sources"][0]["complete"] is True
        assert_all_done(made, answer)


def test_T1_a_first_sync_of_an_incomplete_source_creates_who_is_seen_and_is_no_whole_sync(tmp_path: Path) -> None:
    """Q3, M3: what adds is done also on the first run; creates stay free until a complete one was applied."""
    with arena(tmp_path) as made:
        made.main.sight.hidden_people = {4, 5, 6}
        first = made.sync()
        assert (first.code, first.kinds()) == (30, {"department.create": 3, "user.create": 9})
        made.main.sight.hidden_people = set()
        made.save(limits={"always_allowed": 1, "create_percent": 1})
        second = made.sync()
        assert (second.code, second.kinds()) == (0, {"user.create": 3})


def test_T1_thousands_vanish_in_the_middle_of_the_reading_and_nobody_is_suspended(tmp_path: Path) -> None:
    """The o365-moodle night: the first page is right, the rest says 200 and nothing."""
    with arena(tmp_path, {"main": small_company(120)}) as made:
        assert made.sync().code == 0
        made.main.faults.arrange(beyond_first_page_empty(), method="user.get", times=None)
        answer = made.sync()
        assert answer.code == 30
        assert {"reason": "total_differs", "what": "people", "received": 50, "total": 120}.items() <= (
            answer.doubts()[0]["detail"].items()
        )
        assert answer.kinds() == {}
        assert made.inactive() == set()
        assert made.active() == 120


@pytest.mark.parametrize("command", ["preview", "sync"])
def test_T5_both_lists_empty_is_a_doubt_not_a_company_without_people(command: str, tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        before = made.truth()
        made.main.faults.arrange(empty_list(), method="user.get", times=None, where="part")
        made.main.faults.arrange(empty_list(), method="department.get", times=None, where="part")
        answer = made.run(command)
        assert answer.code == 30
        reasons = {
            (each["detail"]["reason"], each["detail"]["what"]) for each in answer.doubts() if "reason" in each["detail"]
        }
        assert reasons == {("empty", "people"), ("empty", "departments")}
        assert answer.kinds() == {}
        assert made.truth() == before
