"""Opening many branches without holding the window: a few milliseconds at a time, top down, painted once at the end."""

import time
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QTreeView

from b24learn_gui.gui.models.department_tree import DepartmentTreeModel

_SLICE_SECONDS = 0.006
_GROUP = 32
"""Branches that are opened together, the lowest first: what is not in sight yet is only noted, and laid out once."""


class SlicedOpening(QTimer):
    """Opens branches of `view` one after the other. Other rows, or somebody who folds one meanwhile, end it."""

    finished = Signal()
    """Everything is open, and painted from now on."""

    def __init__(self, view: QTreeView, model: DepartmentTreeModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._rest: Iterator[int] = iter(())
        self.opened: frozenset[int] = frozenset()
        """What the last opening was asked for, and has opened once `finished` tells so."""
        self.timeout.connect(self._open_some)
        model.modelAboutToBeReset.connect(self.cancel)
        view.collapsed.connect(self.cancel)

    def begin(self, places: Sequence[int]) -> None:
        """Opens these, parents standing before children; the first of them at once."""
        groups = (places[first : first + _GROUP] for first in range(0, len(places), _GROUP))
        self._rest = (place for group in groups for place in reversed(group))
        self.opened = frozenset(places)
        self._view.viewport().setUpdatesEnabled(False)
        self.start(0)
        self._open_some()

    def cancel(self) -> None:
        """What is open by now stays so."""
        if self.isActive():
            self._end()

    def _open_some(self) -> None:
        until = time.perf_counter() + _SLICE_SECONDS
        blocked = self._view.blockSignals(True)
        try:
            for place in self._rest:
                branch = self._model.index_of(place)
                if branch.isValid():
                    self._view.expand(branch)
                if time.perf_counter() > until:
                    return
        finally:
            self._view.blockSignals(blocked)
        self._end()
        self.finished.emit()

    def _end(self) -> None:
        self.stop()
        self._rest = iter(())
        self._view.viewport().setUpdatesEnabled(True)
