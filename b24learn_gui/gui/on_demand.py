"""A window that is loaded and made when somebody wants it, and let go when it is closed."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from b24learn_gui.gui.loading import load_in_turns
from b24learn_gui.gui.tasks import Tasks

W = TypeVar("W", bound=QWidget)


class OnDemand(QObject, Generic[W]):
    """One window at most. `closed`: it is gone. `wants_to_quit`: a person pressed the keys for that in it."""

    closed = Signal()
    wants_to_quit = Signal()

    def __init__(
        self,
        packages: Iterable[str],
        make: Callable[[Tasks], W],
        parent: QObject,
        *,
        beforehand: tuple[Tasks, Callable[[], None]] | None = None,
    ) -> None:
        """`packages`: what it is made of, loaded turn by turn. `make` gets tasks that end with the window.

        `beforehand`: what else has to be loaded, on a worker thread of these tasks: nothing that makes classes of Qt.
        """
        super().__init__(parent)
        self._packages, self._make, self._beforehand = tuple(packages), make, beforehand
        self._then: Callable[[W], None] | None = None
        self._ending = False
        self._going: set[QWidget] = set()
        self._tasks: Tasks | None = None
        self.window: W | None = None

    @property
    def wanted(self) -> bool:
        """Whether a person could see it, now or in a moment."""
        return self.window is not None or self._then is not None

    @property
    def in_front(self) -> bool:
        """Whether a person is looking at it right now."""
        window = self.window
        return window is not None and window.isActiveWindow() and not window.isMinimized()

    def open(self, then: Callable[[W], None]) -> None:
        """Bring it to the front and tell it what to show; while it is being made only the last wish counts."""
        if self._then is not None:
            self._then = then
            return
        if self.window is not None:
            then(self.window)
            bring_to_front(self.window)
            return
        self._then = then
        if self._beforehand is None:
            self._load()
            return
        tasks, load = self._beforehand
        # What could not be loaded there fails again on this thread, where it is seen.
        tasks.run(lambda _stop: load(), lambda _done: self._load(), lambda _error: self._load())

    def end(self) -> None:
        """The program quits."""
        self._ending = True
        self._then = None
        if self.window is not None:
            self.window.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window and event.type() == QEvent.Type.Close:
            self._let_go()
        return super().eventFilter(watched, event)

    def _load(self) -> None:
        if not self._ending:
            load_in_turns(self._packages, self._build, self)

    def _build(self) -> None:
        if self._ending:
            return
        tasks = self._tasks = Tasks(self)
        try:
            window = self.window = self._make(tasks)
        except Exception:
            self._then = None  # a defect, and the next wish shall have its own try
            raise
        window.installEventFilter(self)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Quit), window).activated.connect(self.wants_to_quit)
        QTimer.singleShot(0, window, self._show)  # a turn of its own: building took one already

    def _show(self) -> None:
        then, self._then = self._then, None
        if self.window is not None and then is not None:
            then(self.window)
            bring_to_front(self.window)

    def _let_go(self) -> None:
        """What it asked is dropped at once; it is deleted once the event that closed it has been handled.

        It is held until then: what only cycles hold could be collected on a worker thread, where no window may end.
        """
        window, self.window = self.window, None
        tasks, self._tasks = self._tasks, None
        if window is None or tasks is None:
            return
        window.removeEventFilter(self)
        tasks.drop()
        tasks.deleteLater()
        self._going.add(window)
        window.destroyed.connect(lambda: self._going.discard(window))
        if self._ending:
            window.deleteLater()
            return
        QTimer.singleShot(0, window, window.deleteLater)  # dropped with a window that is gone by then
        QTimer.singleShot(0, self, self.closed.emit)


def bring_to_front(window: QWidget) -> None:
    """Shows it before all others, also where it was minimised."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
