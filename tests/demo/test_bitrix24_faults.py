"""Limits, faults on demand, untrue answers, changes between pages (contract, sections 6 and 11)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from b24learn_gui.demo.bitrix24 import (
    CLOUD,
    Bitrix24,
    Drop,
    Effect,
    LeakyBucket,
    Page,
    Redirect,
    Refuse,
    Slow,
    Truncate,
    World,
    faults,
)
from tests.demo.bitrix24_tools import CALM, Caller, Clock, portal, small_world

ORDERED: dict[str, Any] = {"sort": "ID", "order": "ASC"}


# limits


def test_the_bucket_takes_fifty_requests_and_leaks_two_a_second() -> None:
    clock = Clock()
    with portal(switches=CLOUD, clock=clock) as (embedded, caller):
        assert [caller.post("profile").status_code for _ in range(51)] == [200] * 50 + [503]
        clock.advance(1)
        assert [caller.post("profile").status_code for _ in range(3)] == [200, 200, 503]
        clock.advance(25)
        assert [caller.post("profile").status_code for _ in range(51)] == [200] * 50 + [503]
        assert embedded.log[-1].outcome == "QUERY_LIMIT_EXCEEDED"


def test_a_batch_is_one_request_for_the_bucket() -> None:
    with portal(switches=CLOUD.but(rate=LeakyBucket(2, 1)), clock=Clock()) as (_embedded, caller):
        assert len(caller.batch({f"p{number}": "profile" for number in range(50)})["result"]) == 50
        assert caller.post("profile").status_code == 200
        assert caller.refusal("profile") == (503, "QUERY_LIMIT_EXCEEDED")


def test_T6_operating_time_blocks_one_method_until_the_oldest_bucket_drops_out() -> None:
    clock = Clock()
    with portal(switches=CALM.but(call_seconds=100.0, operating_limit=200), clock=clock) as (_embedded, caller):
        times = [caller.call("user.get")["time"] for _ in range(2)]
        assert [block["operating"] for block in times] == [100.0, 200.0]
        assert caller.refusal("user.get") == (429, "OPERATION_TIME_LIMIT")
        assert caller.result("department.get"), "another method is not blocked"
        parts = caller.batch({"p0": "user.get", "p1": "profile"})
        assert parts["result_error"]["p0"]["error"] == "OPERATION_TIME_LIMIT"
        assert set(parts["result"]) == {"p1"}
        clock.now = times[-1]["operating_reset_at"]
        assert caller.result("user.get")


def test_short_calls_cost_no_operating_time() -> None:
    with portal(switches=CALM.but(call_seconds=0.09)) as (_embedded, caller):
        assert [caller.call("user.get")["time"]["operating"] for _ in range(3)] == [0, 0, 0]


def test_a_batch_takes_as_long_as_its_commands() -> None:
    with portal(switches=CALM.but(call_seconds=0.5)) as (_embedded, caller):
        assert caller.call("batch", cmd={"p0": "profile", "p1": "profile"})["time"]["duration"] == 1.0


# refusals and broken answers


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("QUERY_LIMIT_EXCEEDED", 503),
        ("OPERATION_TIME_LIMIT", 429),
        ("INVALID_CREDENTIALS", 401),
        ("expired_token", 401),
        ("ACCESS_DENIED", 403),
        ("user_access_error", 401),
        ("PORTAL_DELETED", 403),
        ("METHOD_CONFIRM_WAITING", 401),
        ("OVERLOAD_LIMIT", 401),
        ("INTERNAL_SERVER_ERROR", 500),
        ("SOMETHING_NEW", 400),
    ],
)
def test_any_refusal_can_be_arranged_for_the_next_call(code: str, status: int) -> None:
    with portal() as (embedded, caller):
        rule = embedded.faults.arrange(Refuse(code))
        assert caller.refusal("profile") == (status, code)
        assert caller.result("profile")
        assert (rule.met, rule.fired) == (1, 1)


def test_an_error_can_come_with_status_200_and_without_time() -> None:
    with portal() as (embedded, caller):
        embedded.faults.arrange(faults.answers_with("ERROR_CORE", "text"))
        response = caller.post("profile")
        assert response.status_code == 200
        assert response.json() == {"error": "ERROR_CORE", "error_description": "text"}


@pytest.mark.parametrize("status", [200, 403, 500, 502])
def test_html_can_come_with_any_status(status: int) -> None:
    with portal() as (embedded, caller):
        embedded.faults.arrange(Page(status, headers=(("Retry-After", "7"),)))
        response = caller.post("profile")
        assert (response.status_code, response.headers["Retry-After"]) == (status, "7")
        assert response.text.startswith("<html>")


def test_an_answer_can_be_cut_short_openly_or_within_its_announced_length() -> None:
    with portal() as (embedded, caller):
        embedded.faults.arrange(Truncate(10))
        with pytest.raises(requests.RequestException):
            caller.post("profile")
        embedded.faults.arrange(Truncate(10, honest=True))
        assert len(caller.post("profile").content) == 10


@pytest.mark.parametrize("after_work", [False, True])
def test_a_connection_can_be_dropped_before_or_after_the_work(after_work: bool) -> None:
    with portal() as (embedded, caller):
        done: list[int] = []
        embedded.before(1, lambda _world: done.append(1), method="profile")
        embedded.faults.arrange(Drop(after_work=after_work), method="profile")
        with pytest.raises(requests.ConnectionError):
            caller.post("profile")
        assert bool(done) is after_work
        assert caller.result("profile")


def test_a_slow_answer_ends_when_the_portal_stops() -> None:
    with Bitrix24(small_world(), CALM) as embedded, Caller(embedded) as caller:
        embedded.faults.arrange(Slow(600))
        with pytest.raises(requests.ReadTimeout):
            caller.session.post(embedded.webhook + "profile", timeout=0.05)
        before = time.perf_counter()
        embedded.stop()
        assert time.perf_counter() - before < 5


def test_a_renamed_portal_redirects_with_path_and_query() -> None:
    with portal() as (old, caller), portal() as (new, _caller):
        old.faults.arrange(Redirect(new.url), times=None)
        response = caller.session.post(old.webhook + "profile?x=1", allow_redirects=False)
        assert response.status_code == 302
        assert response.headers["Location"] == f"{new.webhook}profile?x=1"


def test_faults_keep_to_their_method_number_and_place() -> None:
    with portal() as (embedded, caller):
        embedded.faults.arrange(Refuse("ERROR_CORE"), method="user.get", skip=1, times=2, where="part")
        assert caller.result("user.get"), "a call of its own is no part"
        parts = caller.batch({f"p{number}": "user.get" for number in range(5)} | {"q": "profile"})
        assert set(parts["result_error"]) == {"p1", "p2"}
        embedded.faults.arrange(Refuse("ERROR_CORE"), times=None)
        assert caller.refusal("profile") == caller.refusal("scope")
        embedded.faults.clear()
        assert caller.result("profile")


# answers that are well-formed and untrue


def test_T1_rows_are_missing_although_the_total_says_more() -> None:
    with portal(small_world(60)) as (embedded, caller):
        embedded.faults.arrange(faults.rows_missing(2, 3), method="user.get", times=None)
        answer = caller.call("user.get", **ORDERED)
        assert answer["total"] == 60
        assert [row["ID"] for row in answer["result"]][:2] == ["1", "4"]
        assert len(answer["result"]) == 48


def test_T1_people_and_departments_can_be_hidden_but_counted() -> None:
    with portal(small_world(60, 60)) as (embedded, caller):
        embedded.sight.hidden_people = {2}
        embedded.sight.hidden_departments = {2}
        for method in ("user.get", "department.get"):
            pages = [caller.call(method, start=start, **ORDERED) for start in (0, 50)]
            assert {page["total"] for page in pages} == {60}
            rows = [int(row["ID"]) for page in pages for row in page["result"]]
            assert rows == [1, *range(3, 61)]


def test_T1_the_last_page_is_empty() -> None:
    with portal(small_world(60)) as (embedded, caller):
        embedded.faults.arrange(faults.empty_page(), method="user.get", skip=1)
        assert caller.call("user.get")["next"] == 50
        assert caller.call("user.get", start=50)["result"] == []


@pytest.mark.parametrize("by", [-7, 7])
def test_T1_totals_can_be_off(by: int) -> None:
    with portal(small_world(60, 60)) as (embedded, caller):
        embedded.faults.arrange(faults.total_off(by), times=None)
        assert caller.call("user.get")["total"] == caller.call("department.get")["total"] == 60 + by


def test_T3_the_owner_sees_only_a_part_or_less_may_be_asked() -> None:
    with portal(small_world(60, 3)) as (embedded, caller):
        embedded.sight.only = frozenset({1, 2})
        assert caller.call("department.get")["total"] == 2
        assert caller.call("user.get")["total"] == 40
        assert {person % 3 for person in caller.ids("user.get")} == {1, 2}
        embedded.world.set_admin(1, admin=False)
        assert caller.result("profile")["ADMIN"] is False
        embedded.scopes = ("department",)
        assert caller.result("scope") == ["department"]


def test_T4_a_list_can_cycle() -> None:
    with portal(small_world(120, 120)) as (embedded, caller):
        embedded.faults.arrange(faults.first_page_again(), times=None)
        for method in ("user.get", "department.get"):
            assert caller.ids(method, start=50, **ORDERED)[0] == 1
        assert caller.ids("user.get", start=-1, FILTER={">ID": 70}, **ORDERED)[0] == 1


def test_T5_a_list_can_be_empty() -> None:
    with portal(small_world(60)) as (embedded, caller):
        embedded.faults.arrange(faults.empty_list(), times=None)
        assert caller.call("user.get")["result"] == []


@pytest.mark.parametrize("lie", [faults.rows_out_of_order(), faults.row_repeated()])
def test_T4_order_can_be_broken_and_rows_repeated(lie: Effect) -> None:
    with portal(small_world(60)) as (embedded, caller):
        embedded.faults.arrange(lie)
        rows = caller.ids("user.get", **ORDERED)
        assert rows != sorted(rows)
        assert len(rows) == 50
        assert caller.ids("user.get", **ORDERED) == list(range(1, 51))


# a company that changes while it is read


def hire_in_front(world: World) -> None:
    world.add_person([1], number=500)


@pytest.mark.parametrize(
    ("change", "second_page"),
    [
        (lambda world: world.delete_person(1), list(range(52, 121))[:50]),  # offsets shift: 51 is lost
        (lambda world: world.dismiss(1), list(range(51, 101))),
        (lambda world: world.move(1, []), list(range(52, 102))),  # without a department nobody is seen
    ],
)
def test_changes_between_pages_shift_offsets(change: Callable[[World], object], second_page: list[int]) -> None:
    with portal(small_world(120)) as (embedded, caller):
        embedded.before(2, change, method="user.get")
        assert caller.ids("user.get", **ORDERED) == list(range(1, 51))
        assert caller.ids("user.get", start=50, **ORDERED) == second_page


def test_changes_can_happen_between_two_commands_of_one_batch() -> None:
    with portal(small_world(60)) as (embedded, caller):
        embedded.before(2, hire_in_front)
        result = caller.batch({"p0": "user.get", "p1": "user.get"})["result_total"]
        assert result == {"p0": 60, "p1": 61}
