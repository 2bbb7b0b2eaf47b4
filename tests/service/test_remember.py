"""What a good run leaves in the journal about people for the next one (rules I7, L2, L3)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from b24learn_gui.company.model import Rights
from b24learn_gui.learn.transport import Transport
from b24learn_gui.service.planning import Prepared
from b24learn_gui.service.run import people_in_use, unfinished_people
from b24learn_gui.storage.journal import Journal
from b24learn_gui.sync.apply import Done, Failure, Outcome
from b24learn_gui.sync.changes import Change, Kind, Plan, Verdict
from b24learn_gui.sync.learn_side import Account, LearnSnapshot, Status
from b24learn_gui.sync.memory import Identity
from tests.sync.worlds import codes, company, kinds

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
RIGHTS = Rights(frozenset({"user"}), 1, admin=True)
WHO = ("Ким Ольга", "kim@example.com")


def change(kind: Kind, number: int = 27) -> Change:
    after: dict[str, str] = {"supervisor": "main:1"} if kind == "head.set" else {"status": "inactive"}
    return Change(kind, "main", number, f"L{number}", "Ким Ольга", after=after)


def test_I7_a_department_that_failed_leaves_the_person_of_the_same_number_alone() -> None:
    outcome = Outcome(
        failed=(
            Failure(change("head.set", 5), "head_not_synced"),
            Failure(change("user.move", 6), "rejected_by_learn"),
        ),
        untried=(change("department.move", 7), change("user.update", 8)),
    )
    assert unfinished_people(outcome) == {("main", 6), ("main", 8)}


@pytest.mark.parametrize(
    ("status", "switched_off", "used"), [("active", False, True), ("active", True, False), ("inactive", False, False)]
)
def test_L2_an_account_is_in_use_that_was_active_and_was_not_switched_off(
    status: Status, switched_off: bool, used: bool
) -> None:
    learn = LearnSnapshot("root", {}, {"L27": Account("L27", "root", status)}, ())
    plan = Plan((), "", verdicts={("main", 27): Verdict("unchanged", in_scope=True, name="", learn_id="L27")})
    done = (Done(change("user.deactivate"), "L27"),) if switched_off else ()
    prepared = Prepared(plan, learn, Transport.__new__(Transport))  # nothing is asked of Learn
    assert people_in_use(prepared, Outcome(done=done)) == ({("main", 27)} if used else set())


@pytest.mark.parametrize("how", ["confirmed", "unanswered", "no seat"])
@pytest.mark.parametrize("in_use", [True, False])
def test_L2_L3_what_we_had_switched_off_is_forgotten_once_the_account_is_in_use_again(
    how: Literal["confirmed", "unanswered", "no seat"], in_use: bool, tmp_path: Path
) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        diary = journal.diary(journal.begin_run("sync", "manual", NOW))
        adopt = change("user.adopt")
        diary.confirm(adopt, learn_id="L27", no_seat=how == "no seat")
        if how != "no seat":
            diary.intend([change("user.deactivate")])
        if how == "confirmed":
            diary.confirm(change("user.deactivate"))
        diary.flush()
        journal.remember_portal("main", {27: Identity(*WHO, active=True, in_use=in_use)}, RIGHTS)
        link = journal.memory().people["main", 27]
    assert (link.deactivated_by_us or link.no_seat) is not in_use


@pytest.mark.parametrize("decided", [True, False])
def test_I7_deciding_for_the_same_account_settles_a_conflict_of_identity(decided: bool, tmp_path: Path) -> None:
    world = company()
    world.says(1, NAME="Кто", LAST_NAME="Иной", EMAIL="other@firm.example")
    with Journal.open(tmp_path / "journal.db") as journal:
        journal.link_person(("main", 1), "a-main-1")
        before = world.links["main", 1]
        journal.remember_portal("main", {1: Identity(before.name, before.email, active=True)}, RIGHTS)
        if decided:
            journal.link_person(("main", 1), "a-main-1", "decided")
        world.links["main", 1] = journal.memory().people["main", 1]
    plan = world.plan()
    assert codes(plan, 1) == ([] if decided else ["identity_changed"])
    assert kinds(plan) == ({"user.update": 1} if decided else {})
