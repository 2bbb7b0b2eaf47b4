"""A command brings along what it needs and no more: each is a process of its own, and its start is most of its time.

The bounds stand a few modules above what is loaded today. Whoever meets one asks first whether the command needs what
came along; an import in the function that needs it is the usual answer.
"""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.home import Home, served

PARSER_ONLY, JOURNAL, RUN = 28, 93, 168
"""So many modules of this program."""

SERVERS = ("requests", "urllib3", "ssl", "xml", "b24learn_gui.learn", "b24learn_gui.bitrix24")
NEVER = ("keyring", "xlsxwriter", "PySide6", "b24learn_gui.gui", "b24learn_gui.demo", "b24learn_gui.sync.undo",
         "b24learn_gui.service.way_back", "b24learn_gui.service.setup_found", "b24learn_gui.storage.journal.naming",
         "b24learn_gui.storage.journal.biography", "b24learn_gui.storage.log_records")  # fmt: skip
EARLY = ("msgspec", "sqlite3", "logging", "tomllib", "b24learn_gui.storage", "b24learn_gui.sync")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with served(tmp_path_factory.mktemp("start")) as made:
        assert made.run("preview", "--json").code in {0, 10, 20}
        yield made


@pytest.mark.parametrize(
    ("words", "most", "without"),
    [
        (("--version",), PARSER_ONLY, (*SERVERS, *NEVER, *EARLY)),
        (("--help",), PARSER_ONLY, (*SERVERS, *NEVER, *EARLY)),
        (("history", "--json"), JOURNAL, (*SERVERS, *NEVER, "b24learn_gui.service.logged")),
        (("health", "--json"), JOURNAL, (*SERVERS, *NEVER, "b24learn_gui.service.logged")),
        (("preview", "--json"), RUN, NEVER),
        (("sync", "--json"), RUN, NEVER),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) and len(value) < 3 else "",
)
def test_a_command_loads_no_more_than_it_needs(
    home: Home, words: tuple[str, ...], most: int, without: tuple[str, ...]
) -> None:
    loaded = _loaded(home, words)
    assert len(loaded) > 100, "what was loaded was not told"
    own = [name for name in loaded if name.split(".")[0] == "b24learn_gui"]
    assert len(own) <= most, sorted(own)
    assert [name for name in loaded if any(name == each or name.startswith(f"{each}.") for each in without)] == []


def _loaded(home: Home, words: tuple[str, ...]) -> list[str]:
    """The names of all modules that the command imports from its start to its end."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "b24learn_gui", *words],
        env=home.environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return [line.rpartition("|")[2].strip() for line in lines]
