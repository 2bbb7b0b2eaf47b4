"""An undo over what a person had set in Learn by hand: that comes back as theirs, never as ours (rules H2, U1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from b24learn_gui.demo.learn.model import INHERIT, NO_SUPERVISOR
from b24learn_gui.storage.journal import Journal
from tests.e2e.arena import Arena, arena

OFFICE = "b24-main-2"
BY_HAND, NAMED = 4, 6
"""Who is supervisor of the office in Learn by somebody's hand, and whom Bitrix24 then names as its head."""


@contextmanager
def settled(tmp_path: Path) -> Iterator[Arena]:
    with arena(tmp_path) as made:
        made.settle()
        yield made


def office(made: Arena) -> str:
    return next(each.id for each in made.learn.world.departments.values() if each.code == OFFICE)


def supervisor(made: Arena) -> str:
    """`inherit`, `no_supervisor`, or a login."""
    return next(str(each["supervisor"]) for each in made.truth()["departments"].values() if each["id"] == office(made))


def ours(made: Arena) -> str | None:
    with Journal.open_read_only(made.home / "journal.db") as journal:
        return journal.memory().departments["main", 2].supervisor_id


def head_named_and_taken_back(made: Arena) -> str:
    """The run that set the head of Bitrix24, which an undo then took back."""
    made.main.world.set_head(2, NAMED)
    done = made.sync()
    assert (done.code, done.kinds()) == (0, {"head.set": 1})
    assert ours(made) == made.account(NAMED).id
    undone = made.run("undo", done.json["run"], "--apply")
    assert undone.code == 0, undone.json
    return str(done.json["run"])


def test_H2_a_supervisor_set_by_hand_comes_back_as_not_ours_and_is_never_cleared(tmp_path: Path) -> None:
    with settled(tmp_path) as made:
        made.learn.world.set_supervisor(office(made), made.account(BY_HAND).id)
        run = head_named_and_taken_back(made)
        assert supervisor(made) == made.account(BY_HAND).login
        assert ours(made) is None
        made.run("undo", run, "--release")
        made.main.world.set_head(2, None)
        left_alone = made.sync()
        assert (left_alone.code, left_alone.kinds()) == (0, {})
        assert supervisor(made) == made.account(BY_HAND).login


def test_H2_a_supervisor_of_ours_comes_back_as_ours_and_is_cleared_when_nobody_is_named(tmp_path: Path) -> None:
    with settled(tmp_path) as made:
        made.main.world.set_head(2, BY_HAND)
        assert made.sync().kinds() == {"head.set": 1}
        run = head_named_and_taken_back(made)
        assert ours(made) == made.account(BY_HAND).id
        made.run("undo", run, "--release")
        made.main.world.set_head(2, None)
        assert made.sync().kinds() == {"head.clear": 1}
        assert supervisor(made) == "inherit"


def test_H2_an_undo_that_is_itself_taken_back_makes_the_named_head_ours_again_and_once_more_the_hand_s(
    tmp_path: Path,
) -> None:
    with settled(tmp_path) as made:
        made.learn.world.set_supervisor(office(made), made.account(BY_HAND).id)
        run = head_named_and_taken_back(made)
        for expected in (made.account(NAMED).id, None):
            undo = next(each for each in made.run("history").json["runs"] if each["command"] == "undo")
            made.run("undo", run, "--release")
            again = made.run("undo", undo["run"], "--apply")
            assert again.kinds() == {"head.set": 1}
            assert ours(made) == expected
        assert supervisor(made) == made.account(BY_HAND).login


def test_U1_a_department_that_was_to_have_no_supervisor_has_none_again_and_does_not_inherit(tmp_path: Path) -> None:
    with settled(tmp_path) as made:
        with made.learn.world.lock:
            made.learn.world.set_subordination(made.learn.world.departments[office(made)], NO_SUPERVISOR, None)
        head_named_and_taken_back(made)
        assert supervisor(made) == "no_supervisor"


def test_U1_who_let_a_department_inherit_since_is_told_that_it_is_left_so(tmp_path: Path) -> None:
    with settled(tmp_path) as made:
        world = made.learn.world
        with world.lock:
            world.set_subordination(world.departments[office(made)], NO_SUPERVISOR, None)
        made.main.world.set_head(2, NAMED)
        run = made.sync().json["run"]
        with world.lock:
            world.set_subordination(world.departments[office(made)], INHERIT, None)
        undone = made.run("undo", run, "--apply")
        assert (undone.kinds(), undone.codes()) == ({}, ["changed_since"])
        assert supervisor(made) == "inherit"
