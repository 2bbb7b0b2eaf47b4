"""A thin client for tests of the embedded Learn: no cleverness, only headers and addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import requests

from b24learn_gui.demo.learn import CLOUD, Learn, LearnWorld, Switches

TIMEOUT = 10


class Clock:
    """Time that moves when it is told to, seconds since 1970."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Api:
    """Calls below one prefix, signed in by password headers unless `headers` say otherwise."""

    def __init__(self, learn: Learn, *, prefix: str = "/api/v2") -> None:
        self.learn = learn
        self.prefix = prefix
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "application/json"
        self.sign_in()

    def sign_in(self) -> None:
        self.session.headers.pop("Authorization", None)
        self.session.headers["X-Auth-Account-Url"] = self.learn.url
        self.session.headers["X-Auth-Email"] = self.learn.login.encode()
        self.session.headers["X-Auth-Password"] = self.learn.password.encode()

    def sign_in_by_token(self, header: str = "Bearer {}") -> str:
        """Asks for a token and uses it from now on; returns it."""
        for name in ("X-Auth-Account-Url", "X-Auth-Email", "X-Auth-Password"):
            self.session.headers.pop(name, None)
        token = str(self.token().json()["access_token"])
        self.session.headers["Authorization"] = header.format(token)
        return token

    def token(self, **changes: str) -> requests.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.learn.client_id,
            "client_secret": self.learn.client_secret,
            **changes,
        }
        return self.session.post(f"{self.learn.url}/api/v3/token", data=form, timeout=TIMEOUT)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.session.request(method, self.learn.url + self.prefix + path, json=body, timeout=TIMEOUT, **options)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.call("GET", path, params=query)

    def value(self, path: str, **query: Any) -> Any:
        """The decoded answer of a GET that must succeed."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, **headers: str) -> requests.Response:
        return self.call("POST", path, {} if body is None else body, headers=headers)

    def delete(self, path: str) -> requests.Response:
        return self.call("DELETE", path)

    def xml(self, method: str, path: str, body: str = "", accept: str = "application/xml") -> requests.Response:
        return self.session.request(
            method,
            self.learn.url + self.prefix + path,
            data=body.encode(),
            headers={"Content-Type": "application/xml", "Accept": accept},
            timeout=TIMEOUT,
        )

    def create(self, login: str, *, department_id: str | None = None, **more: Any) -> str:
        """Creates a learner whose e-mail is the login, returns the id."""
        fields = {"login": login, "email": login, **more.pop("fields", {})}
        answer = self.post(
            "/user",
            {"departmentId": department_id or self.learn.world.root_id, "fields": fields, **more},
            **{"X-Return-Object": "true"},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["userId"])


@contextmanager
def served(
    world: LearnWorld | None = None, base: Switches = CLOUD, *, clock: Clock | None = None, **switches: Any
) -> Iterator[tuple[Learn, Api]]:
    """A Learn with these switches changed, and a client signed in as its owner."""
    with Learn(world, switches=replace(base, **switches), clock=clock) as learn:
        api = Api(learn)
        with api.session:
            yield learn, api
