import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from b24learn_gui.demo.learn import CLOUD, ON_PREMISE, Learn, LearnWorld, Switches
from b24learn_gui.errors import Refused, Rejected, StoppedOnRequest, SyncError, Unreachable
from b24learn_gui.http import Patience, open_session
from b24learn_gui.learn.connect import Access, connect
from b24learn_gui.learn.gate import RECOVERY, Gate, Rest
from b24learn_gui.learn.sign_in import ApiKey, Password, SignIn
from b24learn_gui.learn.transport import FIRST_CALLS, TRIES, Transport
from tests.learn.joined import QUICK, SignInKind, access_to, joined, no_wait, pair, serving


def test_every_request_is_counted_as_the_server_sees_it() -> None:
    with serving() as learn, joined(learn, "api_key") as transport:
        learn.faults.plan("status", status=503, path="/user/profile/fields", times=2)
        learn.faults.plan("drop_after", path="/user/.*/status")
        transport.read("GET", "/user/profile/fields")
        transport.read("POST", "/users/find_existing", body={"userIds": [learn.world.owner_id]})
        account = learn.world.add_account("a@example.com", email="a@example.com")
        transport.write(f"/user/{account}/status", {"status": 3})
        assert (transport.reads, transport.writes) == (len(learn.log.reads), len(learn.log.writes)) == (5, 2)


def test_the_address_found_is_remembered_and_tried_first() -> None:
    with serving(replace(ON_PREMISE, prefixes=("/index.php/api/v2",))) as learn:
        with joined(learn) as transport:
            transport.read("GET", "/user/profile/fields")
            assert transport.base == f"{learn.url}/index.php/api/v2"
            assert transport.reads == 2
        with joined(learn, api_base=transport.base) as again:
            again.read("GET", "/user/profile/fields")
            assert again.reads == 1


def test_a_remembered_address_that_moved_is_found_anew() -> None:
    with serving(ON_PREMISE) as learn, joined(learn, api_base=f"{learn.url}/old/api/v2") as transport:
        transport.read("GET", "/user/profile/fields")
        assert transport.base == f"{learn.url}/api/v2"


@pytest.mark.parametrize("html", [False, True])
def test_a_site_without_the_api_says_so_at_once(html: bool) -> None:
    with serving(replace(CLOUD, prefixes=("/elsewhere",), unknown_path_html=html)) as learn, joined(learn) as transport:
        with pytest.raises(Unreachable) as caught:
            transport.read("GET", "/user/profile/fields")
        assert (caught.value.code, caught.value.detail["host"]) == ("api_not_found", "127.0.0.1")
        assert transport.patience.spent == 0


def test_a_host_that_is_down_is_not_mistaken_for_a_site_without_the_api() -> None:
    with serving() as learn:
        access = access_to(learn)
    waits: list[str] = []
    patience = no_wait(on_wait=lambda _, reason: waits.append(reason))
    with connect(access, patience=patience, timeouts=QUICK) as transport, pytest.raises(Unreachable) as caught:
        transport.read("GET", "/user/profile/fields")
    assert (caught.value.code, waits) == ("connect", ["connect"] * (TRIES - 1))
    assert (caught.value.detail["attempts"], transport.reads) == (TRIES, 0)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503, "retry_after": "7"},
        {"kind": "status", "status": 429, "retry_after": "7"},
        {"kind": "status", "status": 429},
        {"kind": "html", "status": 502},
        {"kind": "html", "status": 200},
        {"kind": "truncated"},
        {"kind": "empty"},
        {"kind": "drop_before"},
        {"kind": "drop_after"},
        {"kind": "slow", "seconds": 1.4},
    ],
    ids=lambda fault: "-".join(str(part) for part in fault.values()),
)
def test_t6_a_read_survives_a_passing_fault_and_waits_as_told(fault: dict[str, object]) -> None:
    told: list[float] = []
    patience = no_wait(on_wait=lambda seconds, _: told.append(seconds))
    with serving() as learn, joined(learn, patience=patience) as transport:
        transport.read("GET", "/user/profile/fields")
        learn.faults.plan(path="/user/profile/fields", **fault)  # type: ignore[arg-type]
        assert isinstance(transport.read("GET", "/user/profile/fields"), list)
        assert told == [7.0 if "retry_after" in fault else 1.0]


def test_patience_ends() -> None:
    with serving() as learn, joined(learn, patience=no_wait(10)) as transport:
        learn.faults.plan("status", status=503, retry_after="8", times=None)
        with pytest.raises(Unreachable) as caught:
            transport.read("GET", "/user/profile/fields")
        assert caught.value.code == "patience_exhausted"
        assert len(learn.log.entries) == 2


def test_a_server_that_stays_ill_is_unreachable_with_the_number_of_attempts() -> None:
    with pair() as (learn, transport):
        learn.faults.plan("html", status=502, times=None)
        with pytest.raises(Unreachable) as caught:
            transport.read("GET", "/user/profile/fields")
        detail = caught.value.detail
        assert (caught.value.code, detail["status"], detail["attempts"]) == ("server_error", 502, TRIES)


def test_stop_ends_a_slow_read_and_a_wait() -> None:
    stop = threading.Event()
    patience = Patience(900, side="learn", stop=stop)
    with serving() as learn, joined(learn, patience=patience, timeouts=replace(QUICK, read=5.0)) as transport:
        transport.read("GET", "/user/profile/fields")
        learn.faults.plan("slow", seconds=3.0)
        threading.Timer(0.05, stop.set).start()
        started = time.monotonic()
        with pytest.raises(StoppedOnRequest):
            transport.read("GET", "/user/profile/fields")
        assert time.monotonic() - started < 1
        learn.faults.clear()
        with pytest.raises(StoppedOnRequest):
            transport.read("GET", "/user/profile/fields")


def test_a_write_is_finished_although_stop_was_asked_for() -> None:
    stop = threading.Event()
    patience = Patience(900, side="learn", stop=stop)
    with serving() as learn, joined(learn, patience=patience) as transport:
        transport.read("GET", "/user/profile/fields")
        account = learn.world.add_account("a@example.com", email="a@example.com")
        stop.set()
        transport.write(f"/user/{account}/status", {"status": 3})
        assert learn.world.accounts[account].status == 3


@pytest.mark.parametrize("status", [400, 404, 405, 409, 422])
def test_other_refusals_are_never_repeated(status: int) -> None:
    with pair() as (learn, transport):
        transport.read("GET", "/user/profile/fields")
        learn.faults.plan("status", status=status, message="Wrong parameters: x" * 99)
        with pytest.raises(Rejected) as caught:
            transport.read("GET", "/user/profile/fields")
        assert caught.value.detail["status"] == status
        assert len(str(caught.value.detail["message"])) <= 300
        assert len(learn.log.entries) == 2


def test_403_to_a_read_or_to_the_first_write_is_about_us() -> None:
    for call in ("/user/profile/fields", "/user/x/status"):
        with pair() as (learn, transport):
            transport.read("GET", "/departments")
            learn.faults.plan("status", status=403, path=call, times=None)
            with pytest.raises(Refused) as caught:
                transport.read("GET", call) if call == "/user/profile/fields" else transport.write(call, {})
            assert (caught.value.code, caught.value.exit_code) == ("forbidden", 40)


def test_t18_403_to_one_write_among_good_ones_is_that_objects_and_two_in_a_row_end_the_run() -> None:
    with pair() as (learn, transport):
        account = learn.world.add_account("a@example.com", email="a@example.com")
        path = f"/user/{account}/status"
        transport.write(path, {"status": 3})
        learn.faults.plan("status", status=403, path=path)
        with pytest.raises(Rejected):
            transport.write(path, {"status": 3})
        transport.write(path, {"status": 1})
        learn.faults.plan("status", status=403, path=path, times=None)
        errors: list[SyncError] = []
        for _ in range(2):
            with pytest.raises(SyncError) as caught:
                transport.write(path, {"status": 3})
            errors.append(caught.value)
        assert [type(error) for error in errors] == [Rejected, Refused]


def test_redirects_are_not_followed() -> None:
    with pair() as (learn, transport):
        transport.read("GET", "/user/profile/fields")
        learn.faults.plan("status", status=302)
        with pytest.raises(Unreachable) as caught:
            transport.read("GET", "/user/profile/fields")
        assert caught.value.code == "api_not_found"
        assert len(learn.log.entries) == 2


def test_the_gate_narrows_after_429_and_recovers() -> None:
    gate = Gate(4)
    gate.narrow()
    assert gate.allowed == 2
    gate.narrow()
    gate.narrow()
    assert gate.allowed == 1
    for _ in range(RECOVERY * 3):
        gate.good()
    assert gate.allowed == 4
    for _ in range(RECOVERY):
        gate.good()
    assert gate.allowed == 4


def test_no_more_requests_are_under_way_than_allowed_and_one_wait_serves_all() -> None:
    waits: list[float] = []
    patience = no_wait(on_wait=lambda seconds, _: waits.append(seconds))
    with (
        serving(replace(CLOUD, latency=0.02)) as learn,
        joined(learn, patience=patience, parallel=3) as transport,
    ):
        transport.read("GET", "/user/profile/fields")
        learn.faults.plan("status", status=429, retry_after="5", path="/user/profile/fields", at=4, times=3)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: transport.read("GET", "/user/profile/fields"), range(30)))
        assert learn.log.peak <= 3
        assert 5.0 <= sum(waits) <= 15.0


def test_an_unencrypted_address_is_never_asked() -> None:
    with pytest.raises(SyncError) as caught:
        connect(Access(url="http://learn.example.com"), patience=no_wait())
    assert (caught.value.code, caught.value.exit_code) == ("plain_http", 70)


@contextmanager
def between(*bases: str, learn: Learn, kind: SignInKind = "password") -> Iterator[Transport]:
    """A transport that may look for the API at several hosts, as in the cloud."""
    secrets = (
        Password(account_url=learn.url, login=learn.login, password=learn.password)
        if kind == "password"
        else ApiKey(client_id=learn.client_id, client_secret=learn.client_secret)
    )
    session = open_session(pool_size=4)
    with Transport(session, SignIn(secrets), bases=bases, patience=no_wait(), timeouts=QUICK) as transport:
        yield transport


@pytest.mark.parametrize("kind", ["password", "api_key"])
@pytest.mark.parametrize(
    "first", [replace(CLOUD, prefixes=("/elsewhere",)), replace(CLOUD, password_auth=False, token_auth=False)]
)
def test_the_account_host_is_asked_where_the_api_host_does_not_serve_this_sign_in(
    first: Switches, kind: SignInKind
) -> None:
    with serving(first) as api_host, serving() as account_host:
        bases = (api_host.url, f"{account_host.url}/api/v2")
        with between(*bases, learn=account_host, kind=kind) as transport:
            transport.read("GET", FIRST_CALLS[0])
            assert transport.base == bases[1]
        assert len(api_host.log.entries) == 1


def test_the_account_host_is_asked_where_the_api_host_cannot_be_reached() -> None:
    with serving() as gone:
        dead = gone.url
    with serving() as learn, between(dead, f"{learn.url}/api/v2", learn=learn) as transport:
        transport.read("GET", FIRST_CALLS[0])
        assert transport.base == f"{learn.url}/api/v2"
        assert transport.patience.spent == 0


def test_t18_a_password_wrong_at_both_hosts_is_tried_twice_in_all() -> None:
    with serving() as api_host, serving() as account_host, serving() as another:
        bases = (api_host.url, f"{account_host.url}/api/v2")
        with between(*bases, learn=another) as transport, pytest.raises(Refused) as caught:
            transport.read("GET", FIRST_CALLS[0])
        assert caught.value.code == "sign_in_refused"
        assert len(api_host.log.entries) + len(account_host.log.entries) == 2


def test_t6_a_rate_limit_is_kept_to_and_everything_gets_done() -> None:
    now = [1_795_000_000.0]
    guard = threading.Lock()

    def sleep(seconds: float) -> None:
        with guard:
            now[0] += seconds

    patience = Patience(900, side="learn", sleep=sleep, jitter=lambda: 0.0)
    for form in ("seconds", "date", "none"):
        limited = replace(CLOUD, rate_limit=5, retry_after_form=form)
        with serving(limited, LearnWorld(clock=lambda: now[0])) as learn, joined(learn, patience=patience) as transport:
            transport.read("GET", FIRST_CALLS[0])
            with ThreadPoolExecutor(4) as pool:
                found = list(pool.map(lambda _: transport.read("GET", "/role"), range(40)))
            assert len(found) == 40
            assert sum(entry.status == 429 for entry in learn.log.entries) <= 20


def test_several_threads_that_were_turned_away_together_wait_and_are_charged_once() -> None:
    patience = no_wait()
    rest = Rest(patience)
    seen = rest.over()
    for _ in range(4):
        rest.wait(5.0, 0, "server_error", seen=seen)
    assert patience.spent == 5.0
    rest.wait(5.0, 0, "server_error", seen=rest.over())
    assert patience.spent == 10.0
