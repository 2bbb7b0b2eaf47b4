import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from b24learn_gui.demo.learn import CLOUD, LearnWorld
from b24learn_gui.errors import Refused, Unreachable
from b24learn_gui.learn.connect import Access, connect
from b24learn_gui.learn.reader import read_learn
from tests.learn.joined import access_to, joined, no_wait, pair, serving


class Clock:
    now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


def test_the_account_url_header_has_neither_path_nor_slash() -> None:
    with pair() as (learn, transport):
        transport.read("GET", "/user/profile/fields")
        assert learn.log.entries[0].headers["x-auth-account-url"] == learn.url


def test_a_login_and_a_password_beyond_latin_letters_go_as_utf_8() -> None:
    world = LearnWorld(owner_login="админ", owner_password="пароль-ё-€")
    with serving(world=world) as learn, joined(learn) as transport:
        assert read_learn(transport, login=" АДМИН ").signed_in_id == world.owner_id


@pytest.mark.parametrize("password", ["two\nlines", "tab\t", " blank at an end"])
def test_what_no_header_can_carry_is_named_at_entry_and_nothing_is_sent(password: str) -> None:
    with serving() as learn:
        with pytest.raises(Refused) as caught:
            connect(access_to(learn, password=password), patience=no_wait())
        assert (caught.value.code, caught.value.detail["secret"]) == ("secret_not_sendable", "learn.password")
        assert learn.log.entries == ()


def test_t18_a_wrong_password_is_tried_twice_and_never_again() -> None:
    with serving() as learn, connect(access_to(learn, password="canary-wrong"), patience=no_wait()) as transport:
        for _ in range(5):
            with pytest.raises(Refused) as caught:
                transport.read("GET", "/user/profile/fields")
            error = caught.value
            assert (error.code, error.side, error.exit_code) == ("sign_in_refused", "learn", 40)
            assert "canary" not in f"{error!r}{error.detail}{transport.sign_in!r}"
        assert len(learn.log.entries) == 2


def test_t18_a_run_with_a_wrong_password_locks_nobody_out() -> None:
    with serving(replace(CLOUD, lockout_after=3)) as learn:
        with connect(access_to(learn, password="wrong"), patience=no_wait()) as transport, pytest.raises(Refused):
            read_learn(transport, login=learn.login)
        with joined(learn) as right:
            assert read_learn(right, login=learn.login).signed_in_id == learn.world.owner_id


def test_t18_many_threads_with_a_password_changed_meanwhile_do_not_storm() -> None:
    with pair() as (learn, transport):
        transport.read("GET", "/user/profile/fields")
        learn.world.set_password(learn.world.owner_id, "changed meanwhile")
        learn.log.clear()
        barrier = threading.Barrier(4)

        def work(_: int) -> str:
            barrier.wait()
            while True:
                try:
                    transport.read("GET", "/user/profile/fields")
                except Refused as error:
                    return error.code

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(work, range(4))) == {"sign_in_refused"}
        assert len(learn.log.entries) <= 5  # those already under way, and one to make sure


@pytest.mark.parametrize("kind", ["password", "api_key"])
def test_a_single_401_is_survived(kind: str) -> None:
    with serving() as learn, joined(learn, kind) as transport:  # type: ignore[arg-type]
        learn.faults.plan("status", status=401, path="/(?!api).*", at=3)
        read_learn(transport)


def test_a_token_is_renewed_before_it_ends_and_asked_for_no_oftener() -> None:
    clock = Clock()
    with serving(world=LearnWorld(clock=clock)) as learn, joined(learn, "api_key", clock=clock) as transport:
        for _ in range(10):
            transport.read("GET", "/user/profile/fields")
        clock.now += 1499
        transport.read("GET", "/user/profile/fields")
        assert len(learn.log.find(path="/api/v3/token")) == 1
        clock.now += 2
        transport.read("GET", "/user/profile/fields")
        assert len(learn.log.find(path="/api/v3/token")) == 2
        assert [entry.status for entry in learn.log.entries if entry.status >= 400] == []


def test_threads_that_meet_an_ended_token_renew_it_once() -> None:
    clock = Clock()
    with serving(world=LearnWorld(clock=clock)) as learn, joined(learn, "api_key") as transport:
        transport.read("GET", "/user/profile/fields")
        clock.now += 5000  # only the server's clock: our token looks good and is not
        with ThreadPoolExecutor(4) as pool:
            assert len(list(pool.map(lambda _: transport.read("GET", "/user/profile/fields"), range(16)))) == 16
        assert len(learn.log.find(path="/api/v3/token")) == 2


@pytest.mark.parametrize("oauth", [False, True])
def test_t18_a_wrong_key_is_refused_after_one_attempt(oauth: bool) -> None:
    with serving(replace(CLOUD, oauth_errors=oauth)) as learn:
        access = replace(access_to(learn, "api_key"), client_secret="canary-not-the-key")
        with connect(access, patience=no_wait()) as transport, pytest.raises(Refused) as caught:
            transport.read("GET", "/user/profile/fields")
        assert (caught.value.code, caught.value.detail["sign_in"]) == ("sign_in_refused", "api_key")
        assert len(learn.log.entries) == 1
        assert "canary" not in f"{caught.value!r}{caught.value.detail}{access!r}"


def test_a_server_that_repeats_the_password_is_not_quoted() -> None:
    with pair() as (learn, transport):
        learn.faults.plan("status", status=403, message=f"No rights for {learn.password}")
        with pytest.raises(Refused) as caught:
            transport.read("GET", "/user/profile/fields")
        assert caught.value.code == "forbidden"
        assert learn.password not in str(caught.value.detail)


def test_a_server_without_keys_is_told_apart_from_a_refused_key() -> None:
    with serving(replace(CLOUD, token_auth=False)) as learn, joined(learn, "api_key") as transport:
        with pytest.raises(Unreachable) as caught:
            transport.read("GET", "/user/profile/fields")
        assert caught.value.code == "api_not_found"


@pytest.mark.parametrize("fault", ["truncated", "empty", "wrong_types"])
def test_a_garbled_token_answer_is_no_refusal(fault: str) -> None:
    with serving() as learn, joined(learn, "api_key") as transport:
        learn.faults.plan(fault, path="/api/v3/token", times=None)  # type: ignore[arg-type]
        with pytest.raises(Unreachable):
            transport.read("GET", "/user/profile/fields")


def test_secrets_are_in_no_representation() -> None:
    access = Access(url="x", password="canary-a", client_secret="canary-b", proxy_login="u:canary-c")
    assert "canary" not in repr(access)


def test_a_token_may_come_as_xml() -> None:
    with serving(replace(CLOUD, force_format="xml")) as learn, joined(learn, "api_key") as transport:
        assert read_learn(transport).root_id == learn.world.root_id
