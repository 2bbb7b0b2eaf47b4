"""The embedded Learn's answers, and the requests of a client as ours, held against the vendor's OpenAPI."""

from typing import Any

import pytest

from b24learn_gui.demo.learn import LearnWorld
from b24learn_gui.demo.learn.model import CUSTOM_UNIQUE
from tests.demo import openapi
from tests.demo.learn_http import Api, served

pytestmark = pytest.mark.skipif(openapi.load() is None, reason=openapi.MISSING)

_RETURN_OBJECT = {"X-Return-Object": "true"}


class _Judged:
    """Sends calls and collects what the description has against request or answer."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.problems: list[str] = []
        self.departures: set[str] = set()

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200, **options: Any) -> Any:
        answer = self._api.call(method, path, body, **options)
        assert answer.status_code == status, answer.text
        value = answer.json() if answer.content else None
        entry = self._api.learn.log.entries[-1]
        self.problems += openapi.check_request(
            method, entry.path, entry.headers, entry.query, entry.body, seen=self.departures
        )
        self.problems += openapi.check_response(method, entry.path, answer.status_code, value, seen=self.departures)
        return value


def _every_call(judged: _Judged, world: LearnWorld) -> None:
    """All calls that a sync of departments and users makes, good ones and refused ones."""
    root = world.root_id
    new = {"name": "Sales", "parentDepartmentId": root, "code": "b24-main-1"}
    sales = judged("POST", "/department", new, 201, headers=_RETURN_OBJECT)["departmentId"]
    judged("POST", "/department", {**new, "code": "b24-main-2"}, 201)
    for path in ("/department", "/departments", f"/department/{sales}"):
        judged("GET", path)
    judged("GET", "/departments", params={"pageSize": 1})
    fields = {"login": "a", "email": "a@x.example", "first_name": "A", "USER_DEFINED_FIELD2": "7"}
    user = {"departmentId": root, "fields": fields, "sendLoginEmail": False}
    roles = judged("GET", "/role")
    learner = next(role["roleId"] for role in roles if role["type"] == "learner")
    user["roles"] = [{"roleId": learner}]
    person = judged("POST", "/user", user, 201, headers=_RETURN_OBJECT)["userId"]
    judged("POST", "/user", user, 400)
    judged("POST", f"/user/{person}", {"fields": {**fields, "job_title": "Boss"}, "departmentId": sales})
    judged("POST", f"/user/{person}/password", {"password": "long enough"})
    judged("POST", f"/user/{person}/status", {"status": 3})
    judged("POST", "/users/activate", {"userIds": [person]})
    manual = {"subordination": {"subordinationType": "manual", "supervisorId": person}}
    judged("POST", f"/department/{sales}/subordination", manual, 204)
    judged("POST", f"/user/{person}/subordination", {"subordination": {"subordinationType": "inherit"}}, 204)
    for path in ("/user", "/user/v2", "/users", "/users/v2"):
        judged("GET", path)
        judged("GET", path, params={"logins[]": ["a", "b"], "emails[]": "a@x.example"})
    judged("GET", "/users/v2", params={"pageSize": 1})
    judged("GET", "/users/v2", params={"userIds[]": person})
    judged("POST", "/users/v2", {"logins": ["a"]})
    judged("POST", "/user/list", {"logins": ["a"]})
    for path in (f"/user/{person}", f"/user/{person}/v2"):
        judged("GET", path)
    judged("POST", "/users/find_existing", {"userIds": [person]})
    judged("GET", "/user/profile/fields")
    for path in (f"/user/{person}/scheduled_deactivation", f"/user/{person}/scheduled_termination"):
        judged("POST", path, {"date": "2099-01-01"})
        judged("DELETE", path)
    group = judged("POST", "/group", {"name": "G", "userIds": [person]}, 201)
    judged("GET", "/group")
    judged("GET", "/groups")
    judged("GET", f"/group/{group}")
    judged("POST", f"/group/{group}/members", {"userIds": []})
    judged("DELETE", f"/group/{group}", None, 204)
    judged("POST", f"/department/{root}/user/move", {"userIds": [person]}, 204)
    other = judged("POST", "/department", {**new, "code": "b24-main-3"}, 201)
    judged("POST", f"/department/{other}/department/move", {"departmentIds": [sales]}, 204)
    judged("POST", f"/department/{sales}", {"name": "Sales 2", "parentDepartmentId": root}, 204)
    judged("DELETE", f"/department/{root}", None, 400)
    judged("DELETE", f"/department/{other}", None, 204)
    judged("POST", "/users/deactivate", {"userIds": [person]})
    judged("POST", "/users/terminate", {"userIds": [person]})
    judged("GET", "/users/v2")
    judged("DELETE", f"/user/{person}", None, 204)
    judged("GET", f"/user/{person}", None, 400)


def test_every_call_of_a_sync_agrees_with_the_vendors_openapi() -> None:
    world = LearnWorld(custom_fields=(CUSTOM_UNIQUE,), email_required=False)
    world.add_account("without.email")
    with served(world) as (_, api):
        judged = _Judged(api)
        _every_call(judged, world)
        assert judged.problems == []
        assert judged.departures == set(openapi.KNOWN_DEPARTURES) - {"undocumented_status"}


def test_the_described_envelopes_need_no_departure() -> None:
    with served(envelope="response", department_list="object") as (learn, api):
        judged = _Judged(api)
        judged("GET", "/department")
        judged("GET", f"/department/{learn.world.root_id}")
        judged("POST", "/department", {"name": "A", "parentDepartmentId": learn.world.root_id}, 201)
        assert (judged.problems, judged.departures) == ([], set())


def test_statuses_that_are_not_listed_are_named_as_departures() -> None:
    with served(unknown_id_status=404) as (_, api):
        judged = _Judged(api)
        judged("GET", "/department/00000000-0000-1000-8000-000000000001", None, 404)
        assert (judged.problems, judged.departures) == ([], {"undocumented_status"})


def test_the_token_call_agrees_with_the_vendors_openapi() -> None:
    with served() as (learn, api):
        for answer in (api.token(), api.token(client_secret="wrong")):
            entry = learn.log.entries[-1]
            assert openapi.check_request("POST", entry.path, entry.headers, {}, entry.body) == []
            assert openapi.check_response("POST", entry.path, answer.status_code, answer.json()) == []


_JSON = {"Accept": "application/json", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "query", "body"),
    [
        ("GET", "/nothing", _JSON, {}, None),
        ("PUT", "/user", _JSON, {}, {}),
        ("GET", "/role", {}, {}, None),
        ("GET", "/role", _JSON, {}, {"a": 1}),
        ("GET", "/users/v2", _JSON, {"status": ["1"]}, None),
        ("GET", "/users/v2", _JSON, {"pageSize": ["many"]}, None),
        (
            "POST",
            "/user",
            {**_JSON, "X-Nonsense": "1"},
            {},
            {"departmentId": "x", "fields": {"login": "a", "email": "b"}},
        ),
        ("POST", "/user", _JSON, {}, {"fields": {"login": "a", "email": "b"}}),
        ("POST", "/user", _JSON, {}, {"departmentId": "x", "fields": {"email": "b"}}),
        ("POST", "/user", _JSON, {}, {"departmentId": "x", "fields": {"login": "a", "email": "b"}, "groups": []}),
        ("POST", "/users/activate", _JSON, {}, {"userIds": "x"}),
        ("POST", "/department", {**_JSON, "Content-Type": "text/plain"}, {}, {}),
    ],
)
def test_a_wrong_request_is_noticed(
    method: str, path: str, headers: dict[str, str], query: dict[str, list[str]], body: Any
) -> None:
    assert openapi.check_request(method, path, headers, query, body) != []


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/role", 200, {"roles": []}),
        ("GET", "/role", 200, None),
        ("GET", "/role", 200, [{"roleId": "x"}]),
        ("GET", "/role", 418, None),
        ("GET", "/departments", 200, {}),
        ("POST", "/department", 201, {"a": 1, "b": 2}),
        ("POST", "/department/x", 204, {"unexpected": 1}),
        ("GET", "/users/v2", 200, {"userProfiles": [{"userId": "x"}]}),
        ("GET", "/role", 400, {"error": "x"}),
    ],
)
def test_a_wrong_answer_is_noticed(method: str, path: str, status: int, body: Any) -> None:
    assert openapi.check_response(method, path, status, body) != []
