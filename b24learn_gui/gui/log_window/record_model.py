"""The records as the table asks for them: a million places, of which those on screen are read and put into words."""

from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.log_window.asking import Pieces, Source, read_shown
from b24learn_gui.gui.log_window.saving import as_text
from b24learn_gui.gui.log_window.words import Shown, Teller, level_word
from b24learn_gui.storage.log_filter import Listing

Index = QModelIndex | QPersistentModelIndex

TIME, MARK, KIND, WHO, WHAT = range(5)
"""The columns."""

SHOWN_ROLE = int(Qt.ItemDataRole.UserRole) + 1
PAGE = 64
KEPT_PAGES = 32
"""Lines kept in words: memory does not grow with the number of records looked at."""


class RecordModel(QAbstractTableModel):
    """Lines of one listing, which may grow at its end."""

    def __init__(self, teller: Teller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._teller = teller
        self._listing: Listing[Source] = Listing()
        self._pages: OrderedDict[int, list[Shown]] = OrderedDict()

    def snapshot(self) -> Listing[Source]:
        """What is shown now, for another thread."""
        return Listing(self._listing.pieces)

    def show(self, pieces: Pieces, teller: Teller) -> None:
        """Other records."""
        self.beginResetModel()
        self._listing, self._teller = Listing(pieces), teller
        self._pages.clear()
        self.endResetModel()

    def add(self, pieces: Pieces, teller: Teller) -> None:
        """Records behind those shown; what the journal says by now is told of the others as well."""
        if teller is not self._teller:
            self._teller = teller
            self._pages.clear()
            if len(self._listing):
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._listing) - 1, WHAT))
        number, more = len(self._listing), sum(len(piece.rows) for piece in pieces)
        if more:
            self._pages.pop(number // PAGE, None)
            self.beginInsertRows(QModelIndex(), number, number + more - 1)
            self._listing.add(pieces)
            self.endInsertRows()

    def shown(self, place: int) -> Shown:
        """The line in this place."""
        page = place // PAGE
        lines = self._pages.get(page)
        if lines is None:
            first = page * PAGE
            lines = read_shown(self._listing, first, min(first + PAGE, len(self._listing)), self._teller)
            self._pages[page] = lines
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(page)
        return lines[place % PAGE]

    @property
    def kept_lines(self) -> int:
        """How many lines are kept in words."""
        return sum(map(len, self._pages.values()))

    def line_text(self, place: int) -> str:
        """A line as it is copied and saved: columns with tabs between them."""
        return as_text(self.shown(place))

    # What views ask for

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._listing)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else WHAT + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = index.column()
        if role == Qt.ItemDataRole.FontRole:
            return font("body", QFont.Weight.Medium) if column == WHO else figures(font()) if column == TIME else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return tone.current().text_2 if column in {TIME, KIND} else None
        wanted = Qt.ItemDataRole
        if role not in {wanted.DisplayRole, wanted.ToolTipRole, wanted.AccessibleTextRole, SHOWN_ROLE}:
            return None
        shown = self.shown(index.row())
        if role == SHOWN_ROLE:
            return shown
        text = (shown.time, "", shown.kind, shown.who, shown.what)[column]
        if role == wanted.AccessibleTextRole:
            return level_word(shown.level, self._teller.words) if column == MARK else text
        return (text or None) if role == wanted.ToolTipRole else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self._teller.words
        return (words("Time"), "", words("Kind"), words("Who"), words("What happened"))[section]
