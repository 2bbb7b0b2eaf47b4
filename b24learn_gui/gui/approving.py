"""Runs that the window of a plan asks for: started, followed there, and their outcome told there."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject

from b24learn_gui.gui.windows import Windows
from b24learn_gui.gui.worker import Worker
from b24learn_gui.service.causes import PORTAL_DOUBT
from b24learn_gui.service.exit_codes import ANOTHER_RUN

if TYPE_CHECKING:
    from b24learn_gui.gui.models.run_progress import RunProgress
    from b24learn_gui.gui.plan_window.window import PlanWindow
    from b24learn_gui.service.standing import Cause


class Approving(QObject):
    """Joins the window of a plan with the worker, each window that is made anew."""

    def __init__(self, windows: Windows, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._windows, self._worker = windows, worker
        self._writing: PlanWindow | None = None
        """The window that the present run was started from."""
        self._seen = False
        windows.plan_made.connect(self._listen)
        worker.began.connect(self._forget)
        worker.moved.connect(self._moved)

    @property
    def seen(self) -> bool:
        """Whether somebody is looking at what the last run came to: it was started from the window in front."""
        return self._seen and self._windows.plan.in_front

    def preview(self) -> None:
        """A window with a new preview; one that is at work on something goes on with that."""
        self._windows.plan.open(_preview)

    def open_run(self, run: str, *, left_out: bool = False) -> None:
        """A window with the plan of this run; one that is writing goes on with that."""
        self._windows.plan.open(partial(_open_run, run=run, left_out=left_out))

    def undo(self, run: str) -> None:
        """A window with the way back from this run; one that is writing goes on with that."""
        self._windows.plan.open(partial(_undo_run, run=run))

    def act(self, cause: "Cause | None", verb: str) -> bool:
        """A verb of a card, about that card's cause; False if it is about no plan."""
        run = cause.run if cause is not None else None
        if verb == "undo" and cause is not None:
            self.undo(str(cause.detail["undoes"]))
        elif verb == "show" and run:
            self.open_run(run, left_out=True)
        elif verb == "review" and run and cause is not None and cause.code != PORTAL_DOUBT:
            self.open_run(run)
        elif verb == "review":  # that run wrote what only adds: what waits is seen in a new plan
            self.preview()
        else:
            return False
        return True

    def run_ended(self, code: int, summary: Mapping[str, Any] | None) -> bool:
        """Whether the window tells what that run came to; False where it was started from elsewhere, or is closed."""
        window, self._writing = self._writing, None
        if window is None or window is not self._windows.plan.window:
            return False
        if code == ANOTHER_RUN:
            window.show_not_started()
        else:
            window.show_outcome(summary)
        self._seen = True
        return True

    def _listen(self, made: object) -> None:
        window = cast("PlanWindow", made)
        window.apply.connect(partial(self._apply, window))
        window.apply_undo.connect(partial(self._undo, window))
        window.stop_wanted.connect(self._worker.stop)

    def _apply(self, window: "PlanWindow", plan_hash: str, deactivate: bool) -> None:
        if self._worker.start("manual", plan_hash, deactivate=deactivate):
            self._writing = window
        else:
            window.show_not_started()

    def _undo(self, window: "PlanWindow", run: str, plan_hash: str) -> None:
        if self._worker.undo(run, plan_hash):
            self._writing = window
        else:
            window.show_not_started()

    def _forget(self) -> None:
        self._seen = False

    def _moved(self, progress: object) -> None:
        if self._writing is not None and self._writing is self._windows.plan.window:
            self._writing.show_progress(cast("RunProgress", progress))


def _preview(window: "PlanWindow") -> None:
    if window.work.work is None:
        window.preview_now()


def _open_run(window: "PlanWindow", run: str, *, left_out: bool) -> None:
    if not window.work.writes:
        window.open_run(run, left_out=left_out)


def _undo_run(window: "PlanWindow", run: str) -> None:
    if not window.work.writes:
        window.undo_run(run)
