"""An undo killed at any write: whom it touched is held, nobody else, and a second one takes back the rest (U1, U2)."""

import signal
from pathlib import Path

import pytest

from b24learn_gui.storage.journal import Journal
from tests.e2e.arena import Arena, arena, email_of, small_company
from tests.e2e.test_incidents_crashes import FEW, Executioner, Moment, with_heads

WRITES = 8
"""Of one undo of `news`: an update, a swap of three writes, a move, one on again, a rename, a head."""


def news(made: Arena) -> None:
    """A field, a swap of e-mails, a move, a department renamed, a head, a leaver."""
    world = made.main.world
    world.change(1, WORK_POSITION="Начальник")
    world.change(3, EMAIL=email_of(4))
    world.change(4, EMAIL=email_of(3))
    world.move(5, [2])
    world.rename_department(3, "Хранилище")
    world.set_head(2, 5)
    world.dismiss(6)


def held(made: Arena) -> tuple[set[int], set[int]]:
    with Journal.open_read_only(made.home / "journal.db") as journal:
        memory = journal.memory()
    return {number for _, number in memory.held}, {number for _, number in memory.held_departments}


Picture = tuple[dict[str, tuple[object, ...]], dict[str, tuple[object, ...]]]


def seen(made: Arena) -> Picture:
    """Accounts and departments by id, each by itself: the ground truth."""
    world = made.learn.world
    with world.lock:
        accounts: dict[str, tuple[object, ...]] = {
            each.id: (dict(each.fields), each.status, each.department_id) for each in world.accounts.values()
        }
        departments: dict[str, tuple[object, ...]] = {
            each.id: (each.name, each.parent_id, each.subordination.supervisor_id)
            for each in world.departments.values()
        }
    return accounts, departments


def touched(after: Picture, now: Picture) -> tuple[set[str], set[str]]:
    """The ids of what is not as the run had left it."""
    people, departments = ({id_ for id_ in now[place] if now[place][id_] != after[place][id_]} for place in (0, 1))
    return people, departments


def on_interims(made: Arena) -> bool:
    """Whether somebody may stand on the interim value of a swap, which the next sync finishes first (rule P7)."""
    with Journal.open_read_only(made.home / "journal.db") as journal:
        return bool(journal.memory().interims)


def killed_in_turns(base: Path, moment: Moment, writes: range) -> None:
    """One company and one home: each turn begins where the one before has been taken back and released."""
    base.mkdir(exist_ok=True)
    with arena(base, {"main": small_company(FEW)}) as made:
        with_heads(made)
        made.save(network={"parallel_writes": 1}, limits={"always_allowed": 20})
        made.settle()
        before = made.truth()
        ids = {made.account(id_).id: id_ for id_ in range(1, FEW + 1)}
        rooms = {each.id: int(each.code[-1]) for each in made.learn.world.departments.values() if each.code}
        news(made)
        for at in writes:
            done = made.sync()
            assert done.code == 0, done.json["problems"]
            after, run = seen(made), str(done.json["run"])
            made.learn.log.clear()
            executioner = Executioner(made, at, moment)
            code, output = executioner.run("undo", run, "--apply", "--json")
            assert executioner.struck, output
            assert code == -signal.SIGKILL
            if not on_interims(made):
                resting = made.sync()
                assert (resting.code, resting.kinds()) == (0, {}), resting.json["problems"]
            people, departments = touched(after, seen(made))
            holds = held(made)
            assert holds[0] >= {ids[each] for each in people}, at
            assert holds[1] >= {rooms[each] for each in departments}, at
            spare = len(holds[0]) + len(holds[1]) - len(people) - len(departments)
            assert spare == 0 or (spare == 1 and moment == "before"), "of what was in flight nobody knows"
            rest = made.run("undo", run, "--apply")
            assert rest.code == 0, rest.json["problems"]
            assert not [each for each in rest.json["problems"] if each["code"] == "protected_since"]
            assert made.truth() == before, at
            assert made.run("undo", run, "--release").code == 0
        assert not made.doomed()


@pytest.mark.timeout(300)
def test_U2_an_undo_killed_after_a_write_holds_whom_it_touched_and_is_gone_on_with(tmp_path: Path) -> None:
    killed_in_turns(tmp_path / "a", "after", range(1, WRITES + 1, 3))


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_U2_an_undo_killed_at_any_write_holds_whom_it_touched_and_is_gone_on_with(
    moment: Moment, tmp_path: Path
) -> None:
    killed_in_turns(tmp_path / "a", moment, range(1, WRITES + 1))
