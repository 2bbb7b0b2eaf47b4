"""Departments and supervisors of the embedded Learn (contract of the Learn API, sections 3 and 6)."""

from typing import Any

import pytest

from b24learn_gui.demo.learn import LearnWorld
from tests.demo.learn_http import Api, served


def _create(api: Api, name: str, parent: str, code: str = "") -> str:
    answer = api.post(
        "/department",
        {"name": name, "parentDepartmentId": parent, "code": code},
        **{"X-Return-Object": "true"},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["departmentId"])


def _manual(supervisor: str) -> dict[str, Any]:
    return {"subordination": {"subordinationType": "manual", "supervisorId": supervisor}}


def test_the_root_has_no_parent_and_new_departments_inherit() -> None:
    with served() as (learn, api):
        key = _create(api, "Sales", learn.world.root_id, "b24-main-7")
        assert "parentDepartmentId" not in api.value(f"/department/{learn.world.root_id}")
        assert api.value(f"/department/{key}") == {
            "departmentId": key,
            "name": "Sales",
            "parentDepartmentId": learn.world.root_id,
            "code": "b24-main-7",
            "subordination": {"subordinationType": "inherit"},
            "coSubordination": {"subordinationType": "inherit"},
        }
        assert [row["departmentId"] for row in api.value("/department", code="b24-main-7")] == [key]


def test_an_installation_that_does_not_know_the_filter_by_code_answers_everything() -> None:
    with served(code_filter=False) as (learn, api):
        _create(api, "Sales", learn.world.root_id, "b24-main-7")
        assert len(api.value("/department", code="b24-main-8")) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "parentDepartmentId": "root"},
        {"name": "  ", "parentDepartmentId": "root"},
        {"name": "X"},
        {"parentDepartmentId": "root"},
        {"name": "X", "parentDepartmentId": "gone"},
        {"name": ["X"], "parentDepartmentId": "root"},
    ],
)
def test_a_bad_department_is_400(body: dict[str, Any]) -> None:
    with served() as (learn, api):
        if body.get("parentDepartmentId") == "root":
            body = {**body, "parentDepartmentId": learn.world.root_id}
        assert api.post("/department", body).status_code == 400
        assert len(learn.world.departments) == 1


def test_names_may_repeat_among_siblings_and_codes_too_unless_switched() -> None:
    with served() as (learn, api):
        _create(api, "Same", learn.world.root_id, "c")
        _create(api, "Same", learn.world.root_id, "c")
        assert set(learn.world.state()["departments"]) == {"Academy", "Academy/Same", "Academy/Same[2]"}
    with served(unique_codes=True) as (learn, api):
        first = _create(api, "A", learn.world.root_id, "c")
        second = _create(api, "B", learn.world.root_id, "d")
        assert api.post(f"/department/{second}", {"code": "c"}).status_code == 400
        assert api.post(f"/department/{first}", {"code": "c"}).status_code == 204


def test_an_update_renames_recodes_and_moves_with_the_subtree() -> None:
    with served() as (learn, api):
        a, b = (_create(api, name, learn.world.root_id) for name in "AB")
        below = _create(api, "Below", a)
        answer = api.post(f"/department/{a}", {"name": "A2", "parentDepartmentId": b, "code": "x"})
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Academy/B/A2/Below" in learn.world.state()["departments"]
        assert api.value(f"/department/{below}")["parentDepartmentId"] == a
        assert api.post(f"/department/{a}", {}).status_code == 204
        assert api.value(f"/department/{a}")["code"] == "x"


def test_D2_a_department_never_goes_below_itself() -> None:
    with served() as (learn, api):
        a = _create(api, "A", learn.world.root_id)
        below = _create(api, "Below", a)
        for target in (a, below):
            assert api.post(f"/department/{a}", {"parentDepartmentId": target}).status_code == 400
            assert api.post(f"/department/{target}/department/move", {"departmentIds": [a]}).status_code == 400
        root = learn.world.root_id
        assert api.post(f"/department/{root}", {"parentDepartmentId": a}).status_code == 400


def test_the_root_can_be_renamed_only_where_switched_so() -> None:
    with served() as (learn, api):
        assert api.post(f"/department/{learn.world.root_id}", {"name": "New"}).status_code == 204
    with served(root_can_be_renamed=False, name_max_length=5) as (learn, api):
        assert api.post(f"/department/{learn.world.root_id}", {"name": "New"}).status_code == 400
        assert api.post("/department", {"name": "Longer", "parentDepartmentId": learn.world.root_id}).status_code == 400


def test_bulk_moves_of_users_and_departments() -> None:
    with served() as (learn, api):
        a, b = (_create(api, name, learn.world.root_id) for name in "AB")
        people = [api.create(f"u{number}@x.example") for number in range(2)]
        assert api.post(f"/department/{b}/user/move", {"userIds": people}).status_code == 204
        assert {learn.world.accounts[key].department_id for key in people} == {b}
        assert api.post(f"/department/{b}/department/move", {"departmentIds": [a]}).status_code == 204
        assert "Academy/B/A" in learn.world.state()["departments"]
        before = learn.world.state()
        for path, body in (
            (f"/department/{a}/user/move", {"userIds": [people[0], "gone"]}),
            (f"/department/{a}/department/move", {"departmentIds": ["gone"]}),
            ("/department/gone/user/move", {"userIds": people}),
        ):
            assert api.post(path, body).status_code == 404
        assert api.post(f"/department/{a}/user/move", {}).status_code == 400
        assert learn.world.state() == before


def test_a_department_with_people_below_or_managed_or_root_is_not_deleted() -> None:
    with served() as (learn, api):
        a = _create(api, "A", learn.world.root_id)
        below = _create(api, "Below", a)
        key = api.create("a@x.example", department_id=below)
        assert api.delete(f"/department/{learn.world.root_id}").status_code == 400
        assert api.delete(f"/department/{a}").status_code == 400
        learn.world.deactivate(key)
        assert api.delete(f"/department/{below}").status_code == 400
        learn.world.move(key, learn.world.root_id)
        learn.world.make_department_administrator(key, [below])
        assert api.delete(f"/department/{a}").status_code == 400
        learn.world.set_role(key, "learner")
        assert api.delete(f"/department/{a}").status_code == 204
        assert set(learn.world.departments) == {learn.world.root_id}


def test_deleting_parents_can_be_refused() -> None:
    with served(delete_cascades=False) as (learn, api):
        a = _create(api, "A", learn.world.root_id)
        below = _create(api, "Below", a)
        assert api.delete(f"/department/{a}").status_code == 400
        assert api.delete(f"/department/{below}").status_code == 204
        assert api.delete(f"/department/{a}").status_code == 204


def test_a_manual_supervisor_gets_the_role_and_loses_it_again() -> None:
    with served() as (learn, api):
        a = _create(api, "A", learn.world.root_id)
        head = api.create("head@x.example")
        assert api.post(f"/department/{a}/subordination", _manual(head)).status_code == 204
        assert api.value(f"/department/{a}")["subordination"]["supervisorId"] == head
        roles = [role["roleType"] for role in api.value(f"/user/{head}")["userRoles"]]
        assert roles == ["learner", "supervisor"]
        assert api.value(f"/user/{head}")["role"] == "learner"
        cleared = {"subordination": {"subordinationType": "inherit"}}
        assert api.post(f"/department/{a}/subordination", cleared).status_code == 204
        assert len(api.value(f"/user/{head}")["userRoles"]) == 1


def test_inherit_is_not_resolved_and_the_functional_manager_stays_unless_named() -> None:
    with served() as (learn, api):
        a = _create(api, "A", learn.world.root_id)
        below = _create(api, "Below", a)
        head = api.create("head@x.example")
        api.post(f"/department/{a}/subordination", {**_manual(head), "coSubordination": _manual(head)["subordination"]})
        assert api.value(f"/department/{below}")["subordination"] == {"subordinationType": "inherit"}
        api.post(f"/department/{a}/subordination", {"subordination": {"subordinationType": "no_supervisor"}})
        row = api.value(f"/department/{a}")
        assert row["subordination"] == {"subordinationType": "no_supervisor"}
        assert row["coSubordination"]["supervisorId"] == head


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subordination": "inherit"},
        {"subordination": {"subordinationType": "manual"}},
        {"subordination": {"subordinationType": "boss"}},
        _manual("gone"),
    ],
)
def test_a_bad_supervisor_is_400(body: dict[str, Any]) -> None:
    with served() as (learn, api):
        assert api.post(f"/department/{learn.world.root_id}/subordination", body).status_code == 400


@pytest.mark.parametrize("check", [True, False])
def test_a_supervisor_must_be_active_unless_switched_off(check: bool) -> None:
    world = LearnWorld()
    idle = world.add_account("idle", active=False)
    with served(world, supervisor_check=check) as (_, api):
        status = api.post(f"/department/{world.root_id}/subordination", _manual(idle)).status_code
        assert status == (400 if check else 204)


@pytest.mark.parametrize(
    ("leaves", "status", "supervisor"), [("keep", 200, "head"), ("clear", 200, "inherit"), ("refuse", 400, "head")]
)
def test_H2_deactivating_a_supervisor_keeps_clears_or_is_refused(leaves: str, status: int, supervisor: str) -> None:
    world = LearnWorld()
    head, other = world.add_account("head"), world.add_account("other")
    department = world.add_department("A")
    world.set_supervisor(department, head)
    with served(world, supervisor_leaves=leaves) as (_, api):
        assert api.post("/users/deactivate", {"userIds": [other, head]}).status_code == status
        assert world.state()["departments"]["Academy/A"]["supervisor"] == supervisor
        assert world.accounts[other].status == (3 if status == 200 else 1)


def test_a_persons_own_supervisor_and_a_deleted_one() -> None:
    with served() as (learn, api):
        head, person = api.create("head@x.example"), api.create("p@x.example")
        assert api.post(f"/user/{person}/subordination", _manual(head)).status_code == 204
        assert api.value(f"/user/{person}/v2")["subordination"]["supervisorId"] == head
        assert api.delete(f"/user/{head}").status_code == 204
        assert api.value(f"/user/{person}/v2")["subordination"] == {"subordinationType": "inherit"}
        assert not learn.world.is_supervisor(head)


def test_groups_are_listed_made_filled_and_deleted() -> None:
    with served() as (learn, api):
        person = api.create("p@x.example")
        answer = api.post("/group", {"name": "G", "userIds": [person]}, **{"X-Return-Object": "true"})
        key = answer.json()["groupId"]
        assert answer.status_code == 201
        assert api.value("/group") == [{"groupId": key, "name": "G", "isSmart": False}]
        assert api.value("/groups")["groups"][0]["groupId"] == key
        assert api.value(f"/group/{key}")["usersCount"] == 1
        assert api.post(f"/group/{key}", {"name": "H"}).status_code == 200
        assert api.post(f"/group/{key}/members", {"userIds": []}).status_code == 200
        assert learn.world.state()["accounts"]["p@x.example"]["groups"] == []
        assert api.post(f"/group/{key}/members", {"userIds": ["gone"]}).status_code == 400
        assert api.delete(f"/group/{key}").status_code == 204
        assert api.get(f"/group/{key}").status_code == 400
