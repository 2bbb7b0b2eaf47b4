"""The small windows over the wizard: the first sync in all its states, and the questions it asks."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.message import Message
from b24learn_gui.gui.models.run_progress import ProgressTracker, RunProgress
from b24learn_gui.gui.sync_dialog import SyncDialog
from b24learn_gui.text.words import Words
from tests.screens.registry import screen

_SIZE = (640, 300)
_READ: tuple[Mapping[str, Any], ...] = (
    {"event": "phase", "phase": "bitrix24", "portal": "main"},
    {"event": "progress", "done": 1284, "total": 1284},
    {"event": "phase", "phase": "learn", "portal": None},
    {"event": "progress", "done": 640, "total": 640},
    {"event": "phase", "phase": "plan", "portal": None},
    {"event": "progress", "done": 51, "total": 51},
)
_WRITTEN: tuple[tuple[float, Mapping[str, Any]], ...] = (
    (0.0, {"event": "phase", "phase": "people"}),
    (0.0, {"event": "progress", "done": 0, "total": 51}),
    (5.0, {"event": "progress", "done": 4, "total": 51}),
    (20.0, {"event": "progress", "done": 30, "total": 51}),
    (20.0, {"event": "change", "kind": "user.update", "name": "Ким Ольга Валентиновна", "after": {"position": "…"}}),
)
_PEOPLE = {"skipped": 9, "conflict": 0, "failed": 0}
_COUNTS = {"department.create": 3, "user.create": 24, "user.update": 18, "user.move": 6}


class QuietWorker(QObject):
    """A sync that tells only what it is made to tell."""

    moved = Signal(object)
    ended = Signal(int, object, bool)

    def __init__(self) -> None:
        super().__init__()
        self._tracker = ProgressTracker()

    @property
    def progress(self) -> RunProgress:
        return self._tracker.snapshot()

    def tell(self, event: Mapping[str, Any], second: float) -> None:
        self._tracker.take(event, second)
        self.moved.emit(self.progress)

    def stop(self) -> None:
        """Nothing runs."""
        self._tracker.ask_to_stop()
        self.moved.emit(self.progress)


def sync_shown(words: Words, *timed: tuple[float, Mapping[str, Any]]) -> SyncDialog:
    """The window after these events, each at its second."""
    worker = QuietWorker()
    shown = SyncDialog(worker, words)  # type: ignore[arg-type]  # it needs two signals, `progress` and `stop`
    worker.setParent(shown)
    for moment, event in timed:
        worker.tell(event, moment)
    shown.retranslate(words)
    return shown


def _read() -> tuple[tuple[float, Mapping[str, Any]], ...]:
    return tuple((0.0, event) for event in _READ)


def _ended(words: Words, code: int, summary: Mapping[str, Any] | None) -> SyncDialog:
    shown = sync_shown(words, *_read(), *_WRITTEN)
    worker = shown.findChild(QuietWorker)
    assert worker is not None
    worker.ended.emit(code, summary, False)
    return shown


@screen("dialog-sync-reading", _SIZE)
def reading(words: Words) -> QWidget:
    return sync_shown(words, *_read()[:3])


@screen("dialog-sync-writing", _SIZE)
def writing(words: Words) -> QWidget:
    return sync_shown(words, *_read(), *_WRITTEN)


@screen("dialog-sync-waiting", _SIZE)
def waiting(words: Words) -> QWidget:
    told = {"event": "phase", "phase": "wait", "portal": None, "seconds": 40.0, "reason": "rate"}
    return sync_shown(words, *_read(), *_WRITTEN, (21.0, told))


@screen("dialog-sync-stopping", _SIZE)
def stopping(words: Words) -> QWidget:
    shown = sync_shown(words, *_read(), *_WRITTEN)
    shown.stop.click()
    return shown


@screen("dialog-sync-done", _SIZE)
def done(words: Words) -> QWidget:
    return _ended(words, 0, {"counts": _COUNTS, "people": {}})


@screen("dialog-sync-left-out", _SIZE)
def left_out(words: Words) -> QWidget:
    return _ended(words, 10, {"counts": _COUNTS, "people": _PEOPLE})


@screen("dialog-sync-nothing", _SIZE)
def nothing(words: Words) -> QWidget:
    return _ended(words, 0, {"counts": {}, "people": {}})


@screen("dialog-sync-limit", _SIZE)
def limit(words: Words) -> QWidget:
    return _ended(words, 20, {"counts": {}, "people": {}})


@screen("dialog-sync-stopped", _SIZE)
def stopped(words: Words) -> QWidget:
    return _ended(words, 51, {"counts": {"user.create": 30}, "people": {}})


@screen("dialog-sync-crashed", _SIZE)
def crashed(words: Words) -> QWidget:
    return _ended(words, 1, None)


@screen("dialog-leave", (660, 170))
def leave(words: Words) -> QWidget:
    return Message(
        words("Close without saving?"),
        words("What is entered is not saved. It can be kept for later, without webhooks and passwords."),
        [words("Keep and go on later"), words("Discard what is entered"), words("Back to the setup")],
    )


@screen("dialog-not-kept", (520, 170))
def not_kept(words: Words) -> QWidget:
    return Message(
        words("What is entered could not be kept"),
        words("The disk refuses to take it. Nothing is changed; if you close now, it has to be entered again."),
        [words("Back to the setup"), words("Close all the same")],
        state="failed",
    )


@screen("dialog-waiting-for-store", (460, 170))
def waiting_for_store(words: Words) -> QWidget:
    return Message(
        words("Waiting for this computer's password store"),
        words("It may be asking to be unlocked. The settings open as soon as it answers."),
        [words("Close the program")],
        state="busy",
    )
