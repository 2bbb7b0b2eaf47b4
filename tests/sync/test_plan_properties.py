"""For whatever companies, Learn states and decisions: applied plans converge and never reach beyond what is ours."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b24learn_gui.company.model import Department, Doubt, Employee
from b24learn_gui.sync.apply import apply
from b24learn_gui.sync.apply_outcome import Outcome
from b24learn_gui.sync.changes import Plan
from b24learn_gui.sync.learn_side import Account, LearnDepartment, Status
from b24learn_gui.sync.memory import Memory, Rejection
from b24learn_gui.sync.plan import PlanOptions, make_plan
from b24learn_gui.sync.policy import Limits, Policy, PortalScope
from tests.sync.fake_learn import FakeLearn, MemoryDiary
from tests.sync.worlds import ROOT, World, company
from tests.thorough import examples

EMAILS = [f"e{n}@firm.example" for n in range(6)]
NAMES = ["Анна", "Пётр", "Пе\u0308тр", "Яна  Мария", ""]
FREE = Limits(10**6, 100, 10**6, 100, 100, 100, 10**6, 10**6, 10**6)
DEPARTMENTS = range(1, 6)
STATUSES: tuple[Status, ...] = ("active", "inactive", "terminated")

emails = st.sampled_from([*EMAILS, *(each.upper() for each in EMAILS), "", "нет"])
texts = st.sampled_from(NAMES)
policies = st.builds(
    Policy,
    notify_users=st.booleans(),
    sync_heads=st.booleans(),
    login_from=st.sampled_from(["email", "phone", "bitrix24_id"]),
    leavers=st.sampled_from(["deactivate", "terminate", "keep"]),
    out_of_scope=st.sampled_from(["deactivate", "keep"]),
    empty_departments=st.sampled_from(["keep", "delete"]),
    protect=st.sampled_from([frozenset(), frozenset({EMAILS[0]})]),
    hold=st.sampled_from([frozenset(), frozenset({("main", 2)})]),
    limits=st.just(FREE),
)


@st.composite
def departments(draw: st.DrawFn) -> list[Department]:
    ids = draw(st.lists(st.sampled_from(DEPARTMENTS), min_size=1, unique=True))
    parent = st.one_of(st.none(), st.sampled_from([*DEPARTMENTS, 77]))
    head = st.one_of(st.none(), st.integers(0, 8))
    return [Department(id_, draw(st.sampled_from(["Склад", "Офис", ""])), draw(parent), draw(head)) for id_ in ids]


@st.composite
def employees(draw: st.DrawFn) -> list[Employee]:
    ids = draw(st.lists(st.integers(1, 8), min_size=1, unique=True))
    places = st.lists(st.sampled_from([*DEPARTMENTS, 88]), max_size=2)
    mobile = st.sampled_from(["", "8 912 345-67-89", "+7 912 345-67-80", "12"])
    return [
        Employee(
            id_,
            draw(st.booleans()) or draw(st.booleans()),
            tuple(draw(places)),
            {
                name: value
                for name, value in {
                    "NAME": draw(texts),
                    "LAST_NAME": draw(texts),
                    "EMAIL": draw(emails),
                    "PERSONAL_MOBILE": draw(mobile),
                }.items()
                if value
            },
            draw(st.sampled_from(["employee", "employee", "employee", "extranet"])),
        )
        for id_ in ids
    ]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World(policy=draw(policies))
    for key in ("main", "north") if draw(st.booleans()) else ("main",):
        world.portal(key)
        fill(draw, world, key)
    taken: set[str] = set()
    for number in range(draw(st.integers(0, 4))):
        email = draw(st.sampled_from(EMAILS))
        if email not in taken:
            taken.add(email)
            status: Status = draw(st.sampled_from(STATUSES))
            fields = {"login": draw(st.sampled_from([email, f"login{number}"])), "first_name": draw(texts)}
            if draw(st.booleans()):
                fields["email"] = email
            guarded = draw(st.integers(0, 5)) == 0
            world.accounts[f"x{number}"] = Account(f"x{number}", ROOT, status, fields, guarded=guarded)
    world.learn_departments["foreign"] = LearnDepartment("foreign", "Склад", ROOT)
    return world


def fill(draw: Callable[..., Any], world: World, key: str) -> None:
    """Give a portal a new company, as if months had passed."""
    world.departments = {place: each for place, each in world.departments.items() if place[0] != key}
    world.employees = {person: each for person, each in world.employees.items() if person[0] != key}
    for department in draw(departments()):
        world.departments[key, department.id] = department
    present = sorted(id_ for portal, id_ in world.departments if portal == key)
    include = draw(st.lists(st.sampled_from(present), min_size=1, unique=True))
    exclude = draw(st.lists(st.sampled_from(present), unique=True))
    world.scopes[key] = PortalScope(key, frozenset(include), frozenset(exclude) - frozenset(include))
    for employee in draw(employees()):
        world.employees[key, employee.id] = employee


def plan_of(world: World, learn: FakeLearn, memory: Memory) -> Plan:
    return make_plan(
        world.sources(), learn.snapshot(), memory, world.policy, list(world.scopes.values()), world.options
    )


def applied(plan: Plan, learn: FakeLearn, diary: MemoryDiary, *, approved: bool) -> Outcome:
    return apply(
        plan,
        target=learn,
        diary=diary,
        root_id=ROOT,
        parallel=1,
        approved=approved,
        stop=lambda: False,
        on_progress=lambda *_: None,
    )


def run(world: World, learn: FakeLearn, memory: Memory) -> tuple[Plan, Outcome, Memory]:
    """Plan, apply, and remember, as a whole run does."""
    plan = plan_of(world, learn, memory)
    diary = MemoryDiary(replace(memory, departments={**memory.departments}))
    outcome = applied(plan, learn, diary, approved=True)
    assert outcome.error is None
    assert not diary.open
    after = diary.memory()
    people = {
        key: replace(link, was_active=key in world.employees and world.employees[key].active)
        for key, link in after.people.items()
    }
    keys = frozenset(world.scopes)
    return plan, outcome, replace(after, people=people, known=after.known | keys, whole=keys)


@settings(
    max_examples=examples(75), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(worlds(), st.data())
def test_applied_plans_converge_write_nothing_twice_and_leave_strangers_alone(
    world: World, data: st.DataObject
) -> None:
    learn, memory = FakeLearn(world.learn()), Memory()
    for _ in range(2):
        foreign = strangers_of(learn, memory)
        plan, outcome, memory = run(world, learn, memory)
        assert not outcome.failed, outcome.failed
        adopted = {each.learn_id for each in plan.changes if each.kind == "user.adopt"}
        assert {id_: each for id_, each in strangers_of(learn, memory).items() if id_ in foreign} == {
            id_: each for id_, each in foreign.items() if id_ not in adopted
        }
        conflicts = {key for key, each in plan.verdicts.items() if each.column in ("conflict", "protected")}
        again = plan_of(world, learn, memory)
        # What somebody freed in this run, a person who was a conflict until now may take in the next (rule I2).
        for _ in range(3):
            if not again.changes:
                break
            assert freed(plan), again.changes
            assert {each.key for each in again.changes if each.what == "person"} <= conflicts | waiting(plan)
            plan, _, memory = run(world, learn, memory)
            again = plan_of(world, learn, memory)
        assert again.changes == ()
        for key in world.scopes:
            fill(data.draw, world, key)


def strangers_of(learn: FakeLearn, memory: Memory) -> dict[str, Account]:
    ours = {link.learn_id for link in memory.people.values()}
    return {id_: each for id_, each in learn.accounts.items() if id_ not in ours}


def freed(plan: Plan) -> bool:
    """Whether this plan took a login or an e-mail away from an account."""
    return any(each.kind == "user.update" and {"login", "email"} & set(each.after) for each in plan.changes)


def waiting(plan: Plan) -> set[tuple[str, int]]:
    """Linked people whose login or e-mail was held by somebody else when the plan was made."""
    codes = {"match_taken", "duplicate_in_source"}
    return {(each.portal, each.bitrix24_id or 0) for each in plan.problems if each.code in codes}


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(worlds(), st.data())
def test_only_a_complete_source_deactivates_moves_or_deletes(world: World, data: st.DataObject) -> None:
    learn, memory = FakeLearn(world.learn()), Memory()
    _, _, memory = run(world, learn, memory)
    for key in world.scopes:
        fill(data.draw, world, key)
    world.doubts["main"] = (Doubt("total_differs"),)
    plan = plan_of(world, learn, memory)
    allowed = {"department.create", "user.create", "user.adopt", "user.update"}
    assert {each.kind for each in plan.changes if each.portal == "main"} <= allowed


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(worlds(), st.data())
def test_limits_are_never_passed_without_approval(world: World, data: st.DataObject) -> None:
    learn, memory = FakeLearn(world.learn()), Memory()
    _, _, memory = run(world, learn, memory)
    for key in world.scopes:
        fill(data.draw, world, key)
    world.policy = replace(world.policy, limits=Limits(always_allowed=1, adoptions=0, login_changes=0, letters=0))
    plan = plan_of(world, learn, memory)
    if plan.limits:
        return
    counts = [each.kind for each in plan.changes]
    for key in world.scopes:
        linked = sum(portal == key for portal, _ in memory.people)
        leavers = sum(each.kind == "user.deactivate" and each.portal == key for each in plan.changes)
        assert leavers <= max(1, linked // 2)
    adopted = {each.key for each in plan.changes if each.kind == "user.adopt"}
    assert not adopted
    assert not any(each.kind == "user.update" and "login" in each.after for each in plan.changes)
    assert not plan.letters
    assert counts.count("user.move") <= max(1, len(memory.people) * 30 // 100)


@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(worlds())
def test_the_ledger_closes_over_everybody_read(world: World) -> None:
    plan = plan_of(world, FakeLearn(world.learn()), Memory())
    assert set(plan.verdicts) == set(world.employees)
    in_two = [key for key, each in plan.verdicts.items() if each.column in ("skipped", "conflict", "protected")]
    assert not {each.key for each in plan.changes if each.what == "person"} & set(in_two)


@settings(max_examples=examples(75), deadline=None)
@given(st.data())
def test_P6_no_request_is_doomed_whatever_is_left_out_of_an_exchange_of_emails(data: st.DataObject) -> None:
    """In doubt, waiting for approval, a pilot, refused before or held: whoever is left out frees nothing."""
    world = company(6)
    world.department(1, portal="north")
    for id_ in range(1, 4):
        world.person(id_, 1, portal="north")
    world.settled()
    addresses = [each.values["EMAIL"] for each in world.employees.values()]
    world.stranger("x", login="held@firm.example", email="held@firm.example")
    world.person(99, 2)
    order = data.draw(st.permutations([*addresses, "free@firm.example", "held@firm.example"]))
    world.policy = Policy(limits=FREE)
    for (portal, id_), address in zip(sorted(world.employees), order, strict=False):
        world.says(id_, portal=portal, EMAIL=address, **data.draw(st.sampled_from([{}, {"NAME": f"Новое{id_}"}])))
    somebody = st.frozensets(st.sampled_from(sorted(world.employees)), min_size=1)
    if data.draw(st.booleans()):
        world.options = PlanOptions(only=data.draw(somebody))
    learn, memory = FakeLearn(world.learn()), world.past()
    memory = replace(memory, held=data.draw(somebody) if data.draw(st.booleans()) else frozenset())
    refused = {
        each.key: Rejection(each.fingerprint)
        for each in plan_of(world, learn, memory).changes
        if each.kind in ("user.update", "user.create") and data.draw(st.integers(0, 3)) == 0
    }
    memory = replace(memory, rejections=refused)
    world.doubts = {key: (Doubt("total_differs"),) for key in world.scopes if data.draw(st.integers(0, 3)) == 0}
    outcome = applied(plan_of(world, learn, memory), learn, MemoryDiary(memory), approved=data.draw(st.booleans()))
    assert not outcome.failed, outcome.failed
    assert outcome.error is None
