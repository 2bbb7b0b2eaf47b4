"""The windows of the program that stays, without a screen: opened on demand, let go, and joined with what runs."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from b24learn_gui.gui.log_window.window import LogWindow
from b24learn_gui.gui.on_demand import OnDemand
from b24learn_gui.gui.plan_window.window import PlanWindow
from b24learn_gui.gui.resident import Resident
from b24learn_gui.gui.tray.tray import Tray
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.announced import PUT_OFF, put_off
from b24learn_gui.service.exit_codes import ANOTHER_RUN
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import SyncRequest, preview, sync
from b24learn_gui.storage.journal import Journal
from tests.gui import test_resident as stay
from tests.gui.test_resident import Start, saved
from tests.service.setup_world import Setup

made, left, hosted, start = stay.made, stay.left, stay.hosted, stay.start


def opened(qtbot: QtBot, made: Setup, start: Start) -> Resident:
    """The program in the tray of a home with settings."""
    saved(made, language="en")
    resident = start(made, Opening(hidden=True))
    qtbot.waitUntil(lambda: resident.tray is not None and resident.overview is not None, timeout=10_000)
    return resident


def shown(qtbot: QtBot, slot: OnDemand[Any]) -> QWidget:
    """The window, once it can be seen."""
    qtbot.waitUntil(lambda: slot.window is not None and slot.window.isVisible(), timeout=20_000)
    window = slot.window
    assert isinstance(window, QWidget)
    return window


def close(qtbot: QtBot, window: QWidget) -> None:
    """Closes it, and waits until there is nothing left of it."""
    window.close()
    qtbot.waitUntil(lambda: not isValid(window), timeout=5_000)


def test_preview_and_log_open_windows_that_closing_lets_go(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]], left: list[str]
) -> None:
    resident = opened(qtbot, made, start)
    windows = resident.windows
    for verb, slot in (("preview", windows.plan), ("log", windows.log), ("decide", windows.conflicts)):
        resident._do(verb)
        resident._do(verb)  # once more, before it is there
        assert resident.windows.any_open
        window = shown(qtbot, slot)
        resident._do(verb)
        assert slot.window is window  # brought to the front, not opened twice
        close(qtbot, window)
        assert not resident.windows.any_open
    assert resident.windows.wizard is None
    assert left == []


def test_a_preview_that_is_on_its_way_is_not_begun_again(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    resident = opened(qtbot, made, start)
    resident._do("preview")
    qtbot.waitUntil(lambda: resident.windows.plan.window is not None, timeout=20_000)
    window = resident.windows.plan.window
    assert window is not None
    qtbot.waitUntil(lambda: window.work.work == "reading", timeout=5_000)
    question = window._asking.handle
    assert question is not None
    resident._do("preview")
    assert window._asking.handle is question
    resident.approving.open_run("the one of a card")  # looked at in the journal, instead of reading on
    assert not question.active
    window.work.begin("writing")
    resident.approving.open_run("another one")
    assert window.work.work == "writing"


def test_what_a_closed_window_still_waits_for_is_dropped(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]], tmp_path: Path
) -> None:
    told: list[object] = []
    resident = opened(qtbot, made, start)
    resident._do("log")
    qtbot.waitUntil(lambda: resident.windows.log.window is not None, timeout=20_000)
    log = resident.windows.log.window
    assert log is not None
    log.save_to(tmp_path / "log.txt")
    log._tasks.run(lambda stop: stop.wait(60), told.append, told.append)
    close(qtbot, log)
    qtbot.waitUntil(lambda: not any(each.name == "question" for each in threading.enumerate()), timeout=5_000)
    QCoreApplication.processEvents()  # an answer to a window that is gone would be an error here
    assert told == []


def test_open_windows_follow_the_language_and_their_quit_keys_leave(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]], left: list[str]
) -> None:
    resident = opened(qtbot, made, start)
    resident._do("preview")
    resident._do("log")
    plan, log = resident.windows.plan, resident.windows.log
    qtbot.waitUntil(lambda: plan.window is not None and log.window is not None, timeout=20_000)
    assert plan.window is not None
    assert log.window is not None
    assert log.window.undo.isVisible()
    saved(made, language="ru")
    resident.refresh()
    qtbot.waitUntil(lambda: resident._words.language == "ru", timeout=10_000)
    assert plan.window.leave.text() == "Закрыть"
    assert log.window.folder.text() == resident._words("Open the log's folder") != "Open the log's folder"
    for window in (plan.window, log.window):
        quits = QKeySequence(QKeySequence.StandardKey.Quit)
        (shortcut,) = [each for each in window.findChildren(QShortcut) if each.key() == quits]
        shortcut.activated.emit()  # not every platform has keys for it
    assert left == ["left"]  # once


def test_a_question_in_the_log_is_answered_by_the_status_window(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    resident = opened(qtbot, made, start)
    resident._do("log")
    qtbot.waitUntil(lambda: resident.windows.log.window is not None, timeout=20_000)
    log = resident.windows.log.window
    assert log is not None
    log.explain.emit("main:2")  # the window is to be made first
    qtbot.waitUntil(lambda: resident.windows.status is not None, timeout=10_000)
    status = resident.windows.status
    assert status is not None
    qtbot.waitUntil(lambda: status.why.field.text() == "main:2", timeout=5_000)
    log.explain.emit("main:3")
    assert status.why.field.text() == "main:3"
    assert status.answer._who == "main:3"


def test_who_is_in_question_is_decided_about_from_the_card_the_answer_and_the_plan(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = opened(qtbot, made, start)
    conflicts, plan = resident.windows.conflicts, resident.windows.plan
    resident._act("people_skipped:x", "decide")  # the card's verb
    shown(qtbot, conflicts)
    window = conflicts.window
    assert window is not None
    qtbot.waitUntil(lambda: not window.busy, timeout=20_000)
    asked: list[str] = []
    monkeypatch.setattr(window, "open_case", asked.append)
    resident.windows.open_status()
    qtbot.waitUntil(lambda: resident.windows.status is not None, timeout=10_000)
    assert resident.windows.status is not None
    qtbot.waitUntil(resident.windows.status.isVisible, timeout=10_000)
    resident.windows.status.decide.emit("main:2")
    window.preview.click()
    shown(qtbot, plan)
    assert plan.window is not None
    plan.window.decide.emit("main:3")
    assert asked == ["main:2", "main:3"]
    resident._run_ended(0, {"command": "sync", "run": "", "counts": {}}, False)
    assert window._queue is not None
    assert window._queue.stale  # what is shown there may be over
    saved(made, language="ru")
    resident.refresh()
    qtbot.waitUntil(lambda: window.leave.text() == "Не трогать", timeout=10_000)


def test_without_a_tray_the_last_window_leaves_another_one_behind(
    qtbot: QtBot, made: Setup, start: Start, left: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [True]
    monkeypatch.setattr(Tray, "hosted", property(lambda _self: there[0]))
    resident = opened(qtbot, made, start)
    resident._do("log")
    qtbot.waitUntil(lambda: resident.windows.log.window is not None, timeout=20_000)
    there[0] = False
    resident._hosted(False)
    log = resident.windows.log.window
    assert log is not None
    assert resident.windows.status is None
    log.close()
    qtbot.waitUntil(lambda: resident.windows.status is not None, timeout=10_000)
    assert resident.windows.status is not None
    qtbot.waitUntil(resident.windows.status.isMinimized, timeout=5_000)
    assert left == []


def test_an_approval_beside_another_run_starts_nothing_and_says_so(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = opened(qtbot, made, start)
    asked: list[tuple[str, str, bool]] = []
    free = [False]

    def ask(_self: Worker, trigger: str, approve: str, *, deactivate: bool) -> bool:
        asked.append((trigger, approve, deactivate))
        return free[0]

    monkeypatch.setattr(Worker, "start", ask)
    resident._do("preview")
    qtbot.waitUntil(lambda: resident.windows.plan.window is not None, timeout=20_000)
    window = resident.windows.plan.window
    assert window is not None
    said: list[str] = []
    monkeypatch.setattr(window, "show_not_started", lambda: said.append("not started"))
    window.apply.emit("abc", False)
    assert asked == [("manual", "abc", False)]
    assert said == ["not started"]
    assert not resident.approving.run_ended(0, {})  # whatever ends next was not started from there
    free[0] = True
    window.apply.emit("abc", True)
    resident._run_ended(ANOTHER_RUN, {"trigger": "manual", "error": {"message": "…"}}, False)
    assert said == ["not started"] * 2
    assert not resident.windows._messages  # said once, in the window that asked


def test_what_is_put_off_is_told_again_tomorrow_and_not_before(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    saved(made)
    with Journal.open(made.context.places.journal_file) as journal:
        journal.begin_run("sync", "schedule", made.context.now())  # and never ended
    resident = start(made, Opening(hidden=True))
    qtbot.waitUntil(lambda: len(hosted) == 1, timeout=10_000)
    assert resident.overview is not None
    (cause,) = resident.overview.standing.causes
    resident._act(cause.key, "later")
    resident._announcer._told = frozenset()  # as if nobody had been told of it
    resident._announce()
    assert len(hosted) == 1
    qtbot.waitUntil(lambda: put_off(made.context) == resident._announcer.put_off != {}, timeout=5_000)
    again = start(made)  # a restart remembers it, too
    qtbot.waitUntil(lambda: again.windows.status is not None and again.windows.status.isVisible(), timeout=10_000)
    assert again.windows.status is not None
    assert cause.key in again.windows.status._put_off
    resident.windows.open_status()
    qtbot.waitUntil(lambda: resident.windows.status is not None, timeout=10_000)
    status = resident.windows.status
    assert status is not None
    qtbot.waitUntil(status.isVisible, timeout=5_000)
    assert status._put_off == resident._announcer.put_off  # the card stays away although the window is another one
    status.close()
    tomorrow = made.context.now() + timedelta(days=1)
    resident._context = replace(made.context, now=lambda: tomorrow)
    resident._announce()
    assert len(hosted) == 2
    resident._announce()
    assert len(hosted) == 2
    qtbot.waitUntil(lambda: put_off(made.context) == {}, timeout=5_000)


def test_a_memory_of_what_was_put_off_that_cannot_be_read_is_none(made: Setup) -> None:
    saved(made)
    for fact in ("no JSON", "[]", '{"key": "no day"}', '{"key": 1}'):
        with Journal.open(made.context.places.journal_file) as journal:
            journal.set_fact(PUT_OFF, fact)
        assert put_off(made.context) == {}


def test_what_the_window_in_front_says_is_not_told_by_the_tray_as_well(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = opened(qtbot, made, start)
    monkeypatch.setattr(Worker, "start", lambda *_given, **_named: True)
    ended = {"command": "sync", "run": "", "counts": {"user.create": 2}}
    for in_front, told in ((True, 0), (False, 1)):
        monkeypatch.setattr(OnDemand, "in_front", in_front)
        resident._do("preview")
        window = shown(qtbot, resident.windows.plan)
        window.apply.emit("abc", True)  # type: ignore[attr-defined]
        resident.worker.began.emit()
        resident._run_ended(0, ended, False)
        qtbot.waitUntil(lambda: resident._announcer._ended is None, timeout=5_000)
        assert len(hosted) == told


def test_the_log_leads_to_the_way_back_from_what_wrote_and_says_why_not_from_what_did_not(
    qtbot: QtBot, made: Setup, start: Start, hosted: list[tuple[str, str]]
) -> None:
    saved(made)
    wrote = str(sync(made.context, SyncRequest())["run"])
    preview(made.context, Wishes())
    resident = opened(qtbot, made, start)
    resident._do("log")
    log = shown(qtbot, resident.windows.log)
    assert isinstance(log, LogWindow)
    qtbot.waitUntil(lambda: log.run is not None and log.report.isEnabled(), timeout=10_000)
    assert (log.why_not.text(), log.undo.isEnabled()) == ("This run wrote nothing that could be undone.", False)
    log.open_run(wrote)
    qtbot.waitUntil(log.undo.isEnabled, timeout=10_000)
    log.undo.click()
    plan = shown(qtbot, resident.windows.plan)
    assert isinstance(plan, PlanWindow)
    qtbot.waitUntil(lambda: plan.work.work is None, timeout=20_000)
    assert plan.windowTitle().startswith("Undo — run of ")
    assert plan.page.title.text().startswith("Nothing is written without your approval")  # it switches everybody off
