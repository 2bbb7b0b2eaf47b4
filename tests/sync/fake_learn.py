"""A small Learn and a small journal in memory, with ground truth: what the tests of planning and applying write to.

`FakeLearn` keeps the rules a real Learn enforces (contract ispring-learn-api.md 3.3, 4.4 to 4.6, 6 and 15), so that
a wrong order of writes shows as a refusal. `MemoryDiary` keeps what the journal would remember.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from b24learn_gui.company.model import DepartmentKey, PersonKey
from b24learn_gui.errors import Rejected
from b24learn_gui.sync.changes import Change
from b24learn_gui.sync.learn_side import Account, LearnDepartment, LearnSnapshot, ProfileField, Status
from b24learn_gui.sync.memory import DepartmentLink, Link, Memory, PendingCreate, Rejection
from b24learn_gui.sync.ports import Answers, Created

ROOT = "root"
FIELDS = tuple(ProfileField(name) for name in ("login", "email", "first_name", "last_name", "job_title", "phone"))


def empty_learn(root_id: str = ROOT) -> LearnSnapshot:
    """A Learn with its root department and nobody in it."""
    return LearnSnapshot(root_id, {root_id: LearnDepartment(root_id, "Learn")}, {}, FIELDS)


@dataclass(frozen=True, slots=True)
class Write:
    """One request as Learn sees it: `call` is the method of `Target`, `ids` the objects it names."""

    call: str
    ids: tuple[str, ...]
    data: Mapping[str, str | None] = field(default_factory=dict)


def refused(code: str, message: str) -> Rejected:
    return Rejected(code, side="learn", message=message, status=400)


def _folded(value: str) -> str:
    return value.strip().casefold()


class FakeLearn:
    """Implements `Target` over dictionaries.

    `seats`: how many accounts may be active (`None`: no limit; `snapshot.free_seats` is added to the active ones when
    it is told). `on_no_seat`: activating beyond it is refused, or silently leaves the account inactive; creating
    beyond it always leaves it inactive (contract 4.6). `before` and `after` are called around every write, from its
    thread and outside every lock, and may raise: before it is done, or with it done and its answer lost.
    """

    def __init__(
        self,
        snapshot: LearnSnapshot | None = None,
        *,
        seats: int | None = None,
        on_no_seat: Literal["refuse", "stay"] = "refuse",
        before: Callable[[Write], None] | None = None,
        after: Callable[[Write], None] | None = None,
    ) -> None:
        first = empty_learn() if snapshot is None else snapshot
        self.root_id = first.root_id
        self.departments = dict(first.departments)
        self.accounts = dict(first.accounts)
        self.seats = seats
        self.on_no_seat = on_no_seat
        self.before = before
        self.after = after
        self.writes: list[Write] = []
        self.letters: list[str] = []
        self.reads = 0
        self.most_in_flight = 0
        self._fields = first.fields
        self._signed_in_id = first.signed_in_id
        if seats is None and first.free_seats is not None:
            self.seats = self._active() + first.free_seats
        self._in_flight = 0
        self._next = 0
        self._lock = threading.RLock()
        self._held = {
            (kind, _folded(account.fields.get(kind, ""))): account.id
            for account in first.accounts.values()
            for kind in ("login", "email")
            if account.fields.get(kind)
        }

    def snapshot(self) -> LearnSnapshot:
        """Everything as the reader would give it now."""
        with self._lock:
            return LearnSnapshot(
                root_id=self.root_id,
                departments=dict(self.departments),
                accounts=dict(self.accounts),
                fields=self._fields,
                signed_in_id=self._signed_in_id,
                free_seats=None if self.seats is None else max(0, self.seats - self._active()),
            )

    # Departments

    def create_department(self, *, name: str, parent_id: str, code: str) -> str:
        with self._write("create_department", (parent_id,), name=name, code=code):
            self._known_department(parent_id)
            if not name.strip():
                raise refused("rejected", "name is empty")
            made = self._new_id("d")
            self.departments[made] = LearnDepartment(made, name, parent_id, code)
            return made

    def rename_department(self, department_id: str, name: str) -> None:
        with self._write("rename_department", (department_id,), name=name):
            department = self._known_department(department_id)
            if not name.strip():
                raise refused("rejected", "name is empty")
            self.departments[department_id] = replace(department, name=name)

    def move_departments(self, parent_id: str, department_ids: Sequence[str]) -> Answers:
        def move(department_id: str) -> None:
            self._known_department(parent_id)
            department = self._known_department(department_id)
            if department_id in self._ancestors(parent_id) or department_id == self.root_id:
                raise refused("rejected", "a department cannot be put below itself")
            self.departments[department_id] = replace(department, parent_id=parent_id)

        with self._write("move_departments", tuple(department_ids), parent_id=parent_id):
            return self._each(department_ids, move)

    def delete_department(self, department_id: str) -> None:
        with self._write("delete_department", (department_id,)):
            self._known_department(department_id)
            if department_id == self.root_id:
                raise refused("rejected", "the root cannot be deleted")
            below = {other for other in self.departments if department_id in self._ancestors(other)}
            if any(account.department_id in below for account in self.accounts.values()):
                raise refused("rejected", "the department contains users")
            if any(below.intersection(account.manages) for account in self.accounts.values()):
                raise refused("rejected", "the department is managed by another user")
            for each in below:
                del self.departments[each]

    def set_supervisor(self, department_id: str, supervisor_id: str | None, *, inherit: bool = True) -> None:
        with self._write("set_supervisor", (department_id,), supervisor_id=supervisor_id):
            department = self._known_department(department_id)
            if supervisor_id is None:
                self.departments[department_id] = replace(
                    department, supervisor_id=None, subordination="inherit" if inherit else "no_supervisor"
                )
                return
            account = self.accounts.get(supervisor_id)
            if account is None or account.status != "active":
                raise refused("rejected", "the supervisor must be an active user")
            self.departments[department_id] = replace(department, supervisor_id=supervisor_id, subordination="manual")

    # Accounts

    def create_account(self, *, department_id: str, fields: Mapping[str, str], letter: bool) -> Created:
        with self._write("create_account", (department_id,), **fields):
            self._known_department(department_id)
            made = self._new_id("u")
            self._take(made, {}, fields)
            status: Status = "active" if self._seat_free() else "inactive"
            self.accounts[made] = Account(made, department_id, status, dict(fields))
            if letter and status == "active":
                self.letters.append(made)
            return Created(made)

    def update_account(self, account_id: str, fields: Mapping[str, str]) -> None:
        with self._write("update_account", (account_id,), **fields):
            account = self._known_account(account_id)
            self._take(account_id, account.fields, fields)
            self.accounts[account_id] = replace(account, fields={**account.fields, **fields})

    def move_accounts(self, department_id: str, account_ids: Sequence[str]) -> Answers:
        def move(account_id: str) -> None:
            self._known_department(department_id)
            self.accounts[account_id] = replace(self._known_account(account_id), department_id=department_id)

        with self._write("move_accounts", tuple(account_ids), department_id=department_id):
            return self._each(account_ids, move)

    def set_status(self, status: Status, account_ids: Sequence[str]) -> Answers:
        def put(account_id: str) -> None:
            account = self._known_account(account_id)
            if status == "active" and account.status != "active" and not self._seat_free():
                if self.on_no_seat == "refuse":
                    raise refused("seats_exhausted", "the number of active users is exceeded")
                return
            self.accounts[account_id] = replace(account, status=status)

        with self._write("set_status", tuple(account_ids), status=status):
            return self._each(account_ids, put)

    def read_statuses(self, account_ids: Sequence[str]) -> Mapping[str, Status]:
        with self._lock:
            self.reads += 1
            return {each: self.accounts[each].status for each in account_ids if each in self.accounts}

    # The rules

    @contextmanager
    def _write(self, call: str, ids: tuple[str, ...], **data: str | None) -> Iterator[None]:
        write = Write(call, ids, data)
        with self._lock:
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            if self.before is not None:
                self.before(write)
            with self._lock:
                self.writes.append(write)
                yield
            if self.after is not None:
                self.after(write)
        finally:
            with self._lock:
                self._in_flight -= 1

    def _each(self, ids: Sequence[str], act: Callable[[str], None]) -> Answers:
        answers: dict[str, Rejected | None] = {}
        for each in ids:
            try:
                act(each)
            except Rejected as refusal:
                answers[each] = refusal
            else:
                answers[each] = None
        return answers

    def _new_id(self, letter: str) -> str:
        self._next += 1
        return f"{letter}-new-{self._next}"

    def _known_department(self, department_id: str) -> LearnDepartment:
        if department_id not in self.departments:
            raise refused("gone", "no such department")
        return self.departments[department_id]

    def _known_account(self, account_id: str) -> Account:
        if account_id not in self.accounts:
            raise refused("gone", "no such user")
        return self.accounts[account_id]

    def _ancestors(self, department_id: str) -> set[str]:
        """The department itself and everything above it."""
        found: set[str] = set()
        at: str | None = department_id
        while at is not None and at in self.departments and at not in found:
            found.add(at)
            at = self.departments[at].parent_id
        return found

    def _take(self, account_id: str, present: Mapping[str, str], fields: Mapping[str, str]) -> None:
        """Check the fields, then note who holds which login and e-mail from now on."""
        if not fields.get("login", "").strip():
            raise refused("rejected", "login is required in every write")
        wanted = {(kind, _folded(fields[kind])) for kind in ("login", "email") if fields.get(kind)}
        if any(self._held.get(value, account_id) != account_id for value in wanted):
            raise refused("duplicate", "Duplicate login or e-mail")
        for kind in ("login", "email"):
            if kind in fields and present.get(kind):
                self._held.pop((kind, _folded(present[kind])), None)
        self._held.update(dict.fromkeys(wanted, account_id))

    def _active(self) -> int:
        return sum(account.status == "active" for account in self.accounts.values())

    def _seat_free(self) -> bool:
        return self.seats is None or self._active() < self.seats


Entry = tuple[Literal["intend", "confirm", "fail", "withdraw", "interim"], Change, str]
"""What was said, about which change, and the Learn id, code or interim value."""


class MemoryDiary:
    """Implements `Diary`, from one thread only, and answers `memory()` as the journal would afterwards."""

    def __init__(self, memory: Memory | None = None, *, hold: bool = False) -> None:
        self._memory = Memory() if memory is None else memory
        self._hold = hold
        self._sent: dict[tuple[str, PersonKey], set[str]] = {}
        self._people = dict(self._memory.people)
        self._departments = dict(self._memory.departments)
        self._pending = dict(self._memory.pending_creates)
        self._rejections = dict(self._memory.rejections)
        self._interims = dict(self._memory.interims)
        self._thread = threading.get_ident()
        self.open: dict[int, Change] = {}
        self.entries: list[Entry] = []
        self.flushed = True

    def intend(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._say("intend", change, "")
            assert id(change) not in self.open, "a change is intended once"
            self.open[id(change)] = change
            if change.kind == "user.create":
                self._pending[change.key] = PendingCreate(
                    str(change.after.get("login") or ""), str(change.after.get("email") or "")
                )
        self.flushed = True

    def sending(self, changes: Sequence[Change]) -> None:
        """With `hold` whoever is touched is held, as by the diary of an undo (rule U2)."""
        for change in changes:
            assert id(change) in self.open, "only of an intended change"
            if self._hold:
                self._sent.setdefault((change.what, change.key), set()).add(change.kind)

    def confirm(self, change: Change, *, learn_id: str | None = None, no_seat: bool = False) -> None:
        self._close("confirm", change, learn_id or "")
        if change.what == "person":
            self._confirm_person(change, learn_id, no_seat=no_seat)
        else:
            self._confirm_department(change, learn_id)

    def fail(self, change: Change, code: str, message: str = "") -> None:
        self._close("fail", change, code)
        self._let_go(change)
        if change.kind == "user.create":
            self._pending.pop(change.key, None)
        if code == "rejected_by_learn" and change.fingerprint:
            self._rejections[change.key] = Rejection(change.fingerprint, message)

    def withdraw(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._close("withdraw", change, "")
            self._let_go(change)
            if change.kind == "user.create":
                self._pending.pop(change.key, None)

    def interim(self, change: Change, value: str) -> None:
        assert id(change) in self.open, "only of an intended change"
        self._say("interim", change, value)
        had = {kind: str(change.before.get(kind) or change.send.get(kind, "")) for kind in ("login", "email")}
        self._interims.setdefault(change.key, had)
        self.flushed = True

    def flush(self) -> None:
        self.flushed = True

    def unlink(self, keys: Sequence[PersonKey]) -> None:
        """Forget links, as an applied undo asks for."""
        for key in keys:
            self._people.pop(key, None)

    def memory(self) -> Memory:
        """What the next run is told. An intended and unanswered deactivation counts as ours."""
        people, departments = dict(self._people), dict(self._departments)
        for change in self.open.values():
            if change.kind == "user.deactivate" and change.key in people:
                people[change.key] = replace(people[change.key], deactivated_by_us=True)
        return replace(
            self._memory,
            held=self._memory.held | {key for what, key in self._sent if what == "person"},
            held_departments=self._memory.held_departments | {key for what, key in self._sent if what == "department"},
            people=people,
            departments=departments,
            pending_creates=dict(self._pending),
            rejections=dict(self._rejections),
            interims=dict(self._interims),
        )

    def _let_go(self, change: Change) -> None:
        kinds = self._sent.get((change.what, change.key), set())
        kinds.discard(change.kind)
        if not kinds:
            self._sent.pop((change.what, change.key), None)

    def _confirm_person(self, change: Change, learn_id: str | None, *, no_seat: bool) -> None:
        key = change.key
        if change.kind == "user.create":
            assert learn_id, "a created account has an id"
            self._people[key] = Link(learn_id, "created", no_seat=no_seat)
            self._pending.pop(key, None)
        elif change.kind == "user.adopt":
            assert change.learn_id, "an adopted account has an id"
            self._people[key] = Link(change.learn_id, "adopted")
        elif change.kind == "user.deactivate" and key in self._people:
            self._people[key] = replace(self._people[key], deactivated_by_us=True)
        elif change.kind == "user.reactivate" and key in self._people:
            self._people[key] = replace(self._people[key], deactivated_by_us=False, no_seat=False)
        elif change.kind == "user.update":
            self._interims.pop(key, None)
            self._rejections.pop(key, None)

    def _confirm_department(self, change: Change, learn_id: str | None) -> None:
        key: DepartmentKey = change.key
        if change.kind == "department.create":
            assert learn_id, "a created department has an id"
            self._departments[key] = DepartmentLink(learn_id)
        elif change.kind == "department.delete":
            self._departments.pop(key, None)
        elif change.kind in ("head.set", "head.clear"):
            link = self._departments.get(key) or DepartmentLink(change.learn_id or "")
            supervisor = learn_id if change.kind == "head.set" and not change.after.get("by_hand") else None
            self._departments[key] = replace(link, supervisor_id=supervisor)

    def _close(self, word: Literal["confirm", "fail", "withdraw"], change: Change, value: str) -> None:
        assert self.open.pop(id(change), None) is not None, f"{word} without intend: {change}"
        self._say(word, change, value)

    def _say(
        self, word: Literal["intend", "confirm", "fail", "withdraw", "interim"], change: Change, value: str
    ) -> None:
        assert threading.get_ident() == self._thread, "the diary is called from one thread only"
        self.flushed = False
        self.entries.append((word, change, value))
