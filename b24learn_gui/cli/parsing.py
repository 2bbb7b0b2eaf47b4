"""One command line through the parser: a job, a text that was asked for, or what is wrong with it."""

import contextlib
import io

import click

from b24learn_gui.cli.asked import Asked, Job, Misread
from b24learn_gui.cli.speech import usage_error
from b24learn_gui.cli.tree import build
from b24learn_gui.text import Words

_PROGRAM = "b24learn-gui"


def parse(given: list[str], words: Words, asked: Asked) -> tuple[Job | None, str]:
    """The job a command line asks for, or the text it wants to see (help, version). Raises `Misread`."""
    shown = io.StringIO()
    try:
        with contextlib.redirect_stdout(shown):
            found = build(words, asked).main(args=given, prog_name=_PROGRAM, standalone_mode=False)
    except click.ClickException as error:
        raise Misread(_command_of(error), usage_error(error, words)) from None
    return (found if isinstance(found, Job) else None), shown.getvalue()


def _command_of(error: click.ClickException) -> str:
    """The command that was called wrongly, as far as it was recognised."""
    context = getattr(error, "ctx", None)
    return "" if context is None else str(context.command_path).partition(" ")[2]
