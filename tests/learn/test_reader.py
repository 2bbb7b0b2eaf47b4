import itertools
from dataclasses import replace
from typing import Any

import pytest

from b24learn_gui.demo.learn import CLOUD, OLD, ON_PREMISE, Learn, LearnWorld, Switches
from b24learn_gui.demo.learn.model import ProfileField
from b24learn_gui.errors import Refused, Unreachable
from b24learn_gui.learn.paging import PAGE_SIZE
from b24learn_gui.learn.reader import read_learn
from b24learn_gui.sync.learn_side import LearnSnapshot
from tests.learn.joined import joined, no_wait, serving

PROFILES = {"cloud": CLOUD, "on_premise": ON_PREMISE, "old": OLD}

DIFFERENCES: list[dict[str, Any]] = [
    {"force_format": "xml"},
    {"envelope": "response"},
    {"envelope": "named"},
    {"department_list": "object", "paged_lists": False},
    {"fields_shape": "map"},
    {"fields_shape": "single"},
    {"field_case": "lower", "field_info_case": "upper"},
    {"numbers_as_text": True, "flags_as_booleans": True},
    {"role_spelling": "plural"},
    {"v2_revisions": False},
    {"v2_revisions": False, "paged_lists": False},
    {"paged_lists": False},
    {"paged_lists": False, "unknown_path_status": 405},
    {"paged_lists": False, "unknown_path_status": 400},
    {"paged_lists": False, "unknown_path_status": 501},
    {"v2_revisions": False, "unknown_path_html": True},
    {"find_existing": False},
    {"find_existing": False, "unknown_id_status": 404},
    {"role_call": False},
    {"empty_next_token": True},
    {"page_cap": 2},
    {"default_page_size": 3, "page_cap": 3},
    {"termination_shown": True},
    {"require_bearer_word": True},
    {"one_token": True},
    {"prefixes": ("/index.php/api/v2",)},
    {"force_format": "xml", "page_cap": 1, "role_spelling": "plural", "numbers_as_text": True},
    {"force_format": "xml", "v2_revisions": False, "find_existing": False},
]


def company() -> LearnWorld:
    """Five departments, people of every status and role, a field of the account's own."""
    world = LearnWorld(custom_fields=(ProfileField("USER_DEFINED_FIELD1", "Отчество", "string"),))
    sales = world.add_department("Продажи", code="b24-main-2")
    north = world.add_department("Север", sales, code="b24-main-3")
    world.add_department("Юг & запад <x>", sales)
    world.add_department("Чужое", code="xyz")
    head = world.add_account("head@example.com", email="Head@Example.com", department_id=north, first_name="Олег")
    world.edit(head, USER_DEFINED_FIELD1="Ильич", job_title="Начальник")
    world.set_supervisor(north, head)
    world.add_account("off@example.com", email="off@example.com", department_id=sales, active=False)
    gone = world.add_account("gone@example.com", email="gone@example.com", department_id=sales)
    world.terminate(gone)
    world.make_administrator(world.add_account("boss@example.com", email="boss@example.com"))
    chief = world.add_account("chief@example.com", email="chief@example.com", department_id=sales)
    world.make_department_administrator(chief, [sales])
    author = world.add_account("author", email="author@example.com")
    world.set_role(author, "publisher")
    return world


def assert_is(snapshot: LearnSnapshot, world: LearnWorld, *, ended_shown: bool) -> None:
    """The snapshot is what the world holds, value by value."""
    assert snapshot.root_id == world.root_id
    assert {
        one.id: (one.name, one.parent_id, one.code, one.supervisor_id) for one in snapshot.departments.values()
    } == {
        one.id: (
            one.name,
            one.parent_id,
            one.code,
            one.subordination.supervisor_id if one.subordination.kind == "manual" else None,
        )
        for one in world.departments.values()
    }
    told = {1: "active", 3: "inactive", 5: "terminated" if ended_shown else "inactive"}
    assert {one.id: (one.department_id, one.status, dict(one.fields)) for one in snapshot.accounts.values()} == {
        one.id: (
            one.department_id,
            told[one.status],
            {name.lower(): value for name, value in one.fields.items()},
        )
        for one in world.accounts.values()
    }
    assert {key for key, one in snapshot.accounts.items() if one.guarded} == {
        one.id for one in world.accounts.values() if world.kind(one) in ("owner", "administrator")
    }
    chief = world.account("chief@example.com")
    assert chief is not None
    assert snapshot.accounts[chief.id].manages == chief.roles[0].manageable
    assert [field.name.lower() for field in snapshot.fields] == [field.name.lower() for field in world.profile_fields]
    assert {field.name.lower() for field in snapshot.fields if field.required} == {"login", "email"}


@pytest.mark.parametrize("sign_in", ["password", "api_key"])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_is_read_value_by_value(profile: str, sign_in: Any) -> None:
    switches = PROFILES[profile]
    if sign_in == "api_key" and not switches.token_auth:
        switches = replace(switches, token_auth=True)
    world = company()
    with serving(switches, world) as learn, joined(learn, sign_in) as transport:
        snapshot = read_learn(transport, login=learn.login if sign_in == "password" else "")
        assert_is(snapshot, world, ended_shown=switches.v2_revisions)
        assert snapshot.signed_in_id == (world.owner_id if sign_in == "password" else None)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_every_habit_of_a_server_is_read_alike(profile: str, difference: dict[str, Any]) -> None:
    switches = replace(PROFILES[profile], **difference)
    world = company()
    deleted = world.add_account("deleted@example.com", email="deleted@example.com")
    linked = [*world.accounts]
    world.delete_account(deleted)
    with serving(switches, world) as learn, joined(learn) as transport:
        snapshot = read_learn(transport, linked_ids=linked, login=learn.login)
        assert_is(snapshot, world, ended_shown=switches.v2_revisions or switches.termination_shown)
        assert snapshot.signed_in_id == world.owner_id


def test_a_server_without_the_profile_fields_call_has_the_standard_ones() -> None:
    for switches in (replace(OLD, profile_fields_call=False), replace(CLOUD, profile_fields_call=False)):
        with serving(switches) as learn, joined(learn) as transport:
            names = [field.name for field in read_learn(transport).fields]
            assert names[:4] == ["login", "email", "first_name", "last_name"]


@pytest.mark.parametrize(("sign_in", "more"), [("password", 2), ("api_key", 3)])
def test_t20_an_unchanged_account_costs_its_pages_and_at_most_three_requests(sign_in: Any, more: int) -> None:
    world = LearnWorld()
    ids = [world.add_account(f"p{n}@example.com", email=f"p{n}@example.com") for n in range(PAGE_SIZE * 2 + 10)]
    with serving(CLOUD, world) as learn, joined(learn, sign_in) as transport:
        seen: list[tuple[int, int]] = []
        snapshot = read_learn(
            transport, linked_ids=ids, login=learn.login, on_progress=lambda done, total: seen.append((done, total))
        )
        assert len(snapshot.accounts) == len(ids) + 1
        paths = [entry.path for entry in learn.log.entries]
        pages = ["/users/v2"] * 3 + ["/departments"]
        assert sorted(paths) == sorted([*pages, "/user/profile/fields", "/role", *["/api/v3/token"] * (more - 2)])
        assert transport.reads == len(paths) == 1 + 3 + more
        assert transport.writes == 0
        assert [done for done, _ in seen] == [1000, 2000, 2011]
        assert all(done <= total for done, total in seen)


# --- rule I5


def linked_world(count: int = 5) -> tuple[LearnWorld, list[str]]:
    world = LearnWorld()
    return world, [world.add_account(f"p{n}@example.com", email=f"p{n}@example.com") for n in range(count)]


FIND = [
    {},
    {"find_existing": False},
    {"find_existing": False, "unknown_id_status": 404},
    {"v2_revisions": False, "find_existing": False},
]


@pytest.mark.parametrize("difference", FIND, ids=str)
def test_i5_truly_deleted_accounts_are_no_reason_to_stop(difference: dict[str, Any]) -> None:
    world, ids = linked_world()
    for account_id in ids[:2]:
        world.delete_account(account_id)
    with serving(replace(CLOUD, **difference), world) as learn, joined(learn) as transport:
        snapshot = read_learn(transport, linked_ids=ids, login=learn.login)
        assert set(ids) - snapshot.accounts.keys() == set(ids[:2])
        assert len(learn.log.find("GET", "/users(/v2)?")) == 1 + (difference.get("v2_revisions") is False)


@pytest.mark.parametrize("difference", FIND, ids=str)
def test_i5_an_account_that_exists_and_is_not_listed_twice_ends_the_run(difference: dict[str, Any]) -> None:
    world, ids = linked_world()
    world.delete_account(ids[0])
    with serving(replace(CLOUD, **difference), world) as learn, joined(learn) as transport:
        learn.lies.hide(ids[3])
        with pytest.raises(Unreachable) as caught:
            read_learn(transport, linked_ids=ids, login=learn.login)
        error = caught.value
        assert (error.code, error.side, error.exit_code) == ("learn_list_incomplete", "learn", 60)
        assert error.detail["missing"] == 1
        assert learn.log.writes == ()


@pytest.mark.parametrize("difference", FIND, ids=str)
def test_i5_one_more_reading_may_find_what_was_missing(difference: dict[str, Any]) -> None:
    world, ids = linked_world()
    with serving(replace(CLOUD, **difference), world) as learn, joined(learn) as transport:
        learn.lies.hide(ids[3], readings=1)
        snapshot = read_learn(transport, linked_ids=ids, login=learn.login)
        assert set(ids) <= snapshot.accounts.keys()


def test_i5_a_find_existing_that_finds_nobody_at_all_is_not_believed() -> None:
    world, ids = linked_world()
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        learn.lies.hide(ids[3])
        learn.faults.plan("html", status=404, path="/users/find_existing", times=None)
        with pytest.raises(Unreachable) as caught:
            read_learn(transport, linked_ids=ids)
        assert caught.value.code == "learn_list_incomplete"


def test_i5_a_server_that_knows_nobody_by_id_cannot_prove_anybody_gone() -> None:
    world, ids = linked_world()
    world.delete_account(ids[0])
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        learn.faults.plan("status", status=400, path="/users/find_existing|/user/[0-9a-f-]+(/v2)?", times=None)
        with pytest.raises(Unreachable) as caught:
            read_learn(transport, linked_ids=ids)
        assert caught.value.code == "learn_existence_unknown"


@pytest.mark.parametrize("lie", ["repeat_page_token", "cycle_page_tokens"])
@pytest.mark.parametrize("difference", [{}, {"force_format": "xml"}, {"v2_revisions": False}], ids=str)
def test_t4_a_page_token_that_repeats_or_cycles_ends_the_read(lie: str, difference: dict[str, Any]) -> None:
    world, ids = linked_world(10)
    with serving(replace(CLOUD, page_cap=3, **difference), world) as learn, joined(learn) as transport:
        setattr(learn.lies, lie, True)
        with pytest.raises(Unreachable) as caught:
            read_learn(transport, linked_ids=ids)
        assert (caught.value.code, caught.value.exit_code) == ("page_repeated", 60)
        assert len(learn.log.entries) < 20


def test_t5_empty_lists_are_not_an_empty_account() -> None:
    for what in ("users", "departments"):
        world, ids = linked_world()
        with serving(CLOUD, world) as learn, joined(learn) as transport:
            setattr(learn.lies, f"empty_{what}", None)
            with pytest.raises(Unreachable) as caught:
                read_learn(transport, linked_ids=ids)
            assert (caught.value.code, caught.value.exit_code) == ("learn_list_empty", 60)


def test_i5_a_department_administrator_sees_a_part_and_is_refused_before_the_first_write() -> None:
    world = company()
    chief = world.account("chief@example.com")
    assert chief is not None
    with serving(CLOUD, world) as learn:
        learn.sign_in_as(chief.id)
        for sign_in in ("password", "api_key"):
            with joined(learn, sign_in) as transport:
                with pytest.raises((Refused, Unreachable)) as caught:
                    read_learn(
                        transport, linked_ids=[*world.accounts], login=learn.login if sign_in == "password" else ""
                    )
                assert caught.value.exit_code in (40, 60)
        assert learn.log.writes == ()


def test_i5_a_sign_in_known_to_be_no_administrator_is_named() -> None:
    world = LearnWorld()
    author = world.add_account("author", email="author@example.com")
    for kind in ("department_administrator", "publisher", "learner"):
        world.set_role(author, kind)
        with serving(replace(CLOUD), world) as learn, joined(learn) as transport:
            # The owner's rights with the other one's name: only the role decides here.
            with pytest.raises(Refused) as caught:
                read_learn(transport, login="AUTHOR")
            assert (caught.value.code, caught.value.detail["login"]) == ("learn_not_administrator", "AUTHOR")


def test_a_hole_in_the_tree_of_departments_is_read_once_more_and_then_refused() -> None:
    world = company()
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        sales = world.by_code("b24-main-2")
        assert sales is not None
        real = sales.parent_id
        sales.parent_id = "an id that is not listed"
        with pytest.raises(Unreachable) as caught:
            read_learn(transport)
        assert (caught.value.code, caught.value.detail["what"]) == ("learn_list_incomplete", "departments")
        sales.parent_id = real
        assert read_learn(transport).root_id == world.root_id


READS = ["/user/profile/fields", "/role", "/departments", "/users/v2"]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "wrong_types"}, "answer_unusable"),
        ({"kind": "truncated"}, "truncated"),
        ({"kind": "empty"}, "empty"),
        ({"kind": "html", "status": 200}, "html"),
        ({"kind": "html", "status": 502}, "server_error"),
        ({"kind": "status", "status": 500}, "server_error"),
        ({"kind": "drop_after"}, "dropped"),
        ({"kind": "slow", "seconds": 1.4}, "timeout_read"),
    ],
    ids=str,
)
def test_t6_a_lasting_fault_in_any_list_ends_the_run_with_its_name(path: str, fault: dict[str, Any], code: str) -> None:
    world, ids = linked_world()
    with (
        serving(CLOUD, world) as learn,
        joined(learn, patience=no_wait(0.5 if "seconds" in fault else 900)) as transport,
    ):
        learn.faults.plan(path=path, times=None, **fault)
        with pytest.raises(Unreachable) as caught:
            read_learn(transport, linked_ids=ids)
        expected = {code, "api_not_found"} if path == READS[0] else {code}
        assert caught.value.code in expected | ({"patience_exhausted"} if "seconds" in fault else set())
        assert learn.log.writes == ()


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("status", [429, 503])
def test_t6_a_passing_fault_anywhere_leaves_no_trace(at: int, status: int) -> None:
    world = company()
    with serving(replace(CLOUD, page_cap=2), world) as learn, joined(learn) as transport:
        learn.faults.plan("status", status=status, retry_after="3", at=at)
        assert_is(read_learn(transport, linked_ids=[*world.accounts], login=learn.login), world, ended_shown=True)


def test_a_refusal_in_the_middle_of_a_list_is_not_taken_for_its_end() -> None:
    world, ids = linked_world(9)
    with serving(replace(CLOUD, page_cap=3), world) as learn, joined(learn) as transport:
        learn.faults.plan("status", status=400, path="/users/v2", at=2, times=None)
        with pytest.raises(Unreachable) as caught:
            read_learn(transport, linked_ids=ids)
        assert (caught.value.code, caught.value.detail["what"]) == ("answer_unusable", "accounts")


def test_people_added_while_reading_are_listed_once() -> None:
    world, ids = linked_world(9)
    with Learn(world, switches=replace(CLOUD, page_cap=4)) as learn, joined(learn) as transport:
        names = itertools.count()

        def add(done: int, total: int) -> None:
            if done < 12:
                world.add_account(f"new{next(names)}", email=f"new{done}@example.com")

        snapshot = read_learn(transport, linked_ids=ids, on_progress=add)
        assert set(ids) <= snapshot.accounts.keys()


def test_the_default_switches_are_the_contracts() -> None:
    assert Switches() == CLOUD


def test_i5_a_find_existing_that_forgets_an_account_that_is_there_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, ids = linked_world()
    with serving(CLOUD, world) as learn, joined(learn) as transport:
        learn.lies.hide(ids[3])
        real = transport.read

        def forgetful(method: Any, path: str, **options: Any) -> object:
            return [] if path == "/users/find_existing" else real(method, path, **options)

        monkeypatch.setattr(transport, "read", forgetful)
        with pytest.raises(Unreachable) as caught:
            read_learn(transport, linked_ids=ids)
        assert caught.value.code == "learn_list_incomplete"
