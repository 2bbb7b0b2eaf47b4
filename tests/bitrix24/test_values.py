"""Every shape in which a value has been seen or is possible (contract 3.1, 4.1, 5)."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.bitrix24 import batch
from b24learn_gui.bitrix24.batch import Call, Part
from b24learn_gui.bitrix24.values import Malformed, Rows, to_date, to_departments, to_flag, to_id, to_text

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)

NO_IDS: list[object] = ["0", 0, True, "", "-1", None, "٧", "7a", {}, [], 7.5, "9" * 30]
NO_FLAGS: list[object] = ["", None, "yes?", [], {}, 2]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *((value, 7) for value in ("7", " 7 ", 7, 7.0)),
        *((value, None) for value in NO_IDS),
    ],
)
def test_ids(value: object, number: int | None) -> None:
    assert to_id(value) == number


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        *((value, True) for value in (True, "Y", "true", "1", 1)),
        *((value, False) for value in (False, "N", "false", "0", 0)),
        *((value, None) for value in NO_FLAGS),
    ],
)
def test_flags(value: object, flag: bool | None) -> None:
    assert to_flag(value) is flag


@pytest.mark.parametrize(
    ("value", "departments"),
    [
        ([14, 22], (14, 22)),
        (["22", "14", 22], (22, 14)),
        ([], ()),
        (None, ()),
        (False, ()),
        ("", ()),
        ({"0": 14, "1": "22"}, (14, 22)),
        ({}, ()),
        ("14", (14,)),
        (14, (14,)),
        ([0, "", None], ()),
    ],
)
def test_departments_of_a_person(value: object, departments: tuple[int, ...]) -> None:
    assert to_departments(value) == departments


@pytest.mark.parametrize("value", [["main"], [{}], "a,b", True, [[1]], {"0": "x"}])
def test_departments_that_cannot_be_read_are_not_taken_for_none(value: object) -> None:
    with pytest.raises(Malformed):
        to_departments(value)


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2026-11-22T03:00:00+03:00", "2026-11-22"),
        ("1990-05-06T03:00:00+04:00", "1990-05-06"),
        ("2026-11-21T19:00:00-05:00", "2026-11-22"),
        ("2026-11-21T13:00:00-11:00", "2026-11-22"),
        ("2026-11-22T13:00:00+13:00", "2026-11-22"),
        ("2026-12-31T20:00:00-04:00", "2027-01-01"),
        ("", ""),
        ("2026-11-22", "2026-11-22"),
        ("2026-13-45T03:00:00Z", "2026-13-45T03:00:00Z"),
        (None, ""),
    ],
)
def test_calendar_days_are_never_moved_to_another_zone(printed: object, day: str) -> None:
    assert to_date(printed) == day


def test_texts() -> None:
    values: list[object] = ["  Ольга ", " ", None, {}, 5, 1.5, ["a", None, "b"], True]
    assert [to_text(value) for value in values] == ["  Ольга ", "", "", "", "5", "1.5", "a, b", ""]


def test_a_person_and_what_is_kept_of_him() -> None:
    rows = Rows(["NAME", "email", "UF_USR_1", "UF_EMPLOYMENT_DATE", "TIMESTAMP_X"])
    row: dict[str, object] = {
        "ID": "27",
        "ACTIVE": True,
        "NAME": "Ольга",
        "EMAIL": " O.Kim@firm.example ",
        "TIMESTAMP_X": {},
    }
    row |= {"UF_DEPARTMENT": ["14"], "USER_TYPE": "Employee", "UF_USR_1": [1, 2], "WORK_POSITION": "Врач"}
    person, doubtful = rows.employee(row | {"UF_EMPLOYMENT_DATE": "2026-02-01T03:00:00+03:00"})
    assert doubtful is None
    assert (person.id, person.active, person.departments, person.kind) == (27, True, (14,), "employee")
    assert person.values == {
        "NAME": "Ольга",
        "EMAIL": "O.Kim@firm.example",
        "UF_USR_1": "1, 2",
        "UF_EMPLOYMENT_DATE": "2026-02-01",
    }
    again, _ = rows.employee(row | {"ID": 28})
    assert again.departments is person.departments
    assert again.values["NAME"] is person.values["NAME"]


@pytest.mark.parametrize(("field", "value"), [("ACTIVE", None), ("ACTIVE", "maybe"), ("UF_DEPARTMENT", "sales")])
def test_t14_what_decides_over_a_person_and_cannot_be_read_is_named(field: str, value: object) -> None:
    row: dict[str, object] = {"ID": "27", "ACTIVE": True, "UF_DEPARTMENT": [1], field: value}
    person, doubtful = Rows([]).employee(row)
    assert doubtful == field
    assert not person.active


def test_departments() -> None:
    rows = Rows([])
    found, doubtful = rows.department({"ID": 14, "NAME": "Склад ", "SORT": "100", "PARENT": "1", "UF_HEAD": "0"})
    assert (found.id, found.name, found.sort, found.parent, found.head, doubtful) == (14, "Склад ", 100, 1, None, None)
    root, _ = rows.department({"ID": "1", "NAME": "ООО"})
    assert (root.sort, root.parent, root.head) == (500, None, None)
    assert rows.department({"ID": "1", "NAME": {}})[1] == "NAME"
    assert [rows.department({"ID": "1", "NAME": name})[0].name for name in (None, " ", 5)] == ["", " ", "5"]


@given(st.dictionaries(st.sampled_from(["ACTIVE", "UF_DEPARTMENT", "USER_TYPE", "NAME", "EMAIL", "SORT"]), ANYTHING))
def test_no_row_breaks_the_reading(row: dict[str, object]) -> None:
    rows = Rows(["NAME", "EMAIL", "DATE_REGISTER"])
    rows.employee({"ID": "1", **row})
    rows.department({"ID": "1", **row})


def test_commands_are_encoded_once_and_survive_hard_characters() -> None:
    call = Call("user.get", {"FILTER": {">ID": "$result[u0][49][ID]", "D": "+03:00 #&=%"}, "select": ["ID", "EMAIL"]})
    commands = batch.body({"u1": call})["cmd"]
    assert isinstance(commands, dict)
    method, _, text = commands["u1"].partition("?")
    assert method == "user.get"
    assert "#" not in text
    assert dict(parse_qsl(text)) == {
        "FILTER[>ID]": "$result[u0][49][ID]",
        "FILTER[D]": "+03:00 #&=%",
        "select[0]": "ID",
        "select[1]": "EMAIL",
    }
    assert batch.query({"halt": False, "x": True}) == "halt=N&x=Y"


def test_answers_come_as_maps_lists_or_nothing() -> None:
    result = {"result": {"a": [1]}, "result_error": [], "result_total": {"a": "7"}}
    assert batch.parts(result, ["a", "b"]) == {"a": Part([1], 7), "b": Part(error="missing")}
    failed = {"result": [], "result_error": {"a": {"error": "Insufficient_SCOPE", "error_description": ""}, "b": "x"}}
    assert batch.parts(failed, ["a", "b"]) == {"a": Part(error="insufficient_scope"), "b": Part(error="x")}
    assert batch.parts({"result": [[1], [2]]}, ["0", "1"]) == {"0": Part([1]), "1": Part([2])}
    assert batch.parts([], ["a"]) == {"a": Part(error="missing")}
    assert batch.parts({"result": "?", "result_error": None}, ["a"]) == {"a": Part(error="missing")}


@given(ANYTHING)
def test_no_answer_to_a_batch_breaks_it(result: object) -> None:
    assert batch.parts(result, ["a"]).keys() == {"a"}
    assert batch.parts({"result": result, "result_error": result, "result_total": result}, ["0"]).keys() == {"0"}
