"""Addresses, credentials, scopes, blocks, and in which order they are looked at (contract, sections 1, 7, 11)."""

from __future__ import annotations

import pytest

from b24learn_gui.demo.bitrix24 import BOX_NEW, BOX_OLD, Bitrix24, LeakyBucket, WriteAttempted
from tests.demo.bitrix24_tools import CALM, Clock, portal, small_world


@pytest.mark.parametrize("ending", ["profile", "profile.json", "profile/", "PROFILE"])
def test_a_method_may_end_in_json_or_a_slash_and_be_written_in_capitals(ending: str) -> None:
    with portal() as (_embedded, caller):
        assert caller.result(ending)["ID"] == "1"


def test_the_portal_may_live_under_a_path_prefix() -> None:
    with portal(switches=CALM.but(prefix="/b24")) as (embedded, caller):
        assert "/b24/rest/1/" in embedded.webhook
        assert caller.result("profile")["ADMIN"] is True
        assert caller.session.get(f"{embedded.url}/rest/1/{embedded.code}/profile").status_code == 404


def test_a_double_slash_or_a_missing_code_is_no_authorization() -> None:
    with portal() as (embedded, caller):
        for path in (f"/rest//1/{embedded.code}/profile", f"/rest//{embedded.code}/profile", "/rest/1/profile"):
            answer = caller.session.post(embedded.url + path)
            assert (answer.status_code, answer.json()["error"]) == (401, "NO_AUTH_FOUND")


def test_a_wrong_code_or_owner_is_refused_with_the_status_of_the_servers_generation() -> None:
    for switches, status in ((CALM, 401), (BOX_NEW, 401), (BOX_OLD, 403)):
        with portal(switches=switches, scopes=("user", "department")) as (embedded, caller):
            for wrong in (f"/rest/1/{embedded.code}x/profile", f"/rest/2/{embedded.code}/profile"):
                answer = caller.session.post(embedded.url + wrong)
                assert (answer.status_code, answer.json()["error"]) == (status, "INVALID_CREDENTIALS")


def test_a_webhook_taken_over_by_an_administrator_gets_another_owner_and_code() -> None:
    with portal() as (embedded, caller):
        old = embedded.webhook
        embedded.owner_id, embedded.code = 2, "otherembedded000"
        assert caller.session.post(old + "profile").json()["error"] == "INVALID_CREDENTIALS"
        assert caller.result("profile") == {"ID": "2", "ADMIN": False, "NAME": "Анна", "LAST_NAME": "Петрова2"}


def test_an_unknown_method_is_named_before_the_credentials_are_looked_at() -> None:
    with portal() as (embedded, caller):
        answer = caller.session.post(f"{embedded.url}/rest/1/wrong/no.such.method")
        assert (answer.status_code, answer.json()["error"]) == (404, "ERROR_METHOD_NOT_FOUND")


def test_a_missing_scope_is_named_and_profile_needs_none() -> None:
    with portal(scopes=("user_basic",)) as (embedded, caller):
        assert caller.refusal("department.get") == (401, "insufficient_scope")
        assert caller.result("scope") == ["user_basic"]
        assert caller.result("profile")["ID"] == "1"
        assert caller.result("method.get", name="department.get") == {"isExisting": True, "isAvailable": False}
        embedded.scopes = ("department",)
        assert caller.refusal("user.get") == (401, "insufficient_scope")


def test_an_old_box_knows_the_wide_user_scope_only() -> None:
    with portal(switches=BOX_OLD) as (embedded, caller):
        assert caller.refusal("user.get") == (403, "insufficient_scope")
        embedded.scopes = ("user", "department")
        assert len(caller.ids("user.get")) == 3


def test_plain_http_is_refused_where_the_portal_requires_https() -> None:
    with portal(switches=CALM.but(https_required=True)) as (_embedded, caller):
        assert caller.refusal("profile") == (401, "INVALID_REQUEST")


def test_blocks_are_reported_in_the_servers_order() -> None:
    """Each block hides the ones behind it; taking them away one by one shows the order of section 11, point 2."""
    switches = CALM.but(rate=LeakyBucket(1, 1), operating_limit=1, call_seconds=2)
    clock = Clock()
    with portal(switches=switches, clock=clock) as (embedded, caller):
        assert caller.call("user.get")["result"]  # fills the bucket and the operating budget
        embedded.conditions.deleted = embedded.conditions.overloaded = embedded.conditions.revoked = True
        embedded.conditions.subscribed = False
        embedded.world.dismiss(1)

        def now() -> tuple[int, str]:
            return caller.refusal("user.get")

        assert now() == (503, "QUERY_LIMIT_EXCEEDED")
        clock.advance(1)
        assert now() == (403, "PORTAL_DELETED")
        embedded.conditions.deleted = False
        clock.advance(1)
        assert now() == (401, "INVALID_CREDENTIALS")
        embedded.conditions.revoked = False
        scopes, embedded.scopes = embedded.scopes, ()
        clock.advance(1)
        assert now() == (401, "insufficient_scope")
        embedded.scopes = scopes
        clock.advance(1)
        assert now() == (401, "OVERLOAD_LIMIT")
        embedded.conditions.overloaded = False
        clock.advance(1)
        assert now() == (401, "ACCESS_DENIED")
        embedded.conditions.subscribed = True
        clock.advance(1)
        assert now() == (401, "authorization_error")
        embedded.world.rehire(1)
        clock.advance(1)
        assert now() == (429, "OPERATION_TIME_LIMIT")


def test_a_box_asks_for_no_subscription() -> None:
    with portal(switches=BOX_NEW) as (embedded, caller):
        embedded.conditions.subscribed = False
        assert caller.result("profile")["ID"] == "1"


def test_an_application_calls_with_a_token_that_lives_an_hour() -> None:
    clock = Clock()
    with portal(clock=clock) as (embedded, caller):
        address = f"{embedded.url}/rest/profile"
        assert caller.session.post(address).json()["error"] == "NO_AUTH_FOUND"
        assert caller.session.post(address, json={"auth": "strange"}).json()["error"] == "invalid_token"
        embedded.issue_token("embedded-token")
        assert caller.session.post(address, json={"auth": "embedded-token"}).json()["result"]["ID"] == "1"
        bearer = {"Authorization": "Bearer embedded-token"}
        assert caller.session.get(address, headers=bearer).json()["result"]["ID"] == "1"
        clock.advance(3600)
        expired = caller.session.post(address, json={"auth": "embedded-token"})
        assert (expired.status_code, expired.json()["error"]) == (401, "expired_token")
        assert all("auth" not in call.parameters for call in embedded.log)


def test_a_cookie_that_comes_back_can_count_as_another_persons() -> None:
    with portal(switches=CALM.but(refuses_cookies=True)) as (embedded, caller):
        assert "PHPSESSID" in caller.post("profile").headers["Set-Cookie"]
        answer = caller.session.post(embedded.webhook + "profile", headers={"Cookie": "PHPSESSID=embedded"})
        assert (answer.status_code, answer.json()["error"]) == (401, "authorization_error")
        assert [call.sent_cookie for call in embedded.log] == [False, True]


def test_service_methods_tell_cloud_from_box() -> None:
    for switches, ending in ((CALM, "_pro"), (BOX_NEW, "_selfhosted")):
        with portal(switches=switches) as (_embedded, caller):
            assert caller.result("app.info")["LICENSE"].endswith(ending)
            assert ("operating" in caller.call("profile")["time"]) is (switches is CALM)
            assert "user.get" in caller.result("methods")


def test_the_server_tells_its_time_with_its_offset() -> None:
    with portal(clock=Clock()) as (_embedded, caller):
        assert caller.result("server.time") == "2025-11-22T11:26:40+03:00"


def test_event_methods_need_an_application() -> None:
    with portal() as (_embedded, caller):
        assert caller.refusal("event.get") == (403, "WRONG_AUTH_TYPE")


def test_a_write_method_is_recorded_refused_and_fails_the_test() -> None:
    def renames_somebody() -> None:
        with portal(scopes=("user",)) as (embedded, caller):
            assert caller.refusal("user.update", ID=2, NAME="Иная") == (403, "ACCESS_DENIED")
            assert [call.parameters for call in embedded.writes] == [{"ID": 2, "NAME": "Иная"}]
            assert embedded.world.people[2].fields["NAME"] == "Анна"

    with pytest.raises(WriteAttempted, match=r"user\.update"):
        renames_somebody()


def test_the_record_and_the_portal_show_no_secret() -> None:
    with portal() as (embedded, caller):
        caller.batch({"p0": "profile"})
        assert [(call.method, call.part, call.request) for call in embedded.log] == [
            ("batch", None, 1),
            ("profile", "p0", 1),
        ]
        assert embedded.code not in repr(embedded) + repr(embedded.log)
        assert embedded.requests == 1


def test_an_address_outside_the_interface_is_an_html_page() -> None:
    with Bitrix24(small_world()) as embedded, portal() as (_other, caller):
        answer = caller.session.get(embedded.url + "/company/")
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
