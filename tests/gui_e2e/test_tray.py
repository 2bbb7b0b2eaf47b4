"""The program in the tray, on a real X server, with real runs against both servers."""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from b24learn_gui.storage.journal import Journal, RunRecord
from tests.e2e.arena import Arena, arena, small_company
from tests.gui_e2e.desktop import Desktop, Program, a_tray, desktop, wait_until

pytestmark = [a_tray, pytest.mark.timeout(180)]

PEOPLE = 40
HEAVY = (
    "requests",
    "keyring",
    "xlsxwriter",
    "phonenumbers",
    "ssl",
    "b24learn_gui.demo",
    "b24learn_gui.gui.kit.page",
    "b24learn_gui.gui.log_window",
    "b24learn_gui.gui.plan_window",
    "b24learn_gui.gui.preview",
    "b24learn_gui.gui.wizard",
)


@contextmanager
def home(tmp_path: Path, *, tray: bool = True) -> Iterator[Desktop]:
    with arena(tmp_path, {"main": small_company(PEOPLE)}) as made, desktop(made, tray=tray) as found:
        yield found


def slow(made: Arena, seconds: float = 0.15) -> None:
    made.learn.switches = replace(made.learn.switches, latency=seconds)


def runs(made: Arena) -> list[RunRecord]:
    with Journal.open_read_only(made.home / "journal.db") as journal:
        return [each for each in journal.runs() if each.command == "sync"]


def settled(program: Program) -> None:
    """How things stand is read, and no run is at work."""
    program.wait_until("resident.overview is not None and resident.tray is not None and not resident.worker.running")


def write_some(at: Desktop, program: Program) -> None:
    """A run from the menu, that has begun to write."""
    slow(at.arena)
    settled(program)
    program.ask("resident.tray.menu.sync.trigger()")
    wait_until(lambda: len(at.arena.learn.log.writes) >= 3, "three writes")


def icon(at: Desktop) -> tuple[int, int] | None:
    """Where the panel shows the icon: left, top."""
    for line in at.seen("xwininfo", "-root", "-tree").splitlines():
        found = re.search(r'\("b24learn-gui" "b24learn-gui"\) +\d+x\d+\+\d+\+\d+ +\+(\d+)\+(\d+)$', line)
        if found and not line.startswith(" " * 5 + "0x"):
            return int(found[1]), int(found[2])
    return None


def twins(made: Arena) -> int:
    logins = made.logins()
    return len(logins) - len(set(logins))


def test_it_waits_in_the_tray_and_loads_nothing_heavy(tmp_path: Path) -> None:
    with home(tmp_path) as at, at.program("--background") as program:
        settled(program)
        assert program.ask("resident.tray.hosted")
        assert not program.ask("resident.windows.any_open")
        wait_until(lambda: icon(at), "the icon")
        loaded = program.ask("sorted(sys.modules)")
        assert [name for name in loaded if name.startswith(HEAVY)] == []
        hint = program.ask("resident.tray.icon.toolTip()").splitlines()
        assert hint[1] == "No successful run yet"
        assert hint[2].startswith("Next run: ")
        program.ask("resident.tray.menu.quit.trigger()")
        assert program.end() == 0


def test_a_click_on_the_icon_opens_the_window_and_closing_it_lets_it_go(tmp_path: Path) -> None:
    with home(tmp_path) as at, at.program("--background") as program:
        settled(program)

        left, top = wait_until(lambda: icon(at), "the icon")
        at.seen("xdotool", "mousemove", str(left + 8), str(top + 8), "click", "1")
        program.wait_until("resident.windows.status is not None")
        wait_until(
            lambda: at.seen("xdotool", "search", "--onlyvisible", "--name", "iSpring Learn").strip(), "a visible window"
        )
        program.ask("resident.windows.status.close()")
        program.wait_until("resident.windows.status is None")
        again = at.start_again()  # a second start shows the first one
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
        program.wait_until("resident.windows.status is not None and resident.windows.status.isVisible()")
        hidden = at.start_again("--background")
        assert (hidden.returncode, hidden.stderr) == (0, "")


def test_sync_now_is_the_terminals_command_and_tells_what_it_changed(tmp_path: Path) -> None:
    with home(tmp_path) as at, at.program("--background") as program:
        settled(program)
        program.ask("resident.tray.menu.sync.trigger()")
        assert program.ask("resident.tray.menu.stop.isVisible()")
        program.wait_until("not resident.worker.running and bool(told)")
        (run,) = runs(at.arena)
        assert (run.trigger, run.exit_code) == ("manual", 0)
        written = sum(run.counts.values())
        assert program.ask("told") == [[f"{written} changes are written to Learn", "Nobody was deactivated.", False]]
        program.wait_until("resident.overview.standing.last_success is not None")
        assert "today at" in program.ask("resident.tray.menu.state.text()")
        program.ask("resident.tray.menu.sync.trigger()")
        program.wait_until("not resident.worker.running")
        program.wait_until(f"resident.overview.standing.last_run.id != {run.id!r}")
        assert len(program.ask("told")) == 1  # nothing changed: nothing is told


def test_the_timetable_starts_what_is_due_once_and_pauses_are_kept(tmp_path: Path) -> None:
    with home(tmp_path) as at:
        before = time.gmtime(time.time() - 600)
        at.arena.save(schedule={"first_run_utc": f"{before.tm_hour:02}:{before.tm_min:02}"})
        os.utime(at.arena.home / "settings.toml", (time.time() - 7200,) * 2)
        with at.program("--background") as program:
            wait_until(lambda: [run for run in runs(at.arena) if run.finished_at], "the run that was missed")
            settled(program)
            program.ask("resident.clock.look()")
            program.ask("resident.tray.menu.pause_open.trigger()")
            program.wait_until("resident.overview.standing.paused is not None")
            assert program.ask("resident.tray.menu.resume.isVisible()")
            program.ask("resident.tray.menu.resume.trigger()")
            program.wait_until("resident.overview.standing.paused is None")
        assert [(run.trigger, run.exit_code) for run in runs(at.arena)] == [("catch-up", 0)]


def test_a_killed_run_is_told_at_once_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with home(tmp_path) as at, at.program("--background") as program:
        write_some(at, program)
        os.kill(program.ask("resident.worker.process_id"), signal.SIGKILL)
        program.wait_until("bool(told)")
        assert program.ask("told[0][0]") == "The sync ended unexpectedly"
        program.wait_until("'interrupted' in [each.code for each in resident.overview.standing.causes]")
        assert program.ask("len(told)") == 1  # said once, not again as an interruption
        assert program.ask("resident.tray.menu.sync.isVisible()")
        slow(at.arena, 0.0)
        program.ask("resident.tray.menu.sync.trigger()")
        program.wait_until("not resident.worker.running and resident.overview.standing.state == 'ok'")
        assert (at.arena.active(), twins(at.arena)) == (PEOPLE, 0)


def test_killed_itself_while_writing_it_leaves_a_run_that_stops_and_a_start_that_works(tmp_path: Path) -> None:
    with home(tmp_path) as at:
        with at.program("--background") as program:
            write_some(at, program)
            child = program.ask("resident.worker.process_id")
            os.kill(program.process.pid, signal.SIGKILL)
            program.process.wait(timeout=20)
        wait_until(lambda: runs(at.arena)[0].finished_at, "the run's own end")
        assert runs(at.arena)[0].exit_code == 51
        wait_until(lambda: not Path(f"/proc/{child}").exists() or sys.platform != "linux", "the process's end")
        slow(at.arena, 0.0)
        with at.program("--background") as program:  # its socket is still there
            settled(program)
            program.ask("resident.tray.menu.sync.trigger()")
            program.wait_until("not resident.worker.running and resident.overview.standing.last_success is not None")
        assert (at.arena.active(), twins(at.arena)) == (PEOPLE, 0)


def test_both_killed_the_next_start_tells_what_was_interrupted_and_only_once(tmp_path: Path) -> None:
    with home(tmp_path) as at:
        with at.program("--background") as program:
            write_some(at, program)
            child = program.ask("resident.worker.process_id")
            os.kill(child, signal.SIGKILL)
            os.kill(program.process.pid, signal.SIGKILL)
            program.process.wait(timeout=20)
        slow(at.arena, 0.0)
        with at.program("--background") as program:
            program.wait_until("bool(told)")
            title, text, waits = program.ask("told[0]")
            assert "interrupted" in title
            assert "written" in text
            assert waits
            program.wait_until("not resident._tasks.busy")
            program.ask("resident.tray.menu.quit.trigger()")
            assert program.end() == 0
        with at.program("--background") as program:
            settled(program)
            program.wait_until("not resident._tasks.busy")
            assert program.ask("told") == []


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)], ids=["SIGTERM", "SIGHUP"]
)
def test_the_end_of_the_session_stops_a_run_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with home(tmp_path) as at, at.program("--background") as program:
        write_some(at, program)
        program.process.send_signal(number)
        assert program.end() == 51
        (run,) = runs(at.arena)
        assert (run.exit_code, run.finished_at is not None) == (51, True)
        assert 0 < len(at.arena.learn.log.writes) < PEOPLE


def test_a_logout_waits_for_the_write_in_flight_and_may_be_called_off(tmp_path: Path) -> None:
    with home(tmp_path) as at, at.program("--background") as program:
        write_some(at, program)
        program.ask("resident.leaving._session_ends(None)")  # as the session manager would
        assert [run.exit_code for run in runs(at.arena)] == [51]
        assert not program.ask("resident.worker.running")
        assert program.ask("resident.tray.menu.sync.isEnabled()")


def test_quitting_while_a_run_is_at_work_asks_first(tmp_path: Path) -> None:
    with home(tmp_path) as at, at.program("--background") as program:
        write_some(at, program)
        program.ask("resident.tray.menu.quit.trigger()")
        question = "next(iter(resident.windows._messages))"
        assert program.ask(f"{question}.title.text()") == "Stop the sync?"
        assert program.ask(f"[each.text() for each in {question}.buttons]") == ["Keep running", "Stop run and quit"]
        program.ask(f"{question}.buttons[0].click()")
        assert program.ask("resident.worker.running")
        program.ask("resident.tray.menu.quit.trigger()")
        program.ask(f"{question}.buttons[1].click()")
        assert program.end() == 0
        assert [run.exit_code for run in runs(at.arena)] == [51]


STATUS, PLAN, LOG = "resident.windows.status", "resident.windows.plan.window", "resident.windows.log.window"


def above_a_limit(made: Arena) -> None:
    """Everybody has an account; since then a department with more people than may go at once is not ticked any more."""
    made.settle()
    made.settings["portals"][0]["exclude"] = [3]
    made.save(limits={"deactivate_count": 5})


def press(program: Program, where: str, text: str) -> None:
    """The one button that says this, as soon as it can be seen."""
    found = f"[each for each in {where}.findChildren(QAbstractButton) if each.isVisible() and each.text() == {text!r}]"
    program.wait_until(f"{where} is not None and len({found}) == 1")
    program.ask(f"{found}[0].click()")


def test_a_plan_that_waits_is_opened_from_its_card_approved_and_written(tmp_path: Path) -> None:
    with home(tmp_path) as at:
        above_a_limit(at.arena)
        with at.program("--background") as program:
            settled(program)
            program.ask("resident.tray.menu.sync.trigger()")
            program.wait_until("not resident.worker.running and bool(told)")
            assert program.ask("told[0][0]") == "19 deactivations wait for a decision"
            assert not at.arena.learn.log.writes
            program.ask("resident.tray.menu.open.trigger()")
            program.wait_until(f"{STATUS} is not None and {STATUS}.isVisible()")
            press(program, STATUS, "Look at the plan…")
            program.wait_until(f"{PLAN} is not None and {PLAN}.plan.shown == 'user.deactivate'")
            (stopped, *_) = runs(at.arena)
            slow(at.arena, 0.05)
            press(program, PLAN, "Approve exactly this list…")
            program.ask(f"{PLAN}.message.buttons[1].click()")
            program.wait_until("resident.worker.running")
            assert program.ask(f"{PLAN}.work.work") == "writing"
            program.wait_until(f"{PLAN}.work.work is None")
            assert program.ask(f"{PLAN}.page.title.text()").startswith("Written on ")
            (written, *_) = runs(at.arena)
            assert (stopped.exit_code, written.exit_code, written.trigger) == (20, 0, "manual")
            assert written.plan_hash == stopped.plan_hash
            assert at.arena.active() == PEOPLE - len(at.arena.inactive())
            assert len(at.arena.inactive()) == (PEOPLE - 1) // 2
            program.wait_until("resident.overview.standing.causes == ()")
            program.ask(f"{PLAN}.close()")
            program.wait_until(f"{PLAN} is None")


def test_an_approved_run_goes_on_where_the_window_is_closed_and_is_told_by_the_tray(tmp_path: Path) -> None:
    with home(tmp_path) as at:
        above_a_limit(at.arena)
        with at.program("--background") as program:
            settled(program)
            program.ask("resident.tray.menu.preview.trigger()")
            slow(at.arena)
            press(program, PLAN, "Approve exactly this list…")
            program.ask(f"{PLAN}.message.buttons[1].click()")
            assert program.ask("resident.worker.running")
            program.ask(f"{PLAN}.close()")
            assert program.ask("resident.worker.running")
            slow(at.arena, 0.0)
            program.wait_until("not resident.worker.running and bool(told)")
            assert "written to Learn" in program.ask("told[-1][0]")
            assert len(at.arena.inactive()) == (PEOPLE - 1) // 2
            assert program.ask(PLAN) is None


def test_who_was_skipped_is_one_press_away_and_the_log_shows_the_run(tmp_path: Path) -> None:
    with home(tmp_path) as at:
        at.arena.main.world.people[4].fields["EMAIL"] = ""
        with at.program() as program:
            settled(program)
            program.ask("resident.tray.menu.sync.trigger()")
            program.wait_until("'people_skipped' in [each.code for each in resident.overview.standing.causes]")
            press(program, STATUS, "Show and export for HR")
            program.wait_until(f"{PLAN} is not None and {PLAN}.plan.shown == 'skipped' and {PLAN}.plan.isVisible()")
            program.wait_until(f"{PLAN}.plan.rows.rowCount() == 1")
            assert program.ask(f"{PLAN}.plan.export.isVisible() and {PLAN}.plan.export.isEnabled()")
            program.ask("resident.tray.menu.log.trigger()")
            (run, *_) = runs(at.arena)
            program.wait_until(f"{LOG} is not None and {LOG}.run is not None and {LOG}.run.record.id == {run.id!r}")
            assert program.ask(f"{LOG}.undo.isVisible() and {LOG}.undo.isEnabled()")
            program.ask("resident.tray.menu.quit.trigger()")
            assert program.end() == 0


def test_a_run_that_hangs_is_told_and_can_be_ended(tmp_path: Path) -> None:
    with home(tmp_path) as at, at.program("--background") as program:
        write_some(at, program)
        program.ask("setattr(resident.worker, '_silence', 2.0)")
        written = len(at.arena.learn.log.writes)
        wait_until(lambda: len(at.arena.learn.log.writes) >= written + 8, "more writes")  # it was heard since
        child = program.ask("resident.worker.process_id")
        os.kill(child, signal.SIGSTOP)
        program.wait_until("bool(told)")
        assert program.ask("told[0][0]") == "The sync does not answer any more"
        assert program.ask("resident.tray.menu.end.isVisible()")
        program.ask("resident.tray.menu.end.trigger()")
        program.wait_until("not resident.worker.running")


def test_without_a_tray_the_window_stays_reachable_and_a_tray_that_comes_later_is_used(tmp_path: Path) -> None:
    with home(tmp_path, tray=False) as at, at.program("--background") as program:
        settled(program)
        assert not program.ask("resident.tray.hosted")
        program.wait_until("resident.windows.status is not None and resident.windows.status.isMinimized()")
        assert program.ask("resident.windows.status.no_tray.isVisibleTo(resident.windows.status)")
        at.start_again()
        program.wait_until("not resident.windows.status.isMinimized()")
        program.ask("resident.windows.status.close()")
        assert program.ask("resident.windows.status.isMinimized()")  # closing does not lose it
        at.add_tray()
        program.wait_until("resident.tray.hosted")
        wait_until(lambda: icon(at), "the icon")
        assert not program.ask("resident.windows.status.no_tray.isVisibleTo(resident.windows.status)")
        program.ask("resident.windows.status.close()")
        program.wait_until("resident.windows.status is None")
