"""`sync.ports.Diary` on the journal: intentions at once and durable, answers in small groups."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from b24learn_gui.storage.journal import links
from b24learn_gui.storage.journal.holds import UndoHolds
from b24learn_gui.storage.journal.store import Store
from b24learn_gui.sync.changes import Change

GROUP_SIZE = 500
GROUP_SECONDS = 1.0
"""Answers wait at most so long, or until so many are together: a kill costs no more than looking those up again."""

_UPSERT = """INSERT INTO changes
    (run_number, kind, portal, bitrix24_id, learn_id, name, before, after, cause, state, code, message, result_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (run_number, kind, portal, bitrix24_id) DO UPDATE SET state = excluded.state, code = excluded.code,
    message = excluded.message, result_id = excluded.result_id"""
_ANSWER = """UPDATE changes SET state = ?, code = ?, message = ?, result_id = ?
    WHERE run_number = ? AND kind = ? AND portal = ? AND bitrix24_id = ?"""

_Write = Callable[[sqlite3.Connection], None]


class JournalDiary:
    """One run's entries. Used by one thread; `clock` (seconds, monotonic) decides when a group is old enough.

    `holds`: of an undo, which holds whomever it touches.
    """

    def __init__(
        self,
        store: Store,
        run_number: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        holds: UndoHolds | None = None,
    ) -> None:
        self._store = store
        self._run_number = run_number
        self._holds = holds
        self._clock = clock
        self._waiting: list[_Write] = []
        self._flushed_at = clock()

    def intend(self, changes: Sequence[Change]) -> None:
        """Durable when it returns; so is everything said before."""

        def write(db: sqlite3.Connection) -> None:
            links.know_portals(db, (change.portal for change in changes))
            db.executemany(_UPSERT, (self._row(change, "intended") for change in changes))
            db.executemany(
                "INSERT OR REPLACE INTO unanswered VALUES (?, ?, ?, ?, ?)",
                (
                    (change.kind, *change.key, self._run_number, _json(change.after))
                    for change in changes
                    if change.kind in links.LEFT_OPEN
                ),
            )

        self._waiting.append(write)
        self.flush()

    def sending(self, changes: Sequence[Change]) -> None:
        """Of an undo durable when it returns; a sync, which holds nobody, writes nothing here."""
        holds = self._holds
        if holds is not None:
            self._waiting.append(lambda db: holds.take(db, changes))
            self.flush()

    def confirm(self, change: Change, *, learn_id: str | None = None, no_seat: bool = False) -> None:
        result = links.resulting_id(change, learn_id)  # now, and not in the middle of a group

        def write(db: sqlite3.Connection) -> None:
            self._answer(db, change, "done", result_id=result)
            links.confirm(db, change, result, no_seat=no_seat)

        self._later(write)

    def fail(self, change: Change, code: str, message: str = "") -> None:
        def write(db: sqlite3.Connection) -> None:
            self._answer(db, change, "failed", code=code, message=message)
            self._settle(db, [change])
            self._let_go(db, change)
            links.reject(db, change, code, message)

        self._later(write)

    def withdraw(self, changes: Sequence[Change]) -> None:
        def write(db: sqlite3.Connection) -> None:
            for change in changes:
                self._answer(db, change, "withdrawn")
                self._let_go(db, change)
            self._settle(db, changes)

        self._later(write)

    def interim(self, change: Change, value: str) -> None:
        """Durable when it returns, with everything said before."""
        self._waiting.append(lambda db: links.store_interim(db, change, value))
        self.flush()

    def flush(self) -> None:
        if self._waiting:
            with self._store.transaction() as db:
                for write in self._waiting:
                    write(db)
            self._waiting.clear()
        self._flushed_at = self._clock()

    def _later(self, write: _Write) -> None:
        self._waiting.append(write)
        if len(self._waiting) >= GROUP_SIZE or self._clock() - self._flushed_at >= GROUP_SECONDS:
            self.flush()

    def _answer(
        self,
        db: sqlite3.Connection,
        change: Change,
        state: str,
        *,
        code: str = "",
        message: str = "",
        result_id: str | None = None,
    ) -> None:
        answer = (state, code, message, result_id)
        if not db.execute(_ANSWER, (*answer, self._run_number, change.kind, *change.key)).rowcount:
            # A local change, or one refused before it was tried, was never intended.
            links.know_portals(db, (change.portal,))
            db.execute(_UPSERT, self._row(change, *answer))

    def _let_go(self, db: sqlite3.Connection, change: Change) -> None:
        if self._holds is not None:
            self._holds.let_go(db, change)

    def _settle(self, db: sqlite3.Connection, changes: Iterable[Change]) -> None:
        """Nothing came of these in this run. What an earlier run sent stays open: that one may have arrived."""
        db.executemany(
            "DELETE FROM unanswered WHERE kind = ? AND portal = ? AND bitrix24_id = ? AND run_number = ?",
            ((change.kind, *change.key, self._run_number) for change in changes),
        )

    def _row(
        self, change: Change, state: str, code: str = "", message: str = "", result_id: str | None = None
    ) -> tuple[object, ...]:
        return (
            self._run_number,
            change.kind,
            *change.key,
            change.learn_id,
            change.name,
            _json(change.before),
            _json(change.after),
            change.cause,
            state,
            code,
            message,
            result_id,
        )


def _json(values: object) -> str:
    return msgspec.json.encode(values).decode()
