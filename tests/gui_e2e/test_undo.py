"""A run stopped by a limit, approved from the window, applied exactly, and taken back from the log: on a real X server,
by mouse and keyboard, with real runs against both servers (rules U1, U2)."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.arena import Arena, email_of
from tests.gui_e2e.desktop import Desktop, Program, a_tray, wait_until
from tests.gui_e2e.test_tray import LOG, PEOPLE, PLAN, STATUS, home, press, runs, settled, slow

pytestmark = [a_tray, pytest.mark.timeout(240)]

_NEW = PEOPLE + 1


def news(made: Arena) -> dict[str, Any]:
    """Everything in Learn as it is before; then a department goes, one comes with somebody in it, one is renamed, one
    person has a new job and one a new head."""
    made.settle()
    before = made.truth()
    made.settings["portals"][0]["exclude"] = [3]
    made.save(limits={"deactivate_count": 5})
    world = made.main.world
    world.add_department("Новый отдел", 2, number=4)
    world.add_person([4], number=_NEW, NAME="Новая", LAST_NAME="Сотрудница", EMAIL=email_of(_NEW))
    world.rename_department(2, "Контора")
    world.set_head(2, 4)
    world.change(2, WORK_POSITION="Директор")
    return before


def point(at: Desktop, program: Program, where: str, button: str) -> None:
    """A click of the mouse in the middle of this widget, once it can be seen and used."""
    program.wait_until(f"{where} is not None and {button}.isVisible() and {button}.isEnabled()")
    middle = f"{button}.mapToGlobal({button}.rect().center())"
    left, top = program.ask(f"[{middle}.x(), {middle}.y()]")
    at.seen("xdotool", "mousemove", str(left), str(top), "click", "1")


def reading(where: str, text: str) -> str:
    """The button that says this."""
    return (
        f"next(each for each in {where}.findChildren(QAbstractButton) if each.isVisible() and each.text() == {text!r})"
    )


def created_aside(truth: dict[str, Any]) -> dict[str, Any]:
    """Without the new account, which is inactive, and the new department, which is empty."""
    assert truth["accounts"].pop(email_of(_NEW))["status"] == 3
    (made,) = [path for path in truth["departments"] if path.endswith("/Новый отдел")]
    truth["departments"].pop(made)
    return truth


def approve(program: Program, where: str = PLAN) -> None:
    press(program, where, "Approve exactly this list…")
    program.wait_until(f"{where}.message is not None")
    program.ask(f"{where}.message.buttons[1].click()")


def test_U1_U2_stopped_by_a_limit_approved_applied_undone_from_the_log_and_still_so_after_the_next_run(
    tmp_path: Path,
) -> None:
    with home(tmp_path) as at:
        before = news(at.arena)
        with at.program("--background") as program:
            settled(program)
            program.ask("resident.tray.menu.sync.trigger()")
            program.wait_until("not resident.worker.running and bool(told)")
            assert not at.arena.learn.log.writes
            program.ask("resident.tray.menu.open.trigger()")
            press(program, STATUS, "Look at the plan…")
            program.wait_until(f"{PLAN} is not None and {PLAN}.plan.shown == 'user.deactivate'")
            approve(program)
            program.wait_until(f"{PLAN}.page.title.text().startswith('Written on ')")
            (written, stopped, *_) = runs(at.arena)
            assert (stopped.exit_code, written.exit_code) == (20, 0)
            assert written.plan_hash == stopped.plan_hash
            assert len(at.arena.inactive()) == (PEOPLE - 1) // 2
            program.ask(f"{PLAN}.close()")
            program.wait_until(f"{PLAN} is None")

            program.ask("resident.tray.menu.log.trigger()")
            program.wait_until(f"{LOG} is not None and {LOG}.run is not None and {LOG}.run.record.id == {written.id!r}")
            there = at.arena.truth()
            point(at, program, LOG, f"{LOG}.undo")
            program.wait_until(f"{PLAN} is not None and {PLAN}.page.title.text().startswith('Nothing is written')")
            assert at.arena.truth() == there
            point(at, program, PLAN, reading(PLAN, "Approve exactly this list…"))
            program.wait_until(f"{PLAN}.message is not None and {PLAN}.message.isVisible()")
            assert program.ask(f"{PLAN}.message.buttons[1].text()") == "Take back 23 changes"
            point(at, program, f"{PLAN}.message", f"{PLAN}.message.buttons[1]")
            program.wait_until(f"{PLAN}.work.work is None and {PLAN}.page.title.text().endswith(' is taken back')")
            assert created_aside(at.arena.truth()) == before
            program.wait_until("not resident.worker.running")

            left = at.arena.truth()
            at.arena.learn.log.clear()
            program.ask("resident.tray.menu.sync.trigger()")
            program.wait_until("not resident.worker.running")
            assert runs(at.arena)[0].exit_code == 0
            assert (at.arena.truth(), at.arena.learn.log.writes) == (left, ())
            program.ask("resident.tray.menu.quit.trigger()")
            assert program.end() == 0


def test_U2_an_undo_stopped_or_killed_half_way_is_gone_on_with_by_the_next_from_the_keyboard(tmp_path: Path) -> None:
    with home(tmp_path) as at:
        before = news(at.arena)
        at.arena.save(limits={"deactivate_count": 30, "move_percent": 100, "always_allowed": 40})
        run = at.arena.sync().json["run"]
        at.arena.save(network={"parallel_writes": 1})
        at.arena.learn.log.clear()
        with at.program("--background") as program:
            settled(program)
            for way in ("stop", "kill", ""):
                slow(at.arena, 0.4 if way else 0.0)
                written = len(at.arena.learn.log.writes)
                program.ask("resident.tray.menu.log.trigger()")
                program.wait_until(f"{LOG} is not None and {LOG}.isVisible()")
                program.ask(f"{LOG}.open_run({run!r})")
                program.wait_until(f"{LOG}.run is not None and {LOG}.undo.isEnabled()")
                program.ask(f"{LOG}.undo.setFocus()")
                point(at, program, LOG, f"{LOG}.title")  # the window has the keyboard
                program.ask(f"{LOG}.undo.setFocus()")
                at.seen("xdotool", "key", "space")
                program.wait_until(f"{PLAN} is not None and {PLAN}.work.work is None and {PLAN}.apply_all.isVisible()")
                press(program, PLAN, program.ask(f"{PLAN}.apply_all.text()"))
                program.wait_until("resident.worker.running and resident.worker.undoes != ''")
                if way:
                    wait_until(lambda least=written: len(at.arena.learn.log.writes) > least, "a write")  # type: ignore[misc]  # bound at once
                if way == "stop":
                    press(program, PLAN, "Stop the undo")
                elif way == "kill":
                    os.kill(program.ask("resident.worker.process_id"), signal.SIGKILL)
                program.wait_until(f"not resident.worker.running and {PLAN}.work.work is None")
                # A killed process does not take back the request that was on its way.
                wait_until(lambda: at.arena.learn.log.in_flight == 0, "every request to be served")
                half = at.arena.truth()
                if way:
                    assert at.arena.sync().json["changes"] == []  # whom it touched is held, the others are as they were
                    assert at.arena.truth() == half
                program.ask(f"{PLAN}.close()")
                program.wait_until(f"{PLAN} is None")
            assert created_aside(at.arena.truth()) == before
            assert at.arena.sync().json["changes"] == []
