"""What assistive technology does to a row of the tree: its one action, `Toggle`, ticks the department.

The toolkit's own rows answer that action by selecting or unselecting themselves, whatever box they show. It reaches
the selection as a bare `Select` or `Deselect` of one cell, which nothing else in the view ever asks for.
"""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleStateChangeEvent
from PySide6.QtWidgets import QTreeView

Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
WHOLE_ROW = _Flag.ClearAndSelect | _Flag.Rows


class TickingSelection(QItemSelectionModel):
    """The selection is the current row and nothing else; `toggled` tells the cell that is to be ticked or unticked."""

    toggled = Signal(QModelIndex)

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view.model(), view)

    def select(self, chosen: Index | QItemSelection, command: QItemSelectionModel.SelectionFlag) -> None:
        if isinstance(chosen, QItemSelection) or command not in {_Flag.Select, _Flag.Deselect}:
            super().select(chosen, command)
        else:
            self.setCurrentIndex(chosen, WHOLE_ROW)
            self.toggled.emit(chosen)


def tell_ticked(view: QTreeView, index: Index) -> None:
    """Tells assistive technology that this row's box and words have changed."""
    if not QAccessible.isActive():
        return
    tree = QAccessible.queryAccessibleInterface(view)
    row = tree.focusChild() if index == view.currentIndex() else None
    if row is None:
        return
    changed = QAccessible.State()
    changed.checked = True
    QAccessible.updateAccessibility(QAccessibleStateChangeEvent(row, changed))
    QAccessible.updateAccessibility(QAccessibleEvent(row, QAccessible.Event.NameChanged))
