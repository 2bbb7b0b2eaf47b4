"""Faults on demand, load, log, hooks and letters of the embedded Learn (contract of the Learn API, section 15)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from b24learn_gui.demo.learn import Entry, Fault, Known, LearnWorld, populate
from b24learn_gui.demo.learn.faults import FaultKind
from b24learn_gui.demo.learn.populate import KINDS_OF_PEOPLE
from tests.demo.learn_http import Api, Clock, served


def _new(api: Api, login: str = "new@x.example") -> requests.Response:
    fields = {"login": login, "email": login}
    return api.post("/user", {"departmentId": api.learn.world.root_id, "fields": fields})


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
def test_the_kth_matching_call_fails_and_no_other(status: int) -> None:
    with served() as (learn, api):
        learn.faults.plan("status", status=status, method="GET", path="/role", at=2, retry_after="7")
        api.get("/departments")
        answers = [api.get("/role") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, status, 200]
        assert answers[1].json()["code"] == status
        assert answers[1].headers["Retry-After"] == "7"


def test_a_fault_can_last_and_be_cleared() -> None:
    with served() as (learn, api):
        learn.faults.plan("status", status=503, times=None)
        assert [api.get("/role").status_code for _ in range(3)] == [503] * 3
        learn.faults.clear()
        assert api.get("/role").status_code == 200


@pytest.mark.parametrize(("status", "commit"), [(502, False), (502, True), (200, False), (200, True)])
def test_html_comes_instead_of_an_answer_with_or_without_the_work(status: int, commit: bool) -> None:
    with served() as (learn, api):
        learn.faults.plan("html", status=status, commit=commit, writes_only=True)
        answer = _new(api)
        assert answer.status_code == status
        assert "<html>" in answer.text
        assert answer.headers["Content-Type"].startswith("text/html")
        assert (learn.world.account("new@x.example") is not None) == commit


@pytest.mark.parametrize(("kind", "works"), [("drop_before", False), ("drop_after", True)])
def test_T7_the_connection_drops_before_or_after_the_work(kind: FaultKind, works: bool) -> None:
    with served() as (learn, api):
        learn.faults.plan(kind, method="POST", path="/user")
        with pytest.raises(requests.ConnectionError):
            _new(api)
        assert (learn.world.account("new@x.example") is not None) == works
        assert learn.log.entries[-1].status == 0
        assert api.get("/role").status_code == 200


def test_answers_are_truncated_emptied_and_of_wrong_types() -> None:
    with served() as (learn, api):
        for kind in ("truncated", "empty", "wrong_types"):
            learn.faults.plan(kind, path="/users/v2")
            answer = api.get("/users/v2")
            assert answer.status_code == 200
            learn.faults.clear()
            if kind == "wrong_types":
                assert answer.json() == {"userProfiles": 17}
            else:
                with pytest.raises(requests.JSONDecodeError):
                    answer.json()


def test_T7_a_slow_answer_has_done_its_work_while_the_client_gives_up() -> None:
    with served() as (learn, api):
        learn.faults.plan("slow", seconds=30.0, path="/user")
        with pytest.raises(requests.ReadTimeout):
            api.session.post(
                f"{learn.url}/user",
                json={"departmentId": learn.world.root_id, "fields": {"login": "a", "email": "a@x.example"}},
                timeout=0.3,
            )
        assert learn.world.account("a") is not None
        started = time.perf_counter()
    assert time.perf_counter() - started < 5  # stopping does not wait for the slow answer


def test_T14_one_persons_writes_are_refused_everywhere() -> None:
    with served() as (learn, api):
        key, other = api.create("a@x.example"), api.create("b@x.example")
        learn.faults.refuse_person("A@x.example", message="Refused by policy")
        answers = [
            _new(api, "a@x.example"),
            api.post(f"/user/{key}", {"fields": {"first_name": "X"}}),
            api.post("/users/deactivate", {"userIds": [other, key]}),
            api.post(f"/user/{key}/status", {"status": 3}),
            api.xml("POST", "/users/deactivate", f"<r><userIds><id>{key}</id></userIds></r>", "application/json"),
        ]
        assert [answer.json()["message"] for answer in answers] == ["Refused by policy"] * 5
        assert api.post(f"/user/{other}/status", {"status": 3}).status_code == 200


def test_D5_a_department_is_refused_by_name_or_code() -> None:
    with served() as (learn, api):
        learn.faults.refuse_department("b24-main-7")
        body = {"name": "Sales", "parentDepartmentId": learn.world.root_id, "code": "b24-main-7"}
        assert api.post("/department", body).status_code == 400
        assert api.post("/department", {**body, "code": "b24-main-8"}).status_code == 201


@pytest.mark.parametrize(("form", "expected"), [("seconds", "10"), ("date", " GMT"), ("none", "")])
def test_T6_the_rate_limit_answers_429_until_the_window_moves(form: str, expected: str) -> None:
    clock = Clock()
    with served(clock=clock, rate_limit=2, rate_window=10.0, retry_after_form=form) as (_, api):
        assert [api.get("/role").status_code for _ in range(3)] == [200, 200, 429]
        assert api.get("/role").headers.get("Retry-After", "").endswith(expected)
        clock.now += 10
        assert api.get("/role").status_code == 200


def test_the_log_holds_method_path_query_body_auth_status_and_span() -> None:
    with served() as (learn, api):
        api.token()
        api.get("/users/v2", pageSize=3)
        _new(api)
        api.sign_in_by_token()
        api.prefix = "/index.php/api/v2"
        api.get("/role")
        token, listed, made, _, role = learn.log.entries
        assert (token.path, token.auth, token.write) == ("/api/v3/token", "password", False)
        assert token.body["client_secret"] == "***"
        assert (listed.method, listed.path, listed.query) == ("GET", "/users/v2", {"pageSize": ["3"]})
        assert (made.body["fields"]["login"], made.write, made.status) == ("new@x.example", True, 201)
        assert (role.auth, role.prefix, role.headers["authorization"]) == ("bearer", "/index.php/api/v2", "***")
        assert listed.started < listed.finished
        assert learn.log.writes == (made,)
        assert learn.log.find("GET", "/ro.*") == (role,)
        learn.log.clear()
        assert learn.log.entries == ()


def test_N3_asking_is_no_write_whatever_the_method() -> None:
    with served() as (learn, api):
        api.post("/users/find_existing", {"userIds": [learn.world.owner_id]})
        api.post("/users/v2", {})
        api.post("/user/list", {})
        assert (len(learn.log.reads), len(learn.log.writes)) == (3, 0)


def test_the_gauge_shows_how_many_requests_were_in_flight() -> None:
    with served(latency=0.1) as (learn, api):
        headers = dict(api.session.headers)

        def ask(_: int) -> int:
            return requests.get(f"{learn.url}/role", headers=headers, timeout=10).status_code

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(ask, range(8))) == [200] * 8
        assert learn.log.peak == 4
        assert learn.log.in_flight == 0
        assert all(entry.finished - entry.started >= 0.09 for entry in learn.log.entries)


def test_writes_from_many_threads_lose_nothing_and_make_no_twins() -> None:
    with served() as (learn, api):
        headers = dict(api.session.headers)

        def create(number: int) -> int:
            fields = {"login": f"u{number // 2}", "email": f"u{number // 2}@x.example"}
            body = {"departmentId": learn.world.root_id, "fields": fields}
            return requests.post(f"{learn.url}/user", json=body, headers=headers, timeout=10).status_code

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(create, range(40)))
        assert (answers.count(201), answers.count(400)) == (20, 20)
        assert len(learn.world.accounts) == 21


def test_T15_hooks_see_every_write_before_and_after_the_work() -> None:
    seen: list[tuple[str, int, int]] = []
    with served() as (learn, api):

        def before(number: int, entry: Entry) -> None:
            seen.append(("before", number, len(learn.world.accounts)))

        def after(number: int, entry: Entry) -> None:
            seen.append(("after", number, len(learn.world.accounts)))
            assert entry.write_number == number

        learn.before_write, learn.after_write = before, after
        _new(api, "a@x.example")
        api.get("/role")
        _new(api, "b@x.example")
        assert seen == [("before", 1, 1), ("after", 1, 2), ("before", 2, 2), ("after", 2, 3)]


def test_a_hook_may_hold_a_write_while_reads_go_on() -> None:
    release = threading.Event()
    with served() as (learn, api):

        def wait(_number: int, _entry: Entry) -> None:
            release.wait(10)

        learn.after_write = wait
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(
                requests.post,
                f"{learn.url}/department",
                json={"name": "A", "parentDepartmentId": learn.world.root_id},
                headers=dict(api.session.headers),
                timeout=10,
            )
            while not learn.log.writes:
                time.sleep(0.005)
            assert api.get("/role").status_code == 200
            release.set()
            assert writing.result().status_code == 201


def test_the_world_changes_by_hand_as_in_learns_own_pages() -> None:
    world = LearnWorld()
    a, b = world.add_department("A", code="x"), world.add_department("B")
    key = world.add_account("anna", email="anna@x.example", department_id=a, first_name="Анна")
    before = world.state()
    world.edit(key, first_name="Анна Мария", job_title="Chief")
    world.deactivate(key)
    world.move(key, b)
    world.set_supervisor(a, key)
    world.rename_department(b, "B2")
    world.move_department(b, a)
    state = world.state()
    assert state["accounts"]["anna"] == {
        "fields": {"email": "anna@x.example", "first_name": "Анна Мария", "job_title": "Chief", "login": "anna"},
        "status": 3,
        "department": "Academy/A/B2",
        "roles": ["learner", "supervisor"],
        "manages": [],
        "supervisor": "inherit",
        "functional_manager": "inherit",
        "groups": [],
    }
    assert state["departments"]["Academy/A"]["supervisor"] == "anna"
    world.set_supervisor(a, None)
    world.move_department(b, world.root_id)
    world.rename_department(b, "B")
    world.move(key, a)
    world.activate(key)
    world.edit(key, first_name="Анна", job_title="")
    assert world.state() == before
    assert world.state(ids=True)["accounts"]["anna"]["id"] == key
    with pytest.raises(ValueError, match="taken"):
        world.add_account("other", email="ANNA@x.example")
    with pytest.raises(ValueError, match="below itself"):
        world.move_department(a, a)
    with pytest.raises(ValueError, match="not empty"):
        world.delete_department(a)
    world.make_owner(key)
    assert world.state()["accounts"]["owner@learn.example"]["roles"] == ["administrator"]
    assert world.owner_id == key


def test_the_same_seed_gives_the_same_ids_and_another_seed_others() -> None:
    same, twin, other = LearnWorld(seed=5), LearnWorld(seed=5), LearnWorld(seed=6)
    assert same.state(ids=True) == twin.state(ids=True)
    assert same.root_id != other.root_id
    assert set(same.roles).isdisjoint(other.roles)


def test_I2_accounts_already_there_are_one_of_every_kind() -> None:
    people = [Known(f"p{number}@firm.example", "Имя", f"Фамилия{number}") for number in range(KINDS_OF_PEOPLE)]
    world = LearnWorld()
    kinds = populate(world, people)
    by_kind = {kind: [world.accounts[key] for key in keys] for kind, keys in kinds.items()}
    assert by_kind["match_email"][0].email == "p0@firm.example"
    assert by_kind["match_email_case"][0].email == "P1@FIRM.EXAMPLE"
    assert (by_kind["match_login"][0].login, by_kind["match_login"][0].email) == ("p2@firm.example", "")
    assert {account.login for account in by_kind["ambiguous"]} == {"already.there.twin", "p3@firm.example"}
    assert by_kind["other_email"][0].email not in ("", "p4@firm.example")
    assert world.kind(by_kind["administrator"][0]) == "administrator"
    assert world.kind(by_kind["department_administrator"][0]) == "department_administrator"
    assert [by_kind[kind][0].status for kind in ("inactive", "terminated")] == [3, 5]
    assert by_kind["foreign_department"][0].department_id != world.root_id
    assert len(kinds["strangers"]) == 3
    with pytest.raises(ValueError, match="people"):
        populate(LearnWorld(), people[:3])


def test_faults_are_plain_values() -> None:
    with served() as (learn, api):
        learn.faults.add(Fault("status", status=500, path="/role", times=2))
        assert [api.get("/role").status_code for _ in range(3)] == [500, 500, 200]
