"""What `check` tells people: every rung in a line, and below a broken one what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.home import Home, served


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with served(tmp_path) as made:
        yield made


def test_the_remedy_of_a_broken_rung_stands_in_a_line_of_its_own_below_it(home: Home) -> None:
    (home.directory / "secrets" / "learn.password").write_text("wrong", "utf-8")
    result = home.run("check", "--lang", "en")
    assert result.code == 40
    lines = result.out.splitlines()
    broken = next(place for place, line in enumerate(lines) if line.startswith("  ✗"))
    assert "Sign-in" in lines[broken]
    assert "Nothing was read or changed." in lines[broken]
    assert lines[broken + 1].strip() == "Enter the password or the key again, or sign in the other way."
    assert lines[broken + 1].index("Enter") == lines[broken].index("Learn refused")
    assert "not tried" in lines[broken + 2]
