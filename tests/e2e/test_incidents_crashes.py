"""T15 and T16: killed at any write, stopped at any moment, two at once. The next run converges."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from b24learn_gui.demo.bitrix24.faults import Slow
from b24learn_gui.demo.learn.request_log import Entry
from tests.e2e.arena import Arena, arena, email_of, small_company
from tests.systems import posix_signals

pytestmark = posix_signals

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
FEW = 6
FIRST_WRITES = 3 + FEW + 2
"""Departments, people, and the heads of two departments."""

Moment = Literal["before", "after"]


class Executioner:
    """Kills (or asks to stop) a command at the n-th write that reaches Learn from now on; knows it once it runs.

    Learn's hooks run on the server's threads while the command waits for its answer.
    """

    def __init__(self, made: Arena, at: int, moment: Moment, number: signal.Signals = KILL) -> None:
        self._at = at
        self._number = number
        self._seen = 0
        self._guard = threading.Lock()
        self._ready = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self.struck = False
        self._made = made
        setattr(made.learn, f"{moment}_write", self._strike)

    def _strike(self, _number: int, _entry: Entry) -> None:
        with self._guard:
            self._seen += 1
            if self._seen != self._at:
                return
        self._ready.wait(30)
        if self._process is not None:
            self.struck = True
            os.kill(self._process.pid, self._number)
            if self._number == KILL:
                self._process.wait(30)

    def run(self, *words: str) -> tuple[int, str]:
        """The command's exit code (negative: killed) and its standard output."""
        self._process = self._made.start(*words)
        self._ready.set()
        output, errors = self._process.communicate(timeout=60)
        assert "Traceback" not in errors, errors
        self._made.learn.before_write = self._made.learn.after_write = None
        return self._process.returncode, output


def with_heads(made: Arena) -> None:
    made.main.world.set_head(2, 2)
    made.main.world.set_head(3, 3)


def converge(made: Arena) -> None:
    """One sync that need not ask anybody, and another one that finds nothing to do."""
    resumed = made.sync()
    assert resumed.code == 0, (resumed.json.get("error"), resumed.json["problems"], resumed.errors)
    made.learn.log.clear()
    third = made.sync()
    assert (third.code, third.kinds(), third.json["problems"]) == (0, {}, []), third.json
    assert not made.learn.log.writes


def assert_first_sync_whole(made: Arena, people: int = FEW) -> None:
    """Everybody once, at most one letter each, every department once, both heads in place."""
    emails = sorted(email_of(id_) for id_ in range(1, people + 1))
    assert made.logins() == emails
    assert made.inactive() == set()
    letters = [letter.login for letter in made.learn.outbox.letters]
    assert len(letters) == len(set(letters))
    codes = sorted(each.code for each in made.learn.world.departments.values() if each.code)
    assert codes == ["b24-main-1", "b24-main-2", "b24-main-3"]
    for id_, head in ((2, 2), (3, 3)):
        department = made.learn.world.by_code(f"b24-main-{id_}")
        assert department is not None
        assert department.subordination.supervisor_id == made.account(head).id


def killed_in_the_first_sync(base: Path, at: int, moment: Moment, parallel: int) -> None:
    home = base / f"{moment}{at}"
    home.mkdir()
    with arena(home, {"main": small_company(FEW)}) as made:
        with_heads(made)
        # What an interrupted create of ours left behind is ours: no adoption that somebody would have to approve.
        made.save(sync={"notify_users": True}, network={"parallel_writes": parallel}, limits={"adoptions": 0})
        executioner = Executioner(made, at, moment)
        code, _ = executioner.run("sync", "--json")
        assert executioner.struck
        assert code == -KILL, code
        converge(made)
        assert_first_sync_whole(made)


def each_in_turn(kill: Callable[[int], None], writes: range) -> None:
    """Two at a time: the processes are what takes long."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(kill, writes))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_T15_killed_at_any_write_of_a_first_sync_with_letters_the_next_run_converges(
    moment: Moment, tmp_path: Path
) -> None:
    each_in_turn(lambda at: killed_in_the_first_sync(tmp_path, at, moment, 1), range(1, FIRST_WRITES + 1))


@pytest.mark.long
@pytest.mark.parametrize("moment", ["before", "after"])
def test_T15_killed_at_any_write_of_a_first_sync_with_parallel_writes(moment: Moment, tmp_path: Path) -> None:
    for again in range(5):
        base = tmp_path / str(again)
        base.mkdir()
        each_in_turn(
            lambda at, base=base: killed_in_the_first_sync(base, at, moment, 4),  # type: ignore[misc]  # bound at once
            range(1, FIRST_WRITES + 1),
        )


def news(made: Arena, turn: int) -> None:
    """Everything at once: a field, a swap of e-mails, a move, a department moved and renamed, a head, a leaver.

    Odd and even turns undo each other, so that every turn has all of it to do.
    """
    odd, world = turn % 2, made.main.world
    world.change(2, WORK_POSITION="Начальник" if odd else "Менеджер")
    world.change(3, EMAIL=email_of(4 if odd else 3))
    world.change(4, EMAIL=email_of(3 if odd else 4))
    world.move(5, [2 if odd else 3])
    world.rename_department(3, "Хранилище" if odd else "Склад")
    world.move_department(3, 2 if odd else 1)
    world.set_head(2, 5 if odd else 2)
    (world.dismiss if odd else world.rehire)(6)


def assert_news_done(made: Arena, turn: int, ids: dict[int, str]) -> None:
    odd, learn = turn % 2, made.learn.world
    for id_, account_id in ids.items():
        account = learn.accounts[account_id]
        person = made.main.world.people[id_]
        assert account.email == account.login == person.fields["EMAIL"]
        assert account.fields["job_title"] == person.fields["WORK_POSITION"]
        assert account.status == (1 if person.active else 3)
        department = learn.by_code(f"b24-main-{person.departments[0]}")
        assert department is not None
        assert account.department_id == department.id
    assert len(made.ids()) == len(ids)
    office, store = learn.by_code("b24-main-2"), learn.by_code("b24-main-3")
    assert office is not None
    assert store is not None
    assert store.name == ("Хранилище" if odd else "Склад")
    assert office.subordination.supervisor_id == ids[5 if odd else 2]


def killed_in_later_syncs(base: Path, moment: Moment, writes: range) -> None:
    """One company and one home for all deaths: each turn begins where the one before has converged."""
    home = base / f"{moment}{writes.start}"
    home.mkdir()
    with arena(home, {"main": small_company(FEW)}) as made:
        with_heads(made)
        made.save(network={"parallel_writes": 1}, sync={"notify_users": True})
        made.settle()
        ids = {id_: made.account(id_).id for id_ in range(1, FEW + 1)}
        for turn, at in enumerate(writes, 1):
            news(made, turn)
            executioner = Executioner(made, at, moment)
            code, _ = executioner.run("sync", "--json")
            assert executioner.struck, f"only {at - 1} writes"
            assert code == -KILL, (at, code)
            converge(made)
            assert_news_done(made, turn, ids)
        assert not made.learn.outbox.letters


LATER_WRITES = 9
"""Of one turn of `news`: a rename, a move of a department, four updates (one of them interim), a move, a status, a
head; where somebody returns he is read back, which is no write."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_T15_killed_at_any_write_of_a_later_sync_the_next_run_converges(moment: Moment, tmp_path: Path) -> None:
    halves = [range(1, LATER_WRITES + 1, 2), range(2, LATER_WRITES + 1, 2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda writes: killed_in_later_syncs(tmp_path, moment, writes), halves))


@pytest.mark.long
@pytest.mark.parametrize("moment", ["before", "after"])
def test_T15_killed_at_any_write_of_a_later_sync_in_either_direction(moment: Moment, tmp_path: Path) -> None:
    killed_in_later_syncs(tmp_path, moment, range(1, LATER_WRITES + 1))
    killed_in_later_syncs(tmp_path, moment, range(2, LATER_WRITES + 1))


def test_T15_killed_twice_in_a_row_even_while_it_recovers(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        with_heads(made)
        made.save(sync={"notify_users": True}, network={"parallel_writes": 1})
        for at in (5, 2, 1):
            assert Executioner(made, at, "after").run("sync", "--json")[0] == -KILL
        converge(made)
        assert_first_sync_whole(made)


def test_T15_an_interrupted_run_is_told_and_closed(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        made.save(network={"parallel_writes": 1})
        assert Executioner(made, 4, "after").run("sync", "--json")[0] == -KILL
        resumed = made.sync()
        assert resumed.code == 0
        assert resumed.json["interrupted"]
        assert "interrupted" not in made.sync().json


# Stopping in order


def stopped(made: Arena, code: int, output: str, people: int = FEW) -> None:
    answer = json.loads(output)
    assert (code, answer["exit_code"]) == (51, 51), answer
    done = [change for change in answer["changes"] if change["kind"] == "user.create"]
    accounts = set(made.ids())
    assert {change["learn_id"] for change in done} == accounts  # what is written is known, what is known is written
    assert 0 < len(accounts) < people
    assert made.inactive() == set()
    assert not [each for each in made.learn.log.writes if each.status == 0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("parallel", [1, 3])
def test_51_a_signal_lets_the_write_in_flight_finish_and_the_next_run_converges(
    number: signal.Signals, parallel: int, tmp_path: Path
) -> None:
    people = FEW * 8  # more than can be written before a busy machine delivers the signal
    with arena(tmp_path, {"main": small_company(people)}) as made:
        with_heads(made)
        made.save(sync={"notify_users": True}, network={"parallel_writes": parallel}, limits={"letters": people})
        quick, made.learn.switches = made.learn.switches, replace(made.learn.switches, latency=0.1)
        executioner = Executioner(made, 5, "before", number)
        code, output = executioner.run("sync", "--json")
        made.learn.switches = quick  # only the signal had to be faster than the writes
        assert executioner.struck
        stopped(made, code, output, people)
        converge(made)
        assert_first_sync_whole(made, people)
        assert len(made.learn.outbox) == people


def test_51_a_signal_while_reading_ends_at_once_and_writes_nothing(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        made.main.faults.arrange(Slow(20), method="batch")
        process = made.start("sync", "--json")
        while not made.main.requests:
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=10)
        assert (process.returncode, json.loads(output)["error"]["code"]) == (51, "stopped")
        assert not made.learn.log.writes
        converge(made)


@pytest.mark.parametrize("how", ["stop", "end_of_input"])
def test_51_control_lines_stop_a_run_like_a_signal(how: str, tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        with_heads(made)
        made.save(network={"parallel_writes": 1})
        secrets = {file.name: file.read_text("utf-8") for file in made.secrets.iterdir()}
        for file in made.secrets.iterdir():
            file.unlink()
        process = subprocess.Popen(
            [sys.executable, "-m", "b24learn_gui", "sync", "--control", "--json"],
            env=made.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert process.stdin is not None
        stdin = process.stdin

        def ask(number: int, _entry: Entry) -> None:
            if number == 5:
                if how == "stop":
                    stdin.write('{"stop": true}\n')
                    stdin.flush()
                else:
                    stdin.close()
                threading.Event().wait(0.5)  # until the other process has read the line: nothing here can tell

        made.learn.before_write = ask
        stdin.write(json.dumps({"secrets": secrets}) + "\n")
        stdin.flush()
        process.wait(60)
        assert process.stdout is not None
        assert process.stderr is not None
        with process.stdout, process.stderr:
            output, errors = process.stdout.read(), process.stderr.read()
        if not stdin.closed:
            stdin.close()
        assert "Traceback" not in errors
        stopped(made, process.returncode, output)
        made.learn.before_write = None
        for name, value in secrets.items():
            made.keep_secret(name, value)
        converge(made)
        assert_first_sync_whole(made)


# T16


def test_T16_of_two_runs_at_once_exactly_one_runs(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        with_heads(made)
        made.save(sync={"notify_users": True})
        arrived, leave = threading.Event(), threading.Event()

        def hold(number: int, _entry: Entry) -> None:
            if number == 1:
                arrived.set()
                leave.wait(60)

        made.learn.before_write = hold
        first = made.start("sync", "--json")
        assert arrived.wait(30)
        second = made.sync()
        undo = made.run("undo", second.json.get("run") or "none", "--apply")
        leave.set()
        output, _ = first.communicate(timeout=60)
        assert first.returncode == 0, output
        assert (second.code, second.json["error"]["code"]) == (50, "another_run_active")
        assert undo.code in {2, 50}
        assert second.json["requests"]["learn_write"] == 0
        assert_first_sync_whole(made)
        assert len(made.learn.outbox) == FEW
        made.learn.before_write = None
        converge(made)


def test_T16_many_started_at_the_same_moment_make_no_twins(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        with_heads(made)
        made.save(sync={"notify_users": True})
        processes = [made.start("sync", "--json") for _ in range(4)]
        codes = []
        for process in processes:
            process.communicate(timeout=60)
            codes.append(process.returncode)
        assert set(codes) <= {0, 50}
        assert 0 in codes
        assert_first_sync_whole(made)
        assert len(made.learn.outbox) == FEW


def test_T16_a_lock_left_by_a_killed_process_or_a_reboot_does_no_harm(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        with_heads(made)
        assert Executioner(made, 1, "before").run("sync", "--json")[0] == -KILL
        left = [file for file in made.home.rglob("*") if "lock" in file.name]
        assert left
        converge(made)
        for file in left:  # what a machine that lost power may leave, with the id of a process that runs again
            file.write_text(str(os.getpid()), encoding="ascii")
        made.learn.log.clear()
        assert made.sync().code == 0
        assert_first_sync_whole(made)


def test_T16_previews_do_not_disturb_a_run_that_is_under_way(tmp_path: Path) -> None:
    with arena(tmp_path, {"main": small_company(FEW)}) as made:
        with_heads(made)
        arrived, leave = threading.Event(), threading.Event()

        def hold(number: int, _entry: Entry) -> None:
            if number == 2:
                arrived.set()
                leave.wait(60)

        made.learn.before_write = hold
        running = made.start("sync", "--json")
        assert arrived.wait(30)
        assert made.preview().code == 0
        assert made.run("health").code in {0, 10, 90}
        leave.set()
        running.communicate(timeout=60)
        assert running.returncode == 0
        made.learn.before_write = None
        converge(made)
        assert_first_sync_whole(made)
