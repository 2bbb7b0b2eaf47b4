"""The program as a person meets it: embedded portals and an embedded Learn over HTTP, a home, and real commands.

Every command is a process of its own (`python -m b24learn_gui …`, see `tests/warm.py`); secrets reach it as files in a
private directory, never by its arguments or environment.
"""

import json
import os
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from b24learn_gui.demo.bitrix24 import Bitrix24, Department, Person, World
from b24learn_gui.demo.bitrix24 import Switches as PortalSwitches
from b24learn_gui.demo.learn import Learn, LearnWorld
from b24learn_gui.demo.learn import Switches as LearnSwitches
from b24learn_gui.demo.learn.model import Account
from tests import warm

Summary = dict[str, Any]
PEOPLE = 12
NOT_HANDED_DOWN = ("B24LEARN_", "PYTEST", "QT_", "DISPLAY", "WAYLAND_DISPLAY")
"""Beginnings of what a command does not inherit: what would change it, or give it a display to open a window on."""


@dataclass
class Answer:
    """What a command came to: exit code, the one JSON object, and what stood on standard error."""

    code: int
    json: Summary
    errors: str

    def kinds(self) -> dict[str, int]:
        """The kinds of change that were counted at all."""
        return {kind: count for kind, count in self.json["counts"].items() if count}

    def codes(self) -> list[str]:
        return sorted(problem["code"] for problem in self.json["problems"])

    def people(self) -> dict[str, int]:
        return {column: count for column, count in self.json["people"].items() if count}

    def doubts(self, portal: str = "main") -> list[Any]:
        return [each for source in self.json["sources"] if source["portal"] == portal for each in source["doubts"]]


@dataclass
class Arena:
    """Two sides, a home, and the commands between them."""

    home: Path
    learn: Learn
    portals: dict[str, Bitrix24]
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def main(self) -> Bitrix24:
        return self.portals["main"]

    @property
    def secrets(self) -> Path:
        return self.home.parent / "secrets"

    def save(self, **sections: Mapping[str, Any]) -> None:
        """Write the settings; named sections are merged into them: `save(limits={"adoptions": 50})`."""
        for name, values in sections.items():
            self.settings.setdefault(name, {}).update(values)
        self.home.mkdir(exist_ok=True)
        (self.home / "settings.toml").write_text(tomli_w.dumps(self.settings), encoding="utf-8")

    def keep_secret(self, name: str, value: str) -> None:
        file = self.secrets / name
        file.write_text(value, encoding="utf-8")
        file.chmod(0o600)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_DOWN)}
        return {
            **kept,
            "B24LEARN_HOME": str(self.home),
            "B24LEARN_SECRETS_DIR": str(self.secrets),
            "B24LEARN_WAIT_SCALE": "0.01",
            "PYTHONIOENCODING": "utf-8",
        }

    def start(
        self, *words: str, environment: Mapping[str, str] | None = None, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[str]:
        """`environment`: variables on top of the arena's own; an empty value takes one away. It gets a fresh interpreter."""
        variables = {**self.environment(), **(environment or {})}
        return warm.start(
            words, {name: value for name, value in variables.items() if value}, stdin, fresh=bool(environment)
        )

    def run(self, *words: str) -> Answer:
        """One command to its end, with `--json`: exactly one object on standard output, and never a traceback."""
        process = self.start(*words, "--json", "--lang", "en")
        output, errors = process.communicate(timeout=100)
        assert "Traceback" not in errors, errors
        assert output.strip(), f"exit {process.returncode}, no JSON: {errors}"
        answer = json.loads(output)
        assert answer["exit_code"] == process.returncode
        return Answer(process.returncode, answer, errors)

    def preview(self, *words: str) -> Answer:
        return self.run("preview", *words)

    def sync(self, *words: str) -> Answer:
        return self.run("sync", *words)

    def approved_sync(self, *words: str) -> Answer:
        """Preview, then sync exactly that plan."""
        return self.sync(*words, "--approve", self.preview(*words).json["plan_hash"])

    def settle(self) -> None:
        """The first sync, as a day ago: everybody has an account, nothing is left to do."""
        answer = self.approved_sync()
        assert answer.code == 0, (answer.json, answer.errors)
        self.learn.log.clear()
        self.learn.outbox.clear()

    # Ground truth in Learn

    def account(self, id_: int, portal: str = "main") -> Account:
        """The account that has this person's e-mail."""
        account = self.learn.world.by_email(email_of(id_, portal))
        assert account is not None, f"{portal}:{id_} has no account"
        return account

    def active(self) -> int:
        """How many accounts are active, the owner aside."""
        return sum(each.status == 1 for each in self.learn.world.accounts.values()) - 1

    def truth(self) -> dict[str, Any]:
        return self.learn.world.state(ids=True)

    def inactive(self) -> set[str]:
        """The logins of all accounts that are not active: who was deactivated, whatever the program says."""
        return {each.login for each in self.learn.world.accounts.values() if each.status != 1}

    def logins(self) -> list[str]:
        """The logins of all accounts but the owner's, sorted: a twin would be one too many."""
        owner = self.learn.world.owner_id
        return sorted(each.login for each in self.learn.world.accounts.values() if each.id != owner)

    def ids(self) -> dict[str, str]:
        """Account id → login, the owner aside: same accounts kept means the same ids."""
        owner = self.learn.world.owner_id
        return {each.id: each.login for each in self.learn.world.accounts.values() if each.id != owner}

    def doomed(self) -> list[str]:
        """Writes that Learn refused: method, path and status of each."""
        return [
            f"{each.method} {each.path} {each.status}" for each in self.learn.log.writes if 400 <= each.status < 500
        ]


def email_of(id_: int, portal: str = "main") -> str:
    return f"p{id_}@{portal}.example"


def small_company(people: int = PEOPLE, *, portal: str = "main") -> World:
    """Root 1 with 2 «Офис» and 3 «Склад» below it; person 1 owns the webhook and sits in 1, the others in 2 and 3."""
    staff = [
        Person(
            id_,
            {
                "NAME": f"Имя{id_}",
                "LAST_NAME": f"Фамилия{id_}",
                "EMAIL": email_of(id_, portal),
                "WORK_POSITION": "Менеджер",
            },
            departments=[1 if id_ == 1 else 2 + id_ % 2],
            admin=id_ == 1,
        )
        for id_ in range(1, people + 1)
    ]
    return World(staff, [Department(1, "Фирма"), Department(2, "Офис", 1), Department(3, "Склад", 1)])


@contextmanager
def arena(
    tmp_path: Path,
    worlds: Mapping[str, World] | None = None,
    *,
    learn_world: LearnWorld | None = None,
    portal_switches: PortalSwitches | None = None,
    learn_switches: LearnSwitches | None = None,
    portal_tls: ssl.SSLContext | None = None,
    learn_tls: ssl.SSLContext | None = None,
) -> Iterator[Arena]:
    """Both sides served, and a home with valid settings and secrets for them."""
    with ExitStack() as stack:
        learn = stack.enter_context(
            Learn(learn_world, switches=learn_switches, tls=learn_tls)
            if learn_switches
            else Learn(learn_world, tls=learn_tls)
        )
        portals = {
            key: stack.enter_context(
                Bitrix24(world, switches=portal_switches, code=f"canary{key}webhook", tls=portal_tls)
                if portal_switches
                else Bitrix24(world, code=f"canary{key}webhook", tls=portal_tls)
            )
            for key, world in (worlds or {"main": small_company()}).items()
        }
        made = Arena(tmp_path / "home", learn, portals)
        made.settings = {
            "schema": 1,
            "learn": {"url": learn.url, "sign_in": "password", "login": learn.login, "client_id": learn.client_id},
            "portals": [{"key": key, "address": each.url, "include": [1]} for key, each in portals.items()],
        }
        made.secrets.mkdir(mode=0o700)
        made.keep_secret("learn.password", learn.password)
        made.keep_secret("learn.client_secret", learn.client_secret)
        for key, portal in portals.items():
            made.keep_secret(f"portal.{key}.webhook", portal.webhook)
        made.save()
        yield made
