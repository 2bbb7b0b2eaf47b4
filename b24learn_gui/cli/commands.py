"""Each command done by the service, and its answer made readable: the only module that imports both."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from b24learn_gui.cli import render_explain, render_others, render_run, render_service
from b24learn_gui.cli.jobs import Answer
from b24learn_gui.cli.render_run import ROWS
from b24learn_gui.errors import StoppedOnRequest, WrongUsage
from b24learn_gui.service.context import Context

if TYPE_CHECKING:
    from b24learn_gui.service.planning import Wishes


def _check(context: Context, accept_rights: str | None) -> Answer:
    from b24learn_gui.service.check import check  # noqa: PLC0415 - each command imports what it needs

    value = check(context, accept_rights=accept_rights)
    return Answer(value, render_others.render_check(value, context.words))


def _preview(context: Context, **wishes: Any) -> Answer:
    from b24learn_gui.service.run import preview  # noqa: PLC0415 - as above

    value = preview(context, _wishes(**wishes))
    return _of_run(context, value)


def _of_run(
    context: Context,
    value: dict[str, Any],
    summary: Mapping[str, Any] | None = None,
    *,
    rows: int | None = ROWS,
) -> Answer:
    """A run's answer; `summary`: where it is not the answer itself."""
    return Answer(value, partial(_told_of_run, context, value if summary is None else summary, rows))


def _told_of_run(context: Context, shown: Mapping[str, Any], rows: int | None) -> str:
    from b24learn_gui.service.called import called_of  # noqa: PLC0415 - as above
    from b24learn_gui.service.likely import likely_of  # noqa: PLC0415 - as above

    if "counts" not in shown:  # it came to nothing
        return render_run.render_run(shown, context.words)
    likely, called = likely_of(context, shown), called_of(context, shown)
    return render_run.render_run(shown, context.words, likely, called, rows=rows)


def _wishes(only: tuple[str, ...], portal: tuple[str, ...], no_deactivate: bool) -> "Wishes":
    from b24learn_gui.service.planning import Wishes  # noqa: PLC0415 - as above

    return Wishes(only=only, portals=portal, deactivate=not no_deactivate)


def _sync(context: Context, approve: str | None, trigger: str, **wishes: Any) -> Answer:
    from b24learn_gui.service.run import SyncRequest, sync  # noqa: PLC0415 - as above

    value = sync(context, SyncRequest(_wishes(**wishes), approve, trigger))
    if value["run"] is None:
        return Answer(value, str(value["message"]))
    return _of_run(context, value)


def _explain(context: Context, who: str) -> Answer:
    from b24learn_gui.service.explain import explain  # noqa: PLC0415 - as above

    found = explain(context, who)
    return Answer(found.as_object(), render_explain.render_explain(found, context.words))


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
    return _of_run(context, value, value["summary"], rows=None)


def _report(context: Context, run: str, output: Path) -> Answer:
    from b24learn_gui.service.report import write_report  # noqa: PLC0415 - as above

    return _done(context, write_report(context, run, output))


def _undo(context: Context, run: str, apply: bool, approve: str | None, release: bool) -> Answer:
    from b24learn_gui.service.releasing import release as let_go  # noqa: PLC0415 - as above
    from b24learn_gui.service.undo import undo  # noqa: PLC0415 - as above

    if release:
        if apply or approve is not None:
            raise WrongUsage("undo_release_alone")
        return _done(context, let_go(context, run))
    value = undo(context, run, write=apply, approve=approve)
    return _of_run(context, value)


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
        value = _typed(context.words("Value of {name}", name=name))
    else:
        value = sys.stdin.read() if sys.stdin is not None else ""
        value = value.removesuffix("\n").removesuffix("\r")
    return _done(context, keep_secret(context, name, value))


def _typed(question: str) -> str:
    """What a person types unseen. Raises `StoppedOnRequest` where they would rather not."""
    import click  # noqa: PLC0415 - as above

    try:
        return str(click.prompt(question, hide_input=True, err=True))
    except click.Abort:
        raise StoppedOnRequest("stopped") from None


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


def _uninstall(context: Context, delete_data: bool) -> Answer:
    from b24learn_gui.service.uninstalling import uninstall  # noqa: PLC0415 - as above

    return _done(context, uninstall(context, delete_data=delete_data))


def _done(context: Context, value: dict[str, Any]) -> Answer:
    return Answer(value, render_others.render_done(value, context.words))


COMMANDS: Mapping[str, Callable[..., Answer]] = {
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
    "uninstall": _uninstall,
}
