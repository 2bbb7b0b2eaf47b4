"""`--background` reaches the windows, and nothing else knows it."""

from pathlib import Path

import pytest

from b24learn_gui.cli.main import main
from b24learn_gui.service.context import Context
from b24learn_gui.service.opening import Opening


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
