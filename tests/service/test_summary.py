"""The summary: a ledger that closes, counts that count what is listed, and the exit code that wins."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24learn_gui.company.model import Doubt, PersonKey
from b24learn_gui.errors import AnotherRunActive, Refused, SecretUnavailable, StoppedOnRequest, SyncError, Unreachable
from b24learn_gui.service.exit_codes import PRIORITY, chosen_exit_code
from b24learn_gui.service.summary import RunFacts, SourceRead, ledger, summarise
from b24learn_gui.sync.apply_outcome import Done, Failure, Outcome
from b24learn_gui.sync.changes import COLUMNS, KINDS, Change, Column, LimitHit, Plan, Problem, Verdict
from b24learn_gui.text import Words

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WORDS = Words("en")


def change(number: int, kind: Any = "user.create", **more: Any) -> Change:
    return Change(kind, "main", number, None, f"Person {number}", after={"login": f"p{number}"}, **more)


def plan_of(columns: dict[int, Column], *changes: Change, **more: Any) -> Plan:
    verdicts = {("main", number): Verdict(column, True, f"Person {number}") for number, column in columns.items()}
    return Plan(tuple(changes), "abc", verdicts=verdicts, **more)


def facts_of(plan: Plan | None, **more: Any) -> RunFacts:
    people = frozenset(plan.verdicts) if plan else frozenset()
    source = SourceRead("main", 3, len(people), people=people)
    given = {"sources": (source,), "plan": plan, **more}
    return replace(RunFacts("20261122T030000Z-3f9c", "sync", "manual", NOON, NOON), **given)


def test_the_summary_has_exactly_the_keys_of_the_interface() -> None:
    summary = summarise(facts_of(plan_of({1: "changed"}, change(1)), outcome=Outcome((Done(change(1), "L1"),))), WORDS)
    assert list(summary) == [
        "run", "command", "trigger", "exit_code", "plan_hash", "started_at", "finished_at", "sources", "counts",
        "people", "letters", "limits", "changes", "problems", "requests",
    ]  # fmt: skip
    assert list(summary["counts"]) == list(KINDS)
    assert list(summary["people"]) == ["read", *COLUMNS]
    (told,) = summary["changes"]
    assert list(told) == [
        "kind", "object", "portal", "bitrix24_id", "learn_id", "name", "before", "after", "cause",
    ]  # fmt: skip
    assert told["learn_id"] == "L1"
    assert summary["started_at"] == "2026-11-22T03:00:00Z"


def test_a_preview_counts_what_is_planned_and_a_sync_what_was_confirmed() -> None:
    plan = plan_of({1: "changed", 2: "changed"}, change(1), change(2))
    planned = summarise(facts_of(plan, command="preview", dry=True), WORDS)
    assert planned["counts"]["user.create"] == 2
    done = summarise(facts_of(plan, outcome=Outcome((Done(change(1), "L1"),), untried=(change(2),))), WORDS)
    assert done["counts"]["user.create"] == 1
    assert len(done["changes"]) == 1
    assert done["people"]["changed"] == 1
    assert done["people"]["unchanged"] == 1  # nothing of the other one was changed after all


def test_M4_a_refused_sync_counts_nothing_and_names_what_waits() -> None:
    plan = plan_of({1: "changed"}, change(1, "user.deactivate"), limits=(LimitHit("user.deactivate", 37, 12),))
    summary = summarise(facts_of(plan, refused=True), WORDS)
    assert summary["exit_code"] == 20
    assert not any(summary["counts"].values())
    assert [each["name"] for each in summary["changes"]] == ["Person 1"]
    assert summary["limits"] == [{"kind": "user.deactivate", "planned": 37, "allowed": 12}]


def test_M4_limits_of_an_approved_plan_are_not_listed_because_they_did_not_hold() -> None:
    plan = plan_of({1: "changed"}, change(1), limits=(LimitHit("user.create", 37, 12),))
    summary = summarise(facts_of(plan, approved=True, outcome=Outcome((Done(change(1), "L1"),))), WORDS)
    assert summary["limits"] == []
    assert summary["exit_code"] == 0


def test_a_failed_change_moves_its_person_to_failed_and_ends_10() -> None:
    plan = plan_of({1: "changed", 2: "unchanged"}, change(1))
    outcome = Outcome(failed=(Failure(change(1), "rejected_by_learn", "no"),))
    summary = summarise(facts_of(plan, outcome=outcome), WORDS)
    assert summary["people"]["failed"] == 1
    assert summary["exit_code"] == 10
    assert [(each["code"], each["detail"]["message"]) for each in summary["problems"]] == [("rejected_by_learn", "no")]


def test_a_person_who_waits_for_a_seat_is_failed_and_gets_no_letter() -> None:
    created = Change("user.create", "main", 1, None, "P", after={"letter": True})
    waits = Problem("person", "main", 1, "P", "seats_exhausted")
    outcome = Outcome(done=(Done(created, "L1"),), problems=(waits,))
    summary = summarise(facts_of(plan_of({1: "changed"}, created), outcome=outcome), WORDS)
    assert (summary["people"]["failed"], summary["people"]["changed"], summary["letters"]) == (1, 0, 0)


def test_notes_leave_nobody_out_and_do_not_change_the_exit_code() -> None:
    note = Problem("person", "main", 1, "P", "phone_invalid", note=True)
    summary = summarise(facts_of(plan_of({1: "unchanged"}, problems=(note,)), outcome=Outcome()), WORDS)
    assert summary["exit_code"] == 0
    assert len(summary["problems"]) == 1


def test_Q4_one_portal_of_two_that_failed_stands_in_its_source_only() -> None:
    plan = plan_of({1: "unchanged"})
    refused = Refused("invalid_credentials", side="bitrix24", portal="west")
    sources = (SourceRead("main", 3, 1, people=frozenset(plan.verdicts)), SourceRead("west", error=refused))
    summary = summarise(facts_of(plan, sources=sources, outcome=Outcome()), WORDS)
    assert summary["exit_code"] == 40
    assert "error" not in summary
    assert summary["sources"][1]["error"]["code"] == "invalid_credentials"
    assert summary["sources"][1]["complete"] is False


def test_all_portals_failed_is_the_whole_run_failed() -> None:
    sources = (
        SourceRead("main", error=Unreachable("dns", side="bitrix24", portal="main")),
        SourceRead("west", error=Refused("invalid_credentials", side="bitrix24", portal="west")),
    )
    summary = summarise(facts_of(None, sources=sources), WORDS)
    assert summary["exit_code"] == 40
    assert (summary["error"]["code"], summary["error"]["portal"]) == ("invalid_credentials", "west")


def test_a_doubt_ends_30_and_shows_in_its_source() -> None:
    plan = plan_of({1: "unchanged"}, doubts={"main": (Doubt("rights_lost", {"admin": True}),)})
    summary = summarise(facts_of(plan, outcome=Outcome()), WORDS)
    assert summary["exit_code"] == 30
    assert summary["sources"][0]["doubts"] == [{"code": "rights_lost", "detail": {"admin": True}}]
    assert summary["sources"][0]["complete"] is False


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (SecretUnavailable("secret_missing", name="learn.password"), 41),
        (AnotherRunActive("another_run_active"), 50),
        (StoppedOnRequest("stopped"), 51),
        (Unreachable("dns", side="learn"), 60),
    ],
)
def test_a_run_that_failed_as_a_whole_has_its_error(error: SyncError, exit_code: int) -> None:
    summary = summarise(facts_of(None, sources=(), error=error), WORDS)
    assert (summary["exit_code"], summary["error"]["code"]) == (exit_code, error.code)
    assert summary["people"]["read"] == 0


def test_the_order_of_exit_codes_is_the_interfaces() -> None:
    order = [70, 50, 51, 41, 40, 60, 20, 30, 10]
    assert [code for code in PRIORITY if code in order] == order
    for place, code in enumerate(order):
        assert chosen_exit_code(order[place:]) == code
    assert chosen_exit_code([]) == 0


_COLUMN = st.sampled_from(get_args(Column))


@given(
    columns=st.dictionaries(st.integers(1, 30), _COLUMN, max_size=30),
    gone=st.sets(st.integers(31, 40)),
    done=st.sets(st.integers(1, 40)),
    failed=st.sets(st.integers(1, 40)),
)
def test_the_ledger_closes_whatever_applying_came_to(
    columns: dict[int, Column], gone: set[int], done: set[int], failed: set[int]
) -> None:
    """Everybody read stands in exactly one column; people gone from the read stand in none."""
    read: frozenset[PersonKey] = frozenset(("main", number) for number in columns)
    everybody: dict[int, Column] = {**columns, **dict.fromkeys(gone, "changed")}
    plan = plan_of(everybody, *(change(number) for number in sorted(done | failed)))
    outcome = Outcome(
        done=tuple(Done(change(number), f"L{number}") for number in sorted(done)),
        failed=tuple(Failure(change(number), "match_taken") for number in sorted(failed)),
    )
    facts = replace(facts_of(plan, outcome=outcome), sources=(SourceRead("main", people=read),))
    people = ledger(facts)
    assert people["read"] == len(columns)
    assert sum(people[column] for column in COLUMNS) == people["read"]
