"""JSON and XML in and out, envelopes and spellings by switch (contract of the Learn API, section 2)."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from b24learn_gui.demo.learn import LearnWorld
from b24learn_gui.demo.learn.model import CUSTOM_REQUIRED, CUSTOM_UNIQUE
from tests.demo.learn_http import Api, served


def _world() -> tuple[LearnWorld, str, str]:
    world = LearnWorld(custom_fields=(CUSTOM_UNIQUE,))
    department = world.add_department("Продажи & маркетинг", code="b24-main-7")
    user = world.add_account(
        "i.petrov",
        email="i.petrov@x.example",
        department_id=department,
        first_name="Иван <1>",
        USER_DEFINED_FIELD2="77",
    )
    return world, department, user


def test_xml_is_the_answer_unless_json_is_asked_for_by_name() -> None:
    world, department, user = _world()
    with served(world) as (_, api):
        answer = api.xml("GET", f"/user/{user}/v2")
        for accept in ("*/*", "application/xml", "text/html"):
            answer = api.xml("GET", f"/user/{user}/v2", accept=accept)
            assert answer.headers["Content-Type"].startswith("application/xml")
        root = ET.fromstring(answer.content)
        profile = root.find("userProfile")
        assert root.tag == "response"
        assert profile is not None
        assert profile.findtext("departmentId") == department
        pairs = {f.findtext("name"): f.findtext("value") for f in profile.findall("fields/field")}
        assert pairs["FIRST_NAME"] == "Иван <1>"
        assert pairs["USER_DEFINED_FIELD2"] == "77"


@pytest.mark.parametrize("force", ["json", "xml"])
def test_an_installation_can_know_only_one_format(force: str) -> None:
    with served(force_format=force) as (_, api):
        assert force in api.get("/role").headers["Content-Type"]
        assert force in api.xml("GET", "/role").headers["Content-Type"]


def test_unpaged_xml_lists_repeat_and_paged_ones_wrap() -> None:
    world, _, user = _world()
    with served(world) as (_, api):
        unpaged = ET.fromstring(api.xml("GET", "/department").content)
        paged = ET.fromstring(api.xml("GET", "/departments?pageSize=1").content)
        assert len(unpaged.findall("department")) == 2
        assert len(paged.findall("departments/department")) == 1
        assert paged.findtext("nextPageToken")
        users = ET.fromstring(api.xml("GET", "/users/v2").content)
        assert len(users.findall("userProfiles/userProfile")) == 2
        known = ET.fromstring(
            api.xml("POST", "/users/find_existing", f"<r><userIds><id>{user}</id></userIds></r>").content
        )
        assert [item.text for item in known.findall("id")] == [user]


def test_control_characters_never_break_xml() -> None:
    world, department, _ = _world()
    world.rename_department(department, "A\x01B\x0bC")
    with served(world) as (_, api):
        root = ET.fromstring(api.xml("GET", f"/department/{department}").content)
        assert root.findtext("department/name") == "ABC"


@pytest.mark.parametrize(
    "ids", ["<userIds><id>{0}</id><id>{1}</id></userIds>", "<userIds>{0}</userIds><userIds>{1}</userIds>"]
)
def test_xml_arrays_are_read_wrapped_and_repeated(ids: str) -> None:
    world, _, first = _world()
    second = world.add_account("second")
    with served(world) as (_, api):
        body = f"<whatever>{ids.format(first, second)}</whatever>"
        assert api.xml("POST", "/users/deactivate", body).status_code == 200
        assert [world.accounts[key].status for key in (first, second)] == [3, 3]


def test_a_user_created_in_xml_is_the_one_created_in_json() -> None:
    world, department, _ = _world()
    with served(world) as (_, api):
        answer = api.xml(
            "POST",
            "/user",
            f"<request><departmentId>{department}</departmentId><role>learner</role>"
            "<fields><login>Анна</login><email>anna@x.example</email><last_name>К&amp;М</last_name></fields>"
            "<sendLoginEmail>false</sendLoginEmail></request>",
        )
        assert answer.status_code == 201
        made = world.accounts[ET.fromstring(answer.content).text or ""]
        assert made.fields == {"login": "Анна", "email": "anna@x.example", "last_name": "К&М"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"<request>", "application/xml"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><request/>', "application/xml"),
        (b"name=1", "text/plain"),
    ],
)
def test_unreadable_bodies_are_400(body: bytes, kind: str) -> None:
    with served() as (learn, api):
        answer = api.session.post(f"{learn.url}/department", data=body, headers={"Content-Type": kind}, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (400, 400)


@pytest.mark.parametrize(
    ("envelope", "user_key", "department_key"),
    [("bare", None, None), ("response", "response", "response"), ("named", "userProfile", "department")],
)
def test_single_objects_come_in_every_envelope(envelope: str, user_key: str | None, department_key: str | None) -> None:
    world, department, user = _world()
    with served(world, envelope=envelope) as (_, api):
        one, other = api.value(f"/user/{user}"), api.value(f"/department/{department}")
        assert (one if user_key is None else one[user_key])["userId"] == user
        assert (other if department_key is None else other[department_key])["code"] == "b24-main-7"


def test_the_unpaged_list_of_departments_comes_in_both_shapes() -> None:
    with served() as (_, api):
        assert isinstance(api.value("/department"), list)
    with served(department_list="object") as (_, api):
        assert len(api.value("/department")["departments"]) == 1


def _created(api: Api, name: str, **headers: str) -> Any:
    body = {"name": name, "parentDepartmentId": api.learn.world.root_id}
    answer = api.post("/department", body, **headers)
    assert answer.status_code == 201
    return answer.json()


def test_a_created_id_is_a_string_or_an_object_as_asked_and_switched() -> None:
    wish = {"X-Return-Object": "true"}
    with served() as (learn, api):
        assert _created(api, "A") in learn.world.departments
        assert _created(api, "B", **wish)["departmentId"] in learn.world.departments
    with served(created_id="string") as (learn, api):
        assert _created(api, "A", **wish) in learn.world.departments
    with served(created_id="response") as (learn, api):
        assert _created(api, "A", **wish)["response"] in learn.world.departments
        answer = api.xml(
            "POST",
            "/department",
            f"<request><name>X</name><parentDepartmentId>{learn.world.root_id}</parentDepartmentId></request>",
        )
        assert ET.fromstring(answer.content).text in learn.world.departments


def test_field_names_come_in_both_cases_and_custom_ones_as_they_are() -> None:
    world, _, user = _world()
    with served(world) as (_, api):
        names = [pair["name"] for pair in api.value(f"/user/{user}")["fields"]]
        assert names == ["LOGIN", "EMAIL", "FIRST_NAME", "USER_DEFINED_FIELD2"]
    with served(world, field_case="lower", field_info_case="upper") as (_, api):
        assert [pair["name"] for pair in api.value(f"/user/{user}")["fields"]][:2] == ["login", "email"]
        assert api.value("/user/profile/fields")[0]["name"] == "LOGIN"


def test_fields_come_as_list_map_and_single_pair() -> None:
    world = LearnWorld(email_required=False)
    lonely = world.add_account("lonely")
    with served(world, fields_shape="map") as (_, api):
        assert api.value(f"/user/{lonely}")["fields"] == {"LOGIN": "lonely"}
    with served(world, fields_shape="single") as (_, api):
        assert api.value(f"/user/{lonely}")["fields"] == {"name": "LOGIN", "value": "lonely"}
        assert isinstance(api.value(f"/user/{world.owner_id}")["fields"], list)


def test_field_names_of_requests_are_case_sensitive_only_where_switched_so() -> None:
    world, _, user = _world()
    with served(world) as (_, api):
        assert api.post(f"/user/{user}", {"fields": {"FIRST_NAME": "A"}}).status_code == 200
        assert world.accounts[user].fields["first_name"] == "A"
        assert api.post(f"/user/{user}", {"fields": {"nonsense": "A"}}).status_code == 400
    with served(world, case_sensitive_fields=True, unknown_field="ignore") as (_, api):
        assert api.post(f"/user/{user}", {"fields": {"FIRST_NAME": "B"}}).status_code == 200
        assert world.accounts[user].fields["first_name"] == "A"


def test_numbers_and_flags_can_come_as_text_and_booleans() -> None:
    with served(numbers_as_text=True) as (_, api):
        assert api.value("/users/v2")["userProfiles"][0]["status"] == "1"
        assert api.value("/user/profile/fields")[0]["isRequired"] == "1"
        assert api.token().json()["expires_in"] == "1800"
    with served(flags_as_booleans=True) as (_, api):
        assert api.value("/user/profile/fields")[0]["isRequired"] is True


def test_roles_are_spelled_both_ways_and_read_both_ways() -> None:
    with served() as (_, api):
        assert [role["type"] for role in api.value("/role")][:2] == ["owner", "administrator"]
        api.create("a@x.example", role="account_administrators")
    with served(role_spelling="plural") as (learn, api):
        key = api.create("a@x.example", role="learner")
        assert api.value(f"/user/{key}")["role"] == "learners"
        assert api.value(f"/user/{key}")["userRoles"][0]["roleType"] == "learners"
        assert api.value(f"/user/{key}")["roleId"] == learn.world.role_id("learner")
    with served(strict_role_spelling=True) as (learn, api):
        body = {"departmentId": learn.world.root_id, "fields": {"login": "b", "email": "b@x.example"}}
        assert api.post("/user", {**body, "role": "learners"}).status_code == 400
        assert api.post("/user", {**body, "role": "learner"}).status_code == 201


def test_profile_fields_say_what_is_unique_and_required() -> None:
    world = LearnWorld(custom_fields=(CUSTOM_REQUIRED, CUSTOM_UNIQUE), required_fields=("phone",))
    with served(world) as (_, api):
        fields = {row["name"]: row for row in api.value("/user/profile/fields")}
        assert {name for name, row in fields.items() if row["isRequired"]} == {
            "login",
            "email",
            "phone",
            "USER_DEFINED_FIELD1",
        }
        assert {name for name, row in fields.items() if row["isUnique"]} == {
            "login",
            "email",
            "USER_DEFINED_FIELD2",
        }
        assert [row["orderPriority"] for row in fields.values()] == list(range(9))
        assert fields["country"]["values"][0] == {"name": "RU", "value": "Russia"}


def test_the_activation_request_of_the_demonstration_is_kept() -> None:
    form = {"name": "Анна", "email": "anna@x.example", "phone": "+79990000000"}
    with served() as (learn, api):
        api.prefix = ""
        assert api.post("/activation", form).status_code == 200
        assert api.post("/activation", {"name": "only"}).status_code == 400
        assert learn.activations == [form]
