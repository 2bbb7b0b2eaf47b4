"""Both sides over HTTP and a home that was never set up, for everything the wizard asks."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from b24learn_gui.demo.bitrix24 import Bitrix24, World
from b24learn_gui.demo.learn import Learn, LearnWorld
from b24learn_gui.service.context import Context
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import LearnSettings, PortalSettings, Settings
from b24learn_gui.text import Words
from tests.e2e.arena import small_company

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MEMORY = "tests.storage.keyrings.MemoryKeyring"


def context_of(home: Path, *, backend: str = MEMORY, now: datetime = NOW, **environment: str) -> Context:
    """A context whose store is the one named, with hardly any waiting, of a person who lives beside `home`."""
    variables = {
        "B24LEARN_WAIT_SCALE": "0.01",
        "PYTHON_KEYRING_BACKEND": backend,
        "HOME": str(home.parent),
        **environment,
    }
    places = find_places(home, variables)
    vault = Secrets(account=places.home_id, environment=variables)
    return Context(places, Words("en"), vault, variables, now=lambda: now)


@dataclass
class Setup:
    """`settings` and `secrets`: what somebody would type."""

    context: Context
    learn: Learn
    portals: Mapping[str, Bitrix24]
    settings: Settings
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def home(self) -> Path:
        own = self.context.places.own_home
        assert own is not None
        return own

    def with_portal(self, **changes: Any) -> Settings:
        portals = (replace(self.settings.portals[0], **changes), *self.settings.portals[1:])
        return replace(self.settings, portals=portals)


@contextmanager
def setup_world(
    tmp_path: Path,
    worlds: Mapping[str, World] | None = None,
    *,
    learn_world: LearnWorld | None = None,
    backend: str = MEMORY,
    **portal_options: Any,
) -> Iterator[Setup]:
    with ExitStack() as stack:
        learn = stack.enter_context(Learn(learn_world))
        portals = {
            key: stack.enter_context(Bitrix24(world, code=f"canary{key}webhook", **portal_options))
            for key, world in (worlds or {"main": small_company()}).items()
        }
        settings = Settings(
            learn=LearnSettings(url=f"{learn.url}/dashboard", login=learn.login),
            portals=tuple(PortalSettings(key=key, address=portal.url, include=(1,)) for key, portal in portals.items()),
        )
        secrets = {f"portal.{key}.webhook": portal.webhook for key, portal in portals.items()}
        secrets["learn.password"] = learn.password
        yield Setup(context_of(tmp_path / "home", backend=backend), learn, portals, settings, secrets)
