"""Lists of the embedded Learn: filters, pages, and lies for safety tests (contract of the Learn API, 4.3 and 8)."""

import base64
import time
from itertools import chain
from typing import Any

import pytest

from b24learn_gui.demo.learn import LearnWorld
from tests.demo.learn_http import Api, served


def _world(people: int) -> LearnWorld:
    world = LearnWorld()
    for number in range(people):
        world.add_account(f"u{number}", email=f"u{number}@x.example")
    return world


def _pages(api: Api, path: str = "/users/v2", *, size: int = 2, most: int = 8) -> list[list[str]]:
    """Logins of each page, as long as there is a token and not more than `most` pages."""
    pages: list[list[str]] = []
    token = ""
    while len(pages) < most:
        value = api.value(path, pageSize=size, **({"pageToken": token} if token else {}))
        pages.append([row["fields"][0]["value"] for row in value["userProfiles"]])
        token = value.get("nextPageToken", "")
        if not token:
            break
    return pages


@pytest.mark.parametrize("path", ["/users", "/users/v2"])
def test_pages_follow_each_other_and_the_last_has_no_token(path: str) -> None:
    with served(_world(4)) as (_, api):
        assert _pages(api, path) == [["owner@learn.example", "u0"], ["u1", "u2"], ["u3"]]
        assert _pages(api, path, size=5) == [["owner@learn.example", "u0", "u1", "u2", "u3"]]


def test_a_token_is_base64_of_an_id() -> None:
    with served(_world(3)) as (learn, api):
        token = api.value("/users/v2", pageSize=2)["nextPageToken"]
        assert base64.b64decode(token).decode() in learn.world.accounts


def test_an_account_deleted_or_added_between_pages_shifts_nothing() -> None:
    world = _world(4)
    with served(world) as (_, api):
        first = api.value("/users/v2", pageSize=2)
        for row in first["userProfiles"][1:]:
            world.delete_account(row["userId"])
        world.add_account("late")
        second = api.value("/users/v2", pageSize=9, pageToken=first["nextPageToken"])
        assert [row["fields"][0]["value"] for row in second["userProfiles"]] == ["u1", "u2", "u3", "late"]


def test_the_page_size_is_capped_and_defaults() -> None:
    with served(_world(6), page_cap=3, default_page_size=2) as (_, api):
        assert [len(page) for page in _pages(api, size=1000)] == [3, 3, 1]
        assert len(api.value("/users/v2")["userProfiles"]) == 2


@pytest.mark.parametrize("query", [{"pageSize": "0"}, {"pageSize": "many"}, {"pageToken": "%%"}, {"pageToken": "YQ=="}])
def test_bad_paging_is_400(query: dict[str, str]) -> None:
    with served() as (_, api):
        assert api.get("/users/v2", **query).status_code == 400


def test_the_end_of_a_list_can_be_an_empty_token() -> None:
    with served(empty_next_token=True) as (_, api):
        assert api.value("/users/v2")["nextPageToken"] == ""
        assert api.value("/departments")["nextPageToken"] == ""


def test_filters_narrow_each_other_and_ignore_letter_case() -> None:
    world = _world(3)
    sales = world.add_department("Sales")
    mine = world.add_account("Anna", email="anna@x.example", department_id=sales)
    with served(world) as (_, api):

        def ids(path: str, **query: Any) -> list[str]:
            value = api.value(path, **query)
            rows = value if isinstance(value, list) else value["userProfiles"]
            return [row["userId"] for row in rows]

        for path in ("/user", "/user/v2", "/users", "/users/v2"):
            assert ids(path, **{"departments[]": [sales, "gone"]}) == [mine]
            assert ids(path, **{"logins[]": ["aNNa", "nobody"]}) == [mine]
            assert ids(path, **{"emails[]": "ANNA@x.example"}) == [mine]
            assert ids(path, **{"logins[]": "u1", "emails[]": "anna@x.example"}) == []
            assert ids(path, **{"logins[]": "u1", "departments[]": sales}) == []
        assert ids("/users/v2", **{"userIds[]": [mine, "gone"]}) == [mine]


def test_filters_in_the_body_are_paged_or_not_as_switched() -> None:
    with served(_world(3)) as (_, api):
        logins = [f"u{number}" for number in range(3)]
        answer = api.call("POST", "/users/v2", {"logins": logins}, params={"pageSize": 2}).json()
        assert len(answer["userProfiles"]) == 2
        rest = api.post("/users/v2", {"logins": logins, "pageToken": answer["nextPageToken"]}).json()
        assert len(rest["userProfiles"]) == 1
    with served(_world(3), post_users_v2_paged=False) as (_, api):
        assert len(api.post("/users/v2", {"logins": logins, "pageSize": 1}).json()["userProfiles"]) == 3


def test_the_numbered_list_counts_pages_and_filters_by_profile() -> None:
    world = _world(4)
    for login in ("u1", "u2", "u3"):
        account = world.account(login)
        assert account is not None
        world.edit(account.id, job_title="Engineer")
    with served(world) as (_, api):
        body = {"profileFields": [{"name": "JOB_TITLE", "values": ["Engineer"]}], "pageSize": 2}
        first, second = (api.post("/user/list", {**body, "page": page}).json() for page in (1, 2))
        assert (first["pageNumber"], first["totalUsersNumber"]) == (1, 3)
        assert [len(part["userProfiles"]) for part in (first, second)] == [2, 1]
        assert api.post("/user/list", {"page": 0}).status_code == 400


def test_the_unpaged_list_can_refuse_large_accounts() -> None:
    with served(_world(3), unpaged_limit=3) as (_, api):
        assert api.get("/user").status_code == 400
        assert len(api.value("/user", **{"logins[]": "u1"})) == 1


def test_T4_a_page_token_repeats_on_demand() -> None:
    with served(_world(5)) as (learn, api):
        learn.lies.repeat_page_token = True
        pages = _pages(api, most=4)
        assert pages[1] == pages[2] == pages[3] == ["u1", "u2"]


@pytest.mark.parametrize("people", [1, 5])
def test_T4_page_tokens_cycle_on_demand(people: int) -> None:
    with served(_world(people)) as (learn, api):
        learn.lies.cycle_page_tokens = True
        pages = _pages(api, most=7)
        assert len(pages) == 7
        assert pages[-1] in pages[:-1]


def test_T4_department_pages_cycle_too() -> None:
    world = LearnWorld()
    for number in range(3):
        world.add_department(f"d{number}")
    with served(world) as (learn, api):
        learn.lies.cycle_page_tokens = True
        first = api.value("/departments", pageSize=2)
        second = api.value("/departments", pageSize=2, pageToken=first["nextPageToken"])
        assert second["nextPageToken"] == first["nextPageToken"]


def test_I5_an_account_is_missing_from_the_list_once_though_it_exists() -> None:
    world = _world(4)
    hidden = world.account("u1")
    assert hidden is not None
    with served(world) as (learn, api):
        learn.lies.hide(hidden.id, readings=1)
        assert _pages(api) == [["owner@learn.example", "u0"], ["u2", "u3"]]
        assert api.post("/users/find_existing", {"userIds": [hidden.id, "gone"]}).json() == [hidden.id]
        assert "u1" in chain(*_pages(api))


def test_I5_an_account_is_missing_from_every_list_but_found_by_name_and_id() -> None:
    world = _world(3)
    hidden = world.account("u1")
    assert hidden is not None
    with served(world) as (learn, api):
        learn.lies.hide(hidden.id)
        for _ in range(3):
            assert "u1" not in chain(*_pages(api))
        assert len(api.value("/user")) == 3
        assert api.get(f"/user/{hidden.id}/v2").status_code == 200
        assert len(api.value("/users/v2", **{"logins[]": "u1"})["userProfiles"]) == 1


def test_T5_lists_come_back_empty_as_often_as_told() -> None:
    with served(_world(3)) as (learn, api):
        learn.lies.empty_users = 1
        learn.lies.empty_departments = None
        assert api.value("/users/v2") == {"userProfiles": []}
        learn.lies.empty_users = 1
        assert api.post("/user/list", {}).json()["totalUsersNumber"] == 0
        assert len(api.value("/users/v2")["userProfiles"]) == 4
        for _ in range(2):
            assert api.value("/departments") == {"departments": []}
            assert api.value("/department") == []


def test_a_hundred_thousand_accounts_are_paged_fast() -> None:
    world = LearnWorld()
    departments = [world.add_department(f"d{number}") for number in range(50)]
    for number in range(100_000):
        world.add_account(
            f"u{number}",
            email=f"u{number}@x.example",
            department_id=departments[number % 50],
            password="p",
            first_name="И",
        )
    with served(world) as (learn, api):
        token = base64.b64encode(list(world.accounts)[90_000].encode()).decode()
        started = time.process_time()  # a busy machine makes anything late; what is measured is the work
        for _ in range(5):
            assert len(api.value("/users/v2", pageToken=token)["userProfiles"]) == 1000
        assert time.process_time() - started < 2.5
        assert min(entry.finished - entry.started for entry in learn.log.entries) < 1.0
