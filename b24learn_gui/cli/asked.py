"""The options that may stand before or after every command (INTERFACE: options everywhere)."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from b24learn_gui.cli.output import Mode
from b24learn_gui.errors import WrongUsage
from b24learn_gui.text import LANGUAGES, Words


@dataclass(slots=True)
class Asked:
    """What the general options said, wherever they stood."""

    home: Path | None = None
    json: bool = False
    events: bool = False
    lang: str | None = None
    verbose: bool = False

    def require_one_mode(self) -> None:
        """Raises `WrongUsage("json_and_events")`."""
        if self.json and self.events:
            raise WrongUsage("json_and_events")

    @property
    def mode(self) -> Mode:
        """How to answer; both at once are answered as JSON."""
        return "json" if self.json else "events" if self.events else "text"


def glimpsed(arguments: Iterable[str]) -> Asked:
    """What an unparsed command line most likely asks for, so that even a wrong one is answered in the right form."""
    asked = Asked()
    former = ""
    for argument in arguments:
        if argument == "--":
            break
        if former == "--lang" or argument.startswith("--lang="):
            asked.lang = argument.removeprefix("--lang=")
        asked.json |= argument == "--json"
        asked.events |= argument == "--events"
        former = argument
    return asked


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
