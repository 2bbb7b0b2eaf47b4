"""The figures under the tree: those of the planner, and fast."""

import time
from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b24learn_gui.company.model import Company, Department, Employee, Rights
from b24learn_gui.service.setup import consequences, plan_draft, prepare_consequences, who_is_deactivated
from b24learn_gui.service.setup_found import World
from b24learn_gui.storage.settings import LearnSettings, PortalSettings, Settings, SyncSettings
from b24learn_gui.sync.learn_side import Account, LearnDepartment, LearnSnapshot
from b24learn_gui.sync.memory import Decision, Link, Memory
from tests.thorough import examples

RIGHTS = Rights(frozenset({"user_basic", "department"}), 1, admin=True)
FIELDS = ("EMAIL", "NAME", "LAST_NAME")


def employee(number: int, *departments: int, active: bool = True, kind: str = "employee") -> Employee:
    values = {"EMAIL": f"p{number}@firm.example", "NAME": f"Имя{number}", "LAST_NAME": "Ким"}
    return Employee(number, active, departments, values, kind)


def account_of(number: int, status: str = "active", *, guarded: bool = False) -> Account:
    fields = {"login": f"p{number}@firm.example", "email": f"p{number}@firm.example", "first_name": f"Имя{number}"}
    return Account(f"L{number}", "root", status, {**fields, "last_name": "Ким"}, guarded)  # type: ignore[arg-type]


def learn_of(*accounts: Account) -> LearnSnapshot:
    return LearnSnapshot("root", {"root": LearnDepartment("root", "Academy")}, {each.id: each for each in accounts}, ())


def settings_with(*include: int, exclude: tuple[int, ...] = (), **sync: object) -> Settings:
    portal = PortalSettings(key="main", address="https://p.example.com", include=include, exclude=exclude)
    return Settings(
        learn=LearnSettings(url="https://l.example.com", login="admin@firm.example"),
        portals=(portal,),
        sync=SyncSettings(**sync),  # type: ignore[arg-type]
    )


DEPARTMENTS = (Department(1, "Фирма"), Department(2, "Офис", 1), Department(3, "Склад", 1), Department(4, "Ночь", 3))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    people, accounts, links = [], [], {}
    for number in range(1, draw(st.integers(1, 14)) + 1):
        places = tuple(draw(st.lists(st.sampled_from((1, 2, 3, 4, 99)), unique=True, max_size=3)))
        kind = draw(st.sampled_from(("employee", "employee", "extranet")))
        gone = draw(st.integers(0, 9)) == 0
        if not gone or number == 1:
            people.append(employee(number, *places, active=draw(st.booleans()) or number == 1, kind=kind))
        if draw(st.booleans()):
            status = draw(st.sampled_from(("active", "active", "inactive")))
            accounts.append(account_of(number, status, guarded=draw(st.integers(0, 9)) == 0))
            was = draw(st.sampled_from((number, number, 100 + number)))  # rule I7: another name and e-mail together
            links["main", number] = Link(f"L{number}", name=f"Ким Имя{was}", email=f"p{was}@firm.example")
    decided = draw(st.sets(st.integers(1, 14), max_size=2))
    held = draw(st.sets(st.integers(1, 14), max_size=2))
    memory = Memory(
        people=links,
        decisions={("main", number): Decision("leave") for number in decided},
        held=frozenset(("main", number) for number in held),
        known=frozenset({"main"}),
        whole=frozenset({"main"}),
    )
    return World((Company("main", DEPARTMENTS, tuple(people), RIGHTS),), learn_of(*accounts), memory)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    world=worlds(),
    include=st.sets(st.sampled_from((1, 2, 3, 4, 77)), min_size=1),
    exclude=st.sets(st.sampled_from((2, 3, 4))),
    leavers=st.sampled_from(("deactivate", "terminate", "keep")),
    out_of_scope=st.sampled_from(("deactivate", "keep")),
)
def test_D3_L1_the_figures_are_the_planners(
    world: World, include: set[int], exclude: set[int], leavers: str, out_of_scope: str
) -> None:
    wanted = settings_with(*include, exclude=tuple(exclude - include), leavers=leavers, out_of_scope=out_of_scope)
    wanted = replace(wanted, sync=replace(wanted.sync, protect=("p3@firm.example",), hold=("main:5",)))
    told = consequences(prepare_consequences(world, wanted), wanted)
    plan = plan_draft(world, wanted)
    read = {("main", each.id) for each in world.companies[0].employees}
    counts = Counter(change.kind for change in plan.changes)
    assert told.deactivated == counts["user.deactivate"]
    assert told.will_study == sum(verdict.in_scope for key, verdict in plan.verdicts.items() if key in read)
    active = sum(each.active and each.kind == "employee" for each in world.companies[0].employees)
    assert told.will_study + told.left_out == active
    assert told.over_limit == any(hit.kind == "user.deactivate" for hit in plan.limits)
    names = {each.key for each in who_is_deactivated(prepare_consequences(world, wanted), wanted)}
    assert names == {change.key for change in plan.changes if change.kind == "user.deactivate"}


def test_M2_the_limit_that_would_be_exceeded_is_the_planners() -> None:
    people = [employee(number, 2 if number > 30 else 3) for number in range(1, 101)]
    links = {("main", each.id): Link(f"L{each.id}") for each in people}
    memory = Memory(people=links, known=frozenset({"main"}), whole=frozenset({"main"}))
    world = World(
        (Company("main", DEPARTMENTS, tuple(people), RIGHTS),),
        learn_of(*(account_of(each.id) for each in people)),
        memory,
    )
    wanted, saved = settings_with(2), settings_with(1)
    told = consequences(prepare_consequences(world, wanted, saved), wanted)
    hit = next(hit for hit in plan_draft(world, wanted).limits if hit.kind == "user.deactivate")
    assert (told.deactivated, told.limit, told.over_limit) == (hit.planned, hit.allowed, True) == (30, 20, True)
    assert (told.will_study, told.left_out, told.was_studying, told.were_left_out) == (70, 30, 100, 0)
    calm = consequences(prepare_consequences(world, saved, saved), saved)
    assert (calm.deactivated, calm.limit, calm.over_limit) == (0, 20, False)


def test_Q1_a_portal_in_doubt_deactivates_nobody() -> None:
    links = {("main", 1): Link("L1")}
    company = Company("main", DEPARTMENTS, (employee(1, 3), employee(2, 2)), RIGHTS)
    world = World((company,), learn_of(account_of(1)), Memory(people=links))
    wanted = settings_with(2, 999)  # a ticked department that does not exist any more
    assert consequences(prepare_consequences(world, wanted), wanted).deactivated == 0


def test_a_click_in_a_huge_company_is_answered_well_below_100_ms() -> None:
    count, people = 10_000, 100_000
    departments = [Department(1, "Фирма"), *(Department(id_, f"Отдел {id_}", id_ // 8 + 1) for id_ in range(2, count))]
    staff = [employee(number, number % (count - 1) + 1) for number in range(1, people + 1)]
    links = {("main", each.id): Link(f"L{each.id}") for each in staff}
    accounts = {f"L{each.id}": Account(f"L{each.id}", "root") for each in staff}
    learn = LearnSnapshot("root", {"root": LearnDepartment("root", "Academy")}, accounts, ())
    world = World((Company("main", tuple(departments), tuple(staff), RIGHTS),), learn, Memory(people=links))
    ground = prepare_consequences(world, settings_with(1))
    spent = []
    for include in ((1,), (2, 3, 4), tuple(range(5, 3000))):
        started = time.perf_counter()
        told = consequences(ground, settings_with(*include))
        spent.append(time.perf_counter() - started)
        assert told.will_study + told.left_out == people
    print(f"consequences: {[round(each * 1000) for each in spent]} ms")  # noqa: T201 - the measure is the point
    assert min(spent) < 0.1


def test_I7_a_portal_that_waits_for_approval_anyhow_exceeds_no_limit() -> None:
    people = [employee(number, 3) for number in range(1, 31)]
    links = {("main", each.id): Link(f"L{each.id}", name="Other", email=f"o{each.id}@firm.example") for each in people}
    world = World(
        (Company("main", DEPARTMENTS, tuple(people), RIGHTS),),
        learn_of(*(account_of(each.id) for each in people)),
        Memory(people=links, known=frozenset({"main"}), whole=frozenset({"main"})),
    )
    wanted = settings_with(2)
    told = consequences(prepare_consequences(world, wanted), wanted)
    plan = plan_draft(world, wanted)
    assert plan.withheld == {"main"}
    assert plan.limits == ()
    assert (told.deactivated, told.over_limit) == (30, False)
