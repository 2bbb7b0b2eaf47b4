"""Work on other threads: where its outcome is taken, and on which thread all that hung on it ends."""

import gc
import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from b24learn_gui.gui.background import Outcome, Post, in_background, post
from b24learn_gui.gui.collector import Collector
from b24learn_gui.gui.tasks import Tasks
from b24learn_gui.gui.views.late_answers import LateAnswers

pytestmark = pytest.mark.usefixtures("dressed")
ENOUGH = 5_000
"""Objects that make Python collect of itself, several times over."""


class Witness:
    """Tells on which thread it ended."""

    def __init__(self, ended: list[int]) -> None:
        self._ended = ended
        self.circle: object = None

    def __del__(self) -> None:
        self._ended.append(threading.get_ident())


def work_holding(ended: list[int], *, fails: bool, go: threading.Event) -> Callable[[], int]:
    """Work that alone knows a witness, also from the frames of its failure."""
    witness = Witness(ended)

    def work() -> int:
        mine = witness
        assert go.wait(10)
        if fails:
            raise ValueError("no")
        return id(mine)

    return work


@pytest.mark.parametrize("fails", [False, True])
def test_what_hung_on_the_work_ends_in_the_windows_thread(fails: bool, qtbot: QtBot) -> None:
    ended: list[int] = []
    took: list[tuple[bool, int]] = []
    go = threading.Event()

    def take(outcome: Outcome[int]) -> None:
        took.append((outcome.failure is None, threading.get_ident()))

    thread = in_background(work_holding(ended, fails=fails, go=go), take, name="witnessed")
    go.set()
    thread.join(10)
    assert not ended, "the thread was the last to know of it"
    qtbot.waitUntil(lambda: bool(took))
    gc.collect()  # a failure and its frames know each other
    assert took == [(not fails, threading.get_ident())]
    assert ended == [threading.get_ident()]


def asked(asker: str, work: Callable[[], int], took: list[object]) -> list[QObject]:
    """Who asked for this work and is about to go."""
    if asker == "tasks":
        tasks = Tasks()
        tasks.run(lambda _stop: work(), took.append, took.append)
        tasks.deleteLater()
        return [tasks]
    answers = LateAnswers()
    answers.answered.connect(took.append)
    answers.ask(work)
    answers.deleteLater()
    return [answers]


def test_what_hung_on_the_work_ends_before_a_thread_that_lingers(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    took: list[Outcome[int]] = []
    go, linger = threading.Event(), threading.Event()
    send = Post.send

    def sending(self: Post, call: Callable[[], None]) -> None:
        send(self, call)
        assert linger.wait(10)

    monkeypatch.setattr(Post, "send", sending)
    thread = in_background(work_holding(ended, fails=False, go=go), took.append, name="lingering")
    go.set()
    qtbot.waitUntil(lambda: bool(took))
    assert (ended, thread.is_alive()) == ([threading.get_ident()], True)
    linger.set()
    thread.join(10)


@pytest.mark.parametrize("asker", ["tasks", "late answers"])
def test_a_window_gone_before_the_answer_ends_in_the_windows_thread(asker: str, qtbot: QtBot) -> None:
    ended: list[int] = []
    go, took = threading.Event(), list[object]()
    gone = asked(asker, work_holding(ended, fails=False, go=go), took)
    qtbot.waitUntil(lambda: not isValid(gone[0]))
    gone.clear()
    go.set()
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [threading.get_ident()]
    assert took == []


def test_what_fails_in_the_windows_thread_is_in_the_log_without_its_words(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def take(_outcome: Outcome[int]) -> None:
        raise ValueError("https://portal.example.com/rest/1/canary/")

    with qtbot.captureExceptions() as failures, caplog.at_level(logging.ERROR):
        in_background(lambda: 1, take, name="failing").join(10)
        qtbot.waitUntil(lambda: bool(failures))
    assert "ValueError at take" in caplog.text
    assert "canary" not in caplog.text


def test_calls_arrive_in_the_order_they_were_sent_also_where_nobody_asked_for_the_post_before(qtbot: QtBot) -> None:
    post.cache_clear()
    came: list[int] = []

    def send() -> None:
        for number in range(100):
            post().send(partial(came.append, number))

    sender = threading.Thread(target=send)
    sender.start()
    sender.join(10)
    assert came == []
    qtbot.waitUntil(lambda: len(came) == 100)
    assert came == list(range(100))


@pytest.fixture
def collects_itself() -> Iterator[None]:
    """Python as it comes: whichever thread makes one object too many collects."""
    gc.collect()
    gc.enable()
    yield
    gc.disable()


def busy_elsewhere(ended: list[int]) -> list[list[object]]:
    """A circle nobody knows any more, and a thread that makes many objects."""
    witness = Witness(ended)
    witness.circle = witness
    del witness
    kept: list[list[object]] = []
    thread = threading.Thread(target=lambda: kept.extend([] for _ in range(ENOUGH)))
    thread.start()
    thread.join(10)
    return kept


@pytest.mark.usefixtures("collects_itself")
def test_circles_end_in_the_windows_thread_while_others_are_busy(qtbot: QtBot) -> None:
    ended: list[int] = []
    busy_elsewhere(ended)
    assert ended, "Python collects nothing by itself any more: all this has become needless"
    assert ended != [threading.get_ident()]
    ended.clear()
    owner = QObject()
    Collector(owner)
    kept = busy_elsewhere(ended)
    assert (len(kept), ended) == (ENOUGH, [])
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [threading.get_ident()]
    owner.deleteLater()


@pytest.fixture
def usual_thresholds() -> Iterator[None]:
    """The same in every version of Python."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def old_circle(ended: list[int]) -> None:
    """A circle that nobody knows any more, among the oldest objects."""
    witness = Witness(ended)
    witness.circle = witness
    gc.collect()
    del witness


@pytest.mark.usefixtures("collects_itself", "usual_thresholds")
def test_circles_that_grew_old_are_collected_too_and_only_once_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    owner, ended = QObject(), list[int]()
    collector = Collector(owner)
    full: list[int] = []
    collect = gc.collect
    old_circle(ended)

    def counting(generation: int = 2) -> int:
        full.extend([generation] if generation == 2 else [])
        return collect(generation)

    monkeypatch.setattr(gc, "collect", counting)
    kept: list[object] = []
    for _ in range(20):
        kept.extend([] for _ in range(1_000))
        collector.look()
    assert full == [], "the oldest objects are not looked through for a few new ones"
    for _ in range(400):
        kept.extend([] for _ in range(1_000))
        collector.look()
    assert ended == [threading.get_ident()]
    assert len(full) <= 3
    count = len(full)
    for _ in range(400):
        for _ in range(1_000):
            circle: list[object] = []
            circle.append(circle)
        collector.look()
    assert gc.get_count()[0] <= 1_000
    assert len(full) - count <= 1, "young circles are found without looking at the old objects"
    owner.deleteLater()
