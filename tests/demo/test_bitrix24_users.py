"""``user.get``: fields by scope, printed forms, visibility, filters, order, pages (contract, sections 1.2, 2 and 4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from b24learn_gui.demo.bitrix24 import BOX_NEW, BOX_OLD, World
from tests.demo.bitrix24_tools import CALM, START, Clock, portal, small_world


def varied() -> World:
    """Six ordinary people, the second dismissed, with texts to filter by."""
    world = small_world(6, 3)
    world.dismiss(2)
    world.change(3, NAME="Ольга", WORK_POSITION="Ведущий инженер", EMAIL="O.Kim@firm.example")
    world.change(4, NAME="Пётр_1", WORK_POSITION=None)
    world.change(5, NAME="ПётрX1", UF_USR_15="свой")
    world.people[6].last_login = datetime(2026, 11, 1, 9, tzinfo=UTC)
    return world


# what is printed


@pytest.mark.parametrize(
    ("scope", "shown", "hidden"),
    [
        ("user", {"LAST_LOGIN", "EMAIL", "PERSONAL_MOBILE", "UF_USR_15", "PERSONAL_WWW"}, set[str]()),
        (
            "user_basic",
            {"EMAIL", "PERSONAL_MOBILE", "XML_ID", "USER_TYPE"},
            {"LAST_LOGIN", "UF_USR_15", "PERSONAL_WWW"},
        ),
        ("user_brief", {"NAME", "UF_PHONE_INNER", "UF_DEPARTMENT"}, {"EMAIL", "PERSONAL_MOBILE", "LAST_LOGIN"}),
    ],
)
def test_the_scope_decides_which_fields_are_printed(scope: str, shown: set[str], hidden: set[str]) -> None:
    world = varied()
    world.change(5, PERSONAL_MOBILE="+79450000001", XML_ID="", PERSONAL_WWW="x.example", UF_PHONE_INNER="101")
    with portal(world, scopes=(scope,)) as (embedded, caller):
        row = caller.result("user.get", ID=5)[0]
        assert shown <= set(row)
        assert not hidden & set(row)
        embedded.scopes = (scope, "user_brief")
        assert set(caller.result("user.get", ID=5)[0]) == set(row), "the widest scope wins"
        embedded.scopes = (scope, "user.userfield")
        assert caller.result("user.get", ID=5)[0]["UF_USR_15"] == "свой"


def test_types_of_a_row() -> None:
    with portal(varied(), scopes=("user",)) as (_embedded, caller):
        dismissed, logged_in = caller.result("user.get", ID=[2, 6])
        assert dismissed["ID"] == "2"
        assert dismissed["ACTIVE"] is False
        assert dismissed["UF_DEPARTMENT"] == [2], "dismissed people keep their departments"
        assert dismissed["TIMESTAMP_X"] == {}
        assert dismissed["LAST_LOGIN"] == ""
        assert logged_in["LAST_LOGIN"] == "2026-11-01T12:00:00+03:00"
        assert "LOGIN" not in logged_in


def test_a_null_leaves_its_key_out() -> None:
    with portal(varied()) as (_embedded, caller):
        assert "WORK_POSITION" not in caller.result("user.get", ID=4)[0]


def test_user_current_prints_moments_and_no_type() -> None:
    with portal(varied()) as (_embedded, caller):
        row = caller.result("user.current")
        assert row["TIMESTAMP_X"] == "2025-11-22T11:26:40+03:00"
        assert "USER_TYPE" not in row


@pytest.mark.parametrize(
    ("zone", "day", "printed"),
    [
        ("Europe/Moscow", date(2026, 2, 1), "2026-02-01T03:00:00+03:00"),
        ("Europe/Moscow", date(1990, 5, 6), "1990-05-06T03:00:00+04:00"),
        ("America/New_York", date(1990, 5, 6), "1990-05-05T19:00:00-04:00"),
    ],
)
def test_a_date_is_a_midnight_shifted_by_the_present_offset(zone: str, day: date, printed: str) -> None:
    world = small_world()
    world.change(2, PERSONAL_BIRTHDAY=day)
    with portal(world, CALM.but(time_zone=ZoneInfo(zone)), clock=Clock(START)) as (_embedded, caller):
        assert caller.result("user.get", ID=2)[0]["PERSONAL_BIRTHDAY"] == printed


@pytest.mark.parametrize(
    ("shape", "expected"),
    [("numbers", [14, 22]), ("strings", ["14", "22"]), ("object", {"1": 14, "2": 22}), ("false", False), ("empty", [])],
)
def test_departments_of_a_person_come_in_every_known_shape(shape: Any, expected: object) -> None:
    world = small_world()
    world.move(2, [14, 22])
    world.people[2].shape = shape
    with portal(world) as (_embedded, caller):
        assert caller.result("user.get", ID=2)[0]["UF_DEPARTMENT"] == expected
        world.people[2].shape = "absent"
        assert "UF_DEPARTMENT" not in caller.result("user.get", ID=2)[0]


@pytest.mark.parametrize(("empty", "expected"), [("empty", []), ("false", False), ("absent", None)])
def test_a_person_without_departments_is_printed_as_switched(empty: Any, expected: object) -> None:
    world = small_world()
    world.move(2, [])
    with portal(world, BOX_NEW.but(empty_department=empty, extranet_module=False)) as (_embedded, caller):
        assert caller.result("user.get", ID=2)[0].get("UF_DEPARTMENT") == expected


# who is seen


def test_accounts_that_are_no_people_are_never_listed() -> None:
    world = small_world()
    world.people[2].external_auth = "bot"
    world.people[3].external_auth = "LDAP#1"
    with portal(world) as (_embedded, caller):
        assert caller.ids("user.get", ADMIN_MODE=True) == [1, 3]


def guests_and_lost() -> World:
    """1 and 2 employees, 3 an employee without department, 4 a guest of the owner's group, 5 another guest."""
    world = small_world(5, 1)
    for number in (3, 4, 5):
        world.move(number, [])
    world.people[4].user_type = world.people[5].user_type = "extranet"
    world.people[1].groups = world.people[4].groups = (7,)
    return world


def test_without_admin_mode_only_people_with_a_department_and_own_guests_are_seen() -> None:
    with portal(guests_and_lost()) as (_embedded, caller):
        assert caller.ids("user.get") == [1, 2, 4]


@pytest.mark.parametrize("value", [True, 1, "Y", "false"])
def test_admin_mode_shows_everybody_to_an_administrator_alone(value: object) -> None:
    with portal(guests_and_lost()) as (embedded, caller):
        assert caller.ids("user.get", ADMIN_MODE=value) == [1, 2, 3, 4, 5]
        assert caller.ids("user.get", admin_mode=value) == [1, 2, 3, 4, 5]
        embedded.world.set_admin(1, admin=False)
        assert caller.ids("user.get", ADMIN_MODE=value) == [1, 2, 4]


def test_a_box_without_the_extranet_module_shows_everybody() -> None:
    with portal(guests_and_lost(), BOX_NEW.but(extranet_module=False)) as (_embedded, caller):
        assert caller.ids("user.get") == [1, 2, 3, 4, 5]


def test_an_extranet_owner_sees_people_of_his_groups_only() -> None:
    world = guests_and_lost()
    world.people[1].user_type = "extranet"
    with portal(world) as (_embedded, caller):
        assert caller.ids("user.get") == [1, 4]


# filters


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"ID": 3}, [3]),
        ({"id": [3, "4x"]}, [3, 4]),
        ({">ID": 4}, [5, 6]),
        ({">=ID": "4"}, [4, 5, 6]),
        ({"<ID": 3}, [1, 2]),
        ({"<=ID": 3, ">ID": 1}, [2, 3]),
        ({">ID": [4, 1]}, [5, 6]),  # only element 0 counts
        ({">ID": []}, [1, 2, 3, 4, 5, 6]),
        ({">ID": [{"ID": "50"}]}, [2, 3, 4, 5, 6]),  # an object counts as 1
        ({">ID": {"p0": 1}}, []),  # no element 0: nothing
        ({"!ID": [1, 2]}, [3, 4, 5, 6]),
        ({"!@ID": [1, 2]}, [3, 4, 5, 6]),
        ({"@ID": [5, 6]}, [5, 6]),
        ({"ID": []}, []),
        ({"ACTIVE": True}, [1, 3, 4, 5, 6]),
        ({"ACTIVE": "false"}, [1, 3, 4, 5, 6]),  # the text "false" means yes
        ({"ACTIVE": "N"}, [2]),
        ({"ACTIVE": 0}, [2]),
        ({"!ACTIVE": "Y"}, [1, 3, 4, 5, 6]),  # forced to "="
        ({"USER_TYPE": "employee"}, [1, 2, 3, 4, 5, 6]),
        ({"USER_TYPE": "extranet"}, []),
        ({"UF_DEPARTMENT": 2}, [2, 5]),
        ({"UF_DEPARTMENT": [2, 3]}, [2, 3, 5, 6]),
        ({"EMAIL": "o.kim@FIRM.example"}, [3]),
        ({"=EMAIL": "O.Kim@firm.example"}, [3]),
        ({"!=EMAIL": "O.Kim@firm.example"}, [1, 2, 4, 5, 6]),
        ({"%EMAIL": "kim"}, [3]),
        ({"!%EMAIL": "kim"}, [1, 2, 4, 5, 6]),
        ({"NAME": "пётр_1"}, [4, 5]),  # without an operator "_" is a wildcard
        ({"=NAME": "Пётр_1"}, [4]),
        ({"=%NAME": "Пётр%"}, [4, 5]),
        ({"%=NAME": "О%"}, [3]),
        ({"@NAME": ["Ольга", "Пётр_1"]}, [3, 4]),
        ({"!WORK_POSITION": ""}, [1, 2, 3, 5, 6]),
        ({"=WORK_POSITION": ""}, [4]),
        ({">LAST_NAME": "Петрова4"}, [5, 6]),
        ({"!=%NAME": "Ольга"}, [1, 2, 3, 4, 5, 6]),  # three characters: the field is lost
        ({"NO_SUCH": "x"}, [1, 2, 3, 4, 5, 6]),  # dropped: more people, not fewer
        ({"LAST_LOGIN": "2026-11-01"}, [1, 2, 3, 4, 5, 6]),  # not opened by the scope: dropped as well
        ({"NAME_SEARCH": "ольга петрова3"}, [3]),
        ({"HAS_DEPARTAMENT": "Y"}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_filters(wanted: dict[str, Any], expected: list[int]) -> None:
    with portal(varied()) as (_embedded, caller):
        assert caller.ids("user.get", FILTER=wanted, sort="ID", order="ASC") == expected
        assert caller.ids("user.get", **wanted) == expected, "the same at top level without FILTER"


def test_a_filter_object_shuts_out_names_beside_it() -> None:
    with portal(varied()) as (_embedded, caller):
        assert caller.ids("user.get", FILTER={"ACTIVE": True}, ID=2) == [1, 3, 4, 5, 6]


def test_search_finds_by_words_departments_and_invitations() -> None:
    world = varied()
    world.people[5].confirm_code = "invited"
    with portal(world) as (_embedded, caller):
        assert caller.ids("user.search", FIND="ведущий ольга") == [3]
        assert caller.ids("user.search", FILTER={"UF_DEPARTMENT_NAME": "Отдел 3"}) == [3, 6]
        assert caller.ids("user.search", FILTER={"!CONFIRM_CODE": "0"}) == [5]
        assert len(caller.ids("user.get", FIND="ведущий ольга")) == 6, "get does not know it"


def test_dates_are_understood_as_the_portal_is_switched() -> None:
    world = varied()
    world.people[6].modified = START + 3600
    wanted = {">TIMESTAMP_X": "2025-11-22T12:00:00+03:00"}
    portal_form = {">TIMESTAMP_X": "22.11.2025 12:00:00"}
    for switches, scopes, expected in (
        (CALM, ("user_basic",), [6]),
        (BOX_OLD, ("user",), []),
        (BOX_OLD.but(iso_dates="read"), ("user",), [6]),
    ):
        with portal(world, switches, scopes=scopes) as (_embedded, caller):
            assert caller.ids("user.get", FILTER=wanted) == expected
            assert caller.ids("user.get", FILTER=portal_form) == [6]
            assert caller.ids("user.get", FILTER={">TIMESTAMP_X": "yesterday"}) == []
    with portal(world, CALM.but(iso_dates="error")) as (_embedded, caller):
        assert caller.refusal("user.get", FILTER=wanted) == (500, "ERROR_CORE")


# order, select, pages


def test_order_needs_both_names_and_an_exact_field() -> None:
    with portal(varied()) as (_embedded, caller):
        assert caller.ids("user.get", sort="ID", order="desc") == [6, 5, 4, 3, 2, 1]
        assert caller.ids("user.get", sort="NAME") == [1, 2, 3, 4, 5, 6]
        assert caller.ids("user.get", order="DESC") == [1, 2, 3, 4, 5, 6]
        assert caller.ids("user.get", order={"ID": "DESC"}) == [1, 2, 3, 4, 5, 6]
        assert caller.ids("user.get", sort="NAME", order="ASC")[-1] == 5
        response = caller.post("user.get", sort="id", order="ASC")
        assert (response.status_code, response.json()["error"], response.json()["argument"]) == (
            400,
            "ERROR_ARGUMENT",
            "SORT",
        )


def test_without_sort_an_old_box_has_no_order_at_all() -> None:
    with portal(small_world(40), BOX_OLD, scopes=("user",)) as (_embedded, caller):
        unordered = caller.ids("user.get")
        assert unordered != sorted(unordered)
        assert sorted(unordered) == list(range(1, 41))
        assert caller.ids("user.get", sort="ID", order="ASC") == sorted(unordered)


def test_select_names_fields_and_masks_and_old_boxes_ignore_it() -> None:
    with portal(varied(), scopes=("user",)) as (_embedded, caller):
        assert caller.result("user.get", ID=3, select=["NAME", "NO_SUCH"]) == [{"NAME": "Ольга"}]
        assert caller.result("user.get", ID=5, select=["ID", "UF_*"]) == [
            {"ID": "5", "UF_DEPARTMENT": [2], "UF_USR_15": "свой"}
        ]
        assert "EMAIL" in caller.result("user.get", ID=5, select=["*"])[0]
    with portal(varied(), BOX_OLD, scopes=("user",)) as (_embedded, caller):
        assert "EMAIL" in caller.result("user.get", ID=3, select=["NAME"])[0]


def test_pages_start_exactly_where_asked() -> None:
    with portal(small_world(120)) as (_embedded, caller):
        page = caller.call("user.get", start=7)
        assert (page["result"][0]["ID"], page["next"], page["total"]) == ("8", 57, 120)
        last = caller.call("user.get", start=100)
        assert len(last["result"]) == 20
        assert "next" not in last


def test_an_empty_page_has_neither_total_nor_next() -> None:
    with portal(small_world(120)) as (_embedded, caller):
        for parameters in ({"start": 150}, {"ID": 999}, {"start": -1, "FILTER": {">ID": 120}}):
            assert set(caller.call("user.get", **parameters)) == {"result", "time"}


def test_counting_can_be_switched_off() -> None:
    with portal(small_world(120)) as (_embedded, caller):
        page = caller.call("user.get", start=-1, FILTER={">ID": 60}, sort="ID", order="ASC")
        assert (page["result"][0]["ID"], len(page["result"]), page["total"]) == ("61", 50, 0)
        assert "next" not in page


def test_fields_are_described_by_titles_of_the_scope() -> None:
    with portal(scopes=("user_brief",)) as (_embedded, caller):
        titles = caller.result("user.fields")
        assert titles["NAME"] == "Имя"
        assert "EMAIL" not in titles
