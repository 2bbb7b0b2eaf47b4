"""The journal's tables, and the steps that lead an older file to them."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

Step = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True)
class SchemaSteps:
    """The steps in order; the first one makes version 1. `current` is the version after the last."""

    steps: list[Step] = field(default_factory=list)

    @property
    def current(self) -> int:
        return len(self.steps)

    def step(self, function: Step) -> Step:
        """Register the step to the next version. It runs inside a transaction and must not end it."""
        self.steps.append(function)
        return function

    def migrate(self, connection: sqlite3.Connection, version: int) -> None:
        for number, function in enumerate(self.steps[version:], version + 1):
            function(connection)
            connection.execute(f"PRAGMA user_version = {number}")


MIGRATIONS = SchemaSteps()

_VERSION_1 = (
    # Links (rule I1) and what is known of both ends; name, email, was_active: as of the last good run (I7, L2).
    """CREATE TABLE people (
        portal TEXT NOT NULL, bitrix24_id INTEGER NOT NULL, learn_id TEXT NOT NULL, origin TEXT NOT NULL,
        deactivated_by_us INTEGER NOT NULL DEFAULT 0, was_active INTEGER NOT NULL DEFAULT 1,
        no_seat INTEGER NOT NULL DEFAULT 0, name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (portal, bitrix24_id)) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX people_learn_id ON people (learn_id)",
    """CREATE TABLE departments (
        portal TEXT NOT NULL, bitrix24_id INTEGER NOT NULL, learn_id TEXT NOT NULL, supervisor_id TEXT,
        PRIMARY KEY (portal, bitrix24_id)) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX departments_learn_id ON departments (learn_id)",
    # Sent, perhaps, and not answered: removed by the answer, whichever run gets it.
    """CREATE TABLE unanswered (
        kind TEXT NOT NULL, portal TEXT NOT NULL, bitrix24_id INTEGER NOT NULL, run_number INTEGER NOT NULL,
        after TEXT NOT NULL, PRIMARY KEY (kind, portal, bitrix24_id, run_number)) WITHOUT ROWID""",
    """CREATE TABLE interims (
        portal TEXT NOT NULL, bitrix24_id INTEGER NOT NULL, before TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (portal, bitrix24_id)) WITHOUT ROWID""",
    """CREATE TABLE decisions (
        portal TEXT NOT NULL, bitrix24_id INTEGER NOT NULL, kind TEXT NOT NULL, learn_id TEXT,
        PRIMARY KEY (portal, bitrix24_id)) WITHOUT ROWID""",
    """CREATE TABLE held (
        portal TEXT NOT NULL, bitrix24_id INTEGER NOT NULL, run_id TEXT NOT NULL,
        PRIMARY KEY (portal, bitrix24_id)) WITHOUT ROWID""",
    """CREATE TABLE rejections (
        portal TEXT NOT NULL, bitrix24_id INTEGER NOT NULL, fingerprint TEXT NOT NULL, message TEXT NOT NULL,
        PRIMARY KEY (portal, bitrix24_id)) WITHOUT ROWID""",
    # rights: as of the last good run (rule Q2); whole: past its first whole sync (M3); known: begun at all (I8).
    """CREATE TABLE portals (
        key TEXT PRIMARY KEY, known INTEGER NOT NULL DEFAULT 0, whole INTEGER NOT NULL DEFAULT 0, rights TEXT)
        WITHOUT ROWID""",
    # partial: with --only or --portal; plan_hash and undoes where there are such.
    """CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, command TEXT NOT NULL,
        trigger TEXT NOT NULL, partial INTEGER NOT NULL, undoes TEXT, started_at TEXT NOT NULL, finished_at TEXT,
        exit_code INTEGER, plan_hash TEXT, counts TEXT NOT NULL DEFAULT '{}', summary BLOB)""",
    # state: intended, done, failed, withdrawn; result_id: the account, department or supervisor that came of it.
    """CREATE TABLE changes (
        run_number INTEGER NOT NULL, kind TEXT NOT NULL, portal TEXT NOT NULL, bitrix24_id INTEGER NOT NULL,
        learn_id TEXT, name TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, cause TEXT NOT NULL,
        state TEXT NOT NULL, code TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '', result_id TEXT,
        PRIMARY KEY (run_number, kind, portal, bitrix24_id))""",
    "CREATE TABLE plans (hash TEXT PRIMARY KEY, stored_at TEXT NOT NULL, plan BLOB NOT NULL)",
    # The primary key is the claim: firing twice is a no-op (rule Z1).
    """CREATE TABLE occurrences (
        occurrence TEXT PRIMARY KEY, run_id TEXT, claimed_at TEXT NOT NULL, outcome TEXT, reason TEXT NOT NULL
        DEFAULT '', answered_at TEXT) WITHOUT ROWID""",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)


@MIGRATIONS.step
def create_tables(connection: sqlite3.Connection) -> None:
    """The first version."""
    for statement in _VERSION_1:
        connection.execute(statement)
