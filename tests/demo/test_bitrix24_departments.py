"""``department.get`` with all its traps (contract, sections 2 and 3.1)."""

from __future__ import annotations

from typing import Any

import pytest

from b24learn_gui.demo.bitrix24 import BOX_OLD, World
from tests.demo.bitrix24_tools import CALM, portal, small_world


def branchy() -> World:
    world = small_world(3, 1)
    sales = world.add_department("Продажи", 1, number=20, head=2, sort=300)
    world.add_department("Склад", 1, number=5, head=0, sort=100)
    world.add_department("Склад 2", sales.id, number=3, sort=500)
    return world


def test_a_row_has_text_ids_a_number_for_sort_and_no_key_for_what_is_empty() -> None:
    with portal(branchy()) as (_embedded, caller):
        rows = {row["ID"]: row for row in caller.result("department.get")}
        assert rows["1"] == {"ID": "1", "NAME": "Компания", "SORT": 500, "UF_HEAD": "1"}
        assert rows["3"] == {"ID": "3", "NAME": "Склад 2", "SORT": 500, "PARENT": "20"}
        assert rows["5"]["UF_HEAD"] == "0"


def test_ids_can_be_numbers() -> None:
    with portal(branchy(), CALM.but(numeric_ids=True)) as (_embedded, caller):
        assert caller.result("department.get", ID=20) == [
            {"ID": 20, "NAME": "Продажи", "SORT": 300, "PARENT": 1, "UF_HEAD": 2}
        ]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [1, 5, 20, 3]),  # order of the tree: siblings by SORT, children after their parent
        ({"sort": "ID", "order": "ASC"}, [1, 3, 5, 20]),
        ({"sort": "id", "order": "desc"}, [20, 5, 3, 1]),
        ({"SORT": "ID", "ORDER": "DESC"}, [20, 5, 3, 1]),
        ({"sort": "NO_SUCH", "order": "ASC"}, [1, 5, 20, 3]),
        ({"ID": 5}, [5]),
        ({"ID": ["5", "20abc"]}, [5, 20]),
        ({"id": 5}, [1, 5, 20, 3]),  # lower case is unknown and dropped
        ({">ID": 5}, [1, 5, 20, 3]),  # no operators
        ({"FILTER": {">ID": 5}}, [1, 5, 20, 3]),
        ({"FILTER": {"ID": 5}, "ID": 20}, [5]),  # FILTER excludes everything else
        ({"filter": {"ID": 5}}, [1, 5, 20, 3]),
        ({"FILTER": {"PARENT": 1, "sort": "ID", "order": "DESC"}}, [20, 5]),
        ({"FILTER": {"PARENT": 1}, "sort": "ID", "order": "DESC"}, [5, 20]),  # top-level order is not read
        ({"PARENT": 0}, [1]),
        ({"UF_HEAD": 2}, [20]),
        ({"NAME": "Склад"}, [5]),
        ({"NAME": "склад%"}, [5, 3]),
        ({"NAME": "С_лад"}, [5]),
        ({"SORT": 100}, [1, 5, 20, 3]),  # the documented filter has no effect
    ],
)
def test_filters_and_order(parameters: dict[str, Any], expected: list[int]) -> None:
    with portal(branchy()) as (_embedded, caller):
        assert caller.ids("department.get", **parameters) == expected


def test_an_older_box_reads_the_order_beside_a_filter() -> None:
    with portal(branchy(), BOX_OLD, scopes=("user", "department")) as (_embedded, caller):
        assert caller.ids("department.get", FILTER={"PARENT": 1}, sort="ID", order="DESC") == [20, 5]


def test_a_page_is_rounded_down_and_total_and_next_are_given() -> None:
    with portal(small_world(3, 120)) as (_embedded, caller):
        first = caller.call("department.get", sort="ID", order="ASC")
        assert (first["total"], first["next"], len(first["result"])) == (120, 50, 50)
        assert caller.ids("department.get", sort="ID", order="ASC", start=70)[0] == 51
        last = caller.call("department.get", sort="ID", order="ASC", start=100)
        assert len(last["result"]) == 20
        assert "next" not in last


def test_a_start_beyond_the_end_gives_the_first_page_again() -> None:
    with portal(small_world(3, 120)) as (_embedded, caller):
        wrapped = caller.call("department.get", sort="ID", order="ASC", start=150)
        assert (wrapped["result"][0]["ID"], wrapped["total"], wrapped["next"]) == ("1", 120, 50)
    with portal(small_world(3, 20)) as (_embedded, caller):
        assert "next" not in caller.call("department.get", start=50)
    with portal(small_world(3, 120), CALM.but(past_end="empty")) as (_embedded, caller):
        assert caller.call("department.get", start=150)["result"] == []


def test_counting_can_be_switched_off() -> None:
    with portal(small_world(3, 120)) as (_embedded, caller):
        page = caller.call("department.get", start=-1)
        assert (len(page["result"]), page["total"]) == (50, 0)
        assert "next" not in page
        nothing = caller.call("department.get", ID=999)
        assert (nothing["result"], nothing["total"]) == ([], 0)


def test_what_hangs_below_an_inactive_department_is_not_returned() -> None:
    world = branchy()
    world.departments[20].active = False
    with portal(world) as (_embedded, caller):
        assert caller.ids("department.get") == [1, 5]


def test_orphans_cycles_and_further_roots_are_returned() -> None:
    world = branchy()
    world.move_department(3, 3)
    world.move_department(5, 777)
    world.add_department("Вторая компания", None, number=40)
    with portal(world) as (_embedded, caller):
        assert sorted(caller.ids("department.get")) == [1, 3, 5, 20, 40]
        assert {row["ID"]: row.get("PARENT") for row in caller.result("department.get")}["5"] == "777"


def test_an_extranet_owner_sees_no_departments() -> None:
    world = branchy()
    world.people[1].user_type = "extranet"
    with portal(world) as (_embedded, caller):
        assert caller.call("department.get")["result"] == []


def test_the_fields_are_described_by_titles() -> None:
    with portal() as (_embedded, caller):
        assert list(caller.result("department.fields")) == ["ID", "NAME", "SORT", "PARENT", "UF_HEAD"]
