"""T3 and T6: the source shows less than last time, refuses, throttles or falls silent; one portal of several fails."""

from collections.abc import Callable
from pathlib import Path

import pytest

from b24learn_gui.demo.bitrix24 import Bitrix24
from b24learn_gui.demo.bitrix24.faults import Drop, Effect, Page, Refuse, Truncate
from tests.e2e.arena import PEOPLE, Answer, Arena, arena, email_of, small_company

BITRIX24_SCOPES = ("user_basic", "user", "department")


def settled_with_a_leaver(made: Arena) -> None:
    made.settle()
    made.main.world.dismiss(5)


def assert_leaver_leaves(made: Arena, answer: Answer) -> None:
    """The control."""
    assert (answer.code, answer.kinds()) == (0, {"user.deactivate": 1}), (answer.json["problems"], answer.errors)
    assert made.inactive() == {email_of(5)}


def lose_a_scope(portal: Bitrix24) -> None:
    portal.scopes = ("user_basic", "department")


def lose_admin(portal: Bitrix24) -> None:
    """As in real life the owner then sees a part only, and the totals agree with it."""
    portal.world.set_admin(1, admin=False)
    portal.sight.only = frozenset({1, 2})


def regain(portal: Bitrix24) -> None:
    portal.scopes = BITRIX24_SCOPES
    portal.world.set_admin(1, admin=True)
    portal.sight.only = None


@pytest.mark.parametrize(
    ("lose", "lost"),
    [(lose_a_scope, {"scopes": ["user"]}), (lose_admin, {"admin": True})],
    ids=["scope", "admin"],
)
@pytest.mark.parametrize("way_out", ["restored", "accepted"])
def test_T3_lost_rights_are_a_doubt_until_restored_or_accepted(
    lose: Callable[[Bitrix24], None], lost: dict[str, object], way_out: str, tmp_path: Path
) -> None:
    with arena(tmp_path) as made:
        made.main.scopes = BITRIX24_SCOPES
        settled_with_a_leaver(made)
        lose(made.main)
        for _ in range(2):  # one more night does not make it the new normal
            answer = made.sync()
            assert answer.code == 30
            assert [each["detail"] for each in answer.doubts() if each["code"] == "rights_lost"] == [lost]
            assert "rights_lost" in answer.codes()
            assert made.inactive() == set()
        if way_out == "restored":
            regain(made.main)
        else:
            made.main.sight.only = None
            checked = made.run("check", "--accept-rights", "main")
            assert checked.code == 0, (checked.json, checked.errors)
        assert_leaver_leaves(made, made.sync())


def test_T3_another_owner_is_a_doubt_until_accepted(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        settled_with_a_leaver(made)
        made.main.world.set_admin(2, admin=True)
        made.main.owner_id = 2
        made.keep_secret("portal.main.webhook", made.main.webhook)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (30, {})
        assert [each["detail"] for each in answer.doubts()] == [{"owner": [1, 2]}]
        assert made.inactive() == set()
        assert made.run("preview").code == 30
        assert made.run("check", "--accept-rights", "main").code == 0
        assert_leaver_leaves(made, made.sync())


def test_T3_a_check_without_accepting_settles_nothing(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        settled_with_a_leaver(made)
        made.main.world.set_admin(1, admin=False)
        assert made.sync().code == 30
        made.run("check")
        assert made.sync().code == 30
        assert made.inactive() == set()


def test_T3_a_needed_scope_lost_is_a_refusal_with_its_name(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        settled_with_a_leaver(made)
        made.main.scopes = ("user_basic",)
        answer = made.sync()
        assert (answer.code, answer.json["error"]["code"]) == (40, "insufficient_scope")
        assert made.inactive() == set()
        assert not made.learn.log.writes
        made.main.scopes = ("user_basic", "department")
        assert_leaver_leaves(made, made.sync())


PASSING: dict[str, tuple[Effect, int]] = {
    "503_throttled": (Refuse("QUERY_LIMIT_EXCEEDED"), 3),
    "429_operating_block": (Refuse("OPERATION_TIME_LIMIT"), 2),
    "500": (Refuse("INTERNAL_SERVER_ERROR"), 2),
    "502_page_of_a_proxy": (Page(502), 2),
    "dropped": (Drop(), 2),
    "answer_dropped": (Drop(after_work=True), 1),
    "truncated": (Truncate(), 2),
}


@pytest.mark.parametrize("name", PASSING)
def test_T6_trouble_in_the_middle_is_waited_for_and_the_run_goes_on(name: str, tmp_path: Path) -> None:
    effect, times = PASSING[name]
    with arena(tmp_path, {"main": small_company(620)}) as made:
        made.main.faults.arrange(effect, method="batch", where="request", skip=1, times=times)
        answer = made.sync("--only", f"main:{PEOPLE}")
        assert answer.code == 0, (answer.json.get("error"), answer.errors)
        assert answer.json["sources"][0]["employees"] == 620
        assert answer.doubts() == []
        assert answer.json["requests"]["bitrix24"] == made.main.requests
        assert made.logins() == [email_of(PEOPLE)]


@pytest.mark.parametrize("code", ["QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT"])
def test_T6_a_block_inside_a_batch_is_waited_for_and_never_reads_as_absence(code: str, tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        settled_with_a_leaver(made)
        made.main.faults.arrange(Refuse(code), method="user.get", where="part", times=2)
        assert_leaver_leaves(made, made.sync())


LASTING: dict[str, tuple[Effect, int, str]] = {
    "throttled": (Refuse("QUERY_LIMIT_EXCEEDED"), 60, "patience_exhausted"),
    "operating_block": (Refuse("OPERATION_TIME_LIMIT"), 60, "patience_exhausted"),
    "server_error": (Refuse("INTERNAL_SERVER_ERROR"), 60, "server_error"),
    "page_of_a_proxy": (Page(502), 60, "html"),
    "dropped": (Drop(), 60, "dropped"),
    "blocked_by_the_vendor": (Refuse("OVERLOAD_LIMIT"), 40, "overload_limit"),
    "subscription_ended": (
        Refuse("ACCESS_DENIED", 401, "REST is available only by subscription."),
        40,
        "no_subscription",
    ),
    "webhook_revoked": (Refuse("INVALID_CREDENTIALS"), 40, "invalid_credentials"),
    "owner_dismissed": (Refuse("authorization_error"), 40, "owner_inactive"),
    "portal_deleted": (Refuse("PORTAL_DELETED"), 40, "portal_deleted"),
}


@pytest.mark.parametrize("name", LASTING)
def test_T6_lasting_trouble_ends_the_run_with_its_cause_and_touches_nobody(name: str, tmp_path: Path) -> None:
    effect, code, cause = LASTING[name]
    with arena(tmp_path) as made:
        made.save(network={"patience_seconds": 120})  # waits are shortened, not left out: of 900 s they are long
        settled_with_a_leaver(made)
        before = made.truth()
        made.main.faults.arrange(effect, method="batch", times=None)
        answer = made.sync()
        assert (answer.code, answer.json["error"]["code"]) == (code, cause)
        assert (answer.json["error"]["side"], answer.json["error"]["portal"]) == ("bitrix24", "main")
        assert made.truth() == before
        assert not made.learn.log.writes
        made.main.faults.clear()
        assert_leaver_leaves(made, made.sync())


@pytest.mark.parametrize(
    ("effect", "code", "cause"),
    [(Refuse("INVALID_CREDENTIALS"), 40, "invalid_credentials"), (Page(502), 60, "html")],
    ids=["refused", "unreachable"],
)
def test_Q4_one_portals_failure_leaves_the_other_portals_sync_alone(
    effect: Effect, code: int, cause: str, tmp_path: Path
) -> None:
    worlds = {"main": small_company(), "west": small_company(portal="west")}
    with arena(tmp_path, worlds) as made:
        made.settle()
        made.main.world.dismiss(5)
        made.portals["west"].world.dismiss(6)
        made.main.faults.arrange(effect, method="batch", times=None)
        answer = made.sync()
        assert answer.code == code
        assert "error" not in answer.json
        failed, well = answer.json["sources"]
        assert (failed["portal"], failed["complete"], failed["error"]["code"]) == ("main", False, cause)
        assert (well["portal"], well["complete"]) == ("west", True)
        assert answer.kinds() == {"user.deactivate": 1}
        assert made.inactive() == {email_of(6, "west")}
        made.main.faults.clear()
        assert_both_left(made, made.sync())


def assert_both_left(made: Arena, answer: Answer) -> None:
    assert (answer.code, answer.kinds()) == (0, {"user.deactivate": 1})
    assert made.inactive() == {email_of(5), email_of(6, "west")}


def test_Q4_one_portals_doubt_leaves_the_other_portals_sync_alone(tmp_path: Path) -> None:
    worlds = {"main": small_company(), "west": small_company(portal="west")}
    with arena(tmp_path, worlds) as made:
        made.settle()
        made.main.world.dismiss(5)
        made.portals["west"].world.dismiss(6)
        made.main.sight.hidden_people = {7, 8}
        answer = made.sync()
        assert answer.code == 30
        assert answer.doubts("west") == []
        assert {each["code"] for each in answer.doubts("main")} == {"source_incomplete"}
        assert made.inactive() == {email_of(6, "west")}
        made.main.sight.hidden_people = set()
        assert_both_left(made, made.sync())


def test_Q4_all_portals_are_tried_and_the_gravest_code_wins(tmp_path: Path) -> None:
    worlds = {"main": small_company(), "west": small_company(portal="west")}
    with arena(tmp_path, worlds) as made:
        made.settle()
        made.main.faults.arrange(Page(502), method="batch", times=None)
        made.portals["west"].faults.arrange(Refuse("INVALID_CREDENTIALS"), method="batch", times=None)
        answer = made.sync()
        assert (answer.code, answer.json["error"]["code"], answer.json["error"]["portal"]) == (
            40,
            "invalid_credentials",
            "west",
        )
        assert [source["error"]["code"] for source in answer.json["sources"]] == ["html", "invalid_credentials"]
        assert made.inactive() == set()
