"""Each job done by the service, and its answer made readable: the only module that imports both."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from b24learn_gui.cli import render_others, render_run, render_service
from b24learn_gui.cli.asked import Asked
from b24learn_gui.cli.output import Output
from b24learn_gui.cli.tree import Job
from b24learn_gui.errors import SyncError, WrongUsage
from b24learn_gui.service.context import Context
from b24learn_gui.service.language import language_setting
from b24learn_gui.service.logged import Logged
from b24learn_gui.service.opening import Opening, Windows
from b24learn_gui.service.reporting import Reporter
from b24learn_gui.service.stopping import read_control, signals_set
from b24learn_gui.storage.logs import log_to
from b24learn_gui.storage.places import find_places
from b24learn_gui.storage.secrets import Secrets
from b24learn_gui.text import Words, chosen_language

if TYPE_CHECKING:
    from b24learn_gui.service.planning import Wishes

_LOG = logging.getLogger(__name__)

_WRITERS = frozenset({"sync", "undo"})

_LONG = frozenset({"", "check", "preview", "sync", "explain", "decide", "undo", "service install", "service self-test"})
"""Commands that talk to servers, the windows among them: they are stopped in order, not killed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON object of a command, and its text for people."""

    value: dict[str, Any]
    text: str


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
    """Do what the command line asks for. Raises `SyncError` where the command failed as a whole."""
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
        reporter=Logged(desk.reporter) if job.command in _WRITERS else desk.reporter,
        stop=desk.stop,
    )
    process = "gui" if job.command == "" else "sync" if job.command in _WRITERS else "cli"
    with log_to(places.logs, process, context.secrets.seen_values, verbose=desk.asked.verbose) as log_file:
        desk.log_file = log_file
        try:
            with signals_set(desk.stop) if job.command in _LONG else nullcontext():
                answer = (
                    _windows(context, desk.windows, **job.arguments)
                    if job.command == ""
                    else _COMMANDS[job.command](context, **job.arguments)
                )
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


def _windows(context: Context, windows: Windows | None, background: bool) -> Answer:
    if windows is None:
        raise WrongUsage("no_window", reason=context.words("this program was started without them"))
    return Answer({"command": None, "exit_code": windows(context, Opening(hidden=background))}, "")


def _check(context: Context, accept_rights: str | None) -> Answer:
    from b24learn_gui.service.check import check  # noqa: PLC0415 - each command imports what it needs

    value = check(context, accept_rights=accept_rights)
    return Answer(value, render_others.render_check(value, context.words))


def _preview(context: Context, **wishes: Any) -> Answer:
    from b24learn_gui.service.run import preview  # noqa: PLC0415 - as above

    value = preview(context, _wishes(**wishes))
    return Answer(value, render_run.render_run(value, context.words))


def _wishes(only: tuple[str, ...], portal: tuple[str, ...], no_deactivate: bool) -> "Wishes":
    from b24learn_gui.service.planning import Wishes  # noqa: PLC0415 - as above

    return Wishes(only=only, portals=portal, deactivate=not no_deactivate)


def _sync(context: Context, approve: str | None, trigger: str, **wishes: Any) -> Answer:
    from b24learn_gui.service.run import SyncRequest, sync  # noqa: PLC0415 - as above

    value = sync(context, SyncRequest(_wishes(**wishes), approve, trigger))
    if value["run"] is None:
        return Answer(value, str(value["message"]))
    return Answer(value, render_run.render_run(value, context.words))


def _explain(context: Context, who: str) -> Answer:
    from b24learn_gui.service.explain import explain  # noqa: PLC0415 - as above

    value = explain(context, who)
    return Answer(value, render_others.render_explain(value, context.words))


def _decide(context: Context, who: str, link: str | None, **flags: bool) -> Answer:
    from b24learn_gui.service.decide import KINDS, Verdict, decide  # noqa: PLC0415 - as above

    asked = [kind for kind in KINDS if flags.get(kind) or (kind == "link" and link is not None)]
    if len(asked) != 1:
        raise WrongUsage("decide_one_of")
    return _done(context, decide(context, who, Verdict(asked[0], link)))


def _history(context: Context, number: int) -> Answer:
    from b24learn_gui.service.history import history  # noqa: PLC0415 - as above

    value = history(context, number)
    return Answer(value, render_others.render_history(value, context.words))


def _show(context: Context, run: str) -> Answer:
    from b24learn_gui.service.history import show  # noqa: PLC0415 - as above

    value = show(context, run)
    return Answer(value, render_run.render_run(value["summary"], context.words, rows=None))


def _report(context: Context, run: str, output: Path) -> Answer:
    from b24learn_gui.service.report import write_report  # noqa: PLC0415 - as above

    return _done(context, write_report(context, run, output))


def _undo(context: Context, run: str, apply: bool, approve: str | None) -> Answer:
    from b24learn_gui.service.undo import undo  # noqa: PLC0415 - as above

    value = undo(context, run, write=apply, approve=approve)
    return Answer(value, render_run.render_run(value, context.words))


def _health(context: Context) -> Answer:
    from b24learn_gui.service.history import health  # noqa: PLC0415 - as above

    value = health(context)
    return Answer(value, render_others.render_health(value, context.words))


def _settings_show(context: Context) -> Answer:
    from b24learn_gui.service.settings import show_settings  # noqa: PLC0415 - as above

    value = show_settings(context)
    return Answer(value, render_others.render_settings(value, context.words))


def _settings_import(context: Context, file: Path) -> Answer:
    from b24learn_gui.service.settings import import_settings  # noqa: PLC0415 - as above

    return _done(context, import_settings(context, file))


def _settings_export(context: Context, file: Path) -> Answer:
    from b24learn_gui.service.settings import export_settings  # noqa: PLC0415 - as above

    return _done(context, export_settings(context, file))


def _secret_set(context: Context, name: str) -> Answer:
    from b24learn_gui.service.vault import keep_secret  # noqa: PLC0415 - as above
    from b24learn_gui.storage.secrets import check_name  # noqa: PLC0415 - as above

    check_name(name)
    if sys.stdin is not None and sys.stdin.isatty():
        value = click.prompt(context.words("Value of {name}", name=name), hide_input=True, err=True)
    else:
        value = sys.stdin.read() if sys.stdin is not None else ""
        value = value.removesuffix("\n").removesuffix("\r")
    return _done(context, keep_secret(context, name, value))


def _secret_clear(context: Context, name: str) -> Answer:
    from b24learn_gui.service.vault import remove_secret  # noqa: PLC0415 - as above

    return _done(context, remove_secret(context, name))


def _service_install(context: Context, account: str | None, secrets_dir: Path | None) -> Answer:
    from b24learn_gui.service.registration import install  # noqa: PLC0415 - as above

    value = install(context, account, secrets_dir)
    return Answer(value, render_service.render_registration(value, context.words))


def _service_remove(context: Context) -> Answer:
    from b24learn_gui.service.registration import remove  # noqa: PLC0415 - as above

    return _done(context, remove(context))


def _service_status(context: Context) -> Answer:
    from b24learn_gui.service.registration import status  # noqa: PLC0415 - as above

    value = status(context)
    return Answer(value, render_service.render_registration(value, context.words))


def _service_self_test(context: Context) -> Answer:
    from b24learn_gui.service.selftest import self_test  # noqa: PLC0415 - as above

    value = self_test(context)
    return Answer(value, render_service.render_checks(value, context.words))


def _done(context: Context, value: dict[str, Any]) -> Answer:
    return Answer(value, render_others.render_done(value, context.words))


_COMMANDS: Mapping[str, Callable[..., Answer]] = {
    "check": _check,
    "preview": _preview,
    "sync": _sync,
    "explain": _explain,
    "decide": _decide,
    "history": _history,
    "show": _show,
    "report": _report,
    "undo": _undo,
    "health": _health,
    "settings show": _settings_show,
    "settings import": _settings_import,
    "settings export": _settings_export,
    "secret set": _secret_set,
    "secret clear": _secret_clear,
    "service install": _service_install,
    "service remove": _service_remove,
    "service status": _service_status,
    "service self-test": _service_self_test,
}
