"""SAFETY T1 to T6 and T14 at the reader: what does not add up is read once more, and if it stays so, named (Q1)."""

from collections.abc import Callable, Mapping

import pytest

from b24learn_gui.bitrix24.reader import read_company
from b24learn_gui.company.model import Company
from b24learn_gui.demo.bitrix24 import (
    BOX_NEW,
    BOX_OLD,
    CLOUD,
    Answer,
    Bitrix24,
    Distort,
    Page,
    Refuse,
    Sight,
    Vanish,
    World,
)
from b24learn_gui.demo.bitrix24 import faults as lies
from b24learn_gui.errors import Unreachable
from tests.bitrix24.support import FakeTime, company, serving

PEOPLE, DEPARTMENTS = 330, 130


def doubts(found: Company) -> list[tuple[str, Mapping[str, object]]]:
    return [(doubt.code, dict(doubt.detail)) for doubt in found.doubts]


def codes(found: Company) -> set[tuple[str, object]]:
    return {(doubt.code, doubt.detail.get("what")) for doubt in found.doubts}


LIES: list[tuple[str, lies.Effect, str]] = [
    ("a row is missing", lies.rows_missing("ID_IN_THE_MIDDLE"), "total_differs"),  # type: ignore[arg-type]
    ("a page is empty", lies.empty_page(), "total_differs"),
    ("the total is too high", lies.total_off(7), "total_differs"),
    ("the total is too low", lies.total_off(-7), "total_differs"),
    ("the order is broken", lies.rows_out_of_order(), "order_broken"),
    ("a command left no trace", Vanish(), "batch_part_failed"),
    ("a command failed", Refuse("ERROR_CORE", 400), "batch_part_failed"),
    ("not a list", Distort(lambda answer: Answer({"a": "b"}, answer.total)), "batch_part_failed"),
]


def arranged(bitrix: Bitrix24, method: str, effect: lies.Effect, *, skip: int, times: int | None) -> None:
    if effect is LIES[0][1]:
        effect = lies.rows_missing(301 if method == "user.get" else 77)
    bitrix.faults.arrange(effect, method=method, where="part", skip=skip, times=times)


@pytest.mark.parametrize("method", ["user.get", "department.get"])
@pytest.mark.parametrize(("effect", "code"), [lie[1:] for lie in LIES], ids=[lie[0] for lie in LIES])
class TestLies:
    @pytest.mark.parametrize("skip", [0, 2])
    def test_t1_t2_a_lie_told_once_is_read_again_and_leaves_no_doubt(
        self, method: str, effect: lies.Effect, code: str, skip: int
    ) -> None:
        del code
        with serving(Bitrix24(company(PEOPLE, DEPARTMENTS), switches=BOX_NEW)) as (bitrix, transport):
            arranged(bitrix, method, effect, skip=skip, times=1)
            found = read_company(transport)
            assert found.doubts == ()
            assert (len(found.employees), len(found.departments)) == (PEOPLE, DEPARTMENTS)
            assert bitrix.requests <= 6

    def test_t1_t2_a_lie_that_stays_is_a_doubt_with_its_name(self, method: str, effect: lies.Effect, code: str) -> None:
        what = "people" if method == "user.get" else "departments"
        with serving(Bitrix24(company(PEOPLE, DEPARTMENTS), switches=BOX_NEW)) as (bitrix, transport):
            arranged(bitrix, method, effect, skip=0, times=None)
            found = read_company(transport)
        if effect is LIES[1][1]:
            code = "empty" if method == "user.get" else "total_differs"
        assert {name for name, about in codes(found) if about == what} >= {code} or (
            effect is LIES[1][1] and ("empty", what) in codes(found)
        )
        assert {about for _, about in codes(found)} == {what}


@pytest.mark.parametrize("skip", [0, 4, 25])
def test_t2_only_the_part_that_failed_is_read_again(skip: int) -> None:
    with serving(Bitrix24(company(2000), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(Refuse("ERROR_CORE", 400), method="user.get", where="part", skip=skip)
        found = read_company(transport)
        assert (len(found.employees), found.doubts) == (2000, ())
        counted = [call for call in bitrix.calls("user.get") if str(call.parameters["start"]) == "0"]
        assert len(counted) == (2 if skip == 0 else 1)


def test_t1_rows_that_are_counted_but_never_shown() -> None:
    """The incident of 14,000 suspended people, in small: 200, no error, rows missing."""
    world = company(PEOPLE, DEPARTMENTS)
    hidden = Sight(hidden_people={11, 13, 15}, hidden_departments={60})
    with serving(Bitrix24(world, sight=hidden)) as (bitrix, transport):
        found = read_company(transport)
        assert doubts(found) == [
            ("total_differs", {"what": "departments", "received": DEPARTMENTS - 1, "total": DEPARTMENTS}),
            ("total_differs", {"what": "people", "received": PEOPLE - 3, "total": PEOPLE}),
        ]
        assert len(found.employees) == PEOPLE - 3
        assert len(bitrix.calls("scope")) == 1


def test_t1_the_last_page_comes_empty_though_total_says_more() -> None:
    with serving(Bitrix24(company(120), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(lies.empty_page(), method="user.get", where="part", skip=2, times=1)
        bitrix.faults.arrange(lies.empty_page(), method="user.get", where="part", skip=12, times=1)
        found = read_company(transport)
    assert doubts(found) == [("total_differs", {"what": "people", "received": 100, "total": 120})]


@pytest.mark.parametrize("switches", [CLOUD, BOX_OLD])
def test_t4_a_cycling_page_ends_the_read(switches: object) -> None:
    world = company(PEOPLE, DEPARTMENTS)
    bitrix = Bitrix24(world, switches=switches, scopes=("user", "department"))  # type: ignore[arg-type]
    with serving(bitrix) as (_, transport):
        bitrix.faults.arrange(lies.first_page_again(), method="user.get", where="part", times=None)
        bitrix.faults.arrange(lies.first_page_again(), method="department.get", where="part", times=None)
        found = read_company(transport)
        assert codes(found) == {("page_repeated", "people"), ("page_repeated", "departments")}
        assert [person.id for person in found.employees] == [2 * number - 1 for number in range(1, 51)]
        assert bitrix.requests <= 6


def test_t4_the_same_person_twice_in_one_page() -> None:
    with serving(Bitrix24(company(70), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(lies.row_repeated(), method="user.get", where="part", times=None)
        found = read_company(transport)
    assert found.doubts[0].code in {"order_broken", "page_repeated"}
    assert len({person.id for person in found.employees}) == len(found.employees)


def test_t4_a_page_of_nothing_but_unreadable_ids_ends_too() -> None:
    def nameless(answer: Answer) -> Answer:
        rows = answer.result if isinstance(answer.result, list) else []
        return Answer([{**row, "ID": "?"} for row in rows], answer.total)

    with serving(Bitrix24(company(120), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(Distort(nameless), method="user.get", where="part", times=None)
        found = read_company(transport)
        assert bitrix.requests <= 4
    assert {"row_without_id", "page_repeated"} == {doubt.code for doubt in found.doubts}


@pytest.mark.parametrize("method", ["user.get", "department.get"])
def test_t5_an_empty_list_is_a_doubt(method: str) -> None:
    with serving(Bitrix24(company(PEOPLE, DEPARTMENTS), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(lies.empty_list(), method=method, where="part", times=None)
        found = read_company(transport)
    assert codes(found) == {("empty", "people" if method == "user.get" else "departments")}


def test_t5_a_total_that_is_not_told_proves_nothing() -> None:
    with serving(Bitrix24(company(20), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(
            Distort(lambda answer: Answer(answer.result)), method="user.get", where="part", times=None
        )
        assert codes(read_company(transport)) == {("total_missing", "people")}


@pytest.mark.parametrize("code", ["QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT"])
@pytest.mark.parametrize("where", ["request", "part"])
def test_t6_a_block_in_the_middle_is_waited_for_and_nobody_is_absent(code: str, where: str) -> None:
    clock = FakeTime()
    world = company(2000, 60)
    with serving(Bitrix24(world, clock=clock), time=clock) as (bitrix, transport):
        method = "batch" if where == "request" else "user.get"
        skip = 1 if where == "request" else 15
        bitrix.faults.arrange(Refuse(code), method=method, where=where, skip=skip, times=2)  # type: ignore[arg-type]
        found = read_company(transport)
        assert found.doubts == ()
        assert len(found.employees) == 2000
    assert sum(clock.slept) >= (60 if code == "OPERATION_TIME_LIMIT" else 1)


def test_t6_a_server_that_stays_away_ends_the_read_without_a_company() -> None:
    with serving(Bitrix24(company(2000))) as (bitrix, transport):
        bitrix.faults.arrange(Page(502), method="batch", skip=1, times=None, where="request")
        with pytest.raises(Unreachable) as caught:
            read_company(transport)
    assert caught.value.code == "html"


def test_t14_a_person_whose_state_cannot_be_read_is_named_and_the_others_go_on() -> None:
    def spoil(answer: Answer) -> Answer:
        rows = answer.result if isinstance(answer.result, list) else []
        for row in rows:
            if str(row["ID"]) == "7":
                row["ACTIVE"], row["EMAIL"] = {"?": 1}, {"not": "text"}
            if str(row["ID"]) == "9":
                row["EMAIL"], row["NAME"] = ["a@b.example"], 5
        return answer

    with serving(Bitrix24(company(20), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(Distort(spoil), method="user.get", where="part", times=None)
        found = read_company(transport)
    assert doubts(found) == [("row_malformed", {"what": "people", "id": 7, "field": "ACTIVE"})]
    assert len(found.employees) == 20
    people = {person.id: person for person in found.employees}
    assert not people[7].active
    assert people[9].values["NAME"] == "5"


def test_t14_where_all_rows_are_malformed_the_list_of_doubts_stays_short() -> None:
    def spoil(answer: Answer) -> Answer:
        rows = answer.result if isinstance(answer.result, list) else []
        return Answer([{**row, "ACTIVE": "?"} for row in rows], answer.total)

    with serving(Bitrix24(company(60), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(Distort(spoil), method="user.get", where="part", times=None)
        found = read_company(transport)
    assert doubts(found) == [("row_malformed", {"what": "people", "rows": 60})]
    assert not any(person.active for person in found.employees)


def test_t14_a_row_that_is_no_row_is_a_doubt_because_nobody_knows_whose_it_is() -> None:
    def spoil(answer: Answer) -> Answer:
        rows = list(answer.result) if isinstance(answer.result, list) else []
        return Answer([None, *rows[1:]], answer.total)

    with serving(Bitrix24(company(20), switches=BOX_NEW)) as (bitrix, transport):
        bitrix.faults.arrange(Distort(spoil), method="user.get", where="part", times=None)
        found = read_company(transport)
    assert doubts(found) == [("row_without_id", {"what": "people", "rows": 1})]
    assert len(found.employees) == 19


CHANGES: list[tuple[str, Callable[[World], object]]] = [
    ("hired", lambda world: world.add_person([1], NAME="Новая")),
    ("dismissed, read already", lambda world: world.dismiss(3)),
    ("dismissed, not read yet", lambda world: world.dismiss(1999)),
    ("moved", lambda world: world.move(3, [2])),
    ("deleted, read already", lambda world: world.delete_person(3)),
    ("deleted, not read yet", lambda world: world.delete_person(1999)),
    ("lost all departments", lambda world: world.move(5, [])),
]


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])
@pytest.mark.parametrize("before_page", [2, 12])
def test_people_changed_while_reading_cost_a_second_look_and_no_doubt(
    change: Callable[[World], object], before_page: int
) -> None:
    world = company(1100)
    with serving(Bitrix24(world, switches=BOX_NEW)) as (bitrix, transport):
        bitrix.before(before_page, change, method="user.get")
        everybody = {*world.people, 2200}
        found = read_company(transport)
        assert found.doubts == ()
        got = [person.id for person in found.employees]
        assert got == sorted(set(got))
        # Whoever went after he was read may still be there: that is the state when the reading began.
        assert {number for number, person in world.people.items() if person.departments} <= set(got) <= everybody
        assert bitrix.requests <= 8


def test_q1_a_department_lost_between_two_pages_by_a_deletion_is_noticed() -> None:
    """One goes, one comes: the totals agree, yet the row on the page's edge was never sent."""
    world = company(200, 120)
    for number, person in enumerate(world.people.values()):
        person.departments = [51 if number == 100 else 1]

    def swap(there: World) -> None:
        there.delete_department(10)
        there.add_department("Новый", 1)

    with serving(Bitrix24(world, switches=BOX_NEW)) as (bitrix, transport):
        bitrix.before(2, swap, method="department.get")
        found = read_company(transport)
    assert found.doubts == ()
    assert [unit.id for unit in found.departments] == sorted(world.departments)


def test_references_to_departments_nobody_may_see_are_no_doubt() -> None:
    world = company(100, 60)
    world.people[3].departments = [900]
    world.departments[7].parent = 901
    with serving(Bitrix24(world, switches=BOX_NEW)) as (bitrix, transport):
        found = read_company(transport)
        assert found.doubts == ()
        assert bitrix.requests <= 4
    assert {unit.id: unit.parent for unit in found.departments}[7] == 901


def test_a_portal_that_answers_no_command_at_all() -> None:
    with serving(Bitrix24(company(3))) as (bitrix, transport):
        bitrix.faults.arrange(Vanish(), where="part", times=None)
        with pytest.raises(Unreachable) as caught:
            read_company(transport)
    assert caught.value.code == "answer_unusable"
