"""Creating, changing and deleting users in the embedded Learn (contract of the Learn API, section 4)."""

from typing import Any

import pytest

from b24learn_gui.demo.learn import LearnWorld
from b24learn_gui.demo.learn.model import CUSTOM_REQUIRED, CUSTOM_UNIQUE
from tests.demo.learn_http import Api, Clock, served


def _attempt(api: Api, login: str = "new@x.example", **more: Any) -> tuple[int, str]:
    fields = {"login": login, "email": login, **more.pop("fields", {})}
    body = {"departmentId": api.learn.world.root_id, "fields": fields, **more}
    answer = api.post("/user", body)
    return answer.status_code, answer.text


def test_a_created_user_is_an_active_learner_and_answers_what_was_sent() -> None:
    clock = Clock()
    with served(clock=clock) as (learn, api):
        department = learn.world.add_department("Sales")
        key = api.create("i.petrov@x.example", department_id=department, fields={"first_name": "Иван"})
        row = api.value(f"/user/{key}/v2")
        assert (row["status"], row["role"], row["departmentId"]) == (1, "learner", department)
        assert row["addedDate"] == "2026-11-18T11:06:40+00:00"
        assert "lastLoginDate" not in row
        assert {"name": "FIRST_NAME", "value": "Иван"} in row["fields"]
        assert row["subordination"] == {"subordinationType": "inherit"}


@pytest.mark.parametrize("field", ["login", "email"])
@pytest.mark.parametrize(
    ("mode", "text", "status", "expected"),
    [
        (400, "english", 400, "Duplicate "),
        (409, "english", 409, "Duplicate "),
        (400, "old", 400, "must be unique"),
        (400, "russian", 400, "уже существует"),
    ],
)
def test_a_taken_login_or_email_is_refused_whatever_its_case(
    field: str, mode: int, text: str, status: int, expected: str
) -> None:
    with served(duplicate_mode=mode, duplicate_text=text) as (_, api):
        api.create("Anna@x.example")
        other = {"login": "other", "email": "other@x.example", field: "aNNa@X.example"}
        answer_status, answer = _attempt(api, fields=other)
        assert (answer_status, expected in answer) == (status, True)


def test_a_409_can_end_with_the_other_accounts_id() -> None:
    with served(duplicate_mode=409, duplicate_text="id") as (_, api):
        key = api.create("anna@x.example")
        answer = api.post(
            "/user",
            {"departmentId": api.learn.world.root_id, "fields": {"login": "anna@x.example", "email": "b@x.example"}},
        )
        assert answer.json()["message"].split()[-1] == key


def test_login_and_email_are_unique_each_on_its_own() -> None:
    with served() as (_, api):
        api.create("anna@x.example")
        assert _attempt(api, fields={"login": "b", "email": "b@x.example"})[0] == 201
        assert _attempt(api, fields={"login": "b@x.example", "email": "c@x.example"})[0] == 201


def test_a_login_is_free_again_after_a_change_and_after_a_deletion() -> None:
    with served() as (_, api):
        first, second = api.create("a@x.example"), api.create("b@x.example")
        assert api.post(f"/user/{second}", {"fields": {"email": "A@x.example"}}).status_code == 400
        assert api.post(f"/user/{first}", {"fields": {"login": "z", "email": "z@x.example"}}).status_code == 200
        assert api.post(f"/user/{second}", {"fields": {"email": "a@x.example"}}).status_code == 200
        assert api.delete(f"/user/{second}").status_code == 204
        api.create("a@x.example")


def test_a_unique_custom_field_is_unique_and_a_required_one_is_required() -> None:
    world = LearnWorld(custom_fields=(CUSTOM_REQUIRED, CUSTOM_UNIQUE))
    full = {"USER_DEFINED_FIELD1": "x", "USER_DEFINED_FIELD2": "7"}
    with served(world) as (_, api):
        assert _attempt(api)[0] == 400
        assert _attempt(api, fields=full)[0] == 201
        status, text = _attempt(api, "b@x.example", fields=full)
        assert (status, "Duplicate USER_DEFINED_FIELD2" in text) == (400, True)


def test_the_default_world_requires_nothing_but_login_and_email() -> None:
    with served() as (learn, api):
        assert _attempt(api)[0] == 201
        no_email = {"departmentId": learn.world.root_id, "fields": {"login": "solo"}}
        assert api.post("/user", no_email).status_code == 400
    with served(LearnWorld(email_required=False)) as (learn, api):
        no_email = {"departmentId": learn.world.root_id, "fields": {"login": "solo"}}
        assert api.post("/user", no_email).status_code == 201


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"phone": "12 34"}, "Phone "),
        ({"phone": "not a phone 1234567"}, "Phone "),
        ({"email": "no at sign"}, "Invalid email"),
        ({"email": "кот@почта.example"}, ""),
        ({"country": "XX"}, "Invalid value"),
        ({"nonsense": "x"}, "Unknown field"),
    ],
)
def test_field_values_are_checked(fields: dict[str, str], message: str) -> None:
    with served() as (_, api):
        status, text = _attempt(api, fields=fields)
        assert status == (400 if message else 201)
        assert message in text


def test_a_phone_is_kept_as_plus_and_digits_unless_switched_off() -> None:
    with served() as (learn, api):
        key = api.create("a@x.example", fields={"phone": "+7 (999) 000-11-22"})
        assert learn.world.accounts[key].fields["phone"] == "+79990001122"
    with served(normalise_phone=False) as (learn, api):
        key = api.create("a@x.example", fields={"phone": "+7 (999) 000-11-22"})
        assert learn.world.accounts[key].fields["phone"] == "+7 (999) 000-11-22"


def test_T22_too_long_values_are_refused_where_switched_so() -> None:
    with served(field_max_length=255) as (_, api):
        assert _attempt(api, fields={"first_name": "я" * 256})[0] == 400
        assert _attempt(api, fields={"first_name": "я" * 255})[0] == 201


@pytest.mark.parametrize(
    "change",
    [
        {"departmentId": "00000000-0000-1000-8000-000000000001"},
        {"departmentId": ""},
        {"groupIds": ["nothing"]},
        {"role": "emperor"},
        {"role": "department_administrator"},
        {"role": "owner"},
        {"roles": [{"roleId": "nothing"}]},
        {"sendLoginEmail": True},
        {"password": "short"},
        {"fields": "login"},
    ],
)
def test_a_bad_create_is_400_and_creates_nobody(change: dict[str, Any]) -> None:
    with served() as (learn, api):
        before = learn.world.state()
        body = {"departmentId": learn.world.root_id, "fields": {"login": "a", "email": "a@x.example"}, **change}
        answer = api.post("/user", body)
        assert (answer.status_code, answer.json()["code"]) == (400, 400)
        assert learn.world.state() == before
        assert len(learn.outbox) == 0


def test_a_smart_group_cannot_be_joined_and_an_ordinary_one_can() -> None:
    with served() as (learn, api):
        smart, plain = learn.world.add_group("smart", smart=True), learn.world.add_group("plain")
        assert _attempt(api, groupIds=[smart])[0] == 400
        key = api.create("a@x.example", groupIds=[plain])
        assert api.value(f"/user/{key}")["groups"] == [plain]
        assert api.value(f"/group/{plain}")["userIds"] == [key]
        assert [row["userId"] for row in api.value("/user", **{"groups[]": plain})] == [key]
        assert api.post(f"/user/{key}/groups/remove", {"groupIds": [plain]}).status_code == 200
        assert api.value(f"/group/{plain}")["usersCount"] == 0


def test_a_letter_is_sent_once_for_an_active_new_user_who_shall_get_one() -> None:
    with served() as (learn, api):
        api.create("silent@x.example")
        api.create("off@x.example", sendLoginEmail=False, invitationMessage="Hello")
        api.create("loud@x.example", sendLoginEmail=True, invitationMessage="Hello", password="secret-1")
        (letter,) = learn.outbox.letters
        assert (letter.login, letter.address, letter.message) == ("loud@x.example", "loud@x.example", "Hello")
        assert letter.password == "secret-1"
        assert learn.outbox.to("LOUD@x.example") == (letter,)


def test_old_installations_send_letters_unless_told_not_to() -> None:
    with served(send_login_email_default=True) as (learn, api):
        api.create("a@x.example")
        api.create("b@x.example", sendLoginEmail=False)
        assert [letter.login for letter in learn.outbox.letters] == ["a@x.example"]


def test_an_sms_goes_to_the_phone() -> None:
    with served() as (learn, api):
        api.create("a@x.example", fields={"phone": "+79990001122"}, sendLoginSMS=True, invitationSMSMessage="Hi")
        (letter,) = learn.outbox.letters
        assert (letter.channel, letter.address) == ("sms", "+79990001122")


def test_T19_beyond_the_seats_new_users_are_inactive_and_get_no_letter() -> None:
    with served(LearnWorld(seats=2)) as (learn, api):
        first = api.create("a@x.example")
        second = api.create("b@x.example", sendLoginEmail=True, invitationMessage="Hello")
        assert [learn.world.accounts[key].status for key in (first, second)] == [1, 3]
        assert len(learn.outbox) == 0


def test_T19_beyond_the_seats_creating_can_be_an_error() -> None:
    with served(LearnWorld(seats=1), seat_mode="error") as (_, api):
        status, text = _attempt(api)
        assert (status, "number of user accounts is exceeded" in text) == (400, True)


def test_an_update_merges_and_answers_200_with_an_empty_body() -> None:
    with served() as (learn, api):
        key = api.create("a@x.example", fields={"first_name": "A", "last_name": "B"})
        answer = api.post(f"/user/{key}", {"fields": {"first_name": "Z"}})
        assert (answer.status_code, answer.content) == (200, b"")
        assert learn.world.accounts[key].fields == {
            "login": "a@x.example",
            "email": "a@x.example",
            "first_name": "Z",
            "last_name": "B",
        }


def test_an_update_moves_changes_roles_and_adds_groups_but_never_by_omission() -> None:
    with served() as (learn, api):
        other, group = learn.world.add_department("Other"), learn.world.add_group("G")
        first = learn.world.add_group("F")
        key = api.create("a@x.example", role="publisher", groupIds=[first])
        api.post(f"/user/{key}", {"departmentId": other, "groupIds": [group]})
        row = api.value(f"/user/{key}")
        assert (row["departmentId"], row["role"], row["groups"]) == (other, "publisher", [first, group])
        learner, chief = learn.world.role_id("learner"), learn.world.role_id("department_administrator")
        roles = [{"roleId": learner}, {"roleId": chief, "manageableDepartmentIds": [other]}]
        assert api.post(f"/user/{key}", {"roles": roles}).status_code == 200
        row = api.value(f"/user/{key}")
        assert (row["roleId"], row["manageableDepartmentIds"]) == (chief, [other])
        assert row["userRoles"] == [
            {"roleId": chief, "roleType": "department_administrator", "manageableDepartmentIds": [other]},
            {"roleId": learner, "roleType": "learner"},
        ]
        assert api.post(f"/user/{key}", {"roles": [roles[1], roles[1]]}).status_code == 400


def test_a_custom_role_needs_its_id() -> None:
    with served() as (learn, api):
        custom = learn.world.add_custom_role("Mentor")
        assert _attempt(api, role="custom")[0] == 400
        key = api.create("a@x.example", role="custom", roleId=custom)
        assert api.value(f"/user/{key}")["role"] == "custom"


def test_clearing_a_required_field_is_refused_and_another_is_cleared() -> None:
    with served() as (learn, api):
        key = api.create("a@x.example", fields={"job_title": "Engineer"})
        assert api.post(f"/user/{key}", {"fields": {"email": ""}}).status_code == 400
        assert api.post(f"/user/{key}", {"fields": {"job_title": ""}}).status_code == 200
        assert "job_title" not in learn.world.accounts[key].fields


def test_updates_can_demand_every_required_field() -> None:
    with served(require_fields_on_update=True) as (_, api):
        key = api.create("a@x.example")
        assert api.post(f"/user/{key}", {"fields": {"first_name": "A"}}).status_code == 400
        whole = {"login": "a@x.example", "email": "a@x.example", "first_name": "A"}
        assert api.post(f"/user/{key}", {"fields": whole}).status_code == 200


@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_id_is_400_or_404_everywhere(status: int) -> None:
    gone = "00000000-0000-1000-8000-000000000001"
    with served(unknown_id_status=status) as (_, api):
        answers = [
            api.get(f"/user/{gone}"),
            api.get(f"/user/{gone}/v2"),
            api.post(f"/user/{gone}", {}),
            api.post(f"/user/{gone}/status", {"status": 1}),
            api.post(f"/user/{gone}/password", {"password": "long enough"}),
            api.post("/users/deactivate", {"userIds": [gone]}),
            api.delete(f"/user/{gone}"),
            api.get(f"/department/{gone}"),
            api.post(f"/department/{gone}", {"name": "x"}),
            api.delete(f"/department/{gone}"),
        ]
        assert [answer.status_code for answer in answers] == [status] * len(answers)
        assert all(answer.json()["code"] == status for answer in answers)


def test_N2_the_owner_can_neither_be_edited_nor_deleted() -> None:
    with served() as (learn, api):
        owner = learn.world.owner_id
        answers = [
            api.post(f"/user/{owner}", {"fields": {"first_name": "X"}}),
            api.post(f"/user/{owner}/status", {"status": 3}),
            api.post("/users/deactivate", {"userIds": [owner]}),
            api.post(f"/user/{owner}/subordination", {"subordination": {"subordinationType": "inherit"}}),
            api.post(f"/department/{learn.world.root_id}/user/move", {"userIds": [owner]}),
            api.delete(f"/user/{owner}"),
        ]
        assert [answer.status_code for answer in answers] == [403] * len(answers)


def test_statuses_change_and_only_v2_tells_ended_from_inactive() -> None:
    with served() as (_, api):
        key = api.create("a@x.example")
        assert api.post(f"/user/{key}/status", {"status": 5}).status_code == 200
        assert api.value(f"/user/{key}/v2")["status"] == 5
        assert api.value(f"/user/{key}")["status"] == 3
        assert api.value("/users/v2")["userProfiles"][1]["status"] == 5
        assert api.value("/users")["userProfiles"][1]["status"] == 3
        assert api.value("/user")[1]["status"] == 3
        assert api.value("/user/v2")[1]["status"] == 5
        assert api.post(f"/user/{key}/status", {"status": "1"}).status_code == 200
        assert api.value(f"/user/{key}")["status"] == 1
        assert api.post(f"/user/{key}/status", {"status": 2}).status_code == 400
        assert api.post(f"/user/{key}/status", {}).status_code == 400


def test_the_first_revision_can_show_status_5_too() -> None:
    with served(termination_shown=True) as (_, api):
        key = api.create("a@x.example")
        api.post("/users/terminate", {"userIds": [key]})
        assert api.value(f"/user/{key}")["status"] == 5


def test_installations_without_termination_refuse_status_5() -> None:
    with served(allow_termination=False) as (_, api):
        key = api.create("a@x.example")
        assert api.post(f"/user/{key}/status", {"status": 5}).status_code == 400
        assert api.post("/users/terminate", {"userIds": [key]}).status_code == 400
        scheduled = api.post(f"/user/{key}/scheduled_termination", {"date": "2030-01-01"})
        assert scheduled.status_code == 400


def test_bulk_calls_change_all_of_the_named() -> None:
    with served() as (learn, api):
        keys = [api.create(f"u{number}@x.example") for number in range(3)]
        for path, status in (("deactivate", 3), ("activate", 1), ("terminate", 5)):
            assert api.post(f"/users/{path}", {"userIds": keys}).status_code == 200
            assert {learn.world.accounts[key].status for key in keys} == {status}
        assert api.post("/users/activate", {"userIds": []}).status_code == 400


def test_a_bulk_call_with_one_unknown_id_does_nothing_or_skips_it() -> None:
    with served() as (learn, api):
        key = api.create("a@x.example")
        assert api.post("/users/deactivate", {"userIds": [key, "gone"]}).status_code == 400
        assert learn.world.accounts[key].status == 1
    with served(bulk_unknown_id="skip") as (learn, api):
        key = api.create("a@x.example")
        assert api.post("/users/deactivate", {"userIds": [key, "gone"]}).status_code == 200
        assert learn.world.accounts[key].status == 3


@pytest.mark.parametrize("atomic", [True, False])
def test_a_bulk_call_with_a_refused_one_keeps_nothing_or_what_it_did(atomic: bool) -> None:
    with served(bulk_atomic=atomic) as (learn, api):
        key = api.create("a@x.example")
        answer = api.post("/users/deactivate", {"userIds": [key, learn.world.owner_id]})
        assert answer.status_code == 403
        assert learn.world.accounts[key].status == (1 if atomic else 3)


@pytest.mark.parametrize(("mode", "status", "active"), [("400", 400, 1), ("stay", 200, 2)])
def test_T19_activating_beyond_the_seats_is_refused_or_stays_inactive(mode: str, status: int, active: int) -> None:
    world = LearnWorld()
    keys = [world.add_account(f"u{number}", active=False) for number in range(2)]
    world.set_seats(2)
    with served(world, seat_activate=mode) as (_, api):
        assert api.post("/users/activate", {"userIds": keys}).status_code == status
        assert world.active_count == active
        world.activate(keys[0])
        assert api.post(f"/user/{keys[1]}/status", {"status": 1}).status_code == status
        assert world.accounts[keys[1]].status == 3


def test_a_password_is_changed_without_a_letter_and_opens_the_account() -> None:
    with served() as (learn, api):
        key = api.create("admin@x.example", role="administrator")
        assert api.post(f"/user/{key}/password", {"password": "new-password"}).status_code == 200
        assert api.post(f"/user/{key}/password", {"password": "x"}).status_code == 400
        assert len(learn.outbox) == 0
        api.session.headers.update({"X-Auth-Email": "ADMIN@x.example", "X-Auth-Password": "new-password"})
        assert api.get("/role").status_code == 200


def test_scheduled_ends_take_effect_on_their_day_and_can_be_called_off() -> None:
    clock = Clock()
    with served(clock=clock) as (learn, api):
        first, second, third = (api.create(f"u{number}@x.example") for number in range(3))
        day = {"date": "2026-11-20"}
        assert api.post(f"/user/{first}/scheduled_deactivation", day).status_code == 200
        assert api.post(f"/user/{second}/scheduled_termination", day).status_code == 200
        assert api.post(f"/user/{third}/scheduled_deactivation", day).status_code == 200
        assert api.delete(f"/user/{third}/scheduled_deactivation").status_code == 200
        assert api.post(f"/user/{third}/scheduled_termination", {"date": "soon"}).status_code == 400
        api.get("/role")
        assert [learn.world.accounts[key].status for key in (first, second, third)] == [1, 1, 1]
        clock.now += 3 * 86400
        api.get("/role")
        assert [learn.world.accounts[key].status for key in (first, second, third)] == [3, 5, 1]


def test_the_shortest_phone_and_password_are_switches() -> None:
    with served(phone_min_digits=4, password_min_length=3) as (_, api):
        assert _attempt(api, fields={"phone": "123"})[0] == 400
        assert _attempt(api, fields={"phone": "1234"}, password="ab")[0] == 400
        assert _attempt(api, fields={"phone": "1234"}, password="abc")[0] == 201
