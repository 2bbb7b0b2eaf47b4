"""T19: Learn has no seats left (rule L3). Nobody is reported as done who is not, nobody is forgotten."""

from pathlib import Path
from typing import Literal

import pytest

from b24learn_gui.demo.learn import LearnWorld, Switches
from tests.e2e.arena import Answer, Arena, arena, email_of, small_company

FEW = 6
SEATS = 5
"""The owner and four employees."""

Activate = Literal["400", "stay"]


def seatless(answer: Answer) -> set[int]:
    return {each["bitrix24_id"] for each in answer.json["problems"] if each["code"] == "seats_exhausted"}


def attempts(made: Arena) -> int:
    """Requests that would switch somebody on."""
    return sum("activate" in each.path and "de" not in each.path for each in made.learn.log.writes) + sum(
        each.path.endswith("/status") for each in made.learn.log.writes
    )


def assert_settled(made: Arena) -> None:
    made.learn.log.clear()
    again = made.sync()
    assert (again.code, again.kinds(), again.json["problems"]) == (0, {}, [])
    assert not made.learn.log.writes


@pytest.mark.parametrize("activate", ["400", "stay"])
def test_T19_people_created_inactive_are_not_done_and_are_activated_when_a_seat_is_free(
    activate: Activate, tmp_path: Path
) -> None:
    switches = Switches(seat_mode="inactive", seat_activate=activate)
    with arena(
        tmp_path, {"main": small_company(FEW)}, learn_world=LearnWorld(seats=SEATS), learn_switches=switches
    ) as made:
        made.save(sync={"notify_users": True}, network={"parallel_writes": 1})
        first = made.sync()
        assert (first.code, first.people()) == (10, {"read": FEW, "changed": FEW - 2, "failed": 2})
        waiting = seatless(first)
        assert len(waiting) == 2
        assert made.inactive() == {email_of(id_) for id_ in waiting}
        ids = made.ids()
        for _ in range(2):  # one attempt a run, and never "deactivated by hand"
            made.learn.log.clear()
            still = made.sync()
            assert (still.code, seatless(still)) == (10, waiting)
            assert still.people()["failed"] == 2
            assert set(still.codes()) == {"seats_exhausted"}
            assert attempts(made) <= 2  # one bulk call, and where that is refused one single one
        made.learn.world.set_seats(SEATS + 1)
        one = made.sync()
        assert (one.code, one.kinds(), len(seatless(one))) == (10, {"user.reactivate": 1}, 1)
        made.learn.world.set_seats(None)
        last = made.sync()
        assert (last.code, last.kinds()) == (0, {"user.reactivate": 1})
        assert (made.inactive(), made.ids()) == (set(), ids)
        assert_settled(made)


def test_T19_where_learn_refuses_the_create_the_person_is_created_when_a_seat_is_free(tmp_path: Path) -> None:
    switches = Switches(seat_mode="error")
    with arena(
        tmp_path, {"main": small_company(FEW)}, learn_world=LearnWorld(seats=SEATS), learn_switches=switches
    ) as made:
        made.save(network={"parallel_writes": 1})
        first = made.sync()
        assert (first.code, first.people()) == (10, {"read": FEW, "changed": FEW - 2, "failed": 2})
        waiting = seatless(first)
        assert len(waiting) == 2
        again = made.sync()
        assert (again.code, seatless(again), again.kinds()) == (10, waiting, {})
        made.learn.world.set_seats(None)
        last = made.sync()
        assert (last.code, last.kinds()) == (0, {"user.create": 2})
        assert len(made.ids()) == FEW
        assert_settled(made)


@pytest.mark.parametrize("activate", ["400", "stay"])
def test_T19_somebody_who_comes_back_to_a_full_learn_waits_for_a_seat(activate: Activate, tmp_path: Path) -> None:
    with arena(
        tmp_path,
        {"main": small_company(FEW)},
        learn_world=LearnWorld(seats=FEW + 1),
        learn_switches=Switches(seat_activate=activate),
    ) as made:
        made.settle()
        made.main.world.dismiss(5)
        assert made.sync().kinds() == {"user.deactivate": 1}  # the control: leaving frees a seat
        made.learn.world.add_account("taker", email="taker@learn.example")
        made.main.world.rehire(5)
        for _ in range(2):
            full = made.sync()
            assert (full.code, full.kinds(), seatless(full)) == (10, {}, {5})
            assert made.inactive() == {email_of(5)}
        taker = made.learn.world.account("taker")
        assert taker is not None
        made.learn.world.deactivate(taker.id)
        back = made.sync()
        assert (back.code, back.kinds()) == (0, {"user.reactivate": 1})
        assert made.account(5).status == 1


def test_T19_a_leaver_and_a_newcomer_in_one_run_share_the_last_seat_at_the_latest_in_the_next(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}, learn_world=LearnWorld(seats=FEW + 1)) as made:
        made.settle()
        made.main.world.dismiss(5)
        made.main.world.add_person([2], number=9, NAME="Новый", LAST_NAME="Человек", EMAIL=email_of(9))
        first = made.sync()
        assert first.code in {0, 10}
        second = made.sync()
        assert second.code == 0
        assert made.account(9).status == 1
        assert made.inactive() == {email_of(5)}
        assert_settled(made)


def test_T19_somebody_without_a_seat_who_is_dismissed_meanwhile_stays_off(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}, learn_world=LearnWorld(seats=SEATS)) as made:
        made.save(network={"parallel_writes": 1})
        waiting = sorted(seatless(made.sync()))
        made.main.world.dismiss(waiting[0])
        made.learn.world.set_seats(None)
        answer = made.sync()
        assert (answer.code, answer.kinds()) == (0, {"user.reactivate": 1})
        assert made.inactive() == {email_of(waiting[0])}
