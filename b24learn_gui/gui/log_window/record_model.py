"""The records as the table asks for them: a million places, of which those on screen are read and put into words."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QFont

from b24learn_gui.gui import tone
from b24learn_gui.gui.fonts import figures, font
from b24learn_gui.gui.log_window.asking import PAGE, Found, Source, read_places
from b24learn_gui.gui.log_window.words import PENDING, Shown, Teller, level_word
from b24learn_gui.gui.views.late_answers import LateAnswers
from b24learn_gui.storage.log_filter import Listing

Index = QModelIndex | QPersistentModelIndex

TIME, MARK, KIND, WHO, WHAT = range(5)
"""The columns."""

SHOWN_ROLE = int(Qt.ItemDataRole.UserRole) + 1
KEPT_PAGES = 32
"""Lines kept in words: memory does not grow with the number of records looked at."""
_READ_PAGES = 6
"""Of the pages wanted so many are read, those wanted last: the others have been scrolled past."""


class RecordModel(QAbstractTableModel):
    """Lines of one listing, which may grow at its end. No file is read on the windows' thread: a line is `PENDING`
    until a worker has read it.
    """

    def __init__(self, teller: Teller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._teller = teller
        self._listing: Listing[Source] = Listing()
        self._pages: OrderedDict[int, list[Shown | None]] = OrderedDict()
        self._stale: set[int] = set()
        """Pages that are shown, but in the words of a former teller."""
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._turn = 0
        self._reading = LateAnswers(self)
        self._reading.answered.connect(self._take)
        self._reading.failed.connect(lambda _error: self._wanted.clear())
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read)

    @property
    def reading(self) -> bool:
        """Whether lines are still to come."""
        return self._soon.isActive() or self._reading.busy

    def snapshot(self) -> Listing[Source]:
        """What is shown now, for another thread."""
        return Listing(self._listing.pieces)

    def show(self, found: Found) -> None:
        """Other records."""
        self.beginResetModel()
        self._listing, self._teller = Listing(found.pieces), found.teller
        self._pages.clear()
        self._stale.clear()
        self._wanted.clear()
        self._turn += 1
        self._keep(0, found.lines)
        self.endResetModel()

    def add(self, found: Found) -> None:
        """Records behind those shown; what the journal says by now is told of the others as well."""
        number, more = len(self._listing), sum(len(piece.rows) for piece in found.pieces)
        if found.teller is not self._teller:
            self._teller = found.teller
            self._turn += 1
            self._stale = set(self._pages)
            if number:
                self.dataChanged.emit(self.index(0, 0), self.index(number - 1, WHAT))
        if more:
            self.beginInsertRows(QModelIndex(), number, number + more - 1)
            self._listing.add(found.pieces)
            self._keep(number, found.lines)
            self.endInsertRows()

    def shown(self, place: int) -> Shown:
        """The line in this place, `PENDING` while it is read."""
        number, at = divmod(place, PAGE)
        page = self._pages.get(number)
        line = page[at] if page is not None else None
        if line is None or number in self._stale:
            self._want(number)
        elif page is not None:
            self._pages.move_to_end(number)
        return line or PENDING

    @property
    def kept_lines(self) -> int:
        """How many lines are kept in words."""
        return sum(map(len, self._pages.values()))

    # Reading

    def _want(self, page: int) -> None:
        if page in self._wanted:
            self._wanted.move_to_end(page)
            return
        self._wanted[page] = None
        self._soon.start()

    def _read(self) -> None:
        """Have the pages read that were wanted last, with what was asked for before and has not come."""
        for page in list(self._wanted)[:-_READ_PAGES]:
            del self._wanted[page]
        turn, teller, count = self._turn, self._teller, len(self._listing)
        pages = {
            page * PAGE: [self._listing[place] for place in range(page * PAGE, min((page + 1) * PAGE, count))]
            for page in self._wanted
        }

        def read() -> object:
            return turn, {first: read_places(places, teller) for first, places in pages.items()}

        if pages:
            self._reading.ask(read)

    def _take(self, answer: tuple[int, Mapping[int, Sequence[Shown]]]) -> None:
        turn, pages = answer
        if turn != self._turn:
            # Other records are shown by now, or in other words: what is still on screen is asked for again.
            if self._wanted:
                self._soon.start()
            return
        for first, lines in pages.items():
            page = first // PAGE
            self._wanted.pop(page, None)
            self._stale.discard(page)
            self._keep(first, {0: lines})
            if lines:
                self.dataChanged.emit(self.index(first, 0), self.index(first + len(lines) - 1, WHAT))
        if self._wanted:
            self._soon.start()

    def _keep(self, begin: int, lines: Mapping[int, Sequence[Shown]]) -> None:
        for first, some in lines.items():
            for place, line in enumerate(some, begin + first):
                number, at = divmod(place, PAGE)
                page = self._pages.get(number)
                if page is None:
                    page = self._pages[number] = [None] * PAGE
                page[at] = line
        while len(self._pages) > KEPT_PAGES:
            gone, _ = self._pages.popitem(last=False)
            self._stale.discard(gone)

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
        if role == wanted.AccessibleTextRole and shown is not PENDING:
            return level_word(shown.level, self._teller.words) if column == MARK else text
        return (text or None) if role == wanted.ToolTipRole else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self._teller.words
        return (words("Time"), "", words("Kind"), words("Who"), words("What happened"))[section]
