"""Whether the network is there: servers, proxies before them, and nothing that could wait for ever."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from b24learn_gui.service import network
from b24learn_gui.service.network import reachable
from tests.service.standing_home import StandingHome


@contextmanager
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def closed() -> int:
    with listening() as port:
        return port


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandingHome:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return StandingHome(tmp_path)


def save(home: StandingHome, learn: str, *portals: str, proxy: str = "") -> None:
    text = f'[learn]\nurl = "{learn}"\nlogin = "a@example.com"\nproxy = "{proxy}"\n'
    for number, address in enumerate(portals):
        text += f'[[portals]]\nkey = "p{number}"\naddress = "{address}"\nproxy = "{proxy}"\ninclude = [1]\n'
    home.save(text)


def test_learn_and_one_portal_that_take_a_connection_are_enough(home: StandingHome) -> None:
    with listening() as learn, listening() as portal:
        save(home, f"http://127.0.0.1:{learn}", f"http://127.0.0.1:{closed()}", f"http://127.0.0.1:{portal}")
        assert reachable(home.context)


def test_neither_side_alone_is_the_network(home: StandingHome) -> None:
    with listening() as open_port:
        save(home, f"http://127.0.0.1:{open_port}", f"http://127.0.0.1:{closed()}")
        assert not reachable(home.context)
        save(home, f"http://127.0.0.1:{closed()}", f"http://127.0.0.1:{open_port}")
        assert not reachable(home.context)


def test_a_name_that_nobody_knows_is_not_there(home: StandingHome) -> None:
    with listening() as port:
        save(home, "https://learn.invalid", f"http://127.0.0.1:{port}")
        assert not reachable(home.context)


def test_behind_a_proxy_the_proxy_is_asked_and_nothing_else(
    home: StandingHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as proxy:
        save(home, "https://learn.invalid", "https://portal.invalid", proxy=f"http://127.0.0.1:{proxy}")
        assert reachable(home.context)
        save(home, "https://learn.invalid", "https://portal.invalid")
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy}")
        assert reachable(home.context)
        monkeypatch.setenv("no_proxy", "learn.invalid")
        assert not reachable(home.context)


def test_the_systems_proxy_is_not_asked_for_loopback(home: StandingHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed()}")
    with listening() as learn, listening() as portal:
        save(home, f"http://127.0.0.1:{learn}", f"http://127.0.0.1:{portal}")
        assert reachable(home.context)


def test_a_name_server_that_says_nothing_is_waited_for_only_so_long(
    home: StandingHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def hangs(*_args: object, **_more: object) -> socket.socket:
        answered.wait(30)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", hangs)
    monkeypatch.setattr(network, "WHOLE_SECONDS", 0.05)
    save(home, "https://learn.example.com", "https://a.example.com", "https://b.example.com")
    assert not reachable(home.context)
    assert not answered.is_set()
    answered.set()


def test_settings_that_cannot_be_read_keep_nobody_waiting(home: StandingHome) -> None:
    assert reachable(home.context)
