"""Small worlds for the tests of applying and undoing: a Learn, what it should become, and the plan between them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from b24learn_gui.company.model import person_label
from b24learn_gui.sync.apply import Outcome, apply
from b24learn_gui.sync.changes import KINDS, Change, Kind, Plan, Value
from b24learn_gui.sync.hashing import plan_hash
from b24learn_gui.sync.learn_side import Account, LearnDepartment, LearnSnapshot, Status
from b24learn_gui.sync.memory import DepartmentLink, Link, Memory
from b24learn_gui.sync.ports import Diary, Target
from tests.sync.fake_learn import FIELDS, ROOT

PORTAL = "main"


def code(number: int) -> str:
    return f"b24-{PORTAL}-{number}"


def never() -> bool:
    return False


def silent(phase: str, done: int, total: int, change: Change | None) -> None:
    """Listens to nothing."""


def plan_of(changes: Sequence[Change], learn: LearnSnapshot, memory: Memory | None = None) -> Plan:
    """The changes in the order planning gives them, with the ids it knows."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    ordered = tuple(sorted(changes, key=lambda change: places[change.kind]))
    people = memory.people if memory is not None else {}
    return Plan(
        changes=ordered,
        hash=plan_hash(ordered),
        department_ids={each.code: each.id for each in learn.departments.values() if each.code},
        account_ids={person_label(key): link.learn_id for key, link in people.items()},
    )


def write(
    plan: Plan,
    target: Target,
    diary: Diary,
    *,
    parallel: int = 2,
    approved: bool = False,
    stop: Callable[[], bool] = never,
    exact: bool = False,
) -> Outcome:
    return apply(
        plan,
        target=target,
        diary=diary,
        root_id=ROOT,
        parallel=parallel,
        approved=approved,
        stop=stop,
        on_progress=silent,
        exact=exact,
    )


def done_changes(outcome: Outcome) -> list[Change]:
    """The changes done as an undo gets them: in order, with their Learn ids."""
    return [replace(done.change, learn_id=done.learn_id) for done in outcome.done]


@dataclass
class Room:
    """One department as it is or should be."""

    name: str
    parent: int | None
    head: int | None = None


@dataclass
class Seat:
    """One person as he is or should be."""

    room: int
    login: str
    email: str
    title: str = ""
    status: Status = "active"


@dataclass
class State:
    """Departments and people by number; an object missing from it does not exist."""

    rooms: dict[int, Room] = field(default_factory=dict)
    people: dict[int, Seat] = field(default_factory=dict)

    def top_down(self) -> list[int]:
        """Numbers of the departments, parents first."""

        def depth(number: int) -> int:
            parent = self.rooms[number].parent
            return 0 if parent is None else 1 + depth(parent)

        return sorted(self.rooms, key=lambda number: (depth(number), number))


def learn_of(state: State) -> tuple[LearnSnapshot, Memory]:
    """A Learn that is in this state, and a journal that knows all of it. Ids are `D7` and `U7`."""
    departments = {ROOT: LearnDepartment(ROOT, "Learn")}
    for number, room in state.rooms.items():
        head = f"U{room.head}" if room.head is not None else None
        departments[f"D{number}"] = LearnDepartment(
            id=f"D{number}",
            name=room.name,
            parent_id=ROOT if room.parent is None else f"D{room.parent}",
            code=code(number),
            supervisor_id=head,
            subordination="manual" if head else "inherit",
        )
    accounts = {
        f"U{number}": Account(
            id=f"U{number}",
            department_id=f"D{seat.room}",
            status=seat.status,
            fields={"login": seat.login, "email": seat.email, "job_title": seat.title},
        )
        for number, seat in state.people.items()
    }
    memory = Memory(
        people={
            (PORTAL, number): Link(f"U{number}", deactivated_by_us=seat.status != "active")
            for number, seat in state.people.items()
        },
        departments={
            (PORTAL, number): DepartmentLink(f"D{number}", f"U{room.head}" if room.head is not None else None)
            for number, room in state.rooms.items()
        },
    )
    return LearnSnapshot(ROOT, departments, accounts, FIELDS), memory


def difference(before: State, after: State) -> list[Change]:
    """What a plan would say: the changes from one state to the other."""
    changes: list[Change] = []

    def place(number: int | None) -> str:
        return ROOT if number is None else code(number)

    def say(kind: Kind, number: int, learn_id: str | None, was: Mapping[str, Value], now: Mapping[str, Value]) -> None:
        send: dict[str, str] = {}
        if kind == "user.update":
            seat = after.people[number]
            send = {"login": seat.login, "email": seat.email, "job_title": seat.title}
        changes.append(
            Change(kind, PORTAL, number, learn_id, f"№{number}", before=was, after=now, send=send, cause="changed")
        )

    for number in after.top_down():
        room, former = after.rooms[number], before.rooms.get(number)
        if former is None:
            now: dict[str, Value] = {"name": room.name, "parent": place(room.parent), "code": code(number)}
            say("department.create", number, None, {}, now)
            continue
        if former.name != room.name:
            say("department.update", number, f"D{number}", {"name": former.name}, {"name": room.name})
        if former.parent != room.parent:
            say(
                "department.move",
                number,
                f"D{number}",
                {"parent": place(former.parent)},
                {"parent": place(room.parent)},
            )
    for number in reversed(before.top_down()):
        if number not in after.rooms:
            room = before.rooms[number]
            was: dict[str, Value] = {"name": room.name, "parent": place(room.parent), "code": code(number)}
            say("department.delete", number, f"D{number}", was, {})
    for number in before.top_down() + [each for each in after.top_down() if each not in before.rooms]:
        old = before.rooms[number].head if number in before.rooms else None
        new = after.rooms[number].head if number in after.rooms else None
        if old != new:
            learn_id = f"D{number}" if number in before.rooms else None
            held = {"supervisor": f"U{old}" if old is not None else ""}
            if new is None:
                say("head.clear", number, learn_id, held, {"supervisor": ""})
            else:
                say("head.set", number, learn_id, held, {"supervisor": f"{PORTAL}:{new}"})
    for number, seat in after.people.items():
        _person(say, number, before.people.get(number), seat)
    return changes


def _person(say: Callable[..., None], number: int, was: Seat | None, now: Seat) -> None:
    if was is None:
        after: dict[str, Value] = {"login": now.login, "email": now.email, "job_title": now.title}
        say("user.create", number, None, {}, {**after, "department": code(now.room), "department_name": "x"})
        return
    fields = [("login", was.login, now.login), ("email", was.email, now.email), ("job_title", was.title, now.title)]
    different = [(name, old, new) for name, old, new in fields if old != new]
    account = f"U{number}"
    if different:
        before = {name: old for name, old, _ in different}
        say("user.update", number, account, before, {name: new for name, _, new in different})
    if was.room != now.room:
        say(
            "user.move",
            number,
            account,
            {"department": code(was.room), "department_name": "x"},
            {"department": code(now.room), "department_name": "x"},
        )
    if was.status != now.status:
        kind = "user.reactivate" if now.status == "active" else "user.deactivate"
        say(kind, number, account, {"status": was.status}, {"status": now.status})


@st.composite
def states(draw: st.DrawFn, *, rooms: int = 6, people: int = 7, fresh_newcomers: bool = False) -> tuple[State, State]:
    """A state of Learn, and another one it should become: anything may change, logins and e-mails in circles, too.

    `fresh_newcomers`: nobody new takes over a login or e-mail that somebody had before.
    """
    before, after = State(), State()
    for number in range(1, rooms + 1):
        parent = draw(st.sampled_from([None, *range(1, number)]))
        before.rooms[number] = Room(draw(st.sampled_from("AB")), parent)
    order = draw(st.permutations(range(1, rooms + 3)))
    kept = order[: draw(st.integers(1, rooms + 2))]
    for place, number in enumerate(kept):
        parent = draw(st.sampled_from([None, *kept[:place]]))
        after.rooms[number] = Room(draw(st.sampled_from("AB")), parent)
    logins = draw(st.permutations([f"l{number}" for number in range(people + 2)]))
    emails = draw(st.permutations([f"e{number}@example.com" for number in range(people + 2)]))
    newcomers = draw(st.integers(0, 2))
    for number in range(people + newcomers):
        if number < people:
            status: Status = draw(st.sampled_from(["active", "active", "inactive"]))
            room = draw(st.sampled_from(sorted(before.rooms)))
            before.people[number] = Seat(
                room, f"l{number}", f"e{number}@example.com", draw(st.sampled_from("XY")), status
            )
        status = draw(st.sampled_from(["active", "active", "inactive"])) if number < people else "active"
        room = draw(st.sampled_from(sorted(after.rooms)))
        if fresh_newcomers and number >= people:
            after.people[number] = Seat(room, f"n{number}", f"n{number}@example.com")
            continue
        after.people[number] = Seat(room, logins[number], emails[number], draw(st.sampled_from("XY")), status)
    for state in (before, after):
        heads = [None, *(number for number, seat in state.people.items() if seat.status == "active")]
        for number in state.rooms:
            state.rooms[number].head = draw(st.sampled_from(heads))
    return before, after


def seen(learn: LearnSnapshot, memory: Memory) -> tuple[dict[str, tuple[object, ...]], dict[int, tuple[object, ...]]]:
    """What Learn shows, in names that do not depend on which ids were given: departments by code, people by number."""
    labels = {link.learn_id: str(key[1]) for key, link in memory.people.items()}
    codes = {each.id: each.code or each.id for each in learn.departments.values()}
    departments: dict[str, tuple[object, ...]] = {
        each.code: (each.name, codes.get(each.parent_id or ""), labels.get(each.supervisor_id or ""))
        for each in learn.departments.values()
        if each.code
    }
    people: dict[int, tuple[object, ...]] = {}
    for key, link in memory.people.items():
        account = learn.accounts[link.learn_id]
        fields = tuple(account.fields.get(name, "") for name in ("login", "email", "job_title"))
        people[key[1]] = (codes[account.department_id], account.status, *fields)
    return departments, people
