"""Incident T7: an answer that never came does not make twins, and no second letter."""

from dataclasses import replace
from typing import Any

import pytest

from b24learn_gui.demo.learn import CLOUD, OLD
from b24learn_gui.errors import Rejected, SyncError, Unreachable
from b24learn_gui.learn.transport import FIRST_CALLS
from b24learn_gui.learn.writer import CREATE_TRIES, LearnWriter
from tests.learn.joined import joined, no_wait, serving

PERSON = {"login": "ivan@example.com", "email": "ivan@example.com", "first_name": "Иван"}

FAULTS: list[dict[str, Any]] = [
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "slow", "seconds": 1.4},
    {"kind": "truncated"},
    {"kind": "empty"},
    {"kind": "wrong_types"},
    *(
        {"kind": kind, "status": status, "commit": commit}
        for kind, status in (("status", 500), ("html", 502), ("status", 503), ("html", 504), ("html", 200))
        for commit in (True, False)
    ),
    {"kind": "status", "status": 429, "retry_after": "2"},
]
SERVERS = {
    "cloud": CLOUD,
    "old": OLD,
    "xml": replace(CLOUD, force_format="xml"),
    "409": replace(CLOUD, duplicate_mode=409, created_id="string"),
}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(str(part) for part in fault.values()))
def test_t7_a_lost_answer_to_a_create_makes_one_account_and_one_letter(server: str, fault: dict[str, Any]) -> None:
    with serving(SERVERS[server]) as learn, joined(learn) as transport:
        writer = LearnWriter(transport, invitation_message="Hi:")
        learn.faults.plan(method="POST", path="/user", **fault)
        made = writer.create_account(department_id=learn.world.root_id, fields=PERSON, letter=True)
        account = learn.world.account("ivan@example.com")
        assert account is not None
        assert made.account_id == account.id
        assert len(learn.world.accounts) == 2
        assert len(learn.outbox) == 1
        done = fault["kind"] in ("drop_after", "slow", "truncated", "empty", "wrong_types") or fault.get(
            "commit", False
        )
        assert made.letter_uncertain is done
        assert len(learn.log.find("POST", "/user")) == (1 if done else 2)


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(str(part) for part in fault.values()))
def test_t7_a_lost_answer_to_a_create_makes_one_department(server: str, fault: dict[str, Any]) -> None:
    with serving(SERVERS[server]) as learn, joined(learn) as transport:
        learn.faults.plan(method="POST", path="/department", **fault)
        writer = LearnWriter(transport)
        made = writer.create_department(name="Sales", parent_id=learn.world.root_id, code="b24-main-1")
        assert [one.id for one in learn.world.departments.values() if one.code == "b24-main-1"] == [made]


def test_t7_lost_twice_is_still_one_account() -> None:
    with serving() as learn, joined(learn) as transport:
        learn.faults.plan("drop_before", method="POST", path="/user")
        learn.faults.plan("drop_after", method="POST", path="/user", at=2)
        made = LearnWriter(transport).create_account(department_id=learn.world.root_id, fields=PERSON, letter=False)
        assert made.account_id in learn.world.accounts
        assert len(learn.world.accounts) == 2


def test_t7_an_account_found_only_by_its_refusal_as_a_duplicate_is_ours() -> None:
    with serving() as learn, joined(learn) as transport:
        learn.faults.plan("drop_after", method="POST", path="/user")
        learn.lies.hidden.clear()
        looks = {"n": 0}
        writer = LearnWriter(transport, invitation_message="Hi:")
        original = writer._lookup.accounts_by

        def blind_at_first(name: str, value: str) -> Any:
            looks["n"] += 1
            return [] if looks["n"] <= 2 else original(name, value)

        writer._lookup.accounts_by = blind_at_first  # type: ignore[method-assign]
        made = writer.create_account(department_id=learn.world.root_id, fields=PERSON, letter=True)
        assert made.letter_uncertain
        assert len(learn.world.accounts) == 2
        assert len(learn.outbox) == 1


def test_t7_somebody_elses_account_is_not_taken_for_the_lost_one() -> None:
    with serving() as learn, joined(learn) as transport:
        elsewhere = learn.world.add_department("Elsewhere")
        learn.world.add_account(PERSON["login"], email=PERSON["email"], department_id=elsewhere)
        learn.faults.plan("drop_before", method="POST", path="/user")
        with pytest.raises(Rejected) as caught:
            LearnWriter(transport).create_account(department_id=learn.world.root_id, fields=PERSON, letter=False)
        assert caught.value.code == "duplicate"


def test_t14_a_person_on_whom_the_server_always_fails_is_one_row() -> None:
    with serving() as learn, joined(learn) as transport:
        learn.faults.plan("status", status=500, method="POST", path="/user", times=None)
        with pytest.raises(Rejected) as caught:
            LearnWriter(transport).create_account(department_id=learn.world.root_id, fields=PERSON, letter=False)
        assert (caught.value.code, caught.value.detail["status"]) == ("rejected", 500)
        assert len(learn.log.find("POST", "/user")) == CREATE_TRIES


@pytest.mark.parametrize("fault", [{"kind": "html", "status": 502}, {"kind": "drop_before"}], ids=str)
def test_t6_a_server_that_stays_ill_ends_the_run(fault: dict[str, Any]) -> None:
    with serving() as learn, joined(learn) as transport:
        learn.faults.plan(method="POST", path="/user", times=None, **fault)
        with pytest.raises(Unreachable):
            LearnWriter(transport).create_account(department_id=learn.world.root_id, fields=PERSON, letter=False)
        assert len(learn.world.accounts) == 1


STATES: list[dict[str, Any]] = [
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "slow", "seconds": 1.4},
    {"kind": "status", "status": 500},
    {"kind": "html", "status": 502, "commit": True},
    {"kind": "html", "status": 200},
    {"kind": "status", "status": 429, "retry_after": "1"},
    {"kind": "status", "status": 401},
]


@pytest.mark.parametrize("fault", STATES, ids=lambda fault: "-".join(str(part) for part in fault.values()))
def test_t6_writes_that_set_a_state_are_repeated(fault: dict[str, Any]) -> None:
    with serving() as learn, joined(learn) as transport:
        world = learn.world
        account = world.add_account(PERSON["login"], email=PERSON["email"])
        there, below = world.add_department("There"), world.add_department("Below")
        transport.read("GET", "/role")
        writer = LearnWriter(transport)
        for write in (
            lambda: writer.update_account(account, {**PERSON, "job_title": "Engineer"}),
            lambda: writer.move_accounts(there, [account]),
            lambda: writer.set_supervisor(there, account),
            lambda: writer.set_supervisor(there, None),
            lambda: writer.set_status("inactive", [account]),
            lambda: writer.rename_department(there, "Там"),
            lambda: writer.move_departments(there, [below]),
            lambda: writer.delete_department(below),
        ):
            learn.faults.clear()
            learn.faults.plan(writes_only=True, **fault)
            answers = write()
            assert not isinstance(answers, dict) or not any(answers.values())
        assert (world.accounts[account].status, world.accounts[account].department_id) == (3, there)
        assert (world.departments[there].name, below in world.departments) == ("Там", False)


def test_a_write_that_meets_an_exhausted_patience_says_so() -> None:
    with serving() as learn, joined(learn, patience=no_wait(1)) as transport:
        learn.faults.plan("status", status=503, retry_after="5", times=None, writes_only=True)
        with pytest.raises(SyncError) as caught:
            LearnWriter(transport).rename_department(learn.world.root_id, "x")
        assert (caught.value.code, caught.value.exit_code) == ("patience_exhausted", 60)


def test_t6_a_create_turned_away_by_429_was_not_done_and_needs_no_looking() -> None:
    with serving() as learn, joined(learn) as transport:
        learn.faults.plan("status", status=429, retry_after="2", method="POST", path="/user|/department", times=2)
        made = LearnWriter(transport).create_department(name="A", parent_id=learn.world.root_id, code="b24-main-1")
        assert made in learn.world.departments
        assert [entry.path for entry in learn.log.reads] == [FIRST_CALLS[0]]
        assert transport.gate.allowed == 1
