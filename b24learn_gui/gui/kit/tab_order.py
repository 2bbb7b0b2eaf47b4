"""Tab in reading order. The toolkit's own order is that of making: what a page makes later would come last."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLayout, QScrollArea, QStackedWidget, QWidget


def reading_order(root: QWidget) -> list[QWidget]:
    """What Tab reaches in `root`, in the order of its layouts: they are laid out as they are read."""
    window = root.window()
    return [each for each in _inside(root) if _takes_tab(each) and each.isEnabled() and each.isVisibleTo(window)]


def move_keyboard(window: QWidget, *, forwards: bool) -> bool:
    """Moves the keyboard to the next control, or the one before, and brings it into sight; False for none."""
    order = reading_order(window)
    if not order or QGuiApplication.styleHints().tabFocusBehavior() != Qt.TabFocusBehavior.TabFocusAllControls:
        return False
    here, step = QApplication.focusWidget(), 1 if forwards else -1
    start = -1 if forwards else len(order)
    if here is not None:
        start = next((n for n, each in enumerate(order) if each is here or each.isAncestorOf(here)), start)
    target = order[(start + step) % len(order)]
    target.setFocus(Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason)
    above = target.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(target)
        above = above.parentWidget()
    return True


def _takes_tab(widget: QWidget) -> bool:
    """Of a group of which one is chosen that one alone: arrows go on from there to the others."""
    if widget.focusProxy() is not None:
        return False
    if isinstance(widget, QAbstractButton) and widget.isCheckable():
        chosen = _chosen_of_its_group(widget)
        if chosen is not None:
            return chosen is widget
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _chosen_of_its_group(button: QAbstractButton) -> QAbstractButton | None:
    group = button.group()
    if group is not None:
        return group.checkedButton() if group.exclusive() else None
    around = button.parentWidget()
    if not button.autoExclusive() or around is None:
        return None
    rivals = around.findChildren(QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return next((each for each in rivals if each.autoExclusive() and each.group() is None and each.isChecked()), None)


def _inside(widget: QWidget | None) -> Iterator[QWidget]:
    if widget is None:
        return
    yield widget
    if isinstance(widget, QScrollArea):
        yield from _inside(widget.widget())
    elif isinstance(widget, QStackedWidget):
        yield from _inside(widget.currentWidget())
    else:
        yield from _laid_out(widget.layout())


def _laid_out(layout: QLayout | None) -> Iterator[QWidget]:
    for place in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(place) if layout is not None else None
        if item is not None:
            yield from _inside(item.widget())
            yield from _laid_out(item.layout())
