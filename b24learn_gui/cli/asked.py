"""What a command line asks for, told without parsing where that is possible.

The program that stays in the tray is started by a line this can read itself, and never loads the parser.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from b24learn_gui.cli.output import Mode
from b24learn_gui.errors import WrongUsage
from b24learn_gui.text import LANGUAGES


@dataclass(frozen=True, slots=True)
class Job:
    """What a command line asks for: the command's name as JSON calls it, and its arguments."""

    command: str
    arguments: dict[str, Any] = field(default_factory=dict)


class Misread(Exception):
    """A command line that was called wrongly: which command, as far as it was recognised, and what is wrong."""

    def __init__(self, command: str, usage: WrongUsage) -> None:
        super().__init__(command)
        self.command, self.usage = command, usage


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


def without_command(arguments: Sequence[str], asked: Asked) -> Job | None:
    """The windows' job, its options written into `asked`; None, and nothing written, for every other line.

    Only lines beyond doubt are read: whatever a parser would have to judge (a command, help, an abbreviation, a wrong
    or a missing value, the forms of output) is left to it.
    """
    read, background, rest = Asked(), False, list(arguments)
    while rest:
        name, glued, value = rest.pop(0).partition("=")
        if name in {"--home", "--lang"}:
            value = value if glued else rest.pop(0) if rest else ""
        if name == "--home" and value and not value.startswith("-"):
            read.home = Path(value)
        elif name == "--lang" and value in LANGUAGES:
            read.lang = value
        elif name in {"-v", "--verbose"} and not glued:
            read.verbose = True
        elif name == "--background" and not glued:
            background = True
        else:
            return None
    if read.home is not None and read.home.exists() and not read.home.is_dir():
        return None
    asked.home, asked.lang, asked.verbose = read.home, read.lang, read.verbose
    return Job("", {"background": background})
