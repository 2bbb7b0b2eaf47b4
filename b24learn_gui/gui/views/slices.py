"""Work for the windows' own thread that is too long for one go: done in slices, with the events between them."""

import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from PySide6.QtCore import QObject, QTimer

_SLICE_SECONDS = 0.008
"""Half of what passes between two pictures: nobody notices."""
_AT_ONCE = 64


class Slices(QObject):
    """Takes the items of one iterator at a time; another one replaces it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: Iterator[Any] = iter(())
        self._take: Callable[[list[Any]], None] = lambda _items: None
        self._done: Callable[[], None] = lambda: None
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._slice)

    @property
    def busy(self) -> bool:
        """Whether more items are to come."""
        return self._next.isActive()

    def start(self, items: Iterator[Any], take: Callable[[list[Any]], None], done: Callable[[], None]) -> None:
        """Hand the items over in slices, then call `done`. What one slice holds is handed over before this returns."""
        self._items, self._take, self._done = items, take, done
        self._next.stop()
        self._slice()

    def _slice(self) -> None:
        until, slice_ = time.perf_counter() + _SLICE_SECONDS, list[Any]()
        while True:
            some = list(islice(self._items, _AT_ONCE))
            slice_ += some
            if len(some) < _AT_ONCE or time.perf_counter() >= until:
                break
        self._take(slice_)
        if len(some) < _AT_ONCE:
            self._done()
        else:
            self._next.start()
