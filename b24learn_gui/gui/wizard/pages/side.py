"""One side of the sync as its page asks about it: what is set about its connection, and its check. No Qt."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from threading import Event
from typing import Generic, Literal

from b24learn_gui.errors import SyncError
from b24learn_gui.gui.wizard.flow import Flow
from b24learn_gui.gui.wizard.flow_state import Ticket
from b24learn_gui.service.context import Context
from b24learn_gui.service.ladder import Found, OnRung
from b24learn_gui.service.ladder_found import LearnFound, PortalFound, Rung
from b24learn_gui.service.setup import check_learn, check_portal
from b24learn_gui.service.setup_ladder import OnProgress
from b24learn_gui.storage.secrets import LEARN_PROXY, proxy_name
from b24learn_gui.storage.settings import Settings


class Side(ABC, Generic[Found]):
    """A portal or Learn, over the flow."""

    question: Literal["portal", "learn"]
    proxy_secret: str
    """The name of the secret that holds `user:password` of its proxy."""

    def __init__(self, flow: Flow, about: Mapping[str, str]) -> None:
        self.flow, self._about = flow, about

    @property
    def busy(self) -> bool:
        return self.flow.busy(self.question, **self._about)

    @property
    def error(self) -> SyncError | None:
        return self.flow.error(self.question, **self._about)

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return self.flow.ladder(self.question, **self._about)

    def begin(self) -> Ticket:
        """Its check begins."""
        return self.flow.begin(self.question, **self._about)

    @property
    @abstractmethod
    def found(self) -> Found | None:
        """What its last check found."""

    @property
    @abstractmethod
    def ca_file(self) -> str: ...
    @property
    @abstractmethod
    def proxy(self) -> str: ...

    @abstractmethod
    def edit(self, *, ca_file: str | None = None, proxy: str | None = None) -> None:
        """New values of what is given."""

    @abstractmethod
    def alone(self, settings: Settings) -> Settings:
        """The settings with the files of this side alone: the other side's are no matter of its check."""

    @abstractmethod
    def ask(
        self,
        context: Context,
        settings: Settings,
        secrets: Mapping[str, str],
        *,
        stop: Event,
        on_rung: OnRung,
        on_progress: OnProgress,
    ) -> Found:
        """Climb its ladder; for a worker thread."""


class PortalSide(Side[PortalFound]):
    """`key`: which portal."""

    question = "portal"

    def __init__(self, flow: Flow, key: str) -> None:
        super().__init__(flow, {"portal": key})
        self.key = key
        self.proxy_secret = proxy_name(key)

    @property
    def found(self) -> PortalFound | None:
        return self.flow.found("portal", portal=self.key)

    @property
    def ca_file(self) -> str:
        return self.flow.draft.portal(self.key).ca_file

    @property
    def proxy(self) -> str:
        return self.flow.draft.portal(self.key).proxy

    def edit(self, *, ca_file: str | None = None, proxy: str | None = None) -> None:
        self.flow.edit_portal(self.key, **_given(ca_file=ca_file, proxy=proxy))

    def alone(self, settings: Settings) -> Settings:
        portal = settings.portal(self.key)
        learn = replace(settings.learn, ca_file="")
        return replace(settings, portals=() if portal is None else (portal,), learn=learn)

    def ask(
        self,
        context: Context,
        settings: Settings,
        secrets: Mapping[str, str],
        *,
        stop: Event,
        on_rung: OnRung,
        on_progress: OnProgress,
    ) -> PortalFound:
        return check_portal(context, settings, self.key, secrets, stop=stop, on_rung=on_rung, on_progress=on_progress)


class LearnSide(Side[LearnFound]):
    """The Learn account."""

    question = "learn"
    proxy_secret = LEARN_PROXY

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow, {})

    @property
    def found(self) -> LearnFound | None:
        return self.flow.found("learn")

    @property
    def ca_file(self) -> str:
        return self.flow.draft.learn_ca_file

    @property
    def proxy(self) -> str:
        return self.flow.draft.learn_proxy

    def edit(self, *, ca_file: str | None = None, proxy: str | None = None) -> None:
        self.flow.edit(**_given(learn_ca_file=ca_file, learn_proxy=proxy))

    def alone(self, settings: Settings) -> Settings:
        return replace(settings, portals=())

    def ask(
        self,
        context: Context,
        settings: Settings,
        secrets: Mapping[str, str],
        *,
        stop: Event,
        on_rung: OnRung,
        on_progress: OnProgress,
    ) -> LearnFound:
        return check_learn(context, settings, secrets, stop=stop, on_rung=on_rung, on_progress=on_progress)


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
