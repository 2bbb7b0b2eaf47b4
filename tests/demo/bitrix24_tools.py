"""A bare client and small worlds for the tests of the embedded Bitrix24."""

from __future__ import annotations

import http.cookiejar
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import requests

from b24learn_gui.demo.bitrix24 import CLOUD, Bitrix24, Switches, World

CALM = CLOUD.but(rate=None)
START = 1_763_800_000.0


class Clock:
    """Simulated Unix time."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def small_world(people: int = 3, departments: int = 2) -> World:
    """People 1…n in departments 1…m in turn; department 1 is the root, person 1 an administrator."""
    world = World(clock=lambda: START)
    world.add_department("Компания", head=1)
    for number in range(2, departments + 1):
        world.add_department(f"Отдел {number}", 1)
    for number in range(1, people + 1):
        world.add_person(
            [(number - 1) % departments + 1],
            NAME="Анна",
            LAST_NAME=f"Петрова{number}",
            EMAIL=f"a{number}@firm.example",
            WORK_POSITION="Инженер",
        )
    world.set_admin(1, admin=True)
    return world


class Caller:
    """Calls methods of an embedded portal the way the contract writes them down."""

    def __init__(self, portal: Bitrix24) -> None:
        self.portal = portal
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def post(self, method: str, **parameters: Any) -> requests.Response:
        return self.session.post(self.portal.webhook + method, json=parameters, allow_redirects=False)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.post(method, **parameters).json()
        return answer

    def result(self, method: str, **parameters: Any) -> Any:
        return self.call(method, **parameters)["result"]

    def ids(self, method: str, **parameters: Any) -> list[int]:
        return [int(row["ID"]) for row in self.result(method, **parameters)]

    def refusal(self, method: str, **parameters: Any) -> tuple[int, str]:
        """Status and code of an answer that must be an error."""
        response = self.post(method, **parameters)
        return response.status_code, response.json()["error"]

    def batch(self, commands: Any, **parameters: Any) -> dict[str, Any]:
        parts: dict[str, Any] = self.result("batch", cmd=commands, **parameters)
        return parts


@contextmanager
def portal(world: World | None = None, switches: Switches = CALM, **settings: Any) -> Iterator[tuple[Bitrix24, Caller]]:
    with Bitrix24(world or small_world(), switches, **settings) as embedded, Caller(embedded) as caller:
        yield embedded, caller
