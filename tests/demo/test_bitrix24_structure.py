"""The v3 interface: nodes with ids of their own, members cut at a hundred (contract, section 3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from b24learn_gui.demo.bitrix24 import BOX_NEW, Bitrix24
from tests.demo.bitrix24_tools import CALM, Caller, portal, small_world

SCOPES = ("user_basic", "department", "humanresources")


@pytest.fixture
def pair() -> Iterator[tuple[Bitrix24, Caller]]:
    with portal(small_world(150, 70), scopes=SCOPES) as both:
        yield both


def v3(pair: tuple[Bitrix24, Caller], method: str, body: object) -> tuple[int, Any]:
    embedded, caller = pair
    response = caller.session.post(f"{embedded.url}/rest/api/1/{embedded.code}/{method}", json=body)
    return response.status_code, response.json()


def test_nodes_have_their_own_ids_and_link_to_departments_by_access_code(pair: tuple[Bitrix24, Caller]) -> None:
    _status, answer = v3(pair, "humanresources.node.list", {"type": "DEPARTMENT"})
    items = answer["result"]["items"]
    assert len(items) == 50
    assert "total" not in answer
    assert items[0]["parentId"] is None
    assert {item["parentId"] for item in items[1:]} == {items[0]["id"]}
    assert all(item["accessCode"] == f"D{number}" for number, item in enumerate(items, 1))
    assert not {item["id"] for item in items} & set(pair[0].world.departments)


def test_nodes_come_in_pages_until_one_is_short(pair: tuple[Bitrix24, Caller]) -> None:
    page = {"type": "DEPARTMENT", "select": ["id", "nonsense"], "pagination": {"limit": 40, "page": 2}}
    _status, answer = v3(pair, "humanresources.node.list", page)
    assert len(answer["result"]["items"]) == 30
    assert set(answer["result"]["items"][0]) == {"id"}
    assert v3(pair, "humanresources.node.list", {"type": "TEAM"})[1]["result"]["items"] == []


@pytest.mark.parametrize(
    ("method", "body", "status", "code"),
    [
        ("humanresources.node.list", {}, 400, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
        (
            "humanresources.node.list",
            {"type": "DEPARTMENT", "pagination": {"limit": 201}},
            400,
            "INVALIDPAGINATIONEXCEPTION",
        ),
        ("humanresources.node.list", {"type": "DEPARTMENT", "select": "id"}, 400, "INVALIDSELECTEXCEPTION"),
        ("humanresources.node.get", {"id": 1}, 400, "ENTITYNOTFOUNDEXCEPTION"),
        ("humanresources.nothing", {}, 404, "METHODNOTFOUNDEXCEPTION"),
    ],
)
def test_errors(pair: tuple[Bitrix24, Caller], method: str, body: object, status: int, code: str) -> None:
    got, answer = v3(pair, method, body)
    assert (got, answer["error"]["code"]) == (status, f"BITRIX_REST_V3_EXCEPTION_{code}")


def test_malformed_json_is_rejected_here(pair: tuple[Bitrix24, Caller]) -> None:
    embedded, caller = pair
    response = caller.session.post(f"{embedded.url}/rest/api/1/{embedded.code}/humanresources.node.list", data=b"{")
    assert (response.status_code, response.json()["error"]["code"][-20:]) == (400, "INVALIDJSONEXCEPTION")


def test_a_scope_of_its_own_is_needed(pair: tuple[Bitrix24, Caller]) -> None:
    pair[0].scopes = ("department",)
    status, answer = v3(pair, "humanresources.node.list", {"type": "DEPARTMENT"})
    assert (status, answer["error"]["code"][-26:]) == (403, "INSUFFICIENTSCOPEEXCEPTION")


@pytest.mark.parametrize("prefix", ["D", "DR"])
def test_members_show_heads_and_deputies_and_stop_at_a_hundred(prefix: Any) -> None:
    world = small_world(150, 1)
    world.departments[1].co_heads, world.departments[1].deputies = (7,), (140,)
    with portal(world, CALM.but(access_code=prefix), scopes=SCOPES) as pair:
        node = v3(pair, "humanresources.node.list", {"type": "DEPARTMENT"})[1]["result"]["items"][0]
        assert (node["accessCode"], node["userCount"]) == (f"{prefix}1", 150)
        item = v3(pair, "humanresources.node.get", {"id": node["id"], "select": ["members"]})[1]["result"]["item"]
        roles = [(member["userId"], member["role"]) for member in item["members"]]
        assert roles[:4] == [
            (1, "MEMBER_HEAD"),
            (7, "MEMBER_HEAD"),
            (140, "MEMBER_DEPUTY_HEAD"),
            (2, "MEMBER_EMPLOYEE"),
        ]
        assert len(roles) == 100


def test_a_batch_is_an_array_and_stops_at_the_first_error(pair: tuple[Bitrix24, Caller]) -> None:
    good = {"method": "humanresources.node.list", "query": {"type": "TEAM"}}
    assert len(v3(pair, "batch", [good, good])[1]["result"]) == 2
    status, _answer = v3(pair, "batch", [good, {"method": "humanresources.nothing"}, good])
    assert status == 404


def test_the_old_address_and_older_boxes_do_not_have_it(pair: tuple[Bitrix24, Caller]) -> None:
    assert pair[1].refusal("humanresources.node.list", type="DEPARTMENT") == (404, "ERROR_METHOD_NOT_FOUND")
    with portal(small_world(), BOX_NEW, scopes=SCOPES) as box:
        status, answer = v3(box, "humanresources.node.list", {"type": "DEPARTMENT"})
        assert (status, answer["error"]) == (404, "ERROR_METHOD_NOT_FOUND")
