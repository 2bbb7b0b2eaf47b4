"""Parameters as PHP reads them and answers as PHP prints them (contract, sections 2, 4.3, 5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from b24learn_gui.demo.bitrix24 import php
from b24learn_gui.demo.bitrix24.switches import BOX_OLD
from tests.demo.bitrix24_tools import CALM, portal, small_world


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=1&a=2", {"a": "2"}),
        ("a", {"a": ""}),
        ("=1", {}),
        ("select[]=ID&select[]=NAME", {"select": {0: "ID", 1: "NAME"}}),
        ("FILTER[%3EID]=120", {"FILTER": {">ID": "120"}}),
        ("FILTER[>ID]=120", {"FILTER": {">ID": "120"}}),
        ("FILTER%5BID%5D%5B%5D=1", {"FILTER": {"ID": {0: "1"}}}),
        ("FILTER[>=ID]=5", {"FILTER_>": "ID]=5"}),
        ("FILTER[%3E%3DID]=5", {"FILTER": {">=ID": "5"}}),
        ("a.b c=1", {"a_b_c": "1"}),
        ("x[a.b c]=1", {"x": {"a.b c": "1"}}),
        ("a[5]=x&a[]=y", {"a": {5: "x", 6: "y"}}),
        ("a[b=1", {"a_b": "1"}),
        ("a[b]c[d]=1", {"a": {"b": "1"}}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("d=2026-01-01T00:00:00+03:00", {"d": "2026-01-01T00:00:00 03:00"}),
        ("d=%2B03", {"d": "+03"}),
        ("n=%D0%90%D0%BD%D0%BD%D0%B0", {"n": "Анна"}),
        ("k[007]=a&k[7]=b", {"k": {"007": "a", 7: "b"}}),
    ],
)
def test_names_and_values_of_a_query_are_read_as_php_reads_them(text: str, expected: object) -> None:
    assert php.parse_str(text) == expected


def test_a_form_loses_what_exceeds_phps_thousand_variables() -> None:
    assert len(php.parse_str("&".join(f"a{number}=1" for number in range(1200)))) == 1000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12abc", 12),
        ("abc", 0),
        (" 7", 7),
        ("-1", -1),
        ("1e2", 100),
        (None, 0),
        (True, 1),
        (2.9, 2),
        ({}, 0),
        ({0: "x"}, 1),
    ],
)
def test_intval_is_as_lenient_as_phps(value: Any, expected: int) -> None:
    assert php.intval(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("false", True), ("0", False), ("", False), ("N", True), ({}, False), (0, False)]
)
def test_truth_is_phps(value: Any, expected: bool) -> None:
    assert php.truthy(value) is expected


def test_a_malformed_json_body_is_ignored_not_rejected() -> None:
    with portal(small_world(120)) as (embedded, caller):
        response = caller.session.post(
            embedded.webhook + "user.get", data=b'{"FILTER": {"ID": 7}', headers={"Content-Type": "application/json"}
        )
        assert response.status_code == 200
        assert len(response.json()["result"]) == 50
        assert response.json()["total"] == 120


def test_a_malformed_json_body_makes_batch_answer_with_five_empty_lists() -> None:
    with portal() as (embedded, caller):
        response = caller.session.post(
            embedded.webhook + "batch", data=b"{", headers={"Content-Type": "application/json"}
        )
        parts = response.json()["result"]
        assert set(parts) == {"result", "result_error", "result_total", "result_next", "result_time"}
        assert all(part == [] for part in parts.values())


def test_query_form_multipart_and_json_carry_the_same_parameters() -> None:
    with portal(small_world(9)) as (embedded, caller):
        address = embedded.webhook + "user.get"
        answers = [
            caller.session.get(address + "?FILTER[>ID]=7&sort=ID&order=ASC"),
            caller.session.post(address, data={"FILTER[>ID]": "7", "sort": "ID", "order": "ASC"}),
            caller.session.post(
                address, files={"FILTER[>ID]": (None, "7"), "sort": (None, "ID"), "order": (None, "ASC")}
            ),
            caller.session.post(address, json={"FILTER": {">ID": 7}, "sort": "ID", "order": "ASC"}),
        ]
        assert [[row["ID"] for row in answer.json()["result"]] for answer in answers] == [["8", "9"]] * 4


def test_the_body_wins_over_the_query() -> None:
    with portal(small_world(9)) as (embedded, caller):
        answer = caller.session.post(embedded.webhook + "user.get?ID=1", json={"ID": 2})
        assert [row["ID"] for row in answer.json()["result"]] == ["2"]


def test_start_counts_in_lower_case_only() -> None:
    with portal(small_world(120)) as (_embedded, caller):
        assert caller.ids("user.get", START=100)[0] == 1
        assert caller.ids("user.get", start="100")[0] == 101
        assert caller.ids("user.get", start="abc")[0] == 1


def test_text_is_escaped_like_phps_json_with_hexadecimal_marks() -> None:
    with portal() as (embedded, caller):
        embedded.world.change(2, LAST_NAME='<О\'Нил & "Ко"> a/b\\', NAME="Анна")
        raw = caller.post("user.get", ID=2).content
        assert rb"\u003C" + "О".encode() + rb"\u0027" in raw
        assert rb"\u0026 \u0022" in raw
        assert rb"a\/b\\" in raw
        assert "Анна".encode() in raw
        assert json.loads(raw)["result"][0]["LAST_NAME"] == '<О\'Нил & "Ко"> a/b\\'


def test_an_old_box_escapes_cyrillic_letters() -> None:
    with portal(switches=BOX_OLD, scopes=("user",)) as (_embedded, caller):
        raw = caller.post("user.get", ID=2).content
        assert raw.isascii()
        assert rb"\u0410\u043d\u043d\u0430" in raw


def test_broken_text_in_the_database_spoils_the_answer_with_status_200() -> None:
    with portal() as (embedded, caller):
        embedded.world.change(2, NAME="\udcff")
        assert caller.refusal("user.get") == (200, "WRONG_ENCODING")


def test_a_server_that_reads_no_json_bodies_answers_as_if_there_were_none() -> None:
    with portal(small_world(9), CALM.but(reads_json=False)) as (embedded, caller):
        assert len(caller.ids("user.get", ID=2)) == 9
        assert caller.result("method.get", name="user.get") == {"isExisting": False, "isAvailable": False}
        form = caller.session.post(embedded.webhook + "user.get", data={"ID": "2"}).json()
        assert [row["ID"] for row in form["result"]] == ["2"]


def test_an_answer_can_be_asked_for_in_xml() -> None:
    with portal() as (embedded, caller):
        answer = caller.session.get(embedded.webhook + "profile.xml")
        assert answer.headers["Content-Type"].startswith("text/xml")
        assert "<ID>1</ID><ADMIN>1</ADMIN>" in answer.text
