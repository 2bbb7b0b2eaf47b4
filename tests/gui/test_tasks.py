"""Questions on worker threads: where answers arrive, when they are dropped, and that nothing stays behind."""

import logging
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from b24learn_gui.errors import StoppedOnRequest, SyncError, Unreachable
from b24learn_gui.gui.tasks import Tasks

pytestmark = pytest.mark.usefixtures("dressed")


class Told:
    """What arrived, and in which thread."""

    def __init__(self) -> None:
        self.answers: list[object] = []
        self.errors: list[SyncError] = []
        self.threads: set[int] = set()

    def answer(self, value: object) -> None:
        self.answers.append(value)
        self.threads.add(threading.get_ident())

    def error(self, error: SyncError) -> None:
        self.errors.append(error)
        self.threads.add(threading.get_ident())


def _until_stopped(stop: threading.Event) -> str:
    assert stop.wait(10)
    raise StoppedOnRequest("stopped")


def test_the_question_runs_elsewhere_and_its_answer_arrives_here(qtbot: QtBot) -> None:
    tasks, told, elsewhere = Tasks(), Told(), []

    def ask(_stop: threading.Event) -> int:
        elsewhere.append(threading.get_ident())
        return 1284

    handle = tasks.run(ask, told.answer, told.error)
    assert (handle.active, tasks.busy) == (True, True)
    qtbot.waitUntil(lambda: bool(told.answers))
    assert told.answers == [1284]
    assert told.threads == {threading.get_ident()}
    assert elsewhere != [threading.get_ident()]
    assert (handle.active, tasks.busy) == (False, False)


def test_an_error_arrives_as_it_is(qtbot: QtBot) -> None:
    tasks, told = Tasks(), Told()

    def ask(_stop: threading.Event) -> None:
        raise Unreachable("dns", host="portal.example.com")

    tasks.run(ask, told.answer, told.error)
    qtbot.waitUntil(lambda: bool(told.errors))
    assert told.errors[0].code == "dns"


def test_a_defect_is_told_without_its_words(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    tasks, told = Tasks(), Told()

    def ask(_stop: threading.Event) -> None:
        raise ValueError("https://portal.example.com/rest/1/canary/")

    with caplog.at_level(logging.ERROR):
        tasks.run(ask, told.answer, told.error)
        qtbot.waitUntil(lambda: bool(told.errors))
    assert (told.errors[0].code, dict(told.errors[0].detail)) == ("defect", {"kind": "ValueError"})
    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_the_answer_of_a_cancelled_question_is_dropped(qtbot: QtBot) -> None:
    tasks, told, let_go = Tasks(), Told(), threading.Event()

    def ask(stop: threading.Event) -> str:
        assert let_go.wait(10)
        return "late" if stop.is_set() else "too early"

    handle = tasks.run(ask, told.answer, told.error)
    handle.cancel()
    assert (handle.active, tasks.busy) == (False, False)
    let_go.set()
    tasks.run(lambda _stop: "next", told.answer, told.error)
    qtbot.waitUntil(lambda: bool(told.answers))
    qtbot.wait(20)
    assert (told.answers, told.errors) == (["next"], [])


def test_an_answer_already_on_its_way_is_dropped_by_cancelling(qtbot: QtBot) -> None:
    tasks, told, done = Tasks(), Told(), threading.Event()

    def ask(_stop: threading.Event) -> str:
        done.set()
        return "late"

    handle = tasks.run(ask, told.answer, told.error)
    assert done.wait(10)
    handle.cancel()
    qtbot.wait(30)
    assert told.answers == []


def test_a_question_that_lasts_too_long_is_stopped_and_counts_as_failed(qtbot: QtBot) -> None:
    tasks, told = Tasks(), Told()
    tasks.run(_until_stopped, told.answer, told.error, deadline_seconds=0.05)
    qtbot.waitUntil(lambda: bool(told.errors))
    qtbot.wait(30)
    assert [error.code for error in told.errors] == ["timeout_read"]


def test_each_question_has_a_deadline_of_its_own(qtbot: QtBot) -> None:
    tasks, told, go = Tasks(), Told(), threading.Event()
    slow = tasks.run(_until_stopped, told.answer, told.error, deadline_seconds=60.0)
    tasks.run(_until_stopped, told.answer, told.error, deadline_seconds=0.1)
    tasks.run(lambda _stop: go.wait(10), told.answer, told.error, deadline_seconds=0.05)
    qtbot.waitUntil(lambda: len(told.errors) == 2)
    assert [error.detail["seconds"] for error in told.errors] == [0, 0]
    assert (slow.active, slow.stop.is_set(), tasks.busy) == (True, False, True)
    go.set()
    assert tasks.close()
    qtbot.wait(20)
    assert (told.answers, len(told.errors)) == ([], 2)


DROPPED = """
from PySide6.QtCore import QCoreApplication, QEvent
from b24learn_gui.gui.tasks import Tasks

app, posted = QCoreApplication([]), QCoreApplication.sendPostedEvents
for _ in range(200):
    tasks, told = Tasks(), []
    tasks.run(lambda _stop: 1, told.append, told.append)
    assert [each.join() for each in tasks._threads] == [None]
    posted(None, QEvent.Type.MetaCall)
    assert told == [1]
    del tasks
    posted(None, QEvent.Type.DeferredDelete)
print("alive")
"""


def test_dropped_right_after_an_answer_they_end_once() -> None:
    """What ends with the answer may not be the last to know of them: the process died of that, seldom and later."""
    done = subprocess.run([sys.executable, "-c", DROPPED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-500:]


def test_news_on_the_way_arrive_here_and_in_order(qtbot: QtBot) -> None:
    tasks, told = Tasks(), Told()
    tell = tasks.queued(told.answer)

    def ask(_stop: threading.Event) -> str:
        for number in range(5):
            tell(number)
        return "end"

    tasks.run(ask, told.answer, told.error)
    qtbot.waitUntil(lambda: "end" in told.answers)
    assert told.answers == [0, 1, 2, 3, 4, "end"]
    assert told.threads == {threading.get_ident()}


def test_quitting_stops_every_question_and_leaves_no_thread(qtbot: QtBot) -> None:
    before = threading.active_count()
    tasks, told = Tasks(), Told()
    for _ in range(3):
        tasks.run(_until_stopped, told.answer, told.error)
    assert tasks.close()
    assert threading.active_count() == before
    qtbot.wait(20)
    assert (told.answers, told.errors, tasks.busy) == ([], [], False)
    assert not tasks.run(lambda _stop: 1, told.answer, told.error).active


def test_an_answer_for_windows_that_are_gone_harms_nobody(qtbot: QtBot) -> None:
    owner, let_go, told = QObject(), threading.Event(), Told()
    tasks = Tasks(owner)
    ended = threading.Event()

    def ask(_stop: threading.Event) -> str:
        assert let_go.wait(10)
        ended.set()
        return "late"

    tasks.run(ask, told.answer, told.error)
    owner.deleteLater()
    qtbot.waitUntil(lambda: True)
    qtbot.wait(20)
    let_go.set()
    assert ended.wait(10)
    qtbot.wait(20)
    assert told.answers == []
