"""The tree of commands: it parses a command line into a job and imports nothing heavy (INTERFACE: One program)."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from b24learn_gui import __version__
from b24learn_gui.cli.asked import Asked, Job
from b24learn_gui.cli.speech import command, counted, group, needed
from b24learn_gui.text import LANGUAGES, Words

_RUNS = 30


def general_options(words: Words, asked: Asked) -> list[click.Parameter]:
    """Fresh parameters that write what was given into `asked`; what was not given leaves it alone."""

    def keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        del context
        if value is not None and value is not False:
            setattr(asked, str(parameter.name), value)

    def option(*names: str, **attributes: Any) -> click.Option:
        return click.Option(names, callback=keep, expose_value=False, **attributes)

    return [
        option(
            "--home",
            type=click.Path(path_type=Path, file_okay=False),
            metavar=words("DIR"),
            help=words("Keep everything under this directory."),
        ),
        option("--json", is_flag=True, help=words("Print one JSON object at the end.")),
        option("--events", is_flag=True, help=words("Print JSON lines while working.")),
        option("--lang", type=click.Choice(LANGUAGES), help=words("Language of the messages.")),
        option("-v", "--verbose", is_flag=True, help=words("Log more.")),
    ]


def _job(name: str) -> Callable[..., Job]:
    return lambda **arguments: Job(name, arguments)


def build(words: Words, asked: Asked) -> click.Group:
    """All commands, their help in the language of `words`; general options are written into `asked`."""
    make = partial(_make, words, asked)
    only = click.Option(
        ["--only"],
        metavar=words("WHO"),
        multiple=True,
        help=words("Nobody but these: an id, key:id, e-mail, name, or department:id."),
    )
    portal = click.Option(["--portal"], metavar=words("KEY"), multiple=True, help=words("Only this portal."))
    approve = click.Option(
        ["--approve"], metavar=words("HASH"), help=words("Apply exactly the plan of this hash, whatever the limits.")
    )
    no_deactivate = click.Option(["--no-deactivate"], is_flag=True, help=words("Deactivate nobody in this run."))
    trigger = click.Option(
        ["--trigger"],
        type=click.Choice(["manual", "schedule", "catch-up"]),
        default="manual",
        help=words("What started this run."),
    )
    control = click.Option(
        ["--control"], is_flag=True, help=words("Standard input carries JSON lines: first the secrets, later a stop.")
    )
    run = click.Argument(["run"], metavar=words("RUN"))

    version = click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_version,
        help=words("Show the version."),
    )
    root = group(
        words,
        "b24learn-gui",
        words(
            "Keeps employees and departments of Bitrix24 in step, one way, in iSpring Learn.\n\n"
            'Begin with "check", look with "preview", write with "sync".'
        ),
        _root,
        *general_options(words, asked),
        click.Option(["--background"], is_flag=True, help=words("Without a command: start hidden, in the tray.")),
        version,
        alone=True,
    )
    for each in (
        make(
            "check",
            words("Check the connection to every portal and to Learn, then the data."),
            click.Option(
                ["--accept-rights"],
                metavar=words("KEY"),
                help=words("Accept the present rights of this portal's webhook."),
            ),
        ),
        make("preview", words("Show what a sync would do; write nothing."), only, portal, no_deactivate),
        make(
            "sync",
            words("Read, plan, and write the difference to Learn."),
            only,
            portal,
            approve,
            no_deactivate,
            trigger,
            control,
        ),
        make(
            "explain",
            words("Say why a person is or is not in Learn, and what the next run will do."),
            click.Argument(["who"], metavar=words("WHO")),
        ),
        make(
            "decide",
            words("Decide a person's conflict, once; --forget takes it back."),
            click.Argument(["who"], metavar=words("WHO")),
            click.Option(["--link"], metavar=words("LEARN_ID"), help=words("This Learn account is this person's.")),
            click.Option(["--create"], is_flag=True, help=words("Create a new account.")),
            click.Option(["--leave"], is_flag=True, help=words("Leave this person alone.")),
            click.Option(
                ["--forget"],
                is_flag=True,
                help=words("Forget what was decided, or release whom or what an undo holds."),
            ),
        ),
        make(
            "history",
            words("List the runs."),
            click.Option(
                ["-n", "--number"],
                type=str,
                default=str(_RUNS),
                callback=counted(words),
                metavar=words("NUMBER"),
                help=words("So many runs, {n} if it is not said.", n=_RUNS),
            ),
        ),
        make("show", words("Show one run with all its changes."), run),
        make(
            "report",
            words("Write a report of one run for HR: .xlsx, .csv or .html."),
            run,
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                callback=needed,
                metavar=words("FILE"),
                help=words("Where to write it; has to be said."),
            ),
        ),
        make(
            "undo",
            words("Plan the way back from a run; write it with --apply."),
            run,
            click.Option(["--apply"], is_flag=True, help=words("Write the way back.")),
            approve,
            click.Option(
                ["--release"], is_flag=True, help=words("Release whom undos of this run hold; write nothing to Learn.")
            ),
            control,
        ),
        make("health", words("Say for monitoring whether runs succeed and are not overdue.")),
        make(
            "demo",
            words("Try it out on an embedded Bitrix24 and an embedded Learn."),
            click.Option(
                ["--headless"], is_flag=True, help=words("Check, preview, sync, and sync again, without a window.")
            ),
            click.Option(["--serve", "serving"], is_flag=True, help=words("Only serve the two, until interrupted.")),
            click.Option(["--oddities"], is_flag=True, help=words("With everything strange that companies have.")),
        ),
    ):
        root.add_command(each)
    uninstall = make(
        "uninstall",
        words("Take back what this program put into your account, before it is removed."),
        click.Option(
            ["--delete-data"],
            is_flag=True,
            help=words("Also delete the settings, the journal, the logs and the secrets."),
        ),
    )
    uninstall.hidden = True  # for the installers
    root.add_command(uninstall)
    root.add_command(_settings(words, asked))
    root.add_command(_secret(words, asked))
    root.add_command(_service(words, asked))
    return root


def _make(
    words: Words, asked: Asked, name: str, summary: str, *params: click.Parameter, under: str = ""
) -> click.Command:
    full = f"{under} {name}".strip()
    return command(words, name, summary, _job(full), *params, *general_options(words, asked))


def _settings(words: Words, asked: Asked) -> click.Group:
    make = partial(_make, words, asked, under="settings")
    file = click.Argument(["file"], type=click.Path(path_type=Path, dir_okay=False), metavar=words("FILE"))
    settings = group(
        words,
        "settings",
        words("Show, import or export the settings, without secrets."),
        None,
        *general_options(words, asked),
    )
    settings.add_command(make("show", words("Show the settings and which secrets are set.")))
    settings.add_command(make("import", words("Take over the settings of this file."), file))
    settings.add_command(make("export", words("Write the settings to this file."), file))
    return settings


def _secret(words: Words, asked: Asked) -> click.Group:
    make = partial(_make, words, asked, under="secret")
    name = click.Argument(["name"], metavar=words("NAME"))
    secret = group(words, "secret", words("Keep or remove a secret."), None, *general_options(words, asked))
    secret.add_command(make("set", words("Keep a secret; its value comes from standard input."), name))
    secret.add_command(make("clear", words("Remove a secret."), name))
    return secret


def _service(words: Words, asked: Asked) -> click.Group:
    make = partial(_make, words, asked, under="service")
    service = group(
        words,
        "service",
        words("Runs without anybody logged in, by the system's own scheduler."),
        None,
        *general_options(words, asked),
    )
    account = click.Option(
        ["--account"], metavar=words("NAME"), help=words("Run as this service account instead of yourself.")
    )
    secrets_dir = click.Option(
        ["--secrets-dir"],
        type=click.Path(path_type=Path, file_okay=False),
        metavar=words("DIR"),
        help=words("Read the secrets from files in this directory."),
    )
    service.add_command(make("install", words("Register the runs, then test them."), account, secrets_dir))
    service.add_command(make("remove", words("Remove what install registered.")))
    service.add_command(make("status", words("Say what is registered and what its last test found.")))
    self_test = make("self-test", words("Try everything a run needs, as the account that asks."))
    self_test.hidden = True  # what the scheduler starts to try itself out
    service.add_command(self_test)
    return service


def _root(background: bool) -> Job | None:
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        return Job("", {"background": background})
    if background:  # commands open no window that could be hidden
        raise click.NoSuchOption("--background")
    return None


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    del parameter
    if value and not context.resilient_parsing:
        click.echo(__version__)
        context.exit()
