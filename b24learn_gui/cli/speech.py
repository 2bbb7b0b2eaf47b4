"""click in the program's own words: help headings and usage errors in the person's language."""

import ast
import re
from collections.abc import Callable
from typing import Any

import click
from click.exceptions import NoSuchOption

from b24learn_gui.errors import WrongUsage
from b24learn_gui.text import Words
from b24learn_gui.text.words import mark

HEADINGS = {"Options": mark("Options"), "Commands": mark("Commands")}


def _context_class(words: Words) -> type[click.Context]:
    """A context whose help headings are translated."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or words("Usage: "))

        def write_heading(self, heading: str) -> None:
            super().write_heading(words(HEADINGS.get(heading, heading)))

    class Context(click.Context):
        formatter_class = Formatter

    return Context


def command(
    words: Words, name: str, summary: str, callback: Callable[..., Any], *params: click.Parameter
) -> click.Command:
    """A command whose help speaks this language."""
    spoken = _context_class(words)

    class Command(click.Command):
        context_class = spoken

        def get_help_option(self, ctx: click.Context) -> click.Option | None:
            return _told(super().get_help_option(ctx), words)

    return Command(
        name,
        params=list(params),
        callback=callback,
        help=summary,
        short_help=summary,
        options_metavar=words("[OPTIONS]"),
    )


def group(
    words: Words,
    name: str,
    summary: str,
    callback: Callable[..., Any] | None,
    *params: click.Parameter,
    alone: bool = False,
) -> click.Group:
    """A group of commands; `alone`: it may be called without one of them."""
    spoken = _context_class(words)

    class Group(click.Group):
        context_class = spoken

        def get_help_option(self, ctx: click.Context) -> click.Option | None:
            return _told(super().get_help_option(ctx), words)

    return Group(
        name,
        params=list(params),
        callback=callback,
        help=summary,
        short_help=summary.partition("\n")[0],
        invoke_without_command=alone,
        no_args_is_help=False,
        subcommand_metavar=words("COMMAND …"),
        options_metavar=words("[OPTIONS]"),
    )


_MOST_DIGITS = 9
"""A larger number means all there is; what counts further down is not made for one."""


def counted(words: Words) -> Callable[[click.Context, click.Parameter, str], int]:
    """The callback of an option that takes a whole number from 1 on; click's own type writes English into the help."""

    def whole(context: click.Context, parameter: click.Parameter, value: str) -> int:
        digits = value.lstrip("0")
        if not (value.isdecimal() and digits):
            raise click.BadParameter(words("a whole number from 1 on is meant"), context, parameter)
        return int(digits) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS

    return whole


def needed(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """The callback of an option that has to be given; click's own way writes "[required]" into the help."""
    if value is None and not context.resilient_parsing:
        raise click.MissingParameter(ctx=context, param=parameter)
    return value


def _shown(parameter: click.Parameter) -> str:
    """As it is typed: `--output`, or the name of an argument."""
    return parameter.opts[-1] if isinstance(parameter, click.Option) else parameter.human_readable_name


def _told(option: click.Option | None, words: Words) -> click.Option | None:
    if option is not None:
        option.help = words("Show this text.")
    return option


def usage_error(error: click.ClickException, words: Words) -> WrongUsage:
    """The same error in our tree, with a sentence in the person's language."""
    return WrongUsage("usage", message=_sentence(error, words))


def _sentence(error: click.ClickException, words: Words) -> str:
    match error:
        case NoSuchOption():
            return words('There is no option "{name}".', name=error.option_name)
        case click.BadOptionUsage() if "does not take a value" in error.format_message():
            return words('The option "{name}" takes no value.', name=error.option_name)
        case click.BadOptionUsage():
            return words('The option "{name}" lacks its value.', name=error.option_name)
        case click.MissingParameter(param=click.Parameter() as parameter):
            return words('"{name}" is missing.', name=_shown(parameter))
        case click.BadParameter(param=click.Parameter() as parameter):
            return words(
                'This value of "{name}" cannot be used: {reason}',
                name=_shown(parameter),
                reason=_reason(error, parameter, words),
            )
        case _ if "No such command" in error.format_message():
            return words("There is no such command: {name}.", name="".join(error.format_message().split("'")[1:2]))
        case _ if "Missing command" in error.format_message():
            return words("A command is missing.")
        case _ if "unexpected extra argument" in error.format_message():
            extra = error.format_message().partition("(")[2].removesuffix(")")
            return words("This is too much: {words}.", words=extra)
        case _:
            return error.format_message()


def _reason(error: click.BadParameter, parameter: click.Parameter, words: Words) -> str:
    """Why a value cannot be used."""
    match parameter.type:
        case click.Choice(choices=choices):
            return words("one of these is meant: {names}", names=", ".join(map(str, choices)))
        case click.Path() if "is a directory" in error.message:
            return words("{path} is a folder", path=_path(error))
        case click.Path() if "is a file" in error.message:
            return words("{path} is a file", path=_path(error))
        case click.Path() if "is not readable" in error.message:
            return words("{path} cannot be read", path=_path(error))
        case _:
            return error.message


def _path(error: click.BadParameter) -> str:
    """The path that click's sentence quotes as Python writes a text."""
    quoted = re.search(r"(['\"]).*\1", error.message)
    return str(ast.literal_eval(quoted[0])) if quoted else error.message
