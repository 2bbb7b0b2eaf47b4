"""A whole company over HTTP, in every profile and switch that could change the data read, and its cost."""

import itertools
import tracemalloc
from datetime import date, timedelta, timezone

import pytest

from b24learn_gui.bitrix24.reader import read_company
from b24learn_gui.bitrix24.transport import Transport
from b24learn_gui.company.model import Company
from b24learn_gui.demo.bitrix24 import BOX_NEW, BOX_OLD, CLOUD, Bitrix24, LeakyBucket, Refuse, Switches, World
from b24learn_gui.demo.companies import generate
from b24learn_gui.errors import Refused
from tests.bitrix24.support import FakeTime, company, serving

BOX_SCOPES = ("user", "department")
SCOPES = {"cloud": ("user_basic", "department"), "box-new": ("user_basic", "department"), "box-old": BOX_SCOPES}


def portal(world: World, switches: Switches = CLOUD, **options: object) -> Bitrix24:
    options.setdefault("scopes", SCOPES[switches.name])
    return Bitrix24(world, switches=switches, **options)  # type: ignore[arg-type]


def read(transport: Transport, *wanted: str) -> Company:
    return read_company(transport, wanted_fields=wanted or ("WORK_POSITION",))


def assert_whole(found: Company, world: World, *, everybody: bool = False) -> None:
    """Everything the world holds was received exactly, and nothing speaks against it."""
    people = {number: person for number, person in world.people.items() if everybody or person.departments}
    assert found.doubts == ()
    assert [person.id for person in found.employees] == sorted(people)
    for person in found.employees:
        there = people[person.id]
        assert (person.active, list(person.departments)) == (there.active, there.departments)
        assert person.values == {name: value for name, value in there.fields.items() if value}
    assert [(unit.id, unit.name, unit.parent, unit.head or None) for unit in found.departments] == [
        (number, unit.name, unit.parent, unit.head or None) for number, unit in sorted(world.departments.items())
    ]


@pytest.mark.parametrize("switches", [CLOUD, BOX_NEW, BOX_OLD], ids=lambda switches: switches.name)
@pytest.mark.parametrize(
    ("people", "departments"),
    [(1, 1), (49, 3), (50, 50), (51, 51), (100, 99), (499, 100), (500, 101), (501, 150), (1234, 333)],
)
def test_q1_every_size_around_a_page_is_read_whole(switches: Switches, people: int, departments: int) -> None:
    world = company(people, departments, dismissed=people // 10)
    with serving(portal(world, switches)) as (bitrix, transport):
        found = read(transport)
        assert_whole(found, world)
        assert found.portal == "main"
        assert (found.rights.owner_id, found.rights.admin) == (1, True)
        assert found.rights.scopes == set(SCOPES[switches.name])
        assert transport.requests == bitrix.requests <= 4
        assert bitrix.writes == []


VARIANTS: list[dict[str, object]] = [
    {"prefix": "/b24"},
    {"escape_unicode": True},
    {"reads_json": False},
    {"past_end": "empty"},
    {"order_inside_filter": False},
    {"lower_case_filter": True},
    {"select": False},
    {"default_order": "shuffled"},
    {"empty_department": "absent", "extranet_module": False},
    {"empty_department": "false", "extranet_module": False},
    {"empty_department": "empty", "extranet_module": False},
    {"department_numbers": False},
    {"unresolved": "text"},
    {"numeric_ids": True},
    {"old_statuses": True},
    {"rate": None},
    {"rate": LeakyBucket(2, 1)},
    {"operating_limit": None, "shows_operating": False},
    {"call_seconds": 5.0},
    {"own_cookie": True},
    {"v3": False},
]


@pytest.mark.parametrize("switches", [CLOUD, BOX_NEW, BOX_OLD], ids=lambda switches: switches.name)
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_no_unsettled_behaviour_changes_what_is_read(switches: Switches, variant: dict[str, object]) -> None:
    clock = FakeTime()
    world = company(777, 120, dismissed=70)
    world.people[21].departments = []
    world.people[23].departments = [7, 5, 900]
    turned = switches.but(**variant)
    with serving(portal(world, turned, clock=clock), time=clock) as (_, transport):
        assert_whole(read(transport), world, everybody=not turned.extranet_module)


@pytest.mark.parametrize("switches", [CLOUD, BOX_OLD], ids=lambda switches: switches.name)
@pytest.mark.parametrize("oddities", [False, True])
def test_t22_believable_companies_and_every_oddity_are_read_as_they_are(switches: Switches, *, oddities: bool) -> None:
    world = generate(7, 400, oddities=oddities)
    with serving(portal(world, switches)) as (bitrix, transport):
        found = read(transport, "WORK_POSITION", "PERSONAL_MOBILE")
        assert found.doubts == ()
        assert bitrix.requests <= (4 if oddities else 3)
    people = {person.id: person for person in found.employees}
    expected = {person.id for person in world.people.values() if person.departments and not person.external_auth}
    assert {number for number, person in people.items() if person.kind == "employee"} == {
        number for number in expected if world.people[number].user_type == "employee"
    }
    for number in people.keys() & expected:
        there = world.people[number]
        assert people[number].active == there.active
        # Each is named once, nought is none, and some are printed without any.
        shown = () if there.shape in {"false", "absent", "empty"} else there.departments
        assert people[number].departments == tuple(dict.fromkeys(unit for unit in shown if unit))
        for name in ("NAME", "LAST_NAME", "WORK_POSITION", "PERSONAL_MOBILE"):
            value = there.fields.get(name)
            text = value if isinstance(value, str) and value.strip() else ""
            assert people[number].values.get(name, "") == text
    hidden = {below for unit in world.departments.values() if not unit.active for below in world.below(unit.id)}
    assert [unit.id for unit in found.departments] == sorted(world.departments.keys() - hidden)


@pytest.mark.parametrize("shape", ["numbers", "strings", "object", "false", "absent", "empty"])
def test_departments_of_people_are_read_in_every_shape(shape: str) -> None:
    world = company(3)
    world.people[3].shape = shape  # type: ignore[assignment]
    if shape in {"false", "absent", "empty"}:
        world.people[3].departments = []
    with serving(portal(world, BOX_NEW.but(extranet_module=False))) as (_, transport):
        assert_whole(read(transport), world, everybody=True)


def test_calendar_days_guests_and_missing_columns() -> None:
    world = company(4)
    world.people[3].user_type = "extranet"
    world.change(5, UF_EMPLOYMENT_DATE=date(1990, 5, 6), SECOND_NAME=None, NAME="")
    for zone in (timezone(timedelta(hours=3)), timezone(timedelta(hours=-5)), timezone(timedelta(hours=12))):
        switches = BOX_NEW.but(extranet_module=False, time_zone=zone)
        with serving(portal(world, switches)) as (_, transport):
            found = read(transport, "UF_EMPLOYMENT_DATE")
        people = {person.id: person for person in found.employees}
        assert found.doubts == ()
        assert people[3].kind == "extranet"
        assert people[5].values["UF_EMPLOYMENT_DATE"] == "1990-05-06"
        assert not {"NAME", "SECOND_NAME"} & people[5].values.keys()


def test_only_wanted_fields_are_asked_for_and_kept() -> None:
    for switches in (CLOUD, BOX_OLD):
        with serving(portal(company(3), switches)) as (bitrix, transport):
            found = read(transport, "work_position")
            asked = bitrix.calls("user.get")[0].parameters["select"]
            assert isinstance(asked, dict)
            assert set(asked.values()) == {
                *("ID", "ACTIVE", "USER_TYPE", "UF_DEPARTMENT", "NAME", "LAST_NAME", "SECOND_NAME", "EMAIL"),
                "WORK_POSITION",
            }
            assert found.employees[0].values.keys() == {"NAME", "LAST_NAME", "EMAIL", "WORK_POSITION"}


class TestCost:
    def test_n3_ten_thousand_people_cost_at_most_eight_requests(self) -> None:
        world = company(10_000, 600)
        progress: list[tuple[int, int]] = []
        with serving(portal(world)) as (bitrix, transport):
            found = read_company(transport, progress=lambda done, total: progress.append((done, total)))
            assert len(found.employees) == 10_000
            assert found.doubts == ()
            assert bitrix.requests <= 8
        assert progress[0] == (500, 10_000)
        assert progress[-1] == (10_000, 10_000)
        assert progress == sorted(progress)
        grown = [after[0] - before[0] for before, after in itertools.pairwise(progress)]
        assert 2500 in grown

    def test_batches_stay_small_while_the_server_is_slow(self) -> None:
        world = company(1500)
        with serving(portal(world, BOX_NEW.but(call_seconds=2.0))) as (bitrix, transport):
            assert_whole(read(transport), world)
            pages = [
                sum(1 for call in bitrix.calls("user.get") if call.request == number)
                for number in range(2, bitrix.requests + 1)
            ]
        assert set(pages[:-1]) == {10}

    def test_a_batch_that_is_too_much_for_the_server_is_followed_by_smaller_ones(self) -> None:
        world = company(3000)
        clock = FakeTime()
        with serving(portal(world, BOX_NEW), time=clock) as (bitrix, transport):
            bitrix.faults.arrange(
                Refuse("INTERNAL_SERVER_ERROR", 500), method="batch", skip=1, times=2, where="request"
            )
            assert_whole(read(transport), world)

    def test_memory_stays_small_for_a_large_company(self) -> None:
        """About 600 bytes a person kept: 100,000 people are some 60 MB."""
        world = company(5000, 40)
        with serving(portal(world, BOX_NEW)) as (_, transport):
            read(transport)
            tracemalloc.start()
            found = read(transport)
            kept, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert len(found.employees) == 5000
        assert kept < 5000 * 1000
        assert peak < 20_000_000


class TestRights:
    @pytest.mark.parametrize(
        ("scopes", "missing"),
        [
            (("user_brief", "department"), ("user_basic",)),
            (("department",), ("user_basic",)),
            (("user_basic",), ("department",)),
            (("user",), ("department",)),
            (("crm",), ("user_basic", "department")),
        ],
    )
    def test_a_missing_tick_is_named(self, scopes: tuple[str, ...], missing: tuple[str, ...]) -> None:
        with serving(portal(company(3), scopes=scopes)) as (_, transport), pytest.raises(Refused) as caught:
            read(transport)
        assert (caught.value.code, caught.value.exit_code) == ("insufficient_scope", 40)
        assert caught.value.detail["missing"] == missing

    def test_q2_scopes_of_interest_the_owner_and_his_role_are_told(self) -> None:
        world = company(5)
        with serving(portal(world, scopes=("user", "user_basic", "department", "crm"), owner_id=3)) as (_, transport):
            rights = read(transport).rights
        assert rights.scopes == {"user", "user_basic", "department"}
        assert (rights.owner_id, rights.admin) == (3, False)

    def test_a_dismissed_owner_is_named(self) -> None:
        world = company(5)
        world.dismiss(1)
        with serving(portal(world)) as (_, transport), pytest.raises(Refused) as caught:
            read(transport)
        assert caught.value.code == "owner_inactive"

    def test_rights_that_cannot_be_learnt_are_asked_again_and_then_a_doubt(self) -> None:
        world = company(5)
        with serving(portal(world)) as (bitrix, transport):
            bitrix.faults.arrange(Refuse("ERROR_CORE", 400), method="scope", where="part", times=1)
            assert_whole(read(transport), world)
            bitrix.faults.arrange(Refuse("ERROR_CORE", 400), method="scope", where="part", times=None)
            found = read(transport)
        assert [doubt.code for doubt in found.doubts] == ["rights_unknown"]
        assert len(found.employees) == 5
