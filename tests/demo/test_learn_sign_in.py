"""The embedded Learn's ways of signing in and what each one may see (contract of the Learn API, 1.2 to 1.4)."""

import ssl
from dataclasses import replace
from typing import Any

import pytest
import trustme

from b24learn_gui.demo.learn import OLD, ON_PREMISE, Learn, LearnWorld
from tests.demo.learn_http import Api, Clock, served


def test_a_token_opens_every_prefix_with_and_without_the_word_bearer() -> None:
    with served() as (_, api):
        token = api.sign_in_by_token()
        for prefix in ("", "/api/v2", "/index.php/api/v2"):
            api.prefix = prefix
            assert api.get("/role").status_code == 200
            assert api.get("/role").request.headers["Authorization"] == f"Bearer {token}"
        api.session.headers["Authorization"] = token
        assert api.get("/role").status_code == 200


def test_the_word_bearer_can_be_required() -> None:
    with served(require_bearer_word=True) as (_, api):
        api.sign_in_by_token("{}")
        assert api.get("/role").status_code == 401
        api.sign_in_by_token("Bearer {}")
        assert api.get("/role").status_code == 200


def test_a_token_ends_with_its_lifetime_on_the_servers_clock() -> None:
    clock = Clock()
    with served(clock=clock, token_ttl=600) as (_, api):
        assert api.token().json()["expires_in"] == 600
        api.sign_in_by_token()
        clock.now += 599
        assert api.get("/role").status_code == 200
        clock.now += 1
        assert api.get("/role").status_code == 401


@pytest.mark.parametrize("one_token", [False, True])
def test_a_new_token_ends_the_old_one_only_where_switched_so(one_token: bool) -> None:
    with served(one_token=one_token) as (_, api):
        api.sign_in_by_token()
        api.token()
        assert api.get("/role").status_code == (401 if one_token else 200)


def test_revoked_tokens_are_refused() -> None:
    with served() as (learn, api):
        api.sign_in_by_token()
        learn.access.revoke_tokens()
        assert api.get("/role").status_code == 401


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_secret": "wrong"}, 401),
        ({"client_id": "wrong"}, 401),
        ({"client_secret": ""}, 400),
        ({"grant_type": "password"}, 400),
    ],
)
def test_a_wrong_key_is_401_and_a_missing_field_400(changes: dict[str, str], status: int) -> None:
    with served() as (_, api):
        answer = api.token(**changes)
        assert answer.status_code == status
        assert answer.json()["code"] == status
        assert "wrong" not in answer.text


def test_token_refusals_can_look_like_oauth() -> None:
    with served(oauth_errors=True) as (_, api):
        answer = api.token(client_secret="wrong")
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_a_token_comes_as_xml_unless_json_is_asked_for() -> None:
    with served() as (_, api):
        del api.session.headers["Accept"]
        answer = api.token()
        assert answer.headers["Content-Type"].startswith("application/xml")
        assert "<response><access_token>" in answer.text


@pytest.mark.parametrize("broken", ["X-Auth-Email", "X-Auth-Password", "X-Auth-Account-Url"])
def test_password_headers_sign_in_and_each_wrong_one_is_401(broken: str) -> None:
    with served() as (_, api):
        assert api.get("/role").status_code == 200
        api.session.headers[broken] = "https://other.example"
        assert api.get("/role").status_code == 401


def test_the_account_url_tolerates_a_slash_but_no_path() -> None:
    with served() as (learn, api):
        api.session.headers["X-Auth-Account-Url"] = learn.url + "/"
        assert api.get("/role").status_code == 200
        api.session.headers["X-Auth-Account-Url"] = learn.url + "/dashboard"
        assert api.get("/role").status_code == 401


def test_the_account_url_is_not_looked_at_where_switched_so() -> None:
    with served(check_account_url=False) as (_, api):
        api.session.headers["X-Auth-Account-Url"] = "https://other.example/dashboard"
        assert api.get("/role").status_code == 200


def test_a_password_beyond_ascii_signs_in_as_utf8_bytes() -> None:
    world = LearnWorld(owner_password="пароль-ключ-7")
    with served(world) as (_, api):
        assert api.get("/role").status_code == 200


def test_password_sign_in_can_be_off() -> None:
    with served(password_auth=False) as (_, api):
        assert api.get("/role").status_code == 401
        api.sign_in_by_token()
        assert api.get("/role").status_code == 200


def test_T18_wrong_passwords_in_a_row_lock_the_login_where_switched_so() -> None:
    with served(lockout_after=3) as (learn, api):
        right = api.session.headers["X-Auth-Password"]
        api.session.headers["X-Auth-Password"] = "wrong"
        for _ in range(3):
            assert api.get("/role").status_code == 401
        api.session.headers["X-Auth-Password"] = right
        assert api.get("/role").status_code == 401
        assert learn.access.failed_sign_ins[learn.login] == 4


def test_nobody_gets_in_without_signing_in() -> None:
    with served() as (_, api):
        for name in ("X-Auth-Account-Url", "X-Auth-Email", "X-Auth-Password"):
            del api.session.headers[name]
        assert api.get("/users/v2").status_code == 401


def test_a_learner_and_an_inactive_administrator_cannot_use_the_api() -> None:
    with served() as (learn, api):
        learner = learn.world.add_account("learner")
        learn.sign_in_as(learner)
        api.sign_in()
        assert api.get("/role").status_code == 403
        learn.world.make_administrator(learner)
        assert api.get("/role").status_code == 200
        learn.world.deactivate(learner)
        assert api.get("/role").status_code == 401


def test_a_tariff_without_the_api_is_403() -> None:
    with served(tariff_without_api=True) as (_, api):
        assert api.get("/role").status_code == 403


@pytest.mark.parametrize("by_key", [False, True])
def test_a_department_administrator_sees_and_changes_only_his_departments(by_key: bool) -> None:
    world = LearnWorld()
    mine, other = world.add_department("Mine"), world.add_department("Other")
    below = world.add_department("Below", mine)
    stranger = world.add_account("stranger", department_id=other)
    colleague = world.add_account("colleague", department_id=below)
    chief = world.add_account("chief", department_id=mine)
    world.make_department_administrator(chief, [mine])
    with served(world) as (learn, api):
        learn.sign_in_as(chief)
        if by_key:
            api.sign_in_by_token()
        else:
            api.sign_in()
        users = {row["userId"] for row in api.value("/users/v2")["userProfiles"]}
        departments = {row["departmentId"] for row in api.value("/departments")["departments"]}
        assert users == {colleague, chief}
        assert departments == {mine, below}
        assert api.post("/users/find_existing", {"userIds": [stranger, colleague]}).json() == [colleague]
        assert api.post(f"/user/{stranger}", {"fields": {"first_name": "X"}}).status_code == 403
        assert api.post("/users/deactivate", {"userIds": [colleague, stranger]}).status_code == 403
        assert api.post(f"/user/{colleague}", {"fields": {"first_name": "X"}}).status_code == 200
        new = {"departmentId": other, "fields": {"login": "n", "email": "n@x.example"}}
        assert api.post("/user", new).status_code == 403
        self_appointed = {"subordination": {"subordinationType": "manual", "supervisorId": chief}}
        assert api.post(f"/department/{mine}/subordination", self_appointed).status_code == 403
        assert api.post(f"/user/{colleague}", {"role": "administrator"}).status_code == 403


def test_profiles_of_installations_differ_in_what_they_know() -> None:
    old_unknown = ["/user/v2", "/users/v2", "/user/list", "/users/find_existing", "/users/activate"]
    with served(base=OLD) as (learn, api):
        assert api.token().status_code == 404
        assert api.value("/users")["userProfiles"][0]["userId"] == learn.world.owner_id
        assert api.get(f"/user/{learn.world.owner_id}/v2").status_code == 404
        for path in old_unknown:
            assert api.post(path, {"userIds": ["x"]}).status_code == 404
            assert api.get(path).status_code == 404
        assert api.post(f"/department/{learn.world.root_id}/user/move", {"userIds": ["x"]}).status_code == 404
    with served(base=ON_PREMISE) as (_, api):
        api.sign_in_by_token()
        assert api.get("/users/v2").status_code == 200
        api.prefix = ""
        assert api.get("/users/v2").status_code == 404


@pytest.mark.parametrize("html", [False, True])
def test_an_unknown_path_answers_as_switched(html: bool) -> None:
    with served(unknown_path_status=405, unknown_path_html=html) as (_, api):
        answer = api.get("/nothing")
        assert answer.status_code == 405
        assert ("<html>" in answer.text) == html


def test_T24_secrets_are_in_no_representation_and_in_no_log() -> None:
    world = LearnWorld(owner_password="canary-password")
    with Learn(world, client_secret="canary-secret") as learn:
        assert learn.login in repr(world.accounts[world.owner_id])
        shown = repr((learn, world.accounts[world.owner_id], learn.access.key, learn.outbox, learn.log))
        assert "canary" not in shown
    with served(world) as (served_learn, api):
        api.token(client_secret="canary-secret")
        key = api.create("a@x.example", password="canary-third")
        api.post(f"/user/{key}/password", {"password": "canary-fourth"})
        assert "canary" not in repr(served_learn.log.entries)


def test_presets_are_values_that_cannot_change() -> None:
    assert replace(OLD, token_auth=True) != OLD
    with pytest.raises(AttributeError):
        OLD.token_auth = True  # type: ignore[misc]


@pytest.mark.parametrize(
    ("switch", "method", "path"),
    [
        ("bulk_calls", "POST", "/users/activate"),
        ("bulk_calls", "POST", "/users/deactivate"),
        ("bulk_calls", "POST", "/users/terminate"),
        ("bulk_calls", "POST", "/department/{root}/user/move"),
        ("bulk_calls", "POST", "/department/{root}/department/move"),
        ("v2_revisions", "GET", "/user/v2"),
        ("v2_revisions", "GET", "/users/v2"),
        ("v2_revisions", "POST", "/users/v2"),
        ("v2_revisions", "GET", "/user/{owner}/v2"),
        ("find_existing", "POST", "/users/find_existing"),
        ("user_list", "POST", "/user/list"),
        ("paged_lists", "GET", "/users"),
        ("paged_lists", "GET", "/departments"),
        ("paged_lists", "GET", "/groups"),
        ("profile_fields_call", "GET", "/user/profile/fields"),
        ("role_call", "GET", "/role"),
    ],
)
def test_each_call_that_old_installations_lack_can_be_taken_away(switch: str, method: str, path: str) -> None:
    for known in (True, False):
        changes: dict[str, Any] = {switch: known}
        with served(**changes) as (learn, api):
            path = path.format(root=learn.world.root_id, owner=learn.world.owner_id)
            answer = api.call(method, path, {} if method == "POST" else None)
            assert (answer.status_code == 404) is not known
            assert api.get("/department").status_code == 200


def test_an_installation_serves_the_prefixes_it_is_told_to() -> None:
    with served(prefixes=("/index.php/api/v2",)) as (_, api):
        for prefix, status in (("", 404), ("/api/v2", 404), ("/index.php/api/v2", 200)):
            api.prefix = prefix
            assert api.get("/role").status_code == status


def test_a_served_account_can_speak_tls() -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Learn(tls=context) as learn, authority.cert_pem.tempfile() as bundle:
        api = Api(learn)
        with api.session:
            api.session.verify = bundle
            assert learn.url.startswith("https://")
            assert api.get("/role").status_code == 200
