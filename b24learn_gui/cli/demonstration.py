"""`demo`: the whole road on embedded servers, over real HTTP, in a home that is thrown away afterwards."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from b24learn_gui.cli import render_others, render_run
from b24learn_gui.cli.jobs import Answer, Desk
from b24learn_gui.demo.worlds import Worlds, serve
from b24learn_gui.errors import StoppedOnRequest, WrongUsage
from b24learn_gui.service.check import check
from b24learn_gui.service.context import WAIT_SCALE_VARIABLE, Context
from b24learn_gui.service.exit_codes import DEFECT, DONE, LEFT_OUT
from b24learn_gui.service.opening import Opening
from b24learn_gui.service.planning import Wishes
from b24learn_gui.service.run import SyncRequest, preview, sync
from b24learn_gui.service.stopping import signals_set
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.storage.settings import (
    ActivationSettings,
    LearnSettings,
    LimitSettings,
    PortalSettings,
    ScheduleSettings,
    Settings,
    save_settings,
)
from b24learn_gui.text import Words

ADOPTIONS = 50
"""The demonstration's limit: accounts already in its Learn are meant to be linked in the first sync."""

_POLL_SECONDS = 0.5
_NO_STORE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
"""The demonstration in windows keeps its secrets until it ends, and asks nobody's store."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the demonstration: what it is called, how it ended and how its world demands that it ends."""

    name: str
    title: str
    value: dict[str, Any]
    demanded: int
    quiet: bool
    """Nothing may have been written to Learn."""

    @property
    def as_demanded(self) -> bool:
        writes = self.value.get("requests", {}).get("learn_write", 0)
        return self.value["exit_code"] == self.demanded and (not self.quiet or writes == 0)


def demonstrate(desk: Desk, *, headless: bool, serving: bool, oddities: bool) -> Answer:
    """INTERFACE: demo. Raises `WrongUsage`: `no_demo_window` where none can be opened, `headless_and_serve`."""
    if headless and serving:
        raise WrongUsage("headless_and_serve")
    if serving:
        return _serve(desk, oddities=oddities)
    if not headless:
        return _in_windows(desk, oddities=oddities)
    return _headless(desk, oddities=oddities)


def _in_windows(desk: Desk, *, oddities: bool) -> Answer:
    """The wizard with everything filled in, on one portal; nothing of it outlives the window."""
    if desk.windows is None:
        raise WrongUsage("no_demo_window", reason=desk.words("this program was started without them"))
    with signals_set(desk.stop), serve(oddities=oddities) as worlds, _throw_away() as directory:
        context = Context(
            places=find_places(Path(directory), {}),
            words=desk.words,
            secrets=Secrets(account=_nobody, environment=_NO_STORE),
            environment=_scale() | _NO_STORE,
            reporter=desk.reporter,
            stop=desk.stop,
        )
        proposal = settings_of(worlds)
        proposal = replace(
            proposal, schedule=ScheduleSettings(), activation=ActivationSettings(url=_activation(worlds))
        )
        try:
            code = desk.windows(context, Opening(proposal, worlds.secrets()))
        except WrongUsage as error:
            if error.code != "no_window":
                raise
            raise WrongUsage("no_demo_window", reason=error.detail.get("reason")) from None
    return Answer({"command": "demo", "exit_code": code}, "")


def _nobody() -> str:
    """The demonstration's home has no account in any store."""
    return "demo"


def _scale() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name == WAIT_SCALE_VARIABLE}


def _activation(worlds: Worlds) -> str:
    """The embedded Learn takes the request for activation."""
    return f"{worlds.learn.url}/activation"


def _serve(desk: Desk, *, oddities: bool) -> Answer:
    """Serve until interrupted; where to is one JSON line on standard output, whatever the output's form."""
    with signals_set(desk.stop), serve(oddities=oddities) as worlds:
        desk.output.object(worlds.announcement())
        while not desk.stop.wait(_POLL_SECONDS):
            pass
    return Answer({"command": "demo", "exit_code": DONE}, "")


def _headless(desk: Desk, *, oddities: bool) -> Answer:
    words = desk.words
    steps: list[Step] = []
    with signals_set(desk.stop), serve(oddities=oddities, portals=2) as worlds, _throw_away() as directory:
        context = _context(desk, worlds, Path(directory))
        _say(desk, _welcome(worlds, words))
        for step in _road(context, oddities=oddities):
            steps.append(step)
            _say(desk, _told(step, words))
            if not step.as_demanded:
                break
        if desk.stop.is_set():
            raise StoppedOnRequest("stopped")
    good = all(step.as_demanded for step in steps)
    value = {
        "command": "demo",
        "exit_code": DONE if good else DEFECT,
        "steps": [
            {"step": step.name, "exit_code": step.value["exit_code"], "demanded": step.demanded, "result": step.value}
            for step in steps
        ],
    }
    if not good:
        sentence = words('The step "{title}" did not end as its world demands.', title=steps[-1].title)
        value["error"] = {"code": "demo_failed", "message": sentence, "side": "here", "portal": None}
        return Answer(value, sentence)
    return Answer(value, words("Every step ended as its world demands. The home of this demonstration is gone again."))


def _throw_away() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="b24learn-demo-", ignore_cleanup_errors=True)


def _context(desk: Desk, worlds: Worlds, home: Path) -> Context:
    places = find_places(home, {})
    places.prepare()
    save_settings(places.settings_file, settings_of(worlds))
    return Context(
        places=places,
        words=desk.words,
        secrets=Secrets(account=places.home_id, environment={}, session=worlds.secrets()),
        environment=_scale(),
        reporter=desk.reporter,
        stop=desk.stop,
    )


def settings_of(worlds: Worlds) -> Settings:
    """Settings that fit these worlds: every portal's whole tree is ticked."""
    portals = tuple(PortalSettings(key=key, address=portal.url, include=(1,)) for key, portal in worlds.portals.items())
    return Settings(
        learn=LearnSettings(url=worlds.learn.url, login=worlds.learn.login),
        portals=portals,
        schedule=ScheduleSettings(enabled=False),
        limits=LimitSettings(adoptions=ADOPTIONS) if worlds.oddities else LimitSettings(),
    )


def _road(context: Context, *, oddities: bool) -> Iterator[Step]:
    """Check, preview, sync approved by the preview's hash, and a second sync that has nothing to write."""
    words = context.words
    demanded = LEFT_OUT if oddities else DONE
    yield Step("check", words("Check"), check(context), demanded, quiet=True)
    planned = preview(context, Wishes())
    yield Step("preview", words("Preview"), planned, demanded, quiet=True)
    approve = planned["plan_hash"]
    first = sync(context, SyncRequest(approve=approve))
    yield Step("sync", words("Sync, approved by the hash of the preview"), first, demanded, quiet=False)
    second = sync(context, SyncRequest())
    yield Step("second sync", words("Second sync, which has nothing to write"), second, demanded, quiet=True)


def _welcome(worlds: Worlds, words: Words) -> str:
    lines = [words("Two portals of Bitrix24 and one iSpring Learn, embedded in this process, over real HTTP.")]
    if worlds.oddities:
        lines.append(
            words("Their companies hold everything strange, so every step is to end with 10: some are left out.")
        )
    return "\n".join(lines)


def _told(step: Step, words: Words) -> str:
    renderer: Callable[[Any, Words], str] = (
        render_others.render_check if step.name == "check" else render_run.render_run
    )
    heading = f"── {step.title} " + "─" * max(2, 76 - len(step.title))
    mark = "✓" if step.as_demanded else "✗"
    result = words("ended with {code}, demanded was {demanded}", code=step.value["exit_code"], demanded=step.demanded)
    return f"\n{heading}\n\n{renderer(step.value, words).rstrip()}\n\n{mark} {result}"


def _say(desk: Desk, text: str) -> None:
    close = getattr(desk.reporter, "close", None)
    if close is not None:
        close()
    desk.output.text(text)
