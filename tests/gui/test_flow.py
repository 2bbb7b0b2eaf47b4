"""The wizard's flow as data: verbs in, snapshots out, no window anywhere."""

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any, cast

import pytest

from b24learn_gui.company.model import Company, Department, Employee, Rights
from b24learn_gui.errors import Refused, SettingsInvalid, StoppedOnRequest, Unreachable
from b24learn_gui.gui.wizard.draft import Draft
from b24learn_gui.gui.wizard.flow import STEPS, Flow
from b24learn_gui.service.ladder_found import LADDER, LearnFound, PortalFound, Rung
from b24learn_gui.service.setup_found import Consequences, FieldReport, Preview, Saved, SecretPlace, World
from b24learn_gui.storage.settings import Settings
from b24learn_gui.sync.changes import LimitHit, Plan, Problem
from b24learn_gui.sync.learn_side import LearnDepartment, LearnSnapshot, ProfileField
from b24learn_gui.sync.memory import Memory

RIGHTS = Rights(frozenset({"user_basic", "department"}), 1, admin=True)
SNAPSHOT = LearnSnapshot("r", {"r": LearnDepartment("r", "Academy")}, {}, (ProfileField("login"),))
READ = frozenset({"NAME", "LAST_NAME", "SECOND_NAME", "EMAIL", "WORK_POSITION", "PERSONAL_MOBILE", "WORK_PHONE"})
WEBHOOK = "portal.main.webhook"


def portal_found(key: str = "main", **more: Any) -> PortalFound:
    company = Company(key, (Department(1, "Фирма"),), (Employee(1, True, (1,)),), RIGHTS)
    given = {"company": company, "employees": 1284, "departments": 96, "read_fields": READ, **more}
    return PortalFound(key, LADDER, address=f"https://{key}.example.com", **given)


def learn_found(**more: Any) -> LearnFound:
    return LearnFound(LADDER, snapshot=SNAPSHOT, people=640, departments=58, free_seats=5, **more)


def preview_found(**more: Any) -> Preview:
    return Preview(Plan((), "hash", **more), {}, World((), SNAPSHOT), cast("Any", None))


def ask(flow: Flow, question: Any, result: Any, **about: str) -> None:
    flow.answer(flow.begin(question, **about), result)


def type_bitrix24(flow: Flow, key: str = "main") -> None:
    flow.edit_secret(f"portal.{key}.webhook", "https://p.example.com/rest/1/canary-webhook/")


def type_learn(flow: Flow) -> None:
    flow.edit(learn_url="https://learn.example.com/dashboard", login="admin@example.com")
    flow.edit_secret("learn.password", "canary-password")


def checked() -> Flow:
    """Both sides connected, departments ticked, standing on the first step."""
    flow = Flow()
    type_bitrix24(flow)
    ask(flow, "portal", portal_found(), portal="main")
    type_learn(flow)
    ask(flow, "learn", learn_found())
    flow.edit_portal("main", include=(1,))
    return flow


def at_review() -> Flow:
    flow = checked()
    while standing(flow) != "review":
        before = flow.step
        flow.forward()
        assert standing(flow) != before, flow.state(before)
    return flow


def saved_flow() -> Flow:
    """A flow that edits what an earlier one saved."""
    settings = checked().draft.settings()
    return Flow(saved=settings, stored=[WEBHOOK, "learn.password"])


def standing(flow: Flow) -> str:
    return flow.step


def why_not(flow: Flow, step: Any) -> str:
    return flow.state(step).why_not


# Going


def test_the_flow_needs_no_window() -> None:
    code = "import sys, b24learn_gui.gui.wizard.flow; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_at_first_only_welcome_can_be_stood_on() -> None:
    flow = Flow()
    assert [state.step for state in flow.states() if state.reachable] == ["welcome"]
    flow.go("review")
    flow.back()
    assert standing(flow) == "welcome"
    flow.forward()
    assert standing(flow) == "bitrix24"
    flow.forward()
    assert standing(flow) == "bitrix24"


def test_every_step_lets_go_for_one_reason_after_the_other() -> None:
    flow = Flow()
    seen = [why_not(flow, "bitrix24")]
    type_bitrix24(flow)
    seen.append(why_not(flow, "bitrix24"))
    ticket = flow.begin("portal", portal="main")
    seen.append(why_not(flow, "bitrix24"))
    flow.answer(ticket, portal_found())
    seen.append(why_not(flow, "bitrix24"))
    assert seen == ["webhook_missing", "portal_unchecked", "checking", ""]

    seen = [why_not(flow, "learn")]
    flow.edit(learn_url="learn.example.com")
    seen.append(why_not(flow, "learn"))
    flow.edit(login="admin@example.com")
    seen.append(why_not(flow, "learn"))
    flow.edit_secret("learn.password", "x")
    seen.append(why_not(flow, "learn"))
    ask(flow, "learn", learn_found())
    seen.append(why_not(flow, "learn"))
    assert seen == ["learn_url_missing", "login_missing", "password_missing", "learn_unchecked", ""]

    flow.edit(sign_in="api_key")
    seen = [why_not(flow, "learn")]
    flow.edit(client_id="id")
    seen.append(why_not(flow, "learn"))
    flow.edit_secret("learn.client_secret", "y")
    seen.append(why_not(flow, "learn"))
    assert seen == ["client_id_missing", "client_secret_missing", "learn_unchecked"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"first_run_utc": "3"}, "first_run_invalid"),
        ({"first_run_utc": ""}, "first_run_invalid"),
        ({"second_run_utc": "25:00"}, "second_run_invalid"),
        ({"second_run_utc": "03:00"}, "equal_times"),
        ({"second_run_utc": "15:00"}, ""),
        ({"enabled": False}, ""),
    ],
)
def test_times_are_judged_as_the_settings_judge_them(changes: dict[str, Any], code: str) -> None:
    flow = Flow()
    flow.edit(**changes)
    assert why_not(flow, "times") == code


def test_back_restores_exactly_and_forward_goes_on() -> None:
    flow = at_review()
    before = [(state, flow.draft) for state in flow.states()]
    for _ in range(len(STEPS)):
        flow.back()
    assert standing(flow) == "welcome"
    for _ in range(STEPS.index("review")):
        flow.forward()
    assert standing(flow) == "review"
    assert [(state, flow.draft) for state in flow.states()] == before


def test_a_step_that_breaks_closes_the_way_behind_it() -> None:
    flow = at_review()
    flow.go("bitrix24")
    flow.edit_secret(WEBHOOK, "https://p.example.com/rest/1/another/")
    assert [state.step for state in flow.states() if state.reachable] == ["welcome", "bitrix24"]
    flow.go("times")
    assert standing(flow) == "bitrix24"
    ask(flow, "portal", portal_found(), portal="main")
    flow.go("times")
    assert standing(flow) == "times"


def test_no_step_can_be_gone_to_before_the_ones_in_front_were_seen() -> None:
    flow = checked()
    flow.forward()
    assert not flow.state("review").reachable
    assert not flow.state("times").done


# Questions


def test_a_late_answer_of_an_older_ticket_is_dropped() -> None:
    flow = Flow()
    old = flow.begin("portal", portal="main")
    new = flow.begin("portal", portal="main")
    flow.answer(old, portal_found(employees=1))
    assert flow.busy("portal", portal="main")
    assert flow.found("portal", portal="main") is None
    flow.answer(new, portal_found(employees=2))
    found = flow.found("portal", portal="main")
    assert found is not None
    assert found.employees == 2
    flow.answer(new, portal_found(employees=3))
    assert flow.found("portal", portal="main") is found


def test_a_cancelled_check_is_over_at_once_and_its_answer_dropped() -> None:
    flow = Flow()
    type_bitrix24(flow)
    ticket = flow.begin("portal", portal="main")
    flow.cancel(ticket)
    assert not flow.state("bitrix24").busy
    flow.answer(ticket, portal_found())
    flow.fail(ticket, Unreachable("dns", side="bitrix24"))
    assert why_not(flow, "bitrix24") == "portal_unchecked"
    assert flow.state("bitrix24").error is None


def test_somebodys_stop_is_no_error() -> None:
    flow = Flow()
    flow.fail(flow.begin("learn"), StoppedOnRequest("stopped"))
    assert flow.state("learn").error is None
    assert not flow.state("learn").busy


def test_an_error_stands_until_the_next_try_or_a_change_of_what_it_was_about() -> None:
    error = Unreachable("dns", side="learn")
    flow = Flow()
    type_learn(flow)
    flow.fail(flow.begin("learn"), error)
    assert flow.state("learn").error is error
    assert why_not(flow, "learn") == "learn_failed"
    flow.edit(first_run_utc="04:00")
    assert flow.state("learn").error is error
    flow.edit(login="other@example.com")
    assert flow.state("learn").error is None
    flow.fail(flow.begin("learn"), error)
    flow.begin("learn")
    assert flow.state("learn").error is None


def test_a_broken_ladder_is_an_answer_with_an_error() -> None:
    error = Refused("insufficient_scope", side="bitrix24", missing=("department",))
    flow = Flow()
    type_bitrix24(flow)
    rungs = (*LADDER[:4], Rung("permissions", "failed", error=error), LADDER[5])
    ask(flow, "portal", PortalFound("main", rungs, error), portal="main")
    assert why_not(flow, "bitrix24") == "portal_failed"
    assert flow.state("bitrix24").error is error
    assert flow.error("portal", portal="main") is error
    assert flow.ladder("portal", portal="main") == rungs
    assert flow.companies == ()
    assert flow.state("bitrix24").result is None


def test_rungs_are_told_while_the_check_runs_and_only_of_the_newest() -> None:
    flow = Flow()
    old, new = flow.begin("learn"), flow.begin("learn")
    flow.progress(old, Rung("address", "passed"))
    assert flow.ladder("learn") == LADDER
    flow.progress(new, Rung("address", "passed"))
    flow.progress(new, Rung("network", "trying"))
    assert [rung.state for rung in flow.ladder("learn")][:3] == ["passed", "trying", "waiting"]


def test_a_page_is_told_of_every_change_and_of_nothing_else() -> None:
    flow = Flow()
    told: list[str] = []
    flow.on_change = lambda: told.append(flow.step)
    flow.edit(login="")
    flow.edit_secret(WEBHOOK, "")
    flow.go("welcome")
    flow.back()
    assert told == []
    flow.edit(login="a")
    flow.forward()
    flow.cancel(flow.begin("learn"))
    assert told == ["welcome", "bitrix24", "bitrix24", "bitrix24"]


def test_an_unknown_question_or_value_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        Flow().begin(cast("Any", "weather"))
    with pytest.raises(TypeError):
        Flow().edit(weather="fine")


# What depends on what

DERIVED = ("letters", "consequences", "report", "problems", "preview")


def all_answered() -> Flow:
    flow = checked()
    for question, result in zip(
        DERIVED, (3, Consequences(1, 0, 0, 5), FieldReport((), 1, 0), (), preview_found()), strict=True
    ):
        ask(flow, question, result)
    return flow


def forgotten(flow: Flow) -> set[str]:
    questions = {question for question in DERIVED if flow.found(cast("Any", question)) is None}
    questions |= {"portal"} if flow.found("portal", portal="main") is None else set()
    return questions | ({"learn"} if flow.found("learn") is None else set())


@pytest.mark.parametrize(
    ("changes", "void"),
    [
        ({"first_run_utc": "04:00"}, set()),
        ({"language": "ru"}, set()),
        ({"name": "Ким"}, set()),
        ({"sync_heads": False}, {"preview"}),
        ({"notify_users": True}, {"preview", "problems"}),
        ({"out_of_scope": "keep"}, {"consequences", "preview", "problems"}),
        ({"fields": {"first_name": "LAST_NAME"}}, {"letters", "report", "problems", "preview"}),
        ({"fields": {"first_name": "UF_SOMETHING"}}, {"portal", "letters", "report", "problems", "preview"}),
        ({"learn_url": "https://other.example.com"}, {"learn", *DERIVED}),
        ({"learn_proxy": "proxy:3128"}, {"learn", *DERIVED}),
    ],
)
def test_an_edit_makes_void_what_depended_on_it_and_nothing_else(changes: dict[str, Any], void: set[str]) -> None:
    flow = all_answered()
    flow.edit(**changes)
    assert forgotten(flow) == void


@pytest.mark.parametrize(
    ("changes", "void"),
    [
        ({"include": (1, 2)}, {*DERIVED}),
        ({"name": "Филиал"}, {*DERIVED}),
        ({"ca_file": "/ca.pem"}, {"portal", *DERIVED}),
        ({"allow_http": True}, {"portal", *DERIVED}),
    ],
)
def test_a_portals_ticks_keep_its_check_and_its_connection_does_not(changes: dict[str, Any], void: set[str]) -> None:
    flow = all_answered()
    flow.edit_portal("main", **changes)
    assert forgotten(flow) == void


def test_a_changed_webhook_forgets_that_portals_check_the_tree_and_the_review() -> None:
    flow = all_answered()
    flow.add_portal()
    type_bitrix24(flow, "portal2")
    ask(flow, "portal", portal_found("portal2"), portal="portal2")
    flow.edit_secret(WEBHOOK, "https://p.example.com/rest/1/another/")
    assert forgotten(flow) == {"portal", *DERIVED}
    assert flow.found("portal", portal="portal2") is not None
    assert [company.portal for company in flow.companies] == ["portal2"]


def test_a_running_check_of_a_changed_address_is_void() -> None:
    flow = Flow()
    type_bitrix24(flow)
    ticket = flow.begin("portal", portal="main")
    flow.edit_secret(WEBHOOK, "https://p.example.com/rest/1/another/")
    assert not flow.busy("portal", portal="main")
    flow.answer(ticket, portal_found())
    assert flow.found("portal", portal="main") is None


def test_a_new_check_makes_what_was_derived_from_the_old_one_void() -> None:
    flow = all_answered()
    ask(flow, "portal", portal_found(), portal="main")
    assert forgotten(flow) == {*DERIVED}


def test_the_address_for_showing_follows_the_webhook() -> None:
    flow = Flow()
    type_bitrix24(flow)
    ask(flow, "portal", portal_found(), portal="main")
    assert flow.draft.portal("main").address == "https://main.example.com"
    assert flow.found("portal", portal="main") is not None


def test_the_world_is_whole_or_none() -> None:
    flow = checked()
    world = flow.world(Memory())
    assert world is not None
    assert world.learn is SNAPSHOT
    flow.add_portal()
    assert flow.world(Memory()) is None


# Several portals


def test_portals_are_added_and_removed_and_the_last_one_stays() -> None:
    flow = checked()
    assert flow.add_portal() == "portal2"
    assert why_not(flow, "bitrix24") == "webhook_missing"
    type_bitrix24(flow, "portal2")
    ask(flow, "portal", portal_found("portal2"), portal="portal2")
    result = flow.state("bitrix24").result
    assert result is not None
    assert result.figures == {"employees": 2568, "departments": 192, "portals": 2}
    assert why_not(flow, "departments") == "nothing_ticked"
    flow.remove_portal("portal2")
    assert "portal.portal2.webhook" not in flow.secrets
    assert why_not(flow, "departments") == ""
    flow.remove_portal("main")
    assert [portal.key for portal in flow.draft.portals] == ["main"]


# Warnings and captions


def test_a_step_says_in_figures_what_it_came_to() -> None:
    flow = all_answered()
    results = {state.step: state.result for state in flow.states()}
    found = {step: (result.code, dict(result.figures)) for step, result in results.items() if result is not None}
    assert found == {
        "bitrix24": ("company", {"employees": 1284, "departments": 96, "portals": 1}),
        "learn": ("learn", {"people": 640, "departments": 58, "free_seats": 5}),
        "times": ("times", {"first": "03:00", "second": ""}),
        "notifications": ("no_letters", {}),
        "heads": ("heads_on", {}),
        "departments": ("will_study", {"will_study": 1, "of": 1}),
        "fields": ("fields_complete", {}),
        "review": ("changes", {"changes": 0}),
    }


def test_what_deserves_a_look_is_marked() -> None:
    flow = checked()
    doubtful = portal_found(notes=("source_incomplete",), unknown_fields=("UF_X",))
    ask(flow, "portal", doubtful, portal="main")
    ask(flow, "kept", SecretPlace("locked", remedy="unlock_store"))
    flow.edit(notify_users=True)
    ask(flow, "letters", 26)
    ask(flow, "consequences", Consequences(1, 0, 37, 12, over_limit=True))
    ask(flow, "preview", preview_found(limits=(LimitHit("user.deactivate", 37, 12),)))
    warnings = {state.step: state.warning for state in flow.states() if state.warning}
    assert warnings == {
        "bitrix24": "source_incomplete",
        "learn": "secret_place",
        "notifications": "many_letters",
        "departments": "over_limit",
        "fields": "unknown_fields",
        "review": "over_limit",
    }
    assert all(state.can_continue for state in flow.states())  # a warning holds nobody up
    left_out = (Problem("person", "main", 3, "Ким", "login_missing"),)
    ask(flow, "preview", preview_found(problems=left_out))
    assert flow.state("review").warning == "left_out"


def test_a_value_the_settings_refuse_is_named_on_its_own_step() -> None:
    flow = checked()
    flow.edit(login="no address", learn_proxy="u:p@proxy:1")
    assert {fault.code for fault in flow.state("learn").faults} == {"bad_email", "credentials_in_proxy"}
    assert why_not(flow, "learn") == "faults"
    flow = checked()
    flow.edit(fields={"nickname": "NAME"})
    assert [fault.code for fault in flow.state("fields").faults] == ["unknown_learn_field"]
    assert why_not(flow, "fields") == "faults"


# Saving


def test_the_first_setup_is_saved_only_after_a_preview() -> None:
    flow = at_review()
    assert why_not(flow, "review") == "preview_missing"
    ticket = flow.begin("preview")
    assert why_not(flow, "review") == "previewing"
    flow.answer(ticket, preview_found())
    assert flow.state("review").can_continue
    flow.forward()
    assert standing(flow) == "review"  # not before it was saved
    ticket = flow.begin("save")
    assert why_not(flow, "review") == "saving"
    flow.back()
    assert standing(flow) == "review"
    flow.answer(ticket, Saved(flow.draft.settings(), frozenset(flow.secrets)))
    assert flow.is_saved
    assert not flow.entered
    assert flow.secrets == {}
    assert flow.has_secret(WEBHOOK)
    assert flow.state("review").done
    flow.forward()
    assert standing(flow) == "activation"
    assert all(state.reachable for state in flow.states())


def test_what_failed_to_be_saved_is_not_saved() -> None:
    flow = at_review()
    ask(flow, "preview", preview_found())
    flow.fail(flow.begin("save"), SettingsInvalid([], code="settings_not_written"))
    assert not flow.is_saved
    assert flow.secrets
    assert flow.state("review").error is not None
    assert flow.state("review").can_continue  # to try again


def test_what_was_typed_while_it_was_being_saved_is_not_saved() -> None:
    flow = at_review()
    ask(flow, "preview", preview_found())
    settings, names = flow.draft.settings(), frozenset(flow.secrets)
    ticket = flow.begin("save")
    flow.edit_secret(WEBHOOK, "https://p.example.com/rest/1/later/")
    flow.answer(ticket, Saved(settings, names))
    assert not flow.is_saved
    assert WEBHOOK in flow.secrets


def test_secrets_kept_only_until_quit_stay_with_the_flow() -> None:
    flow = at_review()
    ask(flow, "preview", preview_found())
    ask(flow, "save", Saved(flow.draft.settings()))
    assert flow.is_saved
    assert set(flow.secrets) == {WEBHOOK, "learn.password"}
    flow.forward()
    assert standing(flow) == "activation"
    flow.edit_secret("learn.password", "another")
    assert not flow.is_saved


def test_a_saved_setup_is_edited_from_any_step_without_checking_it_again() -> None:
    flow = saved_flow()
    assert all(state.reachable for state in flow.states())
    assert why_not(flow, "bitrix24") == why_not(flow, "learn") == ""
    assert not flow.entered
    flow.go("times")
    flow.edit(first_run_utc="05:00")
    assert flow.entered
    assert flow.state("review").can_continue
    assert not flow.state("review").done


def test_a_changed_connection_of_a_saved_setup_is_checked_before_it_is_saved() -> None:
    flow = saved_flow()
    flow.edit_secret(WEBHOOK, "https://p.example.com/rest/1/another/")
    assert why_not(flow, "bitrix24") == why_not(flow, "review") == "portal_unchecked"
    flow = saved_flow()
    flow.edit(learn_url="https://other.example.com")
    assert why_not(flow, "learn") == why_not(flow, "review") == "learn_unchecked"
    flow = Flow(saved=flow.draft.settings(), stored=[])
    assert why_not(flow, "bitrix24") == "webhook_missing"


# Going on later


def test_a_half_done_setup_goes_on_where_it_was_left_with_its_checks_to_be_repeated() -> None:
    flow = at_review()
    data = json.loads(json.dumps(flow.resume_data()))
    again = Flow.resume(data)
    assert again is not None
    assert again.draft.settings() == flow.draft.settings()
    assert again.step == "bitrix24"  # the webhook is a secret: it has to be typed again
    assert again.entered
    kept = Flow.resume(data, stored=[WEBHOOK, "learn.password"])
    assert kept is not None
    assert why_not(kept, "bitrix24") == "portal_unchecked"


def test_a_setup_being_edited_goes_on_on_the_step_that_was_left() -> None:
    flow = saved_flow()
    flow.go("fields")
    flow.edit(sync_heads=False)
    saved = flow.saved
    again = Flow.resume(json.loads(json.dumps(flow.resume_data())), saved=saved, stored=[WEBHOOK, "learn.password"])
    assert again is not None
    assert (again.step, again.draft.sync_heads, again.entered) == ("fields", False, True)


def test_T24_neither_what_is_kept_nor_what_is_shown_holds_a_secret() -> None:
    flow = at_review()
    shown = json.dumps(flow.resume_data()) + repr(flow) + repr(flow.draft) + repr(flow.states())
    assert "canary" not in shown


@pytest.mark.parametrize("data", [{}, {"draft": 1}, {"draft": {"version": 99}}, {"step": "nowhere", "draft": {}}])
def test_what_cannot_be_gone_on_with_is_nothing(data: dict[str, Any]) -> None:
    assert Flow.resume(data) is None


def test_a_step_that_is_not_known_any_more_starts_at_the_beginning() -> None:
    data = {"step": "gone", "furthest": "x", "draft": Draft().to_resume()}
    flow = Flow.resume(data)
    assert flow is not None
    assert standing(flow) == "welcome"


def test_the_draft_of_a_resumed_edit_keeps_what_the_wizard_does_not_ask() -> None:
    settings = replace(checked().draft.settings(), limits=replace(Settings().limits, deactivate_count=7))
    flow = Flow(saved=settings, stored=[WEBHOOK, "learn.password"])
    again = Flow.resume(flow.resume_data(), saved=settings, stored=[WEBHOOK, "learn.password"])
    assert again is not None
    assert again.draft.settings() == settings
    assert again.is_saved
