"""The tree itself: a click or Space on a box, arrows, typing ahead, and a menu for one department or its branch."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRect, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QStyleOptionViewItem, QTreeView, QWidget

from b24learn_gui.gui import icons, tone
from b24learn_gui.gui.departments.delegate import DepartmentDelegate, box_reach
from b24learn_gui.gui.departments.opening import SlicedOpening
from b24learn_gui.gui.departments.ticking import WHOLE_ROW, TickingSelection, tell_ticked
from b24learn_gui.gui.fonts import font
from b24learn_gui.gui.models.department_tree import BRANCH, NAME, OWN, STUDY, DepartmentTreeModel, Index
from b24learn_gui.gui.views.flat_header import FlatHeader
from b24learn_gui.text.words import Words

_OPEN_AT_ONCE = 100
"""Branches opened in one go; more are opened in slices."""
_OPEN_AT_FIRST = 200
"""Branches open below the topmost departments as long as no more rows than these show."""


class DepartmentTreeView(QTreeView):
    """Shows a `DepartmentTreeModel`. Space and a click on a box tick the whole branch, Ctrl+Space this one alone."""

    def __init__(self, model: DepartmentTreeModel, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words = words
        self._delegate = DepartmentDelegate(words, self)
        self._pressed: int | None = None
        self._then: int | None = None
        self._known_open: bool | None = None
        """What `all_open` answers; None: to be found out, which takes tens of milliseconds where all are open."""
        self._open_before_search: set[int] | None = None
        self.setHeader(FlatHeader(Qt.Orientation.Horizontal, self))
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self._selection = TickingSelection(self)
        self.setSelectionModel(self._selection)
        self._selection.toggled.connect(lambda index: model.toggle(model.place(index)))
        model.marks_changed.connect(self._marks_changed)
        self.opening = SlicedOpening(self, model)
        self.opening.finished.connect(self._opened)
        self.expanded.connect(lambda _index: self._know_open(None))
        self.collapsed.connect(lambda _index: self._know_open(False))
        model.modelReset.connect(lambda: self._know_open(None))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setMouseTracking(True)
        self.setAnimated(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)  # see `selectionCommand`
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.retranslate(words)

    def retranslate(self, words: Words) -> None:
        """Speak another language."""
        self._words = words
        self._delegate.words = words
        self._model.set_words(words)
        self.setAccessibleName(words("Departments"))
        self.setAccessibleDescription(
            words("Space ticks a department with everything below, Ctrl+Space its own people only.")
        )
        self._set_widths()

    def open_first_levels(self) -> None:
        """Open what a person wants to see first: the topmost departments, and what lies below if it is not much."""
        structure = self._model.structure
        rows = len(structure.tops)
        level = list(structure.tops)
        while level:
            below = [child for place in level for child in structure.children[place]]
            if rows + len(below) > _OPEN_AT_FIRST and level != list(structure.tops):
                break
            for place in level:
                if structure.children[place]:
                    self.setExpanded(self._model.index_of(place), True)
            rows += len(below)
            level = below
        if structure.tops and not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index_of(structure.tops[0]))

    def search(self, text: str) -> int:
        """Show only what is called so, opened down to each hit; what was open before comes back with an empty text.

        Returns how many departments are called so.
        """
        current = self._model.place(self.currentIndex()) if self.currentIndex().isValid() else None
        if text.strip() and self._open_before_search is None:
            self._open_before_search = self.open_places()
        if not text.strip() and self._open_before_search is None:
            return 0
        hits = self._model.search(text)
        structure = self._model.structure
        if text.strip():
            opened = structure.all_above(hits)
        else:
            opened, self._open_before_search = self._open_before_search or set(), None
        self._open(opened, hits[0] if hits else current)
        return len(hits)

    def forget_search(self) -> None:
        """Nothing is to come back after the present search: the tree is about to show other departments."""
        self._open_before_search = None

    def all_open(self) -> bool:
        """Whether no branch that shows is folded."""
        if self._known_open is None:
            self._known_open = all(self.isExpanded(self._model.index_of(place)) for place in self._model.branches())
        return self._known_open

    def open_all(self) -> None:
        """Open every branch that shows; where there are many, `opening` tells when that is done."""
        self._open(self._model.branches())

    def fold_all(self) -> None:
        """Fold everything but the topmost departments."""
        self.opening.cancel()
        self.collapseAll()
        self.open_tops()
        self._know_open(None)

    def open_tops(self) -> None:
        """Open the topmost departments alone."""
        for top in self._model.structure.tops:
            self.setExpanded(self._model.index_of(top), True)

    def open_places(self) -> set[int]:
        """Places of the branches that are open."""
        return {place for place in self._model.branches() if self.isExpanded(self._model.index_of(place))}

    def toggle_current(self, *, only_this: bool = False) -> None:
        """Tick or untick the current department, with everything below or only its own people."""
        index = self.currentIndex()
        if index.isValid():
            place = self._model.place(index)
            if only_this:
                self._model.tick_only(place, on=not self._model.choice.ticked[place])
            else:
                self._model.toggle(place)

    def menu_for(self, place: int) -> QMenu:
        """The four things that can be done to a department; those that would change nothing are disabled."""
        words, model = self._words, self._model
        on = bool(model.choice.ticked[place])
        branch = model.structure.branch(place)
        all_on = on and not model.choice.left_out_below(place)
        all_off = not any(model.choice.ticked[branch.start : branch.stop])
        menu = QMenu(self)

        def add(text: str, *, enabled: bool) -> QAction:
            action = menu.addAction(text)
            action.setEnabled(enabled)
            return action

        add(words("Tick with everything below"), enabled=not all_on).triggered.connect(
            lambda: model.tick(place, on=True)
        )
        add(words("Untick with everything below"), enabled=not all_off).triggered.connect(
            lambda: model.tick(place, on=False)
        )
        menu.addSeparator()
        add(words("Tick only this one"), enabled=not on).triggered.connect(lambda: model.tick_only(place, on=True))
        add(words("Untick only this one"), enabled=on).triggered.connect(lambda: model.tick_only(place, on=False))
        return menu

    def _marks_changed(self) -> None:
        self.viewport().update()
        if self.currentIndex().isValid():
            tell_ticked(self, self.currentIndex())

    # What Qt calls

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """The current row as a whole. Were the toolkit told that rows are selected, it would unselect another one than
        assistive technology means.
        """
        nothing = QItemSelectionModel.SelectionFlag.NoUpdate
        return nothing if super().selectionCommand(index, event) == nothing else WHOLE_ROW

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle_current(only_this=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            event.accept()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = (
            self._box_at(event.position().toPoint()) if event.button() == Qt.MouseButton.LeftButton else None
        )
        if self._pressed is None:
            super().mousePressEvent(event)
        else:
            self.setCurrentIndex(self._model.index_of(self._pressed))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick clicks on a box are two clicks, and don't fold the branch."""
        if self._box_at(event.position().toPoint()) is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif pressed == self._box_at(event.position().toPoint()):
            self._model.toggle(pressed)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        index = index.siblingAtColumn(NAME)
        self.setCurrentIndex(index)
        below = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()) if by_key else event.globalPos()
        menu = self.menu_for(self._model.place(index))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(below)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """The name stays the current cell, so that typing ahead looks through names."""
        super().currentChanged(current, previous)
        if current.isValid() and current.column() != NAME:
            self.setCurrentIndex(current.sibling(current.row(), NAME))

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Rows of one height that read differently only have to be painted: the tree walks over whole branches here."""
        del first, last, roles
        self.viewport().update()

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        shades = tone.current()
        if self._model.hasChildren(index):
            name = "chevron-down" if self.isExpanded(index) else "chevron-right"
            drawn = icons.pixmap(name, shades.text_2, icons.SMALL, self.devicePixelRatioF())
            cell = QRect(rect.right() - self.indentation() + 1, rect.top(), self.indentation(), rect.height())
            corner = cell.center() - QPoint(icons.SMALL // 2 - 1, icons.SMALL // 2 - 1)
            painter.drawPixmap(corner, drawn)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: QRect = option.rect
        if self.selectionModel().isSelected(index):
            painter.fillRect(QRect(0, row.top(), self.viewport().width(), row.height()), tone.current().selection)
        super().drawRow(painter, option, index)
        if (
            self.hasFocus()
            and index.row() == self.currentIndex().row()
            and index.parent() == self.currentIndex().parent()
        ):
            painter.save()
            painter.setPen(QPen(tone.current().accent, 2))
            painter.drawRect(QRect(1, row.top() + 1, self.viewport().width() - 2, row.height() - 2))
            painter.restore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._set_widths()

    def _box_at(self, point: QPoint) -> int | None:
        index = self.indexAt(point)
        if not index.isValid() or index.column() != NAME or not box_reach(self.visualRect(index)).contains(point):
            return None
        return self._model.place(index)

    def _open(self, places: Collection[int], then: int | None = None) -> None:
        """Open these branches and go to a place: at once if they are few, else in slices."""
        if len(places) <= _OPEN_AT_ONCE:
            for place in sorted(places):
                self.setExpanded(self._model.index_of(place), True)
            self._go_to(then)
            return
        self._then = then
        self.opening.begin(sorted(places))

    def _opened(self) -> None:
        self._know_open(True if self.opening.opened.issuperset(self._model.branches()) else None)
        self._go_to(self._then)
        self._then = None

    def _know_open(self, known: bool | None) -> None:
        self._known_open = known

    def _go_to(self, place: int | None) -> None:
        if place is None:
            return
        index = self._model.index_of(place)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _set_widths(self) -> None:
        """Set once from the font and the headings, never from the rows."""
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        caption, body = QFontMetrics(font("caption")), QFontMetrics(font())
        for column, widest in (
            (OWN, "00 000"),
            (BRANCH, "000 000"),
            (STUDY, self._words("of {n}", n=100_000) + " 000 000"),
        ):
            heading = str(self._model.headerData(column, Qt.Orientation.Horizontal))
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, max(caption.horizontalAdvance(heading), body.horizontalAdvance(widest)) + 36)
        self.setIndentation(24)
