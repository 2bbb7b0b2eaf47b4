"""A window's question to the service that takes a while: it tells how far it is, and can be stopped."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.tasks import Handle, Tasks
from b24learn_gui.gui.views.telling import Telling
from b24learn_gui.service.context import Context
from b24learn_gui.text.words import Words

WHOLE_READING = 3_600.0
"""Seconds for reading both sides; the service's own patience with a server ends long before."""

Answer = TypeVar("Answer")


class Inquiry:
    """One question at a time: another one drops the one before.

    `deadline_seconds`: how long one may take; that of `tasks` unless told otherwise.
    """

    def __init__(self, context: Context, tasks: Tasks, *, deadline_seconds: float | None = None) -> None:
        self._context, self._tasks, self._deadline = context, tasks, deadline_seconds
        self.handle: Handle | None = None
        """Of the question that was asked last."""

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self.handle is not None and self.handle.active

    def ask(
        self,
        question: Callable[[Context], Answer],
        answered: Callable[[Answer], None],
        failed: Callable[[SyncError], None],
        tell: Callable[[Mapping[str, object]], None],
        words: Words,
    ) -> None:
        """Ask on a worker thread, with a context that speaks these words, tells, and can be stopped.

        `tell` gets the events on the way (INTERFACE: `--events`) in the windows' thread, while somebody waits.
        """
        self.drop()
        reporter = Telling(self._tasks.queued(lambda event: tell(event) if handle.active else None))
        context = replace(self._context, words=words, reporter=reporter)
        handle = self.handle = self._tasks.run(
            lambda stop: question(replace(context, stop=stop)), answered, failed, deadline_seconds=self._deadline
        )

    def drop(self) -> None:
        """Nobody waits any more."""
        if self.handle is not None:
            self.handle.cancel()
            self.handle = None
