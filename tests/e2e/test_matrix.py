"""What a run does to whom: every cell of the matrix by real commands, and the main road through every installation."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from b24learn_gui.demo.bitrix24 import BOX_NEW, BOX_OLD, Department, Person, World
from b24learn_gui.demo.bitrix24 import CLOUD as PORTAL_CLOUD
from b24learn_gui.demo.bitrix24 import Switches as PortalSwitches
from b24learn_gui.demo.learn import CLOUD, OLD, ON_PREMISE
from b24learn_gui.demo.learn import Switches as LearnSwitches
from b24learn_gui.service.context import Context
from b24learn_gui.service.planning import Reading, Wishes, read_and_plan
from b24learn_gui.service.settings import settings_for_run
from b24learn_gui.storage.journal import Journal
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text import Words
from tests.e2e.arena import PEOPLE, Answer, Arena, arena
from tests.e2e.cells import CELLS, DOUBTED, HAS, POLICIES, SOURCES, TRUSTED, Cell, Policy, expected, impossible

OWNER, OFFICE, ARCHIVE, GUESTS = 1, 2, 9, 4
"""The webhook's owner; a ticked department, one that is not ticked, and a group of employees and guests."""


def employee(cell: Cell) -> Person:
    fields = {"NAME": f"Имя{cell.id}", "LAST_NAME": "Фамилия", "EMAIL": cell.email, "WORK_POSITION": "Менеджер"}
    return Person(cell.id, dict(fields), departments=[OFFICE])


def company(portal: str) -> World:
    """Everybody who is to be linked works here, active and in scope; the others come later."""
    owner = Person(OWNER, {"NAME": "Анна", "EMAIL": f"owner@{portal}.example"}, departments=[1], admin=True)
    owner.groups = (GUESTS,)  # a guest is shown to whom he shares a group with; otherwise he is gone from the read
    staff = [employee(cell) for cell in CELLS if cell.portal == portal and cell.linked]
    tree = [Department(1, f"Фирма {portal}"), Department(OFFICE, "Офис", 1), Department(ARCHIVE, "Архив", 1)]
    return World([owner, *staff], tree)


def arrange_source(world: World, cell: Cell) -> None:
    """The portal comes to say what the cell asks for. Rehired first: those switched off by us are dismissed by now."""
    if not cell.linked and cell.source != "gone":
        world.people[cell.id] = employee(cell)
    match cell.source:
        case "active":
            world.rehire(cell.id)
        case "unticked":
            world.rehire(cell.id)
            world.move(cell.id, [ARCHIVE])
        case "dismissed":
            world.dismiss(cell.id)
        case "gone":
            world.people.pop(cell.id, None)
            world.touch()
        case "extranet":
            world.rehire(cell.id)
            world.people[cell.id].user_type, world.people[cell.id].groups = "extranet", (GUESTS,)
            world.move(cell.id, [])


def arrange_learn(made: Arena, cell: Cell) -> None:
    """Learn comes to hold what the cell asks for, by hand."""
    learn = made.learn.world
    if cell.has == "none":
        if cell.linked:
            learn.delete_account(account_id(made, cell))
        return
    if not cell.linked:
        place = learn.by_code(f"b24-{cell.portal}-{OFFICE}")
        assert place is not None
        learn.add_account(
            cell.email,
            email=cell.email,
            department_id=place.id,
            first_name=f"Имя{cell.id}",
            last_name="Фамилия",
            job_title="Менеджер",
        )
    key = account_id(made, cell)
    match cell.has:
        case "other":
            learn.edit(key, job_title="Стажёр")
            learn.move(key, learn.root_id)
        case "off-by-hand":
            learn.deactivate(key)
        case "terminated":
            learn.terminate(key)
        case "protected":
            learn.make_administrator(key)
        case "same" | "off-by-us":
            pass  # so it is already


def account_id(made: Arena, cell: Cell) -> str:
    account = made.learn.world.by_email(cell.email)
    assert account is not None, cell.name
    return account.id


def columns(made: Arena) -> dict[tuple[str, int], str]:
    """The ledger person by person: the summary tells its sums only."""
    places = find_places(made.home, {})
    environment = {"B24LEARN_SECRETS_DIR": str(made.secrets)}
    vault = Secrets(account=places.home_id, environment=environment)
    context = Context(places, Words("en"), vault, environment)
    settings = settings_for_run(context)
    with Journal.open_read_only(places.journal_file) as journal, ExitStack() as stack:
        prepared = read_and_plan(
            context, settings, Wishes(), journal.memory(), vault, Reading([], []), stack, api_base=None
        )
        return {key: verdict.column for key, verdict in prepared.plan.verdicts.items()}


@dataclass
class Played:
    """One policy's world from its run to the one after it."""

    policy: Policy
    columns: dict[tuple[str, int], str]
    planned: Answer
    done: Answer
    again: Answer
    before: dict[str, Any]
    after: dict[str, Any]
    at_last: dict[str, Any]


@pytest.fixture(scope="module", params=POLICIES, ids=lambda policy: f"{policy[0]}-{policy[1]}")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    policy: Policy = request.param
    worlds = {TRUSTED: company(TRUSTED), DOUBTED: company(DOUBTED)}
    with arena(tmp_path_factory.mktemp("matrix"), worlds) as made:
        for portal in made.settings["portals"]:
            portal["exclude"] = [ARCHIVE]
        if POLICIES.index(policy) % 2:
            made.settings["learn"]["sign_in"] = "api_key"
        made.save(limits={"always_allowed": 1000, "adoptions": 1000})
        assert made.sync().code == 0
        for cell in CELLS:
            if cell.has == "off-by-us":
                worlds[cell.portal].dismiss(cell.id)
        assert set(made.sync().kinds()) == {"user.deactivate"}
        for cell in CELLS:
            arrange_learn(made, cell)
            arrange_source(worlds[cell.portal], cell)
        worlds[DOUBTED].set_admin(OWNER, admin=False)  # Q2: rights lost, all the rest is true
        made.save(sync={"leavers": policy[0], "out_of_scope": policy[1]})
        before = made.truth()["accounts"]
        planned, wanted = made.preview(), columns(made)
        done = made.sync()
        after = made.truth()["accounts"]
        again = made.sync()
        yield Played(policy, wanted, planned, done, again, before, after, made.truth()["accounts"])


def of_cell(entries: list[dict[str, Any]], cell: Cell) -> list[dict[str, Any]]:
    return [
        each
        for each in entries
        if (each["object"], each["portal"], each["bitrix24_id"]) == ("person", cell.portal, cell.id)
    ]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_what_a_run_does_to_whom(cell: Cell, played: Played) -> None:
    """P1–P2, I1–I5, L1–L2, N1–N3, Q3: kinds, codes, ledger and the account itself are those of the rules."""
    wanted = expected(cell, played.policy)
    changes = of_cell(played.done.json["changes"], cell)
    assert sorted(change["kind"] for change in changes) == sorted(wanted.kinds)
    assert sorted(each["code"] for each in of_cell(played.done.json["problems"], cell)) == sorted(wanted.codes)
    assert played.columns.get((cell.portal, cell.id)) == wanted.column
    former, account = played.before.get(cell.email), played.after.get(cell.email)
    assert (account["status"] if account else None) == wanted.status
    if not {"user.create", "user.update", "user.move", "user.deactivate", "user.reactivate"} & set(wanted.kinds):
        assert account == former  # an adoption alone is a local change and no write
    if account is not None and wanted.column in {"changed", "unchanged"} and cell.source == "active":
        assert account["fields"]["job_title"] == "Менеджер"
        if cell.portal == TRUSTED:
            assert account["department"] == f"Academy/Фирма {TRUSTED}/Офис"
    if {"user.update", "user.move", "user.deactivate", "user.reactivate"} & set(wanted.kinds):
        assert account is not None
        assert former is not None
        assert account["id"] == former["id"]
    if wanted.kinds == ("user.deactivate",):
        assert account is not None
        assert former is not None
        assert {**account, "status": 1} == former  # a leaver's profile and place are left alone


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_N3_the_next_run_does_nothing_more(cell: Cell, played: Played) -> None:
    assert of_cell(played.again.json["changes"], cell) == []
    assert played.at_last.get(cell.email) == played.after.get(cell.email)


def test_the_ledger_closes_and_its_sums_are_those_of_the_cells(played: Played) -> None:
    counted = Counter(column for cell in CELLS if (column := expected(cell, played.policy).column) is not None)
    counted["unchanged"] += 2  # the owners of the webhooks
    people = dict(played.done.json["people"])
    assert people.pop("read") == sum(people.values()) == counted.total()
    assert {column: count for column, count in people.items() if count} == dict(counted)


def test_T21_the_preview_said_exactly_that(played: Played) -> None:
    planned, done = played.planned.json, played.done.json
    assert planned["exit_code"] == done["exit_code"] == 30
    for key in ("plan_hash", "counts", "people", "letters", "problems", "limits"):
        assert planned[key] == done[key]


def test_N3_the_next_run_writes_nothing_at_all(played: Played) -> None:
    assert played.again.code == 30  # the doubt stays until somebody accepts the rights
    assert played.again.json["requests"]["learn_write"] == 0
    assert played.again.kinds() == {}


def test_every_cell_is_either_played_or_said_to_be_impossible() -> None:
    for portal in (TRUSTED, DOUBTED):
        there = {(cell.source, cell.has, cell.linked) for cell in CELLS if cell.portal == portal}
        for source in SOURCES:
            for has in HAS:
                for linked in (True, False):
                    possible = impossible(source, has, linked=linked) is None
                    assert possible == ((source, has, linked) in there)


INSTALLATIONS = [
    pytest.param(learn, portal, sign_in, id=f"{name}-{portal.name}-{sign_in}")
    for name, learn in (("learn-cloud", CLOUD), ("learn-server", ON_PREMISE), ("learn-old", OLD))
    for portal in (PORTAL_CLOUD, BOX_NEW, BOX_OLD)
    for sign_in in ("password", "api_key")
    if sign_in == "password" or (learn.token_auth and portal is PORTAL_CLOUD)  # an old Learn knows no API keys
]


@pytest.mark.parametrize(("learn", "portal", "sign_in"), INSTALLATIONS)
def test_the_main_road_through_every_installation(
    tmp_path: Path, learn: LearnSwitches, portal: PortalSwitches, sign_in: str
) -> None:
    """First sync, nothing to do, a leaver, nothing to do, and back to the same account."""
    with arena(tmp_path, learn_switches=learn, portal_switches=portal) as made:
        made.settings["learn"]["sign_in"] = sign_in
        made.save()
        if not portal.three_user_scopes:
            made.main.scopes = ("user", "department")  # all that an old box has to give
        first = made.sync()
        assert (first.code, first.kinds()) == (0, {"department.create": 3, "user.create": PEOPLE})
        assert (made.active(), len(made.learn.outbox)) == (PEOPLE, 0)
        assert made.sync().json["requests"]["learn_write"] == 0
        account = made.account(5).id
        made.main.world.dismiss(5)
        left = made.sync()
        assert (left.code, left.kinds(), made.account(5).status) == (0, {"user.deactivate": 1}, 3)
        made.main.world.rehire(5)
        back = made.sync()
        assert (back.code, back.kinds()) == (0, {"user.reactivate": 1})
        assert (made.account(5).id, made.account(5).status) == (account, 1)
        assert made.sync().json["requests"]["learn_write"] == 0
