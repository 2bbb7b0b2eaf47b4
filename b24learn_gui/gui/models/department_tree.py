"""The tree of departments as Qt's views ask for it: all portals, filtered by a search, ticked by marks."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from b24learn_gui.gui.models.department_row import Row, changed_since, row_of, spoken, study_figures
from b24learn_gui.gui.models.headcount import Headcount
from b24learn_gui.gui.models.marks import Choice, Marks, Standing, whole
from b24learn_gui.gui.models.structure import NOWHERE, Structure
from b24learn_gui.text.words import Words

Index = QModelIndex | QPersistentModelIndex

NAME, OWN, BRANCH, STUDY = range(4)
"""The columns."""

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Row` a delegate paints from."""

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_BOXES = {
    Standing.OWN: Qt.CheckState.Checked,
    Standing.BELOW: Qt.CheckState.PartiallyChecked,
    Standing.NOBODY: Qt.CheckState.Unchecked,
}
_PLAIN_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_NAME_FLAGS = _PLAIN_FLAGS | Qt.ItemFlag.ItemIsUserCheckable
_TOLD_AT_MOST = 200
"""Groups of rows, and rows above, told to have changed after one click. A view spends up to a millisecond on each."""
_NO_STRUCTURE = Structure.of(())


class DepartmentTreeModel(QAbstractItemModel):
    """Departments with their boxes. `marks_changed` tells that a person, or `set_marks`, ticked something.

    An index carries the place of its department in the structure. A search leaves away what neither is called so nor
    lies above or below such a department; marks are of the whole tree all the same. A tick high up changes thousands of
    rows: `dataChanged` tells of the first groups only, and who shows rows repaints on `marks_changed`.
    """

    marks_changed = Signal()

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._portal_names: Mapping[str, str] = {}
        self._structure = _NO_STRUCTURE
        self._headcount = Headcount.of(_NO_STRUCTURE, {}, {})
        self._marks = Marks()
        self._saved: bytes | None = None
        self._everybody = self._choice = whole(self._structure, self._headcount)
        self._children: Sequence[Sequence[int]] = ()
        self._tops: Sequence[int] = ()
        self._rows: list[int] = []
        self._asked: set[int] = set()

    @property
    def structure(self) -> Structure:
        return self._structure

    @property
    def marks(self) -> Marks:
        return self._marks

    @property
    def choice(self) -> Choice:
        """How every department stands now."""
        return self._choice

    def set_company(
        self,
        structure: Structure,
        headcount: Headcount,
        marks: Marks,
        *,
        saved: Marks | None = None,
        portal_names: Mapping[str, str] | None = None,
    ) -> None:
        """Show other departments. `saved`: the marks of the saved settings, None on a first set-up; `portal_names`:
        what portals are called beside their topmost department where there are several.
        """
        self.beginResetModel()
        self._structure, self._headcount, self._marks = structure, headcount, marks
        self._portal_names = portal_names or {}
        self._everybody = whole(structure, headcount)
        self._choice = Choice.of(structure, headcount, marks)
        self._saved = None if saved is None else Choice.of(structure, headcount, saved).ticked
        self._show(structure.children, structure.tops)
        self.endResetModel()

    def set_words(self, words: Words) -> None:
        """Speak another language."""
        self._words = words
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, NAME, STUDY)
        self._tell(range(len(self._structure)))

    def search(self, text: str) -> tuple[int, ...]:
        """Show only departments that are called so, with everything above and below them. Returns the hits; an empty
        text shows everything again.
        """
        structure = self._structure
        hits = structure.named(text)
        self.beginResetModel()
        if not text.strip():
            self._show(structure.children, structure.tops)
        else:
            kept = _with_relatives(structure, hits)
            self._show(
                [[child for child in children if kept[child]] if kept[place] else () for place, children in
                 enumerate(structure.children)],
                [top for top in structure.tops if kept[top]],
            )  # fmt: skip
        self.endResetModel()
        return hits

    def tick(self, place: int, *, on: bool) -> None:
        """The department with everything below."""
        self._change(self._marks.with_branch(self._structure, place, on=on), place)

    def tick_only(self, place: int, *, on: bool) -> None:
        """The department's own people; everything below stays as it is."""
        self._change(self._marks.with_own(self._structure, place, on=on), place)

    def toggle(self, place: int) -> None:
        """What a click on the box does: own people in → nobody of the branch, otherwise the whole branch."""
        self.tick(place, on=not self._choice.ticked[place])

    def invert(self) -> None:
        self.set_marks(self._marks.inverted(self._structure))

    def set_marks(self, marks: Marks) -> None:
        """Other marks for the whole tree."""
        self._change(marks, None)

    def place(self, index: Index) -> int:
        """The place of a valid index."""
        return int(index.internalId())

    def index_of(self, place: int, column: int = NAME) -> QModelIndex:
        """The index of a place; an invalid one while a search hides it."""
        return self.createIndex(self._rows[place], column, place) if self._rows[place] >= 0 else QModelIndex()

    def branches(self) -> list[int]:
        """Places that show and have something below them that shows, parents before children."""
        return [place for place, children in enumerate(self._children) if children]

    def changed(self) -> tuple[int, ...]:
        """Places whose own people are in or out otherwise than in the saved settings: of a branch that was ticked or
        unticked as a whole the topmost one alone. Nothing on a first set-up.
        """
        choice, saved = self._choice, self._saved
        if saved is None or saved == choice.ticked:
            return ()
        return tuple(place for place in range(len(self._structure)) if changed_since(choice, saved, place))

    def row(self, place: int) -> Row:
        portal = ""
        if self._structure.parents[place] == NOWHERE and len(self._structure.tops) > 1:
            portal = self._portal_names.get(self._structure.keys[place][0], self._structure.keys[place][0])
        return row_of(self._choice, self._everybody, place, saved=self._saved, portal=portal)

    # What views ask for

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's signature
        above = NOWHERE
        if parent.isValid():
            if parent.column():
                return QModelIndex()
            above = parent.internalId()
        siblings = self._siblings(above)
        if not (0 <= row < len(siblings) and NAME <= column <= STUDY):
            return QModelIndex()
        self._asked.add(above)
        return self.createIndex(row, column, siblings[row])

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008 - QObject has a `parent` as well
        if not index.isValid():
            return QModelIndex()
        above = self._structure.parents[self.place(index)]
        return QModelIndex() if above == NOWHERE else self.createIndex(self._rows[above], NAME, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        if not parent.isValid():
            return len(self._tops)
        return 0 if parent.column() else len(self._children[self.place(parent)])

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008 - Qt's signature
        return STUDY + 1

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 - Qt's signature
        return self.rowCount(parent) > 0

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _NAME_FLAGS if index.column() == NAME else _PLAIN_FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place, column = self.place(index), index.column()
        if role == ROW_ROLE:
            return self.row(place)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(place, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._heard(place, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column == NAME else _RIGHT
        if column != NAME:
            return None
        if role == Qt.ItemDataRole.CheckStateRole:
            return _BOXES[self._choice.standing(place)]
        return self._structure.names[place] if role == Qt.ItemDataRole.ToolTipRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A tick by assistive technology: checked is the whole branch, anything else is nobody of it."""
        if not index.isValid() or index.column() != NAME or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.tick(self.place(index), on=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not NAME <= section <= STUDY:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if section == NAME else _RIGHT
        return None

    def _headings(self) -> tuple[str, str, str, str]:
        words = self._words
        return words("Department"), words("Own"), words("With those below"), words("Will study")

    def _shown(self, place: int, column: int) -> str:
        if column == NAME:
            return self._structure.names[place]
        row = self.row(place)
        if column == OWN:
            return self._words.number(row.own)
        if column == BRANCH:
            return "" if row.leaf else self._words.number(row.branch)
        return " ".join(filter(None, study_figures(row, self._words)))

    def _heard(self, place: int, column: int) -> str:
        if column == NAME:
            return spoken(self.row(place), self._words)
        shown = self._shown(place, column)
        return f"{self._headings()[column]}: {shown}" if shown else ""

    def _siblings(self, above: int) -> Sequence[int]:
        return self._tops if above == NOWHERE else self._children[above]

    def _show(self, children: Sequence[Sequence[int]], tops: Sequence[int]) -> None:
        self._children, self._tops = children, tops
        self._asked = set()
        self._rows = [-1] * len(self._structure)
        for siblings in (tops, *children):
            for row, place in enumerate(siblings):
                self._rows[place] = row

    def _change(self, marks: Marks, place: int | None) -> None:
        if marks == self._marks:
            return
        self._marks = marks
        self._choice = Choice.of(self._structure, self._headcount, marks)
        if place is None:
            self._tell(range(len(self._structure)))
        else:
            self._tell(self._structure.branch(place))
            for each in (place, *self._structure.above(place)[:_TOLD_AT_MOST]):
                self._tell_row(each)
        self.marks_changed.emit()

    def _tell(self, places: range) -> None:
        """That what lies below these places reads differently: only groups of rows that anybody has asked for."""
        everything = len(places) == len(self._structure)
        groups = (above for above in self._asked if above in places or (everything and above == NOWHERE))
        for above in islice(groups, _TOLD_AT_MOST):
            siblings = self._siblings(above)
            if siblings:
                self.dataChanged.emit(self.index_of(siblings[0]), self.index_of(siblings[-1], STUDY))

    def _tell_row(self, place: int) -> None:
        if self._rows[place] >= 0:
            self.dataChanged.emit(self.index_of(place), self.index_of(place, STUDY))


def _with_relatives(structure: Structure, hits: Iterable[int]) -> bytearray:
    """1 for the hits, everything above them and everything below them."""
    kept = bytearray(len(structure))
    for hit in hits:
        if kept[hit]:
            continue  # it lies below an earlier hit
        branch = structure.branch(hit)
        kept[branch.start : branch.stop] = b"\1" * len(branch)
        above = structure.parents[hit]
        while above != NOWHERE and not kept[above]:
            kept[above] = 1
            above = structure.parents[above]
    return kept
