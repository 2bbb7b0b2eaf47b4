"""The requests that write people: creates, updates, adoptions, moves, and accounts switched off (rules P, L1, L3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from b24learn_gui.errors import Rejected, SyncError
from b24learn_gui.sync.apply_chains import ChainWriter
from b24learn_gui.sync.apply_known import Known
from b24learn_gui.sync.apply_outcome import Record
from b24learn_gui.sync.apply_pump import Task, local
from b24learn_gui.sync.changes import Change, Value
from b24learn_gui.sync.learn_side import Status
from b24learn_gui.sync.limits import WAITS_FOR_SEAT
from b24learn_gui.sync.ports import Answers, Created, Target
from b24learn_gui.sync.swaps import chains

BULK_IDS = 100
"""Accounts or departments in one bulk request: small enough that a stop or a lost answer leaves little in doubt."""

NOT_FIELDS = frozenset({"department", "department_name", "letter"})
"""What `after` of a user.create holds besides profile fields (see `Change`)."""

READ_BACK = 50
"""New accounts whose status is read back by one request; until then their creates are not confirmed, and a run that
dies meanwhile finds them again by login (incident T15)."""

Item = TypeVar("Item")


def in_chunks(items: Iterable[Item], size: int = BULK_IDS) -> Iterator[tuple[Item, ...]]:
    source = iter(items)
    while chunk := tuple(islice(source, size)):
        yield chunk


def status_of(value: Value) -> Status:
    """What a user.deactivate or user.reactivate leads to; every unknown word counts as inactive."""
    return "active" if value == "active" else "terminated" if value == "terminated" else "inactive"


class People:
    """Builds the tasks of one run's people. Failures stay with the person they concern."""

    def __init__(self, *, target: Target, known: Known, record: Record) -> None:
        self._target = target
        self._known = known
        self._record = record
        self._unread: list[tuple[Change, Created]] = []
        self.seatless = False
        """An account created in this run was left inactive: seats are short."""

    def write(self, changes: Sequence[Change]) -> Iterator[Task[Any]]:
        """Adoptions, then creates and updates, in an order that frees logins and e-mails first (rule P7)."""
        for chunk in in_chunks(change for change in changes if change.kind == "user.adopt"):
            yield local(chunk, partial(self._adopt, chunk))
        for chain in chains([change for change in changes if change.kind in ("user.create", "user.update")]):
            if len(chain.steps) == 1 and chain.steps[0].change.kind == "user.create":
                yield self._create(chain.steps[0].change, tuple)
            else:
                yield ChainWriter(
                    chain, target=self._target, known=self._known, record=self._record, create=self._create
                ).start()

    def read_back(self) -> Iterator[Task[Any]]:
        """Whether Learn made the last new accounts active (rule L3)."""
        if self._unread:
            yield self._reading()

    def read_back_now(self) -> None:
        """The same after a run that ended early; what cannot be read stays open for the next run to find."""
        if self._unread:
            members, self._unread = self._unread, []
            with suppress(SyncError):
                self._record_created(members, self._target.read_statuses([made.account_id for _, made in members]))

    def move(self, changes: Sequence[Change]) -> Iterator[Task[Any]]:
        """Grouped by the department they move to, in bulk."""
        groups: dict[str, list[tuple[str, Change]]] = {}
        lost: list[tuple[Change, str]] = []
        for change in changes:
            account_id = self._known.account_of(change)
            department_id = self._known.department(change.after.get("department"))
            if account_id is None:
                lost.append((change, self._known.why_no_account(change)))
            elif department_id is None:
                lost.append((change, "department_missing"))
            else:
                groups.setdefault(department_id, []).append((account_id, change))
        yield from self._fail_unsent(lost)
        for department_id, members in groups.items():
            for chunk in in_chunks(members):
                yield self._bulk(chunk, partial(self._target.move_accounts, department_id))

    def deactivate(self, changes: Sequence[Change]) -> Iterator[Task[Any]]:
        """Grouped by whether they become inactive or terminated, in bulk."""
        groups: dict[Status, list[tuple[str, Change]]] = {}
        lost: list[tuple[Change, str]] = []
        for change in changes:
            account_id = self._known.account_of(change)
            if account_id is None:
                lost.append((change, self._known.why_no_account(change)))
            else:
                groups.setdefault(status_of(change.after.get("status")), []).append((account_id, change))
        yield from self._fail_unsent(lost)
        for status, members in groups.items():
            for chunk in in_chunks(members):
                yield self._bulk(chunk, partial(self._target.set_status, status))

    def _adopt(self, changes: Iterable[Change]) -> list[Task[Any]]:
        for change in changes:
            if change.learn_id is not None:
                self._known.add_account(change, change.learn_id)
            self._record.confirm(change, change.learn_id)
        return []

    def _fail_unsent(self, lost: Sequence[tuple[Change, str]]) -> Iterator[Task[Any]]:
        def fail(chunk: Iterable[tuple[Change, str]]) -> list[Task[Any]]:
            for change, code in chunk:
                self._record.fail(change, code)
            return []

        for chunk in in_chunks(lost):
            yield local((change for change, _ in chunk), partial(fail, chunk))

    def _create(self, change: Change, then: Callable[[], Iterable[Task[Any]]]) -> Task[Any]:
        department_id = self._known.department(change.after.get("department"))
        if department_id is None:

            def fail() -> Iterable[Task[Any]]:
                self._known.fail_create(change, "department_missing")
                self._record.fail(change, "department_missing")
                return then()

            return local([change], fail)
        fields = {
            name: value
            for name, value in change.after.items()
            if name not in NOT_FIELDS and isinstance(value, str) and value
        }

        def finish(answer: Created | Rejected) -> Iterable[Task[Any]]:
            self._created(change, answer)
            reading = [self._reading()] if len(self._unread) >= READ_BACK else []
            return [*then(), *reading]

        return Task(
            (change,),
            finish,
            send=partial(
                self._target.create_account,
                department_id=department_id,
                fields=fields,
                letter=change.after.get("letter") is True,
            ),
        )

    def _created(self, change: Change, answer: Created | Rejected) -> None:
        if isinstance(answer, Rejected):
            self._record.refuse(change, answer)
            self._known.fail_create(change, self._record.failed[-1].code)
            return
        self._known.add_account(change, answer.account_id)
        self._unread.append((change, answer))

    def _reading(self) -> Task[Mapping[str, Status]]:
        members, self._unread = self._unread, []

        def finish(answer: Mapping[str, Status] | Rejected) -> list[Task[Any]]:
            self._record_created(members, {} if isinstance(answer, Rejected) else answer)
            return []

        ids = [made.account_id for _, made in members]
        changes = tuple(change for change, _ in members)
        return Task(changes, finish, send=partial(self._target.read_statuses, ids))

    def _record_created(self, members: Sequence[tuple[Change, Created]], statuses: Mapping[str, Status]) -> None:
        for change, made in members:
            no_seat = statuses.get(made.account_id) != "active"
            self._record.confirm(change, made.account_id, no_seat=no_seat, letter_uncertain=made.letter_uncertain)
            if no_seat:
                self._report_no_seat(change, made.account_id)

    def _report_no_seat(self, change: Change, account_id: str) -> None:
        self.seatless = True
        self._known.mark_inactive(account_id)
        detail: dict[str, object] = {"kind": change.kind, "login": change.after.get("login", "")}
        if change.after.get("letter") is True:
            detail["letter_missing"] = True
        self._record.report(change, "seats_exhausted", detail)

    def _bulk(self, members: Sequence[tuple[str, Change]], send: Callable[[Sequence[str]], Answers]) -> Task[Answers]:
        ids = [account_id for account_id, _ in members]

        def finish(answer: Answers | Rejected) -> list[Task[Any]]:
            for account_id, change in members:
                refusal = answer if isinstance(answer, Rejected) else answer.get(account_id)
                if refusal is not None:
                    self._record.refuse(change, refusal)
                    continue
                if change.kind == "user.deactivate":
                    self._known.mark_inactive(account_id)
                self._record.confirm(change, account_id)
            return []

        return Task(tuple(change for _, change in members), finish, send=partial(send, ids))


class Seats:
    """Switches accounts on again, and reads back whether Learn did it (rule L3).

    One request at a time: after the first refusal no further attempt is made in this run. Where seats are known to be
    short (somebody waits for one, or a new account was left without), the first person is tried alone.
    """

    def __init__(
        self, changes: Sequence[Change], *, target: Target, known: Known, record: Record, seats_short: bool
    ) -> None:
        self._target = target
        self._known = known
        self._record = record
        self._careful = seats_short or any(change.cause == WAITS_FOR_SEAT for change in changes)
        self._rest = list(reversed(changes))

    def start(self) -> Task[None]:
        return local((), self._next)

    def _next(self) -> list[Task[Any]]:
        found: list[tuple[str, Change]] = []
        while self._rest and len(found) < (1 if self._careful else BULK_IDS):
            change = self._rest.pop()
            account_id = self._known.account_of(change)
            if account_id is None:
                self._record.intend([change])
                self._record.fail(change, self._known.why_no_account(change))
            else:
                found.append((account_id, change))
        return [self._attempt(found)] if found else []

    def _attempt(self, members: Sequence[tuple[str, Change]]) -> Task[Answers]:
        return Task(
            tuple(change for _, change in members),
            partial(self._finish, members),
            send=partial(self._switch_on, [account_id for account_id, _ in members]),
        )

    def _switch_on(self, account_ids: Sequence[str]) -> Answers:
        """On a worker: activate, then read back; a silent refusal becomes an outspoken one."""
        answers = dict(self._target.set_status("active", account_ids))
        accepted = [account_id for account_id in account_ids if answers.get(account_id) is None]
        present = self._target.read_statuses(accepted) if accepted else {}
        for account_id in accepted:
            if present.get(account_id) != "active":
                answers[account_id] = Rejected("seats_exhausted", side="learn", message="", status=200)
        return answers

    def _finish(self, members: Sequence[tuple[str, Change]], answer: Answers | Rejected) -> list[Task[Any]]:
        short = False
        for account_id, change in members:
            refusal = answer if isinstance(answer, Rejected) else answer.get(account_id)
            if refusal is None:
                self._record.confirm(change, account_id)
                self._careful = False
                continue
            self._known.mark_inactive(account_id)
            self._record.refuse(change, refusal)
            short = short or refusal.code == "seats_exhausted"
        return [self._spare()] if short and self._rest else self._next()

    def _spare(self) -> Task[None]:
        """The others fail without a request."""
        spared = list(reversed(self._rest))
        self._rest.clear()

        def fail() -> list[Task[Any]]:
            for change in spared:
                account_id = self._known.account_of(change)
                if account_id is not None:
                    self._known.mark_inactive(account_id)
                self._record.fail(change, "seats_exhausted")
            return []

        return local(spared, fail)
