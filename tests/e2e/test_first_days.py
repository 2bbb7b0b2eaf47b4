"""The main road by the command line: first sync, nothing to do, a change, somebody leaves."""

from pathlib import Path

from tests.e2e.arena import PEOPLE, arena


def test_T20_the_first_sync_creates_everybody_and_the_second_writes_nothing(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        first = made.sync()
        assert (first.code, first.kinds()) == (0, {"department.create": 3, "user.create": PEOPLE})
        assert made.active() == PEOPLE
        assert len(made.learn.outbox) == 0
        before = made.truth()
        made.learn.log.clear()
        second = made.sync()
        assert (second.code, second.kinds(), second.json["changes"]) == (0, {}, [])
        assert second.json["requests"]["learn_write"] == 0
        assert not made.learn.log.writes
        assert made.truth() == before


def test_T21_a_preview_writes_nothing_on_either_side_and_says_what_a_sync_would_do(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        before = made.truth()
        planned = made.preview()
        assert made.truth() == before
        assert not made.learn.log.writes
        done = made.sync("--approve", planned.json["plan_hash"])
        assert done.json["plan_hash"] == planned.json["plan_hash"]
        assert done.kinds() == planned.kinds()


def test_a_leaver_is_deactivated_and_comes_back_to_the_same_account(tmp_path: Path) -> None:
    with arena(tmp_path) as made:
        made.settle()
        account = made.account(5).id
        made.main.world.dismiss(5)
        left = made.sync()
        assert (left.code, left.kinds()) == (0, {"user.deactivate": 1})
        assert made.account(5).status == 3
        made.main.world.rehire(5)
        back = made.sync()
        assert (back.code, back.kinds()) == (0, {"user.reactivate": 1})
        assert (made.account(5).id, made.account(5).status) == (account, 1)
