"""Each job in its surroundings: its home, its words, its log; what it does itself stands in `commands`."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from b24learn_gui.cli.asked import Asked, Job
from b24learn_gui.cli.output import Output
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service.context import Context
from b24learn_gui.service.language import language_setting
from b24learn_gui.service.opening import Opening, Windows
from b24learn_gui.service.reporting import Reporter
from b24learn_gui.service.stopping import read_control, signals_set
from b24learn_gui.storage.logs import log_to
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text import Words, chosen_language

_LOG = logging.getLogger(__name__)

_WRITERS = frozenset({"sync", "undo"})

_UNLOGGED = frozenset({"uninstall"})
"""Commands that delete the log."""

_LONG = frozenset({"", "check", "preview", "sync", "explain", "decide", "undo", "service install", "service self-test"})
"""Commands that talk to servers, the windows among them: they are stopped in order, not killed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON object of a command, and its text for people, or how it is made where that takes a while."""

    value: dict[str, Any]
    text: str | Callable[[], str]

    def told(self) -> str:
        """The text."""
        return self.text if isinstance(self.text, str) else self.text()


@dataclass(slots=True)
class Desk:
    """Everything a command line brought along. `words` follows the settings' language once the home is known."""

    asked: Asked
    words: Words
    output: Output
    reporter: Reporter
    stop: threading.Event
    windows: Windows | None = None
    log_file: Path | None = None


def perform(job: Job, desk: Desk) -> Answer:
    """Do what the command line asks for; where people read the answer, its text is made. Raises `SyncError` where the
    command failed as a whole.
    """
    places = find_places(desk.asked.home, os.environ)
    desk.words = Words(chosen_language(desk.asked.lang, language_setting(places)))
    if job.command == "demo":
        from b24learn_gui.cli.demonstration import demonstrate  # noqa: PLC0415 - the demo's servers are heavy

        return demonstrate(desk, **job.arguments)
    session = read_control(sys.stdin, desk.stop) if job.arguments.pop("control", False) else None
    context = Context(
        places=places,
        words=desk.words,
        secrets=Secrets(account=places.home_id, environment=os.environ, session=session),
        environment=os.environ,
        reporter=_logged(desk.reporter) if job.command in _WRITERS else desk.reporter,
        stop=desk.stop,
    )
    process = "gui" if job.command == "" else "sync" if job.command in _WRITERS else "cli"
    log = (
        nullcontext(None)
        if job.command in _UNLOGGED
        else log_to(places.logs, process, context.secrets.seen_values, verbose=desk.asked.verbose)
    )
    with log as log_file:
        desk.log_file = log_file
        try:
            with signals_set(desk.stop) if job.command in _LONG else nullcontext():
                answer = (
                    _windows(context, desk.windows, **job.arguments) if job.command == "" else _command(context, job)
                )
                if desk.output.mode == "text":  # here, so that a stop waits for it and a defect in it is logged
                    answer = replace(answer, text=answer.told())
        except SyncError as error:
            _LOG.warning(
                "failed", extra={"command": job.command, "code": error.code, "side": error.side, "portal": error.portal}
            )
            raise
        except Exception:
            _LOG.exception("defect")
            raise
        _LOG.info("finished", extra={"command": job.command, "exit_code": answer.value["exit_code"]})
        return answer


def _logged(reporter: Reporter) -> Reporter:
    from b24learn_gui.service.logged import Logged  # noqa: PLC0415 - knows runs, which only these commands need

    return Logged(reporter)


def _windows(context: Context, windows: Windows | None, background: bool) -> Answer:
    if windows is None:
        raise WrongUsage("no_window", reason=context.words("this program was started without them"))
    return Answer({"command": None, "exit_code": windows(context, Opening(hidden=background))}, "")


def _command(context: Context, job: Job) -> Answer:
    from b24learn_gui.cli.commands import COMMANDS  # noqa: PLC0415 - the windows, which stay, need none of them

    return COMMANDS[job.command](context, **job.arguments)
