"""The journal's file: opened, migrated, guarded; every SQLite error becomes one of ours here."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from b24learn_gui.errors import SyncError
from b24learn_gui.storage.files import PRIVATE_FILE, make_private_directory
from b24learn_gui.storage.journal.keeping import give_back
from b24learn_gui.storage.journal.schema import MIGRATIONS, SchemaSteps

BUSY_SECONDS = 15.0
"""How long one process waits for another's short write."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DISK = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})


class JournalUnusable(SyncError):
    """The journal cannot be used (exit 70, like settings that cannot): nothing is read or written without it.

    Codes, each with `file`: `journal_damaged`, `journal_newer` (`found`, `known`), `journal_busy`,
    `journal_not_accessible` (`reason`). A damaged file is never replaced by us: it holds who is linked to whom.
    """

    exit_code = 70


class Store:
    """One connection, used by one thread. Writes go through `transaction`, which is durable when it is left."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path, steps: SchemaSteps = MIGRATIONS) -> Self:
        """Open for writing; create or migrate where needed, with a copy of the old file kept beside it."""
        with converted_errors(path):
            try:
                make_private_directory(path.parent)
                # Created by us and not by SQLite, so that it is private from its first moment (its WAL inherits that).
                with contextlib.suppress(FileExistsError):
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
            except OSError as error:
                raise _not_accessible(path, error.strerror or type(error).__name__) from None
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                _check_version(connection, path, steps)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                _migrate(connection, path, steps)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    @classmethod
    def open_read_only(cls, path: Path, steps: SchemaSteps = MIGRATIONS) -> Self:
        """Open without changing a byte of it. No file: an empty journal. An older one is migrated in memory."""
        with converted_errors(path):
            connection = _connect_read_only(path)
            try:
                version = _check_version(connection, path, steps)
                if version < steps.current:
                    connection = _copy_to_memory(connection)
                    steps.migrate(connection, version)
                connection.execute("PRAGMA query_only = ON")
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and on the disk when it is left (write-ahead log, synchronous FULL)."""
        with converted_errors(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Several queries that see the same state, whatever another process writes meanwhile."""
        with converted_errors(self._path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def give_back(self) -> bool:
        """Let the disk have the room that is no longer used; see `keeping.give_back`."""
        with converted_errors(self._path):
            return give_back(self._connection, self._path)

    def close(self) -> None:
        self._connection.close()


@contextlib.contextmanager
def converted_errors(path: Path) -> Iterator[None]:
    """SQLite's errors about the file → `JournalUnusable`; those about our statements are defects and stay."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED:
            raise JournalUnusable("journal_damaged", file=str(path)) from None
        if code in _BUSY:
            raise JournalUnusable("journal_busy", file=str(path)) from None
        if code in _DISK:
            raise _not_accessible(path, str(error)) from None
        raise


def _connect_read_only(path: Path) -> sqlite3.Connection:
    if not path.exists():
        return sqlite3.connect(":memory:", isolation_level=None)
    address = path.absolute().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.OperationalError as error:
        connection.close()
        # A write-ahead log needs files beside the journal, which a place without leave to write does not allow; then
        # nobody else can be writing there either.
        if error.sqlite_errorcode & 0xFF not in _DISK or _may_write(path.parent):
            raise
        return sqlite3.connect(f"{address}?immutable=1", uri=True, isolation_level=None)
    except BaseException:
        connection.close()
        raise
    return connection


def _may_write(directory: Path) -> bool:
    return os.access(directory, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _check_version(connection: sqlite3.Connection, path: Path, steps: SchemaSteps) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > steps.current:
        raise JournalUnusable("journal_newer", file=str(path), found=version, known=steps.current)
    if version == 0 and connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise JournalUnusable("journal_damaged", file=str(path))  # somebody else's database
    return version


def _migrate(connection: sqlite3.Connection, path: Path, steps: SchemaSteps) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] == steps.current:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again under the lock: another process may have migrated in between.
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if 0 < version < steps.current:
            _keep_copy(path, version)
        steps.migrate(connection, version)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _keep_copy(path: Path, version: int) -> None:
    """The journal as it is before migrating, beside it, whole or not at all."""
    kept = path.with_name(f"{path.name}.version-{version}")
    if kept.exists():
        return
    draft = kept.with_name(f"{kept.name}.tmp")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
    with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(draft)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file that can be carried away
    draft.replace(kept)


def _copy_to_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(copy)
    connection.close()
    return copy


def _not_accessible(path: Path, reason: str) -> JournalUnusable:
    return JournalUnusable("journal_not_accessible", file=str(path), reason=reason)
