"""`--background` reaches the windows, and nothing else knows it."""

import subprocess
import sys
from pathlib import Path

import pytest

from b24learn_gui.cli.asked import Asked, without_command
from b24learn_gui.cli.main import main
from b24learn_gui.cli.parsing import parse
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening
from b24learn_gui.text import Words


@pytest.mark.parametrize(("words", "hidden"), [([], False), (["--background"], True)])
def test_the_windows_are_told_whether_to_stay_hidden(tmp_path: Path, words: list[str], hidden: bool) -> None:
    opened: list[bool] = []

    def windows(context: Context, opening: Opening) -> int:
        assert context.places.own_home == tmp_path
        opened.append(opening.hidden)
        return 0

    assert main(["--home", str(tmp_path), *words], windows=windows) == 0
    assert opened == [hidden]


def test_a_command_has_no_window_that_could_be_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--background", "history"]) == 2
    assert "--background" in capsys.readouterr().err


LINES_BEYOND_DOUBT = [
    [],
    ["--background"],
    ["-v", "--background", "--lang", "ru"],
    ["--verbose", "--lang=en", "--home", "place"],
    ["--home=place", "--home=other place"],
]


@pytest.mark.parametrize("line", [*LINES_BEYOND_DOUBT, ["--lang"], ["--lang", "de"], ["--home", "file"]])
def test_a_line_without_a_command_is_read_as_the_parser_reads_it(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    quickly, asked = Asked(), Asked()
    found = without_command(line, quickly)
    assert (found is not None) == (line in LINES_BEYOND_DOUBT)
    if found is not None:
        assert (found, "") == parse(line, Words("en"), asked)
        assert quickly == asked


@pytest.mark.parametrize(
    "line",
    ["--help", "--version", "history", "--json", "--back", "-vv", "--", "--background=1", "--home", "--home=", "-v=1"],
)
def test_every_other_line_is_left_to_the_parser(line: str) -> None:
    asked = Asked()
    assert without_command(["-v", line], asked) is None
    assert asked == Asked()
    assert without_command(["--home", "--background"], asked) is None


def test_the_program_that_stays_never_loads_the_parser(tmp_path: Path) -> None:
    seen = "import sys; from b24learn_gui.cli.main import main; main(sys.argv[1:], windows=lambda *_: print('click' in sys.modules) or 0)"
    line = [sys.executable, "-c", seen, "--home", str(tmp_path), "--background"]
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout == "False\n"
