"""The journal as the rest of the program sees it: who is linked to whom, what every run did, which runs are due."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from b24learn_gui.company.model import DepartmentKey, PersonKey, Rights
from b24learn_gui.storage.journal import decisions, holds, keeping, learn_names, links, occurrences, recollection, runs
from b24learn_gui.storage.journal.diary import JournalDiary
from b24learn_gui.storage.journal.holds import Held, UndoHolds
from b24learn_gui.storage.journal.occurrences import Occurrence
from b24learn_gui.storage.journal.runs import RecordedChange, RunRecord, new_run_id
from b24learn_gui.storage.journal.schema import MIGRATIONS, SchemaSteps
from b24learn_gui.storage.journal.store import Store
from b24learn_gui.sync.memory import Decision, Identity, Memory, Origin, Past
from b24learn_gui.timetable.plan import Entry

if TYPE_CHECKING:
    from b24learn_gui.storage.journal.biography import Biography
    from b24learn_gui.storage.journal.naming import Named

_Shape = TypeVar("_Shape")

API_BASE = "api_base"
SETTINGS_SAVED_AT = "settings_saved_at"
SETTINGS_IMPORTED = "settings_imported"
"""Names of facts."""

KEEP_RUNS = 60
KEEP_OCCURRENCES = 400


class Journal:
    """An open journal, used by one thread. Every method that changes something is durable when it returns.

    Methods raise `JournalUnusable` (70) when the file fails them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._diary: JournalDiary | None = None

    @classmethod
    def open(cls, path: Path, steps: SchemaSteps = MIGRATIONS) -> Self:
        """For writing; the file is made where there is none. Raises `JournalUnusable` (70), see there."""
        return cls(Store.open(path, steps))

    @classmethod
    def open_read_only(cls, path: Path, steps: SchemaSteps = MIGRATIONS) -> Self:
        """Changes nothing on disk; no file means an empty journal (incident T21). Raises `JournalUnusable` (70)."""
        return cls(Store.open_read_only(path, steps))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if self._diary is not None:
                self._diary.flush()  # what the server has confirmed is known, whatever failed afterwards
        finally:
            self._store.close()

    # What the planner asks

    def memory(self) -> Memory:
        with self._store.reading() as db:
            return recollection.recollect(db)

    def biography(self, key: PersonKey) -> "Biography":
        """What was done to one person, and since which undo he is held."""
        from b24learn_gui.storage.journal.biography import biography  # noqa: PLC0415 - only `explain` asks

        with self._store.reading() as db:
            return biography(db, key)

    # Runs

    def begin_run(
        self,
        command: str,
        trigger: str,
        started_at: datetime,
        *,
        run_id: str | None = None,
        partial: bool = False,
        undoes: str | None = None,
    ) -> str:
        """Open a run and return its id, which is made up here unless it is given."""
        run_id = run_id or new_run_id(started_at)
        with self._store.transaction() as db:
            runs.begin(
                db,
                run_id=run_id,
                command=command,
                trigger=trigger,
                started_at=started_at,
                partial=partial,
                undoes=undoes,
            )
        return run_id

    def diary(self, run_id: str, *, holding: bool = False) -> JournalDiary:
        """The `Diary` of a run that was begun; `KeyError` for another. One at a time.

        `holding`: it is an undo, and whomever it touches it holds from before the write (rule U2).
        """
        with self._store.reading() as db:
            number = runs.number_of(db, run_id)
        if number is None:
            raise KeyError(run_id)
        if self._diary is not None:
            self._diary.flush()
        self._diary = JournalDiary(self._store, number, holds=UndoHolds(run_id) if holding else None)
        return self._diary

    def finish_run(
        self,
        run_id: str,
        finished_at: datetime,
        exit_code: int,
        *,
        counts: Mapping[str, int],
        summary: Mapping[str, Any],
        plan_hash: str | None = None,
    ) -> None:
        """Close a run; `summary` is the JSON summary of INTERFACE, kept compressed."""
        if self._diary is not None:
            self._diary.flush()
        with self._store.transaction() as db:
            runs.finish(
                db,
                run_id=run_id,
                finished_at=finished_at,
                exit_code=exit_code,
                counts=counts,
                summary=summary,
                plan_hash=plan_hash,
            )

    def runs(self, limit: int = 100) -> tuple[RunRecord, ...]:
        """The newest first, without summaries."""
        with self._store.reading() as db:
            return runs.latest(db, limit)

    def run(self, run_id: str) -> RunRecord | None:
        with self._store.reading() as db:
            return runs.find(db, run_id)

    def record(self, run_id: str) -> RunRecord | None:
        """A run without its summary, which can be of megabytes."""
        with self._store.reading() as db:
            return runs.find_record(db, run_id)

    def linked(self) -> dict[str, int]:
        """How many people are linked, by portal."""
        with self._store.reading() as db:
            return dict(db.execute("SELECT portal, count(*) FROM people GROUP BY portal").fetchall())

    def writers_since(self, moment: datetime) -> tuple[RunRecord, ...]:
        """Syncs and applied undos begun since then, finished or not, the newest first."""
        with self._store.reading() as db:
            return runs.writers_since(db, moment)

    def last_writer(self) -> RunRecord | None:
        """The newest sync or applied undo, finished or not."""
        with self._store.reading() as db:
            return runs.last_writer(db)

    def last_whole(self) -> RunRecord | None:
        """The newest finished sync without `--only` and `--portal`, whatever its end."""
        with self._store.reading() as db:
            return runs.last_whole(db)

    def confirmed(self, run_id: str) -> int:
        """How many changes of a run the server confirmed."""
        with self._store.reading() as db:
            return runs.confirmed(db, run_id)

    def summary_as(self, run_id: str, shape: type[_Shape]) -> _Shape | None:
        """A run's summary as that type, which may leave out most of it; None where there is none."""
        with self._store.reading() as db:
            return runs.summary_as(db, run_id, shape)

    def last_success(self) -> RunRecord | None:
        """The newest sync without `--only` and `--portal` that ended 0 or 10."""
        with self._store.reading() as db:
            return runs.last_success(db)

    def changes(self, run_id: str) -> tuple[RecordedChange, ...]:
        with self._store.reading() as db:
            return runs.changes(db, run_id)

    def names(self) -> "tuple[Named, ...]":
        """What everybody is called whom a link, a change or a recent summary names; the latest name last."""
        from b24learn_gui.storage.journal.naming import names  # noqa: PLC0415 - only the log's window asks

        with self._store.reading() as db:
            return tuple(names(db))

    def remember_called(self, called: Mapping[str, str]) -> None:
        """Keep the names of accounts and departments of which only the Learn id is known here."""
        if called:
            with self._store.transaction() as db:
                learn_names.remember_called(db, called)

    def called(self) -> dict[str, str]:
        """Names by `main:27`, by a department's code, and by id in Learn. As long as `names`."""
        from b24learn_gui.storage.journal.naming import called  # noqa: PLC0415 - only reports ask

        with self._store.reading() as db:
            return called(db)

    def store_plan(self, plan_hash: str, plan: Mapping[str, Any], stored_at: datetime) -> None:
        """Keep a plan (JSON values) by its hash, for `show`, a refused `--approve` and `undo`."""
        with self._store.transaction() as db:
            runs.store_plan(db, plan_hash, plan, stored_at)

    def plan(self, plan_hash: str) -> Mapping[str, Any] | None:
        with self._store.reading() as db:
            return runs.find_plan(db, plan_hash)

    def plan_as(self, plan_hash: str, shape: type[_Shape]) -> _Shape | None:
        """A plan as that type, which may leave out most of it; None where there is none."""
        with self._store.reading() as db:
            return runs.plan_as(db, plan_hash, shape)

    def prune(self, before: datetime, *, keep_runs: int = KEEP_RUNS, keep_occurrences: int = KEEP_OCCURRENCES) -> int:
        """Forget runs with their changes and plans, and occurrences, of before that moment; returns how many runs.

        The newest ones and the last success always stay, and so does every link.
        """
        with self._store.transaction() as db:
            occurrences.prune(db, before, keep_occurrences)
            return keeping.prune(db, before, keep_runs)

    def prune_to_size(self, most_bytes: int, before: datetime, *, keep_runs: int = KEEP_RUNS) -> int:
        """Forget the oldest runs of before that moment until the journal is no larger; returns how many.

        The newest ones stay, the last success and what a plan that waits or a hold hangs on, whatever the size.
        """
        with self._store.transaction() as db:
            return keeping.prune_to_size(db, most_bytes, before, keep_runs)

    def give_back(self) -> bool:
        """Let the disk have what forgotten runs took, where it is much; whether the file was written anew.

        For the holder of the run lock, after his run. Seconds for a large journal, which others can read meanwhile.
        """
        return self._store.give_back()

    # Portals

    def remember_portal(
        self,
        key: str,
        identities: Mapping[int, Identity],
        rights: Rights,
        *,
        whole: bool = False,
        past: Past | None = None,
    ) -> None:
        """At the end of a good run of a portal: who its linked people are, what its webhook may do, how it was."""
        with self._store.transaction() as db:
            links.know_portals(db, (key,))
            links.remember_identities(db, key, identities)
            decisions.remember_identities(db, key, identities)
            links.remember_rights(db, key, rights, whole=whole)
            if past is not None:
                recollection.remember_past(db, key, past)
            if whole:
                links.end_rebuilding(db, key)

    def begin_rebuilding(self, keys: Iterable[str]) -> None:
        """Links of these portals are being found anew (rule I8), until a portal is remembered as whole."""
        with self._store.transaction() as db:
            links.begin_rebuilding(db, keys)

    def accept_rights(self, key: str, rights: Rights) -> None:
        """A person says that the rights are meant to be so (rule Q2)."""
        with self._store.transaction() as db:
            links.remember_rights(db, key, rights)

    # Links, decisions, holds

    def link_departments(self, found: Mapping[DepartmentKey, str]) -> None:
        """Link departments that were recognised by their code (rule D2): key → Learn id."""
        with self._store.transaction() as db:
            for key, learn_id in found.items():
                links.link_department(db, key, learn_id)

    def link_person(self, key: PersonKey, learn_id: str, origin: Origin = "decided") -> None:
        """Bind an account to a person on purpose; the link of whoever held it is removed (rule I6)."""
        with self._store.transaction() as db:
            links.link_person(db, key, learn_id, origin)

    def decide(self, key: PersonKey, decision: Decision) -> None:
        """Keep a person's decision about a conflict and move the links as it says (rule I6)."""
        with self._store.transaction() as db:
            decisions.decide(db, key, decision)

    def forget_decision(self, key: PersonKey) -> bool:
        """Take a decision back, with the links as far as they are still as it left them; False if there was none."""
        with self._store.transaction() as db:
            return decisions.forget(db, key)

    def end_undo(self, run_id: str, *, unlink: Iterable[PersonKey], hold: Iterable[PersonKey]) -> None:
        """At the end of the undo `run_id`: links of adoptions go, and whom it touched stays as he is (U1, U2)."""
        with self._store.transaction() as db:
            for key in unlink:
                links.unlink_person(db, key)
            holds.hold(db, hold, run_id)

    def held_for(self, run_id: str) -> Held:
        """Who and what undos of that run hold, whether or not they came to their end; or that run, if it is one."""
        with self._store.reading() as db:
            return holds.held_for(db, run_id)

    def release(self, people: Iterable[PersonKey] = (), departments: Iterable[DepartmentKey] = ()) -> None:
        """The next run judges these anew."""
        with self._store.transaction() as db:
            holds.release(db, people)
            holds.release_departments(db, departments)

    # Occurrences

    def claim_occurrence(self, occurrence: str, run_id: str, at: datetime, skipped: Iterable[Entry] = ()) -> bool:
        """True for exactly one caller: he runs it (rule Z1). What his run answers besides is written with the claim."""
        with self._store.transaction() as db:
            claimed = occurrences.claim(db, occurrence, run_id, at)
            if claimed:
                occurrences.skip(db, skipped, at)
            return claimed

    def claim_again(self, occurrence: str, at: datetime, skipped: Iterable[Entry] = ()) -> bool:
        """The same for the one more run of an interrupted claim."""
        with self._store.transaction() as db:
            claimed = occurrences.claim_again(db, occurrence)
            if claimed:
                occurrences.skip(db, skipped, at)
            return claimed

    def skip_occurrences(self, rows: Iterable[Entry], at: datetime) -> None:
        """Occurrences that nobody runs; what has a row keeps it."""
        with self._store.transaction() as db:
            occurrences.skip(db, rows, at)

    def ledger(self) -> list[Entry]:
        """Every occurrence with its outcome, in any order."""
        with self._store.reading() as db:
            return occurrences.ledger(db)

    def answer_occurrence(self, occurrence: str, outcome: str, at: datetime, reason: str = "") -> bool:
        """The one outcome of a claimed or missed occurrence; False if it has one."""
        with self._store.transaction() as db:
            return occurrences.answer(db, occurrence, outcome, reason, at)

    def interrupt_claims(self, at: datetime) -> tuple[str, ...]:
        """For the holder of the run lock: claims left without outcome become `interrupted` and are returned."""
        with self._store.transaction() as db:
            return occurrences.interrupt(db, at)

    def unanswered_claims(self) -> tuple[Occurrence, ...]:
        with self._store.reading() as db:
            return occurrences.latest(db, -1, unanswered_only=True)

    def occurrences(self, limit: int = KEEP_OCCURRENCES) -> tuple[Occurrence, ...]:
        """The newest first."""
        with self._store.reading() as db:
            return occurrences.latest(db, limit)

    # Facts

    def fact(self, name: str) -> str | None:
        with self._store.reading() as db:
            row = db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        with self._store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def forget_fact(self, name: str, value: str) -> None:
        """Unless it has become another one."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM facts WHERE name = ? AND value = ?", (name, value))
