"""Python's collector of cycles, on the windows' thread alone.

Python collects on whichever thread makes the object that is one too many. Where a cycle holds objects of the toolkit,
they would end on that thread while the windows' thread draws them or waits for their timers: a crash that comes once in
thousands of hours. So while there are windows nothing is collected by itself, only here, between two events.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 200
"""Short, so that there is little to look through each time; a look that finds nothing to do costs a microsecond."""
_GROWN = 4
"""The oldest objects are looked through again once they are more by one part in so many, as Python itself does."""


class Collector(QObject):
    """Lives as long as its parent, the application; while it lives, nobody else collects."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._old = 0
        timer = QTimer(self, interval=_LOOK_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> None:
        """Collect what Python would have collected by now."""
        (young, middle, old), (most_young, most_middle, most_old) = gc.get_count(), gc.get_threshold()
        if young <= most_young:
            return
        if middle <= most_middle:
            gc.collect(0)
        elif old <= most_old or not self._have_grown():
            gc.collect(1)
        else:
            gc.collect()
            self._old = len(gc.get_objects(generation=2))

    def _have_grown(self) -> bool:
        return len(gc.get_objects(generation=2)) * _GROWN > self._old * (_GROWN + 1)
