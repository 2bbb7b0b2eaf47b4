"""The manual page b24learn-gui(1), in every language the program speaks.

Commands and options are asked of the program itself, the rest stands in `resources/linux/manual.<language>.toml`, whose
exit codes a test compares with the program's. So no page can say what is no longer so.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from b24learn_gui.cli.asked import Asked
from b24learn_gui.cli.tree import build
from b24learn_gui.text import Words
from b24learn_gui.text.language import Language

PROGRAM = "b24learn-gui"
TEXTS = Path(__file__).parents[1] / "resources" / "linux"

Texts = dict[str, Any]


def texts(language: Language) -> Texts:
    """What the page says beyond commands and options."""
    return tomllib.loads((TEXTS / f"manual.{language}.toml").read_text("utf-8"))


def manual(language: Language, version: str, date: str) -> str:
    """The page in roff. `date`: of this version, as it shall be read."""
    told = texts(language)
    root = build(Words(language), Asked())
    heading, words = told["headings"], told["words"]
    lines = [
        f'.TH "{PROGRAM.upper()}" "1" "{date}" "{PROGRAM} {version}" "{_quoted(told["title"])}"',
        f'.SH "{heading["name"]}"',
        f"{_plain(PROGRAM)} \\- {_plain(told['summary'])}",
        f'.SH "{heading["synopsis"]}"',
        f".B {_plain(PROGRAM)}",
        f"[{words['options']}] [{words['command']} \\&...]",
        f'.SH "{heading["description"]}"',
        *_paragraphs(told["text"]["description"]),
        f'.SH "{heading["options"]}"',
        *_options(root, click.Context(root, info_name=PROGRAM), set()),
        f'.SH "{heading["commands"]}"',
    ]
    for name, each in commands(root):
        lines += _command(name, each, _names(root))
    for section in ("exit", "environment", "files"):
        lines.append(f'.SH "{heading[section]}"')
        for key, meaning in told[section].items():
            lines += [".TP", f".B {_plain(key)}", _plain(meaning)]
    lines += [f'.SH "{heading["removal"]}"', *_paragraphs(told["text"]["removal"])]
    lines += [f'.SH "{heading["see"]}"', _plain(told["text"]["see"])]
    return "\n".join(lines) + "\n"


def commands(root: click.Group) -> Iterator[tuple[str, click.Command]]:
    """Every command a person may use with its whole name, in a fixed order."""
    for name, each in sorted(root.commands.items()):
        if isinstance(each, click.Group):
            for below, command in commands(each):
                yield f"{name} {below}", command
        elif not each.hidden:
            yield name, each


def options(command: click.Command, name: str, without: set[str]) -> Iterator[tuple[str, str]]:
    """How each option is written, and what it does; those named in `without` stand elsewhere."""
    context = click.Context(command, info_name=name)
    for each in command.get_params(context):
        record = each.get_help_record(context) if isinstance(each, click.Option) else None
        if record is not None and each.name not in without:
            yield record


def _command(name: str, command: click.Command, without: set[str]) -> list[str]:
    context = click.Context(command, info_name=name)
    arguments = [each.make_metavar(context) for each in command.params if isinstance(each, click.Argument)]
    lines = [f'.SS "{_quoted(" ".join((name, *arguments)))}"', _plain(command.help or "")]
    return lines + _options(command, context, without)


def _options(command: click.Command, context: click.Context, without: set[str]) -> list[str]:
    lines = []
    for written, does in options(command, context.info_name or "", without):
        lines += [".TP", f".B {_plain(written)}", _plain(does)]
    return lines


def _names(root: click.Group) -> set[str]:
    """The options every command has; they are told once."""
    context = click.Context(root, info_name=PROGRAM)
    return {str(each.name) for each in root.get_params(context)}


def _paragraphs(paragraphs: list[str]) -> list[str]:
    return [line for each in paragraphs for line in (".PP", _plain(each))]


def _plain(text: str) -> str:
    """Text that no letter of which is a request."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def _quoted(text: str) -> str:
    """The same between quotes."""
    return _plain(text).replace('"', "\\(dq")
