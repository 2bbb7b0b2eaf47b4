"""Keeps a fixed number of requests in flight, with every one of them announced in the journal beforehand."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from b24learn_gui.errors import Rejected, StoppedOnRequest, SyncError
from b24learn_gui.sync.apply_outcome import Record
from b24learn_gui.sync.changes import Change

INTENT_CHUNK = 200
"""Changes announced to the journal in one durable write; a stop withdraws at most about so many."""

POLL_SECONDS = 1.0
"""The calling thread wakes so often while it waits, so that an interrupt of the process reaches it everywhere."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Task(Generic[Answer]):
    """One request, or none.

    `send` runs on a worker; `finish` runs on the calling thread with its answer or refusal, records the changes and
    gives the tasks that may begin now. Without `send` the task is local: `finish` gets `None` at once.
    `prepare` runs on the calling thread just before the request is handed to a worker.
    """

    changes: tuple[Change, ...]
    finish: Callable[[Answer | Rejected], "Iterable[Task[Any]]"]
    send: Callable[[], Answer] | None = None
    prepare: Callable[[], None] | None = None


def local(changes: Iterable[Change], finish: "Callable[[], Iterable[Task[Any]]]") -> Task[None]:
    """A task without a request: its changes are intended, then `finish` is called."""
    return Task(tuple(changes), lambda _: finish())


@dataclass(frozen=True, slots=True)
class _Broken:
    """What a worker raised that is not this object's refusal."""

    error: BaseException


_NOT_SENT = object()


class Pump:
    """Runs tasks, one phase after the other, until something ends the run.

    `parallel` requests are in flight as long as there is work; as many again wait at the workers, so that writing
    the journal does not leave one idle, unless `exact`: then whatever was handed to a worker is on its way. `stop` is
    asked from several threads: nothing is sent once it is true.
    """

    def __init__(self, record: Record, parallel: int, stop: Callable[[], bool], *, exact: bool = False) -> None:
        self._record = record
        self._stop = stop
        self._ahead = parallel if exact else 2 * parallel
        self._workers = ThreadPoolExecutor(parallel, thread_name_prefix="apply")
        self._halt = threading.Event()
        self._answers: queue.SimpleQueue[tuple[Task[Any], object]] = queue.SimpleQueue()
        self._ready: deque[Task[Any]] = deque()
        self._in_flight = 0
        self._defect: BaseException | None = None
        self.stopped = False
        self.error: SyncError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._halt.set()
        self._workers.shutdown(wait=True)
        while not self._answers.empty():  # the calling thread failed: what became of these cannot be recorded
            task, answer = self._answers.get()
            if answer is not _NOT_SENT:
                self._record.touch(task.changes)

    def must_halt(self) -> bool:
        """The run has ended early: by an error, or because somebody asked to stop just now."""
        if not self._halt.is_set() and self._stop():
            self._end(StoppedOnRequest("stopped"))
        return self._halt.is_set()

    def run(self, tasks: Iterable[Task[Any]]) -> bool:
        """Work off one phase; false when the run has ended before all of it was tried.

        An exception that is no `SyncError` is a defect: it is raised again after what was in flight is recorded.
        """
        source = iter(tasks)
        while True:
            self._refill(source)
            self._submit()
            if not self._in_flight:
                break
            self._collect()
        if self._defect is not None:
            raise self._defect
        return not self._halt.is_set()

    def _refill(self, source: Iterator[Task[Any]]) -> None:
        while len(self._ready) < self._ahead and not self.must_halt():
            chunk: list[Task[Any]] = []
            size = 0
            for task in source:
                chunk.append(task)
                size += len(task.changes)
                if size >= INTENT_CHUNK:
                    break
            if not chunk:
                return
            self._accept(chunk, first=False)

    def _accept(self, tasks: Iterable[Task[Any]], *, first: bool) -> None:
        """Intend their changes in one go; do the local ones at once and queue the others, before the rest or after."""
        waiting = deque([list(tasks)])
        while waiting:
            group = waiting.popleft()
            self._record.intend(change for task in group for change in task.changes)
            for task in group:
                if task.send is not None:
                    if first:
                        self._ready.appendleft(task)
                    else:
                        self._ready.append(task)
                elif freed := list(task.finish(None)):
                    waiting.append(freed)

    def _submit(self) -> None:
        while self._ready and self._in_flight < self._ahead and not self.must_halt():
            task = self._ready.popleft()
            self._record.sending(task.changes)
            if task.prepare is not None:
                task.prepare()
            self._in_flight += 1
            self._workers.submit(self._work, task)

    def _work(self, task: Task[Any]) -> None:
        assert task.send is not None  # noqa: S101 - local tasks never get here
        answer: object
        try:
            answer = _NOT_SENT if self._halt.is_set() or self._stop() else task.send()
        except Rejected as refusal:
            answer = refusal
        except BaseException as error:  # noqa: BLE001 - it is raised again on the calling thread
            self._halt.set()
            answer = _Broken(error)
        self._answers.put((task, answer))

    def _collect(self) -> None:
        try:
            task, answer = self._answers.get(timeout=POLL_SECONDS)
        except queue.Empty:
            return
        self._in_flight -= 1
        if answer is _NOT_SENT:
            if not self._halt.is_set():
                self._end(StoppedOnRequest("stopped"))
            return
        self._record.touch(task.changes)
        if isinstance(answer, _Broken):
            self._end(answer.error)
        else:
            self._accept(task.finish(answer), first=True)

    def _end(self, error: BaseException) -> None:
        """Nothing new is sent from here on; the first reason counts."""
        self._halt.set()
        if isinstance(error, StoppedOnRequest):
            self.stopped = True
        elif isinstance(error, SyncError):
            self.error = self.error or error
        else:
            self._defect = self._defect or error
